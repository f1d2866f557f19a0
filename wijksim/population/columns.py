"""The resident columns: one numpy array an attribute, one row a resident.

What there is stands in `resident_columns`. Rows are nobody's business but this module's:
columns of kind ``row`` hold the row of another resident (or -1) and are remapped here when rows move.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.kernels import kernel
from wijksim.population.codes import (
    FIRST_PAID_STATUS,
    LAST_PAID_STATUS,
    Contract,
    Education,
    LeaveReason,
    ResidentLeft,
    Sex,
    Status,
    is_paid_work,
)
from wijksim.population.resident_columns import NO_ROW, RESIDENT_COLUMNS, Column

__all__ = [
    "FIRST_PAID_STATUS",
    "LAST_PAID_STATUS",
    "NO_ROW",
    "RESIDENT_COLUMNS",
    "Column",
    "Columns",
    "Contract",
    "Education",
    "LeaveReason",
    "ResidentLeft",
    "Sex",
    "Status",
    "forget",
    "is_paid_work",
]

Rows = NDArray[np.intp]


_GROWTH = 1.25


@kernel
def forget(references: NDArray[np.int32], gone: NDArray[np.bool_]) -> None:
    """Set references to rows that are gone to -1; one-dimensional.

    The look-up has a first place for -1: a test of the sign costs four times as much, as it can't be foreseen.
    """
    lost = np.zeros(gone.size + 1, np.bool_)
    lost[1:] = gone
    for i in range(references.size):
        if lost[references[i] + 1]:
            references[i] = NO_ROW


@dataclass
class Columns:
    """All residents' attributes as growing arrays.

    Parameters
    ----------
    declared : tuple of Column
        Columns to hold; those of plug-in processes are added to :data:`RESIDENT_COLUMNS`.
    size : int
        Number of rows in use, leavers included until the next compaction.
    """

    declared: tuple[Column, ...] = RESIDENT_COLUMNS
    size: int = 0
    _arrays: dict[str, NDArray[Any]] = field(default_factory=dict, repr=False)
    _views: dict[str, NDArray[Any]] = field(default_factory=dict, repr=False)
    _sorted_uids: NDArray[np.int64] | None = field(default=None, repr=False)
    _sorted_rows: Rows | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        names = [column.name for column in self.declared]
        if len(set(names)) != len(names):
            double = sorted({name for name in names if names.count(name) > 1})
            raise ValueError(f"columns declared twice: {', '.join(double)}")
        for column in self.declared:
            if column.name not in self._arrays:
                self._arrays[column.name] = np.full(self.size, column.default, column.dtype)
        self._refresh_views()

    # ------------------------------------------------------------------ reading
    def __getitem__(self, name: str) -> NDArray[Any]:
        """Array of one attribute for all rows in use; writing into it changes the residents."""
        return self._views[name]

    def __contains__(self, name: object) -> bool:
        return name in self._views

    def __len__(self) -> int:
        return self.size

    @property
    def views(self) -> Mapping[str, NDArray[Any]]:
        """Arrays of all attributes by name, as of now: rows that come later aren't in them."""
        return self._views

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all columns, in the order of declaration."""
        return tuple(column.name for column in self.declared)

    @property
    def bytes_per_resident(self) -> int:
        """Memory of one row by the declared dtypes."""
        return sum(np.dtype(column.dtype).itemsize for column in self.declared)

    def present_rows(self) -> Rows:
        """Rows of those who live in the wijk now."""
        return np.flatnonzero(self._views["present"])

    def rows_of(self, uids: NDArray[np.int64]) -> Rows:
        """Row of each identity, or -1 where it has no row any more."""
        if self._sorted_uids is None or self._sorted_rows is None:
            self._sorted_rows = np.argsort(self._views["uid"], kind="stable")
            self._sorted_uids = self._views["uid"][self._sorted_rows]
        if self.size == 0:
            return np.full(np.shape(uids), NO_ROW, np.intp)
        place = np.minimum(np.searchsorted(self._sorted_uids, uids), self.size - 1)
        found: NDArray[np.bool_] = self._sorted_uids[place] == uids
        return np.where(found, self._sorted_rows[place], NO_ROW)

    def row_of(self, uid: int) -> int:
        """Row of one identity, or -1 where it has no row any more."""
        return int(self.rows_of(np.array([uid], np.int64))[0])

    # ------------------------------------------------------------------ changing
    def append(self, count: int, values: Mapping[str, Any]) -> Rows:
        """Add rows; columns that are not given get their default.

        Parameters
        ----------
        count : int
            Number of new residents.
        values : mapping of str to scalar or array, shape (count,)
            Attributes of the new residents.

        Returns
        -------
        array of intp, shape (count,)
            Their rows.
        """
        unknown = set(values) - set(self._arrays)
        if unknown:
            raise KeyError(f"no such columns: {', '.join(sorted(unknown))}")
        first, last = self.size, self.size + count
        if last > self._capacity():
            self._grow(max(last, int(self._capacity() * _GROWTH) + 1))
        for name, given in values.items():
            self._arrays[name][first:last] = given
        self.size = last
        self._refresh_views()
        self._sorted_uids = self._sorted_rows = None
        return np.arange(first, last, dtype=np.intp)

    def leave(self, rows: Rows) -> None:
        """Mark residents as gone and reset every reference to them."""
        self._views["present"][rows] = False
        gone = ~self._views["present"]
        for column in self.declared:
            if column.kind == "row":
                forget(self._views[column.name], gone)

    def compact(self) -> NDArray[np.int32]:
        """Drop the rows of leavers, keeping the order of the others.

        Returns
        -------
        array of int32, shape (rows before + 1,)
            New row of each old row, -1 where it is gone; the last entry is -1 too, so that a reference to
            nobody maps to itself.
        """
        keep = self._views["present"].copy()
        new_row = np.full(self.size + 1, NO_ROW, np.int32)
        new_row[:-1][keep] = np.arange(int(keep.sum()), dtype=np.int32)
        for column in self.declared:
            kept = self._views[column.name][keep]
            if column.kind == "row":
                kept = new_row[kept]
            self._arrays[column.name] = kept
        self.size = int(keep.sum())
        self._refresh_views()
        self._sorted_uids = self._sorted_rows = None
        return new_row

    def reorder(self, order: Rows) -> NDArray[np.int32]:
        """Put rows into another order (for the test that order doesn't matter); returns as :meth:`compact`."""
        new_row = np.full(self.size + 1, NO_ROW, np.int32)
        new_row[order] = np.arange(self.size, dtype=np.int32)
        for column in self.declared:
            moved = self._views[column.name][order]
            self._arrays[column.name] = new_row[moved] if column.kind == "row" else moved
        self._refresh_views()
        self._sorted_uids = self._sorted_rows = None
        return new_row

    def copy(self) -> Columns:
        """Copy of everything; later changes of one don't show in the other."""
        arrays = {name: view.copy() for name, view in self._views.items()}
        return Columns(self.declared, self.size, arrays)

    def with_columns(self, extra: Iterable[Column]) -> Columns:
        """Copy with more columns, at their defaults; used for plug-in processes."""
        arrays = {name: view.copy() for name, view in self._views.items()}
        return Columns(self.declared + tuple(extra), self.size, arrays)

    # ------------------------------------------------------------------ inside
    def _capacity(self) -> int:
        return int(self._arrays["uid"].size)

    def _grow(self, capacity: int) -> None:
        """Make room; rows that aren't in use hold the defaults."""
        for column in self.declared:
            grown = np.full(capacity, column.default, column.dtype)
            grown[: self.size] = self._views[column.name]
            self._arrays[column.name] = grown

    def _refresh_views(self) -> None:
        self._views = {name: array[: self.size] for name, array in self._arrays.items()}
