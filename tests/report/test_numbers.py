"""Numbers as English and Dutch readers write them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wijksim.report.numbers import decimals_for, euro, number, percent, shorten_name, span, visible


@pytest.mark.parametrize(
    ("value", "decimals", "english", "dutch"),
    [
        (1234.56, 1, "1,234.6", "1.234,6"),
        (-1234.56, 0, "-1,235", "-1.235"),
        (1234.56, -2, "1,200", "1.200"),
        (-0.04, 1, "0.0", "0,0"),
        (0.0, 0, "0", "0"),
        (1e9, 0, "1,000,000,000", "1.000.000.000"),
    ],
)
def test_number(value, decimals, english, dutch):
    assert (number(value, "en", decimals), number(value, "nl", decimals)) == (english, dutch)


@pytest.mark.parametrize(
    ("value", "decimals", "english", "dutch"),
    [
        (1_234_567, -5, "€1.2 million", "€ 1,2 miljoen"),
        (-1_234_567, -4, "-€1.23 million", "-€ 1,23 miljoen"),
        (45_678, -3, "€46,000", "€ 46.000"),
        (-4, 0, "-€4", "-€ 4"),
        (-0.4, 0, "€0", "€ 0"),
        (3.5, 1, "€3.50", "€ 3,50"),
        (1_000_000, 0, "€1.00 million", "€ 1,00 miljoen"),
        (-960_000, -5, "-€1.0 million", "-€ 1,0 miljoen"),
    ],
)
def test_euro(value, decimals, english, dutch):
    assert (euro(value, "en", decimals), euro(value, "nl", decimals)) == (english, dutch)


def test_percent_and_span():
    assert (percent(0.125, "en", 1), percent(0.125, "nl", 1)) == ("12.5%", "12,5%")
    assert [span(months, "en") for months in (12, 120, 1, 18)] == ["1 year", "10 years", "1 month", "18 months"]
    assert [span(months, "nl") for months in (12, 120, 1, 18)] == ["1 jaar", "10 jaar", "1 maand", "18 maanden"]


def test_decimals_follow_the_width_of_the_range():
    assert decimals_for(100.0, 340.0, 220.0) == -1
    assert decimals_for(0.01, 7.28, 3.65) == 1
    assert decimals_for(-9e5, -2e5, -5e5) == -4
    assert decimals_for(math.nan, math.nan, 1234.0) == -1
    assert decimals_for(math.nan, math.nan, math.nan) == 0


@given(st.floats(-1e8, 1e8), st.floats(0, 1e8), st.floats(0, 1))
def test_an_effect_is_never_written_as_zero_unless_it_is_below_a_thousandth(low, width, place):
    value = low + place * width
    decimals = decimals_for(low, low + width, value)
    if abs(value) > 0.001:
        assert number(value, "en", decimals).strip("-0.,")


@pytest.mark.parametrize(
    ("value", "decimals", "enough"), [(0.3, 0, 1), (-30_000.0, -5, -4), (0.0, -5, -5), (5.0, 0, 0), (1e-9, 0, 3)]
)
def test_what_is_not_zero_is_not_written_as_zero(value, decimals, enough):
    assert visible(value, decimals) == enough


def test_a_width_of_floating_point_is_no_range():
    alike = -71892.32303090728
    assert decimals_for(alike, alike + 2e-10, alike) == decimals_for(alike, alike, alike) == -2
    assert decimals_for(alike, alike + 0.01, alike) == -1


@given(st.floats(-1e8, 1e8), st.integers(-6, 3))
def test_a_bound_keeps_its_sign(value, decimals):
    if abs(value) > 0.001:
        assert number(value, "en", visible(value, decimals)).strip("-0.,")


def test_of_a_long_name_the_middle_is_left_out():
    assert shorten_name("Plan", 4) == "Plan"
    assert shorten_name("Een lang plan 2", 9) == "Een...n 2"
    assert shorten_name("abcdef", 3) == "..."
    assert shorten_name("Kosten van de bijstand in de wijk", 28) == "Kosten van de...in de wijk"
    assert shorten_name("Onderwijsachterstandenbeleid", 13) == "Onder...eleid"
