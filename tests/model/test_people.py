"""People are conserved, have one status that fits their age, and parents who exist or once existed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis_profiles import MODEL_RUNS
from model.building import HELP, SEEDS, beyond_bounds, months_of, scenario, scenarios
from model.people_checks import household_faults, people_faults, status_faults

from wijksim.model import Neighbourhood
from wijksim.population.columns import Status


def faults_of(before, model):
    start, registry = model.settings.start, model.source.registry
    state = model.state
    return (
        people_faults(before, state)
        + household_faults(state, before.month)
        + status_faults(before, state, registry, start)
    )


@MODEL_RUNS
@given(scenarios(), SEEDS)
def test_people_hold_in_every_month_of_any_scenario(told, seed):
    model = Neighbourhood(told, seed=seed)
    for before in months_of(model):
        assert faults_of(before, model) == []


def test_people_hold_in_ten_years_of_emmerhout():
    model = Neighbourhood(scenario("beide", months=120, residents=600), seed=3)
    for before in months_of(model):
        assert faults_of(before, model) == []
    assert np.count_nonzero(~model.state.columns["starter"]) > 100


def test_who_leaves_home_in_the_first_month_leaves_the_household_too():
    """Households of the start are named by their smallest identity and that month, and so are new ones."""
    told = scenario(months=1, residents=600, registry=beyond_bounds(leaving_home_hazard=100.0))
    model = Neighbourhood(told, seed=1)
    before = model.snapshot()
    model.step()
    assert model.state.flows["left_home"] > 20
    assert faults_of(before, model) == []


# ------------------------------------------------------------------ the checks can fail
def set_first(name, value, which):
    def corrupt(state):
        rows = np.flatnonzero(state.columns["present"] & which(state.columns))
        state.columns[name][rows[:1]] = value(state.columns, rows[:1]) if callable(value) else value

    return corrupt


def drop_row(state):
    state.columns["present"][state.columns.present_rows()[0]] = False


def forget_forebear(state):
    """One mother vanishes from the lineage."""
    lineage = state.lineage
    mothers, _ = lineage.parents_of(state.columns["uid"])
    lineage.uid[lineage.uid == mothers[mothers >= 0][0]] = 7


def own_father(state):
    """One adult is the own father."""
    uid = state.columns["uid"][state.columns["present"] & adults(state.columns)][:1]
    state.lineage.father[state.lineage.places_of(uid)] = uid


def undo_leaving(state):
    state.lineage.left_month[state.lineage.left_month == state.month - 1] = -1


def miscount(name):
    def corrupt(state):
        state.flows[name] = state.flows.get(name, 0.0) + 1

    return corrupt


def tie_to_oneself(state):
    row = int(state.columns.present_rows()[0])
    state.ties.rows[row, 0] = row


def adults(columns):
    return columns["status"] == Status.REGULAR_JOB


def jobless(columns):
    return columns["status"] == Status.SOCIAL_ASSISTANCE


def with_partner(columns):
    return columns["partner_row"] >= 0


def child(columns):
    return (columns["status"] == Status.CHILD) & (columns["mother_row"] >= 0)


def placed(columns):
    return columns["employer"] >= 0


CORRUPTIONS = {
    "a row that is lost": (drop_row, "left without a trace"),
    "an identity twice": (
        set_first("uid", lambda columns, rows: columns["uid"][(rows + 1)], adults),
        "stands twice",
    ),
    "a death that isn't counted": (miscount("deaths"), "deaths"),
    "a birth that isn't counted": (miscount("births"), "births"),
    "a leaving that isn't recorded": (undo_leaving, "left without a trace"),
    "a mother who never existed": (forget_forebear, "a mother never existed"),
    "a mother at another row": (set_first("mother_row", -1, child), "mother_row is not where"),
    "a father who is his own child": (
        own_father,
        "a father is too young",
    ),
    "a child at work": (set_first("status", Status.REGULAR_JOB, child), "a child of 16"),
    "a worker who is a child": (set_first("status", Status.CHILD, adults), "a child of 16"),
    "a status that doesn't exist": (set_first("status", 12, adults), "no status at all"),
    "a pensioner of 40": (set_first("status", Status.RETIRED, adults), "retired too young"),
    "a job that ended in the books only": (set_first("status", Status.DISABILITY, adults), "a job without beginning"),
    "assistance that isn't paid": (set_first("status", Status.NO_BENEFIT, jobless), "no benefit in a unit that gets"),
    "a place at no enterprise": (set_first("employer", -1, placed), "a place from nowhere"),
    "a couple of one": (set_first("partner_row", -1, with_partner), "a couple that is none"),
    "a household without its head": (
        set_first("head_row", lambda columns, rows: (columns["head_row"][rows] + 1) % len(columns), adults),
        "a head of household who is not",
    ),
    "a home in two": (set_first("home", lambda columns, rows: columns["home"][rows] + 1, child), "in two homes"),
    "a unit that is another's": (
        set_first("unit_row", lambda columns, rows: (columns["unit_row"][rows] + 1) % len(columns), jobless),
        "a benefit unit that is none",
    ),
    "a tie to oneself": (tie_to_oneself, "a tie with nobody"),
}


@pytest.fixture(scope="module")
def a_month():
    """State before a month with leavers, births and places, and the model after it."""
    model = Neighbourhood(scenario(residents=600, enterprises=(HELP,)), seed=1)
    for before in months_of(model):
        flows = model.state.flows
        if model.index > 6 and min(flows["births"], flows["deaths"] + flows["departures"], flows["in_place"]) > 0:
            assert faults_of(before, model) == []
            return before, model
    raise AssertionError("no month with everything in it")


@pytest.mark.parametrize(("corrupt", "fault"), CORRUPTIONS.values(), ids=CORRUPTIONS)
def test_the_checks_see_a_fault(a_month, corrupt, fault):
    before, model = a_month
    right = model.state
    try:
        model.state = right.copy()
        corrupt(model.state)
        assert any(fault in found for found in faults_of(before, model))
    finally:
        model.state = right
