"""Compiled: bounds of exponentials from a table, by which most residents are passed over without computing one."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.kernels import kernel

__all__ = ["ABOVE", "ROUNDING", "bounds_of_exp", "step_of"]

ABOVE, ROUNDING = 1.0 + 1e-9, 1e-15
"""What makes a bound safe against rounding, as a factor and as an amount."""

_WIDEST, _STEPS_OF_ONE = 8.0, 8.0
_STEPS_EACH_SIDE = int(_WIDEST * _STEPS_OF_ONE)


@kernel
def bounds_of_exp(slope: float) -> NDArray[Any]:
    """What exp(slope x) is at most in each step of x, for :func:`step_of`; infinite beyond 8 on either side."""
    out = np.empty(2 * _STEPS_EACH_SIDE + 1)
    for step in range(out.size):
        low = (step - _STEPS_EACH_SIDE) / _STEPS_OF_ONE
        out[step] = ABOVE * math.exp(max(slope * low, slope * (low + 1.0 / _STEPS_OF_ONE)))
    out[0] = out[-1] = np.inf
    return out


@kernel
def step_of(x: float) -> int:
    """Place of a number in the table of :func:`bounds_of_exp`."""
    step = (x + _WIDEST) * _STEPS_OF_ONE
    return np.uint32(min(max(step, 0.0), 2.0 * _STEPS_EACH_SIDE))  # type: ignore[return-value]
