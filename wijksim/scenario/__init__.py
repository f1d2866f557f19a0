"""A scenario: a file that a user writes, read, checked with all faults at once, and turned into settings."""

from __future__ import annotations

import hashlib
import inspect
import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from wijksim.errors import InputError, Problem
from wijksim.parameters import Registry, load_registry
from wijksim.population.profile import Profile
from wijksim.scenario.checks import all_faults, load_process
from wijksim.scenario.schema import SizeOptions, scenario_model
from wijksim.settings import EnterprisePlan, Event, Levers, Settings
from wijksim.shipped import find_file, require_kind
from wijksim.structure import STRUCTURES
from wijksim.tomlfile import LineFinder, check_format, key_text, load_toml
from wijksim.tomlschema import FileModel, validate

__all__ = ["Scenario", "require_comparable", "require_scenarios"]


@dataclass(frozen=True)
class Scenario:
    """Everything that determines a run, but for the seed.

    Parameters
    ----------
    settings : Settings
        Levers, enterprises, events and horizon.
    profile : Profile
        The neighbourhood.
    registry : Registry
        The parameters, with the scenario's own values in them.
    description : str
        What it is about, for people.
    source_text : str
        The file as it was read; empty for a scenario made in Python.
    path : Path or None
        Where it was read.
    profile_source : str
        What names the profile in the file, or was asked for in its place: a path (from the file's folder) or a name.
    """

    settings: Settings
    profile: Profile
    registry: Registry
    description: str = ""
    source_text: str = ""
    path: Path | None = None
    profile_source: str = ""

    @classmethod
    def from_file(
        cls,
        source: Path | str,
        *,
        months: int | None = None,
        residents: int | None = None,
        profile: Path | str | None = None,
    ) -> Scenario:
        """Read a scenario.

        Parameters
        ----------
        source : Path or str
            Path of a file, or name of a scenario that comes with wijksim.
        months : int, optional
            Horizon in place of the file's, 1 to 720.
        residents : int, optional
            Size in place of the file's or the profile's, at least 1.
        profile : Path or str, optional
            Profile in place of the file's: a path, or the name of one that comes with wijksim.

        Raises
        ------
        InputError
            Every fault of the file at once, with key and line.
        """
        path = find_file(str(source), "scenario")
        data, finder = load_toml(path)
        require_kind(data, "scenario", path)
        load = _LOADERS[check_format(data, _LOADERS, path, finder)]
        options = {"months": months, "residents": residents}
        given = {name: value for name, value in options.items() if value is not None}
        validate(SizeOptions, given, Path("options"), LineFinder("", given))
        data.update(given)
        if profile is not None:
            data["profile"] = str(Path(profile).resolve()) if Path(profile).is_file() else str(profile)
        return load(data, finder, path, frozenset(given))

    @property
    def name(self) -> str:
        """Name of the scenario, by which results cite it."""
        return self.settings.name

    def digest(self) -> str:
        """Give 64 hex digits that differ whenever a run could differ for another reason than its seed."""
        parts = [
            json.dumps(asdict(self.settings), sort_keys=True),
            self.profile.digest(),
            self.registry.digest(),
            *(inspect.getsource(load_process(name)) for name in self.settings.processes.values()),
        ]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def require_scenarios(**given: object) -> None:
    """Refuse what is no scenario, by the name of the argument; lists are looked into.

    Raises
    ------
    InputError
        All that is none, with what was expected.
    """
    problems = []
    for name, value in given.items():
        several = isinstance(value, Sequence) and not isinstance(value, str)
        ones: Sequence[object] = value if isinstance(value, Sequence) and several else (value,)
        for place, one in enumerate(ones):
            if isinstance(one, Scenario):
                continue
            hint = f"Read it first: Scenario.from_file({str(one)!r})." if isinstance(one, str | Path) else ""
            where = f"{name}[{place}]" if several else name
            problems.append(Problem(where, f"is {one!r} ({type(one).__name__}); expected a Scenario.", hint))
    if problems:
        raise InputError(problems)


def require_comparable(scenarios: Sequence[Scenario]) -> None:
    """Refuse scenarios that can't be compared with the first of them, the baseline.

    Raises
    ------
    InputError
        A name stands twice, or a scenario differs from the baseline in more than policy: in profile, start,
        months, residents, structure or parameters.
    """
    baseline = scenarios[0]
    problems = []
    names = [scenario.name for scenario in scenarios]
    for place, scenario in enumerate(scenarios):
        where = str(scenario.path or scenario.name)
        if scenario.name in names[:place]:
            problems.append(_twice(where, scenario, scenarios[names.index(scenario.name)]))
        apart = [key for key, value in _frame(scenario).items() if value != _frame(baseline)[key]]
        if apart:
            message = f"differs from the baseline {baseline.name} in {', '.join(apart)}, not only in policy."
            hint = "Make these equal, so that what is found is the effect of the policy."
            problems.append(Problem(where, message, hint))
    if problems:
        raise InputError(problems)


def _twice(where: str, scenario: Scenario, first: Scenario) -> Problem:
    """Say of two scenarios with one name whether they are the same, and what to do."""
    if scenario == first:
        message = f'the scenario "{scenario.name}" stands twice in this comparison.'
        return Problem(where, message, "Name it once, and beside it a scenario that differs from it in policy.")
    message = f'the name "{scenario.name}" stands twice in this comparison, for two scenarios that differ.'
    given = f" ({first.path})" if first.path else ""
    return Problem(where, message, f"Change 'name' in one of the two{given}: results go by that name.")


def _frame(scenario: Scenario) -> dict[str, object]:
    settings = scenario.settings
    return {
        "profile": scenario.profile.digest(),
        "start": settings.start,
        "months": settings.months,
        "residents": settings.residents,
        **settings.structure,
        "parameters": scenario.registry.digest(),
    }


def _load_format_1(data: dict[str, Any], finder: LineFinder, path: Path, options: Collection[str]) -> Scenario:
    _flatten_changes(data)
    registry = load_registry()
    problems: list[Problem] = []
    content: Any = None
    profile: Profile | None = None
    try:
        content = validate(_model(data), data, path, finder)
    except InputError as error:
        problems += error.problems
    if isinstance(data.get("profile"), str) and data["profile"]:
        try:
            profile = Profile.from_file(find_file(data["profile"], "profile", beside=path.parent))
        except InputError as error:
            line = finder.line(("profile",))
            problems += (
                replace(fault, where=f"{path}: profile", line=line) if fault.where == data["profile"] else fault
                for fault in error.problems
            )
    for key_path, message, hint in all_faults(data, profile, registry, options):
        problems.append(Problem(f"{path}: {key_text(key_path)}", message, hint, finder.line(key_path)))
    if problems or content is None or profile is None:
        raise InputError(sorted(problems, key=lambda problem: problem.line or 0))
    return Scenario(
        settings=_settings(content),
        profile=profile,
        registry=registry.with_values(content.parameters, set_by=f"scenario {content.name}"),
        description=content.description,
        source_text=path.read_text(encoding="utf-8-sig"),
        path=path,
        profile_source=content.profile,
    )


# A later format adds its loader here; an older one becomes a migration to the newest.
_LOADERS: dict[int, Callable[[dict[str, Any], LineFinder, Path, Collection[str]], Scenario]] = {1: _load_format_1}


def _flatten_changes(data: dict[str, Any]) -> None:
    """Let an event write ``policy.x = 1`` as well as ``"policy.x" = 1``: make paths of nested tables."""
    events = data.get("event")
    for event in events if isinstance(events, list) else ():
        if isinstance(event, dict) and isinstance(event.get("set"), dict):
            event["set"] = dict(_paths(event["set"], ""))


def _paths(table: dict[str, Any], prefix: str) -> list[tuple[str, Any]]:
    pairs = []
    for key, value in table.items():
        inner = isinstance(value, dict) and bool(value)
        pairs += _paths(value, f"{prefix}{key}.") if inner else [(f"{prefix}{key}", value)]
    return pairs


def _model(data: dict[str, Any]) -> type[FileModel]:
    plans = data.get("enterprise")
    keys = (plan.get("key") for plan in (plans if isinstance(plans, list) else ()) if isinstance(plan, dict))
    return scenario_model(key for key in keys if isinstance(key, str))


def _settings(content: Any) -> Settings:
    events = (
        Event(event.month, event.label, tuple(event.set.model_dump(exclude_unset=True).items()))
        for event in content.event
    )
    return Settings(
        name=content.name,
        start=content.start,
        months=content.months,
        residents=content.residents,
        **{name: getattr(content, name) for name in STRUCTURES},
        levers=Levers(**content.policy.model_dump()),
        enterprises=tuple(EnterprisePlan(**plan.model_dump()) for plan in content.enterprise),
        events=tuple(sorted(events, key=lambda event: event.month)),
        processes=content.process,
    )
