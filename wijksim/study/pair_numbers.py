"""Outcomes of pairs in a study: what is kept of each pair of runs, and what a design point makes of its pairs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wijksim.outcomes import outcome_names
from wijksim.parameters import Registry
from wijksim.record import Run
from wijksim.report.pockets import POCKET_OUTCOME, POCKETS
from wijksim.report.results import PERIOD_TOTAL
from wijksim.study.pair_effects import BREAK_EVEN_OF, RATIOS, additionality_ratio
from wijksim.study.pairs import break_even_months, job_survival, paid_months
from wijksim.study.replicate import Series
from wijksim.study.store import Outcome

__all__ = ["FROM_PLACEMENT", "PairNumbers", "break_even_reached", "pair_outcome_names"]

Floats = NDArray[np.float64]

FROM_PLACEMENT = "from_placement"
"""Period of additionality: months from each placement, as many as its parameter says."""

_BALANCE_OF = {month: balance for balance, month in BREAK_EVEN_OF.items()}
_REACHED_OF = {month.replace("month", "reached"): month for month in _BALANCE_OF}
_SUMS = 4


def break_even_reached(outcome: str) -> str:
    """Outcome that says in which share of pairs a break-even month is reached within the run."""
    return next(reached for reached, month in _REACHED_OF.items() if month == outcome)


def pair_outcome_names() -> tuple[tuple[str, str], ...]:
    """Outcomes that a study can analyse of a pair of runs, each with its group.

    Deadweight, displacement and what is really extra, as in a comparison; of each party and pocket the break-even month
    and whether it is reached.
    """
    holders = {outcome: [group for name, group in outcome_names() if name == outcome] for outcome in BREAK_EVEN_OF}
    holders[POCKET_OUTCOME] = list(POCKETS)
    months = [(month, group) for month, balance in _BALANCE_OF.items() for group in holders[balance]]
    reached = [(break_even_reached(month), group) for month, group in months]
    return (*((ratio, "") for ratio in RATIOS), *months, *reached)


@dataclass(frozen=True)
class PairNumbers:
    """What is kept of each pair of runs.

    Parameters
    ----------
    outcomes : tuple of (str, str)
        Which of `pair_outcome_names` are wanted.
    months : int
        Length of the runs.
    """

    outcomes: tuple[tuple[str, str], ...]
    months: int

    @property
    def need_histories(self) -> bool:
        """Whether runs must keep everybody's activity: additionality is counted from it."""
        return any(outcome in RATIOS for outcome, _ in self.outcomes)

    @property
    def length(self) -> int:
        """Numbers kept of a pair: four sums of paid months, if wanted, and monthly paths of balances."""
        return _SUMS * self.need_histories + self.months * len(self._balances)

    @property
    def _balances(self) -> tuple[tuple[str, str], ...]:
        """Balances whose paths are kept, with their group."""
        months = [(_REACHED_OF.get(outcome, outcome), group) for outcome, group in self.outcomes]
        return tuple(dict.fromkeys((_BALANCE_OF[name], group) for name, group in months if name in _BALANCE_OF))

    def of_pair(
        self,
        runs: tuple[Run, Run],
        series: tuple[Sequence[Series], Sequence[Series]],
        monthly: tuple[Floats, Floats],
        registry: Registry,
    ) -> Floats:
        """Numbers of baseline and policy, shape (length,).

        Parameters
        ----------
        runs : pair of Run
            Baseline and policy, with histories where `need_histories`.
        series, monthly
            Columns and values, shape (months, series), of each; money in euro of the price year.
        registry : Registry
            Parameters of the policy run.
        """
        parts: list[Floats] = []
        if self.need_histories:
            window = round(registry.number("additionality_window_months"))
            survival = job_survival(registry, self.months)
            parts.append(np.array(paid_months(*runs, window=window, survival=survival).sums))
        places = [{(item.outcome, item.group): column for column, item in enumerate(side)} for side in series]
        for balance in self._balances:
            before, after = (values[:, place[balance]] for values, place in zip(monthly, places, strict=True))
            parts.append((after - before).cumsum())
        return np.concatenate(parts) if parts else np.zeros(0)

    def of_points(self, kept: Floats) -> Iterator[tuple[Outcome, Floats]]:
        """Each outcome at each design point, made of all its pairs together.

        Parameters
        ----------
        kept : array of float64, shape (points, replications, length)
            Numbers of pairs.

        Yields
        ------
        tuple of Outcome and array of float64, shape (points, replications)
            The mean over replications is the value of the point: additionality of the sums over its pairs, break-even
            of their mean path. The spread over replications is that of a single pair about it, to first order. Not a
            number where nobody placed had paid work; infinite where the balance ends below zero.
        """
        for outcome, group in self.outcomes:
            if outcome in RATIOS:
                yield Outcome(outcome, group, FROM_PLACEMENT, "share"), _ratio_about(outcome, kept[:, :, :_SUMS])
                continue
            path = self._path(kept, outcome, group)
            if outcome in _REACHED_OF:
                reached = np.where(np.isnan(path[..., -1]), np.nan, np.isfinite(break_even_months(path)))
                yield Outcome(outcome, group, PERIOD_TOTAL, "share of runs"), reached
            else:
                yield Outcome(outcome, group, PERIOD_TOTAL, "months after the start"), _month_about(path)

    def _path(self, kept: Floats, outcome: str, group: str) -> Floats:
        balance = _BALANCE_OF[_REACHED_OF.get(outcome, outcome)], group
        first = _SUMS * self.need_histories + self.months * self._balances.index(balance)
        return kept[:, :, first : first + self.months]


def _ratio_about(outcome: str, sums: Floats) -> Floats:
    """Ratio of sums over pairs, and about it each pair's part of its error: (top - ratio x bottom) / mean bottom."""
    ratio = additionality_ratio(outcome, sums.sum(axis=1))[:, np.newaxis]
    top, bottom = RATIOS[outcome](sums), sums[..., 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        values: Floats = ratio + (top - ratio * bottom) / bottom.mean(axis=1, keepdims=True)
    return values


def _month_about(path: Floats) -> Floats:
    """Month of the mean path, and about it the jackknife's pseudo-values, a month not reached counted as the last."""
    _, pairs, months = path.shape
    mean = path.mean(axis=1, keepdims=True)
    month = np.where(np.isnan(mean[..., -1]), np.nan, break_even_months(mean))
    if pairs == 1:
        return month
    without = (mean * pairs - path) / (pairs - 1)
    left = -(pairs - 1) * np.minimum(break_even_months(without), months)
    values: Floats = month + left - left.mean(axis=1, keepdims=True)
    return values
