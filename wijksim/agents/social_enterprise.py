"""A social enterprise: plans places from its orders and reserves, keeps its books, can fail."""

from __future__ import annotations

import math
from dataclasses import dataclass

import mesa

from wijksim.calendar import MONTHS_PER_YEAR
from wijksim.state import EnterpriseState

__all__ = ["Books", "SocialEnterprise"]


@dataclass(frozen=True)
class Books:
    """Income and cost of one month, cents."""

    sales: int
    grants: int
    subsidies: int
    labour_cost: int
    supervision: int
    overhead: int

    @property
    def result(self) -> int:
        """Income less cost."""
        return self.sales + self.grants + self.subsidies - self.direct_cost - self.overhead

    @property
    def direct_cost(self) -> int:
        """Cost of the workers and of those who supervise them."""
        return self.labour_cost + self.supervision


class SocialEnterprise(mesa.Agent):  # type: ignore[misc]
    """A social enterprise (*sociale onderneming*).

    Parameters
    ----------
    model : mesa.Model
        The neighbourhood.
    books : EnterpriseState
        Its memory, part of the state.
    """

    def __init__(self, model: mesa.Model, books: EnterpriseState) -> None:
        super().__init__(model)
        self.books = books

    @property
    def running(self) -> bool:
        """Whether it has opened and not failed."""
        return self.books.opened and not self.books.failed

    def renew_orders(self, shock: float, *, persistence: float, spread: float) -> None:
        """Let the order book move around its contracts (`mechanisms.md` B8): an AR(1) with mean 1, never below 0.

        Parameters
        ----------
        shock : float
            Standard normal draw of this enterprise and month.
        persistence : float
            Part of the distance to the contracts that is still there a month later.
        spread : float
            Standard deviation of the level over a long time, relative to the contracts.
        """
        news = spread * math.sqrt(1.0 - persistence**2) * shock
        self.books.order_level = max(0.0, 1.0 + persistence * (self.books.order_level - 1.0) + news)

    def supported_places(
        self,
        month: Books,
        *,
        workers: int,
        ordered_hours: float,
        place_hours: float,
        order_value: float,
        grants: float,
        use: float,
    ) -> float:
        """Places that there are orders and money for (P* of `mechanisms.md` B8).

        P* = min(orders / hours of a place, (value of orders + subsidies + grants + b reserve / 12 - overhead) / unit
        cost): unit cost is what a worker and the supervision of one cost in this month. Without workers nothing of
        this month's money says what a place costs, and only the orders count.

        Parameters
        ----------
        month : Books
            Income and cost of this month.
        workers : int
            People at work in it.
        ordered_hours : float
            Hours ordered, of a worker of the reference productivity.
        place_hours : float
            Such hours that a place can sell in a month.
        order_value : float
            Value of the orders, cents a month.
        grants : float
            Most that the municipality pays for these workers, cents a month.
        use : float
            Part of the reserve that may be used in a year, or of a debt that has to be paid back (b).
        """
        by_orders = ordered_hours / place_hours if place_hours > 0.0 else math.inf
        if workers == 0 or month.direct_cost == 0:
            return by_orders
        income = order_value + month.subsidies + grants + use * self.books.reserve_cents / MONTHS_PER_YEAR
        by_money = (income - month.overhead) * workers / month.direct_cost
        return max(0.0, min(by_orders, by_money))

    def plan_places(self, supported: float, most: float, *, adjustment_share: float, frozen: bool) -> None:
        """Move the number of places towards what is supported, and at most `most`.

        By `adjustment_share` of the gap, at least one place at a time; when hiring is frozen, never up.
        """
        gap = min(supported, most) - self.books.planned_places
        step = max(1.0, adjustment_share * abs(gap))
        self.books.planned_places += max(-step, min(step, 0.0 if frozen and gap > 0.0 else gap))

    def vacancies(self, workers: int, *, credit_cents: int, frozen: bool) -> int:
        """Places to fill now: whole places of the plan that are free.

        Places are given up by not opening them again when somebody leaves or a contract ends: nobody is dismissed
        while the enterprise lives. Beyond its credit limit, or when hiring is frozen, it takes nobody on.
        """
        if not self.running or frozen or self.books.reserve_cents < -credit_cents:
            return 0
        return max(0, math.floor(self.books.planned_places + 0.5) - workers)

    def settle(self, month: Books, *, credit_cents: int, patience_months: float) -> bool:
        """Close the month: add its result to the reserve; fail after months beyond the credit limit.

        Returns
        -------
        bool
            Whether it fails now.
        """
        books = self.books
        books.reserve_cents += month.result
        books.months_in_debt = books.months_in_debt + 1 if books.reserve_cents < -credit_cents else 0
        books.failed = books.months_in_debt >= patience_months
        return books.failed
