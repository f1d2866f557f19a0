"""The national government: sets budgets for the municipality; its rules are dated data in the registry."""

from __future__ import annotations

import mesa

from wijksim.settings import PolicyScale
from wijksim.state import MunicipalityState

__all__ = ["NationalGovernment"]


class NationalGovernment(mesa.Agent):  # type: ignore[misc]
    """The state (*het Rijk*), as far as it sets the benefit budget (BUIG)."""

    def assistance_budget(
        self,
        memory: MunicipalityState,
        *,
        norm_growth: float,
        unemployment_growth: float,
        unemployment_elasticity: float,
        scale: PolicyScale,
        lag_years: int,
    ) -> int:
        """Budget for social assistance of this wijk, cents a year (`mechanisms.md` A6).

        The budget is a path that the municipality can't move: the cost at the start, growing with the norm
        and, in part, with regional unemployment. Only if all municipalities follow the policy does the
        national budget follow what was spent, `lag_years` later.

        Parameters
        ----------
        norm_growth, unemployment_growth : float
            Present level over the level at the start.
        """
        path = memory.assistance_budget_start * norm_growth * unemployment_growth**unemployment_elasticity
        spent = memory.assistance_spent_by_year
        if scale is PolicyScale.NATIONAL and len(spent) >= lag_years:
            path = spent[-lag_years] * norm_growth
        return int(path)
