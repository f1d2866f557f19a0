"""The charts of the page: a line with its ghost, a difference with its band, and bars of balances.

Data are changed in place, and axes only grow, in steps, so that nothing jumps while a lever moves.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from html import escape

import numpy as np
from bokeh.models import ColumnDataSource, NumeralTickFormatter, Range1d, Span
from numpy.typing import NDArray

from wijksim.calendar import MONTHS_PER_YEAR
from wijksim.live.street_map import POLICY, plain_figure, put
from wijksim.report.style import BAND, BASELINE, GAIN, INK, LOSS

__all__ = ["BalanceBars", "Difference", "Levels", "stroke"]

Floats = NDArray[np.float64]

_TEXT = "1rem"
_GRID = "#E5E5E5"
_GROW = 0.25  # an axis that is too short gets longer by this part of what it must hold
_FEW = 60.0  # people: below it the axis starts at zero
_SHORTEST_DIFFERENCE = 10.0
_SHORTEST_MONEY = 1000.0
_PERCENT = 100.0
_NEAR = 8  # pixels between a mark and its text
_NAME_WIDTH = 0.35  # of a line's name, in widths of the chart on a narrow screen
_NAME_HEIGHT = 0.2  # the same in heights of the chart, with the gap to the line
_STEPS = 5  # an axis grows in as many at most until the names fit: each makes them take less of it


def _bounds(fan: Floats | None, which: int, hidden: bool) -> Floats:
    return np.zeros((2, 0)) if fan is None or hidden else fan[which]


class _Course:
    """A figure over time, whose vertical axis only grows."""

    def __init__(self, *, signed: bool) -> None:
        self.figure = plain_figure()
        self._low, self._high = math.inf, -math.inf
        self.figure.x_range, self.figure.y_range = Range1d(0, 1), Range1d(0, 1)
        # No marks between thousands: the browser only knows the English ones.
        for axis, form, ticks in ((self.figure.xaxis, "0", 6), (self.figure.yaxis, "+0" if signed else "0", 5)):
            axis.ticker.min_interval = 1
            axis.ticker.desired_num_ticks = ticks
            axis.formatter = NumeralTickFormatter(format=form)
        self.figure.axis.major_label_text_font_size = _TEXT
        self.figure.axis.major_label_text_color = INK
        self.figure.axis.minor_tick_line_color = None
        self.figure.xgrid.grid_line_color = None
        self.figure.ygrid.grid_line_color = _GRID
        self._now = Span(dimension="height", line_color=BASELINE, line_width=1, line_dash="dotted")
        self.figure.add_layout(self._now)
        self._band = ColumnDataSource({"x": [], "low": [], "high": []})
        self.figure.varea("x", "low", "high", source=self._band, fill_color=POLICY, fill_alpha=BAND)

    def _time(self, start: int, months: int, month: int) -> Floats:
        """Set the horizontal axis, and give the end of each month in years."""
        first = start / MONTHS_PER_YEAR
        self.figure.x_range.start, self.figure.x_range.end = first, first + months / MONTHS_PER_YEAR
        self._now.location = first + month / MONTHS_PER_YEAR
        return first + np.arange(1, months + 1) / MONTHS_PER_YEAR

    def _show_band(self, years: Floats, bounds: Floats) -> None:
        put(self._band, {"x": years[: bounds.shape[1]], "low": bounds[0], "high": bounds[1]})

    def _grow(self, values: Sequence[Floats], *, least: float, step: float, zero: bool) -> None:
        """Lengthen the vertical axis where a value doesn't fit; it never gets shorter."""
        found = np.concatenate([np.ravel(part) for part in values])
        found = found[np.isfinite(found)]
        if not found.size:
            return
        low, high = float(found.min()), float(found.max())
        if zero:
            low, high = min(low, 0.0), max(high, 0.0)
        if self._low <= low and high <= self._high:
            return
        low, high = min(low, self._low), max(high, self._high)
        room = max(least - (high - low), _GROW * (high - low)) / 2
        self._low = math.floor((low - room) / step) * step
        self._high = math.ceil((high + room) / step) * step
        self.figure.y_range.start, self.figure.y_range.end = self._low, self._high

    def begin_anew(self) -> None:
        """Forget how long the axis is, for another outcome."""
        self._low, self._high = math.inf, -math.inf


class Levels(_Course):
    """The course of an outcome with the plan, and without it as a ghost.

    Parameters
    ----------
    without, with_plan : str
        Names at the lines.
    """

    def __init__(self, without: str, with_plan: str) -> None:
        super().__init__(signed=False)
        self._names = (without, with_plan)
        self._lines = [ColumnDataSource({"x": [], "y": []}) for _ in self._names]
        self._ends = ColumnDataSource({name: [] for name in ("x", "y", "text", "colour", "side", "shift")})
        self.figure.line("x", "y", source=self._lines[0], line_color=BASELINE, line_width=3, line_dash="dashed")
        self.figure.line("x", "y", source=self._lines[1], line_color=POLICY, line_width=4)
        self.figure.text(
            "x", "y", "text", source=self._ends, text_color="colour", text_font_size=_TEXT, text_font_style="bold",
            text_align="right", text_baseline="side", y_offset="shift",
        )  # fmt: skip

    def show(self, start: int, months: int, both: Floats, fan: Floats | None, hidden: bool) -> None:
        """Draw series of shape (2, month); `fan` has shape (3, 2, months). What is hidden is the line with the plan."""
        years = self._time(start, months, both.shape[1])
        bounds = _bounds(fan, 1, hidden)
        shown = [both[0], both[1][:0] if hidden else both[1]]
        largest = float(np.nanmax(both, initial=1.0))
        unit = 10.0 ** max(0, math.floor(math.log10(largest)) - 1)
        few = largest < _FEW
        wide = math.ceil(months * _NAME_WIDTH)
        beside = np.concatenate([line[-wide:] for line in shown])  # of the names, which no line may cross
        grow = partial(self._grow, least=2 * unit, step=max(unit / 2, 1.0), zero=few)
        grow([*shown, bounds])
        for _ in range(_STEPS):
            grow([self._room_for_names(beside, few)])
        if few and both.size:
            self.figure.y_range.start = self._low = 0.0
        self._show_band(years, bounds)
        for line, source in zip(shown, self._lines, strict=True):
            put(source, {"x": years[: line.size], "y": line})
        drawn = [side for side, line in enumerate(shown) if line.size]
        upper = max(drawn, key=lambda side: (shown[side][-1], side), default=0)
        self._ends.data = {
            "x": [years[max(shown[side].size, wide) - 1] for side in drawn],
            "y": [float(np.nanmax(beside) if side == upper else np.nanmin(beside)) for side in drawn],
            "text": [self._names[side] for side in drawn],
            "colour": [(BASELINE, POLICY)[side] for side in drawn],
            "side": ["bottom" if side == upper else "top" for side in drawn],
            "shift": [-_NEAR if side == upper else _NEAR for side in drawn],
        }

    def _room_for_names(self, beside: Floats, few: bool) -> Floats:
        """Give how high and low the names reach; those of few people not below zero, where their axis starts."""
        if not beside.size:
            return beside
        tall = _NAME_HEIGHT * (self._high - self._low)
        low = float(np.nanmin(beside)) - tall
        return np.array([max(low, 0.0) if few else low, float(np.nanmax(beside)) + tall])


class Difference(_Course):
    """What the plan changes in an outcome, and between which bounds other courses are."""

    def __init__(self) -> None:
        super().__init__(signed=True)
        self._line = ColumnDataSource({"x": [], "y": []})
        self.figure.add_layout(Span(dimension="width", location=0, line_color=BASELINE, line_width=2))
        self.figure.line("x", "y", source=self._line, line_color=POLICY, line_width=4)

    def show(self, start: int, months: int, both: Floats, fan: Floats | None, hidden: bool) -> None:
        """Draw the difference of series of shape (2, month); `fan` has shape (3, 2, months)."""
        years = self._time(start, months, both.shape[1])
        change = np.zeros(0) if hidden else both[1] - both[0]
        bounds = _bounds(fan, 2, hidden)
        self._grow([change, bounds], least=_SHORTEST_DIFFERENCE, step=_SHORTEST_DIFFERENCE / 2, zero=True)
        self._show_band(years, bounds)
        put(self._line, {"x": years[: change.size], "y": change})


class BalanceBars:
    """What each pocket gained or lost by the plan, as bars from zero in HTML, with the bounds of other courses.

    Parameters
    ----------
    names : mapping of str to str
        Label of each pocket that is shown, from top to bottom.
    write : callable
        Writes an amount.
    """

    def __init__(self, names: Mapping[str, str], write: Callable[[float], str]) -> None:
        self._names, self._write = dict(names), write
        self._reach = 0.0

    def html(self, pockets: Mapping[str, float], bounds: Mapping[str, tuple[float, float]]) -> str:
        """Draw balances, and the bounds that are known of them, euro."""
        values = {key: pockets[key] for key in self._names}
        known = {key: bounds[key] for key in values if key in bounds}
        ends = [*values.values(), *(end for both in known.values() for end in both)]
        self._reach = max(self._reach, _round_up(max([_SHORTEST_MONEY, *map(abs, ends)])))
        rows = "".join(self._row(key, value, known.get(key)) for key, value in values.items())
        return f'<table class="bars"><tbody>{rows}</tbody></table>'

    def _row(self, key: str, value: float, bounds: tuple[float, float] | None) -> str:
        drawn = stroke("bar", 0.0, value, self._reach, GAIN if value >= 0 else LOSS)
        if bounds is not None:
            drawn += stroke("bounds", *bounds, self._reach, INK)
        return (
            f'<tr><th scope="row">{escape(self._names[key])}</th>'
            f'<td class="track"><div>{drawn}</div></td><td>{escape(self._write(value))}</td></tr>'
        )


def stroke(kind: str, one: float, other: float, reach: float, colour: str) -> str:
    """Draw from one amount to another in HTML; zero is in the middle, and `reach` at either end."""
    left, right = (_PERCENT * (1 + end / reach) / 2 for end in sorted((one, other)))
    return f'<i class="{kind}" style="left:{left:.2f}%;width:{right - left:.2f}%;background:{colour}"></i>'


def _round_up(value: float) -> float:
    """Next of 1, 2 and 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(times * power for times in (1, 2, 5, 10) if times * power >= value)
