"""Studies: two workers against one, what the machinery costs, analysis of a large design; printed, not asserted."""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass, replace
from statistics import median

import numpy as np
import pytest
from study.made_up_studies import Formula, MadeUpStudy, factors, ishigami, ishigami_study, plan

from wijksim.study.factors import PLACEBO
from wijksim.study.store import Outcome
from wijksim.study.sweep import Study
from wijksim.study.sweep_run import Done

pytestmark = [pytest.mark.bench, pytest.mark.timeout(0)]

RUN = 0.05
STUDY = """
format = 1
name = "Speed"
baseline = "baseline"
policy = "woonhulp"
months = 120
residents = 2000
method = "regression"
samples = 48
outcomes = ["employment_rate"]
years = [2024]

[[parameter]]
name = "deadweight_share"
"""


def seconds_a_run(study, workers, first):
    """Wall clock for a run once all workers have started: from the first so many results to the last."""
    ended = {}

    def watch(done, _):
        ended.setdefault(done, time.perf_counter())

    study.run(workers=workers, progress=watch)
    begin = min(done for done in ended if done >= first)
    return (ended[max(ended)] - ended[begin]) / (max(ended) - begin)


def test_two_workers_against_one(tmp_path, tell):
    file = tmp_path / "speed.toml"
    file.write_text(STUDY, encoding="utf-8")
    ratios = []
    for turn in range(3):
        one, two = (
            seconds_a_run(Study.from_file(file, tmp_path / f"{turn}{workers}.sqlite"), workers, 8) for workers in (1, 2)
        )
        ratios.append(one / two)
    tell(f"a study with two workers: {median(ratios):.2f} times as fast as with one, by the clock (wanted 1.8)")


@pytest.mark.parametrize("workers", [1, 2])
def test_what_the_machinery_costs(tmp_path, workers, tell):
    study = ishigami_study(tmp_path / "s.sqlite", "regression", 240, work=Formula(ishigami, slow=RUN))
    began = time.process_time()
    wall = seconds_a_run(study, workers, 8) * workers
    busy = (time.process_time() - began) / 240
    tell(
        f"a run of 50 ms in a study, {workers} workers: {wall / RUN - 1:6.1%} more by the clock (wanted below 5 %), "
        f"{busy / RUN:.1%} in processor time of the parent"
    )


@dataclass(frozen=True)
class ManyNumbers:
    """Twenty numbers of ten parameters, two of which interact."""

    periods = tuple(str(year) for year in range(2015, 2025))

    def __call__(self, task, tick):
        x = np.array([value for name, value in task.values if name != PLACEBO])
        sums = x @ np.arange(1.0, 11.0), x[0] * x[1]
        names = itertools.product(("y", "z"), self.periods)
        kept = tuple(Outcome(name, "", period, "points") for name, period in names)
        numbers = np.repeat(sums, len(self.periods)) * np.tile(np.arange(1.0, 11.0), 2)
        return Done(0.0, kept, numbers, np.full(numbers.shape, np.nan))


def test_analysis_of_a_large_design(tmp_path, tell):
    made = plan("sobol", factors([f"x{k}" for k in range(10)], 0.0, 1.0), 512, outcomes=("y", "z"))
    study = MadeUpStudy(replace(made, periods=ManyNumbers.periods), tmp_path / "s.sqlite", ManyNumbers())
    began = time.perf_counter()
    (status,) = study.run(workers=1)
    kept = (time.perf_counter() - began) / status.runs
    began, busy = time.perf_counter(), time.process_time()
    found = study.analyse()
    taken, busy = time.perf_counter() - began, time.process_time() - busy
    tell(
        f"analysis of {status.points:,} points, Sobol of 10 parameters and the placebo, {len(found.noise)} numbers: "
        f"{taken:.1f} s by the clock, {busy:.1f} s of processor time (wanted below 20); keeping a run took"
        f" {1e3 * kept:.2f} ms"
    )
