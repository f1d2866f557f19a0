"""Whole numbers of residents fit in their columns: with eight bytes for each, every life and outcome is the same."""

from dataclasses import fields, replace

import numpy as np
import pytest
from model.building import HELP, beyond_bounds, scenario

from wijksim import model as model_module
from wijksim.accounts import Category, Party
from wijksim.calendar import LAST_MONTH, absolute_month
from wijksim.errors import InputError
from wijksim.model import Neighbourhood
from wijksim.population.blocks import Blocks
from wijksim.population.columns import RESIDENT_COLUMNS, Columns
from wijksim.population.resident_columns import MOST_ENTERPRISES
from wijksim.scenario.schema import LAST_START

LONGEST = 720
LARGEST = np.iinfo(np.int32).max
WIDE = np.dtype("i8")
FAR_OFF = {
    name: 10.0 * LAST_MONTH
    for name in ("lock_in_months", "after_placement_months", "chain_longest_months", "placement_longest_months")
}


def is_whole(column):
    return np.dtype(column.dtype).kind in "iu"


def whole_numbers(columns):
    return [name for name in columns.names if columns[name].dtype.kind in "iu"]


def differences(one, other):
    """Names of columns, parts of the lineage and of the books that differ between two states."""
    found = [n for n in one.columns.names if not np.array_equal(one.columns[n], other.columns[n], equal_nan=True)]
    for part in fields(one.lineage):
        mine, theirs = getattr(one.lineage, part.name), getattr(other.lineage, part.name)
        if isinstance(mine, np.ndarray) and not np.array_equal(mine, theirs):
            found.append(f"lineage.{part.name}")
    if not np.array_equal(one.ties.rows, other.ties.rows):
        found.append("ties")
    if one.flows != other.flows:
        found.append("flows")
    return found


@pytest.fixture
def wide(monkeypatch):
    """Every column of whole numbers made from here on takes eight bytes a resident."""
    as_declared = Blocks.__init__

    def widened(self, declared, capacity):
        as_declared(self, [replace(c, dtype="i8") if is_whole(c) else c for c in declared], capacity)

    def turn_on():
        monkeypatch.setattr(Blocks, "__init__", widened)
        monkeypatch.setattr(model_module, "_kept", [])

    return turn_on


@pytest.mark.timeout(900)  # kernels are compiled once more, for the wide columns
def test_wide_columns_change_nothing(wide):
    """Baseline and two enterprises, now, late and as late as can be, for two years to sixty; months that jut out."""
    runs = [
        (scenario(name, residents=residents, months=months, start=start, registry=registry), seed)
        for name, residents, months, start, registry, seed in (
            ("baseline", 300, 24, absolute_month(2015, 1), None, 1),
            ("beide", 2_000, 36, absolute_month(2015, 1), None, 2),
            ("beide", 400, 60, absolute_month(2060, 7), None, 3),
            ("beide", 300, LONGEST, absolute_month(2026, 1), None, 4),
            ("baseline", 300, LONGEST, LAST_START, None, 5),
            ("beide", 300, LONGEST, LAST_START, None, 6),
            ("beide", 300, 60, LAST_START, beyond_bounds(**FAR_OFF), 7),
        )
    ]
    narrow = []
    for told, seed in runs:
        model = Neighbourhood(told, seed=seed)
        narrow.append((model.run(), model.state))
    wide()
    for (told, seed), (run, state) in zip(runs, narrow, strict=True):
        model = Neighbourhood(told, seed=seed)
        again = model.run()
        assert {model.state.columns[name].dtype for name in whole_numbers(model.state.columns)} == {WIDE}
        assert differences(state, model.state) == []
        assert run.outcomes.values.tobytes() == again.outcomes.values.tobytes()
        assert run.ledger == again.ledger


def test_one_cent_or_month_is_seen():
    told = scenario("beide", residents=300, months=2)
    model = Neighbourhood(told, seed=1)
    model.run()
    for name in whole_numbers(model.state.columns):
        other = model.state.copy()
        other.columns[name][7] += 1
        assert differences(model.state, other) == [name]


@pytest.mark.parametrize("column", list(filter(is_whole, RESIDENT_COLUMNS)), ids=lambda c: c.name)
def test_what_does_not_fit_is_refused(column):
    limits = np.iinfo(column.dtype)
    for value in (limits.min, limits.max):
        columns = Columns()
        columns.append(2, {column.name: np.array([0, value])})
        assert columns[column.name].tolist() == [0, value]
        if limits.bits < 64:
            outside = value + (1 if value > 0 else -1)
            with pytest.raises(OverflowError, match=column.name):
                Columns().append(2, {column.name: np.array([0, outside])})
            with pytest.raises(OverflowError):
                Columns().append(2, {column.name: outside})


class Pays:
    """A process that pays the first resident who has no income, or lets that one pay, and says so in the books."""

    name = "pays"
    reads = ("income",)
    writes = ("income",)
    streams = ()
    parameters = ()
    columns = ()
    outcomes = ()

    def __init__(self, cents):
        self.cents = cents

    def step(self, month):
        cents = np.zeros(len(month.columns), np.int64)
        cents[np.flatnonzero(month.columns["income"] == 0)[0]] = abs(self.cents)
        if self.cents > 0:
            month.pay_residents(Category.CHILD_ALLOWANCE, Party.STATE_ALLOWANCES, cents)
        else:
            month.collect_from_residents(Category.HEALTH_PREMIUM, Party.INSURERS, cents)


@pytest.mark.parametrize("cents", [LARGEST, LARGEST + 1, 3 * LARGEST, -LARGEST - 1, -LARGEST - 2])
def test_an_income_that_does_not_fit_stops_the_run(cents):
    model = Neighbourhood(scenario(residents=60, months=1), seed=1, before={"measurement": Pays(cents)})
    if -LARGEST - 1 <= cents <= LARGEST:
        model.step()
        assert cents in model.state.columns["income"]
    else:
        with pytest.raises(OverflowError, match="column income: somebody"):
            model.step()


def test_more_enterprises_than_can_be_told_apart_are_refused():
    plans = tuple(replace(HELP, key=f"hulp{k}", places=1) for k in range(MOST_ENTERPRISES + 1))
    Neighbourhood(scenario(residents=60, months=1, enterprises=plans[:-1]), seed=1).step()
    with pytest.raises(InputError, match="number 128 is one too many"):
        Neighbourhood(scenario(residents=60, months=1, enterprises=plans), seed=1)


def test_childhoods_longer_than_can_be_counted_are_refused():
    longest = scenario(residents=300, months=13, registry=beyond_bounds(childhood_months=255.0))
    model = Neighbourhood(longest, seed=1)
    model.run()
    assert model.state.columns["months_observed"].max() > np.iinfo(np.int8).max
    with pytest.raises(InputError, match="childhood_months: 256 is too many"):
        Neighbourhood(scenario(residents=60, months=1, registry=beyond_bounds(childhood_months=256.0)), seed=1)


def test_one_partner_more_than_can_be_counted_is_refused():
    model = Neighbourhood(scenario(residents=2_000, months=24), seed=1)
    model.state.columns["partner_spell"][:] = np.iinfo(np.int8).max
    with pytest.raises(OverflowError, match="partner_spell: a resident who finds a partner has had 127"):
        model.run()


def test_no_month_lies_beyond_the_last(monkeypatch):
    told = scenario(residents=60, months=3, start=LAST_MONTH - 2)
    model = Neighbourhood(told, seed=1)
    model.step()
    model.step()
    with pytest.raises(InputError, match="too late"):
        model.step()


def test_dates_beyond_the_last_month_are_the_last_month():
    """Those of newcomers, whose lives are moved in time."""
    columns = Columns()
    columns.append(1, {"ww_until": LAST_MONTH - 5, "birth_month": LAST_MONTH - 500, "sick_since": -1})
    templates = columns.templates()
    first = len(columns)
    columns.append(1, {})
    columns.write_copies(templates, np.array([0]), first, 20, np.array([1, -1], np.int32))
    assert columns["ww_until"].tolist() == [LAST_MONTH - 5, LAST_MONTH]
    assert columns["birth_month"].tolist() == [LAST_MONTH - 500, LAST_MONTH - 480]
    assert columns["sick_since"].tolist() == [-1, -1]
