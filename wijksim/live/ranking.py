"""How groups stand beside each other: at the latest month that all have reached, by what the room chose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from wijksim.live.frames import FEWEST_COURSES, Frame
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
    """

    group: Group
    value: float
    rank: int
    bounds: tuple[float, float] | None

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
    def close(self) -> tuple[tuple[Line, Line], ...]:
        """Neighbours whose ranges overlap: other chance may change their order."""
        return tuple((one, two) for one, two in self.neighbours if _overlap(one.bounds, two.bounds))


def _overlap(one: tuple[float, float] | None, two: tuple[float, float] | None) -> bool:
    return one is not None and two is not None and one[0] <= two[1] and two[0] <= one[1]


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
        Line(group, value, 1 + values.index(value), _bounds(measure, frame, month)) for group, frame, value in shown
    )
    return Table(measure, month, tuple(lines))


def _value(measure: Measure, frame: Frame, month: int) -> float:
    change = change_of(measure, frame, month)
    return Words.rounded_euro(change) if measure.is_money else change


def _bounds(measure: Measure, frame: Frame, month: int) -> tuple[float, float] | None:
    fan = frame.fan
    if fan is None or fan.done < FEWEST_COURSES:
        return None
    if measure.is_money:  # known over the whole run only
        return fan.pockets[measure.key] if month == frame.months else None
    low, high = np.round(fan.bands[measure.key][2][:, month - 1]) + 0.0
    return float(low), float(high)


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
