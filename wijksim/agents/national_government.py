"""The national government: sets budgets for the municipality; its rules are dated data in the registry."""

from __future__ import annotations

import mesa

from wijksim.settings import PolicyScale
from wijksim.state import MunicipalityState

__all__ = ["NationalGovernment"]


class NationalGovernment(mesa.Agent):  # type: ignore[misc]
    """The state (*het Rijk*), as far as it sets the benefit budget (BUIG)."""

    @staticmethod
    def assistance_budget(
        memory: MunicipalityState,
        *,
        macro_growth: float,
        norm_growth: float,
        subsidy_share: float,
        scale: PolicyScale,
        lag_years: int,
    ) -> int:
        """Budget for social assistance of this wijk, cents a year (`mechanisms.md` A6).

        The budget is a path that the municipality can't move: the cost at the start of assistance, and of the
        wage-cost subsidy as long as this budget pays that, growing with the national budget. Only if all
        municipalities follow the policy does it follow what was spent, `lag_years` later.

        Parameters
        ----------
        macro_growth, norm_growth : float
            National budget for assistance, and the norm, over their level at the start.
        subsidy_share : float
            Part of the wage-cost subsidy that the budget pays now.
        """
        assistance = memory.assistance_budget_start * macro_growth
        subsidy = memory.subsidy_budget_start * macro_growth
        if scale is PolicyScale.NATIONAL and len(memory.assistance_spent_by_year) >= lag_years:
            assistance = memory.assistance_spent_by_year[-lag_years] * norm_growth
            subsidy = memory.subsidy_spent_by_year[-lag_years] * norm_growth
        return int(assistance + subsidy * subsidy_share)
