"""The effects as a table for a terminal or a notebook."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from wijksim.report.additionality import SHARES, nobody_was_placed, of_hundred, share_range
from wijksim.report.headlines import HEADLINES, name_with_unit, period_name, value_text, what_if_note
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
    "nobody_placed": ("nobody placed", "niemand geplaatst"),
    "no_paid_work": ("no paid work in places", "geen betaald werk op de plekken"),
    "says_nothing": ("too wide to say", "te breed om iets te zeggen"),
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
        ("ww_after_place", "from_assistance", PERIOD_TOTAL),
        ("social_balance", "total", PERIOD_TOTAL),
    ]
    by_chance = results.effects_by_key(Uncertainty.CHANCE)
    by_precision = results.effects_by_key(Uncertainty.PRECISION)
    rows = []
    for policy in results.policies:
        rows += [
            _row(by_chance[policy, *key], by_precision[policy, *key], language)
            for key in wanted
            if (policy, *key) in by_chance
        ]
        shares = [key for key in by_chance if key[0] == policy and key[1] in SHARES]
        if shares:
            nobody = nobody_was_placed(by_chance, policy)
            rows += _share_rows(
                [by_chance[key] for key in shares], [by_precision[key] for key in shares], nobody, language
            )
    return rows


def effect_table(results: Results, language: Language = "en") -> Table:
    """Main effects as a rich table, one section for each policy."""
    from rich.table import Table

    title = (
        f"With and without the plan, euro of {results.price_year}"
        if language == "en"
        else f"Met en zonder plan, euro van {results.price_year}"
    )
    title = ". ".join(filter(None, (title, what_if_note(results, language))))
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
        name_with_unit(chance["outcome"], chance["group"], language),
        period_name(chance["period"], language),
        *(value_text(chance[name], unit, language, decimals) for name in ("baseline", "policy", "effect")),
        *(_range_text(row, language) for row in (chance, precision)),
    )
    return dict(zip(_HEADINGS[language], cells, strict=True))


def _share_rows(
    chance: list[dict[str, Any]], precision: list[dict[str, Any]], nobody: bool, language: Language
) -> list[dict[str, str]]:
    """What is extra, in whole months of a hundred as the words have it; a bound beyond 0 or 100 % isn't written."""
    effects = {row["outcome"]: row["effect"] for row in chance}
    known = not math.isnan(effects["deadweight"])
    whole = of_hundred(effects["deadweight"], effects["displacement"]) if known else {}
    told = []
    for spread, precise in zip(chance, precision, strict=True):
        row = _row(spread, precise, language)
        *_, effect, low, high = row
        if known:
            row[effect] = value_text(whole[spread["outcome"]] / 100, "share", language, 2)
        for heading, bounds in ((low, spread), (high, precise)):
            if nobody or not known:
                row[heading] = _NOTES["nobody_placed" if nobody else "no_paid_work"][language == "nl"]
            elif bounds["n"] > 1:
                text = share_range(bounds["low"], bounds["high"], language)
                row[heading] = text or _NOTES["says_nothing"][language == "nl"]
        told.append(row)
    return told


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
