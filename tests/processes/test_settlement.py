"""Budgets, insurers and measurement at the end of the month, by hand."""

from __future__ import annotations

from dataclasses import replace

import mesa
import numpy as np
import pytest
from processes.building import START, make_columns, make_month

from wijksim.accounts import Category, Party
from wijksim.agents import (
    HealthInsurer,
    InstitutionAgents,
    Municipality,
    NationalGovernment,
    RegionalEmployers,
    SocialEnterprise,
)
from wijksim.calendar import absolute_month
from wijksim.population.columns import Education, Sex, Status
from wijksim.processes.measurement import Measurement
from wijksim.processes.settlement import Settlement, _measured_effect, _twelfth
from wijksim.settings import EnterprisePlan, Levers, PlaceKind, Sector, TargetGroup
from wijksim.state import EnterpriseState, InsurerState, LabourMarketState, MunicipalityState

MODEL = mesa.Model(rng=1)
SUBSIDISED = Status.SUBSIDISED_JOB
PLAN = EnterprisePlan("woonhulp", Sector.HOME_HELP, PlaceKind.PAID_JOBS, TargetGroup.ANYONE, places=4)


def settle(columns, *, at=START, index=3, plans=(), levers=None, before=(), parameters=None, subsidy=0):
    model = mesa.Model(rng=1)
    agents = InstitutionAgents(
        [
            SocialEnterprise(model, EnterpriseState(p.key, k, opened=True, subsidy_cents=subsidy))
            for k, p in enumerate(plans)
        ],
        Municipality(
            model,
            MunicipalityState(
                assistance_budget_start=12_000_000, subsidy_budget_start=1_200_000, assistance_budget_year=12_000_001
            ),
        ),
        [HealthInsurer(model, InsurerState(k, share)) for k, share in enumerate((0.6, 0.4))],
        NationalGovernment(model),
        RegionalEmployers(model, LabourMarketState()),
    )
    month = make_month(
        columns, at=at, index=index, agents=agents, enterprises=tuple(plans), levers=levers, parameters=parameters
    )
    for category, payer, payee, cents in before:
        month.post(category, payer, payee, cents)
    Settlement().step(month)
    return month


def test_twelve_months_make_the_year_to_the_cent():
    for year in (0, 1, 12_000_001, 99_999_999):
        assert sum(_twelfth(year, absolute_month(2015, m)) for m in range(1, 13)) == year


@pytest.mark.parametrize("saved", [0, 100_000])
def test_an_insurer_keeps_a_quarter_of_a_saving(saved):
    """Fund pays .25 x expected + .75 x actual - premiums: EUR 1 000 less care costs the fund 750 and leaves 250."""
    care = 900_000 - saved
    month = settle(make_columns(100), before=[(Category.CARE, Party.INSURERS, Party.CARE_PROVIDERS, care)])
    base = settle(make_columns(100), before=[(Category.CARE, Party.INSURERS, Party.CARE_PROVIDERS, 900_000)])
    kept = int(month.ledger.balances[Party.INSURERS] - base.ledger.balances[Party.INSURERS])
    assert kept == pytest.approx(0.25 * saved, abs=1)


def test_who_costs_what_is_expected_leaves_an_insurer_nothing_whatever_the_deductible():
    """A woman of 40, care as expected of her age: what the fund pays and she pays herself is what her care costs."""
    number = make_month(make_columns(1)).number
    registry = make_month(make_columns(1)).registry
    expected = registry.steps("zvw_cost_age_women", 120)[40] * number("cpi_index") / 103.4 * 100 / 12
    for deductible in (0, 37_500):
        care = round(expected)
        before = [
            (Category.CARE, Party.INSURERS, Party.CARE_PROVIDERS, care),
            (Category.DEDUCTIBLE, Party.RESIDENTS, Party.INSURERS, deductible),
            (Category.HEALTH_PREMIUM, Party.RESIDENTS, Party.INSURERS, 9_600),
        ]
        month = settle(make_columns(1, sex=Sex.FEMALE), before=before)
        assert int(month.ledger.balances[Party.INSURERS]) == pytest.approx(0, abs=1)


def test_high_premiums_flow_back_to_the_fund():
    before = [(Category.HEALTH_PREMIUM, Party.RESIDENTS, Party.INSURERS, 10**9)]
    month = settle(make_columns(10), before=before)
    assert month.ledger.paid(month.at, Category.RISK_EQUALISATION, payer=Party.INSURERS) > 0


@pytest.mark.parametrize(
    ("year", "expected"),
    [(2018, 13_200_000 * 5_751 / 5_500), (2021, 13_200_000 * 6_086 / 5_500), (2022, 12_000_000 * 6_019 / 5_500)],
    ids=["with subsidy", "the last year with subsidy", "subsidy has its own budget"],
)
def test_the_benefit_budget_grows_with_the_national_one_and_loses_the_subsidy_in_2022(year, expected):
    """EUR 120 000 of assistance and 12 000 of wage-cost subsidy in 2015, when the national budget was 5 500 mln."""
    at = absolute_month(year, 1)
    spends = [(Category.SOCIAL_ASSISTANCE, Party.MUNICIPALITY_ASSISTANCE, Party.RESIDENTS, 50_000_000)]
    for before in ((), spends):
        month = settle(make_columns(1), at=at, index=at - START, before=before)
        assert month.agents.municipality.memory.assistance_budget_year == pytest.approx(expected, abs=1)


def test_the_first_month_sets_the_benefit_budget():
    """EUR 800 of assistance, 200 of tax on it and 100 of wage-cost subsidy: twelve times 1 100 a year."""
    before = [
        (Category.SOCIAL_ASSISTANCE, Party.MUNICIPALITY_ASSISTANCE, Party.RESIDENTS, 80_000),
        (Category.SOCIAL_ASSISTANCE_TAX, Party.MUNICIPALITY_ASSISTANCE, Party.STATE_TAX, 20_000),
        (Category.WAGE_COST_SUBSIDY, Party.MUNICIPALITY_ASSISTANCE, Party.REGULAR_EMPLOYERS, 10_000),
    ]
    memory = settle(make_columns(1), index=0, before=before).agents.municipality.memory
    assert (memory.assistance_budget_start, memory.subsidy_budget_start) == (1_200_000, 120_000)
    assert memory.assistance_budget_year == 1_320_000


def test_the_state_pays_the_same_participation_budget_whatever_the_municipality_decides():
    default = settle(make_columns(1))
    more = settle(make_columns(1), index=1, levers=Levers(participation_budget_euro_per_year=1e6))
    for month in (default, more):
        assert month.ledger.paid(month.at, Category.PARTICIPATION_GRANT) == 120_000_00 // 12


def test_budgets_keep_pace_with_prices():
    """February 2024: EUR 120 000 of 2015 x 130.2 / 100."""
    at = absolute_month(2024, 2)
    month = settle(make_columns(1), at=at, index=109)
    assert month.ledger.paid(at, Category.PARTICIPATION_GRANT) == pytest.approx(156_240_00 / 12, abs=1)


def test_without_enterprises_nothing_is_pooled_measured_or_co_funded():
    month = settle(make_columns(5), levers=Levers(budget_pooling_share=1.0, insurer_co_funding=True))
    totals = month.ledger.open_totals()
    assert not totals.keys() & {Category.POOLING, Category.MEASUREMENT, Category.CO_FUNDING}


def placed(**values):
    given = {
        "status": Status.SUBSIDISED_JOB,
        "employer": 0,
        "placed_from": Status.SOCIAL_ASSISTANCE,
        "placed_assistance": 1.0,
        "insurer": np.array([0, 0, 1, 1]),
        "care_cost": 10_000,
    }
    return make_columns(4, **(given | values))


def test_january_decides_and_co_funding_stays_between_nothing_and_fifty_euro():
    january = absolute_month(2016, 1)
    month = settle(
        placed(), at=january, index=12, plans=[PLAN], levers=Levers(insurer_co_funding=True, budget_pooling_share=1.0)
    )
    per_place = [insurer.memory.co_funding_per_place_year for insurer in month.agents.insurers]
    assert 0 < sum(per_place) < 50
    assert per_place[0] > per_place[1]
    assert month.ledger.paid(month.at, Category.POOLING, payee=Party.POOLED_FUND) > 0
    assert month.agents.municipality.memory.funded_places == 4.0


def seen_saving(columns, **values):
    """What the municipality sees in January 2016: ten participants weigh as much as a prior of EUR 2 000 of 2015."""
    month = settle(columns, at=absolute_month(2016, 1), index=12, plans=[PLAN], **values)
    participants = int((columns["employer"] >= 0).sum())
    weight = participants / (participants + 10)
    saving = month.agents.municipality.memory.measured_saving_per_place_year
    return month, (saving - (1 - weight) * 2_000 * 100.3 / 100) / weight


def test_what_a_unit_got_before_is_what_is_saved():
    """A single, a couple with one earner, one of 19, somebody without benefit, a placement, and a unit topped up.

    In norms of a single person 1, 10/7, 1/4, 0, 1 and 1; the last still gets EUR 200. Gross, times twelve, a year,
    less .3 for deadweight, over six participants.
    """
    columns = make_columns(
        6,
        status=np.array([SUBSIDISED] * 4 + [Status.PLACEMENT, SUBSIDISED]),
        employer=0,
        birth_month=absolute_month(2016, 1) - 12 * np.array([40, 40, 19, 19, 40, 40]),
        placed_assistance=np.array([1, 10 / 7, 1 / 4, 0, 1, 1]),
        partner_row=np.array([-1, 1, -1, -1, -1, -1]),
        assistance=np.array([0, 0, 0, 0, 96_000, 20_000]),
    )
    month, seen = seen_saving(columns)
    norm = month.number("benefit_norm_single_net")
    single, couple, young = (month.number(f"assistance_tax_share_{kind}") for kind in ("single", "couple", "18_20"))
    net = norm * (1 + single) + norm * 10 / 7 * (1 + couple) + norm / 4 * (1 + young) + (norm - 200) * (1 + single)
    assert seen == pytest.approx(net * (1 + month.number("zvw_employer_levy")) * 12 * 0.7 / 6, rel=1e-6)


@pytest.mark.parametrize(
    ("plan", "cost"),
    [
        ({}, 4_000 + 2_250 + 125),
        ({"grant_euro_per_place_year": 6_000.0, "coaching_hours_per_month": 1.0}, 6_000 + 900 + 125),
        ({"places_are": PlaceKind.PLACEMENTS}, 2_250 + 125),
    ],
    ids=["defaults", "by its plan", "placements have no grant of their own"],
)
def test_the_first_decision_reckons_with_what_a_place_will_cost(plan, cost):
    """January 2015: a budget of EUR 9 000 over grant, coaching (2.5 hours a month at 75) and measurement (250 x .5).

    Nothing is measured yet, so that all savings pooled are none, and the prior buys no places.
    """
    levers = Levers(participation_budget_euro_per_year=9_000.0, budget_pooling_share=1.0)
    month = settle(make_columns(1), at=absolute_month(2015, 1), index=0, plans=[replace(PLAN, **plan)], levers=levers)
    assert month.agents.municipality.memory.funded_places == pytest.approx(9_000 / cost)


def funded(pooling, co_funding, budget):
    """Places funded in January 2016 of 24 wanted, ten filled by people who each got a single person's assistance."""
    levers = Levers(
        participation_budget_euro_per_year=budget, budget_pooling_share=pooling, insurer_co_funding=co_funding
    )
    columns = make_columns(10, status=SUBSIDISED, employer=0, placed_assistance=1.0)
    plan = replace(PLAN, places=24)
    before = [(Category.WAGE_COST_SUBSIDY, Party.MUNICIPALITY_ASSISTANCE, Party.SOCIAL_ENTERPRISES, 600_000)]
    at = absolute_month(2016, 1)
    month = settle(columns, at=at, index=12, plans=[plan], levers=levers, before=before, subsidy=600_000)
    return month, month.agents.municipality.memory


@pytest.mark.parametrize("co_funding", [False, True])
def test_pooling_and_co_funding_buy_more_places_when_the_budget_binds(co_funding):
    """January 2016, prices 100.3: a place costs (4 000 + 125) x 1.003 + 2.5 x 77 x 12 = EUR 6 447; 100 300 buy 15.6.

    Ten people each save S: half what is seen, half the prior of 2 000 x 1.003. Pooled, a place costs S less, so that
    the same money buys 100 300 / (6 447 - S - co-funding) places.
    """
    cost = 4_125 * 1.003 + 2_310
    money = 100_000 * 1.003  # given in prices of January 2015
    memory_apart = funded(0.0, co_funding, 100_000.0)[1]
    together, memory = funded(1.0, co_funding, 100_000.0)
    paid = sum(insurer.memory.co_funding_per_place_year for insurer in together.agents.insurers)
    assert (paid > 0) is co_funding
    number = together.number
    gross = number("benefit_norm_single_net") * (1 + number("assistance_tax_share_single"))
    seen = gross * (1 + number("zvw_employer_levy")) * 12 * 0.7 - 600 * 12
    saving = 0.5 * seen + 0.5 * 2_000 * 1.003
    assert saving > 1_000
    assert memory_apart.funded_places == pytest.approx(money / (cost - paid), rel=1e-6)
    assert memory.funded_places == pytest.approx(min(24.0, money / (cost - paid - saving)), rel=1e-6)
    assert memory_apart.funded_places < memory.funded_places
    assert 15.5 < memory_apart.funded_places < 15.7


def test_pooling_buys_nothing_when_the_budget_does_not_bind():
    """EUR 300 000 pay 24 places whether or not savings are pooled."""
    assert [funded(pooling, True, 300_000.0)[1].funded_places for pooling in (0.0, 1.0)] == [24.0, 24.0]


def test_an_eighteen_year_old_without_benefit_who_is_placed_saves_nothing():
    born = absolute_month(2016, 1) - 12 * 18
    _, seen = seen_saving(make_columns(1, status=SUBSIDISED, employer=0, birth_month=born))
    assert seen == pytest.approx(0.0, abs=1e-9)


def test_a_deficit_in_the_band_of_the_vangnet_halves_what_goes_into_the_pool():
    """In 2016 the deficit is .05: at 1.2 times that it lies in the band of .05 to .125, at 3 times above it."""
    levers = Levers(budget_pooling_share=1.0)
    paid, kept = [], []
    for factor in (1.0, 1.2, 3.0):
        columns = placed()
        january = absolute_month(2016, 1)
        month = settle(
            columns, at=january, index=12, plans=[PLAN], levers=levers, parameters={"buig_deficit_share": factor}
        )
        paid.append(month.ledger.paid(month.at, Category.POOLING))
        kept.append(month.state.flows["municipality_keeps"])
    assert kept == [1.0, 0.5, 0.0]
    assert paid[0] > 0
    assert paid[1:] == [pytest.approx(paid[0] / 2, abs=1), 0]


def test_insurers_that_do_not_want_to_pay_nothing():
    month = settle(placed(), at=absolute_month(2016, 1), index=12, plans=[PLAN])
    assert month.ledger.paid(month.at, Category.CO_FUNDING) == 0


def test_co_funding_lies_between_nothing_and_fifty_euro_a_job_year_whatever_is_measured():
    """2 000 draws of a year at the defaults: 5 to 60 in places, 400 jobless, care of EUR 2 500 with SD 7 000, no effect
    or one of EUR 135 or 350. What is measured weighs little, so the mean is near that of the prior: 16.1.
    """
    draw = np.random.default_rng(4)
    number = make_month(make_columns(1), at=absolute_month(2016, 1)).number
    spread = np.sqrt(np.log(1 + (7_000 / 2_500) ** 2))
    paid = []
    for _ in range(2_000):
        total = 0.0
        effect = draw.choice([0.0, 135.0, 350.0])
        for share in (0.35, 0.3, 0.2, 0.15):
            m = max(1, round(share * draw.integers(5, 60)))
            mine, others = (
                draw.lognormal(np.log(2_500) - spread**2 / 2, spread, size).mean() for size in (m, round(share * 400))
            )
            total += HealthInsurer(MODEL, InsurerState(0, share)).decide_co_funding(
                job_years=m,
                measured_effect=others - mine + effect,
                prior_effect=number("insurer_prior_effect_job_year"),
                noise_to_signal=number("insurer_cost_sd") / number("insurer_effect_sd"),
                kept_share=number("zvw_net_insurer_share"),
                stay_share=(1 - number("insurer_switch") * number("insurer_switch_low_income_factor")),
                willingness=number("insurer_willingness_share"),
                cap=number("insurer_contribution_cap"),
            )
        paid.append(total)
    assert 0 <= min(paid) < max(paid) < 50
    prior = 135 * 0.25 * 0.5 * (1 - 0.063 * 0.7)
    assert 0 < np.mean(paid) - prior < 1  # EUR 16.1, and a little of the effects above the prior


def test_risk_equalisation_knows_no_source_of_income():
    """What an insurer keeps is the share `zvw_net_insurer_share` and nothing beside it: a job moves no norm amount."""
    care = [(Category.CARE, Party.INSURERS, Party.CARE_PROVIDERS, 900_000)]
    paid = {
        status: settle(make_columns(50, status=status), before=care).ledger.open_totals()[Category.RISK_EQUALISATION]
        for status in (Status.SOCIAL_ASSISTANCE, Status.SUBSIDISED_JOB, Status.REGULAR_JOB)
    }
    assert len(set(paid.values())) == 1


def test_insurers_measure_their_own_insured_over_the_year():
    """Two months: insurer 0 has 2 people in places at EUR 100 a month and one jobless at EUR 150: EUR 600 a year."""
    columns = make_columns(
        4,
        status=np.array([SUBSIDISED, SUBSIDISED, Status.SOCIAL_ASSISTANCE, Status.SOCIAL_ASSISTANCE]),
        employer=np.array([0, 0, -1, -1]),
        insurer=np.array([0, 0, 0, 1]),
        care_cost=np.array([10_000, 10_000, 15_000, 99_000]),
    )
    month = settle(columns, at=absolute_month(2015, 12), index=11, plans=[PLAN])
    assert month.agents.insurers[0].memory.care_seen.sum(axis=0).tolist() == [2, 20_000, 1, 15_000]
    Settlement().step(replace(month, at=absolute_month(2016, 1), index=12))
    memory = month.agents.insurers[0].memory
    assert memory.job_years == pytest.approx(4 / 12)
    assert memory.measured_effect_per_job_year == pytest.approx(600.0)
    assert not memory.care_seen.any()


def test_measured_effect_is_matched_by_education_as_far_as_measurement_is_good():
    """Participants are all low-educated and cost 100; jobless low-educated cost 130, high-educated 50 (same number)."""
    table = np.zeros((len(Education), 4), np.int64)
    table[Education.LOW] = [10, 10 * 100_00, 20, 20 * 130_00]
    table[Education.HIGH] = [0, 0, 20, 20 * 50_00]
    assert _measured_effect(table, 1.0) == pytest.approx(30 * 12)
    assert _measured_effect(table, 0.0) == pytest.approx((90 - 100) * 12)
    assert _measured_effect(np.zeros((4, 4), np.int64), 1.0) == 0.0


def test_counts_by_hand():
    """A couple with one earner and a child; a single parent on assistance with a child; a pensioner of 80."""
    ages = np.array([40, 38, 10, 30, 5, 80])
    columns = make_columns(
        6,
        birth_month=START - 12 * ages,
        status=np.array([2, 10, 0, 8, 0, 11]),
        household=np.array([1, 1, 1, 2, 2, 3]),
        partner_row=np.array([1, 0, -1, -1, -1, -1]),
        mother_row=np.array([-1, -1, 1, -1, 3, -1]),
        assistance=np.array([0, 0, 0, 96_083, 0, 0]),
        net_earnings=np.array([200_000, 0, 0, 0, 0, 0]),
        income=np.array([200_000, 0, 0, 96_083, 0, 107_763]),
    )
    month = make_month(columns)
    Measurement().step(month)
    counted = {
        name: value for name, value in month.state.flows.items() if not name.startswith("live") and "." not in name
    }
    assert counted == {
        "residents": 6,
        "aged_15_74": 3,
        "employed_15_74": 1,
        "starters_15_74": 3,
        "starters_employed_15_74": 1,
        "assistance_persons": 1,
        "assistance_units": 1,
        "assistance_units_topped_up": 0,
        "children": 2,
        "children_no_work": 1,
        "households": 3,
        "households_with_work": 1,
        "young_workless_parents": 0,
        "young_workless_parents_assistance": 0,
        "young_working_parents": 0,
        "young_working_parents_assistance": 0,
        "adults": 4,
        "norm_millionths": 2_000_000,
        "income_cents": 403_846,
        "care_cents": 0,
        "in_place": 0,
        "on_sick_leave": 0,
        "starters": 6,
        "starters_assistance": 1,
        "generations_unknown": 4,
        "starters_at_start": 6,
    }
    assert month.state.flows["liveability"] == 100.0


def test_liveability_rises_with_service_and_work_by_its_weights():
    columns = make_columns(1_000, status=np.where(np.arange(1_000) < 500, 2, 10))
    month = make_month(columns)
    Measurement().step(month)
    columns["status"][500:550] = Status.REGULAR_JOB  # 10 % more people, and as many households, in work
    month.state.flows.clear()
    month.count("service_hours", 800.0)
    month.count("service_hours_replaced", 300.0)
    month.count("homes_helped", 40.0)
    month.count("homes_replaced", 15.0)
    Measurement().step(month)
    assert month.state.flows["liveability"] == pytest.approx(100 * (1 + 0.25 * (0.5 + 0.5 + 0.1 + 0.1)))


def test_gini_of_equal_and_of_unequal_incomes():
    december = absolute_month(2015, 12)
    for income, expected in ((np.full(4, 100), 0.0), (np.array([0, 0, 0, 100]), 0.75)):
        month = make_month(make_columns(4, income=income), at=december)
        Measurement().step(month)
        assert month.state.flows["income_gini"] == pytest.approx(expected)
