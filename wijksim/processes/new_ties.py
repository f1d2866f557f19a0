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
from wijksim.randomness import Stream, draw, hash_one

__all__ = ["TIE_PARAMETERS", "meet_people"]

TIE_PARAMETERS = ("ties_neighbours_mean", "ties_friends_mean", "adult_age")


_SAMPLE = 1024  # residents of whom the adults of each ring are estimated, about
_LOOKED_AT = 10  # adults among whom the next one is looked for first, about
_FARTHER = 16  # times so many when there was nobody


@kernel
def _adults_by_ring(adults: NDArray[np.bool_], area: NDArray[np.int16], rings: int) -> NDArray[np.int64]:
    """Adults of each ring, as far as a sample of residents tells, and one more."""
    each = 1 + adults.size // _SAMPLE
    counted = np.zeros(rings, np.int64)
    for i in range(0, adults.size, each):
        counted[np.uint16(area[i])] += adults[i]
    return 1 + each * counted


@kernel
def _adults_in(
    wanted: NDArray[np.bool_], cell: NDArray[np.uint32], adults: NDArray[np.bool_]
) -> tuple[NDArray[np.uint32], NDArray[np.int32], NDArray[np.int32]]:
    """Rows of the adults of wanted cells, and by cell: the last of its adults, and before each the one before, or -1.

    Returns
    -------
    rows : array of uint32, shape (n,)
    last : array of int32, shape (cells,)
        Place in `rows`.
    before : array of int32, shape (n,)
        Place in `rows`.
    """
    near = np.empty(cell.size, np.bool_)
    for i in range(cell.size):
        near[i] = wanted[cell[i]] & adults[i]
    rows = rows_where(near)
    last, before = np.full(wanted.size, NO_ROW, np.int32), np.empty(rows.size, np.int32)
    for n in range(rows.size):
        own = cell[rows[n]]
        before[n], last[own] = last[own], n
    return rows, last, before


@kernel
def _next_on_ring(
    key: np.uint64,
    uid: NDArray[np.int64],
    adults: NDArray[np.bool_],
    area: NDArray[np.int16],
    points: NDArray[np.float64],
    rings: NDArray[np.int16],
) -> NDArray[np.int32]:
    """For each point on the ring of an area, the row of the next adult of that area round it, or -1.

    All rings are cut in as many cells, of which the largest has one or two adults each. Only adults of the cell of a
    point and of some after it are listed; where these have nobody, more cells are looked at, up to the whole ring.

    Parameters
    ----------
    key : numpy.uint64
        Of the places of residents on the ring of their area.
    uid : array of int64, shape (residents,)
    adults : array of bool, shape (residents,)
        Who can be met.
    area : array of int16, shape (residents,)
    points : array of float64, shape (points,)
    rings : array of int16, shape (points,)
        Area of each point.
    """
    met = np.full(points.size, NO_ROW, np.int32)
    if points.size == 0:
        return met
    counted = _adults_by_ring(adults, area, max(int(area.max()), int(rings.max())) + 1)
    cells = 1
    while 2 * cells < counted.max():
        cells *= 2
    cell = np.empty(uid.size, np.uint32)
    for i in range(uid.size):
        cell[i] = area[i] * cells + np.int64(draw(key, uid[i]) * cells)
    left, looked_at, all_round = np.arange(points.size), _LOOKED_AT, False
    while left.size > 0 and not all_round:
        all_round = True
        reach = np.minimum(1 + looked_at * cells // counted, cells)  # cells after the own one, by ring
        wanted = np.zeros(counted.size * cells, np.bool_)
        for k in left:
            begin, own = rings[k] * cells, int(points[k] * cells)
            all_round &= reach[rings[k]] == cells
            for step in range(reach[rings[k]] + 1):
                wanted[begin + ((own + step) & (cells - 1))] = True
        rows, last, before = _adults_in(wanted, cell, adults)
        for k in left:
            begin, own = rings[k] * cells, int(points[k] * cells)
            for step in range(reach[rings[k]] + 1):  # at most round the ring to the beginning of the own cell
                n, nearest = last[begin + ((own + step) & (cells - 1))], np.inf
                while n >= 0:
                    place = draw(key, uid[rows[n]])
                    if place <= nearest and (step > 0 or place >= points[k]):
                        nearest, met[k] = place, rows[n]
                    n = before[n]
                if met[k] >= 0:
                    break
        left, looked_at = left[met[left] < 0], looked_at * _FARTHER
    return met


@kernel
def _add_tie(ties: NDArray[np.int32], row: int, other: int) -> bool:
    """Write `other` in the first free place of a row, unless it stands there already; whether it stands there now."""
    free = NO_ROW
    for place in range(ties.shape[1] - 1, -1, -1):
        if ties[row, place] == other:
            return True
        if ties[row, place] < 0:
            free = place
    if free >= 0:
        ties[row, free] = other
    return free >= 0


@kernel
def _holds(ties: NDArray[np.int32], row: int, other: int) -> bool:
    """Whether `other` stands in a row."""
    held = False
    for place in range(ties.shape[1]):
        held |= ties[row, place] == other
    return held


@kernel
def _are_strangers(household: NDArray[np.int64], who: Rows, met: NDArray[np.int32], number: int) -> NDArray[np.bool_]:
    """Whether each of those met, of whom -1 is nobody, is of another household than who met them.

    Rows far apart come from memory many at a time in a loop of nothing else, here as in :func:`_are_full`.
    """
    strangers = np.empty(met.size, np.bool_)
    for k in range(met.size):
        apart = household[who[k // number]] != household[max(met[k], 0)]
        strangers[k] = apart & (met[k] >= 0)
    return strangers


@kernel
def _are_full(ties: NDArray[np.int32], rows: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Whether each of some rows, of which -1 is none, has no free place; what reads them next finds them at hand."""
    full = np.empty(rows.size, np.bool_)
    for k in range(rows.size):
        row, taken = max(rows[k], 0), 0
        for place in range(ties.shape[1]):
            taken += ties[row, place] >= 0
        full[k] = taken == ties.shape[1]
    return full


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
) -> NDArray[np.int32]:
    """Tie adult newcomers to `number` (1 or more) adults each; pairs of one household aren't tied.

    Returns
    -------
    array of int32, shape (n, 2)
        Whose new tie is not held by the other, who has no free place, and that other.
    """
    who = np.empty(newcomers.size, np.intp)
    adults = np.empty(present.size, np.bool_)
    for i in range(present.size):
        adults[i] = present[i] & (birth_month[i] <= adult_born_by)
    count = 0
    for row in newcomers:
        if birth_month[row] <= adult_born_by:
            who[count] = row
            count += 1
            adults[row] = False
    who = who[:count]
    sort_by_uid(who, uid)
    points = np.empty(count * number)
    rings = np.empty(count * number, np.int16)
    for k in range(points.size):
        row = who[k // number]
        points[k] = draw(key, hash_one(name_key, uid[row], k % number, at))
        rings[k] = area_of_home[home[row]]
    area = np.zeros(home.size, np.int16)
    if area_of_home.max() > 0:
        for i in range(home.size):
            area[i] = area_of_home[np.uint32(max(home[i], 0))]
    met = _next_on_ring(key, uid, adults, area, points, rings)
    one_sided, held_by_one = np.empty((points.size, 2), np.int32), 0
    strangers, full = _are_strangers(household, who, met, number), _are_full(ties, met)
    for k in range(points.size):
        row, other = who[k // number], met[k]
        if strangers[k]:  # in both directions, where there is a place
            mine = _add_tie(ties, row, other)
            theirs = _holds(ties, other, row) if full[k] else _add_tie(ties, other, row)
            if mine != theirs:
                one_sided[held_by_one, 0] = row if mine else other
                one_sided[held_by_one, 1] = other if mine else row
                held_by_one += 1
    return one_sided[:held_by_one]


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
    one_sided = _meet(
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
    ties.note_one_sided(one_sided)
