"""What groups are compared by, and what a group has set itself: a budget to keep to, or a target to reach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from wijksim.errors import InputError
from wijksim.live.frames import SERIES, Frame
from wijksim.outcomes import OUTCOMES
from wijksim.report.pockets import BUDGETS

__all__ = ["Goal", "Measure", "State", "change_of", "measures", "state_of"]

_LARGEST = 1e9


@dataclass(frozen=True)
class Measure:
    """Something that plans are compared by: an outcome, or the balance of a budget.

    Parameters
    ----------
    key : str
        Name of the outcome, or key of the budget.
    is_money : bool
        Whether it is a budget, in euro.
    label, label_nl : str
        In words.
    fewer_first : bool
        Whether the plan that lowers it most comes first.
    """

    key: str
    is_money: bool
    label: str
    label_nl: str
    fewer_first: bool = False


@cache
def measures() -> Mapping[str, Measure]:
    """All measures by key, outcomes first."""
    outcomes = (OUTCOMES[name] for name in SERIES)
    found = [Measure(one.name, False, one.label, one.label_nl, one.direction < 0) for one in outcomes]
    found += [Measure(key, True, pocket.label, pocket.label_nl) for key, pocket in BUDGETS.items()]
    return {measure.key: measure for measure in found}


def change_of(measure: Measure, frame: Frame, month: int) -> float:
    """Give what the plan of a frame changes in a measure up to the end of a month: people, or euro gained.

    Parameters
    ----------
    month : int
        From one to the month of the frame.
    """
    if measure.is_money:
        return float(frame.pockets_by_month[measure.key][month - 1])
    without, with_plan = frame.series[measure.key][:, month - 1]
    return float(with_plan - without)


@dataclass(frozen=True)
class Goal:
    """What a group has set itself.

    Parameters
    ----------
    measure : Measure
        Of a budget: what its owner may lose by the plan. Of an outcome: how many people the plan must change it by,
        for the better.
    amount : float
        Euro or people, zero or more.

    Raises
    ------
    InputError
        The amount can't be.
    """

    measure: Measure
    amount: float

    def __post_init__(self) -> None:
        if not 0 <= self.amount <= _LARGEST:
            raise InputError.single("goal", f"is {self.amount:g}; expected a number from 0 to {_LARGEST:g}.")


class State(StrEnum):
    """How a goal stands."""

    WAITING = "waiting"
    """Nothing was simulated yet, or the plan is hidden."""
    KEPT = "kept"
    OVER = "over"
    REACHED = "reached"
    NOT_YET = "not_yet"
    MISSED = "missed"
    """Not reached at the end."""


def state_of(goal: Goal, frame: Frame | None) -> tuple[State, float]:
    """Say how a goal stands in the month of a frame, and what is left or missing: euro or people, zero or more."""
    if frame is None or frame.hidden or not frame.month:
        return State.WAITING, 0.0
    change = change_of(goal.measure, frame, frame.month)
    if goal.measure.is_money:
        left = goal.amount + change
        return (State.KEPT if left >= 0 else State.OVER), abs(left)
    missing = goal.amount - (-change if goal.measure.fewer_first else change)
    if missing <= 0:
        return State.REACHED, 0.0
    return (State.MISSED if frame.finished else State.NOT_YET), missing
