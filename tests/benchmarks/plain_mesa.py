"""The reference of speed: the labour, benefit and health rules with one Python agent for each resident.

Written as a Mesa user would write it well: plain attributes, ties as lists of agents, numbers looked up once, Python's
own random numbers, `shuffle_do`. The rules are those of wijksim without what needs other agents than residents: no
social enterprises, matching, moves, births and accounts; WW entry, supplements and allowances are left out too.
"""

from __future__ import annotations

import math
from types import SimpleNamespace

import mesa

from wijksim.model import population_of
from wijksim.parameters import Registry
from wijksim.population.columns import Columns, Status, is_paid_work
from wijksim.population.health import LAST_AGE
from wijksim.processes.health import _Constants
from wijksim.processes.rules import Rules
from wijksim.scenario import Scenario
from wijksim.structure import HealthVariant

NUMBERS = (
    "separation_permanent_month", "separation_new_job_month", "separation_tenure_months",
    "unemployment_entry_hr_ill_health", "employability_separation_slope", "employability_hazard_sd",
    "exit_to_job_monthly_dur_lt1y", "exit_to_job_monthly_dur_1_3y", "exit_to_job_monthly_dur_gt3y",
    "duration_class_short_months", "duration_class_middle_months", "ww_job_finding_month", "inactive_to_job_month",
    "disability_exit_month", "reemployment_hr_ill_health", "jobs_found_via_contacts", "norm_effect_on_search",
    "norm_reference_span", "gp_z_slope", "gp_y_slope", "gp_gamma_shape",
    "gp_consult_tariff", "other_care_gamma_shape", "care_y_slope", "assistance_takeup",
)  # fmt: skip
SCHOOL, RETIRED, DISABILITY = int(Status.SCHOOL), int(Status.RETIRED), int(Status.DISABILITY)
REGULAR_JOB, UNEMPLOYMENT_BENEFIT = int(Status.REGULAR_JOB), int(Status.UNEMPLOYMENT_BENEFIT)
SOCIAL_ASSISTANCE, NO_BENEFIT = int(Status.SOCIAL_ASSISTANCE), int(Status.NO_BENEFIT)
WORKING = frozenset({REGULAR_JOB, int(Status.SUBSIDISED_JOB), int(Status.SHELTERED_JOB), int(Status.SELF_EMPLOYED)})
OUT_OF_REACH = frozenset({int(Status.CHILD), SCHOOL, RETIRED})
FULL_TIME_STARTER = 0.7


class PlainResident(mesa.Agent):
    """A resident who keeps everything in attributes and does the month alone."""

    def __init__(self, model: PlainNeighbourhood, row: int, columns: Columns) -> None:
        super().__init__(model)
        for name in (
            "birth_month", "sex", "education", "frailty", "employability", "wage_multiple", "hours_share", "status",
            "out_of_work_since", "job_since", "last_wage", "ww_until", "ww_since", "status_since", "ill", "take_up",
            "mental", "physical", "mental_care", "deductible_used",
        ):  # fmt: skip
            setattr(self, name, columns[name][row].item())
        self.ties: list[PlainResident] = []
        self.unit: list[PlainResident] = []
        self.partner: PlainResident | None = None
        self.age = (model.at - self.birth_month) // 12
        self.persistence = self.costliness = 1.0
        self.income = self.net_earnings = self.benefit = 0

    def step(self) -> None:
        """Do the month."""
        self.age = (self.model.at - self.birth_month) // 12
        self.leave_work_or_search()
        self.earn()
        if self.unit:
            self.claim_assistance()
        self.fall_ill_or_recover()
        self.use_care()

    # ------------------------------------------------------------------ labour
    def leave_work_or_search(self) -> None:
        """Retire, lose a job or find one."""
        model, number = self.model, self.model.number
        if self.age >= model.pension_age:
            self.status = RETIRED
        elif self.status in WORKING:
            tenure = model.at - self.job_since
            gap = number.separation_new_job_month - number.separation_permanent_month
            hazard = number.separation_permanent_month + gap * math.exp(-tenure / number.separation_tenure_months)
            hazard *= model.separation_education[self.education]
            hazard *= math.exp(model.separation_slope * self.employability)
            if self.ill:
                hazard *= number.unemployment_entry_hr_ill_health
            if self.random.random() < 1.0 - math.exp(-hazard):
                self.status = NO_BENEFIT
                self.status_since = self.out_of_work_since = model.at
        elif self.status not in OUT_OF_REACH:
            hazard = self.job_hazard()
            if -math.log(1.0 - self.random.random()) <= hazard:
                self.status = REGULAR_JOB
                self.hours_share = FULL_TIME_STARTER
                self.job_since = self.status_since = model.at

    def job_hazard(self) -> float:
        """Hazard of finding a job, by status, duration, ability, health and ties."""
        model, number = self.model, self.model.number
        hazard = model.base_hazard[self.status]
        duration = model.at - self.out_of_work_since
        if duration >= number.duration_class_middle_months:
            hazard *= model.duration_long
        elif duration >= number.duration_class_short_months:
            hazard *= model.duration_middle
        hazard *= math.exp(
            number.employability_hazard_sd * self.employability + model.finding_education[self.education]
        )
        if self.ill:
            hazard *= number.reemployment_hr_ill_health
        known = [tie for tie in self.ties if tie.status not in OUT_OF_REACH]
        if known:
            share = sum(tie.status in WORKING for tie in known) / len(known)
            contacts = number.jobs_found_via_contacts
            hazard *= (1.0 - contacts) + contacts * share / model.tie_employment
            below = model.tie_employment - share
            hazard *= max(0.0, 1.0 - number.norm_effect_on_search * below / number.norm_reference_span)
        return hazard

    # ------------------------------------------------------------------ benefits
    def earn(self) -> None:
        """Wage after tax, or the benefit of one's own."""
        rules, at = self.model.rules, self.model.at
        self.net_earnings = self.benefit = 0
        if self.status in WORKING:
            wages = rules.wages
            full_time = max(self.model.minimum[self.age], self.wage_multiple * self.model.regular[self.age])
            gross = math.floor(full_time * self.hours_share + 0.5)
            slope = wages.tax_below if gross < wages.minimum else wages.tax_above
            tax = max(0.0, wages.tax_share * wages.minimum + slope * (gross - wages.minimum))
            self.last_wage = gross
            self.net_earnings = gross - min(gross, math.floor(tax + 0.5))
        elif self.status == UNEMPLOYMENT_BENEFIT and at < self.ww_until:
            insurance = rules.insurance
            rate = insurance.ww_first if at - self.ww_since < insurance.ww_first_months else insurance.ww_later
            gross = rate * min(self.last_wage, insurance.wage_cap)
            self.benefit = math.floor(gross * (1.0 - insurance.tax_share) + 0.5)
        elif self.status == DISABILITY:
            insurance = rules.insurance
            rate = insurance.wia_first if at - self.status_since < insurance.wia_first_months else insurance.wia_later
            gross = rate * min(self.last_wage, insurance.wage_cap)
            if self.last_wage == 0:
                gross = insurance.wajong_share * self.model.minimum[self.age]
            self.benefit = math.floor(gross * (1.0 - insurance.tax_share) + 0.5)
        elif self.status == RETIRED:
            insurance = rules.insurance
            self.benefit = math.floor(insurance.pension_single if self.partner is None else insurance.pension_partner)
        self.income = self.net_earnings + self.benefit

    def claim_assistance(self) -> None:
        """Let the benefit unit that this resident stands for claim what it is short of the norm."""
        rules = self.model.rules.assistance
        adults = [member for member in self.unit if member.status != SCHOOL and member.age >= rules.adult_age]
        entitled = [member for member in adults if member.status != RETIRED]
        if not entitled or self.take_up >= rules.takeup:
            return
        young = sum(member.age < rules.full_age for member in adults)
        standard = rules.couple * 0.5 if len(adults) == 2 else rules.single
        norm = (len(adults) - young) * standard + young * rules.youth
        income = sum(member.net_earnings + member.benefit for member in adults)
        amount = max(0, math.floor(norm + 0.5) - income)
        self.benefit += amount
        self.income += amount
        for member in entitled:
            if member.status in (NO_BENEFIT, SOCIAL_ASSISTANCE):
                member.status = SOCIAL_ASSISTANCE if amount > 0 else NO_BENEFIT

    # ------------------------------------------------------------------ health
    def fall_ill_or_recover(self) -> None:
        """Distress and illness, and spells of mental care."""
        health = self.model.health
        age = min(self.age, LAST_AGE - 1)
        shift = self.model.mental_shift[self.education][age] + self.model.work_term[self.status]
        lasting = health.mental_loading * self.frailty + shift
        level = health.physical_loading * self.frailty + self.model.physical_shift[self.education][age]
        gauss = self.random.gauss
        self.mental += health.mental_pull * (lasting - self.mental) + gauss(0.0, self.model.mental_noise)
        self.physical += health.physical_pull * (level - self.physical) + gauss(0.0, self.model.physical_noise)
        self.ill = self.mental > health.ill_mental or self.physical > health.ill_physical
        if self.age < health.adult_age:
            self.mental_care = False
        elif self.mental_care:
            self.mental_care = self.random.random() >= health.care.exit_hazard
        else:
            logit = health.care.intercept + health.care.slope * lasting
            self.mental_care = self.random.random() < 1.0 / (12.0 * (1.0 + math.exp(-logit)))

    def use_care(self) -> None:
        """GP contacts, and what care costs."""
        model, number = self.model, self.model.number
        if model.at % 12 == 0:
            self.deductible_used = 0
            self.persistence = self.random.gammavariate(number.gp_gamma_shape, 1.0 / number.gp_gamma_shape)
            shape = number.other_care_gamma_shape
            self.costliness = self.random.gammavariate(shape, 1.0 / shape)
        age = min(self.age, LAST_AGE - 1)
        mean = model.gp_level[age] * self.persistence
        mean *= math.exp(number.gp_z_slope * self.mental + number.gp_y_slope * self.physical)
        self.gp_contacts = self.poisson(mean)
        other = model.other_level[self.sex][age] * self.costliness * math.exp(number.care_y_slope * self.physical)
        self.care_cost = math.floor(other + 0.5) + self.gp_contacts * number.gp_consult_tariff
        if self.mental_care:
            self.care_cost += model.mental_cost
        paid = min(max(model.deductible - self.deductible_used, 0), self.care_cost)
        self.deductible_used += paid
        self.income -= paid

    def poisson(self, mean: float) -> int:
        """Count with this mean."""
        uniform, term, count = self.random.random(), math.exp(-mean), 0
        total = term
        while total < uniform and term > 0.0:
            count += 1
            term *= mean / count
            total += term
        return count


class PlainNeighbourhood(mesa.Model):
    """The start population of a scenario, one Mesa agent for each resident."""

    def __init__(self, scenario: Scenario, seed: int) -> None:
        super().__init__(rng=seed)
        start = population_of(scenario, seed).start
        self.at = start.month
        self._look_up(scenario.registry)
        columns = start.columns
        residents = [PlainResident(self, row, columns) for row in range(len(columns))]
        for row, resident in enumerate(residents):
            resident.ties = [residents[tie] for tie in start.ties.rows[row] if tie >= 0]
            residents[columns["unit_row"][row]].unit.append(resident)
            if columns["partner_row"][row] >= 0:
                resident.partner = residents[columns["partner_row"][row]]
        self.tie_employment = float(is_paid_work(columns["status"]).mean())

    def _look_up(self, registry: Registry) -> None:
        number = self.number = SimpleNamespace(**{name: registry.value_in(name, self.at) for name in NUMBERS})
        self.pension_age = registry.value_in("state_pension_age_months", self.at) / 12.0
        self.separation_education = registry.table("separation_education_factor").per_step(4).tolist()
        self.finding_education = registry.table("education_job_finding_log").per_step(4).tolist()
        self.separation_slope = number.employability_separation_slope * number.employability_hazard_sd
        short = number.exit_to_job_monthly_dur_lt1y
        self.duration_middle = number.exit_to_job_monthly_dur_1_3y / short
        self.duration_long = number.exit_to_job_monthly_dur_gt3y / short
        self.base_hazard = dict.fromkeys(map(int, Status), short) | {
            UNEMPLOYMENT_BENEFIT: number.ww_job_finding_month,
            NO_BENEFIT: number.inactive_to_job_month,
            DISABILITY: number.disability_exit_month,
        }
        self.rules = Rules.of(registry, self.at)
        self.minimum, self.regular = self.rules.minimum.tolist(), self.rules.regular.tolist()
        constants = _Constants.of(registry, HealthVariant.MENTAL)
        self.health = constants.equations
        self.mental_shift = self.health.mental_shift.tolist()
        self.physical_shift = self.health.physical_shift.tolist()
        self.work_term = self.health.work_term.tolist()
        self.mental_noise, self.physical_noise = self.health.mental_noise, self.health.physical_noise
        self.gp_level = constants.gp_level.tolist()
        self.other_level = (100.0 * constants.other_level).tolist()
        self.mental_cost = round(100.0 * constants.mental_cost)
        self.deductible = round(100.0 * registry.value_in("own_risk_deductible", self.at))

    def step(self) -> None:
        """Simulate one month."""
        self.agents.shuffle_do("step")
        self.at += 1
