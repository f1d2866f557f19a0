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

    def decide_places(
        self,
        *,
        wanted: int,
        budget_year: float,
        co_funding_place_year: float,
        pooled_place_year: float,
        cost_place_year: float,
        adjustment_share: float,
        largest_cut_share: float,
    ) -> float:
        """Decide how many places to fund in the coming year (`mechanisms.md` B6 in its first form).

        The number moves half-way to what the participation budget, co-funding and the pooled savings pay
        for, never down by more than `largest_cut_share` in a year: running contracts are kept.

        Parameters
        ----------
        wanted : int
            Places in the scenario.
        budget_year : float
            Participation budget, euro a year.
        co_funding_place_year, pooled_place_year, cost_place_year : float
            Euro per place per year that others pay in, that pooled savings bring, and that a place costs.

        Returns
        -------
        float
            Funded places.
        """
        net_cost = cost_place_year - co_funding_place_year - pooled_place_year
        affordable = float(wanted) if net_cost <= 0.0 else min(float(wanted), budget_year / net_cost)
        before = self.memory.funded_places
        if before < 0.0:
            self.memory.funded_places = affordable
        else:
            change = adjustment_share * (affordable - before)
            self.memory.funded_places = before + max(change, -largest_cut_share * before)
        return self.memory.funded_places

    def measure_saving(
        self,
        *,
        participants: int,
        from_assistance: int,
        norm_year: float,
        assumed_deadweight: float,
        subsidy_year: float,
        coaching_year: float,
        prior: float,
        weight_participants: float,
    ) -> float:
        """Estimate what one place saves in a year, from what can be seen inside this run (rule 9).

        Exits from assistance times the norm, less an assumed deadweight, the wage-cost subsidy that falls on
        the same budget, and coaching; shrunk to a prior by the number of participants.

        Returns
        -------
        float
            Euro per place per year; negative when a place costs more than it saves.
        """
        if participants == 0:
            self.memory.measured_saving_per_place_year = prior
            return prior
        share = from_assistance / participants
        seen = share * norm_year * (1.0 - assumed_deadweight) - subsidy_year - coaching_year
        weight = participants / (participants + weight_participants)
        self.memory.measured_saving_per_place_year = weight * seen + (1.0 - weight) * prior
        return self.memory.measured_saving_per_place_year
