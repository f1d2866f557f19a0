"""The parameters as a table that people and programs can read: text, CSV, JSON or Markdown."""

from __future__ import annotations

import csv
import io
import json
from typing import Literal

from wijksim.calendar import month_text
from wijksim.parameters.dutch import in_dutch, ways_to_say
from wijksim.parameters.passports import Dated, DatedValue, Number, Passport, Table
from wijksim.parameters.registry import Registry

__all__ = ["COLUMNS", "ListingFormat", "format_parameters", "parameter_rows"]

ListingFormat = Literal["table", "csv", "json", "markdown"]
COLUMNS = ("name", "label", "group", "value", "unit", "low", "high", "grade", "source", "note")
NUMBERS = ("value", "low", "high")
TEXT_COLUMNS = ("name", "value", "unit", "low", "high", "grade", "label")


def parameter_rows(registry: Registry, search: str = "", *, figures: bool = False) -> list[dict[str, str]]:
    """Give the passports as rows of text with the keys of `COLUMNS`.

    Parameters
    ----------
    registry : Registry
        What to list, in its order.
    search : str
        Words that must all stand somewhere in the passport (in any of its texts, capitals or not) or in its Dutch
        label. A Dutch word of
        :data:`wijksim.parameters.dutch.TERMS` is found by what it is in English as well.
    figures : bool
        Whether a dated rule or a table gets a row for each figure, named ``name[2015-01]`` or ``name[age 18]``,
        instead of one row that says how many there are.

    Returns
    -------
    list of dict
        Numbers are written so that reading them back gives the same float. The bounds of a row that stands for
        several figures are those of the factor on them (``x 0.8``).
    """
    wanted = [ways_to_say(word) for word in search.lower().split()]
    found = [passport for passport in registry.values() if _matches(passport, wanted)]
    return [row for passport in found for row in _rows(passport, figures)]


def format_parameters(rows: list[dict[str, str]], form: ListingFormat) -> str:
    """Write rows of `parameter_rows` as text; ``table`` is without source and note, each group under its name."""
    if form == "json":
        return json.dumps([_with_numbers(row) for row in rows], ensure_ascii=False, indent=2) + "\n"
    if form == "csv":
        buffer = io.StringIO()
        writer = csv.DictWriter(buffer, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        return buffer.getvalue()
    if form == "markdown":
        lines = [COLUMNS, ["---"] * len(COLUMNS)]
        lines += [[row[column].replace("|", "\\|") for column in COLUMNS] for row in rows]
        return "".join(f"| {' | '.join(line)} |\n" for line in lines)
    cells = [TEXT_COLUMNS, *([row[column] for column in TEXT_COLUMNS] for row in rows)]
    widths = [max(len(line[i]) for line in cells) for i in range(len(TEXT_COLUMNS))]
    first, *others = (
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() + "\n" for line in cells
    )
    text, group = first, ""
    for row, line in sorted(zip(rows, others, strict=True), key=lambda pair: pair[0]["group"]):
        if row["group"] != group:
            group = row["group"]
            text += f"\n{group.upper().replace('_', ' ')}\n"
        text += line
    return text


def _with_numbers(row: dict[str, str]) -> dict[str, str | float | None]:
    """A row for programs: numbers as numbers, what is empty as null; a text that is no number stays text."""
    cells: dict[str, str | float | None] = dict(row)
    for name in NUMBERS:
        try:
            cells[name] = json.loads(row[name]) if row[name] else None
        except json.JSONDecodeError:  # such as "12 values by age"
            continue
    return cells


def _matches(passport: Passport, wanted: list[tuple[str, ...]]) -> bool:
    texts = (passport.name, passport.subject, passport.label, passport.unit, passport.source, passport.note)
    text = " ".join((*texts, passport.grade, in_dutch("labels", passport.name))).lower()
    return all(any(way in text for way in ways) for ways in wanted)


def _rows(passport: Passport, figures: bool) -> list[dict[str, str]]:
    if isinstance(passport, Number):
        return [_row(passport, value=_exact(passport.value), low=_exact(passport.low), high=_exact(passport.high))]
    if figures:
        return _dated_rows(passport) if isinstance(passport, Dated) else _table_rows(passport)
    low, high = passport.bounds
    factors = {} if low == high else {"low": f"x {_exact(low)}", "high": f"x {_exact(high)}"}
    return [_row(passport, value=_summary(passport), **factors)]


def _dated_rows(passport: Dated) -> list[dict[str, str]]:
    return [
        _row(
            passport,
            name=f"{passport.name}[{month_text(figure.month)}]",
            value=_exact(figure.value * passport.factor),
            grade=str(figure.grade),
            **_bounds_of_figure(figure, passport),
        )
        for figure in passport.values
    ]


def _bounds_of_figure(figure: DatedValue, passport: Dated) -> dict[str, str]:
    low, high = _scaled(figure.value, passport)
    return {
        "low": _exact(low if figure.low is None else figure.low),
        "high": _exact(high if figure.high is None else figure.high),
    }


def _table_rows(passport: Table) -> list[dict[str, str]]:
    rows = []
    for edge, value in zip(passport.breaks, passport.values, strict=True):
        low, high = _scaled(value, passport)
        name = f"{passport.name}[{passport.index} {_exact(edge)}]"
        rows.append(
            _row(passport, name=name, value=_exact(value * passport.factor), low=_exact(low), high=_exact(high))
        )
    return rows


def _scaled(value: float, passport: Dated | Table) -> tuple[float, float]:
    """Lowest and highest that the factor makes of a figure; a negative one turns them round."""
    low, high = sorted(factor * value for factor in passport.bounds)
    return low, high


def _row(passport: Passport, **cells: str) -> dict[str, str]:
    common = {
        "name": passport.name,
        "label": passport.label,
        "group": passport.subject,
        "low": "",
        "high": "",
        "unit": passport.unit,
        "grade": str(passport.grade),
        "source": passport.source,
        "note": passport.note,
    }
    row = common | cells
    return {column: row[column] for column in COLUMNS}


def _summary(passport: Dated | Table) -> str:
    number = len(passport.values)
    what = f"{number} values" if number > 1 else "1 value"
    factor = "" if passport.factor == 1 else f", x {_exact(passport.factor)}"
    if isinstance(passport, Table):
        return f"{what} by {passport.index}{factor}"
    first, last = passport.values[0].month, passport.values[-1].month
    return f"{what} {month_text(first)} .. {month_text(last)}{factor}"


def _exact(number: float) -> str:
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)
