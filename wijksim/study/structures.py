"""The effects of a comparison under other structural variants, one changed at a time, with the same seeds."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.errors import InputError, Problem, did_you_mean
from wijksim.report.headlines import MAIN_EFFECTS
from wijksim.report.intervals import PRECISION_LEVEL, Uncertainty
from wijksim.report.results import Failure
from wijksim.scenario import Scenario
from wijksim.structure import STRUCTURES
from wijksim.study.effects import Frame, effects_table
from wijksim.study.engines import Progress
from wijksim.study.factors import apply_values
from wijksim.study.pair_effects import RATIOS
from wijksim.study.policy_effects import main_effects, policy_effects
from wijksim.study.replicate import Replication, replicate

__all__ = ["ALL", "asked_variants", "structure_effects"]

ALL = "all"
Floats = NDArray[np.float64]
Change = tuple[str, StrEnum]
"""Key of a choice of structure, and a variant that the scenarios haven't."""


def asked_variants(asked: str | Sequence[str], scenario: Scenario) -> list[Change]:
    """Read which variants are asked for, each changed alone from what a scenario has.

    Parameters
    ----------
    asked : str or sequence of str
        ``all``; or names of choices (all other variants of each), or ``KEY=VARIANT``; in a text with commas between.
    scenario : Scenario
        What is changed.

    Raises
    ------
    InputError
        All that is no choice, no variant, or changes nothing.
    """
    texts = asked.split(",") if isinstance(asked, str) else asked
    problems: list[Problem] = []
    found: dict[Change, None] = {}
    for text in (str(one).strip() for one in texts):
        key, equals, variant = (part.strip() for part in text.partition("="))
        if text == ALL:
            found |= dict.fromkeys(change for name in STRUCTURES for change in _others(name, scenario))
        elif key not in STRUCTURES:
            keys = ", ".join(STRUCTURES)
            hint = f"{did_you_mean(key, STRUCTURES)} Expected {ALL}, or {keys}, alone or as KEY=VARIANT.".strip()
            problems.append(Problem("structures", f'"{text}" is no choice of structure.', hint))
        elif equals and variant not in list(STRUCTURES[key].kind):
            known = list(STRUCTURES[key].kind)
            hint = f"{did_you_mean(variant, known)} Expected {', '.join(known)}.".strip()
            problems.append(Problem("structures", f'"{variant}" is no variant of {key}.', hint))
        elif equals and variant == scenario.settings.structure[key]:
            hint = "Leave it out: what the scenarios have is always computed."
            problems.append(Problem("structures", f"{text} is what the scenarios have.", hint))
        elif STRUCTURES[key].process in scenario.settings.processes:
            message = (
                f"{key} is read by the process {STRUCTURES[key].process}, in whose place the scenarios have their own."
            )
            problems.append(Problem("structures", message, "Leave it out."))
        else:
            found |= dict.fromkeys([(key, STRUCTURES[key].kind(variant))] if equals else _others(key, scenario))
    if not found and not problems:
        problems.append(Problem("structures", "none is left to try.", "Leave the option out."))
    if problems:
        raise InputError(problems)
    return list(found)


def _others(key: str, scenario: Scenario) -> Iterator[Change]:
    """Variants that a scenario hasn't, where its own process doesn't take the place of the one that reads them."""
    if STRUCTURES[key].process not in scenario.settings.processes:
        yield from ((key, one) for one in STRUCTURES[key].kind if one is not scenario.settings.structure[key])


def structure_effects(
    scenarios: Sequence[Scenario],
    done: Sequence[Replication],
    frame: Frame,
    changes: Sequence[Change],
    *,
    seed: int,
    workers: int | None = None,
    progress: Progress | None = None,
) -> tuple[dict[str, Any], list[Failure]]:
    """Compute the main effects under each variant.

    Parameters
    ----------
    scenarios : sequence of Scenario
        The baseline first.
    done : sequence of Replication
        With the structure that the scenarios have; each variant is run with the same seeds.
    frame : Frame
        Time of the study.
    changes : sequence of (str, StrEnum)
        Of :func:`asked_variants`.
    seed : int
        Of the comparison.
    workers, progress : optional
        As :func:`wijksim.study.compare.compare`.

    Returns
    -------
    dict, list of Failure
        ``variants``: the structure of the scenarios and each change, as key and name. ``rows``: an effect under one of
        them (``choice`` and ``variant``, both empty for the scenarios' own), with its range by chance (``low``,
        ``high``), the precision of the mean (``mean_low``, ``mean_high``) and how much it differs from that of the
        scenarios' own structure over the same seeds (``change``, ``change_low``, ``change_high``: an interval wide
        enough for all variants together to hold 95 %). Plain numbers and text, None where there is none.
    """
    usual = [main_effects(done, place, frame) for place in range(1, len(scenarios))]
    rows = list(_rows(scenarios, done, frame, seed, ("", "")))
    failures: list[Failure] = []
    for number, (key, variant) in enumerate(changes):
        told = [apply_values(one, {key: str(variant)}, levers_too=False, both=frozenset()) for one in scenarios]
        varied, _ = replicate(
            told,
            replications=len(done),
            seed=seed,
            workers=workers,
            progress=None if progress is None else _part(progress, number, len(changes)),
        )
        failures += (
            replace(failure, stage=f"{failure.stage} with {key} {variant}")
            for one in varied
            for failure in one.failures
        )
        moved = [
            _changes(main_effects(varied, place, frame) - before, 1.0 - (1.0 - PRECISION_LEVEL) / len(changes))
            for place, before in enumerate(usual, start=1)
        ]
        names = [scenario.name for scenario in scenarios[1:]]
        for row in _rows(told, varied, frame, seed, (key, str(variant))):
            cell = (row["outcome"], row["group"], row["period"])
            if cell in MAIN_EFFECTS:
                row |= moved[names.index(row["scenario"])][MAIN_EFFECTS.index(cell)]
            rows.append(row)
    structure = {name: str(one) for name, one in scenarios[0].settings.structure.items()}
    return {"own": structure, "variants": [[key, str(one)] for key, one in changes], "rows": rows}, failures


def _part(progress: Progress, number: int, parts: int) -> Progress:
    """Progress of one of several equal parts."""

    def tell(months: int, total: int) -> None:
        progress(number * total + months, parts * total)

    return tell


def _rows(
    scenarios: Sequence[Scenario], done: Sequence[Replication], frame: Frame, seed: int, change: tuple[str, str]
) -> Iterator[dict[str, Any]]:
    """Main effects and shares of what is extra, with both ranges."""
    table = effects_table(policy_effects(scenarios, done, [], frame, seed))
    kept = np.array(
        [
            cell in MAIN_EFFECTS or cell[0] in RATIOS
            for cell in zip(table["outcome"], table["group"], table["period"], strict=True)
        ],
        np.bool_,
    )
    told = table[kept]
    keys = ["scenario", "outcome", "group", "period"]
    of_mean = told[told["uncertainty"] == Uncertainty.PRECISION].set_index(keys)
    for row in told[told["uncertainty"] == Uncertainty.CHANCE].to_dict("records"):
        mean = of_mean.loc[tuple(row[key] for key in keys)]
        yield {
            **{key: str(row[key]) for key in keys},
            "choice": change[0],
            "variant": change[1],
            **{key: _plain(row[key]) for key in ("effect", "low", "high")},
            "mean_low": _plain(mean["low"]),
            "mean_high": _plain(mean["high"]),
            "change": None,
            "change_low": None,
            "change_high": None,
            "n": int(row["n"]),
            "status": str(row["status"]),
            "unit": str(row["unit"]),
        }


def _changes(apart: Floats, level: float) -> list[dict[str, float | None]]:
    """Mean change of each main effect over seeds, with an interval by Student's t."""
    from scipy.stats import t

    told = []
    for column in apart.T:
        known = column[np.isfinite(column)]
        mean = float(known.mean()) if known.size else math.nan
        half = math.nan
        if known.size > 1:
            half = float(t.ppf((1.0 + level) / 2.0, known.size - 1) * known.std(ddof=1) / math.sqrt(known.size))
        told.append({"change": _plain(mean), "change_low": _plain(mean - half), "change_high": _plain(mean + half)})
    return told


def _plain(value: Any) -> float | None:
    return float(value) if math.isfinite(value) else None
