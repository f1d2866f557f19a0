"""Which homes differ by the plan, and how: what the map of the difference shows."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from wijksim.live.frames import Situation, situations
from wijksim.state import State

__all__ = ["Apart", "homes_apart"]

_WORKING = (Situation.WORK, Situation.PLACE)


class Apart(IntEnum):
    """How a home differs between the runs."""

    SAME = 0
    WORKS = 1
    """Somebody works there with the plan, and nobody without."""
    WORKS_NOT = 2
    """Somebody works there without the plan, and nobody with it."""
    OTHERWISE = 3
    """The same household in another situation, such as a place in place of a job."""
    OTHERS = 4
    """Another household lives there, or nobody in one of the two."""


def homes_apart(baseline: State, policy: State) -> NDArray[np.int8]:
    """Say of each home how it differs (codes of `Apart`), shape (homes,); of two households no situation is compared.

    A household is the same where somebody lives in the home in both runs. Homes that were built in one run alone
    come last, and are another household's.
    """
    found = [situations(state) for state in (baseline, policy)]
    longest = max(one.size for one in found)
    without, with_plan = (np.pad(one, (0, longest - one.size), constant_values=Situation.EMPTY) for one in found)
    works = [np.isin(one, _WORKING) for one in (without, with_plan)]
    apart = np.where(without == with_plan, Apart.SAME, Apart.OTHERWISE).astype(np.int8)
    apart[works[1] & ~works[0]] = Apart.WORKS
    apart[works[0] & ~works[1]] = Apart.WORKS_NOT
    empty = (without == Situation.EMPTY) & (with_plan == Situation.EMPTY)
    apart[~_in_common(baseline, policy, longest) & ~empty] = Apart.OTHERS
    return apart


def _in_common(baseline: State, policy: State, homes: int) -> NDArray[np.bool_]:
    """Homes, by their number, in which somebody lives in both runs."""
    who = []
    for state in (baseline, policy):
        rows = state.columns.present_rows()
        who.append((state.columns["uid"][rows], state.columns["home"][rows]))
    _, one, other = np.intersect1d(who[0][0], who[1][0], assume_unique=True, return_indices=True)
    at, there = who[0][1][one], who[1][1][other]
    common = np.zeros(homes, np.bool_)
    common[at[at == there]] = True
    return common
