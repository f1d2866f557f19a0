"""Why a pair of runs differs, in memory: where they part, who adds what to the difference, and some lives."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

__all__ = [
    "ABSENT",
    "AT_PLACE",
    "Change",
    "Explanation",
    "GroupShare",
    "Life",
    "PartedPerson",
    "Parting",
    "Person",
    "Spread",
    "Stretch",
]

ABSENT = -1
"""Course of somebody in a month in which they don't live here."""

AT_PLACE = 100
"""Course of somebody in a place at the first enterprise; the next one has one more. Below it: codes of `Status`."""


@dataclass(frozen=True)
class Person:
    """Who somebody is, without a name.

    Parameters
    ----------
    uid : int
        Identity, the same in both runs.
    sex, age : int
        Code of `Sex`, and age in whole years in the month that is told of.
    education : int
        Code of `Education`; -1 where it isn't known yet.
    """

    uid: int
    sex: int
    age: int
    education: int


@dataclass(frozen=True)
class Change:
    """A resident column that differs between the runs, with its value in each.

    For `status` the values are courses (`AT_PLACE`); for `household` and `present` they say nothing more.
    """

    column: str
    baseline: float
    policy: float


@dataclass(frozen=True)
class PartedPerson:
    """One of the first whose lives differ, and in what."""

    person: Person
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Parting:
    """The first month in which lives differ.

    Parameters
    ----------
    month : int
        Absolute month.
    process : str
        Name of the process of that month after which they first differ.
    people : int
        Residents who differ then.
    people_after : int
        Residents who differ at the end of that month.
    examples : tuple of PartedPerson
        Some of the first, those whose situation differs before others, then by identity.
    """

    month: int
    process: str
    people: int
    people_after: int
    examples: tuple[PartedPerson, ...]


@dataclass(frozen=True)
class Spread:
    """How far the runs are apart in one month: residents in another situation, and those who ever were."""

    month: int
    now: int
    ever: int


@dataclass(frozen=True)
class GroupShare:
    """What a group adds to the difference.

    Parameters
    ----------
    dimension, group : str
        By what residents are grouped, and which group.
    people : (float, float)
        Residents in it without and with the plan; mean over the months.
    level : (float, float)
        The outcome of this group alone, without and with the plan; not a number where a ratio has no whole.
    contribution : Fraction
        Exact; those of a dimension add up to the difference.
    """

    dimension: str
    group: str
    people: tuple[float, float]
    level: tuple[float, float]
    contribution: Fraction


@dataclass(frozen=True)
class Stretch:
    """Months, from first to last, in which somebody's course stays the same in both runs."""

    first: int
    last: int
    baseline: int
    policy: int


@dataclass(frozen=True)
class Life:
    """The course of one resident in both runs.

    Parameters
    ----------
    person : Person
        As of the first month that differs.
    months : int
        Months that differ.
    stretches : tuple of Stretch
        All months of the run.
    """

    person: Person
    months: int
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True)
class Explanation:
    """Why an outcome differs in one pair of runs.

    Parameters
    ----------
    outcome, group : str
        The outcome; its group is empty for one without groups.
    baseline, policy : str
        Names of the scenarios.
    seed : int
        Of the pair.
    period : str
        Month (YYYY-MM), calendar year, or `PERIOD_LAST_YEAR`.
    unit : str
        As in the tables.
    is_ratio : bool
        Whether the outcome is the ratio of two sums.
    values : (Fraction, Fraction)
        The outcome without and with the plan; money in euro of the price year.
    pair_effects : tuple of float
        The difference in each pair of the folder.
    shares : tuple of GroupShare
        By dimension and group.
    books_part : int
        Absolute month from which ledger, institutions or residents differ; -1 where nothing ever does.
    parting : Parting or None
        None where no resident's life ever differs.
    spread : tuple of Spread
        Each December, and the last month.
    lives : tuple of Life
        Some lives.
    candidates : int
        Residents among whom these were chosen.
    of_the_difference : bool
        Whether these are only residents who add to the difference.
    enterprises : tuple of str
        Names of the social enterprises, by course.
    durations : (int, int)
        Months without work at which the second and third class begin.
    months : int
        Length of the run.
    """

    outcome: str
    group: str
    baseline: str
    policy: str
    seed: int
    period: str
    unit: str
    is_ratio: bool
    values: tuple[Fraction, Fraction]
    pair_effects: tuple[float, ...]
    shares: tuple[GroupShare, ...]
    books_part: int
    parting: Parting | None
    spread: tuple[Spread, ...]
    lives: tuple[Life, ...]
    candidates: int
    of_the_difference: bool
    enterprises: tuple[str, ...]
    durations: tuple[int, int]
    months: int

    @property
    def effect(self) -> Fraction:
        """With the plan less without it."""
        return self.values[1] - self.values[0]

    @property
    def key(self) -> str:
        """Outcome and group as they are asked for."""
        return f"{self.outcome}.{self.group}" if self.group else self.outcome
