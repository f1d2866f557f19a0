"""Compiled parts of health: a month of latent health and care spells, and the use and cost of care.

Each loop does one thing to all rows, without branches, so that the compiler makes it into vector code; rows of leavers
are computed along and keep what they had.
"""

from __future__ import annotations

import math
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.kernels import kernel
from wijksim.population.care import entry_hazard, quantiles
from wijksim.population.health import tends_to
from wijksim.processes.ages import ages
from wijksim.randomness import draw, draws, poisson_icdf

__all__ = ["Total", "care_use", "health_states"]

Array = NDArray[Any]


class Total(IntEnum):
    """Sums over residents that the kernels fill; index of the array, and name of the count of the month."""

    ILL = 0
    MENTAL_CARE_USERS = 1
    MENTAL_CARE_ENTRIES = 2
    GP_CONTACTS = 3
    GP_COST_CENTS = 4
    MENTAL_CARE_COST_CENTS = 5
    OTHER_CARE_COST_CENTS = 6


_ILL, _USERS, _ENTRIES = int(Total.ILL), int(Total.MENTAL_CARE_USERS), int(Total.MENTAL_CARE_ENTRIES)
_CONTACTS, _GP_COST = int(Total.GP_CONTACTS), int(Total.GP_COST_CENTS)
_MENTAL_COST, _OTHER_COST = int(Total.MENTAL_CARE_COST_CENTS), int(Total.OTHER_CARE_COST_CENTS)


@kernel
def _levels(
    loading: float,
    frailty: Array,
    shift: Array,
    education: Array,
    age: Array,
    work_term: Array,
    status: Array,
) -> Array:
    """Level to which each resident's health tends, sd."""
    out = np.empty(frailty.size)
    for i in range(out.size):
        group = shift[np.uint8(education[i]), age[i]] + work_term[np.uint8(status[i])]
        out[i] = tends_to(loading, frailty[i], group)
    return out


@kernel
def _move(present: Array, value: Array, level: Array, pull: float, noise: float, shock: Array) -> None:
    """Move a value a month towards its level; `level` becomes the new value before it is rounded to the column."""
    for i in range(value.size):
        old = np.float64(value[i])
        new = old + (pull * (level[i] - old) + noise * shock[i])
        level[i] = new
        value[i] = new if present[i] else value[i]


@kernel
def _care_spells(
    present: Array,
    uid: Array,
    age: Array,
    logit: Array,
    mental_care: Array,
    entry_key: np.uint64,
    exit_key: np.uint64,
    adult_age: float,
    care_hazards: Array,
    care_exit: float,
    totals: Array,
) -> None:
    """Start and end spells of mental care of adults; `logit` is that of using care in a year."""
    entry_draw = draws(entry_key, uid)
    comes = np.empty(uid.size, np.bool_)
    for i in range(uid.size):
        comes[i] = entry_draw[i] < entry_hazard(care_hazards, logit[i])
    entries, users = 0, 0
    for i in range(uid.size):
        adult = present[i] & (age[i] >= adult_age)
        enters = adult & comes[i] & (not mental_care[i])
        stays = adult & mental_care[i]
        if stays:  # few: only they need the draw
            stays = draw(exit_key, uid[i]) >= care_exit
        mental_care[i] = (enters | stays) if present[i] else mental_care[i]
        entries += enters
        users += enters | stays
    totals[_ENTRIES] += entries
    totals[_USERS] += users


@kernel
def health_states(
    present: Array,
    uid: Array,
    birth_month: Array,
    education: Array,
    status: Array,
    frailty: Array,
    mental: Array,
    physical: Array,
    ill: Array,
    mental_care: Array,
    at: int,
    mental_key: np.uint64,
    physical_key: np.uint64,
    entry_key: np.uint64,
    exit_key: np.uint64,
    mental_loading: float,
    physical_loading: float,
    mental_shift: Array,
    physical_shift: Array,
    work_term: Array,
    physical_term: Array,
    mental_pull: float,
    physical_pull: float,
    mental_noise: float,
    physical_noise: float,
    normal: Array,
    ill_mental: float,
    ill_physical: float,
    adult_age: float,
    care_intercept: float,
    care_slope: float,
    care_hazards: Array,
    care_exit: float,
    totals: Array,
) -> None:
    """Move z and y a month, set who is ill, and start and end spells of mental care."""
    age = ages(at, birth_month, mental_shift.shape[1] - 1)
    z = _levels(mental_loading, frailty, mental_shift, education, age, work_term, status)
    y = _levels(physical_loading, frailty, physical_shift, education, age, physical_term, status)
    logit = care_intercept + care_slope * z
    _care_spells(present, uid, age, logit, mental_care, entry_key, exit_key, adult_age, care_hazards, care_exit, totals)
    _move(present, mental, z, mental_pull, mental_noise, quantiles(normal, draws(mental_key, uid)))
    _move(present, physical, y, physical_pull, physical_noise, quantiles(normal, draws(physical_key, uid)))
    sick = 0
    for i in range(present.size):
        above = (z[i] > ill_mental) | (y[i] > ill_physical)
        ill[i] = above if present[i] else ill[i]
        sick += above & present[i]
    totals[_ILL] += sick


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
    """Draw contacts. exp(-mean) is at least 1 - mean: below it the count is 0, and only the others are looked at."""
    mean = quantiles(gp_gamma, draws(gp_year_key, uid))
    for i in range(uid.size):
        z, y = np.float64(mental[i]), np.float64(physical[i])
        mean[i] = gp_level[age[i]] * mean[i] * math.exp(gp_z_slope * z + gp_y_slope * y)
    drawn = draws(gp_key, uid)
    callers = np.empty(uid.size, np.int32)
    found = 0
    for i in range(uid.size):
        callers[found] = i
        found += present[i] & (drawn[i] > 1.0 - mean[i])
    for i in range(uid.size):
        gp_contacts[i] = 0 if present[i] else gp_contacts[i]
    for k in range(found):
        i = callers[k]
        gp_contacts[i] = poisson_icdf(drawn[i], mean[i])


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
    other = quantiles(other_gamma, draws(care_year_key, uid))
    for i in range(uid.size):
        level = other_level[np.uint8(sex[i]), age[i]]
        other[i] = level * other[i] * math.exp(other_y_slope * np.float64(physical[i]))
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
        of_other = math.floor(other[i] + 0.5) if present[i] else 0
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
