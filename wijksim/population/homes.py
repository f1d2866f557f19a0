"""The street plan: where the homes of each area stand, and which household lives in which."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wijksim.parameters import Registry
from wijksim.randomness import Stream, pick

__all__ = ["lay_out_homes", "settle_households"]

Floats = NDArray[np.float32]


def lay_out_homes(households: Sequence[int], registry: Registry) -> tuple[Floats, Floats, NDArray[np.int16]]:
    """Lay out streets of homes, each area a block of its own, the areas from west to east.

    A street has ``homes_per_street`` homes, half on either side. Streets stand in columns, so that an area is
    about as wide as it is long. There are ``homes_vacant_share`` more homes than households.

    Parameters
    ----------
    households : sequence of int
        Households of each area.

    Returns
    -------
    x, y : array of float32, shape (homes,)
        Metres.
    area : array of int16, shape (homes,)
        Index of the area; homes are in order of area, street and place in the street.
    """
    number = registry.number
    along, between = number("home_spacing_metres"), number("street_spacing_metres")
    side = max(1, int(number("homes_per_street")) // 2)
    block = side * along + between
    west = 0.0
    plans = []
    for area, count in enumerate(households):
        homes = np.arange(max(count, math.ceil(count / (1.0 - number("homes_vacant_share")))))
        street, place = homes // (2 * side), homes % (2 * side)
        streets = int(street[-1]) + 1 if homes.size else 0
        columns = max(1, round(math.sqrt(streets * between / block)))
        x = west + (street % columns) * block + (place // 2 + 0.5) * along
        y = (street // columns + np.where(place % 2, 0.75, 0.25)) * between
        plans.append((x, y, np.full(homes.size, area)))
        west += columns * block + number("area_gap_metres")
    x, y, area_of = (np.concatenate(parts) for parts in zip(*plans, strict=True))
    return x.astype(np.float32), y.astype(np.float32), area_of.astype(np.int16)


def settle_households(seed: int, area_of_homes: NDArray[np.int16], households: Sequence[int]) -> NDArray[np.int32]:
    """Give every household a home in its area, by chance; the other homes stand empty.

    Parameters
    ----------
    area_of_homes : array of int16, shape (homes,)
        Of :func:`lay_out_homes`.
    households : sequence of int
        Households of each area; households are numbered in order of area.

    Returns
    -------
    array of int32, shape (households,)
        Home of each household.
    """
    taken = []
    for area, count in enumerate(households):
        homes = np.flatnonzero(area_of_homes == area)
        taken.append(homes[pick(seed, Stream.SYNTHESIS_HOME, homes, np.ones(homes.size), count, 0)])
    return np.concatenate(taken).astype(np.int32)
