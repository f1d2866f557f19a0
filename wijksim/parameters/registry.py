"""The registry: the only place where a number of the model lives."""

from __future__ import annotations

import hashlib
import math
import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wijksim.calendar import absolute_month
from wijksim.errors import InputError, Problem, did_you_mean
from wijksim.parameters.passports import Dated, Number, Passport, Table
from wijksim.parameters.reading import read_parameter_file

__all__ = ["Figures", "RecordingRegistry", "Registry", "load_registry"]

_PERCENT = 100


class Figures(dict[str, float]):
    """Values of numbers and dated rules in one month; a dated rule is looked up when it is first asked for."""

    def __init__(self, registry: Registry, month: int) -> None:
        super().__init__(registry._numbers)
        self._registry, self._month = registry, month
        self._levels: dict[tuple[str, str], float] = {}

    def __missing__(self, name: str) -> float:
        value = self[name] = self._registry.at(name, self._month)
        return value

    def level(self, index: str, year_parameter: str) -> float:
        """Give a dated index over what it was in January of a year that is itself a parameter; it is kept."""
        kept = self._levels.get((index, year_parameter))
        if kept is None:
            base = self._registry.at(index, absolute_month(int(self[year_parameter]), 1))
            kept = self._levels[index, year_parameter] = self[index] / base
        return kept


class Registry(Mapping[str, Passport]):
    """Passports by name; never changed in place.

    Parameters
    ----------
    passports : mapping of str to Passport
        In the order in which they are to be listed.
    """

    def __init__(self, passports: Mapping[str, Passport]) -> None:
        self._passports = dict(passports)
        self._numbers = {name: entry.value for name, entry in self._passports.items() if isinstance(entry, Number)}
        self._steps: dict[tuple[str, int], NDArray[np.float64]] = {}
        self._changes: list[int] | None = None
        self._figures: tuple[range, Figures] | None = None
        self._digest: str | None = None

    def __getitem__(self, name: str) -> Passport:
        try:
            return self._passports[name]
        except KeyError:
            raise KeyError(f"no parameter {name!r} here. {did_you_mean(name, self)}".strip()) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._passports)

    def __len__(self) -> int:
        return len(self._passports)

    def __contains__(self, name: object) -> bool:
        return name in self._passports

    def __repr__(self) -> str:
        return f"<Registry of {len(self)} parameters, {self.digest()[:12]}>"

    def number(self, name: str) -> float:
        """Give the value of a number; TypeError when it is dated or a table."""
        passport = self[name]
        if not isinstance(passport, Number):
            raise TypeError(f"parameter {name!r} is a {type(passport).__name__}, not a Number")
        return passport.value

    def at(self, name: str, absolute_month: int) -> float:
        """Give the figure of a dated rule that is in force in a month (`Dated.at`)."""
        passport = self[name]
        if not isinstance(passport, Dated):
            raise TypeError(f"parameter {name!r} is a {type(passport).__name__}, not Dated")
        return passport.at(absolute_month)

    def value_in(self, name: str, absolute_month: int) -> float:
        """Give the value of a number, or the figure of a dated rule that is in force in a month."""
        value = self._numbers.get(name)
        return self.at(name, absolute_month) if value is None else value

    def figures_in(self, absolute_month: int) -> Figures:
        """Give the values of all numbers and dated rules in a month; kept until a dated rule changes."""
        if self._figures is None or absolute_month not in self._figures[0]:
            months = range(absolute_month, self._next_change(absolute_month))
            self._figures = months, self._figures_of(absolute_month)
        return self._figures[1]

    def _figures_of(self, absolute_month: int) -> Figures:
        return Figures(self, absolute_month)

    def _next_change(self, absolute_month: int) -> int:
        """First month after this one in which a dated figure changes; far away when none does."""
        if self._changes is None:
            dated = [entry for entry in self._passports.values() if isinstance(entry, Dated)]
            self._changes = sorted({figure.month for entry in dated for figure in entry.values})
        place = bisect_right(self._changes, absolute_month)
        return self._changes[place] if place < len(self._changes) else sys.maxsize

    def steps(self, name: str, count: int) -> NDArray[np.float64]:
        """Give a table's values for the indices 0 to `count` - 1, shape (count,), read-only; they are kept."""
        kept = self._steps.get((name, count))
        if kept is None:
            kept = self.table(name).per_step(count)
            kept.flags.writeable = False
            self._steps[name, count] = kept
        return kept

    def table(self, name: str) -> Table:
        """Give a table; TypeError when it is none."""
        passport = self[name]
        if not isinstance(passport, Table):
            raise TypeError(f"parameter {name!r} is a {type(passport).__name__}, not a Table")
        return passport

    def unit(self, name: str) -> str:
        """Unit of a parameter."""
        return self[name].unit

    def with_values(self, values: Mapping[str, float], *, set_by: str = "caller") -> Registry:
        """Copy with other values.

        Parameters
        ----------
        values : mapping of str to float
            A value for a number; for a dated rule or a table a factor on all its shipped figures.
        set_by : str
            Who sets them, for the passports.

        Raises
        ------
        InputError
            All unknown names and all values outside their bounds.
        """
        problems = [problem for name, value in values.items() for problem in self._refusal(name, value)]
        if problems:
            raise InputError(problems)
        changed = {name: self[name].changed(float(value), set_by) for name, value in values.items()}
        return Registry({**self._passports, **changed})

    def _refusal(self, name: str, value: float) -> Iterator[Problem]:
        where = f"parameter {name}"
        if name not in self:
            hint = did_you_mean(name, self) or "See: wijksim parameters."
            yield Problem(where, "is not a known parameter.", hint)
            return
        passport = self[name]
        low, high = passport.bounds
        if math.isfinite(value) and low <= value <= high:
            return
        what, unit = ("", f" {passport.unit}") if isinstance(passport, Number) else ("a factor ", "")
        if low == high:
            fixed = f"stays {low:g}{unit}" if isinstance(passport, Number) else "stays as shipped"
            yield Problem(where, f"can't be changed: it is a rule, or it is known, so it {fixed}.", "Leave it out.")
            return
        expected = f"expected {what}from {low:g} to {high:g}{unit}"
        hint = ""
        if unit.startswith(" share") and value > 1 and low <= value / _PERCENT <= high:
            hint = f"For {value:g} % write {value / _PERCENT:g}."
        yield Problem(where, f"is {value:g}{unit}; {expected}.", hint)

    def restrict(self, names: Iterable[str]) -> Registry:
        """Copy with only these names; every other then raises KeyError."""
        return Registry({name: self[name] for name in names})

    def digest(self) -> str:
        """Sha256 (64 hex digits) over names and values; equal for any order of the files. It is kept."""
        if self._digest is None:
            self._digest = self.digest_of(self)
        return self._digest

    def digest_of(self, names: Iterable[str]) -> str:
        """Sha256 over some names and their values."""
        content = "\n".join(
            f"{name}={','.join(figure.hex() for figure in self[name].figures())}" for name in sorted(names)
        )
        return hashlib.sha256(content.encode()).hexdigest()


class _RecordingFigures(Figures):
    """Figures of a registry that knows which of its parameters were read."""

    def __init__(self, registry: RecordingRegistry, month: int) -> None:
        super().__init__(registry, month)
        self._names_read = registry.names_read

    def __getitem__(self, name: str) -> float:
        self._names_read.add(name)
        return super().__getitem__(name)


class RecordingRegistry(Registry):
    """A registry that knows which of its parameters were read, also through what was made of it for one process.

    What is made from it and a seed is made in the same way from every registry that has equal values for these.
    """

    def __init__(self, registry: Registry, names_read: set[str] | None = None) -> None:
        super().__init__(registry._passports)
        self._whole = registry
        self.names_read: set[str] = set() if names_read is None else names_read

    def __getitem__(self, name: str) -> Passport:
        self.names_read.add(name)
        return super().__getitem__(name)

    def value_in(self, name: str, absolute_month: int) -> float:
        """Give the value of a number, or the figure of a dated rule that is in force in a month."""
        self.names_read.add(name)
        return super().value_in(name, absolute_month)

    def _figures_of(self, absolute_month: int) -> Figures:
        return _RecordingFigures(self, absolute_month)

    def restrict(self, names: Iterable[str]) -> Registry:
        """Copy with only these names, of which those that are read are noted here."""
        return RecordingRegistry(self._whole.restrict(names), self.names_read)

    def digest(self) -> str:
        """Sha256 over names and values; this reads none."""
        return self._whole.digest()


def load_registry(folder: Path | None = None) -> Registry:
    """Read and validate all parameter files of a folder.

    Parameters
    ----------
    folder : Path, optional
        Folder of ``*.toml`` files; by default the ones shipped with wijksim (read once).

    Raises
    ------
    InputError
        All faults of all files, each with file, key and line.
    """
    return _shipped() if folder is None else _read_folder(folder)


@cache
def _shipped() -> Registry:
    with as_file(files("wijksim.parameters") / "data") as folder:
        return _read_folder(folder)


def _read_folder(folder: Path) -> Registry:
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        raise InputError.single(str(folder), "holds no parameter files; expected a folder with *.toml files.")
    passports: dict[str, Passport] = {}
    home: dict[str, str] = {}
    problems: list[Problem] = []
    for path in paths:
        read = read_parameter_file(path.name, path.read_text(encoding="utf-8"))
        problems += read.problems
        for name in read.names:
            if name in home:
                message = f"stands already in {home[name]}; expected every name once."
                problems.append(Problem(f"{path.name}, {name}", message))
            home.setdefault(name, path.name)
        passports |= {passport.name: passport for passport in read.passports}
    if problems:
        raise InputError(problems)
    return Registry(passports)
