"""Tables in Markdown of what the code declares: columns, outcomes, figures of a profile, levers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from enum import StrEnum

from wijksim.outcomes import OUTCOMES, Kind
from wijksim.population.columns import RESIDENT_COLUMNS
from wijksim.population.profile_figures import FIGURES
from wijksim.scenario.schema import lever_of
from wijksim.settings import CHOICE_LABELS, EnterprisePlan, Levers
from wijksim.structure import READ_BY_VARIANT, STRUCTURES

__all__ = ["code", "columns", "figures", "levers", "outcomes", "structure", "table"]

_DIRECTIONS = {1: "more is better", -1: "less is better", 0: "neither"}
_KINDS = {Kind.STOCK: "mean", Kind.FLOW: "sum"}


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Table in Markdown, a column for each word of `head`; cells have no bar."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |\n" for line in lines)


def code(names: Iterable[str]) -> str:
    """Names as code, with commas."""
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
    return table(("outcome", "English", "Nederlands", "unit", "direction", "over a period"), rows)


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
    return table(("figure", "what", "unit", "needed", "filled from the municipality"), rows)


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
    return table(("lever", "English", "Nederlands", "unit", "default"), rows)


def structure() -> str:
    """Choices of structure with their variants; the usual one of each is marked."""
    rows = (
        (
            f"`{name}`",
            f"`{variant}`{' (usual)' if variant is choice.default else ''}",
            *CHOICE_LABELS[variant],
            code(one for one, (key, read_by) in READ_BY_VARIANT.items() if key == name and read_by is variant),
        )
        for name, choice in STRUCTURES.items()
        for variant in choice.kind
    )
    return table(("key", "variant", "English", "Nederlands", "parameter of it alone"), rows)


def _default(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float | StrEnum):
        return f"`{value}`"
    return "parameter" if value is None else "must be given"


def columns() -> str:
    """Resident columns."""
    rows = ((f"`{c.name}`", c.dtype, c.unit, c.meaning) for c in RESIDENT_COLUMNS)
    return table(("column", "dtype", "unit", "meaning"), rows)
