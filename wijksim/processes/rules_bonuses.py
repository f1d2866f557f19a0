"""Rules of what the State pays employers on low wages: low-wage benefit (LIV) and bonus for job agreements (LKV)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from wijksim.calendar import MONTHS_PER_YEAR
from wijksim.kernels import kernel

__all__ = ["BonusRules", "job_agreement_bonus", "low_wage_benefit", "wage_bonus"]


class BonusRules(NamedTuple):
    """Amounts (cents) and conditions of employers' bonuses in force in a month (Wet tegemoetkomingen loondomein).

    Parameters
    ----------
    full_hours : float
        Hours of a full-time year.
    agreement_hour, agreement_most, agreement_months : float
        Bonus for a worker of the job agreement: for each paid hour, at most in a year, and for how many months.
    low_hour, low_most, low_bound : float
        Low-wage benefit: for each paid hour, at most in a year, up to this wage in adult minimum wages.
    second_hour, second_most, second_bound : float
        The same of the class above.
    least_hours : float
        Hours a year below which there is no low-wage benefit.
    """

    full_hours: float
    agreement_hour: float
    agreement_most: float
    agreement_months: float
    low_hour: float
    low_most: float
    low_bound: float
    second_hour: float
    second_most: float
    second_bound: float
    least_hours: float


@kernel
def job_agreement_bonus(months: int, hours_share: float, rules: BonusRules) -> float:
    """Bonus of a month for a worker of the job agreement, cents; `months` since the job began."""
    if months >= rules.agreement_months:
        return 0.0
    return min(rules.agreement_most, rules.agreement_hour * hours_share * rules.full_hours) / MONTHS_PER_YEAR


@kernel
def low_wage_benefit(wage: float, hours_share: float, rules: BonusRules) -> float:
    """Low-wage benefit of a month, cents.

    Parameters
    ----------
    wage : float
        Full-time wage in adult minimum wages. Youths, who earn less than one, have none.
    hours_share : float
        Hours as share of full time, taken to be those of the whole year.
    """
    hours = hours_share * rules.full_hours
    multiple = np.float32(wage)  # as wages are kept: a wage set at a bound lies on it
    if hours < rules.least_hours or multiple < 1.0:
        return 0.0
    if multiple <= np.float32(rules.low_bound):
        return min(rules.low_most, rules.low_hour * hours) / MONTHS_PER_YEAR
    if multiple <= np.float32(rules.second_bound):
        return min(rules.second_most, rules.second_hour * hours) / MONTHS_PER_YEAR
    return 0.0


@kernel
def wage_bonus(agreement: bool, months: int, wage: float, hours_share: float, rules: BonusRules) -> float:
    """Bonus of a month, cents: of both only the higher is paid."""
    low = low_wage_benefit(wage, hours_share, rules)
    if not agreement:
        return low
    return max(low, job_agreement_bonus(months, hours_share, rules))
