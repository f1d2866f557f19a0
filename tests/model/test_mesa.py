"""What Mesa users expect of a model works, on the Mesa installed (`contracts.md` 4)."""

import gc
import weakref

import mesa
import numpy as np
import pytest
from model.building import GROUNDS, HELP, scenario

from wijksim.agents import HealthInsurer, Municipality, NationalGovernment, RegionalEmployers, SocialEnterprise
from wijksim.agents.resident import Resident
from wijksim.errors import InputError
from wijksim.model import Neighbourhood
from wijksim.population.columns import LeaveReason, ResidentLeft, Status

TOLD = scenario(months=18, residents=200, enterprises=(HELP, GROUNDS))
INSTITUTIONS = (SocialEnterprise, Municipality, HealthInsurer, NationalGovernment, RegionalEmployers)


@pytest.fixture
def model():
    made = Neighbourhood(TOLD, seed=3)
    made.step()
    yield made
    made.close()


def here(model):
    columns = model.state.columns
    return set(columns["uid"][columns["present"]].tolist())


def test_agents_are_all_residents_and_all_institutions(model):
    by_type = model.agents_by_type
    assert set(model.agent_types) == {Resident, *INSTITUTIONS} == set(by_type)
    assert {agent.uid for agent in by_type[Resident]} == here(model)
    assert [agent.books.key for agent in by_type[SocialEnterprise]] == ["hulp", "terrein"]
    assert len(by_type[HealthInsurer]) == len(model.state.institutions.insurers)
    assert [len(by_type[kind]) for kind in (Municipality, NationalGovernment, RegionalEmployers)] == [1, 1, 1]
    assert len(model.agents) == sum(map(len, by_type.values()))


def test_agents_follow_who_comes_and_leaves(model):
    at_first = {agent.uid: agent for agent in model.agents_by_type[Resident]}
    for _ in range(16):
        model.step()
    now = model.agents_by_type[Resident]
    assert {agent.uid for agent in now} == here(model)
    assert here(model) - at_first.keys()
    assert at_first.keys() - here(model)
    assert all(at_first[agent.uid] is agent for agent in now if agent.uid in at_first)
    assert len(model.agents) == len(set(model.agents))


def test_select_get_agg_set_and_sort(model):
    columns = model.state.columns
    residents = model.agents_by_type[Resident]
    jobless = residents.select(lambda agent: agent.status == Status.SOCIAL_ASSISTANCE)
    assert len(model.agents.select(agent_type=Resident)) == len(residents) == len(here(model))
    assert len(jobless) == (columns["present"] & (columns["status"] == Status.SOCIAL_ASSISTANCE)).sum() > 0
    assert residents.agg("income", sum) == columns["income"][columns["present"]].sum()
    assert sorted(residents.get("uid")) == sorted(here(model))
    ages = (model.state.month - columns["birth_month"][columns["present"]]) // 12
    assert sorted(residents.get("age")) == sorted(ages.tolist())
    assert residents.agg("age", [min, max]) == [ages.min(), ages.max()]
    assert residents.sort("wage")[0].wage == columns["wage"].max()
    jobless.set("norm", 0.25)
    assert set(jobless.get("norm")) == {0.25}
    assert {float(columns["norm"][columns.row_of(agent.uid)]) for agent in jobless} == {0.25}
    counts = residents.groupby("status").count()
    assert counts[Status.RETIRED] == (columns["present"] & (columns["status"] == Status.RETIRED)).sum()


def test_what_is_written_into_a_view_is_what_the_next_month_reads():
    first, second = Neighbourhood(TOLD, seed=3), Neighbourhood(TOLD, seed=3)
    agent = first.agents_by_type[Resident].select(lambda one: one.status == Status.REGULAR_JOB)[0]
    agent.contract_until = first.state.month
    first.step()
    second.step()
    assert (agent.status, agent.job_since) != (Status.REGULAR_JOB, -1)
    assert agent.status != second.state.columns["status"][second.state.columns.row_of(agent.uid)]


def test_reading_one_who_left_says_who_when_and_why(model):
    views = list(model.agents_by_type[Resident])
    for _ in range(16):
        model.step()
    gone = [view for view in views if view.uid not in here(model)]
    assert gone
    lineage = model.state.lineage
    for view in gone:
        with pytest.raises(ResidentLeft, match=f"{view.uid:016x}") as caught:
            _ = view.status
        place = np.flatnonzero(lineage.uid == view.uid)[0]
        assert caught.value.month == lineage.left_month[place]
        assert caught.value.reason in (LeaveReason.DEATH, LeaveReason.MOVED_OUT)
        with pytest.raises(ResidentLeft):
            view.norm = 0.5


def test_data_collector_with_reporters_of_all_kinds(model):
    collector = mesa.DataCollector(
        model_reporters={"residents": lambda m: len(here(m)), "month": "index"},
        agent_reporters={"unique": "unique_id"},
        agenttype_reporters={Resident: {"status": "status", "income": "income"}, SocialEnterprise: {"open": "running"}},
    )
    expected = []
    for _ in range(3):
        model.step()
        collector.collect(model)
        expected.append(len(here(model)))
    assert collector.get_model_vars_dataframe()["residents"].tolist() == expected
    assert len(collector.get_agent_vars_dataframe()) == sum(expected) + 3 * (len(model.agents) - expected[-1])
    residents = collector.get_agenttype_vars_dataframe(Resident)
    assert len(residents) == sum(expected)
    columns = model.state.columns
    last = residents.loc[model.steps]
    assert last["income"].sum() == columns["income"][columns["present"]].sum()
    assert collector.get_agenttype_vars_dataframe(SocialEnterprise)["open"].all()


def test_the_models_own_collector_holds_the_monthly_outcomes():
    model = Neighbourhood(TOLD, seed=3)
    result = model.run()
    table = model.datacollector.get_model_vars_dataframe()
    assert len(table) == TOLD.settings.months
    for outcome in ("residents", "employment_rate", "assistance_cost", "in_place"):
        assert table[outcome].tolist() == result.outcomes.series(outcome).tolist()


def test_the_models_own_collector_can_be_read_at_any_time():
    model = Neighbourhood(TOLD, seed=3)
    read = []
    for months in range(1, 5):
        model.step()
        if months != 2:
            read.append(model.datacollector.model_vars["residents"][-1])
            assert len(model.datacollector.model_vars["residents"]) == months
    series = model.result().outcomes.series("residents").tolist()
    assert model.datacollector.model_vars["residents"] == series
    assert read == [series[0], series[2], series[3]]


def test_batch_run_over_seeds_gives_different_runs_that_can_be_had_again():
    """The same as runs made one by one; one seed with iterations would be one run several times (W01)."""
    seeds = [11, 12, 13]
    for name in ("seed", "rng"):
        rows = mesa.batch_run(
            Neighbourhood, {"scenario": [TOLD], name: seeds}, number_processes=1, display_progress=False
        )
        assert [row[name] for row in rows] == seeds
        assert len({row["assistance_cost"] for row in rows}) == len(seeds)
        for row in rows:
            alone = Neighbourhood(TOLD, seed=row[name]).run()
            assert row["assistance_cost"] == alone.outcomes.series("assistance_cost")[-1]
            assert row["Step"] == TOLD.settings.months - 1


@pytest.mark.parametrize("given", [{"seed": 1, "rng": 1}, {"seed": -1}, {"seed": 2**63}, {"seed": 1.5}, {"rng": True}])
def test_a_seed_that_is_none_is_refused(given):
    with pytest.raises(InputError, match="seed"):
        Neighbourhood(TOLD, **given)


def test_both_names_of_a_seed_mean_the_same():
    assert Neighbourhood(TOLD, seed=9).seed == Neighbourhood(TOLD, rng=9).seed == 9
    assert Neighbourhood(TOLD).seed == 1


def test_our_settings_do_not_take_a_name_of_mesas():
    model = Neighbourhood(TOLD, seed=3)
    assert model.settings is TOLD.settings
    assert getattr(model, "scenario", None) is not TOLD


def test_a_restored_model_has_its_institutions_once(model):
    again = Neighbourhood.from_state(model.snapshot(), TOLD, seed=3)
    assert len(again.agents_by_type[SocialEnterprise]) == 2
    assert len(again.agents) == len(model.agents)
    _ = model.agents
    model.step()
    assert {agent.uid for agent in again.agents_by_type[Resident]} == here(again)


def test_a_run_that_does_not_ask_makes_no_views():
    model = Neighbourhood(TOLD, seed=3)
    model.run()
    assert model._residents == {}


def test_close_releases_a_model():
    """Mesa keeps a counter for each model while the process lives; a thousand runs would stay in memory."""
    model = Neighbourhood(TOLD, seed=3)
    model.step()
    _ = len(model.agents)
    kept = weakref.ref(model)
    counters = getattr(mesa.Agent, "_ids", {})
    before = len(counters)
    model.close()
    assert len(counters) in (before, before - 1)
    del model
    gc.collect()
    assert kept() is None
