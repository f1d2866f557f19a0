"""A lower bound of speed: the main rules of the month over plain numpy arrays, with no bookkeeping.

One array an attribute, numpy's own random numbers in one stream, whole-array operations. In a month it does: deaths
and moves by household, births (both put somebody else in the same row, so that there are always as many), retirement,
school leaving, job loss and job finding with duration, health and ties, wages, tax, benefits and social assistance by
benefit unit, distress and illness, mental care, GP contacts, cost of care and the deductible, work norms of ties, and
a count by status with household income.

What it leaves out, and wijksim does: identities and forebears, draws that belong to a person, couples and homes, new
ties, sick leave and WW entry by work history, allowances, premiums and subsidies, matching, enterprises, ledger,
outcomes and record. So to come near its time is to do all of that for nothing; it is against wijksim.
"""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
from benchmarks.plain_mesa import (
    DISABILITY,
    NO_BENEFIT,
    OUT_OF_REACH,
    REGULAR_JOB,
    RETIRED,
    SCHOOL,
    SOCIAL_ASSISTANCE,
    UNEMPLOYMENT_BENEFIT,
    PlainNeighbourhood,
)

from wijksim.model import Neighbourhood, population_of
from wijksim.population.columns import Columns, Sex, Status, is_paid_work
from wijksim.population.health import LAST_AGE
from wijksim.scenario import Scenario

ATTRIBUTES = (
    "birth_month", "sex", "education", "frailty", "employability", "wage_multiple", "hours_share", "status",
    "out_of_work_since", "job_since", "last_wage", "ww_until", "ww_since", "status_since", "ill", "take_up",
    "mental", "physical", "mental_care", "deductible_used", "norm",
)  # fmt: skip
CHILD = int(Status.CHILD)
STATUSES = len(Status)


class PlainArrays:
    """The start population of a scenario as plain arrays."""

    _look_up = PlainNeighbourhood._look_up

    def __init__(self, scenario: Scenario, seed: int) -> None:
        start = population_of(scenario, seed).start
        self.at = start.month
        self._look_up(scenario.registry)
        self.rng = np.random.default_rng(seed)
        columns: Columns = start.columns
        for name in ATTRIBUTES:
            setattr(self, name, columns[name].copy())
        self.count = len(columns)
        self.head, self.unit = (columns[name].astype(np.intp) for name in ("head_row", "unit_row"))
        self.partnered = columns["partner_row"] >= 0
        self.ties = start.ties.rows.copy()
        self.persistence = self.costliness = np.ones(self.count)
        self._arrays(scenario, seed)

    def _arrays(self, scenario: Scenario, seed: int) -> None:
        """Constants as arrays, and the hazards by age that a model of this scenario works out."""
        for name in (
            "separation_education", "finding_education", "minimum", "regular", "mental_shift", "physical_shift",
            "work_term", "gp_level", "other_level",
        ):  # fmt: skip
            setattr(self, name, np.array(getattr(self, name)))
        base = np.zeros(STATUSES)
        for status, hazard in self.base_hazard.items():
            base[status] = hazard
        self.base = base
        registry = scenario.registry
        self.school_age = registry.steps("school_leaving_age", len(self.separation_education))
        self.norm_drift, self.norm_weight = registry.number("norm_drift_month"), registry.number("norm_own_weight")
        self.norm_start = registry.number("norm_initial_mean")
        model = Neighbourhood(scenario, seed=seed)
        model.step()
        given = next(process for process in model.processes if process.name == "demography")._rates[2]
        self.rates = SimpleNamespace(**dict(zip(given.names, given.values, strict=True)))
        model.close()

    # ------------------------------------------------------------------ the month
    def step(self) -> None:
        """Simulate one month."""
        self.age = np.clip((self.at - self.birth_month) // 12, 0, LAST_AGE - 1)
        self._demography()
        self._labour()
        self._benefits()
        self._health()
        self._care()
        self.norm += self.norm_drift * (
            self.norm_weight * self.norm_start + (1.0 - self.norm_weight) * self.known_work - self.norm
        ).astype(np.float32)
        self.by_status = np.bincount(self.status, minlength=STATUSES)
        self.household_income = np.bincount(self.head, self.income, self.count)
        self.at += 1

    def _demography(self) -> None:
        draw, rates = self.rng.random, self.rates
        gone = draw(self.count, np.float32) < rates.death[self.sex, self.age]
        gone |= (draw(self.count, np.float32) < rates.move[self.age])[self.head]
        women = np.flatnonzero(self.sex == int(Sex.FEMALE))
        born = int((draw(women.size, np.float32) < rates.birth[self.education[women], self.age[women]]).sum())
        places = np.flatnonzero(gone)
        others = self.rng.integers(0, self.count, places.size)
        for name in ATTRIBUTES:
            attribute = getattr(self, name)
            attribute[places] = attribute[others]
        children = places[:born]
        self.birth_month[children], self.status[children] = self.at, CHILD
        self.age[places] = np.clip((self.at - self.birth_month[places]) // 12, 0, LAST_AGE - 1)

    def _labour(self) -> None:
        number, draw, status = self.number, self.rng.random, self.status
        status[self.age >= self.pension_age] = RETIRED
        leaving = (status == SCHOOL) & (self.age >= self.school_age[self.education])
        status[leaving], self.status_since[leaving], self.out_of_work_since[leaving] = NO_BENEFIT, self.at, self.at
        works = is_paid_work(status)
        countable = ~np.isin(status, list(OUT_OF_REACH))
        is_tie = np.append(countable, False)[self.ties].sum(axis=1)  # the last is nobody, whose place is -1
        in_work = np.append(works, False)[self.ties].sum(axis=1)
        self.known_work = np.divide(in_work, is_tie, out=np.full(self.count, self.tie_start), where=is_tie > 0)

        workers = np.flatnonzero(works)
        gap = number.separation_new_job_month - number.separation_permanent_month
        tenure = self.at - self.job_since[workers]
        hazard = number.separation_permanent_month + gap * np.exp(-tenure / number.separation_tenure_months)
        hazard *= self.separation_education[self.education[workers]]
        hazard *= np.exp(self.separation_slope * self.employability[workers])
        hazard *= np.where(self.ill[workers], number.unemployment_entry_hr_ill_health, 1.0)
        lost = workers[draw(workers.size) < -np.expm1(-hazard)]
        status[lost], self.status_since[lost], self.out_of_work_since[lost] = NO_BENEFIT, self.at, self.at

        rows = np.flatnonzero(self.base[status] * countable * ~works > 0.0)
        hazard = self.base[status[rows]]
        duration = self.at - self.out_of_work_since[rows]
        hazard *= np.where(
            duration >= number.duration_class_middle_months,
            self.duration_long,
            np.where(duration >= number.duration_class_short_months, self.duration_middle, 1.0),
        )
        ability = number.employability_hazard_sd * self.employability[rows]
        hazard *= np.exp(ability + self.finding_education[self.education[rows]])
        hazard *= np.where(self.ill[rows], number.reemployment_hr_ill_health, 1.0)
        contacts, share = number.jobs_found_via_contacts, self.known_work[rows]
        hazard *= (1.0 - contacts) + contacts * share / self.tie_start
        below = number.norm_effect_on_search * (self.tie_start - share) / number.norm_reference_span
        hazard *= np.maximum(0.0, 1.0 - below)
        found = rows[draw(rows.size) < -np.expm1(-hazard)]
        status[found], self.job_since[found], self.status_since[found] = REGULAR_JOB, self.at, self.at

    @property
    def tie_start(self) -> float:
        """Share of paid workers at the start, against which ties count."""
        if not hasattr(self, "_tie_start"):
            self._tie_start = float(is_paid_work(self.status).mean())
        return self._tie_start

    def _benefits(self) -> None:
        rules, status, at = self.rules, self.status, self.at
        wages, insurance, assistance = rules.wages, rules.insurance, rules.assistance
        works = is_paid_work(status)
        full_time = np.maximum(self.minimum[self.age], self.wage_multiple * self.regular[self.age])
        gross = np.where(works, np.floor(full_time * self.hours_share + 0.5), 0.0)
        slope = np.where(gross < wages.minimum, wages.tax_below, wages.tax_above)
        tax = np.maximum(0.0, wages.tax_share * wages.minimum + slope * (gross - wages.minimum))
        self.last_wage = np.where(works, gross, self.last_wage).astype(self.last_wage.dtype)
        earnings = gross - np.minimum(gross, np.floor(tax + 0.5)) * works
        capped = np.minimum(self.last_wage, insurance.wage_cap)
        in_ww = (status == UNEMPLOYMENT_BENEFIT) & (at < self.ww_until)
        ww = np.where(at - self.ww_since < insurance.ww_first_months, insurance.ww_first, insurance.ww_later)
        wia = np.where(at - self.status_since < insurance.wia_first_months, insurance.wia_first, insurance.wia_later)
        disabled = np.where(self.last_wage == 0, insurance.wajong_share * self.minimum[self.age], wia * capped)
        own = np.where(in_ww, ww * capped, np.where(status == DISABILITY, disabled, 0.0))
        benefit = np.floor(own * (1.0 - insurance.tax_share) + 0.5)
        pension = np.where(self.partnered, insurance.pension_partner, insurance.pension_single)
        benefit = np.where(status == RETIRED, np.floor(pension), benefit)

        adult = (status != SCHOOL) & (self.age >= assistance.adult_age)
        adults = np.bincount(self.unit, adult, self.count)
        young = np.bincount(self.unit, adult & (self.age < assistance.full_age), self.count)
        entitled = adult & (status != RETIRED)
        standard = np.where(adults == 2, assistance.couple * 0.5, assistance.single)
        norm = np.floor((adults - young) * standard + young * assistance.youth + 0.5)
        income = np.bincount(self.unit, (earnings + benefit) * adult, self.count)
        claims = (np.bincount(self.unit, entitled, self.count) > 0) & (self.take_up < assistance.takeup)
        amount = np.where(claims, np.maximum(0.0, norm - income), 0.0)
        can = entitled & ((status == NO_BENEFIT) | (status == SOCIAL_ASSISTANCE)) & claims[self.unit]
        status[can] = np.where(amount[self.unit][can] > 0.0, SOCIAL_ASSISTANCE, NO_BENEFIT)
        self.income = earnings + benefit + amount

    def _health(self) -> None:
        health, normal = self.health, self.rng.standard_normal
        shift = self.mental_shift[self.education, self.age] + self.work_term[self.status]
        lasting = health.mental_loading * self.frailty + shift
        level = health.physical_loading * self.frailty + self.physical_shift[self.education, self.age]
        self.mental += health.mental_pull * (lasting - self.mental) + self.mental_noise * normal(self.count, np.float32)
        self.physical += health.physical_pull * (level - self.physical) + self.physical_noise * normal(
            self.count, np.float32
        )
        self.ill = (self.mental > health.ill_mental) | (self.physical > health.ill_physical)
        logit = health.care.intercept + health.care.slope * lasting
        drawn = self.rng.random(self.count, np.float32)
        enters = drawn < 1.0 / (12.0 * (1.0 + np.exp(-logit)))
        stays = drawn >= health.care.exit_hazard
        self.mental_care = np.where(self.mental_care, stays, enters) & (self.age >= health.adult_age)

    def _care(self) -> None:
        number = self.number
        if self.at % 12 == 0:
            self.deductible_used[:] = 0
            shapes = number.gp_gamma_shape, number.other_care_gamma_shape
            self.persistence, self.costliness = (self.rng.gamma(shape, 1.0 / shape, self.count) for shape in shapes)
        mean = self.gp_level[self.age] * self.persistence
        mean *= np.exp(number.gp_z_slope * self.mental + number.gp_y_slope * self.physical)
        self.gp_contacts = self.rng.poisson(mean)
        other = self.other_level[self.sex, self.age] * self.costliness * np.exp(number.care_y_slope * self.physical)
        own = np.floor(other + 0.5) + self.mental_care * self.mental_cost
        self.care_cost = own + self.gp_contacts * math.floor(number.gp_consult_tariff)
        paid = np.clip(self.deductible - self.deductible_used, 0, own) * (self.age >= self.health.adult_age)
        self.deductible_used += paid.astype(self.deductible_used.dtype)
        self.income -= paid
