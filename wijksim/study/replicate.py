"""One replication: all scenarios with one seed, reduced to what the tables need before it leaves the worker.

A draw is a replication whose parameters were drawn.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wijksim.accounts import CENTS_PER_EURO, Category, Party, Posting
from wijksim.calendar import year_of
from wijksim.errors import Problem
from wijksim.model import Neighbourhood
from wijksim.outcomes import OUTCOMES, Kind, Outcome
from wijksim.parameters import Registry
from wijksim.record import Run
from wijksim.report.results import Failure
from wijksim.scenario import Scenario
from wijksim.study.draws import with_draw
from wijksim.study.engines import Lost, Progress, Tick, run_tasks
from wijksim.study.forking import Broken, Ran, Together
from wijksim.study.pairs import PaidMonths, job_survival, paid_months

__all__ = [
    "Reduced",
    "Replication",
    "RunReplication",
    "Series",
    "capital_by_month",
    "replicate",
    "replication_problems",
    "seed_of",
    "series_of",
]

_SEED_BITS = 53
"""Seeds stand in files: spreadsheets and JavaScript hold whole numbers up to 53 bits."""
_LARGEST_SEED = 2**63 - 1


class Series(NamedTuple):
    """One monthly series of a run: what tables need to know of its outcome."""

    outcome: str
    group: str
    unit: str
    is_flow: bool
    is_money: bool
    never_below_zero: bool = False


LedgerYear = tuple[int, Party, Party, Category]

Task = tuple[int, int, Mapping[str, float]]
"""Number of a replication or draw, its seed, and the values of drawn parameters."""


@dataclass(frozen=True)
class Reduced:
    """What is kept of a run.

    Parameters
    ----------
    series : tuple of Series
        Names of the columns of `values`.
    values : array of float64, shape (months, series)
        Money in euro of the month.
    ledger : mapping of (year, payer, payee, category) to int
        Cents.
    capital : array of float64, shape (months,)
        Capital that social enterprises received from elsewhere, less what went back, in euro of the month.
    """

    series: tuple[Series, ...]
    values: NDArray[np.float64]
    ledger: Mapping[LedgerYear, int]
    capital: NDArray[np.float64]


@dataclass(frozen=True)
class Replication:
    """All scenarios with one seed; None where a run failed, or has no pair.

    Parameters
    ----------
    number, seed : int
        Which replication, from 0, and its seed.
    runs : tuple of Reduced or None
        One for each scenario, the baseline first.
    pairs : tuple of PaidMonths or None
        One for each policy.
    failures : tuple of Failure
        What went wrong.
    values : mapping of str to float
        Parameters that were drawn, and their values; empty where none were.
    """

    number: int
    seed: int
    runs: tuple[Reduced | None, ...]
    pairs: tuple[PaidMonths | None, ...] = ()
    failures: tuple[Failure, ...] = ()
    values: Mapping[str, float] = field(default_factory=dict)


def seed_of(seed: int, replication: int) -> int:
    """Seed of a replication: the base seed itself for the first, derived from both by SHA-256 for the others.

    A run of one replication with any of these seeds gives that replication again.
    """
    if replication == 0:
        return seed
    digest = hashlib.sha256(f"wijksim replication {replication} of seed {seed}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> (64 - _SEED_BITS)


def replication_problems(
    replications: int, seed: int, workers: int | None, draws: int, trajectories: int, max_replications: int | None
) -> Iterator[Problem]:
    """Name numbers of runs, seeds and workers that can't be."""
    for where, value, lowest, highest in (
        ("replications", replications, 1, None),
        ("seed", seed, 0, _LARGEST_SEED),
        ("workers", workers, 1, None),
        ("draws", draws, 0, None),
        ("trajectories", trajectories, 0, None),
        ("max_replications", max_replications, 1, None),
    ):
        whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
        if value is None and where in ("workers", "max_replications"):
            continue
        if not whole or value < lowest or (highest is not None and value > highest):  # type: ignore[operator]
            until = f" to {highest}" if highest is not None else ""
            yield Problem(where, f"is {value!r}; expected a whole number from {lowest}{until}.")


def replicate(
    scenarios: Sequence[Scenario],
    *,
    replications: int,
    seed: int,
    workers: int | None = None,
    progress: Progress | None = None,
    draws: Sequence[Mapping[str, float]] = (),
    seeds_per_draw: int = 1,
    first: int = 0,
) -> tuple[list[Replication], list[Replication]]:
    """Run all scenarios with each seed, and with each draw of the parameters.

    Parameters
    ----------
    scenarios : sequence of Scenario
        The baseline first, then the policies; one scenario has no pairs.
    replications, seed : int
        How many seeds, derived from this one (:func:`seed_of`).
    workers : int, optional
        Processes; a replication is done by one of them.
    progress : callable, optional
        Told months done and months in all.
    draws : sequence of mapping of str to float
        Values of parameters (:func:`wijksim.study.draws.parameter_draws`). Draw k of n has the seed of replication k,
        for the second time that of replication n + k, and so on.
    seeds_per_draw : int
        How often each draw is run.
    first : int
        Number of the first replication, where earlier ones were made.

    Returns
    -------
    replications, draws : list of Replication
        In order, all draws with their first seed before all with their second; the same for any number of workers.
    """
    undrawn: list[Task] = [(number, seed_of(seed, number), {}) for number in range(first, first + replications)]
    tasks = undrawn + [
        (number, seed_of(seed, number), values)
        for again in range(seeds_per_draw)
        for number, values in enumerate(draws, again * len(draws))
    ]
    size = sum(scenario.settings.months for scenario in scenarios)
    work = RunReplication(tuple(scenarios))
    results = run_tasks(work, tasks, workers=workers, size=size, progress=progress)
    done = [
        _lost(result, task, len(scenarios)) if isinstance(result, Lost) else result
        for task, result in zip(tasks, results, strict=True)
    ]
    return done[:replications], done[replications:]


def _lost(lost: Lost, task: Task, count: int) -> Replication:
    number, seed, values = task
    failure = Failure("", number, seed, _stage("worker", values), lost.reason, lost.traceback)
    return Replication(number, seed, (None,) * count, (None,) * (count - 1), (failure,), values)


def _stage(stage: str, values: Mapping[str, float]) -> str:
    return f"{stage} with drawn parameters" if values else stage


@dataclass(frozen=True)
class RunReplication:
    """The work of one replication; sent to each worker once.

    Parameters
    ----------
    scenarios : tuple of Scenario
        The baseline first.
    """

    scenarios: tuple[Scenario, ...]

    def __call__(self, task: Task, tick: Tick) -> Replication:
        """Run all scenarios with one seed, and the drawn parameters if there are any, and reduce them."""
        number, seed, values = task
        count = len(self.scenarios)
        drawn: dict[str, Registry] = {}  # one for all that are equal, so that it is seen at once that they are
        for given in self.scenarios:
            drawn.setdefault(given.registry.digest(), with_draw(given.registry, values))
        scenarios = [replace(given, registry=drawn[given.registry.digest()]) for given in self.scenarios]
        runs: list[Reduced | None] = [None] * count
        pairs: list[PaidMonths | None] = [None] * (count - 1)
        failures: dict[int, Failure] = {}
        baseline: Run | None = None
        together = Together(scenarios, seed, keep_histories=count > 1, tick=tick, model=Neighbourhood)
        for place, done in together.run():
            broken = done if isinstance(done, Broken) else None
            if isinstance(done, Ran):
                try:
                    runs[place] = reduce_run(done.run, done.declared)
                    if place == 0:
                        baseline = done.run
                    elif baseline is not None:
                        pairs[place - 1] = _pair(baseline, done.run, scenarios[place])
                except Exception as error:
                    broken = Broken.by(error, "reducing")
            if broken is not None:
                stage = _stage(broken.stage, values)
                name = scenarios[place].name
                failures[place] = Failure(name, number, seed, stage, broken.reason, broken.traceback)
        told = tuple(failures[place] for place in sorted(failures))
        return Replication(number, seed, tuple(runs), tuple(pairs), told, values)


def _pair(baseline: Run, policy: Run, scenario: Scenario) -> PaidMonths:
    window = round(scenario.registry.number("additionality_window_months"))
    return paid_months(baseline, policy, window=window, survival=job_survival(scenario.registry, policy.months))


def reduce_run(run: Run, declared: Mapping[str, Outcome]) -> Reduced:
    """Keep of a run its series and its ledger by year; `declared` are outcomes of processes that were put in."""
    capital = capital_by_month(run.ledger, run.start, run.months)
    return Reduced(series_of(run.outcomes.names, declared), run.outcomes.values, _by_year(run.ledger), capital)


def series_of(names: Iterable[tuple[str, str]], declared: Mapping[str, Outcome]) -> tuple[Series, ...]:
    """What tables need to know of series by outcome and group; `declared` are outcomes of processes put in."""
    series = []
    for name, group in names:
        outcome = OUTCOMES.get(name) or declared[name]
        flow = outcome.kind is Kind.FLOW
        series.append(Series(name, group, outcome.unit, flow, outcome.money, outcome.never_below_zero))
    return tuple(series)


def capital_by_month(ledger: Iterable[Posting], start: int, months: int) -> NDArray[np.float64]:
    """Capital that social enterprises received from elsewhere, less what went back, euro; shape (months,)."""
    cents = np.zeros(months)
    for posting in ledger:
        if posting.category is Category.ENTERPRISE_CAPITAL:
            sign = 1 if posting.payee is Party.SOCIAL_ENTERPRISES else -1
            cents[posting.month - start] += sign * posting.cents
    return cents / CENTS_PER_EURO


def _by_year(postings: Sequence[Posting]) -> dict[LedgerYear, int]:
    totals: dict[LedgerYear, int] = {}
    for month, payer, payee, category, cents in postings:
        key = (year_of(month), payer, payee, category)
        totals[key] = totals.get(key, 0) + cents
    return dict(sorted(totals.items()))
