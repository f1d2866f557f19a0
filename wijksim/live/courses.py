"""Other courses of the same two plans by other chance, a month at a time, so that they can wait for what is watched."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wijksim.live.course import Course
from wijksim.live.frames import COURSE_BOUNDS, SERIES, Fan, bounds_of
from wijksim.report.pockets import POCKETS
from wijksim.scenario import Scenario
from wijksim.study.replicate import seed_of

__all__ = ["WANTED", "Courses"]

WANTED = 30
_FIRSTS = "first_in_three"  # too rare to say anything of in one course


class Courses:
    """Courses of a baseline and a policy, as replications 1, 2, ... of a batch run with this seed have them.

    Parameters
    ----------
    baseline, policy : Scenario
        The two plans.
    seed : int
        Base seed; the course that is watched is replication 0.
    """

    def __init__(self, baseline: Scenario, policy: Scenario, seed: int, wanted: int = WANTED) -> None:
        self._scenarios, self._seed, self._wanted = (baseline, policy), seed, wanted
        self._pair: tuple[Course, ...] = ()
        self._series: dict[str, list[NDArray[np.float64]]] = {outcome: [] for outcome in SERIES}
        self._pockets: dict[str, list[float]] = {pocket: [] for pocket in POCKETS}
        self._firsts: list[tuple[float, ...]] = []
        self._done = 0
        self._fan = Fan(0, wanted)

    @property
    def finished(self) -> bool:
        """Whether there is nothing left to compute."""
        return self._done == self._wanted

    def advance(self) -> None:
        """Begin the next course, or simulate one month of it."""
        if self.finished:
            return
        if not self._pair:
            seed = seed_of(self._seed, self._done + 1)
            self._pair = tuple(Course(scenario, seed) for scenario in self._scenarios)
            return
        for course in self._pair:
            course.step()
        if self._pair[0].month == self._scenarios[0].settings.months:
            self._take()

    def _take(self) -> None:
        for outcome, courses in self._series.items():
            courses.append(np.array([course.series(outcome) for course in self._pair]))
        without, with_plan = (course.pockets() for course in self._pair)
        for pocket, changes in self._pockets.items():
            changes.append(with_plan[pocket] - without[pocket])
        self._firsts.append(tuple(float(course.series(_FIRSTS).sum()) for course in self._pair))
        without_firsts, firsts = np.mean(self._firsts, axis=0).tolist()
        self.close()
        self._done += 1
        self._fan = Fan(
            self._done,
            self._wanted,
            {outcome: _bands(np.array(courses)) for outcome, courses in self._series.items()},
            {pocket: bounds_of(changes) for pocket, changes in self._pockets.items()},
            {outcome: _changes(np.array(courses)) for outcome, courses in self._series.items()},
            {pocket: np.array(changes) for pocket, changes in self._pockets.items()},
            (without_firsts, firsts),
        )

    def fan(self) -> Fan:
        """Bounds of the courses computed up to now."""
        return self._fan

    def close(self) -> None:
        """Release what Mesa keeps of a course that was begun."""
        for course in self._pair:
            course.close()
        self._pair = ()


def _changes(courses: NDArray[np.float64]) -> NDArray[np.float32]:
    return (courses[:, 1] - courses[:, 0]).astype(np.float32)


def _bands(courses: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bounds of baseline, policy and difference of courses of shape (courses, 2, months); shape (3, 2, months)."""
    three = np.concatenate([courses, courses[:, 1:] - courses[:, :1]], axis=1)
    bounds: NDArray[np.float64] = np.quantile(three, COURSE_BOUNDS, axis=0).swapaxes(0, 1)
    return bounds
