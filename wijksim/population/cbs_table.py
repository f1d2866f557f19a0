"""Reading a CBS table from CSV or xlsx into rows of text, whatever its encoding and separator."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

from wijksim.errors import InputError, Problem

__all__ = ["Row", "Table", "read_table"]

_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_SHOWN_FAULTS = 5


@dataclass(frozen=True)
class Row:
    """One row: its cells without padding, in the order of the header, and its line in the file."""

    cells: tuple[str, ...]
    line: int


@dataclass(frozen=True)
class Table:
    """A table as text.

    Parameters
    ----------
    name : str
        File name, without its folder.
    header : tuple of str
        Names of the columns, without padding.
    rows : tuple of Row
        The rows under it.
    form : str
        How the file was read, in words.
    """

    name: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    form: str


def read_table(path: Path) -> Table:
    """Read a table, its first row being the header.

    Parameters
    ----------
    path : Path
        CSV with ``;`` or ``,``, in UTF-8 (with or without byte-order mark) or Windows-1252; or xlsx, of
        which the first sheet is read.

    Raises
    ------
    InputError
        The file is missing, empty, truncated, of another type, or has rows that don't fit the header.
    """
    where = str(path)
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise InputError.single(where, "there is no such file.", "Check the name and the folder.") from None
    except IsADirectoryError:
        raise InputError.single(where, "this is a folder; a CSV or xlsx file was expected.") from None
    except OSError as error:
        raise InputError.single(where, f"the file can't be read ({error.strerror}).") from None
    if raw.startswith(_ZIP):
        return _from_xlsx(raw, path)
    if raw.startswith(_OLD_EXCEL):
        hint = "Open it and save it as xlsx or as CSV."
        raise InputError.single(where, "this is an old Excel file (xls), which can't be read.", hint)
    if b"\x00" in raw:
        raise InputError.single(where, "this is no text file; expected a CBS table as CSV or xlsx.")
    text, encoding = _decoded(raw)
    return _from_csv(text, encoding, path)


def _decoded(raw: bytes) -> tuple[str, str]:
    try:
        return raw.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        # Windows-1252 leaves five bytes unused; they then stay visible as a replacement sign.
        return raw.decode("cp1252", errors="replace"), "Windows-1252"


def _from_csv(text: str, encoding: str, path: Path) -> Table:
    where = str(path)
    skipped = 1 if text.lower().startswith("sep=") else 0  # Excel's own first line
    text = text.partition("\n")[2] if skipped else text
    first_line = text.lstrip().partition("\n")[0]
    if not first_line:
        raise InputError.single(where, "the file is empty; expected a CBS table with a header and rows.")
    separator = max(";,", key=first_line.count)
    if separator not in first_line:
        message = "the first line has no ; or , so this is no CBS table."
        raise InputError.single(where, message, "Expected a header such as GM_CODE;GM_NAAM;AANT_INW.", 1)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    lines: list[Row] = []
    start = 1 + skipped
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                lines.append(Row(tuple(cell.strip() for cell in cells), start))
            start = reader.line_num + 1 + skipped
    except csv.Error as error:
        hint = "Is a closing quote missing?"
        raise InputError.single(where, f"the CSV can't be read ({error}).", hint, start) from None
    return _checked(lines, path, f"{encoding}, separator {separator}", separator)


def _from_xlsx(raw: bytes, path: Path) -> Table:
    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
        values = list(book.worksheets[0].iter_rows(values_only=True))
    except (zipfile.BadZipFile, KeyError, ValueError, IndexError, OSError) as error:
        message = f"this is no readable xlsx spreadsheet ({error})."
        raise InputError.single(str(path), message, "Expected a CBS table as CSV or xlsx.") from None
    width = max((place + 1 for place, value in enumerate(values[0] if values else ()) if value is not None), default=0)
    rows = [
        Row(tuple(_cell_text(value) for value in row[:width]), line)
        for line, row in enumerate(values, start=1)
        if any(value is not None for value in row[:width])
    ]
    return _checked(rows, path, "xlsx, first sheet", "")


def _cell_text(value: object) -> str:
    """Write a spreadsheet's cell as text; whole numbers without a point, so that 1234.0 is not doubtful."""
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value).strip()


def _checked(rows: list[Row], path: Path, form: str, separator: str) -> Table:
    where = str(path)
    if not rows:
        raise InputError.single(where, "the file is empty; expected a CBS table with a header and rows.")
    header, body = rows[0], rows[1:]
    if not body:
        hint = "Was the download cut off? Get the file again."
        raise InputError.single(where, "there is a header but no row under it.", hint, header.line)
    width = len(header.cells)
    faults = [row for row in body if len(row.cells) != width]
    if faults:
        problems = [_width_problem(row, width, where, separator, last=row is body[-1]) for row in faults]
        more = len(problems) - _SHOWN_FAULTS
        problems = problems[:_SHOWN_FAULTS]
        if more > 0:
            problems.append(Problem(where, f"{more} more rows have the wrong number of cells."))
        raise InputError(problems)
    return Table(path.name, header.cells, tuple(body), form)


def _width_problem(row: Row, width: int, where: str, separator: str, *, last: bool) -> Problem:
    found = len(row.cells)
    message = f"this row has {found} cells, the header {width}."
    if found < width:
        hint = "The file seems cut off: get it again." if last else "Is a line broken in two?"
    elif separator == ",":
        hint = 'A decimal comma without quotes (1,5) splits a cell in two: write "1,5" or 1.5, or separate by ;.'
    else:
        hint = "Put quotes round a text that has a ; in it."
    return Problem(where, message, hint, row.line)
