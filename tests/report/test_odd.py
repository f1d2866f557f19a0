"""The description by the ODD protocol is whole, and says what the code declares; the command keeps other files."""

import re

import pytest
from typer.testing import CliRunner

from wijksim.cli import app
from wijksim.model import MONTH
from wijksim.outcomes import OUTCOMES
from wijksim.parameters import load_registry
from wijksim.population.columns import RESIDENT_COLUMNS
from wijksim.randomness import Stream
from wijksim.report.odd import MADE_BY, agent_classes, odd, patterns_in
from wijksim.report.sourcebook import declared_fields, named_in, text

ELEMENTS = [
    *("Purpose and patterns", "Entities, state variables and scales", "Process overview and scheduling"),
    *("Design concepts", "Initialization", "Input data", "Submodels"),
]
CONCEPTS = [
    *("Basic principles", "Emergence", "Adaptation", "Objectives", "Learning", "Prediction", "Sensing"),
    *("Interaction", "Stochasticity", "Collectives", "Observation"),
]


@pytest.fixture(scope="module")
def elements():
    """Text of each element by its name."""
    head, *rest = re.split(r"^## \d\. (.+)\n", odd(), flags=re.MULTILINE)
    assert head.startswith("<!-- Made by")
    return dict(zip(rest[::2], rest[1::2], strict=True))


def headings(text, level):
    return re.findall(rf"^{'#' * level} (.+)$", text, re.MULTILINE)


def first_cells(text):
    return re.findall(r"^\| `([a-z_A-Z0-9]+)` \|", text, re.MULTILINE)


def test_the_seven_elements_stand_in_the_order_of_the_protocol(elements):
    assert list(elements) == ELEMENTS


def test_each_of_the_eleven_design_concepts_is_told(elements):
    _, *rest = re.split(r"^### (.+)\n", elements["Design concepts"], flags=re.MULTILINE)
    told = dict(zip(rest[::2], rest[1::2], strict=True))
    assert list(told) == CONCEPTS
    assert min(len(words.split()) for words in told.values()) > 40


def test_each_column_and_agent_is_an_entity(elements):
    entities = elements["Entities, state variables and scales"]
    columns = [*RESIDENT_COLUMNS, *(column for process in MONTH for column in process.columns)]
    assert {column.name for column in columns} <= set(first_cells(entities))
    assert {f"`{kind.__name__}`" for kind in agent_classes()} <= set(headings(entities, 3))
    assert len(agent_classes()) == 6


def test_the_schedule_is_the_month_in_order(elements):
    rows = re.findall(r"^\| (\d) \| `(\w+)` \|", elements["Process overview and scheduling"], re.MULTILINE)
    assert rows == [(str(place), process.name) for place, process in enumerate(MONTH, start=1)]


def test_each_process_is_a_submodel_with_its_equations(elements):
    submodels = elements["Submodels"]
    assert headings(submodels, 3)[: len(MONTH)] == [
        f"7.{place} `{process.name}`" for place, process in enumerate(MONTH, start=1)
    ]
    for equation in ("theta = (V / V0)", "lambda = lambda0[status]", "n* = budget / (cost of a place", "P* = min("):
        assert equation in submodels


def test_each_parameter_stands_in_one_table(elements):
    tables = [elements[name] for name in ("Initialization", "Input data", "Submodels")]
    listed = [name for found in tables for name in first_cells(found)]
    registry = load_registry()
    assert sorted(name for name in listed if name in registry) == sorted(registry)


def test_a_parameter_is_given_with_its_figures(elements):
    registry = load_registry()
    wage = registry["minimum_wage_month"]
    assert f"- `{wage.name}`, {wage.unit}: 2015-01 {wage.at(2015 * 12):g};" in elements["Input data"]
    by_education = "; ".join(f"{code} {value:g}" for code, value in enumerate(registry["wage_wml_multiple"].values))
    assert f"- `wage_wml_multiple`, ratio: {by_education}\n" in elements["Submodels"]
    assert f"| {registry['wage_sd_log'].value:g} |" in elements["Submodels"]


def test_streams_and_outcomes_are_listed(elements):
    assert {stream.name for stream in Stream} | set(OUTCOMES) <= set(first_cells(elements["Design concepts"]))


def test_patterns_are_told_with_range_and_set_and_a_missing_file_is_none(tmp_path):
    file = tmp_path / "patterns.toml"
    assert patterns_in(file) == ""
    keys = {"window": "2020", "denominator": "adults", "cycle": "boom", "found": ".1", "source": "CBS"}
    keys |= {"grade": "derived", "unit": "share"}
    common = "".join(f'{key} = "{value}"\n' for key, value in keys.items())
    named = [
        'name = "a"\nlabel = "At work"\nset = "input"\nlow = 0.07\nhigh = 0.14',
        'name = "b"\nlabel = "Ill"\nset = "holdout"\nlow = 2.0',
        'name = "c"\nlabel = "Lost"\nset = "calibration"\nnot_computable = "no firms"',
    ]
    file.write_text("format = 1\n" + "".join(f"[[pattern]]\n{common}{one}\n" for one in named), encoding="utf-8")
    _, _, *rows = patterns_in(file).splitlines()
    assert rows[0] == "| `a` | At work | adults | 2020 | boom | 0.07 to 0.14 (share) | .1 | CBS (derived) | input |"
    assert ["at least 2.0 (share)" in rows[1], "not computable: no firms" in rows[2]] == [True, True]


def test_a_docstring_is_told_without_its_notes_and_sections():
    told = text(
        """Move z (`mechanisms.md` B4, A11)
        as :func:`wijksim.kernels.call` does (rule 11).

            z' = z + k (z* - z)

        Parameters
        ----------
        z : float
            Distress.
        """
    )
    assert told == "Move z\nas `wijksim.kernels.call` does.\n\n    z' = z + k (z* - z)"


def test_fields_of_a_docstring_may_share_a_meaning():
    fields = declared_fields(
        "Say.\n\nParameters\n----------\na, b : int, cents\n    Paid\n    before.\nc : float\n    Last.\n"
    )
    assert fields == [("a", "int, cents", "Paid before."), ("b", "int, cents", "Paid before."), ("c", "float", "Last.")]


def test_names_that_are_put_together_count_as_named(tmp_path):
    source = tmp_path / "source.py"
    source.write_text('f"education_{level}_age"; "adult_age"; f"a_{level}"')
    names = ["education_low_age", "education_low_default", "adult_age", "a_low"]
    assert named_in([source], names) == {"education_low_age", "adult_age"}


# ------------------------------------------------------------------ the command
MADE = f"{MADE_BY} -->"


@pytest.fixture
def document(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("wijksim.report.odd.odd", lambda: MADE)
    return lambda *arguments: CliRunner().invoke(app, ["document", "odd", *map(str, arguments)])


def test_the_command_makes_its_own_file_again_and_keeps_others(document, tmp_path):
    file = tmp_path / "ODD.md"
    assert document().exit_code == 0
    assert file.read_text(encoding="utf-8") == MADE
    file.write_text(f"{MADE} and stale", encoding="utf-8")
    assert document().exit_code == 0
    assert file.read_text(encoding="utf-8") == MADE
    file.write_text("my own", encoding="utf-8")
    refused = document()
    assert (refused.exit_code, file.read_text(encoding="utf-8")) == (2, "my own")
    assert "--force" in refused.output
    assert document("--force").exit_code == 0
    assert file.read_text(encoding="utf-8") == MADE


def test_it_goes_into_docs_where_that_is_and_says_when_it_cannot(document, tmp_path):
    (tmp_path / "docs").mkdir()
    assert "docs" in document().output
    assert (tmp_path / "docs" / "ODD.md").is_file()
    assert document("--out", tmp_path / "nowhere" / "x.md").exit_code == 2
