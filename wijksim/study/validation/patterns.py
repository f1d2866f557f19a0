"""Patterns: stylised facts as data, each with its source, the range a model should come in, and its set."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated, Any, Literal

from annotated_types import Len
from pydantic import StringConstraints

from wijksim.errors import InputError, Problem, did_you_mean
from wijksim.parameters import Grade
from wijksim.report.numbers import Language
from wijksim.tomlfile import KeyPath, LineFinder, check_format, key_text, load_toml
from wijksim.tomlschema import FileModel, validate

__all__ = ["Pattern", "PatternSet", "Unit", "read_patterns", "shipped_patterns"]

_FORMAT = 1
_LONGEST = 200
_PLANS = "plans"
"""Where statistics are counted of which there is one for each plan."""

Unit = Literal["share", "ratio", "number", "EUR"]
_Text = Annotated[str, Len(1, _LONGEST)]
_Name = Annotated[str, StringConstraints(pattern="^[a-z][a-z0-9_]*$", max_length=_LONGEST)]


class PatternSet(StrEnum):
    """What the figure of a source is for."""

    INPUT = "input"
    CALIBRATION = "calibration"
    HOLDOUT = "holdout"


class _Entry(FileModel):
    name: _Name
    fact: str = ""
    statistic: str = ""
    over: str = ""
    not_computable: str = ""
    not_computable_nl: str = ""
    label: _Text
    label_nl: _Text
    denominator: _Text
    window: _Text
    cycle: _Text
    low: float | None = None
    high: float | None = None
    unit: Unit
    source: _Text
    found: _Text
    grade: Literal[tuple(str(grade) for grade in Grade)]  # type: ignore[valid-type]
    set: Literal[tuple(str(each) for each in PatternSet)]  # type: ignore[valid-type]
    profiles: tuple[str, ...] = ()


class _File(FileModel):
    format: int
    pattern: Annotated[tuple[_Entry, ...], Len(1)]


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """A fact that sources found, and where a model of a wijk should come.

    Parameters
    ----------
    name, fact : str
        Key, and the number of the stylised fact that it is part of; empty where it is of none.
    statistic, over : str
        Measure that is counted, and one to divide it by; empty where there is none.
    not_computable, not_computable_nl : str
        Why the model can't say it, in English and Dutch; then there is no statistic.
    label, label_nl : str
        What it is, in English and Dutch.
    denominator, window, cycle : str
        Of whom it is a share or mean, when it is counted, and in which phase of the business cycle the source was.
    low, high : float or None
        Range in which the mean over runs should be; None: no bound.
    unit : {"share", "ratio", "number", "EUR"}
        How it is written.
    source, found : str
        Who says so, and what was found.
    grade : str
        How well it is known, as of parameters.
    set : PatternSet
        What it is for.
    profiles : tuple of str
        Codes of the areas that the range is of; empty: any.
    """

    name: str
    fact: str
    statistic: str
    over: str
    not_computable: str
    not_computable_nl: str
    label: str
    label_nl: str
    denominator: str
    window: str
    cycle: str
    low: float | None
    high: float | None
    unit: Unit
    source: str
    found: str
    grade: str
    set: PatternSet
    profiles: tuple[str, ...]

    def label_in(self, language: Language) -> str:
        """What it is, in a language."""
        return self.label_nl if language == "nl" else self.label

    def reason_in(self, language: Language) -> str:
        """Why the model can't say it; empty where it can."""
        return self.not_computable_nl or self.not_computable if language == "nl" else self.not_computable

    def holds_for(self, codes: Collection[str]) -> bool:
        """Whether the range is of a profile with areas of these codes."""
        return not self.profiles or set(codes) <= set(self.profiles)


def shipped_patterns(statistics: Mapping[str, str]) -> tuple[Pattern, ...]:
    """Read the patterns that come with wijksim."""
    with as_file(files("wijksim.parameters") / "patterns.toml") as path:
        return read_patterns(path, statistics)


def read_patterns(path: Path, statistics: Mapping[str, str]) -> tuple[Pattern, ...]:
    """Read a file of patterns.

    Parameters
    ----------
    path : Path
        The file.
    statistics : mapping of str to str
        Names of the measures there are, and the runs that each is counted from.

    Raises
    ------
    InputError
        Every fault at once, with key and line: also a statistic that there isn't, and a range that holds nothing.
    """
    data, finder = load_toml(path)
    check_format(data, (_FORMAT,), path, finder)
    problems = list(_faults(data.get("pattern"), statistics, path, finder))
    content: _File | None = None
    try:
        content = validate(_File, data, path, finder)
    except InputError as error:
        problems += error.problems
    if problems or content is None:
        raise InputError(sorted(problems, key=lambda problem: problem.line or 0))
    return tuple(Pattern(**entry.model_dump() | {"set": PatternSet(entry.set)}) for entry in content.pattern)


def _faults(entries: object, statistics: Mapping[str, str], path: Path, finder: LineFinder) -> Iterator[Problem]:
    """Name what doesn't fit together; what is of the wrong kind is told by the schema."""

    def fault(key_path: KeyPath, message: str, hint: str = "") -> Problem:
        return Problem(f"{path}: {key_text(key_path)}", message, hint, finder.line(key_path))

    seen: dict[str, int] = {}
    for place, entry in enumerate(entries if isinstance(entries, list) else ()):
        if not isinstance(entry, dict):
            continue
        here: KeyPath = ("pattern", place)
        name = entry.get("name")
        if isinstance(name, str) and seen.setdefault(name, place) != place:
            yield fault((*here, "name"), f'"{name}" stands twice, also at pattern[{seen[name] + 1}].', "Rename one.")
        for key in ("statistic", "over"):
            given = entry.get(key)
            if isinstance(given, str) and given and given not in statistics:
                hint = did_you_mean(given, statistics) or "docs/validation.md lists them."
                yield fault((*here, key), f'there is no statistic "{given}".', hint)
        kinds = {statistics.get(str(entry[key])) == _PLANS for key in ("statistic", "over") if entry.get(key)}
        if len(kinds) > 1:
            yield fault((*here, "over"), "one of the two is about plans and the other is not.", "Divide like by like.")
        if bool(entry.get("statistic")) == bool(entry.get("not_computable")):
            message = "expected either a statistic, or why the model can't say it (not_computable)."
            yield fault(here, message, "Give one of the two.")
        yield from _range_faults(entry, here, fault)


def _range_faults(entry: dict[str, Any], here: KeyPath, fault: Any) -> Iterator[Problem]:
    low, high = entry.get("low"), entry.get("high")
    if low is None and high is None:
        yield fault(here, "there is no range.", "Give low, high or both.")
    if isinstance(low, int | float) and isinstance(high, int | float) and not low < high:
        message = f"the range from {low:g} to {high:g} is empty."
        yield fault((*here, "high"), message, "Give a high above the low, or leave one of them out.")
