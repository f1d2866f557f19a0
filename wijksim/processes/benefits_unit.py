"""Compiled: what follows from the benefit unit and the household: supplement, social assistance, allowances, status."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from wijksim.calendar import MONTHS_PER_YEAR
from wijksim.kernels import kernel
from wijksim.population.columns import Status
from wijksim.processes.benefits_sums import (
    F_ASSISTANCE,
    F_CARE,
    F_DISABILITY,
    F_RENT,
    F_TOP_UP_DISABILITY,
    F_TOP_UP_WW,
    F_WW,
    H_ADULTS,
    H_GROSS,
    H_SHARERS,
    T_ENTRIES,
    T_EXITS,
    T_FULL,
    T_LEVY,
    T_PARTIAL,
    T_TAX,
    U_ADULTS,
    U_BELOW,
    U_BENEFITS,
    U_CHILDREN,
    U_CLAIMANTS,
    U_EARNED,
    U_ENTITLED,
    U_GROSS,
    U_LEFT_OUT,
    U_ON,
    U_SEARCHING,
    U_SHARING,
    U_SMALL,
    U_STANDARD,
    U_TOP_UPS,
    U_YOUNG,
)
from wijksim.processes.rules_allowances import AllowanceRules, care_allowance, rent_allowance
from wijksim.processes.rules_assistance import (
    AssistanceRules,
    assistance_amount,
    assistance_tax,
    exempt_earnings,
    unit_norm,
)
from wijksim.processes.rules_insurance import InsuranceRules, top_up_need
from wijksim.processes.rules_wages import WageRules, wage_tax, whole_cents

__all__ = ["assist", "resolve", "top_up"]

Array = NDArray[Any]

SUBSIDISED, SHELTERED = int(Status.SUBSIDISED_JOB), int(Status.SHELTERED_JOB)
ON_ASSISTANCE, NO_BENEFIT = int(Status.SOCIAL_ASSISTANCE), int(Status.NO_BENEFIT)


@kernel
def top_up(
    present: Array,
    birth_month: Array,
    head_row: Array,
    unit_row: Array,
    partner_row: Array,
    status: Array,
    exemption_used: Array,
    net_earnings: Array,
    last_wage: Array,
    benefit: Array,
    wages: WageRules,
    insurance: InsuranceRules,
    assistance_rules: AssistanceRules,
    flows: Array,
    units: Array,
    homes: Array,
) -> None:
    """Supplement to the social minimum, and the part of earnings that assistance would leave to the client.

    The supplement never lifts a benefit above the net wage before it, and is not for someone with a younger partner
    and no small child.
    """
    for i in range(present.size):
        if not present[i]:
            continue
        u = unit_row[i]
        earned = net_earnings[i]
        if earned > 0:
            single_parent = units[U_ADULTS, u] == 1 and units[U_CHILDREN, u] > 0
            with_subsidy = status[i] == SUBSIDISED or status[i] == SHELTERED
            units[U_LEFT_OUT, u] += whole_cents(
                exempt_earnings(earned, exemption_used[i], with_subsidy, single_parent, assistance_rules)
            )
        from_ww = flows[F_WW, i] > 0
        if not from_ww and flows[F_DISABILITY, i] == 0:
            continue
        adults, partner = units[U_STANDARD, u], partner_row[i]
        closed = adults == 2 and partner >= 0 and units[U_SMALL, u] == 0
        if closed and birth_month[partner] // MONTHS_PER_YEAR > insurance.partner_birth_year:
            continue
        minimum = unit_norm(adults, units[U_YOUNG, u], 0, 0, units[U_CHILDREN, u], assistance_rules)
        if adults == 1 and units[U_YOUNG, u] == 0 and homes[H_SHARERS, head_row[i]] > units[U_SHARING, u]:
            minimum *= insurance.sharer_factor
        income = units[U_EARNED, u] + units[U_BENEFITS, u]
        amount = top_up_need(whole_cents(minimum), income, units[U_CLAIMANTS, u])
        if last_wage[i] > 0:
            before = last_wage[i] - whole_cents(wage_tax(last_wage[i], wages))
            amount = min(amount, max(0, before - benefit[i]))
        flows[F_TOP_UP_WW if from_ww else F_TOP_UP_DISABILITY, i] = amount
        benefit[i] += amount
        units[U_TOP_UPS, u] += amount
        units[U_GROSS, u] += amount
        homes[H_GROSS, head_row[i]] += amount


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
    flows: Array,
    units: Array,
    homes: Array,
    totals: Array,
) -> None:
    """Social assistance and care allowance of each benefit unit, on its own row.

    A unit claims when its rank in `take_up` is below the share that claims; without assistance last month it has to
    pass without any earnings left out, and adults below the search age wait while one of them is newly jobless.
    In the `first` month the units of those with the status of social assistance count as having had it.
    """
    for i in range(present.size):
        if not present[i]:
            continue
        had = assistance[i] > 0
        amount = 0
        if unit_row[i] == i:
            had = had or (first and units[U_ON, i] > 0)
            known = had or units[U_ON, i] > 0
            units[U_ON, i] = known
            adults, young = units[U_STANDARD, i], units[U_YOUNG, i]
            entitled = units[U_ENTITLED, i]
            waits = not known and units[U_SEARCHING, i] > 0 and units[U_BELOW, i] == entitled
            if entitled > 0 and not waits and float(take_up[i]) < assistance_rules.takeup:
                sharing = units[U_SHARING, i]
                others = homes[H_SHARERS, head_row[i]] - sharing
                norm = norm_share * unit_norm(adults, young, sharing, others, units[U_CHILDREN, i], assistance_rules)
                income = units[U_EARNED, i] + units[U_BENEFITS, i] + units[U_TOP_UPS, i]
                if known:
                    income -= units[U_LEFT_OUT, i]
                amount = assistance_amount(norm, income)
            if amount > 0:
                tax = whole_cents(assistance_tax(amount, adults, young, assistance_rules))
                totals[T_TAX] += tax
                totals[T_LEVY] += whole_cents((amount + tax) * assistance_rules.levy_share)
                totals[T_PARTIAL if units[U_EARNED, i] > 0 else T_FULL] += 1
                units[U_GROSS, i] += amount + tax
                homes[H_GROSS, head_row[i]] += amount + tax
                flows[F_ASSISTANCE, i] = amount
                benefit[i] += amount
            if units[U_ADULTS, i] > 0:
                flows[F_CARE, i] = whole_cents(care_allowance(units[U_ADULTS, i], units[U_GROSS, i], allowances))
        if amount > 0 and not had:
            totals[T_ENTRIES] += 1
        elif had and amount == 0:
            totals[T_EXITS] += 1
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
    flows: Array,
    units: Array,
    homes: Array,
) -> None:
    """Status of jobless people, months of earnings left out, and rent allowance of each household on its head's row."""
    longest = assistance_rules.exempt_months + max(assistance_rules.parent_months, assistance_rules.subsidy_months)
    youngest = assistance_rules.adult_age * MONTHS_PER_YEAR
    for i in range(present.size):
        if not present[i]:
            continue
        u = unit_row[i]
        helped = assistance[u] > 0
        s = status[i]
        if s in (NO_BENEFIT, ON_ASSISTANCE):
            resolved = ON_ASSISTANCE if helped and at - birth_month[i] >= youngest else NO_BENEFIT
            if resolved != s:
                status[i] = resolved
                status_since[i] = at
        if not helped:
            exemption_used[i] = 0
        elif units[U_ON, u] > 0 and net_earnings[i] > 0 and exemption_used[i] < longest:
            exemption_used[i] += 1
        if head_row[i] == i and homes[H_ADULTS, i] > 0:
            flows[F_RENT, i] = whole_cents(rent_allowance(homes[H_ADULTS, i], homes[H_GROSS, i], allowances))
