"""Everybody's life in a run, month by month: the micro data from which statistics are counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from wijksim.calendar import MONTHS_PER_YEAR, absolute_month, month_of_year
from wijksim.model import Neighbourhood
from wijksim.population.columns import Column, LeaveReason, Status, is_paid_work
from wijksim.processes.process import Month
from wijksim.processes.ties import employed_share_of_ties
from wijksim.randomness import Stream

__all__ = ["ABSENT", "ADULT_MONTHS", "ALL_FIELDS", "LOWEST_FIFTH", "Panel", "Recording", "standard_income"]

ABSENT = -1
ADULT_MONTHS = 18 * 12
LOWEST_FIFTH = 0.2
_MISSING = {"b": False, "i": ABSENT, "f": np.nan}

MADE = ("assisted", "distressed", "tie_share", "low_income", "in_work")
"""Fields that are no columns: social assistance in the benefit unit (adults), distress above the threshold, share of
employed ties, and a household in the lowest fifth of income (of December)."""

ALL_FIELDS = (
    *("employer", "education", "mental_care", "distressed", "gp_contacts", "care_cost", "mental", "tie_share"),
    "low_income",
    "in_work",
)
"""What the figures of work, care and plans need, beside status and assistance."""


class Recording:
    """A process of the month that writes everybody down and changes nothing; put it in after the measurement.

    Parameters
    ----------
    fields : sequence of str
        Columns, or fields of :data:`MADE`, to keep; status and assistance are kept always.
    """

    name: ClassVar[str] = "recording"
    reads: ClassVar[tuple[str, ...]] = ()
    writes: ClassVar[tuple[str, ...]] = ()
    parameters: ClassVar[tuple[str, ...]] = ("ill_mental_threshold_z",)
    streams: ClassVar[tuple[Stream, ...]] = ()
    columns: ClassVar[tuple[Column, ...]] = ()
    outcomes: ClassVar[tuple[Any, ...]] = ()

    def __init__(self, fields: Sequence[str] = ALL_FIELDS) -> None:
        self.fields = tuple(dict.fromkeys(("status", "assisted", *fields)))
        self.months: list[tuple[NDArray[np.int64], dict[str, NDArray[Any]]]] = []
        self.people: dict[str, list[NDArray[Any]]] = {}
        self.failed: list[int] = []
        self.running: list[int] = []
        self.first_since: tuple[NDArray[np.int64], NDArray[np.int32]] | None = None

    def step(self, month: Month) -> None:
        """Write down a month."""
        columns = month.columns
        rows = columns.present_rows()
        uid = columns["uid"][rows].copy()
        adult = month.at - columns["birth_month"][rows] >= ADULT_MONTHS
        known: dict[str, Any] = {"assisted": adult & (columns["assistance"][columns["unit_row"][rows]] > 0)}
        if "distressed" in self.fields:
            known["distressed"] = columns["mental"][rows] > month.number("ill_mental_threshold_z")
        if "tie_share" in self.fields:
            share = np.empty(len(columns))
            employed_share_of_ties(month.state.ties.rows, columns["present"], columns["status"], share)
            known["tie_share"] = share[rows].astype(np.float32)
        if "in_work" in self.fields:
            side_job = (columns["status"][rows] == Status.SCHOOL) & (columns["wage"][rows] > 0)
            known["in_work"] = is_paid_work(columns["status"][rows]) | side_job
        if "low_income" in self.fields:
            december = month_of_year(month.at) == MONTHS_PER_YEAR
            known["low_income"] = _lowest_fifth(columns, rows) if december else np.zeros(rows.size, np.bool_)
        kept = {name: known[name] if name in known else columns[name][rows].copy() for name in self.fields}
        self.months.append((uid, kept))
        if self.first_since is None:
            self.first_since = uid, columns["status_since"][rows].copy()
        if month.index % 12 == 0 or month.index == month.settings.months - 1:
            self._remember_people(columns, rows)
        books = month.state.institutions.enterprises
        self.failed.append(sum(one.failed for one in books))
        self.running.append(sum(one.opened and not one.failed for one in books))

    def _remember_people(self, columns: Any, rows: NDArray[np.intp]) -> None:
        for name in ("uid", "sex", "frailty", "employability"):
            self.people.setdefault(name, []).append(columns[name][rows].copy())


class Panel:
    """Lives of all who ever lived in the wijk during a run.

    Parameters
    ----------
    model : Neighbourhood
        After its run.
    recording : Recording
        That was in it.

    Attributes
    ----------
    uid, birth_month, sex, mother, father : arrays, shape (people,)
    died : array of bool, shape (people,)
        Whether the person died in the wijk (else left it or is still there).
    left : array of int32, shape (people,)
        Month, from the start, of death or departure; -1 for who is still there.
    since : array of int32, shape (people,)
        Month, from the start, in which the first month's status had begun.
    FIELD : arrays, shape (months, people)
        One for each field of the recording.
    """

    def __init__(self, model: Neighbourhood, recording: Recording) -> None:
        self.start, self.months = model.settings.start, len(recording.months)
        self.failed, self.running = np.array(recording.failed), np.array(recording.running)
        self.uid = np.unique(np.concatenate([uid for uid, _ in recording.months]))
        shape = (self.months, self.uid.size)
        places = [np.searchsorted(self.uid, uid) for uid, _ in recording.months]
        for name in recording.fields:
            kind = recording.months[0][1][name].dtype
            filled = np.full(shape, _MISSING[kind.kind], kind)
            for month, (_, values) in enumerate(recording.months):
                filled[month, places[month]] = values[name]
            setattr(self, name, filled)
        lineage = model.state.lineage
        place = lineage.places_of(self.uid)
        self.birth_month, self.mother, self.father = (
            getattr(lineage, name)[place] for name in ("birth_month", "mother", "father")
        )
        self.left = np.where(lineage.left_month[place] >= 0, lineage.left_month[place] - self.start, ABSENT)
        self.died = lineage.left_reason[place] == LeaveReason.DEATH
        seen = np.searchsorted(self.uid, np.concatenate(recording.people["uid"]))
        for name in ("sex", "frailty", "employability"):
            fixed = np.concatenate(recording.people[name])
            of_each = np.zeros(self.uid.size, fixed.dtype)
            of_each[seen] = fixed
            setattr(self, name, of_each)
        self.since = np.zeros(self.uid.size, np.int32)
        uid, since = recording.first_since or (np.zeros(0, np.int64), np.zeros(0, np.int32))
        self.since[np.searchsorted(self.uid, uid)] = since - self.start
        self.present: NDArray[np.bool_] = self.status != ABSENT
        self.paid: NDArray[np.bool_] = is_paid_work(self.status)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"{name} was not recorded")

    @property
    def on_ww(self) -> NDArray[np.bool_]:
        """Who gets unemployment benefit, shape (months, people)."""
        on: NDArray[np.bool_] = self.status == Status.UNEMPLOYMENT_BENEFIT
        return on

    def months_of(self, year: int) -> slice:
        """The months of a calendar year."""
        first = absolute_month(year, 1) - self.start
        return slice(first, first + 12)

    def age(self, month: int) -> NDArray[np.int32]:
        """Age in whole years in a month of the run, shape (people,)."""
        whole: NDArray[np.int32] = (self.start + month - self.birth_month) // 12
        return whole


def _lowest_fifth(columns: Any, rows: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Whether the household's income of this month is in the lowest fifth of people."""
    standard = standard_income(columns, rows)
    low: NDArray[np.bool_] = standard <= np.quantile(standard, LOWEST_FIFTH)
    return low


def standard_income(columns: Any, rows: NDArray[np.intp]) -> NDArray[np.float64]:
    """Income of this month of each one's household over the root of its size, in cents, shape of `rows`."""
    head = columns["head_row"][rows]
    total = np.zeros(len(columns))
    np.add.at(total, head, columns["income"][rows])
    size = np.bincount(head, minlength=len(columns))
    standard: NDArray[np.float64] = total[head] / np.sqrt(size[head])
    return standard
