"""The social enterprises of a run: how many work at each, and whether it is open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wijksim.settings import EnterprisePlan
from wijksim.state import State

__all__ = ["Works", "works_of"]


@dataclass(frozen=True)
class Works:
    """A social enterprise in a month: its name, who works there, its places, and whether it is open or has failed."""

    name: str
    workers: int
    places: int
    opened: bool
    failed: bool


def works_of(state: State, plans: Sequence[EnterprisePlan]) -> tuple[Works, ...]:
    """Give the enterprises of a state, of the plans in force."""
    rows = state.columns.present_rows()
    employer = state.columns["employer"][rows]
    by_key = {plan.key: plan for plan in plans}
    return tuple(
        Works(
            by_key[one.key].name or one.key,
            int(np.count_nonzero(employer == one.index)),
            by_key[one.key].places,
            one.opened,
            one.failed,
        )
        for one in state.institutions.enterprises
        if one.key in by_key
    )
