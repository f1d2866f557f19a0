"""Studies whose runs are functions with known indices, so that the machinery can be judged; fast and picklable."""

from __future__ import annotations

import math
import os
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from wijksim.scenario import Scenario
from wijksim.study.factors import PLACEBO, Factor
from wijksim.study.methods import Method, Quantity
from wijksim.study.schema import StudyPlan
from wijksim.study.store import Outcome
from wijksim.study.sweep import Study
from wijksim.study.sweep_run import Done

G_WEIGHTS = (0.0, 1.0, 4.5, 9.0, 99.0, 99.0)


def ishigami(x1, x2, x3):
    return math.sin(x1) + 7.0 * math.sin(x2) ** 2 + 0.1 * x3**4 * math.sin(x1)


def sobol_g(*x):
    return math.prod((abs(4 * value - 2) + a) / (1 + a) for value, a in zip(x, G_WEIGHTS, strict=True))


@dataclass(frozen=True)
class Formula:
    """In place of a run: y = f(values) + chance of the seed; writes down each call.

    Parameters
    ----------
    function : callable
        Of the values in the order of the factors, the placebo left out.
    noise : float
        Size of what depends on the seed and the values together.
    log : str
        File to which each run adds a line; empty for none.
    slow : float
        Seconds that a run takes.
    raises, not_finite, kills : tuple of float
        Values of the first factor at which a run raises, gives NaN, or takes its process along.
    """

    function: object
    outcomes: tuple[str, ...] = ("y",)
    noise: float = 0.0
    log: str = ""
    slow: float = 0.0
    raises: tuple[float, ...] = ()
    not_finite: tuple[float, ...] = ()
    kills: tuple[float, ...] = ()

    def __call__(self, task, tick):
        values = {name: value for name, value in task.values if name != PLACEBO}
        first = next(iter(values.values()))
        if self.log:
            with Path(self.log).open("a", encoding="utf-8") as file:
                file.write(f"{task.seed} {list(values.values())}\n")
        time.sleep(self.slow)
        if first in self.kills:
            os._exit(9)
        if first in self.raises:
            return Done(0.0, stage_of_failure="running", reason="ArithmeticError: no such wijk", traceback="here")
        y = self.function(*values.values())
        if self.noise:
            key = abs(hash((task.seed, *(round(float(value), 12) for value in values.values())))) % 2**32
            y += self.noise * np.random.default_rng(key).normal()
        if first in self.not_finite:
            y = math.nan
        numbers = np.array([y if name == "y" else 1.0 for name in self.outcomes])
        kept = tuple(Outcome(name, "", "2015", "points") for name in self.outcomes)
        tick(1)
        return Done(self.slow, kept, numbers, np.full(numbers.shape, math.nan))


class MadeUpStudy(Study):
    """A study with a formula in place of the model."""

    def __init__(self, plan, path, work):
        super().__init__(plan, path)
        self.work = work

    def _work(self):
        return self.work


def factors(names, low, high, **options):
    return tuple(Factor(name, low=low, high=high, **options) for name in names)


def plan(method, varied, samples, *, replications=1, seed=7, second_order=False, screen_samples=0, outcomes=("y",)):
    return StudyPlan(
        name="Formula",
        description="",
        baseline=Scenario.from_file("baseline", months=12, residents=50),
        policy=None,
        method=Method(method),
        samples=samples,
        screen_samples=screen_samples,
        second_order=second_order,
        replications=replications,
        seed=seed,
        factors=(*varied, Factor(PLACEBO)),
        quantities=(Quantity.BASELINE,),
        outcomes=tuple((name, "") for name in outcomes),
        periods=("2015",),
    )


def ishigami_study(path, method="sobol", samples=512, **options):
    work = options.pop("work", Formula(ishigami))
    varied = factors(("x1", "x2", "x3"), -math.pi, math.pi)
    return MadeUpStudy(plan(method, varied, samples, **options), path, work)


def index(found, name, **where):
    """Rows of one index by parameter."""
    rows = found.indices[found.indices["index"] == name]
    for key, value in where.items():
        rows = rows[rows[key] == value]
    return rows.set_index("parameter")
