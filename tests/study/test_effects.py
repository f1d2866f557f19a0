"""Effects of levels: periods, prices, pockets."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from wijksim.accounts import Party
from wijksim.calendar import absolute_month
from wijksim.parameters import load_registry
from wijksim.report.pockets import POCKET_OUTCOME, POCKETS
from wijksim.study.effects import Frame, Pairs, effects_table, level_effects, real_money, with_pockets
from wijksim.study.replicate import Reduced, Series

STOCK = Series("residents", "", "persons", False, False)
FLOW = Series("births", "", "persons", True, False)
MONEY = Series("care_cost", "", "euro", True, True)
START = absolute_month(2015, 1)


def frame(months=24, start=START):
    return Frame.of(start, months, load_registry())


def table(series, baseline, policy, months=24):
    shape = (len(baseline), months, len(series))
    before, after = (np.broadcast_to(np.array(side, float).reshape(-1, 1, 1), shape) for side in (baseline, policy))
    return effects_table(level_effects("p", series, Pairs(before, after), frame(months)))


def row(found, **where):
    for column, value in where.items():
        found = found[found[column] == value]
    assert len(found) == 1
    return found.iloc[0]


def test_a_flow_adds_up_and_a_stock_is_averaged():
    found = table([STOCK, FLOW], baseline=[3.0, 3.0], policy=[5.0, 6.0])
    for period, months in (("2015", 12), ("2016", 12), ("last_year", 12), ("total", 24)):
        stock = row(found, outcome="residents", period=period, uncertainty="chance")
        assert (stock.baseline, stock.policy, stock.effect) == (3.0, 5.5, 2.5)
        flow = row(found, outcome="births", period=period, uncertainty="chance")
        assert (flow.baseline, flow.policy, flow.effect) == (3.0 * months, 5.5 * months, 2.5 * months)
        assert (flow.level, flow.n, flow.sign_probability, flow.kind) == (0.9, 2, 1.0, "level")
    precise = row(found, outcome="births", period="total", uncertainty="precision")
    assert precise.level == 0.95
    assert precise.low < precise.effect < precise.high


def test_money_of_later_is_worth_less_by_the_discount_rate():
    """EUR 100 in each of 24 months: 100 x sum of 1.0225^(-m / 12), m from 0 to 23; nothing else is discounted."""
    found = table([MONEY, STOCK, FLOW], [0.0, 0.0], [100.0, 100.0])
    worth = sum(100.0 * 1.0225 ** (-month / 12) for month in range(24))
    discounted = row(found, outcome="care_cost", period="total_discounted", uncertainty="chance")
    assert discounted.effect == pytest.approx(worth)
    assert discounted.effect < row(found, outcome="care_cost", period="total", uncertainty="chance").effect == 2_400.0
    assert set(found.loc[found.period == "total_discounted", "outcome"]) == {"care_cost"}
    assert frame(months=1).discount_factors().tolist() == [1.0]


def test_years_are_calendar_years_and_may_be_cut_off():
    cut = frame(months=14, start=absolute_month(2015, 11))
    assert cut.periods() == {
        "2015": slice(0, 2),
        "2016": slice(2, 14),
        "last_year": slice(2, 14),
        "total": slice(0, 14),
    }
    assert frame(months=5).periods() == {"2015": slice(0, 5), "last_year": slice(0, 5), "total": slice(0, 5)}


def test_money_is_in_prices_of_the_start_year():
    registry = load_registry()
    values = np.full((24, 2), 100.0)
    reduced = Reduced((MONEY, STOCK), values, {}, np.zeros(24))
    real = real_money(reduced, frame())
    inflation = registry.at("cpi_index", absolute_month(2016, 1)) / registry.at("cpi_index", START)
    assert inflation != 1.0
    assert (real[:12, 0] == 100.0).all()
    assert real[12:, 0] == pytest.approx(100.0 / inflation)
    assert (real[:, 1] == 100.0).all()
    assert frame().price_year == 2015


def test_price_year_and_unit_stand_with_money_only():
    found = table([MONEY, STOCK], [1.0, 1.0], [2.0, 3.0])
    assert set(found.loc[found.outcome == "care_cost", "price_year"]) == {2015}
    assert found.loc[found.outcome == "residents", "price_year"].isna().all()
    assert set(found.loc[found.outcome == "care_cost", "unit"]) == {"euro"}


def test_swapping_scenarios_flips_sign_and_bounds():
    rng = np.random.default_rng(5)
    before, after = rng.normal(size=(2, 7, 24, 2))
    there = effects_table(level_effects("p", [STOCK, FLOW], Pairs(before, after), frame()))
    back = effects_table(level_effects("p", [STOCK, FLOW], Pairs(after, before), frame()))
    assert (there.effect == -back.effect).all()
    assert (there.low == -back.high).all()
    assert (there.high == -back.low).all()


def test_what_is_only_there_with_a_plan_has_no_bound_below_nothing():
    """3, 0 and 9 places in three runs against none: Student's range would go below nought, in which no place can be."""
    series = [Series(name, "", "places", False, False, positive) for name, positive in (("a", True), ("b", False))]
    before, after = np.zeros((3, 24, 2)), np.zeros((3, 24, 2))
    after[:] = np.array([3.0, 0.0, 9.0])[:, np.newaxis, np.newaxis]
    there, back = (
        effects_table(level_effects("p", series, Pairs(*pair), frame())) for pair in ((before, after), (after, before))
    )
    free = row(there, outcome="b", period="total", uncertainty="chance")
    kept = row(there, outcome="a", period="total", uncertainty="chance")
    assert free.low < 0 == kept.low
    assert (kept.high, kept.effect) == (free.high, 4.0)
    assert (there.low == -back.high).all()
    assert (there.high == -back.low).all()
    after[0] = before[0] = 1.0  # there are some without a plan, which it may take away
    some = effects_table(level_effects("p", series, Pairs(before, after), frame()))
    assert row(some, outcome="a", period="total", uncertainty="chance").low < 0


def test_no_difference_is_exactly_zero():
    values = np.random.default_rng(5).normal(size=(3, 24, 2))
    found = effects_table(level_effects("p", [STOCK, FLOW], Pairs(values, values.copy()), frame()))
    assert (found[["effect", "low", "high", "sign_probability"]] == 0.0).all(axis=None)
    assert set(found.status) == {"did_not_vary"}


def test_an_outcome_known_in_some_months_is_the_mean_of_these():
    before, after = np.full((2, 3, 24, 1), np.nan)
    before[:, 11], after[:, 11] = 1.0, 4.0  # December of the first year
    found = effects_table(level_effects("p", [STOCK], Pairs(before, after), frame()))
    assert row(found, period="2015", uncertainty="chance").effect == 3.0
    assert row(found, period="total", uncertainty="chance").effect == 3.0
    missing = row(found, period="2016", uncertainty="chance")
    assert missing.status == "not_computable"
    assert np.isnan([missing.effect, missing.low, missing.high]).all()
    assert missing.n == 0


def test_one_pair_has_an_effect_without_bounds():
    found = table([STOCK], [3.0], [5.0])
    assert set(found.effect) == {2.0}
    assert found[["low", "high"]].isna().all(axis=None)
    assert set(found.status) == {"not_computable"}


def test_pockets_hold_every_party_once():
    parties = [party for pocket in POCKETS.values() for party in pocket.parties]
    assert sorted(parties) == sorted(Party)


def test_pockets_sum_to_zero_and_leave_out_capital():
    balances = [Series("balance", party.name.lower(), "euro", True, True) for party in Party]
    values = np.random.default_rng(6).normal(size=(24, len(Party)))
    values[:, -1] -= values.sum(axis=1)
    capital = np.arange(24.0)
    series, found = with_pockets(balances, values, capital)
    pockets = {
        item.group: column for item, column in zip(series, found.T, strict=True) if item.outcome == POCKET_OUTCOME
    }
    assert sum(pockets.values()) == pytest.approx(np.zeros(24))
    own = values[:, Party.SOCIAL_ENTERPRISES]
    assert pockets["social_enterprises"] == pytest.approx(own - capital)
    assert pockets["municipality"] == pytest.approx(values[:, :4].sum(axis=1))
    assert replace(frame(), months=1).monthly_deflators().tolist() == [1.0]
