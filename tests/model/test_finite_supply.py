"""A target group is finite: places for practical-school leavers stay empty when they are more than these."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from wijksim.model import Neighbourhood
from wijksim.population.columns import Education
from wijksim.scenario import Scenario

RESIDENTS = 6_700
YEARS = 4
PLACES = 60


def test_a_plan_can_fill_no_more_places_than_there_are_practical_school_leavers():
    """A woonhulp wijk of 6 700 with 60 places (`mechanisms.md` A17).

    Whoever was ever placed was of practical education and 18 to 27 then; at no time are more at work than there
    are, those included who became 28 in their place. The other places are counted as unfilled, every month.
    """
    scenario = Scenario.from_file("woonhulp", months=12 * YEARS, residents=RESIDENTS)
    plans = tuple(replace(plan, places=PLACES) for plan in scenario.settings.enterprises)
    levers = replace(scenario.settings.levers, participation_budget_euro_per_year=1_000_000.0)  # money for all places
    settings = replace(scenario.settings, enterprises=plans, levers=levers)
    model = Neighbourhood(replace(scenario, settings=settings), seed=3)
    stock, joined, placed = [], set(), set()
    for month in range(12 * YEARS):
        model.step()
        columns = model.state.columns
        age = (model.state.month - columns["birth_month"]) // 12
        member = columns["present"] & (columns["education"] == Education.PRACTICAL) & (age >= 18) & (age <= 27)
        here = columns["present"] & (columns["employer"] >= 0)
        new = here & ~np.isin(columns["uid"], list(placed))
        assert member[new].all()
        stock.append(int(member.sum()))
        joined |= set(columns["uid"][member].tolist())
        placed |= set(columns["uid"][here].tolist())
        assert int(here.sum()) <= int((member | here).sum())
        if month > 12:
            assert model.state.flows["unfilled_places"] >= PLACES // 2 - int(here.sum())
    assert 10 < stock[0] < PLACES
    assert len(placed) <= len(joined)
    assert len(joined) - stock[0] < 12 * YEARS  # newcomers and those who turn 18: fewer than one a month
