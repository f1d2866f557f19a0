"""Compiled: what a job is worth to somebody, how wage and hours grow in it, and sheltered work."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.calendar import MONTHS_PER_YEAR
from wijksim.kernels import kernel
from wijksim.population.columns import Contract, Education, Status
from wijksim.processes.rows import rows_where
from wijksim.randomness import draw, normal_icdf

__all__ = ["enter_sheltered_work", "grow_in_job", "know_usual_job"]

REGULAR, SELF_EMPLOYED = int(Status.REGULAR_JOB), int(Status.SELF_EMPLOYED)
SHELTERED, ASSISTANCE = int(Status.SHELTERED_JOB), int(Status.SOCIAL_ASSISTANCE)
NO_BENEFIT, PRACTICAL = int(Status.NO_BENEFIT), int(Education.PRACTICAL)
PERMANENT = int(Contract.PERMANENT)

Array = NDArray[Any]


@kernel
def know_usual_job(
    i: int,
    uid: Array,
    sex: Array,
    education: Array,
    usual_wage: Array,
    usual_hours: Array,
    wage_of_education: Array,
    wage_spread: float,
    hours_of_sex: Array,
    hours_of_education: Array,
    hours_spread: float,
    hours_least: float,
    key_wage: np.uint64,
    key_hours: np.uint64,
) -> None:
    """Draw wage and hours of a resident's jobs in the long run, once, as at the start of a run."""
    if usual_wage[i] > 0.0:
        return
    level = wage_of_education[education[i]] * math.exp(-0.5 * wage_spread * wage_spread)
    usual_wage[i] = max(1.0, level * math.exp(wage_spread * normal_icdf(draw(key_wage, uid[i]))))
    mean = hours_of_sex[sex[i]] * hours_of_education[education[i]]
    usual_hours[i] = min(1.0, max(hours_least, mean + hours_spread * normal_icdf(draw(key_hours, uid[i]))))


@kernel
def grow_in_job(
    at: int,
    present: Array,
    status: Array,
    job_since: Array,
    unit_row: Array,
    assistance: Array,
    usual_wage: Array,
    usual_hours: Array,
    hours_share: Array,
    wage_multiple: Array,
    wage_growth: float,
    hours_growth: float,
) -> None:
    """Close a part of the gap to the usual wage and hours, each time a year in a job is full; never downward.

    Whose unit still gets social assistance beside the job has full time to go to: they have to look for more hours.
    """
    due = np.empty(present.size, np.bool_)
    for i in range(present.size):
        tenure = np.uint32(at - job_since[i])
        at_work = present[i] & ((status[i] == REGULAR) | (status[i] == SELF_EMPLOYED))
        due[i] = at_work & (tenure > 0) & (tenure % np.uint32(MONTHS_PER_YEAR) == 0)
    for i in rows_where(due):
        wage_multiple[i] += wage_growth * max(0.0, usual_wage[i] - wage_multiple[i])
        goal = 1.0 if assistance[unit_row[i]] > 0 else usual_hours[i]
        hours_share[i] = min(1.0, hours_share[i] + hours_growth * max(0.0, goal - hours_share[i]))


@kernel
def enter_sheltered_work(
    at: int,
    present: Array,
    uid: Array,
    birth_month: Array,
    education: Array,
    employability: Array,
    status: Array,
    status_since: Array,
    job_since: Array,
    contract: Array,
    idle_since: Array,
    hours_share: Array,
    productivity: Array,
    adult_age: float,
    limit_others: float,
    limit_practical: float,
    hazard: float,
    hours: float,
    productivity_mean: float,
    productivity_sd: float,
    productivity_low: float,
    key_entry: np.uint64,
    key_productivity: np.uint64,
) -> int:
    """Give sheltered work to jobless adults who can't earn the minimum wage and are found unable elsewhere.

    It is a job: who loses it searches as anybody who lost one, also when there was a place before it.
    """
    entered = 0
    jobless = np.empty(present.size, np.bool_)
    for i in range(present.size):
        jobless[i] = present[i] & ((status[i] == ASSISTANCE) | (status[i] == NO_BENEFIT))
    for i in rows_where(jobless):
        limit = limit_practical if education[i] == PRACTICAL else limit_others
        if employability[i] >= limit or at - birth_month[i] < adult_age * MONTHS_PER_YEAR:
            continue
        if draw(key_entry, uid[i]) >= 1.0 - math.exp(-hazard):
            continue
        status[i] = SHELTERED
        status_since[i] = at
        job_since[i] = at
        contract[i] = PERMANENT
        idle_since[i] = -1
        hours_share[i] = hours
        deviation = normal_icdf(draw(key_productivity, uid[i]))
        productivity[i] = min(1.0, max(productivity_low, productivity_mean + productivity_sd * deviation))
        entered += 1
    return entered
