"""Dutch for parameters: what each is called, their units and grades, and words by which they are looked for."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal

__all__ = ["TERMS", "DutchWords", "in_dutch", "ways_to_say"]

DutchWords = Literal["labels", "units", "grades", "groups"]

TERMS: Mapping[str, tuple[str, ...]] = {
    "bijstand": ("social assistance", "assistance_", "benefit_norm"),
    "uitkering": ("benefit", "social assistance"),
    "kostendeler": ("cost sharer", "cost_sharer"),
    "loonkostensubsidie": ("wage-cost subsidy", "lks_"),
    "subsidie": ("subsidy", "grant"),
    "minimumloon": ("minimum wage", "minimum_wage"),
    "jeugdloon": ("youth_wage", "youth minimum"),
    "loon": ("wage",),
    "belasting": ("tax",),
    "toeslag": ("allowance",),
    "arbeidsongeschikt": ("disability",),
    "werkloos": ("unemploy", "ww_"),
    "ziekte": ("sick",),
    "pensioen": ("pension",),
    "huisarts": ("gp contact", "gp_", " gp "),
    "zorgverzekeraar": ("insurer",),
    "zorgkosten": ("care cost", "care_cost"),
    "zorg": ("care",),
    "gezondheid": ("health",),
    "psychisch": ("mental",),
    "ggz": ("mental care", "mental_care", "mh_"),
    "gemeente": ("municipal",),
    "rijk": ("the state", "national"),
    "werkgever": ("employer",),
    "werkplek": ("place",),
    "vacature": ("vacanc",),
    "onderwijs": ("education",),
    "opleiding": ("education",),
    "praktijkschool": ("practical education", "pro_"),
    "kinderen": ("child",),
    "ouder": ("parent",),
    "huishouden": ("household",),
    "geboorte": ("birth", "fertility"),
    "sterfte": ("death", "mortality"),
    "verhuizen": ("move", "arriv"),
    "inwoner": ("resident", "inhabitant"),
    "wijk": ("wijk", "neighbourhood"),
    "leefbaarheid": ("liveability",),
    "onderneming": ("enterprise",),
    "opdracht": ("orders", "order_"),
    "prijs": ("price",),
}
"""By the Dutch word, as one looks for it; each way stands in at least one passport."""

_SHORTEST = 4  # letters of a part of a word that may be meant by it


def in_dutch(kind: DutchWords, text: str, otherwise: str | None = None) -> str:
    """Give what something of a passport is in Dutch.

    Parameters
    ----------
    kind : {"labels", "units", "grades", "groups"}
        What it is: the label of a parameter is asked by the parameter's name.
    text : str
        The name of the parameter, or the unit, grade or group in English.
    otherwise : str, optional
        Given for what has no Dutch, as a parameter of an older version; left out: `text` itself.
    """
    return _dutch()[kind].get(text, text if otherwise is None else otherwise)


@cache
def _dutch() -> Mapping[str, Mapping[str, str]]:
    text = (files("wijksim.parameters") / "dutch_labels.toml").read_text(encoding="utf-8")
    return MappingProxyType(tomllib.loads(text))


def ways_to_say(word: str) -> tuple[str, ...]:
    """Give the texts of which one is to be found for a word: the word itself, and what its Dutch is in English.

    Parameters
    ----------
    word : str
        In small letters; plurals and compounds that begin with a Dutch word, and the beginning of one, count as it.
    """
    found = [word]
    for term, english in TERMS.items():
        if word.startswith(term) or (len(word) >= _SHORTEST and term.startswith(word)):
            found += english
    return tuple(dict.fromkeys(found))
