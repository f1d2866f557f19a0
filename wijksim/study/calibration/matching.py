"""History matching: which values of the parameters the facts don't rule out, and which fits them best."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from wijksim.study.calibration.emulators import Emulator
from wijksim.study.design import grow
from wijksim.study.factors import Factor
from wijksim.study.methods import Method

__all__ = ["CUTOFF", "Kept", "best_fit", "implausibility", "not_ruled_out", "stage_seed", "weights"]

Floats = NDArray[np.float64]

CUTOFF = 3.0
"""Implausibility above which a value is ruled out: of any distribution with one mode at least 95 % lies within three
standard deviations (Pukelsheim 1994, The American Statistician 48; so used by Vernon, Goldstein & Bower 2010, Bayesian
Analysis 5)."""

_FIRST_TRIED = 2**12
_MOST_TRIED = 2**18
"""Points at which emulators are asked at most: some minutes."""

_PULL_SD = 0.5
"""How strongly the best fit is held to the default: as by a standard deviation of half a parameter's range. Facts that
say something of a parameter outweigh it; where they say nothing it stays where it was."""

_STARTS = 4
_STEP = 1e-4


@dataclass(frozen=True)
class Kept:
    """Points that are not ruled out.

    Parameters
    ----------
    uniforms : array of float64, shape (points, factors)
        In the order of the sequence that they are from, so that the first of them are spread evenly.
    implausibility : array of float64, shape (points, facts)
        Of each fact that may rule out.
    tried, not_ruled_out : int
        Points that were tried, and how many of them are not ruled out.
    nearest : bool
        Whether every point is ruled out, so that these are those that are nearest.
    """

    uniforms: Floats
    implausibility: Floats
    tried: int
    not_ruled_out: int
    nearest: bool

    @property
    def share(self) -> float:
        """Part of the space that is not ruled out."""
        return self.not_ruled_out / self.tried


def implausibility(emulators: Sequence[Emulator], uniforms: Floats) -> Floats:
    """Distance to each fact in standard deviations of emulator, chance and target together.

    Returns
    -------
    array of float64, shape (points, facts)
        Of the emulators that may rule out, in their order.
    """
    columns = []
    for emulator in emulators:
        if emulator.used:
            mean, variance = emulator.predict(uniforms)
            sd = np.sqrt(variance + emulator.chance + emulator.target.sd**2)
            columns.append(emulator.target.distance(mean) / np.maximum(sd, np.finfo(float).tiny))
    return np.stack(columns, axis=1) if columns else np.zeros((len(uniforms), 0))


def not_ruled_out(emulators: Sequence[Emulator], factors: Sequence[Factor], count: int, seed: int) -> Kept:
    """Find so many points that no fact rules out, as far as they can be found.

    Parameters
    ----------
    emulators : sequence of Emulator
        Of all facts.
    factors : sequence of Factor
        What varies.
    count : int
        How many are wanted.
    seed : int
        Of the sequence of points that are tried.
    """
    tried, size = 0, _FIRST_TRIED
    points, found = np.zeros((0, len(factors))), np.zeros((0, sum(emulator.used for emulator in emulators)))
    nearest_points, nearest_found = points, found
    not_out = 0
    while not_out < count and tried < _MOST_TRIED:
        fresh = grow(Method.PAWN, factors, size, seed=seed).points[tried:]
        asked = implausibility(emulators, fresh)
        worst = asked.max(axis=1, initial=0.0)
        inside = worst < CUTOFF
        not_out += int(inside.sum())
        points, found = np.concatenate([points, fresh[inside]]), np.concatenate([found, asked[inside]])
        best = np.argsort(worst, kind="stable")[:count]
        nearest_points = np.concatenate([nearest_points, fresh[best]])
        nearest_found = np.concatenate([nearest_found, asked[best]])
        tried, size = size, size * 2
    if not_out:
        return Kept(points[:count], found[:count], tried, not_out, nearest=False)
    order = np.argsort(nearest_found.max(axis=1, initial=0.0), kind="stable")[:count]
    return Kept(nearest_points[order], nearest_found[order], tried, 0, nearest=True)


def weights(found: Floats) -> Floats:
    """Weight of each point, together 1: as if every fact were normal around the middle of its range.

    Parameters
    ----------
    found : array of float64, shape (points, facts)
        Implausibility.
    """
    logs = -0.5 * (found**2).sum(axis=1)
    raw = np.exp(logs - logs.max())
    total: Floats = raw / raw.sum()
    return total


def best_fit(emulators: Sequence[Emulator], kept: Kept, default: Floats) -> Floats:
    """Point at which the facts fit best by the emulators, near the default where they say nothing; shape (factors,).

    Parameters
    ----------
    emulators : sequence of Emulator
        Of all facts.
    kept : Kept
        Among them are the points from where is searched; the default is one more.
    default : array of float64, shape (factors,)
        The parameters as they are.
    """

    def misfits(points: Floats) -> Floats:
        pull = (((points - default) / _PULL_SD) ** 2).sum(axis=1)
        misfit: Floats = (implausibility(emulators, points) ** 2).sum(axis=1) + pull
        return misfit

    def with_slope(point: Floats) -> tuple[float, Floats]:
        steps = np.where(point + _STEP <= 1.0, _STEP, -_STEP)
        asked = misfits(np.concatenate([point[np.newaxis], point + np.diag(steps)]))
        return float(asked[0]), (asked[1:] - asked[0]) / steps

    order = np.argsort(misfits(kept.uniforms), kind="stable")[:_STARTS]
    starts = [default, *kept.uniforms[order]]
    ends = [
        minimize(with_slope, start, jac=True, method="L-BFGS-B", bounds=[(0.0, 1.0)] * default.size) for start in starts
    ]
    best: Floats = np.clip(min(ends, key=lambda end: float(end.fun)).x, 0.0, 1.0)
    return best


def stage_seed(seed: int, stage: str) -> int:
    """Seed of what is drawn in a stage of a calibration, 32 bits."""
    digest = hashlib.sha256(f"wijksim calibration {stage} of seed {seed}".encode()).digest()
    return int.from_bytes(digest[:4], "big")
