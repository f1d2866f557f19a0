"""Numbers and gaps in CBS cells (cases W11 and W12)."""

import pytest

from wijksim.errors import InputError
from wijksim.population.cbs_cells import Cell, NumberStyle, is_missing, number_style


def style_of(*texts, stated=None):
    cells = [Cell(text, "AANT_INW", line) for line, text in enumerate(texts, start=2)]
    return number_style(cells, "file.csv", stated)


@pytest.mark.parametrize("text", ["", ".", "x", "NA", " . ", "-99997", "-99999", "-99999999", "-99999999.0"])
def test_signs_for_missing(text):
    assert is_missing(text)
    assert NumberStyle("point").parse(text) is None


@pytest.mark.parametrize("text", ["-", "0"])
def test_nil_is_a_real_zero(text):
    assert not is_missing(text)
    assert NumberStyle("point").parse(text) == 0.0


def test_w12_decimal_comma_with_points_for_thousands():
    style = style_of("1.234,56", "0,05", "12")
    assert [style.parse(text) for text in ("1.234,56", "0,05", "12")] == [1234.56, 0.05, 12.0]


def test_w12_a_file_with_only_doubtful_numbers_is_asked_about():
    with pytest.raises(InputError, match=r"1234 or 1\.234") as caught:
        style_of("1.234", "2.500")
    (problem,) = caught.value.problems
    assert problem.line == 2
    assert "--decimal" in problem.hint


def test_w12_a_stated_mark_settles_doubt_and_is_told():
    assert style_of("1.234", stated="comma").parse("1.234") == 1234.0
    style = style_of("1.234", stated="point")
    assert style.parse("1.234") == 1.234
    assert "'1.234' (line 2, AANT_INW) was read as 1.234" in style.note


def test_doubt_is_settled_by_other_numbers_and_told():
    style = style_of("1.234", "2,5")
    assert style.parse("1.234") == 1234.0
    assert "was read as 1234" in style.note
    assert style_of("1,234", "2.5").parse("1,234") == 1234.0


def test_two_ways_of_writing_in_one_file_are_refused_with_both_lines():
    with pytest.raises(InputError) as caught:
        style_of("2.5", "2,5")
    assert [problem.line for problem in caught.value.problems] == [2, 3]


@pytest.mark.parametrize("text", ["12.34.5", "1.23,4", "abc", "1,2,3", "--5", "1e"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ValueError, match=text.replace(".", r"\.")):
        NumberStyle("comma").parse(text)
