"""Rules of unemployment benefit (WW), disability benefit (WIA, Wajong) and state pension (AOW)."""

from __future__ import annotations

from typing import NamedTuple

from wijksim.kernels import kernel
from wijksim.processes.rules_wages import whole_cents

__all__ = [
    "InsuranceRules",
    "day_wage",
    "disability_benefit",
    "on_sickness_benefit",
    "sickness_benefit",
    "top_up_need",
    "unemployment_benefit",
]


class InsuranceRules(NamedTuple):
    """Amounts and rates of insurance benefits in force in a month.

    Parameters
    ----------
    ww_first, ww_later, ww_first_months : float
        Rates of the WW, and for how many months the first holds.
    zw_share, zw_after_months : float
        Rate of the sickness benefit (ZW), and after how many months it takes the place of the WW in which somebody fell
        sick.
    wia_first, wia_later, wia_first_months : float
        The same of the WIA.
    wia_durable, wia_durable_part : float
        Rate of the WIA of people who are fully and durably disabled (IVA), and their part.
    wage_cap : float
        Highest wage that counts, cents a month.
    wajong_share, wajong_durable_share, wajong_durable_part : float
        Wajong relative to the full-time minimum wage: its rate, of the reference wage that the law uses since 2024;
        the same without lasting capacity to work, and the part of people with that.
    tax_share : float
        Tax on these benefits, share of gross.
    pension_single, pension_partner : float
        Net state pension of a single person, and of each partner of a couple, cents a month.
    sharer_factor : float
        Social minimum of a single person who shares a home, relative to one who lives alone.
    partner_birth_year : int
        Partners born later than this close the supplement, unless there is a child below `child_age`.
    child_age : int
        Years.
    """

    ww_first: float
    ww_later: float
    ww_first_months: float
    zw_share: float
    zw_after_months: float
    wia_first: float
    wia_later: float
    wia_first_months: float
    wia_durable: float
    wia_durable_part: float
    wage_cap: float
    wajong_share: float
    wajong_durable_share: float
    wajong_durable_part: float
    tax_share: float
    pension_single: float
    pension_partner: float
    sharer_factor: float
    partner_birth_year: int
    child_age: int


@kernel
def day_wage(last_wage: int, indexation: float) -> int:
    """Wage that a benefit is reckoned from, cents a month: revised with the minimum wage (WW art. 46, WIA art. 14).

    Parameters
    ----------
    last_wage : int
        Gross wage of the last job in minimum wages of the first month of the run, cents a month.
    indexation : float
        Reference minimum wage of this month over that of the first month.
    """
    return whole_cents(last_wage * indexation)


@kernel
def unemployment_benefit(last_wage: float, months: int, rules: InsuranceRules) -> float:
    """Gross unemployment benefit of a month, cents (WW art. 47); `months` since it began."""
    rate = rules.ww_first if months < rules.ww_first_months else rules.ww_later
    return rate * min(last_wage, rules.wage_cap)


@kernel
def on_sickness_benefit(at: int, sick_since: int, ww_since: int, rules: InsuranceRules) -> bool:
    """Whether somebody without employer, with a right to WW, has the sickness benefit (ZW) this month.

    Who was sick when the job ended has it at once; who fell sick in the WW keeps that for the first weeks (ZW art. 29).
    """
    return sick_since >= 0 and (sick_since <= ww_since or at - sick_since >= rules.zw_after_months)


@kernel
def sickness_benefit(last_wage: float, rules: InsuranceRules) -> float:
    """Gross sickness benefit of a month, cents (ZW art. 29)."""
    return rules.zw_share * min(last_wage, rules.wage_cap)


@kernel
def disability_benefit(last_wage: float, months: int, minimum: float, severity: float, rules: InsuranceRules) -> float:
    """Gross disability benefit of a month, cents: WIA of the last wage, Wajong for who never had a wage.

    Whose severity is below the part of durable disability has the higher rate: IVA, or Wajong without capacity.

    Parameters
    ----------
    last_wage : float
        Gross wage of the last job, cents a month; 0 is none.
    months : int
        Months since the benefit began.
    minimum : float
        Full-time minimum wage of the person's age, cents a month, holiday pay included.
    severity : float
        Fixed number of the person, evenly between 0 and 1.
    """
    if last_wage <= 0.0:
        durable = severity < rules.wajong_durable_part
        return (rules.wajong_durable_share if durable else rules.wajong_share) * minimum
    rate = rules.wia_first if months < rules.wia_first_months else rules.wia_later
    if severity < rules.wia_durable_part:
        rate = rules.wia_durable
    return rate * min(last_wage, rules.wage_cap)


@kernel
def top_up_need(minimum: int, income: int, claimants: int) -> int:
    """Supplement up to the social minimum for each claimant of a unit, cents (Toeslagenwet).

    Parameters
    ----------
    minimum : int
        Net social minimum of the unit, cents.
    income : int
        All net income of the unit, cents.
    claimants : int
        Adults of the unit on unemployment or disability benefit; they share the supplement.
    """
    return max(0, minimum - income) // claimants
