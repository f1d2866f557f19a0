"""Levels of one scenario at the start and at the end."""

from __future__ import annotations

import pytest
from study_building import HandmadeNeighbourhood, scenario

from wijksim.report.levels import level_rows
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
