"""One run of a study: a design point with one seed, reduced to the numbers that are analysed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wijksim.model import Neighbourhood
from wijksim.record import Run
from wijksim.scenario import Scenario
from wijksim.study.effects import Frame, by_period, real_money, with_pockets
from wijksim.study.engines import Tick
from wijksim.study.factors import Value, apply_values
from wijksim.study.forking import Broken, Together
from wijksim.study.pair_numbers import PairNumbers
from wijksim.study.replicate import Series, reduce_run
from wijksim.study.store import Outcome

__all__ = ["Done", "PointRun", "RunPoint"]

Floats = NDArray[np.float64]


class PointRun(NamedTuple):
    """A task: the values of a design point, and a seed."""

    values: tuple[tuple[str, Value], ...]
    seed: int


@dataclass(frozen=True)
class Done:
    """What a task gave: numbers, or where it failed and why.

    Parameters
    ----------
    seconds : float
        Time it took.
    outcomes : tuple of Outcome
        Which numbers; empty where it failed.
    baseline, policy : array of float64, shape (outcomes,), or None
        NaN where an outcome has no value; the policy all NaN in a study of one scenario.
    pair : array of float64, shape (numbers,), or None
        Of both together, for outcomes of pairs.
    """

    seconds: float
    outcomes: tuple[Outcome, ...] = ()
    baseline: Floats | None = None
    policy: Floats | None = None
    pair: Floats | None = None
    stage_of_failure: str = ""
    reason: str = ""
    traceback: str = ""


@dataclass(frozen=True)
class RunPoint:
    """The work of a study; sent to each worker once.

    Parameters
    ----------
    scenarios : tuple of Scenario
        The baseline, and the policy where there is one.
    both : frozenset of str
        Levers that the baseline takes too.
    outcomes : tuple of (str, str)
        Outcome and group.
    periods : tuple of str
        Calendar years as text, and ``total``.
    pairs : PairNumbers
        What is kept of baseline and policy together.
    """

    scenarios: tuple[Scenario, ...]
    both: frozenset[str]
    outcomes: tuple[tuple[str, str], ...]
    periods: tuple[str, ...]
    pairs: PairNumbers

    def __call__(self, task: PointRun, tick: Tick) -> Done:
        """Run baseline and policy with the values of a point and one seed."""
        began = time.monotonic()
        stage = "values"
        try:
            values = dict(task.values)
            last = len(self.scenarios) - 1
            drawn = [
                apply_values(scenario, values, levers_too=place == last, both=self.both)
                for place, scenario in enumerate(self.scenarios)
            ]
            numbers: list[Floats] = []
            kept: tuple[Outcome, ...] = ()
            runs: list[tuple[Run, tuple[Series, ...], Floats]] = []
            together = Together(drawn, task.seed, self.pairs.need_histories, model=Neighbourhood)
            for place, done in together.run():
                if isinstance(done, Broken):
                    return _failed(began, done)
                stage = "reducing"
                settings, registry = drawn[place].settings, drawn[place].registry
                frame = Frame.of(settings.start, settings.months, registry)
                reduced = reduce_run(done.run, done.declared)
                capital = reduced.capital * frame.monthly_deflators()
                series, monthly = with_pockets(reduced.series, real_money(reduced, frame), capital)
                kept, found = self._by_period(series, monthly, frame)
                numbers.append(found)
                runs.append((done.run, series, monthly))
                tick(place + 1)
            pair = None
            if self.pairs.outcomes:
                both, series_of, monthly_of = zip(*runs, strict=True)
                pair = self.pairs.of_pair(both, series_of, monthly_of, drawn[last].registry)
        except Exception as error:
            return _failed(began, Broken.by(error, stage))
        with_policy = numbers[1] if len(numbers) > 1 else np.full(numbers[0].shape, np.nan)
        return Done(time.monotonic() - began, kept, numbers[0], with_policy, pair)

    def _by_period(self, series: Sequence[Series], values: Floats, frame: Frame) -> tuple[tuple[Outcome, ...], Floats]:
        """Values of the wanted outcomes by period, and what each is."""
        place = {(item.outcome, item.group): column for column, item in enumerate(series)}
        columns = [place[outcome] for outcome in self.outcomes]
        chosen = [series[column] for column in columns]
        periods = {name: months for name, months in frame.periods().items() if name in self.periods}
        numbers = by_period(values[np.newaxis, :, columns], chosen, periods).values[0]
        names = _names(chosen, list(periods), frame.price_year)
        return names, numbers.ravel()


def _failed(began: float, broken: Broken) -> Done:
    seconds = time.monotonic() - began
    return Done(seconds, stage_of_failure=broken.stage, reason=broken.reason, traceback=broken.traceback)


def _names(series: Sequence[Series], periods: Sequence[str], price_year: int) -> tuple[Outcome, ...]:
    return tuple(
        Outcome(
            item.outcome, item.group, period, f"{item.unit}, prices of {price_year}" if item.is_money else item.unit
        )
        for item in series
        for period in periods
    )
