"""Whose pockets money moves between."""

from __future__ import annotations

from enum import IntEnum

__all__ = ["PARTY_LABELS", "Party"]


class Party(IntEnum):
    """Whose pocket (`mechanisms.md` rule 7). The ledger books what concerns this wijk only."""

    __hash__ = int.__hash__  # Enum's own runs in Python

    MUNICIPALITY_ASSISTANCE = 0
    PARTICIPATION_BUDGET = 1
    MUNICIPALITY_WMO = 2
    MUNICIPALITY_ADMINISTRATION = 3
    UWV_UNEMPLOYMENT = 4
    UWV_DISABILITY = 5
    STATE_PENSION = 6
    STATE_TAX = 7
    STATE_ALLOWANCES = 8
    STATE_GRANTS = 9
    HEALTH_FUND = 10
    INSURERS = 11
    CARE_PROVIDERS = 12
    RESIDENTS = 13
    REGULAR_EMPLOYERS = 14
    SOCIAL_ENTERPRISES = 15
    BUSINESS_PARKS = 16
    POOLED_FUND = 17
    REST_OF_WORLD = 18


PARTY_LABELS: dict[Party, tuple[str, str]] = {
    Party.MUNICIPALITY_ASSISTANCE: ("Municipality: social assistance", "Gemeente: bijstand"),
    Party.PARTICIPATION_BUDGET: ("Municipality: participation budget", "Gemeente: participatiebudget"),
    Party.MUNICIPALITY_WMO: ("Municipality: home help (Wmo)", "Gemeente: hulp in de huishouding (Wmo)"),
    Party.MUNICIPALITY_ADMINISTRATION: ("Municipality: administration", "Gemeente: uitvoering"),
    Party.UWV_UNEMPLOYMENT: ("UWV: unemployment benefit", "UWV: WW"),
    Party.UWV_DISABILITY: ("UWV: sickness and disability", "UWV: ziekte en arbeidsongeschiktheid"),
    Party.STATE_PENSION: ("State: pension (AOW)", "Rijk: AOW"),
    Party.STATE_TAX: ("State: tax and premiums", "Rijk: belasting en premies"),
    Party.STATE_ALLOWANCES: ("State: allowances", "Rijk: toeslagen"),
    Party.STATE_GRANTS: ("State: budgets for municipalities", "Rijk: budgetten voor gemeenten"),
    Party.HEALTH_FUND: ("Health insurance fund", "Zorgverzekeringsfonds"),
    Party.INSURERS: ("Health insurers", "Zorgverzekeraars"),
    Party.CARE_PROVIDERS: ("Care providers", "Zorgaanbieders"),
    Party.RESIDENTS: ("Residents", "Bewoners"),
    Party.REGULAR_EMPLOYERS: ("Regular employers", "Gewone werkgevers"),
    Party.SOCIAL_ENTERPRISES: ("Social enterprises", "Sociale ondernemingen"),
    Party.BUSINESS_PARKS: ("Business parks", "Bedrijvenparken"),
    Party.POOLED_FUND: ("Pooled fund", "Gezamenlijke pot"),
    Party.REST_OF_WORLD: ("Rest of the world", "Overig"),
}
"""English and Dutch label of each party."""
