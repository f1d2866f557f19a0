"""Several plans at once: work against public cost, and the frontier of what is had for the least money."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING, Any

from wijksim.report.numbers import Language
from wijksim.report.ranks import Frontier
from wijksim.report.results import Results
from wijksim.report.style import BASELINE, INK, format_axis, in_lines, policy_colours, spread_out

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["draw_frontier"]

_WORDS = {
    "title": (
        "What the plans give and cost over the whole run",
        "Wat de plannen opleveren en kosten over de hele looptijd",
    ),
    "x": ("Extra job-years, with the plan minus without", "Extra baanjaren, met plan min zonder"),
    "y": (
        "Public cost, thousand euro, prices of {year}",
        "Publieke kosten, duizend euro, prijzen van {year}",
    ),
    "none": ("Without plan", "Zonder plan"),
    "draws": ("chance and assumptions together", "toeval en aannames samen"),
    "replications": ("chance alone", "toeval alleen"),
    "note": (
        "Below zero: public budgets and health insurers together keep money. Line: plans that give most work for their"
        " cost. Crosses: 90% of single runs, by {by}. A model, not a prediction.",
        "Onder nul: overheden en zorgverzekeraars samen houden geld over. Lijn: plannen die voor hun kosten het meeste"
        " werk geven. Kruisen: 90% van losse doorrekeningen, door {by}. Een rekenmodel, geen voorspelling.",
    ),
}
_THOUSAND = 1000.0
_LETTERS = 24
_NOTE_LETTERS = 118
_GAP = 0.075
"""Least distance of two names, in heights of the picture."""


def draw_frontier(results: Results, ranking: dict[str, Any], language: Language) -> Figure:
    """Draw each plan by its extra job-years and public cost, with ranges, and the efficient frontier.

    Parameters
    ----------
    ranking : dict
        As :func:`wijksim.study.ranking.rank_plans` gives it.
    """
    from matplotlib.figure import Figure

    dutch = language == "nl"
    figure = Figure(figsize=(9.0, 5.4), layout="constrained")
    axes = figure.subplots()
    colours = policy_colours([plan["name"] for plan in ranking["plans"]])
    on = [point for point in ranking["frontier"] if point["status"] == Frontier.ON]
    axes.plot(
        [point["effect"] for point in on],
        [point["cost"] / _THOUSAND for point in on],
        color=INK,
        linewidth=1.2,
        zorder=1,
    )
    labels = [(_WORDS["none"][dutch], BASELINE, (0.0, 0.0))]
    axes.scatter(0.0, 0.0, marker="s", s=50, color=BASELINE, zorder=3)
    for plan in ranking["plans"]:
        work, cost = plan["job_years"], {key: _cost(plan["public_balance"][key]) for key in ("value", "low", "high")}
        colour = colours[plan["name"]]
        if work["low"] is not None and cost["low"] is not None:
            axes.plot([work["low"], work["high"]], [cost["value"]] * 2, color=colour, linewidth=1.0, alpha=0.6)
            axes.plot([work["value"]] * 2, [cost["low"], cost["high"]], color=colour, linewidth=1.0, alpha=0.6)
        axes.scatter(work["value"], cost["value"], s=60, color=colour, edgecolors=INK, zorder=3)
        labels.append((in_lines(plan["name"], _LETTERS), colour, (work["value"], cost["value"])))
    axes.axhline(0.0, color=BASELINE, linewidth=0.8)
    low, high = axes.get_ylim()
    gap = min(_GAP * max(name.count("\n") + 1 for name, _, _ in labels), 1 / len(labels))
    heights = spread_out([place[1] for _, _, place in labels], gap * (high - low))
    for (name, colour, place), height in zip(labels, heights, strict=True):
        axes.annotate(
            name,
            place,
            (1.02, (height - low) / (high - low)),
            textcoords="axes fraction",
            va="center",
            fontsize=10,
            fontweight="bold",
            color=colour,
            arrowprops={"arrowstyle": "-", "color": BASELINE, "linewidth": 0.6, "shrinkB": 5, "relpos": (0, 0.5)},
            annotation_clip=False,
        )
    axes.set_xlabel(_WORDS["x"][dutch])
    axes.set_ylabel(_WORDS["y"][dutch].format(year=results.price_year))
    format_axis(axes, language, horizontal=True)
    format_axis(axes, language)
    axes.grid(visible=True, axis="both")
    figure.suptitle(_WORDS["title"][dutch], x=0.01, ha="left", fontsize=13, fontweight="bold")
    note = _WORDS["note"][dutch].format(by=_WORDS[ranking["of"]][dutch])
    figure.supxlabel(fill(note, _NOTE_LETTERS), x=0.01, ha="left", fontsize=8.5, color=BASELINE)
    return figure


def _cost(balance: float | None) -> Any:
    return None if balance is None else -balance / _THOUSAND
