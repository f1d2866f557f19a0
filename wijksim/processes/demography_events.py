"""Compiled loops of demography: who has which event this month, and who leaves the wijk for it."""

from __future__ import annotations

import math
from enum import IntFlag, auto

import numpy as np
from numpy.typing import NDArray

from wijksim.kernels import kernel
from wijksim.population.columns import NO_ROW, LeaveReason, Rows, Sex
from wijksim.processes.rows import rows_where
from wijksim.randomness import draw

__all__ = [
    "Event",
    "draw_events",
    "happens",
    "leavers",
    "settle_leavings",
    "sort_by_uid",
    "take_minors_along",
    "those_who_stay",
]


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
def _mark(marks: NDArray[np.uint8], event: int, key: np.uint64, uid: NDArray[np.int64], most: float) -> None:
    """Mark who has the event if his or her hazard is as high as `most`; a loop of nothing else is vector code."""
    flag, none = np.uint8(event), np.uint8(0)
    for i in range(uid.size):
        marks[i] |= flag if draw(key, uid[i]) < most else none


@kernel
def _all_births(rate: float, single_factor: float, couple_factor: float, interval: float) -> float:
    """Hazard of no birth in the last months at the highest rate of all, or infinity where the rate is out of reach."""
    highest = rate * max(single_factor, couple_factor)
    return highest / (1 - highest * interval) if highest * interval < 1 else np.inf


@kernel
def _of_the_marked(
    at: int,
    adult_born_by: float,
    marks: NDArray[np.uint8],
    present: NDArray[np.bool_],
    birth_month: NDArray[np.int16],
    head: NDArray[np.int32],
    partner: NDArray[np.int32],
    mother: NDArray[np.int32],
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Birth of the eldest and number of minors by head, birth of the youngest child by mother; only of those marked.

    Marks are few: almost nobody has an event even at the highest hazard.
    """
    rows = marks.size
    household = np.zeros(rows + 1, np.bool_)  # by row of the head; the first place is for nobody
    children = np.zeros(rows + 1, np.bool_)
    for i in rows_where(marks != 0):
        household[head[i] + 1] |= (marks[i] & _MOVES and head[i] == i) or (marks[i] & _PARTS and partner[i] >= 0)
        children[i + 1] = marks[i] & _BIRTH
    household[0] = children[0] = False
    eldest = np.full(rows, at, np.int32)
    minors = np.zeros(rows, np.int32)
    youngest = np.full(rows, -1, np.int32)
    for i in range(rows):
        if household[np.uint32(head[i] + 1)] and present[i]:
            eldest[head[i]] = min(eldest[head[i]], birth_month[i])
            minors[head[i]] += birth_month[i] > adult_born_by
        if children[np.uint32(mother[i] + 1)] and present[i]:
            youngest[mother[i]] = max(youngest[mother[i]], birth_month[i])
    return eldest, minors, youngest


@kernel
def draw_events(
    at: int,
    present: NDArray[np.bool_],
    uid: NDArray[np.int64],
    birth_month: NDArray[np.int16],
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
    events = np.zeros(rows, np.uint8)
    _mark(events, _DIES, death_key, uid, death.max())
    _mark(events, _MOVES, move_key, uid, move.max())
    _mark(events, _PARTS, part_key, uid, part.max() * max(parents_factor, 1.0))
    _mark(events, _FINDS, form_key, uid, form.max())
    _mark(events, _LEAVES_HOME, home_key, uid, leave_home.max())
    _mark(events, _BIRTH, birth_key, uid, _all_births(birth.max(), single_factor, couple_factor, birth_interval))
    eldest, minors, youngest = _of_the_marked(
        at, at - 12 * adult_age, events, present, birth_month, head, partner, mother
    )
    for i in rows_where(events != 0):
        marked, drawn = events[i], 0
        events[i] = 0
        if not present[i]:
            continue
        age = _age(at, birth_month[i], last)
        h = head[i]
        if marked & _DIES and happens(draw(death_key, uid[i]), death[sex[i], age]):
            drawn |= _DIES
        if marked & _MOVES and h == i and happens(draw(move_key, uid[i]), move[_age(at, eldest[i], last)]):
            drawn |= _MOVES
        other = partner[i]
        if marked & _PARTS and other >= 0 and uid[i] < uid[other]:
            hazard = part[_age(at, min(birth_month[i], birth_month[other]), last)]
            if minors[h] > 0:
                hazard *= parents_factor
            if happens(draw(part_key, uid[i]), hazard):
                drawn |= _PARTS
        if marked & (_LEAVES_HOME | _FINDS) and other < 0:
            if (mother[i] >= 0 and head[mother[i]] == h) or (father[i] >= 0 and head[father[i]] == h):
                if marked & _LEAVES_HOME and happens(draw(home_key, uid[i]), leave_home[sex[i], age]):
                    drawn |= _LEAVES_HOME
            elif marked & _FINDS and happens(draw(form_key, uid[i]), form[age]):
                drawn |= _FINDS
        if marked & _BIRTH and sex[i] == _FEMALE and birth[education[i], age] > 0:
            rested = youngest[i] < 0 or at - youngest[i] >= birth_interval
            hazard = birth[education[i], age] * (couple_factor if other >= 0 else single_factor)
            # The rate counts all women; those who have just given birth are left out, so the others have more.
            hazard /= 1 - hazard * birth_interval
            if rested and happens(draw(birth_key, uid[i]), hazard):
                drawn |= _BIRTH
        events[i] = drawn
    return events


@kernel
def settle_leavings(
    at: int,
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
    month. Of a couple that parts one leaves the wijk, with the minor children that are not the other's too.
    """
    rows = uid.size
    adult_born_by = at - 12 * adult_age
    fate = np.zeros(rows, np.int8)
    adult, has_adult = np.empty(rows, np.bool_), np.zeros(rows + 1, np.bool_)
    for i in range(rows):
        adult[i] = present[i] & (birth_month[i] <= adult_born_by) & (events[i] & _DIES == 0)
    for i in range(rows):  # by row of the head; the first place is for nobody
        has_adult[np.uint32(head[i] + 1)] |= adult[i]
    goes = np.zeros(rows + 1, np.bool_)
    for i in range(rows):
        goes[i + 1] = (not has_adult[i + 1]) | (events[i] & (_MOVES | _DIES) == _MOVES)
    parting = 0
    for i in range(rows):
        if events[i] and present[i]:
            parting += events[i] & _PARTS > 0
            if events[i] & _DIES:
                fate[i] = _DEATH
        if goes[np.uint32(head[i] + 1)] and present[i] and fate[i] == 0:
            fate[i] = _MOVED_OUT
    if parting:
        _part(
            adult_born_by,
            present,
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
    part_key: np.uint64,
    fate: NDArray[np.int8],
) -> None:
    """Let one of each couple that parts leave, and the minor children that are not the other's too."""
    rows = uid.size
    young, parting = np.empty(rows, np.bool_), np.empty(rows, np.bool_)
    for i in range(rows):
        young[i] = present[i] & (birth_month[i] > adult_born_by) & (events[i] & _DIES == 0)
        parting[i] = present[i] & (events[i] & _PARTS > 0)
    children = rows_where(young)
    minors = np.zeros(rows + 1, np.int32)
    for i in children:
        minors[head[i] + 1] += 1
    stays = np.full(rows, NO_ROW, np.int32)  # for one who leaves a couple: the row of who stays
    for i in rows_where(parting):
        j = partner[i]
        if fate[i] != 0 or fate[j] != 0:
            continue
        woman, man = (i, j) if sex[i] == _FEMALE or sex[j] != _FEMALE else (j, i)
        woman_stays = draw(part_key, uid[j]) < (mother_stays if minors[head[i] + 1] > 0 else 0.5)
        stayer, leaver = (woman, man) if woman_stays else (man, woman)
        fate[leaver] = _MOVED_OUT
        stays[leaver] = stayer
    for i in children:
        if fate[i] == 0:
            for parent, other in ((mother[i], father[i]), (father[i], mother[i])):
                if parent >= 0 and stays[parent] >= 0 and head[parent] == head[i] and other != stays[parent]:
                    fate[i] = _MOVED_OUT


@kernel
def leavers(partner: NDArray[np.int32], events: NDArray[np.uint8], fate: NDArray[np.int8]) -> tuple[Rows, int]:
    """Rows of those who leave, and how many couples part of whom one stays; before references to leavers are reset."""
    parted = 0
    for i in rows_where(events & np.uint8(_PARTS) > 0):
        mine, other = fate[i], fate[partner[i]]
        parted += min(mine, other) == 0 and max(mine, other) == _MOVED_OUT
    return rows_where(fate != 0).astype(np.intp), parted


@kernel
def sort_by_uid(rows: Rows, uid: NDArray[np.int64]) -> None:
    """Sort some rows in place: by insertion, first of those far apart (Shell), so that hundreds cost little too."""
    gap = rows.size // 2
    while gap > 0:
        for n in range(gap, rows.size):
            row, k = rows[n], n
            while k >= gap and uid[rows[k - gap]] > uid[row]:
                rows[k] = rows[k - gap]
                k -= gap
            rows[k] = row
        gap //= 2


@kernel
def those_who_stay(
    events: NDArray[np.uint8],
    present: NDArray[np.bool_],
    uid: NDArray[np.int64],
    birth_month: NDArray[np.int16],
    of_age_born_in: int,
) -> tuple[Rows, Rows, Rows, Rows]:
    """Rows of those who leave home, give birth and find a partner, sorted by uid; and of those who come of age.

    Only residents who are still here after deaths and departures.
    """
    leave_home, give_birth, find_partner, of_age = (
        np.empty(events.size, np.intp),
        np.empty(events.size, np.intp),
        np.empty(events.size, np.intp),
        np.empty(events.size, np.intp),
    )
    leaving = births = finding = grown = 0
    for i in range(events.size):
        if birth_month[i] == of_age_born_in and present[i]:
            of_age[grown] = i
            grown += 1
        if events[i] == 0 or not present[i]:
            continue
        if events[i] & _LEAVES_HOME:
            leave_home[leaving] = i
            leaving += 1
        if events[i] & _BIRTH:
            give_birth[births] = i
            births += 1
        if events[i] & _FINDS:
            find_partner[finding] = i
            finding += 1
    sort_by_uid(leave_home[:leaving], uid)
    sort_by_uid(give_birth[:births], uid)
    sort_by_uid(find_partner[:finding], uid)
    return leave_home[:leaving], give_birth[:births], find_partner[:finding], of_age[:grown]


@kernel
def take_minors_along(
    at: int,
    rows: Rows,
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
    households, homes : array, shape (n,)
        Their new ones.
    """
    turn = np.full(present.size + 1, NO_ROW, np.int32)  # place among those who leave; the first is for nobody
    before = household[rows]
    for k in range(rows.size):
        turn[rows[k] + 1] = k
    for i in range(present.size):
        of_mother, of_father = turn[np.uint32(mother[i] + 1)], turn[np.uint32(father[i] + 1)]
        if (of_mother < 0 and of_father < 0) or not present[i] or turn[i + 1] >= 0:
            continue
        if birth_month[i] <= at - 12 * adult_age:
            continue
        k = of_mother if of_mother >= 0 and before[of_mother] == household[i] else of_father
        if k >= 0 and before[k] == household[i]:
            household[i] = households[k]
            home[i] = homes[k]
    for k in range(rows.size):
        household[rows[k]] = households[k]
        home[rows[k]] = homes[k]
