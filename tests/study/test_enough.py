"""Enough runs: by hand, and with a model of which the spread is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from study_building import NAMES, HandmadeNeighbourhood, scenario

from wijksim.errors import InputError
from wijksim.report.words import findings
from wijksim.study import replicate as replicate_module
from wijksim.study.compare import compare
from wijksim.study.enough import is_precise
from wijksim.study.options import PRECISION
from wijksim.study.replicate import seed_of


class Uneven(HandmadeNeighbourhood):
    """The effect on work is 20 with a spread of 5 over seeds; the level without the plan is about nought."""

    def run(self, progress=None):
        run = super().run(progress)
        column = NAMES.index(("employed_15_74", ""))
        plans = len(self.scenario.settings.enterprises)
        luck = np.random.default_rng(self.seed).normal(20.0, 5.0)
        run.outcomes.values[:, column] = plans * luck
        return run


@pytest.fixture(autouse=True)
def _uneven(monkeypatch):
    monkeypatch.setattr(replicate_module, "Neighbourhood", Uneven)


def rows(low, high, baseline, effect, status="ok", kind="precision"):
    return pd.DataFrame(
        [("p", "employed_15_74", "", "last_year", baseline, effect, low, high, status, kind)],
        columns=[
            "scenario",
            "outcome",
            "group",
            "period",
            "baseline",
            "effect",
            "low",
            "high",
            "status",
            "uncertainty",
        ],
    )


@pytest.mark.parametrize(
    ("low", "high", "baseline", "effect", "expected"),
    [
        (8.0, 12.0, 0.0, 10.0, False),  # half is 2, a tenth of the effect 1
        (9.0, 11.0, 0.0, 10.0, True),
        (8.0, 12.0, 40.0, 10.0, True),  # a twentieth of the level is 2
        (8.0, 12.0, 39.0, 10.0, False),
        (np.nan, np.nan, 39.0, 10.0, False),  # one run has no precision
    ],
)
def test_precise_is_a_twentieth_of_the_level_or_a_tenth_of_the_effect(low, high, baseline, effect, expected):
    assert is_precise(rows(low, high, baseline, effect), *PRECISION) is expected


def test_what_did_not_vary_and_other_ranges_ask_for_no_runs():
    assert is_precise(rows(0.0, 0.0, 0.0, 0.0, status="did_not_vary"), *PRECISION)
    assert is_precise(rows(0.0, 99.0, 0.0, 1.0, kind="chance"), *PRECISION)


def test_runs_are_added_until_the_mean_is_precise():
    """Half is t 5 / sqrt(n): 2 or less from about 27 runs on."""
    results = compare(scenario("Zonder"), [scenario("Een", plans=1)], replications=6, max_replications=90, workers=1)
    assert 12 < results.replications < 60
    assert results.replications % 6 == 0
    assert results.manifest["precision"]["reached"] is True
    assert results.manifest["seeds"] == [seed_of(1, number) for number in range(results.replications)]
    again = compare(scenario("Zonder"), [scenario("Een", plans=1)], replications=results.replications, workers=1)
    assert again.effects.equals(results.effects)


def test_runs_end_at_the_most_that_was_allowed_and_it_is_told():
    results = compare(scenario("Zonder"), [scenario("Een", plans=1)], replications=4, max_replications=6, workers=1)
    assert results.replications == 6
    assert results.manifest["precision"]["reached"] is False


def test_without_a_most_nothing_is_added_and_whether_it_is_precise_is_told():
    results = compare(scenario("Zonder"), [scenario("Een", plans=1)], replications=3, workers=1)
    assert results.replications == 3
    assert results.manifest["precision"] == {"of_level": 0.05, "of_effect": 0.1, "reached": False}
    assert any(line.startswith("3 runs are few") for line in findings(results, "en"))
    assert any(line.startswith("3 doorrekeningen zijn weinig") for line in findings(results, "nl"))


def test_a_precision_that_is_asked_adds_runs_until_it_is_reached():
    """Half is t 5 / sqrt(n): a quarter of the effect of 20 from about 7 runs on, a fiftieth never within 30."""
    found = compare(scenario("Zonder"), [scenario("Een", plans=1)], replications=3, precision=(0.01, 0.25), workers=1)
    assert 3 < found.replications < 20
    assert found.manifest["precision"] == {"of_level": 0.01, "of_effect": 0.25, "reached": True}
    told = next(line for line in findings(found, "nl") if "doorrekeningen zijn genoeg" in line)
    assert "tot op 1% van het niveau, of 25% van het verschil" in told
    never = compare(scenario("Zonder"), [scenario("Een", plans=1)], replications=3, precision=(0.02, 0.02), workers=1)
    assert never.replications == 30
    assert never.manifest["precision"]["reached"] is False


@pytest.mark.parametrize(
    ("precision", "told"),
    [
        ((5.0, 0.1), r"precision: is 5 of the baseline level; expected .* below 1\. For 5 % write 0\.05\."),
        ((0.05, 0.0), "precision: is 0 of the effect; expected a share above 0"),
        ((0.05, float("nan")), "precision: is nan of the effect"),
    ],
)
def test_a_precision_that_can_not_be_is_refused(precision, told):
    with pytest.raises(InputError, match=told):
        compare(scenario("Zonder"), [scenario("Een", plans=1)], precision=precision)


def test_fewer_at_most_than_to_begin_with_is_refused():
    with pytest.raises(InputError, match=r"expected 10 \(the replications\) or more"):
        compare(scenario("Zonder"), [scenario("Een", plans=1)], replications=10, max_replications=9)


def test_narrowing_is_the_width_without_common_luck_over_the_width_with_it(monkeypatch):
    """Levels differ by seed with variance v and the effect is the same in each: apart sqrt(2 v), together next to 0."""

    class Common(HandmadeNeighbourhood):
        def run(self, progress=None):
            run = super().run(progress)
            rng = np.random.default_rng(self.seed)
            level, own = rng.normal(100.0, 10.0), rng.normal(0.0, 1.0)
            plans = len(self.scenario.settings.enterprises)
            run.outcomes.values[:, NAMES.index(("employed_15_74", ""))] = level + plans * (5.0 + own)
            return run

    monkeypatch.setattr(replicate_module, "Neighbourhood", Common)
    results = compare(scenario("Zonder"), [scenario("Een", plans=1)], replications=200, workers=1)
    # sqrt(10^2 + 10^2 + 1) / 1 = 14.2; the ratio of two standard deviations of 200 runs has an error of about 7 %
    assert results.manifest["narrowing"]["employed_15_74"] == pytest.approx(14.2, rel=0.25)
