"""Compiled: age in whole years of all residents, and how many there are of each age.

Ages are unsigned: an index that can't be negative needs no test of its sign, and a division of one by twelve is a
multiplication that the compiler makes into vector code.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.kernels import kernel

__all__ = ["ages", "count_by_age"]

Array = NDArray[Any]


@kernel
def ages(at: int, birth_month: Array, last: int) -> Array:
    """Age of each resident in whole years, at most `last` (below 256); shape of `birth_month`, uint8."""
    out = np.empty(birth_month.size, np.uint8)
    oldest = np.uint32(last)
    for i in range(birth_month.size):
        out[i] = min(np.uint32(at - birth_month[i]) // np.uint32(12), oldest)
    return out


@kernel
def count_by_age(at: int, present: Array, birth_month: Array, sex: Array, counts: Array) -> None:
    """Add residents to `counts` by age in whole years and sex, shape (ages, 2); the last age holds all older ones."""
    age = ages(at, birth_month, counts.shape[0] - 1)
    for i in range(present.size):
        counts[age[i], np.uint8(sex[i])] += present[i]
