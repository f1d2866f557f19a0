"""Compiled: what each resident earns and gets by an own right, added up by benefit unit and household."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.kernels import kernel
from wijksim.population.columns import Status
from wijksim.processes.benefits_sums import (
    F_BENEFIT_TAX,
    F_DISABILITY,
    F_PENSION,
    F_PREMIUM,
    F_REGULAR,
    F_SICKNESS,
    F_SOCIAL,
    F_TAX,
    F_WW,
    H_GROSS,
    H_PEOPLE,
    P_ADULTS,
    P_BELOW,
    P_CHILDREN,
    P_CLAIMANTS,
    P_ENTITLED,
    P_ON,
    P_SEARCHING,
    P_SHARING,
    P_SMALL,
    P_STANDARD,
    P_YOUNG,
    SHARER,
    T_BONUS,
    T_HIRING,
    T_PLACE_WW,
    T_PLACE_WW_PEOPLE,
    T_PROFIT,
    T_SICK_PAY,
    T_SUBSIDY,
    T_WW_ENDED,
    U_BENEFITS,
    U_EARNED,
    U_GROSS,
    pay,
    receive,
)
from wijksim.processes.rows import rows_where
from wijksim.processes.rules_assistance import AssistanceRules
from wijksim.processes.rules_bonuses import BonusRules
from wijksim.processes.rules_bonuses import wage_bonus as bonus_of
from wijksim.processes.rules_insurance import (
    InsuranceRules,
    day_wage,
    disability_benefit,
    on_sickness_benefit,
    sickness_benefit,
    unemployment_benefit,
)
from wijksim.processes.rules_wages import WageRules, wage_tax, whole_cents
from wijksim.processes.rules_wages import wage_cost_subsidy as subsidy_of
from wijksim.randomness import draw

__all__ = ["add_up", "earn"]

Array = NDArray[Any]

REGULAR, SUBSIDISED = int(Status.REGULAR_JOB), int(Status.SUBSIDISED_JOB)
SHELTERED, SELF_EMPLOYED = int(Status.SHELTERED_JOB), int(Status.SELF_EMPLOYED)
PLACEMENT, WW = int(Status.PLACEMENT), int(Status.UNEMPLOYMENT_BENEFIT)
ON_ASSISTANCE, DISABILITY = int(Status.SOCIAL_ASSISTANCE), int(Status.DISABILITY)
NO_BENEFIT, SCHOOL, RETIRED = int(Status.NO_BENEFIT), int(Status.SCHOOL), int(Status.RETIRED)


@kernel
def _full_time_wage(status: int, wage_multiple: float, minimum: float, regular: float, rules: WageRules) -> float:
    """Full-time wage of a month, cents: with subsidy and in sheltered work near the minimum wage of the age.

    Elsewhere a multiple of the minimum wage of the base year risen with agreed wages (`regular`), at least the minimum.
    """
    if status == SUBSIDISED:
        return rules.place_multiple * minimum
    if status == SHELTERED:
        return rules.sheltered_multiple * minimum
    return max(minimum, wage_multiple * regular)


@kernel
def _gross_wage(status: int, sick: bool, full_time: float, hours_share: float, rules: WageRules) -> tuple[int, int]:
    """Wage of a month in good health, and what is paid this month, cents."""
    full = full_time * hours_share
    paid = full * rules.sick_pay_share if status == REGULAR and sick else full
    return whole_cents(full), whole_cents(paid)


@kernel
def _start_month(
    present: Array,
    wage: Array,
    net_earnings: Array,
    benefit: Array,
    insured: Array,
) -> None:
    """Put back to zero what is of one month only; rows of leavers keep what they had."""
    for i in range(present.size):
        wage[i] = 0 if present[i] else wage[i]
        net_earnings[i] = 0 if present[i] else net_earnings[i]
        benefit[i] = 0 if present[i] else benefit[i]
    insured[:] = 0


@kernel
def _by_kind(present: Array, status: Array, placed_from: Array) -> tuple[Array, Array, Array, Array]:
    """Rows of those in paid work, of those with a benefit of UWV, of pupils and students, and of pensioners.

    What is done for one kind then needs no test of the others, which can't be foreseen.
    """
    working, claiming = np.empty(present.size, np.bool_), np.empty(present.size, np.bool_)
    learning, retired = np.empty(present.size, np.bool_), np.empty(present.size, np.bool_)
    for i in range(present.size):
        s = status[i]
        kind = placed_from[i] if s == PLACEMENT else s
        working[i] = present[i] & (s >= REGULAR) & (s <= SELF_EMPLOYED)
        claiming[i] = present[i] & ((kind == WW) | (kind == DISABILITY))
        learning[i] = present[i] & (s == SCHOOL)
        retired[i] = present[i] & (s == RETIRED)
    return rows_where(working), rows_where(claiming), rows_where(learning), rows_where(retired)


@kernel
def earn(
    at: int,
    present: Array,
    uid: Array,
    age: Array,
    partner_row: Array,
    status: Array,
    status_since: Array,
    job_since: Array,
    ever_placed: Array,
    placed_from: Array,
    employer: Array,
    hours_share: Array,
    productivity: Array,
    wage_multiple: Array,
    sick_since: Array,
    subsidised_since: Array,
    ww_since: Array,
    ww_until: Array,
    ww_after_place: Array,
    wage: Array,
    net_earnings: Array,
    last_wage: Array,
    benefit: Array,
    minimum: Array,
    regular: Array,
    student_share: Array,
    student_wage: Array,
    indexation: float,
    hiring_share: float,
    hiring_months: int,
    key_durable: np.uint64,
    key_student: np.uint64,
    wages: WageRules,
    bonuses: BonusRules,
    insurance: InsuranceRules,
    insured: Array,
    income: Array,
    flows: Array,
    wages_by_employer: Array,
    subsidy_by_employer: Array,
    support_by_employer: Array,
    totals: Array,
) -> tuple[Array, Array]:
    """Wages and what others pay employers; unemployment and disability benefit and state pension of everyone.

    Pupils and students have a side job while their fixed rank is below the share of their age that has one.

    A placement keeps the benefit that it was taken from. `wages_by_employer` gets gross wages of other employers in
    its first place and of social enterprise k in place k + 1; profits of the self-employed are not in it. In the same
    places `subsidy_by_employer` gets wage-cost subsidies, and `support_by_employer` these, refunded sick pay and
    bonuses. Unemployment benefit that follows a place, sickness benefit in its stead too, is counted apart, by whether
    the place was taken from social assistance.

    The last wage is kept in minimum wages of the first month of the run, so that benefits follow the minimum wage and
    newcomers, who are copies of people at the start, bring a wage of the month in which they come.

    Hands back the rows of those in paid work, and of those who get an insured benefit.
    """
    _start_month(present, wage, net_earnings, benefit, insured)
    workers, claimants, pupils, pensioners = _by_kind(present, status, placed_from)
    for i in workers:
        s = status[i]
        hours = float(hours_share[i])
        least = minimum[age[i]]
        full_time = _full_time_wage(s, float(wage_multiple[i]), least, regular[age[i]], wages)
        full, gross = _gross_wage(s, sick_since[i] >= 0, full_time, hours, wages)
        tax = min(gross, whole_cents(wage_tax(gross, wages)))
        last_wage[i] = whole_cents(full / indexation)
        wage[i] = gross
        net_earnings[i] = gross - tax
        social = 1 if employer[i] >= 0 else 0
        receive(i, F_SOCIAL if social else F_REGULAR, gross, income, flows)
        pay(i, F_TAX, tax, income, flows)
        if s == SELF_EMPLOYED:
            totals[T_PROFIT] += gross
            continue
        place = employer[i] + 1
        wages_by_employer[place] += gross
        agreement = s == SUBSIDISED
        bonus = whole_cents(bonus_of(agreement, at - job_since[i], full_time / wages.minimum, hours, bonuses))
        totals[T_BONUS + social] += bonus
        support_by_employer[place] += bonus
        if s != REGULAR:
            measured = ever_placed[i] < 0 or at - ever_placed[i] >= wages.forfait_months
            subsidy = whole_cents(subsidy_of(float(productivity[i]), measured, least, hours, wages))
            sick_pay = whole_cents(gross * wages.uwv_sick_share)
            totals[T_SUBSIDY + social] += subsidy
            totals[T_SICK_PAY + social] += sick_pay
            subsidy_by_employer[place] += subsidy
            support_by_employer[place] += subsidy + sick_pay
        elif subsidised_since[i] >= 0 and at - subsidised_since[i] < hiring_months:
            totals[T_HIRING] += whole_cents(gross * hiring_share)
    insured_rows = 0
    for i in claimants:
        if status[i] == WW and at >= ww_until[i]:
            status[i] = NO_BENEFIT
            status_since[i] = at
            totals[T_WW_ENDED] += 1
        s = status[i]
        kind = placed_from[i] if s == PLACEMENT else s
        day = day_wage(last_wage[i], indexation)
        if kind == WW and at < ww_until[i]:
            if on_sickness_benefit(at, sick_since[i], ww_since[i], insurance):
                insured[i] = whole_cents(sickness_benefit(day, insurance))
                receive(i, F_SICKNESS, insured[i], income, flows)
            else:
                insured[i] = whole_cents(unemployment_benefit(day, at - ww_since[i], insurance))
                receive(i, F_WW, insured[i], income, flows)
            if ww_after_place[i] >= 0:
                other = 0 if ww_after_place[i] == ON_ASSISTANCE else 1
                totals[T_PLACE_WW + other] += insured[i]
                totals[T_PLACE_WW_PEOPLE + other] += 1
        elif kind == DISABILITY:
            months = at - status_since[i] if s == DISABILITY else at
            severity = draw(key_durable, uid[i])
            insured[i] = whole_cents(disability_benefit(day, months, minimum[age[i]], severity, insurance))
            receive(i, F_DISABILITY, insured[i], income, flows)
        if insured[i] > 0:
            tax = whole_cents(insured[i] * insurance.tax_share)
            pay(i, F_BENEFIT_TAX, tax, income, flows)
            benefit[i] = insured[i] - tax
            claimants[insured_rows] = i
            insured_rows += 1
    for i in pupils:
        if draw(key_student, uid[i]) < student_share[age[i]]:
            gross = whole_cents(student_wage[age[i]])
            tax = min(gross, whole_cents(wage_tax(gross, wages)))
            wage[i] = gross
            net_earnings[i] = gross - tax
            receive(i, F_REGULAR, gross, income, flows)
            pay(i, F_TAX, tax, income, flows)
            wages_by_employer[0] += gross
    single, of_couple = whole_cents(insurance.pension_single), whole_cents(insurance.pension_partner)
    for i in pensioners:
        benefit[i] = of_couple if partner_row[i] >= 0 else single
        receive(i, F_PENSION, benefit[i], income, flows)
    return workers, claimants[:insured_rows]


@kernel
def add_up(
    at: int,
    present: Array,
    age: Array,
    head_row: Array,
    unit_row: Array,
    status: Array,
    out_of_work_since: Array,
    wage: Array,
    net_earnings: Array,
    benefit: Array,
    insurance: InsuranceRules,
    assistance_rules: AssistanceRules,
    premium: float,
    insured: Array,
    income: Array,
    flows: Array,
    people: Array,
    units: Array,
    homes: Array,
) -> None:
    """Add up people and cents by benefit unit and household; and the health premium of each adult.

    Students are adults of the unit, but don't count for its norm and share no cost; what they earn in a side job counts
    for no benefit or allowance.
    """
    premium_cents = whole_cents(premium)
    minors, pupils, adults = _by_age(present, age, status, assistance_rules.adult_age)
    for i in minors:
        people[unit_row[i]] += (1 << P_CHILDREN) + (int(age[i] < insurance.child_age) << P_SMALL)
    for i in pupils:
        pay(i, F_PREMIUM, premium_cents, income, flows)
        people[unit_row[i]] += 1 << P_ADULTS
        homes[head_row[i], H_PEOPLE] += 1
    for i in adults:  # what doesn't hold adds nothing: a jump that can't be foreseen costs more
        u, h, s = unit_row[i], head_row[i], status[i]
        pay(i, F_PREMIUM, premium_cents, income, flows)
        gross = wage[i] + insured[i] + (benefit[i] if s == RETIRED else 0)
        sharing, active = age[i] >= assistance_rules.sharer_age, s != RETIRED
        searching = ((s == NO_BENEFIT) | (s == ON_ASSISTANCE)) & (
            at - out_of_work_since[i] < assistance_rules.search_months
        )
        people[u] += (
            (1 << P_ADULTS)
            + (1 << P_STANDARD)
            + (int(age[i] < assistance_rules.full_age) << P_YOUNG)
            + (int(sharing) << P_SHARING)
            + (int(active) << P_ENTITLED)
            + (int(active & (insured[i] > 0)) << P_CLAIMANTS)
            + (int(s == ON_ASSISTANCE) << P_ON)
            + (int(active & (age[i] < assistance_rules.search_age)) << P_BELOW)
            + (int(searching) << P_SEARCHING)
        )
        units[u, U_GROSS] += gross
        units[u, U_EARNED] += net_earnings[i]
        units[u, U_BENEFITS] += benefit[i]
        homes[h, H_PEOPLE] += 1 + SHARER * int(sharing)
        homes[h, H_GROSS] += gross


@kernel
def _by_age(present: Array, age: Array, status: Array, adult_age: int) -> tuple[Array, Array, Array]:
    """Rows of minors, of adult pupils and students, and of other adults."""
    minors, pupils = np.empty(present.size, np.bool_), np.empty(present.size, np.bool_)
    others = np.empty(present.size, np.bool_)
    for i in range(present.size):
        grown, pupil = present[i] & (age[i] >= adult_age), status[i] == SCHOOL
        minors[i] = present[i] & (age[i] < adult_age)
        pupils[i] = grown & pupil
        others[i] = grown & (not pupil)
    return rows_where(minors), rows_where(pupils), rows_where(others)
