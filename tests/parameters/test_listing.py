"""Listings read back to what the registry holds."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from parameters.parameter_files import GOOD, folder_with

from wijksim.parameters import Dated, Number, Registry, Table, format_parameters, load_registry, parameter_rows
from wijksim.parameters.listing import COLUMNS


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


def test_plain_table_is_in_columns(registry: Registry) -> None:
    lines = format_parameters(parameter_rows(registry), "table").splitlines()
    at = lines[0].index("value")
    assert [line[at:].split("  ")[0] for line in lines] == [
        "value",
        "10",
        "2 values 2015-01 .. 2015-07",
        "3 values by age",
    ]
