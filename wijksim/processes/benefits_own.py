"""Compiled: what each resident earns and gets by an own right, added up by benefit unit and household."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.calendar import MONTHS_PER_YEAR
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
    H_ADULTS,
    H_GROSS,
    H_SHARERS,
    T_BONUS,
    T_HIRING,
    T_PLACE_WW,
    T_PLACE_WW_PEOPLE,
    T_PROFIT,
    T_SICK_PAY,
    T_SUBSIDY,
    T_WW_ENDED,
    U_ADULTS,
    U_BELOW,
    U_BENEFITS,
    U_CHILDREN,
    U_CLAIMANTS,
    U_EARNED,
    U_ENTITLED,
    U_GROSS,
    U_ON,
    U_SEARCHING,
    U_SHARING,
    U_SMALL,
    U_STANDARD,
    U_YOUNG,
    pay,
    receive,
)
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
def earn(
    at: int,
    present: Array,
    uid: Array,
    birth_month: Array,
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
    wage_cost_subsidy: Array,
    sick_pay: Array,
    wage_bonus: Array,
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
    totals: Array,
) -> None:
    """Wages and what others pay employers; unemployment and disability benefit and state pension of everyone.

    Pupils and students have a side job while their fixed rank is below the share of their age that has one.

    A placement keeps the benefit that it was taken from. `wages_by_employer` gets gross wages of other employers in
    its first place and of social enterprise k in place k + 1; profits of the self-employed are not in it. Unemployment
    benefit that follows a place, sickness benefit in its stead too, is counted apart, by whether the place was taken
    from social assistance.

    The last wage is kept in minimum wages of the first month of the run, so that benefits follow the minimum wage and
    newcomers, who are copies of people at the start, bring a wage of the month in which they come.
    """
    for i in range(present.size):
        if not present[i]:
            continue
        wage[i] = 0
        net_earnings[i] = 0
        benefit[i] = 0
        wage_cost_subsidy[i] = 0
        sick_pay[i] = 0
        wage_bonus[i] = 0
        if status[i] == WW and at >= ww_until[i]:
            status[i] = NO_BENEFIT
            status_since[i] = at
            totals[T_WW_ENDED] += 1
        s = status[i]
        kind = placed_from[i] if s == PLACEMENT else s
        day = day_wage(last_wage[i], indexation)
        age = min((at - birth_month[i]) // MONTHS_PER_YEAR, minimum.size - 1)
        least = minimum[age]
        insured[i] = 0
        if REGULAR <= s <= SELF_EMPLOYED:
            hours = float(hours_share[i])
            full_time = _full_time_wage(s, float(wage_multiple[i]), least, regular[age], wages)
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
            wages_by_employer[employer[i] + 1] += gross
            agreement = s == SUBSIDISED
            bonus = bonus_of(agreement, at - job_since[i], full_time / wages.minimum, hours, bonuses)
            wage_bonus[i] = whole_cents(bonus)
            totals[T_BONUS + social] += wage_bonus[i]
            if s != REGULAR:
                measured = ever_placed[i] < 0 or at - ever_placed[i] >= wages.forfait_months
                subsidy = subsidy_of(float(productivity[i]), measured, least, hours, wages)
                wage_cost_subsidy[i] = whole_cents(subsidy)
                sick_pay[i] = whole_cents(gross * wages.uwv_sick_share)
                totals[T_SUBSIDY + social] += wage_cost_subsidy[i]
                totals[T_SICK_PAY + social] += sick_pay[i]
            elif subsidised_since[i] >= 0 and at - subsidised_since[i] < hiring_months:
                totals[T_HIRING] += whole_cents(gross * hiring_share)
        elif kind == WW and at < ww_until[i]:
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
            insured[i] = whole_cents(disability_benefit(day, months, least, severity, insurance))
            receive(i, F_DISABILITY, insured[i], income, flows)
        elif s == SCHOOL:
            if draw(key_student, uid[i]) < student_share[age]:
                gross = whole_cents(student_wage[age])
                tax = min(gross, whole_cents(wage_tax(gross, wages)))
                wage[i] = gross
                net_earnings[i] = gross - tax
                receive(i, F_REGULAR, gross, income, flows)
                pay(i, F_TAX, tax, income, flows)
                wages_by_employer[0] += gross
        elif s == RETIRED:
            net = insurance.pension_partner if partner_row[i] >= 0 else insurance.pension_single
            benefit[i] = whole_cents(net)
            receive(i, F_PENSION, benefit[i], income, flows)
        if insured[i] > 0:
            tax = whole_cents(insured[i] * insurance.tax_share)
            pay(i, F_BENEFIT_TAX, tax, income, flows)
            benefit[i] = insured[i] - tax


@kernel
def add_up(
    at: int,
    present: Array,
    birth_month: Array,
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
    units: Array,
    homes: Array,
) -> None:
    """Add up people and cents by benefit unit and household; and the health premium of each adult.

    Students are adults of the unit, but don't count for its norm and share no cost; what they earn in a side job counts
    for no benefit or allowance.
    """
    premium_cents = whole_cents(premium)
    for i in range(present.size):
        if not present[i]:
            continue
        u, h, s = unit_row[i], head_row[i], status[i]
        age = (at - birth_month[i]) // MONTHS_PER_YEAR
        if age < assistance_rules.adult_age:
            units[u, U_CHILDREN] += 1
            if age < insurance.child_age:
                units[u, U_SMALL] += 1
            continue
        pay(i, F_PREMIUM, premium_cents, income, flows)
        units[u, U_ADULTS] += 1
        homes[h, H_ADULTS] += 1
        if s == SCHOOL:
            continue
        gross = wage[i] + insured[i] + (benefit[i] if s == RETIRED else 0)
        units[u, U_GROSS] += gross
        homes[h, H_GROSS] += gross
        units[u, U_STANDARD] += 1
        units[u, U_EARNED] += net_earnings[i]
        units[u, U_BENEFITS] += benefit[i]
        if age < assistance_rules.full_age:
            units[u, U_YOUNG] += 1
        if age >= assistance_rules.sharer_age:
            units[u, U_SHARING] += 1
            homes[h, H_SHARERS] += 1
        if s == RETIRED:
            continue
        units[u, U_ENTITLED] += 1
        if insured[i] > 0:
            units[u, U_CLAIMANTS] += 1
        if s == ON_ASSISTANCE:
            units[u, U_ON] += 1
        if age < assistance_rules.search_age:
            units[u, U_BELOW] += 1
        jobless = s in (NO_BENEFIT, ON_ASSISTANCE)
        if jobless and at - out_of_work_since[i] < assistance_rules.search_months:
            units[u, U_SEARCHING] += 1
