"""A study loses nothing, computes nothing twice, grows, and gives the same whatever runs it."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from study.made_up_studies import Formula, MadeUpStudy, factors, ishigami, ishigami_study, plan

import wijksim
from wijksim.errors import InputError
from wijksim.parameters import Distribution
from wijksim.study.changes import study_notes
from wijksim.study.factors import PLACEBO, Factor, FactorKind
from wijksim.study.identity import model_files
from wijksim.study.store import Store
from wijksim.study.sweep import Study

ROOT = Path(wijksim.__file__).parents[1]


def results(study):
    with Store(study.path) as store:
        (_, design), *_ = study.designs(store)
        return store.results(1, len(design.points), study.replications(store))[0]


def test_equal_points_are_run_once(tmp_path):
    """The placebo is read by nothing, so points that differ in it alone are one run."""
    log = tmp_path / "log"
    study = ishigami_study(tmp_path / "s.sqlite", samples=8, replications=2, work=Formula(ishigami, log=str(log)))
    (status,) = study.run(workers=1)
    assert status.points == 8 * (4 + 2)
    lines = log.read_text().splitlines()
    assert len(lines) == len(set(lines)) == status.runs == 8 * (3 + 2) * 2
    assert np.isfinite(results(study)).all()
    study.run(workers=1)
    assert len(log.read_text().splitlines()) == len(lines)


def test_results_are_equal_for_any_number_of_workers(tmp_path):
    """W02: early runs take longest, so that they end last."""
    serial, parallel = (
        ishigami_study(tmp_path / f"{workers}.sqlite", samples=8, replications=2, work=Formula(ishigami, slow=0.01))
        for workers in (1, 4)
    )
    serial.run(workers=1)
    parallel.run(workers=4)
    assert np.array_equal(results(serial), results(parallel))
    assert serial.analyse().indices.equals(parallel.analyse().indices)


@pytest.mark.parametrize(("method", "small", "large"), [("sobol", 8, 32), ("morris", 5, 9), ("regression", 20, 33)])
def test_a_study_grows_and_keeps_what_it_has(tmp_path, method, small, large):
    log = tmp_path / "log"
    study = ishigami_study(tmp_path / "s.sqlite", method, small, work=Formula(ishigami, log=str(log)))
    study.run(workers=1)
    before, done = results(study), len(log.read_text().splitlines())
    study.extend(samples=large)
    (status,) = study.run(workers=1)
    assert status.complete
    after = results(study)
    assert np.array_equal(after[: len(before)], before)
    assert len(log.read_text().splitlines()) == status.runs
    assert status.runs > done
    if method != "morris":  # a batch of trajectories is chosen by itself, so Morris grows to another design
        fresh = ishigami_study(tmp_path / "f.sqlite", method, large)
        fresh.run(workers=1)
        assert np.array_equal(results(fresh), after)
    study.extend(replications=2)
    assert study.run(workers=1)[0].runs == 2 * status.runs


def test_extending_by_nothing_or_before_the_beginning_is_refused(tmp_path):
    study = ishigami_study(tmp_path / "s.sqlite", samples=8)
    with pytest.raises(InputError, match="has not begun"):
        study.extend(samples=16)
    study.run(workers=1)
    with pytest.raises(InputError, match="8 is not more than the 8"):
        study.extend(samples=8)
    with pytest.raises(InputError, match="no power of two"):
        study.extend(samples=12)
    with pytest.raises(InputError, match="1 is not more"):
        study.extend(replications=1)


# ------------------------------------------------------------------------------------------------- W07
SCRIPT = """
    import sys
    from pathlib import Path
    sys.path.insert(0, {tests!r})
    from study.made_up_studies import Formula, ishigami, ishigami_study
    if __name__ == "__main__":
        work = Formula(ishigami, slow=0.05)
        ishigami_study(Path(sys.argv[1]), samples=16, work=work).run(workers=2)
"""


def start(tmp_path, store):
    script = tmp_path / "script.py"
    script.write_text(textwrap.dedent(SCRIPT.format(tests=str(ROOT / "tests"))), encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen([sys.executable, script, store], env=environment, stderr=subprocess.PIPE, text=True)


def wait_for_runs(process, store, count):
    for _ in range(1200):
        time.sleep(0.1)
        assert process.poll() is None, process.stderr.read()
        if store.exists():
            try:
                with sqlite3.connect(store) as db:
                    if db.execute("SELECT count(*) FROM runs").fetchone()[0] >= count:
                        return
            except sqlite3.OperationalError:
                continue
    pytest.fail("no runs came")


@pytest.mark.timeout(180)
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_killed_study_goes_on_where_it_was(tmp_path):
    store = tmp_path / "killed.sqlite"
    process = start(tmp_path, store)
    wait_for_runs(process, store, 10)
    process.send_signal(signal.SIGKILL)
    process.wait()
    log = tmp_path / "log"
    study = ishigami_study(store, samples=16, work=Formula(ishigami, log=str(log)))
    (status,) = study.status()
    assert 10 <= status.done < status.runs
    (after,) = study.run(workers=1)
    assert after.complete
    assert len(log.read_text().splitlines()) == status.runs - status.done
    unbroken = ishigami_study(tmp_path / "unbroken.sqlite", samples=16)
    unbroken.run(workers=1)
    assert np.array_equal(results(study), results(unbroken))


def test_a_study_begins_though_somebody_is_looking_at_its_file(tmp_path):
    """Choosing write-ahead mode fails at once where another holds the file, so it is tried again."""
    study = ishigami_study(tmp_path / "s.sqlite", samples=8)
    looking = sqlite3.connect(study.path, isolation_level=None, check_same_thread=False)
    looking.execute("BEGIN EXCLUSIVE")
    timer = threading.Timer(0.5, looking.close)
    timer.start()
    try:
        assert study.run(workers=1)[0].complete
    finally:
        timer.join()


def test_a_second_process_on_one_study_is_told(tmp_path):
    study = ishigami_study(tmp_path / "s.sqlite", samples=8)
    with Store(study.path) as store, store.working():
        with pytest.raises(InputError, match="another process is working on this study"):
            study.run(workers=1)
        assert study.status()[0].done == 0  # looking is allowed
    assert study.run(workers=1)[0].complete


@pytest.mark.timeout(180)
def test_a_worker_that_dies_loses_only_its_run(tmp_path):
    study = ishigami_study(tmp_path / "s.sqlite", "regression", 30)
    first = study.values(study.designs_now()[0][1])[4]["x1"]
    broken = ishigami_study(tmp_path / "s.sqlite", "regression", 30, work=Formula(ishigami, kills=(first,)))
    (status,) = broken.run(workers=2)
    assert (status.failed, status.done) == (1, 29)
    (failure,) = broken.failures()
    assert failure.stage_of_failure == "worker"
    assert failure.values["x1"] == first


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"seed": 8}, "'seed' of the study"),
        ({"varied": factors(("x1", "x2", "x3"), -3.0, 3.0)}, "'factors' of the study"),
        ({"method": "morris"}, "'method' of the study"),
    ],
)
def test_what_changed_is_named_and_refused(tmp_path, change, named):
    study = ishigami_study(tmp_path / "s.sqlite", samples=8)
    study.run(workers=1)
    options = {"method": "sobol", "varied": factors(("x1", "x2", "x3"), -np.pi, np.pi), **change}
    other = plan(options["method"], options["varied"], 8, seed=options.get("seed", 7))
    with pytest.raises(InputError, match=named) as caught:
        MadeUpStudy(other, study.path, study.work).run(workers=1)
    assert len(caught.value.problems) == 1


def test_a_changed_model_scenario_or_parameter_is_named(tmp_path, monkeypatch):
    study = ishigami_study(tmp_path / "s.sqlite", samples=8)
    study.run(workers=1)
    monkeypatch.setattr("wijksim.study.sweep.model_digest", lambda: "another")
    files = {**model_files(), "processes/health.py": "another"}
    monkeypatch.setattr("wijksim.study.changes.model_files", lambda: files)
    registry = study.plan.baseline.registry.with_values({"deadweight_share": 0.5})
    from dataclasses import replace

    settings = replace(study.plan.baseline.settings, months=13)
    baseline = replace(study.plan.baseline, registry=registry, settings=settings)
    other = MadeUpStudy(replace(study.plan, baseline=baseline), study.path, study.work)
    with pytest.raises(InputError) as caught:
        other.run(workers=1)
    told = "\n".join(str(problem) for problem in caught.value.problems)
    assert "wijksim itself changed since this study began (processes/health.py). Its runs belong to what was" in told
    assert "the parameters changed since this study began (deadweight_share)." in told
    assert "the baseline scenario changed since this study began (months)." in told
    assert len(caught.value.problems) == 3
    (status,) = other.status()
    assert status.done == 0
    notes = study_notes(other)
    assert [note.split(" changed since")[0] for note in notes[:3]] == [
        "Wijksim itself",
        "The baseline scenario",
        "The parameters",
    ]
    assert notes[3].startswith("The 40 runs in ")
    assert "not counted above. Put it back as it was to go on, or start a new study in another file" in notes[3]
    monkeypatch.undo()
    assert study_notes(study) == []


def test_words_of_a_factor_may_change_and_nothing_else_of_it(tmp_path):
    from dataclasses import fields, replace

    study = ishigami_study(tmp_path / "s.sqlite", samples=8)
    study.run(workers=1)
    words = {"label": "In other words", "unit": "share", "grade": "measured"}
    others = {"name": "x9", "kind": FactorKind.WHOLE, "low": -9.0, "high": 9.0, "distribution": Distribution.loguniform}
    others |= {"mode": 1.0, "choices": ("a", "b"), "group": "both", "both": True}
    assert {field.name for field in fields(Factor)} == set(words) | set(others)

    def told(**change):
        varied = (replace(study.plan.factors[0], **change), *study.plan.factors[1:])
        return study_notes(MadeUpStudy(replace(study.plan, factors=varied), study.path, study.work))

    assert told(**words) == []
    for key, value in others.items():
        assert told(**{key: value})[0] == "'factors' of the study changed since this study began.", key


def test_a_study_begun_by_an_older_version_names_what_changed_without_its_parts(tmp_path):
    study = ishigami_study(tmp_path / "s.sqlite", samples=8)
    study.run(workers=1)
    with sqlite3.connect(study.path) as db:
        db.execute("DELETE FROM about WHERE name = 'parts'")
    other = MadeUpStudy(plan("sobol", factors(("x1", "x2", "x3"), -3.0, 3.0), 8), study.path, study.work)
    assert study_notes(other)[0] == "'factors' of the study changed since this study began."


def test_sizes_that_are_not_those_of_the_file_are_told(tmp_path):
    """The file's samples say nothing more once a study has begun."""
    study = ishigami_study(tmp_path / "s.sqlite", samples=8)
    assert study_notes(study) == []
    study.run(workers=1)
    assert study_notes(study) == []
    study.extend(samples=16, replications=2)
    assert study_notes(study) == [
        "The file says samples = 8; this study has 16, which it keeps. It is made larger by: wijksim study extend STUDY"
        " --samples NUMBER.",
        "The file says replications = 1; this study was extended to 2, which it keeps.",
    ]
    larger = ishigami_study(study.path, samples=32)
    assert study_notes(larger)[0].startswith("The file says samples = 32; this study has 16")


def test_a_file_that_is_no_store_is_refused(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("these are notes, and longer than a header of a database would be " * 20)
    with pytest.raises(InputError, match="can't be opened"):
        ishigami_study(path, samples=8).run(workers=1)
    assert path.read_text().startswith("these are notes")
    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as db:
        db.execute("CREATE TABLE mine (x)")
    with pytest.raises(InputError, match="schema"):
        ishigami_study(other, samples=8).run(workers=1)


def test_a_full_disk_is_told_and_loses_nothing(tmp_path, monkeypatch):
    study = ishigami_study(tmp_path / "s.sqlite", samples=8)
    write = Store.write

    def full_at_ten(store, run):
        if len(store.states()) == 10:
            raise sqlite3.OperationalError("database or disk is full")
        write(store, run)

    monkeypatch.setattr(Store, "write", full_at_ten)
    with pytest.raises(RuntimeError, match="disk is full"):
        study.run(workers=1)
    monkeypatch.undo()
    assert study.status()[0].done == 10
    assert study.run(workers=1)[0].complete


def test_numbers_are_kept_as_numbers_and_identities_as_text(tmp_path):
    study = ishigami_study(tmp_path / "s.sqlite", samples=8)
    study.run(workers=1)
    with sqlite3.connect(study.path) as db:
        kinds = set(db.execute("SELECT typeof(baseline), typeof(run), typeof(quantity) FROM results"))
        assert kinds == {("real", "integer", "integer")}
        assert set(db.execute("SELECT typeof(identity), typeof(seed) FROM runs")) == {("text", "integer")}
        drawn = json.loads(db.execute("SELECT drawn FROM points").fetchone()[0])
    assert set(drawn) == {"x1", "x2", "x3", PLACEBO}


def test_memory_does_not_grow_with_the_runs(tmp_path):
    """The parent keeps no results: python objects traced after 600 runs are no more than after 200."""
    import tracemalloc

    sizes = {}

    def watch(done, total):
        if done in (200, 600):
            sizes[done] = tracemalloc.get_traced_memory()[0]

    study = ishigami_study(tmp_path / "s.sqlite", "regression", 640)
    tracemalloc.start()
    try:
        study.run(workers=1, progress=watch)
    finally:
        tracemalloc.stop()
    assert sizes[600] < 1.05 * sizes[200]


# ------------------------------------------------------------------------------------------------- with the model
STUDY = """
format = 1
name = "Small"
baseline = "baseline"
policy = "woonhulp"
months = 24
residents = 150
method = "regression"
samples = 6
replications = 2
outcomes = ["employment_rate", "pocket_balance.municipality"]
quantities = ["effect", "policy"]
years = [2015, 2016]

[[parameter]]
name = "deadweight_share"

[[parameter]]
name = "enterprise.woonhulp.places"
kind = "whole"
low = 1
high = 4

[[parameter]]
name = "policy.insurer_co_funding"
kind = "yes_no"

[[parameter]]
name = "matching"
kind = "choice"
choices = ["none", "tightness", "full"]
"""


def test_the_model_is_given_what_was_drawn_and_gives_the_same_as_a_run_by_itself(tmp_path):
    file = tmp_path / "small.toml"
    file.write_text(STUDY, encoding="utf-8")
    study = Study.from_file(file, tmp_path / "s.sqlite")
    assert study.run(workers=1)[0].complete
    with Store(study.path) as store:
        drawn = store.drawn(1)
        baseline, policy = store.results(1, 6, 2)
        outcomes = [(o.outcome, o.group, o.period) for o in store.outcomes()]
    assert {type(point["enterprise.woonhulp.places"]) for point in drawn} == {int}
    assert {type(point["policy.insurer_co_funding"]) for point in drawn} == {bool}
    assert {point["matching"] for point in drawn} <= {"none", "tightness", "full"}
    from dataclasses import replace

    from wijksim.model import Neighbourhood
    from wijksim.scenario import Scenario
    from wijksim.settings import Matching

    point = drawn[2]
    for name, kept in (("baseline", baseline), ("woonhulp", policy)):
        scenario = Scenario.from_file(name, months=24, residents=150)
        settings = replace(scenario.settings, matching=Matching(point["matching"]))
        if name == "woonhulp":
            levers = replace(settings.levers, insurer_co_funding=point["policy.insurer_co_funding"])
            plan_ = replace(settings.enterprises[0], places=point["enterprise.woonhulp.places"])
            settings = replace(settings, levers=levers, enterprises=(plan_,))
        registry = scenario.registry.with_values({"deadweight_share": point["deadweight_share"]})
        run = Neighbourhood(replace(scenario, settings=settings, registry=registry), seed=study.seed_of(1)).run()
        rate = run.outcomes.series("employment_rate")[12:].mean()
        assert kept[2, 1, outcomes.index(("employment_rate", "", "2016"))] == pytest.approx(rate, rel=1e-12)
    assert study.analyse().indices["verdict"].notna().all()


def test_a_population_is_shared_unless_a_parameter_shapes_it():
    from dataclasses import replace

    from wijksim.model import population_of
    from wijksim.scenario import Scenario

    scenario = Scenario.from_file("baseline", months=12, residents=120)
    first = population_of(scenario, 5)
    other = replace(scenario, registry=scenario.registry.with_values({"deadweight_share": 0.5}))
    assert population_of(other, 5) is first
    shaped = replace(scenario, registry=scenario.registry.with_values({"trait_inheritance": 0.3}))
    assert population_of(shaped, 5) is not first
    assert population_of(scenario, 6) is not first
