"""The starting cohort and its family lines: who of the first month can still be followed (`mechanisms.md` A13, A16)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

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
    followed = np.zeros(lineage.uid.size, np.bool_)
    places = lineage.places_of(here)
    while places.size:
        followed[places] = True
        parents = np.concatenate([lineage.mother[places], lineage.father[places]])
        known = lineage.places_of(parents[parents >= 0])
        known = known[known >= 0]
        places = known[~followed[known]]
    return float(followed[lineage.places_of(cohort)].mean())
