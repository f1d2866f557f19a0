"""Fixed traits of a person, frailty and employability, and how children get theirs (`mechanisms.md` A12, B5).

Both are standard normal in the population, and stay so from generation to generation. In an array of traits
the first column is frailty, the second employability.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.kernels import kernel
from wijksim.parameters import Registry
from wijksim.population.columns import Columns
from wijksim.randomness import Stream, normals

__all__ = ["draw_traits", "inherited", "inherited_traits", "start_traits"]

Floats = NDArray[np.float64]
Uids = NDArray[np.int64]


def draw_traits(seed: int, uids: Uids, correlation: float) -> Floats:
    """Draw the traits of people whose parents' are unknown.

    Parameters
    ----------
    uids : array of int64, shape (n,)
    correlation : float
        Of the two, ``frailty_employability_correlation``.

    Returns
    -------
    array of float64, shape (n, 2)
        Frailty and employability, standard deviations.
    """
    frailty = normals(seed, Stream.FRAILTY, uids, 0)
    own = normals(seed, Stream.EMPLOYABILITY, uids, 0)
    return np.column_stack([frailty, correlation * frailty + np.sqrt(1.0 - correlation**2) * own])


@kernel
def inherited(own: float, mother: Any, father: Any, known: int, weight: Any, square: float, alike: float) -> float:
    """One trait of a child: ``r`` times the mean of the parents' and a part of its own, so that the variance stays 1.

    Parameters
    ----------
    own : float
        Drawn as if the parents were unknown.
    mother, father : float or float32
        Those of the parents, 0 where unknown.
    known : int
        How many of the two are known. One who isn't is taken to be as alike to the other as partners are.
    weight, square : float
        r / 2 in the precision of the parents' traits, and its square.
    alike : float
        Correlation of the trait between partners.
    """
    from_parents: float = weight * (mother + father)
    together = known + 2.0 * alike if known > 1 else 0.0
    if known == 1:
        from_parents *= 1.0 + alike
        together = (1.0 + alike) ** 2
    return from_parents + math.sqrt(1.0 - square * together) * own


@kernel
def _inherit_all(
    own: Floats,
    mothers: Floats,
    fathers: Floats,
    known: NDArray[np.int8],
    weight: float,
    square: float,
    alike: Floats,
    out: Floats,
) -> None:
    for i in range(own.shape[0]):
        for k in range(own.shape[1]):
            out[i, k] = inherited(own[i, k], mothers[i, k], fathers[i, k], known[i, k], weight, square, alike[k])


def inherited_traits(
    seed: int,
    uids: Uids,
    mothers: Floats,
    fathers: Floats,
    *,
    inheritance: float,
    correlation: float,
    assortment: float,
) -> Floats:
    """Draw the traits of children: ``r`` times the mean of the parents' and a part of their own.

    The own part is scaled so that the variance stays 1.

    Parameters
    ----------
    uids : array of int64, shape (n,)
        The children.
    mothers, fathers : array, shape (n, 2)
        Traits of either parent; NaN where unknown. An unknown parent beside a known one counts as a partner of that
        one drawn from the whole population, alike by `assortment`.
    inheritance : float
        r, ``trait_inheritance``.
    correlation : float
        Of frailty and employability, ``frailty_employability_correlation``.
    assortment : float
        Correlation of employability between partners, ``assortative_trait_correlation``.

    Returns
    -------
    array of float64, shape (n, 2)
    """
    own = draw_traits(seed, uids, correlation)
    known = (~np.isnan(mothers)).astype(np.int8) + ~np.isnan(fathers)
    weight = 0.5 * inheritance
    traits = np.empty(own.shape)
    _inherit_all(
        own,
        np.nan_to_num(mothers),
        np.nan_to_num(fathers),
        known,
        mothers.dtype.type(weight),
        weight**2,
        np.array([0.0, assortment]),
        traits,
    )
    return traits


def start_traits(seed: int, columns: Columns, at_home: NDArray[np.bool_], registry: Registry) -> None:
    """Write frailty and employability of all residents.

    Children, grown-up children at home too, inherit them from the parents in the household. Partners are alike
    in employability by ``assortative_trait_correlation``, through what is left of it at given frailty.

    Parameters
    ----------
    columns : Columns
        Residents; `uid`, `household` and parents' rows are read.
    at_home : array of bool, shape (residents,)
        Who lives with their parents.
    """
    correlation = registry.number("frailty_employability_correlation")
    assortment = registry.number("assortative_trait_correlation")
    traits = draw_traits(seed, columns["uid"], correlation)
    shared = normals(seed, Stream.SYNTHESIS_TRAITS, columns["household"], 0)
    free = 1.0 - correlation**2
    likeness = assortment / free
    own = (traits[:, 1] - correlation * traits[:, 0]) / np.sqrt(free)
    together = np.sqrt(likeness) * shared + np.sqrt(1.0 - likeness) * own
    traits[:, 1] = correlation * traits[:, 0] + np.sqrt(free) * together
    children = np.flatnonzero(at_home)
    mothers, fathers = (
        np.where((columns[side][children] >= 0)[:, None], traits[columns[side][children]], np.nan)
        for side in ("mother_row", "father_row")
    )
    traits[children] = inherited_traits(
        seed,
        columns["uid"][children],
        mothers,
        fathers,
        inheritance=registry.number("trait_inheritance"),
        correlation=correlation,
        assortment=assortment,
    )
    columns["frailty"][:], columns["employability"][:] = traits.T
