"""Reading TOML files that users write: one syntax error with its line and a hint, and lines for the keys.

What the keys may hold is checked in :mod:`wijksim.tomlschema`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from wijksim.errors import InputError, Problem

__all__ = [
    "KeyPath",
    "LineFinder",
    "SourceFloat",
    "check_format",
    "key_text",
    "load_toml",
    "money_problems",
    "toml_text",
]

KeyPath = tuple[str | int, ...]

_BARE_OR_QUOTED = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')"""
_KEY = rf"{_BARE_OR_QUOTED}(?:\s*\.\s*{_BARE_OR_QUOTED})*"
_ASSIGNMENT = re.compile(rf"^\s*({_KEY})\s*=(.*)$")
_HEADER = re.compile(rf"^\s*\[\s*({_KEY})\s*\]\s*(?:#.*)?$")
_ARRAY_HEADER = re.compile(rf"^\s*\[\[\s*({_KEY})\s*\]\]\s*(?:#.*)?$")
_LINE_IN_MESSAGE = re.compile(r"\(at line (\d+), column \d+\)")
_TWICE = "cannot overwrite a value"  # what tomllib says of a key that is there already
_LONGEST_SHOWN = 80  # characters of a line in a message
_THOUSANDS_OR_DECIMALS = re.compile(r"[+-]?\d{1,3}\.\d{3}")

# What people write out of habit (YAML, Dutch numbers) and what TOML wants instead; tried in this order.
_HABITS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(r"0\d+$"),
        'Put quotes round a code: "{value}". A number has no leading zeros.',
    ),
    (
        re.compile(r"[+-]?\d{1,3}(\.\d{3})+,\d+$|[+-]?\d{1,3}(\.\d{3}){2,}$"),
        "Write a number without points for thousands and with a decimal point: 1234.56.",
    ),
    (
        re.compile(r"[+-]?\d+,\d+$"),
        "Write a decimal point instead of a comma: {pointed}.",
    ),
    (
        re.compile(r"[.,]\d+$"),
        "Write a zero and a decimal point before the decimals: 0{pointed}.",
    ),
    (
        re.compile(r"(no|yes|on|off|nee|ja|true|false)$", re.IGNORECASE),
        'Write true or false in small letters, or put quotes round a text: "{value}".',
    ),
    (
        re.compile("[\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}\N{DOUBLE LOW-9 QUOTATION MARK}].*$"),
        'Write straight quotes, as in "text"; a word processor makes curly ones.',
    ),
    (
        re.compile(r"\d{1,2}:\d{2}$"),
        'Put quotes round a time: "{value}".',
    ),
    (
        re.compile(r"[+-]?\d+([.,]\d+)?\s*%$"),
        "Write a share as a number between 0 and 1, for instance 0.05 for 5 %.",
    ),
    (
        re.compile(r"€.*$|.*\beuro$", re.IGNORECASE),
        "Write the amount as a bare number; the unit is in the key's name.",
    ),
    (
        re.compile(r"[+-]?\d+(\.\d+)?\s*[A-Za-z]+$"),
        "Write the number without a unit; the unit is told with the key.",
    ),
    (
        re.compile(r"[^\"'\[{\d].*$"),
        'Put quotes round a text: "{value}".',
    ),
)


class SourceFloat(float):
    """A number that remembers how it was written in the file.

    Parameters
    ----------
    text : str
        The number as it stands in the source, for instance ``1.000``.
    """

    def __init__(self, text: str) -> None:
        self.text = text


class LineFinder:
    """Finds the line on which a key of a TOML file stands, as far as it can.

    Parameters
    ----------
    text : str
        The file's content.
    data : dict
        What `tomllib` made of it.
    """

    def __init__(self, text: str, data: dict[str, Any]) -> None:
        self.data = data
        self._lines = dict(_key_lines(text))

    def line(self, key_path: KeyPath) -> int | None:
        """Give the line (from 1) of a key or of the nearest table that holds it; None for the whole file.

        Parameters
        ----------
        key_path : tuple of str and int
            Keys from the top of the file; an int is a place in an array, from 0.
        """
        for length in range(len(key_path), 0, -1):
            if key_path[:length] in self._lines:
                return self._lines[key_path[:length]]
        return None


def load_toml(path: Path) -> tuple[dict[str, Any], LineFinder]:
    """Read a TOML file; numbers with a point come as :class:`SourceFloat`.

    Parameters
    ----------
    path : Path
        The file, in UTF-8 (a byte-order mark is allowed).

    Returns
    -------
    tuple of dict and LineFinder
        The content as nested dicts, and where its keys stand.

    Raises
    ------
    InputError
        The file is missing, not readable, not UTF-8 text, or has a syntax error (with its line and a hint).
    """
    text = _read_text(path)
    try:
        data = tomllib.loads(text, parse_float=SourceFloat)
    except tomllib.TOMLDecodeError as error:
        raise InputError([_syntax_problem(str(error), text, path)]) from None
    return data, LineFinder(text, data)


def check_format(data: dict[str, Any], known_formats: Collection[int], path: Path, finder: LineFinder) -> int:
    """Give the number after ``format``, so that the caller can pick the loader or migrate.

    Raises
    ------
    InputError
        ``format`` is missing, no whole number, or not one of `known_formats`.
    """
    newest = max(known_formats)
    where = str(path)
    if "format" not in data:
        hint = f"Write 'format = {newest}' as the first line."
        raise InputError.single(where, "the key 'format' is missing.", hint)
    value = data["format"]
    if type(value) is not int or value not in known_formats:
        known = ", ".join(str(number) for number in sorted(known_formats))
        raise InputError.single(
            f"{where}: format",
            f"format {toml_text(value)} is not known to this version of wijksim, which reads format {known}.",
            "A newer wijksim may have written this file.",
            finder.line(("format",)),
        )
    return value


def money_problems(data: dict[str, Any], path: Path, finder: LineFinder) -> list[Problem]:
    """List the amounts of money written like ``1.000``, which has two readings."""
    problems = []
    for key_path, value in _leaves(data, ()):
        names = [key for key in key_path if isinstance(key, str) and key != "value"]
        if not (names and "_euro" in names[-1] and isinstance(value, SourceFloat)):
            continue
        if _THOUSANDS_OR_DECIMALS.fullmatch(value.text):
            thousands, decimals = value.text.replace(".", ""), f"{float(value):.1f}"
            problems.append(
                Problem(
                    f"{path}: {key_text(key_path)}",
                    f"the amount {value.text} can be read as {thousands} euro or as {decimals} euro.",
                    f"Write {thousands} or {decimals}.",
                    finder.line(key_path),
                )
            )
    return problems


def key_text(key_path: KeyPath) -> str:
    """Write a key path as people do: ``areas[1].figures.households`` (arrays counted from 1)."""
    text = ""
    for key in key_path:
        text += f"[{key + 1}]" if isinstance(key, int) else f".{key}" if text else key
    return text


def toml_text(value: object) -> str:
    """Write a value the way it would stand in a TOML file."""
    if isinstance(value, SourceFloat):
        return value.text
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, (list, tuple)):
        return "a list"
    return str(value)


def _read_text(path: Path) -> str:
    where = str(path)
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise InputError.single(where, "there is no such file.", "Check the name and the folder.") from None
    except IsADirectoryError:
        raise InputError.single(where, "this is a folder; a TOML file was expected.") from None
    except OSError as error:
        raise InputError.single(where, f"the file can't be read ({error.strerror}).") from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        hint = "Save it as text in UTF-8 (in Notepad: Save as, Encoding UTF-8)."
        raise InputError.single(where, "this is not a text file in UTF-8.", hint, line) from None


def _syntax_problem(message: str, text: str, path: Path) -> Problem:
    lines = text.splitlines() or [""]
    found = _LINE_IN_MESSAGE.search(message)
    number = int(found.group(1)) if found else len(lines)
    reason = re.sub(r"\s*\(at [^)]*\)", "", message)
    reason = reason[:1].lower() + reason[1:]
    source = lines[min(number, len(lines)) - 1].strip()
    shown = source if len(source) <= _LONGEST_SHOWN else f"{source[:_LONGEST_SHOWN]}..."
    if reason == _TWICE:
        message = f"this key stands twice in its part of the file, here in '{shown}'."
        return Problem(str(path), message, "Leave out one of the two.", number)
    return Problem(str(path), f"the TOML can't be read: {reason}, in '{shown}'.", _habit_hint(source), number)


def _habit_hint(source: str) -> str:
    assignment = _ASSIGNMENT.match(source)
    if not assignment:
        if re.match(rf"^\s*{_KEY}\s*:", source):
            return "Write 'key = value': an equals sign, not a colon."
        return "Expected 'key = value', a [table] or a # comment."
    value = re.sub(r"\s+#.*$", "", assignment.group(2)).strip()
    if not value:
        return "Write a value after the equals sign."
    for pattern, hint in _HABITS:
        if pattern.match(value):
            return hint.format(value=value, pointed=value.replace(",", "."))
    return ""


def _key_lines(text: str) -> Iterator[tuple[KeyPath, int]]:
    """Give each key path and its line; of tables the header, of arrays of tables each element."""
    table: KeyPath = ()
    counts: dict[KeyPath, int] = {}
    open_quotes = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if open_quotes:
            if open_quotes in line:
                open_quotes = ""
        elif header := _ARRAY_HEADER.match(line):
            array = _in_last_elements(_keys(header.group(1)), counts)
            counts[array] = counts.get(array, -1) + 1
            table = (*array, counts[array])
            yield table, number
        elif header := _HEADER.match(line):
            table = _in_last_elements(_keys(header.group(1)), counts)
            yield table, number
        elif assignment := _ASSIGNMENT.match(line):
            yield (*table, *_keys(assignment.group(1))), number
            for quotes in ('"""', "'''"):
                if assignment.group(2).count(quotes) == 1:
                    open_quotes = quotes


def _keys(dotted: str) -> tuple[str, ...]:
    return tuple(key.strip("\"'") for key in re.findall(_BARE_OR_QUOTED, dotted))


def _in_last_elements(keys: tuple[str, ...], counts: dict[KeyPath, int]) -> KeyPath:
    """Put the number of the last element after each key but the last that is an array of tables."""
    path: KeyPath = ()
    for place, key in enumerate(keys):
        path = (*path, key)
        if place < len(keys) - 1 and path in counts:
            path = (*path, counts[path])
    return path


def _leaves(value: Any, path: KeyPath) -> Iterator[tuple[KeyPath, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, (*path, key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _leaves(inner, (*path, place))
    else:
        yield path, value
