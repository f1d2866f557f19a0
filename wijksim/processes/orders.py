"""The order book of a social enterprise: what its clients have contracted, in hours a month and in euros."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import NamedTuple

import numpy as np

from wijksim.accounts import CENTS_PER_EURO
from wijksim.agents.social_enterprise import SocialEnterprise
from wijksim.processes.prices import given_amount
from wijksim.processes.process import Month
from wijksim.randomness import Stream, draw, normal_icdf
from wijksim.settings import EnterprisePlan, PlaceKind, Sector

__all__ = ["Orders", "either", "orders_of", "productive_hours"]

UID_BYTES = np.dtype(np.int64).itemsize


class Orders(NamedTuple):
    """Orders of a month.

    Parameters
    ----------
    hours : float
        Hours of a worker of the reference productivity.
    price : float
        Euro an hour.
    sellable_share : float
        Part of hours at work that can be sold at most.
    plan_hours : float
        Hours that a place of the plan can sell in a month.
    """

    hours: float
    price: float
    sellable_share: float
    plan_hours: float

    @property
    def value(self) -> float:
        """What clients would pay for all of it, cents."""
        return self.hours * self.price * CENTS_PER_EURO


def either(value: float | None, default: float) -> float:
    """A lever of the scenario, or the default where it was left out."""
    return default if value is None else value


def productive_hours(month: Month) -> float:
    """Hours at work in a month of a full-time worker who isn't on long sick leave."""
    number = month.number
    full_time = number("full_time_hours_week") * number("weeks_per_month")
    return full_time * (1.0 - number("sickness_rate_target_group")) * (1.0 - number("paid_leave_share"))


def orders_of(month: Month, plan: EnterprisePlan, agent: SocialEnterprise) -> Orders:
    """Let the order book move one month, and give what is ordered (`mechanisms.md` B8).

    Contracts = places of the plan x hours that a place can sell at the plan's mean productivity x orders share; the
    level around them has its own draw by enterprise and month, equal in every run that has this enterprise.
    """
    number = month.number
    agent.renew_orders(
        normal_icdf(draw(month.key(Stream.ORDERS), _identity(plan.key))),
        persistence=number("se_order_persistence"),
        spread=number("se_order_spread"),
    )
    placements = plan.places_are is PlaceKind.PLACEMENTS
    sellable = number("placement_sellable_share" if placements else "se_sellable_share")
    reference = number("productivity_share_mean")
    productivity = either(plan.productivity_share, reference) / reference
    hours = either(plan.hours_share, number("se_hours_share")) * productive_hours(month) * productivity * sellable
    contracts = plan.places * hours * either(plan.orders_share, number("se_orders_share"))
    usual = "woonhulp_price_hour" if plan.sector is Sector.HOME_HELP else "grounds_price_hour_group"
    price = given_amount(month, plan.price_euro_per_hour, number(usual))
    return Orders(contracts * agent.books.order_level, price, sellable, hours)


@cache
def _identity(key: str) -> int:
    """Number for draws that belongs to the key of an enterprise, whichever other enterprises there are."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:UID_BYTES]) >> 1
