"""Structural variants: choices of how the model works where the literature leaves more than one way open.

Each is a key of a scenario file. Everybody's luck is the same in all variants, so runs of one seed differ by the
structure alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

__all__ = [
    "READ_BY_VARIANT",
    "STRUCTURES",
    "STRUCTURE_LABELS",
    "USUAL",
    "HealthVariant",
    "InsurerVariant",
    "Matching",
    "Structural",
    "UpbringingVariant",
    "read_in",
]


class Matching(StrEnum):
    """How the regional labour market fills vacancies (`mechanisms.md` B3)."""

    NONE = "none"
    TIGHTNESS = "tightness"
    FULL = "full"


class HealthVariant(StrEnum):
    """What paid work does to health (B4)."""

    MENTAL = "mental"
    MENTAL_AND_PHYSICAL = "mental_and_physical"


class UpbringingVariant(StrEnum):
    """What a childhood with or without work does to finding work later (B5)."""

    EXPOSURE = "exposure"
    EXPOSURE_AND_DEMAND = "exposure_and_demand"
    EXPOSURE_DEMAND_AND_NORM = "exposure_demand_and_norm"


class InsurerVariant(StrEnum):
    """Whether the health insurance fund equalises risks between insurers (B7)."""

    EQUALISED = "equalised"
    UNEQUALISED = "unequalised"


class Structural(NamedTuple):
    """A choice of structure: its variants, the usual one, the process that reads it, and its names and meanings.

    Names and meanings are English and Dutch.
    """

    kind: type[StrEnum]
    default: StrEnum
    process: str
    names: tuple[str, str]
    meanings: tuple[str, str]


STRUCTURES: Mapping[str, Structural] = {
    "matching": Structural(
        Matching,
        Matching.TIGHTNESS,
        "labour_market",
        ("labour market", "arbeidsmarkt"),
        ("how the labour market fills vacancies", "hoe de arbeidsmarkt vacatures vervult"),
    ),
    "health": Structural(
        HealthVariant,
        HealthVariant.MENTAL,
        "health",
        ("work and health", "werk en gezondheid"),
        ("what paid work does to health", "wat betaald werk met de gezondheid doet"),
    ),
    "upbringing": Structural(
        UpbringingVariant,
        UpbringingVariant.EXPOSURE_AND_DEMAND,
        "labour_market",
        ("childhood and work", "jeugd en werk"),
        (
            "how a childhood without working parents makes it harder to find work",
            "hoe een jeugd zonder werkende ouders het vinden van werk moeilijker maakt",
        ),
    ),
    "insurer": Structural(
        InsurerVariant,
        InsurerVariant.EQUALISED,
        "settlement",
        ("health insurers", "zorgverzekeraars"),
        (
            "whether insurers have to share what care costs less or more",
            "of verzekeraars moeten delen wat de zorg minder of meer kost",
        ),
    ),
}
"""Choices of structure by the key that sets them, in order."""

USUAL: Mapping[str, StrEnum] = {name: choice.default for name, choice in STRUCTURES.items()}
"""The structure where a scenario chooses none."""

STRUCTURE_LABELS: Mapping[StrEnum, tuple[str, str]] = {
    Matching.NONE: ("nobody displaces another searcher", "niemand verdringt een andere zoeker"),
    Matching.TIGHTNESS: (
        "more searchers make it harder for all",
        "meer zoekers maken het moeilijker voor iedereen",
    ),
    Matching.FULL: (
        "no more people are hired than there are vacancies",
        "er gaan niet meer mensen aan het werk dan er vacatures zijn",
    ),
    HealthVariant.MENTAL: ("work lowers distress", "werk geeft minder psychische klachten"),
    HealthVariant.MENTAL_AND_PHYSICAL: (
        "work lowers distress and physical illness",
        "werk geeft minder psychische klachten en minder lichamelijke ziekte",
    ),
    UpbringingVariant.EXPOSURE: (
        "the example of parents counts as much everywhere",
        "het voorbeeld van ouders telt overal even zwaar",
    ),
    UpbringingVariant.EXPOSURE_AND_DEMAND: (
        "the example of parents counts where jobs are scarce",
        "het voorbeeld van ouders telt waar weinig banen zijn",
    ),
    UpbringingVariant.EXPOSURE_DEMAND_AND_NORM: (
        "the example of parents counts where jobs are scarce, and who holds work to be less usual searches less",
        "het voorbeeld van ouders telt waar weinig banen zijn, en wie werk minder gewoon vindt, zoekt minder",
    ),
    InsurerVariant.EQUALISED: ("with risk equalisation", "met verevening"),
    InsurerVariant.UNEQUALISED: (
        "no risk equalisation, so that insurers keep what care costs less",
        "geen verevening, zodat verzekeraars houden wat de zorg minder kost",
    ),
}
"""Each variant in words, English and Dutch."""

READ_BY_VARIANT: Mapping[str, tuple[str, StrEnum]] = {
    "physical_work_effect_sd": ("health", HealthVariant.MENTAL_AND_PHYSICAL),
    "own_norm_effect_on_search": ("upbringing", UpbringingVariant.EXPOSURE_DEMAND_AND_NORM),
}
"""Parameters that one variant alone reads, by name: the choice and the variant."""


def read_in(parameter: str, structure: Mapping[str, StrEnum]) -> bool:
    """Whether a structure reads a parameter: all do, but for those of one variant alone."""
    key, variant = READ_BY_VARIANT.get(parameter, ("", None))
    return variant is None or structure[key] is variant
