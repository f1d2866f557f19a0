"""The spell that everybody is in at the start: since when, on which contract, hours and wage, with which rights."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.calendar import LAST_MONTH, absolute_month
from wijksim.parameters import Registry
from wijksim.population.columns import Columns, Contract, Education, Rows, Status, is_paid_work
from wijksim.population.histories import months_after_school
from wijksim.population.ranks import ranks_with_trait, share_below
from wijksim.randomness import Stream, normals, pick, uniforms

__all__ = ["agreed_wages", "start_jobs", "start_sick_leave", "start_spells", "start_take_up"]

Floats = NDArray[np.float64]


def start_spells(seed: int, columns: Columns, registry: Registry, start: int) -> None:
    """Write since when everybody has the present status, and since when jobless people have been out of work.

    Tenure is drawn from ``initial_tenure_share``; the stock on social assistance has exactly the shares of
    ``benefit_stock_shares_duration``, people of low employability being on it longer; other durations are
    exponential. No spell began before the end of school.
    """
    number = registry.number
    status = columns["status"]
    possible = months_after_school(columns, registry, start)
    draws = uniforms(seed, Stream.SYNTHESIS_DURATION, columns["uid"], 0)
    months = np.zeros(len(columns))
    works = is_paid_work(status)
    tenure = registry.table("initial_tenure_share")
    months[works] = np.interp(draws[works], _edges(tenure.values), [*tenure.breaks, number("tenure_longest_months")])
    for kind, name in (
        (Status.DISABILITY, "disability_elapsed_mean_months"),
        (Status.NO_BENEFIT, "no_benefit_elapsed_mean_months"),
        (Status.UNEMPLOYMENT_BENEFIT, "ww_elapsed_mean_months"),
    ):
        months[status == kind] = -np.log(draws[status == kind]) * number(name)
    rows = np.flatnonzero(status == Status.SOCIAL_ASSISTANCE)
    months[rows] = _assistance_months(seed, columns, rows, possible[rows], registry)
    whole = np.minimum(np.floor(months) + 1.0, np.floor(possible))
    since = start - whole
    since[status == Status.CHILD] = columns["birth_month"][status == Status.CHILD]
    school = status == Status.SCHOOL
    since[school] = columns["birth_month"][school] + 12.0 * number("education_drawn_age")
    retired = status == Status.RETIRED
    since[retired] = columns["birth_month"][retired] + registry.at("state_pension_age_months", start)
    columns["status_since"][:] = columns["out_of_work_since"][:] = np.minimum(since, start)


def _edges(shares: tuple[float, ...]) -> Floats:
    return np.concatenate([[0.0], np.cumsum(shares) / np.sum(shares)])


def _assistance_months(seed: int, columns: Columns, rows: Rows, possible: Floats, registry: Registry) -> Floats:
    shares = registry.table("benefit_stock_shares_duration")
    likeness = registry.number("assistance_employability_duration")
    chance = normals(seed, Stream.SYNTHESIS_DURATION, columns["uid"][rows], 1)
    score = -likeness * columns["employability"][rows] + np.sqrt(1.0 - likeness**2) * chance
    longest_class = np.searchsorted(shares.breaks, possible, side="right")
    order = np.lexsort((columns["uid"][rows], score, longest_class))
    place = np.empty(rows.size)
    place[order] = (np.arange(rows.size) + 0.5) / max(1, rows.size)
    edges = _edges(shares.values)
    last = edges[-2]
    months = np.interp(place, edges[:-1], shares.breaks)
    beyond = np.maximum(place - last, 0.0) / (1.0 - last)
    longest: Floats = months - registry.number("benefit_duration_long_mean_months") * np.log1p(-beyond)
    return longest


def agreed_wages(registry: Registry, at: int) -> tuple[int, float]:
    """Month whose minimum wage wages of regular jobs are multiples of, and how far agreed wages have risen since."""
    base = absolute_month(int(registry.number("agreed_wage_base_year")), 1)
    return base, registry.at("agreed_wage_index", at) / registry.at("agreed_wage_index", base)


def start_jobs(seed: int, columns: Columns, share: Floats, registry: Registry, start: int) -> None:
    """Write wage level, hours, contract, rights to unemployment benefit, last wage and productivity.

    Hours and wage of people out of work are those of their last job. Productivity (*loonwaarde*) is 1, but for
    people with a subsidised or sheltered job, and jobless people whose employability is below
    ``productivity_limit_employability`` (with practical education ``productivity_limit_practical``): theirs is normal
    with ``productivity_share_mean`` and ``_sd``, cut off at ``productivity_share_low`` and 1. Temporary contracts have
    no end date: the hazard of separation holds their endings.

    Parameters
    ----------
    columns : Columns
        Residents, with statuses and spells.
    share : array, shape (residents,)
        Share of earlier months in paid work (:func:`wijksim.population.histories.paid_share`).
    """
    number, table = registry.number, registry.table
    uid, status, education = columns["uid"], columns["status"], columns["education"]
    works = is_paid_work(status)
    grown = (status != Status.CHILD) & (status != Status.SCHOOL) & (status != Status.RETIRED)
    spread = number("wage_sd_log")
    wage = normals(seed, Stream.SYNTHESIS_WAGE, uid, 0)
    supported = (status == Status.SHELTERED_JOB) | (status == Status.SUBSIDISED_JOB)
    multiple = table("wage_wml_multiple").lookup(education) * np.exp(spread * wage - 0.5 * spread**2)
    drawn = start - columns["birth_month"] >= 12 * number("education_drawn_age")
    columns["wage_multiple"][drawn] = np.maximum(multiple, 1.0)[drawn]
    columns["wage_multiple"][supported] = 1.0
    columns["usual_wage"][drawn] = np.maximum(multiple, 1.0)[drawn]

    chance = normals(seed, Stream.SYNTHESIS_HOURS, uid, 0)
    mean = table("hours_share_sex").lookup(columns["sex"]) * table("hours_education_factor").lookup(education)
    hours = np.clip(mean + number("hours_share_sd") * chance, number("hours_share_min"), 1.0)
    columns["hours_share"][grown] = hours[grown]
    columns["usual_hours"][drawn] = hours[drawn]

    spell = start - columns["status_since"]
    before = months_after_school(columns, registry, start) - spell
    worked = np.where(works, spell, 0) + share * np.maximum(before, 0.0)
    experienced = grown & (works | (worked >= 12.0) | (status == Status.UNEMPLOYMENT_BENEFIT))
    least = registry.at("minimum_wage_month", start)
    base, risen = agreed_wages(registry, start)
    full_time = np.maximum(least, columns["wage_multiple"] * registry.at("minimum_wage_month", base) * risen)
    last = np.rint(100.0 * (1.0 + number("holiday_pay_rate")) * full_time * columns["hours_share"])
    columns["last_wage"][experienced] = last[experienced]

    columns["job_since"][works] = columns["status_since"][works]
    columns["weeks_worked"][works] = number("ww_entry_weeks_window")
    _give_contracts(seed, columns, registry, start)
    _give_rights(columns, worked / 12.0, registry, start)

    limit = np.where(
        education == Education.PRACTICAL,
        number("productivity_limit_practical"),
        number("productivity_limit_employability"),
    )
    limited = supported | (grown & ~works & (columns["employability"] < limit))
    deviation = normals(seed, Stream.PRODUCTIVITY, uid, 0)
    productivity = number("productivity_share_mean") + number("productivity_share_sd") * deviation
    columns["productivity"][limited] = np.clip(productivity, number("productivity_share_low"), 1.0)[limited]


def _give_contracts(seed: int, columns: Columns, registry: Registry, start: int) -> None:
    """Temporary contracts in each education's share, the sooner the shorter the tenure."""
    employees = np.flatnonzero(columns["status"] == Status.REGULAR_JOB)
    columns["contract"][is_paid_work(columns["status"]) & (columns["status"] != Status.SELF_EMPLOYED)] = (
        Contract.PERMANENT
    )
    scale = registry.number("flexible_tenure_months")
    factor = registry.table("flexible_share_factor")
    for level in Education:
        rows = employees[columns["education"][employees] == level]
        weights = np.exp((columns["job_since"][rows] - start) / scale)
        count = registry.number("flexible_share_low_education") * float(factor.lookup(level)) * rows.size
        chosen = pick(seed, Stream.SYNTHESIS_DURATION, columns["uid"][rows], weights, round(count), 2)
        columns["contract"][rows[chosen]] = Contract.TEMPORARY


def _give_rights(columns: Columns, years: Floats, registry: Registry, start: int) -> None:
    """Months of unemployment benefit (WW) built up by workers, and the term of those who are on it."""
    number = registry.number
    first = number("ww_accrual_first_years")
    built = number("ww_accrual_first") * np.minimum(years, first)
    built += registry.at("ww_accrual_later", start) * np.maximum(years - first, 0.0)
    works = is_paid_work(columns["status"])
    columns["ww_months_built"][works] = built[works]
    rows = np.flatnonzero(columns["status"] == Status.UNEMPLOYMENT_BENEFIT)
    term = np.rint(np.clip(built[rows], number("ww_duration_min"), registry.at("ww_duration_max", start)))
    elapsed = np.minimum(start - columns["status_since"][rows], term - 1.0)
    columns["status_since"][rows] = columns["out_of_work_since"][rows] = start - elapsed
    columns["ww_since"][rows] = start - elapsed
    columns["ww_until"][rows] = np.minimum(start - elapsed + term, LAST_MONTH)


def start_sick_leave(seed: int, columns: Columns, registry: Registry, start: int) -> None:
    """Write since when some employees are on long sick leave, as after years of the monthly hazards.

    Of those who fell sick k months ago (1 to ``wia_waiting_months``) a share (1 - recovery)^(k - 1) still is.
    """
    number = registry.number
    age = start - columns["birth_month"]
    hazard = number("sick_leave_entry_month") * np.where(columns["ill"], number("sick_leave_ill_factor"), 1.0)
    hazard *= np.where(age >= 12.0 * number("sick_leave_old_age"), number("wia_inflow_relative_age60"), 1.0)
    stays = 1.0 - number("sick_leave_recovery_month")
    share = hazard * (1.0 - stays ** number("wia_waiting_months")) / (1.0 - stays)
    draws = uniforms(seed, Stream.SYNTHESIS_DURATION, columns["uid"], 3)
    employees = is_paid_work(columns["status"]) & (columns["status"] != Status.SELF_EMPLOYED)
    rows = np.flatnonzero(employees & (draws < share) & (columns["job_since"] < start))
    months = 1.0 + np.floor(np.log(1.0 - draws[rows] * (1.0 - stays) / hazard[rows]) / np.log(stays))
    columns["sick_since"][rows] = np.maximum(start - months, columns["job_since"][rows])


def start_take_up(seed: int, columns: Columns, registry: Registry, start: int) -> None:
    """Write everybody's rank in claiming social assistance, so that nobody starts or stops to claim at the start.

    Ranks are even over people of ``takeup_employability_middle`` in the mean, and go with employability by
    ``takeup_employability_correlation``; given that, benefit units on assistance have one below ``assistance_takeup``
    (without children and all below 27: times ``assistance_takeup_young_ratio``), and units that may be entitled without
    being on it one above: those whose wages after tax are below the norm, and in which not all other adults are on
    another benefit, on pension or at school.
    """
    claims = registry.number("assistance_takeup")
    young = claims * registry.number("assistance_takeup_young_ratio")
    rank = uniforms(seed, Stream.TAKE_UP, columns["uid"], 0)
    status, unit = columns["status"], columns["unit_row"]
    adult = start - columns["birth_month"] >= 12 * registry.number("adult_age")
    works = is_paid_work(status)
    after_tax = 1.0 - registry.at("wage_tax_effective_rate", start)
    covered = np.isin(status, (Status.UNEMPLOYMENT_BENEFIT, Status.DISABILITY, Status.RETIRED, Status.SCHOOL))

    def of_unit(of_member: NDArray[Any]) -> Floats:
        total: Floats = np.bincount(unit, of_member, minlength=len(columns)).astype(float)[unit]
        return total

    norm = np.where(
        of_unit(adult) > 1.0,
        registry.at("benefit_norm_couple_net", start),
        registry.at("benefit_norm_single_net", start),
    )
    assisted = of_unit(status == Status.SOCIAL_ASSISTANCE) > 0.0
    short = of_unit(np.where(works, columns["last_wage"] / 100.0, 0.0)) * after_tax < norm
    in_need = of_unit(status == Status.NO_BENEFIT) + of_unit(works) * (of_unit(covered & adult) == 0.0) > 0.0
    alike = registry.number("takeup_employability_correlation")
    able = columns["employability"].astype(float) - registry.number("takeup_employability_middle")
    grown = adult & (status != Status.SCHOOL) & (status != Status.RETIRED)
    old = grown & (start - columns["birth_month"] >= 12 * registry.number("youth_search_max_age"))
    youthful = of_unit(old | ~adult) == 0.0
    below = np.where(youthful, share_below(young, able, alike), share_below(claims, able, alike))
    rank = np.where(assisted, below * rank, np.where(short & in_need, below + (1.0 - below) * rank, rank))
    columns["take_up"][:] = ranks_with_trait(rank, able, alike)
