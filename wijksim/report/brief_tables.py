"""Tables of the brief: with and without the plan, budgets by year, what to measure, all outcomes, who pays whom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from wijksim.accounts import CENTS_PER_EURO, PARTY_LABELS, Party
from wijksim.calendar import absolute_month, year_of
from wijksim.report.headlines import HEADLINES, name_with_unit, value_text
from wijksim.report.intervals import EffectStatus
from wijksim.report.numbers import Language, decimals_for, number, span
from wijksim.report.pockets import BUDGETS, POCKET_OUTCOME
from wijksim.report.results import PERIOD_TOTAL, Results
from wijksim.report.sentences import Verdict, verdict
from wijksim.report.tables import effect_cells

__all__ = [
    "Rows",
    "budgets_by_year",
    "ledger_matrix",
    "main_table",
    "money_unit",
    "outcomes_in_full",
    "what_to_measure",
]

_THOUSAND = 1000
_SMALL = 20_000
"""Below it amounts are written in euros, not in thousands."""
_MOST_YEARS = 10
_MEASURED = ("placed", "in_place", "unfilled_places", "failed_places", "employed_15_74", "assistance_persons")


class Rows(NamedTuple):
    """A table: its headings, and rows of as many cells."""

    head: list[str]
    rows: list[list[str]]


def main_table(results: Results, policy: str, language: Language) -> Rows:
    """Main outcomes with and without the plan; money stands by budget."""
    keys = [(headline.outcome, "", headline.period) for headline in HEADLINES]
    return _effects(results, policy, keys, language)


def what_to_measure(results: Results, policy: str, language: Language) -> Rows | None:
    """Give what the first calendar year is expected to bring; None where the run begins within a year."""
    year = str(next(iter(results.deflators)))
    if not results.manifest["start"].endswith("-01") or results.replications == 1:
        return None
    return _effects(results, policy, [(name, "", year) for name in _MEASURED], language)


def outcomes_in_full(results: Results, policy: str, language: Language) -> Rows:
    """Every outcome over the last year and the whole period, with its precision."""
    rows = results.effects_by_key(results.told)
    wanted = [key[1:] for key in rows if key[0] == policy and key[3] not in map(str, results.deflators)]
    return _effects(results, policy, wanted, language, precision=True)


def _effects(
    results: Results, policy: str, keys: list[tuple[str, str, str]], language: Language, *, precision: bool = False
) -> Rows:
    cells = [effect_cells(results, (policy, *key), language) for key in keys]
    told = [cell for cell in cells if cell is not None]
    head = list(effect_cells(results, None, language) or ())
    last = None if precision else -1
    return Rows(head[1:last], [list(cell)[1:last] for cell in told])


def money_unit(results: Results, policy: str) -> int:
    """Euros in which budgets are written: thousands, or one where all totals are small."""
    rows = results.effects_by_key(results.told)
    totals = [rows[policy, POCKET_OUTCOME, key, PERIOD_TOTAL]["effect"] for key in BUDGETS]
    return _THOUSAND if max(map(abs, totals)) >= _SMALL else 1


def budgets_by_year(results: Results, policy: str, language: Language, texts: Mapping[str, str]) -> Rows:
    """Difference of each budget by year, in whole units that add up to the total, its range and when it is earned back.

    Rounded is what has been added up until a year, so that the years make the total, and no year turns its sign.
    """
    rows = results.effects_by_key(results.told)
    unit = money_unit(results, policy)
    years = [str(year) for year in results.deflators]
    size = -(-len(years) // _MOST_YEARS)
    blocks = [years[place : place + size] for place in range(0, len(years), size)]
    names = [block[0] if len(block) == 1 else f"{block[0]}-{block[-1][2:]}" for block in blocks]
    told = []
    for key in BUDGETS:
        total = rows[policy, POCKET_OUTCOME, key, PERIOD_TOTAL]
        added, before, cells = 0.0, 0, []
        for block in blocks:
            added += sum(rows[policy, POCKET_OUTCOME, key, year]["effect"] for year in block)
            rounded = round(added / unit)
            cells.append(number(rounded - before, language))
            before = rounded
        ranged = ""
        if total["n"] > 1 and total["status"] == EffectStatus.OK:
            decimals = min(decimals_for(total["low"], total["high"]), 0)
            low, high = (value_text(total[name], "euro", language, decimals) for name in ("low", "high"))
            ranged = f"{low} {'tot' if language == 'nl' else 'to'} {high}"
        name = name_with_unit(POCKET_OUTCOME, key, language)
        earned = _earned_back(results, policy, key, language, texts)
        told.append([name, *cells, number(before, language), ranged, earned])
    return Rows([texts["budget"], *names, texts["total"], texts["range"], texts["break_even"]], told)


def _earned_back(results: Results, policy: str, key: str, language: Language, texts: Mapping[str, str]) -> str:
    rows = results.effects_by_key(results.told)
    row = rows[policy, POCKET_OUTCOME, key, PERIOD_TOTAL]
    found = verdict(row["effect"], row["low"], row["high"], status=row["status"], n=row["n"])
    if found is Verdict.NO_CHANGE:
        return texts["no_difference"]
    if found is Verdict.BELOW:
        return texts["never"].format(span=span(results.months, language))
    even = rows.get((policy, "pocket_break_even_month", key, PERIOD_TOTAL))
    if found is not Verdict.ABOVE or even is None or even["effect"] != even["effect"]:
        return texts["unsaid"]
    if even["effect"] <= 0:
        return texts["from_start"]
    year, month = (int(part) for part in results.manifest["start"].split("-"))
    return texts["in_year"].format(year=year_of(absolute_month(year, month) + int(even["effect"])))


def ledger_matrix(results: Results, policy: str, language: Language, texts: Mapping[str, str]) -> Rows:
    """What a plan changes in payments by payer and payee, in thousand euro of the price year, and totals."""
    ledger = results.ledger
    compared = [results.scenarios[0], policy]

    outcomes = results.outcomes
    runs = [set(outcomes.loc[outcomes["scenario"] == name, "replication"].unique()) for name in compared]
    both = runs[0] & runs[1]
    rows = ledger[ledger["scenario"].isin(compared) & ledger["replication"].isin(both)]
    real = rows["cents"] * rows["year"].map(results.deflators) / (CENTS_PER_EURO * _THOUSAND * max(len(both), 1))
    signed = real.where(rows["scenario"] == policy, -real)
    sums: dict[tuple[str, str], float] = {}
    for payer, payee, amount in zip(rows["payer"].astype(str), rows["payee"].astype(str), signed, strict=True):
        sums[payer, payee] = sums.get((payer, payee), 0.0) + amount
    cells = {pair: round(amount) for pair, amount in sums.items() if round(amount)}
    labels = {party.name.lower(): label[language == "nl"] for party, label in PARTY_LABELS.items()}
    order = [party.name.lower() for party in Party]
    payers = [name for name in order if any(payer == name for payer, _ in cells)]
    payees = [name for name in order if any(payee == name for _, payee in cells)]

    def line(label: str, values: list[int]) -> list[str]:
        return [label, *(number(value, language) if value else "" for value in values), number(sum(values), language)]

    body = [line(labels[payer], [cells.get((payer, payee), 0) for payee in payees]) for payer in payers]
    columns = [sum(cells.get((payer, payee), 0) for payer in payers) for payee in payees]
    body.append(line(texts["total"], columns))
    return Rows([texts["payer"], *(labels[payee] for payee in payees), texts["total"]], body)
