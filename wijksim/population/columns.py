"""The resident columns: one numpy array an attribute, one row a resident.

Every column is declared once, with dtype, unit and meaning. Rows are nobody's business but this module's:
columns of kind ``row`` hold the row of another resident (or -1) and are remapped here when rows move.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

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

NO_ROW = -1
"""Value of a ``row`` column that refers to nobody."""

Rows = NDArray[np.intp]


@dataclass(frozen=True)
class Column:
    """Declaration of one attribute of all residents.

    Parameters
    ----------
    name : str
        Attribute name.
    dtype : str
        numpy dtype.
    default : int, float or bool
        Value of a new row.
    unit : str
        Unit, or "code", "month" (absolute), "row", "uid".
    meaning : str
        One sentence for docs and ODD.
    kind : {"value", "row", "uid"}
        A ``row`` column is remapped when rows move and reset when the resident it refers to leaves.
    monthly : bool
        Set to the default again at the start of each month.
    """

    name: str
    dtype: str
    default: float
    unit: str
    meaning: str
    kind: Literal["value", "row", "uid"] = "value"
    monthly: bool = False


def _declare() -> tuple[Column, ...]:
    never = -1
    return (
        Column("uid", "i8", -1, "uid", "Identity of the resident, kept for life.", "uid"),
        Column("mother", "i8", -1, "uid", "Identity of the mother; -1 is unknown.", "uid"),
        Column("father", "i8", -1, "uid", "Identity of the father; -1 is unknown.", "uid"),
        Column("mother_row", "i4", NO_ROW, "row", "Row of the mother while she lives in the wijk.", "row"),
        Column("father_row", "i4", NO_ROW, "row", "Row of the father while he lives in the wijk.", "row"),
        Column("partner_row", "i4", NO_ROW, "row", "Row of the partner in the same household.", "row"),
        Column(
            "head_row",
            "i4",
            NO_ROW,
            "row",
            "Row of the household's head, the member with the smallest uid.",
            "row",
        ),
        Column("unit_row", "i4", NO_ROW, "row", "Row that stands for the benefit unit (bijstandseenheid).", "row"),
        Column("household", "i8", -1, "uid", "Identity of the household.", "uid"),
        Column("home", "i4", -1, "index", "Home on the street plan."),
        Column("area", "i2", 0, "index", "Area of the profile in which the home stands."),
        Column(
            "present",
            "?",
            True,
            "yes/no",
            "Whether the row is a resident; leavers stay until rows are compacted.",
        ),
        Column(
            "starter",
            "?",
            False,
            "yes/no",
            "Whether the resident lived in the wijk at the start (starting cohort).",
        ),
        Column("birth_month", "i4", 0, "month", "Month of birth."),
        Column("sex", "i1", 0, "code", "Sex, code of `Sex`."),
        Column(
            "education",
            "i1",
            Education.LOW,
            "code",
            "Highest education, code of `Education`; a child's is drawn at 16.",
        ),
        Column("births", "i1", 0, "children", "Number of children born to her."),
        Column("partner_spell", "i2", 0, "count", "Number of partnerships so far; keys a partner from outside."),
        Column("frailty", "f4", 0.0, "SD", "Fixed tendency to ill health, standard normal in the population."),
        Column("employability", "f4", 0.0, "SD", "Fixed ability to find and keep work, standard normal."),
        Column(
            "productivity",
            "f4",
            1.0,
            "share of minimum wage",
            "What the resident can earn for an employer (loonwaarde).",
        ),
        Column(
            "productivity_measured",
            "f4",
            0.0,
            "share of minimum wage",
            "Productivity as the first place measured it; 0 is never measured.",
        ),
        Column(
            "wage_multiple",
            "f4",
            1.0,
            "minimum wages",
            "Full-time wage in a regular job over the minimum wage.",
        ),
        Column("status", "i1", Status.CHILD, "code", "Activity status, code of `Status`."),
        Column("status_since", "i4", 0, "month", "Month in which the status began."),
        Column("out_of_work_since", "i4", 0, "month", "Month in which the present spell without paid work began."),
        Column(
            "job_since",
            "i4",
            never,
            "month",
            "Month in which the present job or placement began; -1 is none.",
        ),
        Column(
            "employer",
            "i2",
            -1,
            "index",
            "Social enterprise of the job or placement; -1 is any other employer.",
        ),
        Column("contract", "i1", Contract.NONE, "code", "Kind of contract, code of `Contract`."),
        Column("contract_until", "i4", never, "month", "Month in which a temporary contract or placement ends."),
        Column("hours_share", "f4", 0.0, "share of full time", "Hours of the present or last job or placement."),
        Column(
            "idle_since",
            "i4",
            never,
            "month",
            "Begin of the time out of work that counts in search of someone in or from a place; -1 is none.",
        ),
        Column("lock_in_until", "i4", never, "month", "Until when a placement takes time away from search."),
        Column("coached_until", "i4", never, "month", "Until when coaching helps finding a regular job."),
        Column("subsidised_since", "i4", never, "month", "Month in which a temporary hiring subsidy began."),
        Column(
            "weeks_worked",
            "f4",
            0.0,
            "weeks of 36",
            "Recent weeks in work, for the entry condition of the WW.",
        ),
        Column("ww_months_built", "f4", 0.0, "months", "Work history that counts for the length of the WW."),
        Column("ww_until", "i4", never, "month", "Month in which unemployment benefit (WW) ends."),
        Column("ww_since", "i4", never, "month", "Month in which unemployment benefit (WW) began."),
        Column("ww_after_place", "i1", never, "code", "`Status` before the place that led to the last WW; -1 is none."),
        Column(
            "last_wage",
            "i4",
            0,
            "cents a month",
            "Gross wage of the last job, base of the WW and disability benefit.",
        ),
        Column("ill", "?", False, "yes/no", "Whether health hinders work now."),
        Column("sick_since", "i4", never, "month", "Month in which the present sick leave began; -1 is none."),
        Column(
            "take_up",
            "f4",
            0.5,
            "0 to 1",
            "Fixed rank in claiming social assistance that one is entitled to.",
        ),
        Column("exemption_used", "i1", 0, "months", "Months of the earnings exemption used in this spell."),
        Column("wage", "i4", 0, "cents", "Gross wage or profit of this month.", monthly=True),
        Column("net_earnings", "i4", 0, "cents", "Earnings of this month after tax.", monthly=True),
        Column("benefit", "i4", 0, "cents", "Net benefits of this month of the resident.", monthly=True),
        Column(
            "assistance",
            "i4",
            0,
            "cents",
            "Net social assistance (bijstand) of this month, or of the last until it is paid, on the unit's row.",
        ),
        Column(
            "income",
            "i8",
            0,
            "cents",
            "All that was paid to the resident this month, less what the resident paid.",
            monthly=True,
        ),
        Column("mental", "f4", 0.0, "SD", "Mental ill health z; higher is worse."),
        Column("physical", "f4", 0.0, "SD", "Physical ill health y; higher is worse."),
        Column("mental_care", "?", False, "yes/no", "Whether the resident is in mental health care this month."),
        Column("gp_contacts", "i2", 0, "contacts", "GP contacts of this month.", monthly=True),
        Column(
            "care_cost",
            "i4",
            0,
            "cents",
            "Insured care of this month at average cost, deductible included.",
            monthly=True,
        ),
        Column("deductible_used", "i4", 0, "cents", "Own risk paid in this calendar year."),
        Column("insurer", "i1", 0, "index", "Health insurer."),
        Column("norm", "f4", 0.5, "0 to 1", "Work norm: how usual paid work is held to be."),
        Column("months_observed", "i2", 0, "months", "Months of childhood in which a resident parent was seen."),
        Column("months_with_work", "i2", 0, "months", "Of these, months in which a parent had paid work."),
        Column(
            "exposure",
            "f4",
            -1.0,
            "share",
            "Share of childhood with a working parent, fixed at 18; -1 is missing.",
        ),
        Column("adult_months", "i2", 0, "months", "Months since 5 years after leaving school, for the lineage."),
        Column("adult_months_paid", "i2", 0, "months", "Of these, months in paid work."),
        Column("paid_streak", "i2", 0, "months", "Consecutive months in paid work up to now."),
        Column(
            "generations_without_work",
            "i1",
            -1,
            "generations",
            "Consecutive generations above with long spells out of work; -1 is missing.",
        ),
        Column("first_recorded", "?", False, "yes/no", "Whether the twelfth consecutive paid month was recorded."),
        Column(
            "ever_placed",
            "i4",
            never,
            "month",
            "Month of the first place at a social enterprise; -1 is never.",
        ),
        Column(
            "placed_from",
            "i1",
            never,
            "code",
            "Status from which the present place was taken, code of `Status`; -1 is none.",
        ),
    )


RESIDENT_COLUMNS: tuple[Column, ...] = _declare()
"""Every attribute of a resident that wijksim itself declares."""

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
