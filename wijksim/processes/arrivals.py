"""Who comes from outside this month: whole households, and the new partners of single residents.

Both are copied from the run's newcomers with their lives moved to the present (`mechanisms.md` rule 16). A
household elsewhere is a slot, which is drawn each month with its own hazard of moving, so that the stream
doesn't depend on anything in the wijk. Identities follow `contracts.md` 1: an arrival is hash(its identity
elsewhere, month), and so are the forebears, because the same household may come twice; a partner is
hash(whose partner, number of the partnership).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wijksim.calendar import MONTHS_PER_YEAR
from wijksim.kernels import kernel
from wijksim.population.columns import NO_ROW, LeaveReason, Rows, Sex
from wijksim.population.places import free_uid
from wijksim.processes.demography_events import happens
from wijksim.processes.new_homes import give_homes
from wijksim.processes.newcomer_pool import NewcomerPool
from wijksim.processes.process import Month
from wijksim.randomness import Stream, draw, draws, hash_one, normal_icdf

__all__ = ["ARRIVAL_PARAMETERS", "Coming", "come_in", "who_comes"]

ARRIVAL_PARAMETERS = (
    "arrivals_per_departure",
    "partner_age_difference",
    "partner_age_sd",
    "partner_same_education_share",
    "state_pension_age_months",
)

_FEMALE = int(Sex.FEMALE)
_MOVED_OUT = int(LeaveReason.MOVED_OUT)

Uids = NDArray[np.int64]
Rows32 = NDArray[np.int32]
Counts = NDArray[np.int16]
Codes = NDArray[np.int8]


@dataclass(frozen=True)
class Coming:
    """Who comes this month, as rows of the newcomers.

    Parameters
    ----------
    seekers : array of intp, shape (couples,)
        Rows of the residents who find a partner.
    partners : array of intp, shape (couples,)
        Whom their partners are copies of.
    partner_uid : array of int64, shape (couples,)
        Identities of the partners.
    movers : array of intp, shape (n,)
        Members of the households that move in.
    which : array of intp, shape (n,)
        Place of each one's household among those.
    households : int
        How many households move in.
    """

    seekers: Rows
    partners: Rows
    partner_uid: Uids
    movers: Rows
    which: Rows
    households: int

    @property
    def size(self) -> int:
        """How many people come."""
        return self.partners.size + self.movers.size


def who_comes(month: Month, pool: NewcomerPool, seekers: Rows) -> Coming:
    """Draw the partners whom single residents find and the households that move in.

    The expected number of households is that of departures at the start times ``arrivals_per_departure``.

    Parameters
    ----------
    month : Month
        The month; nothing of it is changed.
    pool : NewcomerPool
        Who lives elsewhere.
    seekers : array of intp, shape (n,)
        Rows of those who find a partner if there is one, sorted by uid.
    """
    return Coming(
        *_find_partners(month, pool, seekers),
        *_households_that_come(
            month.key(Stream.ARRIVAL),
            pool.head_uid,
            pool.hazard,
            month.number("arrivals_per_departure"),
            pool.members,
            pool.first,
        ),
    )


def come_in(month: Month, pool: NewcomerPool, coming: Coming, rows: Rows) -> None:
    """Write those who come into the month, partners first; couples are formed, heads of households not yet found.

    Parameters
    ----------
    month : Month
        The month; its columns are written, its lineage and homes added to.
    pool : NewcomerPool
        Who lives elsewhere.
    coming : Coming
        Who comes.
    rows : array of intp, shape (coming.size,)
        New rows at their defaults, one after another.
    """
    columns, lineage, source, forebears = month.columns, month.state.lineage, pool.newcomers.columns, pool.forebears
    month.count("couples_formed", coming.partners.size)
    month.count("arrivals", coming.size)
    if coming.size == 0:
        return
    partners, place = coming.partners.size, pool.place[coming.movers]
    first = _record(month, pool, coming.partner_uid, pool.place[coming.partners], place)
    household, before = _households(
        month.key(Stream.HOUSEHOLD_UID, 0),
        month.at,
        coming.which,
        place,
        forebears.place_here,
        lineage.uid,
        coming.movers,
        source["home"],
        coming.households,
    )
    home = give_homes(month, household, pool.newcomers.homes, before)
    row_of = np.full(len(source) + 1, NO_ROW, np.int32)
    row_of[coming.movers] = rows[partners:]
    templates = np.concatenate([coming.partners, coming.movers])
    columns.write_copies(pool.templates, templates, int(rows[0]), month.index, row_of)
    _house(
        rows,
        coming.seekers,
        coming.which,
        household,
        home,
        first,
        place,
        forebears.place_here,
        lineage.uid,
        lineage.mother,
        lineage.father,
        columns["uid"],
        columns["mother"],
        columns["father"],
        columns["household"],
        columns["home"],
        columns["area"],
        columns["head_row"],
        columns["partner_row"],
        columns["partner_spell"],
        columns["starter"],
    )
    early, stand_ins = pool.not_yet_retired(
        templates,
        draws(month.key(Stream.ARRIVAL_TRAITS), columns["uid"][rows]),
        int(month.at_start("state_pension_age_months")),
        int(month.number("state_pension_age_months")),
    )
    if early.size:
        for name, values in pool.activity(stand_ins, month.index).items():
            columns[name][rows[early]] = values


@kernel
def _households_that_come(
    key: np.uint64, uid: Uids, hazard: NDArray[np.float64], factor: float, members: Rows, first: Rows
) -> tuple[Rows, Rows, int]:
    """Rows of all who come, the place of each one's household among those that come, and how many these are."""
    uniform = draws(key, uid)
    moving, which = np.empty(members.size, np.intp), np.empty(members.size, np.intp)
    people = count = 0
    for i in range(uid.size):
        if happens(uniform[i], hazard[i] * factor):
            for k in range(first[i], first[i + 1]):
                moving[people], which[people] = members[k], count
                people += 1
            count += 1
    return moving[:people].copy(), which[:people].copy(), count


@kernel
def _nearest(ages: NDArray[np.int64], begin: int, end: int, wanted: float) -> int:
    """Place of the age nearest to a wanted one among ages that rise; of equal ones the first; -1 where none is."""
    if begin == end:
        return NO_ROW
    above = begin + np.searchsorted(ages[begin:end], wanted)
    if above == begin:
        return begin
    below = begin + np.searchsorted(ages[begin:end], ages[above - 1])
    if above < end and abs(ages[above] - wanted) < abs(ages[below] - wanted):
        return int(above)
    return int(below)


@kernel
def _nearest_singles(
    seekers: Rows,
    at: int,
    uid_key: np.uint64,
    spread_key: np.uint64,
    alike_key: np.uint64,
    table: Rows32,
    known: Uids,
    uid: Uids,
    spell: Counts,
    birth_month: Rows32,
    sex: Codes,
    education: Codes,
    difference: float,
    spread: float,
    alike_share: float,
    singles: Rows,
    single_ages: NDArray[np.int64],
    groups: NDArray[np.int64],
) -> tuple[Rows, Rows, Uids]:
    """Who finds a partner, the row of the partner elsewhere, and his or her identity; difference, spread in months."""
    found, chosen = np.empty(seekers.size, np.intp), np.empty(seekers.size, np.intp)
    names = np.empty(seekers.size, np.int64)
    count = 0
    for i in seekers:
        name = free_uid(table, known, uid_key, uid[i], spell[i])
        older = difference if sex[i] == _FEMALE else -difference
        wanted = at - birth_month[i] + older + spread * normal_icdf(draw(spread_key, name))
        group = groups[1 - sex[i], 0]
        if draw(alike_key, name) < alike_share:
            alike = groups[1 - sex[i], 1 + education[i]]
            if alike[0] < alike[1]:
                group = alike
        place = _nearest(single_ages, group[0], group[1], wanted)
        if place >= 0:
            found[count], chosen[count], names[count] = i, singles[place], name
            count += 1
    return found[:count].copy(), chosen[:count].copy(), names[:count].copy()


def _find_partners(month: Month, pool: NewcomerPool, seekers: Rows) -> tuple[Rows, Rows, Uids]:
    """Those who find a partner, the newcomers whom their partners are copies of, and the partners' identities.

    A partner is the single adult of the other sex nearest to the wanted age: that of the seeker, the mean
    difference between men and women, and a normal spread. In a share of cases the education is the seeker's.
    """
    if seekers.size == 0:
        return seekers, seekers, np.empty(0, np.int64)
    columns, lineage = month.columns, month.state.lineage
    found: tuple[Rows, Rows, Uids] = _nearest_singles(
        seekers,
        month.at,
        month.key(Stream.PARTNER_UID, 0),
        month.key(Stream.PARTNER_TRAITS, 0),
        month.key(Stream.PARTNER_TRAITS, 1),
        lineage.table(),
        lineage.uid,
        columns["uid"],
        columns["partner_spell"],
        columns["birth_month"],
        columns["sex"],
        columns["education"],
        MONTHS_PER_YEAR * month.number("partner_age_difference"),
        MONTHS_PER_YEAR * month.number("partner_age_sd"),
        month.number("partner_same_education_share"),
        pool.singles,
        pool.single_ages,
        pool.groups,
    )
    return found


def _record(month: Month, pool: NewcomerPool, partner_uid: Uids, partner_place: Rows, place: Rows) -> int:
    """Write partners, those who move in and all forebears into the lineage; the place of the first there.

    Where each person elsewhere stands there goes into `place_here` of the forebears.
    """
    lineage, forebears = month.state.lineage, pool.forebears
    known = forebears.with_ancestors(place, partner_place)
    table = lineage.table()
    first = lineage.extend(partner_place.size + known.size)
    _write_lives(
        first,
        month.at,
        month.index,
        month.key(Stream.ARRIVAL_UID, 0),
        table,
        partner_uid,
        partner_place,
        known,
        place,
        forebears.place_here,
        forebears.uid,
        forebears.mother,
        forebears.father,
        forebears.birth_month,
        forebears.adult_months,
        forebears.adult_months_paid,
        forebears.left_month,
        forebears.left_reason,
        lineage.uid,
        lineage.mother,
        lineage.father,
        lineage.birth_month,
        lineage.adult_months,
        lineage.adult_months_paid,
        lineage.left_month,
        lineage.left_reason,
    )
    return first


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
    from_mother: Rows,
    from_father: Rows,
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
        here = first + partners + k
        place_here[known[k]] = here
        uid[here] = free_uid(table, uid, key, from_uid[known[k]], at)
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
def _house(
    rows: Rows,
    seekers: Rows,
    which: Rows,
    households: Uids,
    homes: Rows32,
    first: int,
    place: Rows,
    place_here: Rows32,
    known: Uids,
    known_mother: Uids,
    known_father: Uids,
    uid: Uids,
    mother: Uids,
    father: Uids,
    household: Uids,
    home: Rows32,
    area: Counts,
    head: Rows32,
    partner: Rows32,
    spell: Counts,
    starter: NDArray[np.bool_],
) -> None:
    """Write identity and household of those who came: first partners, who join the seekers, then households.

    Partners stand in the lineage from `first` on, the others as `place_here` says. An area is that of the home
    elsewhere; heads are found later.
    """
    for k in range(rows.size):
        row, n = rows[k], k - seekers.size
        life = first + k if n < 0 else place_here[place[n]]
        uid[row], mother[row], father[row] = known[life], known_mother[life], known_father[life]
        starter[row] = False
        head[row] = NO_ROW
        if n < 0:
            seeker = seekers[k]
            household[row], home[row], area[row] = household[seeker], home[seeker], area[seeker]
            partner[row], partner[seeker] = seeker, row
            spell[row] += 1
            spell[seeker] += 1
        else:
            household[row], home[row] = households[which[n]], homes[which[n]]
