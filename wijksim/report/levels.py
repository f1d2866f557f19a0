"""Levels of one scenario at the start and at the end of its runs, as a table for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wijksim.calendar import MONTHS_PER_YEAR
from wijksim.outcomes import OUTCOMES, Kind
from wijksim.report.headlines import HEADLINES, name_with_unit, value_text
from wijksim.report.intervals import chance
from wijksim.report.numbers import Language, decimals_for
from wijksim.report.results import Results

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["level_rows"]

_SHOWN = ("residents", "employment_rate", *(headline.outcome for headline in HEADLINES))
_HEADINGS = {
    "en": ("outcome", "first", "last", "chance 90%"),
    "nl": ("uitkomst", "eerste", "laatste", "toeval 90%"),
}
_PERIODS = {"en": ("year", "month"), "nl": ("jaar", "maand")}
_RANGE = {"en": "{low} to {high}", "nl": "van {low} tot {high}"}


def level_rows(results: Results, language: Language = "en") -> list[dict[str, str]]:
    """Main outcomes of the first scenario in its first and last year, mean of its runs.

    A stock is averaged over a year, a flow added up; of runs that are shorter the first and last month are given.
    With two or more runs the range in which 90 % of single runs lie stands with the last.
    """
    scenario = results.scenarios[0]
    outcomes = results.outcomes
    rows = outcomes[(outcomes["scenario"] == scenario) & outcomes["outcome"].isin(_SHOWN)]
    length = MONTHS_PER_YEAR if results.months >= MONTHS_PER_YEAR else 1
    period = _PERIODS[language][length == 1]
    outcome, first, last, spread = _HEADINGS[language]
    headings = (outcome, f"{first} {period}", f"{last} {period}", spread)
    by_name = {str(name): part for name, part in rows.groupby("outcome", observed=True)}
    told = []
    for name in _SHOWN:
        values = _by_run(by_name[name])
        start, end = (_over(values[:, months], name) for months in (slice(0, length), slice(-length, None)))
        told.append(dict(zip(headings, _cells(name, start, end, language), strict=True)))
    if results.replications < 2:
        for row in told:
            del row[spread]
    return told


def _by_run(rows: DataFrame) -> NDArray[np.float64]:
    """Values of one outcome, shape (runs, months)."""
    runs = rows["replication"].nunique()
    return rows["value"].to_numpy(np.float64).reshape(runs, -1)


def _over(values: NDArray[np.float64], name: str) -> NDArray[np.float64]:
    """Sum or mean over months, shape (runs,)."""
    total: NDArray[np.float64] = values.sum(axis=1)
    return total if OUTCOMES[name].kind is Kind.FLOW else total / values.shape[1]


def _cells(
    name: str, start: NDArray[np.float64], end: NDArray[np.float64], language: Language
) -> tuple[str, str, str, str]:
    unit = OUTCOMES[name].unit
    bounds = chance(end)
    low, high, first, last = float(bounds.low), float(bounds.high), float(start.mean()), float(end.mean())
    if OUTCOMES[name].never_below_zero:
        low = float(np.maximum(low, 0.0))
    decimals = decimals_for(low, high, first, last)
    texts = {key: value_text(value, unit, language, decimals) for key, value in (("low", low), ("high", high))}
    spread = _RANGE[language].format(**texts) if low <= high else ""
    return (
        name_with_unit(name, "", language),
        value_text(first, unit, language, decimals),
        value_text(last, unit, language, decimals),
        spread,
    )
