"""The rules of income and benefits in force in a month, gathered from the registry."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from wijksim.accounts import CENTS_PER_EURO
from wijksim.calendar import MONTHS_PER_YEAR, absolute_month
from wijksim.kernels import Given
from wijksim.parameters import Dated, Registry
from wijksim.population.spells import agreed_wages
from wijksim.processes.process import LAST_AGE
from wijksim.processes.rules_allowances import AllowanceRules
from wijksim.processes.rules_assistance import AssistanceRules
from wijksim.processes.rules_bonuses import BonusRules
from wijksim.processes.rules_insurance import InsuranceRules
from wijksim.processes.rules_wages import WageRules

__all__ = ["RULE_PARAMETERS", "Rules"]

YOUTH_FACTORS = (
    "youth_wage_factor_17", "youth_wage_factor_18", "youth_wage_factor_19", "youth_wage_factor_20",
    "youth_wage_factor_21", "youth_wage_factor_22",
)  # fmt: skip
"""Factors of the minimum wage by age; the first is of the year before adulthood."""

RULE_PARAMETERS: tuple[str, ...] = (
    "minimum_wage_month", "minimum_wage_hour", "minimum_wage_hourly", "minimum_wage_weeks_year",
    "full_time_hours_week", "holiday_pay_rate", "agreed_wage_index", "agreed_wage_base_year", *YOUTH_FACTORS,
    "adult_age",
    "wage_tax_effective_rate", "wage_tax_marginal_rate_below", "wage_tax_marginal_rate", "employer_premiums_total",
    "zvw_employer_levy", "zvw_own_levy", "lks_max_share", "lks_addon", "lks_forfait_share",
    "lks_forfait_months", "no_risk_share", "sickness_rate_target_group",
    "sick_pay_rate", "zw_rate", "zw_after_months",
    "se_wage_multiple", "sheltered_wage_multiple", "ww_rate_first", "ww_rate_later",
    "ww_rate_first_months", "wia_rate_first", "wia_rate_later", "wia_rate_first_months", "wia_rate_durable",
    "wia_durable_share", "ww_max_day_wage", "ww_days_month", "wajong_rate", "wajong_rate_durable",
    "wajong_durable_share", "benefit_tax_rate", "aow_norm_single_net", "aow_norm_couple_net",
    "toeslagenwet_sharer_share", "toeslagenwet_single_share", "toeslagenwet_partner_birth_year",
    "toeslagenwet_child_age", "benefit_norm_single_net", "benefit_norm_couple_net", "benefit_norm_18_20_single_net",
    "benefit_norm_18_20_couple_children_net", "cost_sharer_base_share", "cost_sharer_person_share",
    "assistance_full_age", "cost_sharer_min_age", "earnings_exemption_share", "earnings_exemption_cap_share",
    "earnings_exemption_months", "earnings_exemption_single_parent_share",
    "earnings_exemption_single_parent_cap_share", "earnings_exemption_single_parent_months",
    "earnings_exemption_lks_share", "earnings_exemption_lks_cap_share", "earnings_exemption_lks_months",
    "assistance_tax_share_single", "assistance_tax_share_couple", "assistance_tax_share_18_20", "assistance_takeup",
    "assistance_takeup_young_ratio",
    "youth_search_months", "youth_search_max_age", "special_assistance_saved_per_exit_year",
    "special_assistance_price_year", "cpi_index", "local_tax_relief_lost", "benefit_cost_price_year", "zorgtoeslag_max",
    "zorgtoeslag_couple_max",
    "care_allowance_taper", "huurtoeslag_benefit_single", "huurtoeslag_loss_bijstand_to_wml_single",
    "rent_allowance_tenant_share", "health_premium_year", "kgb_first_child", "kgb_second_child", "kgb_further_child",
    "kgb_single_parent_top", "kgb_threshold", "kgb_couple_threshold_extra", "kgb_taper",
    "student_job_share", "student_job_hours_share", "student_wage_multiple",
    "lkv_job_agreement_hour", "lkv_job_agreement_max_year", "lkv_job_agreement_months", "liv_hour", "liv_max_year",
    "liv_wage_bound", "liv_second_hour", "liv_second_max_year", "liv_second_wage_bound", "liv_min_hours_year",
)  # fmt: skip
"""Every parameter that the rules are made of."""


_AGES = np.arange(LAST_AGE)


@dataclass(frozen=True)
class Rules:
    """All rules of income and benefits, in force from one month until another.

    Parameters
    ----------
    registry : Registry
        What they were read from.
    first, until : int
        Absolute months from and before which they hold.
    minimum : array of float64, shape (LAST_AGE,)
        Full-time minimum wage by age in whole years, cents a month, holiday pay included.
    regular : array of float64, shape (LAST_AGE,)
        What wages of regular jobs are multiples of: minimum wages of the base year, risen with agreed wages.
    student_share : array of float64, shape (LAST_AGE,)
        Of pupils and students, those with a side job, by age.
    student_wage : array of float64, shape (LAST_AGE,)
        Gross wage of a side job by age, cents a month, holiday pay included.
    """

    registry: Registry
    first: int
    until: int
    minimum: NDArray[np.float64]
    regular: NDArray[np.float64]
    student_share: NDArray[np.float64]
    student_wage: NDArray[np.float64]
    wages: WageRules
    bonuses: BonusRules
    insurance: InsuranceRules
    assistance: AssistanceRules
    allowances: AllowanceRules

    @classmethod
    def of(cls, registry: Registry, at: int) -> Rules:
        """Gather the rules of the absolute month `at`."""
        return _Reader(registry, at).rules()

    @cached_property
    def given(self) -> Given:
        """Arguments of :func:`wijksim.processes.benefits_month.benefit_month` that follow from the rules."""
        return Given(
            minimum=self.minimum,
            regular=self.regular,
            student_share=self.student_share,
            student_wage=self.student_wage,
            wage_rules=tuple(self.wages),
            bonus_rules=tuple(self.bonuses),
            insurance_rules=tuple(self.insurance),
            unit_rules=tuple(self.assistance),
            allowance_rules=tuple(self.allowances),
        )

    def hold(self, registry: Registry, at: int) -> bool:
        """Whether these are the rules of this registry in a month."""
        return self.registry is registry and self.first <= at < self.until


class _Reader:
    """Reads figures of one month."""

    def __init__(self, registry: Registry, at: int) -> None:
        self.registry, self.at = registry, at

    def number(self, name: str) -> float:
        return self.registry.value_in(name, self.at)

    def cents(self, name: str) -> float:
        return self.number(name) * CENTS_PER_EURO

    def monthly(self, name: str) -> float:
        return self.number(name) * CENTS_PER_EURO / MONTHS_PER_YEAR

    def rules(self) -> Rules:
        minimum = self.minimum_wages()
        assistance = self.assistance()
        return Rules(
            registry=self.registry,
            first=self.at,
            until=self.next_change(),
            minimum=minimum,
            regular=self.regular_wages(),
            student_share=self.registry.table("student_job_share").lookup(_AGES),
            student_wage=self.student_wages(minimum),
            wages=self.wages(minimum[-1]),
            bonuses=self.bonuses(),
            insurance=self.insurance(minimum[-1]),
            assistance=assistance,
            allowances=self.allowances(minimum[-1], assistance),
        )

    def next_change(self) -> int:
        """First month after this one in which a dated figure changes; far away when none does."""
        dated = (self.registry[name] for name in RULE_PARAMETERS)
        months = [
            figure.month
            for passport in dated
            if isinstance(passport, Dated)
            for figure in passport.values
            if figure.month > self.at
        ]
        return min(months, default=np.iinfo(np.int32).max)

    def with_holiday_pay(self, cents: float) -> float:
        return cents * (1.0 + self.number("holiday_pay_rate"))

    def minimum_wages(self) -> NDArray[np.float64]:
        month = self.cents("minimum_wage_month")
        if self.number("minimum_wage_hourly"):
            hours = self.number("full_time_hours_week") * self.number("minimum_wage_weeks_year") / MONTHS_PER_YEAR
            month = self.cents("minimum_wage_hour") * hours
        wages = np.full(LAST_AGE, self.with_holiday_pay(month))
        youngest = int(self.number("adult_age")) - 1
        for place, name in enumerate(YOUTH_FACTORS):
            wages[youngest + place] *= self.number(name)
        wages[:youngest] = wages[youngest]
        return wages

    def regular_wages(self) -> NDArray[np.float64]:
        base, risen = agreed_wages(self.registry, self.at)
        return _Reader(self.registry, base).minimum_wages() * risen

    def student_wages(self, minimum: NDArray[np.float64]) -> NDArray[np.float64]:
        hours = self.registry.table("student_job_hours_share").lookup(_AGES)
        wages: NDArray[np.float64] = minimum * hours * self.number("student_wage_multiple")
        return wages

    def wages(self, minimum: float) -> WageRules:
        return WageRules(
            minimum=minimum,
            tax_share=self.number("wage_tax_effective_rate"),
            tax_below=self.number("wage_tax_marginal_rate_below"),
            tax_above=self.number("wage_tax_marginal_rate"),
            premium_share=self.number("employer_premiums_total"),
            levy_share=self.number("zvw_employer_levy"),
            own_levy_share=self.number("zvw_own_levy"),
            subsidy_cap=self.number("lks_max_share"),
            subsidy_addon=self.number("lks_addon"),
            forfait_share=self.number("lks_forfait_share"),
            forfait_months=self.number("lks_forfait_months"),
            uwv_sick_share=self.number("no_risk_share") * self.number("sickness_rate_target_group"),
            sick_pay_share=self.number("sick_pay_rate"),
            place_multiple=self.number("se_wage_multiple"),
            sheltered_multiple=self.number("sheltered_wage_multiple"),
        )

    def bonuses(self) -> BonusRules:
        return BonusRules(
            full_hours=self.number("full_time_hours_week") * self.number("minimum_wage_weeks_year"),
            agreement_hour=self.cents("lkv_job_agreement_hour"),
            agreement_most=self.cents("lkv_job_agreement_max_year"),
            agreement_months=self.number("lkv_job_agreement_months"),
            low_hour=self.cents("liv_hour"),
            low_most=self.cents("liv_max_year"),
            low_bound=self.number("liv_wage_bound"),
            second_hour=self.cents("liv_second_hour"),
            second_most=self.cents("liv_second_max_year"),
            second_bound=self.number("liv_second_wage_bound"),
            least_hours=self.number("liv_min_hours_year"),
        )

    def insurance(self, minimum: float) -> InsuranceRules:
        reference = self.with_holiday_pay(self.cents("minimum_wage_month"))
        sharer = self.number("toeslagenwet_sharer_share") / self.number("toeslagenwet_single_share")
        return InsuranceRules(
            ww_first=self.number("ww_rate_first"),
            ww_later=self.number("ww_rate_later"),
            ww_first_months=self.number("ww_rate_first_months"),
            zw_share=self.number("zw_rate"),
            zw_after_months=self.number("zw_after_months"),
            wia_first=self.number("wia_rate_first"),
            wia_later=self.number("wia_rate_later"),
            wia_first_months=self.number("wia_rate_first_months"),
            wia_durable=self.number("wia_rate_durable"),
            wia_durable_part=self.number("wia_durable_share"),
            wage_cap=self.cents("ww_max_day_wage") * self.number("ww_days_month"),
            wajong_share=self.number("wajong_rate") * reference / minimum,
            wajong_durable_share=self.number("wajong_rate_durable") * reference / minimum,
            wajong_durable_part=self.number("wajong_durable_share"),
            tax_share=self.number("benefit_tax_rate"),
            pension_single=self.cents("aow_norm_single_net"),
            pension_partner=self.cents("aow_norm_couple_net") * 0.5,
            sharer_factor=sharer,
            partner_birth_year=int(self.number("toeslagenwet_partner_birth_year")),
            child_age=int(self.number("toeslagenwet_child_age")),
        )

    def assistance(self) -> AssistanceRules:
        single = self.cents("benefit_norm_single_net")
        return AssistanceRules(
            single=single,
            couple=self.cents("benefit_norm_couple_net"),
            youth=self.cents("benefit_norm_18_20_single_net"),
            youth_couple_children=self.cents("benefit_norm_18_20_couple_children_net"),
            pension_couple=self.cents("aow_norm_couple_net"),
            sharer_base=self.number("cost_sharer_base_share"),
            sharer_person=self.number("cost_sharer_person_share"),
            adult_age=int(self.number("adult_age")),
            full_age=int(self.number("assistance_full_age")),
            sharer_age=int(self.number("cost_sharer_min_age")),
            exempt_share=self.number("earnings_exemption_share"),
            exempt_cap=self.number("earnings_exemption_cap_share") * single,
            exempt_months=self.number("earnings_exemption_months"),
            parent_share=self.number("earnings_exemption_single_parent_share"),
            parent_cap=self.number("earnings_exemption_single_parent_cap_share") * single,
            parent_months=self.number("earnings_exemption_single_parent_months"),
            subsidy_share=self.number("earnings_exemption_lks_share"),
            subsidy_cap=self.number("earnings_exemption_lks_cap_share") * single,
            subsidy_months=self.number("earnings_exemption_lks_months"),
            tax_single=self.number("assistance_tax_share_single"),
            tax_couple=self.number("assistance_tax_share_couple"),
            tax_youth=self.number("assistance_tax_share_18_20"),
            levy_share=self.number("zvw_employer_levy"),
            takeup=self.number("assistance_takeup"),
            takeup_young=self.number("assistance_takeup") * self.number("assistance_takeup_young_ratio"),
            search_months=self.number("youth_search_months"),
            search_age=int(self.number("youth_search_max_age")),
            extras=self.extras(),
        )

    def extras(self) -> float:
        """What comes with social assistance: special assistance, remission of local taxes; each risen with prices."""
        special = self.monthly("special_assistance_saved_per_exit_year")
        special *= self.price_level("special_assistance_price_year")
        return special + self.cents("local_tax_relief_lost") * self.price_level("benefit_cost_price_year")

    def price_level(self, year_parameter: str) -> float:
        prices = self.registry.at("cpi_index", absolute_month(int(self.number(year_parameter)), 1))
        return self.number("cpi_index") / prices

    def allowances(self, minimum: float, assistance: AssistanceRules) -> AllowanceRules:
        minimum_single = assistance.single * (1.0 + assistance.tax_single)
        tenants = self.number("rent_allowance_tenant_share")
        loss = self.cents("huurtoeslag_loss_bijstand_to_wml_single")
        return AllowanceRules(
            minimum_single=minimum_single,
            minimum_couple=assistance.couple * (1.0 + assistance.tax_couple),
            threshold=self.with_holiday_pay(self.cents("minimum_wage_month")),
            care_full=self.monthly("zorgtoeslag_max"),
            care_full_couple=self.monthly("zorgtoeslag_couple_max"),
            care_taper=self.number("care_allowance_taper"),
            rent_full=tenants * self.cents("huurtoeslag_benefit_single"),
            rent_taper=tenants * loss / (minimum - minimum_single),
            premium=self.monthly("health_premium_year"),
            child_first=self.monthly("kgb_first_child"),
            child_second=self.monthly("kgb_second_child"),
            child_further=self.monthly("kgb_further_child"),
            child_single=self.monthly("kgb_single_parent_top"),
            child_threshold=self.monthly("kgb_threshold"),
            child_couple_extra=self.monthly("kgb_couple_threshold_extra"),
            child_taper=self.number("kgb_taper"),
        )
