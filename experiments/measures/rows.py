"""Rows of the table of plausibility: what a source found, what the model gives, and the verdict."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

__all__ = ["ROWS", "Estimate", "Pairs", "Row", "estimate", "read_rows"]

Pairs = Sequence[tuple[float, float]]
"""Numerator and denominator of each seed."""

ROWS = Path(__file__).resolve().parent.parent / "plausibility.toml"
_LEVEL = 0.975


@dataclass(frozen=True)
class Estimate:
    """A figure over all seeds with its 95 % interval."""

    value: float
    low: float
    high: float


_NOTHING = Estimate(math.nan, math.nan, math.nan)


@dataclass(frozen=True)
class Row:
    """One figure beside its source.

    Parameters
    ----------
    figure : str
        Name of the figure; with `over` another one, the ratio of both.
    label, source, evidence, why : str
        In words; `evidence` is what the source has, `why` what is off and why.
    use : {"input", "calibration", "hold-out", "check"}
        What the source's figure is used for. A hold-out is shown only by what is written in the log.
    low, high : float
        Range in which the model's figure is plausible.
    unit : {"share", "ratio", "number", "EUR"}
        How it is written.
    """

    figure: str
    label: str
    source: str
    evidence: str
    use: str
    low: float
    high: float
    unit: str = "share"
    over: str = ""
    fact: str = ""
    why: str = ""

    def verdict(self, found: Estimate) -> str:
        """Whether the mean over seeds is in the range."""
        if math.isnan(found.value):
            return "nothing to count"
        return "within" if self.low <= found.value <= self.high else "**outside**"

    def written(self, value: float) -> str:
        """A number in the row's unit."""
        if math.isnan(value):
            return "-"
        if self.unit == "EUR":
            return f"{value:,.0f}".replace(",", " ")
        if self.unit == "number":
            return f"{value:.1f}"
        return f"{value:.2f}" if self.unit == "ratio" else f"{value:.3f}"

    def range_written(self) -> str:
        """The range."""
        if math.isinf(self.high):
            return f"at least {self.written(self.low)}"
        if math.isinf(self.low):
            return f"at most {self.written(self.high)}"
        return f"{self.written(self.low)} to {self.written(self.high)}"


def read_rows() -> dict[str, list[Row]]:
    """Rows by section, from the data file beside the script."""
    data = tomllib.loads(ROWS.read_text("utf-8"))
    return {section["title"]: [Row(**row) for row in section["row"]] for section in data["section"]}


def estimate(pairs: Pairs, over: Pairs | None = None) -> Estimate:
    """Ratio of sums over seeds, or the ratio of two such ratios, with a 95 % interval.

    The standard error is that of ratio estimators, sqrt(n / (n - 1) sum of squares of (a - r b) / sum b), on Student's
    t; for a ratio of ratios by the delta method.

    Parameters
    ----------
    pairs, over : sequence of (numerator, denominator)
        One for each seed.
    """
    from scipy.stats import t as student

    ratio, around = _ratio(pairs)
    if over is not None:
        below, around_below = _ratio(over)
        if not below > 0.0:
            return _NOTHING
        around = around / below - ratio * around_below / below**2
        ratio = ratio / below
    n = around.size
    if math.isnan(ratio) or n < 2:
        return Estimate(ratio, math.nan, math.nan)
    reach = float(student.ppf(_LEVEL, n - 1)) * math.sqrt(n / (n - 1) * float((around**2).sum()))
    return Estimate(ratio, ratio - reach, ratio + reach)


def _ratio(pairs: Pairs) -> tuple[float, NDArray[np.float64]]:
    """Ratio of sums, and what each seed adds to its error."""
    values = np.array(pairs, np.float64).reshape(-1, 2)
    values = values[np.isfinite(values).all(axis=1)]
    whole = float(values[:, 1].sum())
    if whole == 0.0:
        return math.nan, np.zeros(0)
    ratio = float(values[:, 0].sum()) / whole
    return ratio, (values[:, 0] - ratio * values[:, 1]) / whole
