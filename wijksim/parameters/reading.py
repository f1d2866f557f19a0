"""From a parameter file to passports, with every fault of the file named at once."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any, TypeVar

from wijksim.calendar import MONTHS_PER_YEAR, absolute_month
from wijksim.errors import Problem, did_you_mean
from wijksim.parameters.passports import (
    FROZEN_RULE,
    Dated,
    DatedValue,
    Distribution,
    Grade,
    Number,
    Passport,
    Table,
    weakest,
)

__all__ = ["ParameterFile", "read_parameter_file"]

FORMAT = 1
ENTRY_KEYS = ("label", "unit", "source", "grade", "distribution", "note", "set_by")
SCALED_KEYS = (*ENTRY_KEYS, "low_factor", "high_factor")
KNOWN_KEYS = {
    "value": (*ENTRY_KEYS, "value", "low", "high"),
    "dated": (*SCALED_KEYS, "dated", "rule_without_figure"),
    "values": (*SCALED_KEYS, "values", "breaks", "index"),
}
FIGURE_KEYS = ("from", "value", "grade", "low", "high")
FIGURE_HINT = 'expected a figure such as { from = "2015-01", value = 1.0 }.'

Member = TypeVar("Member", bound=StrEnum)


@dataclass(frozen=True)
class ParameterFile:
    """What was read of one file: all its names, the passports without faults, and all faults."""

    names: tuple[str, ...]
    passports: tuple[Passport, ...]
    problems: tuple[Problem, ...]


def read_parameter_file(file: str, text: str) -> ParameterFile:
    """Read one parameter file, and note every fault with file, key and line.

    Parameters
    ----------
    file : str
        Name of the file, for messages.
    text : str
        Its contents (TOML).
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return ParameterFile((), (), (Problem(file, f"is not valid TOML: {error}."),))
    problems: list[Problem] = []
    version, subject = data.pop("format", None), data.pop("subject", None)
    if version != FORMAT:
        problems.append(Problem(f"{file}, format", f"is {version!r}; expected format = {FORMAT}."))
    if not isinstance(subject, str):
        problems.append(Problem(f"{file}, subject", 'is missing; expected a word such as subject = "labour".'))
        subject = ""
    passports: list[Passport] = []
    for name, raw in data.items():
        line = _line_of(name, text)
        if not isinstance(raw, Mapping):
            message = "is not a passport; expected a table [name] with label, unit, source, grade and a value."
            problems.append(Problem(f"{file}, {name}", message, line=line))
            continue
        reader = _PassportReader(file, name, raw, line)
        passport = reader.passport(subject)
        problems += reader.problems
        if passport is not None and not reader.problems:
            passports.append(passport)
    return ParameterFile(tuple(data), tuple(passports), tuple(problems))


def _line_of(name: str, text: str) -> int | None:
    header = re.search(rf"^\s*\[{re.escape(name)}\]", text, re.MULTILINE)
    return text.count("\n", 0, header.end()) + 1 if header else None


class _PassportReader:
    """Reads the keys of one passport and remembers what is wrong with them."""

    def __init__(self, file: str, name: str, raw: Mapping[str, object], line: int | None) -> None:
        self.file, self.name, self.raw, self.line = file, name, raw, line
        self.problems: list[Problem] = []

    def fault(self, key: str, message: str, hint: str = "") -> None:
        """Note one fault of a key."""
        place = f"{self.name}.{key}" if key else self.name
        self.problems.append(Problem(f"{self.file}, {place}", message, hint, self.line))

    def passport(self, subject: str) -> Passport | None:
        """Read the passport; None when a fault leaves nothing to build."""
        kinds = [key for key in KNOWN_KEYS if key in self.raw]
        if len(kinds) != 1:
            self.fault("", f"has {' and '.join(kinds) or 'no value'}; expected one of {', '.join(KNOWN_KEYS)}.")
            return None
        kind = kinds[0]
        self._refuse_unknown(self.raw, KNOWN_KEYS[kind])
        common: dict[str, Any] = {
            "name": self.name,
            "subject": subject,
            "label": self._text("label"),
            "unit": self._text("unit"),
            "source": self._text("source"),
            "grade": self._choice(self.raw, "grade", Grade),
            "note": self._text("note", ""),
            "set_by": self._text("set_by", ""),
        }
        if kind == "value":
            return self._number(common)
        low, high = self._bounds("low_factor", "high_factor", 1.0, "the factor")
        common |= {"low_factor": low, "high_factor": high, "distribution": self._distribution(low, high)}
        return self._dated(common) if kind == "dated" else self._table(common)

    def _refuse_unknown(self, raw: Mapping[str, object], known: tuple[str, ...], place: str = "") -> None:
        for key in raw:
            if key not in known:
                self.fault(f"{place}{key}", "is not a known key.", did_you_mean(key, known))

    def _number(self, common: dict[str, Any]) -> Number:
        value = self._real(self.raw["value"], "value")
        low, high = self._bounds("low", "high", value, "the value")
        return Number(**common, value=value, low=low, high=high, distribution=self._distribution(low, high))

    def _dated(self, common: dict[str, Any]) -> Dated | None:
        rows = self.raw["dated"]
        if not isinstance(rows, list) or not rows:
            self.fault("dated", f"is {rows!r}; expected a list; {FIGURE_HINT}")
            return None
        values = tuple(self._figure(row, f"dated[{i}]", common["grade"]) for i, row in enumerate(rows))
        for earlier, later in pairwise(values):
            if later.month <= earlier.month:
                self.fault("dated", "the dates are not in order, or one stands twice.", "Put the oldest first.")
                break
        common["grade"] = weakest(figure.grade for figure in values)
        return Dated(**common, values=values, rule_without_figure=self._text("rule_without_figure", FROZEN_RULE))

    def _figure(self, row: object, place: str, grade: Grade) -> DatedValue:
        if not isinstance(row, Mapping):
            self.fault(place, f"is {row!r}; {FIGURE_HINT}")
            return DatedValue(0, math.nan, grade)
        self._refuse_unknown(row, FIGURE_KEYS, f"{place}.")
        value = self._real(row.get("value"), f"{place}.value")
        low, high = (self._real(row[key], f"{place}.{key}") if key in row else None for key in ("low", "high"))
        if (low is not None and low > value) or (high is not None and high < value):
            self.fault(place, f"the value {value:g} lies outside its bounds; expected low <= value <= high.")
        month = self._month(row.get("from"), place)
        return DatedValue(month, value, self._choice(row, "grade", Grade, grade, f"{place}."), low, high)

    def _month(self, text: object, place: str) -> int:
        if isinstance(text, str) and (found := re.fullmatch(r"(\d{4})-(\d{2})", text)):
            year, month = int(found[1]), int(found[2])
            if 1 <= month <= MONTHS_PER_YEAR:
                return absolute_month(year, month)
        self.fault(f"{place}.from", f'is {text!r}; expected year and month as "2015-01".')
        return 0

    def _table(self, common: dict[str, Any]) -> Table:
        breaks, values = (self._reals(key) for key in ("breaks", "values"))
        if breaks and values and len(breaks) != len(values):
            self.fault("values", f"has {len(values)} numbers and breaks has {len(breaks)}; expected as many.")
        if any(later <= earlier for earlier, later in pairwise(breaks)):
            self.fault("breaks", "the lower edges are not in rising order.")
        return Table(**common, index=self._text("index"), breaks=breaks, values=values)

    def _distribution(self, low: float, high: float) -> Distribution:
        varied = low < high
        chosen = self._choice(self.raw, "distribution", Distribution, None if varied else Distribution.fixed)
        if chosen is Distribution.loguniform and low <= 0:
            self.fault("distribution", f"loguniform needs a low bound above zero, and it is {low:g}.")
        if chosen is not Distribution.fixed and low == high:
            self.fault(
                "distribution",
                f"is {chosen}, but low and high don't differ.",
                "Give bounds, or leave it out.",
            )
        return chosen

    def _bounds(self, low_key: str, high_key: str, value: float, what: str) -> tuple[float, float]:
        low, high = (self._real(self.raw[key], key) if key in self.raw else value for key in (low_key, high_key))
        if low > value:
            self.fault(low_key, f"is {low:g}, above {what} {value:g}; expected low <= value <= high.")
        if high < value:
            self.fault(high_key, f"is {high:g}, below {what} {value:g}; expected low <= value <= high.")
        return low, high

    def _text(self, key: str, default: str | None = None) -> str:
        value = self.raw.get(key, default)
        if isinstance(value, str) and (value.strip() or default is not None):
            return value
        self.fault(key, f"is {value!r}; expected a text." if value else "is missing or empty.")
        return ""

    def _real(self, value: object, key: str) -> float:
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            return float(value)
        self.fault(key, "is missing." if value is None else f"is {value!r}; expected a finite number.")
        return math.nan

    def _reals(self, key: str) -> tuple[float, ...]:
        value = self.raw.get(key)
        if not isinstance(value, list) or not value:
            self.fault(key, "is missing or empty; expected a list of numbers.")
            return ()
        return tuple(self._real(item, f"{key}[{i}]") for i, item in enumerate(value))

    def _choice(
        self,
        raw: Mapping[str, object],
        key: str,
        kind: type[Member],
        default: Member | None = None,
        place: str = "",
    ) -> Member:
        known = [str(member) for member in kind]
        value = raw.get(key, default)
        if value in known:
            return kind(str(value))
        hint = did_you_mean(value, known) if isinstance(value, str) else ""
        found = "missing" if value is None else repr(value)
        self.fault(f"{place}{key}", f"is {found}; expected one of {', '.join(known)}.", hint)
        return default or next(iter(kind))
