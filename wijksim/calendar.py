"""Months as whole numbers: month 0 is January of the year 0, so that differences count months."""

from __future__ import annotations

__all__ = ["MONTHS_PER_YEAR", "absolute_month", "month_of_year", "month_text", "year_of"]

MONTHS_PER_YEAR = 12


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
