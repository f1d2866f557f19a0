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
from wijksim.processes.process import Month
from wijksim.randomness import Stream, draws, hash_uid

__all__ = ["TIE_PARAMETERS", "meet_people"]

TIE_PARAMETERS = ("ties_neighbours_mean", "ties_friends_mean", "adult_age")


@kernel
def _next_on_ring(
    key: np.uint64,
    eligible: NDArray[np.bool_],
    uid: NDArray[np.int64],
    area: NDArray[np.int16],
    ring: int,
    points: NDArray[np.float64],
    met: NDArray[np.int32],
) -> None:
    """For sorted points, the row of the next eligible adult of area `ring` round the ring, or -1."""
    count = points.size
    guide = np.zeros(count + 1, np.int64)  # for the k-th of equal parts of the ring: number of points before it
    for slot in range(count):
        guide[int(points[slot] * count) + 1] += 1
    for part in range(count):
        guide[part + 1] += guide[part]
    places = draws(key, uid)
    nearest = np.full(count, np.inf)  # nearest adult at or after each point and before the next point
    for i in range(eligible.size):
        if not eligible[i] or area[i] != ring:
            continue
        place = places[i]
        slot = guide[int(place * count)] - 1
        while slot + 1 < count and points[slot + 1] <= place:
            slot += 1
        at = place
        if slot < 0:  # before the first point: the last point meets it over the top of the ring
            slot, at = count - 1, place + 1
        if at < nearest[slot]:
            nearest[slot] = at
            met[slot] = i
    after = NO_ROW
    for _ in range(2):  # a point without adult before the next point meets whom the next point meets
        for slot in range(count - 1, -1, -1):
            if met[slot] >= 0:
                after = met[slot]
            else:
                met[slot] = after


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
def _tie(ties: NDArray[np.int32], household: NDArray[np.int64], who: Rows, met: NDArray[np.int32]) -> None:
    """Tie pairs of different households, in both directions where there is a place."""
    for k in range(who.size):
        if met[k] >= 0 and household[who[k]] != household[met[k]]:
            _add_tie(ties, who[k], met[k])
            _add_tie(ties, met[k], who[k])


def meet_people(month: Month, newcomers: Rows) -> None:
    """Tie newcomers, and residents who become adults, to as many adults of their area as people know at the start.

    Parameters
    ----------
    month : Month
        The month; its ties are written and have a row for each resident.
    newcomers : array of intp, shape (n,)
        Rows of the newcomers and of those who become adults.
    """
    columns, ties = month.columns, month.state.ties
    adult = columns["birth_month"] <= month.at - 12 * month.number("adult_age")
    newcomers = newcomers[adult[newcomers]]
    newcomers = newcomers[np.argsort(columns["uid"][newcomers], kind="stable")]
    known = month.number("ties_neighbours_mean") + month.number("ties_friends_mean")
    number = min(round(known), ties.rows.shape[1])
    who = np.repeat(newcomers, number)
    names = hash_uid(
        month.seed, Stream.NEW_TIES, columns["uid"][who], np.tile(np.arange(number), newcomers.size), month.at
    )
    points = draws(month.key(Stream.NEW_TIES), names)
    met = np.full(who.size, NO_ROW, np.int32)
    eligible = columns["present"] & adult
    eligible[newcomers] = False
    for area in np.unique(columns["area"][newcomers]):
        here = np.flatnonzero(columns["area"][who] == area)
        here = here[np.argsort(points[here], kind="stable")]
        found = np.full(here.size, NO_ROW, np.int32)
        _next_on_ring(
            month.key(Stream.NEW_TIES),
            eligible,
            columns["uid"],
            columns["area"],
            int(area),
            points[here],
            found,
        )
        met[here] = found
    _tie(ties.rows, columns["household"], who, met)
