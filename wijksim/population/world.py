"""What the residents leave and share: forebears, ties and homes; and the start of a neighbourhood with them."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wijksim.kernels import kernel
from wijksim.population.columns import NO_ROW, Columns, Rows
from wijksim.population.places import Places

__all__ = ["Homes", "Lineage", "Start", "Ties", "copy_fields"]


def copy_fields(source: Any) -> Any:
    """Copy a flat dataclass whose fields are numbers, text or arrays."""
    values = {item.name: getattr(source, item.name) for item in fields(source)}
    return type(source)(**{k: v.copy() if isinstance(v, np.ndarray) else v for k, v in values.items()})


def _with_room(count: int) -> int:
    """Length of an array that holds so many, and will grow."""
    return count + count // 4


@dataclass
class Lineage:
    """Everyone who ever lived here or is an ancestor of one who did; only grows.

    Work history of people who live in the wijk is in their columns, and is written here when they leave. Arrays have
    the shape (people,).

    Parameters
    ----------
    uid : array of int64
        Identity.
    mother : array of int64
        Identity of the mother; -1 is unknown.
    father : array of int64
        Identity of the father; -1 is unknown.
    birth_month : array of int32
        Absolute month of birth.
    adult_months : array of int16
        Months of adult life (`mechanisms.md` rule 13).
    adult_months_paid : array of int16
        Of these, months in paid work.
    left_month : array of int32
        Absolute month of leaving the wijk; -1 while in it.
    left_reason : array of int8
        Why, code of `LeaveReason`; 0 while in the wijk.
    """

    uid: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    mother: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    father: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    birth_month: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    adult_months: NDArray[np.int16] = field(default_factory=lambda: np.zeros(0, np.int16))
    adult_months_paid: NDArray[np.int16] = field(default_factory=lambda: np.zeros(0, np.int16))
    left_month: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    left_reason: NDArray[np.int8] = field(default_factory=lambda: np.zeros(0, np.int8))

    def __post_init__(self) -> None:
        self._buffers: dict[str, NDArray[Any]] = {}
        self._places = Places()

    def add(self, **values: NDArray[Any]) -> None:
        """Append people; every field must be given, each of the same length."""
        first = self.extend(len(values["uid"]))
        for item in fields(self):
            getattr(self, item.name)[first:] = values[item.name]

    def extend(self, count: int) -> int:
        """Make room for people, whose fields the caller must write all; gives the place of the first."""
        first, last = self.uid.size, self.uid.size + count
        buffers = self._buffers
        for name in _LINEAGE:
            array, buffer = getattr(self, name), buffers.get(name)
            if buffer is None or array.base is not buffer or buffer.size < last:
                buffer = buffers[name] = np.empty(_with_room(last), array.dtype)
                buffer[:first] = array
            setattr(self, name, buffer[:last])
        return first

    def table(self) -> NDArray[np.int32]:
        """Open hash table of the places of all identities, for kernels (:mod:`wijksim.population.places`)."""
        return self._places.table(self.uid)

    def places_of(self, uids: NDArray[np.int64]) -> NDArray[np.intp]:
        """Place in these arrays of each identity, or -1 where it isn't known."""
        return self._places.of(self.uid, uids)

    def parents_of(self, uids: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Identities of the mother and of the father of each; -1 is unknown, as for who isn't known here."""
        places = self.places_of(uids)
        known = places >= 0
        mothers, fathers = np.full(places.shape, -1), np.full(places.shape, -1)
        mothers[known], fathers[known] = self.mother[places[known]], self.father[places[known]]
        return mothers, fathers

    def places_of_one(self, uid: int) -> int:
        """Place of one identity, or -1 where it isn't known."""
        return int(self.places_of(np.array([uid], np.int64))[0])

    def copy(self) -> Lineage:
        """Copy of everything, with room for more."""
        other = Lineage(*(getattr(self, name)[:0] for name in _LINEAGE))
        other.extend(self.uid.size)
        for name in _LINEAGE:
            getattr(other, name)[:] = getattr(self, name)
        other._places = self._places.copy()
        return other


_LINEAGE = tuple(item.name for item in fields(Lineage))


@kernel
def _follow(
    rows: NDArray[np.int32], keep: NDArray[np.intp], new_row: NDArray[np.int32], out: NDArray[np.int32]
) -> None:
    for n in range(keep.size):
        for k in range(rows.shape[1]):
            out[n, k] = new_row[rows[keep[n], k]]


@kernel
def _not_held_back(rows: NDArray[np.int32]) -> NDArray[np.int32]:
    """Pairs of which the first has a tie with the second and the second none with the first, shape (n, 2)."""
    pairs, count = np.empty((rows.size, 2), np.int32), 0
    for i in range(rows.shape[0]):
        for k in range(rows.shape[1]):
            other = rows[i, k]
            if other < 0:
                continue
            held = False
            for place in range(rows.shape[1]):
                held |= rows[other, place] == i
            pairs[count, 0], pairs[count, 1] = i, other
            count += not held
    return pairs[:count].copy()


@kernel
def _drop_tie(rows: NDArray[np.int32], row: int, other: int) -> None:
    for place in range(rows.shape[1]):
        if rows[row, place] == other:
            rows[row, place] = NO_ROW


@kernel
def _forget(rows: NDArray[np.int32], one_sided: NDArray[np.int32], left: Rows) -> NDArray[np.int32]:
    """Drop all ties of and with those who left; the ties held by one side that are left.

    A tie with a leaver is found from the leaver's own, or among those that are held by one side: work goes with the
    number of leavers and of these.
    """
    gone = np.zeros(rows.shape[0], np.bool_)
    for row in left:
        gone[row] = True
        for place in range(rows.shape[1]):
            other = rows[row, place]
            if other >= 0:
                _drop_tie(rows, other, row)
                rows[row, place] = NO_ROW
    kept, count = np.empty_like(one_sided), 0
    for n in range(one_sided.shape[0]):
        holder, held = one_sided[n]
        if gone[held]:
            _drop_tie(rows, holder, held)
        kept[count] = one_sided[n]
        count += not (gone[holder] | gone[held])
    return kept[:count]


@dataclass
class Ties:
    """Whom each resident knows outside the household: rows of neighbours and friends, -1 where a place is free.

    Mostly both hold a tie; where one has no free place, the other holds it alone. Those ties are kept in a list, so
    that all who know a leaver are found without looking at everybody. Who writes into `rows` says so:
    :meth:`note_one_sided` of what was added, or :meth:`rewritten`.

    Parameters
    ----------
    rows : array of int32, shape (residents, ties per person)
        Row of each neighbour or friend.
    """

    rows: NDArray[np.int32]

    def __post_init__(self) -> None:
        self._buffer = self.rows
        self._one_sided: NDArray[np.int32] | None = None

    def rewritten(self) -> None:
        """Say that ties were written into `rows`, so that those held by one side must be looked for again."""
        self._one_sided = None

    def note_one_sided(self, pairs: NDArray[np.int32]) -> None:
        """Say which of the ties just written into `rows` are held by one side, shape (n, 2): who holds it, and whom."""
        if self._one_sided is not None and pairs.size:
            self._one_sided = np.concatenate([self._one_sided, pairs])

    def extend(self, count: int) -> None:
        """Add residents who know nobody yet."""
        first, last = self.rows.shape[0], self.rows.shape[0] + count
        if self.rows.base is not self._buffer or self._buffer.shape[0] < last:
            self._buffer = np.empty((_with_room(last), self.rows.shape[1]), np.int32)
            self._buffer[:first] = self.rows
        self._buffer[first:last] = NO_ROW
        self.rows = self._buffer[:last]

    def remap(self, new_row: NDArray[np.int32], keep: NDArray[np.intp]) -> None:
        """Follow moved rows: `new_row` as made by :meth:`Columns.compact`, `keep` the old rows in the new order."""
        moved = np.empty((_with_room(keep.size), self.rows.shape[1]), np.int32)
        _follow(self.rows, keep, new_row, moved)
        self._buffer, self.rows = moved, moved[: keep.size]
        if self._one_sided is not None:
            pairs = new_row[self._one_sided]
            self._one_sided = pairs[(pairs >= 0).all(axis=1)]

    def forget(self, left: Rows) -> None:
        """Drop ties of and with residents who left, given by their rows."""
        if self._one_sided is None:
            self._one_sided = _not_held_back(self.rows)
        self._one_sided = _forget(self.rows, self._one_sided, left)

    def copy(self) -> Ties:
        """Copy of everything, with room for more."""
        other = Ties(self.rows[:0])
        other.extend(len(self.rows))
        other.rows[:] = self.rows
        other._one_sided = self._one_sided  # never written into, but replaced
        return other


@dataclass
class Homes:
    """Homes on the street plan. Empty homes are taken by new households first.

    Parameters
    ----------
    x : array of float32, shape (homes,)
        Metres east.
    y : array of float32, shape (homes,)
        Metres north.
    area : array of int16, shape (homes,)
        Number of the area.
    area_keys : tuple of str
        The profile's areas, in order.
    """

    x: NDArray[np.float32]
    y: NDArray[np.float32]
    area: NDArray[np.int16]
    area_keys: tuple[str, ...] = ("wijk",)

    def area_index(self, key: str) -> int:
        """Index of an area by its key."""
        return self.area_keys.index(key)

    def __len__(self) -> int:
        return int(self.x.size)

    def copy(self) -> Homes:
        """Copy of everything."""
        return copy_fields(self)  # type: ignore[no-any-return]


class Start(NamedTuple):
    """A neighbourhood before its first month.

    Parameters
    ----------
    month : int
        Absolute month that is to be simulated first.
    """

    month: int
    columns: Columns
    lineage: Lineage
    ties: Ties
    homes: Homes
