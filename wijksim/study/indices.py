"""Sensitivity indices of one analysed number, by SALib and scipy, each with its interval.

SALib gives zeros or masked values, without a word, when a number is missing or nothing varies. So these functions take
complete, finite, varying numbers only, and refuse all else; :mod:`wijksim.study.sensitivity` sees to it.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.study.design import MORRIS_LEVELS, Design, salib_problem
from wijksim.study.methods import Method

__all__ = [
    "CONFIDENCE",
    "IndexValues",
    "design_indices",
    "partial_correlations",
    "partial_rank_correlations",
    "pawn_medians",
    "standardised_coefficients",
]

Floats = NDArray[np.float64]

CONFIDENCE = 0.95
_RESAMPLES = 500
_MANY = 50
_RESAMPLES_OF_MANY = 100
"""Correlations of so many parameters are resampled less often: each takes a matrix of all of them."""

_PAWN_RESAMPLES = 40
_PAWN_SLICES = 10
_RANDOM_COLUMNS = 20
"""Columns at least that show how large an index of nothing can be; one placebo may be small by luck."""

_RBD_HARMONICS = 10
_HALF_WIDTH_IN_SD = 1.959963984540054  # of the normal distribution, for the level CONFIDENCE


@dataclass(frozen=True)
class IndexValues:
    """One kind of index for all parameters.

    Parameters
    ----------
    index : str
        ``S1``, ``ST``, ``S2`` (Sobol), ``mu_star``, ``sigma``, ``mu`` (Morris), ``S1_rbd`` (RBD-FAST), ``pawn``,
        ``prcc`` or ``src``.
    names : tuple of (str, str)
        Parameters or groups; the second is empty but for indices of pairs.
    values, low, high : array of float64, shape (names,)
        With an interval at level `CONFIDENCE`; NaN where the index has none.
    of_nothing : float
        Largest of as many columns of random numbers (PAWN, which is never 0); NaN where it wasn't looked for.
    """

    index: str
    names: tuple[tuple[str, str], ...]
    values: Floats
    low: Floats
    high: Floats
    of_nothing: float = np.nan


def design_indices(design: Design, y: Floats, seed: int, *, only: str = "") -> list[IndexValues]:
    """All indices that a design allows.

    Parameters
    ----------
    design : Design
        Complete: whole blocks only.
    y : array of float64, shape (points,)
        The analysed number at each point.
    seed : int
        Of the resampling; the same numbers and seed give the same intervals.
    only : str
        The one index of a space-filling design that is wanted; left empty, all.

    Raises
    ------
    ValueError
        `y` isn't as long as the design, not finite, or doesn't vary.
    """
    if y.shape != (len(design.points),):
        raise ValueError(f"{y.size} numbers for {len(design.points)} points")
    if len(y) % design.block:
        raise ValueError(f"{len(y)} points are no whole number of blocks of {design.block}")
    if not np.isfinite(y).all():
        raise ValueError("not all numbers are finite")
    if not y.max() > y.min():
        raise ValueError("the numbers don't vary")
    with _quiet():
        if design.method is Method.SOBOL:
            return _sobol(design, y, seed)
        if design.method is Method.MORRIS:
            return _morris(design, y, seed)
        return _given_data(design, y, seed, only)


@contextmanager
def _quiet() -> Iterator[None]:
    """Without SALib's warnings, which this module's checks replace, and without its touch on numpy's global state."""
    state = np.random.get_state()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        np.random.set_state(state)


def _around(index: str, names: Sequence[tuple[str, str]], values: Any, half: Any) -> IndexValues:
    centre, width = np.asarray(values, np.float64), np.asarray(half, np.float64)
    return IndexValues(index, tuple(names), centre, centre - width, centre + width)


def _sobol(design: Design, y: Floats, seed: int) -> list[IndexValues]:
    from SALib.analyze import sobol

    found = sobol.analyze(
        salib_problem(design.factors),
        y,
        calc_second_order=design.second_order,
        num_resamples=_RESAMPLES,
        conf_level=CONFIDENCE,
        seed=seed,
    )
    alone = [(name, "") for name in design.groups]
    indices = [
        _around("S1", alone, found["S1"], found["S1_conf"]),
        _around("ST", alone, found["ST"], found["ST_conf"]),
    ]
    if design.second_order:
        rows, columns = np.triu_indices(len(design.groups), 1)
        pairs = [(design.groups[i], design.groups[j]) for i, j in zip(rows, columns, strict=True)]
        both = (np.asarray(found[name])[rows, columns] for name in ("S2", "S2_conf"))
        indices.append(_around("S2", pairs, *both))
    return indices


def _morris(design: Design, y: Floats, seed: int) -> list[IndexValues]:
    from SALib.analyze import morris

    problem = salib_problem(design.factors)
    found = morris.analyze(
        problem,
        design.points,
        y,
        num_resamples=_RESAMPLES,
        conf_level=CONFIDENCE,
        num_levels=MORRIS_LEVELS,
        seed=seed,
    )
    names = [(name, "") for name in design.groups]
    if list(found["names"]) != list(design.groups):
        raise RuntimeError(f"SALib gave indices of {found['names']}, expected {design.groups}")
    missing = np.full(len(names), np.nan)
    mu_star = np.ma.filled(np.ma.asarray(found["mu_star"], np.float64), np.nan)
    sizes = _around("mu_star", names, mu_star, np.ma.filled(np.ma.asarray(found["mu_star_conf"], float), np.nan))
    indices = [replace(sizes, low=np.maximum(sizes.low, 0.0))]  # a mean of sizes is never below 0
    for index in ("mu", "sigma"):
        values = np.ma.filled(np.ma.asarray(found[index], np.float64), np.nan)
        indices.append(IndexValues(index, tuple(names), values, missing, missing))
    return indices


# ------------------------------------------------------------------------------------------------- given data
def _given_data(design: Design, y: Floats, seed: int, only: str) -> list[IndexValues]:
    from scipy.stats import rankdata

    names = [(factor.name, "") for factor in design.factors]
    x = design.points
    often = _RESAMPLES if len(names) < _MANY else _RESAMPLES_OF_MANY
    indices = []
    if len(y) > 2 * _RBD_HARMONICS and only in ("", "S1_rbd"):
        indices.append(_rbd_fast(design, y, seed))
    if len(y) >= 2 * _PAWN_SLICES and only in ("", "pawn"):
        found = _resampled("pawn", names, x, y, pawn_medians, seed, _PAWN_RESAMPLES)
        random = np.random.default_rng(seed).random((len(y), max(len(names), _RANDOM_COLUMNS)))
        indices.append(replace(found, of_nothing=float(pawn_medians(random, y).max())))
    if len(y) > len(names) + 2:
        if only in ("", "prcc"):
            ranks = rankdata(x, axis=0), rankdata(y)
            indices.append(_resampled("prcc", names, *ranks, partial_correlations, seed, often))
        if not only:
            indices.append(_resampled("src", names, x, y, standardised_coefficients, seed, often))
    return indices


def _rbd_fast(design: Design, y: Floats, seed: int) -> IndexValues:
    from SALib.analyze import rbd_fast

    problem = {**salib_problem(design.factors), "groups": None}
    found = rbd_fast.analyze(
        problem, design.points, y, M=_RBD_HARMONICS, num_resamples=_RESAMPLES // 5, conf_level=CONFIDENCE, seed=seed
    )
    return _around("S1_rbd", [(factor.name, "") for factor in design.factors], found["S1"], found["S1_conf"])


def pawn_medians(x: Floats, y: Floats) -> Floats:
    """PAWN index of each column of `x`: how far the distribution of `y` moves when the column is known.

    The median over ten slices of the column, with as many points each, of the largest distance (Kolmogorov-Smirnov)
    between the distribution of `y` in the slice and that of all `y`. The numbers are those of `SALib.analyze.pawn`,
    which takes minutes for hundreds of parameters.

    Parameters
    ----------
    x : array of float64, shape (points, parameters)
        Inputs.
    y : array of float64, shape (points,)
        Output.

    Returns
    -------
    array of float64, shape (parameters,)
        From 0 to 1.
    """
    order = np.argsort(y, kind="stable")
    ranked = y[order]
    last = np.append(ranked[1:] != ranked[:-1], True)  # of equal values: where a distribution function has its value
    of_all = (np.flatnonzero(last) + 1.0)[:, np.newaxis] / len(y)
    step = 1 / _PAWN_SLICES
    bounds = np.quantile(x, np.arange(0, 1 + step, step), axis=0)
    medians = np.empty(x.shape[1])
    for column in range(x.shape[1]):
        within = np.searchsorted(bounds[:, column], x[order, column], side="right") - 1
        member = np.zeros((len(y), _PAWN_SLICES + 1))
        member[np.arange(len(y)), within] = 1.0
        below = member.cumsum(axis=0)[last][:, :_PAWN_SLICES]
        filled = below[-1] > 0
        distance = np.abs(below[:, filled] / below[-1, filled] - of_all).max(axis=0)
        medians[column] = np.median(distance)
    return medians


def _resampled(
    index: str,
    names: Sequence[tuple[str, str]],
    x: Floats,
    y: Floats,
    statistic: Callable[[Floats, Floats], Floats],
    seed: int,
    resamples: int,
) -> IndexValues:
    """Value of a statistic with an interval over points drawn with replacement.

    Points drawn twice make the largest distance of two distributions larger than it is (PAWN), so the percentiles are
    moved by the mean of what resampling adds: the interval is one around the value.
    """
    value = statistic(x, y)
    rng = np.random.default_rng(seed)
    drawn = []
    for _ in range(resamples):
        rows = rng.integers(0, len(y), len(y))
        if y[rows].max() > y[rows].min():
            drawn.append(statistic(x[rows], y[rows]))
    tail = (1.0 - CONFIDENCE) / 2.0
    added = np.mean(drawn, axis=0) - value
    low, high = np.quantile(np.array(drawn), [tail, 1.0 - tail], axis=0) - added
    least = 0.0 if index == "pawn" else -np.inf
    return IndexValues(index, tuple(names), value, np.maximum(low, least), high)


def partial_rank_correlations(x: Floats, y: Floats) -> Floats:
    """Partial rank correlation (PRCC) of each column of `x` with `y`, the other columns taken out.

    Parameters
    ----------
    x : array of float64, shape (points, parameters)
        Inputs.
    y : array of float64, shape (points,)
        Output.

    Returns
    -------
    array of float64, shape (parameters,)
        From -1 to 1. It says how monotonic a relation is; a relation that rises and falls can give 0.
    """
    from scipy.stats import rankdata

    return partial_correlations(rankdata(x, axis=0), rankdata(y))


def partial_correlations(x: Floats, y: Floats) -> Floats:
    """Correlation of each column of `x` with `y`, the other columns taken out; shape (parameters,), from -1 to 1."""
    precision = _inverse(_correlations(x, y), len(y))
    scale = np.sqrt(np.abs(np.diag(precision)))
    partial: Floats = -precision[:-1, -1] / (scale[:-1] * scale[-1])
    return partial


def standardised_coefficients(x: Floats, y: Floats) -> Floats:
    """Coefficients of a linear regression of `y` on `x`, all in standard deviations; shape (parameters,)."""
    of_all = _correlations(x, y)
    found: Floats = _inverse(of_all[:-1, :-1], len(y)) @ of_all[:-1, -1]
    return found


def _correlations(x: Floats, y: Floats) -> Floats:
    found: Floats = np.asarray(np.corrcoef(np.column_stack([x, y]), rowvar=False), np.float64)
    return found


_ENOUGH_POINTS = 4


def _inverse(matrix: Floats, points: int) -> Floats:
    """Inverse of a matrix of correlations, or the nearest to one where there are few points for its size."""
    whole = points > _ENOUGH_POINTS * len(matrix)
    return np.asarray(np.linalg.inv(matrix) if whole else np.linalg.pinv(matrix, hermitian=True), np.float64)
