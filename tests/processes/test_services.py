"""What an enterprise earns and costs in a month, by hand; and that its books are the ledger's."""

from __future__ import annotations

import mesa
import numpy as np
import pytest
from processes.building import START, make_columns, make_month

from wijksim.accounts import Category, Party
from wijksim.agents import InstitutionAgents, Municipality, NationalGovernment, RegionalEmployers, SocialEnterprise
from wijksim.population.columns import Status
from wijksim.processes.benefits import Benefits
from wijksim.processes.services import Services
from wijksim.settings import EnterprisePlan, Levers, PlaceKind, Sector, TargetGroup
from wijksim.state import EnterpriseState, LabourMarketState, MunicipalityState

FULL_TIME = 38 * 4.345
LEARNED = (0.5 + 0.02 / 12) / 0.5  # a month of learning on the job comes before the count
SOLD = 0.9 * (1 - 0.11) * (1 - 0.13) * LEARNED


def plan(**changes):
    given = {
        "key": "woonhulp",
        "sector": Sector.HOME_HELP,
        "places_are": PlaceKind.PAID_JOBS,
        "target_group": TargetGroup.ANYONE,
        "places": 2,
        "price_euro_per_hour": 15.0,
        "grant_euro_per_place_year": 6_000.0,
        "coaching_hours_per_month": 2.0,
    }
    return EnterprisePlan(**(given | changes))


def month_with(plans, workers=2, *, memory=None, wage=150_000, levers=None, **values):
    given = {
        "status": Status.SUBSIDISED_JOB,
        "employer": 0,
        "hours_share": 0.75,
        "wage": wage,
        "productivity": 0.5,
        "job_since": START - 3,
    }
    columns = make_columns(workers, **(given | values)).with_columns(Benefits.columns)
    columns["wage_cost_subsidy"][:] = 60_000
    model = mesa.Model(rng=1)
    books = [EnterpriseState(p.key, k, opened=True, planned_places=2.0, **(memory or {})) for k, p in enumerate(plans)]
    agents = InstitutionAgents(
        [SocialEnterprise(model, b) for b in books],
        Municipality(model, MunicipalityState()),
        [],
        NationalGovernment(model),
        RegionalEmployers(model, LabourMarketState()),
    )
    return make_month(columns, index=9, agents=agents, enterprises=tuple(plans), levers=levers), books


def test_two_home_helps_by_hand():
    """2 x .75 x 165.1 h x .9 x .89 x .87 x 1.0033 (learned) = 173.2 h at EUR 15: EUR 2 598; .7 of it by the Wmo."""
    month, (books,) = month_with([plan()], memory={"capital_cents": 1})
    Services().step(month)
    hours = 2 * 0.75 * FULL_TIME * SOLD
    sales = round(hours * 15 * 100)
    ledger, at = month.ledger, month.at
    assert books.hours_delivered == pytest.approx(hours, rel=1e-6)
    assert ledger.paid(at, Category.SERVICES_HOME_HELP) == sales
    assert ledger.paid(at, Category.SERVICES_HOME_HELP, payer=Party.MUNICIPALITY_WMO) == round(sales * 0.7)
    assert ledger.paid(at, Category.ENTERPRISE_GRANT) == 2 * 50_000
    assert ledger.paid(at, Category.COACHING) == 2 * 2 * 75_00
    premiums = round(300_000 * month.number("employer_premiums_total"))
    supervision = ledger.paid(at, Category.SUPERVISION)
    assert supervision == round(2 / 8 * month.number("supervisor_cost_year") / 12 * 100)
    direct = 300_000 + premiums + supervision
    overhead = ledger.paid(at, Category.OVERHEAD)
    assert overhead == round(direct * 0.22 / 0.78)
    assert books.reserve_cents == sales + 100_000 + 120_000 - direct - overhead


def test_wmo_hours_replace_half_as_much_other_home_help():
    many = np.full(400, START - 82 * 12)
    without, _ = month_with([], workers=400, birth_month=many, employer=-1, status=Status.RETIRED)
    Services().step(without)
    columns_with, _ = month_with(
        [plan()],
        workers=400,
        birth_month=many,
        employer=np.where(np.arange(400) < 2, 0, -1),
        memory={"capital_cents": 1},
    )
    Services().step(columns_with)
    spent = [m.ledger.paid(m.at, Category.WMO_HOME_HELP) for m in (without, columns_with)]
    hours = 2 * 0.75 * FULL_TIME * SOLD * 0.7 * 0.5
    assert spent[0] - spent[1] == pytest.approx(hours * columns_with.number("home_help_price") * 100, abs=2)
    budgets = [m.ledger.paid(m.at, Category.WMO_GRANT) for m in (without, columns_with)]
    assert budgets[0] == budgets[1] > 0


def test_grounds_are_paid_by_park_and_municipality():
    month, _ = month_with(
        [plan(key="terrein", sector=Sector.GROUNDS, price_euro_per_hour=13.0)], memory={"capital_cents": 1}
    )
    Services().step(month)
    total = month.ledger.paid(month.at, Category.SERVICES_GROUNDS)
    park = month.ledger.paid(month.at, Category.SERVICES_GROUNDS, payer=Party.BUSINESS_PARKS)
    assert park == total - round(total * 0.3)


def test_half_the_grant_is_half_the_grant():
    month, _ = month_with([plan()], levers=Levers(grant_share=0.5), memory={"capital_cents": 1})
    Services().step(month)
    assert month.ledger.paid(month.at, Category.ENTERPRISE_GRANT) == 50_000


def test_the_pooled_fund_pays_first_and_never_more_than_it_holds():
    month, _ = month_with([plan()], memory={"capital_cents": 1})
    month.post(Category.POOLING, Party.MUNICIPALITY_ASSISTANCE, Party.POOLED_FUND, 30_000)
    Services().step(month)
    assert month.ledger.paid(month.at, Category.ENTERPRISE_GRANT, payer=Party.POOLED_FUND) == 30_000
    assert month.ledger.paid(month.at, Category.ENTERPRISE_GRANT, payer=Party.PARTICIPATION_BUDGET) == 70_000
    assert month.ledger.balances[Party.POOLED_FUND] == 0


def test_starting_capital_comes_once():
    month, (books,) = month_with([plan()])
    Services().step(month)
    assert month.ledger.paid(month.at, Category.ENTERPRISE_CAPITAL) == books.capital_cents == 2 * 300_000
    Services().step(month)
    assert month.ledger.paid(month.at, Category.ENTERPRISE_CAPITAL) == 600_000


def test_people_on_sick_leave_deliver_nothing_but_cost_their_wage():
    month, (books,) = month_with([plan()], sick_since=START - 1, memory={"capital_cents": 1})
    Services().step(month)
    assert books.hours_delivered == 0.0
    assert books.reserve_cents < -300_000


def test_people_learn_up_to_the_cap_and_nobody_is_pushed_below_it():
    month, _ = month_with([plan()], productivity=np.array([0.5, 0.95]), memory={"capital_cents": 1})
    Services().step(month)
    assert month.columns["productivity"].tolist() == pytest.approx([0.5 + 0.02 / 12, 0.95])


def test_a_failed_enterprise_leaves_no_debt_in_its_books_and_ends_its_contracts():
    month, (books,) = month_with(
        [plan()], memory={"capital_cents": 1, "reserve_cents": -90_000_000, "months_in_debt": 2}
    )
    Services().step(month)
    assert books.failed
    assert books.reserve_cents == 0
    assert (month.columns["contract_until"] == month.at).all()  # the labour market ends them next month, with WW
    assert month.state.flows["failed_places"] == 2


def test_a_more_able_worker_gets_more_done():
    """The price is for an hour at a productivity of .5: workers of .25 and .75 do as much as two of .5."""
    usual, (books,) = month_with([plan()], memory={"capital_cents": 1})
    mixed, (mixed_books,) = month_with([plan()], productivity=np.array([0.25, 0.75]), memory={"capital_cents": 1})
    able, (able_books,) = month_with([plan()], productivity=1.0, memory={"capital_cents": 1})
    for month in (usual, mixed, able):
        Services().step(month)
    growth = usual.number("productivity_growth_year") / 12
    assert mixed_books.hours_delivered == pytest.approx(books.hours_delivered, rel=1e-6)
    assert able_books.hours_delivered == pytest.approx(books.hours_delivered * 1.0 / (0.5 + growth), rel=1e-6)
