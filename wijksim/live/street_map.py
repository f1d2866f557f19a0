"""The street map of the page: one mark a home, by the work situation of its household."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from bokeh.models import ColumnDataSource, HoverTool, Range1d, TapTool
from bokeh.plotting import figure
from numpy.typing import NDArray

from wijksim.live.frames import Situation, StreetPlan
from wijksim.report.style import INK, LOSS, policy_colours

__all__ = ["MARKS", "POLICY", "StreetMap", "plain_figure"]

POLICY = policy_colours([""])[""]
MARKS: Mapping[Situation, tuple[str, str, str, float]] = {
    Situation.EMPTY: ("dot", "", "#E0E0E0", 0.6),
    Situation.NO_NEED: ("circle", "●", "#BDBDBD", 0.8),
    Situation.WITHOUT_WORK: ("triangle", "▲", "#CC79A7", 1.0),
    Situation.ASSISTANCE: ("square", "■", LOSS, 1.0),
    Situation.WORK: ("circle", "●", POLICY, 0.9),
    Situation.PLACE: ("star", "★", "#E69F00", 2.4),
}
"""How each situation is drawn: marker, the same as a letter, colour, and size of one mark relative to the others."""

_WIDEST_STREET = 2.0  # homes
_LARGEST_MARK, _SMALLEST_MARK = 12.0, 3.0
_MAP_PIXELS = 420.0
_ROOM_FOR_LABELS = 14  # pixels: half a number of an axis stands above its end


def plain_figure(**options: Any) -> figure:
    """Make a figure without tools, that fills its place."""
    made = figure(sizing_mode="stretch_both", toolbar_location=None, tools="", min_height=120, min_width=160, **options)
    made.outline_line_color = None
    made.min_border_top = made.min_border_right = _ROOM_FOR_LABELS
    made.background_fill_alpha = made.border_fill_alpha = 0.0
    return made


class StreetMap:
    """A map of the homes, one mark each, by colour and shape of their work situation.

    Parameters
    ----------
    labels : mapping of Situation to str
        What a mark says when it is pointed at.
    chosen : callable, optional
        Told the number of a home that is clicked.
    """

    def __init__(self, labels: Mapping[Situation, str], chosen: Callable[[int], None] | None = None) -> None:
        self.figure = plain_figure()
        self.figure.axis.visible = self.figure.grid.visible = False
        self.figure.x_range, self.figure.y_range = Range1d(0, 1), Range1d(0, 1)
        self._sources = {situation: ColumnDataSource({"x": [], "y": [], "home": []}) for situation in MARKS}
        self._glyphs = {}
        self._seen: NDArray[np.int8] | None = None
        self._axes: tuple[tuple[NDArray[np.float64], NDArray[np.float64]], ...] = ()
        for situation, (marker, _, colour, _) in MARKS.items():
            edge = INK if situation is Situation.PLACE else colour
            drawn = self.figure.scatter(
                "x", "y", source=self._sources[situation], marker=marker, size=5, fill_color=colour, line_color=edge,
                line_width=0.5, nonselection_fill_alpha=1.0, nonselection_line_alpha=1.0,
            )  # fmt: skip
            self._glyphs[situation] = drawn.glyph
            if labels.get(situation):
                self.figure.add_tools(HoverTool(renderers=[drawn], tooltips=labels[situation]))
            if chosen is not None:
                self._sources[situation].selected.on_change("indices", self._on_choice(situation, chosen))
        if chosen is not None:
            self.figure.add_tools(TapTool())

    def _on_choice(self, situation: Situation, chosen: Callable[[int], None]) -> Callable[[str, Any, Any], None]:
        source = self._sources[situation]

        def tell(_: str, __: Any, places: Sequence[int]) -> None:
            if places:
                chosen(int(source.data["home"][places[0]]))

        return tell

    def show(self, plan: StreetPlan | None) -> None:
        """Draw a street plan; None draws nothing."""
        if plan is None:
            for source in self._sources.values():
                source.data = {"x": [], "y": [], "home": []}
            self._seen = None
            return
        if self._seen is None or self._seen.size < plan.situation.size:
            self._fit(plan)
        x, y = self._places(plan)
        for situation, source in self._sources.items():
            now = np.flatnonzero(plan.situation == situation)
            if self._seen is None or not np.array_equal(now, np.flatnonzero(self._seen == situation)):
                source.data = {"x": x[now], "y": y[now], "home": now}
        self._seen = plan.situation

    def _fit(self, plan: StreetPlan) -> None:
        """Take in all homes, and make the marks as large as there is room for."""
        if not self._axes:
            self._axes = (_even(plan.x), _even(plan.y))
        places = self._places(plan)
        for span, at in zip((self.figure.x_range, self.figure.y_range), places, strict=True):
            span.start, span.end = float(at.min()) - 1.0, float(at.max()) + 1.0
        widest = max(float(np.ptp(at)) for at in places) + 1.0
        size = min(_LARGEST_MARK, max(_SMALLEST_MARK, _MAP_PIXELS / widest))
        for situation, glyph in self._glyphs.items():
            glyph.size = size * MARKS[situation][3]

    def _places(self, plan: StreetPlan) -> tuple[NDArray[np.float64], ...]:
        return tuple(np.interp(metres, *axis) for metres, axis in zip((plan.x, plan.y), self._axes, strict=True))


def _even(metres: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where the homes of a row come on the map, in steps from one to the next: streets are drawn narrower.

    Returns
    -------
    metres, steps : array of float64, shape (places,)
        Of homes that are built later the step lies between those of their neighbours.
    """
    known = np.unique(metres.astype(np.float64))
    apart = np.diff(known)
    if not apart.size:
        return known, np.zeros(known.size)
    steps = np.minimum(apart / np.median(apart), _WIDEST_STREET)
    return known, np.concatenate([[0.0], np.cumsum(steps)])
