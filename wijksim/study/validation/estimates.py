"""A figure over all runs with its interval, the verdict on it, and how it is written."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from wijksim.report.intervals import PRECISION_LEVEL
from wijksim.report.numbers import Language, number

__all__ = [
    "Estimate", "Pairs", "Sums", "Verdict", "estimate", "range_written", "ratio_with_error", "verdict_of", "written",
]  # fmt: skip

Sums = dict[str, tuple[float, float]]
"""By name of a figure: numerator and denominator of one run; figures are ratios of sums over runs."""

Pairs = Sequence[tuple[float, float]]
"""Numerator and denominator of each run."""

Floats = NDArray[np.float64]

_FINER = 2
_DECIMALS = {"share": 3, "ratio": 2, "number": 1, "EUR": 0}
_RANGES = {
    "en": ("{low} to {high}", "at least {low}", "at most {high}"),
    "nl": ("{low} tot {high}", "minstens {low}", "hoogstens {high}"),
}


@dataclass(frozen=True)
class Estimate:
    """A figure over all runs with its 95 % interval by chance; bounds are not a number with one run."""

    value: float
    low: float
    high: float

    def between(self, lowest: float, highest: float) -> Estimate:
        """The same, without what the figure can't be in its interval."""
        return replace(self, low=max(self.low, lowest), high=min(self.high, highest)) if self.low < self.high else self


class Verdict(StrEnum):
    """What can be said of a figure and the range it should be in."""

    WITHIN = "within"
    OUTSIDE = "outside"
    NOT_COMPUTABLE = "not computable"


def estimate(pairs: Pairs, over: Pairs | None = None) -> Estimate:
    """Ratio of sums over runs, or the ratio of two such ratios, with a 95 % interval on Student's t.

    Parameters
    ----------
    pairs, over : sequence of (numerator, denominator)
        As for :func:`ratio_with_error`.
    """
    from scipy.stats import t as student

    ratio, error, n = ratio_with_error(pairs, over)
    if math.isnan(error):
        return Estimate(ratio, math.nan, math.nan)
    reach = float(student.ppf((1 + PRECISION_LEVEL) / 2, n - 1)) * error
    return Estimate(ratio, ratio - reach, ratio + reach)


def ratio_with_error(pairs: Pairs, over: Pairs | None = None) -> tuple[float, float, int]:
    """Ratio of sums over runs, or the ratio of two such ratios, its standard error, and of how many runs it is.

    The standard error is that of ratio estimators, sqrt(n / (n - 1) sum of squares of (a - r b) / sum b); for a ratio
    of ratios by the delta method. Runs in which there is nothing to count are left out. With one run there is no error.

    Parameters
    ----------
    pairs, over : sequence of (numerator, denominator)
        One for each run, in the same order.
    """
    values = np.array(pairs, np.float64).reshape(-1, 2)
    below = np.ones_like(values) if over is None else np.array(over, np.float64).reshape(-1, 2)
    usable = np.isfinite(values).all(axis=1) & np.isfinite(below).all(axis=1)
    usable &= values.any(axis=1) & below.any(axis=1)
    ratio, around = _ratio(values[usable])
    if over is not None:
        divisor, around_divisor = _ratio(below[usable])
        if not divisor > 0.0:
            return math.nan, math.nan, 0
        around = around / divisor - ratio * around_divisor / divisor**2
        ratio = ratio / divisor
    n = around.size
    if math.isnan(ratio) or n < 2:
        return ratio, math.nan, n
    return ratio, math.sqrt(n / (n - 1) * float((around**2).sum())), n


def _ratio(values: Floats) -> tuple[float, Floats]:
    """Ratio of sums, and what each run adds to its error."""
    whole = float(values[:, 1].sum())
    if whole == 0.0:
        return math.nan, np.zeros(len(values))
    ratio = float(values[:, 0].sum()) / whole
    return ratio, (values[:, 0] - ratio * values[:, 1]) / whole


def verdict_of(found: Estimate, low: float | None, high: float | None) -> Verdict:
    """Whether the mean over runs is in a range; None is no bound."""
    if math.isnan(found.value):
        return Verdict.NOT_COMPUTABLE
    above = low is None or found.value >= low
    return Verdict.WITHIN if above and (high is None or found.value <= high) else Verdict.OUTSIDE


def written(value: float, unit: str, language: Language = "en", *, finer: bool = False) -> str:
    """A number in a unit: a share with three decimals, a ratio with two, a number with one, euro with none.

    With `finer` it has two decimals more.
    """
    return "-" if math.isnan(value) else number(value, language, _DECIMALS[unit] + (_FINER if finer else 0))


def range_written(low: float | None, high: float | None, unit: str, language: Language = "en") -> str:
    """A range in a unit, in words where it has one bound."""
    both, least, most = _RANGES[language]
    form = least if high is None else most if low is None else both
    texts = {"low": low, "high": high}
    return form.format(**{key: written(value, unit, language) for key, value in texts.items() if value is not None})
