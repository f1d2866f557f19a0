"""Compiled: a month of health as a whole, in parts of which the columns stay close at hand."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.kernels import kernel
from wijksim.processes.care_kernels import care_use
from wijksim.processes.health_kernels import health_states

__all__ = ["health_month"]

Array = NDArray[Any]

_ROWS_AT_A_TIME = 4096


@kernel
def health_month(
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
    sex: Array,
    gp_contacts: Array,
    care_cost: Array,
    deductible_used: Array,
    income: Array,
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
    deductible_cents: int,
    totals: Array,
) -> int:
    """Do :func:`health_states` and :func:`care_use`, for a few residents at a time whose columns stay close at hand.

    Nobody's health or care depends on another's, so that in parts everything is as it is for all at once.
    """
    paid = 0
    for first in range(0, uid.size, _ROWS_AT_A_TIME):
        part = slice(first, min(first + _ROWS_AT_A_TIME, uid.size))
        health_states(
            present[part],
            uid[part],
            birth_month[part],
            education[part],
            status[part],
            frailty[part],
            mental[part],
            physical[part],
            ill[part],
            mental_care[part],
            at,
            mental_key,
            physical_key,
            entry_key,
            exit_key,
            mental_loading,
            physical_loading,
            mental_shift,
            physical_shift,
            work_term,
            physical_term,
            mental_pull,
            physical_pull,
            mental_noise,
            physical_noise,
            normal,
            ill_mental,
            ill_physical,
            adult_age,
            care_intercept,
            care_slope,
            care_hazards,
            care_exit,
            totals,
        )
        paid += care_use(
            present[part],
            uid[part],
            birth_month[part],
            sex[part],
            mental[part],
            physical[part],
            mental_care[part],
            gp_contacts[part],
            care_cost[part],
            deductible_used[part],
            income[part],
            at,
            gp_year_key,
            gp_key,
            care_year_key,
            gp_level,
            gp_z_slope,
            gp_y_slope,
            gp_gamma,
            gp_fixed_cents,
            gp_tariff_cents,
            mental_cents,
            other_level,
            other_y_slope,
            other_gamma,
            adult_age,
            deductible_cents,
            totals,
        )
    return paid
