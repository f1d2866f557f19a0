"""Compiled: the count of residents at the end of a month.

Each loop counts a few things over all rows, without branches, so that the compiler makes it into vector code.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.calendar import MONTHS_PER_YEAR
from wijksim.kernels import kernel
from wijksim.population.columns import FIRST_PAID_STATUS, LAST_PAID_STATUS, Status

__all__ = ["Tally", "count_residents"]

Array = NDArray[Any]


class Tally(IntEnum):
    """What is counted over residents; position in the array that the kernel fills."""

    RESIDENTS = 0
    AGED_15_74 = 1
    EMPLOYED_15_74 = 2
    STARTERS_15_74 = 3
    STARTERS_EMPLOYED_15_74 = 4
    ASSISTANCE_PERSONS = 5
    ASSISTANCE_UNITS = 6
    ASSISTANCE_UNITS_TOPPED_UP = 7
    CHILDREN = 8
    CHILDREN_NO_WORK = 9
    HOUSEHOLDS = 10
    HOUSEHOLDS_WITH_WORK = 11
    YOUNG_WORKLESS_PARENTS = 12
    YOUNG_WORKLESS_PARENTS_ASSISTANCE = 13
    YOUNG_WORKING_PARENTS = 14
    YOUNG_WORKING_PARENTS_ASSISTANCE = 15
    ADULTS = 16
    NORM_MILLIONTHS = 17
    INCOME_CENTS = 18
    CARE_CENTS = 19
    IN_PLACE = 20
    ON_SICK_LEAVE = 21
    STARTERS = 22
    STARTERS_ASSISTANCE = 23
    GENERATIONS_UNKNOWN = 24


_RESIDENTS, _AGED, _EMPLOYED = int(Tally.RESIDENTS), int(Tally.AGED_15_74), int(Tally.EMPLOYED_15_74)
_STARTERS, _STARTERS_EMPLOYED = int(Tally.STARTERS_15_74), int(Tally.STARTERS_EMPLOYED_15_74)
_PERSONS, _UNITS = int(Tally.ASSISTANCE_PERSONS), int(Tally.ASSISTANCE_UNITS)
_TOPPED = int(Tally.ASSISTANCE_UNITS_TOPPED_UP)
_CHILDREN, _CHILDREN_NO_WORK = int(Tally.CHILDREN), int(Tally.CHILDREN_NO_WORK)
_HOUSEHOLDS, _WITH_WORK = int(Tally.HOUSEHOLDS), int(Tally.HOUSEHOLDS_WITH_WORK)
_YOUNG_LESS, _YOUNG_LESS_ON = int(Tally.YOUNG_WORKLESS_PARENTS), int(Tally.YOUNG_WORKLESS_PARENTS_ASSISTANCE)
_YOUNG_WORK, _YOUNG_WORK_ON = int(Tally.YOUNG_WORKING_PARENTS), int(Tally.YOUNG_WORKING_PARENTS_ASSISTANCE)
_ADULTS, _NORM, _INCOME = int(Tally.ADULTS), int(Tally.NORM_MILLIONTHS), int(Tally.INCOME_CENTS)
_CARE = int(Tally.CARE_CENTS)
_IN_PLACE, _SICK = int(Tally.IN_PLACE), int(Tally.ON_SICK_LEAVE)
_COHORT, _COHORT_ON = int(Tally.STARTERS), int(Tally.STARTERS_ASSISTANCE)
_UNKNOWN = int(Tally.GENERATIONS_UNKNOWN)
_FIRST_PAID, _LAST_PAID = int(FIRST_PAID_STATUS), int(LAST_PAID_STATUS)
_ASSISTANCE, _PLACEMENT = int(Status.SOCIAL_ASSISTANCE), int(Status.PLACEMENT)
_SCHOOL = int(Status.SCHOOL)
_MILLION = 1_000_000.0


@kernel
def _both(who: Array, whose: Array) -> int:
    """Give the number of rows where both hold."""
    found = 0
    for i in range(who.size):
        found += who[i] & whose[i]
    return found


@kernel
def _aged(present: Array, birth_month: Array, at: int, first: int, until: int) -> Array:
    """Say who lives here and is of an age, in whole years, from `first` up to and without `until`."""
    latest, earliest = at - first * MONTHS_PER_YEAR, at - until * MONTHS_PER_YEAR
    out = np.empty(present.size, np.bool_)
    for i in range(present.size):
        out[i] = present[i] & (birth_month[i] <= latest) & (birth_month[i] > earliest)
    return out


@kernel
def _mark(who: Array, row: Array, out: Array) -> None:
    """Set `out` at the rows that any of `who` refers to; its last place, one more than there are rows, is nobody's."""
    nobody = out.size - 1
    out[:] = False
    for i in range(who.size):
        out[np.uint32(row[i] if who[i] else nobody)] = True


@kernel
def _sums(present: Array, income: Array, care_cost: Array, employer: Array, sick_since: Array, tally: Array) -> None:
    cents, care, in_place, sick = 0, 0, 0, 0
    for i in range(present.size):
        cents += income[i] if present[i] else 0
        care += care_cost[i] if present[i] else 0
    for i in range(present.size):
        in_place += present[i] & (employer[i] >= 0)
        sick += present[i] & (sick_since[i] >= 0)
    tally[_INCOME] += cents
    tally[_CARE] += care
    tally[_IN_PLACE] += in_place
    tally[_SICK] += sick


@kernel
def _homes(
    present: Array,
    adult: Array,
    head_row: Array,
    assistance: Array,
    works: Array,
    earns: Array,
    tally: Array,
) -> None:
    households, with_work, units, topped, children, no_work = 0, 0, 0, 0, 0, 0
    for i in range(present.size):
        head = present[i] & (head_row[i] == i)
        households += head
        with_work += head & works[i]
        unit = present[i] & (assistance[i] > 0)
        units += unit
        topped += unit & earns[i]
    for i in range(present.size):
        child = present[i] & (not adult[i])
        children += child
        no_work += child & (not works[np.uint32(head_row[i] if child else 0)])
    tally[_HOUSEHOLDS] += households
    tally[_WITH_WORK] += with_work
    tally[_UNITS] += units
    tally[_TOPPED] += topped
    tally[_CHILDREN] += children
    tally[_CHILDREN_NO_WORK] += no_work


@kernel
def _adults(adult: Array, norm: Array, generations_without_work: Array, tally: Array) -> None:
    adults, unknown, millionths = 0, 0, 0
    for i in range(adult.size):
        adults += adult[i]
        unknown += adult[i] & (generations_without_work[i] < 0)
    for i in range(adult.size):
        millionths += int(float(norm[i]) * _MILLION + 0.5) if adult[i] else 0
    tally[_ADULTS] += adults
    tally[_UNKNOWN] += unknown
    tally[_NORM] += millionths


@kernel
def _young(young: Array, on: Array, exposure: Array, workless_share: float, tally: Array) -> None:
    less, less_on, more, more_on = 0, 0, 0, 0
    for i in range(young.size):
        known = young[i] & (exposure[i] >= 0.0)
        workless = known & (float(exposure[i]) < workless_share)
        working = known & (not workless)
        less += workless
        less_on += workless & on[i]
        more += working
        more_on += working & on[i]
    tally[_YOUNG_LESS] += less
    tally[_YOUNG_LESS_ON] += less_on
    tally[_YOUNG_WORK] += more
    tally[_YOUNG_WORK_ON] += more_on


@kernel
def count_residents(
    at: int,
    first_working_age: int,
    last_working_age: int,
    adult_age: int,
    young_age: int,
    present: Array,
    starter: Array,
    birth_month: Array,
    status: Array,
    head_row: Array,
    unit_row: Array,
    employer: Array,
    sick_since: Array,
    assistance: Array,
    net_earnings: Array,
    income: Array,
    care_cost: Array,
    norm: Array,
    exposure: Array,
    generations_without_work: Array,
    workless_share: float,
    works: Array,
    earns: Array,
    by_status: Array,
    tally: Array,
) -> None:
    """Fill `tally` and `by_status`, and say by household head who `works` and by benefit unit who `earns`.

    The last two have one place more than there are rows. Ages are whole years; of `last_working_age` and `young_age`
    people are too old already. Of 15 to 74 who has a side job beside school is in paid work too, but it is no work of
    the household.
    """
    paid, on = np.empty(present.size, np.bool_), np.empty(present.size, np.bool_)
    earning, working = np.empty(present.size, np.bool_), np.empty(present.size, np.bool_)
    for i in range(present.size):
        s = status[i]
        paid[i] = present[i] & (s >= _FIRST_PAID) & (s <= _LAST_PAID)
        on[i] = present[i] & ((s == _ASSISTANCE) | (s == _PLACEMENT))
        earns_wage = present[i] & (net_earnings[i] > 0)
        earning[i] = earns_wage & (s != _SCHOOL)
        working[i] = paid[i] | (earns_wage & (s == _SCHOOL))
    for i in range(present.size):
        by_status[np.uint8(status[i])] += present[i]
    _mark(paid, head_row, works)
    _mark(earning, unit_row, earns)
    aged = _aged(present, birth_month, at, first_working_age, last_working_age)
    starters = np.empty(present.size, np.bool_)
    for i in range(present.size):
        starters[i] = aged[i] & starter[i]
    tally[_RESIDENTS] += _both(present, present)
    tally[_AGED] += _both(aged, aged)
    tally[_EMPLOYED] += _both(aged, working)
    tally[_STARTERS] += _both(starters, starters)
    tally[_STARTERS_EMPLOYED] += _both(starters, working)
    tally[_PERSONS] += _both(on, on)
    tally[_COHORT] += _both(present, starter)
    tally[_COHORT_ON] += _both(on, starter)
    adult = _aged(present, birth_month, at, adult_age, at)
    _sums(present, income, care_cost, employer, sick_since, tally)
    _homes(present, adult, head_row, assistance, works, earns, tally)
    _adults(adult, norm, generations_without_work, tally)
    _young(_aged(present, birth_month, at, adult_age, young_age), on, exposure, workless_share, tally)
