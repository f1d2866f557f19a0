"""Effects under other structural variants: which are asked for, what is told, and how it is refused."""

from __future__ import annotations

import csv
import json
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import t
from study_building import HandmadeNeighbourhood, scenario
from typer.testing import CliRunner

from wijksim.cli import app
from wijksim.errors import InputError
from wijksim.report.brief import brief
from wijksim.report.folder import load_results
from wijksim.report.structure_words import structure_lines, structure_tables
from wijksim.report.workbook import workbook
from wijksim.settings import Matching
from wijksim.study import replicate as replicate_module
from wijksim.study.compare import compare
from wijksim.study.structures import asked_variants

EMPLOYED = ("employed_15_74", "", "last_year")


class OtherwiseNeighbourhood(HandmadeNeighbourhood):
    """With matching *none* twice as many find work, with *full* nobody (give or take one); all else changes nothing."""

    def run(self, progress=None):
        made = super().run(progress)
        plans = len(self.scenario.settings.enterprises)
        column = made.outcomes.names.index(("employed_15_74", ""))
        more = {Matching.NONE: 2.0, Matching.FULL: -2.0 + (self.seed % 3 - 1)}
        made.outcomes.values[:, column] += plans * more.get(self.scenario.settings.matching, 0.0)
        return made


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("structures") / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replicate_module, "Neighbourhood", OtherwiseNeighbourhood)
        pair = scenario("Zonder"), [scenario("<b>Plan</b>", plans=1)]
        told = []
        results = compare(
            *pair, replications=8, structures="all", workers=1, out=folder, progress=lambda *at: told.append(at)
        )
        plain = compare(*pair, replications=8, workers=1)
    return results, plain, folder, told


def rows_of(results, key=EMPLOYED):
    return {
        (row["choice"], row["variant"]): row
        for row in results.structures["rows"]
        if (row["outcome"], row["group"], row["period"]) == key
    }


# ---------------------------------------------------------------------------------------------- which
def test_all_is_every_variant_that_the_scenarios_have_not_one_at_a_time():
    every = asked_variants("all", scenario("Zonder"))
    assert [f"{key}={one}" for key, one in every] == [
        "matching=none",
        "matching=full",
        "health=mental_and_physical",
        "upbringing=exposure",
        "upbringing=exposure_demand_and_norm",
        "insurer=unequalised",
    ]
    assert asked_variants("matching, insurer=unequalised,insurer", scenario("Zonder")) == [*every[:2], every[-1]]
    assert asked_variants(["health"], scenario("Zonder")) == [every[2]]
    own = scenario("Zonder")
    own = replace(own, settings=replace(own.settings, matching=Matching.FULL, processes={"health": "a:B"}))
    assert [str(one) for _, one in asked_variants("all", own)][:2] == ["none", "tightness"]
    assert "health" not in dict(asked_variants("all", own))


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("helth", ["no choice of structure", "Did you mean 'health'?"]),
        ("matching=ful", ["no variant of matching", "Did you mean 'full'?"]),
        ("matching=tightness", ["is what the scenarios have"]),
        ("", ["no choice of structure"]),
        ("insurer=none,nosuch", ["no variant of insurer", "no choice of structure"]),
    ],
)
def test_what_is_no_variant_is_refused_with_code_2_before_anything_runs(tmp_path, asked, expected):
    with pytest.raises(InputError) as caught:
        asked_variants(asked, scenario("Zonder"))
    assert all(part in str(caught.value) for part in expected)
    if asked:
        command = ["compare", "baseline", "woonhulp", "--structures", asked, "--out", str(tmp_path / "out")]
        done = CliRunner().invoke(app, command)
        assert done.exit_code == 2
        assert not (tmp_path / "out").exists()


# ---------------------------------------------------------------------------------------------- what is found
def test_each_variant_has_its_effect_and_how_it_differs_over_the_same_seeds(found):
    results, plain, _, told = found
    rows = rows_of(results)
    assert [key for key in rows] == [("", ""), *map(tuple, results.structures["variants"])]
    assert rows["", ""]["effect"] == rows["health", "mental_and_physical"]["effect"] == 2.0
    twice = rows["matching", "none"]
    assert [twice[key] for key in ("effect", "change", "change_low", "change_high", "n")] == [4.0, 2.0, 2.0, 2.0, 8]
    seeds = plain.outcomes["seed"].unique()
    nobody, apart = rows["matching", "full"], np.array([int(seed) % 3 - 1.0 for seed in seeds]) - 2.0
    assert nobody["change"] == pytest.approx(apart.mean())
    half = (nobody["change_high"] - nobody["change_low"]) / 2
    assert half == pytest.approx(t.ppf(1 - 0.05 / 6 / 2, 7) * apart.std(ddof=1) / 8**0.5)  # six variants together
    assert rows["insurer", "unequalised"]["change"] == 0.0
    assert told[-1] == (6 * 8 * 48, 6 * 8 * 48)
    assert plain.effects.equals(results.effects)


def test_words_say_what_leans_on_structure(found):
    results, *_ = found
    english, dutch = (structure_lines(results, "<b>Plan</b>", language) for language in ("en", "nl"))
    assert "leans on how the model works: 2.00 as computed" in english[0]
    assert '4.00 if "nobody displaces another searcher"' in english[0]
    assert "the sign is then no longer certain" in english[0]
    assert all("None of the 6 other ways" in line for line in english[1:])
    assert "hangt af van hoe het model werkt: 2,00 zoals berekend" in dutch[0]
    assert len(dutch) == len(english) == 5
    assert structure_lines(replace(results, manifest={}), "<b>Plan</b>", "en") == []


def test_tables_files_brief_and_spreadsheet_have_it_in_both_languages(found):
    results, _, folder, _ = found
    again = load_results(folder)
    assert again.structures == json.loads(json.dumps(results.structures))
    with (folder / "structures.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert len(lines) == len(results.structures["rows"])
    for language, words in (("en", "nobody displaces another searcher"), ("nl", "niemand verdringt een andere zoeker")):
        (table,) = structure_tables(results, language)
        assert {len(row) for row in table.rows} == {len(table.head)}
        page = brief(again, folder, language)
        assert "&lt;b&gt;Plan&lt;/b&gt;" in page
        assert "<b>Plan" not in page
        assert words in page
        sheet = workbook(again, folder / "parameters.csv", language).worksheets[-1]
        assert sheet.max_row == len(lines) + 1
        values = [row[5] for row in sheet.iter_rows(values_only=True)]
        assert f"{words} (none)" in values
    assert "--structures matching=none,matching=full" in results.manifest["command"] or not results.manifest["command"]


def test_one_run_says_so(monkeypatch):
    monkeypatch.setattr(replicate_module, "Neighbourhood", OtherwiseNeighbourhood)
    results = compare(scenario("Zonder"), [scenario("Plan", plans=1)], replications=1, structures="matching", workers=1)
    assert structure_lines(results, "Plan", "en") == [
        "Whether the answer leans on how the model works can't be told from one run; take --replications 10."
    ]


def test_a_failure_under_a_variant_is_told_and_the_rest_given(monkeypatch):
    class Failing(OtherwiseNeighbourhood):
        def run(self, progress=None):
            if self.scenario.settings.matching is Matching.FULL:
                raise ArithmeticError("no vacancies")
            return super().run(progress)

    monkeypatch.setattr(replicate_module, "Neighbourhood", Failing)
    results = compare(scenario("Zonder"), [scenario("Plan", plans=1)], replications=2, structures="all", workers=1)
    assert {failure.stage for failure in results.failures} == {"running with matching full"}
    rows = rows_of(results)
    assert ("matching", "full") not in rows
    assert rows["matching", "none"]["effect"] == 4.0
    assert "nobody displaces another searcher" in " ".join(structure_lines(results, "Plan", "en"))
