"""Why money moves: the categories of the ledger, and who may pay whom under each."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

from wijksim.parties import Party

__all__ = ["CATEGORIES", "Category", "Flow"]


class Category(IntEnum):
    """Why money moves."""

    __hash__ = int.__hash__

    WAGES = 0
    EMPLOYER_PREMIUMS = 1
    WAGE_TAX = 2
    SOCIAL_ASSISTANCE = 3
    SOCIAL_ASSISTANCE_TAX = 4
    UNEMPLOYMENT_BENEFIT = 5
    DISABILITY_BENEFIT = 6
    SICK_PAY = 7
    STATE_PENSION = 8
    BENEFIT_TAX = 9
    WAGE_COST_SUBSIDY = 10
    HIRING_SUBSIDY = 11
    COACHING = 12
    ENTERPRISE_GRANT = 13
    SERVICES_HOME_HELP = 14
    SERVICES_GROUNDS = 15
    SUPERVISION = 16
    OVERHEAD = 17
    CARE = 18
    DEDUCTIBLE = 19
    HEALTH_PREMIUM = 20
    HEALTH_LEVY = 21
    RISK_EQUALISATION = 22
    CARE_ALLOWANCE = 23
    RENT_ALLOWANCE = 24
    ASSISTANCE_BUDGET = 25
    PARTICIPATION_GRANT = 26
    ADMINISTRATION = 27
    WMO_HOME_HELP = 28
    CO_FUNDING = 29
    POOLING = 30
    MEASUREMENT = 32
    WMO_GRANT = 33
    ENTERPRISE_CAPITAL = 34
    TOP_UP = 35
    WAGE_BONUS = 36
    SPECIAL_ASSISTANCE = 37
    CHILD_ALLOWANCE = 38
    SICKNESS_BENEFIT = 39
    OWN_CONTRIBUTION = 40


class Flow(NamedTuple):
    """Declaration of a category: labels and who may pay whom."""

    label: str
    label_nl: str
    payers: frozenset[Party]
    payees: frozenset[Party]


def _flow(label: str, label_nl: str, payers: tuple[Party, ...], payees: tuple[Party, ...]) -> Flow:
    return Flow(label, label_nl, frozenset(payers), frozenset(payees))


_P = Party
_EMPLOYERS = (_P.REGULAR_EMPLOYERS, _P.SOCIAL_ENTERPRISES)
_MUNICIPALITY = (
    _P.MUNICIPALITY_ASSISTANCE,
    _P.PARTICIPATION_BUDGET,
    _P.MUNICIPALITY_WMO,
    _P.MUNICIPALITY_ADMINISTRATION,
)
_SAVERS = (
    *_MUNICIPALITY,
    _P.UWV_UNEMPLOYMENT,
    _P.UWV_DISABILITY,
    _P.INSURERS,
    _P.STATE_TAX,
    _P.STATE_ALLOWANCES,
)

CATEGORIES: dict[Category, Flow] = {
    Category.WAGES: _flow("Wages", "Loon", _EMPLOYERS, (_P.RESIDENTS,)),
    Category.EMPLOYER_PREMIUMS: _flow("Employer premiums", "Werkgeverspremies", _EMPLOYERS, (_P.STATE_TAX,)),
    Category.WAGE_TAX: _flow("Tax on wages and profit", "Belasting op loon en winst", (_P.RESIDENTS,), (_P.STATE_TAX,)),
    Category.SOCIAL_ASSISTANCE: _flow(
        "Social assistance, net", "Bijstand, netto", (_P.MUNICIPALITY_ASSISTANCE,), (_P.RESIDENTS,)
    ),
    Category.SOCIAL_ASSISTANCE_TAX: _flow(
        "Tax and levies on social assistance",
        "Belasting en heffing over bijstand",
        (_P.MUNICIPALITY_ASSISTANCE,),
        (_P.STATE_TAX, _P.HEALTH_FUND),
    ),
    Category.UNEMPLOYMENT_BENEFIT: _flow("Unemployment benefit", "WW", (_P.UWV_UNEMPLOYMENT,), (_P.RESIDENTS,)),
    Category.DISABILITY_BENEFIT: _flow(
        "Disability benefit", "Arbeidsongeschiktheidsuitkering", (_P.UWV_DISABILITY,), (_P.RESIDENTS,)
    ),
    Category.SICKNESS_BENEFIT: _flow(
        "Sickness benefit (ZW)", "Ziektewetuitkering", (_P.UWV_DISABILITY,), (_P.RESIDENTS,)
    ),
    Category.SICK_PAY: _flow(
        "Sick pay refunded to employers", "Ziektegeld voor werkgevers", (_P.UWV_DISABILITY,), _EMPLOYERS
    ),
    Category.STATE_PENSION: _flow("State pension", "AOW", (_P.STATE_PENSION,), (_P.RESIDENTS,)),
    Category.BENEFIT_TAX: _flow("Tax on benefits", "Belasting op uitkeringen", (_P.RESIDENTS,), (_P.STATE_TAX,)),
    Category.WAGE_COST_SUBSIDY: _flow(
        "Wage-cost subsidy",
        "Loonkostensubsidie",
        (_P.MUNICIPALITY_ASSISTANCE, _P.STATE_GRANTS),
        _EMPLOYERS,
    ),
    Category.HIRING_SUBSIDY: _flow(
        "Temporary hiring subsidy", "Tijdelijke loonsubsidie", (_P.PARTICIPATION_BUDGET,), _EMPLOYERS
    ),
    Category.COACHING: _flow(
        "Job coaching", "Jobcoaching", (_P.PARTICIPATION_BUDGET, _P.POOLED_FUND), (_P.REST_OF_WORLD,)
    ),
    Category.ENTERPRISE_GRANT: _flow(
        "Grant per place",
        "Subsidie per plek",
        (_P.PARTICIPATION_BUDGET, _P.POOLED_FUND),
        (_P.SOCIAL_ENTERPRISES,),
    ),
    Category.SERVICES_HOME_HELP: _flow(
        "Home-help services", "Woonhulp", (_P.MUNICIPALITY_WMO, _P.REST_OF_WORLD), (_P.SOCIAL_ENTERPRISES,)
    ),
    Category.SERVICES_GROUNDS: _flow(
        "Grounds services",
        "Terreinbeheer",
        (_P.BUSINESS_PARKS, _P.MUNICIPALITY_ADMINISTRATION),
        (_P.SOCIAL_ENTERPRISES,),
    ),
    Category.SUPERVISION: _flow(
        "Supervision", "Begeleiding op het werk", (_P.SOCIAL_ENTERPRISES,), (_P.REST_OF_WORLD,)
    ),
    Category.OVERHEAD: _flow("Overhead", "Overige kosten", (_P.SOCIAL_ENTERPRISES,), (_P.REST_OF_WORLD,)),
    Category.CARE: _flow("Insured care", "Verzekerde zorg", (_P.INSURERS,), (_P.CARE_PROVIDERS,)),
    Category.DEDUCTIBLE: _flow("Deductible", "Eigen risico", (_P.RESIDENTS,), (_P.INSURERS,)),
    Category.HEALTH_PREMIUM: _flow("Health insurance premium", "Zorgpremie", (_P.RESIDENTS,), (_P.INSURERS,)),
    Category.HEALTH_LEVY: _flow(
        "Income-related levy",
        "Inkomensafhankelijke bijdrage",
        (*_EMPLOYERS, _P.UWV_UNEMPLOYMENT, _P.UWV_DISABILITY),
        (_P.HEALTH_FUND,),
    ),
    Category.RISK_EQUALISATION: _flow(
        "Risk equalisation", "Risicoverevening", (_P.HEALTH_FUND, _P.INSURERS), (_P.INSURERS, _P.HEALTH_FUND)
    ),
    Category.CARE_ALLOWANCE: _flow("Care allowance", "Zorgtoeslag", (_P.STATE_ALLOWANCES,), (_P.RESIDENTS,)),
    Category.RENT_ALLOWANCE: _flow("Rent allowance", "Huurtoeslag", (_P.STATE_ALLOWANCES,), (_P.RESIDENTS,)),
    Category.ASSISTANCE_BUDGET: _flow(
        "Benefit budget from the state (BUIG)",
        "Bijstandsbudget van het Rijk (BUIG)",
        (_P.STATE_GRANTS,),
        (_P.MUNICIPALITY_ASSISTANCE,),
    ),
    Category.PARTICIPATION_GRANT: _flow(
        "Participation budget", "Participatiebudget", (_P.STATE_GRANTS,), (_P.PARTICIPATION_BUDGET,)
    ),
    Category.ADMINISTRATION: _flow(
        "Administration of benefits",
        "Uitvoering uitkeringen",
        (_P.MUNICIPALITY_ADMINISTRATION,),
        (_P.REST_OF_WORLD,),
    ),
    Category.WMO_HOME_HELP: _flow(
        "Home help by other providers",
        "Hulp in de huishouding elders",
        (_P.MUNICIPALITY_WMO,),
        (_P.REST_OF_WORLD,),
    ),
    Category.OWN_CONTRIBUTION: _flow(
        "Own contribution to home help",
        "Eigen bijdrage hulp in de huishouding",
        (_P.RESIDENTS,),
        (_P.MUNICIPALITY_WMO,),
    ),
    Category.CO_FUNDING: _flow(
        "Co-funding by insurers",
        "Bijdrage zorgverzekeraars",
        (_P.INSURERS,),
        (_P.PARTICIPATION_BUDGET, _P.POOLED_FUND),
    ),
    Category.POOLING: _flow("Savings into the pooled fund", "Inleg in gezamenlijke pot", _SAVERS, (_P.POOLED_FUND,)),
    Category.MEASUREMENT: _flow(
        "Impact measurement", "Effectmeting", (_P.PARTICIPATION_BUDGET, _P.POOLED_FUND), (_P.REST_OF_WORLD,)
    ),
    Category.WMO_GRANT: _flow("Wmo budget", "Wmo-budget", (_P.STATE_GRANTS,), (_P.MUNICIPALITY_WMO,)),
    Category.ENTERPRISE_CAPITAL: _flow(
        "Starting capital and debts left behind",
        "Startkapitaal en achtergebleven schulden",
        (_P.REST_OF_WORLD, _P.SOCIAL_ENTERPRISES),
        (_P.SOCIAL_ENTERPRISES, _P.REST_OF_WORLD),
    ),
    Category.TOP_UP: _flow(
        "Top-up to the social minimum",
        "Toeslag op uitkering",
        (_P.UWV_UNEMPLOYMENT, _P.UWV_DISABILITY, _P.STATE_PENSION),
        (_P.RESIDENTS,),
    ),
    Category.WAGE_BONUS: _flow(
        "Bonus for low wages and job agreements (LIV, LKV)",
        "Lage-inkomensvoordeel en loonkostenvoordeel",
        (_P.STATE_TAX,),
        _EMPLOYERS,
    ),
    Category.SPECIAL_ASSISTANCE: _flow(
        "Special assistance and remission of local taxes",
        "Bijzondere bijstand en kwijtschelding",
        (_P.MUNICIPALITY_ADMINISTRATION,),
        (_P.RESIDENTS,),
    ),
    Category.CHILD_ALLOWANCE: _flow(
        "Child allowance by income", "Kindgebonden budget", (_P.STATE_ALLOWANCES,), (_P.RESIDENTS,)
    ),
}
"""Labels of each category, and which parties may pay and receive it."""
