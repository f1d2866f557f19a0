"""The starting cohort and its family lines: who of the first month can still be followed (`mechanisms.md` A13, A16)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wijksim.kernels import kernel
from wijksim.population.places import place_of
from wijksim.population.world import Lineage

__all__ = ["share_of_lines_followed"]

Uids = NDArray[np.int64]


def share_of_lines_followed(lineage: Lineage, here: Uids, cohort: Uids) -> float:
    """Share of a cohort who live here, or of whom a child, grandchild, ... does.

    Parameters
    ----------
    lineage : Lineage
        With everybody of `here` and `cohort` in it.
    here, cohort : array of int64
        Identities of those who live here now, and of those who did in the first month.

    Returns
    -------
    float
        Not a number when the cohort is empty.
    """
    if cohort.size == 0:
        return float("nan")
    followed = _followed(lineage.table(), lineage.uid, lineage.mother, lineage.father, here, cohort)
    return float(followed / cohort.size)


@kernel
def _followed(table: NDArray[np.int32], lives: Uids, mother: Uids, father: Uids, here: Uids, cohort: Uids) -> int:
    """How many of a cohort live here or have a descendant who does."""
    seen, to_go, count = np.zeros(lives.size, np.bool_), np.empty(lives.size, np.intp), 0
    for uid in here:
        place = place_of(table, lives, uid)
        seen[place] = True
        to_go[count] = place
        count += 1
    while count > 0:
        count -= 1
        child = to_go[count]
        for parent in (mother[child], father[child]):
            place = place_of(table, lives, parent) if parent >= 0 else -1
            if place >= 0 and not seen[place]:
                seen[place] = True
                to_go[count] = place
                count += 1
    found = 0
    for uid in cohort:
        found += seen[place_of(table, lives, uid)]
    return found
