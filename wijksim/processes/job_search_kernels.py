"""Compiled parts of the labour market: who searches how hard, who finds a job, and who takes a job or a place."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.calendar import LAST_MONTH, MONTHS_PER_YEAR
from wijksim.kernels import kernel
from wijksim.population.columns import Contract, Status
from wijksim.processes.labour_kernels import Event
from wijksim.processes.rows import rows_where
from wijksim.processes.tenure_kernels import know_usual_job
from wijksim.processes.ties import kinds_of, share_of_ties
from wijksim.randomness import draw

__all__ = ["find_jobs", "search_intensity", "take_jobs", "take_place"]

REGULAR, SELF_EMPLOYED = int(Status.REGULAR_JOB), int(Status.SELF_EMPLOYED)
SUBSIDISED, PLACEMENT = int(Status.SUBSIDISED_JOB), int(Status.PLACEMENT)
WW, ASSISTANCE = int(Status.UNEMPLOYMENT_BENEFIT), int(Status.SOCIAL_ASSISTANCE)
DISABILITY, NO_BENEFIT = int(Status.DISABILITY), int(Status.NO_BENEFIT)
PERMANENT = int(Contract.PERMANENT)
_FROM_WW, _FROM_ASSISTANCE = int(Event.HIRED_FROM_WW), int(Event.HIRED_FROM_ASSISTANCE)
_FROM_PLACE, _HIRED_OTHER = int(Event.HIRED_FROM_PLACE), int(Event.HIRED_OTHER)

Array = NDArray[Any]


@kernel
def _leaves_school(
    i: int, at: int, status: Array, last_wage: Array, out_of_work_since: Array, idle_since: Array
) -> bool:
    """Whether somebody leaves school this month, without ever having had a job or a place."""
    new = out_of_work_since[i] == at and last_wage[i] == 0 and idle_since[i] < 0
    return bool(new and (status[i] == ASSISTANCE or status[i] == NO_BENEFIT))


@kernel
def search_intensity(
    at: int,
    present: Array,
    birth_month: Array,
    education: Array,
    employability: Array,
    productivity: Array,
    productivity_measured: Array,
    exposure: Array,
    ill: Array,
    status: Array,
    employer: Array,
    out_of_work_since: Array,
    idle_since: Array,
    idle_status: Array,
    idle_worked: Array,
    idle_until: Array,
    job_since: Array,
    lock_in_until: Array,
    coached_until: Array,
    sick_since: Array,
    last_wage: Array,
    ties: Array,
    base_assistance: float,
    base_ww: float,
    base_inactive: float,
    base_disability: float,
    base_school_leaver: Array,
    leaver_months: float,
    leaver_ahead: float,
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
    norm_span: float,
    lock_in: float,
    coaching: float,
    after_place: float,
    parent_gap: float,
    parent_first_age: float,
    parent_last_age: float,
    mass_scale: float,
    intensity: Array,
    searchers: Array,
    mass: Array,
) -> int:
    """Hazard of finding a regular job at tightness 1 (B1), and its sum by skill in fixed point.

    lambda = lambda0[status] D(d) exp(a + b_edu) H^ill N S M L: duration D at the ratio to the power tau, fixed
    employability a, health H, ties N, search S (lock-in, coaching), parents M, and what was learned L. School leavers
    who never had a job have a lambda0 of their own, and in the month in which they leave it stands for the last
    `leaver_ahead` months at school too: who found a job in these begins in it at once. People without benefit search
    as those on unemployment benefit with D in the first three years after a job, and as the inactive after that. Who
    is sick doesn't search.

    Who is in a place at a social enterprise, or comes from one and had no regular job since, has the lambda0 and D of
    the group that he or she came from, whatever the benefit after the place. In D counts the time out of work before it
    and, when it is over, after it, but not that in it. From the WW that is the WW until the month in which it would
    have ended, then no benefit; who never had a regular job before is a school leaver for as many months after school
    as without the place, those in it too, and then still counts as who never had one. Who came from no benefit
    and is on social assistance after the place searches as people on that do; who got a disability benefit, as these
    do. The last months at school are not for them. L = productivity / productivity as first measured holds for them
    alone.

    Writes the rows of those who search into `searchers`, in rising order, and the hazard of each at the same place of
    `intensity`; returns how many they are.
    """
    kind = kinds_of(present, status)
    able = np.empty(present.size, np.bool_)
    for i in range(present.size):
        s = status[i]
        jobless = (s == WW) | (s == ASSISTANCE) | (s == DISABILITY) | (s == NO_BENEFIT)
        able[i] = (jobless | (employer[i] >= 0)) & present[i] & (sick_since[i] < 0)
    found = 0
    for i in rows_where(able):
        s = status[i]
        in_place = employer[i] >= 0
        of_place = idle_since[i] >= 0
        worked = last_wage[i] > 0
        duration = float(at - out_of_work_since[i])
        leaver = not worked and duration < leaver_months
        if of_place:
            worked = idle_worked[i]
            duration = float((job_since[i] if in_place else at) - idle_since[i])
            still = at <= idle_until[i]
            leaver = not worked and still
            if s != DISABILITY and worked and still:
                s = WW
            elif in_place or s in (WW, NO_BENEFIT):
                s = idle_status[i]
        if leaver and s in (ASSISTANCE, NO_BENEFIT):
            base = base_school_leaver[education[i]]
            if _leaves_school(i, at, status, last_wage, out_of_work_since, idle_since):
                base *= 1.0 + leaver_ahead
        elif s == WW:
            base = base_ww
        elif s == ASSISTANCE:
            base = base_assistance
        elif s == DISABILITY:
            base = base_disability
            duration = 0.0
        elif s == NO_BENEFIT:
            base = base_ww
            if duration >= class_middle or not worked:
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
        rate *= math.exp(spread * float(employability[i]) + education_log[education[i]])
        if ill[i]:
            rate *= ill_ratio
        g = share_of_ties(ties, kind, i)
        if g >= 0.0:
            known = (1.0 - contact_share) + contact_share * g / tie_mean
            known *= 1.0 - norm_effect * (tie_mean - g) / norm_span
            rate *= max(0.0, known)
        if at < lock_in_until[i]:
            rate *= lock_in
        if of_place:
            if at < coached_until[i]:
                rate *= coaching if in_place else after_place
            if productivity_measured[i] > 0.0:
                rate *= float(productivity[i]) / float(productivity_measured[i])
        age = (at - birth_month[i]) / MONTHS_PER_YEAR
        if exposure[i] >= 0.0 and parent_first_age <= age < parent_last_age:
            rate *= 1.0 - parent_gap * (1.0 - float(exposure[i]))
        intensity[found] = rate
        searchers[found] = i
        found += 1
        mass[education[i]] += np.int64(rate * mass_scale + 0.5)
    return found


@kernel
def find_jobs(
    uid: Array,
    education: Array,
    status: Array,
    last_wage: Array,
    out_of_work_since: Array,
    idle_since: Array,
    at: int,
    searchers: Array,
    intensity: Array,
    tightness_effect: Array,
    leaver_ahead: float,
    key: np.uint64,
    rows: Array,
    arrival: Array,
    waiting: Array,
) -> int:
    """Write who finds a job within the month into `rows`, in rising order, and when into `arrival`: -ln(u) / lambda.

    Of the lambda of who leaves school this month, `leaver_ahead` parts of 1 + `leaver_ahead` stand for the months at
    school, which come first: a job found in these has been `waiting` since then.

    Parameters
    ----------
    searchers, intensity : array, shape (n,)
        Rows of those who search, and the hazard of each at tightness 1.
    leaver_ahead : float
        Months at school for which the hazard of who leaves it stands, beside this one.
    rows, arrival, waiting : array, shape (at least n,)
        Filled.

    Returns
    -------
    int
        How many find one.
    """
    found = 0
    for k in range(searchers.size):
        i = searchers[k]
        rate = intensity[k] * tightness_effect[education[i]]
        chance = draw(key, uid[i])
        # -ln(u) is at least 1 - u: most are sieved without a logarithm; twice, as roundings are not to decide.
        if rate <= 0.0 or 1.0 - chance > 2.0 * rate:
            continue
        wait = -math.log(chance) / rate
        if wait <= 1.0:
            rows[found] = i
            arrival[found] = wait
            waiting[found] = wait * (1.0 + leaver_ahead) <= leaver_ahead and _leaves_school(
                i, at, status, last_wage, out_of_work_since, idle_since
            )
            found += 1
    return found


@kernel
def take_jobs(
    rows: Array,
    at: int,
    uid: Array,
    sex: Array,
    education: Array,
    status: Array,
    status_since: Array,
    job_since: Array,
    employer: Array,
    contract: Array,
    contract_until: Array,
    placed_from: Array,
    idle_since: Array,
    subsidised_since: Array,
    hours_share: Array,
    wage_multiple: Array,
    usual_wage: Array,
    usual_hours: Array,
    last_wage: Array,
    key_self: np.uint64,
    key_hours: np.uint64,
    key_usual_wage: np.uint64,
    key_usual_hours: np.uint64,
    self_share: float,
    starter_multiple: float,
    first_share: float,
    wage_of_education: Array,
    wage_spread: float,
    hours_of_sex: Array,
    hours_of_education: Array,
    hours_spread: float,
    hours_mean: float,
    hours_least: float,
    subsidy: bool,
    counts: Array,
) -> None:
    """Put people into regular jobs.

    A first job pays `first_share` of one's usual wage, for usual hours; those on social assistance or in a place, or
    who come from one, start at no more than the starter's wage, from assistance at the starter's hours. Others come
    back at the wage and hours of their last job.
    """
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
        know_usual_job(
            i, uid, sex, education, usual_wage, usual_hours, wage_of_education, wage_spread, hours_of_sex,
            hours_of_education, hours_spread, hours_least, key_usual_wage, key_usual_hours,
        )  # fmt: skip
        if last_wage[i] == 0:
            wage_multiple[i] = max(1.0, first_share * usual_wage[i])
        if s in (ASSISTANCE, PLACEMENT, SUBSIDISED):
            wage_multiple[i] = min(wage_multiple[i], starter_multiple)
        if s in (ASSISTANCE, PLACEMENT):
            spread = (draw(key_hours, uid[i]) - 0.5) * 2.0 * min(1.0 - hours_mean, hours_mean - hours_least)
            hours_share[i] = hours_mean + spread
        elif hours_share[i] < hours_least:
            hours_share[i] = usual_hours[i]
        subsidised_since[i] = at if subsidy and (s in (ASSISTANCE, PLACEMENT)) else -1
        status[i] = SELF_EMPLOYED if draw(key_self, uid[i]) < self_share else REGULAR
        status_since[i] = at
        job_since[i] = at
        employer[i] = -1
        contract[i] = PERMANENT
        contract_until[i] = -1
        placed_from[i] = -1
        idle_since[i] = -1


@kernel
def take_place(
    rows: Array,
    at: int,
    enterprise: int,
    placement: bool,
    months: int,
    contract_kind: int,
    chain_longest: int,
    chain_interval: int,
    placement_longest: int,
    hours: float,
    lock_in_months: float,
    leaver_months: float,
    productivity_mean: float,
    productivity_sd: float,
    productivity_low: float,
    deviation: Array,
    status: Array,
    status_since: Array,
    out_of_work_since: Array,
    idle_since: Array,
    idle_status: Array,
    idle_worked: Array,
    idle_until: Array,
    last_wage: Array,
    ww_until: Array,
    job_since: Array,
    employer: Array,
    contract: Array,
    contract_until: Array,
    placed_from: Array,
    last_place: Array,
    place_left: Array,
    chain_since: Array,
    placement_months: Array,
    lock_in_until: Array,
    coached_until: Array,
    hours_share: Array,
    wage_multiple: Array,
    productivity: Array,
    productivity_measured: Array,
    ever_placed: Array,
    coached_to: int,
    starter_multiple: float,
) -> None:
    """Put people into places; a first place measures the productivity (loonwaarde), `deviation` in SD.

    A contract holds for `months` (-1 is for good). One that follows another at the same enterprise within the
    interval goes on with the chain and ends with it at the latest; there is no new lock-in. Placements with benefit
    are no longer than `placement_longest` together. As what somebody searches in and after the place (see
    `search_intensity`) is known from the first one since a regular job, and from social assistance claimed since then.
    """
    for k in range(rows.size):
        i = rows[k]
        placed_from[i] = status[i]
        if idle_since[i] < 0:
            idle_since[i] = out_of_work_since[i]
            idle_status[i] = NO_BENEFIT
            idle_worked[i] = last_wage[i] > 0
            idle_until[i] = -1
            if status[i] == WW:
                idle_until[i] = ww_until[i]
            elif last_wage[i] == 0:
                idle_until[i] = min(int(out_of_work_since[i]) + math.ceil(leaver_months) - 1, LAST_MONTH)
        if status[i] == ASSISTANCE:
            idle_status[i] = ASSISTANCE
        status[i] = PLACEMENT if placement else SUBSIDISED
        status_since[i] = at
        job_since[i] = at
        employer[i] = enterprise
        contract[i] = contract_kind
        left = place_left[i]
        goes_on = last_place[i] == enterprise and left >= 0 and at - left <= chain_interval and chain_since[i] > 0
        if not goes_on:
            chain_since[i] = at
            lock_in_until[i] = min(at + int(lock_in_months), LAST_MONTH)
        last_place[i] = enterprise
        place_left[i] = -1
        until = min(at + months, LAST_MONTH)
        if placement:
            until = min(until, at + placement_longest - int(placement_months[i]))
        elif goes_on:
            until = min(until, int(chain_since[i]) + chain_longest)
        contract_until[i] = until if months >= 0 else -1
        coached_until[i] = coached_to
        wage_multiple[i] = min(wage_multiple[i], starter_multiple)  # of a regular job after the place
        hours_share[i] = hours
        if ever_placed[i] < 0:
            ever_placed[i] = at
            productivity[i] = min(1.0, max(productivity_low, productivity_mean + productivity_sd * deviation[k]))
            productivity_measured[i] = productivity[i]
