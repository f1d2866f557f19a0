"""Tables of the brief: with and without the plan, what to measure, all outcomes, who pays whom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from wijksim.accounts import CENTS_PER_EURO, PARTY_LABELS, Party
from wijksim.outcomes import OUTCOMES, Kind
from wijksim.report.headlines import HEADLINES
from wijksim.report.numbers import Language, number
from wijksim.report.pockets import POCKET_OUTCOME, RULE_OUTCOME
from wijksim.report.results import PERIOD_DISCOUNTED, PERIOD_LAST_YEAR, PERIOD_TOTAL, Results
from wijksim.report.tables import effect_cells

__all__ = [
    "Rows",
    "ledger_matrix",
    "main_table",
    "outcomes_in_full",
    "what_to_measure",
]

_THOUSAND = 1000
_ELSEWHERE = ("balance", POCKET_OUTCOME, RULE_OUTCOME, "break_even_month", "pocket_break_even_month")
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
    """Every outcome with its precision, over the period that says most: flows added up, of stocks the last year.

    Balances, and when they are earned back, stand in tables of their own.
    """
    rows = results.effects_by_key(results.told)
    wanted = [key[1:] for key in rows if key[0] == policy and _is_told(*key[1:])]
    return _effects(results, policy, wanted, language, precision=True)


def _is_told(outcome: str, group: str, period: str) -> bool:
    if outcome in _ELSEWHERE:
        return False
    if outcome in OUTCOMES:
        return period == (PERIOD_TOTAL if OUTCOMES[outcome].kind is Kind.FLOW else PERIOD_LAST_YEAR)
    return not period.isdecimal() and period != PERIOD_DISCOUNTED


def _effects(
    results: Results, policy: str, keys: list[tuple[str, str, str]], language: Language, *, precision: bool = False
) -> Rows:
    cells = [effect_cells(results, (policy, *key), language) for key in keys]
    told = [cell for cell in cells if cell is not None]
    head = list(effect_cells(results, None, language) or ())
    last = None if precision else -1
    return Rows(head[1:last], [list(cell)[1:last] for cell in told])


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
