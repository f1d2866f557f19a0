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
    look, at_risk = np.empty(present.size, np.bool_), np.empty(present.size, np.bool_)
    for i in range(present.size):
        s, age_months = status[i], at - birth_month[i]
        worker = (s >= REGULAR) & (s <= SELF_EMPLOYED) | (s == PLACEMENT)
        old = age_months >= pension_age_months
        of_age = (age_months == adult_months) & (s == NO_BENEFIT)
        at_risk[i] = present[i] & (not old) & (worker | (s == WW))
        look[i] = present[i] & ((old & (s != RETIRED)) | ((not old) & ((s == SCHOOL) | of_age)))
    rows = rows_where(at_risk)
    ids = uid[rows]
    lost, stops, sick = draws(key_separation, ids), draws(key_inactive, ids), draws(key_sick, ids)
    ill_most, ww_most = max(ill_ratio, 1.0), hazard_sick * max(sick_ww_ratio, 1.0)
    for k in range(rows.size):
        i = rows[k]
        s, code = status[i], np.uint8(education[i])
        tenure = np.uint32(min(max(at - job_since[i], 0), _LONGEST_TENURE))
        most_likely = likely[step_of(np.float64(employability[i]))]
        regular = (hazard_long + decay[tenure]) * separation_education[code] * tightness_effect[code] * most_likely
        other = hazard_stop if s == SELF_EMPLOYED else hazard_long
        most = regular if s == REGULAR else other
        most = hazard_place if (employer[i] >= 0) | (s == PLACEMENT) else most
        hit = lost[k] < ABOVE * most * (ill_most if ill[i] else 1.0) + ROUNDING
        ended = (contract_until[i] >= 0) & (at >= contract_until[i])
        falls_sick = sick[k] < (ww_most if s == WW else hazard_sick)
        leaves = (s != WW) & (ended | hit | (stops[k] < hazard_inactive))
        look[i] |= leaves | falls_sick | (sick_since[i] >= 0)
    return rows_where(look)
