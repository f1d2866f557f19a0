"""Hazards of the rules, recovered from the lives that whole runs leave behind.

In each test the null is that the events counted are independent, each with the chance written here from the
parameters; n are all person-months at risk of the run; |z| < 5. A rule at twice the hazard would be seen.
"""

import numpy as np
import pytest
from model.lives import LARGEST_Z, ONLY_STATUS_AND_DURATION, beyond_bounds, lives, score

from wijksim.model import Neighbourhood
from wijksim.parameters.passports import Dated
from wijksim.population.care import entry_hazard
from wijksim.population.columns import Education, Sex, Status
from wijksim.population.health import health_equations
from wijksim.processes.demography_rates import _births_by_education, moving_hazard

MONTHS = 120
WRONG = 2.0


def by_month(panel, registry, name):
    return np.array([registry.at(name, panel.start + month) for month in range(panel.months)])


# ------------------------------------------------------------------ job finding (B1)
@pytest.fixture(scope="module")
def searchers():
    registry = beyond_bounds(**ONLY_STATUS_AND_DURATION, takeup_employability_correlation=0.0)
    fields = ("out_of_work_since", "job_since", "last_wage", "sick_since", "take_up")
    panel, _ = lives(fields, months=MONTHS, residents=9_000, registry=registry)
    return panel, registry


def job_finding(searchers, status, durations):
    """Whether each searcher found a job in the month, and the hazard of the parameters at tightness 1, by row."""
    panel, _ = searchers
    months = np.arange(1, panel.months)[:, np.newaxis] + panel.start
    waited = months - panel.out_of_work_since[:-1]
    low, high = durations
    at_risk = (panel.status[:-1] == status) & (waited >= low) & (waited < high) & (panel.last_wage[:-1] > 0)
    at_risk &= panel.present[1:] & (panel.status[1:] != Status.RETIRED)
    at_risk &= panel.sick_since[1:] < 0  # who is sick doesn't search
    found = panel.paid[1:] & (panel.job_since[1:] == months)
    return found[at_risk], np.broadcast_to(months, at_risk.shape)[at_risk] - panel.start


CLASSES = {  # status, months out of work, hazard a month of 2015 by hand from the parameters
    "assistance, first year": (Status.SOCIAL_ASSISTANCE, (0, 12), lambda n: n("exit_to_job_monthly_dur_lt1y")),
    "assistance, second and third": (
        Status.SOCIAL_ASSISTANCE,
        (12, 36),
        lambda n: (
            n("exit_to_job_monthly_dur_lt1y")
            * (n("exit_to_job_monthly_dur_1_3y") / n("exit_to_job_monthly_dur_lt1y")) ** n("true_duration_share")
        ),
    ),
    "assistance, later": (
        Status.SOCIAL_ASSISTANCE,
        (36, 9_999),
        lambda n: (
            n("exit_to_job_monthly_dur_lt1y")
            * (n("exit_to_job_monthly_dur_gt3y") / n("exit_to_job_monthly_dur_lt1y")) ** n("true_duration_share")
        ),
    ),
    "unemployment benefit": (Status.UNEMPLOYMENT_BENEFIT, (0, 9_999), lambda n: n("ww_job_finding_month")),
    "disability": (Status.DISABILITY, (0, 9_999), lambda n: n("disability_exit_month")),
}


@pytest.mark.parametrize("name", CLASSES)
def test_job_finding_by_status_and_duration(searchers, name):
    panel, registry = searchers
    status, durations, hazard = CLASSES[name]
    base = hazard(registry.number)
    if status == Status.SOCIAL_ASSISTANCE:
        base *= registry.number("assistance_reference_factor")
    found, month = job_finding(searchers, status, durations)
    rate = base * by_month(panel, registry, "cycle")[month] ** registry.number("matching_elasticity")
    assert abs(score(found, 1 - np.exp(-rate))) < LARGEST_Z
    assert abs(score(found, 1 - np.exp(-rate * WRONG))) > LARGEST_Z


# ------------------------------------------------------------------ other exits from assistance
@pytest.mark.parametrize("durations", [(0, 12), (12, 36), (36, 9_999)], ids=["first year", "to three years", "longer"])
def test_claims_are_reconsidered_less_often_the_longer_out_of_work(searchers, durations):
    """A new rank with .009 / .35 a month in the first year, .55 of that in the second and third, a tenth after."""
    panel, registry = searchers
    number = registry.number
    chance = number("assistance_other_exit_month") / (1 - number("assistance_takeup"))
    factors = {12: number("assistance_other_exit_factor_1_3y"), 36: number("assistance_other_exit_factor_gt3y")}
    chance *= factors.get(durations[0], 1.0)
    months = np.arange(1, panel.months)[:, np.newaxis] + panel.start
    waited = months - panel.out_of_work_since[1:]
    at_risk = np.isin(panel.status[1:], (Status.SOCIAL_ASSISTANCE, Status.NO_BENEFIT)) & panel.present[:-1]
    at_risk &= (waited >= durations[0]) & (waited < durations[1])
    changed = (panel.take_up[1:] != panel.take_up[:-1])[at_risk]
    assert abs(score(changed, chance)) < LARGEST_Z
    assert abs(score(changed, WRONG * chance)) > LARGEST_Z


# ------------------------------------------------------------------ job loss (B2)
@pytest.fixture(scope="module")
def workers():
    quiet = {"inactivity_entry_month": 0.0, "sick_leave_entry_month": 0.0, "employability_separation_slope": 0.0}
    registry = beyond_bounds(**ONLY_STATUS_AND_DURATION, **quiet)
    fields = ("out_of_work_since", "job_since", "education")
    panel, _ = lives(fields, months=84, residents=6_000, registry=registry)
    return panel, registry


@pytest.mark.parametrize("tenure", [(0, 12), (12, 36), (36, 9_999)], ids=["first year", "to three years", "longer"])
def test_job_loss_by_tenure(workers, tenure):
    """(.004 + .050 exp(-tenure / 18)) x the factor of the level, from 6 000 residents in seven years."""
    panel, registry = workers
    months = np.arange(1, panel.months)[:, np.newaxis] + panel.start
    held = (months - panel.job_since[:-1]).astype(float)
    at_risk = (panel.status[:-1] == Status.REGULAR_JOB) & (held >= tenure[0]) & (held < tenure[1])
    at_risk &= panel.present[1:] & (panel.status[1:] != Status.RETIRED)
    lost = (panel.out_of_work_since[1:] == months)[at_risk]
    number = registry.number
    long_, new = number("separation_permanent_month"), number("separation_new_job_month")
    rate = long_ + (new - long_) * np.exp(-held / number("separation_tenure_months"))
    rate = rate * registry.table("separation_education_factor").lookup(np.maximum(panel.education[:-1], 0))
    assert abs(score(lost, 1 - np.exp(-rate[at_risk]))) < LARGEST_Z
    assert abs(score(lost, 1 - np.exp(-WRONG * rate[at_risk]))) > LARGEST_Z


# ------------------------------------------------------------------ births, deaths, moves
class Months:
    """Parameters of the months of a run as a process reads them, for the tables by age."""

    def __init__(self, registry, at):
        self.registry, self.at = registry, at

    def number(self, name):
        dated = isinstance(self.registry[name], Dated)
        return self.registry.at(name, self.at) if dated else self.registry.number(name)

    def ages(self, name):
        return self.registry.table(name).per_step(120)


@pytest.fixture(scope="module")
def families():
    fields = ("partner_row", "education", "births", "household")
    panel, model = lives(fields, months=MONTHS, residents=7_000, seed=2)
    return panel, model, model.source.registry


@pytest.mark.parametrize("ages", [(0, 70), (70, 80), (80, 90), (90, 120)], ids=str)
@pytest.mark.parametrize("sex", [Sex.MALE, Sex.FEMALE])
def test_deaths_by_age_and_sex(families, sex, ages):
    panel, _, registry = families
    table = registry.table("mortality_male" if sex == Sex.MALE else "mortality_female").per_step(120) / 12
    died, chance = [], []
    for month in range(1, panel.months):
        age = panel.age(month)
        at_risk = panel.present[month - 1] & (panel.sex == sex) & (age >= ages[0]) & (age < ages[1])
        died.append((panel.died & (panel.left == month))[at_risk])
        chance.append(-np.expm1(-table[np.minimum(age[at_risk], 119)]))
    died, chance = np.concatenate(died), np.concatenate(chance)
    assert abs(score(died, chance)) < LARGEST_Z
    assert abs(score(died, WRONG * chance)) > LARGEST_Z


def test_people_who_live_alone_leave_the_wijk_by_age(families):
    """Alone, so that only a move takes them away; who dies in the month doesn't move."""
    panel, _, registry = families
    gone, chance = [], []
    for month in range(1, panel.months):
        here = panel.present[month - 1]
        _, place, size = np.unique(panel.household[month - 1][here], return_inverse=True, return_counts=True)
        alone = np.zeros(here.size, bool)
        alone[here] = size[place] == 1
        age = np.minimum(panel.age(month), 119)
        alone &= (age >= 20) & (age < 75)
        hazard = moving_hazard(Months(registry, panel.start + month))[age[alone]]
        gone.append((~panel.died & (panel.left == month))[alone])
        chance.append(-np.expm1(-hazard))
    gone, chance = np.concatenate(gone), np.concatenate(chance)
    assert abs(score(gone, chance)) < LARGEST_Z
    assert abs(score(gone, np.minimum(WRONG * chance, 1))) > LARGEST_Z


def test_first_births_follow_age_level_and_partner(families):
    """Women who never gave birth: h / (1 - 12 h), h the rate of all women x .35 alone and 1.28 with a partner."""
    panel, model, registry = families
    lineage = model.state.lineage
    mothers_of = [set(lineage.mother[lineage.birth_month == panel.start + m].tolist()) for m in range(panel.months)]
    born, chance = [], []
    for month in range(1, panel.months):
        age = panel.age(month)
        at_risk = panel.present[month - 1] & panel.present[month] & (panel.sex == Sex.FEMALE)
        at_risk &= (panel.births[month - 1] == 0) & (age >= 15) & (age < 50)
        rate = _births_by_education(Months(registry, panel.start + month))
        hazard = rate[panel.education[month - 1][at_risk], age[at_risk]]
        couple = panel.partner_row[month - 1][at_risk] >= 0
        hazard = hazard * np.where(
            couple, registry.number("partnered_mother_birth_factor"), registry.number("single_mother_birth_factor")
        )
        hazard = hazard / (1 - hazard * registry.number("birth_interval_min_months"))
        born.append(np.isin(panel.uid[at_risk], list(mothers_of[month])))
        chance.append(-np.expm1(-hazard))
    born, chance = np.concatenate(born), np.concatenate(chance)
    assert abs(score(born, chance)) < LARGEST_Z
    assert abs(score(born, WRONG * chance)) > LARGEST_Z


# ------------------------------------------------------------------ mental care (B4)
@pytest.mark.parametrize("group", ["in work", "on assistance"])
def test_entry_into_mental_care_follows_lasting_distress(group):
    """Logit of a year's use = A + s z*, z* = l f + b_age + b_level - .19 (work - .7), work 1 in paid work, else 0."""
    panel, model = lives(("mental_care", "education"), months=60, residents=4_000, seed=3)
    registry = model.source.registry
    number = registry.number
    care = health_equations(registry).care
    by_age = registry.table("mental_age_shift").per_step(120)
    by_level = registry.table("mental_education_shift").per_step(len(Education))
    effect, usual = number("mental_work_effect_sd"), number("work_share_reference")
    entered, chance, without = [], [], []
    for month in range(1, panel.months):
        age = panel.age(month)
        mine = panel.paid[month] if group == "in work" else panel.status[month] == Status.SOCIAL_ASSISTANCE
        at_risk = panel.present[month - 1] & mine & (age >= 18) & ~panel.mental_care[month - 1]
        work = 1.0 if group == "in work" else 0.0
        lasting = np.sqrt(number("frailty_variance_share")) * panel.frailty[at_risk]
        lasting = lasting + by_age[age[at_risk]] + by_level[panel.education[month][at_risk]]
        for shift, found in ((effect * (work - usual), chance), (effect * (1.0 - work - usual), without)):
            found += [entry_hazard(care.hazards, care.intercept + care.slope * z) for z in lasting - shift]
        entered.append(panel.mental_care[month][at_risk])
    entered = np.concatenate(entered)
    assert abs(score(entered, np.array(chance))) < LARGEST_Z
    assert abs(score(entered, np.array(without))) > LARGEST_Z  # work that did the opposite would be seen


def test_a_run_is_the_same_with_and_without_being_recorded():
    panel, model = lives(("mental_care",), months=12, residents=400, seed=4)
    plain = Neighbourhood(model.source, seed=4)
    plain.run()
    assert list(plain.state.differences(model.state)) == []
    assert np.array_equal(
        np.sort(plain.state.columns["uid"][plain.state.columns["present"]]), panel.uid[panel.present[-1]]
    )
