"""What income and benefits are added up into: by flow, benefit unit, household, and over all.

Kernels index arrays by plain whole numbers, so each member of an enumeration stands once more as one: `F_` for
:class:`Flow`, `U_` for :class:`Unit`, `H_` for :class:`Home`, `T_` for :class:`Total`.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from numpy.typing import NDArray

from wijksim.kernels import kernel

__all__ = [
    "Flow",
    "Home",
    "Total",
    "Unit",
    "F_ASSISTANCE",
    "F_CHILD",
    "F_SPECIAL",
    "F_TOP_UP_PENSION",
    "F_BENEFIT_TAX",
    "F_CARE",
    "F_DISABILITY",
    "F_PENSION",
    "F_PREMIUM",
    "F_REGULAR",
    "F_RENT",
    "F_SICKNESS",
    "F_SOCIAL",
    "F_TAX",
    "F_TOP_UP_DISABILITY",
    "F_TOP_UP_WW",
    "F_WW",
    "H_ADULTS",
    "H_GROSS",
    "H_SHARERS",
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
    "U_ADULTS",
    "U_BELOW",
    "U_BENEFITS",
    "U_CHILDREN",
    "U_CLAIMANTS",
    "U_EARNED",
    "U_ENTITLED",
    "U_GROSS",
    "U_LEFT_OUT",
    "U_ON",
    "U_SEARCHING",
    "U_SHARING",
    "U_SMALL",
    "U_STANDARD",
    "U_TOP_UPS",
    "U_YOUNG",
    "pay",
    "receive",
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


class Unit(IntEnum):
    """What is added up for each benefit unit; place in a row of the array `units`, shape (residents, sums).

    A unit has 64 bytes, one line of the processor's cache.
    """

    ADULTS = 0
    ENTITLED = 1
    NOT_STUDYING = 2
    YOUNG = 3
    SHARING = 4
    CHILDREN = 5
    SMALL_CHILDREN = 6
    EARNED = 7
    BENEFITS = 8
    GROSS = 9
    TOP_UPS = 10
    LEFT_OUT = 11
    CLAIMANTS = 12
    BELOW_SEARCH_AGE = 13
    SEARCHING = 14
    ON_ASSISTANCE = 15


class Home(IntEnum):
    """What is added up for each household; place in a row of the array `homes`, shape (residents, sums)."""

    SHARERS = 0
    ADULTS = 1
    GROSS = 2


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


F_REGULAR, F_SOCIAL, F_TAX = int(Flow.WAGE_REGULAR), int(Flow.WAGE_SOCIAL), int(Flow.WAGE_TAX)
F_WW, F_DISABILITY, F_BENEFIT_TAX = int(Flow.UNEMPLOYMENT), int(Flow.DISABILITY), int(Flow.BENEFIT_TAX)
F_SICKNESS = int(Flow.SICKNESS)
F_PENSION, F_ASSISTANCE = int(Flow.PENSION), int(Flow.ASSISTANCE)
F_TOP_UP_WW, F_TOP_UP_DISABILITY = int(Flow.TOP_UP_UNEMPLOYMENT), int(Flow.TOP_UP_DISABILITY)
F_TOP_UP_PENSION, F_SPECIAL = int(Flow.TOP_UP_PENSION), int(Flow.SPECIAL_ASSISTANCE)
F_CHILD = int(Flow.CHILD_ALLOWANCE)
F_CARE, F_RENT, F_PREMIUM = int(Flow.CARE_ALLOWANCE), int(Flow.RENT_ALLOWANCE), int(Flow.HEALTH_PREMIUM)

U_ADULTS, U_ENTITLED, U_STANDARD = int(Unit.ADULTS), int(Unit.ENTITLED), int(Unit.NOT_STUDYING)
U_YOUNG, U_SHARING, U_CHILDREN = int(Unit.YOUNG), int(Unit.SHARING), int(Unit.CHILDREN)
U_SMALL, U_EARNED, U_BENEFITS = int(Unit.SMALL_CHILDREN), int(Unit.EARNED), int(Unit.BENEFITS)
U_GROSS, U_TOP_UPS = int(Unit.GROSS), int(Unit.TOP_UPS)
U_LEFT_OUT, U_CLAIMANTS = int(Unit.LEFT_OUT), int(Unit.CLAIMANTS)
U_BELOW, U_SEARCHING, U_ON = int(Unit.BELOW_SEARCH_AGE), int(Unit.SEARCHING), int(Unit.ON_ASSISTANCE)
H_SHARERS, H_ADULTS, H_GROSS = int(Home.SHARERS), int(Home.ADULTS), int(Home.GROSS)

T_SUBSIDY, T_SICK_PAY = int(Total.SUBSIDY_REGULAR), int(Total.SICK_PAY_REGULAR)
T_BONUS = int(Total.BONUS_REGULAR)
T_HIRING, T_PROFIT = int(Total.HIRING_SUBSIDY), int(Total.PROFIT)
T_TAX, T_LEVY = int(Total.ASSISTANCE_TAX), int(Total.ASSISTANCE_LEVY)
T_FULL, T_PARTIAL = int(Total.UNITS_FULL), int(Total.UNITS_PARTIAL)
T_ENTRIES, T_EXITS, T_WW_ENDED = int(Total.ENTRIES), int(Total.EXITS), int(Total.WW_ENDED)
T_PLACE_WW = int(Total.PLACE_WW_FROM_ASSISTANCE)
T_PLACE_WW_PEOPLE = int(Total.PLACE_WW_PEOPLE_FROM_ASSISTANCE)
