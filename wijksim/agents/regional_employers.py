"""The region's employers: their firms as rows of data, vacancies by skill, and how tight the labour market is."""

from __future__ import annotations

import mesa
import numpy as np
from numpy.typing import NDArray

from wijksim.kernels import kernel
from wijksim.state import LabourMarketState

__all__ = ["RegionalEmployers"]

Floats = NDArray[np.float64]


@kernel
def _vacancies_over_reference(
    cycle: float, placed: Floats, multiplier: float, firm_jobs: Floats, ratio: Floats
) -> None:
    """Fill `ratio`, shape (skills,); `firm_jobs` has shape (firms, skills)."""
    for skill in range(ratio.size):
        jobs = 0.0
        for firm in range(firm_jobs.shape[0]):
            jobs += firm_jobs[firm, skill]
        ratio[skill] = cycle * (1.0 + multiplier * placed[skill] / max(jobs, 1.0))


@kernel
def _vacancies_over_search(
    vacancy_ratio: Floats, search_mass: Floats, outside: Floats, at_start: Floats, tightness: Floats
) -> None:
    """Fill `tightness`, shape (skills,): vacancies over search; a skill that nobody had at the start is not crowded."""
    for skill in range(tightness.size):
        before = outside[skill] + at_start[skill]
        crowding = (outside[skill] + search_mass[skill]) / before if before > 0.0 else 1.0
        tightness[skill] = vacancy_ratio[skill] / crowding if crowding > 0.0 else 0.0


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
        ratio = np.empty(placed.size)
        _vacancies_over_reference(cycle, placed, multiplier, self.market.firm_jobs_at_start, ratio)
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
        market.tightness = np.empty(search_mass.size)
        _vacancies_over_search(
            vacancy_ratio, search_mass, market.outside_search_mass, market.search_mass_at_start, market.tightness
        )
        return market.tightness

    def hire_outsiders(self, elasticity: float) -> Floats:
        """Count the hires of outside seekers this month, shape (skills,); remembered in the state."""
        market = self.market
        market.outsiders_hired = market.outside_search_mass * market.tightness**elasticity
        return market.outsiders_hired
