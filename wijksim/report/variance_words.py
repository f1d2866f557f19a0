"""How much of the spread of an effect is chance and how much assumptions, in tables and words."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from wijksim.report.headlines import name_with_unit, period_name, value_text
from wijksim.report.numbers import Language, decimals_for, percent
from wijksim.report.results import Results

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["ShareMethod", "ShareStatus", "VarianceTable", "variance_status", "variance_table", "variance_tables"]


class ShareMethod(StrEnum):
    """Where the variance by chance is taken from."""

    WITHIN_DRAWS = "within_draws"
    FIXED_FIGURES = "fixed_figures"


class ShareStatus(StrEnum):
    """What can be said of the shares."""

    OK = "ok"
    TOO_WIDE = "too_wide"
    DID_NOT_VARY = "did_not_vary"
    NOT_COMPUTABLE = "not_computable"


_STATUSES = {
    ShareStatus.OK: ("", ""),
    ShareStatus.TOO_WIDE: ("can't be told", "niet te zeggen"),
    ShareStatus.DID_NOT_VARY: ("no change", "geen verschil"),
    ShareStatus.NOT_COMPUTABLE: ("not computable", "niet te berekenen"),
}
_WORDS = {
    "head": (
        "outcome|period|spread (sd)|by chance|by assumptions|90%",
        "uitkomst|periode|spreiding (sd)|door toeval|door aannames|90%",
    ),
    "bounds": ("{low} to {high}", "{low} tot {high}"),
    "within_draws": (
        "Shares of the variance of the difference. Each of {draws} draws of the uncertain figures was run with {seeds}"
        " seeds: what differs within a draw is chance, the rest is assumptions. The last column is the range of the"
        " part by assumptions.",
        "Delen van de variantie van het verschil. Elk van de {draws} trekkingen van onzekere getallen is met {seeds}"
        " toevalsreeksen doorgerekend: wat binnen een trekking verschilt is toeval, de rest komt door aannames. De"
        " laatste kolom is de bandbreedte van het deel door aannames.",
    ),
    "fixed_figures": (
        "Shares of the variance of the difference over {draws} draws of the uncertain figures. Chance is taken from the"
        " runs at our best figures, as if it were as large at other figures; --seeds-per-draw 2 measures it. The last"
        " column is the range of the part by assumptions.",
        "Delen van de variantie van het verschil over {draws} trekkingen van onzekere getallen. Toeval komt uit de"
        " doorrekeningen met onze beste getallen, alsof het bij andere getallen even groot is; --seeds-per-draw 2 meet"
        " het. De laatste kolom is de bandbreedte van het deel door aannames.",
    ),
    "too_wide": (
        "Where it can't be told, the range is more than half as wide as it can be, or there are too few runs: take more"
        " draws (--draws 100).",
        "Waar het niet te zeggen is, is de bandbreedte meer dan half zo breed als kan, of zijn er te weinig"
        " doorrekeningen: neem meer trekkingen (--draws 100).",
    ),
}
_COLUMNS = (
    "scenario", "outcome", "group", "period", "unit", "sd_all", "sd_chance", "share_chance", "share_parameters", "low",
    "high", "level", "method", "n", "n_fixed", "seeds", "status",
)  # fmt: skip


class VarianceTable(NamedTuple):
    """Shares of one policy: its name, headings, rows and a note."""

    policy: str
    head: list[str]
    rows: list[list[str]]
    note: str


def variance_status(status: str, language: Language) -> str:
    """Say what can be said of a share; nothing where it is told."""
    return _STATUSES[ShareStatus(status)][language == "nl"]


def variance_table(found: dict[str, Any]) -> DataFrame:
    """Give the rows of `variance.csv`."""
    import pandas as pd

    common = {key: found[key] for key in ("level", "method", "seeds")}
    return pd.DataFrame([row | common for row in found["rows"]], columns=list(_COLUMNS))


def variance_tables(results: Results, language: Language) -> Iterator[VarianceTable]:
    """Shares of each policy; none where nothing was drawn."""
    found, dutch = results.variance, language == "nl"
    if found is None:
        return
    counts = {"draws": found["draws"], "seeds": found["seeds"]}
    for policy in results.policies:
        mine = [row for row in found["rows"] if row["scenario"] == policy]
        note = _WORDS[found["method"]][dutch].format(**counts)
        if any(row["status"] == ShareStatus.TOO_WIDE for row in mine):
            note = f"{note} {_WORDS['too_wide'][dutch]}"
        yield VarianceTable(policy, _WORDS["head"][dutch].split("|"), [_cells(row, language) for row in mine], note)


def _cells(row: dict[str, Any], language: Language) -> list[str]:
    named = [name_with_unit(row["outcome"], row["group"], language), period_name(row["period"], language)]
    if row["sd_all"] is None:
        return [*named, variance_status(row["status"], language), "", "", ""]
    spread = value_text(row["sd_all"], row["unit"], language, decimals_for(0.0, row["sd_all"], row["sd_all"]))
    if row["status"] != ShareStatus.OK:
        return [*named, spread, variance_status(row["status"], language), "", ""]
    chance, parameters, low, high = (
        percent(row[key], language, 0) for key in ("share_chance", "share_parameters", "low", "high")
    )
    return [*named, spread, chance, parameters, _WORDS["bounds"][language == "nl"].format(low=low, high=high)]
