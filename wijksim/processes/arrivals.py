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
from wijksim.kernels import call, kernel
from wijksim.population.columns import NO_ROW, Rows, Sex
from wijksim.population.places import free_uid
from wijksim.processes.arrivals_kernels import house, move_in
from wijksim.processes.demography_events import happens
from wijksim.processes.new_homes import build_homes
from wijksim.processes.newcomer_pool import NewcomerPool
from wijksim.processes.process import Month
from wijksim.processes.rows import few_rows_where
from wijksim.randomness import Stream, draw, draws, normal_icdf

__all__ = ["ARRIVAL_PARAMETERS", "Coming", "come_in", "who_comes"]

ARRIVAL_PARAMETERS = (
    "arrivals_per_departure",
    "partner_age_difference",
    "partner_age_sd",
    "partner_same_education_share",
    "state_pension_age_months",
)

_FEMALE = int(Sex.FEMALE)

Uids = NDArray[np.int64]
Rows32 = NDArray[np.int32]
Months = NDArray[np.int16]
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
    columns, lineage, forebears = month.columns, month.state.lineage, pool.forebears
    month.count("couples_formed", coming.partners.size)
    month.count("arrivals", coming.size)
    if coming.size == 0:
        return
    known = forebears.with_ancestors(pool.place[coming.movers], pool.place[coming.partners])
    table = lineage.table()
    first = lineage.extend(coming.partners.size + known.size)
    streets = month.state.homes
    templates, household, before, home, built = call(
        move_in,
        columns,
        pool.moving,
        seekers=coming.seekers,
        partners=coming.partners,
        partner_uid=coming.partner_uid,
        movers=coming.movers,
        which=coming.which,
        households=coming.households,
        known=known,
        first_row=rows[0],
        first=first,
        at=month.at,
        shift=month.index,
        uid_key=month.key(Stream.ARRIVAL_UID, 0),
        household_key=month.key(Stream.HOUSEHOLD_UID, 0),
        table=table,
        area_of_home=streets.area,
        lives=lineage.uid,
        life_mother=lineage.mother,
        life_father=lineage.father,
        life_birth_month=lineage.birth_month,
        life_adult_months=lineage.adult_months,
        life_adult_months_paid=lineage.adult_months_paid,
        life_left_month=lineage.left_month,
        life_left_reason=lineage.left_reason,
    )
    if built:
        build_homes(month, household, pool.newcomers.homes, before, home)
    columns.write_copies(pool.templates, templates, int(rows[0]), month.index, pool.row_of)
    pool.row_of[coming.movers] = NO_ROW
    pension_now = int(month.number("state_pension_age_months"))
    young = call(
        house,
        columns,
        pool.housed,
        seekers=coming.seekers,
        movers=coming.movers,
        templates=templates,
        which=coming.which,
        households=household,
        homes=home,
        first_row=rows[0],
        first=first,
        lives=lineage.uid,
        young_born_after=pool.newcomers.month - pension_now,
    )
    if not young:
        return
    early, stand_ins = pool.not_yet_retired(
        templates,
        draws(month.key(Stream.ARRIVAL_TRAITS), columns["uid"][rows]),
        int(month.at_start("state_pension_age_months")),
        pension_now,
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
    may = np.empty(uid.size, np.bool_)
    for i in range(uid.size):
        may[i] = uniform[i] < hazard[i] * factor
    slots, people, count = few_rows_where(may), 0, 0
    for i in slots:
        if happens(uniform[i], hazard[i] * factor):
            slots[count] = i
            people += first[i + 1] - first[i]
            count += 1
    moving, which = np.empty(people, np.intp), np.empty(people, np.intp)
    people = 0
    for n in range(count):
        for k in range(first[slots[n]], first[slots[n] + 1]):
            moving[people], which[people] = members[k], n
            people += 1
    return moving, which, count


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
    spell: NDArray[np.int8],
    birth_month: Months,
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


def _require_room_to_count(spells: NDArray[np.int8]) -> None:
    """Refuse one partnership more than can be counted."""
    most = np.iinfo(spells.dtype).max
    if spells.max() == most:
        raise OverflowError(
            f"column partner_spell: a resident who finds a partner has had {most} partners, and no more can be counted;"
            " take lower hazards of finding and leaving one, or declare a wider column."
        )


def _find_partners(month: Month, pool: NewcomerPool, seekers: Rows) -> tuple[Rows, Rows, Uids]:
    """Those who find a partner, the newcomers whom their partners are copies of, and the partners' identities.

    A partner is the single adult of the other sex nearest to the wanted age: that of the seeker, the mean
    difference between men and women, and a normal spread. In a share of cases the education is the seeker's.
    """
    if seekers.size == 0:
        return seekers, seekers, np.empty(0, np.int64)
    columns, lineage = month.columns, month.state.lineage
    _require_room_to_count(columns["partner_spell"][seekers])
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
