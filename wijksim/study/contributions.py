"""Who adds what to a difference: residents by group, whose contributions add up to it exactly.

Of a sum over residents a group contributes its part of the sum with the plan less that without it. Of a ratio E / A it
contributes

    (E1g - r A1g) / A1 - (E0g - r A0g) / A0,  with r the mean of both ratios,

which adds up to the difference for any r: somebody who works counts by what is above the mean, somebody of the
denominator who doesn't by what is below it, so that a change in who is counted has its place too. All is reckoned in
whole numbers and fractions; nothing is rounded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.calendar import MONTHS_PER_YEAR
from wijksim.parameters import Registry
from wijksim.population.ages import AGE_CLASSES
from wijksim.population.columns import Columns, Education, Status, is_paid_work
from wijksim.report.explanation import GroupShare
from wijksim.state import State
from wijksim.study.person_sums import PersonSum

__all__ = ["DIMENSIONS", "GROUPS", "Added", "Contributions", "Groups"]

Ints = NDArray[np.int64]
Codes = NDArray[np.intp]

_OTHERS = ("newcomer", "born", "one_run")
"""Groups of their own in each dimension: who moved in since, was born since, or of the start lives in one run only."""
_PLACES = ("place_policy", "place_baseline", "no_place")
_AGES = tuple(first for first, _ in AGE_CLASSES.values())
_HOUSEHOLDS = ("alone", "couple", "couple_children", "single_parent", "other_household")
_DURATIONS = ("working", "short", "middle", "long", "not_searching")
GROUPS: dict[str, tuple[str, ...]] = {
    "place": _PLACES,
    "age": (*(f"age_{first}" for first in _AGES), *_OTHERS),
    "education": (*(level.name.lower() for level in Education), "child", *_OTHERS),
    "household": (*_HOUSEHOLDS, *_OTHERS),
    "status": (*(status.name.lower() for status in Status), *_OTHERS),
    "duration": (*_DURATIONS, *_OTHERS),
}
"""Groups of each dimension."""
DIMENSIONS = tuple(GROUPS)
"""By what residents are grouped: a place at a social enterprise up to then, age then, and what they were at first."""

_JOBLESS = (Status.UNEMPLOYMENT_BENEFIT, Status.SOCIAL_ASSISTANCE, Status.NO_BENEFIT, Status.PLACEMENT)


class Groups:
    """Everybody's groups: those of the start by what they were then, equal in both runs.

    Parameters
    ----------
    start : Columns
        Residents before the first month.
    registry : Registry
        Parameters.
    first : int
        Absolute month in which the run begins.
    """

    def __init__(self, start: Columns, registry: Registry, first: int) -> None:
        rows = np.flatnonzero(start["present"])
        rows = rows[np.argsort(start["uid"][rows])]
        self._uids: Ints = start["uid"][rows]
        status = start["status"][rows]
        child = status == Status.CHILD
        self._codes: dict[str, Codes] = {
            "education": np.where(child, len(Education), start["education"][rows]).astype(np.intp),
            "household": _households(start, rows, registry, first),
            "status": status.astype(np.intp),
            "duration": _durations(first - start["out_of_work_since"][rows], status, registry),
        }
        self._known = self._uids
        self._born = np.zeros(0, np.int64)
        self._placed = [np.zeros(0, np.int64), np.zeros(0, np.int64)]

    def see(self, runs: tuple[State, State], at: int) -> None:
        """Remember who came in a month, and who had a place, in the baseline and in the policy run."""
        known = self._known
        for run, state in enumerate(runs):
            columns = state.columns
            present = columns["present"]
            placed = columns["uid"][present & (columns["ever_placed"] >= 0)]
            self._placed[run] = np.union1d(self._placed[run], placed)
            rows = np.flatnonzero(present)
            new = rows[~np.isin(columns["uid"][rows], known)]
            mothers, _ = state.lineage.parents_of(columns["uid"][new])
            newborn = new[(columns["birth_month"][new] == at) & np.isin(mothers, known)]
            self._born = np.union1d(self._born, columns["uid"][newborn])
            self._known = np.union1d(self._known, columns["uid"][new])

    def of(self, uids: Ints, in_both: NDArray[np.bool_], birth_month: Ints, at: int) -> dict[str, Codes]:
        """Group of each of `uids` in a month, for every dimension, as a place in its groups.

        Parameters
        ----------
        uids : array of int64, shape (people,)
            Who lives here in one of the runs or both.
        in_both : array of bool, shape (people,)
            Who does in both.
        birth_month : array of int, shape (people,)
            Absolute month of birth.
        at : int
            Absolute month.
        """
        place = np.minimum(np.searchsorted(self._uids, uids), max(self._uids.size - 1, 0))
        of_start = self._uids[place] == uids if self._uids.size else np.zeros(uids.size, np.bool_)
        newcomer, born, one_run = range(len(_OTHERS))
        other = np.where(of_start, one_run, np.where(np.isin(uids, self._born), born, newcomer))
        own = of_start & in_both
        age = np.searchsorted(np.array(_AGES) * MONTHS_PER_YEAR, at - birth_month, "right") - 1
        codes = {"age": age, **{name: known[place] for name, known in self._codes.items()}}
        found = {
            name: np.where(own, code, len(GROUPS[name]) - len(_OTHERS) + other).astype(np.intp)
            for name, code in codes.items()
        }
        baseline, policy = (np.isin(uids, placed) for placed in self._placed)
        return {"place": np.where(policy, 0, np.where(baseline, 1, 2)).astype(np.intp), **found}


def _households(start: Columns, rows: Codes, registry: Registry, first: int) -> Codes:
    """Kind of household of each of `rows`, as a place in `_HOUSEHOLDS`."""
    homes, home = np.unique(start["household"][rows], return_inverse=True)
    adult = first - start["birth_month"][rows] >= registry.number("adult_age") * MONTHS_PER_YEAR
    adults, minors, partners = (
        np.bincount(home[who], minlength=homes.size)[home] for who in (adult, ~adult, start["partner_row"][rows] >= 0)
    )
    couple = (partners > 0) & (adults == 2)
    kinds = [(adults == 1) & (minors == 0), couple & (minors == 0), couple, (adults == 1) & (minors > 0)]
    return np.select(kinds, range(len(kinds)), len(kinds)).astype(np.intp)


def _durations(months: Ints, status: NDArray[np.int8], registry: Registry) -> Codes:
    """Class of time without work of each, as a place in `_DURATIONS`."""
    edges = [registry.number(f"duration_class_{name}_months") for name in ("short", "middle")]
    jobless = 1 + np.searchsorted(edges, months, "right")
    other = len(_DURATIONS) - 1
    found = np.where(np.isin(status, _JOBLESS), jobless, np.where(is_paid_work(status), 0, other))
    return found.astype(np.intp)


@dataclass(frozen=True)
class Added:
    """What residents add to an outcome in one month of one run; arrays of shape (people,).

    Parameters
    ----------
    uids, birth_month : array of int64
        Who lives here, by rising identity, and when they were born.
    part, whole : array of int64
        What each adds; `whole` is zero for an outcome that is no ratio.
    """

    uids: Ints
    birth_month: Ints
    part: Ints
    whole: Ints

    @classmethod
    def of(cls, columns: Columns, part: NDArray[Any], whole: NDArray[Any] | None) -> Added:
        """Gather those who live here."""
        rows = np.flatnonzero(columns["present"])
        rows = rows[np.argsort(columns["uid"][rows])]
        parts = part[rows].astype(np.int64)
        wholes = np.zeros(rows.size, np.int64) if whole is None else whole[rows].astype(np.int64)
        return cls(columns["uid"][rows], columns["birth_month"][rows].astype(np.int64), parts, wholes)

    @property
    def sums(self) -> tuple[int, int]:
        """Sum of the part and of the whole."""
        return int(self.part.sum()), int(self.whole.sum())

    def among(self, uids: Ints, values: Ints) -> Ints:
        """Values of these residents in the places of `uids`, in rising order; zero for who isn't here."""
        out = np.zeros(uids.size, np.int64)
        out[np.searchsorted(uids, self.uids)] = values
        return out


@dataclass
class _Sums:
    """Of one group, over months: people, parts and wholes in both runs, and the contribution."""

    people: list[int] = field(default_factory=lambda: [0, 0])
    part: list[Fraction] = field(default_factory=lambda: [Fraction(0), Fraction(0)])
    whole: list[int] = field(default_factory=lambda: [0, 0])
    contribution: Fraction = Fraction(0)


class Contributions:
    """Adds up, month by month, what each group adds to the difference of a period.

    Parameters
    ----------
    outcome : PersonSum
        The outcome.
    months : int
        Months of the period.
    is_flow : bool
        Whether months are added up; else their mean is taken.
    """

    def __init__(self, outcome: PersonSum, months: int, *, is_flow: bool) -> None:
        self._outcome, self._months = outcome, months
        self._over = 1 if is_flow else months
        self._sums: dict[tuple[str, str], _Sums] = {}
        self.values = [Fraction(0), Fraction(0)]
        self.contributors = np.zeros(0, np.int64)

    def add(self, runs: tuple[Added, Added], groups: Groups, at: int, price: float) -> None:
        """Add a month; `price` turns money of the month into that of the price year, and is 1 for what is no money."""
        uids = np.union1d(runs[0].uids, runs[1].uids)
        here = [np.isin(uids, run.uids) for run in runs]
        parts = [run.among(uids, run.part) for run in runs]
        wholes = [run.among(uids, run.whole) for run in runs]
        born = np.where(here[1], runs[1].among(uids, runs[1].birth_month), runs[0].among(uids, runs[0].birth_month))
        differs = (parts[0] != parts[1]) | (wholes[0] != wholes[1])
        self.contributors = np.union1d(self.contributors, uids[differs])
        scale = self._outcome.scale * Fraction(price)
        totals = [run.sums for run in runs]
        for run, value in enumerate(self._values(totals)):
            self.values[run] += scale * value / self._over
        for dimension, codes in groups.of(uids, here[0] & here[1], born, at).items():
            for place, name in enumerate(GROUPS[dimension]):
                who = codes == place
                if not who.any():
                    continue
                sums = self._sums.setdefault((dimension, name), _Sums())
                of_group = [(int(parts[run][who].sum()), int(wholes[run][who].sum())) for run in (0, 1)]
                for run, (part, whole) in enumerate(of_group):
                    sums.people[run] += int(here[run][who].sum())
                    sums.part[run] += scale * part
                    sums.whole[run] += whole
                sums.contribution += scale * self._contribution(of_group, totals) / self._over

    def _values(self, totals: list[tuple[int, int]]) -> list[Fraction]:
        """Sum or ratio of each run, before scaling."""
        if self._outcome.whole is None:
            return [Fraction(part) for part, _ in totals]
        return [Fraction(part, whole) for part, whole in totals]

    def _contribution(self, of_group: list[tuple[int, int]], totals: list[tuple[int, int]]) -> Fraction:
        if self._outcome.whole is None:
            return Fraction(of_group[1][0] - of_group[0][0])
        mean = sum(self._values(totals), Fraction(0)) / 2
        without, with_plan = (
            (part - mean * whole) / total for (part, whole), (_, total) in zip(of_group, totals, strict=True)
        )
        return with_plan - without

    def shares(self) -> Iterator[GroupShare]:
        """Every group in which somebody is, by dimension."""
        for dimension, names in GROUPS.items():
            for name in names:
                sums = self._sums.get((dimension, name))
                if sums is not None:
                    people = (sums.people[0] / self._months, sums.people[1] / self._months)
                    level = (self._level(sums, 0), self._level(sums, 1))
                    yield GroupShare(dimension, name, people, level, sums.contribution)

    def _level(self, sums: _Sums, run: int) -> float:
        if self._outcome.whole is None:
            return float(sums.part[run] / self._over)
        if not sums.whole[run]:
            return float("nan")
        return float(sums.part[run] / sums.whole[run])
