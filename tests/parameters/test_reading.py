"""Every kind of fault in a parameter file is named with file, key and line, and all of them at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from parameters.parameter_files import GOOD, HEAD, SAID, folder_with

from wijksim.errors import InputError
from wijksim.parameters import Dated, Number, Table, load_registry

NUMBER = f"{HEAD}\n[wage]\n{SAID}"
DATED = f"{HEAD}\n[norm]\n{SAID}"
TABLE = f'{HEAD}\n[by_age]\n{SAID}index = "age"\n'


def without(text: str, key: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith(f"{key} ="))


FAULTS = {
    "missing unit": (without(NUMBER, "unit") + "\nvalue = 1.0", "wage.unit", "missing"),
    "missing source": (without(NUMBER, "source") + "\nvalue = 1.0", "wage.source", "missing"),
    "empty source": (NUMBER.replace('"a source"', '" "') + "value = 1.0", "wage.source", "' '"),
    "missing label": (without(NUMBER, "label") + "\nvalue = 1.0", "wage.label", "missing"),
    "missing grade": (without(NUMBER, "grade") + "\nvalue = 1.0", "wage.grade", "missing"),
    "unknown grade": (NUMBER.replace("measured", "mesured") + "value = 1.0", "wage.grade", "'measured'?"),
    "no value": (NUMBER, "wage", "no value"),
    "two kinds of value": (
        NUMBER + 'value = 1.0\ndated = [{ from = "2015-01", value = 1.0 }]',
        "wage",
        "value and dated",
    ),
    "text for a number": (NUMBER + 'value = "1,5"', "wage.value", "finite number"),
    "truth for a number": (NUMBER + "value = true", "wage.value", "finite number"),
    "not a number": (NUMBER + "value = nan", "wage.value", "finite number"),
    "endless number": (NUMBER + "value = inf", "wage.value", "finite number"),
    "endless bound": (NUMBER + 'value = 1.0\nhigh = inf\ndistribution = "uniform"', "wage.high", "finite number"),
    "low above value": (
        NUMBER + 'value = 1.0\nlow = 2.0\nhigh = 3.0\ndistribution = "uniform"',
        "wage.low",
        "above the value",
    ),
    "high below value": (
        NUMBER + 'value = 1.0\nlow = 0.0\nhigh = 0.5\ndistribution = "uniform"',
        "wage.high",
        "below the value",
    ),
    "no distribution": (NUMBER + "value = 1.0\nlow = 0.0\nhigh = 2.0", "wage.distribution", "missing"),
    "unknown distribution": (
        NUMBER + 'value = 1.0\nlow = 0.0\nhigh = 2.0\ndistribution = "uniforn"',
        "wage.distribution",
        "'uniform'?",
    ),
    "loguniform from zero": (
        NUMBER + 'value = 1.0\nlow = 0.0\nhigh = 2.0\ndistribution = "loguniform"',
        "wage.distribution",
        "above zero",
    ),
    "distribution without bounds": (
        NUMBER + 'value = 1.0\ndistribution = "uniform"',
        "wage.distribution",
        "don't differ",
    ),
    "unknown key": (NUMBER + "value = 1.0\nhigj = 2.0", "wage.higj", "'high'?"),
    "key of another kind": (NUMBER + 'value = 1.0\nindex = "age"', "wage.index", "not a known key"),
    "value outside any passport": ('format = 1\nsubject = "test"\nwage = 3.0\n', "wage", "not a passport"),
    "dates not in order": (
        DATED + 'dated = [{ from = "2016-01", value = 1.0 }, { from = "2015-01", value = 1.0 }]',
        "norm.dated",
        "not in order",
    ),
    "a date twice": (
        DATED + 'dated = [{ from = "2015-01", value = 1.0 }, { from = "2015-01", value = 2.0 }]',
        "norm.dated",
        "stands twice",
    ),
    "month 13": (DATED + 'dated = [{ from = "2015-13", value = 1.0 }]', "norm.dated[0].from", "2015-13"),
    "year only": (DATED + "dated = [{ from = 2015, value = 1.0 }]", "norm.dated[0].from", "2015"),
    "figure without value": (DATED + 'dated = [{ from = "2015-01" }]', "norm.dated[0].value", "missing"),
    "figure with unknown key": (
        DATED + 'dated = [{ from = "2015-01", value = 1.0, grad = "derived" }]',
        "norm.dated[0].grad",
        "'grade'?",
    ),
    "figure of unknown grade": (
        DATED + 'dated = [{ from = "2015-01", value = 1.0, grade = "D" }]',
        "norm.dated[0].grade",
        "measured, derived",
    ),
    "figure outside its bounds": (
        DATED + 'dated = [{ from = "2015-01", value = 1.0, low = 2.0, high = 3.0 }]',
        "norm.dated[0]",
        "outside its bounds",
    ),
    "figure that is a number": (DATED + "dated = [1.0]", "norm.dated[0]", "expected a figure"),
    "no figures": (DATED + "dated = []", "norm.dated", "expected a list"),
    "factor bounds without 1": (
        DATED
        + 'dated = [{ from = "2015-01", value = 1.0 }]\nlow_factor = 1.2\nhigh_factor = 1.5\ndistribution = "uniform"',
        "norm.low_factor",
        "above the factor",
    ),
    "fewer values than breaks": (
        TABLE + "breaks = [0, 10]\nvalues = [1.0]",
        "by_age.values",
        "has 1 numbers and breaks has 2",
    ),
    "breaks not rising": (TABLE + "breaks = [0, 10, 10]\nvalues = [1.0, 2.0, 3.0]", "by_age.breaks", "rising"),
    "table without index": (without(TABLE, "index") + "\nbreaks = [0]\nvalues = [1.0]", "by_age.index", "missing"),
    "text in a table": (TABLE + 'breaks = [0, 1]\nvalues = [1.0, "x"]', "by_age.values[1]", "finite number"),
    "table without breaks": (TABLE + "values = [1.0]", "by_age.breaks", "missing"),
    "other format": (GOOD.replace("format = 1", "format = 2"), "format", "expected format = 1"),
    "no subject": (GOOD.replace('subject = "test"', ""), "subject", "missing"),
}


@pytest.mark.parametrize(("text", "key", "words"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_named_with_file_key_and_reason(tmp_path: Path, text: str, key: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        load_registry(folder_with(tmp_path, money=text))
    (problem,) = caught.value.problems
    assert problem.where == f"money.toml, {key}"
    assert words in f"{problem.message} {problem.hint}"


def test_the_line_is_that_of_the_passport(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        load_registry(folder_with(tmp_path, money=GOOD + without(f"\n[extra]\n{SAID}", "unit") + "\nvalue = 1.0\n"))
    (problem,) = caught.value.problems
    text = (tmp_path / "money.toml").read_text(encoding="utf-8").splitlines()
    assert problem.line is not None
    assert text[problem.line - 1] == "[extra]"


def test_all_faults_of_all_files_come_at_once(tmp_path: Path) -> None:
    one = without(NUMBER, "unit") + "\nvalue = nan\nlwo = 1.0\n"
    two = NUMBER.replace("measured", "surely") + "value = 1.0\n"
    with pytest.raises(InputError) as caught:
        load_registry(folder_with(tmp_path, one=one, two=two, three="[wage\n"))
    places = [problem.where for problem in caught.value.problems]
    assert sorted(places) == [
        "one.toml, wage.lwo",
        "one.toml, wage.unit",
        "one.toml, wage.value",
        "three.toml",
        "two.toml, wage",  # the name stands in one.toml too
        "two.toml, wage.grade",
    ]


def test_a_name_in_two_files_is_refused_with_both_files(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"b\.toml, wage: stands already in a\.toml"):
        load_registry(folder_with(tmp_path, a=NUMBER + "value = 1.0", b=NUMBER + "value = 2.0"))


def test_a_folder_without_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no parameter files"):
        load_registry(tmp_path)


def test_good_file_gives_the_three_kinds(tmp_path: Path) -> None:
    registry = load_registry(folder_with(tmp_path, money=GOOD))
    assert [type(passport) for passport in registry.values()] == [Number, Dated, Table]
    assert registry["norm"].grade == "recalled", "the weakest grade of the figures"
    assert registry["by_age"].bounds == (1.0, 1.0)
    assert registry.unit("wage") == "EUR"
