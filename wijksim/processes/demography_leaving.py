"""Compiled loops of demography: who leaves the wijk or the parents' home for an event, and who goes along."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wijksim.kernels import kernel
from wijksim.population.columns import NO_ROW, LeaveReason, Rows, Sex
from wijksim.processes.demography_events import Event
from wijksim.randomness import draw

__all__ = ["leavers", "settle_leavings", "take_minors_along"]

_DIES = int(Event.DIES)
_MOVES = int(Event.HOUSEHOLD_MOVES)
_PARTS = int(Event.PARTS)
_DEATH = int(LeaveReason.DEATH)
_MOVED_OUT = int(LeaveReason.MOVED_OUT)
_FEMALE = int(Sex.FEMALE)


@kernel
def settle_leavings(
    at: int,
    near: NDArray[np.uint32],
    present: NDArray[np.bool_],
    uid: NDArray[np.int64],
    birth_month: NDArray[np.int16],
    sex: NDArray[np.int8],
    head: NDArray[np.int32],
    partner: NDArray[np.int32],
    mother: NDArray[np.int32],
    father: NDArray[np.int32],
    events: NDArray[np.uint8],
    mother_stays: float,
    adult_age: float,
    part_key: np.uint64,
) -> NDArray[np.int8]:
    """Settle deaths, departures and partings, in this order; a :class:`LeaveReason` or 0, shape (rows,).

    A household without an adult after the deaths moves out. A household whose head dies doesn't move in that
    month. Of a couple that parts one leaves the wijk, with the minor children that are not the other's too. Only
    `near` are looked at: whole households, among them all with an event or without an adult.
    """
    rows = uid.size
    adult_born_by = at - 12 * adult_age
    fate = np.zeros(rows, np.int8)
    has_adult = np.empty(rows, np.bool_)  # by row of the head, of those looked at
    for i in near:
        has_adult[head[i]] = False
    for i in near:
        has_adult[head[i]] |= (birth_month[i] <= adult_born_by) & (events[i] & _DIES == 0)
    parting = 0
    for i in near:
        of_head = events[head[i]] & (_MOVES | _DIES)
        parting += events[i] & _PARTS > 0
        if events[i] & _DIES:
            fate[i] = _DEATH
        elif not has_adult[head[i]] or of_head == _MOVES:
            fate[i] = _MOVED_OUT
    if parting:
        _part(
            adult_born_by,
            near,
            uid,
            birth_month,
            sex,
            head,
            partner,
            mother,
            father,
            events,
            mother_stays,
            part_key,
            fate,
        )
    return fate


@kernel
def _part(
    adult_born_by: float,
    near: NDArray[np.uint32],
    uid: NDArray[np.int64],
    birth_month: NDArray[np.int16],
    sex: NDArray[np.int8],
    head: NDArray[np.int32],
    partner: NDArray[np.int32],
    mother: NDArray[np.int32],
    father: NDArray[np.int32],
    events: NDArray[np.uint8],
    mother_stays: float,
    part_key: np.uint64,
    fate: NDArray[np.int8],
) -> None:
    """Let one of each couple that parts leave, and the minor children that are not the other's too."""
    rows = uid.size
    minors, stays = np.empty(rows, np.int32), np.empty(rows, np.int32)  # of those looked at
    for i in near:
        minors[head[i]] = 0
        stays[i] = NO_ROW  # for one who leaves a couple: the row of who stays
    for i in near:
        minors[head[i]] += (birth_month[i] > adult_born_by) & (events[i] & _DIES == 0)
    for i in near:
        j = partner[i]
        if events[i] & _PARTS == 0 or fate[i] != 0 or fate[j] != 0:
            continue
        woman, man = (i, j) if sex[i] == _FEMALE or sex[j] != _FEMALE else (j, i)
        woman_stays = draw(part_key, uid[j]) < (mother_stays if minors[head[i]] > 0 else 0.5)
        stayer, leaver = (woman, man) if woman_stays else (man, woman)
        fate[leaver] = _MOVED_OUT
        stays[leaver] = stayer
    for i in near:
        if birth_month[i] <= adult_born_by or events[i] & _DIES or fate[i] != 0:
            continue
        for parent, other in ((mother[i], father[i]), (father[i], mother[i])):
            if parent >= 0 and head[parent] == head[i] and stays[parent] >= 0 and other != stays[parent]:
                fate[i] = _MOVED_OUT


@kernel
def leavers(
    near: NDArray[np.uint32], partner: NDArray[np.int32], events: NDArray[np.uint8], fate: NDArray[np.int8]
) -> tuple[Rows, int]:
    """Rows of those who leave, all `near`, and how many couples part of whom one stays; before references are reset."""
    left, leaving, parted = np.empty(near.size, np.intp), 0, 0
    for i in near:
        left[leaving] = i
        leaving += fate[i] != 0
        if events[i] & _PARTS:
            mine, other = fate[i], fate[partner[i]]
            parted += min(mine, other) == 0 and max(mine, other) == _MOVED_OUT
    return left[:leaving], parted


@kernel
def take_minors_along(
    at: int,
    rows: Rows,
    near: NDArray[np.uint32],
    present: NDArray[np.bool_],
    birth_month: NDArray[np.int16],
    household: NDArray[np.int64],
    home: NDArray[np.int32],
    mother: NDArray[np.int32],
    father: NDArray[np.int32],
    households: NDArray[np.int64],
    homes: NDArray[np.int32],
    adult_age: float,
) -> None:
    """Write the new household and home of adults who leave home, and of the minors whose parent there they are.

    A minor whose parents both leave home follows the mother.

    Parameters
    ----------
    rows : array of intp, shape (n,)
        Who leaves home.
    near : array of uint32
        Rows of all members of their households; others too.
    households, homes : array, shape (n,)
        Their new ones.
    """
    leaves, turn = (
        np.zeros(present.size + 1, np.bool_),
        np.empty(present.size, np.intp),
    )  # the first place is for nobody
    before = household[rows]
    for k in range(rows.size):
        leaves[rows[k] + 1] = True
        turn[rows[k]] = k
    for i in near:
        of_mother, of_father = leaves[mother[i] + 1], leaves[father[i] + 1]
        if not (of_mother or of_father) or not present[i] or leaves[i + 1]:
            continue
        if birth_month[i] <= at - 12 * adult_age:
            continue
        own = household[i]
        if of_mother and before[turn[mother[i]]] == own:
            k = turn[mother[i]]
        elif of_father and before[turn[father[i]]] == own:
            k = turn[father[i]]
        else:
            continue
        household[i] = households[k]
        home[i] = homes[k]
    for k in range(rows.size):
        household[rows[k]] = households[k]
        home[rows[k]] = homes[k]
