"""What a scenario is in one line, which of its levers are set, and from when on its rules are frozen."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from wijksim.calendar import MONTHS_PER_YEAR, absolute_month, month_text, year_of
from wijksim.parameters import Dated
from wijksim.scenario import Scenario
from wijksim.scenario.schema import lever_of
from wijksim.settings import ALIKE_WITHOUT, EnterprisePlan, Levers
from wijksim.structure import STRUCTURES

__all__ = ["circumstances_apart", "circumstances_note", "frozen_rules_note", "one_line", "set_levers", "what_if_from"]

# The amount that is set anew every half year, and on which most others rest.
_YEARLY_RULE = "minimum_wage_month"


def set_levers(declared: Levers | EnterprisePlan) -> dict[str, Any]:
    """Give the value of each lever that is not at its default, by name."""
    return {
        field.name: value
        for field in fields(declared)
        if (value := getattr(declared, field.name)) != field.default and lever_of(type(declared), field.name)
    }


def one_line(scenario: Scenario) -> str:
    """Say in one line what a scenario is: where, when and how much it sets; ``wijksim check`` tells all."""
    settings = scenario.settings
    places = sum(plan.places for plan in settings.enterprises)
    counts = (
        (len(settings.enterprises), "enterprise", "enterprises"),
        (places, "place", "places"),
        (len(set_levers(settings.levers)), "lever set", "levers set"),
        (len(settings.events), "event", "events"),
        (sum(bool(passport.set_by) for passport in scenario.registry.values()), "parameter set", "parameters set"),
        (len(settings.processes), "process replaced", "processes replaced"),
    )
    chosen = (f"{key} {one}" for key, one in settings.structure.items() if one != STRUCTURES[key].default)
    told = [f"{count} {one if count == 1 else many}" for count, one, many in counts if count] or ["no plan"]
    told += chosen
    first, last = settings.start, settings.start + settings.months - 1
    size = f"{settings.residents} residents" if settings.residents else "full size"
    frame = f"{scenario.profile.name}, {size}, {month_text(first)} to {month_text(last)}"
    return f"{scenario.name}: {frame}; {', '.join(told)}"


def circumstances_apart(baseline: Scenario, policy: Scenario) -> list[str]:
    """Names of levers that should be alike without the plan and aren't the same in both, at some time of the run.

    The difference of the two holds what these do, beside what the plan does.
    """
    both = (baseline.settings, policy.settings)
    months = sorted({0, *(event.month for settings in both for event in settings.events)})
    pairs = [tuple(settings.plan_at(month)[0] for settings in both) for month in months]
    return sorted(name for name in ALIKE_WITHOUT if any(getattr(one, name) != getattr(two, name) for one, two in pairs))


def circumstances_note(baseline: Scenario, policy: Scenario) -> str:
    """Say which levers that no plan decides aren't the same in both; empty where all are."""
    apart = [str(lever.label) for name in circumstances_apart(baseline, policy) if (lever := lever_of(Levers, name))]
    if not apart:
        return ""
    return (
        f"{' and '.join(apart)} is another one than in {baseline.name}, so that differences aren't those of the plan"
        f" alone. Unless that is what you ask, give {baseline.name} the same."
    )


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
