"""Compiled parts of the labour market: recent work, and leaving work, school and working age, one row a resident."""

from __future__ import annotations

import math
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.calendar import LAST_MONTH, MONTHS_PER_YEAR
from wijksim.kernels import kernel
from wijksim.population.columns import Contract, Education, Status
from wijksim.processes.labour_sieve import worth_a_look
from wijksim.randomness import draw

__all__ = ["EVENTS", "Event", "labour_events", "work_counters"]

SCHOOL, RETIRED = int(Status.SCHOOL), int(Status.RETIRED)
REGULAR, SELF_EMPLOYED = int(Status.REGULAR_JOB), int(Status.SELF_EMPLOYED)
SHELTERED, PLACEMENT = int(Status.SHELTERED_JOB), int(Status.PLACEMENT)
WW = int(Status.UNEMPLOYMENT_BENEFIT)
DISABILITY, NO_BENEFIT = int(Status.DISABILITY), int(Status.NO_BENEFIT)
PRACTICAL = int(Education.PRACTICAL)
NO_CONTRACT = int(Contract.NONE)


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
    DISABLED_YOUNG = 12


EVENTS = len(Event)
_RETIRED, _SCHOOL_LEFT, _SEPARATED = int(Event.RETIRED), int(Event.SCHOOL_LEFT), int(Event.SEPARATED)
_ENDED, _PLACE_LOST, _TO_WW = int(Event.CONTRACT_ENDED), int(Event.PLACE_LOST), int(Event.TO_WW)
_SICK, _DISABLED, _YOUNG = int(Event.SICK), int(Event.DISABLED), int(Event.DISABLED_YOUNG)

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
        paid = (status[i] >= REGULAR) & (status[i] <= SELF_EMPLOYED)
        weeks = np.float64(weeks_worked[i])
        counted = min(weeks_window, weeks + weeks_per_month) if paid else max(0.0, weeks - weeks_per_month)
        weeks_worked[i] = counted if present[i] else weeks_worked[i]
        built = np.float64(ww_months_built[i])
        rate = built_first if built < built_first * built_first_years else built_later
        insured = present[i] & paid & (status[i] != SELF_EMPLOYED)
        ww_months_built[i] = built + rate / MONTHS_PER_YEAR if insured else ww_months_built[i]


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
    idle_since: Array,
    place_left: Array,
    chain_since: Array,
    placement_months: Array,
    weeks_worked: Array,
    ww_months_built: Array,
    ww_since: Array,
    ww_until: Array,
    ww_after_place: Array,
    ended: bool,
    insured: bool,
    weeks_needed: float,
    ww_shortest: float,
    ww_longest: float,
    ww_long_years: float,
) -> bool:
    """End a job or placement; returns whether unemployment benefit follows.

    After a place `ww_after_place` keeps the status from which it was taken: with a place that was taken from the WW
    after an earlier place, that of the first.
    """
    paid = _is_paid(status[i])
    before = placed_from[i] if employer[i] >= 0 else -1
    if before == WW and ww_after_place[i] >= 0:
        before = ww_after_place[i]
    if paid:
        out_of_work_since[i] = at
    if employer[i] >= 0:
        place_left[i] = at
        if not ended:
            chain_since[i] = 0
        if not paid:
            placement_months[i] += at - job_since[i]
        idle_since[i] += at - job_since[i]  # time in a place doesn't count as time out of work
    status_since[i] = at
    job_since[i] = -1
    employer[i] = -1
    contract[i] = NO_CONTRACT
    contract_until[i] = -1
    sick_since[i] = -1
    subsidised_since[i] = -1
    placed_from[i] = -1
    if insured and paid and float(weeks_worked[i]) >= weeks_needed:
        built = float(ww_months_built[i])
        length = ww_shortest
        if built >= ww_long_years:
            length = max(ww_shortest, min(ww_longest, math.floor(built)))
        status[i] = WW
        ww_since[i] = at
        ww_until[i] = min(at + int(length), LAST_MONTH)
        ww_after_place[i] = before
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
    frailty: Array,
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
    idle_since: Array,
    place_left: Array,
    chain_since: Array,
    placement_months: Array,
    coached_until: Array,
    weeks_worked: Array,
    ww_months_built: Array,
    ww_since: Array,
    ww_until: Array,
    ww_after_place: Array,
    school_age: Array,
    separation_education: Array,
    tightness_effect: Array,
    key_school: np.uint64,
    key_separation: np.uint64,
    key_inactive: np.uint64,
    key_sick: np.uint64,
    key_recovery: np.uint64,
    key_disability: np.uint64,
    key_young: np.uint64,
    adult_months: float,
    young_share: Array,
    young_slope: float,
    practical_leaves: float,
    practical_continues: float,
    hazard_long: float,
    hazard_new: float,
    tenure_scale: float,
    ill_ratio: float,
    employability_slope: float,
    decay: Array,
    likely_most: Array,
    hazard_place: float,
    hazard_stop: float,
    hazard_inactive: float,
    hazard_sick: float,
    sick_ill_ratio: float,
    sick_old_ratio: float,
    sick_old_months: float,
    sick_ww_ratio: float,
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
    times the ratios of education, ill health, employability and tightness; a social place at its own hazard,
    sheltered work at d_p. Who is sick when the job ends, or falls sick in the WW, has the sickness benefit (ZW, paid as
    the WW, whose term stands still) and may get a disability benefit too. At 18 some get one (Wajong).
    """
    looked_at = worth_a_look(
        at, pension_age_months, adult_months, present, uid, birth_month, education, employability, ill, status,
        job_since, employer, contract_until, sick_since, separation_education, tightness_effect, key_separation,
        key_inactive, key_sick, hazard_long, decay, ill_ratio, likely_most, hazard_place,
        hazard_stop, hazard_inactive, hazard_sick * max(sick_ill_ratio, 1.0) * max(sick_old_ratio, 1.0),
        sick_ww_ratio,
    )  # fmt: skip
    for i in looked_at:
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
        if age_months == adult_months and s in (SCHOOL, NO_BENEFIT):
            likely = math.exp(young_slope * float(frailty[i]) - 0.5 * young_slope * young_slope)
            if draw(key_young, uid[i]) < young_share[education[i]] * likely:
                if s == SCHOOL:
                    out_of_work_since[i] = at
                status[i] = DISABILITY
                status_since[i] = at
                counts[_YOUNG] += 1
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
        sickness = hazard_sick * (sick_ill_ratio if ill[i] else 1.0)
        if age_months >= sick_old_months:
            sickness *= sick_old_ratio
        if s == WW:
            if sick_since[i] < 0:
                if draw(key_sick, uid[i]) < sickness * sick_ww_ratio:
                    sick_since[i] = at
                    counts[_SICK] += 1
            elif at - sick_since[i] >= waiting_months:
                sick_since[i] = -1
                if draw(key_disability, uid[i]) < grant_share:
                    status[i] = DISABILITY
                    status_since[i] = at
                    counts[_DISABLED] += 1
            elif draw(key_recovery, uid[i]) < hazard_recovery:
                sick_since[i] = -1
            if sick_since[i] >= 0:
                ww_until[i] = min(int(ww_until[i]) + 1, LAST_MONTH)
            continue
        if not placed and not _is_paid(s):
            continue
        insured = s != SELF_EMPLOYED
        if sick_since[i] >= 0 and not placed:
            if at - sick_since[i] >= waiting_months:
                granted = insured and draw(key_disability, uid[i]) < grant_share
                to_ww = _leave_work(
                    i, at, status, status_since, out_of_work_since, job_since, employer, contract, contract_until,
                    sick_since, subsidised_since, placed_from, idle_since, place_left, chain_since, placement_months,
                    weeks_worked, ww_months_built, ww_since, ww_until, ww_after_place, False,
                    insured and not granted, weeks_needed, ww_shortest, ww_longest,
                    ww_long_years,
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
        elif not placed and draw(key_sick, uid[i]) < sickness:
            sick_since[i] = at
            counts[_SICK] += 1
        at_place = employer[i] >= 0
        ended = contract_until[i] >= 0 and at >= contract_until[i]
        if at_place or placed:
            delta = hazard_place
        elif s == SELF_EMPLOYED:
            delta = hazard_stop
        elif s == SHELTERED:
            delta = hazard_long
        else:
            tenure = float(at - job_since[i])
            delta = hazard_long + (hazard_new - hazard_long) * math.exp(-tenure / tenure_scale)
            delta *= separation_education[education[i]] * tightness_effect[education[i]]
            delta *= math.exp(employability_slope * float(employability[i]))
        if ill[i]:
            delta *= ill_ratio
        lost = draw(key_separation, uid[i]) < 1.0 - math.exp(-delta)
        stopped = not at_place and not placed and draw(key_inactive, uid[i]) < hazard_inactive
        if not (ended or lost or stopped):
            continue
        sick = sick_since[i]
        to_ww = _leave_work(
            i, at, status, status_since, out_of_work_since, job_since, employer, contract, contract_until,
            sick_since, subsidised_since, placed_from, idle_since, place_left, chain_since, placement_months,
            weeks_worked, ww_months_built, ww_since, ww_until, ww_after_place, ended,
            insured and (ended or lost), weeks_needed, ww_shortest, ww_longest,
            ww_long_years,
        )  # fmt: skip
        if at_place or placed:
            coached_until[i] = min(at + int(after_place_months), LAST_MONTH)
            counts[_PLACE_LOST] += 1
        if ended:
            counts[_ENDED] += 1
        else:
            counts[_SEPARATED] += 1
        if to_ww:
            sick_since[i] = sick
            counts[_TO_WW] += 1
