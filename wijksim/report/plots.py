"""Charts of results, in English and Dutch: levels with and without plans, differences, and pockets.

Above stand the levels: the mean of all runs of each scenario, with the range of single runs without the plan.
Below stands the difference by plan, of the same runs, with its range; the two ranges are not the same thing.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, floor
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wijksim.report.frontier_chart import draw_frontier
from wijksim.report.headlines import label_of, what_if_note
from wijksim.report.intervals import chance
from wijksim.report.numbers import LANGUAGES, Language
from wijksim.report.pocket_chart import draw_pockets
from wijksim.report.results import Results
from wijksim.report.style import (
    BAND,
    BASELINE,
    MOST_POLICIES,
    chart_style,
    format_axis,
    in_lines,
    policy_colours,
    spread_out,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["CHARTS", "draw_charts"]

Floats = NDArray[np.float64]


class Chart(NamedTuple):
    """One outcome over time: its unit, and that of differences, in English and Dutch.

    Money is shown by calendar year, levels in millions and differences in thousands.
    """

    outcome: str
    unit: tuple[str, str]
    difference_unit: tuple[str, str]
    is_money: bool = False


_PERSONS = ("persons", "personen")
_CHILDREN = ("children", "kinderen")
_MILLIONS = ("million euro a year, prices of {year}", "miljoen euro per jaar, prijzen van {year}")
_THOUSANDS = ("thousand euro a year", "duizend euro per jaar")


CHARTS: dict[str, Chart] = {
    "employment": Chart("employed_15_74", _PERSONS, _PERSONS),
    "social_assistance": Chart("assistance_persons", _PERSONS, _PERSONS),
    "social_assistance_cost": Chart("assistance_cost", _MILLIONS, _THOUSANDS, True),
    "care_cost": Chart("care_cost", _MILLIONS, _THOUSANDS, True),
    "children_without_work": Chart("children_no_work", _CHILDREN, _CHILDREN),
}
"""Charts over time, by file name; the balance by pocket is the sixth."""

_MILLION = 1e6
_THOUSAND = 1e3
_MONTHS = 12
_MOST_COLUMNS = 3
_MOST_YEARS = 16
"""Steps of years along an axis as wide as the picture."""
_IN_ONE_ROW = 4
_TITLE_LETTERS = 92
_LABEL_LETTERS = 24
_LABEL_GAP = 0.075
_NOTE_LETTERS = 150
_WORDS = {
    "without": ("Without plan", "Zonder plan"),
    "difference": ("Difference: {policy}", "Verschil: {policy}"),
    "between": ("{policy} minus {baseline}", "{policy} min {baseline}"),
    "first": (" Only the first {most} of {count} plans are drawn.", " Alleen de eerste {most} van {count} plannen."),
    "from_zero": (" The axis of levels does not start at zero.", " De as van de niveaus begint niet bij nul."),
    "note": (
        "Lines: mean of {n} runs. Bands: 90% of single runs (above) and of single differences (below), by chance"
        " alone. A model, not a prediction.",
        "Lijnen: gemiddelde van {n} doorrekeningen. Banden: 90% van losse doorrekeningen (boven) en losse verschillen"
        " (onder), alleen door toeval. Een rekenmodel, geen voorspelling.",
    ),
    "note_one": (
        "One run: one possible course, from which nothing can be concluded. A model, not a prediction.",
        "Eén doorrekening: één mogelijk verloop, waaruit niets is te concluderen. Een rekenmodel, geen voorspelling.",
    ),
    "note_run": (
        "Line: mean of {n} runs. Band: 90% of single runs, by chance alone. A model, not a prediction.",
        "Lijn: gemiddelde van {n} doorrekeningen. Band: 90% van losse doorrekeningen, alleen door toeval. Een"
        " rekenmodel, geen voorspelling.",
    ),
}


def draw_charts(results: Results, folder: Path) -> list[Path]:
    """Draw all charts as PNG, in English and Dutch.

    Parameters
    ----------
    results : Results
        Of a comparison, or of one scenario (without differences and pockets).
    folder : Path
        Gets a folder for each language.

    Returns
    -------
    list of Path
        The files.
    """
    made = []
    with chart_style():
        for language in LANGUAGES:
            target = folder / language
            target.mkdir(parents=True, exist_ok=True)
            for name, figure in _figures(results, language):
                path = target / f"{name}.png"
                # Without the version of matplotlib in it the same results give the same file.
                figure.savefig(path, metadata={"Software": None})
                made.append(path)
    return made


def _figures(results: Results, language: Language) -> Iterator[tuple[str, Figure]]:
    for name, chart in CHARTS.items():
        yield name, _over_time(results, chart, language)
    if results.policies:
        yield "balance", draw_pockets(results, language)
    if results.ranking:
        yield "plans_compared", draw_frontier(results, results.ranking, language)


def _start(results: Results) -> float:
    """First month, in years."""
    year, month = (int(part) for part in results.manifest["start"].split("-"))
    return year + (month - 1) / _MONTHS


class _Curves(NamedTuple):
    """Values by scenario and run, shape (runs, points), where they stand in time, and the seeds of the runs."""

    when: Floats
    values: dict[str, dict[int, Floats]]

    def runs(self, scenario: str) -> Floats:
        return np.array(list(self.values[scenario].values()))

    def differences(self, baseline: str, policy: str) -> Floats:
        pairs = self.values[baseline].keys() & self.values[policy].keys()
        return np.array([self.values[policy][run] - self.values[baseline][run] for run in sorted(pairs)])


def _curves(results: Results, chart: Chart) -> _Curves:
    rows = results.outcomes
    rows = rows[rows["outcome"] == chart.outcome]
    when = _start(results) + (np.arange(results.months) + 0.5) / _MONTHS
    years = np.floor(when)
    full = [year for year in np.unique(years) if (years == year).sum() == _MONTHS]
    by_year = chart.is_money and len(full) > 1
    scale = (1.0 / _MILLION if by_year else _MONTHS / _MILLION) if chart.is_money else 1.0
    values: dict[str, dict[int, Floats]] = {}
    groups: Any = rows.groupby(["scenario", "replication"], observed=True)
    for (scenario, run), part in groups:
        series = part["value"].to_numpy() * scale
        if by_year:
            series = np.array([series[years == year].sum() for year in full])
        values.setdefault(str(scenario), {})[int(run)] = series
    return _Curves(np.array(full) + 0.5 if by_year else when, values)


def _over_time(results: Results, chart: Chart, language: Language) -> Figure:
    from matplotlib.figure import Figure

    dutch = language == "nl"
    curves = _curves(results, chart)
    policies = [policy for policy in results.policies[:MOST_POLICIES] if policy in curves.values]
    colours = policy_colours(results.policies)
    baseline = results.scenarios[0]
    columns = min(max(len(policies), 1), _IN_ONE_ROW if len(policies) == _IN_ONE_ROW else _MOST_COLUMNS)
    rows = -(-len(policies) // columns)
    figure = Figure(figsize=(11, 4.6 + 2.6 * rows))
    grid = figure.add_gridspec(1 + rows, columns, height_ratios=[1.7, *([1.0] * rows)])
    top = figure.add_subplot(grid[0, :])
    many = results.replications > 1
    if many:
        _band(top, curves.when, curves.runs(baseline), BASELINE)
    for policy in policies:
        top.plot(curves.when, curves.runs(policy).mean(axis=0), color=colours[policy])
    top.plot(curves.when, curves.runs(baseline).mean(axis=0), color=BASELINE, linestyle=(0, (4, 2)))
    unit = chart.unit[dutch].format(year=results.price_year)
    top.set_title(f"{label_of(chart.outcome, '', language)} ({unit})", fontsize=13)
    _dress(top, results, language, whole=not chart.is_money)
    without = _WORDS["without"][dutch] if policies and not results.baseline_is_a_plan else baseline
    names = {baseline: without, **{policy: policy for policy in policies}}
    _label_lines(top, curves, names, colours)
    below: list[Axes] = []
    for place, policy in enumerate(policies):
        axes = figure.add_subplot(
            grid[1 + place // columns, place % columns],
            sharey=below[0] if below else None,
        )
        differences = curves.differences(baseline, policy) * (_THOUSAND if chart.is_money else 1)
        axes.axhline(0.0, color=BASELINE, linestyle=(0, (4, 2)), linewidth=1.2)
        if many:
            _band(axes, curves.when, differences, colours[policy])
        axes.plot(curves.when, differences.mean(axis=0), color=colours[policy])
        title = _WORDS["between" if results.baseline_is_a_plan else "difference"][dutch]
        title = title.format(policy=policy, baseline=baseline)
        axes.set_title(in_lines(title, _TITLE_LETTERS // columns, 3), fontsize=10)
        if place % columns:
            axes.tick_params(labelleft=False)
        else:
            axes.set_ylabel(chart.difference_unit[dutch], fontsize=9)
        below.append(axes)
    for axes in below:
        _dress(axes, results, language, whole=not chart.is_money, years=_MOST_YEARS // columns)
    note = "note_one" if not many else "note" if policies else "note_run"
    words = _WORDS[note][dutch].format(n=results.replications)
    if top.get_ylim()[0] > 0:
        words += _WORDS["from_zero"][dutch]
    if len(results.policies) > MOST_POLICIES:
        words += _WORDS["first"][dutch].format(most=MOST_POLICIES, count=len(results.policies))
    words = " ".join(filter(None, (words, what_if_note(results, language))))
    figure.supxlabel(fill(words, _NOTE_LETTERS), fontsize=8.5, color=BASELINE, x=0.01, ha="left")
    return figure


def _band(axes: Axes, when: Floats, values: Floats, colour: str) -> None:
    bounds = chance(values)
    axes.fill_between(when, bounds.low, bounds.high, color=colour, alpha=BAND, linewidth=0)


def _dress(axes: Axes, results: Results, language: Language, *, whole: bool, years: int = _MOST_YEARS) -> None:
    """Whole years along the bottom, so many that they stand apart, and numbers as the language writes them."""
    start = _start(results)
    end = start + results.months / _MONTHS
    step = max(1, ceil((end - start) / years))
    axes.set_xlim(start, end)
    axes.set_xticks(range(ceil(start), floor(end) + 1, step))
    format_axis(axes, language, whole=whole)


def _label_lines(axes: Axes, curves: _Curves, names: dict[str, str], colours: dict[str, str]) -> None:
    """Write each scenario's name at the end of its line, moved apart where lines end close together."""
    ends = [float(curves.runs(name).mean(axis=0)[-1]) for name in names]
    low, high = axes.get_ylim()
    texts = [in_lines(text, _LABEL_LETTERS) for text in names.values()]
    lines = max(text.count("\n") + 1 for text in texts)
    places = spread_out(ends, min(_LABEL_GAP * lines, 1 / len(texts)) * (high - low))
    for name, text, end, place in zip(names, texts, ends, places, strict=True):
        colour = colours.get(name, BASELINE)
        axes.annotate(
            text,
            xy=(float(curves.when[-1]), end),
            xytext=(1.015, (place - low) / (high - low)),
            textcoords="axes fraction",
            color=colour,
            va="center",
            fontsize=10,
            fontweight="bold",
            arrowprops={
                "arrowstyle": "-",
                "color": colour,
                "linewidth": 0.7,
                "shrinkA": 0,
                "shrinkB": 2,
                "relpos": (0, 0.5),
            },
            annotation_clip=False,
        )
