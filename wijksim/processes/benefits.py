"""Income and benefits of a month: wages, the rules of the law by benefit unit, and who pays whom."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from wijksim.accounts import CENTS_PER_EURO, Category, Line, Party, line_of
from wijksim.calendar import MONTHS_PER_YEAR, month_of_year
from wijksim.kernels import Given, call
from wijksim.population.columns import Column
from wijksim.processes.benefits_month import benefit_month
from wijksim.processes.benefits_sums import (
    F_DISABILITY,
    F_SICKNESS,
    F_WW,
    T_BONUS,
    T_FULL,
    T_HIRING,
    T_LEVY,
    T_PARTIAL,
    T_PROFIT,
    T_SICK_PAY,
    T_SUBSIDY,
    T_TAX,
    Flow,
    Total,
    require_room_to_count,
)
from wijksim.processes.claiming import PAID, redraw_take_up
from wijksim.processes.process import Kept, Month
from wijksim.processes.rules import RULE_PARAMETERS, Rules
from wijksim.processes.rules_wages import WageRules
from wijksim.randomness import Stream

__all__ = ["Benefits"]


class Benefits:
    """Wages, benefits and allowances (`mechanisms.md` A3 to A8, A15, A22), in this order.

    1. Gross wage = wage multiple x minimum wage of the age in 2015 x agreed wages since x hours, at least the minimum
       wage of the age and date, holiday pay included; in places with subsidy the minimum wage. On long sick leave a
       regular employer pays part of it. Profit of the self-employed is booked as wage of regular employers, who are
       their customers, and so is their own Zvw levy. Pupils and students, by fixed rank and age, have a side job at a
       multiple of the minimum wage of their age.
    2. Tax through the known point at the minimum wage; employer premiums and the Zvw levy by employer.
    3. Wage-cost subsidy, sick pay refunded by UWV, the State's bonus for low wages and job agreements (LIV, LKV), and
       the temporary hiring subsidy, to the employer.
    4. Unemployment benefit (WW), sickness benefit of who has no employer (ZW), disability benefit (WIA, Wajong), net
       state pension (AOW); the supplement up to the social minimum (Toeslagenwet). Day wages follow the reference
       minimum wage. A placement keeps the benefit it was taken from. UWV pays the Zvw levy over them.
    5. Social assistance by benefit unit: norm by ages and cost sharers, less net earnings after exemption and less
       other net benefits of the unit; booked gross. Jobless adults have the status of social assistance if their unit
       gets any, else none. With it come special assistance and remission of local taxes. A couple of which one is
       over the state pension age is topped up by the Sociale Verzekeringsbank (AIO), not by the municipality.
    6. Care and child allowance by unit, rent allowance by household, health premium by adult, administration by unit.

    Before that, some ranks in claiming are drawn anew (`claiming`).

    Simplified: students neither claim nor count in a couple, and their side jobs count for no benefit or allowance;
    assets and non-take-up are one rank; tax on a partial amount is in proportion; bonuses are booked in the month that
    they are earned in, though paid a year later; no occupational pensions, universal child benefit, or income
    supplement of the self-employed (Bbz).
    """

    name: ClassVar[str] = "benefits"
    reads: ClassVar[tuple[str, ...]] = (
        "present", "birth_month", "head_row", "unit_row", "partner_row", "placed_from", "out_of_work_since", "employer",
        "hours_share", "productivity", "wage_multiple", "sick_since", "subsidised_since", "ww_since", "ww_until",
        "ww_after_place", "uid", "job_since", "ever_placed", "employability",
    )  # fmt: skip
    writes: ClassVar[tuple[str, ...]] = (
        "status", "status_since", "last_wage", "exemption_used", "wage", "net_earnings", "benefit", "assistance",
        "income", "take_up",
    )  # fmt: skip
    streams: ClassVar[tuple[Stream, ...]] = (
        Stream.TAKE_UP,
        Stream.TAKE_UP_CHANGE,
        Stream.DURABLE_DISABILITY,
        Stream.STUDENT_JOB,
    )
    parameters: ClassVar[tuple[str, ...]] = (
        *RULE_PARAMETERS,
        "assistance_other_exit_month",
        "assistance_other_exit_factor_1_3y",
        "assistance_other_exit_factor_gt3y",
        "duration_class_short_months",
        "duration_class_middle_months",
        "takeup_employability_correlation",
        "takeup_employability_middle",
        "lks_from_buig_share",
        "admin_cost_per_benefit_year",
    )
    columns: ClassVar[tuple[Column, ...]] = ()
    outcomes: ClassVar[tuple[Any, ...]] = ()

    def __init__(self) -> None:
        self._kept: Rules | None = None
        self._claiming = Kept(_claiming)

    def step(self, month: Month) -> None:
        """Do the month."""
        rules = self._rules(month)
        columns = month.columns
        if month.index == 0 or month_of_year(month.at) == 1:
            require_room_to_count(columns)
        call(
            redraw_take_up,
            columns,
            self._claiming.of(month),
            at=month.at,
            key_change=month.key(Stream.TAKE_UP_CHANGE),
            key_rank=month.key(Stream.TAKE_UP),
        )
        flows = np.zeros(len(_BOOKINGS), np.int64)
        totals = np.zeros(_TOTALS, np.int64)
        enterprises = month.state.institutions.enterprises
        employers = max(len(enterprises), int(columns["employer"].max(initial=-1)) + 1) + 1  # all others first
        wages_by_employer = np.zeros(employers, np.int64)
        subsidies, support = wages_by_employer.copy(), wages_by_employer.copy()
        call(
            benefit_month,
            columns,
            rules.given,
            at=month.at,
            first=month.index == 0,
            indexation=month.number("minimum_wage_month") / month.at_start("minimum_wage_month"),
            norm_share=month.levers.assistance_norm_share,
            hiring_share=month.levers.temporary_hiring_subsidy_share,
            hiring_months=month.levers.temporary_hiring_subsidy_months,
            key_durable=month.key(Stream.DURABLE_DISABILITY, 0),
            key_student=month.key(Stream.STUDENT_JOB, 0),
            flows=flows,
            wages_by_employer=wages_by_employer,
            subsidy_by_employer=subsidies,
            support_by_employer=support,
            totals=totals,
        )
        for books in enterprises:
            books.subsidy_cents, books.support_cents = int(subsidies[books.index + 1]), int(support[books.index + 1])
        paid, told = flows.tolist(), totals.tolist()
        month.post_all(_BOOKINGS, paid)
        sick_or_disabled = paid[F_SICKNESS] + paid[F_DISABILITY]
        share = rules.wages.levy_share
        month.post_all(_LEVIES, (round(paid[F_WW] * share), round(sick_or_disabled * share)))
        self._pay_for_workers(month, rules.wages, wages_by_employer.tolist(), told)
        self._pay_for_assistance(month, told)
        month.count_all(_COUNT_NAMES, totals[_COUNTED])

    def _rules(self, month: Month) -> Rules:
        if self._kept is None or not self._kept.hold(month.registry, month.at):
            self._kept = Rules.of(month.registry, month.at)
        return self._kept

    def _pay_for_workers(self, month: Month, rules: WageRules, wages: list[int], totals: list[int]) -> None:
        """Premiums and levy of employers, and what they get for workers with subsidy."""
        from_assistance = month.number("lks_from_buig_share")
        for social, of_kind in enumerate((wages[:1], wages[1:])):
            levy = [round(gross * rules.levy_share) for gross in of_kind]
            premiums = sum(round(gross * rules.premium_share) for gross in of_kind)
            subsidy = totals[T_SUBSIDY + social]
            part = round(subsidy * from_assistance)
            amounts = (
                sum(levy), premiums - sum(levy), part, subsidy - part, totals[T_SICK_PAY + social],
                totals[T_BONUS + social],
            )  # fmt: skip
            month.post_all(_OF_EMPLOYERS[social], amounts)
        own_levy = round(totals[T_PROFIT] * rules.own_levy_share)
        month.post_all(_OF_REGULAR, (own_levy, totals[T_HIRING]))

    def _pay_for_assistance(self, month: Month, totals: list[int]) -> None:
        """Tax, levy and administration of social assistance."""
        units = totals[T_FULL] + totals[T_PARTIAL]
        unit_year = month.number("admin_cost_per_benefit_year") * month.price_level("benefit_cost_price_year")
        cost = round(units * unit_year * CENTS_PER_EURO / MONTHS_PER_YEAR)
        month.post_all(_OF_ASSISTANCE, (totals[T_TAX], totals[T_LEVY], cost))


def _claiming(month: Month) -> Given:
    """Arguments of :func:`wijksim.processes.claiming.redraw_take_up`."""
    number = month.number
    not_claiming = 1.0 - number("assistance_takeup")
    return Given(
        change_month=number("assistance_other_exit_month") / not_claiming if not_claiming > 0.0 else 0.0,
        paid=PAID,
        class_short=number("duration_class_short_months"),
        class_middle=number("duration_class_middle_months"),
        factor_middle=number("assistance_other_exit_factor_1_3y"),
        factor_long=number("assistance_other_exit_factor_gt3y"),
        alike=number("takeup_employability_correlation"),
        middle=number("takeup_employability_middle"),
    )


_BY_FLOW = {
    Flow.WAGE_REGULAR: (Category.WAGES, Party.REGULAR_EMPLOYERS, Party.RESIDENTS),
    Flow.WAGE_SOCIAL: (Category.WAGES, Party.SOCIAL_ENTERPRISES, Party.RESIDENTS),
    Flow.WAGE_TAX: (Category.WAGE_TAX, Party.RESIDENTS, Party.STATE_TAX),
    Flow.UNEMPLOYMENT: (Category.UNEMPLOYMENT_BENEFIT, Party.UWV_UNEMPLOYMENT, Party.RESIDENTS),
    Flow.SICKNESS: (Category.SICKNESS_BENEFIT, Party.UWV_DISABILITY, Party.RESIDENTS),
    Flow.DISABILITY: (Category.DISABILITY_BENEFIT, Party.UWV_DISABILITY, Party.RESIDENTS),
    Flow.BENEFIT_TAX: (Category.BENEFIT_TAX, Party.RESIDENTS, Party.STATE_TAX),
    Flow.PENSION: (Category.STATE_PENSION, Party.STATE_PENSION, Party.RESIDENTS),
    Flow.TOP_UP_UNEMPLOYMENT: (Category.TOP_UP, Party.UWV_UNEMPLOYMENT, Party.RESIDENTS),
    Flow.TOP_UP_DISABILITY: (Category.TOP_UP, Party.UWV_DISABILITY, Party.RESIDENTS),
    Flow.ASSISTANCE: (Category.SOCIAL_ASSISTANCE, Party.MUNICIPALITY_ASSISTANCE, Party.RESIDENTS),
    Flow.CARE_ALLOWANCE: (Category.CARE_ALLOWANCE, Party.STATE_ALLOWANCES, Party.RESIDENTS),
    Flow.RENT_ALLOWANCE: (Category.RENT_ALLOWANCE, Party.STATE_ALLOWANCES, Party.RESIDENTS),
    Flow.TOP_UP_PENSION: (Category.TOP_UP, Party.STATE_PENSION, Party.RESIDENTS),
    Flow.SPECIAL_ASSISTANCE: (Category.SPECIAL_ASSISTANCE, Party.MUNICIPALITY_ADMINISTRATION, Party.RESIDENTS),
    Flow.CHILD_ALLOWANCE: (Category.CHILD_ALLOWANCE, Party.STATE_ALLOWANCES, Party.RESIDENTS),
    Flow.HEALTH_PREMIUM: (Category.HEALTH_PREMIUM, Party.RESIDENTS, Party.INSURERS),
}
_BOOKINGS = tuple(line_of(*_BY_FLOW[flow]) for flow in Flow)
_LEVIES = tuple(
    line_of(Category.HEALTH_LEVY, payer, Party.HEALTH_FUND) for payer in (Party.UWV_UNEMPLOYMENT, Party.UWV_DISABILITY)
)


def _of_employers(employers: Party) -> tuple[Line, ...]:
    """Lines on which employers pay levy and premiums, and get subsidy, sick pay and bonus."""
    return (
        line_of(Category.HEALTH_LEVY, employers, Party.HEALTH_FUND),
        line_of(Category.EMPLOYER_PREMIUMS, employers, Party.STATE_TAX),
        line_of(Category.WAGE_COST_SUBSIDY, Party.MUNICIPALITY_ASSISTANCE, employers),
        line_of(Category.WAGE_COST_SUBSIDY, Party.STATE_GRANTS, employers),
        line_of(Category.SICK_PAY, Party.UWV_DISABILITY, employers),
        line_of(Category.WAGE_BONUS, Party.STATE_TAX, employers),
    )


_OF_EMPLOYERS = (_of_employers(Party.REGULAR_EMPLOYERS), _of_employers(Party.SOCIAL_ENTERPRISES))
_OF_REGULAR = (
    line_of(Category.HEALTH_LEVY, Party.REGULAR_EMPLOYERS, Party.HEALTH_FUND),
    line_of(Category.HIRING_SUBSIDY, Party.PARTICIPATION_BUDGET, Party.REGULAR_EMPLOYERS),
)
_OF_ASSISTANCE = (
    line_of(Category.SOCIAL_ASSISTANCE_TAX, Party.MUNICIPALITY_ASSISTANCE, Party.STATE_TAX),
    line_of(Category.SOCIAL_ASSISTANCE_TAX, Party.MUNICIPALITY_ASSISTANCE, Party.HEALTH_FUND),
    line_of(Category.ADMINISTRATION, Party.MUNICIPALITY_ADMINISTRATION, Party.REST_OF_WORLD),
)
_TOTALS = len(Total)
_COUNTS = {
    "assistance_entries": Total.ENTRIES,
    "assistance_exits": Total.EXITS,
    "assistance_units_full": Total.UNITS_FULL,
    "assistance_units_partial": Total.UNITS_PARTIAL,
    "ww_ended": Total.WW_ENDED,
    "ww_after_place.from_assistance": Total.PLACE_WW_FROM_ASSISTANCE,
    "ww_after_place.other": Total.PLACE_WW_OTHER,
    "ww_after_place_people.from_assistance": Total.PLACE_WW_PEOPLE_FROM_ASSISTANCE,
    "ww_after_place_people.other": Total.PLACE_WW_PEOPLE_OTHER,
}
_COUNT_NAMES, _COUNTED = tuple(_COUNTS), np.array(list(_COUNTS.values()), np.intp)
