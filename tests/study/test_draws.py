"""Draws of parameters: what is drawn, how, and what it does to ranges."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from study_building import scenario

from wijksim.errors import InputError
from wijksim.parameters import Distribution, Grade, load_registry
from wijksim.report.intervals import Uncertainty
from wijksim.structure import READ_BY_VARIANT
from wijksim.study import replicate as replicate_module
from wijksim.study.calibration.free import free_names
from wijksim.study.compare import compare
from wijksim.study.draws import drawn_factors, parameter_draws, with_draw
from wijksim.study.effects import Frame, Pairs, effects_table, level_effects
from wijksim.study.pair_effects import additionality_effects, break_even_effects
from wijksim.study.pairs import PaidMonths
from wijksim.study.replicate import Series
from wijksim.study.schema import _free


@pytest.fixture(scope="module")
def small():
    return scenario("Zonder"), scenario("Terrein", plans=2)


@pytest.fixture(scope="module")
def drawn(small):
    baseline, policy = small
    return compare(baseline, [policy], replications=3, draws=5, seed=1, workers=1)


def test_what_is_drawn_is_exactly_what_is_not_fixed():
    """Whatever draws or lists what is uncertain goes by the word in the passport, not by its bounds."""
    registry = load_registry()
    uncertain = {name for name, passport in registry.items() if passport.distribution is not Distribution.fixed}
    with_bounds = {name for name, passport in registry.items() if passport.bounds[0] < passport.bounds[1]}
    assert uncertain < with_bounds, "all that is drawn has bounds, and some that has bounds is fixed"
    assert {factor.name for factor in drawn_factors(registry)} == uncertain - set(READ_BY_VARIANT)
    assert set(_free(registry, list(Grade))) == uncertain
    assert set(free_names(registry)) <= uncertain


def test_how_results_are_told_is_the_same_in_all_draws():
    """Money of all draws is of one price year, at one rate of interest."""
    names = {factor.name for factor in drawn_factors(load_registry())}
    told = {"about_equal_share", "additionality_window_months", "cpi_index", "discount_rate", "what_if_after_years"}
    assert not names & told


def test_a_figure_of_ones_own_is_not_drawn_and_a_calibrated_one_is():
    registry = load_registry()
    own = registry.with_values({"gp_consult_tariff": 1.0}, set_by="scenario mine")
    assert "gp_consult_tariff" not in {factor.name for factor in drawn_factors(own)}
    calibrated = registry.with_values({"gp_consult_tariff": 1.0}, set_by="calibration 2026-11-25")
    assert "gp_consult_tariff" in {factor.name for factor in drawn_factors(calibrated)}


def test_draws_lie_in_the_range_fill_it_and_grow():
    registry = load_registry()
    factors = drawn_factors(registry)
    few, many = parameter_draws(factors, 8, seed=3), parameter_draws(factors, 64, seed=3)
    assert few == many[:8]
    assert few != parameter_draws(factors, 8, seed=4)
    for factor in factors:
        low, high = registry[factor.name].bounds
        values = np.array([draw[factor.name] for draw in many])
        assert ((low <= values) & (values <= high)).all()
        assert values.max() - values.min() > 0.5 * (high - low)
        registry.with_values(many[0])  # the model takes them


def test_draws_widen_the_range_and_leave_the_rest_as_it_is(small, drawn):
    baseline, policy = small
    without = compare(baseline, [policy], replications=3, seed=1, workers=1)
    kinds = drawn.effects["uncertainty"]
    assert set(kinds) == {"precision", "chance", "chance+parameters"}
    kept = drawn.effects[kinds != "chance+parameters"].reset_index(drop=True)
    kept["uncertainty"] = kept["uncertainty"].astype(str)
    for column in without.effects.columns:
        assert list(kept[column].astype(str)) == list(without.effects[column].astype(str)), column
    assert (without.told, drawn.told) == (Uncertainty.CHANCE, Uncertainty.CHANCE_AND_PARAMETERS)
    by_chance, told = (drawn.effects_by_key(kind) for kind in ("chance", "chance+parameters"))
    assert by_chance.keys() == told.keys()
    for key, row in told.items():
        for same in ("baseline", "policy", "effect", "unit"):
            np.testing.assert_equal(row[same], by_chance[key][same])
        assert row["kind"] == "pair" or (row["n"] < 2) == (row["status"] == "not_computable")
        if row["kind"] == "level" and row["status"] != "not_computable" and np.isfinite(row["effect"]):
            assert row["low"] <= row["effect"] <= row["high"], key
    levels = [key for key, row in told.items() if row["kind"] == "level" and row["status"] == "ok"]
    assert {told[key]["n"] for key in levels} <= set(range(6))


def test_draws_are_the_same_for_any_number_of_workers(small, drawn):
    baseline, policy = small
    again = compare(baseline, [policy], replications=3, draws=5, seed=1, workers=2)
    assert drawn.effects.equals(again.effects)
    assert "--draws 5" in drawn.manifest["command"]
    assert drawn.manifest["draws"] == drawn.draws == 5


def test_no_difference_stays_no_difference_whatever_the_parameters(small):
    baseline, _ = small
    twin = replace(baseline, settings=replace(baseline.settings, name="Gelijk"))
    told = compare(baseline, [twin], replications=2, draws=4, seed=1, workers=1).effects_by_key("chance+parameters")
    for row in told.values():
        if row["kind"] == "level" and row["status"] != "not_computable":
            assert (row["effect"], row["low"], row["high"], row["status"]) == (0.0, 0.0, 0.0, "did_not_vary")


def test_a_run_that_fails_in_a_draw_is_told_with_its_stage(small, monkeypatch):
    baseline, policy = small
    real = replicate_module.Neighbourhood

    class Fragile(real):
        def __init__(self, given, **settings):
            if any(passport.set_by == "draw" for passport in given.registry.values()):
                raise ArithmeticError("made to fail")
            super().__init__(given, **settings)

    monkeypatch.setattr(replicate_module, "Neighbourhood", Fragile)
    results = compare(baseline, [policy], replications=2, draws=2, seed=1, workers=1)
    assert {failure.stage for failure in results.failures} == {"building with drawn parameters"}
    assert len(results.failures) == 4
    assert results.told is Uncertainty.CHANCE  # nothing was found with draws, so nothing is told of them


def test_draws_below_none_are_refused(small):
    baseline, policy = small
    with pytest.raises(InputError, match="draws"):
        compare(baseline, [policy], draws=-1)


def test_with_draw_of_nothing_is_the_registry_itself():
    registry = load_registry()
    assert with_draw(registry, {}) is registry


# ------------------------------------------------------------------------------- ranges, by hand
def level_rows(effects, drawn):
    series = [Series("employed_15_74", "", "persons", False, False)]

    def pairs(values):
        after = np.array(values, float).reshape(-1, 1, 1).repeat(12, axis=1)
        return Pairs(np.zeros_like(after), after)

    frame = Frame.of(24180, 12, load_registry())
    rows = effects_table(level_effects("p", series, pairs(effects), frame, pairs(drawn)))
    return {row.uncertainty: row for row in rows[rows["period"] == "total"].itertuples()}


def test_a_range_of_draws_holds_the_effect_at_the_figures_of_the_passports():
    found = level_rows([10.0, 10.0, 10.0], np.arange(20.0, 39.0))
    assert found["chance+parameters"].effect == 10.0
    assert (found["chance+parameters"].low, found["chance+parameters"].high) == (10.0, 38.0)
    assert (found["chance"].low, found["chance"].high) == (10.0, 10.0)


def test_twice_the_runs_do_not_halve_a_headline_range():
    """Sd 10 of draws; with 40 or 160 of them the 90 % range is about 33 wide, in 200 tries of each."""
    rng = np.random.default_rng(5)
    widths = {
        n: np.mean([np.ptp(level_bounds(level_rows([0.0, 0.1], rng.normal(0, 10, n)))) for _ in range(60)])
        for n in (40, 80, 160)
    }
    assert widths[80] / widths[40] > 0.9
    assert widths[160] / widths[80] > 0.9


def level_bounds(found):
    return found["chance+parameters"].low, found["chance+parameters"].high


def test_pair_outcomes_have_a_range_of_draws_too():
    pairs = [PaidMonths(10, 4, -1, -1), PaidMonths(30, 6, -3, 1)]
    draws = [PaidMonths(10, k, 0, 0) for k in (0, 2, 5)]
    (part,) = additionality_effects("p", pairs, 24, 1, draws)
    rows = [dict(zip(part, values, strict=True)) for values in zip(*part.values(), strict=True)]
    told = {row["outcome"]: row for row in rows if row["uncertainty"] == "chance+parameters"}
    assert told["deadweight"]["effect"] == 10 / 40
    assert told["deadweight"]["n"] == 3
    assert told["deadweight"]["low"] < 0.25 < told["deadweight"]["high"]


def test_break_even_of_draws_is_open_where_one_never_breaks_even():
    series = [Series("balance", "residents", "euro", True, True)]

    def pairs(*gains):
        after = np.array([[[-5.0], [gain], [gain], [gain]] for gain in gains])
        return Pairs(np.zeros_like(after), after)

    (part,) = break_even_effects("p", series, pairs(5, 5), 1, pairs(5, 5, 5, 0))
    rows = [dict(zip(part, values, strict=True)) for values in zip(*part.values(), strict=True)]
    by_kind = {row["uncertainty"]: row for row in rows}
    assert (by_kind["chance"]["low"], by_kind["chance"]["high"]) == (1.0, 1.0)
    assert by_kind["chance+parameters"]["low"] == 1.0
    assert np.isnan(by_kind["chance+parameters"]["high"])
    assert by_kind["chance+parameters"]["sign_probability"] == 0.75
