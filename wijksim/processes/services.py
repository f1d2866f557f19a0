"""Social enterprises at work: orders, services, learning on the job, books and failure."""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from wijksim.accounts import CENTS_PER_EURO, Category, Party
from wijksim.agents.social_enterprise import Books, SocialEnterprise
from wijksim.calendar import MONTHS_PER_YEAR
from wijksim.kernels import call, kernel
from wijksim.population.columns import Column
from wijksim.processes.funding import coaching_hours, grant_place_year
from wijksim.processes.home_help import HOME_HELP_PARAMETERS, pay_home_help
from wijksim.processes.orders import Orders, orders_of, productive_hours
from wijksim.processes.places import credit_limit, hiring_frozen
from wijksim.processes.prices import AMOUNT_PARAMETERS, amount_now
from wijksim.processes.process import Month
from wijksim.processes.replaced_work import REPLACED_PARAMETERS, Replaced, jobs_lost, replaced_by
from wijksim.randomness import Stream
from wijksim.settings import EnterprisePlan, Sector
from wijksim.state import FIRMS

__all__ = ["Services"]

Ints = NDArray[np.int64]


class Sum(IntEnum):
    """What is added up over the workers of each enterprise; column of the array `sums`, shape (enterprises, sums)."""

    WORKERS = 0
    WAGE_CENTS = 1
    HOURS = 2
    CONTRACTED = 3


_WORKERS, _WAGE = int(Sum.WORKERS), int(Sum.WAGE_CENTS)
_HOURS, _CONTRACTED = int(Sum.HOURS), int(Sum.CONTRACTED)
_SUMS = len(Sum)
_LOST_NAMES = [f"regional_jobs_lost.{firms}" for firms in FIRMS]


@kernel
def month_at_work(
    present: NDArray[np.bool_],
    employer: NDArray[np.int8],
    sick_since: NDArray[np.int16],
    hours_share: NDArray[np.float32],
    productivity: NDArray[np.float32],
    wage: NDArray[np.int32],
    monthly_gain: float,
    cap: float,
    reference: float,
    scale: float,
    sums: Ints,
) -> None:
    """Let people in places learn, up to a cap that nobody is pushed below, and add up what they do by enterprise.

    Hours are shares of full time in fixed point, by contract, and done: those on long sick leave do nothing. An hour
    done counts by what gets done in it: productivity over `reference`, that of the workers whose hours are priced.
    """
    for i in range(present.size):
        k = employer[i]
        if k < 0 or not present[i]:
            continue
        if float(productivity[i]) < cap:
            productivity[i] = min(cap, float(productivity[i]) + monthly_gain)
        sums[k, _WORKERS] += 1
        sums[k, _WAGE] += wage[i]
        share = float(hours_share[i])
        sums[k, _CONTRACTED] += np.int64(share * scale + 0.5)
        if sick_since[i] < 0:
            sums[k, _HOURS] += np.int64(share * float(productivity[i]) / reference * scale + 0.5)


class Services:
    """What social enterprises do and earn (`mechanisms.md` A14, B8).

    hours = sum over workers not on long sick leave of hours x productivity / reference productivity, x full-time hours
    x (1 - sickness) x (1 - paid leave): the price is for an hour of a worker of the reference productivity;
    sales = min(hours x sellable share, orders) x price, paid by the Wmo account and its other clients (home help) or by
    business parks and the municipality (grounds). An hour of home help that the Wmo buys replaces part of an hour that
    it would have bought elsewhere. Cost = wages and premiums + supervision by full-time equivalents + overhead;
    income = sales, grant, wage-cost subsidy, refunded sick pay and the State's bonus. The result goes to the reserve;
    beyond its credit limit an enterprise fails, its workers lose their place, and creditors bear the debt. Last, each
    enterprise plans its places of the next month from its orders and its money.
    """

    name: ClassVar[str] = "services"
    reads: ClassVar[tuple[str, ...]] = (
        "present", "employer", "sick_since", "hours_share", "productivity", "wage", "birth_month", "uid",
    )  # fmt: skip
    writes: ClassVar[tuple[str, ...]] = ("productivity", "contract_until", "income")
    streams: ClassVar[tuple[Stream, ...]] = (Stream.ORDERS, Stream.HOME_HELP)
    parameters: ClassVar[tuple[str, ...]] = (
        "sickness_rate_target_group",
        "se_order_persistence", "se_order_spread", "se_orders_share", "se_sellable_share", "placement_sellable_share",
        "se_hours_share", "woonhulp_price_hour", "grounds_price_hour_group", "home_help_price", "home_help_hours",
        "grounds_municipality_share", "supervisor_ratio",
        "supervisor_cost_year", "overhead_share", "enterprise_grant_place_year", "jobcoach_hour",
        "coaching_hours_month", "employer_premiums_total", "se_start_capital_place", "se_credit_place",
        "se_patience_months", "se_reserve_use_share", "se_reserve_ceiling_place", "place_adjustment_share",
        "partnership_months", "rule_change_disruption_months", "productivity_growth_year", "productivity_share_cap",
        *AMOUNT_PARAMETERS, *HOME_HELP_PARAMETERS, *REPLACED_PARAMETERS,
    )  # fmt: skip
    columns: ClassVar[tuple[Column, ...]] = ()
    outcomes: ClassVar[tuple[object, ...]] = ()

    def step(self, month: Month) -> None:
        """Do the month."""
        replaced = 0
        enterprises = month.agents.enterprises
        if enterprises:
            replaced = self._run_enterprises(month)
        pay_home_help(month, replaced)

    # ------------------------------------------------------------------ enterprises
    def _run_enterprises(self, month: Month) -> int:
        """Let every enterprise work, be paid and keep its books; returns Wmo cents spent less elsewhere."""
        enterprises = month.agents.enterprises
        number = month.number
        sums = np.zeros((len(enterprises), _SUMS), np.int64)
        call(
            month_at_work,
            month.columns,
            monthly_gain=number("productivity_growth_year") / MONTHS_PER_YEAR,
            cap=number("productivity_share_cap"),
            reference=number("productivity_share_mean"),
            scale=_HOURS_SCALE,
            sums=sums,
        )
        workers, wages, done, contracted = zip(*sums.tolist(), strict=True)
        full_time_hours = productive_hours(month)
        replaced = 0
        delivered = helped = hours_replaced = homes_replaced = 0.0
        lost = np.zeros(len(FIRMS))
        for plan, agent in zip(month.plans, enterprises, strict=True):
            k = agent.books.index
            if not agent.running:
                agent.books.hours_delivered = 0.0
                continue
            if agent.books.planned_places > 0.0 and agent.books.capital_cents == 0:
                self._found(month, plan, agent)
            orders = orders_of(month, plan, agent)
            able = done[k] / _HOURS_SCALE * full_time_hours * orders.sellable_share
            sold = min(able, orders.hours)
            agent.books.hours_delivered = sold
            delivered += sold
            work = replaced_by(month, plan, sold)
            lost[FIRMS.index(plan.sector)] += jobs_lost(month, work)
            hours_replaced += work.hours
            sales, saved = self._sell(month, plan, sold, orders.price, work)
            replaced += saved
            if plan.sector is Sector.HOME_HELP:
                client_hours = number("home_help_hours") * number("weeks_per_month")
                helped += sold / client_hours
                homes_replaced += work.hours / client_hours
            self._coach(month, plan, workers[k])
            labour = wages[k] + round(wages[k] * number("employer_premiums_total"))
            supervision, overhead = self._manage(month, contracted[k] / _HOURS_SCALE, labour)
            support = agent.books.support_cents
            most = self._most_grant(month, plan, workers[k])
            before = Books(sales, 0, support, labour, supervision, overhead).result
            grants = self._pay_grant(month, plan, agent, before, most)
            books = Books(sales, grants, support, labour, supervision, overhead)
            failed = agent.settle(
                books,
                credit_cents=credit_limit(month, plan),
                patience_months=number("se_patience_months"),
            )
            if failed:
                self._close(month, agent)
            else:
                self._plan(month, plan, agent, books, orders, workers[k], able, most)
        month.count("service_hours", delivered)
        month.count("homes_helped", helped)
        month.count("service_hours_replaced", hours_replaced)
        month.count("homes_replaced", homes_replaced)
        employers = month.agents.employers
        employers.lose_orders(lost)
        month.count_all(_LOST_NAMES, employers.market.jobs_lost_to_orders)
        return replaced

    def _manage(self, month: Month, full_time_workers: float, labour: int) -> tuple[int, int]:
        """Pay supervisors, by full-time equivalents, and overhead in proportion to direct cost; returns both, cents."""
        number = month.number
        supervisors = full_time_workers / number("supervisor_ratio")
        supervision = round(supervisors * number("supervisor_cost_year") / MONTHS_PER_YEAR * CENTS_PER_EURO)
        share = number("overhead_share")
        overhead = round((labour + supervision) * share / (1.0 - share))
        month.post(Category.SUPERVISION, Party.SOCIAL_ENTERPRISES, Party.REST_OF_WORLD, supervision)
        month.post(Category.OVERHEAD, Party.SOCIAL_ENTERPRISES, Party.REST_OF_WORLD, overhead)
        return supervision, overhead

    def _plan(
        self,
        month: Month,
        plan: EnterprisePlan,
        agent: SocialEnterprise,
        books: Books,
        orders: Orders,
        workers: int,
        able: float,
        grants: int,
    ) -> None:
        """Decide on the places of the next month; `able` is the hours that the workers of this month could sell."""
        number = month.number
        supported = agent.supported_places(
            books,
            workers=workers,
            ordered_hours=orders.hours,
            place_hours=able / workers if workers else orders.plan_hours,
            order_value=orders.value,
            grants=grants,
            use=number("se_reserve_use_share"),
        )
        ramp = number("partnership_months")
        age = month.index + 1 - plan.opens_in_month
        grown = min(1.0, age / ramp) if ramp > 0.0 else 1.0
        agent.plan_places(
            supported,
            plan.places * min(month.agents.municipality.funded_share, grown),
            adjustment_share=number("place_adjustment_share"),
            frozen=hiring_frozen(month, plan),
        )

    def _found(self, month: Month, plan: EnterprisePlan, agent: SocialEnterprise) -> None:
        """Bring in the starting capital."""
        capital = round(amount_now(month, "se_start_capital_place") * CENTS_PER_EURO) * plan.places
        agent.books.capital_cents = capital
        agent.books.reserve_cents += capital
        month.post(Category.ENTERPRISE_CAPITAL, Party.REST_OF_WORLD, Party.SOCIAL_ENTERPRISES, capital)

    def _sell(self, month: Month, plan: EnterprisePlan, hours: float, price: float, work: Replaced) -> tuple[int, int]:
        """Sell hours; returns sales and what the Wmo spends less on other home help, cents."""
        number = month.number
        sales = round(hours * price * CENTS_PER_EURO)
        if plan.sector is Sector.HOME_HELP:
            by_wmo = round(sales * number("home_help_wmo_share"))
            month.post(Category.SERVICES_HOME_HELP, Party.MUNICIPALITY_WMO, Party.SOCIAL_ENTERPRISES, by_wmo)
            month.post(Category.SERVICES_HOME_HELP, Party.REST_OF_WORLD, Party.SOCIAL_ENTERPRISES, sales - by_wmo)
            return sales, round(work.wmo * number("home_help_price") * CENTS_PER_EURO)
        by_municipality = round(sales * number("grounds_municipality_share"))
        month.post(
            Category.SERVICES_GROUNDS, Party.MUNICIPALITY_ADMINISTRATION, Party.SOCIAL_ENTERPRISES, by_municipality
        )
        month.post(Category.SERVICES_GROUNDS, Party.BUSINESS_PARKS, Party.SOCIAL_ENTERPRISES, sales - by_municipality)
        return sales, 0

    def _most_grant(self, month: Month, plan: EnterprisePlan, workers: int) -> int:
        """Grant for filled places, as far as it is needed, cents."""
        return round(workers * grant_place_year(month, plan) * CENTS_PER_EURO / MONTHS_PER_YEAR)

    def _pay_grant(self, month: Month, plan: EnterprisePlan, agent: SocialEnterprise, result: int, most: int) -> int:
        """Pay the grant, from the pooled fund first and then from the participation budget; returns it.

        It covers a loss and fills the reserve up to its ceiling, and no more: subsidies are settled by what was
        needed (`se_reserve_ceiling_place`). `result` is that of the month without the grant.
        """
        ceiling = round(amount_now(month, "se_reserve_ceiling_place") * CENTS_PER_EURO) * plan.places
        due = min(most, max(0, ceiling - agent.books.reserve_cents - result))
        from_pool = min(due, max(0, month.ledger.balance(Party.POOLED_FUND)))
        month.post(Category.ENTERPRISE_GRANT, Party.POOLED_FUND, Party.SOCIAL_ENTERPRISES, from_pool)
        month.post(Category.ENTERPRISE_GRANT, Party.PARTICIPATION_BUDGET, Party.SOCIAL_ENTERPRISES, due - from_pool)
        return due

    def _coach(self, month: Month, plan: EnterprisePlan, workers: int) -> None:
        hours = workers * coaching_hours(month, plan)
        cost = round(hours * month.number("jobcoach_hour") * CENTS_PER_EURO)
        month.post(Category.COACHING, Party.PARTICIPATION_BUDGET, Party.REST_OF_WORLD, cost)

    def _close(self, month: Month, agent: SocialEnterprise) -> None:
        """Wind up: creditors bear the debt; contracts end, as the labour market of the next month carries out."""
        debt = -agent.books.reserve_cents
        month.post(Category.ENTERPRISE_CAPITAL, Party.REST_OF_WORLD, Party.SOCIAL_ENTERPRISES, debt)
        agent.books.reserve_cents = 0
        agent.books.planned_places = 0.0
        columns = month.columns
        rows = np.flatnonzero(columns["present"] & (columns["employer"] == agent.books.index))
        columns["contract_until"][rows] = month.at
        month.count("failed_places", rows.size)
        month.count("failed_enterprises", 1)


_HOURS_SCALE = 2.0**20
