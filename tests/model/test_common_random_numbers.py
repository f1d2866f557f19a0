"""The same draws in every scenario: what a policy doesn't touch stays equal, bit for bit (`contracts.md` 11 a, c)."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis_profiles import MODEL_RUNS
from model.building import GROUNDS, HELP, SEEDS, Witness, scenario, scenarios, shipped_profile, two_areas

from wijksim.calendar import absolute_month
from wijksim.model import Neighbourhood
from wijksim.settings import Event, Levers, PlaceKind, PolicyScale, TargetGroup

STARTS = 12
APART_BY_DEFINITION = ("institutions", "flows")  # an enterprise has books, and counts its zero hours, from the start
MONEY = ("ledger.postings", "ledger.balances")  # of its capital and orders, before anybody is placed


def states_of(told, seed, **options):
    """State after each month."""
    model = Neighbourhood(told, seed=seed, **options)
    states = []
    while model.running:
        model.step()
        states.append(model.snapshot())
    return states, model.result()


def apart(first, second, *, but=()):
    """Month of the first difference between two runs, and what differs then; None when they are equal."""
    for month, (mine, theirs) in enumerate(zip(first, second, strict=True)):
        found = [name for name in mine.differences(theirs) if name not in but]
        if found:
            return month, found
    return None


def same_result(first, second):
    return (
        first.outcomes.names == second.outcomes.names
        and first.outcomes.values.tobytes() == second.outcomes.values.tobytes()
        and first.ledger == second.ledger
        and first.outside_hires.tobytes() == second.outside_hires.tobytes()
    )


def changed(told, **settings):
    return replace(told, settings=replace(told.settings, **settings))


# ------------------------------------------------------------------ (c) no difference, no effect
@MODEL_RUNS
@given(scenarios(), SEEDS)
def test_no_difference_in_levers_gives_exactly_no_difference(told, seed):
    first, result = states_of(told, seed)
    again, result_again = states_of(changed(told, name="Zelfde"), seed)
    assert apart(first, again) is None
    assert same_result(result, result_again)


def both():
    return scenario("beide", months=36)


def test_saying_what_holds_anyway_changes_nothing():
    told = both()
    number = told.registry.number
    plans = tuple(
        replace(
            plan,
            contract_months=int(number("temporary_contract_months")),
            hours_share=number("se_hours_share"),
            orders_share=number("se_orders_share"),
            coaching_hours_per_month=number("coaching_hours_month"),
        )
        for plan in told.settings.enterprises
    )
    levers = replace(
        told.settings.levers, participation_budget_euro_per_year=number("participation_budget_year"), grant_share=1.0
    )
    events = (Event(7, "niets", (("policy.grant_share", 1.0), ("enterprise.woonhulp.places", 12))),)
    first, result = states_of(told, 4)
    again, result_again = states_of(changed(told, enterprises=plans, levers=levers, events=events), 4)
    assert apart(first, again) is None
    assert same_result(result, result_again)


def test_an_enterprise_without_places_is_no_policy():
    told = scenario(months=36)
    first, result = states_of(told, 4)
    again, result_again = states_of(changed(told, enterprises=(replace(HELP, places=0),)), 4)
    assert apart(first, again, but=APART_BY_DEFINITION) is None
    assert same_result(result, result_again)


def test_looking_changes_nothing():
    """Histories, verification and a process that only looks."""
    told = both()
    first, result = states_of(told, 5)
    again, result_again = states_of(
        told, 5, keep_histories=True, verify=True, before={"health": Witness()}, after={"health": Witness("later")}
    )
    assert apart(first, again) is None
    assert same_result(result, result_again)


def test_the_next_seed_is_another_world():
    first, _ = states_of(scenario(months=2), 5)
    second, _ = states_of(scenario(months=2), 6)
    assert apart(first, second)[0] == 0


# ------------------------------------------------------------------ (a) equal until the policy starts
@pytest.mark.parametrize("target", TargetGroup)
@pytest.mark.parametrize("kind", PlaceKind)
def test_all_is_equal_until_an_enterprise_opens(target, kind):
    """It opens in month 12, which it spends on preparation, and takes on its first worker in month 13."""
    told = scenario(months=30, residents=2000)
    plan = replace(HELP, target_group=target, places_are=kind, opens_in_month=STARTS)
    baseline, without = states_of(told, 2)
    policy, result = states_of(changed(told, enterprises=(plan,)), 2)
    placed = int(np.flatnonzero(result.outcomes.series("placed"))[0])
    assert apart(baseline, policy, but=APART_BY_DEFINITION)[0] == STARTS + 1
    assert apart(baseline[:placed], policy[:placed], but=(*APART_BY_DEFINITION, *MONEY)) is None
    found = list(baseline[placed].differences(policy[placed]))
    assert {"columns.employer", "columns.status", "ledger.postings"} <= set(found)
    equal = slice(0, STARTS + 1)
    assert result.outcomes.values[equal].tobytes() == without.outcomes.values[equal].tobytes()
    assert placed == STARTS + 1 or target is TargetGroup.PRACTICAL_SCHOOL_LEAVERS


BITING = {
    "participation_budget_euro_per_year": 0.0,
    "grant_share": 0.5,
    "temporary_hiring_subsidy_share": 0.5,
    "insurer_co_funding": True,
    "budget_pooling_share": 0.5,
    "measurement_quality_share": 1.0,
    "policy_scale": PolicyScale.NATIONAL,
    "assistance_norm_share": 0.9,
    "unemployment_factor": 2.0,
    "hiring_frozen": True,
}


def test_every_lever_is_tried():
    assert {*BITING, "temporary_hiring_subsidy_months", "rule_change_disruption_months"} == set(
        Levers.__dataclass_fields__
    )


@pytest.mark.parametrize("lever", BITING)
def test_all_is_equal_until_a_lever_is_moved(lever):
    told = changed(
        scenario(months=60, enterprises=(HELP, GROUNDS), start=absolute_month(2022, 1)),
        levers=Levers(temporary_hiring_subsidy_months=6),
    )
    event = Event(STARTS, "hefboom", ((f"policy.{lever}", BITING[lever]),))
    baseline, _ = states_of(told, 3)
    policy, _ = states_of(changed(told, events=(event,)), 3)
    month, found = apart(baseline, policy)
    assert month >= STARTS
    assert found


def test_a_measure_for_one_area_is_equal_until_it_starts_and_places_only_there():
    told = scenario(months=48, residents=600, profile=two_areas())
    plan = replace(HELP, area="angelslo", opens_in_month=STARTS, places=12)
    baseline, _ = states_of(told, 2)
    policy, _ = states_of(changed(told, enterprises=(plan,)), 2)
    assert apart(baseline, policy, but=APART_BY_DEFINITION)[0] == STARTS + 1
    placed = set()
    for state in policy:
        columns = state.columns
        placed |= set(state.homes.area[columns["home"][columns["present"] & (columns["employer"] >= 0)]].tolist())
    assert placed == {policy[0].homes.area_index("angelslo")}


def test_a_policy_that_draws_its_own_numbers_does_not_move_others():
    """The months before are equal agent by agent, not only on average (W09)."""
    told = scenario(months=24, profile=shipped_profile("angelslo"))
    baseline, _ = states_of(told, 8)
    policy, _ = states_of(changed(told, enterprises=(replace(HELP, opens_in_month=STARTS),)), 8)
    for mine, theirs in zip(baseline[:STARTS], policy[:STARTS], strict=True):
        assert all(np.array_equal(mine.columns[name], theirs.columns[name]) for name in mine.columns.names)


# ------------------------------------------------------------------ pairs are worth more than twice the runs
PAIRS = 24
Z = 5.0


def spread_ratio(told, seeds, other_seeds):
    """Log of the variance of policy minus baseline over that of two runs of different seeds, in standard errors."""

    def mean_employed(plan, seed):
        model = Neighbourhood(changed(told, enterprises=plan), seed=seed)
        return float(model.run().outcomes.series("employed_15_74").mean())

    baseline = {seed: mean_employed((), seed) for seed in {*seeds, *other_seeds}}
    policy = {seed: mean_employed((HELP,), seed) for seed in seeds}
    same = np.var([policy[a] - baseline[b] for a, b in zip(seeds, other_seeds, strict=True)], ddof=1)
    apart_ = np.var([policy[a] - baseline[b] for a, b in zip(seeds, np.roll(seeds, 1).tolist(), strict=True)], ddof=1)
    return np.log(same / apart_) / np.sqrt(4 / (PAIRS - 1))


def test_a_difference_of_one_seed_varies_less_than_that_of_two():
    """Null: equal variances of n = 24 differences; their log ratio then has a standard error of sqrt(4 / (n - 1))."""
    told = scenario(months=12, residents=200)
    seeds = list(range(1, PAIRS + 1))
    assert spread_ratio(told, seeds, seeds) < -Z
    assert abs(spread_ratio(told, seeds, np.roll(seeds, 2).tolist())) < Z
