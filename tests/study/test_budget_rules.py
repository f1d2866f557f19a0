"""Balances before and after the rules of budgets: those that the model itself books at the other scale, to the cent."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from study_building import HandmadeNeighbourhood
from study_building import scenario as handmade_scenario

from wijksim.accounts import Category, Party
from wijksim.calendar import absolute_month, year_of
from wijksim.model import Neighbourhood
from wijksim.report.pockets import POCKET_OUTCOME, RULE_OUTCOME
from wijksim.scenario import Scenario
from wijksim.settings import PolicyScale
from wijksim.study import replicate as replicate_module
from wijksim.study.budget_rules import benefit_budgets
from wijksim.study.compare import compare
from wijksim.study.effects import Frame
from wijksim.study.replicate import reduce_run

MONTHS = 66
COST = (Category.SOCIAL_ASSISTANCE, Category.SOCIAL_ASSISTANCE_TAX, Category.WAGE_COST_SUBSIDY)


def at_scale(source, scale, months=MONTHS):
    base = Scenario.from_file(source, months=months, residents=300)
    settings = replace(base.settings, levers=replace(base.settings.levers, policy_scale=scale))
    return replace(base, settings=settings)


@pytest.fixture(scope="module")
def runs():
    made = {}
    for scale in PolicyScale:
        model = Neighbourhood(at_scale("beide", scale), seed=3)
        made[scale] = model.run()
        model.close()
    return made


def booked(run):
    by_year = {}
    for posting in run.ledger:
        if posting.category is Category.ASSISTANCE_BUDGET:
            by_year[year_of(posting.month)] = by_year.get(year_of(posting.month), 0) + posting.cents
    return by_year


@pytest.mark.parametrize("of", list(PolicyScale))
@pytest.mark.parametrize("asked", list(PolicyScale))
def test_the_budget_at_the_other_scale_is_what_a_run_at_that_scale_books(runs, of, asked):
    told = at_scale("beide", of)
    frame = Frame.of(told.settings.start, MONTHS, told.registry)
    found = benefit_budgets(reduce_run(runs[of], {}), told.registry, frame, asked)
    years = np.array([year_of(frame.start + month) for month in range(MONTHS)])
    assert {year: found[years == year].sum() for year in frame.deflators} == booked(runs[asked])


def test_the_scale_moves_that_budget_and_nothing_else(runs):
    local, national = (
        [posting for posting in run.ledger if posting.category is not Category.ASSISTANCE_BUDGET]
        for run in runs.values()
    )
    assert local == national
    assert booked(runs[PolicyScale.LOCAL]) != booked(runs[PolicyScale.NATIONAL])


@pytest.mark.parametrize("of", list(PolicyScale))
def test_the_budget_that_follows_a_first_year_cut_short_is_one_of_a_whole_year(of):
    """From July 2015 on: the budget of 2017 follows what 2015 would have cost in twelve months, not in six."""
    start = absolute_month(2015, 7)
    base = at_scale("baseline", of, 30)
    told = replace(base, settings=replace(base.settings, start=start))
    model = Neighbourhood(told, seed=3)
    run = model.run()
    model.close()
    frame = Frame.of(start, 30, told.registry)
    national = benefit_budgets(reduce_run(run, {}), told.registry, frame, PolicyScale.NATIONAL)
    budget = int(national[18:].sum())
    spent = [posting for posting in run.ledger if posting.category in COST and year_of(posting.month) == 2015]
    norms = [told.registry.at("benefit_norm_single_net", absolute_month(*when)) for when in ((2017, 1), (2015, 12))]
    assert budget == pytest.approx(2 * sum(posting.cents for posting in spent) * norms[0] / norms[1], rel=1e-6)
    if of is PolicyScale.NATIONAL:
        assert booked(run)[2017] == budget


def effects_of(results):
    rows = results.effects
    rows = rows[rows["uncertainty"].eq("chance") & rows["outcome"].isin([RULE_OUTCOME, POCKET_OUTCOME])]
    return {(row.outcome, row.group, row.period): row.effect for row in rows.itertuples()}


def test_effects_by_rule_are_those_of_runs_at_each_scale():
    """A pair at both scales: each tells of both what the other books; insurers lose what is equalised again."""
    found = {
        scale: effects_of(
            compare(at_scale("baseline", scale, 48), [at_scale("beide", scale, 48)], replications=1, workers=1)
        )
        for scale in PolicyScale
    }
    for period in ("2015", "2017", "2018", "total"):
        for scale, when in ((PolicyScale.LOCAL, "alone"), (PolicyScale.NATIONAL, "all")):
            for pocket in ("municipality", "state"):
                own = found[scale][POCKET_OUTCOME, pocket, period]
                for each in found.values():
                    assert each[RULE_OUTCOME, f"{pocket}_{when}", period] == pytest.approx(own, abs=0.02)
    local = found[PolicyScale.LOCAL]
    alone, everywhere = (local[RULE_OUTCOME, f"municipality_{one}", "total"] for one in ("alone", "all"))
    assert abs(alone - everywhere) > 100
    periods = {period for outcome, _, period in local if outcome == RULE_OUTCOME}
    assert periods == {"2015", "2016", "2017", "2018", "total"}


def test_what_differs_by_scale_alone_differs_in_no_balance_by_rule():
    """To the last bit: a thousandth of a thousandth of a cent would be told as a gain in some of the runs."""
    local, national = (at_scale("baseline", scale, 36) for scale in PolicyScale)
    plan = replace(national, settings=replace(national.settings, name="Met"))
    found = effects_of(compare(local, [plan], replications=3, workers=1))
    by_rule = {value for (outcome, _, _), value in found.items() if outcome == RULE_OUTCOME}
    assert by_rule == {0.0}
    assert found[POCKET_OUTCOME, "municipality", "total"] != 0.0


def test_insurers_before_risk_equalisation_are_their_balance_without_that_flow(monkeypatch):
    """By hand: the plan costs the insurers nothing, but the health insurance fund takes 1 000 cents a month of them."""

    class Equalised(HandmadeNeighbourhood):
        def run(self, progress=None):
            run = super().run(progress)
            plans = len(self.scenario.settings.enterprises)
            taken = (Party.INSURERS, Party.HEALTH_FUND, Category.RISK_EQUALISATION, 1_000)
            postings = [type(run.ledger[0])(run.start + month, *taken) for month in range(run.months) if plans]
            balance = [name == ("balance", "insurers") for name in run.outcomes.names]
            run.outcomes.values[:, balance] -= 10.0 * plans
            return replace(run, ledger=[*run.ledger, *postings]) if plans else run

    monkeypatch.setattr(replicate_module, "Neighbourhood", Equalised)
    results = compare(handmade_scenario("Zonder"), [handmade_scenario("Met", plans=1)], replications=2, workers=1)
    found = effects_of(results)
    assert found[POCKET_OUTCOME, "insurers", "2015"] == pytest.approx(-120.0)
    assert found[RULE_OUTCOME, "insurers_before", "2015"] == pytest.approx(0.0, abs=1e-9)
