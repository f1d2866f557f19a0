"""Runs of a calibration: facts as sums at points of the space of parameters, kept in the store of studies."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wijksim.errors import InputError, Problem
from wijksim.scenario import Scenario
from wijksim.study.design import Design
from wijksim.study.engines import Lost, Progress, Tick, Work, stream_tasks
from wijksim.study.factors import Factor, apply_values
from wijksim.study.methods import Method
from wijksim.study.points import point_texts, point_values, run_identity
from wijksim.study.store import Outcome, RunKey, Store
from wijksim.study.sweep import keep_result, told_when_full
from wijksim.study.sweep_run import Done, PointRun
from wijksim.study.validation.runs import OneSeed

__all__ = ["RunFacts", "Runs", "require_same_inputs"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class RunFacts:
    """The work of a calibration: all runs of one seed with the values of a point; sent to each worker once.

    Parameters
    ----------
    work : OneSeed
        What is run, and which statistics are of use.
    sums : tuple of (scenario, statistic)
        What is kept: the numerator of each where a study keeps its baseline, the denominator where it keeps its policy.
    """

    work: OneSeed
    sums: tuple[tuple[str, str], ...]

    def __call__(self, task: PointRun, tick: Tick) -> Done:
        """Run and count."""
        began = time.monotonic()
        stage = "values"
        try:
            values = dict(task.values)

            def drawn(scenario: Scenario) -> Scenario:
                return apply_values(scenario, values, levers_too=False, both=frozenset())

            work = replace(
                self.work,
                baseline=drawn(self.work.baseline),
                plans={name: drawn(plan) for name, plan in self.work.plans.items()},
                wijken=tuple(drawn(wijk) for wijk in self.work.wijken),
            )
            stage = "running"
            figures = work(task.seed, lambda _: None)
        except Exception as error:
            reason = f"{type(error).__name__}: {error}"
            return Done(
                time.monotonic() - began, stage_of_failure=stage, reason=reason, traceback=traceback.format_exc()
            )
        tick(1)
        counted = np.array([figures[scenario][statistic] for scenario, statistic in self.sums], np.float64)
        kept = tuple(Outcome(statistic, scenario, "", "sums") for scenario, statistic in self.sums)
        return Done(time.monotonic() - began, kept, counted[:, 0].copy(), counted[:, 1].copy())


@dataclass(frozen=True)
class Runs:
    """Does runs and keeps them.

    Parameters
    ----------
    store : Store
        Held by this process.
    factors : tuple of Factor
        What varies.
    work : callable
        :class:`RunFacts`, or what stands in for it.
    seeds : callable
        Gives the seed of a replication; the same at every point.
    inputs : mapping of str to str
        Digest of each thing that decides results.
    workers : int, optional
        Processes.
    """

    store: Store
    factors: tuple[Factor, ...]
    work: Work[PointRun, Done]
    seeds: Callable[[int], int]
    inputs: Mapping[str, str]
    workers: int | None = None

    def at(
        self, stage: int, uniforms: Floats, replications: Sequence[int], progress: Progress
    ) -> tuple[Floats, Floats]:
        """Numerators and denominators at points, each of shape (points, replications, sums); NaN where a run failed.

        Parameters
        ----------
        stage : int
            Under which the points are kept; what has been run is not run again.
        uniforms : array of float64, shape (points, factors)
            From 0 to 1.
        replications : sequence of int
            Numbers of the seeds.
        progress : callable
            Told runs done and runs in all, of this stage.
        """
        design = Design(Method.PAWN, self.factors, False, (len(uniforms),), uniforms)
        values, texts = point_values(design), point_texts(design)
        self.store.add_points(stage, uniforms, values)
        runs: dict[str, tuple[PointRun, list[RunKey]]] = {}
        for place, replication in enumerate(replications):
            seed = self.seeds(replication)
            for point, text in enumerate(texts):
                task = PointRun(tuple(values[point].items()), seed)
                identity = run_identity(text, seed, self.inputs)
                runs.setdefault(identity, (task, []))[1].append((stage, point, place))
        ended = self.store.states()
        self.store.join({identity: members for identity, (_, members) in runs.items() if identity in ended})
        left = [identity for identity in runs if identity not in ended]
        before = len(runs) - len(left)
        progress(before, len(runs))

        def keep(place: int, result: Done | Lost) -> None:
            task, members = runs[left[place]]
            keep_result(self.store, left[place], task, members, result)

        if left:
            tasks = [runs[identity][0] for identity in left]
            with told_when_full(self.store.path):
                stream_tasks(
                    self.work,
                    tasks,
                    keep,
                    workers=self.workers,
                    progress=lambda done, _: progress(before + done, len(runs)),
                )
        return self.store.results(stage, len(uniforms), len(replications))


def require_same_inputs(store: Store, inputs: Mapping[str, str], folder: Path) -> None:
    """Keep what decides the results of a calibration that begins, or refuse to go on when it is not as it was.

    Raises
    ------
    InputError
        Each thing that differs.
    """
    kept = store.about("calibration")
    if kept is None:
        if store.states():
            message = "holds a study, not a calibration."
            raise InputError.single(str(store.path), message, "Choose another folder with --out.")
        store.keep(calibration=dict(inputs))
        return
    changed = [key for key in {**kept, **inputs} if kept.get(key) != inputs.get(key)]
    if changed:
        hint = "Put it back as it was, or choose another folder with --out, which leaves these runs as they are."
        raise InputError(
            Problem(str(folder), f"{key} changed since the calibration in it began.", hint) for key in changed
        )
