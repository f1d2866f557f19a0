"""Compiled parts of health: a month of latent health and of spells of mental care.

Each loop does one thing to all rows, without branches, so that the compiler makes it into vector code; rows of leavers
are computed along and keep what they had.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.kernels import kernel
from wijksim.population.care import entry_hazard, quantiles
from wijksim.population.health import tends_to
from wijksim.processes.ages import ages
from wijksim.randomness import draw, draws

__all__ = ["Total", "health_states"]

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
