"""How much of the spread of an effect is chance, and how much the figures that nobody knows well.

With two or more seeds in each draw the spread within draws is chance, at all figures alike, and what is left of that
between draws is parameters (one-way analysis of variance, random effects). With one seed in each draw chance is that of
the runs at the figures of the passports; that supposes that it is as large at other figures.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.outcomes import OUTCOMES
from wijksim.report.headlines import MAIN_EFFECTS
from wijksim.report.intervals import CHANCE_LEVEL
from wijksim.report.variance_words import ShareMethod, ShareStatus
from wijksim.scenario import Scenario
from wijksim.study.effects import Frame
from wijksim.study.pair_effects import resampling
from wijksim.study.policy_effects import main_effects
from wijksim.study.replicate import Replication

__all__ = ["variance_parts"]

Floats = NDArray[np.float64]

_LEAST = 10
"""Draws, and runs where chance is theirs, below which a bootstrap says too little of a variance."""

_WIDEST = 0.5
"""Width of the interval of a share from which on it says next to nothing: half of what it can be."""


def variance_parts(
    scenarios: Sequence[Scenario],
    done: Sequence[Replication],
    drawn: Sequence[Replication],
    draws: int,
    frame: Frame,
    seed: int,
) -> dict[str, Any]:
    """Part the variance of each main effect of each policy into chance and parameters.

    Parameters
    ----------
    scenarios : sequence of Scenario
        The baseline first.
    done : sequence of Replication
        At the figures of the passports.
    drawn : sequence of Replication
        With drawn parameters: all draws with their first seed, then all with their second, and so on.
    draws : int
        How many draws.
    frame : Frame
        Time of the study.
    seed : int
        Of the bootstrap.

    Returns
    -------
    dict
        ``draws``, ``seeds`` (in each draw), ``method``, ``level`` and ``rows``: for each policy and effect the standard
        deviation by chance and in all, the shares of the variance, and the bounds of that of the parameters; None
        where there is none.
    """
    seeds = len(drawn) // draws
    method = ShareMethod.WITHIN_DRAWS if seeds > 1 else ShareMethod.FIXED_FIGURES
    rows = []
    for place, scenario in enumerate(scenarios[1:], start=1):
        fixed = main_effects(done, place, frame)
        of_draws = main_effects(drawn, place, frame).reshape(seeds, draws, -1)
        for cell, (outcome, group, period) in enumerate(MAIN_EFFECTS):
            known = OUTCOMES.get(outcome)
            unit = known.unit if known is not None else "euro"
            named = {"scenario": scenario.name, "outcome": outcome, "group": group, "period": period, "unit": unit}
            rows.append(named | _parts(fixed[:, cell], of_draws[:, :, cell], seed))
    return {"draws": draws, "seeds": seeds, "method": str(method), "level": CHANCE_LEVEL, "rows": rows}


def _parts(fixed: Floats, drawn: Floats, seed: int) -> dict[str, Any]:
    """Shares of one effect; `drawn` has shape (seeds, draws)."""
    fixed, drawn = fixed[np.isfinite(fixed)], drawn[:, np.isfinite(drawn).all(axis=0)]
    seeds, draws = drawn.shape
    counts = {"n": draws, "n_fixed": len(fixed)}
    nothing: dict[str, Any] = dict.fromkeys(
        ("sd_chance", "sd_all", "share_chance", "share_parameters", "low", "high"), None
    )
    if draws < 2 or (seeds == 1 and len(fixed) < 2):
        return {**counts, **nothing, "status": str(ShareStatus.NOT_COMPUTABLE)}
    once = np.ones((1, draws)) / draws, np.ones((1, max(len(fixed), 1))) / max(len(fixed), 1)
    chance, parameters = (float(part[0]) for part in _variances(fixed, drawn, *once))
    if chance + parameters == 0.0:
        return {**counts, **nothing, "status": str(ShareStatus.DID_NOT_VARY)}
    weights = resampling(draws, seed), resampling(max(len(fixed), 1), seed + 1)
    of_chance, of_parameters = _variances(fixed, drawn, *weights)
    whole = of_chance + of_parameters
    shares = of_parameters[whole > 0.0] / whole[whole > 0.0]
    tail = (1.0 - CHANCE_LEVEL) / 2.0
    low, high = (float(np.quantile(shares, at)) for at in (tail, 1.0 - tail))
    share = parameters / (chance + parameters)
    few = draws < _LEAST or (seeds == 1 and len(fixed) < _LEAST)
    status = ShareStatus.TOO_WIDE if few or high - low > _WIDEST else ShareStatus.OK
    return {
        **counts,
        "sd_chance": math.sqrt(chance),
        "sd_all": math.sqrt(chance + parameters),
        "share_chance": 1.0 - share,
        "share_parameters": share,
        "low": min(low, share),
        "high": max(high, share),
        "status": str(status),
    }


def _variances(fixed: Floats, drawn: Floats, of_draws: Floats, of_fixed: Floats) -> tuple[Floats, Floats]:
    """Variance by chance and by parameters in each sample; weights of draws and runs, shape (samples, n)."""
    seeds = len(drawn)
    between = _variance(drawn.mean(axis=0), of_draws)
    if seeds > 1:
        within: Floats = of_draws @ drawn.var(axis=0, ddof=1)
        return within, np.maximum(between - within / seeds, 0.0)
    chance = _variance(fixed, of_fixed)
    # Chance is no more than all there is: where the runs at fixed figures vary more, that is chance itself.
    return np.minimum(chance, between), np.maximum(between - chance, 0.0)


def _variance(values: Floats, weights: Floats) -> Floats:
    """Sample variance in each sample; weights add up to 1."""
    from_mean = values - values.mean()
    mean = weights @ from_mean
    spread: Floats = weights @ from_mean**2 - mean**2
    return np.maximum(spread, 0.0) * len(values) / (len(values) - 1)
