"""Several plans at once: costs of a unit, dominance and the frontier, and how often each is the best."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wijksim import Scenario, compare, load_results
from wijksim.report.pockets import POCKET_OUTCOME
from wijksim.report.ranks import COSTS, MEASURES, PUBLIC, rank_tables
from wijksim.report.results import PERIOD_TOTAL
from wijksim.study.ranking import best_shares, cost_per, frontier


def by_name(rows):
    return {row["name"]: row for row in rows}


# ------------------------------------------------------------------ by hand
def test_the_frontier_of_four_plans_by_hand():
    """B is dominated by A; C lies above the line from A to D: (100 - 20)/(20 - 10) = 8 a unit, C costs 60 / 2 more."""
    found = by_name(
        frontier(["A", "B", "C", "D"], np.array([10.0, 9.0, 12.0, 20.0]), np.array([20.0, 30.0, 80.0, 100.0]))
    )
    assert {name: row["status"] for name, row in found.items()} == {
        "": "on", "A": "on", "B": "dominated", "C": "extendedly_dominated", "D": "on",
    }  # fmt: skip
    assert found["A"]["icer"] == 2.0
    assert found["D"]["icer"] == 8.0
    assert found[""]["icer"] is None


def test_a_plan_that_saves_and_works_dominates_having_none():
    found = by_name(frontier(["A"], np.array([3.0]), np.array([-5.0])))
    assert found[""]["status"] == "dominated"
    assert found["A"]["status"] == "on"


def test_a_plan_that_does_nothing_is_no_better_than_none():
    found = frontier(["A"], np.array([0.0]), np.array([0.0]))
    assert {row["status"] for row in found} == {"on"}
    worse = by_name(frontier(["A"], np.array([-1.0]), np.array([4.0])))
    assert worse["A"]["status"] == "dominated"


@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=1, max_size=7))
def test_no_point_lies_below_the_frontier(points):
    names = [str(place) for place in range(len(points))]
    rows = frontier(names, np.array([e for e, _ in points], float), np.array([c for _, c in points], float))
    on = [row for row in rows if row["status"] == "on"]
    slopes = [row["icer"] for row in on if row["icer"] is not None]
    assert slopes == sorted(slopes)
    assert all(row["icer"] is None for row in rows if row["status"] != "on")
    for row in rows:
        inside = [one for one in on if one["effect"] >= row["effect"]]
        assert inside, "the frontier reaches as far as any plan"
        line = np.interp(row["effect"], [one["effect"] for one in on], [one["cost"] for one in on])
        assert line <= row["cost"] + 1e-9


def test_how_often_each_is_the_best_by_hand():
    """Draws: A best, none best, A and B tie."""
    found = by_name(best_shares(["A", "B"], np.array([[3.0, 1.0], [-1.0, -2.0], [2.0, 2.0]])))
    assert found["A"]["share"] == pytest.approx(1.5 / 3)
    assert found["B"]["share"] == pytest.approx(0.5 / 3)
    assert found[""]["share"] == pytest.approx(1 / 3)
    assert found["B"]["regret"] == pytest.approx((2 + 2 + 0) / 3)


@given(st.lists(st.lists(st.integers(-3, 3), min_size=3, max_size=3), min_size=1, max_size=9))
def test_shares_of_the_best_sum_to_one_and_regret_is_never_negative(values):
    found = best_shares(["A", "B", "C"], np.array(values, float))
    assert sum(row["share"] for row in found) == pytest.approx(1.0)
    assert all(row["regret"] >= 0 for row in found)


@pytest.mark.parametrize(
    ("cost", "effect", "effects", "expected"),
    [
        (100.0, 10.0, np.full(20, 10.0) + np.arange(20), "ok"),
        (100.0, 10.0, np.linspace(-2.0, 20.0, 20), "no_sure_effect"),
        (100.0, -10.0, np.full(20, -10.0) - np.arange(20), "no_sure_effect"),
        (-100.0, 10.0, np.full(20, 10.0) + np.arange(20), "saves"),
    ],
)
def test_a_cost_of_a_unit_is_told_only_where_there_is_one(cost, effect, effects, expected):
    found = cost_per(cost, effect, np.full(20, cost), effects)
    assert found["status"] == expected
    assert (found["value"] is not None) == (expected == "ok")
    if expected == "ok":
        assert found["value"] == 10.0
        assert found["low"] <= 10.0 <= found["high"]


@pytest.mark.parametrize(("costs", "expected"), [((-300.0, -20.0), "saves"), ((-300.0, 100.0), "no_sure_saving")])
def test_a_plan_saves_only_where_the_whole_range_does(costs, expected):
    """A mean saving that other luck may turn is none to be told, as the words say of the same budget."""
    samples = np.linspace(*costs, 30)
    found = cost_per(samples.mean(), 10.0, samples, np.full(30, 10.0) + np.arange(30))
    assert found == {"value": None, "low": None, "high": None, "status": expected}


# ------------------------------------------------------------------ of real runs
@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("ranked") / "out"
    base, one, other = (
        Scenario.from_file(name, months=18, residents=400) for name in ("baseline", "terreinbeheer", "beide")
    )
    compare(base, [one, other], replications=3, workers=1, out=out)
    return out


def test_a_ranking_agrees_with_the_table_of_effects(folder):
    results = load_results(folder)
    ranking = results.ranking
    assert [plan["name"] for plan in ranking["plans"]] == list(results.policies)
    rows = results.effects_by_key("precision")
    for plan in ranking["plans"]:
        name = plan["name"]
        work = rows[name, "employed_15_74", "", PERIOD_TOTAL]["effect"] * results.months / 12
        assert plan["job_years"]["value"] == pytest.approx(work)
        balance = sum(rows[name, POCKET_OUTCOME, pocket, PERIOD_TOTAL]["effect"] for pocket in PUBLIC)
        assert plan["public_balance"]["value"] == pytest.approx(balance)
        assert set(plan) == {"name", *MEASURES, *COSTS}
    json.dumps(ranking, allow_nan=False)


def test_what_lies_in_the_pooled_fund_is_no_public_loss(folder):
    """What budgets pay in and nobody has spent is still theirs: all others gain what they really lose."""
    results = load_results(folder)
    rows = results.effects_by_key("precision")
    others = ("residents", "social_enterprises", "business_parks", "regular_employers", "care_providers")
    name = results.policies[1]
    left = rows[name, POCKET_OUTCOME, "pooled_fund", PERIOD_TOTAL]["effect"]
    assert left > 1.0
    gained = sum(rows[name, POCKET_OUTCOME, pocket, PERIOD_TOTAL]["effect"] for pocket in (*others, "rest_of_world"))
    plan = next(plan for plan in results.ranking["plans"] if plan["name"] == name)
    assert plan["public_balance"]["value"] == pytest.approx(-gained)


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_brief_has_every_table(folder, language):
    results = load_results(folder)
    text = (folder / f"brief_{language}.html").read_text(encoding="utf-8")
    tables = list(rank_tables(results.ranking, results.price_year, language))
    assert len(tables) == 4
    for table in tables:
        assert table.title in text
        assert all(len(row) == len(table.head) for row in table.rows)
    assert (folder / "ranking.csv").is_file()
    assert (folder / "charts" / language / "plans_compared.png").is_file()


def test_one_plan_is_not_ranked(tmp_path):
    base, one = (Scenario.from_file(name, months=6, residents=200) for name in ("baseline", "woonhulp"))
    assert compare(base, [one], replications=2, workers=1, out=tmp_path / "one").ranking is None
    assert not (tmp_path / "one" / "ranking.csv").exists()


def test_a_draw_without_effect_is_not_left_out_of_the_price():
    """Dropping it would make the dearest outcome vanish: 10, 10, ... and once nothing for the same money."""
    effects = np.append(np.full(60, 10.0) + np.arange(60) / 100, 0.0)
    assert cost_per(100.0, 10.0, np.full(61, 100.0), effects)["status"] == "no_sure_effect"
