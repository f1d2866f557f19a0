"""What a scenario may hold and is told of: sizes and amounts that don't fit the neighbourhood or the evidence.

Nothing here refuses a scenario; what can't be is refused by :mod:`wijksim.scenario.checks`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from wijksim.parameters import Dated, Number, Registry
from wijksim.population.profile import Area
from wijksim.settings import ContractKind, EnterprisePlan, Levers, PlaceKind, Sector, TargetGroup

if TYPE_CHECKING:
    from wijksim.scenario import Scenario

__all__ = ["PARAMETER_OF_LEVER", "cautions", "default_of", "evidence_range"]

PARAMETER_OF_LEVER: Mapping[str, tuple[str, ...]] = {
    "participation_budget_euro_per_year": ("participation_budget_year",),
    "rule_change_disruption_months": ("rule_change_disruption_months",),
    "contract_months": ("temporary_contract_months", "placement_longest_months"),
    "hours_share": ("se_hours_share",),
    "productivity_share": ("productivity_share_mean",),
    "price_euro_per_hour": ("woonhulp_price_hour", "grounds_price_hour_group"),
    "orders_share": ("se_orders_share",),
    "grant_euro_per_place_year": ("enterprise_grant_place_year",),
    "coaching_hours_per_month": ("coaching_hours_month",),
}
"""Where the default of a lever stands that a scenario leaves out."""

_SECTORS = tuple(Sector)  # as the prices of PARAMETER_OF_LEVER stand
_PRICE_YEAR = "services_price_year"  # of amounts that stand for levers
_PER = 1000
_WORKING_AGES = ("age_15_24_share", "age_25_44_share", "age_45_64_share")


def cautions(scenario: Scenario) -> Iterator[str]:
    """Say what in a scenario a reader should know before it is run; each in a line."""
    yield from _size(scenario)
    yield from _density(scenario)
    told: dict[str, None] = {}
    for month in sorted({0, *(event.month for event in scenario.settings.events)}):
        levers, plans = scenario.settings.plan_at(month)
        for plan in plans:
            told.update(dict.fromkeys(_more_places_than_people(scenario, plan)))
            told.update(dict.fromkeys(_beyond_evidence(f"enterprise {plan.key}", plan, scenario)))
        told.update(dict.fromkeys(_beyond_evidence("policy", levers, scenario)))
    yield from told


def _inhabitants(scenario: Scenario) -> float:
    return scenario.profile.figure("inhabitants").value


def _size(scenario: Scenario) -> Iterator[str]:
    residents = scenario.settings.residents or round(_inhabitants(scenario))
    few = scenario.registry.number("few_residents")
    if residents < few:
        yield (
            f"{residents:,} residents are few (below {few:g}): one household more or less at work moves every share,"
            " so read nothing but differences over many runs."
        )


def _density(scenario: Scenario) -> Iterator[str]:
    """Places that were meant for a neighbourhood of another size."""
    residents, own = scenario.settings.residents, _inhabitants(scenario)
    if residents is None:
        return
    for plan in scenario.settings.enterprises:
        same = plan.places * residents / own
        if round(same) != plan.places:
            yield (
                f"enterprise {plan.key}: {plan.places:,} places among {residents:,} residents are"
                f" {_PER * plan.places / residents:.1f} per {_PER:,}; in {scenario.profile.name} itself ({own:,.0f}"
                f" residents) {_PER * plan.places / own:.1f}. Places aren't scaled: as many per resident"
                f" would be {same:.1f}."
            )


def _more_places_than_people(scenario: Scenario, plan: EnterprisePlan) -> Iterator[str]:
    """Compare places with all who could be in the group by the profile, which are more than it really has."""
    areas = [area for area in scenario.profile.areas if plan.area in (None, area.key)]
    scale = (scenario.settings.residents or _inhabitants(scenario)) / _inhabitants(scenario)
    counts = [_people(area, plan) for area in areas]
    people = round(scale * sum(count for count, _ in counts))
    if plan.places > people:
        where = plan.area or scenario.profile.name
        yield (
            f"enterprise {plan.key}: {plan.places:,} places, and {where} has about {people:,} {counts[0][1]} in"
            f" the run, of whom the target group ({plan.target_group}) is a part: most places will stay empty."
        )


def _people(area: Area, plan: EnterprisePlan) -> tuple[float, str]:
    """People of an area of whom those who may take the places are a part, and who they are."""
    value = {name: figure.value for name, figure in area.figures.items()}
    assisted = plan.places_are is PlaceKind.PLACEMENTS or plan.target_group is TargetGroup.LONGEST_OUT_OF_WORK
    if assisted and "social_assistance_persons" in value:
        return value["social_assistance_persons"], "people on social assistance"
    if plan.target_group is TargetGroup.PRACTICAL_SCHOOL_LEAVERS:
        return value["inhabitants"] * value["age_15_24_share"], "people of 15 to 24"
    return value["inhabitants"] * sum(value[name] for name in _WORKING_AGES), "people of 15 to 64"


def _beyond_evidence(owner: str, levers: Levers | EnterprisePlan, scenario: Scenario) -> Iterator[str]:
    """Compare levers with the range of the parameter that is their default."""
    for name in PARAMETER_OF_LEVER:
        value = getattr(levers, name, None)
        if value is None:
            continue
        parameter = _parameter(name, levers)
        low, high = _range(parameter, scenario.registry, scenario.settings.start)
        if not low <= value <= high:
            yield (
                f"{owner}: {name} = {value:,.15g} is outside {low:,.15g} to {high:,.15g}, the range of {parameter}:"
                " what follows is beyond what the model rests on (wijksim parameters --search"
                f" {parameter})."
            )


def default_of(lever: str, levers: Levers | EnterprisePlan, registry: Registry, start: int) -> float | None:
    """Give the value that the model takes where a scenario leaves a lever out; None where it needs none.

    Parameters
    ----------
    lever : str
        Name of a field of `levers` that may be left out.
    start : int
        Absolute month in whose prices amounts are given.
    """
    if isinstance(levers, EnterprisePlan):
        if lever == "contract_months" and levers.contract is ContractKind.PERMANENT:
            return None
        if lever == "grant_euro_per_place_year" and levers.places_are is PlaceKind.PLACEMENTS:
            return 0.0
    if lever not in PARAMETER_OF_LEVER:
        return None
    passport = registry[_parameter(lever, levers)]
    if isinstance(passport, Dated):
        return passport.at(start)
    if "prices of " not in passport.unit:
        return passport.setting
    return round(passport.setting * registry.figures_in(start).level("cpi_index", _PRICE_YEAR), 2)


def evidence_range(
    lever: str, levers: Levers | EnterprisePlan, registry: Registry, start: int
) -> tuple[float, float] | None:
    """Range of the parameter that is the default of a lever: what the model rests on; None where it has none."""
    return _range(_parameter(lever, levers), registry, start) if lever in PARAMETER_OF_LEVER else None


def _parameter(lever: str, levers: Levers | EnterprisePlan) -> str:
    names = PARAMETER_OF_LEVER[lever]
    if isinstance(levers, EnterprisePlan) and lever == "price_euro_per_hour":
        return names[_SECTORS.index(levers.sector)]
    if isinstance(levers, EnterprisePlan) and lever == "contract_months":
        return names[levers.places_are is PlaceKind.PLACEMENTS]
    return names[0]


def _range(name: str, registry: Registry, start: int) -> tuple[float, float]:
    passport = registry[name]
    low, high = passport.bounds
    if isinstance(passport, Number):
        return low, high
    if not isinstance(passport, Dated):
        raise TypeError(f"{name} can't be the default of a lever: it is a table")
    figure = passport.at(start)
    return round(low * figure, 2), round(high * figure, 2)
