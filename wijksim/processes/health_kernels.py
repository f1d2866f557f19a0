"""Compiled parts of health: a month of latent health and care spells, and the use and cost of care."""

from __future__ import annotations

import math
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.kernels import kernel
from wijksim.population.care import entry_hazard, quantile
from wijksim.population.health import tends_to
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
    last_age = mental_shift.shape[1] - 1
    mental_draw, physical_draw = draws(mental_key, uid), draws(physical_key, uid)
    entry_draw = draws(entry_key, uid)
    for i in range(present.size):
        if not present[i]:
            continue
        age = min((at - birth_month[i]) // 12, last_age)
        lasting = tends_to(mental_loading, frailty[i], mental_shift[education[i], age] + work_term[status[i]])
        level = tends_to(physical_loading, frailty[i], physical_shift[education[i], age])
        z, y = np.float64(mental[i]), np.float64(physical[i])
        z += mental_pull * (lasting - z) + mental_noise * quantile(normal, mental_draw[i])
        y += physical_pull * (level - y) + physical_noise * quantile(normal, physical_draw[i])
        mental[i] = z
        physical[i] = y
        ill[i] = z > ill_mental or y > ill_physical
        totals[_ILL] += ill[i]
        if age < adult_age:
            mental_care[i] = False
        elif mental_care[i]:
            mental_care[i] = draw(exit_key, uid[i]) >= care_exit
        elif entry_draw[i] < entry_hazard(care_hazards, care_intercept + care_slope * lasting):
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
    persistent, gp_draw = draws(gp_year_key, uid), draws(gp_key, uid)
    costly = draws(care_year_key, uid)
    all_contacts, all_gp, all_mental, all_other = 0, 0, 0, 0
    for i in range(present.size):
        if not present[i]:
            continue
        age = min((at - birth_month[i]) // 12, last_age)
        z, y = np.float64(mental[i]), np.float64(physical[i])
        mean = gp_level[age] * quantile(gp_gamma, persistent[i]) * math.exp(gp_z_slope * z + gp_y_slope * y)
        # exp(-mean) is at least 1 - mean: below it the count is 0 without a further look.
        contacts = poisson_icdf(gp_draw[i], mean) if gp_draw[i] > 1.0 - mean else 0
        gp_cost = math.floor(gp_fixed_cents + gp_tariff_cents * contacts + 0.5)
        mental_cost = mental_cents if mental_care[i] else 0
        multiplier = quantile(other_gamma, costly[i])
        other = math.floor(other_level[sex[i], age] * multiplier * math.exp(other_y_slope * y) + 0.5)
        if january:
            deductible_used[i] = 0
        if age >= adult_age:
            paid = min(max(deductible_cents - deductible_used[i], 0), mental_cost + other)
            deductible_used[i] += paid
            paid_cents[i] = paid
        gp_contacts[i] = contacts
        care_cost[i] = gp_cost + mental_cost + other
        all_contacts += contacts
        all_gp += gp_cost
        all_mental += mental_cost
        all_other += other
    totals[_CONTACTS] += all_contacts
    totals[_GP_COST] += all_gp
    totals[_MENTAL_COST] += all_mental
    totals[_OTHER_COST] += all_other
