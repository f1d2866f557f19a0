"""Who comes from outside: households, partners, their forebears, homes and ties."""

from dataclasses import fields
from typing import NamedTuple

import numpy as np
import pytest
from processes.building import START, make_columns, make_month, make_state, village

from wijksim.parameters import load_registry
from wijksim.population.columns import Columns, Education, Sex, Status
from wijksim.population.world import Homes
from wijksim.processes import arrivals, new_ties
from wijksim.processes.arrivals import come_in, who_comes
from wijksim.processes.demography import Demography
from wijksim.processes.demography_rates import moving_hazard
from wijksim.processes.new_homes import give_homes
from wijksim.processes.new_ties import meet_people
from wijksim.processes.newcomer_pool import NewcomerPool
from wijksim.processes.process import Month
from wijksim.randomness import Stream, draws, hash_uid
from wijksim.state import State

ELSEWHERE = village(400, seed=2)
REGISTRY = load_registry()
YEAR = 12


def pool_of(state: State = ELSEWHERE) -> NewcomerPool:
    return NewcomerPool.of(state, moving_hazard(make_month(make_columns(1))), 18.0)


POOL = pool_of()
NOBODY = np.zeros(0, np.intp)


def month_in(state: Columns | State, index: int = 32, **options):
    return make_month(state, at=START + index, index=index, newcomers=ELSEWHERE, registry=REGISTRY, **options)


class Arrived(NamedTuple):
    """Who came: rows of partners, of whose partners they are, and of members of households; places in the lineage."""

    partners: np.ndarray
    seekers: np.ndarray
    movers: np.ndarray
    places: slice


def arrive(month: Month, pool: NewcomerPool, seekers: np.ndarray) -> Arrived:
    before = month.state.lineage.uid.size
    coming = who_comes(month, pool, seekers)
    rows = month.columns.append(coming.size, {})
    come_in(month, pool, coming, rows)
    partners = coming.partners.size
    return Arrived(rows[:partners], coming.seekers, rows[partners:], slice(before, None))


# ---------------------------------------------------------------- arrivals
def test_arrivals_are_the_same_whoever_lives_here():
    small, large = month_in(make_columns(1)), month_in(village(30))
    first, second = arrive(small, POOL, NOBODY), arrive(large, POOL, NOBODY)
    assert first.movers.size > 0
    for name in ("uid", "household", "birth_month", "frailty", "status_since"):
        assert np.array_equal(small.columns[name][first.movers], large.columns[name][second.movers]), name
    for item in fields(small.state.lineage):
        mine, theirs = (getattr(month.state.lineage, item.name) for month in (small, large))
        assert np.array_equal(mine[first.places], theirs[second.places]), item.name


def test_arrivals_are_the_newcomers_moved_in_time():
    month = month_in(make_columns(1), index=32)
    rows = arrive(month, POOL, NOBODY).movers
    elsewhere, here = ELSEWHERE.columns, month.columns
    templates = np.concatenate([template_of(month, row) for row in rows])
    assert np.array_equal(here["birth_month"][rows], elsewhere["birth_month"][templates] + 32)
    assert np.array_equal(here["frailty"][rows], elsewhere["frailty"][templates])
    assert (here["job_since"][rows] == -1).all(), "what never happened stays so"
    assert not here["starter"][rows].any()
    sizes = np.unique(here["household"][rows], return_counts=True)
    for household, size in zip(*sizes, strict=True):
        moved = templates[here["household"][rows] == household]
        at_home = elsewhere["household"] == elsewhere["household"][moved[0]]
        assert size == at_home.sum(), "the whole household comes"
    for name in ("partner_row", "mother_row", "father_row"):
        known = elsewhere[name][templates]
        expected = np.where(known >= 0, here["uid"][here[name][rows]], -1)
        renamed = hash_uid(1, Stream.ARRIVAL_UID, elsewhere["uid"][known], month.at)
        assert np.array_equal(expected, np.where(known >= 0, renamed, -1)), name


def template_of(month, row: int) -> np.ndarray:
    uids = hash_uid(1, Stream.ARRIVAL_UID, ELSEWHERE.columns["uid"], month.at)
    return np.flatnonzero(uids == month.columns["uid"][row])


def test_forebears_of_arrivals_come_into_the_lineage_once():
    month = month_in(make_columns(1))
    arrived = arrive(month, POOL, NOBODY)
    lineage, here = month.state.lineage, month.columns["uid"][arrived.movers]
    records = {item.name: getattr(lineage, item.name)[arrived.places] for item in fields(lineage)}
    assert np.unique(records["uid"]).size == records["uid"].size
    for parent in ("mother", "father"):
        assert np.isin(records[parent][records[parent] >= 0], records["uid"]).all()
    living = np.isin(records["uid"], here)
    assert living.sum() == here.size
    assert (records["left_month"][living] == -1).all()
    assert not records["left_reason"][living].any()
    assert (records["left_month"][~living] <= month.at).all()
    assert (records["left_reason"][~living] > 0).all()
    assert (records["adult_months_paid"][~living] == 200).all()


def test_the_number_of_arrivals_is_that_of_expected_departures():
    """Null: each month's households are independent with their own chance, n = 400 slots x 240 months."""
    expected = variance = seen = 0.0
    chance = -np.expm1(-POOL.hazard)
    for index in range(240):
        month = month_in(make_columns(1), index=index)
        rows = arrive(month, POOL, NOBODY).movers
        seen += np.unique(month.columns["household"][rows]).size
        expected += chance.sum()
        variance += (chance * (1 - chance)).sum()
    assert abs(seen - expected) < 5 * np.sqrt(variance)
    assert abs(seen - 1.5 * expected) > 8 * np.sqrt(variance)  # a rate half as high again would show


def test_newcomers_too_young_for_the_state_pension_do_what_younger_ones_of_their_sex_did_at_the_start():
    """Pension at 780 months in the start year and 804 now: of 785, 795 and 810 months the first two are too young."""
    age = np.array([785, 795, 810, 770, 775, 750, 700])
    sex = np.array([0, 1, 0, 0, 0, 1, 1])
    status = np.where(age >= 780, Status.RETIRED, Status.REGULAR_JOB)
    columns = make_columns(7, birth_month=START - age, sex=sex, status=status, hours_share=np.where(age < 780, 0.5, 0))
    pool = pool_of(make_state(columns))
    early, stand_ins = pool.not_yet_retired(np.array([2, 0, 1, 6]), np.array([0.1, 0.1, 0.9, 0.5]), 780, 804)
    assert early.tolist() == [1]  # no woman is between 756 and 779 months old, so that nobody stands in for the second
    assert stand_ins[0] in (3, 4)
    other = pool.not_yet_retired(np.array([0]), np.array([0.9]), 780, 804)[1]
    assert {int(stand_ins[0]), int(other[0])} == {3, 4}
    assert pool.not_yet_retired(np.array([0, 1, 2]), np.zeros(3), 780, 780)[0].size == 0


# ---------------------------------------------------------------- partners
def seekers(number: int, **values) -> tuple[State, np.ndarray]:
    state = make_state(make_columns(number, **values), START + 32)
    return state, np.argsort(state.columns["uid"])


def test_a_partner_is_of_the_other_sex_and_of_a_like_age():
    """Null: age difference normal with mean 2.5 and SD 4 years, n = 2 000; nearest of few moves it by months."""
    number = 2000
    state, who = seekers(number, sex=np.arange(number) % 2, birth_month=START + 32 - 45 * YEAR)
    month = month_in(state)
    arrived = arrive(month, POOL, who)
    columns = month.columns
    assert arrived.partners.size == number
    assert (columns["sex"][arrived.partners] == 1 - columns["sex"][arrived.seekers]).all()
    older = (columns["birth_month"][arrived.seekers] - columns["birth_month"][arrived.partners]) / YEAR
    older = np.where(columns["sex"][arrived.partners] == Sex.MALE, older, -older)
    assert abs(older.mean() - 2.5) < 5 * 4 / np.sqrt(number) + 0.5
    assert abs(older.std() - 4) < 5 * 4 / np.sqrt(2 * number) + 0.5
    assert (columns["birth_month"][arrived.partners] <= month.at - 18 * YEAR).all()
    for name in ("household", "home"):
        assert np.array_equal(columns[name][arrived.partners], columns[name][arrived.seekers])
    assert (columns["mother_row"][arrived.partners] == -1).all()


def test_a_partner_is_keyed_by_whose_and_which_partnership():
    state, who = seekers(6, partner_spell=3)
    arrived = arrive(month_in(state), POOL, who)
    expected = hash_uid(1, Stream.PARTNER_UID, state.columns["uid"][arrived.seekers], 3)
    assert np.array_equal(state.columns["uid"][arrived.partners], expected)


def test_partners_of_the_same_education_are_more_than_chance():
    """Null: .45 of partners are sought in the own level, the others are of it by chance, n = 2 000."""
    number = 2000
    state, who = seekers(number, education=Education.HIGH, birth_month=START - 40 * YEAR)
    arrived = arrive(month_in(state), POOL, who)
    same = (state.columns["education"][arrived.partners] == Education.HIGH).mean()
    pool = ELSEWHERE.columns["education"][POOL.singles[slice(*POOL.groups[Sex.FEMALE, 0])]]
    by_chance = (pool == Education.HIGH).mean()
    assert same > by_chance + 0.45 * (1 - by_chance) - 0.25
    assert same > by_chance + 5 * np.sqrt(0.25 / number)


def test_nobody_elsewhere_means_no_partner():
    state, who = seekers(3)
    arrived = arrive(month_in(state), pool_of(make_state(Columns())), who)
    assert arrived.seekers.size == arrived.partners.size == arrived.movers.size == 0


def test_a_couple_forms_in_the_month():
    """Of many single people some find a partner: linked both ways, one spell more, a head and a unit together."""
    state = make_state(make_columns(3000, birth_month=START - 28 * YEAR))
    month = make_month(state, newcomers=ELSEWHERE, registry=REGISTRY)
    Demography().step(month)
    columns, formed = state.columns, state.flows["couples_formed"]
    with_partner = np.flatnonzero(columns["starter"] & (columns["partner_row"] >= 0))
    assert with_partner.size == formed > 0
    partner = columns["partner_row"][with_partner]
    assert np.array_equal(columns["partner_row"][partner], with_partner)
    assert np.array_equal(columns["unit_row"][partner], columns["unit_row"][with_partner])
    assert (columns["partner_spell"][with_partner] == 1).all()
    assert (columns["partner_spell"][partner] == 1).all()


# ---------------------------------------------------------------- homes and ties
def test_an_empty_home_is_taken_before_one_is_built():
    columns = make_columns(2, home=[0, 3])
    state = make_state(columns)
    state.homes = Homes(np.arange(5.0, dtype=np.float32), np.zeros(5, np.float32), np.array([0, 0, 1, 0, 0], np.int16))
    near = Homes(np.full(4, 2.0), np.zeros(4), np.array([0, 0, 0, 1], np.int16))
    month = make_month(state)
    given = give_homes(month, np.array([11, 12, 13, 14]), near, np.arange(4))
    assert given.tolist() == [1, 4, 5, 2]
    assert state.homes.area.tolist() == [0, 0, 1, 0, 0, 0]
    away = np.hypot(state.homes.x[5] - 2.0, state.homes.y[5])
    assert abs(away - month.number("home_spacing_metres")) < 1e-5


def test_the_nearest_age_is_found_as_by_looking_at_all():
    ages = np.array([216, 216, 220, 220, 220, 300, 301], np.int64)
    for begin, end in ((0, 7), (2, 6), (3, 3), (4, 5)):
        for wanted in (100.0, 216.0, 218.0, 218.5, 219.9, 220.0, 260.0, 300.5, 301.0, 999.0):
            expected = begin + int(np.argmin(np.abs(ages[begin:end] - wanted))) if begin < end else -1
            for nearest in (arrivals._nearest, arrivals._nearest.py_func):
                assert nearest(ages, begin, end, wanted) == expected, (begin, end, wanted)


def next_by_looking_at_all(places, adults, area, points, rings) -> list[int]:
    met = []
    for point, ring in zip(points, rings, strict=True):
        there = np.flatnonzero(adults & (area == ring)).tolist()
        met.append(min(there, key=lambda row: (places[row] - point) % 1.0) if there else -1)
    return met


@pytest.mark.parametrize(
    ("residents", "adults", "number"), [(400, 0, 3), (400, 1, 5), (400, 40, 7), (400, 40, 200), (5000, 3000, 30)]
)
def test_each_point_meets_the_next_on_its_ring(residents, adults, number):
    """Rings of very different size among them, one of nobody, and points just before and at the end of a ring."""
    generator = np.random.default_rng(3)
    for alike in (True, False):
        chosen = np.zeros(residents, bool)
        chosen[generator.permutation(residents)[:adults]] = True
        area = generator.choice(4, residents, p=[0.25] * 4 if alike else [0.9, 0.07, 0.02, 0.01]).astype(np.int16)
        points, rings = generator.random(number), generator.integers(0, 5, number).astype(np.int16)
        points[:2] = 0.0, 1.0 - 2.0**-53
        uid, key = generator.integers(0, 2**62, residents), np.uint64(5)
        expected = next_by_looking_at_all(draws(key, uid), chosen, area, points, rings)
        for find in (new_ties._next_on_ring, new_ties._next_on_ring.py_func):
            assert find(key, uid, chosen, area, points, rings).tolist() == expected


def with_newcomers(without: int | None = None):
    """Three newcomers among 300 residents of two areas, one of whom may be missing; whom they met, by uid."""
    columns = make_columns(300)
    state = make_state(columns, area=np.arange(300) % 2)
    if without is not None:
        columns.leave(np.array([without]))
    month = make_month(state)
    newcomers = np.array([0, 1, 2])
    meet_people(month, newcomers)
    uids = np.append(columns["uid"], -1)
    return columns, month.state.ties.rows, [set(uids[row].tolist()) - {-1} for row in month.state.ties.rows[:3]]


def test_newcomers_meet_a_few_of_their_area():
    columns, ties, met = with_newcomers()
    for row, people in enumerate(met):
        assert 1 <= len(people) <= 8
        rows = columns.rows_of(np.array(sorted(people)))
        assert (rows % 2 == row % 2).all()
        assert not set(rows.tolist()) & {0, 1, 2}
        assert all(row in ties[other] for other in rows)


def test_one_resident_less_changes_only_ties_with_that_resident():
    columns, _, before = with_newcomers()
    met = int(columns.row_of(min(before[0])))
    stranger = next(row for row in range(3, 300) if not any(int(columns["uid"][row]) in people for people in before))
    assert with_newcomers(without=stranger)[2] == before
    after = with_newcomers(without=met)[2]
    lost = int(columns["uid"][met])
    for old, new in zip(before, after, strict=True):
        assert old - {lost} <= new
        assert lost not in new


@pytest.mark.parametrize("meet", [new_ties._meet, new_ties._meet.py_func])
def test_a_tie_that_only_one_side_has_a_place_for_is_told(meet):
    residents = 60
    generator = np.random.default_rng(4)
    ties = np.where(generator.random((residents, 3)) < 0.8, residents - 1, -1).astype(np.int32)
    ties[:5] = -1
    ties[1:3] = residents - 1  # no place for anybody
    before, uid = ties.copy(), generator.integers(0, 2**62, residents)
    everyone, born = np.ones(residents, bool), np.zeros(residents, np.int16)
    home, key = np.zeros(residents, np.int32), np.uint64(7)
    told = meet(key, key, START, 3, np.arange(5), START, everyone, uid, home, home.astype(np.int16), born, uid, ties)
    added = {(row, int(other)) for row in range(residents) for other in set(ties[row]) - set(before[row])}
    known = {(row, int(other)) for row in range(residents) for other in ties[row]}
    assert {(row, other) for row, other in added if (other, row) not in known} == set(map(tuple, told.tolist()))
    assert 0 < told.shape[0] < len(added), "some are held by one side and some by both"


def test_everybody_is_met_about_as_often():
    """Null: over 400 months each of 20 residents is met equally often, 3 newcomers x 3 points; chi-square, 19 df."""
    counts = np.zeros(20)
    for index in range(400):
        month = make_month(make_columns(23), at=START + index)
        meet_people(month, np.array([0, 1, 2]))
        rows = month.state.ties.rows[:3]
        counts += np.bincount(rows[rows >= 0] - 3, minlength=20)
    expected = counts.sum() / 20
    chi_square = ((counts - expected) ** 2 / expected).sum()
    assert (chi_square - 19) / np.sqrt(2 * 19) < 5


def test_residents_who_become_adults_get_to_know_people():
    ages = np.where(np.arange(60) == 0, 18 * 12, 40 * 12)
    state = make_state(make_columns(60, birth_month=START - ages))
    Demography().step(make_month(state))
    row = state.columns.row_of(int(state.columns["uid"][0]))
    assert (state.ties.rows[row] >= 0).sum() >= 5
