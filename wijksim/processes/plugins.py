"""Putting processes in and taking them out, and checking what they declare."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from wijksim.errors import InputError, Problem, did_you_mean
from wijksim.outcomes import OUTCOMES
from wijksim.parameters import Registry
from wijksim.population.columns import RESIDENT_COLUMNS, Columns
from wijksim.processes.process import Process
from wijksim.scenario.checks import load_process

__all__ = ["UndeclaredWriteError", "arrange", "check_writes", "load_processes", "require_known_parameters"]

_DECLARED = ("name", "reads", "writes", "streams", "parameters", "columns", "outcomes")


class UndeclaredWriteError(AssertionError):
    """A process changed a column that it doesn't declare as written."""


def load_processes(named: Mapping[str, str]) -> dict[str, Process]:
    """Make the processes that a scenario names as ``package.module:Class``.

    Raises
    ------
    InputError
        Each that can't be made, or lacks what a process declares.
    """
    made: dict[str, Process] = {}
    problems = []
    for name, path in named.items():
        try:
            made[name] = load_process(path)()
        except Exception as error:  # whatever the user's class does when it is made
            told = str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"
            problems.append(Problem(f"process {name}", f"{path} can't be made: {told}", "Give it no arguments."))
            continue
        lacking = [word for word in _DECLARED if not hasattr(made[name], word)]
        if lacking:
            hint = "An empty tuple says that there is none; see docs/contracts.md, plug-ins."
            problems.append(Problem(f"process {name}", f"{path} doesn't declare {', '.join(lacking)}.", hint))
    if problems:
        raise InputError(problems)
    return made


def require_known_parameters(processes: Iterable[Process], registry: Registry) -> None:
    """Refuse a process that declares a parameter that isn't there.

    Raises
    ------
    InputError
        All such parameters.
    """
    problems = [
        Problem(
            f"process {process.name}",
            f"declares the parameter {name}, which is not known.",
            did_you_mean(name, registry) or "See: wijksim parameters.",
        )
        for process in processes
        for name in process.parameters
        if name not in registry
    ]
    if problems:
        raise InputError(problems)


def arrange(
    month: Sequence[Process],
    replacing: Mapping[str, Process],
    before: Mapping[str, Process],
    after: Mapping[str, Process],
) -> list[Process]:
    """Order of the month with processes replaced and put in.

    Raises
    ------
    InputError
        A name that is no process of the month; two processes of the same name; a column, or an outcome, declared
        twice, those of wijksim itself included.
    """
    known = [process.name for process in month]
    problems = [
        Problem(
            f"{where} {name}", f"is no process of the month; these are {', '.join(known)}.", did_you_mean(name, known)
        )
        for where, given in (("process", replacing), ("before", before), ("after", after))
        for name in given
        if name not in known
    ]
    arranged: list[Process] = []
    for process in month:
        if process.name in before:
            arranged.append(before[process.name])
        arranged.append(replacing.get(process.name, process))
        if process.name in after:
            arranged.append(after[process.name])
    for what, names in (
        ("process", [process.name for process in arranged]),
        ("column", [c.name for c in RESIDENT_COLUMNS] + [c.name for process in arranged for c in process.columns]),
        ("outcome", [*OUTCOMES, *(outcome.name for process in arranged for outcome in process.outcomes)]),
    ):
        problems += [
            Problem(f"{what} {name}", "is declared twice; give one of the two another name.")
            for name in sorted({name for name in names if names.count(name) > 1})
        ]
    if problems:
        raise InputError(problems)
    return arranged


@contextlib.contextmanager
def check_writes(process: Process, columns: Columns, flows: Mapping[str, float]) -> Iterator[None]:
    """Fail when the process changes a column that it doesn't declare, or a count that another process made.

    Where people came or rows moved, which only demography does, columns can't be compared.
    """
    watched = [name for name in columns.names if name not in process.writes and name != "income"]
    before = {name: columns[name].copy() for name in watched}
    counted = dict(flows)
    uids = columns["uid"].copy()
    yield
    again = [name for name, value in counted.items() if flows.get(name) != value]
    if again:
        raise UndeclaredWriteError(f"{process.name} counted {', '.join(again)}, which another process counts")
    if not np.array_equal(uids, columns["uid"]):
        return
    changed = [name for name in watched if not np.array_equal(before[name], columns[name])]
    if changed:
        raise UndeclaredWriteError(f"{process.name} wrote {', '.join(changed)} without declaring it")
