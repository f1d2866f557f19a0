"""Dutch words for what parameters are about, and what these are called in passports."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["TERMS", "ways_to_say"]

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
