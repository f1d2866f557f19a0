"""How groups stand beside each other: at the latest month that all have reached, by what the room chose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from wijksim.live.frames import FEWEST_COURSES, Frame, bounds_of
from wijksim.live.goals import Measure, change_of
from wijksim.live.moves import PARAMETER
from wijksim.live.words import Words
from wijksim.live.workshop import Group

__all__ = ["Line", "Table", "common_month", "others_circumstances", "ranked", "seen"]


@dataclass(frozen=True)
class Line:
    """A group in a table.

    Parameters
    ----------
    group : Group
        Whose plan it is.
    value : float
        What the plan changes: people, or euro gained, rounded as it is shown.
    rank : int
        From one on; equal values have the same.
    bounds : (float, float) or None
        Between which nine of ten courses are; None where they aren't known for this month.
    courses : array, shape (courses,), or None
        What the plan changes in each of them.
    seed : int
        Of the session; plans with the same one have the same luck in the same course.
    """

    group: Group
    value: float
    rank: int
    bounds: tuple[float, float] | None
    courses: NDArray[np.floating] | None
    seed: int

    @property
    def lost_in_chance(self) -> bool:
        """Whether other chance could turn its sign."""
        return self.bounds is not None and self.bounds[0] <= 0 <= self.bounds[1]


@dataclass(frozen=True)
class Table:
    """Groups by one measure, the best first.

    Parameters
    ----------
    measure : Measure
        By which they are compared.
    month : int
        At the end of which.
    lines : tuple of Line
        Groups whose plan can be seen.
    """

    measure: Measure
    month: int
    lines: tuple[Line, ...]

    @property
    def ranges_known(self) -> bool:
        """Whether there are enough courses of each group."""
        return bool(self.lines) and all(line.bounds is not None for line in self.lines)

    @property
    def neighbours(self) -> tuple[tuple[Line, Line], ...]:
        """Pairs of groups of which one comes next in the order after the other."""
        ranks = sorted({line.rank for line in self.lines})
        following = dict(pairwise(ranks))
        return tuple((a, b) for a in self.lines for b in self.lines if b.rank == following.get(a.rank))

    @property
    def unsure(self) -> tuple[tuple[Line, Line], ...]:
        """Neighbours whose order other chance may change."""
        return tuple((one, two) for one, two in self.neighbours if _may_swap(one, two))


def _may_swap(one: Line, two: Line) -> bool:
    """Whether nought is within nine of ten differences between two plans, course by course.

    Plans with the same seed have the same luck in the same course, so that ranges may overlap of plans of which one is
    always ahead. With another seed nothing but the ranges can be compared.
    """
    if one.bounds is None or two.bounds is None or one.courses is None or two.courses is None:
        return False
    if one.seed != two.seed:
        return one.bounds[0] <= two.bounds[1] and two.bounds[0] <= one.bounds[1]
    both = min(len(one.courses), len(two.courses))
    low, high = bounds_of(one.courses[:both] - two.courses[:both])
    return low <= 0 <= high


def seen(groups: Sequence[Group]) -> list[tuple[Group, Frame]]:
    """Give the groups that go on, with their latest frames; who still starts isn't there yet."""
    return [(group, frame) for group in groups if not group.session.ended and (frame := group.frame) is not None]


def common_month(groups: Sequence[tuple[Group, Frame]]) -> int:
    """Latest month that all have reached; zero where one is before the first."""
    return min((frame.month for _, frame in groups), default=0)


def ranked(measure: Measure, groups: Sequence[tuple[Group, Frame]]) -> Table:
    """Put groups in order at the latest month that all have reached; whose plan is hidden is left out."""
    month = common_month(groups)
    if not month:
        return Table(measure, 0, ())
    shown = [(group, frame, _value(measure, frame, month)) for group, frame in groups if not frame.hidden]
    shown.sort(key=lambda one: one[2] if measure.fewer_first else -one[2])
    values = [value for _, _, value in shown]
    lines = (
        Line(group, value, 1 + values.index(value), *_of_courses(measure, frame, month), frame.seed)
        for group, frame, value in shown
    )
    return Table(measure, month, tuple(lines))


def _value(measure: Measure, frame: Frame, month: int) -> float:
    change = change_of(measure, frame, month)
    return Words.rounded_euro(change) if measure.is_money else change


def _of_courses(
    measure: Measure, frame: Frame, month: int
) -> tuple[tuple[float, float] | None, NDArray[np.floating] | None]:
    """Give between which values nine of ten courses are, and the value of each."""
    fan = frame.fan
    if fan is None or fan.done < FEWEST_COURSES:
        return None, None
    if measure.is_money:  # known over the whole run only
        return (fan.pockets[measure.key], fan.pocket_changes[measure.key]) if month == frame.months else (None, None)
    low, high = np.round(fan.bands[measure.key][2][:, month - 1]) + 0.0
    return (float(low), float(high)), fan.changes[measure.key][:, month - 1]


def others_circumstances(groups: Sequence[tuple[Group, Frame]]) -> dict[Group, int]:
    """Give the groups whose run without plan isn't that of most, and how many assumptions each has moved.

    They took other assumptions, other circumstances or another chance: what their plan changes is to be compared with
    their own *without plan*.
    """
    files = Counter(frame.baseline_file for _, frame in groups)
    if len(files) < 2:
        return {}
    usual = files.most_common(1)[0][0]
    return {group: _assumptions(frame) for group, frame in groups if frame.baseline_file != usual}


def _assumptions(frame: Frame) -> int:
    return len({path for move in frame.moves for path, _ in move.changes if path.startswith(PARAMETER)})
