"""Rules of wages: tax, what a worker costs the employer, and the wage-cost subsidy (loonkostensubsidie)."""

from __future__ import annotations

import math
from typing import NamedTuple

from wijksim.kernels import kernel

__all__ = ["WageRules", "employer_cost", "wage_cost_subsidy", "wage_tax", "whole_cents"]


class WageRules(NamedTuple):
    """Amounts and rates of wages in force in a month.

    Parameters
    ----------
    minimum : float
        Full-time adult minimum wage, cents a month, holiday pay included.
    tax_share : float
        Tax at that wage, share of it.
    tax_below, tax_above : float
        Tax on a euro less and a euro more than that wage.
    premium_share, levy_share, own_levy_share : float
        Employer premiums with the Zvw levy, the Zvw levy alone, and that of the self-employed; shares of gross wage.
    subsidy_cap, subsidy_addon : float
        Highest subsidy as a share of the minimum wage; addition for employer costs as a share of the subsidy.
    forfait_share, forfait_months : float
        Fixed subsidy before productivity is measured, share of the minimum wage (0: there is none), and for how
        many months.
    uwv_sick_share : float
        Share of the wage of workers with subsidy that UWV refunds as sick pay (no-risk).
    sick_pay_share : float
        Share of the wage that an employer pays during long sick leave.
    place_multiple, sheltered_multiple : float
        Wage with subsidy and in sheltered work, in minimum wages.
    """

    minimum: float
    tax_share: float
    tax_below: float
    tax_above: float
    premium_share: float
    levy_share: float
    own_levy_share: float
    subsidy_cap: float
    subsidy_addon: float
    forfait_share: float
    forfait_months: float
    uwv_sick_share: float
    sick_pay_share: float
    place_multiple: float
    sheltered_multiple: float


@kernel
def whole_cents(amount: float) -> int:
    """Nearest whole cent, halves upwards."""
    return math.floor(amount + 0.5)


@kernel
def wage_tax(gross: float, rules: WageRules) -> float:
    """Tax on a month's gross wage after tax credits, cents; never negative.

    tax = t M + m (g - M) through the known tax t M at the minimum wage M, with a slope m below and another above.
    """
    slope = rules.tax_below if gross < rules.minimum else rules.tax_above
    return max(0.0, rules.tax_share * rules.minimum + slope * (gross - rules.minimum))


@kernel
def employer_cost(gross: float, premium_share: float) -> float:
    """What a worker costs the employer before any subsidy: gross wage and premiums, cents."""
    return gross * (1.0 + premium_share)


@kernel
def wage_cost_subsidy(
    productivity: float, measured: bool, minimum: float, hours_share: float, rules: WageRules
) -> float:
    """Wage-cost subsidy of a month, cents (`mechanisms.md` rule 5; Participatiewet art. 10d).

    min(cap, 1 - w) x minimum wage with holiday pay x (1 + addon) x hours x (1 - sick pay refunded by UWV).
    Before productivity is measured a fixed share stands for the first factor, where the law has one.

    Parameters
    ----------
    productivity : float
        What the worker can earn, share of the minimum wage (loonwaarde w).
    measured : bool
        Whether the first months of the first place are over, in which it is not known yet.
    minimum : float
        Full-time minimum wage of the worker's age, cents a month, holiday pay included.
    """
    share = min(rules.subsidy_cap, max(0.0, 1.0 - productivity))
    if not measured and rules.forfait_share > 0.0:
        share = rules.forfait_share
    return share * minimum * hours_share * (1.0 + rules.subsidy_addon) * (1.0 - rules.uwv_sick_share)
