"""Compiled parts of arrivals: lives of those who come and their forebears, and their households and homes here."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wijksim.kernels import kernel
from wijksim.population.columns import NO_ROW, LeaveReason, Rows
from wijksim.population.places import free_uids
from wijksim.processes.new_homes import take_empty
from wijksim.randomness import hash_one

__all__ = ["house", "move_in"]

_MOVED_OUT = int(LeaveReason.MOVED_OUT)

Uids = NDArray[np.int64]
Rows32 = NDArray[np.int32]
Months = NDArray[np.int16]
Counts = NDArray[np.int16]
Codes = NDArray[np.int8]


@kernel
def move_in(
    present: NDArray[np.bool_],
    home: Rows32,
    seekers: Rows,
    partners: Rows,
    partner_uid: Uids,
    movers: Rows,
    which: Rows,
    households: int,
    known: Rows,
    first_row: int,
    first: int,
    at: int,
    shift: int,
    uid_key: np.uint64,
    household_key: np.uint64,
    table: Rows32,
    area_of_home: Counts,
    place_elsewhere: Rows,
    place_here: Rows32,
    row_of: Rows32,
    home_elsewhere: Rows32,
    area_elsewhere: Counts,
    from_uid: Uids,
    from_mother: Rows32,
    from_father: Rows32,
    from_birth_month: Rows32,
    from_adult_months: Counts,
    from_adult_months_paid: Counts,
    from_left_month: Rows32,
    from_left_reason: Codes,
    lives: Uids,
    life_mother: Uids,
    life_father: Uids,
    life_birth_month: Rows32,
    life_adult_months: Counts,
    life_adult_months_paid: Counts,
    life_left_month: Rows32,
    life_left_reason: Codes,
) -> tuple[Rows, Uids, Rows32, Rows32, int]:
    """Write those who come and all forebears into the lineage, from its place `first` on, and give homes.

    Where each person elsewhere stands in the lineage goes into `place_here`, and the row of each mover into `row_of`.

    Returns
    -------
    templates : array of intp, shape (people,)
        Whom those who come are copies of, partners first.
    household, before, home : arrays, shape (households,)
        Identity of each household, its home elsewhere and its home here.
    built : int
        How many homes are new.
    """
    place, partner_place = place_elsewhere[movers], place_elsewhere[partners]
    _write_lives(
        first,
        at,
        shift,
        uid_key,
        table,
        partner_uid,
        partner_place,
        known,
        place,
        place_here,
        from_uid,
        from_mother,
        from_father,
        from_birth_month,
        from_adult_months,
        from_adult_months_paid,
        from_left_month,
        from_left_reason,
        lives,
        life_mother,
        life_father,
        life_birth_month,
        life_adult_months,
        life_adult_months_paid,
        life_left_month,
        life_left_reason,
    )
    household, before = _households(
        household_key, at, which, place, place_here, lives, movers, home_elsewhere, households
    )
    given = np.empty(households, np.int32)
    built = take_empty(present, home, area_of_home, area_elsewhere, before, given)
    templates = np.empty(partners.size + movers.size, np.intp)
    templates[: partners.size], templates[partners.size :] = partners, movers
    for n in range(movers.size):
        row_of[movers[n]] = first_row + partners.size + n
    return templates, household, before, given, built


@kernel
def _write_lives(
    first: int,
    at: int,
    shift: int,
    key: np.uint64,
    table: Rows32,
    partner_uid: Uids,
    partner_place: Rows,
    known: Rows,
    place: Rows,
    place_here: Rows32,
    from_uid: Uids,
    from_mother: Rows32,
    from_father: Rows32,
    from_birth_month: Rows32,
    from_adult_months: Counts,
    from_adult_months_paid: Counts,
    from_left_month: Rows32,
    from_left_reason: Codes,
    uid: Uids,
    mother: Uids,
    father: Uids,
    birth_month: Rows32,
    adult_months: Counts,
    adult_months_paid: Counts,
    left_month: Rows32,
    left_reason: Codes,
) -> None:
    """Write the lives of people elsewhere, moved in time by `shift`; partners and `place` live here, others don't."""
    partners = partner_place.size
    for k in range(partners):
        uid[first + k] = partner_uid[k]
    for k in range(known.size):
        place_here[known[k]] = first + partners + k
    free_uids(table, uid, key, from_uid, known, at, uid[first + partners :])
    for k in range(partners + known.size):
        here = first + k
        life = partner_place[k] if k < partners else known[k - partners]
        mother[here] = uid[place_here[from_mother[life]]] if from_mother[life] >= 0 else -1
        father[here] = uid[place_here[from_father[life]]] if from_father[life] >= 0 else -1
        birth_month[here] = from_birth_month[life] + shift
        adult_months[here] = from_adult_months[life]
        adult_months_paid[here] = from_adult_months_paid[life]
        left_month[here] = from_left_month[life] + shift if from_left_month[life] >= 0 else at
        left_reason[here] = from_left_reason[life] if from_left_reason[life] > 0 else _MOVED_OUT
    for k in range(partners + place.size):
        here = first + k if k < partners else place_here[place[k - partners]]
        left_month[here], left_reason[here] = -1, 0


@kernel
def _households(
    key: np.uint64,
    at: int,
    which: Rows,
    place: Rows,
    place_here: Rows32,
    uid: Uids,
    moving: Rows,
    home: Rows32,
    count: int,
) -> tuple[Uids, Rows32]:
    """Identity of each household that comes, made of that of the member with the smallest, and its home elsewhere."""
    household, before = np.full(count, -1, np.int64), np.empty(count, np.int32)
    for k in range(which.size):
        member = uid[place_here[place[k]]]
        if household[which[k]] < 0 or member < household[which[k]]:
            household[which[k]] = member
        before[which[k]] = home[moving[k]]
    for k in range(count):
        household[k] = hash_one(key, household[k], at, 0)
    return household, before


@kernel
def house(
    uid: Uids,
    household: Uids,
    home: Rows32,
    head_row: Rows32,
    partner_row: Rows32,
    partner_spell: NDArray[np.int8],
    starter: NDArray[np.bool_],
    seekers: Rows,
    movers: Rows,
    templates: Rows,
    which: Rows,
    households: Uids,
    homes: Rows32,
    first_row: int,
    first: int,
    lives: Uids,
    place_elsewhere: Rows,
    place_here: Rows32,
    retired_born_in: Months,
    young_born_after: int,
) -> int:
    """Write identity and household of those who came: first partners, who join the seekers, then households.

    Partners stand in the lineage from `first` on, the others as `place_here` says. Heads
    are found later. How many retired elsewhere, but are too young for that here, is handed back.
    """
    young = 0
    for k in range(templates.size):
        row, n = first_row + k, k - seekers.size
        life = first + k if n < 0 else place_here[place_elsewhere[movers[n]]]
        uid[row] = lives[life]
        starter[row] = False
        head_row[row] = NO_ROW
        young += retired_born_in[templates[k]] > young_born_after
        if n < 0:
            seeker = seekers[k]
            household[row], home[row] = household[seeker], home[seeker]
            partner_row[row], partner_row[seeker] = seeker, row
            partner_spell[row] += 1
            partner_spell[seeker] += 1
        else:
            household[row], home[row] = households[which[n]], homes[which[n]]
    return young
