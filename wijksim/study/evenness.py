"""Whether columns of a design go together, so that what one parameter does is found for another one too."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from wijksim.study.design import Design
from wijksim.study.methods import Method

__all__ = ["column_notes"]

Floats = NDArray[np.float64]

_BEYOND_CHANCE = 2.0
"""Times the largest correlation that independent columns have: what is above it isn't chance."""


def column_notes(design: Design) -> Iterator[str]:
    """Say so where columns of a design go together far more than independent ones would.

    Points of a Sobol sequence are even in few columns; among hundreds some go together however it is scrambled, and
    more of them the fewer points there are. A Morris design has none of it: each step moves one group.
    """
    if design.method is Method.MORRIS:
        return
    parts = [design.points]
    if design.method is Method.SOBOL:
        parts = [design.points[:: design.block], design.points[design.block - 1 :: design.block]]
    largest = max(_largest_correlation(part) for part in parts)
    points, columns = parts[0].shape
    if largest > _BEYOND_CHANCE * _of_independent(columns, points):
        yield (
            f"Columns of this sample go together (correlation up to {largest:.2f}): what one parameter does may be"
            f" found for another one too. {columns} columns are too many for {points:,} points of a Sobol sequence."
            " Leave parameters out, or screen first (screen_then_sobol)."
        )


def _largest_correlation(points: Floats) -> float:
    """Largest correlation of two columns of points, shape (points, columns), without its sign."""
    if min(points.shape) < 2:
        return 0.0
    found = np.abs(np.corrcoef(points, rowvar=False))
    np.fill_diagonal(found, 0.0)
    return float(found.max())


def _of_independent(columns: int, points: int) -> float:
    """About the largest correlation of that many independent columns (of normal numbers, for many pairs)."""
    pairs = max(columns * (columns - 1) // 2, 3)
    return math.sqrt(2.0 * math.log(pairs) / points)
