"""The resident columns: one numpy array an attribute, one row a resident.

What there is stands in `resident_columns`. Rows are nobody's business but this module's and that of `blocks`:
columns of kind ``row`` hold the row of another resident (or -1) and are remapped here when rows move.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.population.blocks import Blocks, Rows, Templates
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
    "Rows",
    "Sex",
    "Status",
    "is_paid_work",
]


_NOBODY = np.zeros(0, np.uint32)


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
    _blocks: Blocks = field(init=False, repr=False)
    _views: dict[str, NDArray[Any]] = field(init=False, repr=False)
    _sorted_uids: NDArray[np.int64] | None = field(default=None, init=False, repr=False)
    _sorted_rows: Rows | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        names = [column.name for column in self.declared]
        if len(set(names)) != len(names):
            double = sorted({name for name in names if names.count(name) > 1})
            raise ValueError(f"columns declared twice: {', '.join(double)}")
        self._blocks = Blocks(self.declared, self.size)
        self._rows_moved()

    # ------------------------------------------------------------------ reading
    def __getitem__(self, name: str) -> NDArray[Any]:
        """Array of one attribute for all rows in use; writing into it changes the residents."""
        return self._views[name]

    def __contains__(self, name: object) -> bool:
        return name in self._views

    def __len__(self) -> int:
        return self.size

    @property
    def arrays(self) -> Mapping[str, NDArray[Any]]:
        """Arrays of all attributes by name, as of now: others when rows come or move."""
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

    def templates(self) -> Templates:
        """All rows as they are now, to be copied by :meth:`write_copies`."""
        return Templates(self._blocks, self.size)

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

        Raises
        ------
        OverflowError
            If whole numbers don't fit in their column.
        """
        unknown = set(values) - set(self._views)
        if unknown:
            raise KeyError(f"no such columns: {', '.join(sorted(unknown))}")
        first, self.size = self.size, self.size + count
        self._blocks.make_room(self.size, first)
        self._rows_moved()
        for name, given in values.items():
            rows = self._views[name][first:]
            rows[:] = given
            if rows.dtype.kind in "iu" and not np.array_equal(rows, np.broadcast_to(given, rows.shape)):
                raise OverflowError(
                    f"column {name}: values from {np.min(given)} to {np.max(given)} were given, expected whole "
                    f"numbers that fit in {rows.dtype}; declare a wider column or give other values."
                )
        return np.arange(first, self.size, dtype=np.intp)

    def write_copies(
        self, templates: Templates, places: Rows, first: int, shift: int, row_of: NDArray[np.int32]
    ) -> None:
        """Write rows from `first` on as copies of other residents, with their lives moved in time.

        Parameters
        ----------
        templates : Templates
            Of columns declared as these are.
        places : array of intp, shape (count,)
            Who is copied, as rows there.
        first : int
            First row to be written.
        shift : int
            Added to months; what never happened (-1) stays so.
        row_of : array of int32, shape (rows there + 1,)
            Row here of each row there, or -1; the last entry is -1, for references to nobody.
        """
        self._blocks.write_copies(templates, places, first, shift, row_of)

    def reset_monthly(self) -> None:
        """Put columns that hold something of one month only back to their defaults."""
        self._blocks.reset_monthly(self.size)

    def leave(self, rows: Rows, within: Collection[str] = (), near: NDArray[np.integer[Any]] = _NOBODY) -> None:
        """Mark residents as gone and reset every reference to them.

        Parameters
        ----------
        rows : array of intp, shape (n,)
            Who leaves.
        within : collection of str, optional
            Columns of kind ``row`` in which only the rows `near` may refer to them; all others are looked at in
            every row.
        near : array of int, shape (m,), optional
            Those rows.
        """
        self._views["present"][rows] = False
        self._blocks.forget(rows, self.size, within, near)

    def compact(self) -> NDArray[np.int32]:
        """Drop the rows of leavers, keeping the order of the others.

        Returns
        -------
        array of int32, shape (rows before + 1,)
            New row of each old row, -1 where it is gone; the last entry is -1 too, so that a reference to
            nobody maps to itself.
        """
        return self.reorder(self.present_rows())

    def reorder(self, order: Rows) -> NDArray[np.int32]:
        """Keep these rows, in this order; returns as :meth:`compact`."""
        new_row = np.full(self.size + 1, NO_ROW, np.int32)
        new_row[order] = np.arange(order.size, dtype=np.int32)
        self._blocks.reorder(order, self.size, new_row)
        self.size = int(order.size)
        self._rows_moved()
        return new_row

    def copy(self) -> Columns:
        """Copy of everything; later changes of one don't show in the other."""
        other = object.__new__(Columns)
        other.declared, other.size = self.declared, self.size
        other._blocks = self._blocks.copy(self.size)
        other._rows_moved()
        return other

    def with_columns(self, extra: Iterable[Column]) -> Columns:
        """Copy with more columns, at their defaults; used for plug-in processes."""
        more = tuple(extra)
        if not more:
            return self.copy()
        other = Columns(self.declared + more, self.size)
        for name, view in self._views.items():
            other[name][:] = view
        return other

    # ------------------------------------------------------------------ inside
    def _rows_moved(self) -> None:
        self._views = self._blocks.views(self.size)
        self._sorted_uids = self._sorted_rows = None
