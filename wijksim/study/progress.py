"""What a study will take, and how far it is."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from wijksim.study.sweep_run import Done, PointRun, RunPoint

__all__ = ["Cost", "Status", "memory_of_this_process", "trial_runs"]

_TRIALS = 4


@dataclass(frozen=True)
class Cost:
    """What a study will take.

    Parameters
    ----------
    points, runs, runs_left : int
        Points of the design; different runs of it (each of all scenarios); and those not done yet.
    seconds_per_run : float
        Mean of some runs of the full size, at different points of the design.
    seconds, bytes_on_disk : float
        Expected for what is left.
    bytes_of_memory : float or None
        Of all processes together, from the size of this one; None where the system doesn't tell.
    workers : int
        Processes that were counted with.
    """

    points: int
    runs: int
    runs_left: int
    seconds_per_run: float
    seconds: float
    bytes_on_disk: float
    bytes_of_memory: float | None
    workers: int


@dataclass(frozen=True)
class Status:
    """How far a study is.

    Parameters
    ----------
    stage : int
        0 for the screening, 1 for the main design.
    points, runs, done, failed : int
        Of the stage.
    seconds_per_run : float
        Median of the runs that gave a result; NaN before the first.
    """

    stage: int
    points: int
    runs: int
    done: int
    failed: int
    seconds_per_run: float

    @property
    def complete(self) -> bool:
        """Whether every run gave a result."""
        return self.runs > 0 and self.done == self.runs


def trial_runs(work: RunPoint, tasks: Sequence[PointRun]) -> tuple[float, list[Done]]:
    """Do a few runs at points spread over a design; nothing is kept.

    Parameters
    ----------
    work : RunPoint
        Of the study.
    tasks : sequence of PointRun
        One or more.

    Returns
    -------
    starting : float
        Seconds by which the first run of a process takes longer.
    trials : list of Done
        The runs.

    Raises
    ------
    RuntimeError
        A run failed.
    """
    chosen = tasks[:: max(len(tasks) // _TRIALS, 1)][:_TRIALS]
    first, *trials = (work(task, _tell_nobody) for task in (chosen[0], *chosen))  # the first compiles, or loads
    for done in (first, *trials):
        if done.reason:
            raise RuntimeError(f"a trial run failed while {done.stage_of_failure}: {done.reason}")
    return max(first.seconds - trials[0].seconds, 0.0), trials


def _tell_nobody(_: int) -> None:
    pass


def memory_of_this_process() -> float | None:
    """Largest size of this process up to now, bytes."""
    if os.name == "nt":
        return None
    import resource

    size = float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    return size if sys.platform == "darwin" else size * 1024
