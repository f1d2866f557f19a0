"""Designs: which points of the space of parameters are run, as uniform numbers, by SALib and scipy.

A design grows without losing what it has: the first points of a larger one are those of the smaller.
"""

from __future__ import annotations

import hashlib
import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.study.factors import Factor, factor_groups
from wijksim.study.methods import Method

__all__ = ["MORRIS_LEVELS", "Design", "block_size", "even_points", "grow", "salib_problem"]

Floats = NDArray[np.float64]

MORRIS_LEVELS = 4
_TRAJECTORIES_TRIED = 8
"""Morris trajectories drawn at most for each one kept: those that lie furthest apart are."""

_TRAJECTORIES_COMPARED = 200
_DISTANCES = 20_000_000
"""Trajectories, and distances between their points, that are compared at most to choose them: some seconds."""


@dataclass(frozen=True)
class Design:
    """Points of one stage of a study.

    Parameters
    ----------
    method : Method
        How they were sampled; never ``screen_then_sobol``, which has two designs.
    factors : tuple of Factor
        What varies, one for each column.
    second_order : bool
        Whether a Sobol design holds the points for indices of pairs.
    batches : tuple of int
        Size of each step in which the design grew: base points (Sobol), trajectories (Morris), points (others).
    points : array of float64, shape (points, factors)
        Uniform numbers from 0 to 1.
    """

    method: Method
    factors: tuple[Factor, ...]
    second_order: bool
    batches: tuple[int, ...]
    points: Floats

    @property
    def samples(self) -> int:
        """Base points, trajectories or points."""
        return sum(self.batches)

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of the indices."""
        return factor_groups(self.factors)

    @property
    def block(self) -> int:
        """Points that belong together: an index needs all of a block or none."""
        return block_size(self.method, len(self.groups), self.second_order)


def block_size(method: Method, groups: int, second_order: bool) -> int:
    """Points of one base point (Sobol), of one trajectory (Morris), or 1."""
    if method is Method.SOBOL:
        return (2 * groups if second_order else groups) + 2
    return groups + 1 if method is Method.MORRIS else 1


def salib_problem(factors: Sequence[Factor]) -> dict[str, Any]:
    """The space as SALib wants it: every factor from 0 to 1, with the group that it belongs to.

    SALib reads groups in the order in which they first stand, which is that of `factor_groups`.
    """
    return {
        "num_vars": len(factors),
        "names": [factor.name for factor in factors],
        "bounds": [[0.0, 1.0]] * len(factors),
        "groups": [factor.index_name for factor in factors],
    }


def grow(
    method: Method,
    factors: Sequence[Factor],
    samples: int,
    *,
    seed: int,
    second_order: bool = False,
    batches: Sequence[int] = (),
) -> Design:
    """Make a design, or one that keeps all points of an earlier one.

    Parameters
    ----------
    method : Method
        Not ``screen_then_sobol``.
    factors : sequence of Factor
        What varies.
    samples : int
        Size, as :attr:`Design.samples`; a Sobol design has a power of two.
    seed : int
        Of the sampler.
    second_order : bool
        For Sobol designs.
    batches : sequence of int
        Batches of the earlier design.

    Returns
    -------
    Design
        Sobol and space-filling points are the beginning of one sequence; Morris trajectories come in batches, each
        the best spread of its own, so that earlier batches stay as they are.
    """
    more = samples - sum(batches)
    if more < 0:
        raise ValueError(f"a design of {sum(batches)} can't shrink to {samples}")
    grown = (*batches, more) if more else tuple(batches)
    if method is Method.SOBOL:
        points = _sobol(factors, samples, seed, second_order)
    elif method is Method.MORRIS:
        parts = [_morris(factors, size, _seed_of(seed, number)) for number, size in enumerate(grown)]
        points = np.concatenate(parts)
    else:
        points = _space_filling(len(factors), samples, seed)
    return Design(method, tuple(factors), second_order, grown, points)


def _sobol(factors: Sequence[Factor], samples: int, seed: int, second_order: bool) -> Floats:
    from SALib.sample import sobol

    points: Floats = sobol.sample(
        salib_problem(factors), samples, calc_second_order=second_order, scramble=True, seed=_seed_of(seed, 0)
    )
    return points


def _morris(factors: Sequence[Factor], trajectories: int, seed: int) -> Floats:
    from SALib.sample import morris

    problem = salib_problem(factors)
    affordable = int(math.sqrt(2 * _DISTANCES) / (len(factors) + 1))
    tried = min(_TRAJECTORIES_TRIED * trajectories, _TRAJECTORIES_COMPARED, affordable)
    chosen = trajectories if 1 < trajectories < tried else None
    drawn: Floats = morris.sample(
        problem, tried if chosen else trajectories, num_levels=MORRIS_LEVELS, optimal_trajectories=chosen, seed=seed
    )
    return drawn


def even_points(dimensions: int, points: int, seed: int) -> Floats:
    """Points of a scrambled Sobol sequence, shape (points, dimensions): each column is even, also of a few points.

    For draws that are looked at together. What single columns do is not to be read from them (:func:`_space_filling`).
    """
    from scipy.stats import qmc

    with warnings.catch_warnings():  # a number that is no power of two is a little less even, and is allowed
        warnings.filterwarnings("ignore", message="The balance properties", category=UserWarning)
        drawn: Floats = qmc.Sobol(dimensions, scramble=True, rng=_seed_of(seed, 0)).random(points)
    return drawn


_HYPERCUBE = 64


def _space_filling(dimensions: int, points: int, seed: int) -> Floats:
    """Latin hypercubes of 64 points, one after another, so that a design grows by more of them.

    A Sobol sequence is more even, but among hundreds of columns some go together however it is scrambled (with 294
    parameters and 4,096 points each is tied to a handful of others), and what one does is then found for the other too.
    """
    from scipy.stats import qmc

    drawn = [
        qmc.LatinHypercube(dimensions, rng=_seed_of(seed, batch)).random(_HYPERCUBE)
        for batch in range(-(-points // _HYPERCUBE))
    ]
    return np.concatenate(drawn)[:points]


def _seed_of(seed: int, batch: int) -> int:
    """Seed of a batch, 32 bits, as SALib wants it."""
    digest = hashlib.sha256(f"wijksim design {batch} of seed {seed}".encode()).digest()
    return int.from_bytes(digest[:4], "big")
