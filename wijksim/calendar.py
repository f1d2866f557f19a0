"""Months as whole numbers: month 0 is January of the year 0, so that differences count months."""

from __future__ import annotations

__all__ = ["LAST_MONTH", "MONTHS_PER_YEAR", "absolute_month", "month_of_year", "month_text", "year_of"]

MONTHS_PER_YEAR = 12

LAST_MONTH = 32_767
"""August 2730, the last month that fits in the two bytes of a resident's column; it also stands for any later date.

No run gets that far (`Neighbourhood.step` refuses it), so a date that is put off until then never comes.
"""


def absolute_month(year: int, month: int) -> int:
    """Number of the month since January of the year 0; `month` runs from 1 to 12."""
    return year * MONTHS_PER_YEAR + month - 1


def year_of(absolute: int) -> int:
    """Calendar year of an absolute month."""
    return absolute // MONTHS_PER_YEAR


def month_of_year(absolute: int) -> int:
    """Month of the year, 1 to 12, of an absolute month."""
    return absolute % MONTHS_PER_YEAR + 1


def month_text(absolute: int) -> str:
    """Write an absolute month as ``YYYY-MM``."""
    return f"{year_of(absolute):04d}-{month_of_year(absolute):02d}"
