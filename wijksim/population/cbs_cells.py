"""Cells of CBS tables: what is missing, what is nil, and whether 1.234 is a thousand or one and a bit.

Signs by CBS's legend (*Verklaring van tekens* in the manual of the Buurtkaart 2010): ``.`` data missing,
``x`` secret, ``-`` nil, blank: a figure can't occur. The map tables write missing as a number such as
-99999999 or -99997.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from wijksim.errors import InputError, Problem

__all__ = ["Cell", "DecimalMark", "NumberStyle", "is_missing", "number_style"]

DecimalMark = Literal["point", "comma"]

_MISSING_SIGNS = frozenset({"", ".", "x", "na", "nan"})
_NIL = "-"
_MISSING_NUMBER = re.compile(r"-9999\d*(?:[.,]0+)?")

_PLAIN = re.compile(r"[+-]?\d+(?:[eE][+-]?\d+)?")
_POINTS = re.compile(r"[+-]?\d{1,3}(?:\.\d{3}){2,}|[+-]?\d{1,3}(?:\.\d{3})*,\d+|[+-]?\d+,\d+")
_COMMAS = re.compile(r"[+-]?\d{1,3}(?:,\d{3}){2,}|[+-]?\d{1,3}(?:,\d{3})*\.\d+|[+-]?\d*\.\d+(?:[eE][+-]?\d+)?")
_EITHER = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")  # a thousand or a decimal fraction


@dataclass(frozen=True)
class Cell:
    """A cell with its place.

    Parameters
    ----------
    text : str
        Content without padding.
    column : str
        Header of its column.
    line : int
        Line (row, in a spreadsheet) in the file, from 1.
    """

    text: str
    column: str
    line: int


@dataclass(frozen=True)
class NumberStyle:
    """How numbers are written in a file.

    Parameters
    ----------
    mark : 'point' or 'comma'
        The decimal mark; the other one sets off thousands.
    note : str
        How doubtful numbers were read, in words; empty when none was doubtful.
    """

    mark: DecimalMark
    note: str = ""

    def parse(self, text: str) -> float | None:
        """Read a number; None when the cell says that it is missing.

        Raises
        ------
        ValueError
            The text is no number in this style.
        """
        text = text.strip()
        if is_missing(text):
            return None
        if text == _NIL:
            return 0.0
        decimal, thousands = (",", ".") if self.mark == "comma" else (".", ",")
        whole, _, fraction = text.partition(decimal)
        if thousands in whole and not re.fullmatch(rf"[+-]?\d{{1,3}}(?:\{thousands}\d{{3}})+", whole):
            raise ValueError(text)
        number = whole.replace(thousands, "") + (f".{fraction}" if fraction else "")
        if not re.fullmatch(r"[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?", number):
            raise ValueError(text)
        return float(number)


def is_missing(text: str) -> bool:
    """Say whether a cell means that the figure is not known (``-``, truly nil, does not)."""
    text = text.strip()
    return text.lower() in _MISSING_SIGNS or bool(_MISSING_NUMBER.fullmatch(text))


def number_style(cells: Iterable[Cell], where: str, stated: DecimalMark | None = None) -> NumberStyle:
    """Find out how a file writes numbers, from all its cells.

    Parameters
    ----------
    cells : iterable of Cell
        Every cell that should hold a number.
    where : str
        The file, for messages.
    stated : 'point', 'comma' or None
        What the user says; it decides where the file leaves doubt.

    Raises
    ------
    InputError
        Both decimal points and decimal commas occur, or nothing tells what 1.234 means and nothing is stated.
    """
    points: Cell | None = None
    commas: Cell | None = None
    doubtful: list[Cell] = []
    for cell in cells:
        if is_missing(cell.text) or _PLAIN.fullmatch(cell.text):
            continue
        if _EITHER.fullmatch(cell.text):
            doubtful.append(cell)
        elif _POINTS.fullmatch(cell.text):
            commas = commas or cell
        elif _COMMAS.fullmatch(cell.text):
            points = points or cell
    if points and commas:
        raise InputError(
            Problem(
                f"{where}: {cell.column}",
                f"'{cell.text}' has a decimal {mark}, other numbers in the file have not.",
                "Write all numbers of a file in one way.",
                cell.line,
            )
            for mark, cell in (("point", points), ("comma", commas))
        )
    found: DecimalMark | None = "point" if points else "comma" if commas else None
    if not doubtful:
        return NumberStyle(found or stated or "point")
    first = doubtful[0]
    mark = found or stated
    if mark is None:
        thousand, decimals = re.sub("[.,]", "", first.text), first.text.replace(",", ".")
        raise InputError.single(
            f"{where}: {first.column}",
            f"'{first.text}' can be {thousand} or {decimals}, and no other number in the file tells which.",
            "Say it with --decimal comma (1.234 is a thousand) or --decimal point.",
            first.line,
        )
    value = NumberStyle(mark).parse(first.text)
    because = f"the file writes a decimal {mark}" if found else f"a decimal {mark} was stated"
    note = f"'{first.text}' (line {first.line}, {first.column}) was read as {value:g}: {because}."
    return NumberStyle(mark, note)
