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

_PART = 1 / 64  # six squarings bring back the whole
_2, _3, _4, _5, _6, _7 = (1 / math.factorial(n) for n in range(2, 8))


@kernel
def near_exp(x: float) -> float:
    """exp(x) = exp(x / 64)^64, with the first terms of the series of exp(d) = 1 + d + d^2 / 2 + ... for d = x / 64."""
    d = x * _PART
    near = 1.0 + d * (1.0 + d * (_2 + d * (_3 + d * (_4 + d * (_5 + d * (_6 + d * _7))))))
    near *= near
    near *= near
    near *= near
    near *= near
    near *= near
    return near * near
