"""The numbers that a study analyses: effects and levels by point and seed, and outcomes of pairs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wijksim.study.methods import Quantity
from wijksim.study.schema import StudyPlan
from wijksim.study.store import Outcome, Store

__all__ = ["Analysed", "analysed_numbers"]

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
