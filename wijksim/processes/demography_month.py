"""Compiled: what demography does in a month to those who are here, in as few calls as can be."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.kernels import kernel
from wijksim.population.columns import LeaveReason, Rows
from wijksim.population.places import places_of
from wijksim.processes.demography_events import draw_events, those_who_stay
from wijksim.processes.demography_leaving import leavers, settle_leavings, take_minors_along
from wijksim.processes.new_homes import take_empty
from wijksim.randomness import hash_one

__all__ = ["events_of_month", "leave_home"]

Array = NDArray[Any]

_DEATH = int(LeaveReason.DEATH)


@kernel
def _write_leaving(
    at: int,
    left: Rows,
    fate: NDArray[np.int8],
    uid: Array,
    adult_months: Array,
    adult_months_paid: Array,
    table: Array,
    lives: Array,
    life_adult_months: Array,
    life_adult_months_paid: Array,
    life_left_month: Array,
    life_left_reason: Array,
) -> int:
    """Write into the lineage when and why people die or move out, and their work history; how many died."""
    deaths = 0
    places = places_of(table, lives, uid, left)
    for n in range(left.size):
        row, place = left[n], places[n]
        life_left_month[place], life_left_reason[place] = at, fate[row]
        life_adult_months[place], life_adult_months_paid[place] = adult_months[row], adult_months_paid[row]
        deaths += fate[row] == _DEATH
    return deaths


@kernel
def events_of_month(
    present: Array,
    uid: Array,
    birth_month: Array,
    sex: Array,
    education: Array,
    head_row: Array,
    partner_row: Array,
    mother_row: Array,
    father_row: Array,
    adult_months: Array,
    adult_months_paid: Array,
    at: int,
    of_age_born_in: int,
    death: Array,
    move: Array,
    part: Array,
    parents_factor: float,
    mother_stays: float,
    form: Array,
    leave_home: Array,
    birth: Array,
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
    table: Array,
    lives: Array,
    life_adult_months: Array,
    life_adult_months_paid: Array,
    life_left_month: Array,
    life_left_reason: Array,
) -> tuple[Array, Rows, int, int, tuple[Rows, Rows, Rows, Rows]]:
    """Draw the events of a month, and write who dies, moves out or parts, but for references to them.

    Returns
    -------
    near : array of uint32
        Rows of all members of the households in which something happened, before it did; others too.
    left : array of intp, shape (n,)
        Rows of those who leave.
    deaths, parted : int
        How many die, and how many couples part of whom one stays.
    staying : tuple
        As of :func:`wijksim.processes.demography_events.those_who_stay`.
    """
    events, near, of_age = draw_events(
        at,
        of_age_born_in,
        present,
        uid,
        birth_month,
        sex,
        education,
        head_row,
        partner_row,
        mother_row,
        father_row,
        death,
        move,
        part,
        parents_factor,
        form,
        leave_home,
        birth,
        single_factor,
        couple_factor,
        birth_interval,
        adult_age,
        death_key,
        move_key,
        part_key,
        form_key,
        home_key,
        birth_key,
    )
    fate = settle_leavings(
        at,
        near,
        present,
        uid,
        birth_month,
        sex,
        head_row,
        partner_row,
        mother_row,
        father_row,
        events,
        mother_stays,
        adult_age,
        part_key,
    )
    left, parted = leavers(near, partner_row, events, fate)
    deaths = _write_leaving(
        at,
        left,
        fate,
        uid,
        adult_months,
        adult_months_paid,
        table,
        lives,
        life_adult_months,
        life_adult_months_paid,
        life_left_month,
        life_left_reason,
    )
    for row in left:
        present[row] = False
    return near, left, deaths, parted, those_who_stay(near, of_age, events, present, uid)


@kernel
def leave_home(
    present: Array,
    uid: Array,
    birth_month: Array,
    household: Array,
    home: Array,
    mother_row: Array,
    father_row: Array,
    at: int,
    rows: Rows,
    near: Array,
    adult_age: float,
    household_key: np.uint64,
    area_of_home: Array,
) -> tuple[Array, Array, Array, int]:
    """Let adult children form a household in the wijk, with their own minor children, who are all `near`.

    Returns
    -------
    households, before, homes : arrays, shape (n,)
        Identity of each household, the home they leave and their own one.
    built : int
        How many of these homes are new.
    """
    households, before = np.empty(rows.size, np.int64), np.empty(rows.size, np.int32)
    for k in range(rows.size):
        row = rows[k]
        households[k], before[k] = hash_one(household_key, uid[row], at, 0), home[row]
        if households[k] == household[row]:  # in the first month, for the smallest uid of the old household
            households[k] = hash_one(household_key, uid[row], at, 1)
    homes = np.empty(rows.size, np.int32)
    built = take_empty(present, home, area_of_home, area_of_home, before, homes)
    take_minors_along(
        at, rows, near, present, birth_month, household, home, mother_row, father_row, households, homes, adult_age
    )
    return households, before, homes, built
