"""What residents see of work among those they know."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.kernels import kernel
from wijksim.population.columns import FIRST_PAID_STATUS, LAST_PAID_STATUS, Status

__all__ = ["employed_share_of_ties"]

_CHILD, _SCHOOL, _RETIRED = int(Status.CHILD), int(Status.SCHOOL), int(Status.RETIRED)
_FIRST_PAID, _LAST_PAID = int(FIRST_PAID_STATUS), int(LAST_PAID_STATUS)

# One sum counts both: the low bits all ties of working age, the high bits those of them in work. The first entry of
# the table of kinds, to which a row of -1 leads, is 0.
_BITS = 12
_JOBLESS = 1
_EMPLOYED = 2**_BITS + 1
_LOW = 2**_BITS - 1


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
    kind = np.zeros(present.size + 1, np.uint16)
    for i in range(present.size):
        code = status[i]
        if not present[i] or code in (_CHILD, _SCHOOL, _RETIRED):
            kind[i + 1] = 0
        elif _FIRST_PAID <= code <= _LAST_PAID:
            kind[i + 1] = _EMPLOYED
        else:
            kind[i + 1] = _JOBLESS
    for i in range(rows.shape[0]):
        both = 0
        for k in range(rows.shape[1]):
            both += int(kind[rows[i, k] + 1])
        if present[i] and both > 0:
            out[i] = (both >> _BITS) / (both & _LOW)
        else:
            out[i] = -1.0
