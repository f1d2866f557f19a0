"""A scenario file to start from: every key with its meaning, unit, range and default."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import Field, fields
from typing import Any, get_type_hints

from wijksim.parameters import Dated, Number, Registry
from wijksim.scenario.cautions import PARAMETER_OF_LEVER
from wijksim.scenario.schema import lever_of, range_text
from wijksim.settings import EnterprisePlan, Levers, Matching, PlaceKind, Sector, TargetGroup
from wijksim.tomlfile import toml_text

__all__ = ["scenario_template"]

# What the template fills in where a key has no default.
_EXAMPLE = {
    "key": "hulp",
    "name": "Hulp in de wijk",
    "sector": Sector.HOME_HELP,
    "places_are": PlaceKind.PAID_JOBS,
    "target_group": TargetGroup.PRACTICAL_SCHOOL_LEAVERS,
    "places": 12,
}
_COMMENTED = {"area": "emmerhout"}
_HEAD = """\
# A scenario of wijksim. Check it with: wijksim check FILE
# Lines with # are comments; a key left out has the default named beside it.
# Amounts in euro are in prices of the start and follow consumer prices; defaults say in which prices they are.
# Een scenario voor wijksim. Regels met # zijn uitleg; wat je weglaat krijgt de waarde die erbij staat.
# Bedragen zijn in prijzen van het begin en groeien mee met de prijzen.
format = 1
name = "My what-if"
description = ""
profile = "emmerhout"   # a profile file beside this one, or one that comes with wijksim
start = "2015-01"       # year and month, 2015 or later
months = 120            # 1 to 720
# residents = 2000      # default: as many as the profile has
"""
_EVENTS = """\
# Something that changes at a fixed month; 0 is the first. / Iets dat in een vaste maand verandert.
# Paths: policy.KEY, or enterprise.KEY-OF-THE-ENTERPRISE.KEY
# [[event]]
# month = 30
# label = "Subsidie gehalveerd / grant halved"
# set = { "policy.grant_share" = 0.5 }

# Other values for parameters; 'wijksim parameters' lists them with unit and range.
[parameters]
# assistance_takeup = 0.7

# Your own process in place of one of wijksim's, as package.module:Class.
[process]
# health = "my_package.my_module:MyHealth"
"""


def scenario_template(registry: Registry) -> str:
    """Give the text of a scenario file that can be run as it stands.

    Parameters
    ----------
    registry : Registry
        Gives the defaults of levers that a scenario leaves out.
    """
    matching = f'matching = "{Matching.TIGHTNESS}"  # {range_text(Matching)}: how the labour market fills vacancies'
    return "\n".join(
        [
            _HEAD + matching,
            "",
            "# What the parties decide together. / Wat de partijen samen besluiten.",
            "[policy]",
            *_table_lines(Levers, registry),
            "",
            "# A social enterprise; repeat the block for a second. / Een sociale onderneming; herhaal voor een tweede.",
            "[[enterprise]]",
            *_table_lines(EnterprisePlan, registry),
            "",
            _EVENTS,
        ]
    )


def _table_lines(declared: type[Levers] | type[EnterprisePlan], registry: Registry) -> Iterator[str]:
    hints = get_type_hints(declared, include_extras=True)
    for field in fields(declared):
        lever = lever_of(declared, field.name)
        if lever:
            kind = hints[field.name]
            notes = [lever.unit] if lever.unit not in ("choice", "yes/no") else []
            defaults = _defaults(field.name, registry)
            stated = (
                [f"default {' or '.join(f'{value} ({name})' for name, value in defaults.items())}"] if defaults else []
            )
            notes += [text for text in (range_text(kind), *stated) if text]
            yield f"# {lever.label} / {lever.label_nl}: {'; '.join(notes)}"
        yield _assignment(field, registry)


def _assignment(field: Field[Any], registry: Registry) -> str:
    if field.name in _EXAMPLE:
        return f"{field.name} = {toml_text(_EXAMPLE[field.name])}"
    value = field.default if field.default is not None else _COMMENTED.get(field.name)
    if value is None:
        return f"# {field.name} = {next(iter(_defaults(field.name, registry).values())).split()[0]}"
    return f"# {field.name} = {toml_text(value)}"


def _defaults(lever: str, registry: Registry) -> dict[str, str]:
    """Give the values that a lever left out may get, by the parameter that holds each."""
    texts = {}
    for name in PARAMETER_OF_LEVER.get(lever, ()):
        passport = registry[name]
        if not isinstance(passport, Number | Dated):
            raise TypeError(f"{name} can't be the default of {lever}: it is a table")
        value = passport.value if isinstance(passport, Number) else passport.values[0].value
        texts[name] = f"{value:g} at first" if isinstance(passport, Dated) else f"{value:g}"
    return texts
