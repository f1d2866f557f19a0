"""Families whose first generation in work appears: who is recorded so in a month, and in which home."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wijksim.calendar import MONTHS_PER_YEAR
from wijksim.state import State

__all__ = ["Before", "Family", "new_families"]

Uids = NDArray[Any]

_IN_THREE = 2  # generations above without work


@dataclass(frozen=True)
class Family:
    """A family in which somebody works for a year, after parents, or parents and grandparents, long without work.

    Parameters
    ----------
    month : int
        Months simulated when it was recorded.
    home : int
        Where that person lived then.
    age : int
        Of that person, years.
    in_three : bool
        Whether the grandparents were long without work too: first in three generations, else in two.
    children : int
        Of that person, living there.
    in_place : bool
        Whether it is work at a social enterprise.
    """

    month: int
    home: int
    age: int
    in_three: bool
    children: int
    in_place: bool


class Before(NamedTuple):
    """What a month begins with: identities of all who live here, and of those who were recorded."""

    present: Uids
    recorded: Uids

    @classmethod
    def of(cls, state: State) -> Before:
        """Of a state as it is now."""
        columns = state.columns
        rows = columns.present_rows()
        return cls(columns["uid"][rows], columns["uid"][rows[columns["first_recorded"][rows]]])


def new_families(state: State, before: Before, month: int, first_job_months: int) -> list[Family]:
    """Give the families that were recorded in the month that has just been simulated.

    Who came to live here in it was recorded now only where the year of work was full now.
    """
    columns = state.columns
    rows = columns.present_rows()
    rows = rows[columns["first_recorded"][rows] & (columns["generations_without_work"][rows] >= 1)]
    rows = rows[~_among(columns["uid"][rows], before.recorded)]
    if not rows.size:
        return []
    full = (columns["paid_streak"][rows] == first_job_months) & (columns["adult_months_paid"][rows] <= first_job_months)
    rows = rows[full | _among(columns["uid"][rows], before.present)]
    return [_family(state, int(row), month) for row in rows[np.argsort(columns["uid"][rows])]]


def _among(uids: Uids, known: Uids) -> NDArray[np.bool_]:
    """Say which of a few identities are among many: `np.isin` looks for doubles first, a quarter of a month."""
    if not known.size:
        return np.zeros(uids.size, np.bool_)
    known = np.sort(known)
    places = np.minimum(np.searchsorted(known, uids), known.size - 1)
    found: NDArray[np.bool_] = known[places] == uids
    return found


def _family(state: State, row: int, month: int) -> Family:
    columns = state.columns
    here = columns["present"] & (columns["home"] == columns["home"][row])
    children = here & ((columns["mother_row"] == row) | (columns["father_row"] == row))
    return Family(
        month,
        int(columns["home"][row]),
        (state.month - int(columns["birth_month"][row])) // MONTHS_PER_YEAR,
        bool(columns["generations_without_work"][row] >= _IN_THREE),
        int(np.count_nonzero(children)),
        bool(columns["employer"][row] >= 0),
    )
