"""A CBS file in a known layout: its areas, their figures, and what is missing in it."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from wijksim.errors import InputError, Problem
from wijksim.population.cbs_cells import Cell, DecimalMark, NumberStyle, is_missing, number_style
from wijksim.population.cbs_layouts import Column, Layout, column_places, recognise
from wijksim.population.cbs_table import Row, Table, read_table
from wijksim.population.profile import Figure
from wijksim.population.profile_figures import FIGURES

__all__ = ["CbsFile", "MoneyUnit", "ReadOptions", "municipality_of", "normal_code", "read_cbs_file", "some"]

MoneyUnit = Literal["euro", "thousand-euro"]

_EDUCATION = ("education_low_share", "education_mid_share", "education_high_share")
_THOUSAND_EURO = re.compile(r"x\s*1[ .]?000\s*(?:euro|€)", re.IGNORECASE)
_EURO = re.compile(r"\(\s*(?:euro|€)\s*\)", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_EURO_PER_UNIT = {"euro": 1, "thousand-euro": 1000}
_PERCENT = 100
_SHARE_DIGITS = 4  # a tenth of the finest percentage that CBS gives


@dataclass(frozen=True)
class ReadOptions:
    """What the user states where a file leaves doubt.

    Parameters
    ----------
    year : int or None
        Year of the figures.
    decimal : 'point', 'comma' or None
        Decimal mark.
    money_unit : 'euro', 'thousand-euro' or None
        Unit of amounts whose header does not say it.
    """

    year: int | None = None
    decimal: DecimalMark | None = None
    money_unit: MoneyUnit | None = None


@dataclass(frozen=True)
class CbsFile:
    """A CBS table that is understood.

    Parameters
    ----------
    where : str
        The file as the user named it, for messages.
    table : Table
        Its text.
    layout : Layout
        Which column holds what.
    style : NumberStyle
        How it writes numbers.
    options : ReadOptions
        What the user stated.
    places : mapping of str to int
        Places of the columns by their names in a layout.
    rows : mapping of str to tuple of Row
        Rows by code (upper case, without padding), those of water left out.
    """

    where: str
    table: Table
    layout: Layout
    style: NumberStyle
    options: ReadOptions
    places: Mapping[str, int]
    rows: Mapping[str, tuple[Row, ...]]

    def row(self, code: str) -> Row:
        """Give the row of an area.

        Raises
        ------
        InputError
            The file has no such code (the nearest are named), or has it twice.
        """
        found = self.rows.get(normal_code(code), ())
        if len(found) == 1:
            return found[0]
        if found:
            lines = ", ".join(str(row.line) for row in found)
            raise InputError.single(self.where, f"the code {code} stands on lines {lines}; expected once.")
        near = difflib.get_close_matches(normal_code(code), self.rows, n=5, cutoff=0.5)
        named = ", ".join(f"{known} ({self.name(known)})" for known in near)
        hint = f"Nearest: {named}." if near else f"The file has {some(list(self.rows))}."
        raise InputError.single(self.where, f"there is no area with code '{code}'.", hint)

    def name(self, code: str) -> str:
        """Give an area's name without CBS's number; the code where the file has no names."""
        row = self.rows[normal_code(code)][0]
        for column, name in zip(self.layout.codes, self.layout.names, strict=True):
            if normal_code(self._cell(row, column)) == normal_code(code) and self._cell(row, name):
                return re.sub(r"^Wijk \w{2}\s+", "", self._cell(row, name))
        return normal_code(code)

    def municipality_name(self, code: str) -> str:
        """Give the name of the municipality an area lies in; empty where the file has none."""
        return self._cell(self.row(code), self.layout.municipality)

    def year(self, code: str) -> int:
        """Give the year that an area's figures are about.

        Raises
        ------
        InputError
            Neither the user, nor a column, nor the file's name says it.
        """
        if self.options.year is not None:
            return self.options.year
        for text in (self._cell(self.row(code), self.layout.year), self.table.name):
            if found := _YEAR.search(text):
                return int(found.group())
        message = "nothing in the file or its name says which year it is about."
        raise InputError.single(self.where, message, "Say it with --year.")

    def figures(self, code: str) -> dict[str, Figure]:
        """Give the figures of an area that are not missing.

        Raises
        ------
        InputError
            Unknown code, or cells that hold no usable number: all of them.
        """
        row, year = self.row(code), self.year(code)
        read: dict[str, tuple[float, Column, str]] = {}
        problems: list[Problem] = []
        for name, columns in self.layout.columns.items():
            for column in columns:
                header = self._header(column.name)
                cell = Cell(self._cell(row, column.name), header, row.line)
                if not header or is_missing(cell.text):
                    continue
                fault, value = self._value(cell, column)
                if fault:
                    problems.append(Problem(f"{self.where}: {header}", fault, "", row.line))
                elif value is not None:
                    read.setdefault(name, (value, column, header))
        if problems:
            raise InputError(problems)
        place = f"{self.layout.source} {year}, {self.table.name}, {normal_code(code)}"
        return dict(_figures(read, year, place))

    def missing_lines(self) -> Iterator[str]:
        """Say, column by column, how many cells are missing, by which sign and in which areas."""
        rows = [(code, row) for code, rows in self.rows.items() for row in rows]
        for name, columns in self.layout.columns.items():
            for column in columns:
                header = self._header(column.name)
                if not header:
                    continue
                cells = [(code, self._cell(row, column.name)) for code, row in rows]
                gaps = [(code, text) for code, text in cells if is_missing(text)]
                if gaps:
                    signs = Counter(f"'{text}'" if text else "empty" for _, text in gaps)
                    by_sign = ", ".join(f"{sign} {count}" for sign, count in signs.items())
                    areas = some([code for code, _ in gaps])
                    yield f"{header} ({name}): {len(gaps)} of {len(rows)} missing ({by_sign}): {areas}."

    def money_lines(self) -> Iterator[str]:
        """Ask for the unit of each column of amounts whose header does not say it."""
        for name, columns in self.layout.columns.items():
            for column in columns:
                header = self._header(column.name)
                if header and column.reading == "money" and self._money_unit(header) is None:
                    yield (
                        f"{header} ({name}) was left out: the file does not say whether it is in euro or in "
                        "thousand euro. Say it with --money-unit euro or --money-unit thousand-euro."
                    )

    def _value(self, cell: Cell, column: Column) -> tuple[str, float | None]:
        """Give a fault in words, or the value in the column's own unit (amounts in euro)."""
        try:
            value = self.style.parse(cell.text)
        except ValueError:
            value = None
        if value is None:
            return f"'{cell.text}' is not a number with a decimal {self.style.mark}.", None
        if value < 0:
            return f"{cell.text} is below zero, and no sign for missing that CBS uses.", None
        if column.reading in ("count", "part of inhabitants", "part of households", "education"):
            if not value.is_integer():
                return f"'{cell.text}' is not a whole number, and this is a count.", None
        elif column.reading == "percent" and value > _PERCENT:
            return f"{cell.text} is not a percentage between 0 and 100.", None
        elif column.reading == "money":
            unit = self._money_unit(cell.column)
            return "", None if unit is None else value * _EURO_PER_UNIT[unit]
        return "", value

    def _money_unit(self, header: str) -> MoneyUnit | None:
        if _THOUSAND_EURO.search(header):
            return "thousand-euro"
        return "euro" if _EURO.search(header) else self.options.money_unit

    def _header(self, name: str) -> str:
        place = self.places.get(name)
        return "" if place is None else self.table.header[place]

    def _cell(self, row: Row, name: str) -> str:
        place = self.places.get(name)
        return "" if place is None else row.cells[place]


def read_cbs_file(path: Path, options: ReadOptions) -> CbsFile:
    """Read a CBS file and recognise its layout.

    Raises
    ------
    InputError
        The file can't be read as a CBS table, or leaves doubt about its numbers.
    """
    table, where = read_table(path), str(path)
    layout = recognise(table, where)
    places = column_places(table)
    known = [places[column.name] for columns in layout.columns.values() for column in columns if column.name in places]
    cells = (Cell(row.cells[place], table.header[place], row.line) for row in table.rows for place in known)
    style = number_style(cells, where, options.decimal)
    code_places = [places[name] for name in layout.codes if name in places]
    water = places.get(layout.water)
    rows: dict[str, tuple[Row, ...]] = {}
    for row in table.rows:
        code = next((row.cells[place] for place in code_places if not is_missing(row.cells[place])), "")
        if code and not (water is not None and row.cells[water].upper() == "JA"):
            rows[normal_code(code)] = (*rows.get(normal_code(code), ()), row)
    if not rows:
        raise InputError.single(where, "no row has an area code.")
    return CbsFile(where, table, layout, style, options, places, rows)


def normal_code(code: str) -> str:
    """Give a code as it is compared: without padding, in capitals."""
    return code.strip().upper()


def municipality_of(code: str) -> str:
    """Give the code of the municipality (gemeente) a wijk or buurt lies in: its four digits."""
    return f"GM{normal_code(code)[2:6]}"


def some(codes: list[str]) -> str:
    """Name a few codes, and how many more there are."""
    shown = ", ".join(codes[:5])
    return f"{shown} and {len(codes) - 5} more" if len(codes) > 5 else shown


def _figures(read: dict[str, tuple[float, Column, str]], year: int, place: str) -> Iterator[tuple[str, Figure]]:
    """Turn what columns hold into figures; what would need a missing figure is left out."""
    educated = sum(read[name][0] for name in _EDUCATION) if all(name in read for name in _EDUCATION) else 0
    wholes = {
        "part of inhabitants": read["inhabitants"][0] if "inhabitants" in read else 0,
        "part of households": read["households"][0] if "households" in read else 0,
        "education": educated,
    }
    for name, (value, column, header) in read.items():
        source = f"{place}, column {header}"
        unit = FIGURES[name].unit
        if column.reading == "percent":
            yield name, Figure(value / _PERCENT, unit, year, source, "measured")
        elif column.reading not in wholes:
            yield name, Figure(value, unit, year, source, "measured")
        elif whole := wholes[column.reading]:
            method = f"{value:g} of {whole:g} {column.reading.removeprefix('part of ')}"
            if column.reading == "education":
                method = f"{value:g} of {whole:g} persons of 15 to 74 with a known level"
            yield name, Figure(round(value / whole, _SHARE_DIGITS), unit, year, source, "derived", method)
    if educated:
        headers = ", ".join(read[name][2] for name in _EDUCATION)
        method = "sum of the persons by level of education, whom CBS counts from 15 to 74"
        source = f"{place}, columns {headers}"
        yield "population_15_74", Figure(educated, "persons", year, source, "derived", method)
