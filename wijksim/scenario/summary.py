"""What a scenario does, in a few lines of words and units, before it is run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from enum import StrEnum
from typing import Any

from wijksim.calendar import month_text, year_of
from wijksim.parameters import Dated, Number
from wijksim.scenario import Scenario
from wijksim.scenario.schema import lever_of
from wijksim.settings import EnterprisePlan, Levers

__all__ = ["frozen_rules_note", "summary_lines", "value_text"]

# The amount that is set anew every half year, and on which most others rest.
_YEARLY_RULE = "minimum_wage_month"
_IN_FULL = ".15g"  # all digits of an amount, without those that only binary fractions have


def summary_lines(scenario: Scenario) -> list[str]:
    """Say what a scenario sets: frame, levers, enterprises, events, parameters, each with its unit."""
    return list(_lines(scenario))


def frozen_rules_note(scenario: Scenario) -> str:
    """Say which year's rules stand where the run goes beyond the last figures; empty where it doesn't."""
    rule = scenario.registry[_YEARLY_RULE]
    if not isinstance(rule, Dated):
        raise TypeError(f"{_YEARLY_RULE} is not a rule by date")
    known = year_of(rule.values[-1].month)
    first, last = scenario.settings.start, scenario.settings.start + scenario.settings.months - 1
    if year_of(last) <= known:
        return ""
    since = f"from {known + 1} on" if year_of(first) <= known else "from its first month on"
    return (
        f"The run reaches {month_text(last)}; amounts and rules are known up to {known}."
        f" {since.capitalize()} those of {known} are used, frozen in real terms (what-if under frozen rules)."
    )


def value_text(name: str, value: Any, unit: str) -> str:
    """Write a value with its unit; a share also as a percentage, a choice as it stands in the file."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, StrEnum):
        return str(value)
    if name.endswith("_share"):
        whole = f" of {unit.removeprefix('share of ')}" if unit.startswith("share of ") else ""
        return f"{value:g} ({value * 100:g} %{whole})"
    return f"{value:{_IN_FULL}} {unit}" if isinstance(value, int | float) else f"{value}"


def _lines(scenario: Scenario) -> Iterator[str]:
    settings = scenario.settings
    last = settings.start + settings.months - 1
    size = f"scaled to {settings.residents} residents" if settings.residents else "at full size"
    yield (
        f"{scenario.name}: {scenario.profile.name} {size},"
        f" {month_text(settings.start)} to {month_text(last)} ({settings.months} months),"
        f" matching {settings.matching}"
    )
    for text in _set_fields(settings.levers):
        yield f"  policy: {text}"
    for plan in settings.enterprises:
        yield f"  enterprise {plan.key}: {'; '.join(_set_fields(plan))}"
    for event in settings.events:
        changes = ", ".join(_change_text(path, value) for path, value in event.changes)
        yield f"  month {event.month}: {event.label} ({changes})"
    for passport in scenario.registry.values():
        if passport.set_by:
            unit = passport.unit if isinstance(passport, Number) else "times the shipped figures"
            yield f"  parameter {passport.name}: {passport.setting:{_IN_FULL}} {unit} ({passport.set_by})"
    for name, reference in settings.processes.items():
        yield f"  process {name}: {reference}"
    note = frozen_rules_note(scenario)
    if note:
        yield f"  {note}"


def _set_fields(declared: Levers | EnterprisePlan) -> Iterator[str]:
    """Give label and value of each lever that is not at its default."""
    for field in fields(declared):
        value, lever = getattr(declared, field.name), lever_of(type(declared), field.name)
        if lever and value != field.default:
            yield f"{lever.label}: {value_text(field.name, value, lever.unit)}"


def _change_text(path: str, value: Any) -> str:
    owner, _, name = path.rpartition(".")
    lever = lever_of(Levers if owner == "policy" else EnterprisePlan, name)
    return f"{path} = {value_text(name, value, lever.unit if lever else '')}"
