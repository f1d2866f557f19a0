"""Which levers the page shows, between which bounds, and what their values are in words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, get_args

from wijksim.live.moves import CIRCUMSTANCES, declared_bounds, lever_at
from wijksim.report.numbers import Language
from wijksim.report.scenario_words import value_words
from wijksim.scenario import Scenario
from wijksim.scenario.cautions import default_of, evidence_range
from wijksim.scenario.schema import lever_types
from wijksim.settings import CHOICE_LABELS, EnterprisePlan, Lever, Levers

__all__ = ["MOST_AT_FRONT", "Control", "controls_of", "paths_of", "value_of", "with_partner"]

MOST_AT_FRONT = 6
"""Levers in sight; the others stand under *more*."""

_DECIDED_TOGETHER = (
    "policy.participation_budget_euro_per_year",
    "policy.insurer_co_funding",
    "policy.budget_pooling_share",
    "policy.grant_share",
)
_OF_AN_ENTERPRISE = ("coaching_hours_per_month", "contract_months", "target_group")
_ENTERPRISES_AT_FRONT = 2
_NOT_SHOWN = frozenset(
    {
        *CIRCUMSTANCES,  # by event card
        "policy.hiring_frozen",
    }
)
_PARTNERS = ("policy.temporary_hiring_subsidy_share", "policy.temporary_hiring_subsidy_months")
"""Levers of which none can stand alone: both are zero, or none is."""
_IN_MONTHS = ("months", "months after the start")  # no longer than the run
_EVERYWHERE = ("the whole neighbourhood", "de hele wijk")
_FEWEST_PLACES = 40  # a slider of places goes so far at least
_PLACES_TIMES = 3  # and so many times the places of the plan
_TEN = 10
_DECIMALS = 9


@dataclass(frozen=True)
class Control:
    """How a lever is moved on the page.

    Parameters
    ----------
    path : str
        Of the lever.
    lever : Lever
        Its label and unit.
    owner : str
        Enterprise that it belongs to, in words; empty where it is everybody's.
    low, high, step : float
        Of a slider; not used where there are choices.
    choices : tuple
        Values to choose from; empty for a slider.
    names : mapping of str to (str, str)
        Choices that are no words themselves, in English and Dutch.
    """

    path: str
    lever: Lever
    owner: str = ""
    low: float = 0.0
    high: float = 0.0
    step: float = 0.0
    choices: tuple[Any, ...] = ()
    names: Mapping[Any, tuple[str, str]] = field(default_factory=dict)

    def label(self, language: Language) -> str:
        """Name of the lever, with that of its enterprise."""
        label = self.lever.label_nl if language == "nl" else self.lever.label
        named = f"{self.owner}: {label}" if self.owner else label
        return named[:1].upper() + named[1:]

    def told(self, value: Any, language: Language) -> str:
        """Value in words, with its unit."""
        if value in self.names:
            return self.choice_label(value, language)
        return value_words(value, self.lever, language)

    def choice_label(self, choice: Any, language: Language) -> str:
        """One of the choices in words."""
        if choice in self.names:
            return self.names[choice][language == "nl"]
        if isinstance(choice, StrEnum):
            return CHOICE_LABELS[choice][language == "nl"]
        return value_words(choice, self.lever, language)


def with_partner(path: str, value: Any, levers: Levers) -> tuple[tuple[str, Any], ...]:
    """Give the changes that moving a lever takes: where another can't do without it, that is said along with it.

    One that begins takes its partner along to its smallest step, from where the room moves it on; one that ends ends
    its partner too.
    """
    if path not in _PARTNERS:
        return ((path, value),)
    partner = _PARTNERS[1 - _PARTNERS.index(path)]
    kept = getattr(levers, partner.rpartition(".")[2]) or lever_at(partner).step
    return (path, value), (partner, kept if value else 0)


def value_of(path: str, levers: Levers, plans: Sequence[EnterprisePlan], scenario: Scenario) -> Any:
    """Value of a lever, its default where it was left out; None where there is no such enterprise any more."""
    owner, _, name = path.rpartition(".")
    declared = next((plan for plan in plans if owner == f"enterprise.{plan.key}"), None)
    holder = levers if owner == "policy" else declared
    if holder is None:
        return None
    value = getattr(holder, name)
    return default_of(name, holder, scenario.registry, scenario.settings.start) if value is None else value


def controls_of(
    scenario: Scenario, enterprises: Sequence[EnterprisePlan] | None = None, first: Sequence[str] = ()
) -> tuple[list[Control], list[Control]]:
    """Give the levers in sight, and those under *more*.

    Parameters
    ----------
    scenario : Scenario
        The plan.
    enterprises : sequence of EnterprisePlan, optional
        Those that there are, where they are others than in the plan.
    first : sequence of str
        Levers that come before the usual ones: ``policy.LEVER``, and ``enterprise.LEVER`` of each enterprise.
    """
    if enterprises is not None:
        scenario = replace(scenario, settings=replace(scenario.settings, enterprises=tuple(enterprises)))
    keys = [plan.key for plan in scenario.settings.enterprises]
    kinds = lever_types(keys, founding=True)
    shown = {path: control for path in kinds for control in _control(path, kinds[path], scenario)}
    wanted = paths_of(first, keys)
    wanted += [f"enterprise.{key}.places" for key in keys[:_ENTERPRISES_AT_FRONT]]
    wanted += _DECIDED_TOGETHER
    wanted += [f"enterprise.{key}.{name}" for name in _OF_AN_ENTERPRISE for key in keys]
    front = [path for path in dict.fromkeys(wanted) if path in shown][:MOST_AT_FRONT]
    return [shown.pop(path) for path in front], list(shown.values())


def paths_of(levers: Iterable[str], keys: Sequence[str]) -> list[str]:
    """Give the paths of levers in a plan with enterprises of these keys; ``enterprise.LEVER`` stands for each."""
    found = []
    for lever in levers:
        owner, _, name = lever.partition(".")
        found += [f"enterprise.{key}.{name}" for key in keys] if owner == "enterprise" else [lever]
    return found


def _control(path: str, kind: Any, scenario: Scenario) -> Iterator[Control]:
    if path in _NOT_SHOWN:
        return
    settings, lever = scenario.settings, lever_at(path)
    name = path.rpartition(".")[2]
    plan = next((plan for plan in settings.enterprises if path == f"enterprise.{plan.key}.{name}"), None)
    owner = "" if plan is None else plan.name or plan.key
    current = value_of(path, settings.levers, settings.enterprises, scenario)
    if isinstance(current, bool):
        yield Control(path, lever, owner, choices=(False, True))
    elif isinstance(current, StrEnum):
        yield Control(path, lever, owner, choices=tuple(type(current)))
    elif name == "area":
        areas = {area.key: (area.name, area.name) for area in scenario.profile.areas}
        if len(areas) > 1:
            names: dict[Any, tuple[str, str]] = {None: _EVERYWHERE, **areas}
            yield Control(path, lever, owner, choices=tuple(names), names=names)
    elif lever.step is not None and isinstance(current, int | float):
        low, high = _bounds(path, kind, current, scenario)
        yield Control(path, lever, owner, low, high, lever.step)


def _bounds(path: str, kind: Any, current: float, scenario: Scenario) -> tuple[float, float]:
    """Bounds of a slider on its steps: what the model rests on, within what may be, and with the value of the plan."""
    lowest, highest = declared_bounds(kind)
    settings, name = scenario.settings, path.rpartition(".")[2]
    plan = next((plan for plan in settings.enterprises if path == f"enterprise.{plan.key}.{name}"), None)
    found = evidence_range(name, plan or settings.levers, scenario.registry, settings.start)
    if name == "places":
        found = (0, max(_FEWEST_PLACES, math.ceil(_PLACES_TIMES * current / _TEN) * _TEN))
    if lever_at(path).unit in _IN_MONTHS:
        highest = min(highest, max(current, settings.months))
    low, high = found or (lowest, highest)
    step = lever_at(path).step or 1
    low = max(lowest, round(math.floor(min(low, current) / step) * step, _DECIMALS))
    high = min(highest, round(math.ceil(max(high, current) / step) * step, _DECIMALS))
    return (low if low > 0 or _holds_zero(kind) else step), high


def _holds_zero(kind: Any) -> bool:
    notes = [note for part in (kind, *get_args(kind)) for note in getattr(part, "__metadata__", ())]
    return all(getattr(note, "gt", None) != 0 for note in notes)
