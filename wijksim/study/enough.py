"""Enough runs: whether the means of the main outcomes are precise, and what common random numbers were worth."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from wijksim.report.intervals import EffectStatus, Uncertainty
from wijksim.report.pockets import POCKET_OUTCOME
from wijksim.report.results import PERIOD_LAST_YEAR, PERIOD_TOTAL, Results

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["MAIN_OUTCOMES", "is_precise", "narrowing"]

MAIN_OUTCOMES = (
    ("employed_15_74", "", PERIOD_LAST_YEAR),
    ("assistance_persons", "", PERIOD_LAST_YEAR),
    (POCKET_OUTCOME, "municipality", PERIOD_TOTAL),
)
"""Outcome, group and period of which the mean effect must be precise."""

_MONTHS = 12


def is_precise(effects: DataFrame, level: float, effect: float) -> bool:
    """Whether half the width of each mean effect is below a part of the baseline level, or of the effect itself.

    Parameters
    ----------
    effects : DataFrame
        Of a comparison; rows of kind *precision* of the main outcomes of all policies.
    level, effect : float
        Parts of the baseline level and of the effect.
    """
    rows = effects[effects["uncertainty"] == Uncertainty.PRECISION]
    for outcome, group, period in MAIN_OUTCOMES:
        chosen = rows[(rows["outcome"] == outcome) & (rows["group"] == group) & (rows["period"] == period)]
        varied = chosen[chosen["status"] != EffectStatus.DID_NOT_VARY]
        half = (varied["high"] - varied["low"]).to_numpy(np.float64) / 2.0
        levels, effects_of = (varied[name].abs().to_numpy(np.float64) for name in ("baseline", "effect"))
        if not (half <= np.maximum(level * levels, effect * effects_of)).all():
            return False
    return True


def narrowing(results: Results) -> dict[str, float]:
    """By how much common random numbers narrow the interval of an effect, measured in these runs.

    Parameters
    ----------
    results : Results
        Of a comparison, with its monthly outcomes.

    Returns
    -------
    dict of str to float
        For the first policy and each main outcome of persons: the width that the interval of the mean difference
        would have with runs that share no luck, relative to the width that it has. Left out where nothing varies or
        one run was made.
    """
    found: dict[str, float] = {}
    if not results.policies:
        return found
    outcomes = results.outcomes
    for outcome, group, period in MAIN_OUTCOMES:
        if period != PERIOD_LAST_YEAR:
            continue
        rows = outcomes[(outcomes["outcome"] == outcome) & (outcomes["group"] == group)]
        sides: list[Any] = []
        for name in (results.scenarios[0], results.policies[0]):
            table = rows[rows["scenario"] == name].pivot(index="replication", columns="month", values="value")
            sides.append(table.iloc[:, -_MONTHS:].mean(axis=1))
        before, after = sides
        both = before.index.intersection(after.index)
        if len(both) < 2:
            continue
        apart = math.sqrt(float(np.var(before[both], ddof=1) + np.var(after[both], ddof=1)))
        together = float(np.std(after[both] - before[both], ddof=1))
        if together > 0:
            found[outcome] = apart / together
    return found
