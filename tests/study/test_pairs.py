"""Additionality and break-even, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from study_building import histories

from wijksim.outcomes import outcome_names
from wijksim.parameters import load_registry
from wijksim.record import OutcomeTable, Run
from wijksim.study.effects import Pairs
from wijksim.study.pair_effects import additionality_effects, break_even_effects
from wijksim.study.pairs import PaidMonths, break_even_months, job_survival, paid_months
from wijksim.study.replicate import Series

MONTHS = 10
LASTING = np.ones(MONTHS)


def run(kept, hires=None, jobs_lost=0.0):
    hires = np.zeros(MONTHS) if hires is None else np.array(hires, float)
    lost = np.full(MONTHS, jobs_lost)
    return Run("x", 1, 0, MONTHS, OutcomeTable((), np.zeros((MONTHS, 0))), [], hires, lost, kept)


def test_deadweight_and_displacement_are_sums_of_months():
    # 0 is placed in month 2 and would have worked from month 5; 1 works from month 4 but for the policy, then from 6.
    baseline = run(histories(MONTHS, paid_from={0: 5, 1: 4}))
    policy = run(histories(MONTHS, paid_from={0: 2, 1: 6}, placed_in={0: 2}))
    found = paid_months(baseline, policy, window=6, survival=LASTING)
    # Window: months 2 to 7.
    assert found == PaidMonths(placed_policy=6.0, placed_baseline=3.0, others_change=-2.0, outsiders_change=0.0)


def test_months_beyond_every_window_count_for_nothing():
    baseline = run(histories(MONTHS, paid_from={1: 8}))
    policy = run(histories(MONTHS, paid_from={0: 2}, placed_in={0: 2}))
    found = paid_months(baseline, policy, window=4, survival=LASTING)
    assert found == PaidMonths(4.0, 0.0, 0.0, 0.0)


def test_others_count_for_the_share_of_windows_that_is_open():
    baseline = run(histories(MONTHS, paid_from={2: 0}))
    policy = run(histories(MONTHS, paid_from={0: 0, 1: 4}, placed_in={0: 0, 1: 4}))
    # 2 loses all ten months. Windows of 4: of 0 in 0-3, of 1 in 4-7, when both are placed: 4 x 1 + 4 x 1/2.
    found = paid_months(baseline, policy, window=4, survival=LASTING)
    assert found.others_change == -6.0
    assert found.placed_policy == 8.0


def test_whoever_left_a_place_long_ago_does_not_bear_what_is_displaced_now():
    """2 loses all ten months. 0 is in a place in months 0 to 1, 1 in 4 to 9; windows of 4: 0 to 3 and 4 to 7.

    In 0 to 1 and 4 to 7 all who are in a place are in their window; in 2 and 3 nobody is in a place, and the window of
    the only one placed is open; in 8 and 9 nobody's window is open. Of those ever placed it would be half from 4 on.
    """
    baseline = run(histories(MONTHS, paid_from={2: 0}))
    placed = {0: 0, 1: 4}
    policy = run(histories(MONTHS, placed_in=placed, in_place={0: (0, 2), 1: (4, 10)}), jobs_lost=2.0)
    found = paid_months(baseline, policy, window=4, survival=LASTING)
    assert found == PaidMonths(placed_policy=6.0, placed_baseline=0.0, others_change=-8.0, outsiders_change=-16.0)


def test_those_who_stay_in_their_places_share_what_is_displaced():
    """0 stays beyond its window of 4, so that it and 1 each bear half of months 4 to 7."""
    baseline = run(histories(MONTHS, paid_from={2: 0}))
    policy = run(histories(MONTHS, placed_in={0: 0, 1: 4}, in_place={0: (0, 10), 1: (4, 10)}))
    assert paid_months(baseline, policy, window=4, survival=LASTING).others_change == -6.0


def test_outsiders_lose_a_job_for_as_long_as_it_lasts():
    baseline = run(histories(MONTHS), hires=[0, 3] + [0] * 8)
    policy = run(histories(MONTHS, paid_from={0: 0}, placed_in={0: 0}), hires=[0, 1] + [0] * 8)
    survival = np.array([1.0, 0.5, 0.25] + [0.0] * 7)
    found = paid_months(baseline, policy, window=MONTHS, survival=survival)
    assert found.outsiders_change == pytest.approx(-2 * 1.75)


def test_firms_that_lose_orders_have_fewer_jobs_in_every_month_of_the_windows():
    """3 of 10 jobs' worth of orders lost, in the five months in which the window of the only place is open."""
    baseline = run(histories(MONTHS))
    policy = run(histories(MONTHS, paid_from={0: 0}, placed_in={0: 0}), jobs_lost=3.0)
    assert paid_months(baseline, policy, window=5, survival=LASTING).outsiders_change == pytest.approx(-15.0)


def test_people_who_live_here_in_one_run_only_are_not_at_work_in_the_other():
    baseline = run(histories(MONTHS, paid_from={0: 0}, uids=[5, 6]))
    policy = run(histories(MONTHS, paid_from={1: 0}, placed_in={0: 0}, uids=[6, 7]))
    found = paid_months(baseline, policy, window=MONTHS, survival=LASTING)
    assert found == PaidMonths(0.0, 0.0, 0.0, 0.0)  # 5 gone, 7 come


def test_new_jobs_end_by_the_hazard_of_their_tenure():
    registry = load_registry()
    survival = job_survival(registry, 19)
    assert survival[0] == 1.0
    assert survival[1] == pytest.approx(1 - registry.number("separation_new_job_month"))
    assert survival[18] == pytest.approx(0.51, abs=0.03)  # evidence: uninterrupted_18m, of which B2 is made
    assert job_survival(registry, 1).tolist() == [1.0]


@pytest.mark.parametrize(
    ("flow", "month"),
    [
        ([-5, 2, 2, 2, 2], 3),
        ([-5, 2, 2, 1, 0], 3),  # exactly earned back
        ([-5, 2, 2, 0, 0], np.inf),
        ([-5, 9, -9, 9, -1], 3),  # above, below, and then for good
        ([-5, 9, -9, 4, 0], np.inf),
        ([1, 1, -1, 0, 0], 0),
        ([0, 0, 0, 0, 0], 0),
    ],
)
def test_break_even_is_the_month_from_which_it_stays(flow, month):
    assert break_even_months(np.cumsum(np.array(flow, float))) == month


def columns(parts):
    (part,) = parts
    names = list(part)
    return [dict(zip(names, values, strict=True)) for values in zip(*part.values(), strict=True)]


def by_outcome(parts, uncertainty):
    return {row["outcome"]: row for row in columns(parts) if row["uncertainty"] == uncertainty}


def test_additionality_is_a_ratio_of_sums_and_adds_up_to_one():
    pairs = [PaidMonths(10, 4, -1, -1), PaidMonths(30, 6, -3, 1), PaidMonths(0, 0, 5, 0)]
    rows = by_outcome(additionality_effects("p", pairs, 24, seed=1), "precision")
    assert rows["deadweight"]["effect"] == 10 / 40
    assert rows["displacement_residents"]["effect"] == -1 / 40
    assert rows["displacement_outsiders"]["effect"] == 0.0
    assert rows["displacement"]["effect"] == -1 / 40
    assert rows["additionality"]["effect"] == 1 - 10 / 40 + 1 / 40
    assert rows["deadweight"]["n"] == 2  # a pair in which nobody was placed has no ratio
    assert rows["deadweight"]["low"] < 0.25 < rows["deadweight"]["high"]
    assert rows["deadweight"]["period"] == "24_months_from_placement"
    assert rows["deadweight"]["status"] == "ok"
    chance = by_outcome(additionality_effects("p", pairs, 24, seed=1), "chance")["deadweight"]
    assert (chance["level"], chance["method"]) == (0.9, "student_t_prediction")


def test_what_would_have_been_worked_anyway_has_no_bound_below_nothing():
    pairs = [PaidMonths(10, k, 0, 0) for k in (0, 0, 0, 6)]
    chance = by_outcome(additionality_effects("p", pairs, 24, seed=1), "chance")
    assert chance["deadweight"]["low"] == 0.0
    assert chance["additionality"]["high"] > 1.0  # kept in the file; not written in words and tables


def test_additionality_of_placements_without_wage_is_not_computable():
    rows = columns(additionality_effects("p", [PaidMonths(0, 2, -1, -1)] * 3, 24, seed=1))
    assert {row["status"] for row in rows} == {"not_computable"}
    assert all(np.isnan([row["effect"], row["low"], row["high"]]).all() for row in rows)


def test_bootstrap_depends_on_its_seed_alone():
    pairs = [PaidMonths(10, k, 0, 0) for k in range(6)]
    first, again, other = (columns(additionality_effects("p", pairs, 24, seed=seed)) for seed in (1, 1, 2))
    assert [row["low"] for row in first] == [row["low"] for row in again]
    assert first[0]["low"] != other[0]["low"] or first[0]["high"] != other[0]["high"]


def test_break_even_effects_state_what_is_not_reached():
    series = [Series("balance", group, "euro", True, True) for group in ("residents", "insurers", "state_tax")]
    baseline = np.zeros((4, 5, 3))
    policy = np.zeros((4, 5, 3))
    policy[:, :, 0] = [-5, 2, 2, 2, 2]
    policy[:, :, 1] = [-5, 1, 1, 1, 1]
    rows = columns(
        break_even_effects("p", [*series, Series("births", "", "x", True, False)], Pairs(baseline, policy), seed=1)
    )
    found = {row["group"]: row for row in rows if row["uncertainty"] == "chance"}
    assert found["residents"] | {"effect": 3.0, "low": 3.0, "high": 3.0, "status": "ok"} == found["residents"]
    assert found["residents"]["sign_probability"] == 1.0
    assert found["insurers"]["status"] == "not_reached"
    assert np.isnan([found["insurers"][key] for key in ("effect", "low", "high")]).all()
    assert found["insurers"]["sign_probability"] == 0.0
    assert found["state_tax"]["status"] == "did_not_vary"
    assert set(found) == {"residents", "insurers", "state_tax"}


def test_every_budget_has_its_month_of_break_even():
    """The budgets of `mechanisms.md` A7, each by itself: what it paid first is earned back in month 3, or never."""
    budgets = (
        "municipality_assistance", "participation_budget", "municipality_wmo", "municipality_administration",
        "uwv_unemployment", "uwv_disability", "state_tax", "state_allowances", "health_fund", "insurers",
        "business_parks", "social_enterprises", "residents", "pooled_fund",
    )  # fmt: skip
    series = [Series(*name, "euro", True, True) for name in outcome_names() if name[0] == "balance"]
    assert set(budgets) <= {item.group for item in series}
    policy = np.zeros((3, 5, len(series)))
    policy[:, :, ::2] = np.array([-5, 2, 2, 2, 2])[:, np.newaxis]
    policy[:, :, 1::2] = np.array([-5, 1, 1, 1, 1])[:, np.newaxis]
    rows = columns(break_even_effects("p", series, Pairs(np.zeros_like(policy), policy), seed=1))
    found = {row["group"]: (row["status"], row["effect"]) for row in rows if row["uncertainty"] == "chance"}
    for place, item in enumerate(series):
        status, month = found[item.group]
        assert (status, month) == ("ok", 3.0) if place % 2 == 0 else (status == "not_reached" and np.isnan(month))


def test_one_pair_has_no_bounds_of_break_even():
    series = [Series("balance", "residents", "euro", True, True)]
    policy = np.array([[[-5.0], [6.0]]])
    rows = columns(break_even_effects("p", series, Pairs(np.zeros_like(policy), policy), seed=1))
    assert {row["status"] for row in rows} == {"not_computable"}
    assert all(np.isnan([row["low"], row["high"]]).all() and row["effect"] == 1.0 for row in rows)
