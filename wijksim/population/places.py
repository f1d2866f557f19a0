"""Where each identity stands in an array that only grows: an open hash table on the identities, which are hashes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wijksim.kernels import kernel

__all__ = ["Places"]


@kernel
def _enter(table: NDArray[np.int32], known: NDArray[np.int64], first: int) -> None:
    mask = table.size - 1
    for place in range(first, known.size):
        slot = known[place] & mask
        while table[slot] >= 0:
            slot = (slot + 1) & mask
        table[slot] = place


@kernel
def _look_up(
    table: NDArray[np.int32], known: NDArray[np.int64], wanted: NDArray[np.int64], out: NDArray[np.intp]
) -> None:
    mask = table.size - 1
    for i in range(wanted.size):
        slot = wanted[i] & mask
        while table[slot] >= 0 and known[table[slot]] != wanted[i]:
            slot = (slot + 1) & mask
        out[i] = table[slot]


class Places:
    """Table of places, brought up to date when it is asked."""

    def __init__(self) -> None:
        self._table = np.full(2, -1, np.int32)
        self._entered = 0

    def of(self, known: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.intp]:
        """Place in `known`, which has only grown since the last question, of each of `wanted`, or -1."""
        if self._table.size < 2 * known.size:
            self._table = np.full(1 << (4 * known.size).bit_length(), -1, np.int32)
            self._entered = 0
        if self._entered < known.size:
            _enter(self._table, known, self._entered)
            self._entered = known.size
        out = np.empty(wanted.size, np.intp)
        _look_up(self._table, known, np.ascontiguousarray(wanted, np.int64), out)
        return out
