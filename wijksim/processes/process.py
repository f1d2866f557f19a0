"""What a process is, and what it is given each month (`contracts.md` 8)."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from wijksim.accounts import Category, Ledger, Line, Party
from wijksim.agents import InstitutionAgents
from wijksim.kernels import Given
from wijksim.parameters import Figures, Registry
from wijksim.population.columns import Column, Columns, Education
from wijksim.randomness import Stream, key_of, month_keys
from wijksim.settings import EnterprisePlan, Levers, Settings
from wijksim.state import State

__all__ = ["LAST_AGE", "Kept", "Month", "Process", "UndeclaredError", "in_force"]

LAST_AGE = 120


class UndeclaredError(KeyError):
    """A process used a stream or parameter that it doesn't declare."""


@dataclass(frozen=True)
class Month:
    """One month as one process sees it.

    Parameters
    ----------
    state : State
        What changes; written by the process.
    at : int
        Absolute month.
    index : int
        Months since the start; 0 is the first month.
    seed : int
        Seed of the run.
    settings : Settings
        What the run was told.
    levers, plans : Levers, tuple of EnterprisePlan
        In force this month.
    registry : Registry
        Only the parameters that the process declares.
    streams : frozenset of Stream
        Only the streams that it declares.
    agents : InstitutionAgents
        The institutions, which decide with ordinary methods.
    newcomers : State
        Households from elsewhere, made once from the same profile under another seed: those who move in are
        copied from it. Never changed.
    """

    state: State
    at: int
    index: int
    seed: int
    settings: Settings
    levers: Levers
    plans: tuple[EnterprisePlan, ...]
    registry: Registry
    streams: frozenset[Stream]
    agents: InstitutionAgents
    newcomers: State

    def seen_by(self, registry: Registry, streams: frozenset[Stream]) -> Month:
        """Give the same month to a process that declares these parameters and streams."""
        month = object.__new__(Month)  # a tenth of the time of `replace`, for each process and month
        figures = registry.figures_in(self.at)
        seen = month.__dict__
        seen.update(self.__dict__)
        seen["registry"], seen["streams"], seen["_keys"] = registry, streams, self._keys
        seen["figures"], seen["number"] = figures, figures.__getitem__
        return month

    @property
    def columns(self) -> Columns:
        """The resident columns."""
        return self.state.columns

    @property
    def ledger(self) -> Ledger:
        """The ledger."""
        return self.state.ledger

    @cached_property
    def figures(self) -> Figures:
        """Values of parameters in this month; the same object until a dated rule changes."""
        return self.registry.figures_in(self.at)

    @cached_property
    def _keys(self) -> list[np.uint64]:
        return month_keys(self.seed, self.at)

    @cached_property
    def number(self) -> Callable[[str], float]:
        """Gives the value of a parameter by its name, or of a dated rule in this month."""
        return self.figures.__getitem__

    def at_start(self, name: str) -> float:
        """Value of a dated rule in the first month of the run."""
        return self.registry.value_in(name, self.settings.start)

    def price_level(self, year_parameter: str) -> float:
        """Consumer prices of this month over those of the year, a parameter, in which an amount was measured."""
        return self.figures.level("cpi_index", year_parameter)

    def ages(self, name: str) -> NDArray[np.float64]:
        """Values of a table by age, for ages 0 to 119 in whole years."""
        return self.registry.steps(name, LAST_AGE)

    def sum_by_age(self, name: str, people: NDArray[np.int64]) -> float:
        """Sum of a table by age over people, `people` of shape (120,) their number of each age.

        Added up exactly: a dot product may differ in its last bit between processors, and so a cent by rounding.
        """
        return math.fsum((self.ages(name) * people).tolist())

    def by_skill(self, name: str) -> NDArray[np.float64]:
        """Values of a table by education, shape (4,)."""
        return self.registry.steps(name, len(Education))

    def key(self, stream: Stream, month: int | None = None) -> np.uint64:
        """Key of a declared stream in this month (or under another counter), for kernels."""
        if stream not in self.streams:
            raise UndeclaredError(f"stream {stream.name} is not declared")
        return self._keys[stream] if month is None else key_of(self.seed, stream, month)

    def pay_residents(self, category: Category, payer: Party, cents: NDArray[Any]) -> int:
        """Pay each resident an amount, cents, shape (rows,); returns the total."""
        return self.ledger.post_by_person(self.at, category, payer, self.columns["income"], cents)

    def collect_from_residents(self, category: Category, payee: Party, cents: NDArray[Any]) -> int:
        """Let each resident pay an amount, cents, shape (rows,); returns the total."""
        return self.ledger.collect_by_person(self.at, category, payee, self.columns["income"], cents)

    def post(self, category: Category, payer: Party, payee: Party, cents: int) -> None:
        """Book an amount between two parties other than residents."""
        self.ledger.post(self.at, category, payer, payee, cents)

    def post_all(self, lines: Sequence[Line], amounts: Sequence[int]) -> None:
        """Book an amount on each of some lines, found once by :func:`wijksim.accounts.line_of`."""
        self.ledger.post_all(self.at, lines, amounts)

    def count(self, name: str, number: float) -> None:
        """Add to a count of events of this month, read later by an outcome."""
        flows = self.state.flows
        flows[name] = flows.get(name, 0.0) + float(number)

    def count_all(self, names: Sequence[str], numbers: NDArray[Any] | Sequence[float]) -> None:
        """Add to several counts; names stand once, with a number each."""
        flows = self.state.flows
        for name, number in zip(names, numbers.tolist() if isinstance(numbers, np.ndarray) else numbers, strict=True):
            flows[name] = flows.get(name, 0.0) + number


class Kept:
    """Arguments of kernels that follow from parameters, put together again only when a dated rule changes.

    Parameters
    ----------
    gather : callable
        Reads them from the parameters of a month, and from nothing else of it.
    """

    def __init__(self, gather: Callable[[Month], Given]) -> None:
        self._gather = gather
        self._figures: Figures | None = None
        self._given = Given()

    def of(self, month: Month) -> Given:
        """Give the arguments of a month."""
        if self._figures is not month.figures:
            self._figures, self._given = month.figures, self._gather(month)
        return self._given


@runtime_checkable
class Process(Protocol):
    """One thing that happens in a month.

    The docstring of a process says its equation and its source; the declarations say what it reads and
    writes, and are checked: parameters and streams always, columns in the tests.
    """

    name: ClassVar[str]
    reads: ClassVar[tuple[str, ...]]
    writes: ClassVar[tuple[str, ...]]
    streams: ClassVar[tuple[Stream, ...]]
    parameters: ClassVar[tuple[str, ...]]
    columns: ClassVar[tuple[Column, ...]]
    outcomes: ClassVar[tuple[Any, ...]]

    def step(self, month: Month) -> None:
        """Do the month."""


ProcessFactory = Callable[[], Process]


def in_force(settings: Settings, index: int) -> tuple[Levers, tuple[EnterprisePlan, ...]]:
    """Levers and enterprises of month `index`, with the benefit level of the law in the first month.

    That month sets the benefit budget (BUIG), which a plan doesn't move: a level that a plan has from the start would
    raise the budget with it.
    """
    levers, plans = settings.plan_at(index)
    by_law = Levers().assistance_norm_share
    if index == 0 and levers.assistance_norm_share != by_law:
        levers = replace(levers, assistance_norm_share=by_law)
    return levers, plans
