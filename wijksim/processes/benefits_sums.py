"""What income and benefits are added up into: by flow, benefit unit, household, and over all.

Kernels index arrays by plain whole numbers, so each member of an enumeration stands once more as one: `F_` for
:class:`Flow`, `U_` for :class:`Unit`, `H_` for :class:`Home`, `T_` for :class:`Total`; `P_` is the shift of a count of
:class:`People`.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.kernels import kernel
from wijksim.population.columns import Columns

__all__ = [
    "Flow",
    "Home",
    "People",
    "Total",
    "Unit",
    "F_ASSISTANCE",
    "F_BENEFIT_TAX",
    "F_CARE",
    "F_CHILD",
    "F_DISABILITY",
    "F_PENSION",
    "F_PREMIUM",
    "F_REGULAR",
    "F_RENT",
    "F_SICKNESS",
    "F_SOCIAL",
    "F_SPECIAL",
    "F_TAX",
    "F_TOP_UP_DISABILITY",
    "F_TOP_UP_PENSION",
    "F_TOP_UP_WW",
    "F_WW",
    "H_GROSS",
    "H_PEOPLE",
    "P_ADULTS",
    "P_BELOW",
    "P_CHILDREN",
    "P_CLAIMANTS",
    "P_ENTITLED",
    "P_ON",
    "P_SEARCHING",
    "P_SHARING",
    "P_SMALL",
    "P_STANDARD",
    "P_YOUNG",
    "T_BONUS",
    "T_ENTRIES",
    "T_EXITS",
    "T_FULL",
    "T_HIRING",
    "T_LEVY",
    "T_PARTIAL",
    "T_PLACE_WW",
    "T_PLACE_WW_PEOPLE",
    "T_PROFIT",
    "T_SICK_PAY",
    "T_SUBSIDY",
    "T_TAX",
    "T_WW_ENDED",
    "U_BENEFITS",
    "U_EARNED",
    "U_GROSS",
    "U_LEFT_OUT",
    "U_TOP_UPS",
    "PEOPLE_BITS",
    "SHARER",
    "adults_of",
    "number_of",
    "pay",
    "receive",
    "require_room_to_count",
    "sharers_of",
]


class Flow(IntEnum):
    """What residents receive or pay; place in the array `flows` of the sums over residents, cents."""

    WAGE_REGULAR = 0
    WAGE_SOCIAL = 1
    WAGE_TAX = 2
    UNEMPLOYMENT = 3
    DISABILITY = 4
    BENEFIT_TAX = 5
    PENSION = 6
    TOP_UP_UNEMPLOYMENT = 7
    TOP_UP_DISABILITY = 8
    ASSISTANCE = 9
    CARE_ALLOWANCE = 10
    RENT_ALLOWANCE = 11
    HEALTH_PREMIUM = 12
    TOP_UP_PENSION = 13
    SPECIAL_ASSISTANCE = 14
    CHILD_ALLOWANCE = 15
    SICKNESS = 16


class People(IntEnum):
    """Who is counted in each benefit unit; all counts of a unit stand in one number, each with `PEOPLE_BITS` bits.

    So one addition counts somebody for all that holds. A unit is a single person or couple with minor children, far
    fewer than the 31 that a count can hold (:func:`require_room_to_count`).
    """

    ADULTS = 0
    ENTITLED = 1
    NOT_STUDYING = 2
    YOUNG = 3
    SHARING = 4
    SMALL_CHILDREN = 5
    CLAIMANTS = 6
    BELOW_SEARCH_AGE = 7
    SEARCHING = 8
    ON_ASSISTANCE = 9
    CHILDREN = 10


class Unit(IntEnum):
    """Cents that are added up for each benefit unit; place in a row of the array `units`, shape (residents, sums)."""

    EARNED = 0
    BENEFITS = 1
    GROSS = 2
    TOP_UPS = 3
    LEFT_OUT = 4


class Home(IntEnum):
    """What is added up for each household; place in a row of the array `homes`, shape (residents, sums).

    `PEOPLE` has the number of adults in its low half, `SHARER` for each of them who shares costs in its high half.
    """

    PEOPLE = 0
    GROSS = 1


class Total(IntEnum):
    """Sums over all residents; position in the array `totals`. Cents, and numbers of units or people."""

    SUBSIDY_REGULAR = 0
    SUBSIDY_SOCIAL = 1
    SICK_PAY_REGULAR = 2
    SICK_PAY_SOCIAL = 3
    HIRING_SUBSIDY = 4
    PROFIT = 5
    ASSISTANCE_TAX = 6
    ASSISTANCE_LEVY = 7
    UNITS_FULL = 8
    UNITS_PARTIAL = 9
    ENTRIES = 10
    EXITS = 11
    WW_ENDED = 12
    PLACE_WW_FROM_ASSISTANCE = 13
    PLACE_WW_OTHER = 14
    PLACE_WW_PEOPLE_FROM_ASSISTANCE = 15
    PLACE_WW_PEOPLE_OTHER = 16
    BONUS_REGULAR = 17
    BONUS_SOCIAL = 18


@kernel
def receive(i: int, flow: int, cents: int, income: NDArray[Any], flows: NDArray[Any]) -> None:
    """Pay a resident: what goes into the income goes into the sum that is booked, and nothing else does."""
    income[i] += cents
    flows[flow] += cents


@kernel
def pay(i: int, flow: int, cents: int, income: NDArray[Any], flows: NDArray[Any]) -> None:
    """Let a resident pay."""
    income[i] -= cents
    flows[flow] += cents


def require_room_to_count(columns: Columns) -> None:
    """Refuse benefit units of as many people as a count can hold; looked at each January, as units grow by births.

    Raises
    ------
    OverflowError
        There is one: with one person more its counts would run into each other without a word.
    """
    largest = int(np.bincount(columns["unit_row"][columns["present"]], minlength=1).max())
    if largest >= _MOST:
        raise OverflowError(
            f"a benefit unit has {largest} people, and counts of a unit hold fewer than {_MOST}; take fewer births"
            " (fertility_total, birth_interval_min_months), or raise PEOPLE_BITS in wijksim/processes/benefits_sums.py"
        )


@kernel
def number_of(people: int, shift: int) -> int:
    """One of the counts of a unit, by its shift `P_`."""
    return (people >> shift) & _MOST


@kernel
def adults_of(people: int) -> int:
    """Adults of a household, from its sum `H_PEOPLE`."""
    return people & _HALF


@kernel
def sharers_of(people: int) -> int:
    """Adults of a household who share costs, from its sum `H_PEOPLE`."""
    return people // SHARER


F_REGULAR, F_SOCIAL, F_TAX = int(Flow.WAGE_REGULAR), int(Flow.WAGE_SOCIAL), int(Flow.WAGE_TAX)
F_WW, F_DISABILITY, F_BENEFIT_TAX = int(Flow.UNEMPLOYMENT), int(Flow.DISABILITY), int(Flow.BENEFIT_TAX)
F_SICKNESS = int(Flow.SICKNESS)
F_PENSION, F_ASSISTANCE = int(Flow.PENSION), int(Flow.ASSISTANCE)
F_TOP_UP_WW, F_TOP_UP_DISABILITY = int(Flow.TOP_UP_UNEMPLOYMENT), int(Flow.TOP_UP_DISABILITY)
F_TOP_UP_PENSION, F_SPECIAL = int(Flow.TOP_UP_PENSION), int(Flow.SPECIAL_ASSISTANCE)
F_CHILD = int(Flow.CHILD_ALLOWANCE)
F_CARE, F_RENT, F_PREMIUM = int(Flow.CARE_ALLOWANCE), int(Flow.RENT_ALLOWANCE), int(Flow.HEALTH_PREMIUM)

PEOPLE_BITS = 5
_MOST = (1 << PEOPLE_BITS) - 1
P_ADULTS, P_ENTITLED = PEOPLE_BITS * People.ADULTS, PEOPLE_BITS * People.ENTITLED
P_STANDARD, P_YOUNG = PEOPLE_BITS * People.NOT_STUDYING, PEOPLE_BITS * People.YOUNG
P_SHARING, P_SMALL = PEOPLE_BITS * People.SHARING, PEOPLE_BITS * People.SMALL_CHILDREN
P_CLAIMANTS, P_BELOW = PEOPLE_BITS * People.CLAIMANTS, PEOPLE_BITS * People.BELOW_SEARCH_AGE
P_SEARCHING, P_ON = PEOPLE_BITS * People.SEARCHING, PEOPLE_BITS * People.ON_ASSISTANCE
P_CHILDREN = PEOPLE_BITS * People.CHILDREN
U_EARNED, U_BENEFITS, U_GROSS = int(Unit.EARNED), int(Unit.BENEFITS), int(Unit.GROSS)
U_TOP_UPS, U_LEFT_OUT = int(Unit.TOP_UPS), int(Unit.LEFT_OUT)
H_PEOPLE, H_GROSS = int(Home.PEOPLE), int(Home.GROSS)
SHARER = 1 << 16
_HALF = SHARER - 1

T_SUBSIDY, T_SICK_PAY = int(Total.SUBSIDY_REGULAR), int(Total.SICK_PAY_REGULAR)
T_BONUS = int(Total.BONUS_REGULAR)
T_HIRING, T_PROFIT = int(Total.HIRING_SUBSIDY), int(Total.PROFIT)
T_TAX, T_LEVY = int(Total.ASSISTANCE_TAX), int(Total.ASSISTANCE_LEVY)
T_FULL, T_PARTIAL = int(Total.UNITS_FULL), int(Total.UNITS_PARTIAL)
T_ENTRIES, T_EXITS, T_WW_ENDED = int(Total.ENTRIES), int(Total.EXITS), int(Total.WW_ENDED)
T_PLACE_WW = int(Total.PLACE_WW_FROM_ASSISTANCE)
T_PLACE_WW_PEOPLE = int(Total.PLACE_WW_PEOPLE_FROM_ASSISTANCE)
