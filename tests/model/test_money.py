"""Every euro has a payer and a payee, and is the amount that residents and institutions add up to."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis_profiles import MODEL_RUNS
from model.building import GROUNDS, HELP, SEEDS, Witness, months_of, scenario, scenarios
from model.money_checks import amount_faults, ledger_faults, postings_of

from wijksim.accounts import Category, Ledger, Party
from wijksim.model import Neighbourhood
from wijksim.settings import Levers, PlaceKind


def faults_of(before, seen, model):
    state, start = model.state, model.settings.start
    return ledger_faults(state, before.month) + amount_faults(before, seen, state, model.source.registry, start)


def watched(told, seed):
    witness = Witness()
    return Neighbourhood(told, seed=seed, before={"services": witness}), witness


@MODEL_RUNS
@given(scenarios(), SEEDS)
def test_money_holds_in_every_month_of_any_scenario(told, seed):
    model, seen = watched(told, seed)
    for before in months_of(model):
        assert faults_of(before, seen, model) == []


def everything():
    """A scenario in which money flows in every category: an enterprise fails, insurers and pooled budgets pay."""
    levers = Levers(
        insurer_co_funding=True,
        budget_pooling_share=1.0,
        temporary_hiring_subsidy_share=0.5,
        temporary_hiring_subsidy_months=6,
    )
    plans = (HELP, replace(GROUNDS, places_are=PlaceKind.PAID_JOBS, places=12, price_euro_per_hour=1.0))
    return scenario(months=48, residents=600, levers=levers, enterprises=plans)


@pytest.fixture(scope="module")
def run():
    """The scenario with everything, and for each category the state before the last month in which it flows."""
    model, seen = watched(everything(), 1)
    last = {}
    for before in months_of(model):
        assert faults_of(before, seen, model) == []
        last |= dict.fromkeys((category for category, _, _ in postings_of(model.state, before.month)), before)
    return model, last


def test_money_flows_in_every_category(run):
    _, last = run
    assert set(last) == set(Category)


def test_parties_together_have_nothing(run):
    model, _ = run
    assert model.state.ledger.balances.sum() == 0
    series = model.result().outcomes
    balances = sum(series.series("balance", party.name.lower()) for party in Party)
    assert abs(balances).max() < 1e-6


def test_outcomes_are_what_the_ledger_says(run):
    model, _ = run
    result = model.result()
    for category in Category:
        paid = [0] * result.months
        for posting in result.ledger:
            if posting.category is category:
                paid[posting.month - result.start] += posting.cents
        assert result.outcomes.series("paid", category.name.lower()) == pytest.approx([c / 100 for c in paid], abs=0)


# ------------------------------------------------------------------ the checks can fail
class Tampering:
    """The first posting of a category in the month is left out, made twice, or a cent too high."""

    def __init__(self, monkeypatch, category, times=1, extra=0):
        honest, self.found = Ledger.post, False

        def post(ledger, month, what, payer, payee, cents):
            if what is not category or cents == 0 or self.found:
                return honest(ledger, month, what, payer, payee, cents)
            self.found = True
            for _ in range(times):
                honest(ledger, month, what, payer, payee, cents + extra)

        monkeypatch.setattr(Ledger, "post", post)


@pytest.mark.parametrize(("times", "extra"), [(0, 0), (2, 0), (1, 1)], ids=["dropped", "doubled", "a cent more"])
@pytest.mark.parametrize("category", Category, ids=lambda category: category.name.lower())
def test_the_checks_see_a_wrong_posting_of_any_category(run, monkeypatch, category, times, extra):
    _, last = run
    before = last[category]
    seen = Witness()
    model = Neighbourhood.from_state(before, everything(), seed=1, before={"services": seen})
    tampering = Tampering(monkeypatch, category, times, extra)
    model.step()
    assert tampering.found
    assert faults_of(before, seen, model) != []


def one_month(run):
    before = run[1][Category.WAGES]
    seen = Witness()
    model = Neighbourhood.from_state(before, everything(), seed=1, before={"services": seen})
    return before, seen, model


def test_the_checks_see_income_without_posting_and_posting_without_income(run, monkeypatch):
    honest = Ledger.post_by_person

    def without_income(ledger, month, category, payer, income, cents):
        return honest(ledger, month, category, payer, income.copy(), cents)

    before, seen, model = one_month(run)
    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "post_by_person", without_income)
        model.step()
    assert "residents' incomes are not what was paid to them" in ledger_faults(model.state, before.month)

    before, seen, model = one_month(run)
    model.step()
    assert faults_of(before, seen, model) == []
    model.state.columns["income"][0] += 1
    assert "residents' incomes are not what was paid to them" in ledger_faults(model.state, before.month)


def test_the_checks_see_a_line_that_is_lost_or_stands_twice(run):
    before, _, model = one_month(run)
    model.step()
    lines = model.state.ledger._closed
    lost = lines.pop()
    assert "balances are not the sum of postings" in ledger_faults(model.state, before.month)
    lines += [lost, lost]
    assert "a line stands twice" in ledger_faults(model.state, before.month)


def test_the_checks_see_a_reserve_that_is_not_in_the_ledger(run):
    before, _, model = one_month(run)
    model.step()
    model.state.institutions.enterprises[0].reserve_cents += 1
    assert ledger_faults(model.state, before.month) == ["reserves of enterprises are not their balance"]
