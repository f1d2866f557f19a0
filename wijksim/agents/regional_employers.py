"""The region's employers: their firms as rows of data, vacancies by skill, and how tight the labour market is."""

from __future__ import annotations

import mesa
import numpy as np
from numpy.typing import NDArray

from wijksim.state import LabourMarketState

__all__ = ["RegionalEmployers"]

Floats = NDArray[np.float64]


class RegionalEmployers(mesa.Agent):  # type: ignore[misc]
    """All regular employers of the region (`mechanisms.md` A1 and B3).

    Parameters
    ----------
    model : mesa.Model
        The neighbourhood.
    market : LabourMarketState
        Its memory, part of the state.
    """

    def __init__(self, model: mesa.Model, market: LabourMarketState) -> None:
        super().__init__(model)
        self.market = market

    def open_market(self, search_mass: Floats, jobs: Floats, unemployment: float, *, firm_shares: Floats) -> None:
        """Fix what is measured against the first month: search, jobs and unemployment.

        Parameters
        ----------
        search_mass : array, shape (skills,)
            Expected hires of residents in the first month without tightness.
        jobs : array, shape (skills,)
            Residents in regular jobs.
        unemployment : float
            Low-skill unemployment of the region.
        firm_shares : array, shape (firms - 1, skills)
            Of the region's jobs of each skill, the part at firms of each sector of social enterprises; the last row of
            firms has the rest.
        """
        market = self.market
        outside = (1.0 - market.wijk_share) / market.wijk_share
        market.search_mass_at_start = search_mass.copy()
        market.outside_search_mass = search_mass * outside
        shares = np.vstack([firm_shares, 1.0 - firm_shares.sum(axis=0)])
        market.firm_jobs_at_start = shares * (jobs * (1.0 + outside))
        market.unemployment_at_start = unemployment

    def vacancy_ratio(self, cycle: float, placed: Floats, *, multiplier: float) -> Floats:
        """Vacancies by skill over those of an average month of the reference year: the sum over all firms.

        Every firm's vacancies are in proportion to its jobs, so that the ratio is that of its jobs with those that
        spending of the placed adds.

        Parameters
        ----------
        cycle : float
            Regional vacancies, reference year = 1.
        placed : array, shape (skills,)
            Paid jobs at social enterprises.
        multiplier : float
            Extra local jobs for each of them.
        """
        jobs = np.maximum(self.market.firm_jobs_at_start.sum(axis=0), 1.0)
        ratio: Floats = cycle * (1.0 + multiplier * placed / jobs)
        return ratio

    def lose_orders(self, jobs: Floats) -> None:
        """Remember the jobs that regional firms have less this month because social enterprises do their work.

        They are counted as lost outside the wijk, which holds a few per cent of the region. `mechanisms.md` B3 takes
        the orders off the vacancies; in a month these are a hundredth of the jobs, so that a job lost once would be
        lost again every month.

        Parameters
        ----------
        jobs : array, shape (firms,)
            Regular full-time jobs. No firms lose more jobs than they had when the market was opened.
        """
        had = self.market.firm_jobs_at_start.sum(axis=1)
        self.market.jobs_lost_to_orders = np.minimum(jobs, had) if had.any() else jobs

    def tightness(self, vacancy_ratio: Floats, search_mass: Floats) -> Floats:
        """Vacancies over search, by skill, both against their references (B3); remembered in the state."""
        market = self.market
        now = market.outside_search_mass + search_mass
        before = market.outside_search_mass + market.search_mass_at_start
        crowding = np.divide(now, before, out=np.ones_like(now), where=before > 0)
        market.tightness = np.divide(vacancy_ratio, crowding, out=np.zeros_like(now), where=crowding > 0)
        return market.tightness

    def hire_outsiders(self, elasticity: float) -> Floats:
        """Count the hires of outside seekers this month, shape (skills,); remembered in the state."""
        market = self.market
        market.outsiders_hired = market.outside_search_mass * market.tightness**elasticity
        return market.outsiders_hired
