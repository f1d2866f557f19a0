"""What a run leaves behind: monthly outcomes, the ledger, and on request each person's activity history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from wijksim.accounts import Posting
from wijksim.errors import InputError, did_you_mean
from wijksim.population.columns import Columns

__all__ = ["Histories", "OutcomeTable", "Recorder", "Run"]

ABSENT = -1


@dataclass(frozen=True)
class OutcomeTable:
    """Monthly series of all outcomes.

    Parameters
    ----------
    names : tuple of (str, str)
        Outcome and group of each series.
    values : array of float64, shape (months, series)
        Not a number where an outcome has no value in a month.
    """

    names: tuple[tuple[str, str], ...]
    values: NDArray[np.float64]

    def series(self, outcome: str, group: str = "") -> NDArray[np.float64]:
        """One series, shape (months,).

        Raises
        ------
        InputError
            There is none of this name and group.
        """
        if (outcome, group) not in self.names:
            groups = [its for name, its in self.names if name == outcome]
            if groups:
                message = f"{outcome} has no group {group!r}; expected one of {', '.join(map(repr, groups))}."
                raise InputError.single("group", message, did_you_mean(group, groups))
            hint = did_you_mean(outcome, (name for name, _ in self.names)) or "See docs/outcomes.md."
            raise InputError.single("outcome", f"there is no outcome {outcome!r}.", hint)
        return self.values[:, self.names.index((outcome, group))]


@dataclass(frozen=True)
class Histories:
    """Activity status of everyone in every month.

    Parameters
    ----------
    uids : array of int64, shape (people,)
        Identities, in rising order.
    status : array of int8, shape (months, people)
        Code of `Status`; -1 in months in which the person didn't live here.
    first_placed : array of int32, shape (people,)
        Month (from the start of the run) of the first place at a social enterprise, -1 where there was none.
    """

    uids: NDArray[np.int64]
    status: NDArray[np.int8]
    first_placed: NDArray[np.int32]


@dataclass(frozen=True)
class Run:
    """Result of one run.

    Parameters
    ----------
    scenario_name : str
        Name of the scenario.
    seed : int
        Seed; the same scenario with this seed gives the same result.
    start, months : int
        Absolute month of the first month, and how many were run.
    outcomes : OutcomeTable
        Monthly series.
    ledger : list of Posting
        All postings.
    outside_hires : array of float64, shape (months,)
        Hires of seekers from outside the wijk, all skills.
    outside_jobs_lost : array of float64, shape (months,)
        Jobs that regional firms have less because social enterprises serve their orders.
    histories : Histories or None
        Only when asked for.
    """

    scenario_name: str
    seed: int
    start: int
    months: int
    outcomes: OutcomeTable
    ledger: list[Posting]
    outside_hires: NDArray[np.float64]
    outside_jobs_lost: NDArray[np.float64]
    histories: Histories | None = None


@dataclass
class Recorder:
    """Collects what a run leaves behind, month by month."""

    names: tuple[tuple[str, str], ...]
    keep_histories: bool = False
    _rows: list[Sequence[float]] = field(default_factory=list)
    _outside: list[tuple[float, float]] = field(default_factory=list)
    _months: list[tuple[NDArray[np.int64], NDArray[np.int8], NDArray[np.int32]]] = field(default_factory=list)

    def add(self, values: Sequence[float], outside: tuple[float, float], columns: Columns, start: int) -> None:
        """Record a month; `outside` are the hires of outsiders and the jobs of regional firms lost to orders."""
        self._rows.append(values)
        self._outside.append(outside)
        if self.keep_histories:
            rows = columns.present_rows()
            placed = columns["ever_placed"][rows]
            self._months.append(
                (columns["uid"][rows], columns["status"][rows], np.where(placed >= 0, placed - start, ABSENT))
            )

    def copy(self) -> Recorder:
        """Copy of everything; months recorded later are recorded apart."""
        return Recorder(self.names, self.keep_histories, self._rows.copy(), self._outside.copy(), self._months.copy())

    def last(self, place: int) -> float:
        """Value of the month recorded last, by place among the names."""
        return float(self._rows[-1][place])

    def since(self, month: int, place: int) -> list[float]:
        """Values from one of the months recorded on, by place among the names."""
        return [float(values[place]) for values in self._rows[month:]]

    def table(self) -> OutcomeTable:
        """All series up to now."""
        return OutcomeTable(self.names, np.array(self._rows, np.float64).reshape(-1, len(self.names)))

    def outside(self) -> NDArray[np.float64]:
        """Hires of outsiders, and jobs of regional firms lost to orders, by month; shape (2, months)."""
        return np.array(self._outside, np.float64).reshape(-1, 2).T

    def histories(self) -> Histories | None:
        """Activity histories, where they were kept."""
        if not self.keep_histories:
            return None
        uids = np.unique(np.concatenate([uid for uid, _, _ in self._months])) if self._months else np.zeros(0, np.int64)
        status = np.full((len(self._months), uids.size), ABSENT, np.int8)
        first_placed = np.full(uids.size, ABSENT, np.int32)
        for month, (uid, now, placed) in enumerate(self._months):
            place = np.searchsorted(uids, uid)
            status[month, place] = now
            first_placed[place] = placed
        return Histories(uids, status, first_placed)
