"""Runs that share their first months are what they would be alone, to the last bit, and part where they must."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis_profiles import MODEL_RUNS
from model.building import GROUNDS, HELP, SEEDS, scenario, scenarios, shipped_profile

from wijksim.model import Neighbourhood
from wijksim.scenario import Scenario
from wijksim.settings import Event, Levers
from wijksim.study.forking import Broken, Together, branches_of, first_difference

MONTHS = 30
LATER = replace(HELP, key="later", opens_in_month=14)
GRANT = Event(17, "minder subsidie", (("policy.grant_share", 0.5),))


def named(name, told):
    return replace(told, settings=replace(told.settings, name=name))


def made(name, *enterprises, events=(), months=MONTHS, **levers):
    told = scenario(months=months, enterprises=enterprises, events=events, levers=Levers(**levers))
    return named(name, told)


def same(run, other):
    histories = (run.histories, other.histories)
    return (
        run.outcomes.values.tobytes() == other.outcomes.values.tobytes()
        and run.ledger == other.ledger
        and run.outside_hires.tobytes() == other.outside_hires.tobytes()
        and run.outside_jobs_lost.tobytes() == other.outside_jobs_lost.tobytes()
        and all(
            getattr(histories[0], part).tobytes() == getattr(histories[1], part).tobytes()
            for part in ("uids", "status", "first_placed")
        )
    )


def together(told, seed):
    return dict(Together(told, seed, keep_histories=True).run())


def alone(told, seed):
    return Neighbourhood(told, seed=seed, keep_histories=True).run()


def require_same(told, seed):
    runs = together(told, seed)
    assert list(runs)
    assert sorted(runs) == list(range(len(told)))
    for place, one in enumerate(told):
        assert runs[place].run.scenario_name == one.name
        assert same(runs[place].run, alone(one, seed)), one.settings


# ------------------------------------------------------------------ where they part
@pytest.mark.parametrize(
    ("first", "second", "month"),
    [
        (made("a"), made("b"), None),
        (made("a"), made("b", HELP), 0),
        (made("a"), made("b", LATER), 14),
        (made("a"), made("b", LATER, insurer_co_funding=True, budget_pooling_share=1.0), 14),
        (made("a", LATER), made("b", LATER, insurer_co_funding=True), 0),
        (made("a"), made("b", insurer_co_funding=True, grant_share=0.1), None),
        (made("a"), made("b", unemployment_factor=1.1), 0),
        (made("a"), made("b", events=(GRANT,)), None),
        (made("a", HELP), made("b", HELP, events=(GRANT,)), 17),
        (made("a", LATER), made("b", LATER, events=(GRANT,)), 17),
        (made("a", LATER), made("b", LATER, events=(replace(GRANT, month=12),)), 14),
        (made("a", HELP), made("b", HELP, replace(GROUNDS, opens_in_month=20)), 20),
        (made("a", HELP), made("b", GROUNDS, HELP), 0),
        (made("a", LATER), made("b", replace(LATER, opens_in_month=9)), 9),
        (made("a", LATER), made("b", replace(LATER, places=7)), 14),
        (made("a"), made("b", months=MONTHS - 1), 0),
        (made("a"), named("b", scenario(months=MONTHS, residents=299)), 0),
        (made("a"), named("b", scenario(months=MONTHS, profile=shipped_profile("emmermeer"))), 0),
    ],
)
def test_the_month_in_which_two_scenarios_part(first, second, month):
    assert first_difference(first, second) == first_difference(second, first) == month


def test_other_parameters_and_processes_of_ones_own_share_nothing():
    told = made("a")
    other = replace(named("b", told), registry=told.registry.with_values({"deadweight_share": 0.5}))
    assert first_difference(told, other) == 0
    own = replace(
        told, settings=replace(told.settings, name="b", processes={"health": "wijksim.processes.health:Health"})
    )
    assert first_difference(told, own) == 0


def test_the_demo_shares_the_months_before_the_grant_is_halved():
    names = ["baseline", "woonhulp", "terreinbeheer", "beide", "subsidie_gehalveerd"]
    told = [Scenario.from_file(name) for name in names]
    assert sum(branch.months for branch in branches_of(told)) == 5 * 120 - 30


# ------------------------------------------------------------------ what they are
@pytest.mark.parametrize("start", [0, 7])
def test_states_month_by_month_are_equal_up_to_the_fork_and_results_after_it(start):
    """Brute force: whole runs, compared each month; they differ within two months after the fork, and never before."""
    first = made("a")
    second = made("b", LATER, insurer_co_funding=True, budget_pooling_share=1.0)
    first, second = (
        replace(one, settings=replace(one.settings, start=one.settings.start + start)) for one in (first, second)
    )
    month = first_difference(first, second)
    models = [Neighbourhood(one, seed=3) for one in (first, second)]
    parted = None
    for index in range(MONTHS):
        if index == month:
            begun = models[1].fork(first)
            assert [name for name in begun.state.differences(models[0].state) if name != "flows"] == []
        for model in models:
            model.step()
        differ = {name for name in models[0].state.differences(models[1].state)} - {"flows", "institutions"}
        if differ and parted is None:
            parted = index
    assert month <= parted <= month + 2
    require_same([first, second], 3)


def test_forks_share_nothing_that_changes_and_the_last_takes_the_state_itself():
    first, second = made("a"), made("b", LATER)
    trunk = Neighbourhood(second, seed=4, keep_histories=True)
    while trunk.index < 14:
        trunk.step()
    state, recorded = trunk.state, trunk.result()
    kept = state.copy()
    copied = trunk.fork(first)
    copied.run()
    assert list(state.differences(kept)) == []
    assert same(trunk.result(), recorded)
    taken = trunk.fork(second, last=True)
    assert taken.state is state
    assert not trunk.running
    assert same(copied.result(), alone(first, 4))
    assert same(taken.run(), alone(second, 4))


def test_a_tree_of_plans():
    cut = made("e", HELP, LATER, events=(GRANT,), insurer_co_funding=True)
    told = [
        made("a"),
        made("b", LATER, insurer_co_funding=True),
        made("c", HELP, insurer_co_funding=True),
        made("d", HELP, LATER, insurer_co_funding=True),
        cut,
        made("f", LATER),
        made(
            "g",
            HELP,
            LATER,
            events=(replace(GRANT, month=3), replace(GRANT, month=4, changes=(("policy.grant_share", 1.0),))),
        ),
        made("h"),
    ]
    assert sum(branch.months for branch in branches_of(told)) < 6 * MONTHS
    require_same(told, 11)


@MODEL_RUNS
@given(scenarios(), st.integers(0, 23), SEEDS)
def test_any_plans_run_together_are_what_they_are_alone(told, month, seed):
    settings = told.settings
    month = min(month, settings.months - 1)
    event = Event(month, "later", (("policy.hiring_frozen", True), ("policy.assistance_norm_share", 0.9)))
    variants = {
        "zonder": replace(settings, enterprises=(), events=()),
        "met": settings,
        "nog iets": replace(settings, events=tuple(sorted((*settings.events, event), key=lambda one: one.month))),
        "later open": replace(
            settings, enterprises=tuple(replace(p, opens_in_month=month) for p in settings.enterprises)
        ),
        "een meer": replace(settings, enterprises=(*settings.enterprises, replace(HELP, opens_in_month=month))),
    }
    require_same([replace(told, settings=replace(one, name=name)) for name, one in variants.items()], seed)


def test_months_in_common_are_told_for_each_and_simulated_once(monkeypatch):
    steps = []
    step = Neighbourhood.step
    monkeypatch.setattr(Neighbourhood, "step", lambda self: (steps.append(self.index), step(self)))
    told, ticks = [made("a"), made("b", LATER), made("c")], []
    list(Together(told, 1, keep_histories=False, tick=ticks.append).run())
    assert len(steps) == 14 + 2 * (MONTHS - 14)
    assert ticks == sorted(ticks)
    assert ticks[-1] == 3 * MONTHS


def test_a_failure_in_common_months_is_one_of_each_and_later_only_its_own(monkeypatch):
    def failing(at, plans):
        step = Neighbourhood.step

        def run(self):
            if self.index == at and len(self.settings.enterprises) >= plans:
                raise ArithmeticError("no")
            step(self)

        return run

    told = [made("a"), made("b", LATER)]
    with monkeypatch.context() as patch:
        patch.setattr(Neighbourhood, "step", failing(3, 0))
        assert {place: done.stage for place, done in together(told, 1).items()} == {0: "running", 1: "running"}
    with monkeypatch.context() as patch:
        patch.setattr(Neighbourhood, "step", failing(20, 1))
        runs = together(told, 1)
    assert isinstance(runs[1], Broken)
    assert runs[1].reason == "ArithmeticError: no"
    assert same(runs[0].run, alone(told[0], 1))
