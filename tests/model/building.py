"""Scenarios and runs for the tests of the whole model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from wijksim.calendar import absolute_month
from wijksim.model import Neighbourhood
from wijksim.parameters import Registry, load_registry
from wijksim.population.profile import Profile
from wijksim.processes.process import Month
from wijksim.scenario import Scenario
from wijksim.settings import (
    ContractKind,
    EnterprisePlan,
    Event,
    Levers,
    Matching,
    PlaceKind,
    PolicyScale,
    Sector,
    TargetGroup,
)
from wijksim.shipped import find_file
from wijksim.state import State

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ("emmerhout", "angelslo", "bargeres", "emmermeer")
HELP = EnterprisePlan("hulp", Sector.HOME_HELP, PlaceKind.PAID_JOBS, TargetGroup.ANYONE, places=6)
GROUNDS = EnterprisePlan("terrein", Sector.GROUNDS, PlaceKind.PLACEMENTS, TargetGroup.LONGEST_OUT_OF_WORK, places=4)


@cache
def shipped_profile(name: str) -> Profile:
    return Profile.from_file(find_file(name, "profile"))


@cache
def two_areas() -> Profile:
    """Emmerhout and Angelslo as one neighbourhood with two areas."""
    first, second = shipped_profile("emmerhout"), shipped_profile("angelslo")
    areas = (replace(first.areas[0], key="emmerhout"), replace(second.areas[0], key="angelslo"))
    return replace(first, name="Emmerhout en Angelslo", areas=areas)


def scenario(
    source: str = "baseline",
    *,
    months: int = 24,
    residents: int = 300,
    profile: Profile | None = None,
    registry: Registry | None = None,
    **settings: Any,
) -> Scenario:
    """A shipped scenario with other settings, profile or registry."""
    base = Scenario.from_file(source, months=months, residents=residents)
    return replace(
        base,
        settings=replace(base.settings, **settings),
        profile=profile or base.profile,
        registry=registry or base.registry,
    )


def beyond_bounds(**values: float) -> Registry:
    """The registry with other values of numbers, or factors on dated rules and tables, not held to their bounds."""
    registry = load_registry()
    return Registry({**registry, **{name: registry[name].changed(value, "test") for name, value in values.items()}})


def months_of(model: Neighbourhood) -> Iterator[State]:
    """Run to the horizon; gives the state before each month, when the month is done."""
    while model.running:
        before = model.snapshot()
        model.step()
        yield before


class Witness:
    """A process that keeps a copy of what it finds, and changes nothing."""

    reads = writes = streams = parameters = columns = outcomes = ()

    def __init__(self, name: str = "witness") -> None:
        self.name = name

    def step(self, month: Month) -> None:
        self.state = month.state.copy()
        self.levers, self.plans = month.levers, month.plans


# ------------------------------------------------------------------ hypothesis
def _share(low: float = 0.0, high: float = 1.0) -> st.SearchStrategy[float]:
    return st.sampled_from([low, high]) | st.floats(low, high)


@st.composite
def _plans(draw: Any, areas: tuple[str, ...], months: int) -> tuple[EnterprisePlan, ...]:
    keys = ("een", "twee", "drie")[: draw(st.integers(0, 3))]
    return tuple(
        EnterprisePlan(
            key,
            draw(st.sampled_from(Sector)),
            draw(st.sampled_from(PlaceKind)),
            draw(st.sampled_from(TargetGroup)),
            places=draw(st.sampled_from([0, 1, 12, 60])),
            opens_in_month=draw(st.integers(0, months)),
            area=draw(st.sampled_from([None, *areas])),
            contract=draw(st.sampled_from(ContractKind)),
            contract_months=draw(st.none() | st.integers(1, 24)),
            hours_share=draw(st.none() | st.floats(0.05, 1.0)),
            productivity_share=draw(st.none() | st.floats(0.05, 1.0)),
            price_euro_per_hour=draw(st.none() | _share(0.0, 40.0)),
            orders_share=draw(st.none() | _share()),
            grant_euro_per_place_year=draw(st.none() | _share(0.0, 20_000.0)),
            coaching_hours_per_month=draw(st.none() | _share(0.0, 20.0)),
        )
        for key in keys
    )


_LEVERS = st.builds(
    Levers,
    participation_budget_euro_per_year=st.none() | _share(0.0, 500_000.0),
    grant_share=_share(),
    temporary_hiring_subsidy_share=_share(),
    temporary_hiring_subsidy_months=st.integers(0, 24),
    insurer_co_funding=st.booleans(),
    budget_pooling_share=_share(),
    measurement_quality_share=_share(),
    policy_scale=st.sampled_from(PolicyScale),
    assistance_norm_share=_share(0.0, 2.0),
    unemployment_factor=_share(0.1, 5.0),
    rule_change_disruption_months=st.none() | st.integers(0, 6),
    hiring_frozen=st.booleans(),
)


class Shown(Scenario):
    """A scenario that an example of hypothesis can show: without the figures of its profile."""

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(f"<{self.profile.name}: {self.settings!r}>")


@st.composite
def scenarios(draw: Any) -> Scenario:
    """Any scenario of at most 300 residents and 24 months."""
    profile = draw(st.sampled_from([*map(shipped_profile, SHIPPED), two_areas()]))
    months = draw(st.sampled_from([1, 13, 24]))
    areas = tuple(area.key for area in profile.areas)
    plans = draw(_plans(areas, months))
    changed = draw(_LEVERS)
    changes: list[tuple[str, Any]] = [
        (f"policy.{name}", getattr(changed, name)) for name in ("grant_share", "hiring_frozen", "unemployment_factor")
    ] + [(f"enterprise.{plan.key}.places", draw(st.integers(0, 12))) for plan in plans]
    told = scenario(
        months=months,
        residents=draw(st.sampled_from([1, 2, 7, 60, 300])),
        profile=profile,
        start=absolute_month(draw(st.integers(2015, 2027)), draw(st.integers(1, 12))),
        matching=draw(st.sampled_from(Matching)),
        levers=draw(_LEVERS),
        enterprises=plans,
        events=(Event(draw(st.integers(0, months - 1)), "iets verandert", tuple(changes)),),
    )
    return Shown(told.settings, told.profile, told.registry)


SEEDS = st.integers(0, 2**63 - 1)
