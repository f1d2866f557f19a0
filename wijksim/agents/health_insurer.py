"""A health insurer: decides each year what co-funding a place is worth, from noisy measurement."""

from __future__ import annotations

import mesa

from wijksim.state import InsurerState

__all__ = ["HealthInsurer"]


class HealthInsurer(mesa.Agent):  # type: ignore[misc]
    """A health insurer (*zorgverzekeraar*).

    Parameters
    ----------
    model : mesa.Model
        The neighbourhood.
    memory : InsurerState
        Its memory, part of the state.
    """

    def __init__(self, model: mesa.Model, memory: InsurerState) -> None:
        super().__init__(model)
        self.memory = memory

    def decide_co_funding(
        self,
        *,
        job_years: float,
        measured_effect: float,
        prior_effect: float,
        noise_to_signal: float,
        kept_share: float,
        stay_share: float,
        willingness: float,
        cap: float,
    ) -> float:
        """Decide the yearly contribution for each place (`mechanisms.md` B7).

        The measured saving per job-year among its own insured is shrunk to the prior: with m job-years its weight
        is m / (m + `noise_to_signal` squared). Of the posterior mean the insurer keeps `kept_share` after
        risk equalisation and loses part by switching; it offers `willingness` times its market share of that.

        Parameters
        ----------
        job_years : float
            Years in places of its own insured that were measured.
        measured_effect, prior_effect : float
            Gross saving in care, euro per job-year.
        noise_to_signal : float
            Standard deviation of care cost over the prior's standard deviation.
        kept_share, stay_share, willingness : float
            Shares.
        cap : float
            Euro per place per year.

        Returns
        -------
        float
            Euro per place per year, between 0 and `cap`.
        """
        weight = job_years / (job_years + noise_to_signal**2)
        effect = weight * measured_effect + (1.0 - weight) * prior_effect
        net = effect * kept_share * stay_share
        memory = self.memory
        memory.job_years = job_years
        memory.measured_effect_per_job_year = measured_effect
        memory.co_funding_per_place_year = min(cap, max(0.0, willingness * memory.market_share * net))
        return memory.co_funding_per_place_year
