"""Listings read back to what the registry holds."""

from __future__ import annotations

import csv
import io
import json
import re
import tomllib
from importlib import resources
from pathlib import Path

import pytest
from parameters.parameter_files import GOOD, folder_with

from wijksim.parameters import Dated, Number, Registry, Table, format_parameters, load_registry, parameter_rows
from wijksim.parameters.dutch import TERMS, in_dutch, ways_to_say
from wijksim.parameters.listing import COLUMNS
from wijksim.parameters.passports import Grade


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return load_registry(folder_with(tmp_path, money=GOOD))


def test_one_row_for_each_passport(registry: Registry) -> None:
    rows = parameter_rows(registry)
    assert [tuple(row) for row in rows] == [COLUMNS] * 3
    assert [row["value"] for row in rows] == ["10", "2 values 2015-01 .. 2015-07", "3 values by age"]
    assert [(row["low"], row["high"]) for row in rows] == [("8", "12"), ("x 0.5", "x 1.5"), ("", "")]


def test_a_set_factor_shows(registry: Registry) -> None:
    rows = parameter_rows(registry.with_values({"norm": 1.5}), "norm")
    assert rows[0]["value"] == "2 values 2015-01 .. 2015-07, x 1.5"


def test_one_row_for_each_figure(registry: Registry) -> None:
    rows = parameter_rows(registry.with_values({"norm": 1.5}), figures=True)
    found = {row["name"]: (row["value"], row["low"], row["high"], row["grade"]) for row in rows}
    assert found == {
        "wage": ("10", "8", "12", "measured"),
        "norm[2015-01]": ("150", "50", "150", "measured"),
        "norm[2015-07]": ("165", "55", "165", "recalled"),
        "by_age[age 0]": ("1", "1", "1", "measured"),
        "by_age[age 18]": ("2", "2", "2", "measured"),
        "by_age[age 65]": ("3", "3", "3", "measured"),
    }


def test_all_words_of_a_search_must_stand_in_the_passport(registry: Registry) -> None:
    assert [row["name"] for row in parameter_rows(registry, "WAGE eur")] == ["wage"]
    assert parameter_rows(registry, "wage nothing") == []
    assert len(parameter_rows(registry, "a source")) == 3


def test_bounds_of_a_negative_figure_stay_in_order() -> None:
    rows = parameter_rows(load_registry(), "mental_age_shift", figures=True)
    assert any(float(row["value"]) < 0 for row in rows)
    assert all(float(row["low"]) <= float(row["value"]) <= float(row["high"]) for row in rows)


@pytest.mark.parametrize("figures", [False, True])
def test_csv_and_json_round_trip(figures: bool) -> None:
    rows = parameter_rows(load_registry(), figures=figures)
    assert list(csv.DictReader(io.StringIO(format_parameters(rows, "csv")))) == rows
    read = json.loads(format_parameters(rows, "json"))
    assert [{name: parameter_cell(cell) for name, cell in row.items()} for row in read] == rows
    assert any(isinstance(row["low"], float) for row in read)


def parameter_cell(cell: str | float | None) -> str:
    return "" if cell is None else str(cell)


def test_figures_read_back_to_the_same_floats() -> None:
    registry = load_registry()
    read = [float(row["value"]) for row in parameter_rows(registry, figures=True)]
    held: list[float] = []
    for passport in registry.values():
        match passport:
            case Number():
                held.append(passport.value)
            case Dated():
                held += [figure.value for figure in passport.values]
            case Table():
                held += passport.values
    assert read == held


def test_markdown_has_a_line_for_each_row_and_escapes_bars(registry: Registry) -> None:
    rows = parameter_rows(registry)
    rows[0]["note"] = "either | or"
    lines = format_parameters(rows, "markdown").splitlines()
    assert len(lines) == 2 + len(rows)
    assert {line.replace("\\|", "").count("|") for line in lines} == {len(COLUMNS) + 1}


def test_plain_table_is_in_columns_under_the_name_of_each_group(registry: Registry) -> None:
    lines = format_parameters(parameter_rows(registry), "table").splitlines()
    assert lines[1:3] == ["", registry["wage"].subject.upper()]
    for name in registry:
        (line,) = (line for line in lines if line.startswith(f"{name} "))
        assert line.endswith(f"  {registry[name].label}")
    at = lines[0].index("value")
    assert [line[at:].split("  ")[0] for line in (lines[0], *lines[3:])] == [
        "value",
        "10",
        "2 values 2015-01 .. 2015-07",
        "3 values by age",
    ]


def test_every_group_stands_once_with_its_parameters() -> None:
    registry = load_registry()
    text = format_parameters(parameter_rows(registry), "table")
    for group in {passport.subject for passport in registry.values()}:
        members = {name for name, passport in registry.items() if passport.subject == group}
        (block,) = re.findall(rf"^{group.upper().replace('_', ' ')}\n(.*?)(?:\n\n|\Z)", text, re.M | re.S)
        assert {line.split()[0] for line in block.splitlines()} == members


def test_a_dutch_word_finds_what_it_is_called_in_english() -> None:
    names = {
        word: {row["name"] for row in parameter_rows(load_registry(), word)}
        for word in ("bijstand", "Bijstandsuitkering", "huisarts", "huisartsen", "huisarts tarief", "nonsens")
    }
    assert "assistance_takeup" in names["bijstand"] & names["Bijstandsuitkering"]
    assert {"gp_contacts_mean", "gp_gamma_shape"} <= names["huisarts"]
    assert {"gp_contacts_mean", "gp_gamma_shape"} <= names["huisartsen"] <= names["huisarts"]
    assert names["huisarts tarief"] == {"gp_consult_tariff", "gp_capitation_quarter", "gp_cost_mean_year"}
    assert names["nonsens"] == set()


def test_every_dutch_word_and_each_way_to_say_it_finds_something() -> None:
    for term, english in TERMS.items():
        for way in english:
            found = {row["name"] for row in parameter_rows(load_registry(), term)}
            assert {row["name"] for row in parameter_rows(load_registry(), way)} & found, (term, way)


def test_short_words_are_no_beginnings_of_dutch_ones() -> None:
    assert ways_to_say("wo") == ("wo",)
    assert ways_to_say("minimum") == ("minimum", *TERMS["minimumloon"])


DUTCH = tomllib.loads((resources.files("wijksim.parameters") / "dutch_labels.toml").read_text(encoding="utf-8"))


def test_each_passport_has_a_dutch_label_unit_grade_and_group_and_none_is_left_over():
    registry = load_registry()
    assert set(DUTCH["labels"]) == set(registry)
    assert set(DUTCH["units"]) == {passport.unit for passport in registry.values()}
    assert set(DUTCH["grades"]) == set(Grade)
    assert set(DUTCH["groups"]) == {passport.subject for passport in registry.values()}
    assert len(set(DUTCH["labels"].values())) == len(registry)


def test_dutch_labels_are_short_and_have_the_figures_of_the_english_ones():
    for name, passport in load_registry().items():
        label = DUTCH["labels"][name]
        assert label == label.strip()
        assert 3 <= len(label) <= 130
        if re.search(r"\d-\d", passport.label) is None:  # 15-74 is 15 to 75 in Dutch
            years = set(re.findall(r"\b(?:19|20)\d\d\b", passport.label))
            assert years <= set(re.findall(r"\d+", label)), name


def test_a_parameter_is_found_by_its_dutch_label():
    assert [row["name"] for row in parameter_rows(load_registry(), "woonhulp vervangt")] == [
        "home_help_substitution_share"
    ]


def test_what_has_no_dutch_stays():
    assert in_dutch("labels", "gone_since", "A label") == "A label"
    assert in_dutch("units", "furlongs") == "furlongs"
    assert in_dutch("grades", "measured") == "gemeten"
