"""What an enterprise earns and costs in a month, by hand; and that its books are the ledger's."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import mesa
import numpy as np
import pytest
from processes.building import START, make_columns, make_month

from wijksim.accounts import Category, Party
from wijksim.agents import InstitutionAgents, Municipality, NationalGovernment, RegionalEmployers, SocialEnterprise
from wijksim.calendar import absolute_month
from wijksim.population.columns import Status
from wijksim.processes.funding import grant_place_year
from wijksim.processes.orders import orders_of
from wijksim.processes.places import credit_limit
from wijksim.processes.services import Services
from wijksim.randomness import Stream, normals
from wijksim.settings import EnterprisePlan, Levers, PlaceKind, Sector, TargetGroup
from wijksim.state import FIRMS, EnterpriseState, LabourMarketState, MunicipalityState

MODEL = mesa.Model(rng=1)
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
    columns = make_columns(workers, **(given | values))
    model = mesa.Model(rng=1)
    kept = {"planned_places": 2.0, "order_level": 4.0} | (memory or {})  # more orders than two people can do
    books = [EnterpriseState(p.key, k, opened=True, **kept) for k, p in enumerate(plans)]
    for one in books:
        one.support_cents = 60_000 * int((columns["employer"] == one.index).sum())
    agents = InstitutionAgents(
        [SocialEnterprise(model, b) for b in books],
        Municipality(model, MunicipalityState()),
        [],
        NationalGovernment(model),
        RegionalEmployers(model, LabourMarketState()),
    )
    month = make_month(columns, index=9, agents=agents, enterprises=tuple(plans), levers=levers)
    return replace(month, settings=replace(month.settings, start=START - 1)), books  # all in prices of 2015


@pytest.mark.parametrize(
    ("changes", "jobs"),
    [
        ({}, 0.476),  # 173.2 h: .7 x .5 by the Wmo = 60.6 h; .3 x .3 x .5 = 7.8 h; 68.4 h / (165.1 h x .87)
        ({"sector": Sector.GROUNDS}, 0.181),  # 173.2 h x .3 x .5 = 26.0 h
        ({"orders_share": 0.0}, 0.0),  # nothing sold, nothing lost
        ({"places_are": PlaceKind.PLACEMENTS, "sector": Sector.GROUNDS}, None),
    ],
    ids=["home help", "grounds", "no orders", "placements"],
)
def test_jobs_lost_elsewhere_are_the_hours_sold_that_replace_work(changes, jobs):
    month, (books,) = month_with([plan(**changes)], memory={"capital_cents": 1})
    Services().step(month)
    by_firms = month.agents.employers.market.jobs_lost_to_orders
    lost = by_firms.sum()
    if jobs is None:  # placements sell too
        jobs = books.hours_delivered * 0.3 * 0.5 / (FULL_TIME * 0.87)
        assert jobs > 0
    assert lost == pytest.approx(jobs, abs=5e-4)
    sector = changes.get("sector", Sector.HOME_HELP)
    assert by_firms[FIRMS.index(sector)] == lost == month.state.flows[f"regional_jobs_lost.{sector}"]


@pytest.mark.parametrize(
    ("sector", "share"),
    [(Sector.HOME_HELP, 0.7 * 0.5 + 0.3 * 0.3), (Sector.GROUNDS, 0.3)],
    ids=["home help", "grounds"],
)
def test_hours_and_homes_that_others_no_longer_serve(sector, share):
    """173.2 h sold: of home help .44 = 76.2 h, at 2.2 x 4.345 h a client 8.0 of 18.1 homes; of grounds .3 = 52.0 h."""
    month, _ = month_with([plan(sector=sector)], memory={"capital_cents": 1})
    Services().step(month)
    flows = month.state.flows
    assert flows["service_hours"] == pytest.approx(173.2, abs=0.05)
    assert flows["service_hours_replaced"] == pytest.approx(173.2 * share, abs=0.05)
    homes = (18.1, 8.0) if sector is Sector.HOME_HELP else (0.0, 0.0)
    assert (flows["homes_helped"], flows["homes_replaced"]) == pytest.approx(homes, abs=0.05)


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
    assert supervision == round(2 * 0.75 / 8 * 52_000 / 12 * 100)  # by full-time equivalents, not by heads
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


def test_amounts_in_euro_keep_pace_with_prices():
    """January 2024 after a start in January 2020: a price of EUR 15 and a grant of 6 000 are x 130.2 / 107.5; credit
    and reserve of EUR 500 and 3 000 of 2015 a place are x 130.2 / 100, for twelve places.
    """
    month, (books,) = month_with([plan(places=12)], memory={"capital_cents": 0})
    month = replace(month, at=absolute_month(2024, 1), index=48, settings=replace(month.settings, start=2020 * 12))
    Services().step(month)
    ledger, at = month.ledger, month.at
    assert books.capital_cents == 12 * 390_600
    assert credit_limit(month, month.plans[0]) == 12 * 65_100
    sold = ledger.paid(at, Category.SERVICES_HOME_HELP) / books.hours_delivered
    assert sold == pytest.approx(15 * 100 * 130.2 / 107.5, rel=1e-5)
    assert grant_place_year(month, month.plans[0]) == pytest.approx(6_000 * 130.2 / 107.5)
    assert grant_place_year(month, replace(month.plans[0], grant_euro_per_place_year=None)) == pytest.approx(5_208)


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


# ------------------------------------------------------------------ orders and places
PLACE = 0.8 * FULL_TIME * (1 - 0.11) * (1 - 0.13) * 0.9  # hours that a place of the plan sells in a month: 92.0


def level_after(month, start, key="woonhulp"):
    """The order level after one month, made again from the draw."""
    identity = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") // 2
    (shock,) = normals(month.seed, Stream.ORDERS, np.array([identity]), month.at)
    return 1 + 0.9 * (start - 1) + 0.25 * np.sqrt(1 - 0.81) * shock


def test_no_more_is_sold_than_is_ordered():
    """Orders of two places at level .5: 1 + .9 x -.5 = .55 and the draw; two workers could do much more."""
    month, (books,) = month_with([plan()], memory={"capital_cents": 1, "order_level": 0.5})
    Services().step(month)
    level = level_after(month, 0.5)
    assert books.order_level == pytest.approx(level)
    assert books.hours_delivered == pytest.approx(2 * PLACE * level)
    assert month.ledger.paid(month.at, Category.SERVICES_HOME_HELP) == round(2 * PLACE * level * 15 * 100)


def test_contracts_are_sized_to_the_plan():
    """Twice the places at half the orders, or less able workers with more hours, is the same book."""
    for changes, times in (
        ({}, 1.0),
        ({"places": 4, "orders_share": 0.5}, 1.0),
        ({"productivity_share": 0.25}, 0.5),
        ({"hours_share": 0.4}, 0.5),
        ({"places_are": PlaceKind.PLACEMENTS}, 1 / 3),
    ):
        month, (books,) = month_with([plan(**changes)], memory={"order_level": 1.0})
        orders = orders_of(month, month.plans[0], month.agents.enterprises[0])
        assert orders.hours == pytest.approx(times * 2 * PLACE * books.order_level)
        assert orders.value == pytest.approx(orders.hours * 15 * 100)


def test_the_order_book_of_an_enterprise_is_its_own_and_the_same_whoever_is_beside_it():
    alone, (own,) = month_with([plan()], memory={"order_level": 1.0})
    beside, (_, same) = month_with([plan(key="terrein"), plan()], memory={"order_level": 1.0})
    for month in (alone, beside):
        Services().step(month)
    other, shared = (books.order_level for books in (beside.agents.enterprises[0].books, same))
    assert shared == own.order_level == pytest.approx(level_after(alone, 1.0))
    assert other != shared


def test_order_books_spread_around_their_contracts_as_said():
    """400 enterprises after 60 months: mean 1, SD .15; |z| < 5 of the mean, and of the SD by its own error."""
    agents = [SocialEnterprise(MODEL, EnterpriseState("e", 0, opened=True)) for _ in range(400)]
    for later in range(60):
        for agent, shock in zip(agents, normals(1, Stream.ORDERS, np.arange(400), START + later), strict=True):
            agent.renew_orders(float(shock), persistence=0.9, spread=0.15)
    levels = [agent.books.order_level for agent in agents]
    assert abs(np.mean(levels) - 1.0) < 5 * 0.15 / np.sqrt(400)
    assert abs(np.std(levels) - 0.15) < 5 * 0.15 / np.sqrt(800)


def test_an_enterprise_plans_the_next_month_from_orders_and_money():
    """12 places wanted, 12 ramped up, orders for 12 at the level; two workers of .75 who sell 86.5 hours each."""
    month, (books,) = month_with([plan(places=12)], memory={"capital_cents": 1, "order_level": 1.0})
    Services().step(month)
    level = level_after(month, 1.0)
    able = 0.75 * FULL_TIME * SOLD
    by_orders = 12 * PLACE * level / able
    ledger = month.ledger
    cost = (
        300_000 + round(300_000 * month.number("employer_premiums_total")) + ledger.paid(month.at, Category.SUPERVISION)
    )
    income = 12 * PLACE * level * 1_500 + 120_000 + 100_000 + 0.5 * books.reserve_cents / 12
    by_money = (income - ledger.paid(month.at, Category.OVERHEAD)) / (cost / 2)
    wanted = min(by_orders, by_money, 12.0)
    assert wanted == by_money  # EUR 2 300 a place is more than two people's subsidies with the orders of twelve bring
    assert books.planned_places == pytest.approx(2.0 + max(1.0, 0.2 * (wanted - 2.0)))


@pytest.mark.parametrize(
    ("index", "funded", "most"),
    [(1, -1.0, 4.0), (2, -1.0, 6.0), (5, -1.0, 12.0), (40, -1.0, 12.0), (40, 3.0, 3.0), (40, 0.0, 0.0)],
)
def test_places_stay_within_the_partnership_and_the_funding(index, funded, most):
    month, (books,) = month_with([plan(places=12)], employer=-1, memory={"planned_places": most, "order_level": 4.0})
    month = replace(month, index=index)
    memory = month.agents.municipality.memory
    memory.funded_places, memory.wanted_places = funded, 12
    Services().step(month)
    assert books.planned_places == pytest.approx(most)


@pytest.mark.parametrize(("below_ceiling", "paid"), [(10**9, 100_000), (30_000, 30_000), (0, 0), (-50_000, 0)])
def test_a_grant_fills_the_reserve_up_to_its_ceiling_and_no_more(below_ceiling, paid):
    """Two places: EUR 1 000 a month at most; ceiling 2 x 3 000. A run without any grant says how far below it ends."""
    without, (books,) = month_with([plan(grant_euro_per_place_year=0.0)], memory={"capital_cents": 1})
    Services().step(without)
    start = 600_000 - below_ceiling - books.reserve_cents
    month, (books,) = month_with([plan()], memory={"capital_cents": 1, "reserve_cents": start})
    Services().step(month)
    assert month.ledger.paid(month.at, Category.ENTERPRISE_GRANT) == paid
    assert books.reserve_cents == 600_000 - below_ceiling + paid


# ------------------------------------------------------------------ clients of home help
def test_clients_pay_their_contribution_and_the_state_the_rest():
    """400 people of 86: about .28 have help; each costs EUR 2 380 a year and pays EUR 19 a month."""
    month, _ = month_with([], workers=400, birth_month=START - 86 * 12, employer=-1, status=Status.RETIRED)
    Services().step(month)
    clients = month.state.flows["home_help_clients"]
    assert abs(clients - 400 * 0.28) < 5 * np.sqrt(400 * 0.28 * 0.72)
    income = month.columns["income"]
    assert set(income.tolist()) == {0, -1_900}
    assert int((income < 0).sum()) == clients
    ledger, at = month.ledger, month.at
    assert ledger.paid(at, Category.OWN_CONTRIBUTION) == clients * 1_900
    assert ledger.paid(at, Category.WMO_HOME_HELP) == round(clients * 238_000 / 12)
    assert int(ledger.balances[Party.MUNICIPALITY_WMO]) == 0


def test_who_has_help_keeps_it_at_a_greater_age():
    helped = []
    for age in (40, 60, 80, 90):
        month, _ = month_with([], workers=2_000, birth_month=START - age * 12, employer=-1, status=Status.RETIRED)
        Services().step(month)
        helped.append(set(np.flatnonzero(month.columns["income"] < 0).tolist()))
    assert helped[0] == helped[1] < helped[2] < helped[3]
