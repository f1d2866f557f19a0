"""Where the columns are kept: those of one dtype in one block, so that rows come, move and go block by block.

A column is a row of its block, contiguous in memory. Sixty columns have six dtypes.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.calendar import LAST_MONTH
from wijksim.kernels import kernel
from wijksim.population.resident_columns import NO_ROW, Column

__all__ = ["Blocks", "Rows", "Templates"]

Rows = NDArray[np.intp]

_ROOM = 4  # one row in so many is kept free when a block grows


@kernel
def _forget(
    references: NDArray[np.int32], gone: Rows, within: NDArray[np.bool_], near: NDArray[np.integer[Any]]
) -> None:
    """Set references to rows that are gone to -1.

    The look-up has a first place for -1: a test of the sign costs four times as much, as it can't be foreseen. An
    index without sign spares the test that numba makes for indices counted from the end.

    Parameters
    ----------
    references : array of int32, shape (columns, rows)
    gone : array of intp, shape (n,)
    within : array of bool, shape (columns,)
        Columns in which only the rows `near` may refer to those that are gone.
    near : array of int, shape (m,)
    """
    lost = np.zeros(references.shape[1] + 1, np.bool_)
    for row in gone:
        lost[row + 1] = True
    for k in range(references.shape[0]):
        if within[k]:
            for i in near:
                if lost[references[k, i] + 1]:
                    references[k, i] = NO_ROW
        else:
            for i in range(references.shape[1]):
                if lost[np.uint32(references[k, i] + 1)]:
                    references[k, i] = NO_ROW


@kernel
def _copy_people(
    people: NDArray[Any],
    places: Rows,
    block: NDArray[Any],
    first: int,
    references: int,
    row_of: NDArray[np.int32],
    months: Rows,
    shift: int,
) -> None:
    """Write people, shape (rows, columns), of these places into the block from its place `first` on.

    Their references follow `row_of`, and their months move; what never happened (-1) stays so.
    """
    for n in range(places.size):
        for k in range(block.shape[0]):
            block[k, first + n] = people[places[n], k]
    for k in range(references):
        for i in range(first, first + places.size):
            block[k, i] = row_of[int(block[k, i])]
    for k in months:
        for i in range(first, first + places.size):
            if block[k, i] >= 0:
                block[k, i] = min(int(block[k, i]) + shift, LAST_MONTH)


@kernel
def _drop(block: NDArray[Any], rows: Rows) -> None:
    """Keep these rows, which rise, in place."""
    for k in range(block.shape[0]):
        for n in range(rows.size):
            block[k, n] = block[k, rows[n]]


def _capacity(rows: int) -> int:
    return rows + rows // _ROOM


class Blocks:
    """Arrays of equal length; entries that aren't in use hold the defaults.

    Parameters
    ----------
    declared : sequence of Column
        Columns; within a block references to rows come first, and what is of one month only comes last.
    capacity : int
        Length of the arrays.
    """

    def __init__(self, declared: Sequence[Column], capacity: int) -> None:
        by_dtype: dict[np.dtype[Any], list[Column]] = {}
        for column in sorted(declared, key=lambda column: (column.kind != "row", column.monthly)):
            by_dtype.setdefault(np.dtype(column.dtype), []).append(column)
        self.layout = tuple((dtype, tuple(columns)) for dtype, columns in by_dtype.items())
        self._names = [[column.name for column in columns] for _, columns in self.layout]
        self._defaults = [np.array([[c.default] for c in columns], dtype) for dtype, columns in self.layout]
        self._monthly = [sum(not c.monthly for c in columns) for _, columns in self.layout]
        self._references = [sum(c.kind == "row" for c in columns) for _, columns in self.layout]
        self.months = [
            np.array([k for k, c in enumerate(columns) if c.unit == "month" and c.kind == "value"], np.intp)
            for _, columns in self.layout
        ]
        self._allocate(capacity, 0)

    def _allocate(self, capacity: int, used: int) -> None:
        """Make arrays anew, with the defaults but in the first entries, which the caller must write."""
        self.capacity = capacity
        self.values: list[NDArray[Any]] = []
        for defaults in self._defaults:
            block = np.empty((defaults.size, capacity), defaults.dtype)
            block[:, used:] = defaults
            self.values.append(block)

    def copy(self, used: int) -> Blocks:
        """Copy of the first so many entries, with room for more."""
        other = object.__new__(Blocks)
        other.__dict__.update(self.__dict__)
        other._allocate(_capacity(used), used)
        other._take(self.values, used)
        return other

    def _take(self, values: Sequence[NDArray[Any]], used: int) -> None:
        for block, theirs in zip(self.values, values, strict=True):
            block[:, :used] = theirs[:, :used]

    def views(self, rows: int) -> dict[str, NDArray[Any]]:
        """Give the first so many entries of each column."""
        found: dict[str, NDArray[Any]] = {}
        for block, names in zip(self.values, self._names, strict=True):
            found.update(zip(names, block[:, :rows], strict=True))
        return found

    def reset_monthly(self, rows: int) -> None:
        """Put what is of one month only back to its defaults, in the first so many entries."""
        for block, defaults, first in zip(self.values, self._defaults, self._monthly, strict=True):
            if first < defaults.size:
                block[first:, :rows] = defaults[first:]

    def make_room(self, rows: int, used: int) -> None:
        """Have room for so many rows, of which the first `used` are in use."""
        if rows <= self.capacity:
            return
        before = self.values
        self._allocate(_capacity(rows), used)
        self._take(before, used)

    def forget(self, gone: Rows, used: int, within: Collection[str], near: NDArray[np.integer[Any]]) -> None:
        """Reset references to rows that are gone; parameters as of `Columns.leave`."""
        for block, references, names in zip(self.values, self._references, self._names, strict=True):
            if references:
                some = np.array([name in within for name in names[:references]])
                _forget(block[:references, :used], gone, some, near)

    def reorder(self, order: Rows, used: int, new_row: NDArray[np.int32]) -> None:
        """Keep these of the rows in use, in this order; references follow `new_row`, which ends with -1."""
        rising = bool(np.all(order[1:] > order[:-1]))
        for block, references, defaults in zip(self.values, self._references, self._defaults, strict=True):
            if rising:
                _drop(block, order)
            else:
                block[:, : order.size] = block[:, order]
            block[:, order.size : used] = defaults
            if references:
                block[:references, : order.size] = new_row[block[:references, : order.size]]

    def write_copies(
        self, templates: Templates, places: Rows, first: int, shift: int, row_of: NDArray[np.int32]
    ) -> None:
        """Write rows from `first` on as copies of others; parameters as of `Columns.write_copies`."""
        if templates.layout != self.layout:
            raise ValueError("rows can be copied only from columns that are declared alike")
        for block, people, references, months in zip(
            self.values, templates.people, self._references, self.months, strict=True
        ):
            _copy_people(people, places, block, first, references, row_of, months, shift)


class Templates:
    """People whose attributes are copied: all of one person lie together, and those of a dtype side by side.

    Attributes
    ----------
    people : list of array, shape (rows, columns)
        By dtype, in the order of the blocks.
    """

    def __init__(self, blocks: Blocks, rows: int) -> None:
        self.layout = blocks.layout
        widths = [block.shape[0] * block.itemsize for block in blocks.values]
        begins = np.zeros(len(widths), np.intp)
        together = 0
        for k in sorted(range(len(widths)), key=lambda k: -blocks.values[k].itemsize):  # so that all are aligned
            begins[k], together = together, together + widths[k]
        widest = max(block.itemsize for block in blocks.values)
        everything = np.empty((rows, -(-together // widest) * widest), np.uint8)
        self.people = []
        for block, begin, width in zip(blocks.values, begins, widths, strict=True):
            people = everything[:, begin : begin + width].view(block.dtype)
            people[:] = block[:, :rows].T
            self.people.append(people)
