"""The labour market: who leaves work, who searches, who is taken on, and whom that displaces."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from wijksim.kernels import call
from wijksim.population.columns import Column, Education, Rows, is_paid_work
from wijksim.processes import job_search_kernels as search
from wijksim.processes import labour_kernels as kernels
from wijksim.processes import labour_parameters as given
from wijksim.processes import tenure_kernels as tenure
from wijksim.processes.place_kernels import paid_places
from wijksim.processes.places import fill_places
from wijksim.processes.prices import AMOUNT_PARAMETERS
from wijksim.processes.process import Kept, Month
from wijksim.processes.ties import employed_share_of_ties
from wijksim.randomness import Stream
from wijksim.settings import Matching, Sector
from wijksim.structure import UpbringingVariant

__all__ = ["LabourMarket"]

SKILLS = len(Education)
_FIRM_SHARES = tuple(f"firm_share_{sector.value}" for sector in Sector)
_EVENT_NAMES = [event.name.lower() for event in kernels.Event]

Floats = NDArray[np.float64]


class LabourMarket:
    """Separation, search, matching and places (`mechanisms.md` B1 to B3, A1, A8, A17).

    Order: state pension, leaving school, sick leave and disability, separation; growth of wages and hours; search
    intensity; sheltered work; regular jobs that have been waiting for who leaves school; social places; regular jobs of
    the month. Search and tightness are measured before places are filled, so that the reference of the first month is
    the same with and without a policy. An enterprise offers its places from the first day of the month on, a job
    that is found in it comes later; only what was found at school comes before. Regional tightness of a skill is

        theta = (V / V0) / ((X lambda_x + sum lambda) / (X lambda_x + sum lambda at the start))

    and job finding is lambda * theta^eps. With matching `none` only the cycle moves theta; with `full` no more
    residents are hired than the wijk's share of vacancies allows, those who would find a job first going first.

    Where jobs are plenty the example of parents does nothing, but with upbringing `exposure` it always counts in full.
    With `exposure_demand_and_norm` search falls by nu (w_0 - w) / span, w one's own norm of the month before and w_0
    its mean among those who search at the start; what work the ties have then counts as contacts alone.
    """

    name: ClassVar[str] = "labour_market"
    reads: ClassVar[tuple[str, ...]] = (
        "uid", "present", "birth_month", "education", "employability", "exposure", "ill", "last_wage", "head_row",
        "home", "generations_without_work", "sex", "frailty", "unit_row", "assistance", "norm",
    )  # fmt: skip
    writes: ClassVar[tuple[str, ...]] = (
        "status", "status_since", "out_of_work_since", "job_since", "employer", "contract", "contract_until",
        "hours_share", "wage_multiple", "productivity", "lock_in_until", "coached_until", "subsidised_since",
        "weeks_worked", "ww_months_built", "ww_since", "ww_until", "sick_since", "ever_placed", "placed_from",
        "ww_after_place", "idle_since", "idle_status", "idle_worked", "idle_until", "productivity_measured",
        "last_place", "place_left", "chain_since", "placement_months", "usual_wage", "usual_hours", "placed_assistance",
    )  # fmt: skip
    streams: ClassVar[tuple[Stream, ...]] = (
        Stream.SCHOOL_LEAVING, Stream.SEPARATION, Stream.NON_WORK_EXIT, Stream.SICKNESS, Stream.RECOVERY,
        Stream.DISABILITY, Stream.WAJONG, Stream.SHELTERED_WORK, Stream.SYNTHESIS_WAGE, Stream.SYNTHESIS_HOURS,
        Stream.JOB_FINDING, Stream.HOURS, Stream.WAGE, Stream.PLACE_RANK, Stream.PRODUCTIVITY,
    )  # fmt: skip
    parameters: ClassVar[tuple[str, ...]] = (
        "state_pension_age_months", "weeks_per_month", "ww_entry_weeks_window", "ww_entry_weeks_worked",
        "ww_accrual_first", "ww_accrual_first_years", "ww_accrual_later", "ww_duration_min", "ww_duration_max",
        "ww_long_years_needed", "school_leaving_age", "pro_leaves_education_share", "practical_continuation_months",
        "separation_permanent_month", "separation_new_job_month", "separation_tenure_months",
        "separation_education_factor", "unemployment_entry_hr_ill_health", "employability_separation_slope",
        "separation_hazard_subsidised", "separation_tightness_elasticity", "self_employment_exit_month",
        "self_employment_entry_share", "inactivity_entry_month", "sick_leave_entry_month", "sick_leave_ill_factor",
        "sick_leave_recovery_month", "wia_waiting_months", "wia_grant_share", "after_placement_months",
        "assistance_reference_factor",
        "exit_to_job_monthly_dur_lt1y", "exit_to_job_monthly_dur_1_3y", "exit_to_job_monthly_dur_gt3y",
        "duration_class_short_months", "duration_class_middle_months", "true_duration_share",
        "employability_hazard_sd", "education_job_finding_log", "reemployment_hr_ill_health",
        "jobs_found_via_contacts", "norm_effect_on_search", "norm_reference_span", "own_norm_effect_on_search",
        "lock_in_months", "lock_in_search_factor", "coaching_multiplier", "after_placement_multiplier",
        "ww_job_finding_month", "inactive_to_job_month", "disability_exit_month", "school_leaver_job_finding_month",
        "school_leaver_search_months", "school_leaver_ahead_months", "parent_effect_on_child_jobfinding",
        "parent_effect_min_age",
        "parent_effect_max_age", "parent_effect_unemployment_none", "parent_effect_unemployment_span",
        "parent_effect_scale_max", "unemployment_low_skill", "cycle", "matching_elasticity",
        "local_multiplier_subsidised_job", "full_matching_vacancy_carry",
        "hours_after_bijstand", "full_time_hours_week", "hours_share_min", "wage_starter_multiple",
        "productivity_share_mean", "productivity_share_sd", "productivity_share_low", "se_hours_share",
        "placement_longest_months", "temporary_contract_months",
        "chain_longest_months", "chain_interval_months",
        "wia_inflow_relative_age60", "sick_leave_old_age", "sick_leave_ww_factor", "wajong_share_at_18",
        "disability_selection_frailty", "wage_wml_multiple", "wage_sd_log", "wage_growth_usual_year",
        "wage_first_job_share", "hours_share_sex", "hours_education_factor", "hours_share_sd",
        "hours_growth_usual_year", "sheltered_entry_month", "productivity_limit_employability",
        "productivity_limit_practical",
        "adult_age", "pro_target_max_age", "coaching_hours_month", "se_credit_place",
        "rule_change_disruption_months", "benefit_norm_single_net", *AMOUNT_PARAMETERS,
        *_FIRM_SHARES,
    )  # fmt: skip
    columns: ClassVar[tuple[Column, ...]] = ()
    outcomes: ClassVar[tuple[object, ...]] = ()

    def __init__(self) -> None:
        self._counters = Kept(given.of_counters)
        self._events = Kept(given.of_events)
        self._growth = Kept(given.of_growth)
        self._shelters = Kept(given.of_sheltered_work)
        self._searches = Kept(given.of_search)
        self._hires = Kept(given.of_hires)

    def step(self, month: Month) -> None:
        """Do the month."""
        events = np.zeros(kernels.EVENTS, np.int64)
        self._leave_work(month, events)
        call(tenure.grow_in_job, month.columns, self._growth.of(month), at=month.at)
        searchers, intensity, mass = self._search(month)
        market = month.agents.employers
        if month.index == 0:
            shares = np.stack([month.by_skill(name) for name in _FIRM_SHARES])
            market.open_market(mass, self._jobs_by_skill(month), self._unemployment(month), firm_shares=shares)
        self._shelter(month)
        self._fill_places_and_hire(month, searchers, intensity, self._tightness(month, mass), events)
        market.hire_outsiders(month.number("matching_elasticity"))
        month.count_all(_EVENT_NAMES, events)

    def _leave_work(self, month: Month, events: NDArray[np.int64]) -> None:
        columns, tightness = month.columns, month.state.institutions.labour_market.tightness
        call(kernels.work_counters, columns, self._counters.of(month))
        call(
            kernels.labour_events,
            columns,
            self._events.of(month),
            at=month.at,
            tightness_effect=np.maximum(tightness, _TIGHTNESS_FLOOR)
            ** -month.number("separation_tightness_elasticity"),
            key_school=month.key(Stream.SCHOOL_LEAVING, 0),
            key_separation=month.key(Stream.SEPARATION),
            key_inactive=month.key(Stream.NON_WORK_EXIT),
            key_sick=month.key(Stream.SICKNESS),
            key_recovery=month.key(Stream.RECOVERY),
            key_disability=month.key(Stream.DISABILITY),
            key_young=month.key(Stream.WAJONG),
            counts=events,
        )

    def _shelter(self, month: Month) -> None:
        entered = call(
            tenure.enter_sheltered_work,
            month.columns,
            self._shelters.of(month),
            at=month.at,
            key_entry=month.key(Stream.SHELTERED_WORK),
            key_productivity=month.key(Stream.PRODUCTIVITY, 0),
        )
        month.count("sheltered", entered)

    def _unemployment(self, month: Month) -> float:
        return month.number("unemployment_low_skill") * month.levers.unemployment_factor

    def _jobs_by_skill(self, month: Month) -> Floats:
        columns = month.columns
        paid = columns["present"] & is_paid_work(columns["status"])
        return np.bincount(columns["education"][paid], minlength=SKILLS).astype(np.float64)

    def _search(self, month: Month) -> tuple[Rows, Floats, Floats]:
        """Rows of those who search, the hazard of each at tightness 1, and its sum by skill."""
        number = month.number
        columns = month.columns
        ties = month.state.ties.rows
        market = month.state.institutions.labour_market
        if market.tie_employment_at_start < 0.0:
            tie_share = np.empty(len(columns))
            employed_share_of_ties(ties, columns["present"], columns["status"], tie_share)
            market.tie_employment_at_start = _mean_known(tie_share)
        slack = (self._unemployment(month) - number("parent_effect_unemployment_none")) / number(
            "parent_effect_unemployment_span"
        )
        scarcity = min(max(slack, 0.0), number("parent_effect_scale_max"))
        variant = month.settings.upbringing
        if variant is UpbringingVariant.EXPOSURE:
            scarcity = 1.0
        by_own_norm = variant is UpbringingVariant.EXPOSURE_DEMAND_AND_NORM
        searchers, intensity = np.empty(len(columns), np.intp), np.empty(len(columns))
        mass = np.zeros(SKILLS, np.int64)
        count = call(
            search.search_intensity,
            columns,
            self._searches.of(month),
            at=month.at,
            ties=ties,
            tie_mean=max(market.tie_employment_at_start, _TIGHTNESS_FLOOR),
            norm_effect=0.0 if by_own_norm else number("norm_effect_on_search"),
            parent_gap=(1.0 - number("parent_effect_on_child_jobfinding")) * scarcity,
            searchers=searchers,
            intensity=intensity,
            mass=mass,
        )
        searchers, intensity = searchers[:count], intensity[:count]
        if by_own_norm:
            intensity *= self._norm_factor(month, searchers)
            mass = np.zeros(SKILLS, np.int64)
            np.add.at(mass, columns["education"][searchers], np.rint(intensity * given.MASS_SCALE).astype(np.int64))
        return searchers, intensity, mass / given.MASS_SCALE

    def _norm_factor(self, month: Month, searchers: Rows) -> Floats:
        """Search of each by own work norm, relative to that at the norm usual among searchers at the start."""
        norm = month.columns["norm"][searchers].astype(np.float64)
        market = month.state.institutions.labour_market
        if market.norm_at_start < 0.0 and norm.size:
            market.norm_at_start = math.fsum(norm) / norm.size  # exact in any order
        below = (market.norm_at_start - norm) / month.number("norm_reference_span")
        factor: Floats = np.maximum(0.0, 1.0 - month.number("own_norm_effect_on_search") * below)
        return factor

    def _tightness(self, month: Month, mass: Floats) -> Floats:
        number = month.number
        market = month.agents.employers
        cycle = number("cycle") / max(month.levers.unemployment_factor, _TIGHTNESS_FLOOR)
        if month.settings.matching is Matching.NONE:
            market.market.tightness = np.full(SKILLS, cycle)
            return market.market.tightness
        by_skill = np.zeros(SKILLS)
        call(paid_places, month.columns, places=by_skill)
        ratio = market.vacancy_ratio(cycle, by_skill, multiplier=number("local_multiplier_subsidised_job"))
        return market.tightness(ratio, mass)

    def _fill_places_and_hire(
        self, month: Month, searchers: Rows, intensity: Floats, tightness: Floats, events: NDArray[np.int64]
    ) -> None:
        columns = month.columns
        rows, arrival, waiting = self._find_jobs(month, searchers, intensity, tightness)
        early = waiting & self._hired(month, rows, arrival)
        self._take_jobs(month, rows[early], events)
        fill_places(month)
        free = (columns["employer"][rows] < 0) | (columns["job_since"][rows] != month.at)
        rows, arrival, early = rows[free], arrival[free], early[free]
        hired = self._hired(month, rows, arrival)
        if month.settings.matching is Matching.FULL and rows.size:
            self._carry_vacancies(month, rows[hired])
        self._take_jobs(month, rows[hired & ~early], events)

    def _find_jobs(
        self, month: Month, searchers: Rows, intensity: Floats, tightness: Floats
    ) -> tuple[Rows, Floats, NDArray[np.bool_]]:
        """Rows of those who would find a job this month, when each would, and whether it has been waiting."""
        rows, arrival = np.empty_like(searchers), np.empty_like(intensity)
        waiting = np.empty(searchers.size, np.bool_)
        found = call(
            search.find_jobs,
            month.columns,
            at=month.at,
            searchers=searchers,
            intensity=intensity,
            tightness_effect=tightness ** month.number("matching_elasticity"),
            leaver_ahead=month.number("school_leaver_ahead_months"),
            key=month.key(Stream.JOB_FINDING),
            rows=rows,
            arrival=arrival,
            waiting=waiting,
        )
        return rows[:found], arrival[:found], waiting[:found]

    def _take_jobs(self, month: Month, rows: Rows, events: NDArray[np.int64]) -> None:
        if not rows.size:
            return
        call(
            search.take_jobs,
            month.columns,
            self._hires.of(month),
            rows=rows,
            at=month.at,
            key_self=month.key(Stream.WAGE),
            key_hours=month.key(Stream.HOURS),
            key_usual_wage=month.key(Stream.SYNTHESIS_WAGE, 0),
            key_usual_hours=month.key(Stream.SYNTHESIS_HOURS, 0),
            subsidy=month.levers.temporary_hiring_subsidy_share > 0.0,
            counts=events,
        )

    def _offered(self, month: Month) -> Floats:
        """Vacancies by skill that are open to the wijk this month, with matching `full`."""
        market = month.state.institutions.labour_market
        cycle = month.number("cycle") / max(month.levers.unemployment_factor, _TIGHTNESS_FLOOR)
        offered: Floats = (
            market.search_mass_at_start * cycle ** month.number("matching_elasticity") + market.vacancies_carried
        )
        return offered

    def _hired(self, month: Month, rows: Rows, arrival: Floats) -> NDArray[np.bool_]:
        """Who of those who would find a job gets it, shape (rows,): all, or with matching `full` the first by skill.

        Fewer rows never cost one of the others the job.
        """
        if month.settings.matching is not Matching.FULL:
            return np.ones(rows.size, np.bool_)
        hired = np.zeros(rows.size, np.bool_)
        skills, uids = month.columns["education"][rows], month.columns["uid"][rows]
        for skill, offered in enumerate(self._offered(month)):
            alike = np.flatnonzero(skills == skill)
            order = np.lexsort((uids[alike], arrival[alike]))
            hired[alike[order[: math.floor(offered)]]] = True
        return hired

    def _carry_vacancies(self, month: Month, hired: Rows) -> None:
        """Keep a part of the vacancies that nobody took for the next month."""
        taken = np.bincount(month.columns["education"][hired], minlength=SKILLS)
        left = self._offered(month) - taken
        part = left % 1.0
        month.state.institutions.labour_market.vacancies_carried[:] = (
            month.number("full_matching_vacancy_carry") * (left - part) + part
        )


_TIGHTNESS_FLOOR = np.finfo(np.float64).tiny


def _mean_known(share: Floats) -> float:
    """Mean of the known shares (not negative), exact in any order."""
    known = share[share >= 0.0]
    return math.fsum(known) / known.size if known.size else 0.0
