"""TOML files of users: syntax hints, lines, all faults at once (cases W08, W13, W14)."""

import re
from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import Field

from wijksim.errors import InputError
from wijksim.tomlfile import check_format, load_toml
from wijksim.tomlschema import FileModel, Share, validate


class Subsidy(FileModel):
    kind: Literal["subsidy"]
    rent_subsidy_euro: float = 0.0


class Places(FileModel):
    kind: Literal["places"]
    places: int = Field(default=1, ge=0)


class Area(FileModel):
    code: str
    low_share: Share = 0.5


class Example(FileModel):
    format: int
    name: str = ""
    months: int = Field(default=12, ge=1)
    pooling_share: Share = 0.5
    areas: tuple[Area, ...] = ()
    measures: tuple[Annotated[Subsidy | Places, Field(discriminator="kind")], ...] = ()


@pytest.fixture
def write(tmp_path):
    def _write(text: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / "example.toml"
        path.write_bytes(text.encode(encoding))
        return path

    return _write


def problems_of(path: Path):
    data, finder = load_toml(path)
    with pytest.raises(InputError) as caught:
        validate(Example, data, path, finder)
    return caught.value.problems


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("0363", 'quotes round a code: "0363"'),
        ("0518", 'quotes round a code: "0518"'),
        ("0,05", "decimal point instead of a comma: 0.05"),
        ("no", "true or false"),
        ("yes", "true or false"),
        ("on", "true or false"),
        ("off", "true or false"),
        ("12:30", 'quotes round a time: "12:30"'),
        ("1.234,56", "without points for thousands"),
        ("5%", "0.05 for 5 %"),
        (".5", "0.5"),
        (",5", "0.5"),
        ("Emmerhout", 'quotes round a text: "Emmerhout"'),
        ("“Emmerhout”", "straight quotes"),
        ("120 maanden", "without a unit"),
        ("", "a value after the equals sign"),
    ],
)
def test_a_syntax_error_names_its_line_and_the_remedy(write, value, hint):
    path = write(f"format = 1\n# a comment\nthing = {value}   # why\n")
    with pytest.raises(InputError) as caught:
        load_toml(path)
    (problem,) = caught.value.problems
    assert problem.line == 3
    assert hint in problem.hint
    assert re.search(r", in 'thing = .*'\.$", problem.message)


def test_a_key_that_stands_twice_is_told_in_words(write):
    with pytest.raises(InputError) as caught:
        load_toml(write("format = 1\nplaces = 2\nplaces = 3\n"))
    (problem,) = caught.value.problems
    assert (problem.line, problem.hint) == (3, "Leave out one of the two.")
    assert "stands twice" in problem.message


def test_yaml_colon_is_recognised(write):
    with pytest.raises(InputError) as caught:
        load_toml(write("format = 1\nname: x\n"))
    assert "equals sign" in caught.value.problems[0].hint


def test_small_numbers_stay_numbers(write):
    data, _ = load_toml(write("rate = 1e-3\nplain = 0.05\n"))
    assert data["rate"] == 0.001
    assert data["plain"] == 0.05


def test_missing_file_folder_and_foreign_encoding(write, tmp_path):
    with pytest.raises(InputError, match="no such file"):
        load_toml(tmp_path / "absent.toml")
    with pytest.raises(InputError, match=r"folder|can't be read"):
        load_toml(tmp_path)
    path = write('name = "x"\nnaam = "Koekoeksnést"\n', "cp1252")
    with pytest.raises(InputError, match="UTF-8") as caught:
        load_toml(path)
    assert caught.value.problems[0].line == 2


def test_byte_order_mark_is_allowed(write):
    assert load_toml(write("format = 1\n", "utf-8-sig"))[0] == {"format": 1}


def test_lines_are_found_in_tables_arrays_and_after_long_texts(write):
    text = (
        'format = 1\nnote = """\nname = "not a key"\n"""\n[a.b]\nc = 1\nd.e = 2\n'
        '[[areas]]\ncode = "x"\n[[areas]]\ncode = "y"\n[areas.figures]\nn = {value = 1, unit = "x"}\n'
    )
    _, finder = load_toml(write(text))
    assert finder.line(("a", "b", "c")) == 6
    assert finder.line(("a", "b", "d", "e")) == 7
    assert finder.line(("areas", 1, "code")) == 11
    assert finder.line(("areas", 1, "figures", "n", "value")) == 13
    assert finder.line(("name",)) is None


def test_all_faults_at_once_each_with_its_line(write):
    path = write(
        "format = 1\nname = 3\nmonths = -2\npoling_share = 0.1\n"
        "[[areas]]\ncode = 363\nlow_share = 5\nmonths = 3\n"
        '[[measures]]\nkind = "subsidy"\nrent_subsdy_euro = 100\n'
        '[[measures]]\nkind = "places"\nplaces = true\n'
    )
    found = {problem.line: str(problem) for problem in problems_of(path)}
    assert list(found) == [2, 3, 4, 6, 7, 8, 11, 14]
    assert "text between quotes" in found[2]
    assert "at least 1" in found[3]
    assert "Did you mean 'pooling_share'" in found[4]
    assert "quotes round it" in found[6]
    assert "areas[1].code" in found[6]
    assert "5 is not a share between 0 and 1. For 5 % write 0.05." in found[7]
    assert "belongs at the top of the file" in found[8]
    assert "Did you mean 'rent_subsidy_euro'" in found[11]
    assert "measures[1].rent_subsdy_euro" in found[11]
    assert "whole number" in found[14]


def test_a_list_is_called_too_short_only_when_it_is(write):
    class Whole(FileModel):
        areas: tuple[Area, ...] = Field(min_length=1)

    def faults(text):
        path = write(text)
        data, finder = load_toml(path)
        with pytest.raises(InputError) as caught:
            validate(Whole, data, path, finder)
        return [problem.message for problem in caught.value.problems]

    assert faults("areas = []") == ["there are 0; expected at least 1."]
    (only,) = faults("[[areas]]\ncode = 363\n")
    assert "363 is not a text between quotes" in only


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("5", "For 5 % write 0.05."),
        ('"5%"', "For 5 % write 0.05."),
        ("-0.1", "0.05 for 5 %"),
        ('"0,05"', "Write 0.05, with a decimal point and without quotes."),
        ("nan", "0.05 for 5 %"),
        ("true", "0.05 for 5 %"),
    ],
)
def test_w08_a_share_given_wrongly_is_refused_with_the_accepted_form(write, value, hint):
    (problem,) = problems_of(write(f"format = 1\npooling_share = {value}\n"))
    assert "pooling_share" in problem.where
    assert "share between 0 and 1" in problem.message
    assert value.strip('"') in problem.message
    assert hint in problem.hint


def test_w08_a_right_share_is_taken(write):
    path = write("format = 1\npooling_share = 0.05\n")
    data, finder = load_toml(path)
    assert validate(Example, data, path, finder).pooling_share == 0.05


def test_w13_an_amount_with_two_readings_is_refused_with_both(write):
    (problem,) = problems_of(write('format = 1\n[[measures]]\nkind = "subsidy"\nrent_subsidy_euro = 1.000\n'))
    assert problem.line == 4
    assert "1000 euro" in problem.message
    assert "1.0 euro" in problem.message


@pytest.mark.parametrize("amount", ["1000", "1.0", "12.50", "1.5", "1234.567"])
def test_an_amount_with_one_reading_is_taken(write, amount):
    path = write(f'format = 1\n[[measures]]\nkind = "subsidy"\nrent_subsidy_euro = {amount}\n')
    data, finder = load_toml(path)
    assert validate(Example, data, path, finder).measures[0].rent_subsidy_euro == float(amount)


@pytest.mark.parametrize(("text", "words"), [("name = 'x'", "missing"), ("format = 7", "7"), ("format = true", "true")])
def test_format_is_needed_and_known(write, text, words):
    path = write(text)
    data, finder = load_toml(path)
    with pytest.raises(InputError, match=words):
        check_format(data, {1}, path, finder)


def test_format_number_is_given(write):
    path = write("format = 1")
    data, finder = load_toml(path)
    assert check_format(data, {1}, path, finder) == 1
