"""Homes for households that are new in the wijk or leave their parents' home; homes never bind."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wijksim.kernels import kernel
from wijksim.population.world import Homes
from wijksim.processes.process import Month
from wijksim.randomness import Stream, uniforms

__all__ = ["HOME_PARAMETERS", "give_homes"]

HOME_PARAMETERS = ("home_spacing_metres",)


@kernel
def _take_empty(
    present: NDArray[np.bool_],
    home: NDArray[np.int32],
    area_of_home: NDArray[np.int16],
    wanted: NDArray[np.int16],
    given: NDArray[np.int32],
) -> int:
    """Give each household in turn the first empty home of its area, or a number after the last; how many so."""
    taken = np.zeros(area_of_home.size, np.bool_)
    for i in range(home.size):
        if present[i]:
            taken[home[i]] = True
    looked_to = np.zeros(wanted.max() + 1 if wanted.size else 0, np.int64)  # homes before it are taken, by area
    built = 0
    for k in range(wanted.size):
        place = looked_to[wanted[k]]
        while place < area_of_home.size and (taken[place] or area_of_home[place] != wanted[k]):
            place += 1
        looked_to[wanted[k]] = min(place + 1, area_of_home.size)
        if place == area_of_home.size:
            place += built
            built += 1
        given[k] = place
    return built


def give_homes(month: Month, households: NDArray[np.int64], near: Homes) -> NDArray[np.int32]:
    """Give each new household the first empty home of its area, or a new one when none is empty.

    Parameters
    ----------
    month : Month
        The month; its homes are added to.
    households : array of int64, shape (n,)
        Identities of the households, in the order in which they choose; they key where a new home is.
    near : Homes of shape (n,)
        Area of each household, and the place next to which a new home is built.

    Returns
    -------
    array of int32, shape (n,)
        Homes.
    """
    homes, columns = month.state.homes, month.columns
    given = np.empty(households.size, np.int32)
    built = _take_empty(columns["present"], columns["home"], homes.area, near.area, given)
    if built:
        without = np.flatnonzero(given >= len(homes))
        turn = 2 * np.pi * uniforms(month.seed, Stream.NEW_HOME, households[without], month.at)
        step = month.number("home_spacing_metres")
        homes.x = np.append(homes.x, (near.x[without] + step * np.cos(turn)).astype(homes.x.dtype))
        homes.y = np.append(homes.y, (near.y[without] + step * np.sin(turn)).astype(homes.y.dtype))
        homes.area = np.append(homes.area, near.area[without])
    return given
