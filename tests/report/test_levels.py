"""Levels of one scenario at the start and at the end."""

from __future__ import annotations

import pytest
from study_building import HandmadeNeighbourhood, scenario
from typer.testing import CliRunner

from wijksim.cli import app
from wijksim.report.folder import load_results
from wijksim.report.levels import level_note, level_rows
from wijksim.report.results import COLUMNS
from wijksim.study import replicate as replicate_module
from wijksim.study.run import run_scenario


@pytest.fixture
def study(monkeypatch):
    class Rising(HandmadeNeighbourhood):
        """Residents 100, 101, ... by month, and one more with each seed."""

        def run(self, progress=None):
            run = super().run(progress)
            names = list(run.outcomes.names)
            run.outcomes.values[:, names.index(("residents", ""))] = [
                100.0 + month + self.seed % 2 for month in range(run.months)
            ]
            run.outcomes.values[:, names.index(("unfilled_places", ""))] = 2.0
            return run

    monkeypatch.setattr(replicate_module, "Neighbourhood", Rising)
    return lambda **options: run_scenario(scenario("Zonder", months=options.pop("months", 24)), workers=1, **options)


def test_first_and_last_year_of_one_run(study):
    """Seed 2: residents 100 to 123, mean 105.5 and 117.5; 2 unfilled places in each of twelve months."""
    rows = {row["outcome"]: row for row in level_rows(study(replications=1, seed=2))}
    assert rows["Residents (persons)"] == {"outcome": "Residents (persons)", "first year": "106", "last year": "118"}
    unfilled = rows["Unfilled places (place-months)"]
    assert (unfilled["first year"], unfilled["last year"]) == ("24.0", "24.0")


def test_a_short_run_has_months(study):
    rows = level_rows(study(replications=1, seed=2, months=6), "nl")
    assert list(rows[0]) == ["uitkomst", "eerste maand", "laatste maand"]
    assert list(rows[0].values()) == ["Bewoners (personen)", "100", "105"]


def test_more_runs_have_a_range(study):
    rows = level_rows(study(replications=3, seed=2))
    assert all(row["chance 90%"] for row in rows)
    assert " to " in rows[0]["chance 90%"]
    assert rows[0]["outcome"] == "Residents (persons)"


def test_no_bound_of_people_is_below_nothing(monkeypatch):
    """0 and 10 unfilled places in each month of two runs: Student's range would begin far below nought."""

    class Apart(HandmadeNeighbourhood):
        def run(self, progress=None):
            run = super().run(progress)
            place = list(run.outcomes.names).index(("unfilled_places", ""))
            run.outcomes.values[:, place] = 10.0 if self.seed == 1 else 0.0
            return run

    monkeypatch.setattr(replicate_module, "Neighbourhood", Apart)
    rows = {row["outcome"]: row for row in level_rows(run_scenario(scenario("x"), replications=2, seed=1, workers=1))}
    assert rows["Unfilled places (place-months)"]["chance 90%"].startswith("0 to ")


# ---------------------------------------------------------------------------------------------- draws
@pytest.fixture
def drawn(monkeypatch):
    """Residents are a hundred times the take-up that is drawn, plus one with every second seed."""

    class Drawn(HandmadeNeighbourhood):
        def run(self, progress=None):
            run = super().run(progress)
            place = list(run.outcomes.names).index(("residents", ""))
            takeup = self.scenario.registry.number("assistance_takeup")
            run.outcomes.values[:, place] = 100.0 * takeup + self.seed % 2
            return run

    monkeypatch.setattr(replicate_module, "Neighbourhood", Drawn)
    return lambda **options: run_scenario(
        scenario("Zonder", months=options.pop("months", 24)), workers=1, **{"replications": 2, **options}
    )


@pytest.mark.parametrize("months", [24, 6])
def test_draws_give_levels_a_range_of_chance_and_assumptions(drawn, months):
    """Take-up .5 to .8 around .65: 20 draws reach far beyond the two runs at .65, whose outcomes stay as they were."""
    plain, results = drawn(months=months), drawn(months=months, draws=20)
    assert plain.levels == []
    assert results.outcomes.equals(plain.outcomes)
    assert results.ledger.equals(plain.ledger)
    end = "last_year" if months == 24 else "last_month"
    rows = {row["uncertainty"]: row for row in results.levels if (row["outcome"], row["period"]) == ("residents", end)}
    both = rows["chance+parameters"]
    assert (both["n"], both["method"]) == (20, "quantiles")
    assert 50 < both["low"] < 58 < rows["chance"]["value"] < 72 < both["high"] < 82
    table = level_rows(results)
    assert table[0]["chance and assumptions 90%"] == f"{both['low']:.0f} to {both['high']:.0f}"
    assert "chance and assumptions 90%" not in level_rows(plain)[0]
    assert "20 runs more" in level_note(results, "en")[0]
    assert "nog 20 doorrekeningen" in level_note(results, "nl")[0]


def test_a_posterior_is_drawn_from_and_stands_in_the_folder(drawn, tmp_path):
    posterior = tmp_path / "posterior.csv"
    posterior.write_text("weight,implausibility,assistance_takeup\n1,1,0.7\n1,1,0.72\n", encoding="utf-8")
    results = drawn(draws=20, posterior=posterior, out=tmp_path / "out")
    rows = [row for row in results.levels if row["outcome"] == "residents" and row["period"] == "total"]
    assert rows[1]["low"] == rows[0]["value"]  # at .65: the best figures are among the possible ones
    assert 72 <= rows[1]["high"] <= 73
    again = load_results(tmp_path / "out")
    assert again.levels == results.levels
    lines = (tmp_path / "out" / "levels.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(results.levels) + 1
    assert (tmp_path / "out" / "posterior.csv").read_text(encoding="utf-8") == posterior.read_text(encoding="utf-8")
    assert "1 of them together" in level_note(results, "en")[0]


@pytest.mark.parametrize(
    ("text", "options", "words"),
    [
        ("weight,assistance_takeup\n1,0.95\n", [], "expected from 0.5 to 0.8"),
        ("implausibility,assistance_takeup\n1,0.7\n", [], 'has no column "weight"'),
        ("weight,assistance_takeup\n1,0.7\n", ["--draws", "0"], "nothing is drawn"),
        (None, [], "can't be read"),
    ],
)
def test_a_bad_posterior_is_told_and_earlier_results_stay(tmp_path, text, options, words):
    posterior, out = tmp_path / "posterior.csv", tmp_path / "out"
    if text is not None:
        posterior.write_text(text, encoding="utf-8")
    out.mkdir()
    for name in ("outcomes.csv", "effects.csv", "ledger.csv"):
        table = name.removesuffix(".csv")
        (out / name).write_text(",".join(COLUMNS[table]) + "\n", encoding="utf-8")
    command = ["run", "baseline", "--parameters", posterior, "--out", out, "--force", *options]
    done = CliRunner().invoke(app, list(map(str, command)))
    assert done.exit_code == 2
    assert words in done.output
    assert sorted(path.name for path in out.iterdir()) == ["effects.csv", "ledger.csv", "outcomes.csv"]
