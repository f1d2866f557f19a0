"""Households from elsewhere, put in the order in which arrivals and new partners are looked up in them.

Made once of the `newcomers` of a run, which never change: nothing here depends on the policy.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.calendar import MONTHS_PER_YEAR
from wijksim.population.columns import Columns, Education, LeaveReason, Rows, Sex, Status
from wijksim.state import State

__all__ = ["ACTIVITY_COLUMNS", "Forebears", "NewcomerPool", "Templates"]

ACTIVITY_COLUMNS = frozenset({
    "status", "status_since", "out_of_work_since", "job_since", "contract", "contract_until", "hours_share",
    "wage_multiple", "weeks_worked", "ww_months_built", "ww_until", "ww_since", "last_wage", "sick_since",
    "productivity",
})  # fmt: skip
"""What a newcomer who is not yet on state pension takes from another, a little younger in the start year."""

Uids = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Forebears:
    """Lineage of the newcomers, with parents as places in the same arrays; arrays of shape (people,)."""

    uid: Uids
    mother: Uids
    father: Uids
    birth_month: NDArray[np.int32]
    adult_months: NDArray[np.int16]
    adult_months_paid: NDArray[np.int16]
    left_month: NDArray[np.int32]
    left_reason: NDArray[np.int8]

    @classmethod
    def of(cls, newcomers: State) -> Forebears:
        """Lineage of a population, work histories of its residents included."""
        columns, lineage = newcomers.columns, newcomers.lineage
        histories = {name: getattr(lineage, name).copy() for name in ("adult_months", "adult_months_paid")}
        residents = lineage.places_of(columns["uid"])
        for name, history in histories.items():
            history[residents] = columns[name]
        return cls(
            lineage.uid,
            lineage.places_of(lineage.mother),
            lineage.places_of(lineage.father),
            lineage.birth_month,
            histories["adult_months"],
            histories["adult_months_paid"],
            lineage.left_month,
            lineage.left_reason,
        )

    @cached_property
    def _pedigrees(self) -> Rows:
        """Everyone with all whom they descend from, as places or -1; shape (people, forebears and self)."""
        columns = [np.arange(self.uid.size)]
        generation = columns
        while generation:
            parents = [np.append(side, -1)[line] for line in generation for side in (self.mother, self.father)]
            generation = [line for line in parents if (line >= 0).any()]
            columns += generation
        return np.column_stack(columns)

    def with_ancestors(self, places: Rows) -> Rows:
        """Places of these people and of everybody they descend from, each once, sorted."""
        found = np.zeros(self.uid.size + 1, bool)  # the last place is for the unknown, -1
        found[self._pedigrees[places]] = True
        return np.flatnonzero(found[:-1])

    def records(
        self, places: Rows, uids: Uids, names: tuple[Rows, Uids], at: int, shift: int, here: NDArray[np.bool_]
    ) -> dict[str, NDArray[Any]]:
        """Fields for `Lineage.add`.

        Parameters
        ----------
        places : array of intp, shape (n,)
            Who, as places in these arrays.
        uids : array of int64, shape (n,)
            Their identities in this run.
        names : (array of intp, array of int64), each of shape (known,)
            Places and identities of all their parents, places sorted.
        at, shift : int
            Absolute month of arrival, and months by which their lives are moved.
        here : array of bool, shape (n,)
            Whether they come to live in the wijk; the others live elsewhere or are dead.
        """
        left = np.where(self.left_month[places] >= 0, self.left_month[places] + shift, at)
        reason = np.where(self.left_reason[places] > 0, self.left_reason[places], LeaveReason.MOVED_OUT)
        return {
            "uid": uids,
            "mother": _named(self.mother[places], names),
            "father": _named(self.father[places], names),
            "birth_month": self.birth_month[places] + shift,
            "adult_months": self.adult_months[places],
            "adult_months_paid": self.adult_months_paid[places],
            "left_month": np.where(here, -1, left),
            "left_reason": np.where(here, 0, reason),
        }


def _named(places: Rows, names: tuple[Rows, Uids]) -> Uids:
    known, uids = names
    return np.append(uids, -1)[np.where(places >= 0, np.searchsorted(known, places), known.size)]


@dataclass(frozen=True)
class NewcomerPool:
    """Households and single people from elsewhere.

    Parameters
    ----------
    newcomers : State
        Where they are.
    forebears : Forebears
        Their lineage.
    place : array of intp, shape (rows,)
        Place of each person in it.
    head_uid : array of int64, shape (households,)
        Identity of each household's head, sorted: the slots of the stream of arrivals.
    hazard : array of float64, shape (households,)
        Monthly hazard that the household moves.
    members, first : arrays of int
        Rows of the members by household; those of household h are ``members[first[h]:first[h + 1]]``.
    templates : Templates
        What is copied of them.
    singles : array of intp
        Rows of adults without partner and without children at home: all by sex, then by sex and education
        again; in each group by age.
    single_ages : array of int64
        Their ages in months.
    groups : array of int64, shape (2, 5, 2)
        Where a sex and education begins and ends in these; education 0 is any, 1 + code the others.
    """

    newcomers: State
    forebears: Forebears
    place: Rows
    head_uid: Uids
    hazard: Floats
    members: Rows
    first: Rows
    templates: Templates
    singles: Rows
    single_ages: NDArray[np.int64]
    groups: NDArray[np.int64]

    @classmethod
    def of(cls, newcomers: State, moving: Floats, adult_age: float) -> NewcomerPool:
        """Order a population of newcomers.

        Parameters
        ----------
        newcomers : State
            Households from elsewhere, as at the start of the run.
        moving : array of float64, shape (ages,)
            Monthly hazard of moving by age in years of the eldest member.
        adult_age : float
            Years.
        """
        columns = newcomers.columns
        age = newcomers.month - columns["birth_month"].astype(np.int64)
        head = columns["uid"][columns["head_row"]]
        members = np.lexsort((columns["uid"], head))
        head_uid, first = np.unique(head[members], return_index=True)
        eldest = np.maximum.reduceat(age[members], first)
        years = np.minimum(eldest // MONTHS_PER_YEAR, moving.size - 1)
        forebears = Forebears.of(newcomers)
        return cls(
            newcomers,
            forebears,
            newcomers.lineage.places_of(columns["uid"]),
            head_uid,
            moving[years],
            members,
            np.append(first, members.size),
            Templates(columns),
            *_singles(columns, age, adult_age),
        )

    def members_of(self, households: Rows) -> tuple[Rows, Rows]:
        """Rows of the members of some households, and the place of each one's household among those given."""
        sizes = self.first[households + 1] - self.first[households]
        which = np.repeat(np.arange(households.size), sizes)
        within = np.arange(which.size) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return self.members[self.first[households][which] + within], which

    def not_yet_retired(self, rows: Rows, chance: Floats, pension_at_start: int, pension_now: int) -> tuple[Rows, Rows]:
        """Who retired by the age of the start year but is too young for the state pension now, and who stands in.

        Each takes the activity of somebody of the same sex in the last two years before the pension of the start.

        Parameters
        ----------
        rows : array of intp, shape (n,)
            Rows of newcomers.
        chance : array of float64, shape (n,)
            Uniform numbers.
        pension_at_start, pension_now : int
            State pension age in months.

        Returns
        -------
        early : array of intp
            Places in `rows`; none where nobody can stand in.
        stand_ins : array of intp
            Rows of newcomers, as many.
        """
        columns = self.newcomers.columns
        age = self.newcomers.month - columns["birth_month"].astype(np.int64)
        retired = columns["status"] == Status.RETIRED
        early = np.flatnonzero(retired[rows] & (age[rows] < pension_now))
        if not early.size:
            return early, early
        near = np.flatnonzero(~retired & (age >= pension_at_start - 2 * MONTHS_PER_YEAR) & (age < pension_at_start))
        near = near[np.argsort(columns["uid"][near])]
        stand_ins = np.full(early.size, -1, np.intp)
        for sex in Sex:
            alike = near[columns["sex"][near] == sex]
            mine = columns["sex"][rows[early]] == sex
            if alike.size:
                stand_ins[mine] = alike[np.floor(chance[early[mine]] * alike.size).astype(np.intp)]
        return early[stand_ins >= 0], stand_ins[stand_ins >= 0]


def _singles(
    columns: Columns, age: NDArray[np.int64], adult_age: float
) -> tuple[Rows, NDArray[np.int64], NDArray[np.int64]]:
    free = (age >= adult_age * MONTHS_PER_YEAR) & (columns["partner_row"] < 0)
    for parent in (columns["mother_row"], columns["father_row"]):
        at_home = (parent >= 0) & (columns["household"][parent] == columns["household"])
        free[parent[at_home]] = False
    everyone = np.flatnonzero(free)
    everyone = everyone[np.lexsort((columns["uid"][everyone], age[everyone]))]
    groups = np.zeros((len(Sex), 1 + len(Education), 2), np.int64)
    found: list[Rows] = []
    end = 0
    for sex, education in product(Sex, (None, *Education)):
        fits = columns["sex"][everyone] == sex
        if education is not None:
            fits &= columns["education"][everyone] == education
        found.append(everyone[fits])
        begin, end = end, end + found[-1].size
        groups[sex, 0 if education is None else 1 + education] = begin, end
    rows = np.concatenate(found)
    return rows, age[rows], groups


@dataclass(frozen=True)
class Templates:
    """Attributes that are copied of newcomers: those that differ from a new row's, no rows and identities."""

    columns: Columns

    @cached_property
    def _differing(self) -> tuple[tuple[str, NDArray[Any], bool], ...]:
        return tuple(
            (column.name, values, column.unit == "month")
            for column in self.columns.declared
            if column.kind == "value" and np.any((values := self.columns[column.name]) != column.default)
        )

    def values(self, rows: Rows, shift: int) -> dict[str, NDArray[Any]]:
        """Attributes of some newcomers with months moved by `shift`; what never happened stays so."""
        found = {}
        for name, values, is_month in self._differing:
            copied = values[rows]
            found[name] = np.where(copied >= 0, copied + shift, copied) if is_month else copied
        return found
