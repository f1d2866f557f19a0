"""What a run is told: levers, social enterprises, events and horizon, as plain frozen dataclasses.

The fields carry their bounds and a :class:`Lever` with label and unit. What is made in Python and the scenario file are
checked against these same declarations, and its template, the docs and the live page's sliders are made from them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from enum import StrEnum
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any, get_type_hints

from annotated_types import Interval, Len
from pydantic import AfterValidator, create_model

from wijksim.structure import STRUCTURE_LABELS, STRUCTURES, HealthVariant, InsurerVariant, Matching, UpbringingVariant
from wijksim.tomlfile import LineFinder
from wijksim.tomlschema import FileModel, validate

__all__ = [
    "ALIKE_WITHOUT",
    "CHOICE_LABELS",
    "CIRCUMSTANCES",
    "ContractKind",
    "EnterprisePlan",
    "Event",
    "Lever",
    "Levers",
    "Matching",
    "PROCESSES",
    "PlaceKind",
    "PolicyScale",
    "Sector",
    "Settings",
    "TargetGroup",
    "model_of",
]


PROCESSES = (
    "demography",
    "labour_market",
    "benefits",
    "health",
    "upbringing",
    "services",
    "settlement",
    "measurement",
)
"""Processes of the month by name, in order; a scenario may put its own in the place of each."""


class PlaceKind(StrEnum):
    """Whether a place is paid work or work with retention of benefit."""

    PAID_JOBS = "paid_jobs"
    PLACEMENTS = "placements_with_benefit"


class TargetGroup(StrEnum):
    """Whom the places are for, and in which order they are offered (`model.md`, levers)."""

    LONGEST_OUT_OF_WORK = "longest_out_of_work"
    PRACTICAL_SCHOOL_LEAVERS = "practical_school_leavers"
    PARENTS = "parents_with_children_at_home"
    GENERATIONS_WITHOUT_WORK = "generations_without_work"
    ANYONE = "anyone"


class Sector(StrEnum):
    """What a social enterprise does: *woonhulp* or *terreinbeheer*."""

    HOME_HELP = "home_help"
    GROUNDS = "grounds"


class ContractKind(StrEnum):
    """Contract that goes with a place."""

    PERMANENT = "permanent"
    TEMPORARY = "temporary"


class PolicyScale(StrEnum):
    """Whether only this municipality does it, or all do and the state's budget follows."""

    LOCAL = "local"
    NATIONAL = "national"


@dataclass(frozen=True)
class Lever:
    """What a lever is called and its unit (English, Dutch), in which steps a slider moves it, and whether it is a rule.

    To change a rule while a policy runs disrupts it for some months (`rule_change_disruption_months`).
    """

    label: str
    label_nl: str
    unit: str
    unit_nl: str
    step: float | None = None
    rule: bool = False


CIRCUMSTANCES = frozenset({"unemployment_factor"})
"""Levers that no plan decides: what they do isn't the plan's, so that they should be alike without it."""

ALIKE_WITHOUT = CIRCUMSTANCES | {"policy_scale"}
"""Levers that should be alike without the plan: by another rule for the benefit budget it would differ without one."""

Share = Annotated[float, Interval(ge=0.0, le=1.0)]
PositiveShare = Annotated[float, Interval(gt=0.0, le=1.0)]
Count = Annotated[int, Interval(ge=0, le=100_000)]
Months = Annotated[int, Interval(ge=0, le=720)]

CHOICE_LABELS: Mapping[StrEnum, tuple[str, str]] = {
    PlaceKind.PAID_JOBS: ("paid jobs", "betaalde banen"),
    PlaceKind.PLACEMENTS: ("placements with benefit", "werken met behoud van uitkering"),
    TargetGroup.LONGEST_OUT_OF_WORK: ("who is out of work longest", "wie het langst zonder werk is"),
    TargetGroup.PRACTICAL_SCHOOL_LEAVERS: ("leavers of practical schools", "schoolverlaters van de praktijkschool"),
    TargetGroup.PARENTS: ("parents with children at home", "ouders met kinderen thuis"),
    TargetGroup.GENERATIONS_WITHOUT_WORK: (
        "families without work for generations",
        "families die al generaties zonder werk zijn",
    ),
    TargetGroup.ANYONE: ("anyone", "iedereen"),
    Sector.HOME_HELP: ("home help", "woonhulp"),
    Sector.GROUNDS: ("care of the grounds", "terreinbeheer"),
    ContractKind.PERMANENT: ("permanent", "vast"),
    ContractKind.TEMPORARY: ("temporary", "tijdelijk"),
    PolicyScale.LOCAL: ("this municipality alone", "alleen deze gemeente"),
    PolicyScale.NATIONAL: ("all municipalities", "alle gemeenten"),
    **STRUCTURE_LABELS,
}
"""Each choice in words, English and Dutch."""


def _enterprise_key(text: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_-]*", text):
        raise ValueError(
            f'"{text}" can\'t be a key; expected small letters, digits, - and _, such as "woonhulp".'
            " Use 'name' for the name that people read."
        )
    return text


Key = Annotated[str, Len(1, 40), AfterValidator(_enterprise_key)]


@dataclass(frozen=True)
class EnterprisePlan:
    """One social enterprise of the scenario.

    A field that is None takes the registry's default, named beside it in the template.

    Raises
    ------
    InputError
        Values that are out of bounds or of another kind, each with what was expected.
    """

    key: Key
    sector: Annotated[Sector, Lever("sector", "soort werk", "choice", "keuze")]
    places_are: Annotated[PlaceKind, Lever("places are", "plekken zijn", "choice", "keuze", rule=True)]
    target_group: Annotated[
        TargetGroup, Lever("target group", "groep waar het plan voor is", "choice", "keuze", rule=True)
    ]
    places: Annotated[Count, Lever("places", "werkplekken", "places", "plekken", 1)]
    name: Annotated[str, Len(1, 200)] | None = None
    opens_in_month: Annotated[
        Months, Lever("opens in month", "opent in maand", "months after the start", "maanden na het begin", 1)
    ] = 0
    area: Annotated[
        str | None, Lever("only for this area", "alleen voor dit gebied", "area key", "naam van het gebied")
    ] = None
    contract: Annotated[ContractKind, Lever("contract", "contract", "choice", "keuze", rule=True)] = (
        ContractKind.TEMPORARY
    )
    contract_months: Annotated[
        Annotated[int, Interval(ge=1, le=720)] | None,
        Lever("contract length", "duur contract", "months", "maanden", 1, rule=True),
    ] = None
    hours_share: Annotated[
        PositiveShare | None, Lever("hours", "uren", "share of full time", "deel van voltijd", 0.05)
    ] = None
    productivity_share: Annotated[
        PositiveShare | None,
        Lever(
            "mean productivity", "gemiddelde loonwaarde", "share of the minimum wage", "deel van het minimumloon", 0.05
        ),
    ] = None
    price_euro_per_hour: Annotated[
        Annotated[float, Interval(ge=0.0, le=1_000.0)] | None,
        Lever(
            "price of an hour",
            "prijs per uur",
            "euro per hour, prices of the start",
            "euro per uur, prijzen van het begin",
            0.5,
        ),
    ] = None
    orders_share: Annotated[
        Share | None,
        Lever(
            "orders", "opdrachten", "share of what the places can sell", "deel van wat de plekken kunnen verkopen", 0.05
        ),
    ] = None
    grant_euro_per_place_year: Annotated[
        Annotated[float, Interval(ge=0.0, le=1_000_000.0)] | None,
        Lever(
            "municipal grant",
            "subsidie van de gemeente",
            "euro per place per year, prices of the start",
            "euro per plek per jaar, prijzen van het begin",
            250,
            rule=True,
        ),
    ] = None
    coaching_hours_per_month: Annotated[
        Annotated[float, Interval(ge=0.0, le=200.0)] | None,
        Lever("job coaching", "jobcoaching", "hours per worker per month", "uur per werknemer per maand", 0.5),
    ] = None

    def __post_init__(self) -> None:
        _require_bounds(self)


@dataclass(frozen=True)
class Levers:
    """What the parties decide together; every field can be changed by an event.

    Raises
    ------
    InputError
        Values that are out of bounds or of another kind, each with what was expected.
    """

    participation_budget_euro_per_year: Annotated[
        Annotated[float, Interval(ge=0.0, le=1_000_000_000.0)] | None,
        Lever(
            "participation budget",
            "participatiebudget",
            "euro per year for this wijk, prices of the start",
            "euro per jaar voor deze wijk, prijzen van het begin",
            10_000,
            rule=True,
        ),
    ] = None
    grant_share: Annotated[
        Share, Lever("grant paid out", "deel van de subsidie dat blijft", "share", "deel", 0.05, rule=True)
    ] = 1.0
    temporary_hiring_subsidy_share: Annotated[
        Share,
        Lever(
            "temporary hiring subsidy (cost only)",
            "tijdelijke loonsubsidie (alleen kosten)",
            "share of wage",
            "deel van het loon",
            0.05,
            rule=True,
        ),
    ] = 0.0
    temporary_hiring_subsidy_months: Annotated[
        Months, Lever("months of hiring subsidy", "maanden loonsubsidie", "months", "maanden", 1, rule=True)
    ] = 0
    insurer_co_funding: Annotated[
        bool, Lever("insurers co-fund", "zorgverzekeraars betalen mee", "yes/no", "ja/nee")
    ] = False
    budget_pooling_share: Annotated[
        Share,
        Lever("budgets pooled", "ontschotting", "share of measured savings", "deel van de gemeten besparing", 0.05),
    ] = 0.0
    measurement_quality_share: Annotated[
        Share, Lever("quality of impact measurement", "kwaliteit van de effectmeting", "share", "deel", 0.25)
    ] = 0.5
    policy_scale: Annotated[PolicyScale, Lever("scale of the policy", "schaal van het plan", "choice", "keuze")] = (
        PolicyScale.LOCAL
    )
    assistance_norm_share: Annotated[
        Annotated[float, Interval(ge=0.0, le=2.0)],
        Lever("benefit level", "hoogte bijstand", "share of the norm", "deel van de norm", 0.05, rule=True),
    ] = 1.0
    unemployment_factor: Annotated[
        Annotated[float, Interval(ge=0.1, le=5.0)],
        Lever("regional unemployment", "werkloosheid in de regio", "times the path", "keer het verloop", 0.1),
    ] = 1.0
    rule_change_disruption_months: Annotated[
        Months | None,
        Lever(
            "hiring stops after a change of rules", "nieuwe plekken staan stil na andere regels", "months", "maanden", 1
        ),
    ] = None
    hiring_frozen: Annotated[
        bool, Lever("hiring frozen from outside", "nieuwe plekken staan stil van buitenaf", "yes/no", "ja/nee")
    ] = False

    def __post_init__(self) -> None:
        _require_bounds(self)


@dataclass(frozen=True)
class Event:
    """Something that changes at a fixed month.

    Parameters
    ----------
    month : int
        Months after the start; 0 is the first month.
    label : str
        What happens, in words.
    changes : tuple of (str, value)
        Levers and their new values: ``policy.LEVER`` or ``enterprise.KEY.LEVER``.
    """

    month: int
    label: str
    changes: tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class Settings:
    """Everything a run is told, besides profile, parameters and seed.

    Parameters
    ----------
    name : str
        Name of the scenario.
    start : int
        Absolute month in which the run begins.
    months : int
        Horizon.
    residents : int or None
        Size to which the profile is scaled; None keeps the profile's own.
    matching, health, upbringing, insurer : StrEnum
        Structural variants (:mod:`wijksim.structure`).
    """

    name: str
    start: int
    months: int
    residents: int | None = None
    matching: Matching = Matching.TIGHTNESS
    levers: Levers = field(default_factory=Levers)
    enterprises: tuple[EnterprisePlan, ...] = ()
    events: tuple[Event, ...] = ()
    processes: Mapping[str, str] = field(default_factory=dict)
    health: HealthVariant = HealthVariant.MENTAL
    upbringing: UpbringingVariant = UpbringingVariant.EXPOSURE_AND_DEMAND
    insurer: InsurerVariant = InsurerVariant.EQUALISED

    @property
    def structure(self) -> dict[str, StrEnum]:
        """Variant of each structural choice, by its key."""
        return {name: getattr(self, name) for name in STRUCTURES}

    def plan_at(self, index: int) -> tuple[Levers, tuple[EnterprisePlan, ...]]:
        """Levers and enterprises in force in month `index` after the start, events of that month included."""
        changed = bisect_right(self._changes, index)
        return self._stages[changed]

    @cached_property
    def _changes(self) -> list[int]:
        """Months with events, in order."""
        return sorted({event.month for event in self.events})

    @cached_property
    def _stages(self) -> list[tuple[Levers, tuple[EnterprisePlan, ...]]]:
        """Levers and enterprises before the first month with events and from each of them on; made once.

        Making them checks their bounds, which takes too long for every month.
        """
        stages = [(self.levers, self.enterprises)]
        for month in self._changes:
            levers, plans = self.levers, {plan.key: plan for plan in self.enterprises}
            for event in self.events:
                if event.month > month:
                    continue
                for path, value in event.changes:
                    kind, _, rest = path.partition(".")
                    if kind == "policy":
                        levers = replace(levers, **{rest: value})
                    else:
                        key, _, lever = rest.partition(".")
                        plans[key] = replace(plans[key], **{lever: value})
            stages.append((levers, tuple(plans.values())))
        return stages

    def rules_changed(self, index: int, months: int, key: str) -> bool:
        """Whether in the last `months` months, with month `index`, an event changed a rule for an enterprise.

        Parameters
        ----------
        index : int
            Months after the start.
        key : str
            The enterprise: rules of its own, or of the policy. What holds from the first month is no change.
        """
        return any(
            max(0, index - months) < event.month <= index and self._changes_rules(event.month, key)
            for event in self.events
        )

    def _changes_rules(self, index: int, key: str) -> bool:
        (levers, plans), (levers_before, plans_before) = self.plan_at(index), self.plan_at(index - 1)
        pairs: list[tuple[Levers | EnterprisePlan, Levers | EnterprisePlan]] = [(levers, levers_before)]
        pairs += [pair for pair in zip(plans, plans_before, strict=True) if pair[0].key == key]
        return any(getattr(now, name) != getattr(before, name) for now, before in pairs for name in _RULES[type(now)])


def model_of(declared: Any, kinds: Mapping[str, Any]) -> type[FileModel]:
    """Make the model of a table whose keys are the fields of a settings dataclass, each of the kind given for it."""
    columns: dict[str, Any] = {
        field.name: (kinds[field.name], ... if field.default is MISSING else field.default)
        for field in fields(declared)
    }
    return create_model(declared.__name__, __base__=FileModel, **columns)


@cache
def _model_in_python(declared: type) -> type[FileModel]:
    return model_of(declared, get_type_hints(declared, include_extras=True))


def _require_bounds(made: Levers | EnterprisePlan) -> None:
    """Refuse values that a scenario file may not have either, all at once, by lever."""
    declared: type = type(made)
    given = dict(vars(made))
    where = f"{declared.__name__} {made.key}" if isinstance(made, EnterprisePlan) else declared.__name__
    validate(_model_in_python(declared), given, Path(where), LineFinder("", given))


def _rules_of(declared: type) -> tuple[str, ...]:
    """Fields of a settings dataclass that are rules."""
    hints = get_type_hints(declared, include_extras=True)
    return tuple(
        name
        for name, hint in hints.items()
        if any(isinstance(note, Lever) and note.rule for note in getattr(hint, "__metadata__", ()))
    )


_RULES = {declared: _rules_of(declared) for declared in (Levers, EnterprisePlan)}
