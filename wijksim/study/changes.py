"""What changed since a study began, by name, and what it means for the runs that are kept."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

from wijksim.errors import InputError, Problem
from wijksim.study.identity import digest_of, model_files
from wijksim.study.schema import StudyPlan
from wijksim.study.store import Store

if TYPE_CHECKING:
    from wijksim.study.sweep import Study

__all__ = ["MAIN", "changed_inputs", "keep_inputs", "require_unchanged", "study_notes"]

MAIN = 1
"""Stage of the main design."""

_NAMES_TOLD = 5
_REMEDY = (
    "Its runs belong to what was before, and runs of both can't be mixed. Put it back as it was, or start a new study"
    " in another file (--store FILE), which leaves these runs as they are."
)

Parts = dict[str, dict[str, str]]


def _parts(plan: StudyPlan) -> Parts:
    """Digests of the parts of each input that has any, by the names of both."""
    registry = plan.baseline.registry
    areas = {area.key: area for area in plan.baseline.profile.areas}
    return {
        "wijksim itself": model_files(),
        "the parameters": {name: registry.digest_of([name]) for name in registry},
        "the profile": {f"area {key}": _digest(asdict(area)) for key, area in areas.items()},
        **{
            f"the {role} scenario": {key: _digest(value) for key, value in asdict(scenario.settings).items()}
            for role, scenario in zip(("baseline", "policy"), plan.scenarios, strict=False)
        },
    }


def _digest(value: object) -> str:
    return digest_of(json.dumps(value, sort_keys=True))


def keep_inputs(store: Store, inputs: Mapping[str, str], plan: StudyPlan) -> None:
    """Keep what decides the results of a study that begins."""
    store.keep(inputs=dict(inputs), parts=_parts(plan))


def changed_inputs(store: Store, inputs: Mapping[str, str], plan: StudyPlan) -> list[str]:
    """Name each thing that decides results and isn't as it was when the study began, with the parts that differ."""
    kept = store.about("inputs")
    if kept is None:
        return []
    before, now = store.about("parts") or {}, _parts(plan)
    return [
        f"{key} changed since this study began{_differing(before.get(key), now.get(key))}"
        for key in {**kept, **inputs}
        if kept.get(key) != inputs.get(key)
    ]


def _differing(before: Mapping[str, str] | None, now: Mapping[str, str] | None) -> str:
    """Names of the parts that differ, in brackets; empty where they aren't known."""
    if not before or not now:
        return ""
    names = [name for name in {**before, **now} if before.get(name) != now.get(name)]
    more = f" and {len(names) - _NAMES_TOLD} more" if len(names) > _NAMES_TOLD else ""
    return f" ({', '.join(names[:_NAMES_TOLD])}{more})" if names else ""


def require_unchanged(store: Store, inputs: Mapping[str, str], plan: StudyPlan) -> None:
    """Refuse to go on when something that decides the results is not as it was.

    Raises
    ------
    InputError
        Each thing that differs, with the names of what differs in it.
    """
    changes = changed_inputs(store, inputs, plan)
    if changes:
        raise InputError(Problem(str(store.path), f"{change}.", _REMEDY) for change in changes)


def study_notes(study: Study) -> list[str]:
    """Say what changed since a study began, and where its sizes are others than those of its file."""
    with study.reading() as store:
        told = [f"{change[:1].upper()}{change[1:]}." for change in changed_inputs(store, study.inputs, study.plan)]
        if told:
            told.append(
                f"The {len(store.states()):,} runs in {study.path} belong to what was before and are not counted above."
                " Put it back as it was to go on, or start a new study in another file: --store FILE."
            )
        return [*told, *_sizes(store, study.plan)]


def _sizes(store: Store, plan: StudyPlan) -> Iterator[str]:
    samples, replications = sum(store.about(f"batches {MAIN}") or [plan.samples]), store.about("replications") or 0
    if samples != plan.samples:
        yield (
            f"The file says samples = {plan.samples}; this study has {samples}, which it keeps. It is made larger by:"
            " wijksim study extend STUDY --samples NUMBER."
        )
    if replications > plan.replications:
        yield (
            f"The file says replications = {plan.replications}; this study was extended to {replications}, which it"
            " keeps."
        )
