"""The ledger: what can't be posted, what adds up, and that residents' incomes can't part from it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from wijksim.accounts import CATEGORIES, PARTY_LABELS, Category, Ledger, LedgerError, Party, line_of, split_cents

MONTH = 24_180


def test_a_posting_moves_money_from_payer_to_payee():
    ledger = Ledger()
    ledger.post(MONTH, Category.CARE, Party.INSURERS, Party.CARE_PROVIDERS, 1_234)
    ledger.post(MONTH, Category.CARE, Party.INSURERS, Party.CARE_PROVIDERS, 1)
    ledger.close_month()
    assert ledger.balances[Party.INSURERS] == -1_235
    assert ledger.balances[Party.CARE_PROVIDERS] == 1_235
    assert [posting.cents for posting in ledger.postings()] == [1_235]


def test_a_negative_amount_is_refused():
    with pytest.raises(LedgerError, match="negative"):
        Ledger().post(MONTH, Category.CARE, Party.INSURERS, Party.CARE_PROVIDERS, -1)


def test_amounts_booked_together_are_what_they_are_one_by_one():
    told = [
        (Category.CARE, Party.INSURERS, Party.CARE_PROVIDERS, 5),
        (Category.DEDUCTIBLE, Party.RESIDENTS, Party.INSURERS, 0),
        (Category.WAGES, Party.REGULAR_EMPLOYERS, Party.RESIDENTS, 7),
        (Category.CARE, Party.INSURERS, Party.CARE_PROVIDERS, 2),
    ]
    together, apart = Ledger(), Ledger()
    together.post_all(MONTH, [line_of(*line) for *line, _ in told], [cents for *_, cents in told])
    for category, payer, payee, cents in told:
        apart.post(MONTH, category, payer, payee, cents)
    assert together.open_totals() == apart.open_totals() == {Category.CARE: 7, Category.WAGES: 7}
    assert together.paid(MONTH, Category.CARE, Party.INSURERS) == 7
    for ledger in (together, apart):
        ledger.close_month()
    assert together.postings() == apart.postings()
    assert [posting.cents for posting in together.postings()] == [7, 7]
    assert together.balances.tolist() == apart.balances.tolist()


def test_amounts_booked_together_are_refused_alike():
    line = line_of(Category.CARE, Party.INSURERS, Party.CARE_PROVIDERS)
    with pytest.raises(LedgerError, match="CARE: negative"):
        Ledger().post_all(MONTH, [line], [-1])
    with pytest.raises(ValueError, match="shorter"):
        Ledger().post_all(MONTH, [line, line], [1])
    with pytest.raises(LedgerError, match="can't be paid by RESIDENTS"):
        line_of(Category.WAGES, Party.RESIDENTS, Party.REGULAR_EMPLOYERS)


def test_a_category_runs_only_between_its_parties():
    with pytest.raises(LedgerError, match="can't be paid by RESIDENTS"):
        Ledger().post(MONTH, Category.WAGES, Party.RESIDENTS, Party.REGULAR_EMPLOYERS, 1)


def test_paying_residents_writes_income_and_posting_at_once():
    ledger, income = Ledger(), np.zeros(3, np.int64)
    total = ledger.post_by_person(MONTH, Category.WAGES, Party.REGULAR_EMPLOYERS, income, np.array([5, 0, 7], np.int32))
    taken = ledger.collect_by_person(MONTH, Category.WAGE_TAX, Party.STATE_TAX, income, np.array([1, 0, 2], np.int32))
    assert (total, taken) == (12, 3)
    assert income.tolist() == [4, 0, 5]
    assert ledger.balances[Party.RESIDENTS] == income.sum()


def test_a_negative_amount_of_one_resident_is_refused_even_when_the_sum_is_zero():
    with pytest.raises(LedgerError, match="negative"):
        Ledger().post_by_person(
            MONTH, Category.WAGES, Party.REGULAR_EMPLOYERS, np.zeros(2, np.int64), np.array([5, -5])
        )


def test_a_large_sum_of_small_cents_does_not_overflow():
    cents = np.full(3_000, 2_000_000_000, np.int32)
    ledger, income = Ledger(), np.zeros(cents.size, np.int64)
    assert ledger.post_by_person(MONTH, Category.WAGES, Party.REGULAR_EMPLOYERS, income, cents) == 6_000_000_000_000


def test_a_copy_goes_its_own_way():
    ledger = Ledger()
    ledger.post(MONTH, Category.CARE, Party.INSURERS, Party.CARE_PROVIDERS, 5)
    copy = ledger.copy()
    copy.post(MONTH, Category.CARE, Party.INSURERS, Party.CARE_PROVIDERS, 5)
    ledger.close_month()
    copy.close_month()
    assert [p.cents for p in ledger.postings()] == [5]
    assert [p.cents for p in copy.postings()] == [10]
    assert ledger.balances[Party.INSURERS] == -5


def test_totals_of_the_open_month():
    ledger = Ledger()
    ledger.post(MONTH, Category.SOCIAL_ASSISTANCE_TAX, Party.MUNICIPALITY_ASSISTANCE, Party.STATE_TAX, 3)
    ledger.post(MONTH, Category.SOCIAL_ASSISTANCE_TAX, Party.MUNICIPALITY_ASSISTANCE, Party.HEALTH_FUND, 4)
    assert ledger.open_totals() == {Category.SOCIAL_ASSISTANCE_TAX: 7}
    assert ledger.paid(MONTH, Category.SOCIAL_ASSISTANCE_TAX, payee=Party.HEALTH_FUND) == 4


@given(
    st.integers(0, 10**12),
    hnp.arrays(np.float64, st.integers(1, 40), elements=st.floats(0, 1e6, allow_subnormal=False)),
)
def test_parts_sum_to_the_total_and_stay_within_a_cent(total, weights):
    parts = split_cents(total, weights)
    assert int(parts.sum()) == total
    assert parts.min() >= 0
    mass = weights.sum()
    exact = total * (weights / mass if mass > 0 else np.full(weights.size, 1 / weights.size))
    assert np.abs(parts - exact).max() <= 1 + 1e-9 * total


def test_cents_are_not_divided_among_nobody():
    assert split_cents(0, np.zeros(0)).size == 0
    with pytest.raises(LedgerError, match="among nobody"):
        split_cents(1, np.zeros(0))


def test_every_party_and_category_is_declared_in_two_languages():
    assert set(PARTY_LABELS) == set(Party)
    assert set(CATEGORIES) == set(Category)
    for english, dutch in (*PARTY_LABELS.values(), *((flow.label, flow.label_nl) for flow in CATEGORIES.values())):
        assert english
        assert dutch
    paying = frozenset().union(*(flow.payers | flow.payees for flow in CATEGORIES.values()))
    assert paying == set(Party)
