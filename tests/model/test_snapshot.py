"""A run can be put aside and gone on with: 24 months are 12, snapshot, restore, 12, bit for bit."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis_profiles import MODEL_RUNS
from model.building import HELP, SEEDS, scenario, scenarios
from processes.checking import differences_by_uid, shuffled

from wijksim.calendar import absolute_month
from wijksim.model import Neighbourhood
from wijksim.processes.demography import compact
from wijksim.settings import Event


def differences(first, second):
    return list(first.state.differences(second.state))


@MODEL_RUNS
@given(scenarios(), SEEDS)
def test_any_run_goes_on_from_half_way_as_if_nothing_had_happened(told, seed):
    whole = Neighbourhood(told, seed=seed)
    for _ in range(told.settings.months // 2):
        whole.step()
    half = whole.snapshot()
    result = whole.run()
    again = Neighbourhood.from_state(half, told, seed=seed)
    tail = again.run()
    assert differences(whole, again) == []
    later = result.outcomes.values[told.settings.months // 2 :]
    assert tail.outcomes.values.tobytes() == later.tobytes()


def test_twelve_and_twelve_with_enterprises_are_twenty_four():
    told = scenario("beide", months=24, residents=600)
    whole, first = Neighbourhood(told, seed=7), Neighbourhood(told, seed=7)
    whole.run()
    for _ in range(12):
        first.step()
    second = Neighbourhood.from_state(first.snapshot(), told, seed=7)
    second.run()
    assert whole.state.institutions.enterprises[0].planned_places > 0
    assert differences(whole, second) == []


def test_every_month_can_be_restored():
    told = scenario("beide", months=24, residents=150)
    model = Neighbourhood(told, seed=2)
    model.run()
    hops = Neighbourhood(told, seed=2)
    while hops.running:
        hops.step()
        hops = Neighbourhood.from_state(hops.snapshot(), told, seed=2)
    assert differences(model, hops) == []


def test_a_snapshot_stays_as_it_was_and_can_be_used_twice():
    told = scenario("beide", months=24)
    model = Neighbourhood(told, seed=2)
    for _ in range(8):
        model.step()
    half = model.snapshot()
    kept = half.copy()
    model.run()
    first = Neighbourhood.from_state(half, told, seed=2)
    first.run()
    second = Neighbourhood.from_state(half, told, seed=2)
    second.run()
    assert list(half.differences(kept)) == []
    assert differences(first, second) == []


def test_a_fork_with_a_later_change_is_a_whole_run_with_that_change():
    """What a session with a live page does: go back, move a lever, and go on."""
    told = scenario("beide", months=30)
    event = Event(15, "subsidie weg", (("policy.grant_share", 0.0),))
    other = replace(told, settings=replace(told.settings, events=(event,)))
    model = Neighbourhood(told, seed=4)
    for _ in range(15):
        model.step()
    fork = Neighbourhood.from_state(model.snapshot(), other, seed=4)
    fork.run()
    whole = Neighbourhood(other, seed=4)
    whole.run()
    assert differences(fork, whole) == []
    model.run()
    assert differences(fork, model) != []


# ------------------------------------------------------------------ rows are nobody's business
def run_from(state, told, seed, each_month=None):
    model = Neighbourhood.from_state(state, told, seed=seed)
    while model.running:
        if each_month is not None:
            each_month(model.state)
        model.step()
    return model


def same_outcomes(first, second):
    mine, theirs = first.result(), second.result()
    return mine.outcomes.values.tobytes() == theirs.outcomes.values.tobytes() and mine.ledger == theirs.ledger


@pytest.mark.parametrize("matching", ["none", "tightness", "full"])
@pytest.mark.parametrize("seed", [1, 2])
def test_permuting_the_first_rows_changes_no_outcome(matching, seed):
    told = scenario("beide", months=36, matching=matching)
    start = Neighbourhood(told, seed=seed).snapshot()
    model = run_from(start, told, seed)
    permuted = run_from(shuffled(start, seed), told, seed)
    assert not np.array_equal(model.state.columns["uid"], permuted.state.columns["uid"])
    compact(model.state)
    compact(permuted.state)
    assert differences_by_uid(model.state, permuted.state) == []
    assert same_outcomes(model, permuted)


@pytest.mark.parametrize("seed", [1, 2])
def test_compacting_every_month_changes_no_outcome(seed):
    """Rows of leavers are dropped each January only; dropping them each month must give the same."""
    told = scenario("beide", months=36, start=absolute_month(2015, 3))
    start = Neighbourhood(told, seed=seed).snapshot()
    model = run_from(start, told, seed)
    compacted = run_from(start, told, seed, each_month=compact)
    assert len(compacted.state.columns) < len(model.state.columns)
    compact(model.state)
    compact(compacted.state)
    assert [name for name in model.state.differences(compacted.state) if name != "ties"] == []
    assert same_outcomes(model, compacted)


class ByRow:
    """A process that breaks the rule: it gives to the first row."""

    name = "by_row"
    reads, writes = ("norm",), ("norm",)
    streams = parameters = columns = outcomes = ()

    def step(self, month):
        month.columns["norm"][month.columns.present_rows()[0]] = 0.99


def test_the_comparison_sees_a_process_that_looks_at_rows():
    told = scenario(months=12, enterprises=(HELP,))
    start = Neighbourhood(told, seed=1).snapshot()
    runs = []
    for state in (start, shuffled(start)):
        model = Neighbourhood.from_state(state, told, seed=1, after={"upbringing": ByRow()})
        model.run()
        runs.append(model)
    assert not same_outcomes(*runs)
