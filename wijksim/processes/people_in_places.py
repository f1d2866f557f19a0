"""What places do to benefits (`mechanisms.md` A4): off social assistance, topped up, still on it, or never had it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wijksim.population.columns import Columns, Status

__all__ = ["POSITIONS", "people_in_places"]

POSITIONS = ("off", "partly", "on", "never")
"""Positions of a benefit unit of somebody in a place; everybody in a place has one."""


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
