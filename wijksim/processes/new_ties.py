"""People whom newcomers and new adults get to know: adults of their area, by keyed places on a ring.

Every adult of the area has a keyed place between 0 and 1 in this month, and each newcomer draws as many points
as there are people to meet; each point meets the next adult on the ring. One adult more or less therefore
changes only the ties whose point lies just before.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wijksim.kernels import kernel
from wijksim.population.columns import NO_ROW, Rows
from wijksim.processes.demography_events import sort_by_uid
from wijksim.processes.process import Month
from wijksim.processes.rows import rows_where
from wijksim.randomness import Stream, draw, draws, hash_one

__all__ = ["TIE_PARAMETERS", "meet_people"]

TIE_PARAMETERS = ("ties_neighbours_mean", "ties_friends_mean", "adult_age")


@kernel
def _part_of(place: float, parts: int) -> int:
    return min(int(place * parts), parts - 1)


@kernel
def _by_part(
    places: NDArray[np.float64], area: NDArray[np.int16], rings: int, parts: int
) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """Sort adults by ring and part of the ring, each ring in equal `parts`; others than of these `rings` come last.

    Returns
    -------
    first : array of int64, shape (rings x parts + 1,)
    order : array of uint32, shape (adults,)
        Adults of part p of ring r are `order[first[r x parts + p]:first[r x parts + p + 1]]`.
    """
    part = np.empty(area.size, np.uint32)
    for i in range(area.size):
        ring = int(area[i])
        part[i] = ring * parts + _part_of(places[i], parts) if ring < rings else rings * parts
    first = np.zeros(rings * parts + 2, np.int64)
    for i in range(area.size):
        first[part[i] + 1] += 1
    for place in range(rings * parts):
        first[place + 1] += first[place]
    filled, order = first[:-1].copy(), np.empty(area.size, np.uint32)
    for i in range(area.size):
        order[filled[part[i]]] = i
        filled[part[i]] += 1
    return first[:-1], order


@kernel
def _next_on_ring(
    places: NDArray[np.float64],
    rows: Rows,
    area: NDArray[np.int16],
    points: NDArray[np.float64],
    rings: NDArray[np.int16],
) -> NDArray[np.int32]:
    """For each point on the ring of an area, the row of the next of some adults of that area round it, or -1.

    Parameters
    ----------
    places : array of float64, shape (adults,)
        Places of adults on the ring of their area.
    rows : array of intp, shape (adults,)
        Their rows.
    area : array of int16, shape (adults,)
    points : array of float64, shape (points,)
    rings : array of int16, shape (points,)
        Area of each point.
    """
    met = np.full(points.size, NO_ROW, np.int32)
    if points.size == 0:
        return met
    count = int(rings.max()) + 1
    parts = rows.size // count + 1
    first, order = _by_part(places, area, count, parts)
    for k in range(points.size):
        own = _part_of(points[k], parts)
        for step in range(parts + 1):  # from the point's own part round the ring to the beginning of that part
            part = int(rings[k]) * parts + (own + step) % parts
            nearest = np.inf
            for n in order[first[part] : first[part + 1]]:
                if places[n] < nearest and (step > 0 or places[n] >= points[k]):
                    nearest = places[n]
                    met[k] = rows[n]
            if met[k] >= 0:
                break
    return met


@kernel
def _add_tie(ties: NDArray[np.int32], row: int, other: int) -> None:
    """Write `other` in the first free place of a row, unless it stands there already."""
    free = NO_ROW
    for place in range(ties.shape[1] - 1, -1, -1):
        if ties[row, place] == other:
            return
        if ties[row, place] < 0:
            free = place
    if free >= 0:
        ties[row, free] = other


@kernel
def _meet(
    key: np.uint64,
    name_key: np.uint64,
    at: int,
    number: int,
    newcomers: Rows,
    adult_born_by: float,
    present: NDArray[np.bool_],
    uid: NDArray[np.int64],
    home: NDArray[np.int32],
    area_of_home: NDArray[np.int16],
    birth_month: NDArray[np.int16],
    household: NDArray[np.int64],
    ties: NDArray[np.int32],
) -> None:
    """Tie adult newcomers to `number` adults each; pairs of one household aren't tied."""
    who = np.empty(newcomers.size, np.intp)
    new = np.zeros(present.size, np.bool_)
    count = 0
    for row in newcomers:
        if birth_month[row] <= adult_born_by:
            who[count] = row
            count += 1
            new[row] = True
    who = who[:count]
    sort_by_uid(who, uid)
    adults = np.empty(present.size, np.bool_)
    for i in range(present.size):
        adults[i] = present[i] & (birth_month[i] <= adult_born_by) & (not new[i])
    others = rows_where(adults)
    points = np.empty(count * number)
    rings = np.empty(count * number, np.int16)
    for k in range(points.size):
        row = who[k // number]
        points[k] = draw(key, hash_one(name_key, uid[row], k % number, at))
        rings[k] = area_of_home[home[row]]
    area = np.empty(others.size, np.int16)
    for k in range(others.size):
        area[k] = area_of_home[home[others[k]]]
    met = _next_on_ring(draws(key, uid[others]), others, area, points, rings)
    for k in range(points.size):
        row, other = who[k // number], met[k]
        if other >= 0 and household[row] != household[other]:  # in both directions, where there is a place
            _add_tie(ties, row, other)
            _add_tie(ties, other, row)


def meet_people(month: Month, newcomers: Rows) -> None:
    """Tie newcomers, and residents who become adults, to as many adults of their area as people know at the start.

    Parameters
    ----------
    month : Month
        The month; its ties are written and have a row for each resident.
    newcomers : array of intp, shape (n,)
        Rows of the newcomers and of those who become adults, each once.
    """
    if newcomers.size == 0:
        return
    columns, ties = month.columns, month.state.ties
    known = month.number("ties_neighbours_mean") + month.number("ties_friends_mean")
    _meet(
        month.key(Stream.NEW_TIES),
        month.key(Stream.NEW_TIES, 0),
        month.at,
        min(round(known), ties.rows.shape[1]),
        newcomers,
        month.at - 12 * month.number("adult_age"),
        columns["present"],
        columns["uid"],
        columns["home"],
        month.state.homes.area,
        columns["birth_month"],
        columns["household"],
        ties.rows,
    )
