"""The numbers that a study analyses: effects and levels by point and seed, and outcomes of pairs."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wijksim.study.methods import Quantity
from wijksim.study.schema import StudyPlan
from wijksim.study.store import Outcome, Store

__all__ = ["Analysed", "analysed_numbers", "variance_parts"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Analysed:
    """One analysed number at all points of a design.

    Parameters
    ----------
    quantity : Quantity
        Effect or level.
    outcome : Outcome
        Of what, in which period and unit.
    values : array of float64, shape (points, replications)
        By point and seed; the mean over seeds is the number at a point.
    """

    quantity: Quantity
    outcome: Outcome
    values: Floats

    @property
    def at_points(self) -> Floats:
        """The number at each point, shape (points,)."""
        mean: Floats = self.values.mean(axis=1)
        return mean


def analysed_numbers(plan: StudyPlan, store: Store, stage: int, points: int, replications: int) -> list[Analysed]:
    """All numbers of a stage, in the order of the study file; not a number where there is no result.

    Parameters
    ----------
    plan : StudyPlan
        What is studied.
    store : Store
        Where the results are.
    stage, points, replications : int
        Which stage, points of its design, and seeds at each.
    """
    baseline, policy = store.results(stage, points, replications)
    by_quantity = {Quantity.EFFECT: policy - baseline, Quantity.POLICY: policy, Quantity.BASELINE: baseline}
    numbers = [
        Analysed(quantity, outcome, by_quantity[quantity][:, :, place])
        for quantity in plan.quantities
        for place, outcome in enumerate(store.outcomes())
    ]
    pairs = plan.pairs
    if pairs.outcomes:
        kept = store.pairs(stage, points, replications, pairs.length)
        numbers += [Analysed(Quantity.EFFECT, outcome, values) for outcome, values in pairs.of_points(kept)]
    return numbers


def variance_parts(number: Analysed) -> dict[str, float]:
    """Shares of the variance of single runs: by point, by seed, and by both together (chance that isn't common).

    With values y of point p and seed r: y = mean + a_p + b_r + e_pr, by sums of squares of a balanced two-way layout.
    """
    y = number.values
    finite = np.isfinite(y).all(axis=1)
    known = float(finite.mean())
    y = y[finite]
    points, seeds = y.shape
    result = {
        "share_of_points": known,
        "mean": math.nan,
        "sd": math.nan,
        "share_parameters": math.nan,
        "share_seed": math.nan,
    }
    result |= {"share_interaction": math.nan, "sd_interaction": math.nan}
    if points < 2:
        return result
    mean = y.mean()
    by_point, by_seed = y.mean(axis=1) - mean, y.mean(axis=0) - mean
    result |= {"mean": float(mean), "sd": float(by_point.std(ddof=1))}
    if seeds < 2:
        return result
    rest = y - mean - by_point[:, np.newaxis] - by_seed
    interaction = float((rest**2).sum() / ((points - 1) * (seeds - 1)))
    parameters = max(float(by_point.var(ddof=1)) - interaction / seeds, 0.0)
    seed = max(float(by_seed.var(ddof=1)) - interaction / points, 0.0)
    total = parameters + seed + interaction
    result["sd_interaction"] = math.sqrt(interaction)
    if total > 0:
        shares = (parameters / total, seed / total, interaction / total)
        result |= dict(zip(("share_parameters", "share_seed", "share_interaction"), shares, strict=True))
    return result
