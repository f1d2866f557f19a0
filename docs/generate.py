"""Makes the tables of the docs from the declarations in the code: ``python docs/generate.py`` writes them anew.

A table stands between ``<!-- made: NAME -->`` and ``<!-- end -->``. `tests/test_docs.py` fails while one is stale.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from enum import StrEnum
from pathlib import Path

from wijksim.accounts import CATEGORIES, PARTY_LABELS, Party
from wijksim.model import MONTH
from wijksim.outcomes import OUTCOMES, Kind
from wijksim.parameters import Registry, load_registry
from wijksim.parameters.listing import format_parameters, parameter_rows
from wijksim.population.columns import RESIDENT_COLUMNS
from wijksim.population.profile_figures import FIGURES
from wijksim.report.glossary import load_glossary
from wijksim.report.pockets import BUDGETS, POCKETS
from wijksim.report.results import COLUMNS
from wijksim.scenario.schema import lever_of
from wijksim.settings import EnterprisePlan, Levers
from wijksim.study.person_sums import PERSON_SUMS

__all__ = ["LATER", "TABLES", "filled", "unread_parameters"]

DOCS = Path(__file__).resolve().parent
PACKAGE = DOCS.parent / "wijksim"
MADE = re.compile(r"(<!-- made: (?P<name>[a-z_]+) -->\n).*?(<!-- end -->)", re.DOTALL)

_DIRECTIONS = {1: "more is better", -1: "less is better", 0: "neither"}
_KINDS = {Kind.STOCK: "mean", Kind.FLOW: "sum"}


def _table(head: Sequence[str], rows: Iterator[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |\n" for line in lines)


def _code(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def outcomes() -> str:
    """Every outcome with labels, unit and direction."""
    rows = (
        (
            f"`{outcome.name}`{' *' if outcome.groups else ''}",
            outcome.label,
            outcome.label_nl,
            outcome.unit,
            _DIRECTIONS[outcome.direction],
            _KINDS[outcome.kind],
        )
        for outcome in OUTCOMES.values()
    )
    return _table(("outcome", "English", "Nederlands", "unit", "direction", "over a period"), rows)


def groups() -> str:
    """Groups of the outcomes that have them, parties left to their own table."""
    rows = (
        (f"`{outcome.name}`", f"`{group}`", english, dutch)
        for outcome in OUTCOMES.values()
        if outcome.name != "balance"
        for group, (english, dutch) in outcome.groups.items()
    )
    return _table(("outcome", "group", "English", "Nederlands"), rows)


def explained() -> str:
    """Outcomes that can be taken apart, with their groups."""
    of_outcome: dict[str, list[str]] = {}
    for outcome, group in PERSON_SUMS:
        of_outcome.setdefault(outcome, []).extend([group] if group else [])
    rows = ((f"`{name}`", OUTCOMES[name].label, _code(kept)) for name, kept in of_outcome.items())
    return _table(("outcome", "what", "groups"), rows)


def parties() -> str:
    """Parties of the ledger and the pocket each belongs to."""
    pocket_of = {party: key for key, pocket in POCKETS.items() for party in pocket.parties}
    rows = (
        (
            f"`{party.name.lower()}`",
            *PARTY_LABELS[party],
            f"`{pocket_of[party]}`",
            "yes" if pocket_of[party] in BUDGETS else "no",
        )
        for party in Party
    )
    return _table(("party", "English", "Nederlands", "pocket", "told as gaining or losing"), rows)


def categories() -> str:
    """Categories of payments: who may pay whom."""
    rows = (
        (
            f"`{category.name.lower()}`",
            flow.label,
            flow.label_nl,
            ", ".join(PARTY_LABELS[party][0] for party in sorted(flow.payers)),
            ", ".join(PARTY_LABELS[party][0] for party in sorted(flow.payees)),
        )
        for category, flow in CATEGORIES.items()
    )
    return _table(("category", "English", "Nederlands", "paid by", "paid to"), rows)


def figures() -> str:
    """Figures that a profile can hold."""
    ways = {
        "inhabitants": "in proportion to inhabitants",
        "population_15_74": "in proportion to those of 15 to 74",
        "age_65_plus": "in proportion to those of 65 and over",
        "copied": "copied",
        "never": "never",
    }
    rows = (
        (f"`{figure.name}`", figure.label, figure.unit, "yes" if figure.needed else "", ways[figure.scaling])
        for figure in FIGURES.values()
    )
    return _table(("figure", "what", "unit", "needed", "filled from the municipality"), rows)


def processes() -> str:
    """Processes of the month with their parameters and streams."""
    rows = (
        (
            f"`{process.name}`",
            _code(process.parameters),
            _code([stream.name for stream in process.streams]) or "none",
        )
        for process in MONTH
    )
    return _table(("process", "parameters", "streams"), rows)


def levers() -> str:
    """Levers of a policy and of an enterprise."""
    rows = (
        (
            f"`{'policy' if declared is Levers else 'enterprise'}.{field.name}`",
            lever.label,
            lever.label_nl,
            lever.unit,
            _default(field.default),
        )
        for declared in (Levers, EnterprisePlan)
        for field in fields(declared)
        if (lever := lever_of(declared, field.name))
    )
    return _table(("lever", "English", "Nederlands", "unit", "default"), rows)


def _default(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float | StrEnum):
        return f"`{value}`"
    return "parameter" if value is None else "must be given"


def columns() -> str:
    """Resident columns."""
    rows = ((f"`{c.name}`", c.dtype, c.unit, c.meaning) for c in RESIDENT_COLUMNS)
    return _table(("column", "dtype", "unit", "meaning"), rows)


def files() -> str:
    """Columns of the tables on disk."""
    return _table(("file", "columns"), ((f"`{name}.csv`", _code(held)) for name, held in COLUMNS.items()))


def parameters() -> str:
    """The list that ``wijksim parameters --format markdown`` prints."""
    return format_parameters(parameter_rows(load_registry()), "markdown")


def unread_parameters(registry: Registry) -> list[str]:
    """Parameters that no process declares and that are named nowhere in the code.

    A name that is put together, such as ``f"education_{level}_age"``, counts as named if its first part has at least
    six letters, and what is put in one or two words.
    """
    named = {name for process in MONTH for name in process.parameters}
    patterns: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                named.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                parts = [part.value if isinstance(part, ast.Constant) else None for part in node.values]
                first = parts[0]
                if isinstance(first, str) and re.fullmatch(r"[a-z]{6}[a-z_]*", first):
                    patterns.add(
                        "".join("[a-z]+(_[a-z]+)?" if part is None else re.escape(str(part)) for part in parts)
                    )
    joined = re.compile("|".join(sorted(patterns)))
    return [name for name in registry if name not in named and not joined.fullmatch(name)]


_TARGET = "target of calibration and validation (issue 8)"
_VARIANT = "structural variant of issue 8"
_DEMO = "the tests hold the scenario files of Emmen to it"
_BASE = "cycle and unemployment_low_skill are made from it"
_OPEN = "nothing yet: no issue names it"

LATER: dict[str, str] = {
    "child_benefit_rr_nl": _TARGET,
    "mental_health_gap_d": _TARGET,
    "gp_any_contact_share": _TARGET,
    "mh_care_use_benefit": _TARGET,
    "mh_care_z_slope": _TARGET,
    "ww_job_finding_month_boom": _TARGET,
    "pro_out_of_school_work": _TARGET,
    "pro_out_of_school_benefit": _TARGET,
    "pro_no_work_no_benefit": _TARGET,
    "flexible_to_permanent_month": _TARGET,
    "physical_work_effect_sd": _VARIANT,
    "unemployment_regional": _BASE,
    "emmen_places_per_enterprise": _DEMO,
    "emmen_productivity_share": _DEMO,
    "emmen_grant_after_cut_share": _DEMO,
    "emmen_grant_cut_month": _DEMO,
}
"""What parameters that nothing reads yet are kept for; others wait for a mechanism or go."""


def unread() -> str:
    """Parameters that nothing reads yet."""
    registry = load_registry()
    rows = (
        (f"`{name}`", registry[name].label, registry[name].unit, registry[name].grade, LATER.get(name, _OPEN))
        for name in unread_parameters(registry)
    )
    return _table(("parameter", "what", "unit", "grade", "kept for"), rows)


def worked_examples() -> str:
    """Worked examples of the rules, as the tests have them."""
    file = DOCS.parent / "tests" / "data" / "worked_examples.toml"
    rows = (
        (
            example["date"],
            example["who"],
            f"`{example['what']}`",
            f"{example['euro']:,.2f}".replace(",", " "),
            example["law"],
            example["source"],
            example.get("grade", "measured"),
        )
        for example in tomllib.loads(file.read_text(encoding="utf-8"))["example"]
    )
    return _table(("month", "who", "what", "euro a month", "law", "source", "grade"), rows)


def glossary() -> str:
    """The words of wijksim."""
    rows = ((f"`{key}`", term.en, term.nl, term.uitleg) for key, term in sorted(load_glossary().items()))
    return _table(("key", "English", "Nederlands", "uitleg"), rows)


TABLES: dict[str, Callable[[], str]] = {
    make.__name__: make
    for make in (
        outcomes, groups, explained, parties, categories, figures, processes, levers, columns, files, parameters,
        unread, worked_examples, glossary,
    )
}  # fmt: skip
"""Maker of each table by name."""


def filled(text: str) -> str:
    """Text of a page with its tables made anew."""
    return MADE.sub(lambda found: found[1] + TABLES[found["name"]]() + found[3], text)


def write() -> None:
    """Write the tables of all pages anew."""
    for page in sorted(DOCS.glob("*.md")):
        page.write_text(filled(page.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write()
