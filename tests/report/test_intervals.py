"""Intervals: known values, coverage, and what may not be said."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wijksim.report.intervals import CHANCE_LEVEL, PRECISION_LEVEL, chance, precision, statuses

DATASETS = 4000


def z_of_coverage(covered, level):
    return (covered.mean() - level) / np.sqrt(level * (1 - level) / covered.size)


def test_precision_is_students_t():
    bounds = precision(np.array([1.0, 2.0, 3.0, 6.0]))
    # mean 3, standard deviation sqrt(14/3), t(.975; 3) = 3.182446
    half = 3.182446305284263 * np.sqrt(14 / 3) / 2
    assert bounds.low == pytest.approx(3 - half, rel=1e-12)
    assert bounds.high == pytest.approx(3 + half, rel=1e-12)
    assert bounds.method == "student_t"


def test_precision_holds_the_true_mean_in_95_of_100():
    # Null: coverage .95; n = 4000 sets of 5; |z| < 5.
    sets = np.random.default_rng(1).normal(2.0, 3.0, (5, DATASETS))
    bounds = precision(sets)
    assert abs(z_of_coverage((bounds.low < 2.0) & (bounds.high > 2.0), PRECISION_LEVEL)) < 5


@pytest.mark.parametrize("n", [2, 6, 10, 18, 19, 40])
def test_chance_holds_90_of_100_next_runs(n):
    # Null: coverage .90 of one new normal difference; n = 4000 sets; |z| < 5.
    draws = np.random.default_rng(n).normal(0.0, 1.0, (n + 1, DATASETS))
    bounds = chance(draws[:n])
    assert abs(z_of_coverage((bounds.low < draws[n]) & (draws[n] < bounds.high), CHANCE_LEVEL)) < 5


def test_the_coverage_test_sees_precision_passed_off_as_chance():
    draws = np.random.default_rng(3).normal(0.0, 1.0, (11, DATASETS))
    wrong = precision(draws[:10])
    assert abs(z_of_coverage((wrong.low < draws[10]) & (draws[10] < wrong.high), CHANCE_LEVEL)) > 8


def test_more_runs_narrow_precision_and_not_chance():
    draws = np.random.default_rng(4).normal(0.0, 1.0, (400, 200))
    widths = {
        how.__name__: [float((how(draws[:n]).high - how(draws[:n]).low).mean()) for n in (100, 400)]
        for how in (precision, chance)
    }
    few, many = widths["precision"]
    assert many == pytest.approx(few / 2, rel=0.05)
    few, many = widths["chance"]
    assert many == pytest.approx(few, rel=0.05)


def test_one_pair_has_no_bounds_and_a_status():
    for how in (precision, chance):
        bounds = how(np.array([[5.0]]))
        assert np.isnan(bounds.low).all()
        assert np.isnan(bounds.high).all()
        assert bounds.method.tolist() == [""]
    assert statuses(np.array([[5.0]])).tolist() == ["not_computable"]


def test_statuses():
    nan = np.nan
    columns = np.array([[0.0, 0.0, nan, 1.0, nan], [0.0, 1.0, nan, nan, 2.0], [0.0, 0.0, nan, nan, 3.0]])
    assert statuses(columns).tolist() == ["did_not_vary", "ok", "not_computable", "not_computable", "ok"]


def test_pairs_without_a_value_are_left_out():
    values = np.array([4.0, np.nan, 7.0, 5.0])
    for how in (precision, chance):
        assert how(values)[:2] == how(values[[0, 2, 3]])[:2]
    many = np.concatenate([np.arange(25.0), [np.nan, np.nan]])
    assert chance(many)[:2] == chance(many[:25])[:2]


def test_quantiles_are_order_statistics():
    bounds = chance(np.arange(1.0, 20.0))  # 19 values: the 1st and the last
    assert (bounds.low, bounds.high, str(bounds.method)) == (1.0, 19.0, "quantiles")
    bounds = chance(np.arange(1.0, 40.0))  # 39: the 2nd from both ends
    assert (float(bounds.low), float(bounds.high)) == pytest.approx((2.0, 38.0))


@given(st.lists(st.floats(-1e9, 1e9), min_size=2, max_size=45))
def test_swapping_scenarios_mirrors_the_bounds_exactly(values):
    for how in (precision, chance):
        bounds, mirrored = how(np.array(values)), how(-np.array(values))
        assert (bounds.low, bounds.high) == (-mirrored.high, -mirrored.low)
        assert bounds.low <= bounds.high
