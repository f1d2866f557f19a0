"""What a place costs the municipality, by its plan; the same for paying it and for deciding on places."""

from __future__ import annotations

from wijksim.calendar import MONTHS_PER_YEAR
from wijksim.processes.orders import either
from wijksim.processes.prices import amount_now, given_amount
from wijksim.processes.process import Month
from wijksim.settings import EnterprisePlan, PlaceKind

__all__ = ["coaching_hours", "grant_place_year", "measurement_place_year", "place_cost_year"]


def grant_place_year(month: Month, plan: EnterprisePlan) -> float:
    """Most that the municipality grants for a filled place, euro a year: by the plan, or the default for paid jobs."""
    paid_job = plan.places_are is PlaceKind.PAID_JOBS  # the default grant covers the loss on a wage
    default = amount_now(month, "enterprise_grant_place_year") if paid_job else 0.0
    return given_amount(month, plan.grant_euro_per_place_year, default) * month.levers.grant_share


def coaching_hours(month: Month, plan: EnterprisePlan) -> float:
    """Job coaching of a worker, hours a month."""
    return either(plan.coaching_hours_per_month, month.number("coaching_hours_month"))


def measurement_place_year(month: Month) -> float:
    """Cost of impact measurement for a place, euro a year; in proportion to its quality."""
    return amount_now(month, "impact_measurement_cost_place_year") * month.levers.measurement_quality_share


def place_cost_year(month: Month, plan: EnterprisePlan) -> float:
    """What the participation budget pays for a filled place, euro a year: grant at most, coaching and measurement."""
    coaching = coaching_hours(month, plan) * month.number("jobcoach_hour") * MONTHS_PER_YEAR
    return grant_place_year(month, plan) + coaching + measurement_place_year(month)
