"""What runs of a study have in common is made once: populations, and baselines that a point leaves as they are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from study_building import scenario

from wijksim import model as model_module
from wijksim.live.pair import Pair
from wijksim.model import Neighbourhood, population_of
from wijksim.parameters import RecordingRegistry
from wijksim.study import sweep_run as sweep_module
from wijksim.study.baselines import Baselines
from wijksim.study.compare import compare
from wijksim.study.sweep import Study
from wijksim.study.sweep_run import PointRun

STUDY = """
format = 1
name = "Reuse"
baseline = "baseline"
policy = "terreinbeheer"
months = 14
residents = 120
replications = 2
method = "{method}"
samples = 4
outcomes = ["employment_rate", "balance.social_enterprises", "additionality"]
years = [2015]
{factors}
"""
LEVER = '[[parameter]]\nname = "enterprise.terreinbeheer.price_euro_per_hour"\nlow = 10.0\nhigh = 30.0\n'
ENTERPRISES_READ = '[[parameter]]\nname = "deadweight_share"\n[[parameter]]\nname = "supervisor_cost_year"\n'
EVERYONE_READS = '[[parameter]]\nname = "ww_job_finding_month"\n'


def study_of(folder, factors, method="regression"):
    file = folder / "reuse.toml"
    file.write_text(STUDY.format(method=method, factors=factors), encoding="utf-8")
    return Study.from_file(file, folder / "reuse.sqlite")


@pytest.fixture
def builds(monkeypatch):
    """Seeds of the populations that are built from now on."""
    monkeypatch.setattr(model_module, "_kept", [])
    seeds = []
    build = model_module.build_population

    def counted(*given, seed, **options):
        seeds.append(seed)
        return build(*given, seed=seed, **options)

    monkeypatch.setattr(model_module, "build_population", counted)
    return seeds


# ------------------------------------------------------------------ populations
def test_a_comparison_builds_the_population_of_a_seed_once(builds):
    plans = [scenario("Met", plans=1, months=2), scenario("Meer", plans=2, months=2)]
    compare(scenario("Zonder", months=2), plans, replications=3, workers=1)
    assert len(builds) == len(set(builds)) == 2 * 3  # those who live here, and those who may come


def test_a_study_builds_the_population_of_a_seed_once(builds, tmp_path):
    (status,) = study_of(tmp_path, LEVER + EVERYONE_READS).run(workers=1)
    assert status.complete
    assert len(builds) == len(set(builds)) == 2 * 2


def test_both_runs_of_a_session_share_a_population(builds):
    Pair(scenario("Met", plans=1, months=2), seed=5)
    assert len(builds) == 2


def test_a_run_leaves_the_population_as_it_was():
    told = scenario("Met", plans=1, months=14)
    population = population_of(told, 3)
    before = [part.copy() for part in population]
    Neighbourhood(told, seed=3).run()
    assert [list(part.differences(was)) for part, was in zip(population, before, strict=True)] == [[], []]


def test_large_populations_are_not_kept_without_end(builds, monkeypatch):
    monkeypatch.setattr(model_module, "_RESIDENTS_KEPT", 300)
    told = scenario("Zonder", residents=120)
    for seed in (1, 2, 3, 1):
        population_of(told, seed)
    assert len(builds) == 2 * 4
    population_of(told, 3)
    assert len(builds) == 2 * 4


# ------------------------------------------------------------------ baselines
def done_at(work, points, seed=7):
    return [work(PointRun(tuple(point.items()), seed), lambda done: None) for point in points]


def same(one, other):
    return all(
        np.array_equal(getattr(one, part), getattr(other, part), equal_nan=True)
        for part in ("baseline", "policy", "pair")
    )


@pytest.mark.parametrize(
    ("factors", "points", "baselines"),
    [
        (LEVER, [{"enterprise.terreinbeheer.price_euro_per_hour": price} for price in (10.0, 20.0, 30.0)], 1),
        (ENTERPRISES_READ, [{"deadweight_share": 0.2, "supervisor_cost_year": x} for x in (0.9, 1.0, 1.1)], 1),
        (
            ENTERPRISES_READ + EVERYONE_READS,
            [
                {"deadweight_share": 0.2, "supervisor_cost_year": x, "ww_job_finding_month": y}
                for x, y in ((0.9, 0.06), (1.1, 0.06), (0.9, 0.07), (1.1, 0.07), (1.0, 0.06))
            ],
            2,
        ),
    ],
)
def test_a_baseline_that_a_point_leaves_as_it_is_runs_once(tmp_path, monkeypatch, factors, points, baselines):
    begun = []

    class Counted(Neighbourhood):
        def __init__(self, scenario, **options):
            begun.append(scenario.name)
            super().__init__(scenario, **options)

    monkeypatch.setattr(sweep_module, "Neighbourhood", Counted)
    study = study_of(tmp_path, factors)
    work = study._work()
    found = done_at(work, points)
    assert not [done.reason for done in found if done.reason]
    assert begun.count(work.scenarios[0].name) == baselines
    assert begun.count(work.scenarios[1].name) == len(points)
    for done, point in zip(found, points, strict=True):
        (alone,) = done_at(replace(work, baselines=Baselines()), [point])
        assert same(done, alone)
    assert not same(found[0], found[1])


def test_what_is_read_for_enterprises_alone_is_not_read_without_them():
    told = scenario("Zonder", months=14)
    watched = replace(told, registry=RecordingRegistry(told.registry))
    run = Neighbourhood(watched, seed=1).run()
    read = watched.registry.names_read
    assert {"ww_job_finding_month", "trait_inheritance", "cpi_index", "wage_wml_multiple"} <= read
    assert not read & {"deadweight_share", "supervisor_cost_year", "supervisor_ratio"}
    plain = Neighbourhood(told, seed=1).run()
    assert run.outcomes.values.tobytes() == plain.outcomes.values.tobytes()


def test_every_parameter_that_changes_a_run_is_one_that_it_read():
    """The other way round: a change of what was not read changes nothing."""
    told = scenario("Zonder", months=14)
    watched = replace(told, registry=RecordingRegistry(told.registry))
    plain = Neighbourhood(watched, seed=1).run()
    unread = {}
    for name in set(told.registry) - watched.registry.names_read:
        low, high = told.registry[name].bounds
        if low < high:
            unread[name] = low if told.registry[name].setting != low else high
    assert len(unread) > 20
    changed = replace(told, registry=told.registry.with_values(unread))
    assert Neighbourhood(changed, seed=1).run().outcomes.values.tobytes() == plain.outcomes.values.tobytes()
