"""Where each identity stands in an array that only grows: an open hash table on the identities, which are hashes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wijksim.kernels import kernel
from wijksim.randomness import hash_one

__all__ = ["Places", "free_uid", "free_uids", "place_of", "places_of"]


@kernel
def _enter(table: NDArray[np.int32], known: NDArray[np.int64], first: int) -> None:
    mask = table.size - 1
    for place in range(first, known.size):
        slot = known[place] & mask
        while table[slot] >= 0:
            slot = (slot + 1) & mask
        table[slot] = place


@kernel
def place_of(table: NDArray[np.int32], known: NDArray[np.int64], uid: int) -> int:
    """Place of one identity by the table of :meth:`Places.table`, or -1."""
    mask = table.size - 1
    slot = uid & mask
    while table[slot] >= 0 and known[table[slot]] != uid:
        slot = (slot + 1) & mask
    return int(table[slot])


@kernel
def places_of(
    table: NDArray[np.int32], known: NDArray[np.int64], uid: NDArray[np.int64], rows: NDArray[np.intp]
) -> NDArray[np.int32]:
    """:func:`place_of` of the identities of some rows; what stands far apart comes from memory many at a time."""
    mask = table.size - 1
    places = np.empty(rows.size, np.int32)
    found = np.empty(rows.size, np.bool_)
    for n in range(rows.size):
        places[n] = table[uid[rows[n]] & mask]
    for n in range(rows.size):
        found[n] = (places[n] >= 0) & (known[max(places[n], 0)] == uid[rows[n]])
    for n in range(rows.size):
        if not found[n]:
            places[n] = place_of(table, known, uid[rows[n]])
    return places


@kernel
def free_uid(table: NDArray[np.int32], known: NDArray[np.int64], key: np.uint64, first: int, second: int) -> int:
    """Identity that nobody in the table has, by :func:`wijksim.randomness.hash_one` with a counter that rises."""
    counter = 0
    uid = hash_one(key, first, second, counter)
    while place_of(table, known, uid) >= 0:
        counter += 1
        uid = hash_one(key, first, second, counter)
    return uid


@kernel
def free_uids(
    table: NDArray[np.int32],
    known: NDArray[np.int64],
    key: np.uint64,
    first: NDArray[np.int64],
    which: NDArray[np.intp],
    second: int,
    out: NDArray[np.int64],
) -> None:
    """:func:`free_uid` of ``first[which]``, each written into `out`.

    Slots of the table come from memory many at a time in a loop of nothing else; hardly any is taken.
    """
    mask = table.size - 1
    taken = np.empty(which.size, np.bool_)
    for k in range(which.size):
        out[k] = hash_one(key, first[which[k]], second, 0)
        taken[k] = table[out[k] & mask] >= 0
    for k in range(which.size):
        if taken[k]:
            out[k] = free_uid(table, known, key, first[which[k]], second)


@kernel
def _look_up(
    table: NDArray[np.int32], known: NDArray[np.int64], wanted: NDArray[np.int64], out: NDArray[np.intp]
) -> None:
    for i in range(wanted.size):
        out[i] = place_of(table, known, wanted[i])


class Places:
    """Table of places, brought up to date when it is asked."""

    def __init__(self) -> None:
        self._table = np.full(2, -1, np.int32)
        self._entered = 0

    def table(self, known: NDArray[np.int64]) -> NDArray[np.int32]:
        """Give the table of `known`, which has only grown since the last question."""
        if self._table.size < 2 * known.size:
            self._table = np.full(1 << (4 * known.size).bit_length(), -1, np.int32)
            self._entered = 0
        if self._entered < known.size:
            _enter(self._table, known, self._entered)
            self._entered = known.size
        return self._table

    def copy(self) -> Places:
        """Copy for an array that is the same up to now."""
        other = Places()
        other._table, other._entered = self._table.copy(), self._entered
        return other

    def of(self, known: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.intp]:
        """Place in `known`, which has only grown since the last question, of each of `wanted`, or -1."""
        out = np.empty(wanted.size, np.intp)
        _look_up(self.table(known), known, np.ascontiguousarray(wanted, np.int64), out)
        return out
