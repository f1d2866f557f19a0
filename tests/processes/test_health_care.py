"""GP contacts, mental care and other care: rates that sources give, and who pays."""

import numpy as np
import pytest
from processes.building import START, make_columns, make_month, make_state
from processes.checking import run_months
from processes.test_health import people, started, step_with

from wijksim.accounts import Category, Party
from wijksim.calendar import absolute_month
from wijksim.parameters import load_registry
from wijksim.population import care
from wijksim.population.care import gamma_quantiles, mental_care, quantile
from wijksim.population.columns import Education, Sex, Status
from wijksim.population.health import health_equations, start_health
from wijksim.processes import health as health_module
from wijksim.processes.health import Health

REGISTRY = load_registry()
EQUATIONS = health_equations(REGISTRY)
JANUARY = absolute_month(2016, 1)


def year_of_use(state, process=None, at=START, parameters=None):
    """Contacts, whether in care at some time, and cost in euros of each resident over 12 months."""
    step = step_with(process or Health(), parameters, at)
    contacts, used, cost = np.zeros((3, len(state.columns)))

    def counted(moment, index):
        step(moment, index)
        nonlocal contacts, used, cost
        contacts = contacts + moment.columns["gp_contacts"]
        used = np.maximum(used, moment.columns["mental_care"])
        cost = cost + moment.columns["care_cost"] / 100

    run_months(counted, state, 12)
    return contacts, used.astype(bool), cost


# --- Tables


@pytest.mark.parametrize("shape", [0.15, 0.25, 1.0, 1.5, 3.0])
def test_the_gamma_table_has_mean_1_and_nearly_the_gamma_s_variance(shape):
    table = gamma_quantiles(shape)
    assert (np.diff(table) >= 0).all()
    assert 0.5 * (table[1:] + table[:-1]).mean() == pytest.approx(1.0, abs=1e-9)
    values = np.array([quantile(table, at) for at in (np.arange(2**16) + 0.5) / 2**16])
    assert values.mean() == pytest.approx(1.0, abs=1e-6)
    lengths = np.diff(table)
    variance = ((0.5 * (table[1:] + table[:-1])) ** 2 + lengths**2 / 12).mean() - 1
    assert variance == pytest.approx(1 / shape, rel=0.05)


def test_the_gamma_table_needs_its_last_entry():
    """The fault that it is there against: the last step but one again, at a shape where few have nearly all."""
    table = gamma_quantiles(0.15).copy()
    table[-1] = table[-2]
    assert abs(0.5 * (table[1:] + table[:-1]).mean() - 1.0) > 1e-3


def test_entry_hazards_give_the_yearly_share_of_the_logit():
    found = mental_care(5.0, 0.10, -0.15, 0.7, 8.0)
    spread = 0.7 * np.random.default_rng(1).normal(size=200_000)
    workers = 1 / (1 + np.exp(-(found.intercept + 5.0 * (-0.15 + spread))))
    assert workers.mean() == pytest.approx(0.10, abs=0.003)
    for share in (0.02, 0.1, 0.309, 0.6):
        hazard = care.entry_hazard(found.hazards, np.log(share / (1 - share)))
        out = (1 / 8) / (hazard + 1 / 8)
        assert 1 - out * (1 - hazard) ** 11 == pytest.approx(share, rel=0.01)
    assert care.entry_hazard(found.hazards, 99.0) <= 1.0
    assert care.entry_hazard(found.hazards, -99.0) == pytest.approx(0.0, abs=1e-5)


def test_many_quantiles_are_those_of_one_by_one():
    table = gamma_quantiles(0.25)
    at = np.random.default_rng(1).random(500)
    expected = [quantile(table, one) for one in at]
    assert care.quantiles(table, at).tolist() == at.tolist() == expected


# --- GP


def test_contacts_of_an_age_are_those_of_the_table():
    """n = 20 000 pensioners of 40, null: 3.8 a year; standard error from the sample; |z| < 5."""
    frailty = np.random.default_rng(5).normal(size=20_000)
    contacts, _, _ = year_of_use(started(20_000, frailty=frailty))
    error = contacts.std() / np.sqrt(contacts.size)
    assert abs(contacts.mean() - 3.8) / error < 5
    variance = 0.8**2 + 0.3**2 + 2 * 0.8 * 0.3 * EQUATIONS.mental_loading * EQUATIONS.physical_loading
    assert 3.8 * (np.exp(variance / 2) - 1) / error > 8  # without the normaliser it would show


def ages_of_the_country(count, generator):
    """Population by age, Netherlands 2015 in five-year classes (thousands, rounded)."""
    classes = [890, 940, 1000, 1000, 1070, 1040, 1020, 1020, 1150, 1290, 1270, 1150, 1060, 980, 730, 560, 400, 220, 120]
    share = np.repeat(classes, 5) / (5 * sum(classes))
    return generator.choice(95, count, p=share)


def test_contacts_and_any_contact_of_a_population():
    """Input facts (rule 21): 4.2 to 5.1 contacts a person and .76 to .79 with any, at 20 000 people of all ages.

    The margin of chance at this n is .03 contacts and .003 of people.
    """
    n = 20_000
    generator = np.random.default_rng(6)
    age = ages_of_the_country(n, generator)
    working = (age >= 18) & (age < 65)
    frailty = generator.normal(size=n)
    jobless = working & (frailty + generator.normal(size=n) > 0.8)
    status = np.where(age < 16, Status.CHILD, np.where(age < 18, Status.SCHOOL, Status.RETIRED))
    status = np.where(working, np.where(jobless, Status.SOCIAL_ASSISTANCE, Status.REGULAR_JOB), status)
    education = generator.choice(4, n, p=[0.035, 0.265, 0.42, 0.28])
    state = started(n, frailty=frailty, status=status, education=education, birth_month=START - 12 * age)
    contacts, used, cost = year_of_use(state, at=JANUARY)  # a calendar year, as the sources count
    assert 4.2 <= contacts.mean() <= 5.1
    assert 0.76 <= (contacts > 0).mean() <= 0.79
    assert not used[age < 17].any()  # mental care for children is not the insurer's
    assert 2_200 <= cost.mean() <= 3_200  # Vektis: about 2 600 in prices of 2018


def test_the_persistent_multiplier_holds_for_a_year():
    """Contacts of a person in two months of a year are correlated, of two years less: twice the gamma's part."""
    n = 20_000
    state = started(n, frailty=0.0)
    by_month = []
    step = step_with(Health(), at=JANUARY)

    def kept(moment, index):
        step(moment, index)
        by_month.append(moment.columns["gp_contacts"].astype(float))

    run_months(kept, state, 24)
    within = np.corrcoef(by_month[0], by_month[11])[0, 1]
    between = np.corrcoef(by_month[0], by_month[12])[0, 1]
    error = 1 / np.sqrt(n)
    assert (within - between) / error > 8
    assert abs(between) / error < 5  # with equal frailty distress of a year ago is forgotten


# --- Mental care


@pytest.mark.parametrize("share", [0.1, 0.309])
def test_yearly_use_of_mental_care_follows_lasting_distress(share):
    """n = 8 000 people with the same z*, null: logit P = A + s z*; |z| < 5."""
    assert abs(use_score(share)) < 5


def test_a_third_more_entries_would_be_seen(monkeypatch):
    real = mental_care(*ARGUMENTS)
    faulty = care.MentalCare(real.slope, real.intercept, real.hazards * 4 / 3, real.exit_hazard, real.months_per_user)
    monkeypatch.setattr("wijksim.population.health.mental_care", lambda *_: faulty)
    assert use_score(0.309) > 8


ARGUMENTS = (
    REGISTRY.number("mental_care_lasting_slope"),
    REGISTRY.number("mh_care_use_worker"),
    REGISTRY.number("lasting_distress_mean_workers"),
    EQUATIONS.mental_loading,
    REGISTRY.number("mental_care_spell_months"),
)


def use_score(share):
    n = 8_000
    lasting = (np.log(share / (1 - share)) - EQUATIONS.care.intercept) / EQUATIONS.care.slope
    frailty = (lasting - EQUATIONS.mental_age[40]) / EQUATIONS.mental_loading
    _, used, _ = year_of_use(started(n, frailty=frailty))
    return (used.mean() - share) / np.sqrt(share * (1 - share) / n)


def test_a_user_in_a_year_costs_what_the_source_says():
    """EUR 1 930 in prices of 2022, times 100.3 / 121.4 in 2016; n = 20 000 of 50, |z| < 5 by the sample's error."""
    n = 20_000
    state = started(n, frailty=np.random.default_rng(7).normal(size=n), birth_month=START - 12 * 50)
    months, used = np.zeros(n), np.zeros(n, bool)
    step = step_with(Health(), at=JANUARY)

    def counted(moment, index):
        step(moment, index)
        np.add(months, moment.columns["mental_care"], out=months)
        np.logical_or(used, moment.columns["mental_care"], out=used)

    later = run_months(counted, state, 12)
    cost = later.flows["mental_care_cost_cents"] / 100 / used.sum()
    expected = 1_930 * 100.3 / 121.4
    error = expected * months[used].std() / months[used].mean() / np.sqrt(used.sum())
    assert abs(cost - expected) / error < 5
    assert abs(cost - 1_930 * 8 / 12) / error > 8  # the fault: a user taken for a whole spell of eight months


# --- Money


def test_every_cent_of_care_is_paid_and_the_deductible_is_the_resident_s():
    n = 2_000
    generator = np.random.default_rng(8)
    state = started(n, frailty=generator.normal(size=n), birth_month=START - 12 * generator.integers(0, 90, n))
    month = make_month(state)
    Health().step(month)
    columns, ledger = state.columns, state.ledger
    paid = ledger.paid(START, Category.DEDUCTIBLE, Party.RESIDENTS, Party.INSURERS)
    assert ledger.paid(START, Category.CARE, Party.INSURERS, Party.CARE_PROVIDERS) == columns["care_cost"].sum()
    assert paid == columns["deductible_used"].sum() == -columns["income"].sum() > 0
    kinds = [state.flows[f"{kind}_cost_cents"] for kind in ("gp", "mental_care", "other_care")]
    assert sum(kinds) == columns["care_cost"].sum()
    assert not columns["deductible_used"][columns["birth_month"] > START - 18 * 12].any()


def test_the_gp_is_paid_a_fixed_amount_and_a_tariff():
    """2015: fixed (192 * 100 / 110.4 - 4.5 * 9.10) / 12 = 11.08, a contact 9.10; no other care for the moment."""
    state = started(400, frailty=1.0)
    month = make_month(state)
    Health().step(month)
    contacts = state.flows["gp_contacts"]
    assert state.flows["gp_tariff_cents"] == 910 * contacts
    fixed = 100 * (192 * 100 / 110.4 - 4.5 * 9.10) / 12
    assert state.flows["gp_cost_cents"] == pytest.approx(400 * fixed + 910 * contacts, abs=0.5 * 400)


def test_the_deductible_is_paid_once_a_year():
    """Someone in care all year pays EUR 385 of 2016, in the first months, and again in January 2017."""
    columns = people(1, frailty=0.0)
    columns["mental_care"][:] = True
    state = make_state(columns, JANUARY)
    registry = REGISTRY.with_values({"mental_care_spell_months": 12, "other_care_gamma_shape": 0.15})
    process = Health()
    paid = []
    for index in range(13):
        state.columns["mental_care"][:] = True
        before = int(state.columns["income"][0])
        process.step(make_month(state, at=JANUARY + index, index=index, registry=registry))
        paid.append(before - int(state.columns["income"][0]))
    assert sum(paid[:12]) == 38_500
    assert state.columns["deductible_used"][0] == paid[12]
    assert paid[0] > 0
    assert paid[12] > 0
    assert paid[11] == 0


def test_a_child_of_17_pays_nothing_and_an_adult_of_18_does():
    state = started(200, birth_month=START + 1 - 18 * 12, frailty=0.0)
    process = Health()
    process.step(make_month(state))
    assert not state.columns["income"].any()
    process.step(make_month(state, at=START + 1, index=1))
    assert (state.columns["income"] < 0).any()


def test_work_saves_the_insurer_a_tariff_and_mental_care_and_nothing_else():
    """Twins of 2 000 people: other care is equal to the cent, GP cost differs by the tariff alone."""
    without = started(2_000, status=Status.SOCIAL_ASSISTANCE, frailty=np.random.default_rng(9).normal(size=2_000))
    with_work = without.copy()
    with_work.columns["status"][:] = Status.REGULAR_JOB
    flows = []
    for state in (without, with_work):
        later = run_months(step_with(Health()), state, 24)
        flows.append(later.flows)
    gap = {name: flows[1][name] - flows[0][name] for name in flows[0]}
    assert gap["other_care_cost_cents"] == 0
    assert gap["gp_contacts"] < 0
    assert gap["mental_care_users"] < 0
    assert abs(gap["gp_cost_cents"] - gap["gp_tariff_cents"]) <= 0.5 * 24 * 2_000


def test_the_sexes_have_their_own_cost():
    women = started(8_000, sex=Sex.FEMALE, birth_month=START - 32 * 12, education=Education.MID)
    men = started(8_000, sex=Sex.MALE, birth_month=START - 32 * 12, education=Education.MID)
    cost = [year_of_use(state)[2].mean() for state in (women, men)]
    assert cost[0] / cost[1] > 1.5  # 2 496 against 1 181 of all care


def test_a_resident_of_119_and_a_newborn_have_a_month():
    columns = make_columns(2, birth_month=np.array([START - 125 * 12, START]), status=Status.RETIRED)
    start_health(columns, REGISTRY, START, 1)
    health_module.Health().step(make_month(columns))
    assert (columns["care_cost"] > 0).all()
