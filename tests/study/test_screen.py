"""The screening of a comparison, on a model of which it is known what it leans on."""

from __future__ import annotations

import math

import numpy as np
import pytest
from study_building import NAMES, HandmadeNeighbourhood, scenario

from wijksim.study import replicate as replicate_module
from wijksim.study.compare import compare
from wijksim.study.screen import QUESTIONS, screen_runs, turning_point

GRANT = "enterprise_grant_place_year"  # an assumption, 2 000 to 10 000, set to 4 000
RATE = "gp_consult_tariff"


class Leaning(HandmadeNeighbourhood):
    """With a plan (grant - 5 000) / 1 000 people more work, and nobody else is touched."""

    def run(self, progress=None):
        run = super().run(progress)
        place = {name: column for column, name in enumerate(NAMES)}
        plans = len(self.scenario.settings.enterprises)
        grant = self.scenario.registry.number(GRANT)
        column = place["employed_15_74", ""]
        run.outcomes.values[:, column] += plans * ((grant - 5000.0) / 1000.0 - 2)
        run.outcomes.values[:, place["assistance_persons", ""]] += plans
        run.outcomes.values[:, place["social_balance", "total"]] = 0.0
        return run


@pytest.fixture(scope="module")
def found():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replicate_module, "Neighbourhood", Leaning)
        return compare(
            scenario("Zonder"), [scenario("Een", plans=1)], replications=2, trajectories=2, seed=1, workers=1
        )


def test_the_parameter_that_decides_leads_with_its_turning_point(found):
    rows = [row for row in found.screen["parameters"] if row["outcome"] == "employed_15_74"]
    assert [row["parameter"] for row in rows] == [GRANT]
    (row,) = rows
    assert (row["low"], row["setting"], row["high"]) == (2000.0, 4000.0, 10000.0)
    assert (row["grade"], row["policy"]) == ("assumption", "Een")
    assert row["effect"] == pytest.approx(-1.0)
    assert (row["effect_at_low"], row["effect_at_high"]) == pytest.approx((-3.0, 5.0))
    assert row["turning_point"] == pytest.approx(5000.0)
    assert row["mu"] > 0


def test_the_optimism_check_takes_the_unfavourable_end(found):
    by_outcome = {(row["outcome"], row["group"]): row for row in found.screen["optimism"]}
    work = by_outcome["employed_15_74", ""]
    assert (work["effect"], work["effect_unfavourable"]) == pytest.approx((-1.0, -3.0))
    assert work["parameters"] == 1
    untouched = by_outcome["pocket_balance", "municipality"]  # the plan costs 24 x 1 000 whatever the figures
    assert untouched["parameters"] == 0
    assert untouched["effect"] == untouched["effect_unfavourable"]
    assert len(by_outcome) == len(QUESTIONS)


def test_the_screening_stands_in_the_manifest_and_says_what_it_took(found):
    assert found.manifest["screen"] is found.screen
    assert found.screen["points"] == screen_runs([scenario("Zonder")], 2)
    assert "--screen 2" in found.manifest["command"]
    assert compare_without().screen is None


def compare_without():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replicate_module, "Neighbourhood", HandmadeNeighbourhood)
        return compare(scenario("Zonder"), [scenario("Een", plans=1)], replications=2, workers=1)


def test_turning_points_are_the_nearest_crossing_or_none():
    assert turning_point([(0.0, -1.0), (1.0, 1.0), (3.0, -1.0)], 0.1) == 0.5
    assert turning_point([(0.0, -1.0), (1.0, 1.0), (3.0, -1.0)], 2.9) == 2.0
    assert math.isnan(turning_point([(0.0, 1.0), (1.0, 2.0)], 0.5))
    assert turning_point([(0.0, 1.0), (1.0, 0.0), (2.0, 1.0)], 0.5) == 1.0


def test_an_effect_that_chance_alone_could_make_is_not_called_leading(monkeypatch):
    """With luck of its own at every setting, and nothing else, some 280 parameters are screened and none is told."""

    class Noisy(Leaning):
        def run(self, progress=None):
            run = super().run(progress)
            values = tuple(passport.figures() for passport in self.scenario.registry.values())
            luck = np.random.default_rng(abs(hash((values, self.seed))) % 2**32).normal(0, 5.0)
            plans = len(self.scenario.settings.enterprises)
            column = NAMES.index(("employed_15_74", ""))
            run.outcomes.values[:, column] += plans * (luck - (self.scenario.registry.number(GRANT) - 5000.0) / 1000.0)
            return run

    monkeypatch.setattr(replicate_module, "Neighbourhood", Noisy)
    results = compare(scenario("Zonder"), [scenario("Een", plans=1)], replications=4, trajectories=4, workers=1)
    told = [row for row in results.screen["parameters"] if row["outcome"] == "employed_15_74"]
    assert told == []
    assert len(results.screen["optimism"]) == len(QUESTIONS)


def test_a_point_that_fails_costs_its_trajectory_and_is_counted(monkeypatch):
    """Of four trajectories one has a run that fails: the others still find what leads, and the failure is told."""
    calls = iter(range(10**6))

    class Failing(Leaning):
        def run(self, progress=None):
            policy = bool(self.scenario.settings.enterprises)
            if policy and self.scenario.registry[GRANT].set_by == "draw" and next(calls) == 5:
                raise ArithmeticError("made to fail")
            return super().run(progress)

    monkeypatch.setattr(replicate_module, "Neighbourhood", Failing)
    results = compare(scenario("Zonder"), [scenario("Een", plans=1)], replications=2, trajectories=4, workers=1)
    assert results.screen["failed"] == 1
    told = [row["parameter"] for row in results.screen["parameters"] if row["outcome"] == "employed_15_74"]
    assert told == [GRANT]
