"""What is counted at the end of the month, by hand: places and benefits, the starting cohort, the social balance."""

from __future__ import annotations

import math

import numpy as np
import pytest
from processes.building import START, make_columns, make_month, make_state
from processes.checking import keeps_to_its_declaration

from wijksim.accounts import Category, Party
from wijksim.calendar import absolute_month
from wijksim.outcomes import OUTCOMES, outcome_names, read_outcomes
from wijksim.population.columns import Sex, Status
from wijksim.population.world import Lineage
from wijksim.processes.measurement import Measurement
from wijksim.processes.people_in_places import Position, Situation
from wijksim.processes.social_balance import COMPONENTS
from wijksim.processes.starting_cohort import share_of_lines_followed

ASSISTANCE, NONE, WW = Status.SOCIAL_ASSISTANCE, Status.NO_BENEFIT, Status.UNEMPLOYMENT_BENEFIT
PAID, PLACEMENT = Status.SUBSIDISED_JOB, Status.PLACEMENT


def outcomes_of(month):
    """Outcomes of a month that is still open, by name and group."""
    return dict(zip(outcome_names(), read_outcomes(month.state.flows, month.ledger, 0 * month.ledger.balances),
                    strict=True))  # fmt: skip


def groups_of(month, outcome):
    return {group: value for (name, group), value in outcomes_of(month).items() if name == outcome and value}


# ------------------------------------------------------------------ places and benefits
def test_everybody_in_a_place_is_off_partly_on_or_never_was_on_assistance():
    """Rows 0 to 5 have places; 6 is the partner of 5 and the one who earns in their unit; 7 has no place."""
    columns = make_columns(
        8,
        status=[PAID, PAID, PLACEMENT, PAID, PAID, PLACEMENT, Status.REGULAR_JOB, ASSISTANCE],
        employer=[0, 0, 0, 0, 0, 0, -1, -1],
        placed_from=[ASSISTANCE, ASSISTANCE, ASSISTANCE, NONE, WW, ASSISTANCE, -1, -1],
        ww_after_place=[-1, -1, -1, -1, ASSISTANCE, -1, -1, -1],
        net_earnings=[100_000, 50_000, 0, 90_000, 80_000, 0, 60_000, 0],
        assistance=[0, 30_000, 96_083, 0, 0, 40_000, 0, 96_083],
        household=[0, 1, 2, 3, 4, 5, 5, 7],
        partner_row=[-1, -1, -1, -1, -1, 6, 5, -1],
    )
    month = make_month(columns)
    unit = columns["unit_row"][5]  # the couple's, which holds its benefit
    columns["assistance"][[5, 6]] = 0
    columns["assistance"][unit] = 40_000
    Measurement().step(month)
    assert groups_of(month, "in_place_benefit") == {"off": 2, "partly": 2, "on": 1, "never": 1}
    found = outcomes_of(month)
    assert found["in_place", ""] == 6
    assert list(OUTCOMES["in_place_benefit"].groups) == [position.name.lower() for position in Position]


def test_without_places_nobody_is_in_one():
    month = make_month(make_columns(3))
    Measurement().step(month)
    assert groups_of(month, "in_place_benefit") == {}


def test_people_who_once_had_a_place_are_followed_while_they_live_here():
    status = [PAID, PLACEMENT, Status.REGULAR_JOB, PAID, WW, ASSISTANCE, NONE, Status.RETIRED, Status.REGULAR_JOB]
    columns = make_columns(
        9,
        status=status,
        employer=[0, 1, -1, -1, -1, -1, -1, -1, -1],
        ever_placed=[START - 5] * 8 + [-1],
        present=[True] * 6 + [False, True, True],
    )
    month = make_month(columns)
    Measurement().step(month)
    assert groups_of(month, "once_placed") == {
        "in_place": 2,
        "work": 2,
        "unemployment_benefit": 1,
        "social_assistance": 1,
        "other": 1,
    }
    assert list(OUTCOMES["once_placed"].groups) == [situation.name.lower() for situation in Situation]


# ------------------------------------------------------------------ the starting cohort
def test_the_starting_cohort_is_followed_until_it_has_left():
    """Of four starters one leaves; one works, one is on assistance; two who came later work and count elsewhere."""
    status = [Status.REGULAR_JOB, ASSISTANCE, NONE, NONE, Status.REGULAR_JOB, Status.REGULAR_JOB]
    columns = make_columns(6, status=status, starter=[True, True, True, True, False, False])
    state = make_state(columns)
    process = Measurement()
    process.step(make_month(state))
    columns.leave(np.array([3]))
    later = make_month(state, at=START + 1, index=1)
    state.flows.clear()
    process.step(later)
    found = outcomes_of(later)
    cohort = {name: found[name, ""] for name in found_names()}
    assert cohort == {
        "starters": 3,
        "starters_share": 3 / 4,
        "starters_employed_15_74": 1,
        "employment_rate_starters": 1 / 3,
        "starters_assistance": 1,
    }
    assert (found["residents", ""], found["employed_15_74", ""]) == (5, 3)


def found_names():
    return [name for name, outcome in OUTCOMES.items() if "starters" in name and not name.startswith("first")]


def family():
    """Grandmother 1 of 2 and 3; 4 is a child of 2, 5 of 3; 6 has no children; 7 and 8 came later, 8 a child of 7."""
    mother = {2: 1, 3: 1, 4: 2, 5: 3, 8: 7}
    uid = np.arange(1, 9)
    lineage = Lineage()
    nothing = np.zeros(8)
    lineage.add(
        uid=uid,
        mother=np.array([mother.get(person, -1) for person in uid]),
        father=nothing - 1,
        birth_month=nothing,
        adult_months=nothing,
        adult_months_paid=nothing,
        left_month=nothing - 1,
        left_reason=nothing,
    )
    return lineage


@pytest.mark.parametrize(
    ("here", "share"),
    [
        ([1, 2, 3, 6, 7, 8], 1.0),
        ([4, 7, 8], 2 / 4),  # a grandchild keeps the lines of 1 and 2; those of 3 and 6 are lost
        ([4, 5], 3 / 4),
        ([7, 8], 0.0),
        ([], 0.0),
    ],
)
def test_a_family_line_is_followed_as_long_as_a_descendant_lives_here(here, share):
    cohort = np.array([1, 2, 3, 6])
    assert share_of_lines_followed(family(), np.array(here, np.int64), cohort) == share


def test_lines_are_counted_in_december_and_an_empty_cohort_has_no_share():
    assert math.isnan(share_of_lines_followed(family(), np.array([1]), np.zeros(0, np.int64)))
    december = absolute_month(2015, 12)
    for at, known in ((december, True), (december - 1, False)):
        month = make_month(make_columns(2), at=at)
        Measurement().step(month)
        assert outcomes_of(month)["lines_followed", ""] == pytest.approx(1.0 if known else math.nan, nan_ok=True)


def test_adults_of_whose_parents_nothing_is_known_have_a_share():
    ages = START - 12 * np.array([40, 40, 40, 40, 10])
    columns = make_columns(5, birth_month=ages, generations_without_work=[-1, 0, 2, 1, -1])
    month = make_month(columns)
    Measurement().step(month)
    assert outcomes_of(month)["generations_unknown", ""] == 1 / 4


# ------------------------------------------------------------------ the social balance
def test_the_social_balance_by_hand():
    """Services 2 000 + 1 000. Wmo buys 1 400 of the first, which replaces 600 elsewhere; .3 of the other 1 600 is
    work that others do less: 600 + 480, of which half is used elsewhere. Lost time: .25 of net earnings of 1 200.
    Transfers don't count.
    """
    columns = make_columns(3, status=[PAID, PAID, ASSISTANCE], employer=[0, 0, -1], net_earnings=[80_000, 40_000, 0])
    month = make_month(columns)
    enterprises, world = Party.SOCIAL_ENTERPRISES, Party.REST_OF_WORLD
    for category, payer, payee, euros in (
        (Category.SERVICES_HOME_HELP, Party.MUNICIPALITY_WMO, enterprises, 1_400),
        (Category.SERVICES_HOME_HELP, world, enterprises, 600),
        (Category.SERVICES_GROUNDS, Party.BUSINESS_PARKS, enterprises, 1_000),
        (Category.WMO_HOME_HELP, Party.MUNICIPALITY_WMO, world, 9_400),
        (Category.CARE, Party.INSURERS, Party.CARE_PROVIDERS, 5_000),
        (Category.ADMINISTRATION, Party.MUNICIPALITY_ADMINISTRATION, world, 300),
        (Category.SUPERVISION, enterprises, world, 700),
        (Category.COACHING, Party.PARTICIPATION_BUDGET, world, 150),
        (Category.MEASUREMENT, Party.PARTICIPATION_BUDGET, world, 50),
        (Category.OVERHEAD, enterprises, world, 400),
        (Category.ENTERPRISE_GRANT, Party.PARTICIPATION_BUDGET, enterprises, 777),
        (Category.WAGES, enterprises, Party.RESIDENTS, 1_500),
        (Category.SOCIAL_ASSISTANCE, Party.MUNICIPALITY_ASSISTANCE, Party.RESIDENTS, 960),
        (Category.ENTERPRISE_CAPITAL, world, enterprises, 6_000),
    ):
        month.post(category, payer, payee, 100 * euros)
    month.count("home_help_replaced_cents", 60_000)
    Measurement().step(month)
    assert groups_of(month, "social_balance") == {
        "services": 3_000,
        "substituted": -540,
        "care": -5_000,
        "administration": -300,
        "supervision": -700,
        "coaching": -150,
        "measurement": -50,
        "overhead": -400,
        "lost_time": -300,
        "total": 3_000 - 540 - 5_000 - 300 - 700 - 150 - 50 - 400 - 300,
    }
    assert tuple(OUTCOMES["social_balance"].groups) == COMPONENTS


@pytest.mark.parametrize(("reused", "lost"), [(0.0, 1_080), (0.25, 810), (1.0, 0)])
def test_replaced_work_counts_alike_whoever_was_to_pay_for_it(reused, lost):
    """600 of home help for the Wmo and .3 of 1 600 of other work; all of it, three quarters or nothing is lost."""
    for by_wmo, replaced in ((1_400, 600), (0, 1_080 - 900)):
        month = make_month(make_columns(1), parameters={"displaced_work_reused_share": reused})
        month.post(Category.SERVICES_HOME_HELP, Party.MUNICIPALITY_WMO, Party.SOCIAL_ENTERPRISES, 100 * by_wmo)
        other = 1_600 if by_wmo else 3_000
        month.post(Category.SERVICES_GROUNDS, Party.BUSINESS_PARKS, Party.SOCIAL_ENTERPRISES, 100 * other)
        month.count("home_help_replaced_cents", 100 * replaced)
        Measurement().step(month)
        assert groups_of(month, "social_balance").get("substituted", 0) == -lost


def test_the_count_keeps_to_its_declaration_with_people_in_places():
    columns = make_columns(2, status=PAID, employer=0, sex=Sex.MALE)
    keeps_to_its_declaration(Measurement(), make_month(columns, at=absolute_month(2015, 12)))
