"""Calibration: what may be fitted to what, a made-up model with a known answer, going on after a kill, a tiny wijk."""

from __future__ import annotations

import csv
import hashlib
import os
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from wijksim.cli import app
from wijksim.errors import InputError
from wijksim.parameters import Number, load_registry
from wijksim.scenario import Scenario
from wijksim.study.calibration.calibrate import STORE, CalibrationPlan, calibration_plan, run_calibration
from wijksim.study.calibration.free import default_names, free_factors, free_names, uniform_of
from wijksim.study.calibration.matching import CUTOFF, implausibility, weights
from wijksim.study.calibration.tables import summary_lines, undetermined_rows, write_calibration
from wijksim.study.calibration.targets import Target, calibration_targets
from wijksim.study.factors import Factor, registry_factor
from wijksim.study.store import Outcome
from wijksim.study.sweep_run import Done
from wijksim.study.validation.patterns import PatternSet, shipped_patterns
from wijksim.study.validation.runs import BASELINE, STATISTICS

pytest.importorskip("sklearn", reason="scikit-learn (extra calibrate) isn't installed")

FACTS = {fact.name: fact for fact in shipped_patterns(STATISTICS)}
TRUTH = {"a": 0.3, "b": 0.7, "c": 0.5}


@dataclass(frozen=True)
class MadeUp:
    """In place of the model: two facts that depend on a and b, none on c, one that is chance alone; logs each run."""

    log: str = ""
    stop_after: int = 0

    def __call__(self, task, tick):
        values = dict(task.values)
        if self.log:
            with Path(self.log).open("a", encoding="utf-8") as file:
                file.write("run\n")
            if self.stop_after and len(Path(self.log).read_text(encoding="utf-8").splitlines()) > self.stop_after:
                raise KeyboardInterrupt
        key = hashlib.sha256(repr((task.seed, sorted(values.items()))).encode()).digest()[:8]
        chance = np.random.default_rng(int.from_bytes(key, "big")).normal(size=3)
        facts = facts_of(**values) + 0.004 * chance
        kept = tuple(
            Outcome(name, BASELINE, "", "sums") for name in ("assistance_share", "inflow_year", "exit_to_job_year")
        )
        tick(1)
        return Done(0.0, kept, facts * 1000.0, np.full(3, 1000.0))


def facts_of(a, b, c):
    return np.array([0.5 * a + 0.3 * b**2, a * (1.5 - b), 0.6])


def made_up_plan(**changes):
    near = facts_of(**TRUTH)
    ranges = {"assistance_share": (near[0], 0.02), "inflow_year": (near[1], 0.02), "exit_to_job_year": (0.6, 0.2)}
    targets = tuple(
        Target(replace(FACTS[name], low=middle - reach, high=middle + reach, unit="share"))
        for name, (middle, reach) in ranges.items()
    )
    plan = CalibrationPlan(
        factors=tuple(Factor(name) for name in TRUTH),
        targets=targets,
        work=MadeUp(),
        default=np.array([0.8, 0.2, 0.4]),
        waves=2,
        points=30,
        replications=2,
        confirmations=4,
        seed=5,
        inputs={"the made-up model": "1"},
    )
    return replace(plan, **changes)


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    return run_calibration(made_up_plan(), tmp_path_factory.mktemp("made_up"), workers=1)


# ------------------------------------------------------------------ what may be fitted, and to what
def test_only_numbers_that_nobody_knows_well_may_be_fitted():
    registry = load_registry()
    for name in free_names(registry):
        assert isinstance(registry[name], Number)
        assert str(registry[name].grade) in ("assumption", "recalled")
        assert registry[name].low < registry[name].high
    assert set(default_names()) <= set(free_names(registry))
    assert [factor.name for factor in free_factors(registry)] == list(default_names())
    wrong = (
        "assistance_takup",
        "child_benefit_gap",
        "cycle",
        "separation_new_job_month",
        "assistance_takeup=0.4:0.7",
        "true_duration_share=0.5",
        "deadweight_share",
        "deadweight_share",
    )
    with pytest.raises(InputError) as caught:
        free_factors(registry, wrong)
    told = [str(problem) for problem in caught.value.problems]
    assert len(told) == 7
    assert "Did you mean 'assistance_takeup'?" in told[0]
    assert "can't be fitted" in told[3]
    assert "has the range 0.4 to 0.7; expected LOW:HIGH inside 0.5 to 0.8 share" in told[4]
    assert told[6] == "parameter deadweight_share: stands twice. Name it once."


def test_the_uniform_number_of_a_value_gives_the_value_again():
    registry = load_registry()
    for name in default_names():
        factor = registry_factor(registry, name)
        uniform = uniform_of(factor, registry[name].setting)
        assert factor.value(uniform) == pytest.approx(registry[name].setting, rel=1e-9)


@pytest.mark.parametrize("which", [PatternSet.HOLDOUT, PatternSet.INPUT])
def test_nothing_can_be_fitted_to_a_fact_of_another_set(which):
    fact = next(one for one in FACTS.values() if one.set is which and one.statistic)
    with pytest.raises(InputError, match=f"is of the set {which}; nothing is ever fitted to it"):
        Target(fact)
    with pytest.raises(InputError, match=fact.name):
        calibration_targets([FACTS["inflow_year"], fact], {"WK011444"}, ())
    with pytest.raises(InputError, match=fact.name):
        calibration_plan(patterns=[fact], residents=50)


def test_the_plan_aims_at_the_calibration_set_and_says_what_it_cannot_use():
    plan = calibration_plan(residents=50, months=24)
    expected = {fact.name for fact in FACTS.values() if fact.set is PatternSet.CALIBRATION and fact.statistic}
    assert {target.pattern.name for target in plan.targets} == expected
    assert {each.pattern.name for each in plan.unusable} == {"flexible_to_permanent"}
    assert plan.points == 10 * len(plan.factors)
    assert all(name in STATISTICS for _, name in plan.sums)


# ------------------------------------------------------------------ a known answer
def test_the_truth_is_in_the_posterior_and_the_default_is_ruled_out(found):
    emulators = found.waves[-1].emulators
    points = np.array([list(TRUTH.values()), found.plan.default, [0.0, 0.0, 0.5]])
    asked = implausibility(emulators, points).max(axis=1)
    assert asked[0] < CUTOFF
    assert (asked[1:] > CUTOFF).all()
    posterior = found.posterior
    assert len(posterior.uniforms) >= 200
    assert posterior.share < 0.2
    assert (posterior.implausibility.max(axis=1) < CUTOFF).all()
    really = np.array([facts_of(*point)[:2] for point in posterior.uniforms])
    assert (np.abs(really - facts_of(**TRUTH)[:2]) < 0.05).all()  # five standard deviations of the target
    mean = weights(posterior.implausibility) @ posterior.uniforms
    assert mean[:2] == pytest.approx([0.3, 0.7], abs=0.05)


def test_the_estimate_meets_the_facts_in_real_runs_and_leaves_alone_what_they_say_nothing_of(found):
    assert found.values(found.estimate)[:2] == pytest.approx([0.3, 0.7], abs=0.05)
    assert found.estimate[2] == pytest.approx(0.4, abs=0.02)
    for target, before, after in zip(found.plan.targets[:2], found.before, found.after, strict=False):
        assert not target.pattern.low <= before.value <= target.pattern.high
        assert target.pattern.low <= after.value <= target.pattern.high
    rows = {row["parameter"]: row["undetermined"] for row in undetermined_rows(found)}
    assert rows == {"a": "no", "b": "no", "c": "yes"}


def test_a_fact_that_is_chance_alone_rules_nothing_out(found):
    first, second, idle = found.waves[-1].emulators
    assert first.used
    assert second.used
    assert first.explained > 0.9
    assert first.held_out < 0.01
    assert not idle.used
    assert idle.reason == "its emulator is no better than the mean of the points"


def test_facts_that_contradict_each_other_are_said_to_rule_out_everything(tmp_path):
    plan = made_up_plan(waves=1)
    targets = (*plan.targets[:1], replace(plan.targets[1], pattern=replace(plan.targets[1].pattern, low=4.0, high=4.1)))
    found = run_calibration(replace(plan, targets=targets), tmp_path, workers=1)
    assert found.posterior.nearest
    write_calibration(found, tmp_path)
    assert "EVERY vector" in (tmp_path / "summary.md").read_text(encoding="utf-8")


def test_ranges_wider_than_what_the_parameters_do_are_said_to_rule_out_nothing(tmp_path):
    plan = made_up_plan(waves=1)
    wide = tuple(replace(one, pattern=replace(one.pattern, low=-10.0, high=10.0)) for one in plan.targets[:2])
    found = run_calibration(replace(plan, targets=wide), tmp_path, workers=1)
    told = "\n".join(summary_lines(found))
    assert "no fact rules anything out" in told
    assert "leave 3 of 3 parameters undetermined" in told


# ------------------------------------------------------------------ nothing is lost, nothing is mixed
def test_a_stopped_calibration_goes_on_and_gives_the_same(tmp_path, found):
    log = tmp_path / "log"
    with pytest.raises(KeyboardInterrupt):
        run_calibration(made_up_plan(work=MadeUp(str(log), stop_after=75)), tmp_path / "stopped", workers=1)
    log.write_text("", encoding="utf-8")
    plan = made_up_plan(work=MadeUp(str(log)))
    again = run_calibration(plan, tmp_path / "stopped", workers=1)
    assert len(log.read_text(encoding="utf-8").splitlines()) == plan.runs - 75
    assert np.array_equal(again.posterior.uniforms, found.posterior.uniforms)
    assert np.array_equal(again.estimate, found.estimate)
    assert again.after == found.after
    files = [{path.name: path.read_bytes() for path in write_calibration(one, tmp_path / name)}
             for name, one in (("a", found), ("b", again))]  # fmt: skip
    assert files[0] == files[1]


def test_what_changed_is_named_and_refused(tmp_path):
    small = made_up_plan(points=10, waves=1)
    run_calibration(small, tmp_path, workers=1)
    for change, named in (
        ({"seed": 6}, "--seed changed"),
        ({"inputs": {"the made-up model": "2"}}, "the made-up model changed"),
        ({"factors": tuple(Factor(name, high=2.0) for name in TRUTH)}, "the parameters that are fitted changed"),
    ):
        with pytest.raises(InputError, match=named):
            run_calibration(replace(small, **change), tmp_path, workers=1)


# ------------------------------------------------------------------ the command
@pytest.mark.timeout(300)
def test_a_tiny_wijk_from_the_command_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    free = ("--parameters", "assistance_takeup", "--parameters", "ww_job_finding_month=0.07:0.08")
    size = ("--points", "10", "--waves", "1", "-n", "2", "--months", "16", "--residents", "150", "--workers", "1")
    options = ["calibrate", *free, *size]
    done = CliRunner().invoke(app, options)
    assert done.exit_code == 0, done.output
    folder = tmp_path / "calibration"
    with (folder / "posterior.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) >= 200
    assert set(rows[0]) == {"weight", "implausibility", "assistance_takeup", "ww_job_finding_month"}
    assert sum(float(row["weight"]) for row in rows) == pytest.approx(1.0)
    assert all(0.07 <= float(row["ww_job_finding_month"]) <= 0.08 for row in rows)
    told = tomllib.loads((folder / "estimate.toml").read_text(encoding="utf-8"))["parameters"]
    fitted = Scenario.from_file(folder / "estimate.toml")
    assert fitted.registry.number("assistance_takeup") == told["assistance_takeup"]
    with (folder / "before_after.csv").open(encoding="utf-8") as file:
        facts = {(row["fact"], row["scenario"]): row for row in csv.DictReader(file)}
    assert 0.0 < float(facts["assistance_share", "baseline"]["estimate"]) < 0.4
    assert ("failures_year", "woonhulp") in facts
    told = " ".join(done.output.split())
    assert "outside the range given, and was run at its bound: ww_job_finding_month." in told
    assert os.path.getsize(folder / STORE) > 0


def test_wrong_options_are_told_at_once_and_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["calibrate", "--parameters", "nosuch", "--waves", "0", "--points", "3", "-n", "1"])
    assert done.exit_code == 2
    assert len(done.output.splitlines()) == 4
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear", encoding="utf-8")
    done = CliRunner().invoke(app, ["calibrate", "--out", "mine"])
    assert done.exit_code == 2
    assert "not empty and holds no calibration" in done.output
    assert [path.name for path in tmp_path.rglob("*")] == ["mine", "letter.txt"]
