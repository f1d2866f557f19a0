"""The municipality: pays social assistance, funds places, and decides each year how many it can afford."""

from __future__ import annotations

import mesa

from wijksim.state import MunicipalityState

__all__ = ["Municipality"]


class Municipality(mesa.Agent):  # type: ignore[misc]
    """The municipality (*gemeente*); the ledger books its share in this wijk only.

    Parameters
    ----------
    model : mesa.Model
        The neighbourhood.
    memory : MunicipalityState
        Its memory, part of the state.
    """

    def __init__(self, model: mesa.Model, memory: MunicipalityState) -> None:
        super().__init__(model)
        self.memory = memory

    @property
    def funded_share(self) -> float:
        """Share of the places wanted at the last decision for which there is money; all before the first one."""
        memory = self.memory
        if memory.funded_places < 0.0 or memory.wanted_places == 0:
            return 1.0
        return min(1.0, memory.funded_places / memory.wanted_places)

    def kept_share(self, deficit: float, *, entry: float, upper: float, compensation: float) -> float:
        """Part of a saved euro of social assistance that the municipality keeps (*vangnet*, `mechanisms.md` A6).

        All of it, 1 - `compensation` in the band in which the state bears part of a deficit, and nothing above it.

        Parameters
        ----------
        deficit : float
            Deficit on social assistance of the whole municipality, share of its budget; a path from outside.
        entry, upper : float
            Bounds of the band.
        compensation : float
            Part that the state bears within the band.
        """
        if deficit <= entry:
            return 1.0
        return 1.0 - compensation if deficit <= upper else 0.0

    def decide_places(
        self,
        *,
        wanted: int,
        running: int,
        budget_year: float,
        co_funding_place_year: float,
        pooled_place_year: float,
        cost_place_year: float,
        adjustment_share: float,
        largest_cut_share: float,
        smallest_step: float,
    ) -> float:
        """Decide how many places to fund in the coming year (`mechanisms.md` B6).

        n* = budget / (cost of a place - co-funding - pooled saving), at most the places wanted;
        n' = n + clip(.5 (n* - n), -.3 n, max(2, .3 n)), and never below the contracts that run on. When enterprises
        open, grow or close, n is first scaled to the places wanted now: what is new gets the share that others have.

        Parameters
        ----------
        wanted : int
            Places in the scenario.
        running : int
            People in places whose contract runs on through the coming year.
        budget_year : float
            Participation budget, euro a year.
        co_funding_place_year, pooled_place_year, cost_place_year : float
            Euro per place per year that others pay in, that pooled savings bring, and that a place costs.
        adjustment_share, largest_cut_share, smallest_step : float
            Shares .5 and .3, and the 2 places by which it may always grow.

        Returns
        -------
        float
            Funded places.
        """
        memory = self.memory
        net_cost = cost_place_year - co_funding_place_year - pooled_place_year
        funded = float(wanted) if net_cost <= 0.0 else min(float(wanted), budget_year / net_cost)
        if memory.funded_places >= 0.0 and memory.wanted_places > 0:
            before = memory.funded_places * wanted / memory.wanted_places
            change = adjustment_share * (funded - before)
            step = largest_cut_share * before
            funded = before + max(-step, min(max(smallest_step, step), change))
        memory.funded_places = max(funded, float(min(running, wanted)))
        memory.wanted_places = wanted
        return memory.funded_places

    def measure_saving(
        self,
        *,
        participants: int,
        saved_year: float,
        assumed_deadweight: float,
        subsidy_year: float,
        prior: float,
        weight_participants: float,
    ) -> float:
        """Estimate what one place saves in a year, from what can be seen inside this run (rule 9).

        What the units of participants got before less what they get now, less an assumed deadweight and the wage-cost
        subsidy that falls on the same budget; shrunk to a prior by the number of participants. What the participation
        budget pays for (grant, coaching, measurement) isn't in it. Before anybody is measured nothing is saved: the
        prior alone is no money to pool.

        Parameters
        ----------
        participants : int
            People in places.
        saved_year : float
            Social assistance that all their units get less than before, gross, euro a year.
        subsidy_year : float
            Wage-cost subsidy of a place, euro a year.

        Returns
        -------
        float
            Euro per place per year; negative when a place costs more than it saves.
        """
        saving = 0.0
        if participants > 0:
            seen = saved_year / participants * (1.0 - assumed_deadweight) - subsidy_year
            weight = participants / (participants + weight_participants)
            saving = weight * seen + (1.0 - weight) * prior
        self.memory.measured_saving_per_place_year = saving
        return saving
