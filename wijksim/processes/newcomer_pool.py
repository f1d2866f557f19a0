"""Households from elsewhere, put in the order in which arrivals and new partners are looked up in them.

Made once of the `newcomers` of a run, which never change: nothing here depends on the policy.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.calendar import LAST_MONTH, MONTHS_PER_YEAR
from wijksim.kernels import Given, kernel
from wijksim.population.blocks import Templates
from wijksim.population.columns import NO_ROW, Columns, Education, Rows, Sex, Status
from wijksim.state import State

__all__ = ["ACTIVITY_COLUMNS", "Forebears", "NewcomerPool"]

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
    """Lineage of the newcomers, with parents as places in the same arrays; arrays of shape (people,).

    What is known of one person lies together in memory, as people far apart are asked for.
    """

    uid: Uids
    mother: NDArray[np.int32]
    father: NDArray[np.int32]
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
        known = {
            "uid": lineage.uid,
            "mother": lineage.places_of(lineage.mother).astype(np.int32),
            "father": lineage.places_of(lineage.father).astype(np.int32),
            "birth_month": lineage.birth_month,
            **histories,
            "left_month": lineage.left_month,
            "left_reason": lineage.left_reason,
        }
        together = np.empty(lineage.uid.size, np.dtype([(name, of.dtype) for name, of in known.items()], align=True))
        for name, values in known.items():
            together[name] = values
        return cls(**{name: together[name] for name in known})

    @cached_property
    def _pedigrees(self) -> NDArray[np.int32]:
        """Everyone with all whom they descend from, as places or -1; shape (people, forebears and self)."""
        columns = [np.arange(self.uid.size, dtype=np.int32)]
        generation = columns
        while generation:
            parents = [np.append(side, -1)[line] for line in generation for side in (self.mother, self.father)]
            generation = [line for line in parents if (line >= 0).any()]
            columns += generation
        return np.column_stack(columns)

    def with_ancestors(self, places: Rows, partners: Rows) -> Rows:
        """Places of some people and of everybody they and some partners descend from, each once, sorted."""
        found = _descent(self._pedigrees, self.mother, self.father, places, partners, self._marked)
        found.sort()
        return found

    @cached_property
    def _marked(self) -> NDArray[np.bool_]:
        """Whether each place is found already; nobody is between two questions. Scratch."""
        return np.zeros(self.uid.size, bool)

    @cached_property
    def place_here(self) -> NDArray[np.int32]:
        """For the arrivals of a month: place of each of their forebears in the lineage of the wijk. Scratch."""
        return np.empty(self.uid.size, np.int32)


@kernel
def _descent(
    pedigrees: NDArray[np.int32],
    mother: NDArray[np.int32],
    father: NDArray[np.int32],
    places: Rows,
    partners: Rows,
    marked: NDArray[np.bool_],
) -> Rows:
    """Places of `places` and all their forebears, and of all forebears of `partners`, each once, in any order."""
    parents = (mother, father)
    found = np.empty((places.size + 2 * partners.size) * pedigrees.shape[1], np.intp)
    count = 0
    for k in range(places.size + 2 * partners.size):
        n = k - places.size
        person = places[k] if n < 0 else parents[n % 2][partners[n // 2]]
        if person < 0:
            continue
        for j in range(pedigrees.shape[1]):
            place = pedigrees[person, j]
            if place >= 0 and not marked[place]:
                marked[place] = True
                found[count] = place
                count += 1
    for k in range(count):
        marked[found[k]] = False
    return found[:count].copy()


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
        Their attributes, to be copied.
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
    _stand_ins: dict[int, list[Rows]] = field(default_factory=dict, init=False, repr=False)

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
            columns.templates(),
            *_singles(columns, age, adult_age),
        )

    @cached_property
    def row_of(self) -> NDArray[np.int32]:
        """For the arrivals of a month: row here of each person elsewhere, or -1, and a last -1. Scratch."""
        return np.full(self.place.size + 1, NO_ROW, np.int32)

    @cached_property
    def moving(self) -> Given:
        """Arguments of :func:`wijksim.processes.arrivals_kernels.move_in` about those elsewhere."""
        forebears = self.forebears
        return Given(
            place_elsewhere=self.place,
            home_elsewhere=self.newcomers.columns["home"],
            area_elsewhere=self.newcomers.homes.area,
            place_here=forebears.place_here,
            row_of=self.row_of,
            from_uid=forebears.uid,
            from_mother=forebears.mother,
            from_father=forebears.father,
            from_birth_month=forebears.birth_month,
            from_adult_months=forebears.adult_months,
            from_adult_months_paid=forebears.adult_months_paid,
            from_left_month=forebears.left_month,
            from_left_reason=forebears.left_reason,
        )

    @cached_property
    def housed(self) -> Given:
        """Arguments of :func:`wijksim.processes.arrivals_kernels.house` about those elsewhere."""
        columns = self.newcomers.columns
        birth_month = columns["birth_month"]
        never = np.iinfo(birth_month.dtype).min
        return Given(
            place_elsewhere=self.place,
            place_here=self.forebears.place_here,
            retired_born_in=np.where(columns["status"] == Status.RETIRED, birth_month, never).astype(birth_month.dtype),
        )

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
        young = columns["birth_month"][rows] > self.newcomers.month - pension_now
        early = np.flatnonzero((columns["status"][rows] == Status.RETIRED) & young)
        if not early.size:
            return early, early
        stand_ins = np.full(early.size, -1, np.intp)
        for sex, alike in zip(Sex, self._nearly_retired(pension_at_start), strict=True):
            mine = columns["sex"][rows[early]] == sex
            if alike.size:
                stand_ins[mine] = alike[np.floor(chance[early[mine]] * alike.size).astype(np.intp)]
        return early[stand_ins >= 0], stand_ins[stand_ins >= 0]

    def _nearly_retired(self, pension_age: int) -> list[Rows]:
        """Rows of those in the last two years before a state pension age, in months, by sex; sorted by uid, kept."""
        kept = self._stand_ins.get(pension_age)
        if kept is None:
            columns = self.newcomers.columns
            age = self.newcomers.month - columns["birth_month"].astype(np.int64)
            near = (age >= pension_age - 2 * MONTHS_PER_YEAR) & (age < pension_age)
            rows = np.flatnonzero(near & (columns["status"] != Status.RETIRED))
            rows = rows[np.argsort(columns["uid"][rows])]
            kept = self._stand_ins[pension_age] = [rows[columns["sex"][rows] == sex] for sex in Sex]
        return kept

    def activity(self, rows: Rows, shift: int) -> dict[str, NDArray[Any]]:
        """:data:`ACTIVITY_COLUMNS` of some newcomers, months moved by `shift`; what never happened (-1) stays so."""
        found = {}
        for column in self.newcomers.columns.declared:
            if column.name in ACTIVITY_COLUMNS:
                lived = self.newcomers.columns[column.name][rows]
                if column.unit == "month":
                    moved = np.minimum(lived.astype(np.int64) + shift, LAST_MONTH)
                    lived = np.where(lived >= 0, moved, lived)
                found[column.name] = lived
        return found


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
