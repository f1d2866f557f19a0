"""Compiled loops of demography: who has which event this month, by draws and hazards."""

from __future__ import annotations

import math
from enum import IntFlag, auto

import numpy as np
from numpy.typing import NDArray

from wijksim.kernels import kernel
from wijksim.population.columns import Rows, Sex
from wijksim.processes.rows import few_rows_where
from wijksim.randomness import draw

__all__ = ["Event", "draw_events", "happens", "sort_by_uid", "those_who_stay"]


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
def _highest_from(hazard: NDArray[np.float64]) -> NDArray[np.float64]:
    """Highest hazard at each age and all later ones."""
    highest = hazard.copy()
    for age in range(hazard.size - 2, -1, -1):
        highest[age] = max(highest[age], highest[age + 1])
    return highest


@kernel
def _draw_alone(
    at: int,
    marked: NDArray[np.uint32],
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
    form: NDArray[np.float64],
    leave_home: NDArray[np.float64],
    birth: NDArray[np.float64],
    single_factor: float,
    couple_factor: float,
    birth_interval: float,
    death_key: np.uint64,
    move_key: np.uint64,
    form_key: np.uint64,
    home_key: np.uint64,
    birth_key: np.uint64,
    events: NDArray[np.uint8],
) -> NDArray[np.uint32]:
    """Draw events of those marked as far as it can be told without children and others of the household.

    Returns
    -------
    array of uint32
        Rows whose move, parting or birth remains to be looked at.
    """
    last = move.size - 1
    moves_from = _highest_from(move)
    waiting, count = np.empty(marked.size, np.uint32), 0
    for i in marked:
        marks, drawn, waits = events[i], 0, 0
        events[i] = 0
        if not present[i]:
            continue
        age, h, other = _age(at, birth_month[i], last), head[i], partner[i]
        if marks & _DIES and happens(draw(death_key, uid[i]), death[sex[i], age]):
            drawn |= _DIES
        if marks & _MOVES and h == i and draw(move_key, uid[i]) < moves_from[age]:
            waits |= _MOVES
        if marks & _PARTS and other >= 0 and uid[i] < uid[other]:
            waits |= _PARTS
        if marks & (_LEAVES_HOME | _FINDS) and other < 0:
            if (mother[i] >= 0 and head[mother[i]] == h) or (father[i] >= 0 and head[father[i]] == h):
                if marks & _LEAVES_HOME and happens(draw(home_key, uid[i]), leave_home[sex[i], age]):
                    drawn |= _LEAVES_HOME
            elif marks & _FINDS and happens(draw(form_key, uid[i]), form[age]):
                drawn |= _FINDS
        if marks & _BIRTH and sex[i] == _FEMALE and birth[education[i], age] > 0:
            hazard = birth[education[i], age] * (couple_factor if other >= 0 else single_factor)
            # The rate counts all women; those who have just given birth are left out, so the others have more.
            hazard /= 1 - hazard * birth_interval
            if happens(draw(birth_key, uid[i]), hazard):
                waits |= _BIRTH
        events[i] = drawn | waits
        waiting[count] = i
        count += waits > 0
    return waiting[:count]


@kernel
def _looked_at(
    at: int,
    adult_born_by: int,
    of_age_born_in: int,
    youngest_born_by: int,
    marked: NDArray[np.uint32],
    present: NDArray[np.bool_],
    birth_month: NDArray[np.int16],
    head: NDArray[np.int32],
    mother: NDArray[np.int32],
    father: NDArray[np.int32],
    events: NDArray[np.uint8],
) -> tuple[NDArray[np.uint32], Rows, NDArray[np.bool_]]:
    """Members of all households in which something may happen, who comes of age, and who had a child lately.

    Something may happen where somebody has an event or comes of age, or where no adult is seen at first sight: the
    head is a minor without an adult parent there.
    """
    rows = head.size
    household = np.zeros(rows + 1, np.bool_)  # by row of the head; the first place is for nobody
    for i in marked:
        if events[i]:
            household[head[i] + 1] = True
    young = np.empty(rows, np.bool_)
    for i in range(rows):
        child = (birth_month[i] > adult_born_by) & (head[i] == i)
        young[i] = present[i] & (child | (birth_month[i] == of_age_born_in) | (birth_month[i] > youngest_born_by))
    gave_birth = np.zeros(rows + 1, np.bool_)  # the first place is for nobody
    of_age, grown = np.empty(rows, np.intp), 0
    for i in few_rows_where(young):
        if birth_month[i] == of_age_born_in:
            of_age[grown] = i
            grown += 1
            household[head[i] + 1] = True
        if birth_month[i] > youngest_born_by:
            gave_birth[mother[i] + 1] = True
        if birth_month[i] > adult_born_by and head[i] == i:
            seen = False
            for parent in (mother[i], father[i]):
                seen |= parent >= 0 and head[parent] == i and birth_month[parent] <= adult_born_by
            household[i + 1] |= not seen
    household[0] = False
    near = np.empty(rows, np.bool_)
    for i in range(rows):
        near[i] = household[np.uint32(head[i] + 1)] & present[i]
    return few_rows_where(near), of_age[:grown], gave_birth


@kernel
def draw_events(
    at: int,
    of_age_born_in: int,
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
) -> tuple[NDArray[np.uint8], NDArray[np.uint32], Rows]:
    """Draw the events of all residents.

    Hazards are those of :class:`wijksim.processes.demography_rates.Rates`. A household's move is drawn for
    its head, a couple's parting for the smaller uid of the two.

    Returns
    -------
    events : array of uint8, shape (rows,)
        :class:`Event` flags.
    near : array of uint32
        Rows of all members of households in which somebody has an event or comes of age, or that may have no adult;
        others too.
    of_age : array of intp
        Rows of those who come of age.
    """
    rows = uid.size
    last = move.size - 1
    adult_born_by = at - 12 * adult_age
    events = np.zeros(rows, np.uint8)
    _mark(events, _DIES, death_key, uid, death.max())
    _mark(events, _MOVES, move_key, uid, move.max())
    _mark(events, _PARTS, part_key, uid, part.max() * max(parents_factor, 1.0))
    _mark(events, _FINDS, form_key, uid, form.max())
    _mark(events, _LEAVES_HOME, home_key, uid, leave_home.max())
    _mark(events, _BIRTH, birth_key, uid, _all_births(birth.max(), single_factor, couple_factor, birth_interval))
    marked = few_rows_where(events != 0)
    waiting = _draw_alone(
        at,
        marked,
        present,
        uid,
        birth_month,
        sex,
        education,
        head,
        partner,
        mother,
        father,
        death,
        move,
        form,
        leave_home,
        birth,
        single_factor,
        couple_factor,
        birth_interval,
        death_key,
        move_key,
        form_key,
        home_key,
        birth_key,
        events,
    )
    near, of_age, gave_birth = _looked_at(
        at,
        math.floor(adult_born_by),
        of_age_born_in,
        math.floor(at - birth_interval),
        marked,
        present,
        birth_month,
        head,
        mother,
        father,
        events,
    )
    eldest, minors = np.empty(rows, np.int32), np.empty(rows, np.int32)  # by row of the head, of those looked at
    for i in near:
        eldest[head[i]], minors[head[i]] = at, 0
    for i in near:
        eldest[head[i]] = min(eldest[head[i]], birth_month[i])
        minors[head[i]] += birth_month[i] > adult_born_by
    for i in waiting:
        drawn = int(events[i])
        if drawn & _MOVES and not happens(draw(move_key, uid[i]), move[_age(at, eldest[i], last)]):
            drawn -= _MOVES
        if drawn & _PARTS:
            hazard = part[_age(at, min(birth_month[i], birth_month[partner[i]]), last)]
            if minors[head[i]] > 0:
                hazard *= parents_factor
            if not happens(draw(part_key, uid[i]), hazard):
                drawn -= _PARTS
        if drawn & _BIRTH and gave_birth[i + 1]:
            drawn -= _BIRTH
        events[i] = drawn
    return events, near, of_age


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
    near: NDArray[np.uint32],
    of_age: Rows,
    events: NDArray[np.uint8],
    present: NDArray[np.bool_],
    uid: NDArray[np.int64],
) -> tuple[Rows, Rows, Rows, Rows]:
    """Rows of those who leave home, give birth and find a partner, sorted by uid; and of those who come of age.

    Only residents who are still here after deaths and departures; all who have an event are `near`.
    """
    leave_home, give_birth, find_partner = (
        np.empty(near.size, np.intp),
        np.empty(near.size, np.intp),
        np.empty(near.size, np.intp),
    )
    leaving = births = finding = 0
    for i in near:
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
    return leave_home[:leaving], give_birth[:births], find_partner[:finding], of_age[present[of_age]]
