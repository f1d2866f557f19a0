"""Institutions decide with ordinary methods: by hand, at their edges, and never beyond their means."""

from __future__ import annotations

import mesa
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wijksim.agents import HealthInsurer, Municipality, NationalGovernment, RegionalEmployers, SocialEnterprise
from wijksim.agents.social_enterprise import Books
from wijksim.settings import PolicyScale
from wijksim.state import EnterpriseState, InsurerState, LabourMarketState, MunicipalityState

MODEL = mesa.Model(rng=1)


def enterprise(**memory):
    return SocialEnterprise(MODEL, EnterpriseState("woonhulp", 0, **({"opened": True} | memory)))


def test_the_order_book_moves_around_its_contracts():
    """1 + .9 (1.2 - 1) + .15 sqrt(1 - .81) x -2 = 1.18 - .1308 = 1.0492; a level below nothing doesn't exist."""
    agent = enterprise(order_level=1.2)
    agent.renew_orders(-2.0, persistence=0.9, spread=0.15)
    assert agent.books.order_level == pytest.approx(1.0492, abs=1e-4)
    agent.renew_orders(-50.0, persistence=0.9, spread=0.15)
    assert agent.books.order_level == 0.0


MONTH = Books(
    sales=1_000_000, grants=400_000, subsidies=600_000, labour_cost=1_500_000, supervision=300_000, overhead=508_000
)


def supported(agent, **changes):
    given = {"workers": 10, "ordered_hours": 1_100.0, "place_hours": 100.0, "order_value": 1_650_000.0}
    return agent.supported_places(MONTH, grants=400_000, use=0.5, **(given | changes))


def test_places_that_orders_and_money_support():
    """A worker costs (15 000 + 3 000) / 10 = EUR 1 800 with supervision. Orders: 1 100 / 100 = 11 places. Money:

    16 500 + 4 000 + 6 000 + .5 x 7 200 / 12 - 5 080 = EUR 21 720, or 12.07 places; with a debt of EUR 48 000
    it is 21 420 - 2 000 = EUR 19 420, or 10.79 places.
    """
    assert supported(enterprise(reserve_cents=720_000)) == pytest.approx(11.0)
    assert supported(enterprise(reserve_cents=720_000), ordered_hours=2_000.0) == pytest.approx(2_172_000 / 180_000)
    assert supported(enterprise(reserve_cents=-4_800_000)) == pytest.approx(1_942_000 / 180_000)
    assert supported(enterprise(reserve_cents=-(10**9))) == 0.0
    assert supported(enterprise(reserve_cents=-(10**9)), workers=0) == pytest.approx(
        11.0
    )  # nothing says what one costs


def test_an_enterprise_closes_a_fifth_of_the_gap_but_at_least_one_place():
    agent = enterprise()
    places = []
    for supported_places, most in ((30.0, 4.0), (30.0, 12.0), (8.0, 12.0), (0.0, 12.0)):
        agent.plan_places(supported_places, most, adjustment_share=0.2, frozen=False)
        places.append(agent.books.planned_places)
    assert places == pytest.approx([1.0, 1.0 + 0.2 * 11, 3.2 + 1.0, 4.2 - 1.0])


def test_when_hiring_is_frozen_places_only_go_down():
    agent = enterprise(planned_places=6.0)
    agent.plan_places(12.0, 12.0, adjustment_share=0.2, frozen=True)
    assert agent.books.planned_places == 6.0
    agent.plan_places(0.0, 12.0, adjustment_share=0.2, frozen=True)
    assert agent.books.planned_places == pytest.approx(4.8)


@pytest.mark.parametrize(
    ("memory", "workers", "frozen", "vacancies"),
    [
        ({"planned_places": 12.0}, 12, False, 0),
        ({"planned_places": 11.6}, 7, False, 5),
        ({"planned_places": 11.4}, 7, False, 4),
        ({"planned_places": 6.0}, 7, False, 0),
        ({"planned_places": 12.0}, 7, True, 0),
        ({"planned_places": 12.0, "reserve_cents": -4_800_001}, 7, False, 0),
        ({"planned_places": 12.0, "reserve_cents": -4_800_000}, 7, False, 5),
        ({"planned_places": 12.0, "failed": True}, 0, False, 0),
        ({"planned_places": 12.0, "opened": False}, 0, False, 0),
    ],
    ids=[
        "full",
        "five left",
        "four and a bit",
        "too many",
        "frozen",
        "beyond credit",
        "at its credit",
        "failed",
        "not open",
    ],
)
def test_vacancies(memory, workers, frozen, vacancies):
    assert enterprise(**memory).vacancies(workers, credit_cents=4_800_000, frozen=frozen) == vacancies


def test_an_enterprise_fails_after_three_months_beyond_its_credit_and_not_before():
    agent = enterprise()
    loss = Books(sales=0, grants=0, subsidies=0, labour_cost=100, supervision=0, overhead=0)
    assert [agent.settle(loss, credit_cents=150, patience_months=3) for _ in range(4)] == [False, False, False, True]
    assert agent.books.reserve_cents == -400
    recovering = enterprise()
    gain = Books(sales=300, grants=0, subsidies=0, labour_cost=0, supervision=0, overhead=0)
    for month in (loss, loss, gain, loss, loss):
        assert not recovering.settle(month, credit_cents=150, patience_months=3)


def municipality(**memory):
    return Municipality(MODEL, MunicipalityState(**memory))


def funded(agent, **changes):
    given = {
        "wanted": 24,
        "running": 0,
        "budget_year": 100_000.0,
        "co_funding_place_year": 0.0,
        "pooled_place_year": 0.0,
        "cost_place_year": 8_000.0,
        "adjustment_share": 0.5,
        "largest_cut_share": 0.3,
        "smallest_step": 2.0,
    }
    return agent.decide_places(**(given | changes))


def test_a_municipality_funds_what_its_budget_buys():
    assert funded(municipality()) == 12.5
    assert funded(municipality(), pooled_place_year=4_000.0) == 24.0  # net cost 4 000: 25 places, 24 are wanted
    assert funded(municipality(), co_funding_place_year=9_000.0) == 24.0  # others pay more than a place costs
    assert funded(municipality(), budget_year=0.0) == 0.0


@pytest.mark.parametrize(
    ("before", "budget", "running", "after"),
    [
        (10.0, 104_000.0, 0, 11.5),  # half of the way to 13
        (10.0, 192_000.0, 0, 13.0),  # half of the way to 24 is 7: at most .3 x 10
        (4.0, 192_000.0, 0, 6.0),  # .3 x 4 is less than the two by which it may always grow
        (20.0, 0.0, 0, 14.0),  # half of the way to 0 is 10: at most .3 x 20
        (20.0, 0.0, 17, 17.0),  # seventeen contracts run on
        (20.0, 0.0, 99, 24.0),  # more people than places are wanted
    ],
)
def test_it_moves_half_way_within_bounds_and_keeps_running_contracts(before, budget, running, after):
    agent = municipality(funded_places=before, wanted_places=24)
    assert funded(agent, budget_year=budget, running=running) == pytest.approx(after)


def test_what_is_new_gets_the_share_that_others_have():
    """Nine of twelve places funded; a second enterprise makes it 24: 18 first, and then half of the way to 12.5."""
    agent = municipality(funded_places=9.0, wanted_places=12)
    assert agent.funded_share == 0.75
    assert funded(agent) == pytest.approx(18 - 0.5 * 5.5)
    assert agent.funded_share == pytest.approx(15.25 / 24)
    assert municipality().funded_share == 1.0  # before it first decides


@pytest.mark.parametrize(("deficit", "kept"), [(-0.1, 1.0), (0.05, 1.0), (0.06, 0.5), (0.125, 0.5), (0.13, 0.0)])
def test_of_a_saved_euro_it_keeps_all_half_or_nothing_by_its_deficit(deficit, kept):
    assert municipality().kept_share(deficit, entry=0.05, upper=0.125, compensation=0.5) == kept


def measured(agent, **changes):
    given = {
        "participants": 10,
        "saved_year": 150_000.0,
        "assumed_deadweight": 0.3,
        "subsidy_year": 8_500.0,
        "prior": 2_000.0,
        "weight_participants": 10.0,
    }
    return agent.measure_saving(**(given | changes))


def test_the_measured_saving_is_half_prior_half_seen_with_as_many_participants_as_the_prior_weighs():
    """15 000 x .7 - 8 500 = 2 000 seen; with weight one half and a prior of 3 000: 2 500. Coaching isn't in it, as the
    participation budget pays that. While nobody is measured there is nothing to pool.
    """
    assert measured(municipality(), prior=3_000.0) == pytest.approx(2_500.0)
    nobody = municipality()
    assert measured(nobody, participants=0, saved_year=0.0) == 0.0
    assert nobody.memory.measured_saving_per_place_year == 0.0


def test_a_place_for_somebody_without_benefit_saves_nothing_and_costs_the_subsidy():
    assert measured(municipality(), saved_year=0.0) == pytest.approx(0.5 * 2_000 - 0.5 * 8_500)


insurer_numbers = st.fixed_dictionaries(
    {
        "job_years": st.floats(0, 500),
        "measured_effect": st.floats(-50_000, 50_000),
        "prior_effect": st.floats(0, 400),
        "noise_to_signal": st.floats(1, 100),
        "kept_share": st.floats(0, 1),
        "stay_share": st.floats(0, 1),
        "willingness": st.floats(0, 1),
        "cap": st.floats(0, 1_500),
    }
)


@given(insurer_numbers)
def test_co_funding_is_never_negative_and_never_beyond_the_cap(numbers):
    paid = HealthInsurer(MODEL, InsurerState(0, 0.35)).decide_co_funding(**numbers)
    assert 0.0 <= paid <= numbers["cap"]


def test_an_insurer_with_50_job_years_trusts_its_measurement_for_a_twenty_fifth():
    """B7: w = 50 / (50 + (7 000/200)^2) = .0392; nothing measured: .961 x 135 x .25 x .5 x 1 = EUR 16 a place."""
    agent = HealthInsurer(MODEL, InsurerState(0, market_share=1.0))
    paid = agent.decide_co_funding(
        job_years=50,
        measured_effect=0.0,
        prior_effect=135.0,
        noise_to_signal=35.0,
        kept_share=0.25,
        stay_share=1.0,
        willingness=0.5,
        cap=500.0,
    )
    assert paid == pytest.approx(135 * (1 - 50 / 1275) * 0.25 * 0.5)
    assert 0 < paid < 50


@pytest.mark.parametrize(
    ("scale", "spent", "expected"),
    [
        (PolicyScale.LOCAL, (100.0, 90.0, 80.0), (1_000 + 0.5 * 200) * 1.05),
        (PolicyScale.NATIONAL, (100.0, 90.0, 80.0), (90 + 0.5 * 9) * 1.1),
        (PolicyScale.NATIONAL, (100.0,), (1_000 + 0.5 * 200) * 1.05),
    ],
    ids=["own exits don't move it", "it follows two years later", "no two years yet"],
)
def test_the_budget_follows_own_spending_only_when_all_do_it(scale, spent, expected):
    """The national budget rose by .05, the norm by .1; half of the wage-cost subsidy is paid from the budget."""
    memory = MunicipalityState(
        assistance_budget_start=1_000,
        subsidy_budget_start=200,
        assistance_spent_by_year=spent,
        subsidy_spent_by_year=tuple(year / 10 for year in spent),
    )
    budget = NationalGovernment(MODEL).assistance_budget(
        memory, macro_growth=1.05, norm_growth=1.1, subsidy_share=0.5, scale=scale, lag_years=2
    )
    assert budget == int(expected)


def test_social_jobs_add_local_demand():
    market = LabourMarketState(firm_jobs_at_start=np.array([[20.0, 0.0, 0.0, 0.0], [30.0, 0, 0, 0], [50.0, 0, 50, 50]]))
    agent = RegionalEmployers(MODEL, market)
    ratio = agent.vacancy_ratio(1.2, np.array([10.0, 0.0, 0.0, 0.0]), multiplier=0.1)
    assert ratio == pytest.approx([1.2 * (1 + 0.1 * 0.1), 1.2, 1.2, 1.2])


def test_firms_are_rows_that_hold_the_jobs_of_the_region_and_lose_no_more_than_they_have():
    """50 residents in jobs are a twentieth of the region's 1 000: 100 and 200 at firms like the enterprises'."""
    agent = RegionalEmployers(MODEL, LabourMarketState(wijk_share=0.05))
    shares = np.array([[0.1] * 4, [0.2] * 4])
    agent.open_market(np.ones(4), np.array([20.0, 20.0, 10.0, 0.0]), 0.1, firm_shares=shares)
    assert agent.market.firm_jobs_at_start.sum(axis=1) == pytest.approx([100, 200, 700])
    agent.lose_orders(np.array([30.0, 250.0, 0.0]))
    assert agent.market.jobs_lost_to_orders == pytest.approx([30, 200, 0])


def test_no_seekers_anywhere_is_no_division_by_zero():
    agent = RegionalEmployers(MODEL, LabourMarketState(wijk_share=0.02))
    agent.open_market(np.zeros(4), np.zeros(4), 0.1, firm_shares=np.zeros((2, 4)))
    assert np.isfinite(agent.tightness(np.ones(4), np.zeros(4))).all()
