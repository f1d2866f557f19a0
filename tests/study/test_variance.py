"""Chance and parameters in the variance of an effect: recovered where known, not told where runs are too few."""

from __future__ import annotations

import csv
from dataclasses import replace

import numpy as np
import pytest
from study_building import HandmadeNeighbourhood, scenario

from wijksim.errors import InputError
from wijksim.report.brief import brief
from wijksim.report.folder import load_results
from wijksim.report.variance_words import variance_tables
from wijksim.report.workbook import workbook
from wijksim.study import replicate as replicate_module
from wijksim.study.compare import compare
from wijksim.study.variance import _parts


def made_up(chance, parameters, *, seeds, draws, runs=40, seed=0):
    """Shares found of normal effects with a variance by chance and one by parameters."""
    random = np.random.default_rng(seed)
    of_draw = random.normal(0.0, parameters**0.5, draws)
    drawn = of_draw + random.normal(0.0, chance**0.5, (seeds, draws))
    return _parts(random.normal(0.0, chance**0.5, runs), drawn, 1)


@pytest.mark.parametrize("seeds", [1, 2, 3])
@pytest.mark.parametrize(("chance", "parameters"), [(1.0, 0.0), (1.0, 1.0), (1.0, 3.0)])
def test_known_shares_are_recovered_and_lie_within_their_interval(seeds, chance, parameters):
    """|error| < .15 with 400 draws; of forty samples with 100 draws the 90 % interval holds the share in 30 or more."""
    wanted = parameters / (chance + parameters)
    found = made_up(chance, parameters, seeds=seeds, draws=400, runs=400)
    assert found["status"] == "ok"
    assert found["share_parameters"] == pytest.approx(wanted, abs=0.15)
    assert found["share_parameters"] + found["share_chance"] == pytest.approx(1.0)
    assert found["sd_all"] ** 2 == pytest.approx(chance + parameters, rel=0.2)
    if parameters:
        many = [made_up(chance, parameters, seeds=seeds, draws=100, runs=100, seed=k) for k in range(40)]
        assert sum(one["low"] <= wanted <= one["high"] for one in many) >= 30


def test_too_few_or_too_wide_is_not_told():
    assert made_up(1.0, 1.0, seeds=1, draws=20, runs=10)["status"] == "too_wide"
    assert made_up(1.0, 1.0, seeds=2, draws=9)["status"] == "too_wide"
    assert made_up(1.0, 0.001, seeds=2, draws=1)["status"] == "not_computable"
    assert made_up(1.0, 1.0, seeds=1, draws=20, runs=1)["status"] == "not_computable"
    assert made_up(0.0, 0.0, seeds=2, draws=20)["status"] == "did_not_vary"
    assert made_up(0.0, 1.0, seeds=2, draws=20)["status"] == "ok"


class Uncertain(HandmadeNeighbourhood):
    """What the plan brings hangs on a drawn parameter for people in work, and on the seed for people on assistance."""

    def run(self, progress=None):
        made = super().run(progress)
        plans = len(self.scenario.settings.enterprises)
        names = made.outcomes.names
        takeup = self.scenario.registry.number("assistance_takeup")
        made.outcomes.values[:, names.index(("employed_15_74", ""))] += plans * 100 * (takeup - 0.65)
        made.outcomes.values[:, names.index(("assistance_persons", ""))] -= plans * (self.seed % 5)
        return made


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("variance") / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replicate_module, "Neighbourhood", Uncertain)
        pair = scenario("Zonder"), [scenario("<i>Plan</i>", plans=1)]
        twice = compare(*pair, replications=12, draws=24, seeds_per_draw=2, workers=1, out=folder)
        once = compare(*pair, replications=12, draws=24, workers=1)
    return once, twice, folder


def share_of(results, outcome):
    (row,) = (row for row in results.variance["rows"] if row["outcome"] == outcome)
    return row


def test_a_comparison_parts_chance_from_parameters_with_one_seed_in_each_draw_or_more(found):
    for results in found[:2]:
        work, assistance = (share_of(results, name) for name in ("employed_15_74", "assistance_persons"))
        assert (work["share_parameters"], work["status"]) == (pytest.approx(1.0), "ok")
        assert assistance["share_parameters"] < 0.5
        assert share_of(results, "care_cost")["status"] == "did_not_vary"
    assert (found[0].variance["method"], found[1].variance["method"]) == ("fixed_figures", "within_draws")
    assert share_of(found[1], "assistance_persons")["share_parameters"] < 0.3


def test_ranges_are_those_of_the_first_seed_of_each_draw(found):
    once, twice, _ = found
    assert once.effects.equals(twice.effects)
    assert once.outcomes.equals(twice.outcomes)


def test_it_stands_in_the_files_the_brief_and_the_spreadsheet(found):
    _, twice, folder = found
    again = load_results(folder)
    assert again.variance == twice.variance
    with (folder / "variance.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert len(lines) == len(twice.variance["rows"])
    assert {line["seeds"] for line in lines} == {"2"}
    for language, words in (("en", "measured"), ("nl", "toevalsreeksen")):
        (table,) = variance_tables(again, language)
        assert "100%" in table.rows[0]
        page = brief(again, folder, language)
        assert table.note.replace("'", "&#39;") in page
        assert "<i>Plan" not in page
        sheets = {sheet.title: sheet for sheet in workbook(again, folder / "parameters.csv", language).worksheets}
        sheet = sheets["Chance and assumptions" if language == "en" else "Toeval en aannames"]
        assert sheet.max_row == len(lines) + 1
        assert words in table.note or language == "en"
    assert variance_tables(replace(again, manifest={}), "en")


@pytest.mark.parametrize(("options", "words"), [({"draws": 0}, "nothing is drawn"), ({"seeds_per_draw": 0}, "from 1")])
def test_seeds_without_draws_are_refused(options, words):
    with pytest.raises(InputError, match=words):
        compare(scenario("Zonder"), [scenario("Plan", plans=1)], **{"draws": 2, "seeds_per_draw": 2, **options})
