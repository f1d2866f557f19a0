"""Everything that changes in a month, in one value that can be copied, kept and put back.

There is no generator state (draws are functions of seed, stream, person and month), so a `State` and the
settings determine the rest of a run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.accounts import Ledger
from wijksim.population.columns import Columns, Education, LeaveReason
from wijksim.population.places import Places

__all__ = [
    "EnterpriseState",
    "Homes",
    "Institutions",
    "InsurerState",
    "LabourMarketState",
    "Lineage",
    "LiveabilityState",
    "MunicipalityState",
    "State",
    "Ties",
]

SKILLS = len(Education)


def _zeros() -> NDArray[np.float64]:
    return np.zeros(SKILLS)


def _copy_fields(source: Any) -> Any:
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
        return _copy_fields(self)  # type: ignore[no-any-return]


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
        self.rows = np.vstack([self.rows, np.full((count, self.rows.shape[1]), -1, np.int32)])

    def remap(self, new_row: NDArray[np.int32], keep: NDArray[np.intp]) -> None:
        """Follow moved rows: `new_row` as made by :meth:`Columns.compact`, `keep` the old rows in the new order."""
        self.rows = new_row[self.rows[keep]]

    def forget(self, gone: NDArray[np.bool_]) -> None:
        """Drop ties with residents who left."""
        known = self.rows >= 0
        self.rows[known & gone[self.rows]] = -1

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
        return _copy_fields(self)  # type: ignore[no-any-return]


@dataclass
class EnterpriseState:
    """A social enterprise: its books and its plan. Its workers are rows whose ``employer`` is `index`."""

    key: str
    index: int
    opened: bool = False
    failed: bool = False
    capital_cents: int = 0
    reserve_cents: int = 0
    planned_places: float = 0.0
    months_in_debt: int = 0
    order_level: float = 1.0
    hours_delivered: float = 0.0
    unfilled_places: int = 0


@dataclass
class MunicipalityState:
    """What the municipality remembers between months.

    Assistance is counted gross, cents a year; what was spent in earlier years is in prices of the start.
    """

    assistance_budget_start: int = 0
    assistance_budget_year: int = 0
    assistance_spent_this_year: int = 0
    assistance_spent_by_year: tuple[float, ...] = ()
    measured_saving_per_place_year: float = 0.0
    funded_places: float = -1.0


@dataclass
class InsurerState:
    """A health insurer and what it has measured among its own insured."""

    index: int
    market_share: float
    co_funding_per_place_year: float = 0.0
    measured_effect_per_job_year: float = 0.0
    participants: int = 0


@dataclass
class LabourMarketState:
    """The regional labour market per skill (`Education`); what is marked "at start" never changes afterwards.

    Search mass is the number of hires to be expected in a month at tightness 1.
    """

    wijk_share: float = 1.0
    outside_search_mass: NDArray[np.float64] = field(default_factory=_zeros)
    search_mass_at_start: NDArray[np.float64] = field(default_factory=_zeros)
    regular_jobs: NDArray[np.float64] = field(default_factory=_zeros)
    unemployment_at_start: float = -1.0
    tie_employment_at_start: float = -1.0
    tightness: NDArray[np.float64] = field(default_factory=lambda: np.ones(SKILLS))
    vacancies_carried: NDArray[np.float64] = field(default_factory=_zeros)
    outsiders_hired: NDArray[np.float64] = field(default_factory=_zeros)


@dataclass
class LiveabilityState:
    """Levels in the first month of what the liveability index (*leefbaarheid*) is made of; negative is not set."""

    employment_rate: float = -1.0
    households_with_work: float = -1.0


@dataclass
class Institutions:
    """The memory of all institutions; what they decide is in `agents`."""

    enterprises: list[EnterpriseState] = field(default_factory=list)
    municipality: MunicipalityState = field(default_factory=MunicipalityState)
    insurers: list[InsurerState] = field(default_factory=list)
    labour_market: LabourMarketState = field(default_factory=LabourMarketState)
    liveability: LiveabilityState = field(default_factory=LiveabilityState)

    def copy(self) -> Institutions:
        """Copy of everything."""
        return Institutions(
            [_copy_fields(item) for item in self.enterprises],
            _copy_fields(self.municipality),
            [_copy_fields(item) for item in self.insurers],
            _copy_fields(self.labour_market),
            _copy_fields(self.liveability),
        )


@dataclass
class State:
    """All that changes: residents, forebears, ties, homes, ledger, institutions, and the month to come.

    Parameters
    ----------
    month : int
        Absolute month that the next step will simulate.
    flows : dict of str to float
        Counts of events of the month last simulated (births, hires, ...).
    """

    month: int
    columns: Columns
    lineage: Lineage
    ties: Ties
    homes: Homes
    ledger: Ledger = field(default_factory=Ledger)
    institutions: Institutions = field(default_factory=Institutions)
    flows: dict[str, float] = field(default_factory=dict)

    def copy(self) -> State:
        """Copy of everything; the two go on apart."""
        return State(
            self.month,
            self.columns.copy(),
            self.lineage.copy(),
            self.ties.copy(),
            self.homes.copy(),
            self.ledger.copy(),
            self.institutions.copy(),
            dict(self.flows),
        )

    def differences(self, other: State) -> Iterator[str]:
        """Name what differs from another state, bit for bit; nothing is yielded when the two are equal."""
        if self.month != other.month:
            yield "month"
        for name in self.columns.names:
            if not np.array_equal(self.columns[name], other.columns[name]):
                yield f"columns.{name}"
        for part in ("lineage", "homes"):
            mine, theirs = getattr(self, part), getattr(other, part)
            for item in fields(mine):
                if not np.array_equal(getattr(mine, item.name), getattr(theirs, item.name)):
                    yield f"{part}.{item.name}"
        if not np.array_equal(self.ties.rows, other.ties.rows):
            yield "ties"
        if self.ledger.postings() != other.ledger.postings():
            yield "ledger.postings"
        if not np.array_equal(self.ledger.balances, other.ledger.balances):
            yield "ledger.balances"
        if repr(self.institutions) != repr(other.institutions):
            yield "institutions"
        if self.flows != other.flows:
            yield "flows"
