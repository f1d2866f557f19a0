"""The six kinds of agents. Institutions decide here with ordinary methods; residents are views on columns.

Each institution is a `mesa.Agent` around its dataclass in `wijksim.state`, so that a state can be copied and
put back without Mesa.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wijksim.agents.health_insurer import HealthInsurer
from wijksim.agents.municipality import Municipality
from wijksim.agents.national_government import NationalGovernment
from wijksim.agents.regional_employers import RegionalEmployers
from wijksim.agents.social_enterprise import SocialEnterprise

__all__ = [
    "HealthInsurer",
    "InstitutionAgents",
    "Municipality",
    "NationalGovernment",
    "RegionalEmployers",
    "SocialEnterprise",
]


@dataclass(frozen=True)
class InstitutionAgents:
    """All institutions of a run."""

    enterprises: Sequence[SocialEnterprise]
    municipality: Municipality
    insurers: Sequence[HealthInsurer]
    government: NationalGovernment
    employers: RegionalEmployers
