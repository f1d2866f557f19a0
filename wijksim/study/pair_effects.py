"""Effects of kind *pair*: additionality and break-even, over all pairs, with a seeded bootstrap."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.report.intervals import CHANCE_LEVEL, PRECISION_LEVEL, EffectStatus, Uncertainty, chance
from wijksim.report.pockets import POCKET_OUTCOME
from wijksim.report.results import EFFECT_COLUMNS, PERIOD_TOTAL
from wijksim.study.effects import Pairs
from wijksim.study.pairs import PaidMonths, break_even_months
from wijksim.study.replicate import Series

__all__ = [
    "BREAK_EVEN",
    "BREAK_EVEN_OF",
    "PAIR_OUTCOMES",
    "POCKET_BREAK_EVEN",
    "RATIOS",
    "additionality_effects",
    "additionality_ratio",
    "break_even_effects",
    "resampling",
]

Floats = NDArray[np.float64]

BREAK_EVEN = "break_even_month"
POCKET_BREAK_EVEN = "pocket_break_even_month"
BREAK_EVEN_OF: dict[str, str] = {"balance": BREAK_EVEN, POCKET_OUTCOME: POCKET_BREAK_EVEN}
"""Break-even month of each outcome that is a balance."""

_RESAMPLES = 2000

# Sums over pairs, one column each.
_PLACED, _ANYWAY, _OTHERS, _OUTSIDERS = range(4)
RATIOS: dict[str, Callable[[Floats], Floats]] = {
    "deadweight": lambda sums: sums[..., _ANYWAY],
    "displacement_residents": lambda sums: -sums[..., _OTHERS],
    "displacement_outsiders": lambda sums: -sums[..., _OUTSIDERS],
    "displacement": lambda sums: -sums[..., _OTHERS] - sums[..., _OUTSIDERS],
    "additionality": lambda sums: sums[..., _PLACED] - sums[..., _ANYWAY] + sums[..., _OTHERS] + sums[..., _OUTSIDERS],
}
"""Numerator of each outcome; the denominator is always the paid months of those placed."""

PAIR_OUTCOMES = (*RATIOS, BREAK_EVEN, POCKET_BREAK_EVEN)
"""All outcomes of kind pair."""


def additionality_effects(
    policy_name: str,
    pairs: Sequence[PaidMonths],
    window: int,
    seed: int,
    drawn: Sequence[PaidMonths] = (),
) -> list[dict[str, Any]]:
    """Deadweight, displacement and what is really extra, as shares of the paid months of those placed.

    The effect is the ratio of sums over all pairs. Precision is a bootstrap over pairs; chance is the spread of the
    ratios of single pairs. Months that would have been worked anyway can't be fewer than none, so nor can their
    bounds. Not computable where nobody placed had paid work (placements with benefit).

    Parameters
    ----------
    pairs : sequence of PaidMonths
        One for each pair of runs.
    window : int
        Months from placement over which they were counted.
    seed : int
        Of the bootstrap.
    drawn : sequence of PaidMonths
        Of pairs whose parameters were drawn; they give the range of chance and parameters together.
    """
    sums, drawn_sums = _sums(pairs), _sums(drawn)
    resampled = resampling(len(sums), seed) @ sums
    rows: list[dict[str, Any]] = []
    for outcome in RATIOS:
        effect = float(additionality_ratio(outcome, sums.sum(axis=0)))
        common = _row(policy_name, outcome, "", f"{window}_months_from_placement", "share", effect)
        single, spread = _of_pairs(outcome, sums)
        rows.append(common | single | _PRECISION)
        if single["n"] > 1:
            low, high = _percentiles(additionality_ratio(outcome, resampled))
            rows[-1] |= {"low": low, "high": high, "method": "bootstrap"}
        rows.append(common | single | _CHANCE | spread)
        if len(drawn_sums):
            single, spread = _of_pairs(outcome, drawn_sums)
            rows.append(common | single | _CHANCE_AND_PARAMETERS | _around(effect, spread))
    return _columns(rows)


def _sums(pairs: Sequence[PaidMonths]) -> Floats:
    return np.array([pair.sums for pair in pairs], np.float64).reshape(-1, _OUTSIDERS + 1)


def _of_pairs(outcome: str, sums: Floats) -> tuple[dict[str, Any], dict[str, Any]]:
    """What single pairs say: how many there are and their sign, and the bounds of their ratios."""
    ratios = additionality_ratio(outcome, sums)
    bounds = chance(ratios)
    n = int(np.isfinite(ratios).sum())
    counts = {
        "n": n,
        "sign_probability": float((ratios > 0).sum() / n) if n else np.nan,
        "status": (EffectStatus.OK if n > 1 else EffectStatus.NOT_COMPUTABLE).value,
    }
    low = float(np.maximum(bounds.low, 0.0)) if outcome == "deadweight" else float(bounds.low)
    return counts, {"low": low, "high": float(bounds.high), "method": str(bounds.method)}


def _around(effect: float, spread: dict[str, Any]) -> dict[str, Any]:
    """Bounds that hold the effect at the figures of the passports too: it is one of the possible ones."""
    low, high = (float(pick(spread[side], effect)) for side, pick in (("low", np.fmin), ("high", np.fmax)))
    return spread | {"low": low, "high": high} if spread["method"] else spread


def additionality_ratio(outcome: str, sums: Floats) -> Floats:
    """Share of the paid months of those placed; NaN where nobody placed had paid work.

    Parameters
    ----------
    outcome : str
        One of `RATIOS`.
    sums : array of float64, shape (..., 4)
        Those of :attr:`wijksim.study.pairs.PaidMonths.sums`, of a pair or added up over pairs.

    Returns
    -------
    array of float64, shape (...)
        A share.
    """
    top, bottom = np.asarray(RATIOS[outcome](sums), np.float64), np.asarray(sums[..., _PLACED], np.float64)
    ratio: Floats = np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom > 0)
    return ratio


def break_even_effects(
    policy_name: str, series: Sequence[Series], pairs: Pairs, seed: int, drawn: Pairs | None = None
) -> list[dict[str, Any]]:
    """Month from which each party and pocket has earned back, for good, what it paid.

    The effect is that of the mean path; precision a bootstrap of it, chance the spread over single pairs. A bound is
    empty where it lies beyond the horizon; `sign_probability` is the share of pairs that reach it.

    Parameters
    ----------
    series : sequence of Series
        Of the columns.
    pairs : Pairs
        Money in euro of the price year.
    seed : int
        Of the bootstrap.
    drawn : Pairs, optional
        Pairs whose parameters were drawn; they give the range of chance and parameters together.
    """
    rows: list[dict[str, Any]] = []
    samples = resampling(len(pairs.baseline), seed)
    for column, item in enumerate(series):
        if item.outcome not in BREAK_EVEN_OF:
            continue
        paths = _paths(pairs, column)
        n = len(paths)
        reached = float(break_even_months(paths.mean(axis=0))) if n else np.inf
        status = _break_even_status(paths, reached)
        outcome = BREAK_EVEN_OF[item.outcome]
        common = _row(policy_name, outcome, item.group, PERIOD_TOTAL, "months after the start", _finite(reached))
        single = break_even_months(paths)
        counts = {"n": n, "sign_probability": _share_finite(single), "status": status.value}
        precise = _ordered(break_even_months(samples @ paths), PRECISION_LEVEL) if n > 1 else {}
        method = "bootstrap" if np.isfinite(list(precise.values())).any() else ""
        spread = {**_ordered(single, CHANCE_LEVEL), "method": "order_statistics"} if n > 1 else {}
        rows += [common | counts | _PRECISION | precise | {"method": method}, common | counts | _CHANCE | spread]
        if drawn is not None and len(drawn.baseline):
            of_draws = break_even_months(_paths(drawn, column))
            counts |= {"n": len(of_draws), "sign_probability": _share_finite(of_draws)}
            spread = {**_ordered(of_draws, CHANCE_LEVEL, reached), "method": "order_statistics"}
            rows.append(common | counts | _CHANCE_AND_PARAMETERS | (spread if len(of_draws) > 1 else {}))
    return _columns(rows)


def _paths(pairs: Pairs, column: int) -> Floats:
    """What a policy has brought in until each month, shape (pairs, months)."""
    paths: Floats = (pairs.policy[:, :, column] - pairs.baseline[:, :, column]).cumsum(axis=1)
    return paths


def _break_even_status(paths: Floats, reached: float) -> EffectStatus:
    if len(paths) == 0:
        return EffectStatus.NOT_COMPUTABLE
    if not np.isfinite(reached):
        return EffectStatus.NOT_REACHED
    if not paths.any():
        return EffectStatus.DID_NOT_VARY
    return EffectStatus.OK if len(paths) > 1 else EffectStatus.NOT_COMPUTABLE


def _share_finite(months: Floats) -> float:
    return float(np.isfinite(months).mean()) if months.size else np.nan


def _bounds_of(level: float, uncertainty: Uncertainty) -> dict[str, Any]:
    return {"low": np.nan, "high": np.nan, "method": "", "level": level, "uncertainty": uncertainty.value}


_PRECISION = _bounds_of(PRECISION_LEVEL, Uncertainty.PRECISION)
_CHANCE = _bounds_of(CHANCE_LEVEL, Uncertainty.CHANCE)
_CHANCE_AND_PARAMETERS = _bounds_of(CHANCE_LEVEL, Uncertainty.CHANCE_AND_PARAMETERS)
"""What a row says of its range, before there are bounds."""


def resampling(pairs: int, seed: int) -> Floats:
    """Weight of each pair in each sample drawn with replacement, shape (samples, pairs); the same for the same seed."""
    if pairs == 0:
        return np.zeros((_RESAMPLES, 0))
    counts: NDArray[np.int64] = np.random.default_rng(seed).multinomial(pairs, np.full(pairs, 1.0 / pairs), _RESAMPLES)
    weights: Floats = counts / pairs
    return weights


def _percentiles(values: Floats) -> tuple[float, float]:
    """Bounds that hold 95 % of resampled values."""
    tail = (1.0 - PRECISION_LEVEL) / 2.0
    known = values[np.isfinite(values)]
    return (float(np.quantile(known, tail)), float(np.quantile(known, 1.0 - tail))) if known.size else (np.nan, np.nan)


def _ordered(months: Floats, level: float, *others: float) -> dict[str, float]:
    """Bounds among values some of which may be infinite, of which the bound is then none; they hold `others` too."""
    tail = (1.0 - level) / 2.0
    low = float(np.quantile(months, tail, method="lower"))
    high = float(np.quantile(months, 1.0 - tail, method="higher"))
    return {"low": _finite(min((low, *others))), "high": _finite(max((high, *others)))}


def _finite(value: float) -> float:
    return value if np.isfinite(value) else np.nan


def _columns(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows as one part for :func:`wijksim.study.effects.effects_table`."""
    return [{name: [row[name] for row in rows] for name in EFFECT_COLUMNS}]


def _row(scenario: str, outcome: str, group: str, period: str, unit: str, effect: float) -> dict[str, Any]:
    return {
        **dict.fromkeys(EFFECT_COLUMNS),
        "scenario": scenario,
        "outcome": outcome,
        "group": group,
        "kind": "pair",
        "period": period,
        "baseline": np.nan,
        "policy": np.nan,
        "effect": effect,
        "unit": unit,
    }
