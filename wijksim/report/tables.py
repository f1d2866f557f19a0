"""The effects as a table for a terminal or a notebook."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from wijksim.outcomes import OUTCOMES
from wijksim.report.headlines import HEADLINES, label_of, period_name, value_text
from wijksim.report.intervals import EffectStatus, Uncertainty
from wijksim.report.numbers import Language, decimals_for
from wijksim.report.pockets import BUDGETS, POCKET_OUTCOME
from wijksim.report.results import PERIOD_TOTAL, Results

if TYPE_CHECKING:
    from rich.table import Table

__all__ = ["effect_rows", "effect_table"]

_HEADINGS = {
    "en": ("policy", "outcome", "period", "without plan", "with plan", "difference", "chance 90%", "precision 95%"),
    "nl": ("plan", "uitkomst", "periode", "zonder plan", "met plan", "verschil", "toeval 90%", "rekenfout 95%"),
}
_NOTES = {
    "too_few": ("too few runs", "te weinig doorrekeningen"),
    "no_change": ("no change", "geen verschil"),
    "not_computable": ("not computable", "niet te berekenen"),
    "range": ("{low} to {high}", "van {low} tot {high}"),
}


def effect_rows(results: Results, language: Language = "en") -> list[dict[str, str]]:
    """Main effects of each policy as rows of text, with the range by chance and the precision of the mean.

    Parameters
    ----------
    results : Results
        Of a comparison.
    language : {"en", "nl"}
        Of headings, names and numbers.

    Returns
    -------
    list of dict
        All with the same keys, which are the headings.
    """
    wanted = [
        *((headline.outcome, "", headline.period) for headline in HEADLINES),
        *((POCKET_OUTCOME, key, PERIOD_TOTAL) for key in BUDGETS),
    ]
    by_chance = results.effects_by_key(Uncertainty.CHANCE)
    by_precision = results.effects_by_key(Uncertainty.PRECISION)
    pairs = [key[1:] for key in by_chance if key[1] in ("deadweight", "displacement", "additionality")]
    wanted += dict.fromkeys(pairs)
    return [
        _row(by_chance[policy, *key], by_precision[policy, *key], language)
        for policy in results.policies
        for key in wanted
        if (policy, *key) in by_chance
    ]


def effect_table(results: Results, language: Language = "en") -> Table:
    """Main effects as a rich table, one section for each policy."""
    from rich.table import Table

    title = (
        f"With and without the plan, euro of {results.price_year}"
        if language == "en"
        else f"Met en zonder plan, euro van {results.price_year}"
    )
    table = Table(title=title, title_justify="left")
    for place, heading in enumerate(_HEADINGS[language]):
        table.add_column(heading, justify="left" if place < 3 else "right")
    policy = None
    for row in effect_rows(results, language):
        cells = list(row.values())
        if policy not in (None, cells[0]):
            table.add_section()
        policy = cells[0]
        table.add_row(*cells)
    return table


def _row(chance: dict[str, Any], precision: dict[str, Any], language: Language) -> dict[str, str]:
    unit = chance["unit"]
    decimals = decimals_for(chance["low"], chance["high"], chance["effect"])
    cells = (
        chance["scenario"],
        _name_of(chance["outcome"], chance["group"], language),
        period_name(chance["period"], language),
        *(value_text(chance[name], unit, language, decimals) for name in ("baseline", "policy", "effect")),
        *(_range_text(row, language) for row in (chance, precision)),
    )
    return dict(zip(_HEADINGS[language], cells, strict=True))


def _name_of(outcome: str, group: str, language: Language) -> str:
    """Name with the unit, unless the name or each value (of money, of shares) shows it."""
    name, declared = label_of(outcome, group, language), OUTCOMES.get(outcome)
    if declared is None or declared.unit in ("euro", "share"):
        return name
    unit = declared.unit_nl if language == "nl" else declared.unit
    return name if unit in name.lower() else f"{name} ({unit})"


def _range_text(row: dict[str, Any], language: Language) -> str:
    dutch = language == "nl"
    if row["n"] < 2:
        return _NOTES["too_few"][dutch]
    if row["status"] == EffectStatus.DID_NOT_VARY:
        return _NOTES["no_change"][dutch]
    low, high = row["low"], row["high"]
    if row["status"] != EffectStatus.OK or math.isnan(low) or math.isnan(high):
        return _NOTES["not_computable"][dutch]
    decimals = decimals_for(low, high)
    texts = {name: value_text(row[name], row["unit"], language, decimals) for name in ("low", "high")}
    return _NOTES["range"][dutch].format(**texts)
