"""Pictures of facts: each range as a band of equal width, and where the model comes with its interval."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING

from wijksim.report.numbers import Language, shorten_name
from wijksim.report.style import BASELINE, GAIN, INK, LOSS, chart_style, in_lines
from wijksim.study.validation.estimates import Verdict, range_written, written
from wijksim.study.validation.findings import Finding, Validation
from wijksim.study.validation.patterns import PatternSet
from wijksim.study.validation.runs import BASELINE as WITHOUT_PLAN

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw_findings", "place_in_range"]

_ROWS = 22
"""Facts in one picture; more are drawn in a second one."""
_EDGES = (-1.0, 2.0)
"""Ends of the axis, in widths of the range; what lies beyond is drawn as an arrow at the end."""
_LABEL_LETTERS = 44
_REASON_LETTERS = 62
_NOTE_LETTERS = 150
_ROW_INCHES = 0.46
_SMALL = 8.5

_TITLES = {
    PatternSet.INPUT: ("Facts that parameters rest on", "Feiten waar parameters op rusten"),
    PatternSet.CALIBRATION: (
        "Facts that the model may be tuned to",
        "Feiten waarop het model mag worden geijkt",
    ),
    PatternSet.HOLDOUT: (
        "Facts that the model is never tuned to",
        "Feiten waarop het model nooit wordt geijkt",
    ),
}
_WORDS = {
    "note": (
        "Band: what sources found, with room for their year and for this being one wijk. Point: mean of {runs} runs of"
        " {name}; line: 95% by chance. Triangle: farther out. Numbers: model, then range.",
        "Band: wat bronnen vonden, met ruimte voor hun jaar en omdat dit één wijk is. Punt: gemiddelde van {runs}"
        " doorrekeningen van {name}; lijn: 95% door toeval. Driehoek: verder weg. Getallen: model, dan bandbreedte.",
    ),
    "low": ("low end", "lage kant"),
    "high": ("high end", "hoge kant"),
    "none": ("Not computable: {reason}", "Niet te berekenen: {reason}"),
}


def draw_findings(found: Validation, folder: Path, language: Language) -> list[Path]:
    """Draw each set of facts, in as many pictures as it needs.

    Parameters
    ----------
    found : Validation
        What was found.
    folder : Path
        Gets ``validation_SET_NUMBER_LANGUAGE.png``.

    Returns
    -------
    list of Path
        The files.
    """
    made = []
    with chart_style():
        for name, figure in _figures(found, language):
            path = folder / f"validation_{name}_{language}.png"
            figure.savefig(path, metadata={"Software": None})
            made.append(path)
    return made


def place_in_range(value: float, low: float | None, high: float | None) -> float:
    """Where a value is, 0 at the low end of its range and 1 at the high end.

    A range with one bound is as wide as that bound is far from zero, or one.
    """
    if low is not None and high is not None:
        return (value - low) / (high - low)
    bound = low if low is not None else high if high is not None else 0.0
    return (value - bound) / (abs(bound) or 1.0) + (low is None)


def _figures(found: Validation, language: Language) -> Iterator[tuple[str, Figure]]:
    for which in PatternSet:
        mine = [finding for finding in found.findings if finding.pattern.set is which]
        pictures = [mine[first : first + _ROWS] for first in range(0, len(mine), _ROWS)]
        for number, findings in enumerate(pictures, start=1):
            title = _TITLES[which][language == "nl"]
            part = f" ({number}/{len(pictures)})" if len(pictures) > 1 else ""
            yield f"{which}_{number}", _figure(findings, f"{title}{part}", found, language)


def _figure(findings: Sequence[Finding], title: str, found: Validation, language: Language) -> Figure:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11.0, 1.5 + _ROW_INCHES * len(findings)), layout="constrained")
    axes = figure.subplots()
    figure.suptitle(title, x=0.01, ha="left", fontsize=13, fontweight="bold")
    name = shorten_name(found.profile, _LABEL_LETTERS).replace("$", r"\$")
    note = _WORDS["note"][language == "nl"].format(runs=found.runs, name=name)
    figure.supxlabel(fill(note, _NOTE_LETTERS), x=0.01, ha="left", fontsize=_SMALL, color=BASELINE)
    for row, finding in enumerate(findings):
        _draw(axes, row, finding, language)
    axes.set_yticks(range(len(findings)), [_label(finding, language) for finding in findings], fontsize=_SMALL)
    axes.set_ylim(len(findings) - 0.4, -0.6)
    axes.set_xlim(_EDGES[0] - 0.05, _EDGES[1] + 0.05)
    axes.set_xticks((0.0, 1.0), [_WORDS[end][language == "nl"] for end in ("low", "high")], fontsize=_SMALL)
    axes.grid(visible=False)
    axes.spines["left"].set_visible(False)
    return figure


def _label(finding: Finding, language: Language) -> str:
    plan = f" ({finding.scenario})" if finding.scenario != WITHOUT_PLAN else ""
    return in_lines(f"{finding.pattern.label_in(language)}{plan}", _LABEL_LETTERS, 3)


def _draw(axes: Axes, row: int, finding: Finding, language: Language) -> None:
    pattern, value = finding.pattern, finding.found
    if finding.verdict is Verdict.NOT_COMPUTABLE:
        reason = _WORDS["none"][language == "nl"].format(reason=finding.reason.text(language))
        text = in_lines(reason, _REASON_LETTERS, 3)
        axes.text(_EDGES[0], row, text, va="center", fontsize=_SMALL, color=BASELINE, style="italic")
        return
    start, end = (0.0 if pattern.low is not None else _EDGES[0]), (1.0 if pattern.high is not None else _EDGES[1])
    axes.barh(row, end - start, left=start, height=0.56, color=BASELINE, alpha=0.25, linewidth=0)
    places = [place_in_range(each, pattern.low, pattern.high) for each in (value.value, value.low, value.high)]
    inside = [min(max(place, _EDGES[0]), _EDGES[1]) for place in places]
    colour = GAIN if finding.verdict is Verdict.WITHIN else LOSS
    if not math.isnan(places[1]):
        axes.plot(inside[1:], [row, row], color=colour, linewidth=2)
    marker = ("<" if places[0] < _EDGES[0] else ">") if inside[0] != places[0] else "o"
    axes.scatter(inside[0], row, s=42, marker=marker, color=colour, edgecolors=INK, linewidths=0.8, zorder=3)
    numbers = f"{written(value.value, pattern.unit, language)}   "
    numbers += range_written(pattern.low, pattern.high, pattern.unit, language)
    axes.text(1.01, row, numbers, transform=axes.get_yaxis_transform(), va="center", fontsize=_SMALL, color=INK)
