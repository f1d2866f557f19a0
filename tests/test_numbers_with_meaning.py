"""No number with meaning stands in a process or an agent: they all have a passport in the registry."""

from __future__ import annotations

import ast
from collections.abc import Collection
from pathlib import Path

import pytest

import wijksim

ALLOWED = {-1, 0, 1, 2, 0.5, 12}
PACKAGE = Path(wijksim.__file__).parent
FOLDERS = ("processes", "agents")
ENUM_BASES = {"IntEnum", "IntFlag", "Enum", "StrEnum"}
# By module. Scales of units and of exact sums, sizes of tables, bounds below which a near number can't decide and of
# counts that share a number, which no result depends on; the name says so.
UNIT_CONSTANTS = {
    "benefits_sums": {"PEOPLE_BITS", "SHARER"},
    "bounds": {"ABOVE", "ROUNDING", "_STEPS_OF_ONE", "_WIDEST"},
    "care_kernels": {"_HIGHEST_MEAN", "_MARGIN"},
    "health_month": {"_ROWS_AT_A_TIME"},
    "labour_parameters": {"MASS_SCALE"},
    "labour_sieve": {"_LONGEST_TENURE"},
    "rows": {"_BYTES"},
    "new_ties": {"_FARTHER", "_LOOKED_AT", "_SAMPLE"},
    "measurement": {"_INDEX_START", "_PER_THOUSAND"},
    "near_exp": {"NEARLY", "WIDEST", "_SQUARINGS"},
    "process": {"LAST_AGE"},
    "services": {"_HOURS_SCALE"},
    "tallies": {"_MILLION"},
}


def numbers_with_meaning(source: str, exempt: Collection[str] = ()) -> list[tuple[int, float]]:
    """Line and value of each number that ought to have a passport, but for those of names that are `exempt`."""
    tree = ast.parse(source)
    skipped: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and any(getattr(base, "id", "") in ENUM_BASES for base in node.bases):
            skipped |= {id(child) for child in ast.walk(node)}
        elif isinstance(node, ast.Subscript):
            skipped |= {id(child) for child in ast.walk(node.slice)}
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [name for target in targets for name in getattr(target, "elts", [target])]
            if all(isinstance(name, ast.Name) and name.id in exempt for name in names):
                skipped |= {id(child) for child in ast.walk(node)}
    found = []
    for node in ast.walk(tree):
        if id(node) in skipped or not isinstance(node, ast.Constant):
            continue
        if isinstance(node.value, (int, float)) and not isinstance(node.value, bool) and node.value not in ALLOWED:
            found.append((node.lineno, node.value))
    return found


@pytest.mark.parametrize(
    "path",
    [path for folder in FOLDERS for path in sorted((PACKAGE / folder).glob("*.py"))],
    ids=lambda path: f"{path.parent.name}/{path.name}",
)
def test_a_number_with_meaning_has_a_passport(path):
    found = numbers_with_meaning(path.read_text(encoding="utf-8"), UNIT_CONSTANTS.get(path.stem, ()))
    assert not found, f"{path.name}: give these a passport: {found}"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("RATE = 0.07", [(1, 0.07)]),
        ("def f(x):\n    return x * 0.3", [(2, 0.3)]),
        ("class P:\n    share = 0.25", [(2, 0.25)]),
        ("x = -3", [(1, 3)]),
        ("def f(age=67): ...", [(1, 67)]),
        ("x = y[3] + 12 * 0.5 - 1", []),
        ("from enum import IntEnum\nclass A(IntEnum):\n    B = 7", []),
        ("_INDEX_START = 100.0", [(1, 100.0)]),
    ],
)
def test_the_search_sees_numbers_wherever_they_stand(source, expected):
    assert numbers_with_meaning(source) == expected


def test_a_name_is_exempt_only_where_it_is_said():
    assert numbers_with_meaning("_INDEX_START = 100.0", {"_INDEX_START"}) == []
    assert numbers_with_meaning("_RATE = 100.0", {"_INDEX_START"}) == [(1, 100.0)]
    assert numbers_with_meaning("_INDEX_START, _RATE = 100.0, 0.3", {"_INDEX_START"}) == [(1, 100.0), (1, 0.3)]


@pytest.mark.parametrize(
    ("module", "name"), [(module, name) for module in UNIT_CONSTANTS for name in sorted(UNIT_CONSTANTS[module])]
)
def test_no_exempt_name_is_left_over(module, name):
    sources = [
        path.read_text(encoding="utf-8") for folder in FOLDERS for path in (PACKAGE / folder).glob(f"{module}.py")
    ]
    every = UNIT_CONSTANTS[module]
    assert len(sources) == 1
    assert numbers_with_meaning(sources[0], every) == []
    assert numbers_with_meaning(sources[0], every - {name}) != []
