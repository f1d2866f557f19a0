"""What a study will take, and how far it is."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass

__all__ = ["Cost", "Status", "memory_of_this_process"]


@dataclass(frozen=True)
class Cost:
    """What a study will take.

    Parameters
    ----------
    points, runs, runs_left : int
        Points of the design; different runs of it (each of all scenarios); and those not done yet.
    seconds_per_run : float
        Measured on one run of the full size.
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


def memory_of_this_process() -> float | None:
    """Largest size of this process up to now, bytes."""
    if os.name == "nt":
        return None
    import resource

    size = float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    return size if sys.platform == "darwin" else size * 1024
