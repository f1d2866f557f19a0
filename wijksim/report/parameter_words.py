"""What parameters, their units and grades are called in a language, where people read of them."""

from __future__ import annotations

from wijksim.parameters import Number, load_registry
from wijksim.parameters.dutch import in_dutch
from wijksim.report.numbers import Language

__all__ = ["grade_text", "group_text", "label_text", "setting_unit", "unit_text"]

_TIMES = ("times the figures of wijksim", "keer de getallen van wijksim")


def label_text(name: str, label: str, language: Language) -> str:
    """Label of a parameter, of which the English one is at hand."""
    return in_dutch("labels", name, label) if language == "nl" else label


def unit_text(unit: str, language: Language) -> str:
    """Unit of a passport."""
    return in_dutch("units", unit) if language == "nl" else unit


def grade_text(grade: str, language: Language) -> str:
    """How well a figure is known."""
    return in_dutch("grades", grade) if language == "nl" else grade


def group_text(group: str, language: Language) -> str:
    """Group in which a parameter is listed."""
    return in_dutch("groups", group) if language == "nl" else group


def setting_unit(name: str, language: Language) -> str:
    """Unit of what is set or drawn of a parameter: its own, or a factor on all figures of a rule or table."""
    registry = load_registry()
    if name in registry and not isinstance(registry[name], Number):
        return _TIMES[language == "nl"]
    return unit_text(registry[name].unit, language) if name in registry else ""
