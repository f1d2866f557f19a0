"""Parents and children in a long run: benefit of the grown-up child by that of the parents."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from experiments.measures.panel import Panel
from experiments.measures.work import Sums
from wijksim.model import Neighbourhood
from wijksim.population.columns import Status

__all__ = ["generation_figures"]

_PARENTS_SEEN_AT, _CHILD_SEEN_AT = 16 * 12, 30 * 12


def generation_figures(panel: Panel, model: Neighbourhood) -> Sums:
    """Figures of those who were 16 and 30 in the wijk within the run, and of long chains without work."""
    benefit = panel.assisted | np.isin(panel.status, (Status.UNEMPLOYMENT_BENEFIT, Status.DISABILITY))
    young, grown = (panel.birth_month + age - panel.start for age in (_PARENTS_SEEN_AT, _CHILD_SEEN_AT))
    inside = np.flatnonzero((young >= 0) & (grown < panel.months))
    inside = inside[panel.present[young[inside], inside] & panel.present[grown[inside], inside]]
    known, on_benefit = np.zeros(inside.size, np.bool_), np.zeros(inside.size, np.bool_)
    for parent in (panel.mother, panel.father):
        place, here = _places(panel, parent[inside], young[inside])
        known |= here
        on_benefit |= here & benefit[young[inside], place]
    mine = benefit[grown[inside], inside]
    of_benefit, of_work = mine[known & on_benefit], mine[known & ~on_benefit]
    figures: Sums = {
        "child_benefit_of_benefit": (float(of_benefit.sum()), float(of_benefit.size)),
        "child_benefit_of_work": (float(of_work.sum()), float(of_work.size)),
        "parents_on_benefit": (float((known & on_benefit).sum()), float(known.sum())),
    }
    columns = model.state.columns
    adult = columns["present"] & (columns["adult_months"] >= 12) & (columns["generations_without_work"] >= 0)
    never = adult & (columns["adult_months_paid"] == 0)
    figures["three_generations"] = (
        float((never & (columns["generations_without_work"] >= 2)).sum()),
        float(adult.sum()),
    )
    figures["two_generations"] = (float((never & (columns["generations_without_work"] >= 1)).sum()), float(adult.sum()))
    return figures


def _places(
    panel: Panel, uids: NDArray[np.int64], months: NDArray[np.int32]
) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    place = np.minimum(np.searchsorted(panel.uid, uids), panel.uid.size - 1)
    return place, (panel.uid[place] == uids) & panel.present[months, place]
