"""Worked examples of the law, with amounts of public tables, through a whole month of benefits."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from processes.benefit_cases import do, state_of

from wijksim.accounts import Category
from wijksim.calendar import MONTHS_PER_YEAR, absolute_month
from wijksim.parameters import load_registry
from wijksim.population.columns import Status
from wijksim.processes.benefits import Benefits
from wijksim.processes.rules import Rules

FILE = Path(__file__).resolve().parents[1] / "data" / "worked_examples.toml"
EXAMPLES = tomllib.loads(FILE.read_text(encoding="utf-8"))["example"]


def month_of(example):
    year, month = example["date"].split("-")
    return absolute_month(int(year), int(month))


class AllOrNobodyDurable(Benefits):
    """Everybody is durably disabled, or nobody, so that an example doesn't depend on who it is."""

    def __init__(self, durable):
        super().__init__()
        self.part = float(durable)

    def _rules(self, month):
        rules = super()._rules(month)
        insurance = rules.insurance._replace(wia_durable_part=self.part, wajong_durable_part=self.part)
        return replace(rules, insurance=insurance)


def columns_of(told, at):
    """Columns of a person as the examples tell them; money in euro, times in months until now."""
    person = dict(told)
    values = {name: person.pop(name) for name in ("age", "partner", "mother", "productivity") if name in person}
    values["status"] = Status[person.pop("status", "no_benefit").upper()]
    values["hours_share"] = person.pop("hours", 1.0)
    if "last_wage" in person:
        values["last_wage"] = person.pop("last_wage") * 100
    if values["status"] is Status.DISABILITY:
        values["status_since"] = at - 36
    if "ww_months" in person:
        since = at - person.pop("ww_months") + 1
        values |= {"ww_since": since, "ww_until": at + 2}
    if "sick_months" in person:
        values["sick_since"] = at - person.pop("sick_months") + 1
    if "place_months" in person:
        values["ever_placed"] = values["job_since"] = at - person.pop("place_months")
    else:
        values["job_since"] = at - 20
    if "wage_year" in person:
        values["wage_multiple"] = person.pop("wage_year") * 100 / 12 / Rules.of(load_registry(), at).regular[40]
    else:
        values["wage_multiple"] = 0.0  # so the minimum wage
    person.pop("durable", None)
    assert not person, f"unknown: {person}"
    return values


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: f"{e['date']} {e['what']} {e['who']}"[:60])
def test_the_model_gives_the_amount_of_the_law(example):
    at = month_of(example)
    state = state_of([[columns_of(person, at) for person in example["people"]]], at)
    started = absolute_month(int(example.get("last_wage_year", at // MONTHS_PER_YEAR)), at % MONTHS_PER_YEAR + 1)
    month = do(state, at, at - started, process=AllOrNobodyDurable(example["people"][0].get("durable", False)))
    what = example["what"]
    if what.upper() in Category.__members__:
        cents = month.ledger.paid(at, Category[what.upper()])
        if what == "wages":
            cents = int(state.columns["wage"].sum())
    else:
        cents = int(state.columns[what].sum())
    assert cents / 100 == pytest.approx(example["euro"], abs=example.get("within", 0.0) + 0.005)


def test_there_are_enough_examples_and_each_says_where_it_is_from():
    assert len(EXAMPLES) >= 20
    assert len({example["date"][:4] for example in EXAMPLES}) >= 8
    assert len({example["law"].split()[0] for example in EXAMPLES}) >= 8
    for example in EXAMPLES:
        assert example["source"]
        assert example.get("grade", "measured") in ("measured", "derived", "recalled")
        assert example["euro"] == 0 or example.get("within", 0.0) <= 0.011 * example["euro"], "too coarse to check"
