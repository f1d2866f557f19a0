"""What is aimed at: facts of the calibration set, and no others."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wijksim.errors import InputError, Problem
from wijksim.study.validation.estimates import Estimate, estimate, ratio_with_error
from wijksim.study.validation.patterns import Pattern, PatternSet
from wijksim.study.validation.runs import BASELINE, STATISTICS, Part

__all__ = ["Sum", "Target", "Unusable", "calibration_targets", "sums_of"]

Floats = NDArray[np.float64]

Sum = tuple[str, str]
"""Scenario and statistic."""


@dataclass(frozen=True)
class Target:
    """A fact that is aimed at, of one scenario; it can't be made of a fact of another set.

    Parameters
    ----------
    pattern : Pattern
        Of the calibration set.
    scenario : str
        Baseline, or the plan that it is about.

    Raises
    ------
    InputError
        The pattern is of another set.
    """

    pattern: Pattern
    scenario: str = BASELINE

    def __post_init__(self) -> None:
        _require_calibration([self.pattern])

    @property
    def key(self) -> str:
        """Name in tables."""
        return self.pattern.name if self.scenario == BASELINE else f"{self.pattern.name}.{self.scenario}"

    @property
    def middle(self) -> float:
        """Middle of the range, or its one bound."""
        low, high = self.pattern.low, self.pattern.high
        if low is not None and high is not None:
            return (low + high) / 2
        return low if low is not None else float(high or 0.0)

    @property
    def sd(self) -> float:
        """A quarter of the width of the range, as if it were a 95 % interval; none where there is one bound."""
        low, high = self.pattern.low, self.pattern.high
        return (high - low) / 4 if low is not None and high is not None else 0.0

    def distance(self, values: Floats) -> Floats:
        """How far values lie from the middle, or beyond the one bound; shape of `values`."""
        away = values - self.middle
        if self.pattern.high is None:
            away = np.minimum(away, 0.0)
        elif self.pattern.low is None:
            away = np.maximum(away, 0.0)
        distance: Floats = np.abs(away)
        return distance

    def value(self, sums: Sequence[Sum], numerators: Floats, denominators: Floats) -> Estimate:
        """The fact over runs with its 95 % interval; arrays have shape (runs, sums)."""
        return estimate(*self._pairs(sums, numerators, denominators))

    def value_with_error(self, sums: Sequence[Sum], numerators: Floats, denominators: Floats) -> tuple[float, float]:
        """The fact over runs and its standard error by chance; arrays have shape (runs, sums)."""
        value, error, _ = ratio_with_error(*self._pairs(sums, numerators, denominators))
        return value, error

    def _pairs(
        self, sums: Sequence[Sum], numerators: Floats, denominators: Floats
    ) -> tuple[list[tuple[float, float]], list[tuple[float, float]] | None]:
        def of(statistic: str) -> list[tuple[float, float]]:
            place = sums.index((self.scenario, statistic))
            return list(zip(numerators[:, place].tolist(), denominators[:, place].tolist(), strict=True))

        return of(self.pattern.statistic), of(self.pattern.over) if self.pattern.over else None


@dataclass(frozen=True)
class Unusable:
    """A fact of the set that can't be aimed at, and why."""

    pattern: Pattern
    reason: str


def calibration_targets(
    patterns: Iterable[Pattern], codes: Collection[str], plans: Sequence[str]
) -> tuple[tuple[Target, ...], tuple[Unusable, ...]]:
    """Make targets of facts, for a wijk with areas of these codes.

    Raises
    ------
    InputError
        A fact is held out, or is an input; or none can be aimed at.
    """
    given = list(patterns)
    _require_calibration(given)
    targets: list[Target] = []
    unusable: list[Unusable] = []
    for pattern in given:
        if not pattern.statistic:
            unusable.append(Unusable(pattern, pattern.not_computable))
        elif not pattern.holds_for(codes):
            unusable.append(Unusable(pattern, "the range is of another wijk"))
        else:
            about_plans = STATISTICS[pattern.statistic] is Part.PLANS
            targets += [Target(pattern, scenario) for scenario in (plans if about_plans else (BASELINE,))]
    if not targets:
        message = "no fact of the calibration set has a range for this wijk, so there is nothing to fit to."
        raise InputError.single("--profile", message, "Take another profile; docs/validation.md names the wijken.")
    return tuple(targets), tuple(unusable)


def _require_calibration(patterns: Iterable[Pattern]) -> None:
    problems = [
        Problem(
            f"fact {pattern.name}",
            f"is of the set {pattern.set.value}; nothing is ever fitted to it.",
            "Only facts of the set calibration may be aimed at.",
        )
        for pattern in patterns
        if pattern.set is not PatternSet.CALIBRATION
    ]
    if problems:
        raise InputError(problems)


def sums_of(targets: Iterable[Target]) -> tuple[Sum, ...]:
    """Scenarios and statistics that targets are made of, each once."""
    found = (
        (target.scenario, name)
        for target in targets
        for name in (target.pattern.statistic, target.pattern.over)
        if name
    )
    return tuple(dict.fromkeys(found))
