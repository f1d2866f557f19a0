"""Levels of one scenario at the start and at the end of its runs, as a table for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from wijksim.calendar import MONTHS_PER_YEAR
from wijksim.outcomes import OUTCOMES, Kind
from wijksim.report.headlines import HEADLINES, name_with_unit, value_text
from wijksim.report.intervals import Uncertainty, chance
from wijksim.report.numbers import Language, decimals_for
from wijksim.report.results import PERIOD_LAST_MONTH, PERIOD_LAST_YEAR, Results

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["SHOWN", "level_note", "level_rows", "level_table"]

SHOWN = ("residents", "employment_rate", *(headline.outcome for headline in HEADLINES))
"""Outcomes whose levels are told."""

_HEADINGS = {
    "en": ("outcome", "first", "last", "chance 90%"),
    "nl": ("uitkomst", "eerste", "laatste", "toeval 90%"),
}
_PERIODS = {"en": ("year", "month"), "nl": ("jaar", "maand")}
_RANGE = {"en": "{low} to {high}", "nl": "van {low} tot {high}"}
_DRAWN = {"en": "chance and assumptions 90%", "nl": "toeval en aannames 90%"}
_NOTES = {
    "drawn": (
        "The last column is the range in which 90% of single runs lie when chance and the figures that nobody knows"
        " well differ: {draws} runs more, each with figures drawn from their ranges{fitted}. Levels are those"
        " at our best figures.",
        "De laatste kolom is de bandbreedte waarin 90% van losse doorrekeningen ligt als het toeval en de getallen die"
        " niemand goed weet anders uitvallen: nog {draws} doorrekeningen, elk met getallen uit hun bandbreedte{fitted}."
        " De standen zelf horen bij onze beste getallen.",
    ),
    "fitted": (
        ", {n} of them together from values that known facts don't rule out",
        ", {n} daarvan samen uit waarden die passen bij bekende cijfers",
    ),
    "failed": ("{n} runs failed and are left out.", "{n} doorrekeningen mislukten en tellen niet mee."),
}
_COLUMNS = (
    "scenario", "outcome", "period", "value", "low", "high", "level", "uncertainty", "method", "n", "unit",
    "price_year",
)  # fmt: skip


def level_rows(results: Results, language: Language = "en") -> list[dict[str, str]]:
    """Main outcomes of the first scenario in its first and last year, mean of its runs.

    A stock is averaged over a year, a flow added up; of runs that are shorter the first and last month are given.
    With two or more runs the range in which 90 % of single runs lie stands with the last; so does that of runs with
    drawn parameters, where there are.
    """
    scenario = results.scenarios[0]
    outcomes = results.outcomes
    rows = outcomes[(outcomes["scenario"] == scenario) & outcomes["outcome"].isin(SHOWN)]
    length = MONTHS_PER_YEAR if results.months >= MONTHS_PER_YEAR else 1
    period = _PERIODS[language][length == 1]
    outcome, first, last, spread = _HEADINGS[language]
    headings = (outcome, f"{first} {period}", f"{last} {period}", spread)
    by_name = {str(name): part for name, part in rows.groupby("outcome", observed=True)}
    told = []
    for name in SHOWN:
        values = _by_run(by_name[name])
        start, end = (_over(values[:, months], name) for months in (slice(0, length), slice(-length, None)))
        told.append(dict(zip(headings, _cells(name, start, end, language), strict=True)))
    if results.replications < 2:
        for row in told:
            del row[spread]
    if results.levels:
        ranges = {row["outcome"]: row for row in results.levels if _is_drawn_end(row, length)}
        for name, row in zip(SHOWN, told, strict=True):
            row[_DRAWN[language]] = _range_text(ranges.get(name), language)
    return told


def level_table(found: list[dict[str, Any]]) -> DataFrame:
    """Give the rows of `levels.csv`."""
    import pandas as pd

    table = pd.DataFrame(found, columns=list(_COLUMNS))
    return table.astype({"price_year": "Int64"})


def level_note(results: Results, language: Language) -> list[str]:
    """Say what a range with drawn parameters is; nothing where none were drawn."""
    dutch = language == "nl"
    names = results.manifest.get("posterior", {}).get("parameters", ())
    fitted = _NOTES["fitted"][dutch].format(n=len(names)) if names else ""
    lines = [_NOTES["drawn"][dutch].format(draws=results.draws, fitted=fitted)] if results.levels else []
    lines += [_NOTES["failed"][dutch].format(n=len(results.failures))] if results.failures else []
    return lines


def _is_drawn_end(row: dict[str, Any], length: int) -> bool:
    """Whether a range is that with drawn parameters of the last year, or of the last month of a shorter run."""
    end = PERIOD_LAST_YEAR if length == MONTHS_PER_YEAR else PERIOD_LAST_MONTH
    return bool(row["uncertainty"] == Uncertainty.CHANCE_AND_PARAMETERS and row["period"] == end)


def _range_text(row: dict[str, Any] | None, language: Language) -> str:
    if row is None or row["low"] is None or row["high"] is None:
        return ""
    decimals = decimals_for(row["low"], row["high"], row["value"])
    texts = {key: value_text(row[key], row["unit"], language, decimals) for key in ("low", "high")}
    return _RANGE[language].format(**texts)


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
