"""Who leaves work, who searches and who is taken on: by hand for a few people, by hazard for many."""

from __future__ import annotations

import math
from dataclasses import replace

import mesa
import numpy as np
import pytest
from processes.building import START, make_columns, make_month, unchecked

from wijksim.agents import InstitutionAgents, Municipality, NationalGovernment, RegionalEmployers, SocialEnterprise
from wijksim.calendar import absolute_month
from wijksim.parameters import load_registry
from wijksim.population.columns import Contract, Education, Status
from wijksim.processes.labour_market import LabourMarket
from wijksim.processes.places import eligible_rows
from wijksim.settings import EnterprisePlan, Event, Levers, Matching, PlaceKind, Sector, TargetGroup
from wijksim.state import EnterpriseState, LabourMarketState, MunicipalityState

LARGEST_Z = 5.0
NO_JOBS = unchecked(Levers(), unemployment_factor=1e12)  # nobody finds a regular job
MANY = 40_000
UNABLE = -2.0  # employability of who can't earn the minimum wage
AFTER = 1.2  # after_placement_multiplier
BASE = 0.022 * 0.72  # exit_to_job_monthly_dur_lt1y x assistance_reference_factor


def plan(**changes):
    given = {
        "key": "woonhulp",
        "sector": Sector.HOME_HELP,
        "places_are": PlaceKind.PAID_JOBS,
        "target_group": TargetGroup.ANYONE,
        "places": 4,
    }
    return EnterprisePlan(**(given | changes))


def institutions(plans=(), share=0.02):
    model = mesa.Model(rng=1)
    books = [EnterpriseState(p.key, k, opened=True, planned_places=float(p.places)) for k, p in enumerate(plans)]
    market = LabourMarketState(wijk_share=share)
    agents = InstitutionAgents(
        [SocialEnterprise(model, b) for b in books],
        Municipality(model, MunicipalityState()),
        [],
        NationalGovernment(model),
        RegionalEmployers(model, market),
    )
    return agents, books, market


def month_of(columns, plans=(), *, index=0, at=START, parameters=None, matching=Matching.NONE, levers=None, share=0.02):
    agents, books, market = institutions(plans, share)
    month = make_month(
        columns,
        at=at,
        index=index,
        agents=agents,
        enterprises=tuple(plans),
        matching=matching,
        parameters=parameters,
        levers=levers or Levers(),
    )
    month.state.institutions.enterprises = books
    month.state.institutions.labour_market = market
    return month


def z_of(count, people, probability):
    return (count - people * probability) / math.sqrt(people * probability * (1 - probability))


def test_people_reach_state_pension_by_date_and_give_up_their_job():
    """In February 2015 the state pension age is 65 years and 3 months (Rijksoverheid, table of 2015)."""
    months = 65 * 12 + 3
    columns = make_columns(2, birth_month=np.array([START - months, START - months + 1]), status=Status.SELF_EMPLOYED)
    month_of_columns = month_of(columns)
    LabourMarket().step(month_of_columns)
    assert columns["status"][0] == Status.RETIRED
    assert columns["status"][1] != Status.RETIRED
    assert month_of_columns.state.flows["retired"] == 1


def test_a_worker_of_26_weeks_who_is_laid_off_gets_ww_for_the_legal_length():
    """26 of 36 weeks give 3 months; with 4 years or more, a month for each year (WW art. 17 and 42)."""
    columns = make_columns(
        3,
        status=Status.SUBSIDISED_JOB,
        employer=0,
        contract=Contract.TEMPORARY,
        contract_until=START,
        weeks_worked=np.array([20.0, 30.0, 36.0]),
        ww_months_built=np.array([10.0, 2.0, 10.5]),
    )
    LabourMarket().step(month_of(columns, levers=NO_JOBS))
    assert columns["status"].tolist() == [Status.NO_BENEFIT, Status.UNEMPLOYMENT_BENEFIT, Status.UNEMPLOYMENT_BENEFIT]
    assert columns["ww_until"].tolist() == [-1, START + 3, START + 10]
    assert columns["employer"].tolist() == [-1, -1, -1]


def test_ww_remembers_the_place_that_it_followed():
    """The status before the place; before the first one where a place was taken from the WW after a place."""
    assistance, ww, none = Status.SOCIAL_ASSISTANCE, Status.UNEMPLOYMENT_BENEFIT, Status.NO_BENEFIT
    columns = make_columns(
        5,
        status=[Status.SUBSIDISED_JOB] * 4 + [Status.REGULAR_JOB],
        employer=[0, 0, 0, 0, -1],
        placed_from=[assistance, ww, ww, none, -1],
        ww_after_place=[-1, assistance, -1, assistance, assistance],  # the last two by an earlier spell
        contract_until=START,
        weeks_worked=36.0,
        productivity=0.0,
    )
    LabourMarket().step(month_of(columns))
    assert (columns["status"] == ww).all()
    assert columns["ww_after_place"].tolist() == [assistance, assistance, ww, none, -1]


def test_a_placement_that_ends_gives_no_ww():
    columns = make_columns(1, status=Status.PLACEMENT, employer=0, contract_until=START, weeks_worked=36.0)
    LabourMarket().step(month_of(columns, levers=NO_JOBS))
    assert columns["status"][0] == Status.NO_BENEFIT
    assert columns["ww_until"][0] == -1


def test_two_years_of_sick_leave_lead_to_disability_or_out_of_work():
    """WIA after 104 weeks; .68 of the applications are granted (UWV): n = 40 000, |z| < 5."""
    columns = make_columns(MANY, status=Status.REGULAR_JOB, job_since=START - 60, sick_since=START - 24)
    LabourMarket().step(month_of(columns, levers=NO_JOBS))
    granted = int((columns["status"] == Status.DISABILITY).sum())
    assert abs(z_of(granted, MANY, 0.68)) < LARGEST_Z
    assert not (columns["status"] == Status.REGULAR_JOB).any()


@pytest.mark.parametrize(("ill", "ratio"), [(False, 1.0), (True, 1.89)])
@pytest.mark.parametrize("tenure", [0, 18, 120])
def test_separation_falls_with_tenure_and_rises_with_illness(ill, ratio, tenure):
    """B2 by hand: (.004 + .050 exp(-tenure/18)) x 1.89 if ill; inactivity .0006 beside it; |z| < 5, n = 40 000."""
    columns = make_columns(MANY, status=Status.REGULAR_JOB, job_since=START - tenure, ill=ill, education=Education.LOW)
    LabourMarket().step(month_of(columns, parameters={"sick_leave_entry_month": 0.001}, levers=NO_JOBS))
    delta = (0.004 + 0.050 * math.exp(-tenure / 18)) * ratio
    expected = 1 - math.exp(-delta) * (1 - 0.0006)
    left = int((columns["status"] != Status.REGULAR_JOB).sum())
    assert abs(z_of(left, MANY, expected)) < LARGEST_Z
    wrong = 1 - math.exp(-delta * 2.5) * (1 - 0.0006)
    assert abs(z_of(left, MANY, wrong)) > 8  # two and a half times the hazard would be seen


def searching(count=MANY, **values):
    given = {
        "status": Status.SOCIAL_ASSISTANCE,
        "out_of_work_since": START - 3,
        "education": Education.LOW,
        "last_wage": 100_000,
    }
    return make_columns(count, **(given | values))


IN_PLACE = {
    "status": Status.PLACEMENT, "employer": 0, "job_since": START - 2, "idle_since": START - 10,
    "lock_in_until": START + 4, "idle_status": Status.SOCIAL_ASSISTANCE, "idle_worked": True,
}  # fmt: skip
FROM_PLACE = {
    "status": Status.UNEMPLOYMENT_BENEFIT, "ww_until": START + 30, "out_of_work_since": START - 2,
    "idle_since": START - 18, "idle_status": Status.SOCIAL_ASSISTANCE, "idle_worked": True,
}  # fmt: skip

LEAVES_SCHOOL = {
    "status": Status.SCHOOL, "birth_month": START - 19 * 12, "exposure": 1.0, "last_wage": 0,
}  # fmt: skip


@pytest.mark.parametrize(
    ("values", "factor"),
    [
        ({}, 1.0),
        ({"out_of_work_since": START - 20}, (0.012 / 0.022) ** 0.5),
        ({"out_of_work_since": START - 60}, (0.005 / 0.022) ** 0.5),
        ({"ill": True}, 0.75),
        ({"employability": 1.0}, math.exp(0.8)),
        ({"education": Education.HIGH}, math.exp(0.45)),
        ({"productivity": 0.5, "productivity_measured": 0.4}, 1.0),
        (IN_PLACE, 0.5),
        (IN_PLACE | {"status": Status.SUBSIDISED_JOB}, 0.5),
        (IN_PLACE | {"productivity": 0.5, "productivity_measured": 0.4}, 0.5 * 0.5 / 0.4),
        (IN_PLACE | {"idle_since": START - 15}, 0.5 * (0.012 / 0.022) ** 0.5),
        ({"status": Status.UNEMPLOYMENT_BENEFIT, "ww_until": START + 30}, 0.06 / BASE),
        ({"status": Status.NO_BENEFIT}, 0.06 / BASE),
        ({"status": Status.NO_BENEFIT, "out_of_work_since": START - 20}, 0.06 / BASE * (0.012 / 0.022) ** 0.5),
        ({"status": Status.NO_BENEFIT, "out_of_work_since": START - 40}, 0.008 / BASE),
        ({"status": Status.NO_BENEFIT, "out_of_work_since": START - 20, "last_wage": 0}, 0.008 / BASE),
        ({"status": Status.NO_BENEFIT, "out_of_work_since": START - 1, "last_wage": 0}, 0.07 / BASE),
        (LEAVES_SCHOOL, 0.07 * (1 + 13) / BASE),
        (FROM_PLACE, (0.012 / 0.022) ** 0.5),
        (FROM_PLACE | {"coached_until": START + 1}, AFTER * (0.012 / 0.022) ** 0.5),
        (FROM_PLACE | {"idle_since": START - 37}, (0.005 / 0.022) ** 0.5),
        (IN_PLACE | {"idle_until": START}, 0.5 * 0.06 / BASE),
        (IN_PLACE | {"idle_since": START - 2, "idle_worked": False, "idle_until": START}, 0.5 * 0.07 / BASE),
    ],
    ids=[
        "base", "2nd year", "5th year", "ill", "able", "high", "low productivity counts in no search",
        "placement locked in", "job in a place locked in", "learned a quarter more",
        "13 months before the place",
        "ww", "no benefit", "no benefit, 2nd year", "no benefit, 4th year", "never worked, 2nd year",
        "left school last month", "leaves school, having looked for thirteen months",
        "ww from a place, out for a year and half",
        "coached before", "out for three years", "placed from the WW", "placed in the month of leaving school",
    ],
)  # fmt: skip
def test_job_finding_is_the_product_of_its_ratios(values, factor):
    """B1 by hand from .022 x .72 a month at tightness 1 (2015, matching none); |z| < 5, n = 40 000."""
    columns = searching(**values)
    month = month_of(columns, parameters={"separation_hazard_subsidised": 0.01})
    LabourMarket().step(month)
    hired = int(np.isin(columns["status"], [Status.REGULAR_JOB, Status.SELF_EMPLOYED]).sum())
    at_risk = MANY * math.exp(-0.01) if "employer" in values else MANY
    assert abs(z_of(hired, at_risk, 1 - math.exp(-BASE * factor))) < LARGEST_Z


NO_EFFECT = {"lock_in_search_factor": 1.0, "after_placement_multiplier": 1.0}
ON_WW, ON_ASSISTANCE, NONE = Status.UNEMPLOYMENT_BENEFIT, Status.SOCIAL_ASSISTANCE, Status.NO_BENEFIT


SPELLS = [  # status, months out of work before a place, months after it, status of the twin then
    *((ON_WW, 2, months, ON_WW) for months in (0, 2)),
    *((ON_WW, 14, months, after) for months, after in ((1, ON_WW), (2, ON_WW), (3, NONE))),
    *((ON_WW, 2, months, NONE) for months in (3, 11, 40)),
    (ON_WW, 2, 11, ON_ASSISTANCE),
    *((ON_ASSISTANCE, months, 2, ON_ASSISTANCE) for months in (3, 20, 50)),
    *((NONE, *months, NONE) for months in ((1, 1), (3, 20), (40, 2))),
    *((NONE, *months, ON_ASSISTANCE) for months in ((3, 20), (40, 2))),
]


@pytest.mark.parametrize("follows", [ON_WW, NONE], ids=["ww after the place", "no ww after it"])
@pytest.mark.parametrize(
    ("worked", "before", "waited", "months", "after"),
    [(worked, *spell) for worked in (True, False) for spell in SPELLS if worked or spell[0] != ON_WW],
)
def test_a_place_alone_leaves_search_as_it_was(worked, before, waited, months, after, follows):
    """With neither lock-in nor coaching, who is or was in a place searches as the twin does after as long out of work.

    The place takes six months. The WW would have ended in eight, and does so for both. `after` is the status of the
    twin then, and of the other too where it is social assistance; else that one has what followed the place.
    """
    person = {
        "status": before, "out_of_work_since": START - waited, "last_wage": 100_000 if worked else 0,
        "ww_until": START + 8 if before == ON_WW else -1, "employability": UNABLE,
    }  # fmt: skip
    placed = searching(1, **person, weeks_worked=36.0 if follows == ON_WW else 0.0)
    offer = [plan(places=1, coaching_hours_per_month=0.0)]
    LabourMarket().step(month_of(placed, offer, index=20, levers=NO_JOBS, parameters=NO_EFFECT))
    assert placed["employer"][0] == 0
    placed["last_wage"][:] = 150_000  # as wages are paid
    placed["contract_until"][:] = START + 6
    for at in (START + 1, START + 5):
        assert search_at(placed, at) == search_at(searching(1, **person), START)
    LabourMarket().step(month_of(placed, [plan(places=0)], index=26, at=START + 6, levers=NO_JOBS))
    assert placed["status"][0] == follows
    if after == ON_ASSISTANCE:
        placed["status"][:] = ON_ASSISTANCE
    twin = searching(1, **person | {"status": after})
    assert search_at(placed, START + 6 + months) == search_at(twin, START + months)


@pytest.mark.parametrize("waited", [0, 1, 5, 7, 11, 12, 20])
def test_a_school_leaver_in_or_after_a_place_is_one_for_as_many_months_after_school_as_without_it(waited):
    person = {"status": NONE, "out_of_work_since": START - waited, "last_wage": 0, "employability": UNABLE}
    placed, twin = searching(1, **person), searching(1, **person)
    offer = [plan(places=1, coaching_hours_per_month=0.0)]
    LabourMarket().step(month_of(placed, offer, index=20, levers=NO_JOBS, parameters=NO_EFFECT))
    placed["last_wage"][:] = 150_000
    placed["contract_until"][:] = START + 6
    for at in range(START + 1, START + 6):
        assert search_at(placed, at) == search_at(twin, at)
    LabourMarket().step(month_of(placed, [plan(places=0)], index=26, at=START + 6, levers=NO_JOBS))
    assert (placed["employer"][0], placed["status"][0]) == (-1, NONE)
    hazards = [search_at(placed, at) for at in range(START + 6, START + 20)]
    assert hazards == [search_at(twin, at) for at in range(START + 6, START + 20)]
    assert len(set(hazards)) == (2 if waited + 6 < 12 else 1), "the hazard of leavers ends a year after school"


def search_at(columns, at):
    """Hazard at tightness 1 of the one person, by B1."""
    _, intensity, _ = LabourMarket()._search(month_of(columns, at=at, parameters=NO_EFFECT))
    (hazard,) = intensity
    return hazard


def test_scarce_jobs_make_parents_work_matter_and_plenty_do_not():
    """B5: M = 1 - .1 (1 - x) clip((U - .04)/.06, 0, 1.5); U = .105 in 2015 and lever x 0.38 brings it under .04."""
    found = {}
    for unemployment in (1.0, 0.38):
        for exposure in (0.0, 1.0):
            columns = searching(birth_month=START - 22 * 12, exposure=exposure)
            month = month_of(columns, levers=Levers(unemployment_factor=unemployment))
            LabourMarket().step(month)
            found[unemployment, exposure] = int((columns["job_since"] == START).sum())
    assert found[0.38, 0.0] == found[0.38, 1.0]
    cut = 1 - 0.1 * min((0.105 - 0.04) / 0.06, 1.5)
    hazard = -math.log(1 - found[1.0, 1.0] / MANY)
    assert abs(z_of(found[1.0, 0.0], MANY, 1 - math.exp(-hazard * cut))) < LARGEST_Z
    assert found[1.0, 0.0] < found[1.0, 1.0]


def test_tightness_shares_a_shock_with_the_region():
    """With the wijk 2 % of the market, ten times its search mass lowers tightness to 1 / (.98 + .02 x 10)."""
    agents, _, market = institutions()
    agents.employers.open_market(np.full(4, 10.0), np.full(4, 100.0), 0.1, firm_shares=np.zeros((2, 4)))
    theta = agents.employers.tightness(np.ones(4), np.full(4, 100.0))
    assert theta == pytest.approx(np.full(4, 1 / (0.98 + 0.02 * 10)))
    assert agents.employers.hire_outsiders(0.5) == pytest.approx(490 * np.sqrt(theta))
    assert market.outside_search_mass == pytest.approx(np.full(4, 490.0))


def test_full_matching_hires_no_more_than_the_wijk_share_of_vacancies():
    columns = searching(2_000)
    month = month_of(columns, matching=Matching.FULL)
    month.state.institutions.labour_market.unemployment_at_start = 0.1
    expected = 2_000 * BASE
    LabourMarket().step(month)
    hired = int((columns["job_since"] == START).sum())
    assert hired <= math.floor(expected)
    assert hired >= math.floor(expected) - 20  # never above the offer; below it when fewer than offered come


def test_places_go_to_the_target_group_and_the_rest_is_counted_as_unfilled():
    columns = searching(
        6,
        education=np.array([0, 0, 0, 1, 1, 0]),
        birth_month=START - 12 * np.array([20, 27, 35, 20, 20, 17]),
    )
    woonhulp = plan(target_group=TargetGroup.PRACTICAL_SCHOOL_LEAVERS, places=4, productivity_share=0.5)
    month = month_of(columns, [woonhulp], index=20, levers=NO_JOBS)
    LabourMarket().step(month)
    assert columns["employer"].tolist() == [0, 0, -1, -1, -1, -1]
    assert columns["status"][:2].tolist() == [Status.SUBSIDISED_JOB] * 2
    assert columns["placed_from"][0] == Status.SOCIAL_ASSISTANCE
    assert month.state.flows["unfilled_places"] == 2
    assert 0.2 <= columns["productivity"][0] <= 1.0


def test_what_a_unit_got_before_a_place_is_kept_once():
    """A single of EUR 480 (half a norm), a couple of the couple's norm that is placed both, and one without benefit."""
    columns = searching(4, productivity=0.0, employability=UNABLE)
    columns["household"][1:3] = 7
    columns["partner_row"][1:3] = [2, 1]
    month = month_of(columns, [plan()], index=20)
    norm = round(month.number("benefit_norm_single_net") * 100)
    columns["assistance"][:] = 0
    columns["assistance"][0] = norm // 2
    columns["assistance"][columns["unit_row"][1]] = norm * 10 // 7
    LabourMarket().step(month)
    assert (columns["employer"] == 0).all()
    kept = columns["placed_assistance"].tolist()
    assert kept[0] == pytest.approx(0.5, abs=1e-4)
    assert sorted(kept[1:3]) == pytest.approx([0.0, 10 / 7], abs=1e-4)
    assert kept[3] == 0.0


def test_longest_out_of_work_go_first():
    columns = searching(5, employability=UNABLE, out_of_work_since=START - np.array([5, 50, 30, 90, 10]))
    month = month_of(columns, [plan(target_group=TargetGroup.LONGEST_OUT_OF_WORK, places=2)], index=20, levers=NO_JOBS)
    LabourMarket().step(month)
    assert np.flatnonzero(columns["employer"] == 0).tolist() == [1, 3]


def test_placements_are_only_for_people_on_social_assistance():
    status = np.array([Status.SOCIAL_ASSISTANCE, Status.NO_BENEFIT, Status.UNEMPLOYMENT_BENEFIT])
    columns = searching(3, status=status, employability=UNABLE)
    month = month_of(columns)
    assert eligible_rows(month, plan(places_are=PlaceKind.PLACEMENTS)).tolist() == [0]
    assert eligible_rows(month, plan()).tolist() == [0, 1, 2]


def test_paid_places_are_for_who_cannot_earn_the_minimum_wage():
    """Participatiewet art. 10c; the limits -1.5 and, with practical education, .25 are those of the start."""
    columns = searching(
        4,
        employability=[-1.6, -1.4, 0.2, 0.3],
        education=[Education.LOW, Education.LOW, Education.PRACTICAL, Education.PRACTICAL],
    )
    month = month_of(columns)
    assert eligible_rows(month, plan()).tolist() == [0, 2]
    assert eligible_rows(month, plan(places_are=PlaceKind.PLACEMENTS)).tolist() == [0, 1, 2, 3]


def test_one_place_more_changes_one_person():
    chosen = []
    for places in (10, 11):
        columns = searching(200, employability=UNABLE)
        LabourMarket().step(month_of(columns, [plan(places=places)], index=20, levers=NO_JOBS))
        chosen.append(set(columns["uid"][columns["employer"] == 0].tolist()))
    assert chosen[0] < chosen[1]
    assert len(chosen[1] - chosen[0]) == 1


def test_frozen_hiring_fills_nothing():
    columns = searching(20)
    LabourMarket().step(month_of(columns, [plan()], index=20, levers=Levers(hiring_frozen=True)))
    assert (columns["employer"] == -1).all()


@pytest.mark.parametrize(
    ("index", "levers", "hires"),
    [
        (19, {}, True),
        (20, {}, False),
        (22, {}, False),
        (23, {}, True),
        (20, {"rule_change_disruption_months": 0}, True),
    ],
)
def test_after_a_change_of_rules_nobody_is_hired_for_three_months(index, levers, hires):
    """The grant is halved in month 20; the default is three months without hiring."""
    columns = searching(20, productivity=0.0, employability=UNABLE)
    month = month_of(columns, [plan()], index=index, levers=Levers(**levers))
    event = Event(20, "gehalveerd", (("policy.grant_share", 0.5),))
    LabourMarket().step(replace(month, settings=replace(month.settings, events=(event,))))
    assert (columns["employer"] >= 0).any() == hires


def test_the_order_of_rows_changes_nothing():
    order = np.random.default_rng(1).permutation(300)
    outcomes = []
    for moved in (False, True):
        columns = searching(
            300,
            status=np.resize([Status.SOCIAL_ASSISTANCE, Status.REGULAR_JOB, Status.UNEMPLOYMENT_BENEFIT], 300),
            job_since=START - 4,
            employability=np.linspace(-2, 2, 300),
            ww_until=START + 9,
        )
        if moved:
            columns.reorder(order)
        month = month_of(columns, [plan(places=9)], index=20, matching=Matching.TIGHTNESS)
        month.agents.employers.open_market(np.full(4, 3.0), np.full(4, 100.0), 0.1, firm_shares=np.zeros((2, 4)))
        LabourMarket().step(month)
        by_uid = np.argsort(columns["uid"])
        outcomes.append(
            {name: columns[name][by_uid].tolist() for name in ("status", "employer", "ww_until", "job_since")}
        )
    assert outcomes[0] == outcomes[1]


def test_time_out_of_work_stands_still_in_a_place():
    """Ten months out of work, six in a place, back for three: thirteen months count, in a place or from one."""
    for status in (Status.SUBSIDISED_JOB, Status.PLACEMENT):
        columns = make_columns(
            1, status=status, employer=0, contract_until=START, job_since=START - 6, idle_since=START - 16,
            out_of_work_since=START - 16,
        )  # fmt: skip
        LabourMarket().step(month_of(columns, parameters={"exit_to_job_monthly_dur_lt1y": 0.015}, levers=NO_JOBS))
        assert columns["idle_since"][0] == START - 10


@pytest.mark.parametrize(("hours", "factor"), [(0.0, 1.0), (2.0, 1.2)])
def test_coaching_in_a_place_helps_to_find_a_regular_job(hours, factor):
    """Half the search in the first six months, times 1.2 with coaching; under a year out of work at entry."""
    columns = searching(productivity=1.0, employability=UNABLE)
    coached = plan(places=MANY, coaching_hours_per_month=hours, productivity_share=1.0)
    month = month_of(columns, [coached], index=20, parameters={"separation_hazard_subsidised": 0.01})
    LabourMarket().step(month)
    placed = columns["status"] == Status.SUBSIDISED_JOB
    assert (placed | (columns["status"] == Status.SHELTERED_JOB)).all()
    later = month_of(
        columns, [plan(places=0)], index=21, at=START + 1, parameters={"separation_hazard_subsidised": 0.01}
    )
    LabourMarket().step(later)
    moved = int((columns["status"] == Status.REGULAR_JOB).sum() + (columns["status"] == Status.SELF_EMPLOYED).sum())
    stayed = int(placed.sum()) * math.exp(-0.01)
    assert abs(z_of(moved, stayed, 1 - math.exp(-BASE * math.exp(0.8 * UNABLE) * 0.5 * factor))) < LARGEST_Z
    assert (columns["wage_multiple"] <= 1.1).all()


def test_a_chain_of_contracts_ends_by_law_and_begins_anew_after_more_than_six_months():
    """BW 7:668a in 2016: 24 months at the most, breaks of up to six months included.

    The first ends a contract of 12 months and is renewed for 12, not 24; the second has had 24 and goes to the WW;
    the third had 24 and has been away for six months, the fourth for seven; the fifth quit after 12 months.
    """
    at = START + 20
    columns = make_columns(
        5,
        status=[Status.SUBSIDISED_JOB] * 2 + [Status.NO_BENEFIT] * 3,
        employability=UNABLE,
        employer=[0, 0, -1, -1, -1],
        job_since=[at - 12, at - 24, -1, -1, -1],
        contract_until=[at, at, -1, -1, -1],
        last_place=0,
        place_left=[-1, -1, at - 6, at - 7, at - 3],
        chain_since=[at - 12, at - 24, at - 30, at - 31, 0],
        idle_since=START - 20,
        out_of_work_since=at - 8,
        ever_placed=at - 31,
        weeks_worked=36.0,
    )
    month = month_of(columns, [plan(places=5)], index=20, at=at, levers=NO_JOBS)
    LabourMarket().step(month)
    assert columns["employer"].tolist() == [0, -1, -1, 0, -1]
    assert columns["status"][1] == Status.UNEMPLOYMENT_BENEFIT
    assert columns["contract_until"][[0, 3]].tolist() == [at + 12, at + 24]
    assert columns["chain_since"].tolist() == [at - 12, at - 24, at - 30, at, 0]
    assert columns["place_left"][[0, 1]].tolist() == [-1, at]
    assert columns["lock_in_until"][[0, 3]].tolist() == [-1, at + 6]
    flows = month.state.flows
    assert (flows["contract_renewed"], flows["placed_again"], flows["placed"]) == (1, 1, 0)
    assert flows["unfilled_places"] == 3


def test_three_years_are_allowed_from_2020_on():
    """Wab: the same two years in 2020 leave twelve months."""
    at = absolute_month(2020, 2)
    columns = make_columns(
        1, status=Status.SUBSIDISED_JOB, employability=UNABLE, employer=0, job_since=at - 24, contract_until=at,
        last_place=0,
        chain_since=at - 24, idle_since=at - 30, ever_placed=at - 24,
    )  # fmt: skip
    LabourMarket().step(month_of(columns, [plan(places=1)], index=20, at=at, levers=NO_JOBS))
    assert (columns["employer"][0], columns["contract_until"][0]) == (0, at + 12)


def test_placements_with_benefit_last_two_years_together_and_not_again():
    """Of 24 months the first has had 24, the second 15 (9 are left); the third ends its 24th month now."""
    columns = searching(
        3,
        status=[Status.SOCIAL_ASSISTANCE] * 2 + [Status.PLACEMENT],
        placement_months=[24, 15, 0],
        employer=[-1, -1, 0],
        job_since=[-1, -1, START - 24],
        contract_until=[-1, -1, START],
        idle_since=START - 60,
        out_of_work_since=START - 60,
        last_place=[1, 1, 0],
    )
    places = plan(places_are=PlaceKind.PLACEMENTS, places=3)
    LabourMarket().step(month_of(columns, [places], index=20, levers=NO_JOBS))
    assert columns["employer"].tolist() == [-1, 0, -1]
    assert columns["contract_until"][1] == START + 9
    assert columns["placement_months"].tolist() == [24, 15, 24]


@pytest.mark.parametrize("status", [Status.UNEMPLOYMENT_BENEFIT, Status.SOCIAL_ASSISTANCE])
def test_job_finding_is_recovered_from_histories_of_two_years(status):
    """Hazards by B1 from histories: lambda .06 from the WW, BASE and BASE (.012/.022)^.5 from social assistance.

    People leave one after the other for 24 months; the estimate is hires / months at risk, its standard error
    by the square root of the hires. n = 3 000, |z| < 5, for each duration class.
    """
    columns = searching(3_000, status=status, ww_until=START + 100, out_of_work_since=START)
    hired, at_risk = np.zeros(2), np.zeros(2)
    for index in range(24):
        waiting = int((columns["status"] == status).sum())
        LabourMarket().step(month_of(columns, index=index, at=START + index))
        gone = waiting - int((columns["status"] == status).sum())
        columns["present"][columns["status"] != status] = False  # whoever has a job is out of the study
        hired[index // 12] += gone
        at_risk[index // 12] += waiting
    true = [0.06, 0.06] if status == Status.UNEMPLOYMENT_BENEFIT else [BASE, BASE * (0.012 / 0.022) ** 0.5]
    found = -np.log(1 - hired / at_risk)
    cycle = cycle_of(24)
    expected = np.array(true) * cycle
    error = np.sqrt(hired) / at_risk
    assert (np.abs((found - expected) / error) < LARGEST_Z).all()
    assert (np.abs((found - 2 * expected) / error) > LARGEST_Z).all()


def cycle_of(months):
    """Mean over each year of the cycle's effect on job finding at matching `none`."""
    registry = load_registry()
    effect = [registry.at("cycle", START + k) ** registry.number("matching_elasticity") for k in range(months)]
    return np.array(effect).reshape(-1, 12).mean(axis=1)


def test_composition_alone_makes_exits_fall_with_duration():
    """Where time itself does nothing (it stands still here) the able leave first: exits fall all the same.

    n = 20 000; exits of the third year are fewer than those of the first by more than 5 standard errors where people
    differ as in the population, and equal (|z| < 5) where they don't.
    """
    for differ in (True, False):
        able = np.random.default_rng(5).normal(size=20_000) if differ else 0.0
        columns = searching(20_000, employability=able)
        rates, variances = [], []
        for index in range(36):
            waiting = int(columns["present"].sum())
            LabourMarket().step(replace(month_of(columns), seed=index))
            columns["present"][columns["status"] != Status.SOCIAL_ASSISTANCE] = False
            gone = waiting - int(columns["present"].sum())
            rates.append(gone / waiting)
            variances.append(gone / waiting**2)
        z = (sum(rates[:12]) - sum(rates[24:])) / math.sqrt(sum(variances[:12]) + sum(variances[24:]))
        assert (z > LARGEST_Z) if differ else (abs(z) < LARGEST_Z)


def test_a_places_loss_and_tenure_are_recovered_from_histories():
    """B2 by month: .02 in a place; in a regular job .004 + .050 exp(-t/18), low education. n = 4 000, |z| < 5."""
    for status, employer, hazard in (
        (Status.SUBSIDISED_JOB, 0, lambda t: 0.02),
        (Status.REGULAR_JOB, -1, lambda t: 0.004 + 0.05 * math.exp(-t / 18)),
    ):
        columns = make_columns(
            4_000, status=status, employer=employer, job_since=START, education=Education.LOW, idle_since=START - 9
        )
        left = expected = 0.0
        for index in range(18):
            month = month_of(
                columns, index=index, at=START + index, levers=NO_JOBS,
                parameters={"inactivity_entry_month": 0.0002, "sick_leave_entry_month": 0.001},
            )  # fmt: skip
            before = int((columns["status"] == status).sum())
            LabourMarket().step(month)
            left += before - int((columns["status"] == status).sum())
            chance = 1 - math.exp(-hazard(index)) * (1 - (0.0002 if employer < 0 else 0.0))
            expected += before * chance
        assert abs(left - expected) / math.sqrt(expected) < LARGEST_Z
        assert abs(left - 1.5 * expected) / math.sqrt(expected) > LARGEST_Z
