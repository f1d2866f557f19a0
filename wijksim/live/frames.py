"""Frames: what a session shows at a moment, and the work situation of each home."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wijksim.calendar import MONTHS_PER_YEAR
from wijksim.live.families import Family
from wijksim.live.moves import Move
from wijksim.live.works import Works
from wijksim.population.codes import Status, is_paid_work
from wijksim.settings import EnterprisePlan, Levers
from wijksim.state import State

__all__ = [
    "COURSE_BOUNDS",
    "FEWEST_COURSES",
    "SERIES",
    "Fan",
    "Frame",
    "Guess",
    "Household",
    "Member",
    "Situation",
    "StreetPlan",
    "bounds_of",
    "members_of",
    "situations",
]

Floats = NDArray[np.float64]

SERIES = ("employed_15_74", "assistance_persons", "in_place", "children_no_work")
"""Outcomes of which a frame holds the course, with and without the plan."""

FEWEST_COURSES = 10
"""Other courses from which on bounds are shown."""

COURSE_BOUNDS = (0.05, 0.95)
"""Quantiles of other courses that are shown as a range: nine of ten are between them."""

_WITHOUT_WORK = (
    Status.UNEMPLOYMENT_BENEFIT,
    Status.DISABILITY,
    Status.NO_BENEFIT,
)
_MOST_OF_A_KIND = 100  # people of a kind that are counted in one home
_IN_PLACE = (Status.SUBSIDISED_JOB, Status.PLACEMENT)


class Situation(IntEnum):
    """Work situation of a household, by the member that stands highest here."""

    EMPTY = 0
    NO_NEED = 1
    """Only pensioners, pupils and students."""
    WITHOUT_WORK = 2
    """Nobody in paid work, and no social assistance."""
    ASSISTANCE = 3
    """Nobody in paid work, and somebody on social assistance."""
    WORK = 4
    PLACE = 5
    """Somebody has a place at a social enterprise."""


def situations(state: State) -> NDArray[np.int8]:
    """Give the work situation of each home (codes of `Situation`), shape (homes,)."""
    columns = state.columns
    rows = columns.present_rows()
    home, status = columns["home"][rows], columns["status"][rows]
    found = np.full(len(state.homes), Situation.EMPTY, np.int8)
    in_place = np.isin(status, _IN_PLACE) & (columns["employer"][rows] >= 0)
    for situation, who in (
        (Situation.NO_NEED, np.ones(rows.size, np.bool_)),
        (Situation.WITHOUT_WORK, np.isin(status, _WITHOUT_WORK)),
        (Situation.ASSISTANCE, status == Status.SOCIAL_ASSISTANCE),
        (Situation.WORK, is_paid_work(status)),
        (Situation.PLACE, in_place),
    ):
        found[home[who]] = situation
    return found


def people_of_homes(state: State) -> NDArray[np.int8]:
    """Count who lives in each home: adults, those in paid work, on assistance, and children; shape (4, homes)."""
    columns = state.columns
    rows = columns.present_rows()
    home, status = columns["home"][rows], columns["status"][rows]
    child = (status == Status.CHILD) | (status == Status.SCHOOL)
    kinds = (~child, is_paid_work(status), status == Status.SOCIAL_ASSISTANCE, child)
    counts = [np.bincount(home[who], minlength=len(state.homes)) for who in kinds]
    return np.minimum(counts, _MOST_OF_A_KIND).astype(np.int8)


@dataclass(frozen=True)
class StreetPlan:
    """The homes of one run, one mark each.

    Parameters
    ----------
    x, y : array of float32, shape (homes,)
        Metres east and north; a home keeps its place.
    situation : array of int8, shape (homes,)
        Codes of `Situation`.
    people : array of int8, shape (4, homes)
        Who lives there: counts of adults, of adults in paid work, of people on social assistance, and of children.
    """

    x: NDArray[np.float32]
    y: NDArray[np.float32]
    situation: NDArray[np.int8]
    people: NDArray[np.int8]

    @classmethod
    def of(cls, state: State) -> StreetPlan:
        """Street plan of a state as it is now."""
        return cls(state.homes.x, state.homes.y, situations(state), people_of_homes(state))


@dataclass(frozen=True)
class Member:
    """Somebody who lives in a home: age in years, activity status and since how many months, and if in a place."""

    age: int
    status: Status
    months: int
    in_place: bool


def members_of(state: State, home: int) -> tuple[Member, ...]:
    """Give who lives in a home now, the oldest first."""
    columns = state.columns
    rows = columns.present_rows()
    rows = rows[columns["home"][rows] == home]
    rows = rows[np.lexsort((columns["uid"][rows], columns["birth_month"][rows]))]
    return tuple(
        Member(
            (state.month - int(columns["birth_month"][row])) // MONTHS_PER_YEAR,
            Status(int(columns["status"][row])),
            max(0, state.month - int(columns["status_since"][row])),
            bool(columns["employer"][row] >= 0),
        )
        for row in rows
    )


@dataclass(frozen=True)
class Household:
    """Who lives in a home that somebody pointed at, without and with the plan."""

    home: int
    baseline: tuple[Member, ...]
    policy: tuple[Member, ...]


@dataclass(frozen=True)
class Guess:
    """What a group expects of the plan: a difference in the outcome that was shown (of `SERIES`; empty: not known)."""

    group: str
    value: float
    outcome: str = ""


def bounds_of(courses: ArrayLike) -> tuple[float, float]:
    """Give the bounds of values, one of each course."""
    low, high = np.quantile(np.asarray(courses), COURSE_BOUNDS).tolist()
    return low, high


@dataclass(frozen=True)
class Fan:
    """Other courses by other chance, of the same two plans.

    Parameters
    ----------
    done, wanted : int
        Courses computed, and how many there will be.
    bands : mapping of str to array of float64, shape (3, 2, months)
        For each outcome the lowest and highest 5 % of the baseline, of the policy, and of their difference; empty
        until the first course is there.
    pockets : mapping of str to (float, float)
        The same bounds for the balance of each pocket over the whole run.
    changes : mapping of str to array of float32, shape (done, months)
        For each outcome the difference by the plan in each course; course k of two plans has the same luck if their
        seeds are the same.
    pocket_changes : mapping of str to array of float64, shape (done,)
        The same for the balance of each pocket over the whole run.
    firsts : (float, float)
        People who were the first in three generations in paid work, mean over the courses, without and with the plan.
    """

    done: int
    wanted: int
    bands: Mapping[str, Floats] = field(default_factory=dict)
    pockets: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    changes: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)
    pocket_changes: Mapping[str, Floats] = field(default_factory=dict)
    firsts: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Frame:
    """What a session shows; made in the worker, sent whole, changed by nobody.

    Parameters
    ----------
    number : int
        Rises with each frame.
    answered : int
        Number of the last order that is in it.
    scenario : str
        Name of the plan that was begun with.
    start, months, month : int
        Absolute month of the first month, length of the run, and months simulated up to now.
    seed : int
        Of both runs.
    price_year : int
        Year in whose prices `pockets` are.
    baseline, policy : StreetPlan
        The homes without and with the plan.
    apart : array of int8, shape (homes,)
        How each home differs by the plan, codes of `Apart`.
    families : (tuple of Family, tuple of Family)
        Whose first generation in work appeared up to now, without and with the plan, in order of months.
    series : mapping of str to array of float64, shape (2, month)
        Course of each outcome of `SERIES`, without and with the plan.
    pockets : mapping of str to float
        By pocket, what it gained by the plan up to now, euro of the price year.
    pockets_by_month : mapping of str to array of float64, shape (month,)
        The same up to the end of each month.
    works : tuple of Works
        The social enterprises of the plan, as they are now.
    levers, enterprises
        In force in the month to come, or at the end in the last month.
    moves : tuple of Move
        What the room changed.
    playing, finished, hidden, can_undo, can_redo : bool
        Whether it goes on by itself, is at its end, and the line with the plan waits for guesses; and whether there is
        something to undo and redo.
    speed : float
        Months a second.
    guesses : tuple of Guess
        What groups expect.
    household : Household or None
        Who lives in the home that was looked at.
    fan : Fan or None
        Other courses, once they are asked for.
    refused : str
        Why the last order was refused; empty where it wasn't.
    error : str
        What went wrong in a step; play has stopped.
    plan_file, baseline_file : str
        The plan with all moves, and what it is compared with, as scenario files.
    """

    number: int
    answered: int
    scenario: str
    start: int
    months: int
    month: int
    seed: int
    price_year: int
    baseline: StreetPlan
    policy: StreetPlan
    apart: NDArray[np.int8]
    families: tuple[tuple[Family, ...], tuple[Family, ...]]
    series: Mapping[str, Floats]
    pockets: Mapping[str, float]
    pockets_by_month: Mapping[str, Floats]
    works: tuple[Works, ...]
    levers: Levers
    enterprises: tuple[EnterprisePlan, ...]
    moves: tuple[Move, ...]
    playing: bool
    finished: bool
    hidden: bool
    can_undo: bool
    can_redo: bool
    speed: float
    guesses: tuple[Guess, ...]
    household: Household | None
    fan: Fan | None
    refused: str
    error: str
    plan_file: str
    baseline_file: str
