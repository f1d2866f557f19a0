"""What the residents leave and share: forebears, ties and homes; and the start of a neighbourhood with them."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wijksim.population.columns import Columns, LeaveReason, forget
from wijksim.population.places import Places

__all__ = ["Homes", "Lineage", "Start", "Ties", "copy_fields"]


def copy_fields(source: Any) -> Any:
    """Copy a flat dataclass whose fields are numbers, text or arrays."""
    values = {item.name: getattr(source, item.name) for item in fields(source)}
    return type(source)(**{k: v.copy() if isinstance(v, np.ndarray) else v for k, v in values.items()})


@dataclass
class Lineage:
    """Everyone who ever lived here or is an ancestor of one who did; only grows.

    Arrays of shape (people,): identity, parents (-1 is unknown), birth month, months and paid months of adult
    life (`mechanisms.md` rule 13), month and reason of leaving (-1 and 0 while in the wijk). Work history of
    people who live in the wijk is in their columns, and is written here when they leave.
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
        first, last = self.uid.size, self.uid.size + len(values["uid"])
        for item in fields(self):
            array, buffer = getattr(self, item.name), self._buffers.get(item.name)
            if buffer is None or array.base is not buffer or buffer.size < last:
                buffer = self._buffers[item.name] = np.empty(last + last // 4, array.dtype)
                buffer[:first] = array
            buffer[first:last] = values[item.name]
            setattr(self, item.name, buffer[:last])

    def places_of(self, uids: NDArray[np.int64]) -> NDArray[np.intp]:
        """Place in these arrays of each identity, or -1 where it isn't known."""
        return self._places.of(self.uid, uids)

    def places_of_one(self, uid: int) -> int:
        """Place of one identity, or -1 where it isn't known."""
        return int(self.places_of(np.array([uid], np.int64))[0])

    def record_leaving(
        self,
        uids: NDArray[np.int64],
        month: int,
        reason: LeaveReason,
        adult_months: NDArray[np.int16],
        adult_months_paid: NDArray[np.int16],
    ) -> None:
        """Write the work history of people who die or move out."""
        places = self.places_of(uids)
        self.left_month[places] = month
        self.left_reason[places] = reason
        self.adult_months[places] = adult_months
        self.adult_months_paid[places] = adult_months_paid

    def copy(self) -> Lineage:
        """Copy of everything."""
        return copy_fields(self)  # type: ignore[no-any-return]


@dataclass
class Ties:
    """Whom each resident knows outside the household: rows of neighbours and friends, -1 where a place is free.

    Parameters
    ----------
    rows : array of int32, shape (residents, ties per person)
    """

    rows: NDArray[np.int32]

    def extend(self, count: int) -> None:
        """Add residents who know nobody yet."""
        if count:
            self.rows = np.vstack([self.rows, np.full((count, self.rows.shape[1]), -1, np.int32)])

    def remap(self, new_row: NDArray[np.int32], keep: NDArray[np.intp]) -> None:
        """Follow moved rows: `new_row` as made by :meth:`Columns.compact`, `keep` the old rows in the new order."""
        self.rows = new_row[self.rows[keep]]

    def forget(self, gone: NDArray[np.bool_]) -> None:
        """Drop ties with residents who left."""
        forget(self.rows.reshape(-1), gone)

    def copy(self) -> Ties:
        """Copy of everything."""
        return Ties(self.rows.copy())


@dataclass
class Homes:
    """Homes on the street plan: metres east and north, and area; arrays of shape (homes,).

    Empty homes are taken by new households first; `area_keys` are the profile's areas in order.
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
