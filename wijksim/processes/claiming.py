"""Claiming: people begin or stop to ask for the social assistance that their unit is entitled to."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wijksim.kernels import kernel
from wijksim.randomness import draw

__all__ = ["redraw_take_up"]


@kernel
def redraw_take_up(
    present: NDArray[np.bool_],
    uid: NDArray[np.int64],
    take_up: NDArray[np.float32],
    key_change: np.uint64,
    key_rank: np.uint64,
    change_month: float,
) -> None:
    """Give some residents a new rank in claiming, evenly between 0 and 1.

    A unit claims while the rank of its standing adult is below the share t that claims. Redrawn with probability q a
    month, a claiming unit stops with probability q (1 - t): that is how exits for other reasons than work, pension,
    moves and partners come about (`mechanisms.md` rule 21), and how people who could have claimed all along appear
    as inflow from inactivity. The share that claims stays t.

    Parameters
    ----------
    change_month : float
        Probability q.
    """
    for i in range(present.size):
        if present[i] and draw(key_change, uid[i]) < change_month:
            take_up[i] = draw(key_rank, uid[i])
