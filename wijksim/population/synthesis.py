"""The synthetic population: people, families, homes and ties made from a neighbourhood profile."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
from numpy.typing import NDArray

from wijksim.errors import InputError
from wijksim.parameters import Registry
from wijksim.population.columns import Columns, Status, is_paid_work
from wijksim.population.education import start_education
from wijksim.population.families import Families, make_families
from wijksim.population.fitting import apportion
from wijksim.population.health import start_health
from wijksim.population.histories import childhood_histories, paid_share, start_histories
from wijksim.population.homes import lay_out_homes, settle_households
from wijksim.population.households import rehead
from wijksim.population.lineage_start import start_lineage
from wijksim.population.positions import Position
from wijksim.population.profile import Area, Profile
from wijksim.population.spells import start_jobs, start_sick_leave, start_spells, start_take_up
from wijksim.population.statuses import start_statuses
from wijksim.population.ties import start_ties
from wijksim.population.traits import start_traits
from wijksim.population.world import Homes, Lineage, Start, Ties
from wijksim.randomness import Stream, hash_uid, uniforms
from wijksim.structure import HealthVariant

__all__ = ["build_population"]

Ints = NDArray[np.int64]


def build_population(
    profile: Profile,
    registry: Registry,
    *,
    seed: int,
    start: int,
    residents: int | None = None,
    health: HealthVariant = HealthVariant.MENTAL,
) -> Start:
    """Make the residents of a neighbourhood at the start of a run.

    Everything follows from the arguments: every number is drawn through :mod:`wijksim.randomness`. In order:
    families with ages and sexes, fitted to ages and household types; fixed traits; education; activity statuses
    with the profile's numbers of benefits, drawn jointly with the traits; spells, jobs and rights; work
    histories of three generations; homes on a street plan; ties; health.

    Parameters
    ----------
    profile : Profile
        Targets. Each area gets its share of the residents.
    registry : Registry
        Parameters.
    seed : int
        Seed of the run.
    start : int
        Absolute month of the start.
    residents : int, optional
        Size to which all counts of the profile are scaled; by default its inhabitants.
    health : HealthVariant
        What work does to health, which is at rest at the start.

    Returns
    -------
    Start
        Its month is `start`.

    Raises
    ------
    InputError
        Fewer than 1 resident, or an area with children only.
    """
    inhabitants = [area.figures["inhabitants"].value for area in profile.areas]
    total = round(sum(inhabitants)) if residents is None else residents
    if total < 1:
        raise InputError.single("residents", f"is {total}; expected 1 or more.")
    people, areas = _families_of(profile, apportion(inhabitants, total), registry, seed)
    columns, households = _rows(people, areas, seed, start)
    adult_age = registry.number("adult_age")
    rehead(columns, start, adult_age)
    by_area = [(area, np.flatnonzero(areas == number)) for number, area in enumerate(profile.areas)]
    child = people.position == Position.CHILD

    start_traits(seed, columns, child, registry)
    start_education(seed, columns, child, by_area, registry, start)
    start_statuses(seed, columns, by_area, registry, start)
    share = paid_share(seed, columns, registry, start)
    start_spells(seed, columns, registry, start)
    start_jobs(seed, columns, share, registry, start)
    start_take_up(seed, columns, registry, start)
    start_histories(columns, share, registry, start)
    with_parents = np.flatnonzero((people.mother >= 0) | (people.father >= 0))
    childhood_histories(columns, with_parents, share, registry, start)
    lineage = Lineage()
    records = start_lineage(seed, columns, people.mother, people.father, registry, start)
    lineage.add(**asdict(records))

    x, y, area_of_homes = lay_out_homes(households, registry)
    columns["home"][:] = settle_households(seed, area_of_homes, households)[people.household]
    shares = registry.table("insurer_share_start").values
    insured_by = uniforms(seed, Stream.SYNTHESIS_INSURER, columns["household"], 0)
    columns["insurer"][:] = np.searchsorted(np.cumsum(shares)[:-1] / sum(shares), insured_by)
    ties = start_ties(seed, columns, x, y, registry, start)
    _start_norms(columns, ties, registry, start)
    start_health(columns, registry, start, seed, health)
    start_sick_leave(seed, columns, registry, start)
    keys = tuple(area.key for area in profile.areas)
    return Start(start, columns, lineage, Ties(ties), Homes(x, y, area_of_homes, keys))


def _families_of(profile: Profile, sizes: Ints, registry: Registry, seed: int) -> tuple[Families, NDArray[np.int16]]:
    """Families of all areas in one, and the area of each person."""
    made: list[Families] = []
    people = households = 0
    for area, size in zip(profile.areas, sizes.tolist(), strict=True):
        families = _families_in(area, size, registry, seed, people)
        for name in ("partner", "mother", "father"):
            reference = getattr(families, name)
            reference[reference >= 0] += people
        families.household += households
        made.append(families)
        people += size
        households = int(families.household.max(initial=households - 1)) + 1
    joined = {name: np.concatenate([getattr(part, name) for part in made]) for name in Families.__annotations__}
    return Families(**joined), np.repeat(np.arange(len(sizes), dtype=np.int16), sizes)


def _families_in(area: Area, size: int, registry: Registry, seed: int, first: int) -> Families:
    if size > 0:
        return make_families(area, size, registry, seed, first)
    nobody = np.zeros(0, np.int64)
    code = np.zeros(0, np.int8)
    return Families(nobody, code, code, nobody.copy(), nobody.copy(), nobody.copy(), nobody.copy())


def _rows(people: Families, areas: NDArray[np.int16], seed: int, start: int) -> tuple[Columns, list[int]]:
    """Rows with identity, birth, sex and who belongs to whom; and the number of households of each area."""
    uid = _fresh_uids(seed, len(people))
    household_count = int(people.household.max()) + 1
    smallest = np.full(household_count, np.iinfo(np.int64).max)
    np.minimum.at(smallest, people.household, uid)
    household = hash_uid(seed, Stream.HOUSEHOLD_UID, smallest, start)[people.household]
    month = np.floor(12.0 * uniforms(seed, Stream.SYNTHESIS_BIRTHDAY, uid, 0)).astype(np.int64)
    columns = Columns()
    columns.append(
        len(people),
        {
            "uid": uid,
            "mother_row": people.mother,
            "father_row": people.father,
            "partner_row": people.partner,
            "partner_spell": people.partner >= 0,
            "household": household,
            "starter": True,
            "birth_month": start - 12 * people.age - month,
            "sex": people.sex,
            "births": np.bincount(people.mother[people.mother >= 0], minlength=len(people)),
        },
    )
    area_of_household = np.zeros(household_count, np.int64)
    area_of_household[people.household] = areas
    return columns, np.bincount(area_of_household, minlength=int(areas.max()) + 1).tolist()


def _fresh_uids(seed: int, count: int) -> Ints:
    """Identities of the first residents; a taken one is drawn again with the next counter."""
    index = np.arange(count, dtype=np.int64)
    uid = hash_uid(seed, Stream.INITIAL_UID, index, 0)
    counter = 0
    while np.unique(uid).size < count:
        counter += 1
        _, first = np.unique(uid, return_index=True)
        again = np.ones(count, bool)
        again[first] = False
        uid[again] = hash_uid(seed, Stream.INITIAL_UID, index[again], 0, counter)
    return uid


def _start_norms(columns: Columns, ties: NDArray[np.int32], registry: Registry, start: int) -> None:
    """Work norm of adults at the level to which it drifts: half one's first norm, half the share of ties at work.

    As in the months that follow, children, pupils and pensioners among the ties are left out.
    """
    number = registry.number
    exposure = np.where(columns["exposure"] < 0.0, number("exposure_mean"), columns["exposure"])
    first = number("norm_initial_mean") + number("norm_parent_effect") * exposure
    countable = ~np.isin(columns["status"], [Status.CHILD, Status.SCHOOL, Status.RETIRED])
    known = (ties >= 0) & countable[ties]
    working = known & is_paid_work(columns["status"])[ties]
    seen = np.divide(working.sum(axis=1), known.sum(axis=1), out=first.copy(), where=known.any(axis=1))
    weight = number("norm_own_weight")
    adult = start - columns["birth_month"] >= 12 * number("adult_age")
    columns["norm"][adult] = (weight * first + (1.0 - weight) * seen)[adult]
