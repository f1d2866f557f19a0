"""Fixed traits of a person, frailty and employability, and how children get theirs (`mechanisms.md` A12, B5).

Both are standard normal in the population. A child gets ``r`` times the mean of the parents' values and a part of
its own, scaled so that the variance stays 1 where parents are not alike.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wijksim.parameters import Registry
from wijksim.population.columns import Columns
from wijksim.randomness import Stream, normals

__all__ = ["draw_traits", "inherited_traits", "start_traits"]

Floats = NDArray[np.float64]
Uids = NDArray[np.int64]


def draw_traits(seed: int, uids: Uids, registry: Registry, month: int) -> tuple[Floats, Floats]:
    """Draw frailty and employability of people whose parents' are unknown.

    Parameters
    ----------
    uids : array of int64, shape (n,)
    month : int
        Absolute month, which keys the draw.

    Returns
    -------
    frailty, employability : array of float64, shape (n,)
        In standard deviations; correlated by ``frailty_employability_correlation``.
    """
    correlation = registry.number("frailty_employability_correlation")
    frailty = normals(seed, Stream.FRAILTY, uids, month)
    own = normals(seed, Stream.EMPLOYABILITY, uids, month)
    return frailty, correlation * frailty + np.sqrt(1.0 - correlation**2) * own


def inherited_traits(
    seed: int,
    uids: Uids,
    mothers: tuple[Floats, Floats],
    fathers: tuple[Floats, Floats],
    registry: Registry,
    month: int,
) -> tuple[Floats, Floats]:
    """Draw frailty and employability of children.

    Parameters
    ----------
    uids : array of int64, shape (n,)
        The children.
    mothers, fathers : pair of array, shape (n,)
        Frailty and employability of either parent; NaN where it is unknown, which counts as a parent drawn
        from the whole population.
    month : int
        Absolute month, which keys the draw.

    Returns
    -------
    frailty, employability : array of float64, shape (n,)
    """
    weight = 0.5 * registry.number("trait_inheritance")
    own_frailty, own_employability = draw_traits(seed, uids, registry, month)
    known = (~np.isnan(mothers[0])).astype(float) + ~np.isnan(fathers[0])
    rest = np.sqrt(1.0 - known * weight**2)
    frailty = weight * (np.nan_to_num(mothers[0]) + np.nan_to_num(fathers[0])) + rest * own_frailty
    employability = weight * (np.nan_to_num(mothers[1]) + np.nan_to_num(fathers[1])) + rest * own_employability
    return frailty, employability


def start_traits(seed: int, columns: Columns, at_home: NDArray[np.bool_], registry: Registry, start: int) -> None:
    """Write frailty and employability of all residents.

    Children, grown-up children at home too, inherit them from the parents in the household. Partners are alike
    in employability by ``assortative_trait_correlation``, through what is left of it at given frailty.

    Parameters
    ----------
    columns : Columns
        Residents; `uid`, `household` and parents' rows are read.
    at_home : array of bool, shape (residents,)
        Who lives with their parents.
    start : int
        Absolute month.
    """
    uids = columns["uid"]
    frailty, employability = draw_traits(seed, uids, registry, start)
    with_frailty = registry.number("frailty_employability_correlation")
    rest = 1.0 - with_frailty**2
    likeness = registry.number("assortative_trait_correlation") / rest
    shared = normals(seed, Stream.SYNTHESIS_TRAITS, columns["household"], start)
    own = (employability - with_frailty * frailty) / np.sqrt(rest)
    alike = np.sqrt(likeness) * shared + np.sqrt(1.0 - likeness) * own
    employability = with_frailty * frailty + np.sqrt(rest) * alike
    children = np.flatnonzero(at_home)
    parents = [
        tuple(np.where(rows >= 0, trait[rows], np.nan) for trait in (frailty, employability))
        for rows in (columns["mother_row"][children], columns["father_row"][children])
    ]
    frailty[children], employability[children] = inherited_traits(
        seed, uids[children], (parents[0][0], parents[0][1]), (parents[1][0], parents[1][1]), registry, start
    )
    columns["frailty"][:] = frailty
    columns["employability"][:] = employability
