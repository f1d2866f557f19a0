"""What every process is held to: its declarations, the order of rows, and the plain version of its kernels."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np

from wijksim.processes.process import Month, Process
from wijksim.state import State


def as_declared(process: Process, month: Month) -> Month:
    """The month with only the parameters and streams that the process declares."""
    return replace(month, registry=month.registry.restrict(process.parameters), streams=frozenset(process.streams))


@contextmanager
def read_only_but(writes: tuple[str, ...], month: Month) -> Iterator[None]:
    """Columns that aren't declared as written can't be written meanwhile."""
    columns = month.columns
    closed = [columns[name] for name in columns.names if name not in writes]
    for array in closed:
        array.flags.writeable = False
    try:
        yield
    finally:
        for array in closed:
            array.flags.writeable = True


def keeps_to_its_declaration(process: Process, month: Month) -> None:
    """Run a month with nothing but what is declared; raises when the process reaches for more."""
    with read_only_but(process.writes, month):
        process.step(as_declared(process, month))
    undeclared = set(process.reads) | set(process.writes)
    assert undeclared <= set(month.columns.names), f"no such columns: {undeclared - set(month.columns.names)}"


def shuffled(state: State, seed: int = 5) -> State:
    """The same state with its rows in another order."""
    other = state.copy()
    order = np.random.default_rng(seed).permutation(len(other.columns))
    other.ties.remap(other.columns.reorder(order), order)
    return other


def differences_by_uid(first: State, second: State) -> list[str]:
    """Columns that differ between the residents of two states, found by uid; references to rows aside."""
    by_first, by_second = np.argsort(first.columns["uid"]), np.argsort(second.columns["uid"])
    return [
        column.name
        for column in first.columns.declared
        if column.kind != "row"
        and not np.array_equal(first.columns[column.name][by_first], second.columns[column.name][by_second])
    ]


def run_months(step: Callable[[State, int], Any], state: State, months: int) -> State:
    """Step a copy of a state through months 0, 1, ...; closes the ledger after each."""
    state = state.copy()
    for index in range(months):
        step(state, index)
        state.ledger.close_month()
    return state
