"""Comparing: seeds, workers, failures, and nothing computed when it can't be."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from study_building import HandmadeNeighbourhood, scenario

from wijksim.errors import InputError
from wijksim.study import compare as compare_module
from wijksim.study import replicate as replicate_module
from wijksim.study.compare import compare
from wijksim.study.replicate import seed_of
from wijksim.study.run import run_scenario

TABLES = ("outcomes", "effects", "ledger")


@pytest.fixture
def handmade(monkeypatch):
    monkeypatch.setattr(replicate_module, "Neighbourhood", HandmadeNeighbourhood)


@pytest.fixture(scope="module")
def small():
    """Baseline and policy for the model itself."""
    return scenario("Zonder"), scenario("Met", source="terreinbeheer", plans=0), scenario("Terrein", plans=2)


def assert_same(first, second):
    for table in TABLES:
        pd.testing.assert_frame_equal(getattr(first, table), getattr(second, table), check_exact=True)


def effect(results, outcome, *, group="", period="total", uncertainty="chance", policy=None):
    return results.effects_by_key(uncertainty)[policy or results.policies[0], outcome, group, period]


# ---------------------------------------------------------------------------------------------- seeds (W01)
def test_seeds_of_replications_differ_and_fit_a_spreadsheet():
    seeds = [seed_of(42, number) for number in range(2000)]
    assert seeds[0] == 42
    assert len(set(seeds)) == 2000
    assert max(seeds[1:]) < 2**53
    assert not set(seeds) & {seed_of(43, number) for number in range(2000)}


def test_replications_differ_and_each_can_be_run_alone(small):
    baseline, _, _ = small
    first = run_scenario(baseline, replications=5, seed=42, workers=1)
    runs = [part["value"].to_numpy() for _, part in first.outcomes.groupby("replication")]
    assert len({values.tobytes() for values in runs}) == 5
    assert_same(first, run_scenario(baseline, replications=5, seed=42, workers=1))
    third = first.outcomes[first.outcomes["replication"] == 3]
    (seed,) = set(third["seed"])
    alone = run_scenario(baseline, replications=1, seed=seed, workers=1).outcomes
    columns = ["seed", "month", "outcome", "group", "value"]
    pd.testing.assert_frame_equal(
        alone[columns].astype(str).reset_index(drop=True), third[columns].astype(str).reset_index(drop=True)
    )


# ---------------------------------------------------------------------------------------------- workers (W02)
def test_workers_give_the_same_tables_as_this_process(small):
    baseline, _, policy = small
    alone = compare(baseline, [policy], replications=3, seed=1, workers=1)
    together = compare(baseline, [policy], replications=3, seed=1, workers=2)
    assert_same(alone, together)
    assert len(alone.outcomes) == 3 * 2 * 24 * len(set(zip(alone.outcomes.outcome, alone.outcomes.group, strict=True)))


# ---------------------------------------------------------------------------------------------- pairs (W09)
def test_pairs_vary_less_than_runs_that_share_nothing(small):
    baseline, _, policy = small
    results = compare(baseline, [policy], replications=8, seed=1, workers=1)
    rows = results.outcomes
    for outcome in ("employed_15_74", "assistance_persons"):
        means = rows[rows.outcome == outcome].groupby(["scenario", "replication"], observed=True)["value"].mean()
        before, after = means["Zonder"].to_numpy(), means["Terrein"].to_numpy()
        assert (after - before).std() < (np.roll(after, 1) - before).std()


def test_no_difference_in_levers_is_exactly_zero(small):
    baseline = small[0]
    twin = scenario("Tweeling")
    results = compare(baseline, [twin], replications=2, seed=1, workers=1)
    levels = results.effects[(results.effects.kind == "level") & (results.effects.n > 0)]
    assert (levels.effect == 0.0).all()
    assert set(levels.loc[levels.n > 1, "status"]) == {"did_not_vary"}


# ---------------------------------------------------------------------------------------------- what comes out
def test_effects_are_those_that_were_put_in(handmade):
    results = compare(
        scenario("Zonder"), [scenario("Een", plans=1), scenario("Drie", plans=3)], replications=4, workers=1
    )
    assert results.policies == ("Een", "Drie")
    people = effect(results, "employed_15_74", period="last_year", policy="Drie")
    assert (people["effect"], people["low"], people["high"], people["status"]) == (6.0, 6.0, 6.0, "ok")
    share = results.deflators[2016]
    cost = effect(results, "pocket_balance", group="municipality")
    assert cost["effect"] == pytest.approx(-12_000 * (1 + share))
    assert cost["price_year"] == 2015
    assert effect(results, "pocket_balance", group="state")["effect"] == pytest.approx(3_000 * (1 + share))
    assert effect(results, "births")["status"] == "not_computable"
    anyway = effect(results, "deadweight", period="24_months_from_placement")
    assert (anyway["effect"], anyway["kind"]) == (0.0, "pair")
    assert effect(results, "break_even_month", group="participation_budget")["status"] == "not_reached"
    assert effect(results, "pocket_break_even_month", group="state")["effect"] == 0.0


def test_money_of_outcomes_is_in_prices_of_the_start_year_and_the_ledger_is_not(handmade):
    results = compare(scenario("Zonder"), [scenario("Een", plans=1)], replications=1, workers=1)
    rows = results.outcomes[(results.outcomes.outcome == "care_cost") & (results.outcomes.scenario == "Zonder")]
    nominal = rows.value / rows.month.str[:4].astype(int).map(results.deflators).astype(float)
    assert nominal.to_numpy() == pytest.approx(np.round(nominal.to_numpy()))
    assert set(rows.unit) == {"euro of 2015"}
    assert results.ledger.to_dict("records") == [
        {
            "scenario": "Een",
            "replication": 0,
            "year": year,
            "payer": "participation_budget",
            "payee": "social_enterprises",
            "category": "enterprise_grant",
            "cents": 1_200_000,
        }
        for year in (2015, 2016)
    ]


def test_one_scenario_alone_has_no_effects(handmade):
    results = run_scenario(scenario("Zonder"), replications=2, workers=1)
    assert results.policies == ()
    assert results.effects.empty
    assert set(results.outcomes.replication) == {0, 1}


def test_progress_counts_months_to_the_end(handmade):
    told = []
    compare(
        scenario("Zonder"),
        [scenario("Een", plans=1)],
        replications=2,
        workers=1,
        progress=lambda done, total: told.append((done, total)),
    )
    assert told == sorted(told)
    assert told[-1] == (96, 96)


# ---------------------------------------------------------------------------------------------- failures
def test_a_run_that_fails_is_recorded_and_the_others_are_compared(handmade, monkeypatch, tmp_path):
    bad = seed_of(1, 2)
    monkeypatch.setattr(HandmadeNeighbourhood, "failing_seeds", frozenset({bad}))
    results = compare(scenario("Zonder"), [scenario("Een", plans=1)], replications=4, workers=1, out=tmp_path / "uit")
    (failure,) = results.failures
    assert (failure.scenario, failure.replication, failure.seed, failure.stage) == ("Een", 2, bad, "running")
    assert failure.reason == "ArithmeticError: the plan can't be carried out"
    assert "study_building" in failure.traceback
    assert effect(results, "employed_15_74")["n"] == 3
    assert effect(results, "deadweight", period="24_months_from_placement")["n"] == 3
    rows = results.outcomes[results.outcomes.scenario == "Een"]
    assert set(rows.replication) == {0, 1, 3}
    written = json.loads((tmp_path / "uit" / "manifest.json").read_text(encoding="utf-8"))
    assert written["failures"][0]["seed"] == bad


def test_when_every_run_fails_the_first_reason_is_told(handmade, monkeypatch, tmp_path):
    monkeypatch.setattr(HandmadeNeighbourhood, "failing_seeds", frozenset({1, seed_of(1, 1)}))
    with pytest.raises(RuntimeError, match=r"Een, seed 1, while running: ArithmeticError: the plan"):
        compare(scenario("Zonder"), [scenario("Een", plans=1)], replications=2, workers=1, out=tmp_path / "uit")
    assert not (tmp_path / "uit").exists()


# ---------------------------------------------------------------------------------------------- bad input
@pytest.fixture
def nothing_computed(monkeypatch):
    def fail(*_, **__):
        pytest.fail("something was computed")

    monkeypatch.setattr(compare_module, "replicate", fail)


@pytest.mark.parametrize(
    ("wrong", "faults"),
    [
        ({"replications": 0}, 1),
        ({"replications": 2.0}, 1),
        ({"replications": True}, 1),
        ({"seed": -1}, 1),
        ({"seed": 2**63}, 1),
        ({"workers": 0}, 1),
        ({"replications": -1, "seed": "x", "workers": 0}, 3),
    ],
)
def test_numbers_that_cant_be_are_refused_all_at_once(nothing_computed, wrong, faults):
    with pytest.raises(InputError) as caught:
        compare(scenario("Zonder"), [scenario("Een", plans=1)], **wrong)
    assert len(caught.value.problems) == faults
    assert all("expected a whole number from" in problem.message for problem in caught.value.problems)


def test_a_comparison_needs_a_policy(nothing_computed):
    with pytest.raises(InputError, match="one or more scenarios"):
        compare(scenario("Zonder"), [])


def test_scenarios_that_differ_in_more_than_policy_are_refused(nothing_computed):
    with pytest.raises(InputError, match="months"):
        compare(scenario("Zonder"), [scenario("Een", plans=1, months=12)])


def test_a_folder_with_results_is_refused_before_computing(nothing_computed, tmp_path):
    (tmp_path / "manifest.json").write_text('{"schema": 1, "versions": {"wijksim": "0"}, "files": {}}')
    with pytest.raises(InputError, match="holds results already"):
        compare(scenario("Zonder"), [scenario("Een", plans=1)], out=tmp_path)
