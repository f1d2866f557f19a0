"""A scenario file to start from, blank or filled in: each key explained in English and Dutch, with unit and bounds."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, get_args, get_type_hints

from wijksim.calendar import month_text
from wijksim.parameters import Dated, Number, Registry, load_registry
from wijksim.scenario import Scenario
from wijksim.scenario.cautions import PARAMETER_OF_LEVER
from wijksim.scenario.schema import lever_of, range_text
from wijksim.settings import (
    CHOICE_LABELS,
    EnterprisePlan,
    Event,
    Lever,
    Levers,
    PlaceKind,
    Sector,
    Settings,
    TargetGroup,
)
from wijksim.structure import STRUCTURES
from wijksim.tomlfile import toml_text

__all__ = ["profile_named", "scenario_copy", "scenario_template"]

_EXAMPLE = EnterprisePlan(
    key="hulp",
    sector=Sector.HOME_HELP,
    places_are=PlaceKind.PAID_JOBS,
    target_group=TargetGroup.PRACTICAL_SCHOOL_LEAVERS,
    places=12,
    name="Hulp in de wijk",
)
"""What the template fills in where a key has no default."""

_COMMENTED = {"area": "emmerhout", "name": "Hulp in de wijk"}
_AT_FIRST = (" at first", " aan het begin")
"""What stands behind a default that changes over time, in English and in Dutch."""
_HEAD = """\
# A scenario of wijksim. Check it with: wijksim check FILE
# Lines with # are comments; a key left out has the default named above it.
# Amounts in euro are in prices of the start and follow consumer prices; defaults say in which prices they are.
# Een scenario voor wijksim. Controleer het met: wijksim check BESTAND
# Regels met # zijn uitleg; wat u weglaat krijgt de waarde die erboven staat.
# Bedragen in euro zijn in prijzen van het begin en groeien mee met de prijzen.
"""
_TOP = {
    "format": ("version of this form of file", "versie van deze vorm van bestand"),
    "name": ("results go by this name", "onder deze naam staat het in de uitkomsten"),
    "description": ("what it is about", "waar het over gaat"),
    "profile": (
        "a profile file beside this one, or one that comes with wijksim",
        "een profielbestand naast dit bestand, of een dat bij wijksim hoort",
    ),
    "start": ("year and month; 2015-01 to 2500-01", "jaar en maand; 2015-01 tot en met 2500-01"),
    "months": ("length of the run, months; 1 to 720", "looptijd, maanden; 1 tot en met 720"),
    "residents": (
        "size of the neighbourhood; left out: as many as the profile has",
        "grootte van de wijk; weggelaten: zoveel als het profiel er heeft",
    ),
    **{name: choice.meanings for name, choice in STRUCTURES.items()},
}
_NAMES = {
    "key": (
        "short name, for events and files: small letters",
        "korte naam, voor gebeurtenissen en bestanden: kleine letters",
    ),
    "name": ("name that people read", "naam die mensen lezen"),
}
_POLICY = "# What the parties decide together. / Wat de partijen samen besluiten."
_ENTERPRISE = "# A social enterprise; repeat the block for another. / Een sociale onderneming; herhaal voor een andere."
_EVENTS = """\
# Something that changes at a fixed month; 0 is the first. / Iets dat in een vaste maand verandert; 0 is de eerste.
# Paths: policy.LEVER, or enterprise.KEY.LEVER / Paden: policy.KNOP, of enterprise.SLEUTEL.KNOP"""
_AN_EVENT = Event(30, "Subsidie gehalveerd / grant halved", (("policy.grant_share", 0.5),))
_PARAMETERS = """\
# Other values for parameters; 'wijksim parameters' lists them with unit and range.
# Andere waarden voor rekengetallen; 'wijksim parameters' noemt ze met eenheid en bereik.
[parameters]"""
_PROCESSES = """\
# Your own process in place of one of wijksim's, as package.module:Class.
# Een eigen proces in plaats van een van wijksim, als pakket.module:Klasse.
[process]"""


def scenario_template(registry: Registry, name: str | None = None) -> str:
    """Give the text of a scenario file that can be run as it stands.

    Parameters
    ----------
    registry : Registry
        Gives the defaults of levers that a scenario leaves out.
    name : str, optional
        Of the scenario.
    """
    settings = Settings(name or "My what-if", 0, 120, enterprises=(_EXAMPLE,))
    return _text(settings, "", "emmerhout", "2015-01", {}, registry)


def scenario_copy(scenario: Scenario, name: str, profile: str) -> str:
    """Give the text of a file that sets what a scenario sets, every key explained; its own comments are not in it.

    Parameters
    ----------
    scenario : Scenario
        Read from a file, or made in Python.
    name : str
        Of the copy: results go by it.
    profile : str
        The profile as the copy names it.
    """
    shipped = load_registry()
    given = {one.name: one.setting for one in scenario.registry.values() if one.set_by != shipped[one.name].set_by}
    start = month_text(scenario.settings.start)
    return _text(replace(scenario.settings, name=name), scenario.description, profile, start, given, shipped)


def profile_named(scenario: Scenario, folder: Path | None = None) -> str:
    """Profile of a scenario as a file elsewhere must name it: seen from a folder, or from anywhere where none is given.

    Raises
    ------
    ValueError
        There is no way to it from `folder` (it is on another drive).
    """
    beside = (scenario.path or Path()).parent / scenario.profile_source
    if not beside.is_file():
        return scenario.profile_source
    return Path(os.path.relpath(beside, folder)).as_posix() if folder else beside.resolve().as_posix()


def _text(
    settings: Settings,
    description: str,
    profile: str,
    start: str,
    parameters: dict[str, Any],
    registry: Registry,
) -> str:
    values = {
        "format": 1,
        "name": settings.name,
        "description": description,
        "profile": profile,
        "start": start,
        "months": settings.months,
        "residents": settings.residents,
        **settings.structure,
    }
    lines = [_HEAD]
    for key, (english, dutch) in _TOP.items():
        choices = _choices(STRUCTURES[key].kind) if key in STRUCTURES else ("", "")
        lines += [f"# {english}{choices[0]}", f"# {dutch}{choices[1]}"]
        lines.append(f"{key} = {_toml(values[key])}" if values[key] is not None else "# residents = 2000")
    lines += ["", _POLICY, "[policy]", *_table_lines(settings.levers, registry)]
    for plan in settings.enterprises:
        lines += ["", _ENTERPRISE, "[[enterprise]]", *_table_lines(plan, registry)]
    lines += ["", _EVENTS]
    events = [line for event in settings.events for line in (*_event_lines(event), "")]
    lines += events or [*(f"# {line}" for line in _event_lines(_AN_EVENT)), ""]
    own = [f"{_key(name)} = {_toml(value)}" for name, value in parameters.items()]
    lines += [_PARAMETERS, *(own or ["# assistance_takeup = 0.7"]), ""]
    processes = [f"{name} = {_toml(reference)}" for name, reference in settings.processes.items()]
    lines += [_PROCESSES, *(processes or ['# health = "my_package.my_module:MyHealth"'])]
    return "\n".join([*lines, ""])


def _event_lines(event: Event) -> list[str]:
    changes = ", ".join(f"{_toml(path)} = {_toml(value)}" for path, value in event.changes)
    return ["[[event]]", f"month = {event.month}", f"label = {_toml(event.label)}", f"set = {{ {changes} }}"]


def _table_lines(declared: Levers | EnterprisePlan, registry: Registry) -> Iterator[str]:
    hints = get_type_hints(type(declared), include_extras=True)
    for field in fields(declared):
        lever = lever_of(type(declared), field.name)
        if lever:
            yield from _comments(field, lever, hints[field.name], registry)
        else:
            yield from (f"# {text}" for text in _NAMES[field.name])
        yield _assignment(field, getattr(declared, field.name), registry)


def _comments(field: Field[Any], lever: Lever, kind: Any, registry: Registry) -> Iterator[str]:
    """Say in English and in Dutch what a lever is, its unit, bounds and default."""
    by_parameter = [_defaults(field.name, registry, at_first) for at_first in _AT_FIRST]
    defaults = [[f"{value} ({name})" for name, value in texts.items()] for texts in by_parameter]
    if field.default is not None and field.default is not MISSING:
        defaults = [[toml_text(field.default)]] * len(_AT_FIRST)
    choice = next(
        (part for part in (kind, *get_args(kind)) if isinstance(part, type) and issubclass(part, StrEnum)), None
    )
    for dutch, (label, unit) in enumerate(((lever.label, lever.unit), (lever.label_nl, lever.unit_nl))):
        notes = [unit] if lever.unit not in ("choice", "yes/no") else []
        notes += [_choices(choice)[dutch].removeprefix(": ")] if choice else [range_text(kind, dutch=bool(dutch))]
        if defaults[dutch]:
            notes.append(f"{'standaard' if dutch else 'default'} {(' of ' if dutch else ' or ').join(defaults[dutch])}")
        yield f"# {label}: {'; '.join(filter(None, notes))}"


def _choices(kind: type[StrEnum]) -> tuple[str, str]:
    """Each text that a choice may be with its meaning, English and Dutch."""
    english, dutch = (
        ": " + " | ".join(f'"{member}" ({CHOICE_LABELS[member][language]})' for member in kind) for language in (0, 1)
    )
    return english, dutch


def _assignment(field: Field[Any], value: Any, registry: Registry) -> str:
    if value is not None:
        return f"{field.name} = {_toml(value)}"
    shown = _COMMENTED.get(field.name)
    if shown is None:
        return f"# {field.name} = {next(iter(_defaults(field.name, registry).values()))}"
    return f"# {field.name} = {_toml(shown)}"


def _defaults(lever: str, registry: Registry, at_first: str = "") -> dict[str, str]:
    """Give the values that a lever left out may get, by the parameter that holds each, with a word where dated."""
    texts = {}
    for name in PARAMETER_OF_LEVER.get(lever, ()):
        passport = registry[name]
        if not isinstance(passport, Number | Dated):
            raise TypeError(f"{name} can't be the default of {lever}: it is a table")
        value = passport.value if isinstance(passport, Number) else passport.values[0].value
        texts[name] = f"{value:g}{at_first}" if isinstance(passport, Dated) else f"{value:g}"
    return texts


def _toml(value: Any) -> str:
    """Write a value of a file; a text with all that it needs to be read back, in JSON's way, which is TOML's too."""
    return (
        json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f") if isinstance(value, str) else toml_text(value)
    )


def _key(name: str) -> str:
    return name if name.replace("_", "").replace("-", "").isalnum() and name.isascii() else _toml(name)
