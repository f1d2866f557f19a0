"""The effects as a table for a terminal or a notebook."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from wijksim.report.additionality import SHARES, nobody_was_placed, of_hundred, share_range
from wijksim.report.headlines import HEADLINES, name_with_unit, period_name, value_text, what_if_note
from wijksim.report.intervals import EffectStatus, Uncertainty
from wijksim.report.numbers import Language, decimals_for, shorten_name
from wijksim.report.pockets import BUDGETS, POCKET_OUTCOME
from wijksim.report.results import PERIOD_LAST_YEAR, PERIOD_TOTAL, Results

if TYPE_CHECKING:
    from rich.table import Table

__all__ = ["TerminalTable", "effect_cells", "effect_rows", "effect_table", "terminal_tables"]

_HEADINGS = {
    "en": ("policy", "outcome", "period", "without plan", "with plan", "difference", "chance 90%", "precision 95%"),
    "nl": ("plan", "uitkomst", "periode", "zonder plan", "met plan", "verschil", "toeval 90%", "rekenfout 95%"),
}
_RANGE = {"en": "range 90%", "nl": "bandbreedte 90%"}
"""Heading where ranges hold chance and assumptions together."""

_OF_PLANS = {"en": ("with {baseline}", "with the other"), "nl": ("met {baseline}", "met het andere")}
_HEADING_LETTERS = 24
_TITLES = {
    "of_all": ("With and without the plan, euro of {year}", "Met en zonder plan, euro van {year}"),
    "of_plans": ("Between plans, euro of {year}", "Tussen plannen, euro van {year}"),
    "of_one": ("{policy} minus {baseline}, euro of {year}", "{policy} min {baseline}, euro van {year}"),
}
_SECTIONS = {
    "budgets": ("Budgets, whole period", "Portemonnees, hele looptijd"),
    "society": ("Society, whole period", "Samenleving, hele looptijd"),
    "extra": ("Of the paid work of those placed", "Van het betaalde werk van geplaatsten"),
}
_SOCIETY_NOTE = (
    "Society: services, care and time of all together. Money that only changes hands is left out, so that the budgets"
    " do not add up to it.",
    "Samenleving: diensten, zorg en tijd van allen samen. Geld dat alleen van hand wisselt telt niet mee, zodat de"
    " portemonnees er niet toe optellen.",
)
_NOTES = {
    "too_few": ("too few runs", "te weinig doorrekeningen"),
    "no_change": ("no change", "geen verschil"),
    "not_computable": ("not computable", "niet te berekenen"),
    "nobody_placed": ("nobody placed", "niemand geplaatst"),
    "no_paid_work": ("no paid work in places", "geen betaald werk op de plekken"),
    "says_nothing": ("too wide to say", "te breed om iets te zeggen"),
    "range": ("{low} to {high}", "van {low} tot {high}"),
}


class TerminalTable(NamedTuple):
    """A table narrow enough for a terminal: title, rows (all with the same keys, its headings) and notes below it."""

    title: str
    rows: list[dict[str, str]]
    notes: list[str]


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
    return [
        row for policy in results.policies for part in _sections(results, policy, language).values() for row in part
    ]


def effect_table(results: Results, language: Language = "en") -> Table:
    """Main effects as a rich table, one section for each policy."""
    from rich.table import Table

    dutch = language == "nl"
    title = _TITLES["of_plans" if results.baseline_is_a_plan else "of_all"][dutch].format(year=results.price_year)
    title = ". ".join(filter(None, (title, what_if_note(results, language))))
    table = Table(title=title, title_justify="left", caption=_SOCIETY_NOTE[dutch], caption_justify="left")
    for place, heading in enumerate(_headings(results, language)):
        table.add_column(heading, justify="left" if place < 3 else "right")
    policy = None
    for row in effect_rows(results, language):
        cells = list(row.values())
        if policy not in (None, cells[0]):
            table.add_section()
        policy = cells[0]
        table.add_row(*cells)
    return table


def terminal_tables(results: Results, language: Language = "en") -> Iterator[TerminalTable]:
    """Main effects of each policy in few columns: level without it, difference and the range by chance.

    Rows stand in sections by period and kind; the level with the plan, and precision, are in `effects.csv`.
    """
    dutch = language == "nl"
    _, outcome, period, without, _, difference, chance, _ = _headings(results, language)
    for policy in results.policies:
        rows = []
        sections = _sections(results, policy, language)
        for key, part in sections.items():
            title = _SECTIONS[key][dutch] if key in _SECTIONS else period_name(key, language)
            if key == "extra" and part:
                title = f"{title}, {part[0][period]}"
            if part:
                rows.append({outcome: f"[{title}]", without: "", difference: "", chance: ""})
            rows += [{name: row[name] for name in (outcome, without, difference, chance)} for row in part]
        names = {"policy": policy, "baseline": results.scenarios[0], "year": results.price_year}
        notes = [_SOCIETY_NOTE[dutch]] if sections["society"] else []
        yield TerminalTable(_TITLES["of_one"][dutch].format(**names), rows, notes)


def effect_cells(results: Results, key: tuple[str, str, str, str] | None, language: Language) -> tuple[str, ...] | None:
    """One effect as texts: policy, outcome, period, both levels, difference, range and precision.

    `key` is policy, outcome, group and period; without it the headings are given, and None where there is no such
    effect.
    """
    headings = _headings(results, language)
    if key is None:
        return headings
    told, precise = (results.effects_by_key(kind).get(key) for kind in (results.told, Uncertainty.PRECISION))
    return None if told is None or precise is None else tuple(_row(told, precise, headings, language).values())


def _sections(results: Results, policy: str, language: Language) -> dict[str, list[dict[str, str]]]:
    """Rows of one policy by what they are: outcomes by period, budgets, society, and what is really extra."""
    wanted: dict[str, list[tuple[str, str, str]]] = {PERIOD_LAST_YEAR: [], PERIOD_TOTAL: []}
    for headline in HEADLINES:
        wanted[headline.period].append((headline.outcome, "", headline.period))
    wanted["budgets"] = [(POCKET_OUTCOME, key, PERIOD_TOTAL) for key in BUDGETS]
    wanted["budgets"].append(("ww_after_place", "from_assistance", PERIOD_TOTAL))
    wanted["society"] = [("social_balance", "total", PERIOD_TOTAL)]
    chance, precision = (results.effects_by_key(kind) for kind in (results.told, Uncertainty.PRECISION))
    headings = _headings(results, language)
    sections = {
        name: [
            _row(chance[policy, *key], precision[policy, *key], headings, language)
            for key in keys
            if (policy, *key) in chance
        ]
        for name, keys in wanted.items()
    }
    # Of what is extra to another plan with places of its own these shares say nothing.
    shares = [key for key in chance if key[0] == policy and key[1] in SHARES and not results.baseline_has_places]
    nobody = nobody_was_placed(chance, policy)
    both = [(chance[key], precision[key]) for key in shares]
    sections["extra"] = _share_rows(both, nobody, headings, language) if both else []
    return sections


def _headings(results: Results, language: Language) -> tuple[str, ...]:
    """Headings of the columns; a baseline that is a plan goes by its name."""
    headings = _HEADINGS[language]
    if results.told is Uncertainty.CHANCE_AND_PARAMETERS:
        headings = (*headings[:6], _RANGE[language], *headings[7:])
    if not results.baseline_is_a_plan:
        return headings
    before, after = _OF_PLANS[language]
    name = shorten_name(results.scenarios[0], _HEADING_LETTERS)
    return (*headings[:3], before.format(baseline=name), after, *headings[5:])


def _row(
    chance: dict[str, Any], precision: dict[str, Any], headings: Sequence[str], language: Language
) -> dict[str, str]:
    unit = chance["unit"]
    decimals = decimals_for(chance["low"], chance["high"], chance["effect"])
    cells = (
        chance["scenario"],
        name_with_unit(chance["outcome"], chance["group"], language),
        period_name(chance["period"], language),
        *(value_text(chance[name], unit, language, decimals) for name in ("baseline", "policy", "effect")),
        *(_range_text(row, language) for row in (chance, precision)),
    )
    return dict(zip(headings, cells, strict=True))


def _share_rows(
    both: list[tuple[dict[str, Any], dict[str, Any]]], nobody: bool, headings: Sequence[str], language: Language
) -> list[dict[str, str]]:
    """What is extra, in whole months of a hundred as the words have it; a bound beyond 0 or 100 % isn't written.

    `both` are the rows by chance and by precision of each share.
    """
    effects = {row["outcome"]: row["effect"] for row, _ in both}
    known = not math.isnan(effects["deadweight"])
    whole = of_hundred(effects["deadweight"], effects["displacement"]) if known else {}
    told = []
    for spread, precise in both:
        row = _row(spread, precise, headings, language)
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
