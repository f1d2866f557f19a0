"""A sensitivity study: planned, run so that nothing is lost, extended, and run again where it failed."""

from __future__ import annotations

import inspect
import json
import math
import sqlite3
import statistics
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, astuple
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from wijksim.errors import InputError
from wijksim.scenario.checks import load_process
from wijksim.study.analysed import analysed_numbers
from wijksim.study.changes import MAIN, keep_inputs, require_unchanged
from wijksim.study.design import Design, block_size, grow
from wijksim.study.engines import Each, Lost, Progress, core_count, leave_if_importing_main, stream_tasks
from wijksim.study.factors import PLACEBO, Factor, Value, factor_groups
from wijksim.study.identity import digest_of, model_digest
from wijksim.study.methods import Method
from wijksim.study.points import point_texts, point_values, run_identity
from wijksim.study.progress import Cost, Status, memory_of_this_process, trial_runs
from wijksim.study.replicate import seed_of
from wijksim.study.schema import StudyPlan, plan_from_file
from wijksim.study.store import Run, RunKey, Store, StoredFailure
from wijksim.study.sweep_run import Done, PointRun, RunPoint

if TYPE_CHECKING:
    from xarray import Dataset

    from wijksim.study.sensitivity import Sensitivity

__all__ = ["SCREEN", "Study", "keep_result", "told_when_full"]

SCREEN = 0
"""Stage of the screening; the only one of a study with one stage is `MAIN`."""

_BYTES_PER_NUMBER = 40
_BYTES_PER_RUN = 600
_POINTS_TOGETHER = 32


class Study:
    """A sensitivity study and its store.

    Parameters
    ----------
    plan : StudyPlan
        What is studied.
    path : Path
        File of the store; made when the first run is kept.
    """

    def __init__(self, plan: StudyPlan, path: Path) -> None:
        self.plan = plan
        self.path = path

    @classmethod
    def from_file(cls, source: Path | str, store: Path | str | None = None) -> Study:
        """Read a study file.

        Parameters
        ----------
        source : Path or str
            Path of a study file, or the name of one that comes with wijksim.
        store : Path or str, optional
            File of the store; left out, the name of the study with ``.sqlite`` in the working folder.

        Raises
        ------
        InputError
            All faults of the file.
        """
        plan = plan_from_file(source)
        return cls(plan, Path(store) if store is not None else Path(f"{Path(str(source)).stem}.sqlite"))

    # ------------------------------------------------------------------ what is to be run
    @cached_property
    def inputs(self) -> dict[str, str]:
        """Digest of each thing that decides results, by its name for people."""
        found = {"wijksim itself": model_digest()}
        for role, scenario in zip(("baseline", "policy"), self.plan.scenarios, strict=False):
            settings = json.dumps(asdict(scenario.settings), sort_keys=True)
            found[f"the {role} scenario"] = digest_of(settings)
            for name in scenario.settings.processes.values():
                found[f"the process {name}"] = digest_of(inspect.getsource(inspect.getmodule(load_process(name))))  # type: ignore[arg-type]
        found["the profile"] = self.plan.baseline.profile.digest()
        found["the parameters"] = self.plan.baseline.registry.digest()
        for key, value in self.plan.deciding().items():
            found[f"'{key}' of the study"] = digest_of(json.dumps(value, sort_keys=True))
        return found

    def designs(self, store: Store) -> list[tuple[int, Design]]:
        """Designs of the stages that can be run now, with what the store has grown to."""
        plan = self.plan
        if plan.method is not Method.SCREEN_THEN_SOBOL:
            return [(MAIN, self._design(store, MAIN, plan.method, plan.factors, plan.samples))]
        screen = self._design(store, SCREEN, Method.MORRIS, plan.factors, plan.screen_samples)
        survivors = store.about("survivors")
        if survivors is None:
            return [(SCREEN, screen)]
        factors = [factor for factor in plan.factors if factor.index_name in survivors or factor.name == PLACEBO]
        return [(SCREEN, screen), (MAIN, self._design(store, MAIN, Method.SOBOL, factors, plan.samples))]

    def _design(self, store: Store, stage: int, method: Method, factors: Sequence[Factor], samples: int) -> Design:
        batches = store.about(f"batches {stage}") or []
        size = max(samples, sum(batches)) if not batches else sum(batches)
        return grow(method, factors, size, seed=self.plan.seed, second_order=self.plan.second_order, batches=batches)

    def seed_of(self, replication: int) -> int:
        """Seed of a replication."""
        return seed_of(self.plan.seed, replication)

    def values(self, design: Design) -> list[dict[str, Value]]:
        """Values that the model is given at each point of a design."""
        return point_values(design)

    def replications(self, store: Store) -> int:
        """Seeds at each point: those of the plan, or what the study was extended to."""
        return max(self.plan.replications, store.about("replications") or 0)

    def _runs(self, store: Store, stage: int, design: Design) -> dict[str, tuple[PointRun, list[RunKey]]]:
        """Different runs of a design by identity, with all members of the design that each stands for.

        Points that are near in the design come together for each seed, so that workers reuse their populations.
        """
        runs: dict[str, tuple[PointRun, list[RunKey]]] = {}
        tasks, texts = [tuple(values.items()) for values in self.values(design)], point_texts(design)
        for first in range(0, len(tasks), _POINTS_TOGETHER):
            for replication in range(self.replications(store)):
                seed = self.seed_of(replication)
                for point in range(first, min(first + _POINTS_TOGETHER, len(tasks))):
                    identity = run_identity(texts[point], seed, self.inputs)
                    task = PointRun(tasks[point], seed)
                    runs.setdefault(identity, (task, []))[1].append((stage, point, replication))
        return runs

    # ------------------------------------------------------------------ commands
    def cost(self, workers: int | None = None) -> Cost:
        """Time some runs, and say what the study will take; nothing is kept.

        A study in two stages counts its screening, and the second stage as if as much survived as can.
        """
        count = core_count() if workers is None else workers
        with self.reading() as store:
            designs = self.designs(store)
            ended = store.states()
            runs: dict[str, tuple[PointRun, list[RunKey]]] = {}
            points = 0
            for stage, design in designs:
                runs |= self._runs(store, stage, design)
                points += len(design.points)
            more = 0
            if self.plan.method is Method.SCREEN_THEN_SOBOL and len(designs) == 1:
                kept = len(factor_groups(self.plan.factors))
                kept = min(kept, self.plan.survivors + 1) if self.plan.survivors else kept
                block = block_size(Method.SOBOL, kept, self.plan.second_order)
                more = self.plan.samples * block
            left = sum(identity not in ended for identity in runs)
            replications = self.replications(store)
        tasks = [task for identity, (task, _) in runs.items() if identity not in ended] or [
            task for task, _ in runs.values()
        ]
        starting, trials = trial_runs(self._work(), tasks)
        done, typical = trials[0], statistics.fmean(trial.seconds for trial in trials)
        left += more * replications
        kept = len(done.outcomes) * _BYTES_PER_NUMBER + 8 * self.plan.pairs.length + _BYTES_PER_RUN
        memory = memory_of_this_process()
        return Cost(
            points=points + more,
            runs=len(runs) + more * replications,
            runs_left=left,
            seconds_per_run=typical,
            seconds=starting + left * typical / min(count, max(left, 1)) if left else 0.0,
            bytes_on_disk=float(left * kept),
            bytes_of_memory=None if memory is None else memory * (count + 1),
            workers=count,
        )

    def run(
        self,
        *,
        workers: int | None = None,
        engine: Engine | None = None,
        progress: Progress | None = None,
        again: bool = False,
    ) -> list[Status]:
        """Run what has no result yet; every finished run is kept at once.

        Parameters
        ----------
        workers : int, optional
            Processes; left out, one for each core.
        engine : callable, optional
            Another way to do tasks than processes on this machine, such as :func:`wijksim.study.cluster.dask_engine`.
        progress : callable, optional
            Told runs done and runs in all.
        again : bool
            Whether runs that failed are tried again.

        Raises
        ------
        InputError
            Something that decides the results changed, or another process works on this study.
        RuntimeError
            A result can't be kept, because the disk is full; those that were kept stay.
        """
        leave_if_importing_main()
        with Store(self.path) as store, store.working():
            if store.about("inputs") is None:
                keep_inputs(store, self.inputs, self.plan)
            require_unchanged(store, self.inputs, self.plan)
            store.keep(study={"name": self.plan.name, **self.plan.described()})
            self._run_stage(store, self.designs(store)[0], workers, engine, progress, again)
            if self.plan.method is Method.SCREEN_THEN_SOBOL and self._screened(store):
                self._run_stage(store, self.designs(store)[1], workers, engine, progress, again)
            return self._status(store)

    def _run_stage(
        self,
        store: Store,
        staged: tuple[int, Design],
        workers: int | None,
        engine: Engine | None,
        progress: Progress | None,
        again: bool,
    ) -> None:
        stage, design = staged
        store.add_points(stage, design.points, self.values(design), **{f"batches {stage}": list(design.batches)})
        runs = self._runs(store, stage, design)
        ended = store.states()
        store.join({identity: members for identity, (_, members) in runs.items() if identity in ended})
        left = [identity for identity in runs if identity not in ended or (again and ended[identity] == "failed")]
        before = len(runs) - len(left)

        def keep(place: int, result: Done | Lost) -> None:
            task, members = runs[left[place]]
            keep_result(store, left[place], task, members, result)

        def tell(done: int, _: int) -> None:
            if progress is not None:
                progress(before + done // len(self.plan.scenarios), len(runs))

        if not left:
            return
        tasks = [runs[identity][0] for identity in left]
        with told_when_full(self.path):
            (engine or _local_engine)(self._work(), tasks, keep, workers, len(self.plan.scenarios), tell)

    def _screened(self, store: Store) -> bool:
        """Whether the screening is complete; then its survivors are kept."""
        if store.about("survivors") is not None:
            return True
        (status,) = self._status(store)
        if not status.complete:
            return False
        from wijksim.study.sensitivity import survivors_of_screening

        store.keep(survivors=survivors_of_screening(self, store))
        return True

    def rerun(self, **options: Any) -> list[Status]:
        """Run again what failed, and nothing else that has ended; options are those of :meth:`run`."""
        return self.run(again=True, **options)

    def extend(self, *, samples: int | None = None, replications: int | None = None) -> None:
        """Make the design larger; all runs that are there stay of use. :meth:`run` then does the new ones.

        Parameters
        ----------
        samples : int, optional
            New size of the main design: a larger power of two for Sobol, more trajectories or points for others.
        replications : int, optional
            New number of seeds at each point.

        Raises
        ------
        InputError
            The study has not begun, or the new size isn't larger.
        """
        with Store(self.path) as store, store.working():
            require_unchanged(store, self.inputs, self.plan)
            batches = store.about(f"batches {MAIN}")
            if samples is not None:
                self._require_larger(samples, batches)
                design = self.designs(store)[-1][1]
                grown = grow(
                    design.method,
                    design.factors,
                    samples,
                    seed=self.plan.seed,
                    second_order=self.plan.second_order,
                    batches=batches,
                )
                store.add_points(MAIN, grown.points, self.values(grown), **{f"batches {MAIN}": list(grown.batches)})
            if replications is not None:
                if replications <= self.replications(store):
                    message = f"{replications} is not more than the {self.replications(store)} that there are."
                    raise InputError.single("replications", message)
                store.keep(replications=replications)

    def _require_larger(self, samples: int, batches: Sequence[int] | None) -> None:
        if not batches:
            raise InputError.single(str(self.path), "the design has not begun.", "Begin with: wijksim study run ...")
        if samples <= sum(batches):
            raise InputError.single("samples", f"{samples} is not more than the {sum(batches)} that there are.")
        sobol = self.plan.method in (Method.SOBOL, Method.SCREEN_THEN_SOBOL)
        if sobol and samples & (samples - 1):
            hint = f"Take {1 << samples.bit_length()}, or another power of two."
            raise InputError.single("samples", f"{samples} is no power of two.", hint)

    def status(self) -> list[Status]:
        """How far each stage is; also while another process works on it."""
        with self.reading() as store:
            return self._status(store)

    def _status(self, store: Store) -> list[Status]:
        ended = store.states()
        seconds = store.seconds()
        typical = statistics.median(seconds) if seconds else math.nan  # a worker's first run compiles, or loads
        found = []
        for stage, design in self.designs(store):
            states = [ended.get(identity) for identity in self._runs(store, stage, design)]
            found.append(
                Status(stage, len(design.points), len(states), states.count("ok"), states.count("failed"), typical)
            )
        return found

    def analyse(self) -> Sensitivity:
        """Indices of what was run.

        Raises
        ------
        InputError
            Too many results are missing, or something that decides them changed.
        """
        from wijksim.study.sensitivity import analyse

        with self.reading() as store:
            require_unchanged(store, self.inputs, self.plan)
            return analyse(self, store)

    def designs_now(self) -> list[tuple[int, Design]]:
        """Designs of the stages that can be run now."""
        with self.reading() as store:
            return self.designs(store)

    def points_of(
        self, stage: int, quantity: str, outcome: str, group: str, period: str
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Uniform numbers of the points of a stage and the analysed number there, where it is known.

        Returns
        -------
        uniforms : array of float64, shape (points, factors)
            From 0 to 1.
        values : array of float64, shape (points,)
            Means over seeds.
        """
        with self.reading() as store:
            uniforms = store.uniforms(stage)
            numbers = analysed_numbers(self.plan, store, stage, len(uniforms), self.replications(store))
        wanted = (quantity, outcome, group, period)
        values = next(n.at_points for n in numbers if (n.quantity, *astuple(n.outcome)[:3]) == wanted)
        known = np.isfinite(values)
        return uniforms[known], values[known]

    def to_xarray(self, stage: int = MAIN) -> Dataset:
        """Results of a stage, see :func:`wijksim.study.arrays.dataset` (extra ``arrays``)."""
        from wijksim.study.arrays import dataset

        return dataset(self, stage)

    def failures(self) -> list[StoredFailure]:
        """Runs without result: which, with which values, and why."""
        with self.reading() as store:
            return store.failures()

    @contextmanager
    def reading(self) -> Iterator[Store]:
        """The store, or an empty one that is not kept where none has been made."""
        with Store(self.path if self.path.exists() else Path(":memory:")) as store:
            yield store

    def _work(self) -> RunPoint:
        both = frozenset(factor.name for factor in self.plan.factors if factor.both and "." in factor.name)
        return RunPoint(self.plan.scenarios, both, self.plan.outcomes, self.plan.periods, self.plan.pairs)


Engine = Any
"""Called with work, tasks, each, workers, size and progress, as :func:`wijksim.study.engines.stream_tasks`."""


def _local_engine(
    work: RunPoint, tasks: Sequence[PointRun], each: Each[Done], workers: int | None, size: int, progress: Progress
) -> None:
    stream_tasks(work, tasks, each, workers=workers, size=size, progress=progress)


def _tell_nobody(_: int) -> None:
    pass


def keep_result(store: Store, identity: str, task: PointRun, members: Sequence[RunKey], result: Done | Lost) -> None:
    """Keep what a run gave, or why it gave nothing, with the points that it stands for."""
    if isinstance(result, Lost):
        result = Done(math.nan, stage_of_failure="worker", reason=result.reason, traceback=result.traceback)
    elif result.outcomes and not store.outcomes():
        store.set_outcomes(result.outcomes)
    store.write(
        Run(
            identity=identity,
            seed=task.seed,
            members=tuple(members),
            seconds=result.seconds,
            baseline=result.baseline,
            policy=result.policy,
            pair=result.pair,
            stage_of_failure=result.stage_of_failure,
            reason=result.reason,
            traceback=result.traceback,
        )
    )


@contextmanager
def told_when_full(path: Path) -> Iterator[None]:
    """Say in words that a result can't be kept.

    Raises
    ------
    RuntimeError
        The disk is full, or the file can't be written.
    """
    try:
        yield
    except sqlite3.Error as error:
        message = f"a result can't be kept in {path} ({error}); runs kept before are there. Make room, and run again."
        raise RuntimeError(message) from error
