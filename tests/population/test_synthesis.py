import hashlib
import os
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from population.neighbourhoods import START, emmerhout, made_area, made_profile, population

from wijksim.errors import InputError
from wijksim.parameters import load_registry
from wijksim.population.columns import Education, LeaveReason, Status, is_paid_work
from wijksim.population.profile import Profile
from wijksim.population.synthesis import build_population
from wijksim.population.world import Lineage
from wijksim.state import State

CHILDLESS = {
    "age_0_14_share": 0.0,
    "age_15_24_share": 0.2,
    "age_25_44_share": 0.3,
    "age_45_64_share": 0.25,
    "age_65_plus_share": 0.25,
    "single_household_share": 0.6,
    "household_without_children_share": 0.4,
    "household_with_children_share": 0.0,
}
OLD = {
    "age_0_14_share": 0.0,
    "age_15_24_share": 0.0,
    "age_25_44_share": 0.0,
    "age_45_64_share": 0.0,
    "age_65_plus_share": 1.0,
}
YOUNG = {**OLD, "age_15_24_share": 1.0, "age_65_plus_share": 0.0}
NO_PARENTS_AGE = {**OLD, "age_0_14_share": 0.5, "age_65_plus_share": 0.5}
ONLY_BENEFITS = {
    "social_assistance_persons": 3000,
    "unemployment_benefit_persons": 3000,
    "disability_benefit_persons": 3000,
}
NO_BENEFITS = dict.fromkeys(ONLY_BENEFITS, 0)
LITTLE_KNOWN = {**dict.fromkeys(ONLY_BENEFITS), "men": None, "women": None}


def make(residents: int | None, profile: Profile | None = None, seed: int = 1) -> State:
    return build_population(profile or emmerhout(), load_registry(), seed=seed, start=START, residents=residents)


def digest(state: State) -> str:
    parts = [state.columns[name] for name in state.columns.names]
    parts += [getattr(state.lineage, item.name) for item in fields(state.lineage)]
    parts += [state.homes.x, state.homes.y, state.homes.area, state.ties.rows]
    return hashlib.sha256(b"".join(np.ascontiguousarray(part).tobytes() for part in parts)).hexdigest()


def years(state: State) -> np.ndarray:
    return (state.month - state.columns["birth_month"]) // 12


def check(state: State) -> None:
    """What has to hold in any population."""
    columns, month, age = state.columns, state.month, years(state)
    everyone = np.arange(len(columns))
    assert columns["present"].all()
    assert columns["starter"].all()
    assert np.unique(columns["uid"]).size == len(columns)
    assert columns["uid"].min() >= 0
    assert age.min() >= 0
    for side, parents in zip(("mother", "father"), state.lineage.parents_of(columns["uid"]), strict=True):
        row = columns[f"{side}_row"]
        here = row >= 0
        assert (parents[here] == columns["uid"][row[here]]).all()
        assert (columns["household"][here] == columns["household"][row[here]]).all()
        assert (age[row[here]] - age[here] >= 15).all()
    partner = columns["partner_row"]
    paired = partner >= 0
    assert (partner[partner[paired]] == everyone[paired]).all()
    assert (columns["sex"][paired] != columns["sex"][partner[paired]]).all()
    assert (columns["household"][paired] == columns["household"][partner[paired]]).all()
    for household in np.unique(columns["household"]):
        rows = np.flatnonzero(columns["household"] == household)
        head = rows[columns["uid"][rows].argmin()]
        assert (columns["head_row"][rows] == head).all()
        assert np.unique(columns["home"][rows]).size == 1
        assert (age[rows] >= 18).any()
    assert (columns["unit_row"][columns["unit_row"]] == columns["unit_row"]).all()
    assert np.unique(columns["home"]).size == np.unique(columns["household"]).size

    status = columns["status"]
    months = month - columns["birth_month"]
    pension = load_registry().at("state_pension_age_months", month)
    assert ((status == Status.CHILD) == (age < 16)).all()
    assert (status[(age >= 16) & (age < 18)] == Status.SCHOOL).all()
    assert ((status == Status.RETIRED) == (months >= pension)).all()
    works = is_paid_work(status)
    assert ((columns["hours_share"] > 0) | ~works).all()
    assert ((columns["last_wage"] > 0) | ~works).all()
    assert ((columns["job_since"] >= 0) == works).all()
    assert (columns["status_since"] <= month).all()
    assert (columns["status_since"] >= columns["birth_month"]).all()
    on_ww = status == Status.UNEMPLOYMENT_BENEFIT
    assert (columns["ww_until"][on_ww] > month).all()
    assert (columns["last_wage"][on_ww] > 0).all()
    assert ((columns["ww_until"] >= 0) == on_ww).all()
    assisted = status == Status.SOCIAL_ASSISTANCE
    assert (assisted[paired] == assisted[partner[paired]]).all()
    assert (columns["take_up"][assisted] < load_registry().number("assistance_takeup")).all()
    assert (columns["education"][age < 16] == Education.LOW).all()
    assert (columns["adult_months_paid"] <= columns["adult_months"]).all()
    assert (columns["months_with_work"] <= columns["months_observed"]).all()
    assert ((columns["exposure"] >= 0) == (age >= 18)).all()
    for name in ("frailty", "employability", "mental", "physical", "norm", "take_up", "wage_multiple"):
        assert np.isfinite(columns[name]).all()

    check_ties(state, age)
    check_lineage(state)


def check_ties(state: State, age: np.ndarray) -> None:
    ties, household = state.ties.rows, state.columns["household"]
    one, place = np.nonzero(ties >= 0)
    other = ties[one, place]
    pairs = set(zip(one.tolist(), other.tolist(), strict=True))
    assert len(pairs) == one.size
    assert all((b, a) in pairs for a, b in pairs)
    assert (household[one] != household[other]).all()
    assert (age[one] >= 18).all()


def check_lineage(state: State) -> None:
    columns, lineage = state.columns, state.lineage
    assert np.unique(lineage.uid).size == lineage.uid.size
    assert (lineage.uid[: len(columns)] == columns["uid"]).all()
    mother, father = lineage.parents_of(columns["uid"])
    assert (mother >= 0).all()
    mothers = lineage.places_of(mother)
    fathers = lineage.places_of(father[father >= 0])
    assert (mothers >= 0).all()
    assert (fathers >= 0).all()
    assert (lineage.birth_month[mothers] < lineage.birth_month[: len(columns)]).all()
    grandmothers = lineage.places_of(lineage.mother[mothers])
    assert (grandmothers >= 0).all()
    assert (lineage.birth_month[grandmothers] < lineage.birth_month[mothers]).all()
    gone = lineage.left_reason > 0
    assert (gone == (np.arange(gone.size) >= len(columns))).all()
    assert (lineage.left_month[gone] < state.month).all()
    dead = lineage.left_reason == LeaveReason.DEATH
    assert (lineage.left_month[dead] >= lineage.birth_month[dead]).all()
    assert (lineage.adult_months_paid <= lineage.adult_months).all()


@pytest.mark.parametrize("residents", [1, 2, 3, 5, 17, 300])
@pytest.mark.parametrize("seed", [0, 7])
def test_population_of_any_size_is_whole(residents: int, seed: int) -> None:
    state = make(residents, seed=seed)
    assert len(state.columns) == residents
    check(state)


@pytest.mark.parametrize(
    "changed",
    [CHILDLESS, OLD, YOUNG, NO_PARENTS_AGE, ONLY_BENEFITS, NO_BENEFITS, LITTLE_KNOWN],
    ids=["childless", "old", "young", "no_parents_age", "only_benefits", "no_benefits", "little_known"],
)
@pytest.mark.parametrize("residents", [1, 9, 400])
def test_extreme_profiles_give_a_whole_population(changed: dict, residents: int) -> None:
    state = make(residents, made_profile(made_area(**changed)))
    assert len(state.columns) == residents
    check(state)


def test_units_without_income_that_claim_nothing_have_a_rank_above_take_up() -> None:
    columns = population(5000).columns
    alone = columns["partner_row"] < 0
    idle = alone & (columns["status"] == Status.NO_BENEFIT)
    assert idle.sum() > 20  # grown-up children at home are units of their own
    registry = load_registry()
    below_27 = START - columns["birth_month"] < 12 * 27
    childless = np.bincount(columns["unit_row"], START - columns["birth_month"] < 12 * 18) == 0
    claims = np.full(len(columns), registry.number("assistance_takeup"))
    claims[below_27 & childless] *= registry.number("assistance_takeup_young_ratio")
    assert (idle & below_27 & childless).sum() > 5
    assert (columns["take_up"][idle] >= claims[idle]).all()


def test_one_resident_is_a_single_adult() -> None:
    columns = make(1).columns
    assert columns["partner_row"][0] == -1
    assert columns["unit_row"][0] == columns["head_row"][0] == 0
    assert (START - columns["birth_month"][0]) // 12 >= 18


def test_everybody_old_has_a_pension_and_no_child_lives_here() -> None:
    columns = make(400, made_profile(made_area(**OLD))).columns
    retired = columns["status"] == Status.RETIRED
    assert retired.mean() > 0.98  # the others are 65 and in 2015 retire at 65 years and 3 months
    assert (columns["mother_row"] < 0).all()


def test_parents_are_15_to_50_years_older_than_their_children() -> None:
    state = population(5000)
    age = years(state)
    for side in ("mother_row", "father_row"):
        row = state.columns[side]
        gap = (age[row] - age)[row >= 0]
        assert gap.size > 1000
        assert gap.min() >= 15
        assert gap.max() <= 50


def test_areas_get_their_share_and_live_together() -> None:
    profile = made_profile(made_area("north", inhabitants=3000, households=1475), made_area("south"))
    state = make(1035, profile)
    assert np.bincount(state.homes.area[state.columns["home"]]).tolist() == [300, 735]
    check(state)
    x = [state.homes.x[state.homes.area == area] for area in (0, 1)]
    assert x[0].max() < x[1].min()


def test_an_area_may_get_nobody() -> None:
    profile = made_profile(made_area("tiny", inhabitants=10, households=5), made_area("south"))
    state = make(20, profile)
    assert np.bincount(state.homes.area[state.columns["home"]]).tolist() == [0, 20]
    check(state)


def test_without_residents_the_profile_gives_the_size() -> None:
    assert len(make(None, made_profile(made_area(inhabitants=120, households=60))).columns) == 120


def test_zero_residents_are_refused() -> None:
    with pytest.raises(InputError, match="expected 1 or more"):
        make(0)


def test_an_area_of_children_only_is_refused_by_name() -> None:
    only_children = {**OLD, "age_0_14_share": 1.0, "age_65_plus_share": 0.0}
    with pytest.raises(InputError, match="area made: has inhabitants of 0 to 14 only"):
        make(50, made_profile(made_area(**only_children)))


def test_same_arguments_give_the_same_population() -> None:
    assert list(State(*make(500)).differences(State(*make(500)))) == []


def test_seeds_differ_in_people_and_not_in_margins() -> None:
    one, other = population(5000), population(5000, seed=2)
    assert np.intersect1d(one.columns["uid"], other.columns["uid"]).size == 0
    for status in (Status.SOCIAL_ASSISTANCE, Status.UNEMPLOYMENT_BENEFIT, Status.DISABILITY):
        assert (one.columns["status"] == status).sum() == (other.columns["status"] == status).sum()
    assert not np.array_equal(one.columns["sex"], other.columns["sex"])


def test_hash_seed_of_python_changes_nothing() -> None:
    root = Path(__file__).resolve().parents[2]
    code = "from population.test_synthesis import digest, make; print(digest(make(300)))"
    made = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": f"{root}{os.pathsep}{root / 'tests'}"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for hash_seed in ("0", "4242")
    }
    assert made == {digest(make(300))}


@pytest.mark.bench
def test_speed_of_10_000_residents(benchmark) -> None:
    make(100)
    state = benchmark.pedantic(make, args=(10_000,), rounds=5)
    assert len(state.columns) == 10_000


def test_parents_are_found_in_the_lineage_and_strangers_have_none():
    lineage = population(5000).lineage
    mothers, fathers = lineage.parents_of(np.array([lineage.uid[3], -1, lineage.uid[0]]))
    assert mothers.tolist() == [lineage.mother[3], -1, lineage.mother[0]]
    assert fathers.tolist() == [lineage.father[3], -1, lineage.father[0]]
    assert [found.size for found in Lineage().parents_of(np.zeros(0, np.int64))] == [0, 0]
