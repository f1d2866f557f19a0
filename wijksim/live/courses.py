"""Other courses of the same two plans by other chance, a month at a time, so that they can wait for what is watched."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from wijksim.live.course import Course
from wijksim.live.frames import COURSE_BOUNDS, SERIES, Fan, bounds_of
from wijksim.report.pockets import POCKETS
from wijksim.scenario import Scenario
from wijksim.study.baselines import Baselines
from wijksim.study.replicate import seed_of

__all__ = ["WANTED", "BaselinesSeen", "Courses"]

WANTED = 30
_FIRSTS = "first_in_three"  # too rare to say anything of in one course


@dataclass(frozen=True)
class _Seen:
    """What is kept of one course when it is at its end."""

    series: dict[str, NDArray[np.float64]]
    pockets: dict[str, float]
    firsts: float

    @classmethod
    def of(cls, course: Course) -> _Seen:
        series = {outcome: course.series(outcome) for outcome in SERIES}
        return cls(series, course.pockets(), float(course.series(_FIRSTS).sum()))


@dataclass
class BaselinesSeen:
    """What was seen of baselines by profile and seed, for plans that leave them as they were."""

    _of: defaultdict[tuple[str, int], Baselines[_Seen]] = field(default_factory=lambda: defaultdict(Baselines))

    def of(self, baseline: Scenario, seed: int) -> Baselines[_Seen]:
        """Give those of the profile of a baseline, and a seed."""
        return self._of[baseline.profile.digest(), seed]


class Courses:
    """Courses of a baseline and a policy, as replications 1, 2, ... of a batch run with this seed have them.

    A baseline that was run before runs again only when something that it reads was changed.

    Parameters
    ----------
    baseline, policy : Scenario
        The two plans.
    seed : int
        Base seed; the course that is watched is replication 0.
    wanted : int
        How many.
    seen : BaselinesSeen, optional
        Baselines of earlier plans; those of this one are added.
    """

    def __init__(
        self,
        baseline: Scenario,
        policy: Scenario,
        seed: int,
        wanted: int = WANTED,
        seen: BaselinesSeen | None = None,
    ) -> None:
        self._baseline, self._policy, self._seed, self._wanted = baseline, policy, seed, wanted
        self._baselines = BaselinesSeen() if seen is None else seen
        registry = baseline.registry
        self._values = {name: registry.digest_of([name]) for name in registry}
        self._without: _Seen | None = None
        self._running: tuple[Course, ...] = ()
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
        if not self._running:
            self._begin(seed_of(self._seed, self._done + 1))
            return
        for course in self._running:
            course.step()
        if self._running[0].month == self._policy.settings.months:
            self._take()

    def _begin(self, seed: int) -> None:
        """Begin a course: of both plans, or of the policy alone where the baseline is known."""
        baselines = self._baselines.of(self._baseline, seed)
        self._without = baselines.find(self._baseline, self._values, seed)
        scenarios = [self._policy] if self._without else [self._policy, baselines.watched(self._baseline)]
        self._running = tuple(Course(scenario, seed) for scenario in scenarios)

    def _take(self) -> None:
        with_plan, *others = (_Seen.of(course) for course in self._running)
        without = self._without or others[0]
        if others:
            watched = self._running[1]
            self._baselines.of(self._baseline, watched.seed).keep(watched.scenario, self._values, watched.seed, without)
        for outcome, courses in self._series.items():
            courses.append(np.array([without.series[outcome], with_plan.series[outcome]]))
        for pocket, changes in self._pockets.items():
            changes.append(with_plan.pockets[pocket] - without.pockets[pocket])
        self._firsts.append((without.firsts, with_plan.firsts))
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
        for course in self._running:
            course.close()
        self._running = ()


def _changes(courses: NDArray[np.float64]) -> NDArray[np.float32]:
    return (courses[:, 1] - courses[:, 0]).astype(np.float32)


def _bands(courses: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bounds of baseline, policy and difference of courses of shape (courses, 2, months); shape (3, 2, months)."""
    three = np.concatenate([courses, courses[:, 1:] - courses[:, :1]], axis=1)
    bounds: NDArray[np.float64] = np.quantile(three, COURSE_BOUNDS, axis=0).swapaxes(0, 1)
    return bounds
