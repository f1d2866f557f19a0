"""Who comes from outside this month: whole households, and the new partners of single residents.

Both are copied from the run's newcomers with their lives moved to the present (`mechanisms.md` rule 16). A
household elsewhere is a slot, which is drawn each month with its own hazard of moving, so that the stream
doesn't depend on anything in the wijk. Identities follow `contracts.md` 1: an arrival is hash(its identity
elsewhere, month), and so are the forebears, because the same household may come twice; a partner is
hash(whose partner, number of the partnership).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.calendar import MONTHS_PER_YEAR
from wijksim.kernels import kernel
from wijksim.population.columns import NO_ROW, Rows, Sex
from wijksim.population.world import Homes, Lineage
from wijksim.processes.demography_events import happens
from wijksim.processes.new_homes import give_homes
from wijksim.processes.newcomer_pool import ACTIVITY_COLUMNS, NewcomerPool
from wijksim.processes.process import Month
from wijksim.randomness import Stream, draw, draws, hash_uid, normal_icdf

__all__ = ["ARRIVAL_PARAMETERS", "Arrived", "come_in", "fresh_uids"]

ARRIVAL_PARAMETERS = (
    "arrivals_per_departure",
    "partner_age_difference",
    "partner_age_sd",
    "partner_same_education_share",
    "state_pension_age_months",
)

_FEMALE = int(Sex.FEMALE)

Uids = NDArray[np.int64]


@dataclass(frozen=True)
class Arrived:
    """Who came this month.

    Parameters
    ----------
    partners, seekers : array of intp, shape (couples,)
        Rows of new partners, and of the residents whose partners they are.
    movers : array of intp, shape (n,)
        Rows of members of households that moved in.
    records : mapping of str to array
        Fields for `Lineage.add`, of all of them and their forebears.
    """

    partners: Rows
    seekers: Rows
    movers: Rows
    records: Mapping[str, NDArray[Any]]


def fresh_uids(lineage: Lineage, seed: int, stream: Stream, first: Uids, second: Uids | int) -> Uids:
    """Identities that nobody in the lineage has, by :func:`wijksim.randomness.hash_uid`."""
    uids = hash_uid(seed, stream, first, second)
    counter = 0
    while (taken := lineage.places_of(uids) >= 0).any():
        counter += 1
        uids = np.where(taken, hash_uid(seed, stream, first, second, counter), uids)
    return uids


def come_in(month: Month, pool: NewcomerPool, seekers: Rows) -> Arrived:
    """Add rows for the partners whom single residents find and for the households that move in.

    The expected number of households is that of departures at the start times ``arrivals_per_departure``.

    Parameters
    ----------
    month : Month
        The month; rows are added to its columns, homes to its homes.
    pool : NewcomerPool
        Who lives elsewhere.
    seekers : array of intp, shape (n,)
        Rows of those who find a partner if there is one, sorted by uid.
    """
    columns, lineage, forebears = month.columns, month.state.lineage, pool.forebears
    seekers, chosen, partner_uid = _find_partners(month, pool, seekers)
    slots = _slots_that_come(
        month.key(Stream.ARRIVAL), pool.head_uid, pool.hazard, month.number("arrivals_per_departure")
    )
    moving, which = pool.members_of(slots)
    partner_place, place = pool.place[chosen], pool.place[moving]
    parents = np.concatenate([forebears.mother[partner_place], forebears.father[partner_place]])
    known = forebears.with_ancestors(np.concatenate([place, parents[parents >= 0]]))
    names = fresh_uids(lineage, month.seed, Stream.ARRIVAL_UID, forebears.uid[known], month.at)
    entry = np.concatenate([np.arange(chosen.size), chosen.size + np.searchsorted(known, place)])
    lives_here = np.zeros(chosen.size + known.size, bool)
    lives_here[entry] = True
    records = forebears.records(
        np.concatenate([partner_place, known]),
        np.concatenate([partner_uid, names]),
        (known, names),
        month.at,
        month.index,
        lives_here,
    )
    household, home = _settle(month, pool, moving, which, records["uid"][entry[chosen.size :]], slots.size)
    values = {name: records[name][entry] for name in ("uid", "mother", "father")}
    values["household"] = np.concatenate([columns["household"][seekers], household])
    values["home"] = np.concatenate([columns["home"][seekers], home])
    values["area"] = np.concatenate([columns["area"][seekers], pool.newcomers.columns["area"][moving]])
    rows = _append(month, pool, np.concatenate([chosen, moving]), chosen.size, values)
    return Arrived(rows[: chosen.size], seekers, rows[chosen.size :], records)


@kernel
def _slots_that_come(key: np.uint64, uid: Uids, hazard: NDArray[np.float64], factor: float) -> Rows:
    uniform = draws(key, uid)
    chosen = np.empty(uid.size, np.intp)
    count = 0
    for i in range(uid.size):
        if happens(uniform[i], hazard[i] * factor):
            chosen[count] = i
            count += 1
    return chosen[:count].copy()


@kernel
def _nearest_singles(
    spread_key: np.uint64,
    alike_key: np.uint64,
    partner_uid: Uids,
    age: NDArray[np.int64],
    sex: NDArray[np.int8],
    education: NDArray[np.int8],
    difference: float,
    spread: float,
    alike_share: float,
    singles: Rows,
    single_ages: NDArray[np.int64],
    groups: NDArray[np.int64],
) -> Rows:
    """Row of the single person nearest to each wanted age in months, or -1; difference and spread in months."""
    chosen = np.full(partner_uid.size, NO_ROW, np.intp)
    for k in range(partner_uid.size):
        older = difference if sex[k] == _FEMALE else -difference
        wanted = age[k] + older + spread * normal_icdf(draw(spread_key, partner_uid[k]))
        group = groups[1 - sex[k], 0]
        if draw(alike_key, partner_uid[k]) < alike_share:
            alike = groups[1 - sex[k], 1 + education[k]]
            if alike[0] < alike[1]:
                group = alike
        best = np.inf
        for place in range(group[0], group[1]):
            distance = abs(single_ages[place] - wanted)
            if distance < best:
                best = distance
                chosen[k] = singles[place]
    return chosen


def _find_partners(month: Month, pool: NewcomerPool, seekers: Rows) -> tuple[Rows, Rows, Uids]:
    """Those who find a partner, the newcomers whom their partners are copies of, and the partners' identities.

    A partner is the single adult of the other sex nearest to the wanted age: that of the seeker, the mean
    difference between men and women, and a normal spread. In a share of cases the education is the seeker's.
    """
    columns = month.columns
    spell = columns["partner_spell"][seekers].astype(np.int64)
    uid = fresh_uids(month.state.lineage, month.seed, Stream.PARTNER_UID, columns["uid"][seekers], spell)
    chosen = _nearest_singles(
        month.key(Stream.PARTNER_TRAITS, 0),
        month.key(Stream.PARTNER_TRAITS, 1),
        uid,
        month.at - columns["birth_month"][seekers].astype(np.int64),
        columns["sex"][seekers],
        columns["education"][seekers],
        MONTHS_PER_YEAR * month.number("partner_age_difference"),
        MONTHS_PER_YEAR * month.number("partner_age_sd"),
        month.number("partner_same_education_share"),
        pool.singles,
        pool.single_ages,
        pool.groups,
    )
    found = chosen >= 0
    return seekers[found], chosen[found], uid[found]


def _settle(
    month: Month, pool: NewcomerPool, moving: Rows, which: Rows, uid: Uids, count: int
) -> tuple[Uids, NDArray[np.int32]]:
    """Household and home of the members of households that move in."""
    smallest = np.full(count, np.iinfo(np.int64).max)
    np.minimum.at(smallest, which, uid)
    household = hash_uid(month.seed, Stream.HOUSEHOLD_UID, smallest, month.at)
    before = pool.newcomers.columns["home"][moving[np.searchsorted(which, np.arange(count))]]
    homes = pool.newcomers.homes
    home = give_homes(month, household, Homes(homes.x[before], homes.y[before], homes.area[before]))
    return household[which], home[which]


def _append(month: Month, pool: NewcomerPool, templates: Rows, partners: int, values: dict[str, NDArray[Any]]) -> Rows:
    """Add copies of newcomers, of whom the first come as partners; relatives who come keep each other."""
    columns, source = month.columns, pool.newcomers.columns
    row_of = np.full(len(source) + 1, NO_ROW, np.int32)
    row_of[templates[partners:]] = len(columns) + np.arange(partners, templates.size)
    references = {
        column.name: row_of[source[column.name][templates]] for column in columns.declared if column.kind == "row"
    }
    copied = pool.templates.values(templates, month.index)
    early, stand_ins = pool.not_yet_retired(
        templates,
        draws(month.key(Stream.ARRIVAL_TRAITS), values["uid"]),
        int(month.at_start("state_pension_age_months")),
        int(month.number("state_pension_age_months")),
    )
    if early.size:
        activity = pool.templates.values(stand_ins, month.index)
        for name in ACTIVITY_COLUMNS & copied.keys():
            copied[name][early] = activity[name]
    return columns.append(templates.size, {**copied, **references, "starter": False, **values})
