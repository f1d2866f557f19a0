"""Places at social enterprises: who is eligible, in which order, and who takes them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wijksim.accounts import CENTS_PER_EURO
from wijksim.calendar import LAST_MONTH, MONTHS_PER_YEAR
from wijksim.kernels import call
from wijksim.population.columns import Columns, Contract
from wijksim.processes.job_search_kernels import take_place
from wijksim.processes.place_kernels import count_workers, find_eligible, first_in_line, remember_assistance
from wijksim.processes.prices import amount_now
from wijksim.processes.process import Month
from wijksim.randomness import Stream, normals
from wijksim.settings import ContractKind, EnterprisePlan, PlaceKind, TargetGroup

__all__ = ["credit_limit", "eligible_rows", "fill_places", "hiring_frozen", "workers_by_enterprise"]

Rows = NDArray[np.intp]

_COUNTS = ("placed", "contract_renewed", "placed_again")


def workers_by_enterprise(columns: Columns, count: int) -> NDArray[np.int64]:
    """Filled places of each enterprise, shape (count,)."""
    workers = np.zeros(count, np.int64)
    call(count_workers, columns, workers=workers)
    return workers


def fill_places(month: Month) -> None:
    """Let every enterprise fill its free places from its target group (`mechanisms.md` B3, B8, A17).

    It has planned its places at the end of last month. An enterprise spends the month in which it opens on
    preparation: its first workers start in the next, so that the first month of a run is the same with and without
    a policy. Places that nobody of the group can take are counted as unfilled.
    """
    enterprises = month.agents.enterprises
    if not enterprises:
        return
    columns = month.columns
    filled = workers_by_enterprise(columns, len(enterprises))
    for plan, agent in zip(month.plans, enterprises, strict=True):
        if not agent.books.opened:
            agent.books.opened = month.index >= plan.opens_in_month
            continue
        vacancies = agent.vacancies(
            int(filled[agent.books.index]),
            credit_cents=credit_limit(month, plan),
            frozen=hiring_frozen(month, plan),
        )
        agent.books.unfilled_places = 0
        if vacancies == 0:
            continue
        chosen, renewed = _chosen(month, plan, agent.books.index, vacancies)
        agent.books.unfilled_places = vacancies - chosen.size
        counts = np.zeros(len(_COUNTS), np.int64)
        norm = month.number("benefit_norm_single_net") * month.levers.assistance_norm_share * CENTS_PER_EURO
        call(remember_assistance, columns, rows=chosen, renewed=renewed, norm_cents=norm, counts=counts)
        month.count_all(_COUNTS, counts)
        _take(month, plan, agent.books.index, chosen)
        month.count("unfilled_places", agent.books.unfilled_places)


def hiring_frozen(month: Month, plan: EnterprisePlan) -> bool:
    """Whether nobody is taken on: from outside, or as rules have just changed (`mechanisms.md` A19)."""
    given = month.levers.rule_change_disruption_months
    months = int(month.number("rule_change_disruption_months")) if given is None else given
    return month.levers.hiring_frozen or month.settings.rules_changed(month.index, months, plan.key)


def credit_limit(month: Month, plan: EnterprisePlan) -> int:
    """Credit limit of an enterprise, cents: an amount for each place of its plan."""
    return round(amount_now(month, "se_credit_place") * CENTS_PER_EURO) * plan.places


def eligible_rows(month: Month, plan: EnterprisePlan, enterprise: int = 0) -> Rows:
    """Residents to whom the plan's places may be offered.

    Jobless adults below the state pension age. Paid jobs are for those who can't earn the minimum wage, as the law has
    it for wage-cost subsidy (Participatiewet art. 10c): employability below the limit that also decides who has a
    productivity below 1 at the start. For placements with benefit only those on social assistance who have
    not been in placements for ``placement_longest_months`` already. Whom the enterprise employed in temporary
    contracts for ``chain_longest_months`` it can't take again before more than ``chain_interval_months`` have passed
    (chain rule, BW 7:668a); with a permanent contract it can. Nor does it take back, in that time, who left before the
    contract ended.
    """
    columns, homes, number = month.columns, month.state.homes, month.number
    group = plan.target_group
    rows = np.empty(len(columns), np.intp)
    found = call(
        find_eligible,
        columns,
        at=month.at,
        enterprise=enterprise,
        paid=plan.places_are is PlaceKind.PAID_JOBS,
        assistance_only=plan.places_are is PlaceKind.PLACEMENTS or group is TargetGroup.LONGEST_OUT_OF_WORK,
        by_length=plan.contract is not ContractKind.PERMANENT,
        practical_only=group is TargetGroup.PRACTICAL_SCHOOL_LEAVERS,
        generations_only=group is TargetGroup.GENERATIONS_WITHOUT_WORK,
        area_of_home=homes.area,
        only_area=-1 if plan.area is None else homes.area_index(plan.area),
        adult_months=int(number("adult_age")) * MONTHS_PER_YEAR,
        pension_months=int(number("state_pension_age_months")),
        practical_months=int(number("pro_target_max_age")) * MONTHS_PER_YEAR,
        limit_practical=number("productivity_limit_practical"),
        limit_others=number("productivity_limit_employability"),
        chain_interval=int(number("chain_interval_months")),
        chain_longest=int(number("chain_longest_months")),
        placement_longest=int(number("placement_longest_months")),
        rows=rows,
    )
    eligible: Rows = rows[:found]
    return eligible[_with_minors(month)[eligible]] if group is TargetGroup.PARENTS else eligible


def _with_minors(month: Month) -> NDArray[np.bool_]:
    """Who has a minor child in the wijk, shape (rows,)."""
    columns = month.columns
    adult_age = int(month.number("adult_age")) * MONTHS_PER_YEAR
    minor = columns["present"] & (month.at - columns["birth_month"] < adult_age)
    found = np.zeros(len(columns), np.bool_)
    for parent in ("mother_row", "father_row"):
        found[columns[parent][minor & (columns[parent] >= 0)]] = True
    return found


def _chosen(month: Month, plan: EnterprisePlan, enterprise: int, vacancies: int) -> tuple[Rows, NDArray[np.bool_]]:
    """Eligible residents who get the places, in the order in which these are offered; and whose contract is renewed.

    First those whose contract ends this month: an enterprise that has work renews before it takes on others.
    """
    rows = eligible_rows(month, plan, enterprise)
    places = np.empty(min(vacancies, rows.size), np.intp)
    renewed = np.empty(places.size, np.bool_)
    call(
        first_in_line,
        month.columns,
        at=month.at,
        enterprise=enterprise,
        rows=rows,
        longest=plan.target_group is TargetGroup.LONGEST_OUT_OF_WORK,
        key=month.key(Stream.PLACE_RANK),
        places=places,
        renewed=renewed,
    )
    return places, renewed


def _take(month: Month, plan: EnterprisePlan, enterprise: int, rows: Rows) -> None:
    number = month.number
    columns = month.columns
    placement = plan.places_are is PlaceKind.PLACEMENTS
    temporary = placement or plan.contract is ContractKind.TEMPORARY
    coaching = plan.coaching_hours_per_month
    coaching = number("coaching_hours_month") if coaching is None else coaching
    default = number("placement_longest_months") if placement else number("temporary_contract_months")
    length = plan.contract_months if plan.contract_months is not None else int(default)
    call(
        take_place,
        columns,
        rows=rows,
        at=month.at,
        enterprise=enterprise,
        placement=placement,
        months=length if temporary else -1,
        chain_longest=int(number("chain_longest_months")),
        chain_interval=int(number("chain_interval_months")),
        placement_longest=int(number("placement_longest_months")),
        contract_kind=int(Contract.TEMPORARY if temporary else Contract.PERMANENT),
        hours=plan.hours_share if plan.hours_share is not None else number("se_hours_share"),
        lock_in_months=number("lock_in_months"),
        leaver_months=number("school_leaver_search_months"),
        coached_to=LAST_MONTH if coaching > 0.0 else month.at,
        starter_multiple=number("wage_starter_multiple"),
        productivity_mean=plan.productivity_share or number("productivity_share_mean"),
        productivity_sd=number("productivity_share_sd"),
        productivity_low=number("productivity_share_low"),
        deviation=normals(month.seed, Stream.PRODUCTIVITY, columns["uid"][rows], 0),
    )
