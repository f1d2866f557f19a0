"""Compiled parts of places: how many are filled, who may have one, and in which order."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.kernels import kernel
from wijksim.population.columns import Education, Status
from wijksim.processes.rows import rows_where
from wijksim.randomness import draw

__all__ = ["count_workers", "find_eligible", "first_in_line", "paid_places", "remember_assistance"]

Array = NDArray[Any]

ASSISTANCE, WW, NO_BENEFIT = int(Status.SOCIAL_ASSISTANCE), int(Status.UNEMPLOYMENT_BENEFIT), int(Status.NO_BENEFIT)
PRACTICAL, SUBSIDISED = int(Education.PRACTICAL), int(Status.SUBSIDISED_JOB)


@kernel
def count_workers(present: Array, employer: Array, workers: Array) -> None:
    """Add the filled places of each enterprise to `workers`, shape (enterprises,)."""
    for i in range(present.size):
        if employer[i] >= 0 and present[i]:
            workers[employer[i]] += 1


@kernel
def paid_places(present: Array, employer: Array, status: Array, education: Array, places: Array) -> None:
    """Add the paid jobs at social enterprises by education to `places`, shape (educations,)."""
    for i in range(present.size):
        if employer[i] >= 0 and present[i] and status[i] == SUBSIDISED:
            places[education[i]] += 1


@kernel
def find_eligible(
    at: int,
    enterprise: int,
    present: Array,
    status: Array,
    sick_since: Array,
    birth_month: Array,
    education: Array,
    employability: Array,
    generations_without_work: Array,
    home: Array,
    last_place: Array,
    place_left: Array,
    placement_months: Array,
    chain_since: Array,
    paid: bool,
    assistance_only: bool,
    by_length: bool,
    practical_only: bool,
    generations_only: bool,
    area_of_home: Array,
    only_area: int,
    adult_months: int,
    pension_months: int,
    practical_months: int,
    limit_practical: float,
    limit_others: float,
    chain_interval: int,
    chain_longest: int,
    placement_longest: int,
    rows: Array,
) -> int:
    """Write the rows of those to whom a plan's places may be offered, and give how many they are.

    The rules are those of :func:`wijksim.processes.places.eligible_rows`; `by_length` holds a chain against somebody
    by its length (temporary paid jobs), else only an end that nobody wanted.
    """
    jobless = np.empty(present.size, np.bool_)
    for i in range(present.size):
        s = status[i]
        jobless[i] = present[i] & ((s == ASSISTANCE) | ((not assistance_only) & ((s == WW) | (s == NO_BENEFIT))))
    found = 0
    for i in rows_where(jobless):
        age = at - birth_month[i]
        if sick_since[i] >= 0 or age < adult_months or age >= pension_months:
            continue
        practical = education[i] == PRACTICAL
        if paid and not employability[i] < (limit_practical if practical else limit_others):
            continue
        if practical_only and not (practical and age < practical_months):
            continue
        if generations_only and generations_without_work[i] < 1:
            continue
        if only_area >= 0 and area_of_home[home[i]] != only_area:
            continue
        if not paid and placement_months[i] >= placement_longest:
            continue
        if last_place[i] == enterprise and place_left[i] >= 0 and at - place_left[i] <= chain_interval:
            used_up = at - chain_since[i] >= chain_longest if paid and by_length else chain_since[i] == 0
            if used_up:
                continue
        rows[found] = i
        found += 1
    return found


@kernel
def _goes_before(
    a: int, b: int, ended_a: bool, ended_b: bool, longest: bool, key: np.uint64, uid: Array, out_of_work_since: Array
) -> bool:
    if ended_a != ended_b:
        return ended_a
    if longest and out_of_work_since[a] != out_of_work_since[b]:
        return bool(out_of_work_since[a] < out_of_work_since[b])
    mine, other = draw(key, uid[a]), draw(key, uid[b])
    return bool(mine < other or (mine == other and uid[a] < uid[b]))


@kernel
def first_in_line(
    at: int,
    enterprise: int,
    rows: Array,
    longest: bool,
    key: np.uint64,
    uid: Array,
    out_of_work_since: Array,
    last_place: Array,
    place_left: Array,
    chain_since: Array,
    places: Array,
    renewed: Array,
) -> None:
    """Fill `places`, of which there are no more than `rows`, with those to whom places are offered first.

    First those whose contract with the enterprise came to its end this month, who are `renewed`, shape (places,); then,
    when `longest`, those longest out of work; then by lot, and by identity.
    """
    taken = 0
    for n in range(rows.size):
        row = rows[n]
        ended = last_place[row] == enterprise and place_left[row] == at and chain_since[row] > 0
        place = taken
        while place > 0 and _goes_before(
            row, places[place - 1], ended, renewed[place - 1], longest, key, uid, out_of_work_since
        ):
            place -= 1
        if place == places.size:
            continue
        taken = min(taken + 1, places.size)
        for k in range(taken - 1, place, -1):
            places[k], renewed[k] = places[k - 1], renewed[k - 1]
        places[place], renewed[place] = row, ended


@kernel
def remember_assistance(
    rows: Array,
    renewed: Array,
    ever_placed: Array,
    unit_row: Array,
    assistance: Array,
    placed_assistance: Array,
    norm_cents: float,
    counts: Array,
) -> None:
    """Keep what the unit of each got last month, in norms of a single person; once for two of a unit.

    Not for those whose contract is renewed: what their unit got before the place stays. Adds to `counts` who is placed
    for the first time, who is renewed, and who else is placed again.
    """
    for k in range(rows.size):
        row = rows[k]
        first = ever_placed[row] < 0
        counts[0] += first
        counts[1] += renewed[k]
        counts[2] += not first and not renewed[k]
        if renewed[k]:
            continue
        told = norm_cents <= 0.0
        for n in range(k):
            told |= not renewed[n] and unit_row[rows[n]] == unit_row[row]
        placed_assistance[row] = 0.0 if told else assistance[unit_row[row]] / norm_cents
