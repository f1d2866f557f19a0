"""How sure an effect is: three uncertainties, three names, never mixed (`contracts.md` 6).

Precision (*rekenfout*) is the error of the mean and shrinks with runs; chance (*toeval*) is the spread of what
one wijk may see, and doesn't. All functions take paired differences, policy minus baseline of the same seed,
along the first axis, and leave out pairs that have no value.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "CHANCE_LEVEL",
    "PRECISION_LEVEL",
    "Bounds",
    "EffectStatus",
    "Uncertainty",
    "chance",
    "precision",
    "statuses",
]

Floats = NDArray[np.float64]

PRECISION_LEVEL = 0.95
CHANCE_LEVEL = 0.90
_ENOUGH_FOR_QUANTILES = 19
"""With n values the share expected below the k-th is k / (n + 1): from 19 on the 5 % lies within the sample."""


class Uncertainty(StrEnum):
    """What an interval is about."""

    PRECISION = "precision"
    CHANCE = "chance"
    CHANCE_AND_PARAMETERS = "chance+parameters"


class EffectStatus(StrEnum):
    """What can be said of an effect."""

    OK = "ok"
    DID_NOT_VARY = "did_not_vary"
    NOT_REACHED = "not_reached"
    NOT_COMPUTABLE = "not_computable"


class Bounds(NamedTuple):
    """Lower and upper bound of each cell, not a number with fewer than two pairs, and how they were made."""

    low: Floats
    high: Floats
    method: NDArray[Any]


def precision(differences: Floats) -> Bounds:
    """Bounds of the mean paired difference, 95 %, by Student's t.

    Parameters
    ----------
    differences : array of float64, shape (pairs, ...)
        Not a number where a pair has no value.
    """
    mean, spread, n = _moments(differences)
    half = _student(PRECISION_LEVEL, n) * spread / np.sqrt(np.maximum(n, 1))
    return Bounds(mean - half, mean + half, np.where(n > 1, "student_t", ""))


def chance(differences: Floats) -> Bounds:
    """Bounds within which 90 % of single paired differences lie: what one wijk may see.

    From 19 pairs on, 5 and 95 % quantiles by the unbiased order statistics k / (n + 1). With fewer these lie outside
    the sample, and the bounds are those of Student's prediction interval, mean -+ t s sqrt(1 + 1/n), which
    supposes about normal differences; they don't narrow because few runs were made.

    Parameters
    ----------
    differences : array of float64, shape (pairs, ...)
        Not a number where a pair has no value.
    """
    mean, spread, n = _moments(differences)
    half = _student(CHANCE_LEVEL, n) * spread * np.sqrt(1.0 + 1.0 / np.maximum(n, 1))
    low, high = mean - half, mean + half
    many = n >= _ENOUGH_FOR_QUANTILES
    if many.any():
        tail = (1.0 - CHANCE_LEVEL) / 2.0
        # The upper bound is the lower one of the mirrored values, so that swapping two scenarios swaps the bounds.
        low = np.where(many, _lower_quantile(differences, tail), low)
        high = np.where(many, -_lower_quantile(-differences, tail), high)
    method = np.where(many, "quantiles", np.where(n > 1, "student_t_prediction", ""))
    return Bounds(low, high, method)


def statuses(differences: Floats) -> NDArray[Any]:
    """Status of each cell: fewer than two pairs can't be computed; no pair that differs didn't vary."""
    n = np.isfinite(differences).sum(axis=0)
    varied = (np.nan_to_num(differences) != 0).any(axis=0)
    return np.where(
        n < 2,
        EffectStatus.NOT_COMPUTABLE.value,
        np.where(varied, EffectStatus.OK.value, EffectStatus.DID_NOT_VARY.value),
    )


def _moments(values: Floats) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Mean, standard deviation (not a number below two values) and number of values, each of shape (...)."""
    known = np.isfinite(values)
    n = np.asarray(known.sum(axis=0))
    mean = np.where(n > 0, np.where(known, values, 0.0).sum(axis=0) / np.maximum(n, 1), np.nan)
    squares = (np.where(known, values - mean, 0.0) ** 2).sum(axis=0)
    spread = np.where(n > 1, np.sqrt(squares / np.maximum(n - 1, 1)), np.nan)
    return mean, spread, n


def _student(level: float, n: NDArray[np.int64]) -> Floats:
    """Two-sided quantile of Student's t for n values, shape of n; not a number below two."""
    from scipy.stats import t

    quantile = np.full(n.shape, np.nan)
    for count in np.unique(n[n > 1]):
        quantile[n == count] = t.ppf((1.0 + level) / 2.0, count - 1)
    return quantile


def _lower_quantile(values: Floats, share: float) -> Floats:
    """Quantile by k / (n + 1) along the first axis; values that are no number are left out."""
    ordered = np.sort(values, axis=0)  # those that are no number come last
    n = np.isfinite(values).sum(axis=0)
    position = np.clip(share * (n + 1) - 1, 0, np.maximum(n - 1, 0))
    below = np.floor(position).astype(np.int64)
    above = np.minimum(below + 1, np.maximum(n - 1, 0))
    at_below: Floats = np.take_along_axis(ordered, below[np.newaxis], axis=0)[0]
    at_above: Floats = np.take_along_axis(ordered, above[np.newaxis], axis=0)[0]
    between: Floats = at_below + (position - below) * (at_above - at_below)
    return between
