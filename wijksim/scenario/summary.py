"""What a scenario does, in a few lines of words and units, before it is run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from enum import StrEnum
from typing import Any

from wijksim.calendar import MONTHS_PER_YEAR, absolute_month, month_text, year_of
from wijksim.parameters import Dated, Number, load_registry
from wijksim.scenario import Scenario
from wijksim.scenario.cautions import cautions
from wijksim.scenario.schema import lever_of
from wijksim.settings import EnterprisePlan, Levers

__all__ = ["frozen_rules_note", "one_line", "summary_lines", "value_text", "what_if_from"]

# The amount that is set anew every half year, and on which most others rest.
_YEARLY_RULE = "minimum_wage_month"
_IN_FULL = ".15g"  # all digits of an amount, without those that only binary fractions have


def summary_lines(scenario: Scenario) -> list[str]:
    """Say what a scenario sets (frame, levers, enterprises, events, parameters), with units, and what to mind."""
    return list(_lines(scenario))


def one_line(scenario: Scenario) -> str:
    """Say in one line what a scenario is: where, when and how much it sets; ``wijksim check`` tells all."""
    settings = scenario.settings
    places = sum(plan.places for plan in settings.enterprises)
    counts = (
        (len(settings.enterprises), "enterprise", "enterprises"),
        (places, "place", "places"),
        (len(list(_set_fields(settings.levers))), "lever set", "levers set"),
        (len(settings.events), "event", "events"),
        (sum(bool(passport.set_by) for passport in scenario.registry.values()), "parameter set", "parameters set"),
        (len(settings.processes), "process replaced", "processes replaced"),
    )
    told = [f"{count} {one if count == 1 else many}" for count, one, many in counts if count] or ["no plan"]
    first, last = settings.start, settings.start + settings.months - 1
    size = f"{settings.residents} residents" if settings.residents else "full size"
    frame = f"{scenario.profile.name}, {size}, {month_text(first)} to {month_text(last)}"
    return f"{scenario.name}: {frame}; {', '.join(told)}"


def what_if_from(scenario: Scenario) -> str:
    """Month from which the run is a what-if under frozen rules (`mechanisms.md` A15); empty where none of it is.

    That is beyond the last figures by date, and beyond some years from the start (`what_if_after_years`) also where
    these are known: by then too much else has changed.
    """
    start, months = scenario.settings.start, scenario.settings.months
    distant = start + MONTHS_PER_YEAR * round(scenario.registry.number("what_if_after_years"))
    first = max(start, min(distant, absolute_month(_known_until(scenario) + 1, 1)))
    return month_text(first) if first < start + months else ""


def frozen_rules_note(scenario: Scenario) -> str:
    """Say from when on the run is a what-if under frozen rules, and why; empty where it isn't."""
    first = what_if_from(scenario)
    if not first:
        return ""
    last = scenario.settings.start + scenario.settings.months - 1
    known = _known_until(scenario)
    told = f"From {first} on this is a what-if under frozen rules."
    if year_of(last) <= known:
        return f"{told} It is more than {round(scenario.registry.number('what_if_after_years'))} years from the start."
    return (
        f"The run reaches {month_text(last)}; amounts and rules are known up to {known}, and kept as they are in"
        f" real terms after that. {told}"
    )


def _known_until(scenario: Scenario) -> int:
    """Last year of which the amounts are known."""
    rule = scenario.registry[_YEARLY_RULE]
    if not isinstance(rule, Dated):
        raise TypeError(f"{_YEARLY_RULE} is not a rule by date")
    return year_of(rule.values[-1].month)


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
    shipped = load_registry()
    for passport in scenario.registry.values():
        if passport.set_by != shipped[passport.name].set_by:
            unit = passport.unit if isinstance(passport, Number) else "times the shipped figures"
            yield f"  parameter {passport.name}: {passport.setting:{_IN_FULL}} {unit} ({passport.set_by})"
    for name, reference in settings.processes.items():
        yield f"  process {name}: {reference}"
    note = frozen_rules_note(scenario)
    if note:
        yield f"  {note}"
    for caution in cautions(scenario):
        yield f"  Note: {caution}"


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
