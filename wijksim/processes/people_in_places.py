"""What places do to benefits (`mechanisms.md` A4): off social assistance, topped up, still on it, or never had it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wijksim.population.columns import Columns, Status

__all__ = ["POSITIONS", "SITUATIONS", "people_in_places", "people_once_placed"]

POSITIONS = ("off", "partly", "on", "never")
"""Positions of a benefit unit of somebody in a place; everybody in a place has one."""

_STATUSES = {
    "work": (Status.REGULAR_JOB, Status.SUBSIDISED_JOB, Status.SHELTERED_JOB, Status.SELF_EMPLOYED),
    "unemployment_benefit": (Status.UNEMPLOYMENT_BENEFIT,),
    "social_assistance": (Status.SOCIAL_ASSISTANCE,),
}
SITUATIONS = ("in_place", *_STATUSES, "other")
"""Situations of somebody who once had a place."""


def people_in_places(columns: Columns, earns: NDArray[np.bool_]) -> tuple[dict[str, int], int]:
    """Count people in places by what their benefit unit gets this month, and what they earn.

    Whose unit gets social assistance is `partly` on it when somebody of the unit earns, else `on` it. Of the others
    those are `off` it who had it before the place, or before the first place where places and unemployment benefit
    followed each other; the rest `never` had it.

    Parameters
    ----------
    columns : Columns
        Residents at the end of the month.
    earns : array of bool, shape (residents,)
        Whether somebody of the unit earns, on the unit's row.

    Returns
    -------
    dict of str to int, int
        People by position, and their net earnings of the month, cents.
    """
    rows = np.flatnonzero(columns["present"] & (columns["employer"] >= 0))
    units = columns["unit_row"][rows]
    before, earlier = columns["placed_from"][rows], columns["ww_after_place"][rows]
    before = np.where((before == Status.UNEMPLOYMENT_BENEFIT) & (earlier >= 0), earlier, before)
    helped = columns["assistance"][units] > 0
    client = before == Status.SOCIAL_ASSISTANCE
    each = (~helped & client, helped & earns[units], helped & ~earns[units], ~helped & ~client)
    counts = {position: int(who.sum()) for position, who in zip(POSITIONS, each, strict=True)}
    return counts, int(columns["net_earnings"][rows].sum(dtype=np.int64))


def people_once_placed(columns: Columns) -> dict[str, int]:
    """Count those who live here and have or once had a place, by where they are now."""
    rows = np.flatnonzero(columns["present"] & (columns["ever_placed"] >= 0))
    status, in_place = columns["status"][rows], columns["employer"][rows] >= 0
    counts = {"in_place": int(in_place.sum())}
    for situation, statuses in _STATUSES.items():
        counts[situation] = int((np.isin(status, statuses) & ~in_place).sum())
    return {**counts, "other": rows.size - sum(counts.values())}
