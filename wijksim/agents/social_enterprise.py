"""A social enterprise: plans places from its orders and reserves, keeps its books, can fail."""

from __future__ import annotations

from dataclasses import dataclass

import mesa

from wijksim.settings import EnterprisePlan
from wijksim.state import EnterpriseState

__all__ = ["Books", "PlacePlan", "SocialEnterprise"]


@dataclass(frozen=True)
class PlacePlan:
    """What an enterprise wants this month: the labour market process carries it out.

    Parameters
    ----------
    enterprise : int
        Index of the enterprise.
    vacancies : int
        Places to fill now.
    surplus : int
        Places to give up; contracts that end are not renewed before anybody is dismissed.
    """

    enterprise: int
    vacancies: int
    surplus: int


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
        return self.sales + self.grants + self.subsidies - self.labour_cost - self.supervision - self.overhead


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

    def plan_places(
        self,
        plan: EnterprisePlan,
        *,
        index: int,
        workers: int,
        funded_share: float,
        adjustment_share: float,
        ramp_months: float,
        credit_cents: int,
        frozen: bool,
    ) -> PlacePlan:
        """Decide how many places to have (`mechanisms.md` B8 in its first form).

        The number moves by `adjustment_share` of the gap to what is wanted, at least one place at a time. It
        is wanted as far as it is funded and, while the enterprise is young, as far as the partnership has
        grown. An enterprise beyond its credit limit takes nobody on. When hiring is frozen nothing changes.

        Parameters
        ----------
        index : int
            Months since the start of the run.
        workers : int
            Places filled now.
        funded_share : float
            Share of the scenario's places for which there is money.
        ramp_months : float
            Months in which a new partnership grows to full size.
        credit_cents : int
            Credit limit.
        """
        books = self.books
        if not self.running or frozen:
            return PlacePlan(books.index, 0, 0)
        age = index - plan.opens_in_month
        grown = min(1.0, age / ramp_months) if ramp_months > 0 else 1.0
        wanted = plan.places * min(funded_share, grown)
        gap = wanted - books.planned_places
        step = max(1.0, adjustment_share * abs(gap))
        books.planned_places += max(-step, min(step, gap))
        target = int(books.planned_places)
        vacancies = max(0, target - workers) if books.reserve_cents >= -credit_cents else 0
        return PlacePlan(books.index, vacancies, max(0, workers - target))

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
