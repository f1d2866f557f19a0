"""Compiled: to whom something may happen at work this month, found in a few passes without jumps."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.calendar import MONTHS_PER_YEAR
from wijksim.kernels import kernel
from wijksim.population.columns import Status
from wijksim.processes.bounds import ABOVE, ROUNDING, step_of
from wijksim.processes.rows import rows_where
from wijksim.randomness import draws

__all__ = ["decay_by_tenure", "worth_a_look"]

SCHOOL, RETIRED = int(Status.SCHOOL), int(Status.RETIRED)
REGULAR, SELF_EMPLOYED = int(Status.REGULAR_JOB), int(Status.SELF_EMPLOYED)
PLACEMENT, WW = int(Status.PLACEMENT), int(Status.UNEMPLOYMENT_BENEFIT)
NO_BENEFIT = int(Status.NO_BENEFIT)

_LONGEST_TENURE = 50 * MONTHS_PER_YEAR

Array = NDArray[Any]


@kernel
def decay_by_tenure(hazard_new: float, hazard_long: float, tenure_scale: float) -> Array:
    """What the hazard of losing a job lies above that of an old job, by months of tenure."""
    decay = np.empty(_LONGEST_TENURE + 1)
    for months in range(decay.size):
        decay[months] = max(hazard_new - hazard_long, 0.0) * math.exp(-months / tenure_scale)
    return decay


@kernel
def worth_a_look(
    at: int,
    pension_age_months: int,
    adult_months: float,
    present: Array,
    uid: Array,
    birth_month: Array,
    education: Array,
    employability: Array,
    ill: Array,
    status: Array,
    job_since: Array,
    employer: Array,
    contract_until: Array,
    sick_since: Array,
    separation_education: Array,
    tightness_effect: Array,
    key_separation: np.uint64,
    key_inactive: np.uint64,
    key_sick: np.uint64,
    hazard_long: float,
    decay: Array,
    ill_ratio: float,
    likely: Array,
    hazard_place: float,
    hazard_stop: float,
    hazard_inactive: float,
    hazard_sick: float,
    sick_ww_ratio: float,
) -> Array:
    """Rows of those to whom something may happen in `labour_events`: of most others only a draw says that nothing does.

    A separation needs u < 1 - exp(-delta) < delta, and delta is bounded from above by its own factors, with
    employability in steps: `decay` is of :func:`decay_by_tenure`, `likely` of
    :func:`wijksim.processes.bounds.bounds_of_exp`. `hazard_sick` is that of the ill and old.
    """
    lost = draws(key_separation, uid)
    hit = np.empty(present.size, np.bool_)
    for i in range(present.size):
        tenure = np.uint32(min(max(at - job_since[i], 0), _LONGEST_TENURE))
        likely_most = likely[step_of(np.float64(employability[i]))]
        code = np.uint8(education[i])
        regular = (hazard_long + decay[tenure]) * separation_education[code] * tightness_effect[code] * likely_most
        other = hazard_stop if status[i] == SELF_EMPLOYED else hazard_long
        most = regular if status[i] == REGULAR else other
        most = hazard_place if (employer[i] >= 0) | (status[i] == PLACEMENT) else most
        hit[i] = lost[i] < ABOVE * most * (max(ill_ratio, 1.0) if ill[i] else 1.0) + ROUNDING
    stops, sick = draws(key_inactive, uid), draws(key_sick, uid)
    look = np.empty(present.size, np.bool_)
    for i in range(present.size):
        s = status[i]
        age_months = at - birth_month[i]
        worker = (s >= REGULAR) & (s <= SELF_EMPLOYED) | (s == PLACEMENT)
        old = age_months >= pension_age_months
        ended = (contract_until[i] >= 0) & (at >= contract_until[i])
        ill_now = (sick_since[i] >= 0) | (sick[i] < hazard_sick)
        on_ww = (s == WW) & ((sick_since[i] >= 0) | (sick[i] < hazard_sick * max(sick_ww_ratio, 1.0)))
        of_age = (age_months == adult_months) & (s == NO_BENEFIT)
        young = worker & (ended | ill_now | hit[i] | (stops[i] < hazard_inactive)) | (s == SCHOOL) | on_ww | of_age
        look[i] = present[i] & ((old & (s != RETIRED)) | (young & (not old)))
    return rows_where(look)
