"""Effects of kind *pair*: additionality and break-even, over all pairs, with a seeded bootstrap."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.report.intervals import CHANCE_LEVEL, PRECISION_LEVEL, EffectStatus, Uncertainty, chance
from wijksim.report.pockets import POCKET_OUTCOME
from wijksim.report.results import EFFECT_COLUMNS, PERIOD_TOTAL
from wijksim.study.pairs import PaidMonths, break_even_months
from wijksim.study.replicate import Series

__all__ = ["BREAK_EVEN", "PAIR_OUTCOMES", "POCKET_BREAK_EVEN", "additionality_effects", "break_even_effects"]

Floats = NDArray[np.float64]

BREAK_EVEN = "break_even_month"
POCKET_BREAK_EVEN = "pocket_break_even_month"
_BREAK_EVEN_OF = {"balance": BREAK_EVEN, POCKET_OUTCOME: POCKET_BREAK_EVEN}
_RESAMPLES = 2000

# Sums over pairs, one column each.
_PLACED, _ANYWAY, _OTHERS, _OUTSIDERS = range(4)
_RATIOS: dict[str, Callable[[Floats], Floats]] = {
    "deadweight": lambda sums: sums[..., _ANYWAY],
    "displacement_residents": lambda sums: -sums[..., _OTHERS],
    "displacement_outsiders": lambda sums: -sums[..., _OUTSIDERS],
    "displacement": lambda sums: -sums[..., _OTHERS] - sums[..., _OUTSIDERS],
    "additionality": lambda sums: sums[..., _PLACED] - sums[..., _ANYWAY] + sums[..., _OTHERS] + sums[..., _OUTSIDERS],
}
"""Numerator of each outcome; the denominator is always the paid months of those placed."""

PAIR_OUTCOMES = (*_RATIOS, BREAK_EVEN, POCKET_BREAK_EVEN)
"""All outcomes of kind pair."""


def additionality_effects(
    policy_name: str, pairs: Sequence[PaidMonths], window: int, seed: int
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
    """
    sums = np.array(
        [(p.placed_policy, p.placed_baseline, p.others_change, p.outsiders_change) for p in pairs], np.float64
    ).reshape(-1, _OUTSIDERS + 1)
    resampled = _resampling(len(sums), seed) @ sums
    rows: list[dict[str, Any]] = []
    for outcome, numerator in _RATIOS.items():
        single = _ratio(numerator(sums), sums[:, _PLACED])
        total = sums.sum(axis=0)
        effect = float(_ratio(numerator(total), total[_PLACED]))
        bounds = chance(single)
        low = float(np.maximum(bounds.low, 0.0)) if outcome == "deadweight" else float(bounds.low)
        n = int(np.isfinite(single).sum())
        status = EffectStatus.OK if n > 1 else EffectStatus.NOT_COMPUTABLE
        common = _row(policy_name, outcome, "", f"{window}_months_from_placement", "share", effect, n, status)
        common["sign_probability"] = float((single > 0).sum() / n) if n else np.nan
        rows += _two_rows(
            common,
            _percentiles(_ratio(numerator(resampled), resampled[:, _PLACED])) if n > 1 else _NONE,
            (low, float(bounds.high)),
            str(bounds.method),
        )
    return _columns(rows)


def break_even_effects(
    policy_name: str, series: Sequence[Series], baseline: Floats, policy: Floats, seed: int
) -> list[dict[str, Any]]:
    """Month from which each party and pocket has earned back, for good, what it paid.

    The effect is that of the mean path; precision a bootstrap of it, chance the spread over single pairs. A bound is
    empty where it lies beyond the horizon; `sign_probability` is the share of pairs that reach it.

    Parameters
    ----------
    series : sequence of Series
        Of the columns.
    baseline, policy : array of float64, shape (pairs, months, series)
        Money in euro of the price year.
    seed : int
        Of the bootstrap.
    """
    rows: list[dict[str, Any]] = []
    resampling = _resampling(len(baseline), seed)
    for column, item in enumerate(series):
        if item.outcome not in _BREAK_EVEN_OF:
            continue
        paths = (policy[:, :, column] - baseline[:, :, column]).cumsum(axis=1)
        single = break_even_months(paths)
        n = len(single)
        reached = float(break_even_months(paths.mean(axis=0))) if n else np.inf
        if n == 0:
            status = EffectStatus.NOT_COMPUTABLE
        elif not np.isfinite(reached):
            status = EffectStatus.NOT_REACHED
        elif not paths.any():
            status = EffectStatus.DID_NOT_VARY
        else:
            status = EffectStatus.OK if n > 1 else EffectStatus.NOT_COMPUTABLE
        outcome = _BREAK_EVEN_OF[item.outcome]
        unit = "months after the start"
        common = _row(policy_name, outcome, item.group, PERIOD_TOTAL, unit, _finite(reached), n, status)
        common["sign_probability"] = float(np.isfinite(single).mean()) if n else np.nan
        many = n > 1
        resampled = break_even_months(resampling @ paths) if many else single
        rows += _two_rows(
            common,
            _ordered(resampled, PRECISION_LEVEL) if many else _NONE,
            _ordered(single, CHANCE_LEVEL) if many else _NONE,
            "order_statistics" if many else "",
        )
    return _columns(rows)


_NONE = (np.nan, np.nan)


def _resampling(pairs: int, seed: int) -> Floats:
    """Weight of each pair in each sample drawn with replacement, shape (samples, pairs); the same for the same seed."""
    if pairs == 0:
        return np.zeros((_RESAMPLES, 0))
    counts: NDArray[np.int64] = np.random.default_rng(seed).multinomial(pairs, np.full(pairs, 1.0 / pairs), _RESAMPLES)
    weights: Floats = counts / pairs
    return weights


def _ratio(numerator: Floats, denominator: Floats) -> Floats:
    top, bottom = np.asarray(numerator, np.float64), np.asarray(denominator, np.float64)
    ratio: Floats = np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom > 0)
    return ratio


def _percentiles(values: Floats) -> tuple[float, float]:
    """Bounds that hold 95 % of resampled values."""
    tail = (1.0 - PRECISION_LEVEL) / 2.0
    known = values[np.isfinite(values)]
    return (float(np.quantile(known, tail)), float(np.quantile(known, 1.0 - tail))) if known.size else _NONE


def _ordered(months: Floats, level: float) -> tuple[float, float]:
    """Bounds among values some of which may be infinite, of which the bound is then none."""
    tail = (1.0 - level) / 2.0
    low, high = np.quantile(months, tail, method="lower"), np.quantile(months, 1.0 - tail, method="higher")
    return _finite(float(low)), _finite(float(high))


def _finite(value: float) -> float:
    return value if np.isfinite(value) else np.nan


def _columns(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows as one part for :func:`wijksim.study.effects.effects_table`."""
    return [{name: [row[name] for row in rows] for name in EFFECT_COLUMNS}]


def _row(
    scenario: str, outcome: str, group: str, period: str, unit: str, effect: float, n: int, status: EffectStatus
) -> dict[str, Any]:
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
        "n": n,
        "status": status.value,
        "unit": unit,
    }


def _two_rows(
    common: dict[str, Any], precise: tuple[float, float], spread: tuple[float, float], spread_method: str
) -> list[dict[str, Any]]:
    """Rows for precision and chance."""
    method = "bootstrap" if np.isfinite(precise).any() else ""
    return [
        {
            **common,
            "low": low,
            "high": high,
            "level": level,
            "uncertainty": uncertainty.value,
            "method": how,
        }
        for (low, high), level, uncertainty, how in (
            (precise, PRECISION_LEVEL, Uncertainty.PRECISION, method),
            (spread, CHANCE_LEVEL, Uncertainty.CHANCE, spread_method),
        )
    ]
