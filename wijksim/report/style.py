"""The look of charts: colours, number formats and places of labels."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import as_file, files
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from wijksim.report.numbers import Language, number, shorten_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

__all__ = [
    "BAND",
    "BASELINE",
    "GAIN",
    "INK",
    "LOSS",
    "MOST_POLICIES",
    "chart_style",
    "format_axis",
    "in_lines",
    "policy_colours",
    "spread_out",
]

BASELINE = "#6E6E6E"
GAIN = "#009E73"
LOSS = "#D55E00"
INK = "#333333"
BAND = 0.2
"""Opacity of a range, in the colour of its line."""

_MOST_DECIMALS = 4
_FEWEST_WHOLE = 3.0
_POLICIES = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00")
MOST_POLICIES = len(_POLICIES)
"""More plans than this can't be told apart in one picture, also not by who sees few colours."""


@contextmanager
def chart_style() -> Iterator[None]:
    """Draw with the style of wijksim, and leave matplotlib's settings of the user as they are."""
    import matplotlib.style

    with as_file(files("wijksim.report") / "wijksim.mplstyle") as path, matplotlib.style.context(path):
        yield


def policy_colours(policies: Sequence[str]) -> dict[str, str]:
    """Colour of each policy, the first one blue; of more than `MOST_POLICIES` some are the same."""
    return {policy: _POLICIES[place % len(_POLICIES)] for place, policy in enumerate(policies)}


def format_axis(axes: Axes, language: Language, *, whole: bool = False, horizontal: bool = False) -> None:
    """Write the numbers of the vertical (or `horizontal`) axis as the language has them, with the decimals it needs.

    `whole` numbers, of people, have no ticks in between; an axis that is shorter than a few of them is widened.
    """
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    if whole:
        low, high = axes.get_ylim()
        missing = max(0.0, _FEWEST_WHOLE - (high - low)) / 2
        axes.set_ylim(low - missing, high + missing)
        axes.yaxis.set_major_locator(MaxNLocator("auto", integer=True, steps=[1, 2, 5, 10]))
    line = axes.xaxis if horizontal else axes.yaxis
    line.set_major_formatter(
        FuncFormatter(lambda value, _: number(value, language, _decimals_of(line.get_majorticklocs())))
    )


def _decimals_of(ticks: NDArray[Any]) -> int:
    """Decimals that tell ticks apart; read when they are drawn, as the room that is left decides how many there are."""
    step = float(ticks[1] - ticks[0]) if len(ticks) > 1 else 1.0
    return next((few for few in range(_MOST_DECIMALS) if math.isclose(step, round(step, few))), _MOST_DECIMALS)


def in_lines(text: str, letters: int, lines: int = 2) -> str:
    """Break a name over lines, with its middle left out where it is too long; nothing is read as a formula."""
    room = letters * lines
    while len(broken := wrap(_breakable(shorten_name(text, room), text), letters) or [""]) > lines:
        room -= 1
    return "\n".join(broken).replace("$", r"\$")


def _breakable(short: str, text: str) -> str:
    """Let a line end where words were left out."""
    return short if short == text else short.replace("...", "... ")


def spread_out(places: Sequence[float], gap: float) -> list[float]:
    """Move label positions apart until neighbours are `gap` apart, as little as possible and in their order.

    Labels that are too close form a group around their mean; a group that then comes too close to the one below
    joins it.
    """
    groups: list[list[int]] = []
    for index in sorted(range(len(places)), key=lambda index: places[index]):
        groups.append([index])
        while len(groups) > 1 and _bottom(groups[-1], places, gap) < _top(groups[-2], places, gap) + gap:
            groups[-2:] = [groups[-2] + groups[-1]]
    return [
        place
        for _, place in sorted(
            (index, _bottom(group, places, gap) + rank * gap) for group in groups for rank, index in enumerate(group)
        )
    ]


def _bottom(group: list[int], places: Sequence[float], gap: float) -> float:
    return sum(places[index] for index in group) / len(group) - gap * (len(group) - 1) / 2


def _top(group: list[int], places: Sequence[float], gap: float) -> float:
    return _bottom(group, places, gap) + gap * (len(group) - 1)
