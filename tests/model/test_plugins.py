"""Processes can be replaced and put in; what they declare holds, and what they don't is refused (`contracts.md` 8)."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis_profiles import MODEL_RUNS
from model.building import GROUNDS, HELP, SEEDS, scenario, scenarios
from scenario_building import SCENARIO, write_scenario
from typer.testing import CliRunner

from wijksim.cli import app
from wijksim.errors import InputError
from wijksim.model import MONTH, Neighbourhood
from wijksim.outcomes import Kind, Outcome
from wijksim.population.columns import Column, Status
from wijksim.processes.health import Health
from wijksim.processes.plugins import UndeclaredWriteError
from wijksim.processes.process import Process, UndeclaredError
from wijksim.randomness import Stream, uniforms
from wijksim.settings import PROCESSES

TOLD = scenario(months=14, residents=200, enterprises=(HELP, GROUNDS))


@MODEL_RUNS
@given(scenarios(), SEEDS)
def test_every_process_writes_only_what_it_declares(told, seed):
    Neighbourhood(told, seed=seed, verify=True).run()


def test_every_process_of_the_month_is_one():
    for process in MONTH:
        assert isinstance(process(), Process)
        assert process.__doc__


class Volunteers:
    """Some jobless people do voluntary work: a column, an outcome, a stream and a parameter of its own."""

    name = "volunteers"
    reads = ("present", "status")
    writes = ("volunteer_months",)
    streams = (Stream.PLACEBO,)
    parameters = ("norm_initial_mean",)
    columns = (Column("volunteer_months", "i2", 0, "months", "Months of voluntary work up to now."),)
    outcomes = (
        Outcome("volunteers", "Volunteers", "Vrijwilligers", "persons", "personen", 1, Kind.STOCK,
                lambda reading, _: reading.flow("volunteers")),
    )  # fmt: skip

    def step(self, month):
        columns = month.columns
        chance = uniforms(month.seed, Stream.PLACEBO, columns["uid"], month.at)
        share = month.number("norm_initial_mean")
        jobless = columns["present"] & (columns["status"] == Status.SOCIAL_ASSISTANCE) & (chance < share)
        columns["volunteer_months"][jobless] += 1
        month.count("volunteers", jobless.sum())


@pytest.mark.parametrize("where", ["before", "after"])
def test_a_process_put_in_brings_its_column_and_outcome_and_changes_nothing_else(where):
    plain = Neighbourhood(TOLD, seed=2)
    plain_result = plain.run()
    model = Neighbourhood(TOLD, seed=2, verify=True, **{where: {"measurement": Volunteers()}})
    result = model.run()
    names = [process.name for process in model.processes]
    assert names.index("volunteers") == names.index("measurement") + (1 if where == "after" else -1)
    series = result.outcomes.series("volunteers")
    assert series.max() > 0
    columns = model.state.columns
    assert columns["volunteer_months"].max() > 1
    ours = len(plain_result.outcomes.names)
    assert result.outcomes.values[:, :ours].tobytes() == plain_result.outcomes.values.tobytes()
    assert result.ledger == plain_result.ledger
    resident = next(agent for agent in model.agents if getattr(agent, "uid", None) is not None)
    assert resident.read("volunteer_months") >= 0
    assert model.datacollector.get_model_vars_dataframe()["volunteers"].tolist() == series.tolist()


def test_a_column_of_a_plug_in_follows_rows_snapshots_and_newcomers():
    options = {"before": {"measurement": Volunteers()}}
    model = Neighbourhood(TOLD, seed=2, **options)
    for _ in range(7):
        model.step()
    again = Neighbourhood.from_state(model.snapshot(), TOLD, seed=2, **options)
    model.run()
    again.run()
    assert list(model.state.differences(again.state)) == []
    columns = model.state.columns
    assert columns["volunteer_months"].size == columns["uid"].size


class NoHealthEffects(Health):
    """Health as it is, but nobody falls ill."""

    def step(self, month):
        super().step(month)
        month.columns["ill"][:] = False


def test_a_replaced_process_is_the_one_that_runs():
    plain, other = Neighbourhood(TOLD, seed=2), Neighbourhood(TOLD, seed=2, processes={"health": NoHealthEffects()})
    results = [model.run() for model in (plain, other)]
    assert plain.state.columns["ill"].any()
    assert not other.state.columns["ill"].any()
    assert not np.array_equal(results[0].outcomes.values, results[1].outcomes.values, equal_nan=True)
    assert [process.name for process in other.processes] == [process.name for process in MONTH]


def test_a_scenario_can_name_a_process():
    named = replace(TOLD, settings=replace(TOLD.settings, processes={"health": "model.test_plugins:NoHealthEffects"}))
    model = Neighbourhood(named, seed=2)
    model.run()
    assert type(model.processes[3]).__name__ == "NoHealthEffects"
    assert not model.state.columns["ill"].any()
    assert named.digest() != TOLD.digest()


# ------------------------------------------------------------------ what isn't declared is refused
def undeclared(**changes):
    return type("Changed", (Volunteers,), changes)()


@pytest.mark.parametrize(
    ("process", "error", "words"),
    [
        (undeclared(parameters=()), KeyError, "norm_initial_mean"),
        (undeclared(writes=()), UndeclaredWriteError, "volunteer_months"),
    ],
    ids=["parameter", "column"],
)
def test_what_a_process_does_not_declare_is_refused(process, error, words):
    model = Neighbourhood(TOLD, seed=2, verify=True, before={"measurement": process})
    with pytest.raises(error, match=words):
        model.run()


def test_a_stream_that_is_not_declared_is_refused():
    class Draws(Volunteers):
        streams = ()

        def step(self, month):
            month.key(Stream.PLACEBO)

    with pytest.raises(UndeclaredError, match="PLACEBO"):
        Neighbourhood(TOLD, seed=2, before={"measurement": Draws()}).step()


def test_a_count_that_another_process_makes_is_refused():
    class CountsAgain(Volunteers):
        def step(self, month):
            month.count("births", 1)

    with pytest.raises(UndeclaredWriteError, match="births"):
        Neighbourhood(TOLD, seed=2, verify=True, before={"measurement": CountsAgain()}).step()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"processes": {"helth": Health()}}, "health"),
        ({"before": {"nothing": Volunteers()}}, "nothing"),
        ({"before": {"health": Volunteers()}, "after": {"health": Volunteers()}}, "volunteers"),
        ({"before": {"health": undeclared(columns=(Column("norm", "f4", 0.0, "", ""),))}}, "norm"),
        (
            {"before": {"health": undeclared(outcomes=(replace(Volunteers.outcomes[0], name="residents"),))}},
            "residents",
        ),
    ],
    ids=["misspelt", "no such place", "same name twice", "our column", "our outcome"],
)
def test_clashes_are_refused_before_anything_runs(options, words):
    with pytest.raises(InputError, match=words):
        Neighbourhood(TOLD, seed=2, **options)


# ------------------------------------------------------------------ what a scenario names is refused before a run
class NeedsArguments(Health):
    """A process that can't be made as it stands."""

    def __init__(self, size):
        self.size = size


class StepsOnly:
    """A class with a step and no declarations."""

    def step(self, month):
        raise AssertionError(month)


class MisspeltParameter(Health):
    """A process that declares a parameter that isn't there."""

    parameters = (*Health.parameters, "norm_initial_mea")


class SameColumnTwice(Health):
    """A process that declares a column that wijksim has."""

    columns = (*Health.columns, Column("norm", "f4", 0.0, "", ""))


FAULTY = {
    NeedsArguments: "can't be made: TypeError",
    StepsOnly: "doesn't declare name, reads, writes, streams, parameters, columns, outcomes",
    MisspeltParameter: "norm_initial_mea, which is not known. Did you mean 'norm_initial_mean'?",
    SameColumnTwice: "column norm: is declared twice",
}


def test_the_names_of_processes_are_those_of_the_month():
    assert tuple(process.name for process in MONTH) == PROCESSES


@pytest.mark.parametrize("faulty", FAULTY, ids=lambda faulty: faulty.__name__)
@pytest.mark.parametrize("command", ["check", "run", "compare", "study plan"])
def test_a_faulty_process_of_a_scenario_ends_each_command_with_2(tmp_path, faulty, command):
    path = write_scenario(tmp_path, SCENARIO + f'[process]\nhealth = "{__name__}:{faulty.__name__}"\n')
    (tmp_path / "study.toml").write_text(
        'format = 1\nname = "x"\nbaseline = "scenario.toml"\nmethod = "morris"\nsamples = 2\n'
        'quantities = ["baseline"]\noutcomes = ["employment_rate"]\n[[parameter]]\nname = "deadweight_share"\n'
    )
    arguments = {
        "check": ["check", path],
        "run": ["run", path, "--out", tmp_path / "out"],
        "compare": ["compare", path, write_scenario(tmp_path, path.read_text().replace("Hulp", "Plan"), "plan.toml"),
                    "--out", tmp_path / "out"],
        "study plan": ["study", "plan", tmp_path / "study.toml"],
    }[command]  # fmt: skip
    result = CliRunner().invoke(app, list(map(str, arguments)))
    assert result.exit_code == 2, result.output
    assert FAULTY[faulty] in result.stderr
    assert not (tmp_path / "out").exists()
