"""Parts that synthesis and the monthly processes share: fitting, benefit units, education."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from population.neighbourhoods import START, population

from wijksim.parameters import load_registry
from wijksim.population.columns import Columns, Education
from wijksim.population.education import Transition, draw_education, higher_of
from wijksim.population.fitting import apportion, fit_table, systematic
from wijksim.population.households import household_members, rehead
from wijksim.population.positions import count_households

ADULT = 18


# ---------------------------------------------------------------- fitting
@given(st.lists(st.floats(0, 1000), min_size=1, max_size=12), st.integers(0, 5000))
def test_apportioned_numbers_add_up_and_stay_near_their_share(shares: list[float], total: int) -> None:
    whole = apportion(shares, total)
    assert whole.sum() == total
    if sum(shares) > 0:
        assert np.abs(whole - np.array(shares) / sum(shares) * total).max() < 1 + 1e-6


def test_largest_remainder_by_hand() -> None:
    assert apportion([0.42, 0.29, 0.29], 10).tolist() == [4, 3, 3]
    assert apportion([1, 1, 1], 2).tolist() == [1, 1, 0]
    assert apportion([0, 0], 3).tolist() == [2, 1]


@given(st.lists(st.floats(0, 40), min_size=1, max_size=60), st.floats(0.001, 0.999))
def test_systematic_rounding_keeps_every_partial_sum(expected: list[float], offset: float) -> None:
    line = np.array(expected)
    whole = systematic(line, offset)
    assert (whole >= 0).all()
    assert np.abs(np.cumsum(whole) - np.cumsum(line)).max() < 1 + 1e-6


def test_systematic_rounding_of_a_whole_sum_is_exact() -> None:
    assert systematic(np.full(30, 0.1), 0.7).sum() == 3


def test_fitted_table_has_both_totals_and_keeps_odds_ratios() -> None:
    start = np.array([[1.0, 2.0, 0.0], [3.0, 1.0, 4.0]])
    fitted = fit_table(start, [30.0, 70.0], [40.0, 25.0, 35.0])
    assert fitted.sum(axis=1) == pytest.approx([30, 70], abs=1e-6)
    assert fitted.sum(axis=0) == pytest.approx([40, 25, 35], abs=1e-6)
    assert fitted[0, 2] == 0
    odds = start[0, 0] * start[1, 1] / (start[0, 1] * start[1, 0])
    assert fitted[0, 0] * fitted[1, 1] / (fitted[0, 1] * fitted[1, 0]) == pytest.approx(odds)


@given(
    st.integers(1, 3000),
    st.floats(0, 1),
    st.floats(0, 1),
    st.floats(0, 1),
    st.floats(0.2, 1.0),
    st.floats(0, 0.6),
)
def test_households_hold_everybody(
    people: int, alone: float, couples: float, families: float, per_person: float, minors: float
) -> None:
    from population.neighbourhoods import made_area

    area = made_area(
        inhabitants=people,
        households=people * per_person,
        single_household_share=alone,
        household_without_children_share=couples,
        household_with_children_share=families,
    )
    ages = np.zeros(100)
    ages[:18], ages[18:80] = minors * people / 18, (1 - minors) * people / 62
    counts = count_households(area, people, ages, load_registry())
    assert sum(counts.people) == people
    assert min(counts.alone, counts.couples, counts.parent_couples, counts.single_parents, counts.children) >= 0
    assert (counts.children > 0) == (counts.parent_couples + counts.single_parents > 0)
    assert counts.children >= counts.parent_couples + counts.single_parents


# ---------------------------------------------------------------- households
def family(**changed: list) -> Columns:
    """A couple (rows 0, 1) with children of 20, 10 and 3 (rows 2 to 4), and a single person (row 5)."""
    columns = Columns()
    values = {
        "uid": [50, 40, 10, 70, 20, 30],
        "household": [7, 7, 7, 7, 7, 8],
        "birth_month": [START - 12 * age for age in (45, 44, 20, 10, 3, 70)],
        "partner_row": [1, 0, -1, -1, -1, -1],
        "mother_row": [-1, -1, 1, 1, 1, -1],
        "father_row": [-1, -1, 0, 0, 0, -1],
    }
    columns.append(6, {**values, **changed})
    rehead(columns, START, ADULT)
    return columns


def test_head_is_the_smallest_uid_and_minors_belong_to_their_parents_unit() -> None:
    columns = family()
    assert columns["head_row"].tolist() == [2, 2, 2, 2, 2, 5]
    assert columns["unit_row"].tolist() == [1, 1, 2, 1, 1, 5]


def test_minor_of_parted_parents_belongs_to_the_one_in_the_household() -> None:
    columns = family(household=[7, 9, 7, 9, 7, 8], partner_row=[-1] * 6)
    assert columns["unit_row"].tolist() == [0, 1, 2, 1, 0, 5]


def test_minor_with_a_child_of_her_own_belongs_with_it_to_her_parents_unit() -> None:
    columns = family(
        birth_month=[START - 12 * age for age in (45, 44, 17, 10, 1, 70)], mother_row=[-1, -1, 1, 1, 2, -1]
    )
    assert columns["unit_row"].tolist() == [1, 1, 1, 1, 1, 5]


def test_minor_without_parents_stands_alone_and_leavers_have_no_rows() -> None:
    columns = family()
    columns.leave(np.array([0, 1]))
    rehead(columns, START, ADULT)
    assert columns["unit_row"].tolist() == [-1, -1, 2, 3, 4, 5]
    assert columns["head_row"].tolist() == [-1, -1, 2, 2, 2, 5]


def test_coming_of_age_makes_a_unit() -> None:
    columns = family(birth_month=[START - 12 * age for age in (45, 44, 20, 10, 3, 70)])
    columns["birth_month"][3] = START - 12 * ADULT
    rehead(columns, START, ADULT)
    assert columns["unit_row"][3] == 3
    rehead(columns, START - 1, ADULT)
    assert columns["unit_row"][3] == 1


def test_members_of_households() -> None:
    columns = family()
    assert household_members(columns, np.array([2])).tolist() == [0, 1, 2, 3, 4]
    assert household_members(columns, np.array([2, 5])).tolist() == [0, 1, 2, 3, 4, 5]
    assert household_members(columns, np.array([], np.intp)).tolist() == []


def test_order_of_rows_changes_no_head_and_no_unit() -> None:
    columns = population(5000).columns.copy()
    before = {name: dict(zip(columns["uid"], columns["uid"][columns[name]], strict=True)) for name in HEADS}
    columns.reorder(np.random.default_rng(1).permutation(len(columns)))
    for name in HEADS:
        columns[name][:] = -1
    rehead(columns, START, ADULT)
    for name in HEADS:
        assert dict(zip(columns["uid"], columns["uid"][columns[name]], strict=True)) == before[name]


HEADS = ("head_row", "unit_row")


@pytest.mark.bench
def test_speed_of_a_months_rehead(benchmark) -> None:
    columns = population(10_000).columns.copy()
    benchmark(rehead, columns, START, ADULT)
    assert (columns["head_row"] >= 0).all()


# ---------------------------------------------------------------- education
def shares_drawn(parents: int, exposure: float, n: int = 40_000) -> np.ndarray:
    registry = load_registry()
    levels = draw_education(
        1, np.arange(n), np.full(n, parents, np.int8), np.full(n, exposure), Transition.of(registry), START
    )
    return np.bincount(levels, minlength=4) / n


@pytest.mark.parametrize("level", list(Education))
def test_education_is_drawn_from_the_parents_table(level: Education) -> None:
    # Null: the registry's shares; n = 40 000, tolerance 5 standard errors.
    wanted = load_registry().table(f"education_transition_{level.name.lower()}").per_step(4)
    error = np.sqrt(wanted * (1 - wanted) / 40_000)
    assert (np.abs(shares_drawn(level, -1.0) - wanted) < 5 * error).all()


def test_unknown_parents_count_as_mid() -> None:
    assert shares_drawn(-1, -1.0).tolist() == shares_drawn(Education.MID, -1.0).tolist()


def test_childhood_without_work_lowers_education_by_the_logit() -> None:
    # Null: log odds of more than low fall by effect x (mean - 0); n = 40 000, se of a log odds about .012.
    registry = load_registry()
    none, mean = shares_drawn(Education.LOW, 0.0), shares_drawn(Education.LOW, -1.0)
    log_odds = [np.log(shares[2:].sum() / shares[:2].sum()) for shares in (none, mean)]
    wanted = registry.number("child_education_work_effect") * registry.number("exposure_mean")
    assert log_odds[1] - log_odds[0] == pytest.approx(wanted, abs=5 * 0.017)
    assert log_odds[1] - log_odds[0] > 8 * 0.017


def test_higher_parent_counts() -> None:
    one, other = np.array([-1, 0, 3], np.int8), np.array([-1, 2, 1], np.int8)
    assert higher_of(one, other).tolist() == [-1, 2, 3]
