"""The wijken of one town beside each other: their order by distress and by low income against that of a survey."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wijksim.calendar import MONTHS_PER_YEAR, absolute_month
from wijksim.model import Neighbourhood
from wijksim.scenario import Scenario
from wijksim.study.validation.estimates import Sums
from wijksim.study.validation.panel import ADULT_MONTHS, LOWEST_FIFTH, standard_income
from wijksim.study.validation.standards import Standards

__all__ = ["WIJKEN_STATISTICS", "rank_correlation", "wijken_figures", "wijken_months"]

WIJKEN_STATISTICS = ("wijken_anxiety_rank", "wijken_ends_meet_rank")

_SURVEY_YEAR = 2020

Floats = NDArray[np.float64]


def wijken_months(told: Scenario) -> int:
    """Months from the start of a scenario to the end of the year of the survey."""
    return absolute_month(_SURVEY_YEAR, MONTHS_PER_YEAR) - told.settings.start + 1


def wijken_figures(wijken: Sequence[Scenario], seed: int, standards: Standards) -> Sums:
    """Rank correlation over wijken of what adults have in December of the year of the survey and what it found.

    Parameters
    ----------
    wijken : sequence of Scenario
        In the order of the standards.
    seed : int
        Of each run.
    standards : Standards
        What was found.
    """
    distress, incomes = [], []
    for told in wijken:
        model = Neighbourhood(told, seed=seed)
        for _ in range(wijken_months(told)):
            model.step()
        columns = model.state.columns
        rows = columns.present_rows()
        adult = model.state.month - columns["birth_month"][rows] >= ADULT_MONTHS
        distressed = columns["mental"][rows] > told.registry.number("ill_mental_threshold_z")
        distress.append(float(distressed[adult].mean()))
        incomes.append(standard_income(columns, rows)[adult])
        model.close()
    low = np.quantile(np.concatenate(incomes), LOWEST_FIFTH)
    poor = [float((income <= low).mean()) for income in incomes]
    return {
        "wijken_anxiety_rank": (rank_correlation(np.array(distress), standards.anxiety), 1.0),
        "wijken_ends_meet_rank": (rank_correlation(np.array(poor), standards.ends_meet), 1.0),
    }


def rank_correlation(mine: Floats, theirs: Floats) -> float:
    """Spearman's correlation of two orders; not a number where one has no order."""
    from scipy.stats import rankdata

    first, second = (rankdata(each) - (mine.size + 1) / 2 for each in (mine, theirs))
    spread = math.sqrt(float((first**2).sum() * (second**2).sum()))
    return float((first * second).sum()) / spread if spread else math.nan
