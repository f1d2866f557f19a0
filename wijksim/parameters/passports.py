"""The passport of a number: what it is, in which unit, between which bounds, and who says so.

There are three kinds. A :class:`Number` is one value. A :class:`Dated` is a rule by date (a norm,
a wage, a rate). A :class:`Table` is a value by class of an index such as age.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

import numpy as np
import numpy.typing as npt

from wijksim.calendar import month_text
from wijksim.errors import InputError

__all__ = ["Dated", "DatedValue", "Distribution", "Grade", "Number", "Passport", "Table", "weakest"]

FROZEN_RULE = "the last figure at or before the month stands, and the last of all stays in force (frozen)"


class Grade(StrEnum):
    """How well a figure is known, from the strongest to the weakest."""

    measured = "measured"
    derived = "derived"
    recalled = "recalled"
    assumption = "assumption"


class Distribution(StrEnum):
    """How a value is drawn between its bounds.

    What is ``fixed`` is drawn by nothing: a rule, a convention, a reference point that others are set with, or how
    results are told. Its bounds, if it has any, are for who sets it in a scenario or names it in a study.
    """

    fixed = "fixed"
    uniform = "uniform"
    triangular = "triangular"
    loguniform = "loguniform"


def weakest(grades: Iterator[Grade]) -> Grade:
    """Give the weakest of some grades."""
    return max(grades, key=list(Grade).index)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What every passport says.

    Parameters
    ----------
    name, subject, label : str
        Key, the file it stands in, and a description with the Dutch term where there is one.
    unit : str
        Unit of the value, with its period; shares are fractions of 1.
    source : str
        Where the figure is from; for an assumption, why it was taken.
    grade : Grade
        How well it is known; of a dated value the weakest grade of its figures.
    distribution : Distribution
        How it is drawn between its bounds.
    note : str
        What a reader must know to use it.
    set_by : str
        Empty for the shipped value; otherwise who changed it (a scenario, a calibration, a draw).
    """

    name: str
    subject: str
    label: str
    unit: str
    source: str
    grade: Grade
    distribution: Distribution = Distribution.fixed
    note: str = ""
    set_by: str = ""

    @property
    def uncertain(self) -> bool:
        """Whether it is drawn where all that isn't known is; every other distribution than ``fixed`` has a range."""
        return self.distribution is not Distribution.fixed


@dataclass(frozen=True, kw_only=True)
class Number(Entry):
    """One value between a low and a high bound."""

    value: float
    low: float
    high: float

    @property
    def setting(self) -> float:
        """What a scenario or a draw sets: the value itself."""
        return self.value

    @property
    def bounds(self) -> tuple[float, float]:
        """Lowest and highest value that may be set."""
        return self.low, self.high

    def changed(self, setting: float, set_by: str) -> Number:
        """Copy with another value; the bounds are the caller's to keep."""
        return replace(self, value=setting, set_by=set_by)

    def figures(self) -> tuple[float, ...]:
        """All numbers that results can depend on."""
        return (self.value,)


@dataclass(frozen=True, kw_only=True)
class Scaled(Entry):
    """What dated values and tables share: they are varied by one factor on all their figures."""

    factor: float = 1.0
    low_factor: float = 1.0
    high_factor: float = 1.0

    @property
    def setting(self) -> float:
        """What a scenario or a draw sets: the factor on all figures."""
        return self.factor

    @property
    def bounds(self) -> tuple[float, float]:
        """Lowest and highest factor that may be set."""
        return self.low_factor, self.high_factor


@dataclass(frozen=True)
class DatedValue:
    """One figure of a dated rule, in force from an absolute month (`wijksim.calendar`)."""

    month: int
    value: float
    grade: Grade
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, kw_only=True)
class Dated(Scaled):
    """A rule by date: figures in the order of their months, each in force until the next."""

    values: tuple[DatedValue, ...]
    rule_without_figure: str = FROZEN_RULE

    @cached_property
    def _months(self) -> tuple[int, ...]:
        return tuple(figure.month for figure in self.values)

    def at(self, absolute_month: int) -> float:
        """Give the value in force in a month.

        Parameters
        ----------
        absolute_month : int
            Months since January of the year 0 (`wijksim.calendar.absolute_month`).

        Returns
        -------
        float
            The last figure dated at or before the month, in `unit`.

        Raises
        ------
        InputError
            The month lies before the first figure.
        """
        place = bisect_right(self._months, absolute_month) - 1
        if place < 0:
            first = month_text(self.values[0].month)
            raise InputError.single(
                f"parameter {self.name}",
                f"has no figure for {month_text(absolute_month)}; its first is of {first}.",
                f"Start in {first} or later.",
            )
        return self.values[place].value * self.factor

    def changed(self, setting: float, set_by: str) -> Dated:
        """Copy with another factor; the bounds are the caller's to keep."""
        return replace(self, factor=setting, set_by=set_by)

    def figures(self) -> tuple[float, ...]:
        """All numbers that results can depend on: month, value, month, value, ..."""
        return tuple(part for v in self.values for part in (float(v.month), v.value * self.factor))


@dataclass(frozen=True, kw_only=True)
class Table(Scaled):
    """A value by class of an index; a class runs from its lower edge to the next one.

    The index is named in `index` ("age", "education"); education is coded 0 practical, 1 low, 2 mid, 3 high.
    """

    index: str
    breaks: tuple[float, ...]
    values: tuple[float, ...]

    @cached_property
    def _edges(self) -> npt.NDArray[np.float64]:
        return np.array(self.breaks, dtype=np.float64)

    @cached_property
    def _scaled(self) -> npt.NDArray[np.float64]:
        return np.array(self.values, dtype=np.float64) * self.factor

    def lookup(self, index: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Give the value of each element's class.

        Parameters
        ----------
        index : array_like, any shape
            Values of the index (for ages: years). Below the first edge the first class holds.

        Returns
        -------
        ndarray of float64, same shape
            Values in `unit`.
        """
        classes = np.searchsorted(self._edges, np.asarray(index), side="right") - 1
        found: npt.NDArray[np.float64] = self._scaled[np.maximum(classes, 0)]
        return found

    def per_step(self, n: int) -> npt.NDArray[np.float64]:
        """Give the values of the whole index numbers 0 to n - 1, shape (n,)."""
        return self.lookup(np.arange(n))

    def changed(self, setting: float, set_by: str) -> Table:
        """Copy with another factor; the bounds are the caller's to keep."""
        return replace(self, factor=setting, set_by=set_by)

    def figures(self) -> tuple[float, ...]:
        """All numbers that results can depend on: edge, value, edge, value, ..."""
        return tuple(part for edge, v in zip(self.breaks, self.values, strict=True) for part in (edge, v * self.factor))


Passport = Number | Dated | Table
