"""Ranks that go with a trait: even between 0 and 1 over the population, and correlated with the trait of the person."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.kernels import kernel
from wijksim.randomness import normal_icdf

__all__ = ["rank_with_trait", "ranks_with_trait", "share_below"]

Floats = NDArray[np.float64]


@kernel
def _normal_cdf(x: float) -> float:
    return 0.5 * math.erfc(-x / math.sqrt(2.0))


@kernel
def rank_with_trait(uniform: float, trait: float, correlation: float) -> float:
    """Phi(rho a + sqrt(1 - rho^2) Phi^-1(u)): even between 0 and 1 while a is standard normal and u even.

    Parameters
    ----------
    uniform : float
        u, strictly between 0 and 1.
    trait : float
        a, standard deviations.
    correlation : float
        rho, of the rank's normal score and the trait; at 0 the rank is u itself.
    """
    if correlation == 0.0:
        return uniform
    return _normal_cdf(correlation * trait + math.sqrt(1.0 - correlation * correlation) * normal_icdf(uniform))


@kernel
def _rank_all(uniforms: Floats, traits: NDArray[Any], correlation: float, out: Floats) -> None:
    for i in range(uniforms.size):
        out[i] = rank_with_trait(uniforms[i], float(traits[i]), correlation)


def ranks_with_trait(uniforms: Floats, traits: NDArray[Any], correlation: float) -> Floats:
    """Ranks of many people (:func:`rank_with_trait`).

    Parameters
    ----------
    uniforms, traits : arrays, shape (n,)

    Returns
    -------
    array of float64, shape (n,)
    """
    out = np.empty(uniforms.size)
    _rank_all(uniforms, traits, correlation, out)
    return out


@kernel
def _share_all(score: float, traits: NDArray[Any], correlation: float, out: Floats) -> None:
    for i in range(traits.size):
        out[i] = _normal_cdf((score - correlation * float(traits[i])) / math.sqrt(1.0 - correlation * correlation))


def share_below(share: float, traits: NDArray[Any], correlation: float) -> Floats:
    """Chance of a rank below `share`, given the trait: Phi((Phi^-1(share) - rho a) / sqrt(1 - rho^2)).

    Parameters
    ----------
    share : float
        Between 0 and 1; the mean of the chances over a standard normal trait.
    traits : array, shape (n,)

    Returns
    -------
    array of float64, shape (n,)
    """
    if not 0.0 < share < 1.0:
        return np.full(traits.size, share)
    out = np.empty(traits.size)
    _share_all(normal_icdf(share), traits, correlation, out)
    return out
