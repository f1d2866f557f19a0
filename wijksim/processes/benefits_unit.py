"""Compiled: what follows from the benefit unit and the household: supplement, social assistance, allowances, status."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.calendar import MONTHS_PER_YEAR
from wijksim.kernels import kernel
from wijksim.population.columns import Status
from wijksim.processes.benefits_sums import (
    F_ASSISTANCE,
    F_CARE,
    F_CHILD,
    F_RENT,
    F_SPECIAL,
    F_TOP_UP_DISABILITY,
    F_TOP_UP_PENSION,
    F_TOP_UP_WW,
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
    T_ENTRIES,
    T_EXITS,
    T_FULL,
    T_LEVY,
    T_PARTIAL,
    T_PLACE_WW,
    T_TAX,
    U_BENEFITS,
    U_EARNED,
    U_GROSS,
    U_LEFT_OUT,
    U_TOP_UPS,
    adults_of,
    number_of,
    receive,
    sharers_of,
)
from wijksim.processes.rows import rows_where
from wijksim.processes.rules_allowances import AllowanceRules, care_allowance, child_allowance, rent_allowance
from wijksim.processes.rules_assistance import (
    AssistanceRules,
    assistance_amount,
    assistance_tax,
    exempt_earnings,
    pensioner_norm,
    unit_norm,
)
from wijksim.processes.rules_insurance import InsuranceRules, day_wage, on_sickness_benefit, top_up_need
from wijksim.processes.rules_wages import WageRules, wage_tax, whole_cents

__all__ = ["assist", "resolve", "top_up"]

Array = NDArray[Any]

PLACEMENT, WW = int(Status.PLACEMENT), int(Status.UNEMPLOYMENT_BENEFIT)
SUBSIDISED, SHELTERED = int(Status.SUBSIDISED_JOB), int(Status.SHELTERED_JOB)
ON_ASSISTANCE, NO_BENEFIT = int(Status.SOCIAL_ASSISTANCE), int(Status.NO_BENEFIT)
SCHOOL = int(Status.SCHOOL)


@kernel
def top_up(
    at: int,
    workers: Array,
    claimants: Array,
    birth_month: Array,
    head_row: Array,
    unit_row: Array,
    partner_row: Array,
    status: Array,
    exemption_used: Array,
    net_earnings: Array,
    last_wage: Array,
    indexation: float,
    benefit: Array,
    wages: WageRules,
    insurance: InsuranceRules,
    assistance_rules: AssistanceRules,
    placed_from: Array,
    sick_since: Array,
    ww_since: Array,
    ww_after_place: Array,
    assistance: Array,
    income: Array,
    flows: Array,
    people: Array,
    units: Array,
    homes: Array,
    totals: Array,
) -> None:
    """Supplement to the social minimum, and the part of earnings that assistance would leave to the client.

    `workers` and `claimants` are rows of those in paid work and of those with an insured benefit.

    The supplement never lifts a benefit above the net wage before it, and is not for someone with a younger partner
    and no small child.
    """
    for i in workers:
        u = unit_row[i]
        if number_of(people[u], P_ON) == 0 and assistance[u] == 0:
            continue  # only of who has assistance is anything left out
        if net_earnings[i] > 0:
            single_parent = number_of(people[u], P_ADULTS) == 1 and number_of(people[u], P_CHILDREN) > 0
            with_subsidy = status[i] == SUBSIDISED or status[i] == SHELTERED
            units[u, U_LEFT_OUT] += whole_cents(
                exempt_earnings(net_earnings[i], exemption_used[i], with_subsidy, single_parent, assistance_rules)
            )
    for i in claimants:
        u = unit_row[i]
        of_unit, partner = people[u], partner_row[i]
        adults, young, children = (
            number_of(of_unit, P_STANDARD), number_of(of_unit, P_YOUNG), number_of(of_unit, P_CHILDREN),
        )  # fmt: skip
        closed = adults == 2 and partner >= 0 and number_of(of_unit, P_SMALL) == 0
        if closed and birth_month[partner] // MONTHS_PER_YEAR > insurance.partner_birth_year:
            continue
        minimum = unit_norm(adults, young, 0, 0, children, assistance_rules)
        sharers = sharers_of(homes[head_row[i], H_PEOPLE])
        if adults == 1 and young == 0 and sharers > number_of(of_unit, P_SHARING):
            minimum *= insurance.sharer_factor
        net = units[u, U_EARNED] + units[u, U_BENEFITS]
        amount = top_up_need(whole_cents(minimum), net, number_of(of_unit, P_CLAIMANTS))
        if last_wage[i] > 0:
            before = day_wage(last_wage[i], indexation)
            before -= whole_cents(wage_tax(before, wages))
            amount = min(amount, max(0, before - benefit[i]))
        kind = placed_from[i] if status[i] == PLACEMENT else status[i]
        unemployed = kind == WW and not on_sickness_benefit(at, sick_since[i], ww_since[i], insurance)
        receive(i, F_TOP_UP_WW if unemployed else F_TOP_UP_DISABILITY, amount, income, flows)
        if kind == WW and ww_after_place[i] >= 0:
            totals[T_PLACE_WW + (0 if ww_after_place[i] == ON_ASSISTANCE else 1)] += amount
        benefit[i] += amount
        units[u, U_TOP_UPS] += amount
        units[u, U_GROSS] += amount
        homes[head_row[i], H_GROSS] += amount


@kernel
def assist(
    first: bool,
    present: Array,
    head_row: Array,
    unit_row: Array,
    take_up: Array,
    benefit: Array,
    assistance: Array,
    norm_share: float,
    assistance_rules: AssistanceRules,
    allowances: AllowanceRules,
    income: Array,
    flows: Array,
    people: Array,
    units: Array,
    homes: Array,
    totals: Array,
) -> None:
    """Social assistance, care and child allowance of each benefit unit, on its own row.

    A unit claims when its rank in `take_up` is below the share that claims, which is lower for adults below the search
    age without children; without assistance last month it has to pass without any earnings left out, and adults below
    the search age wait while one of them is newly jobless.
    In the `first` month the units of those with the status of social assistance count as having had it.
    A couple of which one is over the state pension age gets it from the Sociale Verzekeringsbank (AIO) instead.
    """
    extras = whole_cents(assistance_rules.extras)
    heads = np.empty(present.size, np.bool_)
    exits = 0
    for i in range(present.size):
        other = present[i] & (unit_row[i] != i)
        heads[i] = present[i] & (unit_row[i] == i)
        exits += other & (assistance[i] > 0)
        assistance[i] = 0 if other else assistance[i]
    totals[T_EXITS] += exits
    for i in rows_where(heads):
        of_unit = people[i]
        on = number_of(of_unit, P_ON) > 0
        had = assistance[i] > 0 or (first and on)
        known = had or on
        people[i] = of_unit | (int(known) << P_ON)
        adults, young = number_of(of_unit, P_STANDARD), number_of(of_unit, P_YOUNG)
        all_adults, children = number_of(of_unit, P_ADULTS), number_of(of_unit, P_CHILDREN)
        entitled = number_of(of_unit, P_ENTITLED)
        sharing = number_of(of_unit, P_SHARING)
        others = sharers_of(homes[head_row[i], H_PEOPLE]) - sharing
        net = units[i, U_EARNED] + units[i, U_BENEFITS] + units[i, U_TOP_UPS]
        below = number_of(of_unit, P_BELOW) == entitled
        claiming = assistance_rules.takeup
        if below and entitled == adults and children == 0:
            claiming = assistance_rules.takeup_young
        claims = entitled > 0 and float(take_up[i]) < claiming
        waits = not known and number_of(of_unit, P_SEARCHING) > 0 and below
        amount = 0
        if claims and entitled < adults:
            aio = assistance_amount(pensioner_norm(sharing, others, assistance_rules), net)
            receive(i, F_TOP_UP_PENSION, aio, income, flows)
            benefit[i] += aio
            units[i, U_GROSS] += aio
            homes[head_row[i], H_GROSS] += aio
        elif claims and not waits:
            norm = norm_share * unit_norm(adults, young, sharing, others, children, assistance_rules)
            if known:
                net -= units[i, U_LEFT_OUT]
            amount = assistance_amount(norm, net)
        if amount > 0:
            tax = whole_cents(assistance_tax(amount, adults, young, assistance_rules))
            totals[T_TAX] += tax
            totals[T_LEVY] += whole_cents((amount + tax) * assistance_rules.levy_share)
            totals[T_PARTIAL if units[i, U_EARNED] > 0 else T_FULL] += 1
            units[i, U_GROSS] += amount + tax
            homes[head_row[i], H_GROSS] += amount + tax
            receive(i, F_ASSISTANCE, amount, income, flows)
            receive(i, F_SPECIAL, extras, income, flows)
            benefit[i] += amount
        if all_adults > 0:
            care = whole_cents(care_allowance(all_adults, units[i, U_GROSS], allowances))
            receive(i, F_CARE, care, income, flows)
            child = child_allowance(children, all_adults, units[i, U_GROSS], allowances)
            receive(i, F_CHILD, whole_cents(child), income, flows)
        totals[T_ENTRIES] += (amount > 0) & (not had)
        totals[T_EXITS] += had & (amount == 0)
        assistance[i] = amount


@kernel
def resolve(
    at: int,
    present: Array,
    birth_month: Array,
    head_row: Array,
    unit_row: Array,
    net_earnings: Array,
    assistance: Array,
    status: Array,
    status_since: Array,
    exemption_used: Array,
    assistance_rules: AssistanceRules,
    allowances: AllowanceRules,
    income: Array,
    flows: Array,
    people: Array,
    units: Array,
    homes: Array,
) -> None:
    """Status of jobless people, months of earnings left out, and rent allowance of each household on its head's row."""
    longest = assistance_rules.exempt_months + max(assistance_rules.parent_months, assistance_rules.subsidy_months)
    youngest = assistance_rules.adult_age * MONTHS_PER_YEAR
    look, heads = np.empty(present.size, np.bool_), np.empty(present.size, np.bool_)
    for i in range(present.size):
        helped = assistance[np.uint32(unit_row[i] if present[i] else 0)] > 0
        jobless = (status[i] == NO_BENEFIT) | (status[i] == ON_ASSISTANCE)
        exemption_used[i] = 0 if present[i] & (not helped) else exemption_used[i]
        look[i] = present[i] & (helped | jobless)
        heads[i] = present[i] & (head_row[i] == i)
    for i in rows_where(look):
        u, s = unit_row[i], status[i]
        helped = assistance[u] > 0
        if s in (NO_BENEFIT, ON_ASSISTANCE):
            resolved = ON_ASSISTANCE if helped and at - birth_month[i] >= youngest else NO_BENEFIT
            if resolved != s:
                status[i] = resolved
                status_since[i] = at
        earning = number_of(people[u], P_ON) > 0 and net_earnings[i] > 0 and s != SCHOOL
        if helped and earning and exemption_used[i] < longest:
            exemption_used[i] += 1
    for i in rows_where(heads):
        adults = adults_of(homes[i, H_PEOPLE])
        if adults > 0:
            rent = whole_cents(rent_allowance(adults, homes[i, H_GROSS], allowances))
            receive(i, F_RENT, rent, income, flows)
