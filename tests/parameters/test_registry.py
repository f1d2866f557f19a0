"""What a registry gives, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from parameters.parameter_files import GOOD, folder_with

from wijksim.calendar import absolute_month
from wijksim.errors import InputError
from wijksim.parameters import Distribution, Grade, Registry, Table, load_registry


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return load_registry(folder_with(tmp_path, money=GOOD))


def test_a_dated_value_holds_from_its_month_until_the_next(registry: Registry) -> None:
    months = [(2015, 1), (2015, 6), (2015, 7), (2040, 12)]
    assert [registry.at("norm", absolute_month(*month)) for month in months] == [100.0, 100.0, 110.0, 110.0]


def test_figures_of_a_month_are_those_in_force_and_are_kept_until_a_rule_changes(registry: Registry) -> None:
    june, july = absolute_month(2015, 6), absolute_month(2015, 7)
    for month in (june, july, june, july + 300, june - 1):
        figures = registry.figures_in(month)
        assert figures["norm"] == registry.at("norm", month)
        assert figures["wage"] == registry.number("wage")
    assert registry.figures_in(june - 1) is registry.figures_in(june)
    assert registry.figures_in(june) is not registry.figures_in(july)
    with pytest.raises(KeyError):
        registry.restrict(["wage"]).figures_in(june)["norm"]


def test_a_month_before_the_first_figure_is_refused_with_that_date(registry: Registry) -> None:
    with pytest.raises(InputError, match=r"norm: has no figure for 2014-12; its first is of 2015-01"):
        registry.at("norm", absolute_month(2014, 12))


def test_the_wrong_kind_of_question_is_a_type_error(registry: Registry) -> None:
    with pytest.raises(TypeError, match="'norm' is a Dated"):
        registry.number("norm")
    with pytest.raises(TypeError, match="'wage' is a Number"):
        registry.at("wage", 0)
    with pytest.raises(TypeError, match="'norm' is a Dated"):
        registry.table("norm")


def test_an_unknown_name_is_a_key_error_with_the_nearest(registry: Registry) -> None:
    with pytest.raises(KeyError, match="Did you mean 'wage'"):
        registry.number("wages")


def test_only_the_named_parameters_are_left(registry: Registry) -> None:
    small = registry.restrict(["wage"])
    assert list(small) == ["wage"]
    with pytest.raises(KeyError):
        small.at("norm", absolute_month(2015, 1))
    with pytest.raises(KeyError):
        registry.restrict(["wage", "wags"])


def test_values_can_be_set_within_their_bounds(registry: Registry) -> None:
    changed = registry.with_values({"wage": 8.0, "norm": 1.5}, set_by="calibration")
    assert changed.number("wage") == 8.0
    assert changed.at("norm", absolute_month(2015, 1)) == 150.0
    assert changed["wage"].set_by == "calibration"
    assert registry.number("wage") == 10.0, "the old registry stays as it was"
    assert registry["wage"].set_by == ""


def test_a_factor_is_on_the_shipped_figures_not_on_the_last_setting(registry: Registry) -> None:
    twice = registry.with_values({"norm": 1.5}).with_values({"norm": 1.5})
    assert twice.at("norm", absolute_month(2015, 1)) == 150.0


@pytest.mark.parametrize("value", [7.999, 12.001, float("nan"), float("inf")])
def test_a_value_outside_its_bounds_is_refused_with_range_and_unit(registry: Registry, value: float) -> None:
    with pytest.raises(InputError, match=rf"parameter wage: is {value:g} EUR; expected from 8 to 12 EUR"):
        registry.with_values({"wage": value})


def test_all_refusals_come_at_once(registry: Registry) -> None:
    with pytest.raises(InputError) as caught:
        registry.with_values({"wagw": 1.0, "norm": 2.0, "by_age": 1.1, "wage": 10.0})
    texts = [str(problem) for problem in caught.value.problems]
    assert texts == [
        "parameter wagw: is not a known parameter. Did you mean 'wage'?",
        "parameter norm: is 2; expected a factor from 0.5 to 1.5.",
        "parameter by_age: can't be changed: it is a rule, or it is known, so it stays as shipped. Leave it out.",
    ]


def test_the_digest_follows_names_and_values_only(registry: Registry, tmp_path: Path) -> None:
    assert len(registry.digest()) == 64
    assert registry.with_values({"wage": 10.0, "norm": 1.0}).digest() == registry.digest()
    assert Registry(dict(reversed(list(registry.items())))).digest() == registry.digest()
    relabelled = GOOD.replace("a label", "another label").replace("a source", "another source")
    (tmp_path / "other").mkdir()
    assert load_registry(folder_with(tmp_path / "other", money=relabelled)).digest() == registry.digest()
    changes = [{"wage": 10.0000000001}, {"norm": 1.0000000001}]
    digests = {registry.with_values(change).digest() for change in changes}
    assert len(digests | {registry.digest(), registry.restrict(["wage"]).digest()}) == 4


def by_plain_python(breaks: list[int], values: list[float], index: float) -> float:
    found = values[0]
    for edge, value in zip(breaks, values, strict=True):
        if index >= edge:
            found = value
    return found


@given(
    rows=st.dictionaries(st.integers(0, 110), st.floats(-1e6, 1e6), min_size=1, max_size=12),
    ages=st.lists(st.integers(-5, 130) | st.floats(-5, 130), min_size=1, max_size=40),
)
def test_lookup_equals_plain_python(rows: dict[int, float], ages: list[float]) -> None:
    breaks = sorted(rows)
    values = [rows[edge] for edge in breaks]
    said = {"name": "t", "subject": "s", "label": "l", "unit": "u", "source": "s", "grade": Grade.measured}
    table = Table(**said, index="age", breaks=tuple(map(float, breaks)), values=tuple(values))
    assert table.lookup(np.array(ages)).tolist() == [by_plain_python(breaks, values, age) for age in ages]
    assert table.per_step(120).tolist() == [by_plain_python(breaks, values, age) for age in range(120)]


def test_lookup_keeps_the_shape(registry: Registry) -> None:
    ages = np.array([[0, 17, 18], [64, 65, 99]])
    assert registry.table("by_age").lookup(ages).tolist() == [[1.0, 1.0, 2.0], [2.0, 3.0, 3.0]]


def test_a_table_by_its_factor(registry: Registry, tmp_path: Path) -> None:
    (tmp_path / "wide").mkdir()
    wide = GOOD + 'low_factor = 0.5\nhigh_factor = 2.0\ndistribution = "loguniform"\n'
    changed = load_registry(folder_with(tmp_path / "wide", money=wide)).with_values({"by_age": 2.0})
    assert changed.table("by_age").per_step(70).sum() == 2 * registry.table("by_age").per_step(70).sum()
    assert changed["by_age"].distribution is Distribution.loguniform
