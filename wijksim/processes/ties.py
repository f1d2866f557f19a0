"""What residents see of work among those they know."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from wijksim.kernels import kernel
from wijksim.population.columns import FIRST_PAID_STATUS, LAST_PAID_STATUS, Status

__all__ = ["employed_share_of_ties"]

_CHILD, _SCHOOL, _RETIRED = int(Status.CHILD), int(Status.SCHOOL), int(Status.RETIRED)
_FIRST_PAID, _LAST_PAID = int(FIRST_PAID_STATUS), int(LAST_PAID_STATUS)


@kernel
def employed_share_of_ties(rows: NDArray[Any], present: NDArray[Any], status: NDArray[Any], out: NDArray[Any]) -> None:
    """Share in paid work among each resident's ties of working age.

    Ties who are children, at school or retired are left out: they are in work's reach of nobody.

    Parameters
    ----------
    rows : array of int32, shape (residents, ties per person)
        Row of each tie, -1 where a place is free.
    present : array of bool, shape (residents,)
        Who lives in the wijk.
    status : array of int8, shape (residents,)
        Code of `Status`.
    out : array of float64, shape (residents,)
        Filled with the share; -1 where there is no such tie, and for those who left.
    """
    for i in range(rows.shape[0]):
        out[i] = -1.0
        if not present[i]:
            continue
        known = 0
        employed = 0
        for k in range(rows.shape[1]):
            tie = rows[i, k]
            if tie < 0 or not present[tie]:
                continue
            code = status[tie]
            if code in (_CHILD, _SCHOOL, _RETIRED):
                continue
            known += 1
            if _FIRST_PAID <= code <= _LAST_PAID:
                employed += 1
        if known > 0:
            out[i] = employed / known
