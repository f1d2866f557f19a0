"""One run of a study: a design point with one seed, reduced to the numbers that are analysed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wijksim.model import Neighbourhood
from wijksim.record import Run
from wijksim.scenario import Scenario
from wijksim.study.baselines import Baselines
from wijksim.study.effects import Frame, by_period, real_money, with_pockets
from wijksim.study.engines import Tick
from wijksim.study.factors import Value, apply_values
from wijksim.study.forking import Broken, Ran, Together
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


class _Reduced(NamedTuple):
    """What is needed of a run: its numbers, and for outcomes of pairs the run without its ledger and all series."""

    outcomes: tuple[Outcome, ...]
    numbers: Floats
    run: Run
    series: tuple[Series, ...]
    monthly: Floats


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
    baselines : Baselines
        Those that this worker has run.
    """

    scenarios: tuple[Scenario, ...]
    both: frozenset[str]
    outcomes: tuple[tuple[str, str], ...]
    periods: tuple[str, ...]
    pairs: PairNumbers
    baselines: Baselines[_Reduced] = field(default_factory=Baselines, compare=False, repr=False)

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
            found = self.baselines.find(drawn[0], values, task.seed) if last else None
            done = [] if found is None else [found]
            if last and found is None:
                drawn[0] = self.baselines.watched(drawn[0])
            together = Together(drawn[len(done) :], task.seed, self.pairs.need_histories, model=Neighbourhood)
            for _, ran in together.run():
                if isinstance(ran, Broken):
                    return _failed(began, ran)
                stage = "reducing"
                scenario = drawn[len(done)]
                done.append(self._reduced(ran, scenario))
                if last and len(done) == 1:
                    self.baselines.keep(scenario, values, task.seed, done[0])
                tick(len(done))
            pair = None
            if self.pairs.outcomes:
                runs, series, monthly = zip(*((one.run, one.series, one.monthly) for one in done), strict=True)
                pair = self.pairs.of_pair(runs, series, monthly, drawn[last].registry)
        except Exception as error:
            return _failed(began, Broken.by(error, stage))
        baseline = done[0]
        with_policy = done[1].numbers if last else np.full(baseline.numbers.shape, np.nan)
        return Done(time.monotonic() - began, baseline.outcomes, baseline.numbers, with_policy, pair)

    def _reduced(self, ran: Ran, scenario: Scenario) -> _Reduced:
        frame = Frame.of(scenario.settings.start, scenario.settings.months, scenario.registry)
        reduced = reduce_run(ran.run, ran.declared)
        capital = reduced.capital * frame.monthly_deflators()
        series, monthly = with_pockets(reduced.series, real_money(reduced, frame), capital)
        outcomes, numbers = self._by_period(series, monthly, frame)
        return _Reduced(outcomes, numbers, replace(ran.run, ledger=[]), tuple(series), monthly)

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
