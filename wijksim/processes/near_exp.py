"""Compiled: an exponential that is near enough to know nearly always what the exact one decides.

The exponential of the C library is worked out for one number at a time. This one is vector code, a sixth of the time,
and differs from it by less than :data:`NEARLY` of itself. Whoever uses it says where that could decide otherwise, and
takes the exact one there, so that results are those of the exact one, bit for bit.
"""

from __future__ import annotations

import math

from wijksim.kernels import kernel

__all__ = ["NEARLY", "WIDEST", "near_exp"]

NEARLY = 1e-9
"""What a near exponential differs from the exact one at most, as a part of it: nine times what was measured."""

WIDEST = 8.0
"""How far from 0 an exponent may be for that."""

_SQUARINGS = 6
_PART = 2.0**-_SQUARINGS
_TERM = tuple(1 / math.factorial(n) for n in range(_SQUARINGS + 2))  # of the series 1 + d + d^2 / 2 + d^3 / 6 + ...


@kernel
def near_exp(x: float) -> float:
    """exp(x) = exp(d)^64 with d = x / 64, from the first terms of the series of exp(d)."""
    d = x * _PART
    near = _TERM[4] + d * (_TERM[5] + d * (_TERM[6] + d * _TERM[7]))
    near = 1.0 + d * (1.0 + d * (_TERM[2] + d * (_TERM[3] + d * near)))
    near *= near
    near *= near
    near *= near
    near *= near
    near *= near
    return near * near
