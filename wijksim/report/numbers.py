"""Numbers as people write them, in English and Dutch."""

from __future__ import annotations

import math
from typing import Literal

from wijksim.errors import InputError

__all__ = [
    "LANGUAGES", "Language", "decimals_for", "euro", "number", "percent", "require_language", "shorten_name", "span",
    "visible",
]  # fmt: skip

Language = Literal["en", "nl"]
LANGUAGES: tuple[Language, ...] = ("en", "nl")


def require_language(language: object) -> None:
    """Refuse a language that wijksim doesn't write."""
    if language not in LANGUAGES:
        raise InputError.single("language", f"is {language!r}; expected one of {', '.join(map(repr, LANGUAGES))}.")


_MILLION = 1_000_000
_MILLION_DIGITS = 6
_NO_WIDTH = 1e-12  # of the largest value
_MOST_DECIMALS = 3


def decimals_for(low: float, high: float, *values: float) -> int:
    """Decimals (negative: tens, hundreds, ...) for a range and what lies in it.

    Two significant digits of the width, at most four of the largest value, and more when a value would otherwise be
    rounded to zero, which would hide its sign; of values without a range three significant digits. A width that comes
    of adding up in floating point is none.
    """
    width = high - low
    largest = max((abs(value) for value in (low, high, *values) if math.isfinite(value)), default=0.0)
    ranged = math.isfinite(width) and width > _NO_WIDTH * largest
    if largest == 0.0:
        return 0
    digits = 4 if ranged else 3
    wanted = digits - 1 - _magnitude(largest)
    if ranged:
        wanted = min(wanted, 1 - _magnitude(width))
    sizes = [abs(value) for value in values if math.isfinite(value) and value != 0]
    seen = -_magnitude(min(sizes)) if sizes else wanted
    return min(max(wanted, seen), _MOST_DECIMALS)


def visible(value: float, decimals: int) -> int:
    """Decimals with which a value that isn't zero isn't written as zero, which would hide its sign; else the same.

    What is below a thousandth is zero for all purposes.
    """
    if not math.isfinite(value) or value == 0 or round(value, decimals) != 0:
        return decimals
    return min(max(decimals, -_magnitude(abs(value))), _MOST_DECIMALS)


def _magnitude(size: float) -> int:
    """Power of ten of the first digit."""
    return math.floor(math.log10(size))


def number(value: float, language: Language, decimals: int = 0) -> str:
    """Write a number: 1,234.5 in English, 1.234,5 in Dutch; negative decimals round to tens and so on."""
    text = f"{round(value, decimals):,.{max(decimals, 0)}f}"
    if not text.strip("-0.,"):
        text = text.lstrip("-")  # no minus before a zero
    return text.translate(str.maketrans(",.", ".,")) if language == "nl" else text


def euro(value: float, language: Language, decimals: int = 0) -> str:
    """Write an amount: €1.2 million in English, € 1,2 miljoen in Dutch."""
    sign = "-" if round(value, decimals) < 0 else ""
    space = " " if language == "nl" else ""
    size = abs(value)
    if round(size, decimals) >= _MILLION:
        shown = number(size / _MILLION, language, min(max(decimals + _MILLION_DIGITS, 1), 2))
        return f"{sign}€{space}{shown} {'miljoen' if language == 'nl' else 'million'}"
    return f"{sign}€{space}{number(size, language, min(decimals, 2) if decimals <= 0 else 2)}"


def percent(share: float, language: Language, decimals: int = 0) -> str:
    """Write a share as a percentage: 12.5% in English, 12,5% in Dutch."""
    return f"{number(100 * share, language, decimals)}%"


def span(months: int, language: Language) -> str:
    """Write a length of time in whole years, or in months where it isn't whole years."""
    years, rest = divmod(months, 12)
    if rest:
        many, one, count = ("maanden", "maand", months) if language == "nl" else ("months", "month", months)
    else:
        many, one, count = ("jaar", "jaar", years) if language == "nl" else ("years", "year", years)
    return f"{count} {one if count == 1 else many}"


def shorten_name(text: str, letters: int) -> str:
    """Leave out the middle of a name that is too long for its place: long names often differ at their end.

    Words stay whole where that leaves at least half of what there is room for on either side.
    """
    if len(text) <= letters:
        return text
    end = (letters - 3) // 2
    cut, begin = letters - 3 - end, len(text) - end
    space = text.rfind(" ", cut // 2, cut + 1)
    head = text[: space if space >= 0 else cut]
    space = text.find(" ", begin - 1, begin + end // 2)
    tail = text[space + 1 if space >= 0 else begin :]
    return f"{head.rstrip()}...{tail}"
