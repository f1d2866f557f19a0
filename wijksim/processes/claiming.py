"""Claiming: people begin or stop to ask for the social assistance that their unit is entitled to."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wijksim.kernels import kernel
from wijksim.population.columns import Status, is_paid_work
from wijksim.population.ranks import rank_with_trait
from wijksim.processes.rows import rows_where
from wijksim.randomness import draw, draws

__all__ = ["redraw_take_up"]

PAID = np.array([bool(is_paid_work(np.array([status]))[0]) for status in Status])
"""Whether each status is paid work."""


@kernel
def redraw_take_up(
    at: int,
    present: NDArray[np.bool_],
    uid: NDArray[np.int64],
    status: NDArray[np.int8],
    out_of_work_since: NDArray[np.int16],
    employability: NDArray[np.float32],
    take_up: NDArray[np.float32],
    key_change: np.uint64,
    key_rank: np.uint64,
    paid: NDArray[np.bool_],
    change_month: float,
    class_short: float,
    class_middle: float,
    factor_middle: float,
    factor_long: float,
    alike: float,
    middle: float,
) -> None:
    """Give some residents a new rank in claiming, even between 0 and 1 over those entitled, lower for the less able.

    A unit claims while the rank of its standing adult is below the share t that claims. Redrawn with probability q a
    month, a claiming unit stops with probability q (1 - t(a)), t(a) the chance of a rank below t at its employability
    a (:func:`wijksim.population.ranks.share_below` at a - `middle`). That is how exits for other reasons than work,
    pension, moves and partners come about (`mechanisms.md` rule 21), rarer for the less employable, and how people who
    could have claimed all along appear as inflow from inactivity. q falls with the time out of work, for who claims and
    who doesn't alike, so that of each duration the share that claims stays what it was.

    Parameters
    ----------
    paid : array of bool, shape (statuses,)
        Whether each status is paid work; who is in work counts as of the first class.
    change_month : float
        Probability q in the first class of duration.
    class_short, class_middle : float
        Months out of work at which the second and the third class begin.
    factor_middle, factor_long : float
        q of these classes relative to the first.
    alike : float
        Correlation of the rank and employability, ``takeup_employability_correlation``.
    middle : float
        Mean employability of those entitled, ``takeup_employability_middle``; among them ranks are about even.
    """
    highest = change_month * max(1.0, factor_middle, factor_long)
    drawn = draws(key_change, uid)
    asked = np.empty(present.size, np.bool_)
    for i in range(present.size):
        asked[i] = present[i] & (drawn[i] < highest)
    for i in rows_where(asked):
        change = change_month
        if not paid[status[i]]:
            months = at - out_of_work_since[i]
            if months >= class_middle:
                change *= factor_long
            elif months >= class_short:
                change *= factor_middle
        if drawn[i] < change:
            take_up[i] = rank_with_trait(draw(key_rank, uid[i]), float(employability[i]) - middle, alike)
