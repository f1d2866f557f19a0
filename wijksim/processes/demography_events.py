"""Compiled loops of demography: who has which event this month, and who leaves the wijk for it."""

from __future__ import annotations

import math
from enum import IntFlag, auto
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.kernels import kernel
from wijksim.population.columns import NO_ROW, LeaveReason, Sex
from wijksim.randomness import draw, draws

__all__ = ["Event", "draw_events", "happens", "minors_who_follow", "parted_couples", "settle_leavings"]


class Event(IntFlag):
    """What is drawn for a resident at the start of a month; whether it comes about is settled in order."""

    DIES = auto()
    HOUSEHOLD_MOVES = auto()
    PARTS = auto()
    FINDS_PARTNER = auto()
    LEAVES_HOME = auto()
    GIVES_BIRTH = auto()


_DIES = int(Event.DIES)
_MOVES = int(Event.HOUSEHOLD_MOVES)
_PARTS = int(Event.PARTS)
_FINDS = int(Event.FINDS_PARTNER)
_LEAVES_HOME = int(Event.LEAVES_HOME)
_BIRTH = int(Event.GIVES_BIRTH)
_DEATH = int(LeaveReason.DEATH)
_MOVED_OUT = int(LeaveReason.MOVED_OUT)
_FEMALE = int(Sex.FEMALE)


@kernel
def happens(uniform: float, hazard: float) -> bool:
    """Whether an event with this hazard comes in the month: u < 1 - exp(-h), which needs u < h."""
    return uniform < hazard and uniform < -math.expm1(-hazard)


@kernel
def _age(at: int, birth_month: int, last: int) -> int:
    return min((at - birth_month) // 12, last)


@kernel
def draw_events(
    at: int,
    present: NDArray[np.bool_],
    uid: NDArray[np.int64],
    birth_month: NDArray[np.int32],
    sex: NDArray[np.int8],
    education: NDArray[np.int8],
    head: NDArray[np.int32],
    partner: NDArray[np.int32],
    mother: NDArray[np.int32],
    father: NDArray[np.int32],
    death: NDArray[np.float64],
    move: NDArray[np.float64],
    part: NDArray[np.float64],
    parents_factor: float,
    form: NDArray[np.float64],
    leave_home: NDArray[np.float64],
    birth: NDArray[np.float64],
    single_factor: float,
    couple_factor: float,
    birth_interval: float,
    adult_age: float,
    death_key: np.uint64,
    move_key: np.uint64,
    part_key: np.uint64,
    form_key: np.uint64,
    home_key: np.uint64,
    birth_key: np.uint64,
) -> NDArray[np.uint8]:
    """Draw the events of all residents; :class:`Event` flags, shape (rows,).

    Hazards are those of :class:`wijksim.processes.demography_rates.Rates`. A household's move is drawn for
    its head, a couple's parting for the smaller uid of the two.
    """
    rows = uid.size
    last = move.size - 1
    adult_born_by = at - 12 * adult_age
    death_draw, move_draw, part_draw = draws(death_key, uid), draws(move_key, uid), draws(part_key, uid)
    form_draw, home_draw, birth_draw = draws(form_key, uid), draws(home_key, uid), draws(birth_key, uid)
    events = np.zeros(rows, np.uint8)
    eldest = np.full(rows, at, np.int32)
    minors = np.zeros(rows, np.int32)
    last_birth = np.full(rows + 1, -1, np.int32)  # the last place is for those without mother here
    for i in range(rows):
        if not present[i]:
            continue
        h = head[i]
        eldest[h] = min(eldest[h], birth_month[i])
        minors[h] += birth_month[i] > adult_born_by
        last_birth[mother[i]] = max(last_birth[mother[i]], birth_month[i])
    for i in range(rows):
        if not present[i]:
            continue
        age = _age(at, birth_month[i], last)
        h = head[i]
        drawn = 0
        if happens(death_draw[i], death[sex[i], age]):
            drawn |= _DIES
        if h == i and happens(move_draw[i], move[_age(at, eldest[i], last)]):
            drawn |= _MOVES
        other = partner[i]
        if other >= 0:
            if uid[i] < uid[other]:
                hazard = part[_age(at, min(birth_month[i], birth_month[other]), last)]
                if minors[h] > 0:
                    hazard *= parents_factor
                if happens(part_draw[i], hazard):
                    drawn |= _PARTS
        elif (mother[i] >= 0 and head[mother[i]] == h) or (father[i] >= 0 and head[father[i]] == h):
            if leave_home[sex[i], age] > 0 and happens(home_draw[i], leave_home[sex[i], age]):
                drawn |= _LEAVES_HOME
        elif form[age] > 0 and happens(form_draw[i], form[age]):
            drawn |= _FINDS
        if sex[i] == _FEMALE and birth[education[i], age] > 0:
            rested = last_birth[i] < 0 or at - last_birth[i] >= birth_interval
            hazard = birth[education[i], age] * (couple_factor if other >= 0 else single_factor)
            # The rate counts all women; those who have just given birth are left out, so the others have more.
            hazard /= 1 - hazard * birth_interval
            if rested and happens(birth_draw[i], hazard):
                drawn |= _BIRTH
        events[i] = drawn
    return events


@kernel
def settle_leavings(
    at: int,
    present: NDArray[np.bool_],
    uid: NDArray[np.int64],
    birth_month: NDArray[np.int32],
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
    month. Of a couple that parts one leaves the wijk, with the minor children that are not the other's too.
    """
    rows = uid.size
    adult_born_by = at - 12 * adult_age
    fate = np.zeros(rows, np.int8)
    adults = np.zeros(rows, np.int32)
    minors = np.zeros(rows, np.int32)
    for i in range(rows):
        if not present[i]:
            continue
        if events[i] & _DIES:
            fate[i] = _DEATH
        elif birth_month[i] <= adult_born_by:
            adults[head[i]] += 1
        else:
            minors[head[i]] += 1
    for i in range(rows):
        if present[i] and fate[i] == 0:
            h = head[i]
            if adults[h] == 0 or (events[h] & _MOVES and not events[h] & _DIES):
                fate[i] = _MOVED_OUT
    stays = np.full(rows, NO_ROW, np.int32)  # for one who leaves a couple: the row of who stays
    parted = False
    for i in range(rows):
        j = partner[i]
        if not (present[i] and events[i] & _PARTS) or fate[i] != 0 or fate[j] != 0:
            continue
        woman, man = (i, j) if sex[i] == _FEMALE or sex[j] != _FEMALE else (j, i)
        woman_stays = draw(part_key, uid[j]) < (mother_stays if minors[head[i]] > 0 else 0.5)
        stayer, leaver = (woman, man) if woman_stays else (man, woman)
        fate[leaver] = _MOVED_OUT
        stays[leaver] = stayer
        parted = True
    if parted:
        for i in range(rows):
            if present[i] and fate[i] == 0 and birth_month[i] > adult_born_by:
                for parent, other in ((mother[i], father[i]), (father[i], mother[i])):
                    if parent >= 0 and stays[parent] >= 0 and head[parent] == head[i] and other != stays[parent]:
                        fate[i] = _MOVED_OUT
    return fate


@kernel
def parted_couples(partner: NDArray[np.int32], events: NDArray[np.uint8], fate: NDArray[np.int8]) -> int:
    """How many couples part of whom one stays, before references to leavers are reset."""
    parted = 0
    for i in range(events.size):
        if events[i] & _PARTS:
            mine, other = fate[i], fate[partner[i]]
            parted += min(mine, other) == 0 and max(mine, other) == _MOVED_OUT
    return parted


@kernel
def minors_who_follow(
    at: int,
    present: NDArray[np.bool_],
    birth_month: NDArray[np.int32],
    household: NDArray[np.int64],
    mother: NDArray[np.int32],
    father: NDArray[np.int32],
    moving: NDArray[np.bool_],
    adult_age: float,
) -> NDArray[Any]:
    """Row of the moving parent whom each minor child of the household follows, or -1; shape (rows,)."""
    follows = np.full(present.size, NO_ROW, np.int32)
    for i in range(present.size):
        if not present[i] or moving[i] or birth_month[i] <= at - 12 * adult_age:
            continue
        for parent in (father[i], mother[i]):
            if parent >= 0 and moving[parent] and household[parent] == household[i]:
                follows[i] = parent
    return follows
