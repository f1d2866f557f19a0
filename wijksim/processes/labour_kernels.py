"""Compiled parts of the labour market: events in work, search, and taking a job, one row a resident."""

from __future__ import annotations

import math
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.calendar import MONTHS_PER_YEAR
from wijksim.kernels import kernel
from wijksim.population.columns import Contract, Education, Status
from wijksim.randomness import draw

__all__ = [
    "EVENTS",
    "Event",
    "find_jobs",
    "labour_events",
    "search_intensity",
    "take_jobs",
    "take_place",
    "work_counters",
]

CHILD, SCHOOL = int(Status.CHILD), int(Status.SCHOOL)
REGULAR, SELF_EMPLOYED = int(Status.REGULAR_JOB), int(Status.SELF_EMPLOYED)
SUBSIDISED, SHELTERED = int(Status.SUBSIDISED_JOB), int(Status.SHELTERED_JOB)
PLACEMENT, WW = int(Status.PLACEMENT), int(Status.UNEMPLOYMENT_BENEFIT)
ASSISTANCE, DISABILITY = int(Status.SOCIAL_ASSISTANCE), int(Status.DISABILITY)
NO_BENEFIT, RETIRED = int(Status.NO_BENEFIT), int(Status.RETIRED)
PRACTICAL = int(Education.PRACTICAL)
NO_CONTRACT, PERMANENT = int(Contract.NONE), int(Contract.PERMANENT)


class Event(IntEnum):
    """What can happen in a month; index of the counts that the kernels fill."""

    RETIRED = 0
    SCHOOL_LEFT = 1
    SEPARATED = 2
    CONTRACT_ENDED = 3
    PLACE_LOST = 4
    TO_WW = 5
    SICK = 6
    DISABLED = 7
    HIRED_FROM_WW = 8
    HIRED_FROM_ASSISTANCE = 9
    HIRED_FROM_PLACE = 10
    HIRED_OTHER = 11


EVENTS = len(Event)
_RETIRED, _SCHOOL_LEFT, _SEPARATED = int(Event.RETIRED), int(Event.SCHOOL_LEFT), int(Event.SEPARATED)
_ENDED, _PLACE_LOST, _TO_WW = int(Event.CONTRACT_ENDED), int(Event.PLACE_LOST), int(Event.TO_WW)
_SICK, _DISABLED = int(Event.SICK), int(Event.DISABLED)
_FROM_WW, _FROM_ASSISTANCE = int(Event.HIRED_FROM_WW), int(Event.HIRED_FROM_ASSISTANCE)
_FROM_PLACE, _HIRED_OTHER = int(Event.HIRED_FROM_PLACE), int(Event.HIRED_OTHER)

Array = NDArray[Any]


@kernel
def _is_paid(status: int) -> bool:
    return REGULAR <= status <= SELF_EMPLOYED


@kernel
def work_counters(
    present: Array,
    status: Array,
    weeks_worked: Array,
    ww_months_built: Array,
    weeks_per_month: float,
    weeks_window: float,
    built_first: float,
    built_first_years: float,
    built_later: float,
) -> None:
    """Count recent weeks of work and work history; `built_*` are months of WW for each year worked."""
    for i in range(present.size):
        if not present[i]:
            continue
        if _is_paid(status[i]):
            weeks_worked[i] = min(weeks_window, weeks_worked[i] + weeks_per_month)
            if status[i] != SELF_EMPLOYED:
                rate = built_first if ww_months_built[i] < built_first * built_first_years else built_later
                ww_months_built[i] += rate / MONTHS_PER_YEAR
        else:
            weeks_worked[i] = max(0.0, weeks_worked[i] - weeks_per_month)


@kernel
def _leave_work(
    i: int,
    at: int,
    status: Array,
    status_since: Array,
    out_of_work_since: Array,
    job_since: Array,
    employer: Array,
    contract: Array,
    contract_until: Array,
    sick_since: Array,
    subsidised_since: Array,
    placed_from: Array,
    weeks_worked: Array,
    ww_months_built: Array,
    ww_since: Array,
    ww_until: Array,
    insured: bool,
    weeks_needed: float,
    ww_shortest: float,
    ww_longest: float,
    ww_long_years: float,
) -> bool:
    """End a job or placement; returns whether unemployment benefit follows."""
    paid = _is_paid(status[i])
    if paid:
        out_of_work_since[i] = at
    status_since[i] = at
    job_since[i] = -1
    employer[i] = -1
    contract[i] = NO_CONTRACT
    contract_until[i] = -1
    sick_since[i] = -1
    subsidised_since[i] = -1
    placed_from[i] = -1
    if insured and paid and weeks_worked[i] >= weeks_needed:
        built = ww_months_built[i]
        length = ww_shortest
        if built >= ww_long_years:
            length = max(ww_shortest, min(ww_longest, math.floor(built)))
        status[i] = WW
        ww_since[i] = at
        ww_until[i] = at + int(length)
        return True
    status[i] = NO_BENEFIT
    return False


@kernel
def labour_events(
    at: int,
    pension_age_months: int,
    present: Array,
    uid: Array,
    birth_month: Array,
    education: Array,
    employability: Array,
    ill: Array,
    status: Array,
    status_since: Array,
    out_of_work_since: Array,
    job_since: Array,
    employer: Array,
    contract: Array,
    contract_until: Array,
    sick_since: Array,
    subsidised_since: Array,
    placed_from: Array,
    coached_until: Array,
    weeks_worked: Array,
    ww_months_built: Array,
    ww_since: Array,
    ww_until: Array,
    school_age: Array,
    separation_education: Array,
    tightness_effect: Array,
    key_school: np.uint64,
    key_separation: np.uint64,
    key_inactive: np.uint64,
    key_sick: np.uint64,
    key_recovery: np.uint64,
    key_disability: np.uint64,
    practical_leaves: float,
    practical_continues: float,
    hazard_long: float,
    hazard_new: float,
    tenure_scale: float,
    ill_ratio: float,
    employability_slope: float,
    hazard_place: float,
    hazard_stop: float,
    hazard_inactive: float,
    hazard_sick: float,
    sick_ill_ratio: float,
    hazard_recovery: float,
    waiting_months: float,
    grant_share: float,
    after_place_months: float,
    weeks_needed: float,
    ww_shortest: float,
    ww_longest: float,
    ww_long_years: float,
    counts: Array,
) -> None:
    """Retirement, leaving school, sick leave, disability, separation and ends of contracts (B2).

    A job ends in the month with probability 1 - exp(-delta), delta = (d_p + (d_n - d_p) exp(-tenure / scale))
    times the ratios of education, ill health, employability and tightness; a social place at its own hazard.
    """
    for i in range(present.size):
        if not present[i]:
            continue
        s = status[i]
        age_months = at - birth_month[i]
        if age_months >= pension_age_months:
            if s != RETIRED:
                status[i] = RETIRED
                status_since[i] = at
                if _is_paid(s):
                    out_of_work_since[i] = at
                job_since[i] = -1
                employer[i] = -1
                contract[i] = NO_CONTRACT
                contract_until[i] = -1
                sick_since[i] = -1
                subsidised_since[i] = -1
                placed_from[i] = -1
                counts[_RETIRED] += 1
            continue
        if s == SCHOOL:
            u = draw(key_school, uid[i])
            leaving = school_age[education[i]] * MONTHS_PER_YEAR + math.floor(u * MONTHS_PER_YEAR)
            if education[i] == PRACTICAL and u > practical_leaves:
                leaving += practical_continues
            if age_months >= leaving:
                status[i] = NO_BENEFIT
                status_since[i] = at
                out_of_work_since[i] = at
                counts[_SCHOOL_LEFT] += 1
            continue
        placed = s == PLACEMENT
        if not placed and not _is_paid(s):
            continue
        insured = s != SELF_EMPLOYED
        if sick_since[i] >= 0 and not placed:
            if at - sick_since[i] >= waiting_months:
                granted = draw(key_disability, uid[i]) < grant_share
                to_ww = _leave_work(
                    i, at, status, status_since, out_of_work_since, job_since, employer, contract, contract_until,
                    sick_since, subsidised_since, placed_from, weeks_worked, ww_months_built, ww_since, ww_until,
                    insured and not granted, weeks_needed, ww_shortest, ww_longest, ww_long_years,
                )  # fmt: skip
                if granted:
                    status[i] = DISABILITY
                    counts[_DISABLED] += 1
                else:
                    counts[_SEPARATED] += 1
                if to_ww:
                    counts[_TO_WW] += 1
                continue
            if draw(key_recovery, uid[i]) < hazard_recovery:
                sick_since[i] = -1
        elif not placed:
            p = hazard_sick * (sick_ill_ratio if ill[i] else 1.0)
            if draw(key_sick, uid[i]) < p:
                sick_since[i] = at
                counts[_SICK] += 1
        at_place = employer[i] >= 0
        ended = contract_until[i] >= 0 and at >= contract_until[i]
        if at_place or placed:
            delta = hazard_place
        elif s == SELF_EMPLOYED:
            delta = hazard_stop
        else:
            tenure = float(at - job_since[i])
            delta = hazard_long + (hazard_new - hazard_long) * math.exp(-tenure / tenure_scale)
            delta *= separation_education[education[i]] * tightness_effect[education[i]]
            delta *= math.exp(employability_slope * employability[i])
        if ill[i]:
            delta *= ill_ratio
        lost = draw(key_separation, uid[i]) < 1.0 - math.exp(-delta)
        stopped = not at_place and not placed and draw(key_inactive, uid[i]) < hazard_inactive
        if not (ended or lost or stopped):
            continue
        to_ww = _leave_work(
            i, at, status, status_since, out_of_work_since, job_since, employer, contract, contract_until,
            sick_since, subsidised_since, placed_from, weeks_worked, ww_months_built, ww_since, ww_until,
            insured and (ended or lost), weeks_needed, ww_shortest, ww_longest, ww_long_years,
        )  # fmt: skip
        if at_place or placed:
            coached_until[i] = at + int(after_place_months)
            counts[_PLACE_LOST] += 1
        if ended:
            counts[_ENDED] += 1
        else:
            counts[_SEPARATED] += 1
        if to_ww:
            counts[_TO_WW] += 1


@kernel
def search_intensity(
    at: int,
    present: Array,
    birth_month: Array,
    education: Array,
    employability: Array,
    productivity: Array,
    exposure: Array,
    ill: Array,
    status: Array,
    out_of_work_since: Array,
    job_since: Array,
    lock_in_until: Array,
    coached_until: Array,
    last_wage: Array,
    tie_share: Array,
    base_assistance: float,
    base_ww: float,
    base_inactive: float,
    base_disability: float,
    base_school_leaver: Array,
    leaver_months: float,
    class_short: float,
    class_middle: float,
    duration_middle: float,
    duration_long: float,
    spread: float,
    education_log: Array,
    ill_ratio: float,
    contact_share: float,
    tie_mean: float,
    norm_effect: float,
    norm_reference: float,
    norm_span: float,
    lock_in: float,
    coaching: float,
    after_place: float,
    parent_gap: float,
    parent_first_age: float,
    parent_last_age: float,
    mass_scale: float,
    intensity: Array,
    mass: Array,
) -> None:
    """Hazard of finding a regular job at tightness 1 (B1), and its sum by skill in fixed point.

    lambda = lambda0[status] D(d) exp(a + b_edu) H^ill N S M w: duration D at the ratio to the power tau, fixed
    employability a, health H, ties N, search S (lock-in, coaching), parents M, and the productivity w.
    """
    for i in range(present.size):
        intensity[i] = 0.0
        if not present[i]:
            continue
        s = status[i]
        duration = float(at - out_of_work_since[i])
        if s == WW:
            base = base_ww
        elif s == ASSISTANCE:
            base = base_assistance
        elif s in (PLACEMENT, SUBSIDISED):
            base = base_assistance
            duration = float(max(0, job_since[i] - out_of_work_since[i]))
        elif s == DISABILITY:
            base = base_disability
            duration = 0.0
        elif s == NO_BENEFIT:
            if last_wage[i] == 0 and duration < leaver_months:
                base = base_school_leaver[education[i]]
            elif duration < class_short:
                base = base_assistance
            else:
                base = base_inactive
                duration = 0.0
        else:
            continue
        rate = base
        if s != WW:
            if duration >= class_middle:
                rate *= duration_long
            elif duration >= class_short:
                rate *= duration_middle
        rate *= math.exp(spread * employability[i] + education_log[education[i]])
        if ill[i]:
            rate *= ill_ratio
        g = tie_share[i]
        if g >= 0.0:
            ties = (1.0 - contact_share) + contact_share * g / tie_mean
            ties *= 1.0 - norm_effect * ((1.0 - g) - norm_reference) / norm_span
            rate *= max(0.0, ties)
        if at < lock_in_until[i]:
            rate *= lock_in
        if at < coached_until[i]:
            rate *= coaching if (s in (PLACEMENT, SUBSIDISED)) else after_place
        age = (at - birth_month[i]) / MONTHS_PER_YEAR
        if exposure[i] >= 0.0 and parent_first_age <= age < parent_last_age:
            rate *= 1.0 - parent_gap * (1.0 - exposure[i])
        rate *= productivity[i]
        intensity[i] = rate
        mass[education[i]] += np.int64(rate * mass_scale + 0.5)


@kernel
def find_jobs(
    present: Array,
    uid: Array,
    education: Array,
    status: Array,
    job_since: Array,
    at: int,
    intensity: Array,
    tightness_effect: Array,
    key: np.uint64,
    arrival: Array,
) -> int:
    """Time at which each searcher would find a job, -ln(u) / lambda; infinite beyond one month. Returns how many."""
    found = 0
    for i in range(present.size):
        arrival[i] = math.inf
        if intensity[i] <= 0.0 or not present[i]:
            continue
        if (status[i] == PLACEMENT or status[i] == SUBSIDISED) and job_since[i] == at:
            continue
        rate = intensity[i] * tightness_effect[education[i]]
        if rate <= 0.0:
            continue
        wait = -math.log(draw(key, uid[i])) / rate
        if wait <= 1.0:
            arrival[i] = wait
            found += 1
    return found


@kernel
def take_jobs(
    rows: Array,
    at: int,
    uid: Array,
    status: Array,
    status_since: Array,
    job_since: Array,
    employer: Array,
    contract: Array,
    contract_until: Array,
    placed_from: Array,
    subsidised_since: Array,
    coached_until: Array,
    hours_share: Array,
    wage_multiple: Array,
    key_self: np.uint64,
    key_hours: np.uint64,
    self_share: float,
    starter_multiple: float,
    hours_mean: float,
    hours_least: float,
    subsidy: bool,
    counts: Array,
) -> None:
    """Put people into regular jobs; those from a benefit or a place start at the starter's wage and hours."""
    for k in range(rows.size):
        i = rows[k]
        s = status[i]
        if s == WW:
            counts[_FROM_WW] += 1
        elif s == ASSISTANCE:
            counts[_FROM_ASSISTANCE] += 1
        elif s in (PLACEMENT, SUBSIDISED):
            counts[_FROM_PLACE] += 1
        else:
            counts[_HIRED_OTHER] += 1
        if s != WW:
            wage_multiple[i] = min(wage_multiple[i], starter_multiple)
            if s != SUBSIDISED:
                spread = (draw(key_hours, uid[i]) - 0.5) * 2.0 * min(1.0 - hours_mean, hours_mean - hours_least)
                hours_share[i] = hours_mean + spread
        subsidised_since[i] = at if subsidy and (s in (ASSISTANCE, PLACEMENT)) else -1
        status[i] = SELF_EMPLOYED if draw(key_self, uid[i]) < self_share else REGULAR
        status_since[i] = at
        job_since[i] = at
        employer[i] = -1
        contract[i] = PERMANENT
        contract_until[i] = -1
        placed_from[i] = -1


@kernel
def take_place(
    rows: Array,
    at: int,
    enterprise: int,
    placement: bool,
    until: int,
    contract_kind: int,
    hours: float,
    lock_in_months: float,
    productivity_mean: float,
    productivity_sd: float,
    productivity_low: float,
    deviation: Array,
    status: Array,
    status_since: Array,
    job_since: Array,
    employer: Array,
    contract: Array,
    contract_until: Array,
    placed_from: Array,
    lock_in_until: Array,
    hours_share: Array,
    productivity: Array,
    ever_placed: Array,
) -> None:
    """Put people into places; a first place measures the productivity (loonwaarde), `deviation` in SD."""
    for k in range(rows.size):
        i = rows[k]
        placed_from[i] = status[i]
        status[i] = PLACEMENT if placement else SUBSIDISED
        status_since[i] = at
        job_since[i] = at
        employer[i] = enterprise
        contract[i] = contract_kind
        contract_until[i] = until
        lock_in_until[i] = at + int(lock_in_months)
        hours_share[i] = hours
        if ever_placed[i] < 0:
            ever_placed[i] = at
            productivity[i] = min(1.0, max(productivity_low, productivity_mean + productivity_sd * deviation[k]))
