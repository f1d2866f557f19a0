"""Pictures of a sensitivity study: bars, Morris plane, indices over time, scatter, pairs, convergence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np

from wijksim.outcomes import OUTCOMES
from wijksim.report.numbers import LANGUAGES, Language, number
from wijksim.report.pockets import POCKET_OUTCOME
from wijksim.report.scenario_words import factor_words
from wijksim.report.style import BAND, BASELINE, INK, chart_style, format_axis, in_lines, policy_colours, spread_out
from wijksim.study.factors import PLACEBO
from wijksim.study.sensitivity import MAIN_INDEX, SOMETHING_SHOWN, Sensitivity, Verdict

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from pandas import DataFrame

    from wijksim.study.sweep import Study

__all__ = ["draw_sensitivity"]

_MOST_BARS = 20
_MOST_LINES = 6
_MOST_POINTS = 4000
_LETTERS = 34
_LABEL_LETTERS = 42
_PANEL_LETTERS = 32
_NOTE_LETTERS = 105
_TITLE_LETTERS = 62
_LABEL_GAP = 0.08
"""Least distance of two names in the Morris plane, in heights of the picture."""
_FORMATS = ("png", "svg")

_INDEX_NAMES = {
    "ST": ("Share of the variance, interactions included (ST)", "Deel van de variantie, met samenspel (ST)"),
    "S1": ("Share of the variance, alone (S1)", "Deel van de variantie, alleen (S1)"),
    "S1_rbd": ("Share of the variance, alone (S1, RBD-FAST)", "Deel van de variantie, alleen (S1, RBD-FAST)"),
    "mu_star": ("Mean size of the effect over the range (mu*)", "Gemiddelde grootte van het effect (mu*)"),
    "pawn": ("Change of the whole distribution (PAWN, median)", "Verandering van de hele verdeling (PAWN, mediaan)"),
    "prcc": ("Partial rank correlation (PRCC)", "Partiële rangcorrelatie (PRCC)"),
}
_WORDS = {
    "not shown": (
        "Open marks can't be told from nothing; dashed: how large nothing can look. Lines: 95% intervals.",
        "Open punten: niet van niets te onderscheiden. Streeplijn: zo groot kan wat niets doet lijken. Lijnen:"
        " 95%-intervallen.",
    ),
    "one seed": (
        "One seed: chance isn't parted from parameters.",
        "Eén toevalsreeks: toeval is niet te scheiden van rekengetallen.",
    ),
    "plane note": (
        "Open marks can't be told from nothing, and only the others have a name.",
        "Open punten zijn niet van niets te onderscheiden; alleen de andere hebben een naam.",
    ),
    "sigma": (
        "Spread of the effect (sigma): interactions, curves",
        "Spreiding van het effect (sigma): samenspel, bochten",
    ),
    "uniform": ("Value, from its lowest (0) to its highest (1)", "Waarde, van laagste (0) tot hoogste (1)"),
    "trend": ("Line: mean in ten equal parts of the range.", "Lijn: gemiddelde in tien gelijke delen van het bereik."),
    "year": ("Year", "Jaar"),
    "samples": ("Base points or trajectories", "Basispunten of trajecten"),
    "pairs": ("Share of the variance by pairs (S2)", "Deel van de variantie door paren (S2)"),
    "pairs note": (
        "Only pairs whose interval lies above zero have a number.",
        "Alleen paren waarvan het interval boven nul ligt hebben een getal.",
    ),
    "effect": ("Effect of the plan", "Effect van het plan"),
    "policy": ("Level with the plan", "Niveau met het plan"),
    "baseline": ("Level without the plan", "Niveau zonder het plan"),
    "balance": ("balance", "saldo"),
    "total": ("whole run", "hele looptijd"),
    "from_placement": ("from each placement on", "vanaf elke plaatsing"),
}


def draw_sensitivity(study: Study, found: Sensitivity, folder: Path) -> list[Path]:
    """Draw all pictures that a study allows, as PNG and SVG, in English and Dutch.

    Parameters
    ----------
    study : Study
        Where the runs are.
    found : Sensitivity
        What its analysis gave.
    folder : Path
        Gets a folder for each language.

    Returns
    -------
    list of Path
        The files.
    """
    import matplotlib.pyplot as plt

    made = []
    with chart_style():
        for language in LANGUAGES:
            target = folder / language
            target.mkdir(parents=True, exist_ok=True)
            for name, figure in _figures(study, found, language):
                for form in _FORMATS:
                    path = target / f"{name}.{form}"
                    figure.savefig(path, metadata={"Software": None} if form == "png" else {"Date": None})
                    made.append(path)
                plt.close(figure)
    return made


def _figures(study: Study, found: Sensitivity, language: Language) -> Iterator[tuple[str, Figure]]:
    indices = found.indices[found.indices["value"].notna()]
    main = indices[indices["index"].isin(MAIN_INDEX.values())]
    keys = ["stage", "index", "quantity", "outcome", "group"]
    for key, rows in main.groupby(keys, sort=False):
        stage, index, quantity, outcome, group = (str(part) for part in key)
        title = _title(quantity, outcome, group, language)
        name = _file_name(f"{stage}_{quantity}_{outcome}_{group}_{index}")
        periods = list(dict.fromkeys(rows["period"]))
        last = rows[rows["period"] == periods[-1]]
        yield f"bars_{name}", _bars(last, index, f"{title}, {_period(periods[-1], language)}", language)
        years = rows[rows["period"].str.isdigit()]
        if years["period"].nunique() > 1:
            yield f"time_{name}", _over_time(years, index, title, language)
        if index == "mu_star":
            sigma = indices[(indices["index"] == "sigma") & _same(indices, last.iloc[0])]
            yield f"plane_{name}", _plane(last, sigma, title, language)
        paths = found.convergence
        if len(paths):
            path = paths[_same(paths, last.iloc[0]) & (paths["stage"].astype(str) == stage)]
            if path["samples"].nunique() > 1:
                yield f"convergence_{name}", _convergence(path, last, index, title, language)
        pairs = indices[(indices["index"] == "S2") & _same(indices, last.iloc[0])]
        if len(pairs):
            yield f"pairs_{name}", _pairs(pairs, title, language)
        if index in ("ST", "pawn", "prcc", "S1_rbd"):
            yield f"scatter_{name}", _scatter(study, last, title, language)


def _same(table: DataFrame, row: Any) -> Any:
    keys = ("quantity", "outcome", "group", "period")
    return np.logical_and.reduce([table[key] == row[key] for key in keys])


def _word(key: str, language: Language) -> str:
    return _WORDS[key][language == "nl"]


def _period(period: str, language: Language) -> str:
    return _word(period, language) if period in _WORDS else period


def _title(quantity: str, outcome: str, group: str, language: Language) -> str:
    from wijksim.report.headlines import label_of

    label = label_of(outcome, group, language)
    if outcome == POCKET_OUTCOME:
        label = f"{_word('balance', language)}, {label[:1].lower()}{label[1:]}"
    return f"{_word(quantity, language)}: {label}"


def _file_name(text: str) -> str:
    return re.sub("[^a-z0-9]+", "_", text.lower()).strip("_")


def _named(name: str, language: Language, letters: int = _LABEL_LETTERS, lines: int = 2) -> str:
    """Name of what was varied, in the language."""
    return in_lines(factor_words(name, language), letters, lines)


def _index_name(rows: DataFrame, index: str, language: Language) -> str:
    """Name of an index; that of Morris has the unit of what is analysed."""
    name = _INDEX_NAMES[index][language == "nl"]
    return f"{name}, {_unit(rows['unit'].iloc[0], language)}" if index == "mu_star" else name


def _unit(unit: str, language: Language) -> str:
    if language == "en":
        return unit
    name, _, prices = unit.partition(", prices of ")
    dutch = next((o.unit_nl for o in OUTCOMES.values() if o.unit == name), name)
    return f"{dutch}, prijzen van {prices}" if prices else dutch


def _figure(title: str, note: str, height: float = 4.5) -> tuple[Figure, Axes]:
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(8.5, height), layout="constrained")
    figure.suptitle(fill(title, _TITLE_LETTERS), x=0.01, ha="left", fontweight="bold")
    figure.supxlabel(fill(note, _NOTE_LETTERS), x=0.01, ha="left", fontsize="small", color=BASELINE)
    return figure, axes


def _leading(rows: DataFrame, most: int) -> DataFrame:
    """The strongest, and the placebo last."""
    others = rows[rows["parameter"] != PLACEBO].sort_values("rank").head(most)
    import pandas as pd

    return pd.concat([others, rows[rows["parameter"] == PLACEBO]])


def _bars(rows: DataFrame, index: str, title: str, language: Language) -> Figure:
    chosen = _leading(rows, _MOST_BARS).iloc[::-1]
    at_seed = Verdict.SHOWN_AT_SEED.value in set(chosen["verdict"])
    note = f"{_word('one seed', language)} {_word('not shown', language)}" if at_seed else _word("not shown", language)
    figure, axes = _figure(title, note, 1.8 + 0.36 * len(chosen))
    for place, row in enumerate(chosen.to_dict("records")):
        shown = row["verdict"] in SOMETHING_SHOWN
        axes.plot([row["low"], row["high"]], [place, place], color=BASELINE, linewidth=2, zorder=1)
        face = policy_colours(["x"])["x"] if shown else "white"
        axes.scatter(row["value"], place, s=40, zorder=2, color=face, edgecolors=INK)
    axes.set_yticks(range(len(chosen)), [_named(name, language) for name in chosen["parameter"]], fontsize="small")
    axes.axvline(0.0, color=INK, linewidth=0.8)
    floor = float(rows["floor"].max())
    if np.isfinite(floor):
        axes.axvline(floor, color=INK, linestyle="--", linewidth=1)
    axes.set_xlabel(_index_name(rows, index, language))
    axes.margins(y=0.06)
    format_axis(axes, language, horizontal=True)
    return figure


def _plane(rows: DataFrame, sigma: DataFrame, title: str, language: Language) -> Figure:
    figure, axes = _figure(title, _word("plane note", language))
    spread = dict(zip(sigma["parameter"], sigma["value"], strict=True))
    strongest = set(rows.sort_values("rank")["parameter"].head(_MOST_LINES))
    named: list[tuple[str, float, float]] = []
    for row in rows.to_dict("records"):
        name, height = row["parameter"], spread.get(row["parameter"], np.nan)
        face = policy_colours(["x"])["x"] if row["verdict"] in SOMETHING_SHOWN else "white"
        axes.scatter(row["value"], height, s=40, color=face, edgecolors=INK, zorder=2)
        if name in strongest and row["verdict"] in SOMETHING_SHOWN and np.isfinite(height):
            named.append((_named(name, language), row["value"], height))
    right, top = rows["value"].max(), max((height for height in spread.values() if np.isfinite(height)), default=0.0)
    axes.set_xlim(-0.03 * right, 1.5 * right or 1.0)
    for place, (name, value, height) in zip(
        spread_out([height for _, _, height in named], _LABEL_GAP * top), named, strict=True
    ):
        axes.annotate(
            name, (value, height), (value + 0.04 * right, place), va="center", fontsize="small",
            arrowprops={"arrowstyle": "-", "color": BASELINE, "linewidth": 0.6},
        )  # fmt: skip
    axes.set_xlabel(_index_name(rows, "mu_star", language))
    axes.set_ylabel(fill(_word("sigma", language), _LETTERS))
    format_axis(axes, language, horizontal=True)
    format_axis(axes, language)
    return figure


def _over_time(rows: DataFrame, index: str, title: str, language: Language) -> Figure:
    figure, axes = _figure(title, "")
    mean = rows[rows["parameter"] != PLACEBO].groupby("parameter")["value"].apply(lambda value: value.abs().mean())
    names = list(mean.sort_values(ascending=False).index[:_MOST_LINES])
    for name, colour in policy_colours(names).items():
        path = rows[rows["parameter"] == name].sort_values("period")
        years = path["period"].astype(int)
        axes.plot(years, path["value"], color=colour, label=_named(name, language))
        axes.fill_between(years, path["low"], path["high"], color=colour, alpha=BAND, linewidth=0)
    axes.set_xticks(sorted(rows["period"].astype(int).unique()))
    axes.set_xlabel(_word("year", language))
    axes.set_ylabel(fill(_index_name(rows, index, language), _LETTERS))
    format_axis(axes, language)
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, fontsize="small")
    return figure


def _convergence(path: DataFrame, last: DataFrame, index: str, title: str, language: Language) -> Figure:
    figure, axes = _figure(title, "")
    names = list(last[last["parameter"] != PLACEBO].sort_values("rank")["parameter"].head(_MOST_LINES))
    for name, colour in policy_colours(names).items():
        line = path[path["parameter"] == name].sort_values("samples")
        axes.plot(line["samples"], line["value"], color=colour, marker="o", label=_named(name, language))
        axes.fill_between(line["samples"], line["low"], line["high"], color=colour, alpha=BAND, linewidth=0)
    axes.set_xscale("log", base=2)
    ticks = sorted(path["samples"].unique())
    axes.set_xticks(ticks, [str(tick) for tick in ticks])
    axes.set_xlabel(_word("samples", language))
    axes.set_ylabel(fill(_index_name(last, index, language), _LETTERS))
    format_axis(axes, language)
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, fontsize="small")
    return figure


def _pairs(rows: DataFrame, title: str, language: Language) -> Figure:
    names = list(dict.fromkeys([*rows["parameter"], *rows["parameter_2"]]))
    grid = np.full((len(names), len(names)), np.nan)
    figure, axes = _figure(
        f"{title}. {_word('pairs', language)}", _word("pairs note", language), 1.5 + 0.45 * len(names)
    )
    for row in rows.to_dict("records"):
        i, j = names.index(row["parameter"]), names.index(row["parameter_2"])
        grid[j, i] = max(row["value"], 0.0)
        if row["low"] > 0:
            axes.text(i, j, number(row["value"], language, 2), ha="center", va="center", fontsize="small")
    image = axes.imshow(grid, cmap="Blues", vmin=0.0, vmax=max(float(np.nanmax(grid)), 0.05))
    axes.set_xticks(range(len(names)), [str(place) for place in range(1, len(names) + 1)])
    labels = [f"{_named(name, language)} ({place})" for place, name in enumerate(names, 1)]
    axes.set_yticks(range(len(names)), labels, fontsize="small")
    axes.set_xlim(-0.5, len(names) - 1.5)  # nothing stands in the last column
    axes.grid(False)
    scale = figure.colorbar(image, ax=axes, shrink=0.8)
    format_axis(scale.ax, language)
    return figure


def _scatter(study: Study, rows: DataFrame, title: str, language: Language) -> Figure:
    import matplotlib.pyplot as plt

    first = rows.iloc[0]
    uniforms, values = study.points_of(
        int(first["stage"]), first["quantity"], first["outcome"], first["group"], first["period"]
    )
    factors = [factor.name for factor in dict(study.designs_now())[int(first["stage"])].factors]
    names = [name for name in rows.sort_values("rank")["parameter"] if name in factors and name != PLACEBO][
        :_MOST_LINES
    ]
    figure, panels = plt.subplots(2, 3, figsize=(9.0, 5.5), sharey=True, layout="constrained")
    step = max(len(values) // _MOST_POINTS, 1)
    for axes, name in zip(panels.flat, names, strict=False):
        x = uniforms[:, factors.index(name)]
        axes.scatter(x[::step], values[::step], s=4, alpha=0.3, color=BASELINE, linewidths=0, rasterized=True)
        part = np.minimum((x * 10).astype(int), 9)
        means = [values[part == k].mean() if (part == k).any() else np.nan for k in range(10)]
        axes.plot((np.arange(10) + 0.5) / 10, means, color=policy_colours(["x"])["x"])
        axes.set_title(_named(name, language, _PANEL_LETTERS, 3), fontsize="small", fontweight="normal")
    for axes in panels.flat[: len(names)]:
        format_axis(axes, language, horizontal=True)
        format_axis(axes, language)
    for axes in panels.flat[len(names) :]:
        axes.set_visible(False)
    whole = f"{title}, {_period(first['period'], language)} ({_unit(first['unit'], language)})"
    figure.suptitle(fill(whole, _TITLE_LETTERS), x=0.01, ha="left", fontweight="bold")
    note = f"{_word('uniform', language)}. {_word('trend', language)}"
    figure.supxlabel(note, fontsize="small", color=BASELINE)
    return figure
