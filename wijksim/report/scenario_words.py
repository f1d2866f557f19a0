"""A scenario in words and units, English and Dutch: what it sets, its levers beside their defaults, and how two differ.

The brief, ``wijksim check``, ``scenario show`` and ``scenario diff`` all speak with these words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import MISSING, fields
from enum import StrEnum
from typing import Any

from wijksim.calendar import month_text
from wijksim.parameters import Passport, Registry, load_registry
from wijksim.report.headlines import what_if_words
from wijksim.report.numbers import Language, span
from wijksim.report.parameter_words import label_text, setting_unit
from wijksim.scenario import Scenario
from wijksim.scenario.cautions import default_of
from wijksim.scenario.schema import lever_of
from wijksim.scenario.summary import set_levers, what_if_from
from wijksim.settings import CHOICE_LABELS, EnterprisePlan, Event, Lever, Levers, Settings
from wijksim.structure import STRUCTURES

__all__ = [
    "change_words",
    "difference_lines",
    "factor_words",
    "lever_tables",
    "plan_lines",
    "scenario_lines",
    "value_words",
]

_IN_FRAME = "matching"
"""Choice of structure that is always told; others are where they are not the usual one."""

_TEXTS = {
    "full_size": ("at full size", "op ware grootte"),
    "scaled": ("scaled to {n} residents", "geschaald naar {n} inwoners"),
    "frame": (
        "{name}: {profile} {size}, {first} to {last} ({span}); labour market: {matching}",
        "{name}: {profile} {size}, {first} tot en met {last} ({span}); arbeidsmarkt: {matching}",
    ),
    "policy": ("policy", "beleid"),
    "enterprise": ("enterprise", "onderneming"),
    "month": ("month {month} ({date})", "maand {month} ({date})"),
    "parameter": ("parameter", "rekengetal"),
    "process": ("process", "proces"),
    "nothing": ("no plan: no enterprise, no event, all levers at their defaults",
                "geen plan: geen onderneming, geen gebeurtenis, alle knoppen op hun standaard"),
    "yes": ("yes", "ja"),
    "no": ("no", "nee"),
    "none": ("none", "geen"),
    "default": ("default", "standaard"),
    "default_is": ("{x} (default)", "{x} (standaard)"),
    "lever": ("lever", "knop"),
    "key": ("key", "sleutel"),
    "value": ("value", "waarde"),
    "unit": ("unit", "eenheid"),
    "deviates": ("deviates", "wijkt af"),
    "must_be_given": ("must be given", "moet erin staan"),
    "same": ("{a} and {b}: no difference.", "{a} en {b}: geen verschil."),
    "differ": ("{a} and {b} differ:", "{a} en {b} verschillen:"),
    "change": ("- {what}: {x} in {a}, {y} in {b}", "- {what}: {x} in {a}, {y} in {b}"),
    "only": ("- only in {a}: {what}", "- alleen in {a}: {what}"),
    "profile": ("neighbourhood", "wijk"),
    "other_figures": ("{name}, with other figures", "{name}, met andere cijfers"),
    "start": ("start", "begin"),
    "months": ("length", "looptijd"),
    "residents": ("residents", "inwoners"),
    **{name: choice.names for name, choice in STRUCTURES.items()},
    "shipped": ("as shipped", "zoals meegeleverd"),
}  # fmt: skip
_MARK = "●"
_DECLARED: dict[str, Any] = {"policy": Levers, "enterprise": EnterprisePlan}
"""What holds the levers, by the first word of their paths."""
_SHARE = {"en": ("share of ", "of "), "nl": ("deel van ", "van ")}
_IN_FULL = ",.15g"  # all digits of an amount, without those that only binary fractions have


def plan_lines(settings: Settings, language: Language) -> list[str]:
    """Say what a plan sets: levers, enterprises and events, each in a line; one line where it sets nothing."""
    words = _Words(language)
    lines = [f"{words.text('policy')}: {text}" for text in words.set_levers(settings.levers)]
    lines += [words.enterprise(plan) for plan in settings.enterprises]
    lines += [words.event(event, settings) for event in settings.events]
    return lines or [words.text("nothing")]


def scenario_lines(scenario: Scenario, language: Language) -> list[str]:
    """Say what a scenario sets, with units: frame, plan, parameters, processes, and where it becomes a what-if."""
    words, settings = _Words(language), scenario.settings
    given = words.frame(scenario)
    frame = words.text(
        "frame",
        name=scenario.name,
        profile=given["profile"],
        size=words.text("scaled", n=given["residents"]) if settings.residents else given["residents"],
        first=given["start"],
        last=month_text(settings.start + settings.months - 1),
        span=given["months"],
        matching=given[_IN_FRAME],
    )
    lines = [
        f"{words.text(name)}: {given[name]}"
        for name, variant in settings.structure.items()
        if name != _IN_FRAME and variant != STRUCTURES[name].default
    ]
    lines += plan_lines(settings, language)
    lines += [f"{words.named(name)}: {value}" for name, value in words.parameters(scenario.registry).items()]
    lines += [f"{words.text('process')} {name}: {reference}" for name, reference in settings.processes.items()]
    when = what_if_from(scenario)
    lines += [what_if_words(when, language)] if when else []
    return [frame, *(f"  {line}" for line in lines)]


def factor_words(name: str, language: Language) -> str:
    """Name what a study varies: a parameter by its label, a choice of structure, or a lever by its path.

    What is none of these, as the placebo, keeps its own name.
    """
    registry = load_registry()
    if name in registry:
        return label_text(name, registry[name].label, language)
    words = _Words(language)
    if name in STRUCTURES:
        return _begun(words.text(name))
    where, _, field = name.rpartition(".")
    declared, _, key = where.partition(".")
    if declared not in _DECLARED or field not in {one.name for one in fields(_DECLARED[declared])}:
        return name
    lever = lever_of(_DECLARED[declared], field)
    if lever is None:
        return name
    label = _begun(words.label(lever))
    return f"{label} ({key})" if key else label


def lever_tables(scenario: Scenario, language: Language) -> dict[str, list[dict[str, str]]]:
    """Give every lever with value, default and unit, and a mark where it deviates, in tables by their titles.

    Levers are as the scenario begins; what changes later is told by its events.
    """
    words, settings = _Words(language), scenario.settings
    tables = {words.text("policy"): list(words.rows(settings.levers, scenario))}
    for plan in settings.enterprises:
        tables[words.enterprise_name(plan)] = list(words.rows(plan, scenario))
    return tables


def difference_lines(one: Scenario, other: Scenario, language: Language) -> list[str]:
    """Say what two scenarios differ in, lever by lever and event by event.

    Names and descriptions are no differences: they don't touch a run.
    """
    words = _Words(language)
    same_name = one.name == other.name and one.path and other.path
    a, b = (str(one.path), str(other.path)) if same_name else (one.name, other.name)
    lines = list(words.differences(one, other, a, b))
    return [words.text("differ", a=a, b=b), *lines] if lines else [words.text("same", a=a, b=b)]


def value_words(value: Any, lever: Lever, language: Language) -> str:
    """Value of a lever in words, with its unit."""
    return _Words(language).with_unit(value, lever)


def change_words(path: str, value: Any, settings: Settings, language: Language) -> str:
    """Say what a change of a lever, by its path, is: whose lever, and its new value."""
    return _Words(language).change(path, value, settings)


class _Words:
    def __init__(self, language: Language) -> None:
        self.language = language
        self.dutch = language == "nl"

    def text(self, key: str, **words: str) -> str:
        return _TEXTS[key][self.dutch].format(**words)

    # ------------------------------------------------------------------ values
    def label(self, lever: Lever) -> str:
        return lever.label_nl if self.dutch else lever.label

    def unit(self, lever: Lever) -> str:
        """Unit as it stands behind a number; a share is written as a percentage and only says of what."""
        unit = lever.unit_nl if self.dutch else lever.unit
        share, of = _SHARE[self.language]
        if unit.startswith(share):
            return f"{of}{unit.removeprefix(share)}"
        return "" if lever.unit in ("share", "choice", "yes/no", "area key", lever.label) else unit

    def value(self, value: Any, lever: Lever) -> str:
        """A value without its unit."""
        if value is None:
            return self.text("none")
        if isinstance(value, bool):
            return self.text("yes" if value else "no")
        if isinstance(value, StrEnum):
            return CHOICE_LABELS[value][self.dutch]
        if isinstance(value, str):
            return value
        if lever.unit == "share" or lever.unit.startswith("share of "):
            return f"{self.in_full(100 * value)}%"
        return self.in_full(value)

    def in_full(self, value: float) -> str:
        text = f"{round(value, 9):{_IN_FULL}}"
        return text.translate(str.maketrans(",.", ".,")) if self.dutch else text

    def with_unit(self, value: Any, lever: Lever) -> str:
        text = self.value(value, lever)
        return text if isinstance(value, str | bool) or value is None else f"{text} {self.unit(lever)}".strip()

    def set_levers(self, declared: Levers | EnterprisePlan) -> Iterator[str]:
        for name, value in set_levers(declared).items():
            lever = _lever(type(declared), name)
            yield f"{self.label(lever)}: {self.with_unit(value, lever)}"

    def enterprise_name(self, plan: EnterprisePlan) -> str:
        named = f"{plan.name} ({plan.key})" if plan.name and plan.name != plan.key else plan.key
        return f"{self.text('enterprise')} {named}"

    def enterprise(self, plan: EnterprisePlan) -> str:
        return f"{self.enterprise_name(plan)}: {'; '.join(self.set_levers(plan))}"

    # ------------------------------------------------------------------ events, parameters, frame
    def moment(self, event: Event, settings: Settings) -> str:
        return self.text("month", month=str(event.month), date=month_text(settings.start + event.month))

    def event(self, event: Event, settings: Settings) -> str:
        changes = ", ".join(self.change(path, value, settings) for path, value in event.changes)
        return f"{self.moment(event, settings)}: {event.label} ({changes})"

    def change(self, path: str, value: Any, settings: Settings) -> str:
        owner, _, name = path.rpartition(".")
        lever = _lever(Levers if owner == "policy" else EnterprisePlan, name)
        plan = next((plan for plan in settings.enterprises if owner == f"enterprise.{plan.key}"), None)
        whose = f"{plan.name or plan.key}, " if plan else ""
        return f"{whose}{self.label(lever)}: {self.with_unit(value, lever)}"

    def parameters(self, registry: Registry) -> dict[str, str]:
        """Value of each parameter that a scenario sets, with its unit, by name."""
        shipped = load_registry()
        return {
            passport.name: self.parameter(passport)
            for passport in registry.values()
            if passport.set_by != shipped[passport.name].set_by
        }

    def parameter(self, passport: Passport) -> str:
        return f"{self.in_full(passport.setting)} {setting_unit(passport.name, self.language)}"

    def named(self, parameter: str) -> str:
        label = label_text(parameter, load_registry()[parameter].label, self.language)
        return f"{self.text('parameter')} {label} ({parameter})"

    def frame(self, scenario: Scenario) -> dict[str, str]:
        settings = scenario.settings
        return {
            "profile": scenario.profile.name,
            "start": month_text(settings.start),
            "months": span(settings.months, self.language),
            "residents": self.in_full(settings.residents) if settings.residents else self.text("full_size"),
            **{name: CHOICE_LABELS[variant][self.dutch] for name, variant in settings.structure.items()},
        }

    # ------------------------------------------------------------------ table
    def rows(self, declared: Levers | EnterprisePlan, scenario: Scenario) -> Iterator[dict[str, str]]:
        defaults = {field.name: field.default for field in fields(declared)}
        for name, lever in _levers(declared).items():
            value, usual = getattr(declared, name), self.usual(declared, name, scenario)
            given = defaults[name] is MISSING
            shown = usual if value is None else value
            yield {
                self.text("lever"): self.label(lever),
                self.text("value"): self.value(shown, lever),
                self.text("default"): self.text("must_be_given") if given else self.value(usual, lever),
                self.text("unit"): self.unit(lever),
                self.text("deviates"): _MARK if not given and shown != usual else "",
                self.text("key"): name,
            }

    def usual(self, declared: Levers | EnterprisePlan, name: str, scenario: Scenario) -> Any:
        """What a lever is where the scenario leaves it out."""
        default = next(field.default for field in fields(declared) if field.name == name)
        return default_of(name, declared, scenario.registry, scenario.settings.start) if default is None else default

    # ------------------------------------------------------------------ differences
    def differences(self, one: Scenario, other: Scenario, a: str, b: str) -> Iterator[str]:
        plans = [{plan.key: plan for plan in scenario.settings.enterprises} for scenario in (one, other)]
        sides = (a, one.settings, plans[0]), (b, other.settings, plans[1])
        facts = [self.facts(scenario, plans[0].keys() & plans[1].keys()) for scenario in (one, other)]
        profile = self.text("profile")
        if one.profile.digest() != other.profile.digest() and facts[0][profile] == facts[1][profile]:
            facts[1][profile] = self.text("other_figures", name=other.profile.name)
        for what in {**facts[0], **facts[1]}:
            x, y = (side.get(what, self.text("shipped")) for side in facts)
            if x != y:
                yield self.text("change", what=what, x=x, y=y, a=a, b=b)
        for (name, settings, mine), (_, others, theirs) in (sides, reversed(sides)):
            for key, plan in mine.items():
                if key not in theirs:
                    yield self.text("only", a=name, what=self.enterprise(plan))
            # Events that do the same in the same month are one, whatever they are called.
            known = [(event.month, dict(event.changes)) for event in others.events]
            for event in settings.events:
                if (event.month, dict(event.changes)) not in known:
                    yield self.text("only", a=name, what=self.event(event, settings))

    def facts(self, scenario: Scenario, shared: Collection[str]) -> dict[str, str]:
        """Each thing that decides a run with its value in words; levers of those enterprises alone that are shared."""
        settings = scenario.settings
        facts = {self.text(key): value for key, value in self.frame(scenario).items()}
        facts |= self.levers_in_words(settings.levers, self.text("policy"), scenario)
        for plan in settings.enterprises:
            if plan.key in shared:
                facts |= self.levers_in_words(plan, f"{self.text('enterprise')} {plan.key}", scenario)
        facts |= {self.named(name): value for name, value in self.parameters(scenario.registry).items()}
        return facts | {f"{self.text('process')} {name}": value for name, value in settings.processes.items()}

    def levers_in_words(self, declared: Levers | EnterprisePlan, owner: str, scenario: Scenario) -> dict[str, str]:
        told = {}
        for name, lever in _levers(declared).items():
            value, usual = getattr(declared, name), self.usual(declared, name, scenario)
            text = self.with_unit(usual if value is None else value, lever)
            left_out = value is None and usual is not None
            told[f"{owner}, {self.label(lever)}"] = self.text("default_is", x=text) if left_out else text
        return told


def _levers(declared: Levers | EnterprisePlan) -> dict[str, Lever]:
    """Levers by the name of their field."""
    found = {field.name: lever_of(type(declared), field.name) for field in fields(declared)}
    return {name: lever for name, lever in found.items() if lever is not None}


def _begun(text: str) -> str:
    """Text with a capital in front."""
    return text[:1].upper() + text[1:]


def _lever(declared: type, name: str) -> Lever:
    lever = lever_of(declared, name)
    if lever is None:
        raise TypeError(f"{declared.__name__}.{name} is no lever")
    return lever
