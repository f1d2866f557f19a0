"""Parents and children in a long run: benefit of the grown child by that of the parents, and what their work does."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wijksim.model import Neighbourhood
from wijksim.population.columns import Column
from wijksim.processes.process import Month
from wijksim.randomness import Stream
from wijksim.study.validation.estimates import Sums
from wijksim.study.validation.panel import Panel
from wijksim.study.validation.work import on_benefit, over

__all__ = [
    "CHILD_TWIN_STATISTICS", "GENERATION_STATISTICS", "Childhood", "child_twin_figures", "generation_figures",
]  # fmt: skip

GENERATION_STATISTICS = (
    "child_benefit_of_benefit", "child_benefit_of_work", "child_benefit_gap", "parents_on_benefit",
    "three_generations", "two_generations",
)  # fmt: skip
CHILD_TWIN_STATISTICS = ("child_twin_relative",)

_PARENTS_SEEN_AT, _CHILD_SEEN_AT = 16 * 12, 30 * 12

Bools = NDArray[np.bool_]


class Childhood:
    """A process that makes the childhood of all one with working parents, or without; put it in before upbringing.

    Nothing else of the parents changes, so what differs between two runs is what comes of work itself: education and
    job finding of the young.

    Parameters
    ----------
    share : float
        Of the months observed, those that count as with a parent in paid work.
    """

    name: ClassVar[str] = "childhood"
    reads: ClassVar[tuple[str, ...]] = ("months_observed",)
    writes: ClassVar[tuple[str, ...]] = ("months_with_work",)
    parameters: ClassVar[tuple[str, ...]] = ()
    streams: ClassVar[tuple[Stream, ...]] = ()
    columns: ClassVar[tuple[Column, ...]] = ()
    outcomes: ClassVar[tuple[Any, ...]] = ()

    def __init__(self, share: float) -> None:
        self.share = share

    def step(self, month: Month) -> None:
        """Write what was seen up to now."""
        columns = month.columns
        columns["months_with_work"][:] = self.share * columns["months_observed"]


class _Grown(NamedTuple):
    """Those seen at 16 with a parent, and at 30: place in the panel, that month, and benefit of a parent at 16."""

    place: NDArray[np.intp]
    month: NDArray[np.int32]
    parent_on_benefit: Bools


def generation_figures(panel: Panel, model: Neighbourhood) -> Sums:
    """Figures of those who were 16 and 30 in the wijk within the run, and of long chains without work."""
    grown = _grown(panel)
    mine, of = on_benefit(panel)[grown.month, grown.place], grown.parent_on_benefit
    figures: Sums = {
        "child_benefit_of_benefit": (float(mine[of].sum()), float(of.sum())),
        "child_benefit_of_work": (float(mine[~of].sum()), float((~of).sum())),
        "parents_on_benefit": (float(of.sum()), float(of.size)),
    }
    gap = over(*figures["child_benefit_of_benefit"]) - over(*figures["child_benefit_of_work"])
    figures["child_benefit_gap"] = (gap, 1.0)
    columns = model.state.columns
    adult = columns["present"] & (columns["adult_months"] >= 12) & (columns["generations_without_work"] >= 0)
    never = adult & (columns["adult_months_paid"] == 0)
    figures["three_generations"] = (
        float((never & (columns["generations_without_work"] >= 2)).sum()),
        float(adult.sum()),
    )
    figures["two_generations"] = (float((never & (columns["generations_without_work"] >= 1)).sum()), float(adult.sum()))
    return figures


def child_twin_figures(panel: Panel, with_work: Panel, without: Panel) -> Sums:
    """Effect of parents in work on being on a benefit at 30, of children with a parent on a benefit at 16.

    Parameters
    ----------
    panel : Panel
        As it was: says which children.
    with_work, without : Panel
        Lives of the same people, after a :class:`Childhood` of 1 and of 0.
    """
    grown = _grown(panel)
    uid, month = panel.uid[grown.place[grown.parent_on_benefit]], grown.month[grown.parent_on_benefit]
    found = [(_places(one, uid, month), on_benefit(one)) for one in (with_work, without)]
    both = found[0][0][1] & found[1][0][1]
    better, worse = (float(benefit[month[both], place[both]].sum()) for (place, _), benefit in found)
    return {"child_twin_relative": (better - worse, worse)}


def _grown(panel: Panel) -> _Grown:
    young, old = (panel.birth_month + age - panel.start for age in (_PARENTS_SEEN_AT, _CHILD_SEEN_AT))
    inside = np.flatnonzero((young >= 0) & (old < panel.months))
    inside = inside[panel.present[young[inside], inside] & panel.present[old[inside], inside]]
    benefit = on_benefit(panel)
    known, of_benefit = np.zeros(inside.size, np.bool_), np.zeros(inside.size, np.bool_)
    for parent in (panel.mother, panel.father):
        place, here = _places(panel, parent[inside], young[inside])
        known |= here
        of_benefit |= here & benefit[young[inside], place]
    return _Grown(inside[known], old[inside[known]], of_benefit[known])


def _places(
    panel: Panel, uids: NDArray[np.int64], months: NDArray[np.int32]
) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    place = np.minimum(np.searchsorted(panel.uid, uids), panel.uid.size - 1)
    return place, (panel.uid[place] == uids) & panel.present[months, place]
