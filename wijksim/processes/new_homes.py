"""Homes for households that are new in the wijk or leave their parents' home; homes never bind."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wijksim.processes.process import Month
from wijksim.randomness import Stream, uniforms
from wijksim.state import Homes

__all__ = ["HOME_PARAMETERS", "give_homes"]

HOME_PARAMETERS = ("home_spacing_metres",)


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
    empty = np.ones(len(homes) + 1, bool)
    empty[columns["home"][columns["present"]]] = False
    given = np.full(households.size, -1, np.int32)
    for area in np.unique(near.area):
        vacant = np.flatnonzero(empty[:-1] & (homes.area == area))
        wanting = np.flatnonzero(near.area == area)
        given[wanting[: vacant.size]] = vacant[: wanting.size]
    without = np.flatnonzero(given < 0)
    if without.size:
        given[without] = len(homes) + np.arange(without.size)
        turn = 2 * np.pi * uniforms(month.seed, Stream.NEW_HOME, households[without], month.at)
        step = month.number("home_spacing_metres")
        homes.x = np.append(homes.x, (near.x[without] + step * np.cos(turn)).astype(homes.x.dtype))
        homes.y = np.append(homes.y, (near.y[without] + step * np.sin(turn)).astype(homes.y.dtype))
        homes.area = np.append(homes.area, near.area[without])
    return given
