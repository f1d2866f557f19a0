"""How time is taken here: processor time, in turns, because the machine is shared and its speed changes meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

from wijksim import Neighbourhood, Scenario

YEAR = 12
TURNS = 5


def model_of(residents: int, scenario: str = "baseline") -> Neighbourhood:
    """A model whose kernels are loaded and whose first year is over."""
    model = Neighbourhood(Scenario.from_file(scenario, residents=residents, months=50 * YEAR), seed=1)
    for _ in range(YEAR):
        model.step()
    return model


def seconds(task: Callable[[], object], times: int = 1) -> float:
    """Seconds of this process's time for a task, on average over `times` in a row."""
    start = time.process_time()
    for _ in range(times):
        task()
    return (time.process_time() - start) / times


def in_turns(*tasks: tuple[Callable[[], object], int], turns: int = TURNS) -> list[list[float]]:
    """Seconds of each task (a function and how often it runs in a turn), by turn; shape (tasks, turns)."""
    taken: list[list[float]] = [[] for _ in tasks]
    for _ in range(turns):
        for (task, times), found in zip(tasks, taken, strict=True):
            found.append(seconds(task, times))
    return taken


def median_ratio(slow: list[float], fast: list[float]) -> float:
    """Median over turns of the ratio of two times."""
    return median(a / b for a, b in zip(slow, fast, strict=True))
