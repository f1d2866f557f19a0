"""Compiled part of places: to whom they may be offered."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from wijksim.kernels import kernel
from wijksim.population.columns import Education, Status

__all__ = ["find_eligible"]

Array = NDArray[Any]

ASSISTANCE, WW, NO_BENEFIT = int(Status.SOCIAL_ASSISTANCE), int(Status.UNEMPLOYMENT_BENEFIT), int(Status.NO_BENEFIT)
PRACTICAL = int(Education.PRACTICAL)


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
    area: Array,
    last_place: Array,
    place_left: Array,
    placement_months: Array,
    chain_since: Array,
    paid: bool,
    assistance_only: bool,
    by_length: bool,
    practical_only: bool,
    generations_only: bool,
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
    found = 0
    for i in range(present.size):
        s = status[i]
        if not present[i] or not (s == ASSISTANCE or (not assistance_only and s in (WW, NO_BENEFIT))):
            continue
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
        if only_area >= 0 and area[i] != only_area:
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
