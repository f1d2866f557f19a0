"""Where two runs of one seed part: the first month, process and residents whose columns differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from wijksim.calendar import MONTHS_PER_YEAR
from wijksim.model import MONTH, Neighbourhood
from wijksim.population.columns import NO_ROW, Columns, Status
from wijksim.processes.process import Month, Process
from wijksim.report.explanation import ABSENT, AT_PLACE, Change, PartedPerson, Parting, Person
from wijksim.scenario import Scenario
from wijksim.state import State

__all__ = ["Differences", "courses_of", "differences", "parting_of", "person_of"]

_EXAMPLES = 5
_PRESENT = "present"

Ints = NDArray[np.int64]


class Differences(NamedTuple):
    """Residents who differ, by rising identity, and by column those who differ in it."""

    uids: Ints
    by_column: Mapping[str, Ints]


def differences(baseline: Columns, policy: Columns) -> Differences:
    """Residents of whom any column differs, or who live in one of the runs only.

    Columns that refer to another resident are compared by whom they refer to; those that a process of one run alone
    declares are left out.
    """
    sides = [_by_uid(columns) for columns in (baseline, policy)]
    uids, first, second = np.intersect1d(sides[0].uids, sides[1].uids, assume_unique=True, return_indices=True)
    rows = (sides[0].rows[first], sides[1].rows[second])
    found: dict[str, Ints] = {}
    absent = np.setxor1d(sides[0].uids, sides[1].uids, assume_unique=True)
    if absent.size:
        found[_PRESENT] = absent
    for column in (column for column in baseline.declared if column.name in policy):
        values = [
            _values(columns, column.name, column.kind == "row", row)
            for columns, row in zip((baseline, policy), rows, strict=True)
        ]
        who = uids[values[0] != values[1]]
        if who.size:
            found[column.name] = who
    everybody = np.unique(np.concatenate([*found.values()])) if found else np.zeros(0, np.int64)
    return Differences(everybody, found)


class _Side(NamedTuple):
    uids: Ints
    rows: NDArray[np.intp]


def _by_uid(columns: Columns) -> _Side:
    rows = columns.present_rows()
    order = np.argsort(columns["uid"][rows])
    return _Side(columns["uid"][rows][order], rows[order])


def _values(columns: Columns, name: str, refers: bool, rows: NDArray[np.intp]) -> NDArray[Any]:
    values: NDArray[Any] = columns[name][rows]
    if not refers:
        return values
    return np.where(values >= 0, columns["uid"][np.maximum(values, 0)], NO_ROW)


def courses_of(columns: Columns, rows: NDArray[np.intp], places: Sequence[int]) -> NDArray[np.int16]:
    """Course of these residents: the place at each enterprise (`AT_PLACE`), else the status.

    Parameters
    ----------
    columns : Columns
        Residents.
    rows : array of intp, shape (people,)
        Of whom.
    places : sequence of int
        For each enterprise of this run its place among those of both runs.
    """
    status = columns["status"][rows].astype(np.int16)
    employer = columns["employer"][rows]
    at_place = employer >= 0
    if not at_place.any():
        return status
    return np.where(at_place, AT_PLACE + np.array(places, np.int16)[np.maximum(employer, 0)], status).astype(np.int16)


def person_of(columns: Columns, uid: int, at: int) -> Person:
    """Who a resident is in a month."""
    row = columns.row_of(uid)
    child = columns["status"][row] == Status.CHILD
    return Person(
        uid=uid,
        sex=int(columns["sex"][row]),
        age=(at - int(columns["birth_month"][row])) // MONTHS_PER_YEAR,
        education=ABSENT if child else int(columns["education"][row]),
    )


class _Kept:
    """A process that changes nothing: it keeps the residents as the process before it left them."""

    reads = writes = streams = parameters = columns = outcomes = ()

    def __init__(self, process: str) -> None:
        self.name = f"explain_after_{process}"
        self.kept: Columns | None = None

    def step(self, month: Month) -> None:
        """Do the month."""
        self.kept = month.columns.copy()


def parting_of(
    scenarios: tuple[Scenario, Scenario], states: tuple[State, State], seed: int, places: tuple[list[int], list[int]]
) -> Parting:
    """Find in a month in which lives part after which process they do, and whose lives.

    Parameters
    ----------
    scenarios : tuple of Scenario
        Baseline and policy.
    states : tuple of State
        Of both runs before that month.
    seed : int
        Of both.
    places : tuple of list of int
        For each run the places of its enterprises among those of both.
    """
    at = states[0].month
    sides = [_by_process(state, scenario, seed) for state, scenario in zip(states, scenarios, strict=True)]
    last = list(sides[0])[-1]
    people_after = differences(sides[0][last], sides[1][last]).uids.size
    for process, baseline in sides[0].items():
        policy = sides[1][process]
        found = differences(baseline, policy)
        if found.uids.size:
            examples = tuple(_examples(found, (baseline, policy), places, at))
            return Parting(at, process, int(found.uids.size), int(people_after), examples)
    raise ValueError("residents differ after a month and after none of its processes")


def _by_process(state: State, scenario: Scenario, seed: int) -> dict[str, Columns]:
    """Residents after each process of one month more."""
    kept = {process.name: _Kept(process.name) for process in MONTH}
    model = Neighbourhood.from_state(state, scenario, seed=seed, after=cast("dict[str, Process]", kept))
    model.step()
    model.close()
    return {name: item.kept for name, item in kept.items() if item.kept is not None}


def _examples(
    found: Differences, runs: tuple[Columns, Columns], places: tuple[list[int], list[int]], at: int
) -> list[PartedPerson]:
    none = np.zeros(0, np.int64)
    moved = np.union1d(found.by_column.get("status", none), found.by_column.get("employer", none))
    moved = np.union1d(moved, found.by_column.get(_PRESENT, none))
    order = [*moved.tolist(), *np.setdiff1d(found.uids, moved).tolist()][:_EXAMPLES]
    return [_example(uid, found, runs, places, at) for uid in order]


def _example(
    uid: int, found: Differences, runs: tuple[Columns, Columns], places: tuple[list[int], list[int]], at: int
) -> PartedPerson:
    rows = [columns.row_of(uid) for columns in runs]
    here = [bool(row >= 0 and columns[_PRESENT][row]) for row, columns in zip(rows, runs, strict=True)]
    person = person_of(runs[0] if here[0] else runs[1], uid, at)
    if not all(here):
        return PartedPerson(person, (Change(_PRESENT, float(here[0]), float(here[1])),))
    courses = [
        float(courses_of(columns, np.array([row]), place)[0])
        for columns, row, place in zip(runs, rows, places, strict=True)
    ]
    changes = [Change("status", *courses)] if courses[0] != courses[1] else []
    for name, who in found.by_column.items():
        if name not in ("status", "employer") and uid in who:
            changes.append(Change(name, *(float(columns[name][row]) for columns, row in zip(runs, rows, strict=True))))
    return PartedPerson(person, tuple(changes))
