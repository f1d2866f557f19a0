"""Whom adults know outside their household: neighbours, friends alike in age and education, and friends of these.

Every tie is held by both. People make ties in the order of their rows; each looks for a number of others drawn
from a Poisson distribution, half the mean, as the other half come from those who look for him or her.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from wijksim.kernels import kernel
from wijksim.parameters import Registry
from wijksim.population.columns import NO_ROW, Columns
from wijksim.randomness import Stream, draw, keys_from, poissons

__all__ = ["start_ties"]

Rows32 = NDArray[np.int32]
Floats = NDArray[np.float64]
Keys = NDArray[np.uint64]

_ATTEMPTS = 40  # draws of one person for one kind of tie before giving up
_DRAWS = 4  # numbers that one attempt takes


def start_ties(
    seed: int,
    columns: Columns,
    home_x: NDArray[np.float32],
    home_y: NDArray[np.float32],
    registry: Registry,
    start: int,
) -> Rows32:
    """Make the ties of the first residents.

    Neighbours live ``ties_neighbour_reach_homes`` apart in the mean. A friend is looked for around a point at a
    distance drawn with scale ``ties_distance_scale_metres``, and is taken with chance
    exp(-age difference / ``ties_age_scale_years``) times ``ties_education_factor`` for each level apart.
    ``ties_clustering`` of the friends are friends of friends.

    Parameters
    ----------
    columns : Columns
        Residents with `home`, `household`, `education` and `birth_month`.
    home_x, home_y : array, shape (homes,)
        Metres.
    start : int
        Absolute month.

    Returns
    -------
    array of int32, shape (residents, ties_per_person)
        Rows of others, in the order in which the ties were made; -1 is a free place.
    """
    number = registry.number
    most = int(number("ties_per_person"))
    ties = np.full((len(columns), most), NO_ROW, np.int32)
    degree = np.zeros(len(columns), np.int32)
    adults = np.flatnonzero(start - columns["birth_month"] >= 12 * number("adult_age"))
    if adults.size < 2:
        return ties
    uid, household = columns["uid"], columns["household"]
    home = columns["home"][adults]
    along = adults[np.lexsort((uid[adults], home))]
    friends, closing = number("ties_friends_mean"), number("ties_clustering")

    def looked_for(mean: float, purpose: int) -> NDArray[np.int64]:
        return poissons(seed, Stream.SYNTHESIS_TIES, uid[along], np.full(along.size, 0.5 * mean), purpose)

    def keys(purpose: int) -> Keys:
        return keys_from(seed, Stream.SYNTHESIS_TIES, 1000 * purpose, _ATTEMPTS * _DRAWS)

    adults_per_home = along.size / np.unique(home).size
    reach = number("ties_neighbour_reach_homes") * adults_per_home
    _meet_neighbours(ties, degree, along, looked_for(number("ties_neighbours_mean"), 1), uid, household, keys(1), reach)
    x, y = home_x[columns["home"]].astype(float), home_y[columns["home"]].astype(float)
    scale = number("ties_distance_scale_metres")
    cells = _Cells(x[along], y[along], 0.5 * scale)
    _meet_friends(
        ties,
        degree,
        along,
        looked_for(friends * (1.0 - closing), 2),
        uid,
        household,
        keys(2),
        x,
        y,
        scale,
        cells.first,
        cells.members(along),
        cells.west,
        cells.south,
        cells.size,
        cells.shape,
        columns["birth_month"],
        columns["education"],
        12.0 * number("ties_age_scale_years"),
        number("ties_education_factor"),
    )
    _meet_through_friends(ties, degree, along, looked_for(friends * closing, 3), uid, household, keys(3))
    return ties


class _Cells:
    """People sorted into squares of the street plan."""

    def __init__(self, x: Floats, y: Floats, size: float) -> None:
        self.size, self.west, self.south = size, float(x.min()), float(y.min())
        column = ((x - self.west) // size).astype(np.int64)
        row = ((y - self.south) // size).astype(np.int64)
        self.shape = (int(column.max()) + 1, int(row.max()) + 1)
        cell = column * self.shape[1] + row
        self._order = np.argsort(cell, kind="stable")
        counts = np.bincount(cell, minlength=self.shape[0] * self.shape[1])
        self.first = np.concatenate([[0], np.cumsum(counts)])

    def members(self, people: NDArray[np.intp]) -> NDArray[np.intp]:
        """People in order of square."""
        return people[self._order]


@kernel
def _connect(ties: Rows32, degree: Rows32, one: int, other: int, household: NDArray[np.int64]) -> bool:
    """Tie two people, if they are of different households, don't know each other and both have a free place."""
    if household[one] == household[other] or degree[one] == ties.shape[1] or degree[other] == ties.shape[1]:
        return False
    for k in range(degree[one]):
        if ties[one, k] == other:
            return False
    ties[one, degree[one]] = other
    ties[other, degree[other]] = one
    degree[one] += 1
    degree[other] += 1
    return True


@kernel
def _meet_neighbours(
    ties: Rows32,
    degree: Rows32,
    along: NDArray[np.intp],
    wanted: NDArray[np.int64],
    uid: NDArray[np.int64],
    household: NDArray[np.int64],
    keys: Keys,
    reach: float,
) -> None:
    for place in range(along.size):
        i = along[place]
        found = 0
        for attempt in range(_ATTEMPTS):
            if found >= wanted[place]:
                break
            steps = 1 + int(-math.log(draw(keys[attempt * _DRAWS], uid[i])) * reach)
            if draw(keys[attempt * _DRAWS + 1], uid[i]) < 0.5:
                steps = -steps
            if 0 <= place + steps < along.size and _connect(ties, degree, i, along[place + steps], household):
                found += 1


@kernel
def _meet_friends(
    ties: Rows32,
    degree: Rows32,
    along: NDArray[np.intp],
    wanted: NDArray[np.int64],
    uid: NDArray[np.int64],
    household: NDArray[np.int64],
    keys: Keys,
    x: Floats,
    y: Floats,
    scale: float,
    first: NDArray[np.int64],
    members: NDArray[np.intp],
    west: float,
    south: float,
    size: float,
    shape: tuple[int, int],
    birth_month: NDArray[np.int16],
    education: NDArray[np.int8],
    age_scale: float,
    education_factor: float,
) -> None:
    for place in range(along.size):
        i = along[place]
        found = 0
        for attempt in range(_ATTEMPTS):
            if found >= wanted[place]:
                break
            east = draw(keys[attempt * _DRAWS], uid[i]) - 0.5
            north = draw(keys[attempt * _DRAWS + 1], uid[i]) - 0.5
            to_x = x[i] - math.copysign(scale * 0.5, east) * math.log(1.0 - 2.0 * abs(east))
            to_y = y[i] - math.copysign(scale * 0.5, north) * math.log(1.0 - 2.0 * abs(north))
            column, row = math.floor((to_x - west) / size), math.floor((to_y - south) / size)
            if column < 0 or row < 0 or column >= shape[0] or row >= shape[1]:
                continue
            cell = column * shape[1] + row
            there = first[cell + 1] - first[cell]
            if there == 0:
                continue
            j = members[first[cell] + int(draw(keys[attempt * _DRAWS + 2], uid[i]) * there)]
            likeness = math.exp(-abs(float(birth_month[i] - birth_month[j])) / age_scale)
            likeness *= education_factor ** abs(float(education[i] - education[j]))
            if draw(keys[attempt * _DRAWS + 3], uid[i]) < likeness and _connect(ties, degree, i, j, household):
                found += 1


@kernel
def _meet_through_friends(
    ties: Rows32,
    degree: Rows32,
    along: NDArray[np.intp],
    wanted: NDArray[np.int64],
    uid: NDArray[np.int64],
    household: NDArray[np.int64],
    keys: Keys,
) -> None:
    for place in range(along.size):
        i = along[place]
        found = 0
        for attempt in range(_ATTEMPTS):
            if found >= wanted[place] or degree[i] == 0:
                break
            friend = ties[i, int(draw(keys[attempt * _DRAWS], uid[i]) * degree[i])]
            theirs = ties[friend, int(draw(keys[attempt * _DRAWS + 1], uid[i]) * degree[friend])]
            if theirs != i and _connect(ties, degree, i, theirs, household):
                found += 1
