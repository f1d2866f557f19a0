"""What places do to people (`mechanisms.md` A4): what their benefit unit gets meanwhile, and where they go."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from wijksim.kernels import call, kernel
from wijksim.population.columns import FIRST_PAID_STATUS, LAST_PAID_STATUS, Columns, Status
from wijksim.processes.rows import rows_where

__all__ = ["Position", "Situation", "follow_places", "people_in_places"]


class Position(IntEnum):
    """What the benefit unit of somebody in a place gets; everybody in a place has one."""

    OFF = 0
    PARTLY = 1
    ON = 2
    NEVER = 3


class Situation(IntEnum):
    """Where somebody who once had a place is now."""

    IN_PLACE = 0
    WORK = 1
    UNEMPLOYMENT_BENEFIT = 2
    SOCIAL_ASSISTANCE = 3
    OTHER = 4


_OFF, _PARTLY, _ON, _NEVER = (int(position) for position in Position)
_IN_PLACE, _WORK, _WW, _ASSISTANCE, _OTHER = (int(situation) for situation in Situation)
_POSITIONS, _SITUATIONS = len(Position), len(Situation)
FIRST_PAID, LAST_PAID = int(FIRST_PAID_STATUS), int(LAST_PAID_STATUS)
ON_WW, ON_ASSISTANCE = int(Status.UNEMPLOYMENT_BENEFIT), int(Status.SOCIAL_ASSISTANCE)


@kernel
def follow_places(
    present: NDArray[np.bool_],
    ever_placed: NDArray[np.int16],
    employer: NDArray[np.int16],
    status: NDArray[np.int8],
    unit_row: NDArray[np.int32],
    placed_from: NDArray[np.int8],
    ww_after_place: NDArray[np.int8],
    assistance: NDArray[np.int32],
    net_earnings: NDArray[np.int32],
    earns: NDArray[np.bool_],
    positions: NDArray[np.int64],
    situations: NDArray[np.int64],
) -> int:
    """Count people who have or had a place; returns net earnings of people in places, cents."""
    earned = 0
    followed = np.empty(present.size, np.bool_)
    for i in range(present.size):
        followed[i] = present[i] & ((employer[i] >= 0) | (ever_placed[i] >= 0))
    for i in rows_where(followed):
        s = status[i]
        if employer[i] < 0:
            if FIRST_PAID <= s <= LAST_PAID:
                situations[_WORK] += 1
            elif s == ON_WW:
                situations[_WW] += 1
            elif s == ON_ASSISTANCE:
                situations[_ASSISTANCE] += 1
            else:
                situations[_OTHER] += 1
            continue
        situations[_IN_PLACE] += 1
        earned += int(net_earnings[i])
        before = placed_from[i]
        if before == ON_WW and ww_after_place[i] >= 0:
            before = ww_after_place[i]
        if assistance[unit_row[i]] > 0:
            positions[_PARTLY if earns[unit_row[i]] else _ON] += 1
        else:
            positions[_OFF if before == ON_ASSISTANCE else _NEVER] += 1
    return earned


def people_in_places(columns: Columns, earns: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
    """Count people in places by what their benefit unit gets this month, and those who had one by where they are.

    Whose unit gets social assistance is partly on it when somebody of the unit earns, else on it. Of the others those
    are off it who had it before the place, or before the first place where places and unemployment benefit followed
    each other; the rest never had it. Who had a place is followed while living here.

    Parameters
    ----------
    columns : Columns
        Residents at the end of the month.
    earns : array of bool, shape (residents + 1,)
        Whether somebody of the unit earns, on the unit's row; the last place is nobody's.

    Returns
    -------
    array of int64, array of int64, int
        People by `Position` and by `Situation`, and net earnings of people in places this month, cents.
    """
    positions, situations = np.zeros(_POSITIONS, np.int64), np.zeros(_SITUATIONS, np.int64)
    earned = call(follow_places, columns, earns=earns, positions=positions, situations=situations)
    return positions, situations, int(earned)
