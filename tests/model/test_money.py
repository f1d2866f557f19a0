"""Every euro has a payer and a payee, and is the amount that residents and institutions add up to."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis_profiles import MODEL_RUNS
from model.building import GROUNDS, HELP, SEEDS, Witness, months_of, scenario, scenarios
from model.money_checks import amount_faults, ledger_faults, postings_of

from wijksim.accounts import Category, Ledger, Party
from wijksim.model import Neighbourhood
from wijksim.processes.benefits import Benefits
from wijksim.processes.health import Health
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


OUTCOMES = {
    "assistance_cost": {Category.SOCIAL_ASSISTANCE, Category.SOCIAL_ASSISTANCE_TAX},
    "wage_cost_subsidy": {Category.WAGE_COST_SUBSIDY},
    "unemployment_benefit": {Category.UNEMPLOYMENT_BENEFIT},
    "sickness_benefit": {Category.SICKNESS_BENEFIT},
    "disability_benefit": {Category.DISABILITY_BENEFIT},
    "enterprise_grants": {Category.ENTERPRISE_GRANT},
    "co_funding": {Category.CO_FUNDING},
}


def monthly(result, chosen):
    """Euro of the postings that are chosen, by month."""
    cents = [0] * result.months
    for posting in result.ledger:
        if chosen(posting):
            cents[posting.month - result.start] += posting.cents
    return [amount / 100 for amount in cents]


def test_outcomes_are_what_the_ledger_says(run):
    model, _ = run
    result = model.result()
    for outcome, categories in OUTCOMES.items():
        assert result.outcomes.series(outcome).tolist() == monthly(result, lambda p, c=categories: p.category in c)
    for party in Party:
        received = monthly(result, lambda p, party=party: p.payee == party)
        paid = monthly(result, lambda p, party=party: p.payer == party)
        balance = result.outcomes.series("balance", party.name.lower())
        assert balance == pytest.approx([r - p for r, p in zip(received, paid, strict=True)], abs=1e-9)


# ------------------------------------------------------------------ the checks can fail
class Tampering:
    """The first posting of a category in the month is left out, made twice, or a cent too high."""

    def __init__(self, monkeypatch, category, times=1, extra=0):
        honest, honest_all, self.found = Ledger.post, Ledger.post_all, False

        def tampered(what, cents):
            if what != category or cents == 0 or self.found:
                return cents
            self.found = True
            return times * (cents + extra)

        def post(ledger, month, what, payer, payee, cents):
            honest(ledger, month, what, payer, payee, tampered(what, cents))

        def post_all(ledger, month, lines, amounts):
            wrong = [tampered(line.category, cents) for line, cents in zip(lines, amounts, strict=True)]
            honest_all(ledger, month, lines, wrong)

        monkeypatch.setattr(Ledger, "post", post)
        monkeypatch.setattr(Ledger, "post_all", post_all)


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


def one_month(run, **processes):
    before = run[1][Category.DEDUCTIBLE]
    seen = Witness()
    model = Neighbourhood.from_state(before, everything(), seed=1, before={"services": seen}, processes=processes)
    return before, seen, model


class Generous(Benefits):
    """Gives one resident a cent that nobody pays."""

    def step(self, month):
        super().step(month)
        month.columns["income"][month.columns.present_rows()[0]] += 1


def test_the_checks_see_income_that_nobody_paid(run):
    before, _, model = one_month(run, benefits=Generous())
    model.step()
    assert ledger_faults(model.state, before.month) == ["residents' incomes are not what was paid to them"]


class Unfelt(Health):
    """Books a cent of deductible that comes off nobody's income."""

    def step(self, month):
        super().step(month)
        month.post(Category.DEDUCTIBLE, Party.RESIDENTS, Party.INSURERS, 1)


def test_the_checks_see_a_payment_that_no_resident_feels(run):
    before, _, model = one_month(run, health=Unfelt())
    model.step()
    assert ledger_faults(model.state, before.month) == ["residents' incomes are not what was paid to them"]


def test_the_checks_see_a_line_that_is_lost_or_stands_twice(run):
    before, _, model = one_month(run)
    model.step()
    lines = model.state.ledger._closed
    cents, key = lines.pop(), lines.pop()
    assert "balances are not the sum of postings" in ledger_faults(model.state, before.month)
    lines.extend([key, cents, key, cents])
    assert "a line stands twice" in ledger_faults(model.state, before.month)


def test_the_checks_see_a_reserve_that_is_not_in_the_ledger(run):
    before, _, model = one_month(run)
    model.step()
    model.state.institutions.enterprises[0].reserve_cents += 1
    assert ledger_faults(model.state, before.month) == ["reserves of enterprises are not their balance"]
