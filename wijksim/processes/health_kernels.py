"""Compiled parts of health: a month of latent health and care spells, and the use and cost of care."""

from __future__ import annotations

import math
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.kernels import kernel
from wijksim.population.care import entry_hazard, gamma_multiplier
from wijksim.population.health import tends_to
from wijksim.randomness import draw, normal_icdf, poisson_icdf

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
    mental_pull: float,
    physical_pull: float,
    mental_noise: float,
    physical_noise: float,
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
    last_age = mental_shift.shape[1] - 1
    for i in range(present.size):
        if not present[i]:
            continue
        age = min((at - birth_month[i]) // 12, last_age)
        lasting = tends_to(mental_loading, frailty[i], mental_shift[education[i], age] + work_term[status[i]])
        level = tends_to(physical_loading, frailty[i], physical_shift[education[i], age])
        z, y = np.float64(mental[i]), np.float64(physical[i])
        z += mental_pull * (lasting - z) + mental_noise * normal_icdf(draw(mental_key, uid[i]))
        y += physical_pull * (level - y) + physical_noise * normal_icdf(draw(physical_key, uid[i]))
        mental[i] = z
        physical[i] = y
        ill[i] = z > ill_mental or y > ill_physical
        totals[_ILL] += ill[i]
        if age < adult_age:
            mental_care[i] = False
        elif mental_care[i]:
            mental_care[i] = draw(exit_key, uid[i]) >= care_exit
        elif draw(entry_key, uid[i]) < entry_hazard(care_hazards, care_intercept + care_slope * lasting):
            mental_care[i] = True
            totals[_ENTRIES] += 1
        totals[_USERS] += mental_care[i]


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
    paid_cents: Array,
    totals: Array,
) -> None:
    """Draw GP contacts and other care, add up cost, and let adults pay their deductible; all in cents."""
    last_age = gp_level.size - 1
    january = at % 12 == 0
    for i in range(present.size):
        if not present[i]:
            continue
        age = min((at - birth_month[i]) // 12, last_age)
        z, y = np.float64(mental[i]), np.float64(physical[i])
        persistent = gamma_multiplier(gp_gamma, draw(gp_year_key, uid[i]))
        mean = gp_level[age] * persistent * math.exp(gp_z_slope * z + gp_y_slope * y)
        contacts = poisson_icdf(draw(gp_key, uid[i]), mean)
        gp_cost = math.floor(gp_fixed_cents + gp_tariff_cents * contacts + 0.5)
        mental_cost = mental_cents if mental_care[i] else 0
        multiplier = gamma_multiplier(other_gamma, draw(care_year_key, uid[i]))
        other = math.floor(other_level[sex[i], age] * multiplier * math.exp(other_y_slope * y) + 0.5)
        if january:
            deductible_used[i] = 0
        if age >= adult_age:
            paid = min(max(deductible_cents - deductible_used[i], 0), mental_cost + other)
            deductible_used[i] += paid
            paid_cents[i] = paid
        gp_contacts[i] = contacts
        care_cost[i] = gp_cost + mental_cost + other
        totals[_CONTACTS] += contacts
        totals[_GP_COST] += gp_cost
        totals[_MENTAL_COST] += mental_cost
        totals[_OTHER_COST] += other
