"""Ranges of levels of one scenario: by chance, and by chance and drawn parameters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.calendar import MONTHS_PER_YEAR
from wijksim.report.intervals import CHANCE_LEVEL, Uncertainty, chance
from wijksim.report.levels import SHOWN
from wijksim.report.results import PERIOD_LAST_MONTH
from wijksim.scenario import Scenario
from wijksim.study.effects import Frame, by_period, real_money
from wijksim.study.replicate import Replication, Series

__all__ = ["level_ranges"]

Floats = NDArray[np.float64]


def level_ranges(
    scenario: Scenario, done: Sequence[Replication], drawn: Sequence[Replication], frame: Frame
) -> list[dict[str, Any]]:
    """Levels of the main outcomes in each period, with the range in which 90 % of single runs lie.

    Parameters
    ----------
    scenario : Scenario
        That was run.
    done, drawn : sequence of Replication
        At the figures of the passports, and with drawn parameters.
    frame : Frame
        Time of the study.

    Returns
    -------
    list of dict
        A row for each outcome, period and uncertainty; the level is the mean at the figures of the passports, and money
        is in euro of the price year. None where there is no number.
    """
    periods = frame.periods()
    if frame.months < MONTHS_PER_YEAR:
        periods[PERIOD_LAST_MONTH] = slice(frame.months - 1, frame.months)
    sides = [_by_period(part, frame, periods) for part in (done, drawn)]
    rows = []
    for name in SHOWN:
        for period in periods:
            at_best = sides[0][name, period][1]
            for (series, values), kind in zip(
                (side[name, period] for side in sides if side),
                (Uncertainty.CHANCE, Uncertainty.CHANCE_AND_PARAMETERS),
                strict=False,
            ):
                bounds, level = chance(values), float(at_best.mean())
                low, high = float(bounds.low), float(bounds.high)
                if kind is Uncertainty.CHANCE_AND_PARAMETERS:  # the best figures are among the possible ones
                    low, high = min(low, level), max(high, level)
                rows.append(
                    {
                        "scenario": scenario.name,
                        "outcome": name,
                        "period": period,
                        "value": _plain(level),
                        "low": _plain(max(low, 0.0) if series.never_below_zero else low),
                        "high": _plain(high),
                        "level": CHANCE_LEVEL,
                        "uncertainty": str(kind),
                        "method": str(bounds.method),
                        "n": len(values),
                        "unit": series.unit,
                        "price_year": frame.price_year if series.is_money else None,
                    }
                )
    return rows


def _by_period(
    part: Sequence[Replication], frame: Frame, periods: dict[str, slice]
) -> dict[tuple[str, str], tuple[Series, Floats]]:
    """Values of the main outcomes in each run, by outcome and period; nothing where no run worked."""
    runs = [run for one in part if (run := one.runs[0]) is not None]
    if not runs:
        return {}
    series = runs[0].series
    values = by_period(np.array([real_money(run, frame) for run in runs]), series, periods).values
    place = {(item.outcome, item.group): column for column, item in enumerate(series)}
    return {
        (name, period): (series[place[name, ""]], values[:, place[name, ""], number])
        for name in SHOWN
        for number, period in enumerate(periods)
    }


def _plain(value: float) -> float | None:
    return value if np.isfinite(value) else None
