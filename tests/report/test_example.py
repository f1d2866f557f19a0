"""The worked example of the docs: what its brief says are the figures of the tables beside it."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from brief_reading import Words, figures_in, is_written

from wijksim.accounts import PARTY_LABELS, Party
from wijksim.report.headlines import HEADLINES, label_of, name_with_unit
from wijksim.report.pockets import BUDGETS, BY_RULE, POCKET_OUTCOME, RULE_OUTCOME
from wijksim.scenario import Scenario
from wijksim.study.effects import Frame

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "example"
LANGUAGES = ("en", "nl")
TOLD = "chance+parameters"
MOST_BYTES = 1_500_000


@pytest.fixture(scope="module")
def effects():
    rows = pd.read_csv(EXAMPLE / "effects.csv", keep_default_na=False, na_values=[""])
    rows = rows[rows["uncertainty"].eq(TOLD)].fillna({"group": ""})
    return rows.set_index(["outcome", "group", "period"]).sort_index()


@pytest.fixture(scope="module", params=LANGUAGES)
def page(request):
    text = (EXAMPLE / f"brief_{request.param}.html").read_text(encoding="utf-8")
    return request.param, text, Words(text)


def tables_of(page, kind):
    _, _, words = page
    return [rows for found, rows in zip(words.kinds, words.tables, strict=True) if found == kind]


def test_with_and_without_the_plan(page, effects):
    language = page[0]
    names = {name_with_unit(told.outcome, "", language): (told.outcome, told.period) for told in HEADLINES}
    rows = tables_of(page, "effects")[0][1:]
    assert [row[0] for row in rows] == list(names)
    for name, _, *cells in rows:
        outcome, period = names[name]
        exact = effects.loc[(outcome, "", period)]
        wanted = [exact[key] for key in ("baseline", "policy", "effect", "low", "high")]
        told = [figure for cell in cells for figure in figures_in(cell, language)]
        if len(told) == 3:  # a range that is words
            assert exact["status"] != "ok"
        assert all(is_written(*both) for both in zip(told, wanted, strict=False)), (name, told, wanted)


def budget_of(place, name, language):
    """Outcome and group of a row of a table of budgets, which has the name and stands in the place of it."""
    order = [
        *((RULE_OUTCOME, key) for key in BY_RULE if not key.startswith("insurers")),
        *((POCKET_OUTCOME, key) for key in BUDGETS if key not in ("municipality", "state")),
    ]
    order.insert(order.index((POCKET_OUTCOME, "insurers")), (RULE_OUTCOME, "insurers_before"))
    outcome, group = order[place]
    assert name.startswith(label_of(outcome, group, language)), (name, outcome, group)
    return outcome, group


def test_budgets_in_all_and_by_year(page, effects):
    language = page[0]
    (in_all,), (by_year,) = tables_of(page, "budgets"), tables_of(page, "years")
    assert len(in_all) == len(by_year) == 1 + len(BUDGETS) - 2 + len(BY_RULE)
    for place, (name, total, ranged, _) in enumerate(in_all[1:]):
        exact = effects.loc[(*budget_of(place, name, language), "total")]
        told = figures_in(total, language) + figures_in(ranged, language)
        wanted = [exact[key] for key in ("effect", "low", "high")]
        assert all(is_written(*both) for both in zip(told, wanted, strict=True)), (name, told, wanted)
    years = [text.rstrip("*") for text in by_year[0][1:-1]]
    assert [text for text in by_year[0] if text.endswith("*")] == ["2018*", "2022*"]
    assert all(int(after) - int(before) == 1 for before, after in pairwise(years))
    for place, (name, *cells) in enumerate(by_year[1:]):
        key = budget_of(place, name, language)
        *told, total = (figures_in(cell, language)[0][0] for cell in cells)
        assert sum(told) == total
        added = exact = 0.0
        for year, value in zip(years, told, strict=True):
            added, exact = added + value, exact + effects.loc[(*key, year)]["effect"]
            assert abs(1000 * added - exact) <= 500.001, (name, year)


def test_who_pays_whom(page):
    language = page[0]
    (matrix,) = tables_of(page, "matrix")
    names = {PARTY_LABELS[party][language == "nl"]: party.name.lower() for party in Party}
    plan = Scenario.from_file(EXAMPLE / "1_beide.toml")
    frame = Frame.of(plan.settings.start, plan.settings.months, plan.registry)
    ledger = pd.read_csv(EXAMPLE / "ledger.csv")
    amounts = ledger["cents"] * ledger["year"].map(frame.deflators) / (100_000 * ledger["replication"].nunique())
    signed = amounts.where(ledger["scenario"].eq(plan.name), -amounts)
    exact = signed.groupby([ledger["payer"], ledger["payee"]]).sum()
    head = [names[text] for text in matrix[0][1:-1]]
    seen = set()
    for row in matrix[1:-1]:
        for payee, cell in zip(head, row[1:-1], strict=True):
            pair = (names[row[0]], payee)
            seen.add(pair)
            (value, _), *_ = figures_in(cell, language) or [(0.0, 0)]
            assert abs(value - exact.get(pair, 0.0)) <= 0.500001, pair
    assert all(abs(value) <= 0.500001 for pair, value in exact.items() if pair not in seen)


def test_a_page_is_small_enough_to_send(page):
    assert len(page[1].encode()) < MOST_BYTES
