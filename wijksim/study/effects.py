"""Effects: each outcome and period, policy minus baseline over pairs of the same seed, with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wijksim.accounts import Party
from wijksim.calendar import MONTHS_PER_YEAR, absolute_month, year_of
from wijksim.parameters import Registry
from wijksim.report.intervals import (
    CHANCE_LEVEL,
    PRECISION_LEVEL,
    Bounds,
    EffectStatus,
    Uncertainty,
    chance,
    precision,
    statuses,
)
from wijksim.report.pockets import POCKET_OUTCOME, POCKETS
from wijksim.report.results import (
    EFFECT_COLUMNS,
    NUMBER_COLUMNS,
    PERIOD_DISCOUNTED,
    PERIOD_LAST_YEAR,
    PERIOD_TOTAL,
    as_categories,
)
from wijksim.study.replicate import Reduced, Replication, Series

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = [
    "Frame",
    "Pairs",
    "by_period",
    "effects_table",
    "level_effects",
    "monthly_pairs",
    "real_money",
    "with_pockets",
]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Frame:
    """Time of a study: first month, number of months, and what turns money into that of one year, or of the start.

    Parameters
    ----------
    start, months : int
        Absolute month of the first month, and how many there are.
    deflators : dict of int to float
        Factor from euro of a year to euro of the start year, for each year of the run.
    discount_rate : float
        By which real money is worth less each year later.
    """

    start: int
    months: int
    deflators: dict[int, float]
    discount_rate: float

    @classmethod
    def of(cls, start: int, months: int, registry: Registry) -> Frame:
        """Frame of a run, with the price index of the registry."""
        years = range(year_of(start), year_of(start + months - 1) + 1)
        prices = {year: registry.at("cpi_index", absolute_month(year, 1)) for year in years}
        deflators = {year: prices[year_of(start)] / price for year, price in prices.items()}
        return cls(start, months, deflators, registry.number("discount_rate"))

    @property
    def price_year(self) -> int:
        """Year of whose prices amounts are: that of the first month."""
        return year_of(self.start)

    def monthly_deflators(self) -> Floats:
        """Factor of each month, shape (months,)."""
        return np.array([self.deflators[year_of(self.start + month)] for month in range(self.months)])

    def discount_factors(self) -> Floats:
        """Worth of real money of each month in the first month, (1 + r)^(-m / 12), shape (months,)."""
        factors: Floats = (1.0 + self.discount_rate) ** (-np.arange(self.months) / MONTHS_PER_YEAR)
        return factors

    def periods(self) -> dict[str, slice]:
        """Months of each calendar year (the first and last may be cut off), of the last twelve months, and all."""
        years = [year_of(self.start + month) for month in range(self.months)]
        named = {
            str(year): slice(years.index(year), len(years) - years[::-1].index(year)) for year in dict.fromkeys(years)
        }
        last_year = slice(max(0, self.months - MONTHS_PER_YEAR), self.months)
        return {**named, PERIOD_LAST_YEAR: last_year, PERIOD_TOTAL: slice(0, self.months)}


def real_money(reduced: Reduced, frame: Frame) -> Floats:
    """Monthly values with money in euro of the price year, shape (months, series)."""
    money = np.array([series.is_money for series in reduced.series])
    return np.where(money, reduced.values * frame.monthly_deflators()[:, np.newaxis], reduced.values)


def with_pockets(series: Sequence[Series], values: Floats, capital: Floats) -> tuple[tuple[Series, ...], Floats]:
    """Add the balance of each pocket to monthly values.

    Parameters
    ----------
    series : sequence of Series
        Of the columns.
    values : array of float64, shape (months, series)
        Money in euro of the price year.
    capital : array of float64, shape (months,)
        Capital that went to social enterprises, in the same euro; the balances are without it.
    """
    place = {(item.outcome, item.group): column for column, item in enumerate(series)}
    pockets = []
    columns = []
    for key, pocket in POCKETS.items():
        parts = [place["balance", party.name.lower()] for party in pocket.parties]
        balance = values[:, parts].sum(axis=1)
        if Party.SOCIAL_ENTERPRISES in pocket.parties:
            balance = balance - capital
        elif Party.REST_OF_WORLD in pocket.parties:
            balance = balance + capital
        columns.append(balance)
        pockets.append(series[parts[0]]._replace(outcome=POCKET_OUTCOME, group=key))
    return (*series, *pockets), np.column_stack([values, *columns])


def monthly_pairs(done: Sequence[Replication], place: int, frame: Frame) -> tuple[tuple[Series, ...], Pairs] | None:
    """Monthly values of a policy and the baseline, balances of pockets among them; None where no pair worked."""
    both = [(r.runs[0], r.runs[place]) for r in done]
    pairs = [(before, after) for before, after in both if before is not None and after is not None]
    if not pairs:
        return None
    # A process that was put in may add outcomes to one of the two: only common ones can be compared.
    common = [item for item in pairs[0][1].series if item in pairs[0][0].series]
    stacked = []
    for side in (0, 1):
        columns = [pairs[0][side].series.index(item) for item in common]
        values = [
            with_pockets(
                common,
                real_money(pair[side], frame)[:, columns],
                pair[side].capital * frame.monthly_deflators(),
            )
            for pair in pairs
        ]
        stacked.append(np.array([array for _, array in values]))
        series = values[0][0]
    return series, Pairs(*stacked)


def level_effects(
    policy_name: str,
    series: Sequence[Series],
    pairs: Pairs,
    frame: Frame,
    drawn: Pairs | None = None,
) -> list[dict[str, Any]]:
    """Effects of one policy on every outcome in every period, one table for each uncertainty.

    A flow is added up over a period, a stock averaged; an outcome that has no value in any month of it has none.
    Flows of money are also added up discounted to the first month.

    Parameters
    ----------
    series : sequence of Series
        Of the columns.
    pairs : Pairs
        Money in euro of the price year.
    frame : Frame
        Time of the study.
    drawn : Pairs, optional
        Pairs whose parameters were drawn. They give the range of chance and parameters together; the effect beside
        it is that of `pairs`, at the figures of the passports.

    Returns
    -------
    list of dict
        Columns of the table, by name.
    """
    periods = frame.periods()
    sides = [_both(part, series, periods) for part in (pairs, drawn) if part is not None]
    parts = _rows(policy_name, series, sides, frame)
    flows = [column for column, item in enumerate(series) if item.is_money and item.is_flow]
    if flows:
        of_money = [series[column] for column in flows]
        factors, whole = frame.discount_factors()[:, np.newaxis], {PERIOD_DISCOUNTED: periods[PERIOD_TOTAL]}
        discounted = [
            Pairs(*(side[:, :, flows] * factors for side in part)) for part in (pairs, drawn) if part is not None
        ]
        sides = [_both(part, of_money, whole) for part in discounted]
        parts += _rows(policy_name, of_money, sides, frame)
    return parts


def effects_table(parts: Sequence[dict[str, Any]]) -> DataFrame:
    """Put columns of effects together in one table with the columns of `effects.csv`."""
    import pandas as pd

    merged: dict[str, list[Any]] = {
        name: [value for part in parts for value in part[name]] if parts else [] for name in EFFECT_COLUMNS
    }
    return pd.DataFrame(
        {
            name: pd.Series(values, dtype=NUMBER_COLUMNS[name]) if name in NUMBER_COLUMNS else as_categories(values)
            for name, values in merged.items()
        }
    )


def _both(pairs: Pairs, series: Sequence[Series], periods: dict[str, slice]) -> tuple[_Periods, _Periods]:
    return by_period(pairs.baseline, series, periods), by_period(pairs.policy, series, periods)


def _rows(
    policy_name: str, series: Sequence[Series], sides: Sequence[tuple[_Periods, _Periods]], frame: Frame
) -> list[dict[str, Any]]:
    """Columns of the table for values by period, one table for each uncertainty.

    Where one side is nought in every pair, of what can't be negative, no bound has the sign of the other side.
    """
    (before, after), *drawn = sides
    periods = list(before.periods)
    cells = len(series) * len(periods)
    positive = np.repeat([item.never_below_zero for item in series], len(periods))
    differences = [(policy.values - baseline.values).reshape(-1, cells) for baseline, policy in sides]
    known = np.isfinite(differences[0])
    limits = [
        (
            np.where(positive & _is_nought(baseline.values), 0.0, -np.inf),
            np.where(positive & _is_nought(policy.values), 0.0, np.inf),
        )
        for baseline, policy in sides
    ]
    effect = _mean(differences[0], known)
    common = {
        "scenario": [policy_name] * cells,
        "outcome": np.repeat([item.outcome for item in series], len(periods)),
        "group": np.repeat([item.group for item in series], len(periods)),
        "kind": ["level"] * cells,
        "period": periods * len(series),
        "baseline": _mean(before.values.reshape(len(before.values), -1), known),
        "policy": _mean(after.values.reshape(len(after.values), -1), known),
        "effect": effect,
        "unit": np.repeat([item.unit for item in series], len(periods)),
        "price_year": np.repeat([frame.price_year if item.is_money else None for item in series], len(periods)),
    }
    own = {**common, **_pair_counts(differences[0])}
    rows = [
        {**own, **_bounds(bounds, level, uncertainty, *limits[0])}
        for bounds, level, uncertainty in (
            (precision(differences[0]), PRECISION_LEVEL, Uncertainty.PRECISION),
            (chance(differences[0]), CHANCE_LEVEL, Uncertainty.CHANCE),
        )
    ]
    if drawn:
        found = _bounds(chance(differences[1]), CHANCE_LEVEL, Uncertainty.CHANCE_AND_PARAMETERS, *limits[1])
        # The effect at the figures of the passports is one of the possible ones.
        found["low"], found["high"] = np.minimum(found["low"], effect), np.maximum(found["high"], effect)
        counts = _pair_counts(differences[1])
        varied = statuses(np.concatenate(differences))
        counts["status"] = np.where(counts["n"] < 2, EffectStatus.NOT_COMPUTABLE.value, varied)
        rows.append({**common, **counts, **found})
    return rows


def _pair_counts(differences: Floats) -> dict[str, Any]:
    """How many pairs there are, in which share of them the effect is above nought, and what can be said."""
    n = np.isfinite(differences).sum(axis=0)
    return {
        "n": n,
        "sign_probability": np.where(n > 0, (differences > 0).sum(axis=0) / np.maximum(n, 1), np.nan),
        "status": statuses(differences),
    }


def _is_nought(values: Floats) -> NDArray[np.bool_]:
    """Whether values of shape (pairs, series, periods) are 0 in every pair that has one, shape (series x periods,)."""
    nought: NDArray[np.bool_] = (np.nan_to_num(values) == 0.0).all(axis=0).ravel()
    return nought


def _bounds(bounds: Bounds, level: float, uncertainty: Uncertainty, least: Floats, most: Floats) -> dict[str, Any]:
    cells = bounds.low.size
    return {
        "low": np.clip(bounds.low, least, most),
        "high": np.clip(bounds.high, least, most),
        "method": bounds.method,
        "level": [level] * cells,
        "uncertainty": [uncertainty.value] * cells,
    }


class Pairs(NamedTuple):
    """Monthly values of pairs of runs with one seed, each of shape (pairs, months, series)."""

    baseline: Floats
    policy: Floats


class _Periods(NamedTuple):
    """Names of periods, and values by period of shape (pairs, series, periods)."""

    periods: tuple[str, ...]
    values: Floats


def by_period(values: Floats, series: Sequence[Series], periods: dict[str, slice]) -> _Periods:
    """Values of shape (pairs, months, series) by period."""
    flow = np.array([item.is_flow for item in series])
    result = np.empty((values.shape[0], len(series), len(periods)))
    for place, months in enumerate(periods.values()):
        part = values[:, months]
        known = np.isfinite(part)
        count = known.sum(axis=1)
        total = np.where(known, part, 0.0).sum(axis=1)
        over = np.where(flow, 1, np.maximum(count, 1))
        result[:, :, place] = np.where(count > 0, total / over, np.nan)
    return _Periods(tuple(periods), result)


def _mean(values: Floats, known: NDArray[np.bool_]) -> Floats:
    """Mean over pairs that have a value, so that policy less baseline is the effect."""
    n = known.sum(axis=0)
    total = np.where(known, values, 0.0).sum(axis=0)
    return np.where(n > 0, total / np.maximum(n, 1), np.nan)
