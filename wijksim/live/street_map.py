"""The street map of the page: one mark a home, by the work situation of its household or what the plan changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import numpy as np
from bokeh.core.serialization import Serializer
from bokeh.models import CDSView, ColumnDataSource, GroupFilter, HoverTool, Range1d, TapTool
from bokeh.plotting import figure
from numpy.typing import NDArray

from wijksim.live.apart import Apart
from wijksim.live.frames import Situation, StreetPlan
from wijksim.report.style import INK, LOSS, policy_colours

__all__ = ["APART_MARKS", "MARKS", "POLICY", "StreetMap", "plain_figure", "put"]

Marks = Mapping[Any, tuple[str, str, str, float]]

POLICY = policy_colours([""])[""]
MARKS: Marks = {
    Situation.EMPTY: ("dot", "", "#E0E0E0", 0.6),
    Situation.NO_NEED: ("circle", "●", "#BDBDBD", 0.8),
    Situation.WITHOUT_WORK: ("triangle", "▲", "#CC79A7", 1.0),
    Situation.ASSISTANCE: ("square", "■", LOSS, 1.0),
    Situation.WORK: ("circle", "●", POLICY, 0.9),
    Situation.PLACE: ("star", "★", "#E69F00", 2.4),
}
"""How each situation is drawn: marker, the same as a letter, colour, and size of one mark relative to the others."""

APART_MARKS: Marks = {
    Apart.SAME: ("dot", "·", "#BDBDBD", 0.6),
    Apart.OTHERS: ("circle_cross", "⊕", "#6E6E6E", 1.2),
    Apart.OTHERWISE: ("diamond", "◆", "#E69F00", 1.9),
    Apart.WORKS_NOT: ("inverted_triangle", "▼", LOSS, 2.0),
    Apart.WORKS: ("triangle", "▲", POLICY, 2.0),
}
"""The same for what the plan changes."""

_PEOPLE = ("adults", "working", "assisted", "children")

_MOST_PATCHES = 2000  # of about ten bytes; above it the columns are shorter
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
    labels : mapping of int to str
        What a mark says when it is pointed at, by its code.
    chosen : callable, optional
        Told the number of a home that is clicked.
    story : str
        What is said below that, with @adults, @working, @assisted and @children for who lives there.
    marks : mapping
        How each code is drawn.
    """

    def __init__(
        self,
        labels: Mapping[Any, str],
        chosen: Callable[[int], None] | None = None,
        *,
        story: str = "",
        marks: Marks = MARKS,
    ) -> None:
        self.figure = plain_figure()
        self.figure.axis.visible = self.figure.grid.visible = False
        self.figure.x_range, self.figure.y_range = Range1d(0, 1), Range1d(0, 1)
        self._marks = marks
        # One source of all homes, in which only what changes is sent on; each renderer draws those of its mark.
        self._source = ColumnDataSource(_nothing())
        self._glyphs = {}
        self._axes: tuple[tuple[NDArray[np.float64], NDArray[np.float64]], ...] = ()
        for code, (marker, _, colour, _) in marks.items():
            edge = INK if code is Situation.PLACE else colour
            drawn = self.figure.scatter(
                "x", "y", source=self._source, view=CDSView(filter=GroupFilter(column_name="code", group=int(code))),
                marker=marker, size=5, fill_color=colour, line_color=edge, line_width=0.5,
                nonselection_fill_alpha=1.0, nonselection_line_alpha=1.0,
            )  # fmt: skip
            self._glyphs[code] = drawn.glyph
            if labels.get(code):
                said = f"<div>{escape(labels[code])}</div>" + (f"<div>{escape(story)}</div>" if story else "")
                self.figure.add_tools(HoverTool(renderers=[drawn], tooltips=said))
        if chosen is not None:
            self._source.selected.on_change("indices", lambda _, __, homes: chosen(homes[0]) if homes else None)
            self.figure.add_tools(TapTool())

    def show(self, plan: StreetPlan | None) -> None:
        """Draw a street plan; None draws nothing."""
        if plan is None:
            put(self._source, _nothing())
            return
        before = self._source.data
        now = {"code": plan.situation, **dict(zip(_PEOPLE, plan.people, strict=True))}
        if len(before["code"]) != plan.situation.size:
            self._fit(plan)
            x, y = self._places(plan)
            self._source.data = {"x": x, "y": y, **{name: column.copy() for name, column in now.items()}}
            return
        changes = {name: np.flatnonzero(before[name] != column) for name, column in now.items()}
        if sum(changed.size for changed in changes.values()) > _MOST_PATCHES:
            self._source.data = {**before, **{name: column.copy() for name, column in now.items()}}
        elif any(changed.size for changed in changes.values()):
            self._source.patch(
                {
                    name: _Patches(zip(changed.tolist(), now[name][changed].tolist(), strict=True))
                    for name, changed in changes.items()
                    if changed.size
                }
            )

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
            glyph.size = size * self._marks[situation][3]

    def _places(self, plan: StreetPlan) -> tuple[NDArray[np.float32], ...]:
        return tuple(
            np.interp(metres, *axis).astype(np.float32)
            for metres, axis in zip((plan.x, plan.y), self._axes, strict=True)
        )


class _Patches(list[tuple[int, int]]):
    """Places and numbers that need no encoding: going through hundreds of them costs more than all else on the page."""


Serializer.register(_Patches, lambda patches, _: patches)


def _nothing() -> dict[str, Any]:
    return {name: np.zeros(0, np.float32) for name in ("x", "y", "code", *_PEOPLE)}


def put(source: ColumnDataSource, data: Mapping[str, Any]) -> None:
    """Give a source other data, and send on no more than what is new: nothing, what was added at the end, or all."""
    before = source.data
    known = {name: len(column) for name, column in before.items()}
    if set(known) == set(data) and all(np.array_equal(before[name], data[name][:n]) for name, n in known.items()):
        added = {name: data[name][n:] for name, n in known.items()}
        if not any(len(column) for column in added.values()):
            return
        if all(known.values()):
            source.stream(added)
            return
    source.data = dict(data)


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
