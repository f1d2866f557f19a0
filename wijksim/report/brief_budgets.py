"""Tables of the brief: what each budget gains or loses, in all and by year, before and after a rule moves money."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from wijksim.calendar import absolute_month, year_of
from wijksim.report.brief_tables import Rows
from wijksim.report.headlines import name_with_unit, value_text
from wijksim.report.intervals import EffectStatus
from wijksim.report.numbers import Language, decimals_for, number, span
from wijksim.report.pockets import BUDGETS, BY_RULE, POCKET_OUTCOME, RULE_OUTCOME
from wijksim.report.results import PERIOD_TOTAL, Results
from wijksim.report.sentences import Verdict, verdict

__all__ = ["amounts", "budgets", "budgets_by_year", "elections", "is_known_by_rule", "money_unit"]

_THOUSAND = 1000
_SMALL = 20_000
"""Below it amounts are written in euros, not in thousands."""
_MOST_YEARS = 10
_MARK = "*"
"""Beside a year in which municipal councils were elected."""
_WHOLLY_BY_RULE = ("municipality", "state")
"""Budgets of which both sides of a rule stand in `BY_RULE`: which of the two a run has, hangs on its scale."""


def is_known_by_rule(results: Results, policy: str) -> bool:
    """Whether the balances of `BY_RULE` are there; results of an earlier version lack them."""
    rows = results.effects_by_key(results.told)
    return all((policy, RULE_OUTCOME, rule, PERIOD_TOTAL) in rows for rule in BY_RULE)


def money_unit(results: Results, policy: str) -> int:
    """Euros in which budgets are written: thousands, or one where all totals are small."""
    rows = results.effects_by_key(results.told)
    totals = [rows[policy, POCKET_OUTCOME, key, PERIOD_TOTAL]["effect"] for key in BUDGETS]
    return _THOUSAND if max(map(abs, totals)) >= _SMALL else 1


class _Budget(NamedTuple):
    """Row of the tables of budgets: its name, and outcome and group of its effects."""

    name: str
    outcome: str
    group: str


def _budgets(results: Results, policy: str, language: Language, texts: Mapping[str, str]) -> Iterator[_Budget]:
    """Budgets in the order of `BUDGETS`; municipality, State and insurers twice, before and after a rule."""
    known = is_known_by_rule(results, policy)
    for key in BUDGETS:
        for rule in (rule for rule in BY_RULE if known and rule.startswith(f"{key}_")):
            yield _Budget(name_with_unit(RULE_OUTCOME, rule, language), RULE_OUTCOME, rule)
        if not known or key not in _WHOLLY_BY_RULE:
            after = texts.get(f"{key}_after") if known else None
            yield _Budget(after or name_with_unit(POCKET_OUTCOME, key, language), POCKET_OUTCOME, key)


def budgets(results: Results, policy: str, language: Language, texts: Mapping[str, str]) -> Rows:
    """Difference of each budget over the whole run, its range and when it is earned back."""
    rows = results.effects_by_key(results.told)
    told = []
    for budget in _budgets(results, policy, language, texts):
        total = rows[policy, budget.outcome, budget.group, PERIOD_TOTAL]
        amount, ranged = amounts(total, language)
        told.append([budget.name, amount, ranged, _earned_back(results, policy, budget, language, texts)])
    return Rows([texts["budget"], texts["total"], texts["range"], texts["break_even"]], told)


def amounts(row: Mapping[str, Any], language: Language) -> tuple[str, str]:
    """Write an effect in euro and its range, in as many digits as the range bears; the range may be empty."""
    decimals = min(decimals_for(row["low"], row["high"], row["effect"]), 0)
    effect, low, high = (value_text(row[name], "euro", language, decimals) for name in ("effect", "low", "high"))
    ranged = row["n"] > 1 and row["status"] == EffectStatus.OK
    return effect, f"{low} {'tot' if language == 'nl' else 'to'} {high}" if ranged else ""


def budgets_by_year(results: Results, policy: str, language: Language, texts: Mapping[str, str]) -> Rows:
    """Difference of each budget by year, in whole units that add up to the total; election years are marked.

    Rounded is what has been added up until a year, so that the years make the total, and no year turns its sign.
    """
    rows = results.effects_by_key(results.told)
    unit = money_unit(results, policy)
    blocks = [[str(year) for year in block] for block in _blocks(results)]
    told = []
    for budget in _budgets(results, policy, language, texts):
        added, before, cells = 0.0, 0, []
        for block in blocks:
            added += sum(rows[policy, budget.outcome, budget.group, year]["effect"] for year in block)
            rounded = round(added / unit)
            cells.append(number(rounded - before, language))
            before = rounded
        told.append([budget.name, *cells, number(before, language)])
    voted = {str(day.year) for day in elections(results)}
    names = [block[0] if len(block) == 1 else f"{block[0]}-{block[-1][2:]}" for block in blocks]
    marked = [f"{name}{_MARK if voted & {*block} else ''}" for name, block in zip(names, blocks, strict=True)]
    return Rows([texts["budget"], *marked, texts["total"]], told)


def _blocks(results: Results) -> list[list[int]]:
    """Years of a run, put together where there are too many for a table."""
    years = list(results.deflators)
    size = -(-len(years) // _MOST_YEARS)
    return [years[place : place + size] for place in range(0, len(years), size)]


def elections(results: Results) -> list[date]:
    """Days within the run on which municipal councils were elected, as far as they are known."""
    start = date.fromisoformat(f"{results.manifest['start']}-01")
    last = absolute_month(start.year, start.month) + results.months - 1
    return [day for day in _election_days() if day >= start and absolute_month(day.year, day.month) <= last]


@cache
def _election_days() -> tuple[date, ...]:
    text = (files("wijksim.report") / "elections.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["days"])


def _earned_back(results: Results, policy: str, budget: _Budget, language: Language, texts: Mapping[str, str]) -> str:
    rows = results.effects_by_key(results.told)
    row = rows[policy, budget.outcome, budget.group, PERIOD_TOTAL]
    found = verdict(row["effect"], row["low"], row["high"], status=row["status"], n=row["n"])
    if found is Verdict.NO_CHANGE:
        return texts["no_difference"]
    if found is Verdict.BELOW:
        return texts["never"].format(span=span(results.months, language))
    if found is not Verdict.ABOVE:
        return texts["unsaid"]
    if budget.outcome == RULE_OUTCOME:
        return _earned_back_by_year(results, policy, budget, texts)
    even = rows.get((policy, "pocket_break_even_month", budget.group, PERIOD_TOTAL))
    if even is None or even["effect"] != even["effect"]:
        return texts["unsaid"]
    if even["effect"] <= 0:
        return texts["from_start"]
    year, month = (int(part) for part in results.manifest["start"].split("-"))
    return texts["in_year"].format(year=year_of(absolute_month(year, month) + int(even["effect"])))


def _earned_back_by_year(results: Results, policy: str, budget: _Budget, texts: Mapping[str, str]) -> str:
    """Year at whose end a balance that is known by year alone is earned back for good; it is in the end."""
    rows = results.effects_by_key(results.told)
    added, behind = 0.0, None
    for year in results.deflators:
        added += rows[policy, budget.outcome, budget.group, str(year)]["effect"]
        behind = year if added < 0 else behind
    return texts["from_start"] if behind is None else texts["in_year"].format(year=behind + 1)
