"""Homes for households that are new in the wijk or leave their parents' home; homes never bind."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.kernels import kernel
from wijksim.population.world import Homes
from wijksim.processes.process import Month
from wijksim.randomness import Stream, uniforms

__all__ = ["HOME_PARAMETERS", "build_homes", "give_homes", "take_empty"]

HOME_PARAMETERS = ("home_spacing_metres",)


@kernel
def take_empty(
    present: NDArray[np.bool_],
    home: NDArray[np.int32],
    area_of_home: NDArray[np.int16],
    area_before: NDArray[np.int16],
    places: NDArray[np.integer[Any]],
    given: NDArray[np.int32],
) -> int:
    """Give each household in turn the first empty home of its area, or a number after the last; how many so."""
    if places.size == 0:
        return 0
    taken = np.zeros(area_of_home.size + 1, np.bool_)  # the last place is for nobody
    for i in range(home.size):
        taken[np.uint32(home[i] if present[i] & (home[i] >= 0) else area_of_home.size)] = True
    looked_to = np.zeros(area_before.max() + 1, np.int64)  # homes before it are taken, by area
    built = 0
    for k in range(places.size):
        wanted = area_before[places[k]]
        place = looked_to[wanted]
        while place < area_of_home.size and (taken[place] or area_of_home[place] != wanted):
            place += 1
        looked_to[wanted] = min(place + 1, area_of_home.size)
        if place == area_of_home.size:
            place += built
            built += 1
        given[k] = place
    return built


def give_homes(
    month: Month, households: NDArray[np.int64], street: Homes, places: NDArray[np.integer[Any]]
) -> NDArray[np.int32]:
    """Give each new household the first empty home of its area, or a new one when none is empty.

    Parameters
    ----------
    month : Month
        The month; its homes are added to.
    households : array of int64, shape (n,)
        Identities of the households, in the order in which they choose; they key where a new home is.
    street : Homes
        Where they lived before, in this wijk or elsewhere.
    places : array of int, shape (n,)
        Home of each there: it tells the area, and the place next to which a new home is built.

    Returns
    -------
    array of int32, shape (n,)
        Homes.
    """
    homes, columns = month.state.homes, month.columns
    given = np.empty(households.size, np.int32)
    if households.size == 0:
        return given
    built = take_empty(columns["present"], columns["home"], homes.area, street.area, places, given)
    if built:
        build_homes(month, households, street, places, given)
    return given


def build_homes(
    month: Month,
    households: NDArray[np.int64],
    street: Homes,
    places: NDArray[np.integer[Any]],
    given: NDArray[np.int32],
) -> None:
    """Add the homes that :func:`take_empty` gave beyond the last; parameters as of :func:`give_homes`."""
    homes = month.state.homes
    without = np.flatnonzero(given >= len(homes))
    beside = places[without]
    turn = 2 * np.pi * uniforms(month.seed, Stream.NEW_HOME, households[without], month.at)
    step = month.number("home_spacing_metres")
    x, y = street.x[beside] + step * np.cos(turn), street.y[beside] + step * np.sin(turn)
    homes.x = np.append(homes.x, x.astype(homes.x.dtype))
    homes.y = np.append(homes.y, y.astype(homes.y.dtype))
    homes.area = np.append(homes.area, street.area[beside])
