"""Who pays, who gains: a bar for each pocket, green or red only where the whole range is on one side of zero."""

from __future__ import annotations

import math
from collections.abc import Sequence
from textwrap import fill
from typing import TYPE_CHECKING, Any

from wijksim.report.headlines import what_if_note
from wijksim.report.intervals import Uncertainty
from wijksim.report.numbers import Language, decimals_for, euro, number, span
from wijksim.report.pockets import BUDGETS, POCKET_OUTCOME
from wijksim.report.results import PERIOD_TOTAL, Results
from wijksim.report.sentences import Verdict, verdict
from wijksim.report.style import BASELINE, GAIN, INK, LOSS, MOST_POLICIES, in_lines

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw_pockets"]

_WORDS = {
    "title": (
        "Who pays, who gains: balance over {span}, with the plan minus without (euro, prices of {year})",
        "Wie betaalt, wie heeft voordeel: saldo over {span}, met plan min zonder (euro, prijzen van {year})",
    ),
    "title_of_plans": (
        "Who pays, who gains: balance over {span}, each plan minus {baseline} (euro, prices of {year})",
        "Wie betaalt, wie heeft voordeel: saldo over {span}, elk plan min {baseline} (euro, prijzen van {year})",
    ),
    "first": ("Only the first {most} of {count} plans are drawn.", "Alleen de eerste {most} van {count} plannen."),
    "note": (
        "Green: the whole range is a gain; orange: the whole range is a loss; grey: the range spans zero. Lines: 90% of"
        " single runs, by {by}. Regular employers, care"
        " providers and others are left out: what they make and sell is not in the model. A model, not a prediction.",
        "Groen: de hele bandbreedte is voordeel; oranje: de hele bandbreedte is nadeel; grijs: aan beide kanten van"
        " nul. Lijnen: 90% van losse doorrekeningen, door {by}. Gewone werkgevers,"
        " zorgaanbieders en anderen staan er niet bij: wat zij maken en verkopen zit niet in het model. Een"
        " rekenmodel, geen voorspelling.",
    ),
    "chance": ("chance alone", "toeval alleen"),
    "assumptions": ("chance and assumptions together", "toeval en aannames samen"),
    "note_one": (
        "One run: one possible course, from which nothing can be concluded. A model, not a prediction.",
        "Eén doorrekening: één mogelijk verloop, waaruit niets is te concluderen. Een rekenmodel, geen voorspelling.",
    ),
}
_MOST_COLUMNS = 3
_IN_ONE_ROW = 4
_PANEL_LETTERS = 34
_TITLE_LETTERS = 30  # for each panel
_NOTE_LETTERS = 13  # for each inch
_COLOURS = {Verdict.ABOVE: GAIN, Verdict.BELOW: LOSS}


def draw_pockets(results: Results, language: Language) -> Figure:
    """Balance of each pocket over the whole period, one column for each policy."""
    from matplotlib.figure import Figure

    dutch = language == "nl"
    rows = results.effects_by_key(results.told)
    policies = results.policies[:MOST_POLICIES]
    count = len(policies)
    columns = count if count == _IN_ONE_ROW else min(count, _MOST_COLUMNS)
    lines = -(-count // columns)
    figure = Figure(figsize=(4.0 + 3.4 * columns, 1.9 + 4.5 * lines))
    panels = figure.subplots(lines, columns, sharey=True, sharex=True, squeeze=False).ravel()
    for axes, policy in zip(panels, policies, strict=False):
        _bars(axes, [rows.get((policy, POCKET_OUTCOME, key, PERIOD_TOTAL)) for key in BUDGETS], language)
        axes.set_title(in_lines(policy, _PANEL_LETTERS), fontsize=11)
        axes.tick_params(labelbottom=True)
    for axes in panels[count:]:
        axes.set_visible(False)
    labels = [pocket.label_nl if dutch else pocket.label for pocket in BUDGETS.values()]
    panels[0].set_yticks(range(len(labels)), labels)
    panels[0].invert_yaxis()
    title = _WORDS["title_of_plans" if results.baseline_is_a_plan else "title"][dutch].format(
        span=span(results.months, language), year=results.price_year, baseline=results.scenarios[0]
    )
    width = 1 + columns
    figure.suptitle(in_lines(title, _TITLE_LETTERS * width, 3), fontsize=13, fontweight="bold", x=0.01, ha="left")
    by = _WORDS["assumptions" if results.told is Uncertainty.CHANCE_AND_PARAMETERS else "chance"][dutch]
    note = _WORDS["note" if results.replications > 1 else "note_one"][dutch].format(by=by)
    more = _WORDS["first"][dutch].format(most=count, count=len(results.policies))
    notes = (note, more if count < len(results.policies) else "", what_if_note(results, language))
    text = fill(" ".join(filter(None, notes)), int(_NOTE_LETTERS * figure.get_size_inches()[0]))
    figure.supxlabel(text, fontsize=8.5, color=BASELINE, x=0.01, ha="left")
    return figure


def _bars(axes: Axes, pockets: Sequence[dict[str, Any] | None], language: Language) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    for place, row in enumerate(pockets):
        if row is None or math.isnan(row["effect"]):
            continue
        effect, low, high = (row[name] for name in ("effect", "low", "high"))
        colour = _COLOURS.get(verdict(effect, low, high, status=row["status"], n=row["n"]), BASELINE)
        axes.barh(place, effect, height=0.62, color=colour, alpha=0.9 if colour != BASELINE else 0.5)
        ends = [effect]
        if not math.isnan(low):
            axes.plot([low, high], [place, place], color=INK, linewidth=1.4, solid_capstyle="butt")
            ends += [low, high]
        right = effect >= 0
        end = max(*ends, 0.0) if right else min(*ends, 0.0)
        # Beyond the end of bar and line, so that neither covers it.
        axes.annotate(
            euro(row["effect"], language, decimals_for(row["low"], row["high"], row["effect"])),
            xy=(end, place),
            xytext=(4 if right else -4, 0),
            textcoords="offset points",
            ha="left" if right else "right",
            va="center",
            fontsize=8.5,
            color=INK,
        )
    axes.axvline(0.0, color=INK, linewidth=1.0)
    axes.margins(x=0.45)
    axes.grid(visible=True, axis="x")
    axes.grid(visible=False, axis="y")
    axes.xaxis.set_major_locator(MaxNLocator(4, prune="both"))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value, language)))
    axes.tick_params(axis="x", labelsize=8.5)
