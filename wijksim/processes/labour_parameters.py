"""What the kernels of the labour market are told that follows from parameters alone."""

from __future__ import annotations

from wijksim.calendar import MONTHS_PER_YEAR
from wijksim.kernels import Given
from wijksim.population.columns import Sex
from wijksim.processes.bounds import bounds_of_exp
from wijksim.processes.labour_sieve import decay_by_tenure
from wijksim.processes.process import Month

__all__ = [
    "MASS_SCALE",
    "of_counters",
    "of_events",
    "of_growth",
    "of_hires",
    "of_search",
    "of_sheltered_work",
]

MASS_SCALE = 2.0**40
"""Fixed point in which the hazards of those who search are added up."""


def of_counters(month: Month) -> Given:
    """Arguments of :func:`wijksim.processes.labour_kernels.work_counters`."""
    number = month.number
    return Given(
        weeks_per_month=number("weeks_per_month"),
        weeks_window=number("ww_entry_weeks_window"),
        built_first=number("ww_accrual_first"),
        built_first_years=number("ww_accrual_first_years"),
        built_later=number("ww_accrual_later"),
    )


def of_events(month: Month) -> Given:
    """Arguments of :func:`wijksim.processes.labour_kernels.labour_events`."""
    number = month.number
    slope = number("employability_separation_slope") * number("employability_hazard_sd")
    hazard_new, hazard_long = number("separation_new_job_month"), number("separation_permanent_month")
    tenure_scale = number("separation_tenure_months")
    return Given(
        pension_age_months=int(number("state_pension_age_months")),
        school_age=month.by_skill("school_leaving_age"),
        separation_education=month.by_skill("separation_education_factor"),
        adult_months=number("adult_age") * MONTHS_PER_YEAR,
        young_share=month.by_skill("wajong_share_at_18"),
        young_slope=number("disability_selection_frailty"),
        practical_leaves=number("pro_leaves_education_share"),
        practical_continues=number("practical_continuation_months"),
        hazard_long=hazard_long,
        hazard_new=hazard_new,
        tenure_scale=tenure_scale,
        decay=decay_by_tenure(hazard_new, hazard_long, tenure_scale),
        likely_most=bounds_of_exp(slope),
        ill_ratio=number("unemployment_entry_hr_ill_health"),
        employability_slope=slope,
        hazard_place=number("separation_hazard_subsidised"),
        hazard_stop=number("self_employment_exit_month"),
        hazard_inactive=number("inactivity_entry_month"),
        hazard_sick=number("sick_leave_entry_month"),
        sick_ill_ratio=number("sick_leave_ill_factor"),
        sick_old_ratio=number("wia_inflow_relative_age60"),
        sick_old_months=number("sick_leave_old_age") * MONTHS_PER_YEAR,
        sick_ww_ratio=number("sick_leave_ww_factor"),
        hazard_recovery=number("sick_leave_recovery_month"),
        waiting_months=number("wia_waiting_months"),
        grant_share=number("wia_grant_share"),
        after_place_months=number("after_placement_months"),
        weeks_needed=number("ww_entry_weeks_worked"),
        ww_shortest=number("ww_duration_min"),
        ww_longest=number("ww_duration_max"),
        ww_long_years=number("ww_long_years_needed"),
    )


def of_growth(month: Month) -> Given:
    """Arguments of :func:`wijksim.processes.tenure_kernels.grow_in_job`."""
    return Given(
        wage_growth=month.number("wage_growth_usual_year"), hours_growth=month.number("hours_growth_usual_year")
    )


def of_sheltered_work(month: Month) -> Given:
    """Arguments of :func:`wijksim.processes.tenure_kernels.enter_sheltered_work`."""
    number = month.number
    return Given(
        adult_age=number("adult_age"),
        limit_others=number("productivity_limit_employability"),
        limit_practical=number("productivity_limit_practical"),
        hazard=number("sheltered_entry_month"),
        hours=number("se_hours_share"),
        productivity_mean=number("productivity_share_mean"),
        productivity_sd=number("productivity_share_sd"),
        productivity_low=number("productivity_share_low"),
    )


def of_search(month: Month) -> Given:
    """Arguments of :func:`wijksim.processes.job_search_kernels.search_intensity`."""
    number = month.number
    short = number("exit_to_job_monthly_dur_lt1y")
    causal = number("true_duration_share")
    return Given(
        base_assistance=short * number("assistance_reference_factor"),
        base_ww=number("ww_job_finding_month"),
        base_inactive=number("inactive_to_job_month"),
        base_disability=number("disability_exit_month"),
        base_school_leaver=month.by_skill("school_leaver_job_finding_month"),
        leaver_months=number("school_leaver_search_months"),
        leaver_ahead=number("school_leaver_ahead_months"),
        class_short=number("duration_class_short_months"),
        class_middle=number("duration_class_middle_months"),
        duration_middle=(number("exit_to_job_monthly_dur_1_3y") / short) ** causal,
        duration_long=(number("exit_to_job_monthly_dur_gt3y") / short) ** causal,
        spread=number("employability_hazard_sd"),
        education_log=month.by_skill("education_job_finding_log"),
        ill_ratio=number("reemployment_hr_ill_health"),
        contact_share=number("jobs_found_via_contacts"),
        norm_span=number("norm_reference_span"),
        lock_in=number("lock_in_search_factor"),
        coaching=number("coaching_multiplier"),
        after_place=number("after_placement_multiplier"),
        parent_first_age=number("parent_effect_min_age"),
        parent_last_age=number("parent_effect_max_age"),
        mass_scale=MASS_SCALE,
    )


def of_hires(month: Month) -> Given:
    """Arguments of :func:`wijksim.processes.job_search_kernels.take_jobs`."""
    number = month.number
    return Given(
        first_share=number("wage_first_job_share"),
        self_share=number("self_employment_entry_share"),
        starter_multiple=number("wage_starter_multiple"),
        hours_mean=number("hours_after_bijstand") / number("full_time_hours_week"),
        wage_of_education=month.by_skill("wage_wml_multiple"),
        wage_spread=number("wage_sd_log"),
        hours_of_sex=month.registry.steps("hours_share_sex", len(Sex)),
        hours_of_education=month.by_skill("hours_education_factor"),
        hours_spread=number("hours_share_sd"),
        hours_least=number("hours_share_min"),
    )
