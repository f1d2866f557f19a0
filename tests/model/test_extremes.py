"""Extremes behave: they give the answer that can be told beforehand, and all that must hold still holds."""

from dataclasses import replace

import numpy as np
import pytest
from model.building import GROUNDS, HELP, Witness, beyond_bounds, months_of, scenario
from model.money_checks import amount_faults, ledger_faults
from model.people_checks import household_faults, people_faults, status_faults
from processes.building import unchecked

from wijksim.accounts import Party
from wijksim.model import Neighbourhood
from wijksim.population.columns import Contract, LeaveReason, Status
from wijksim.population.households import rehead
from wijksim.settings import Levers

NOBODY_COMES = {"arrivals_per_departure": 0.0}
NO_JOB_ENDS = {
    "separation_permanent_month": 0.0,
    "separation_new_job_month": 0.0,
    "inactivity_entry_month": 0.0,
    "self_employment_exit_month": 0.0,
    "sick_leave_entry_month": 0.0,
}
NO_BIRTHS = {"fertility_total": 0.0}


def run(told, seed=1, state=None, every=1):
    """Run to the horizon and check every so many months all that must hold; gives model and result."""
    seen = Witness()
    options = {"before": {"services": seen}}
    model = (
        Neighbourhood(told, seed=seed, **options)
        if state is None
        else Neighbourhood.from_state(state, told, seed=seed, **options)
    )
    start, registry = told.settings.start, told.registry
    for before in months_of(model):
        if model.index % every == 0:
            at, after = before.month, model.state
            assert people_faults(before, after) + household_faults(after, at) == []
            assert status_faults(before, after, registry, start) == []
            assert ledger_faults(after, at) + amount_faults(before, seen, after, registry, start) == []
    result = model.result()
    assert not np.isinf(result.outcomes.values).any()
    return model, result


def start_of(told, seed=1):
    return Neighbourhood(told, seed=seed).snapshot()


def of_working_age(state, told):
    columns = state.columns
    age = state.month - columns["birth_month"]
    pension = told.registry.at("state_pension_age_months", state.month)
    return (age >= 18 * 12) & (age < pension) & (columns["status"] != Status.SCHOOL)


def give_everybody_a_job(state, told):
    rows = np.flatnonzero(of_working_age(state, told))
    columns = state.columns
    columns["status"][rows] = Status.REGULAR_JOB
    columns["job_since"][rows] = state.month - 60
    columns["contract"][rows] = Contract.PERMANENT
    columns["hours_share"][rows] = 1.0
    columns["sick_since"][rows] = -1


def test_no_social_jobs():
    model, result = run(scenario(months=36))
    for outcome in ("in_place", "placed", "unfilled_places", "failed_places", "enterprise_grants", "co_funding"):
        assert not result.outcomes.series(outcome).any()
    parties = (Party.SOCIAL_ENTERPRISES, Party.POOLED_FUND, Party.BUSINESS_PARKS)
    assert [int(model.state.ledger.balances[party]) for party in parties] == [0, 0, 0]


def test_everybody_employed():
    told = scenario(months=36, registry=beyond_bounds(**NO_JOB_ENDS, **NOBODY_COMES), enterprises=(HELP, GROUNDS))
    state = start_of(told)
    give_everybody_a_job(state, told)
    employed = state.columns["uid"][of_working_age(state, told)]
    model, result = run(told, state=state)
    assert result.outcomes.series("assistance_persons")[0] == 0
    columns = model.state.columns
    rows = columns.rows_of(employed)
    rows = rows[rows >= 0]
    rows = rows[columns["present"][rows]]
    assert rows.size > 50
    assert set(columns["status"][rows].tolist()) == {Status.REGULAR_JOB, Status.RETIRED}


def test_nobody_employed():
    told = scenario(months=1, matching="full", enterprises=(HELP, GROUNDS))
    state = start_of(told)
    columns = state.columns
    rows = np.flatnonzero(of_working_age(state, told))
    columns["status"][rows] = Status.NO_BENEFIT
    columns["contract"][rows] = Contract.NONE
    columns["job_since"][rows] = columns["sick_since"][rows] = -1
    model, result = run(told, state=state)
    flows = model.state.flows
    hired = sum(flows[name] for name in flows if name.startswith("hired_"))
    paid = ("regular_job", "subsidised_job", "sheltered_job", "self_employed")
    at_work = sum(result.outcomes.series("people_by_status", status)[0] for status in paid)
    arrived_at_work = at_work - hired
    assert 0 <= arrived_at_work <= flows["arrivals"]
    assert result.outcomes.series("assistance_persons")[0] > 10


def test_no_children():
    told = scenario(months=36, registry=beyond_bounds(**NO_BIRTHS, **NOBODY_COMES), enterprises=(HELP,))
    state = start_of(told)
    columns, lineage = state.columns, state.lineage
    minors = np.flatnonzero(state.month - columns["birth_month"] < 18 * 12)
    places = lineage.places_of(columns["uid"][minors])
    lineage.left_month[places], lineage.left_reason[places] = state.month - 1, LeaveReason.MOVED_OUT
    columns.leave(minors)
    state.ties.forget(np.flatnonzero(~columns["present"]))
    rehead(columns, state.month, 18)
    _, result = run(told, state=state)
    for outcome in ("births", "children_no_work"):
        assert not result.outcomes.series(outcome).any()
    assert not result.outcomes.series("people_by_status", "child").any()


@pytest.mark.parametrize("seed", range(8))
def test_one_resident(seed):
    _, result = run(scenario(months=120, residents=1, enterprises=(HELP, GROUNDS)), seed)
    assert (result.outcomes.series("residents") < 12).all()


def test_a_wijk_that_dies_out():
    """Nobody comes and nobody is born: at last nobody is left, shares have no value, and nothing breaks."""
    registry = beyond_bounds(**NOBODY_COMES, **NO_BIRTHS, couple_formation_hazard=0.0)
    model, result = run(scenario(months=720, residents=40, registry=registry, enterprises=(HELP,)), every=12)
    residents = result.outcomes.series("residents")
    assert (np.diff(residents) <= 0).all()
    assert residents[-1] == 0
    assert np.isnan(result.outcomes.series("employment_rate")[-1])
    assert len(model.state.columns.present_rows()) == 0


def test_zero_benefit():
    told = scenario("beide", months=36, levers=Levers(assistance_norm_share=0.0))
    model, result = run(told)
    for outcome in ("assistance_persons", "assistance_units", "assistance_cost"):
        assert not result.outcomes.series(outcome)[1:].any()  # the first month sets the budget by the law's level
    assert not (model.state.columns["status"] == Status.SOCIAL_ASSISTANCE).any()


def test_no_unemployment_and_fivefold_unemployment():
    employed = []
    for factor in (0.0, 1.0, 5.0):
        told = scenario(months=60, residents=600, levers=unchecked(Levers(), unemployment_factor=factor))
        employed.append(run(told, every=6)[1].outcomes.series("employed_15_74")[-12:].mean())
    assert employed[0] >= employed[1] > employed[2]


def test_a_benefit_level_from_the_start_moves_no_benefit_budget():
    """The budget follows from the first month, so that it has to be the same for any level (mechanisms A6)."""
    budgets, paid = [], []
    for share in (1.0, 1.5):
        told = scenario(months=3, residents=400, levers=Levers(assistance_norm_share=share))
        model, result = run(told)
        budgets.append(model.state.institutions.municipality.assistance_budget_start)
        paid.append(result.outcomes.series("assistance_cost"))
    assert budgets[0] == budgets[1] > 0
    assert paid[0][0] == paid[1][0]
    assert paid[0][1] < paid[1][1]


def test_a_larger_participation_budget_without_places_costs_and_brings_nobody_anything():
    balances = []
    for budget in (0.0, 1e6):
        _, result = run(scenario(months=6, residents=400, levers=Levers(participation_budget_euro_per_year=budget)))
        balances.append(result.outcomes.values)
    np.testing.assert_array_equal(*balances)


def test_more_places_than_people():
    plans = (replace(HELP, places=100_000),)
    levers = Levers(participation_budget_euro_per_year=1e9)
    _, result = run(scenario(months=36, residents=60, enterprises=plans, levers=levers))
    assert result.outcomes.series("in_place").max() <= result.outcomes.series("residents").max()
    assert result.outcomes.series("unfilled_places").max() > 1000


def sixty_years(residents, seed, every):
    told = scenario("beide", months=720, residents=residents)
    model, result = run(told, seed, every=every)
    residents_by_month = result.outcomes.series("residents")
    assert 0.25 * residents < residents_by_month[-1] < 4 * residents
    columns = model.state.columns
    assert columns["starter"][columns["present"]].mean() < 0.2
    assert columns.bytes_per_resident <= 200
    rate = result.outcomes.series("employment_rate")
    assert 0.3 < rate[-60:].mean() < 0.95
    return model


def test_sixty_years_of_a_small_neighbourhood():
    model = sixty_years(150, seed=1, every=12)
    assert len(model.state.columns) < 3 * 150


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1, 6))
def test_sixty_years_of_a_neighbourhood(seed):
    sixty_years(3000, seed, every=1)
