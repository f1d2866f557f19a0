"""Compiled parts of health: the use and cost of care in a month.

As in :mod:`wijksim.processes.health_kernels` loops are vector code. What depends on an exponential is worked out from a
near one, and once more from the exact one where that could decide otherwise.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.kernels import kernel
from wijksim.population.care import quantiles
from wijksim.processes.ages import ages
from wijksim.processes.health_kernels import Total
from wijksim.processes.near_exp import NEARLY, WIDEST, near_exp
from wijksim.processes.rows import rows_where
from wijksim.randomness import draws, poisson_icdf

__all__ = ["care_use"]

Array = NDArray[Any]

_CONTACTS, _GP_COST = int(Total.GP_CONTACTS), int(Total.GP_COST_CENTS)
_MENTAL_COST, _OTHER_COST = int(Total.MENTAL_CARE_COST_CENTS), int(Total.OTHER_CARE_COST_CENTS)

_HIGHEST_MEAN, _MARGIN = (
    6.0,
    100.0,
)  # up to it the near probabilities below differ from the exact ones by far less than this:
_DOUBT = NEARLY * _MARGIN


@kernel
def _near_contacts(drawn: Array, mean: Array, contacts: Array, unsure: Array) -> None:
    """Count contacts by near cumulative probabilities; `unsure` is where they may decide otherwise than exact ones.

    The count n of a draw p is the number of cumulative probabilities below p. Nearly everybody has two contacts at
    most; who may have more is unsure too.
    """
    for i in range(mean.size):
        p, m = drawn[i], mean[i]
        none = near_exp(-m)
        one = none * m
        two = one * m * 0.5
        contacts[i] = np.uint8(p > none) + np.uint8(p > none + one)
        doubtful = (abs(p - none) < _DOUBT) | (abs(p - (none + one)) < _DOUBT) | (p > none + one + two - _DOUBT)
        unsure[i] = doubtful | (m > _HIGHEST_MEAN)


@kernel
def _gp_contacts(
    present: Array,
    uid: Array,
    age: Array,
    mental: Array,
    physical: Array,
    gp_contacts: Array,
    gp_year_key: np.uint64,
    gp_key: np.uint64,
    gp_level: Array,
    gp_z_slope: float,
    gp_y_slope: float,
    gp_gamma: Array,
) -> None:
    """Draw contacts from near means, and from exact ones where these may decide otherwise."""
    gamma, drawn = quantiles(gp_gamma, draws(gp_year_key, uid)), draws(gp_key, uid)
    exponent, mean = np.empty(uid.size), np.empty(uid.size)
    for i in range(uid.size):
        exponent[i] = gp_z_slope * np.float64(mental[i]) + gp_y_slope * np.float64(physical[i])
    for i in range(uid.size):
        gamma[i] = gp_level[age[i]] * gamma[i]
    for i in range(uid.size):
        mean[i] = gamma[i] * near_exp(exponent[i]) if abs(exponent[i]) < WIDEST else np.inf
    contacts, unsure = np.empty(uid.size, np.uint8), np.empty(uid.size, np.bool_)
    _near_contacts(drawn, mean, contacts, unsure)
    for i in range(uid.size):
        gp_contacts[i] = contacts[i] if present[i] else gp_contacts[i]
    for i in rows_where(unsure & present):
        gp_contacts[i] = poisson_icdf(drawn[i], gamma[i] * math.exp(exponent[i]))


@kernel
def _other_care(
    uid: Array,
    age: Array,
    sex: Array,
    physical: Array,
    care_year_key: np.uint64,
    other_level: Array,
    other_y_slope: float,
    other_gamma: Array,
) -> Array:
    """Cost of other care of each resident, cents: of near exponentials, unless these may round otherwise."""
    other = quantiles(other_gamma, draws(care_year_key, uid))
    cents, unsure = np.empty(uid.size, np.int64), np.empty(uid.size, np.bool_)
    for i in range(uid.size):
        other[i] = other_level[np.uint8(sex[i]), age[i]] * other[i]
    for i in range(uid.size):
        exponent = other_y_slope * np.float64(physical[i])
        cost = other[i] * near_exp(exponent) + 0.5
        over = cost - math.floor(cost)
        cents[i] = math.floor(cost)
        doubt = NEARLY * cost
        unsure[i] = (over < doubt) | (over > 1.0 - doubt) | (abs(exponent) > WIDEST)
    for i in rows_where(unsure):
        cents[i] = math.floor(other[i] * math.exp(other_y_slope * np.float64(physical[i])) + 0.5)
    return cents


@kernel
def care_use(
    present: Array,
    uid: Array,
    birth_month: Array,
    sex: Array,
    mental: Array,
    physical: Array,
    mental_care: Array,
    gp_contacts: Array,
    care_cost: Array,
    deductible_used: Array,
    income: Array,
    at: int,
    gp_year_key: np.uint64,
    gp_key: np.uint64,
    care_year_key: np.uint64,
    gp_level: Array,
    gp_z_slope: float,
    gp_y_slope: float,
    gp_gamma: Array,
    gp_fixed_cents: float,
    gp_tariff_cents: float,
    mental_cents: int,
    other_level: Array,
    other_y_slope: float,
    other_gamma: Array,
    adult_age: float,
    deductible_cents: int,
    totals: Array,
) -> int:
    """Draw GP contacts and other care, add up cost, and let adults pay their deductible; all in cents.

    What is handed back is the sum that came off the incomes of adults, to be booked.
    """
    age = ages(at, birth_month, gp_level.size - 1)
    _gp_contacts(
        present,
        uid,
        age,
        mental,
        physical,
        gp_contacts,
        gp_year_key,
        gp_key,
        gp_level,
        gp_z_slope,
        gp_y_slope,
        gp_gamma,
    )
    other = _other_care(uid, age, sex, physical, care_year_key, other_level, other_y_slope, other_gamma)
    contacts, gp_cost = 0, 0
    for i in range(uid.size):
        cents = math.floor(gp_fixed_cents + gp_tariff_cents * gp_contacts[i] + 0.5)
        contacts += gp_contacts[i] if present[i] else 0
        gp_cost += cents if present[i] else 0
        care_cost[i] = cents if present[i] else care_cost[i]
    january = at % 12 == 0
    mental_cost, other_cost, paid = 0, 0, 0
    for i in range(uid.size):
        of_mental = mental_cents if present[i] & mental_care[i] else 0
        of_other = other[i] if present[i] else 0
        mental_cost += of_mental
        other_cost += of_other
        care_cost[i] += of_mental + of_other
        used = 0 if january & present[i] else deductible_used[i]
        left = max(deductible_cents - used, 0) if present[i] & (age[i] >= adult_age) else 0
        own = min(left, of_mental + of_other)
        deductible_used[i] = used + own
        income[i] -= own
        paid += own
    totals[_CONTACTS] += contacts
    totals[_GP_COST] += gp_cost
    totals[_MENTAL_COST] += mental_cost
    totals[_OTHER_COST] += other_cost
    return paid
