"""Pockets: the budgets that people speak of, each made of one or more parties of the ledger."""

from __future__ import annotations

from typing import NamedTuple

from wijksim.accounts import Party

__all__ = ["BUDGETS", "BY_RULE", "POCKETS", "POCKET_OUTCOME", "RULE_OUTCOME", "Pocket"]

POCKET_OUTCOME = "pocket_balance"
"""Outcome in the table of effects: what a pocket receives less what it pays.

Starting capital of social enterprises and debts they leave behind are left out: being lent money is no gain.
"""

RULE_OUTCOME = "pocket_by_rule"
"""Outcome in the table of effects: a balance as it would be before, or after, a budget follows by its rule."""


class Pocket(NamedTuple):
    """Name in titles and within a sentence, in English and Dutch, and the parties it is made of."""

    label: str
    label_nl: str
    name: str
    name_nl: str
    parties: tuple[Party, ...]


POCKETS: dict[str, Pocket] = {
    "municipality": Pocket(
        "Municipality",
        "Gemeente",
        "the municipality",
        "de gemeente",
        (
            Party.MUNICIPALITY_ASSISTANCE,
            Party.PARTICIPATION_BUDGET,
            Party.MUNICIPALITY_WMO,
            Party.MUNICIPALITY_ADMINISTRATION,
        ),
    ),
    "state": Pocket(
        "State",
        "Rijk",
        "the state",
        "het Rijk",
        (Party.STATE_PENSION, Party.STATE_TAX, Party.STATE_ALLOWANCES, Party.STATE_GRANTS),
    ),
    "uwv": Pocket("UWV (work insurance)", "UWV", "UWV", "UWV", (Party.UWV_UNEMPLOYMENT, Party.UWV_DISABILITY)),
    "health_fund": Pocket(
        "Health insurance fund",
        "Zorgverzekeringsfonds",
        "the health insurance fund",
        "het Zorgverzekeringsfonds",
        (Party.HEALTH_FUND,),
    ),
    "insurers": Pocket(
        "Health insurers", "Zorgverzekeraars", "the health insurers", "de zorgverzekeraars", (Party.INSURERS,)
    ),
    "care_providers": Pocket(
        "Care providers", "Zorgaanbieders", "the care providers", "de zorgaanbieders", (Party.CARE_PROVIDERS,)
    ),
    "pooled_fund": Pocket(
        "Pooled fund", "Gezamenlijke pot", "the pooled fund", "de gezamenlijke pot", (Party.POOLED_FUND,)
    ),
    "residents": Pocket("Residents", "Bewoners", "the residents", "de bewoners", (Party.RESIDENTS,)),
    "social_enterprises": Pocket(
        "Social enterprises",
        "Sociale ondernemingen",
        "the social enterprises",
        "de sociale ondernemingen",
        (Party.SOCIAL_ENTERPRISES,),
    ),
    "business_parks": Pocket(
        "Business parks", "Bedrijvenparken", "the business parks", "de bedrijvenparken", (Party.BUSINESS_PARKS,)
    ),
    "regular_employers": Pocket(
        "Regular employers", "Gewone werkgevers", "regular employers", "gewone werkgevers", (Party.REGULAR_EMPLOYERS,)
    ),
    "rest_of_world": Pocket(
        "Rest of the world", "Overig", "others outside the wijk", "anderen buiten de wijk", (Party.REST_OF_WORLD,)
    ),
}
"""All pockets, in the order in which they are shown; together they hold every party once, so they sum to zero."""

_NO_BUDGETS = ("care_providers", "pooled_fund", "regular_employers", "rest_of_world")

BUDGETS: dict[str, Pocket] = {key: pocket for key, pocket in POCKETS.items() if key not in _NO_BUDGETS}
"""Pockets of which one can say that they gain or lose. What regular employers, care providers and others make and
sell isn't booked, only what they receive from the wijk and pay to it: their balance is no gain or loss. Nor is that of
the pooled fund, which passes on what others pay in."""

BY_RULE: dict[str, Pocket] = {
    "municipality_alone": Pocket(
        "Municipality, if it does this alone",
        "Gemeente, als zij dit alleen doet",
        "the municipality that does this alone",
        "de gemeente die dit alleen doet",
        POCKETS["municipality"].parties,
    ),
    "municipality_all": Pocket(
        "Municipality, if all municipalities do this",
        "Gemeente, als alle gemeenten dit doen",
        "the municipality, if all do this,",
        "de gemeente, als alle gemeenten dit doen,",
        POCKETS["municipality"].parties,
    ),
    "state_alone": Pocket(
        "State, if one municipality does this",
        "Rijk, als één gemeente dit doet",
        "the state, if one municipality does this,",
        "het Rijk, als één gemeente dit doet,",
        POCKETS["state"].parties,
    ),
    "state_all": Pocket(
        "State, if all municipalities do this",
        "Rijk, als alle gemeenten dit doen",
        "the state, if all municipalities do this,",
        "het Rijk, als alle gemeenten dit doen,",
        POCKETS["state"].parties,
    ),
    "insurers_before": Pocket(
        "Health insurers, before risk equalisation",
        "Zorgverzekeraars, vóór de verevening",
        "the health insurers before risk equalisation",
        "de zorgverzekeraars vóór de verevening",
        POCKETS["insurers"].parties,
    ),
}
"""Balances by rule: the benefit budget (BUIG) follows what is spent only where all municipalities do the same, and the
health insurance fund takes part of a saving in care back by risk equalisation."""
