"""Moves: what the room changes, checked against the declared levers, and the scenario that they make.

A move holds from a month on, as an event of the scenario; before the first month it changes the plan itself. So what
was played can be written as a scenario file, and a batch run of that file gives the same outcomes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, get_args

from annotated_types import Interval
from pydantic import TypeAdapter, ValidationError

from wijksim.errors import InputError, Problem, did_you_mean
from wijksim.parameters import Registry
from wijksim.report.numbers import shorten_name
from wijksim.scenario import Scenario
from wijksim.scenario.checks import all_faults
from wijksim.scenario.schema import FOUNDED_WITH, lever_of, lever_types, range_text
from wijksim.settings import ALIKE_WITHOUT, EnterprisePlan, Event, Lever, Levers, Settings
from wijksim.settings import CIRCUMSTANCES as DECIDED_BY_NOBODY

__all__ = [
    "CIRCUMSTANCES",
    "PARAMETER",
    "Move",
    "checked",
    "declared_bounds",
    "faults_of",
    "from_the_start",
    "is_founding",
    "lever_at",
    "with_move",
    "with_moves",
    "without_plan",
]

Changes = tuple[tuple[str, Any], ...]
"""Paths (``policy.LEVER``, ``enterprise.KEY.LEVER``, ``parameter.NAME``) and their new values."""

PARAMETER = "parameter."
"""Begin of the path of a parameter, which holds for the whole of both runs."""

CIRCUMSTANCES = frozenset(f"policy.{name}" for name in DECIDED_BY_NOBODY)
"""Levers that nobody in the room decides: they hold without the plan too."""

WITHOUT_PLAN = "Zonder plan / Without the plan"
_LONGEST_LABEL = 200
_DECIMALS = 9  # beyond those of any step


@dataclass(frozen=True)
class Move:
    """Something that the room changed.

    Parameters
    ----------
    number : int
        Of the order by which it came.
    month : int
        Months after the start; it holds from this month on.
    changes : tuple of (str, value)
        Paths and their new values.
    event : str
        In words, what happened, for something that befell the plan; empty where the room decided it.
    """

    number: int
    month: int
    changes: Changes
    event: str = ""


def is_founding(path: str) -> bool:
    """Whether a path leads to what an enterprise is founded with: it can be chosen before the first month only."""
    return path.startswith("enterprise.") and path.rpartition(".")[2] in FOUNDED_WITH


def lever_at(path: str) -> Lever:
    """Give the lever that a path leads to.

    Raises
    ------
    InputError
        There is none.
    """
    owner, _, name = path.rpartition(".")
    declared = Levers if owner == "policy" else EnterprisePlan
    lever = lever_of(declared, name) if name in declared.__dataclass_fields__ else None
    if lever is None:
        raise InputError.single(path, "there is no such lever.")
    return lever


def checked(changes: Iterable[tuple[str, Any]], enterprises: Iterable[str], registry: Registry) -> Changes:
    """Give changes with each number on the nearest step of its lever, and each choice as its enum.

    Parameters
    ----------
    changes : iterable of (str, value)
        Paths and values; choices as text or enum.
    enterprises : iterable of str
        Keys of the enterprises that there are.
    registry : Registry
        The parameters, which know their bounds.

    Raises
    ------
    InputError
        All that can't be: unknown paths, values of another kind or out of bounds.
    """
    kinds = lever_types(enterprises, founding=True)
    found: list[tuple[str, Any]] = []
    problems: list[Problem] = []
    for path, value in changes:
        try:
            if path.startswith(PARAMETER):
                found.append((path, _parameter(path, value, registry)))
            else:
                found.append((path, _lever_value(path, value, kinds)))
        except InputError as error:
            problems += error.problems
    if not found and not problems:
        problems.append(Problem("move", "changes nothing."))
    if problems:
        raise InputError(problems)
    return tuple(found)


def _parameter(path: str, value: object, registry: Registry) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError.single(path, f"is {value!r}; expected a number.")
    registry.with_values({path.removeprefix(PARAMETER): value})
    return float(value)


def _lever_value(path: str, value: object, kinds: dict[str, Any]) -> Any:
    if path not in kinds:
        raise InputError.single(path, "there is no such lever to move.", did_you_mean(path, kinds))
    kind, step = kinds[path], lever_at(path).step
    expected = f"expected {range_text(kind)}."
    takes_yes_or_no = bool in (kind, *get_args(kind))
    if isinstance(value, bool) != takes_yes_or_no:
        raise InputError.single(path, f"is {value!r}; {expected}")
    try:
        made = TypeAdapter(kind).validate_python(value)
    except ValidationError:
        raise InputError.single(path, f"is {value!r}; {expected}") from None
    if step is None or isinstance(made, bool | str) or made is None:
        return made
    nearest = round(round(made / step) * step, _DECIMALS)
    return int(nearest) if isinstance(made, int) else _within(kind, nearest, made)


def _within(kind: Any, nearest: float, asked: float) -> float:
    """Keep what was asked where the nearest step lies on a bound that doesn't belong to the range."""
    try:
        TypeAdapter(kind).validate_python(nearest)
    except ValidationError:
        return asked
    return nearest


def with_move(moves: Sequence[Move], new: Move) -> tuple[Move, ...]:
    """Add a move: what it sets is no longer set by moves of the same month or a later one."""
    paths = {path for path, _ in new.changes}
    kept = []
    for move in moves:
        left = tuple(
            (path, value)
            for path, value in move.changes
            if path not in paths or (move.month < new.month and not path.startswith(PARAMETER))
        )
        if left:
            kept.append(replace(move, changes=left))
    return tuple(sorted([*kept, new], key=lambda move: move.month))


def from_the_start(moves: Sequence[Move]) -> tuple[Move, ...]:
    """Let what the room decided hold from the first month, its last word on each lever; events keep their months."""
    last: dict[str, Any] = {}
    for move in moves:
        if not move.event:
            last.update(move.changes)
    number = max((move.number for move in moves), default=0)
    decided = [Move(number, 0, tuple(last.items()))] if last else []
    return (*decided, *(move for move in moves if move.event))


def with_moves(source: Scenario, moves: Sequence[Move]) -> Scenario:
    """Give the scenario that a plan and the moves of a session make."""
    settings = source.settings
    parameters: dict[str, float] = {}
    for move in moves:
        parameters |= {
            path.removeprefix(PARAMETER): value for path, value in move.changes if path.startswith(PARAMETER)
        }
        settings = _moved(settings, move)
    registry = source.registry.with_values(parameters, set_by="workshop") if parameters else source.registry
    return replace(source, settings=settings, registry=registry)


def _moved(settings: Settings, move: Move) -> Settings:
    """Apply what a move changes: in an event of its month that sets the same, else in the plan or by an own event."""
    events = list(settings.events)
    for_event = []
    for path, value in move.changes:
        if path.startswith(PARAMETER):
            continue
        same = [k for k, event in enumerate(events) if event.month == move.month and path in dict(event.changes)]
        if same:
            changed = {**dict(events[same[0]].changes), path: value}
            events[same[0]] = replace(events[same[0]], changes=tuple(changed.items()))
        elif move.month == 0:
            settings = _changed(settings, path, value)
        else:
            for_event.append((path, value))
    if for_event:
        events.append(Event(move.month, _label(move, for_event), tuple(for_event)))
    return replace(settings, events=tuple(sorted(events, key=lambda event: event.month)))


def _changed(settings: Settings, path: str, value: Any) -> Settings:
    owner, _, name = path.rpartition(".")
    if owner == "policy":
        return replace(settings, levers=replace(settings.levers, **{name: value}))
    plans = (
        replace(plan, **{name: value}) if owner == f"enterprise.{plan.key}" else plan for plan in settings.enterprises
    )
    return replace(settings, enterprises=tuple(plans))


def _label(move: Move, changes: Iterable[tuple[str, Any]]) -> str:
    levers = [(lever_at(path), value) for path, value in changes]
    told = ", ".join(f"{lever.label_nl} {value} / {lever.label} {value}" for lever, value in levers)
    return shorten_name(move.event or told, _LONGEST_LABEL)


def without_plan(plan: Scenario) -> Scenario:
    """Give what the plan is compared with: the same neighbourhood, circumstances and scale, and no plan."""
    settings = plan.settings
    kept = {f"policy.{name}" for name in ALIKE_WITHOUT}
    events = (
        replace(event, changes=tuple(change for change in event.changes if change[0] in kept))
        for event in settings.events
    )
    return replace(
        plan,
        settings=replace(
            settings,
            name=WITHOUT_PLAN,
            levers=Levers(**{name: getattr(settings.levers, name) for name in ALIKE_WITHOUT}),
            enterprises=(),
            events=tuple(event for event in events if event.changes),
        ),
        description="",
    )


def faults_of(scenario: Scenario) -> list[Problem]:
    """Say what in a scenario contradicts itself, as ``wijksim check`` would of its file."""
    settings = scenario.settings
    data = {
        "months": settings.months,
        "policy": asdict(settings.levers),
        "enterprise": [asdict(plan) for plan in settings.enterprises],
        "event": [{"month": event.month, "set": dict(event.changes)} for event in settings.events],
    }
    return [
        Problem(".".join(map(str, path)), message, hint)
        for path, message, hint in all_faults(data, scenario.profile, scenario.registry)
    ]


def declared_bounds(kind: Any) -> tuple[float, float]:
    """Lowest and highest value that a lever of this type may have; infinite where nothing is declared."""
    for part in (kind, *get_args(kind)):
        for note in getattr(part, "__metadata__", ()):
            if isinstance(note, Interval):
                low, high = note.ge if note.gt is None else note.gt, note.le
                return float(str(low)), float(str(high))
    return -math.inf, math.inf
