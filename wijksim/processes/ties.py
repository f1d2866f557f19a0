"""What residents see of work among those they know."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.kernels import kernel
from wijksim.population.columns import FIRST_PAID_STATUS, LAST_PAID_STATUS, Status

__all__ = ["employed_share_of_ties", "kinds_of", "share_of_ties"]

_CHILD, _SCHOOL, _RETIRED = int(Status.CHILD), int(Status.SCHOOL), int(Status.RETIRED)
_FIRST_PAID, _LAST_PAID = int(FIRST_PAID_STATUS), int(LAST_PAID_STATUS)

# One sum counts both: the low bits all ties of working age, the high bits those of them in work. The first entry of
# the table of kinds, to which a row of -1 leads, is 0. An unsigned row needs no test of its sign: half the time.
_BITS = 12
_JOBLESS = 1
_EMPLOYED = 2**_BITS + 1
_LOW = 2**_BITS - 1


@kernel
def kinds_of(present: NDArray[Any], status: NDArray[Any]) -> NDArray[Any]:
    """What each resident counts for among ties, after a first entry that is nobody's; shape (residents + 1,)."""
    kind = np.zeros(present.size + 1, np.uint16)
    for i in range(present.size):
        code = status[i]
        out_of_reach = (code == _CHILD) | (code == _SCHOOL) | (code == _RETIRED) | (not present[i])
        employed = (code >= _FIRST_PAID) & (code <= _LAST_PAID)
        kind[i + 1] = 0 if out_of_reach else (_EMPLOYED if employed else _JOBLESS)
    return kind


@kernel
def share_of_ties(rows: NDArray[Any], kind: NDArray[Any], i: int) -> float:
    """Share in paid work among one resident's ties of working age, -1 where there is none; `kind` of :func:`kinds_of`.

    Ties who are children, at school or retired are left out: they are in work's reach of nobody.
    """
    both = 0
    for k in range(rows.shape[1]):
        both += int(kind[np.uint32(rows[i, k] + 1)])
    share = (both >> _BITS) / max(both & _LOW, 1)
    return share if both > 0 else -1.0


@kernel
def employed_share_of_ties(rows: NDArray[Any], present: NDArray[Any], status: NDArray[Any], out: NDArray[Any]) -> None:
    """:func:`share_of_ties` of everybody; -1 for those who left too.

    Parameters
    ----------
    rows : array of int32, shape (residents, ties per person)
        Row of each tie, -1 where a place is free.
    present : array of bool, shape (residents,)
        Who lives in the wijk.
    status : array of int8, shape (residents,)
        Code of `Status`.
    out : array of float64, shape (residents,)
        Filled with the share.
    """
    kind = kinds_of(present, status)
    sums = np.empty(present.size, np.int64)
    for i in range(present.size):
        both = 0
        for k in range(rows.shape[1]):
            both += int(kind[np.uint32(rows[i, k] + 1)])
        sums[i] = both
    for i in range(present.size):  # apart from the look-ups it is vector code
        share = (sums[i] >> _BITS) / max(sums[i] & _LOW, 1)
        out[i] = share if present[i] & (sums[i] > 0) else -1.0
