"""The shipped figures against their sources, and against each other."""

from __future__ import annotations

import csv
import re
import tomllib
from pathlib import Path

import numpy as np
import pytest

from wijksim.calendar import absolute_month
from wijksim.parameters import Dated, Number, Table, load_registry
from wijksim.parameters.dutch import in_dutch

REGISTRY = load_registry()
EXPERIMENTS = Path(__file__).resolve().parents[2] / "experiments" / "emmen"
START = absolute_month(2015, 1)


def at(name: str, text: str) -> float:
    year, month = text.split("-")
    return REGISTRY.at(name, absolute_month(int(year), int(month)))


def test_the_shipped_registry_is_read_once() -> None:
    assert load_registry() is REGISTRY


def test_every_dated_rule_has_a_figure_at_the_first_start_allowed() -> None:
    late = [
        name for name, passport in REGISTRY.items() if isinstance(passport, Dated) and passport.values[0].month > START
    ]
    assert late == []


def test_an_assumption_says_why() -> None:
    """A bare reference or the word assumed is no reason."""
    bare = re.compile(r"(assumed|no source|mechanisms [AB]\d+|evidence (E?\d\.?\w*)|[ :;,.])*")
    assumed = [passport for passport in REGISTRY.values() if passport.grade == "assumption"]
    assert assumed
    assert [passport.name for passport in assumed if bare.fullmatch(passport.source)] == []
    assert bare.fullmatch("mechanisms B5: assumed; no source"), "the rule would see it"


def test_a_label_stands_by_itself() -> None:
    """In a chart or a list by strength none stands above it to which *the same* could refer."""
    leaning = re.compile(r"(the same|same|idem|hetzelfde|dezelfde|ditto)\b", re.IGNORECASE)
    labels = {name: (passport.label, in_dutch("labels", name)) for name, passport in REGISTRY.items()}
    assert [name for name, both in labels.items() if any(leaning.match(label) for label in both)] == []


@pytest.mark.parametrize(
    ("month", "single", "couple", "young", "pensioner", "pensioners"),
    [
        ("2015-01", 960.83, 1372.62, 237.16, 1077.63, 1471.68),
        ("2015-06", 960.83, 1372.62, 237.16, 1077.63, 1471.68),
        ("2018-03", 992.12, 1417.32, 244.91, 1115.48, 1525.44),
        ("2025-12", 1369.06, 1955.80, 338.0, 1530.21, 2094.98),
        ("2031-05", 1401.5, 2002.1, 346.0, 1530.21, 2094.98),
    ],
)
def test_norms_by_date(
    month: str, single: float, couple: float, young: float, pensioner: float, pensioners: float
) -> None:
    names = (
        "benefit_norm_single_net",
        "benefit_norm_couple_net",
        "benefit_norm_18_20_single_net",
        "aow_norm_single_net",
        "aow_norm_couple_net",
    )
    assert [at(name, month) for name in names] == [single, couple, young, pensioner, pensioners]


def test_norms_keep_the_ratios_of_the_law() -> None:
    """A single person has 70 % of a couple; 18-20 a fixed part of that; all figures, to rounding."""
    for month in range(START, absolute_month(2026, 2)):
        single, couple, young, family = (
            REGISTRY.at(f"benefit_norm_{who}_net", month)
            for who in ("single", "couple", "18_20_single", "18_20_couple_children")
        )
        assert single / couple == pytest.approx(0.70, abs=5e-4)
        assert young / single == pytest.approx(0.2469, abs=3e-4)
        assert family / couple == pytest.approx(0.5456, abs=3e-4)


def test_norms_equal_the_law_texts(shared_data: Path) -> None:
    with (shared_data / "norms_benefits_2022_2026_machine_law.csv").open(encoding="utf-8") as file:
        law = {row["name"]: row["value_in_file"] for row in csv.DictReader(file, delimiter=";")}
    assert at("benefit_norm_single_net", "2022-03") == int(law["art21_norm_alleenstaande_21_plus"]) / 100
    assert at("benefit_norm_couple_net", "2022-03") == int(law["art21_norm_gehuwden_21_plus"]) / 100
    for name, key in (("single", "art22_norm_alleenstaande_aow"), ("couple", "art22_norm_gehuwden_aow")):
        assert at(f"aow_norm_{name}_net", "2022-03") == float(law[key].replace(".", "").replace(",", "."))
    assert REGISTRY.number("ww_rate_first") == float(law["PERCENTAGE_EERSTE_2_MAANDEN"])
    assert REGISTRY.number("ww_rate_later") == float(law["PERCENTAGE_DAARNA"])
    assert at("ww_max_day_wage", "2025-06") == int(law["MAXIMUM_DAGLOON"]) / 100
    assert at("ww_duration_max", "2025-06") == int(law["MAXIMUM_DUUR_MAANDEN"])


@pytest.mark.parametrize(
    ("month", "factors"),
    [
        ("2015-01", [0.455, 0.525, 0.615, 0.725, 0.85]),
        ("2017-06", [0.455, 0.525, 0.615, 0.725, 0.85]),
        ("2017-07", [0.475, 0.55, 0.70, 0.85, 1.0]),
        ("2019-06", [0.475, 0.55, 0.70, 0.85, 1.0]),
        ("2019-07", [0.50, 0.60, 0.80, 1.0, 1.0]),
        ("2026-01", [0.50, 0.60, 0.80, 1.0, 1.0]),
    ],
)
def test_youth_wage_factors_by_period(month: str, factors: list[float]) -> None:
    assert [at(f"youth_wage_factor_{age}", month) for age in range(18, 23)] == factors


def test_state_pension_age_by_year() -> None:
    years_months = {
        2015: (65, 3),
        2016: (65, 6),
        2017: (65, 9),
        2018: (66, 0),
        2019: (66, 4),
        2020: (66, 4),
        2021: (66, 4),
        2022: (66, 7),
        2023: (66, 10),
        2024: (67, 0),
        2027: (67, 0),
        2028: (67, 3),
        2031: (67, 3),
        2060: (67, 3),
    }
    found = {year: divmod(at("state_pension_age_months", f"{year}-12"), 12) for year in years_months}
    assert found == years_months


def test_ww_shrinks_by_a_month_each_quarter() -> None:
    months = [f"{year}-{month:02d}" for year in range(2016, 2020) for month in (1, 4, 7, 10)]
    assert [at("ww_duration_max", month) for month in months] == [*range(37, 24, -1), 24, 24, 24]
    assert at("ww_duration_max", "2015-12") == 38


@pytest.mark.parametrize(
    ("year", "cost_single", "cost_couple"),
    [(2015, 15727, 20347), (2020, 16958, 21587), (2025, 21938, 28430)],
)
def test_gross_cost_of_a_benefit(year: int, cost_single: float, cost_couple: float) -> None:
    """Net norm with tax and levy gives the yearly cost of evidence E1.5, to the rounding of the shares."""
    for who, cost in (("single", cost_single), ("couple", cost_couple)):
        months = range(absolute_month(year, 1), absolute_month(year + 1, 1))
        net = sum(REGISTRY.at(f"benefit_norm_{who}_net", month) for month in months)
        gross = net * (1 + at(f"assistance_tax_share_{who}", f"{year}-01"))
        assert gross * (1 + at("zvw_employer_levy", f"{year}-01")) == pytest.approx(cost, abs=2.5)


def test_subsidy_of_a_half_productive_worker_in_2015() -> None:
    """Evidence E0: 11 970 a year full time at a productivity share of .5 (to ten euros)."""
    share = min(REGISTRY.number("lks_max_share"), 1 - 0.5)
    month = share * at("minimum_wage_month", "2015-01") * (1 + REGISTRY.number("holiday_pay_rate"))
    assert 12 * month * (1 + at("lks_addon", "2015-01")) == pytest.approx(11970, abs=10)


def test_hourly_minimum_wage_agrees_with_the_monthly_one() -> None:
    """To 2023 by the definition at 38 hours; from 2024 the reference month belongs to 36 hours."""
    for month in range(START, absolute_month(2026, 2)):
        hours = 38 if month < absolute_month(2024, 1) else 36
        ratio = REGISTRY.at("minimum_wage_hour", month) * hours * 52 / 12 / REGISTRY.at("minimum_wage_month", month)
        assert ratio == pytest.approx(1.0, abs=2e-3)


def test_fertility_by_age_adds_up_to_children_per_woman() -> None:
    assert REGISTRY.table("fertility_age").per_step(120).sum() == pytest.approx(1.58, abs=0.005)


def test_shares_over_classes_add_up_to_one() -> None:
    names = [
        "education_transition_practical",
        "education_transition_low",
        "education_transition_mid",
        "education_transition_high",
        "benefit_stock_shares_duration",
        "initial_tenure_share",
        "children_at_home_share",
    ]
    assert {name: round(sum(REGISTRY.table(name).values), 9) for name in names} == dict.fromkeys(names, 1.0)


def test_leaving_home_follows_the_shares_still_at_home() -> None:
    """From 20 to 25 the hazards take .738 at home to .308 (CBS, 1-1-2021), to the rounding of the shares."""
    stay = np.prod(1 - REGISTRY.table("leaving_home_hazard").lookup(range(20, 25)))
    assert 0.738 * stay == pytest.approx(0.308, abs=0.015)


def test_job_finding_reproduces_one_per_cent_a_month() -> None:
    names = ("exit_to_job_monthly_dur_lt1y", "exit_to_job_monthly_dur_1_3y", "exit_to_job_monthly_dur_gt3y")
    shares = REGISTRY.table("benefit_stock_shares_duration").values
    mean = sum(share * REGISTRY.number(name) for share, name in zip(shares, names, strict=True))
    assert mean == pytest.approx(0.010, abs=0.0005)


def test_job_retention_at_18_months() -> None:
    """Separation falls from d_n to d_p with tenure; .44 to .58 of jobs last 18 months (CBS cohort 2021: .51)."""
    start, settled = REGISTRY.number("separation_new_job_month"), REGISTRY.number("separation_permanent_month")
    tenure = np.arange(18) + 0.5
    hazard = settled + (start - settled) * np.exp(-tenure / REGISTRY.number("separation_tenure_months"))
    assert 0.44 < np.exp(-hazard.sum()) < 0.58


def test_gp_gamma_leaves_22_per_cent_without_contact() -> None:
    """A fifth of people see no GP in a year, with the ages of the country and a normal distress."""
    ages = REGISTRY.table("gp_contacts_age").lookup([0, 1, 5, 10, 18, 45, 65, 75, 85])
    population = np.array([0.009, 0.04, 0.05, 0.09, 0.33, 0.28, 0.115, 0.065, 0.022])
    distress, weight = np.polynomial.hermite_e.hermegauss(31)
    slope, shape = REGISTRY.number("gp_z_slope"), REGISTRY.number("gp_gamma_shape")
    mean = ages[:, None] * np.exp(slope * distress - slope**2 / 2)
    none = ((1 + mean / shape) ** -shape @ weight) / weight.sum()
    expected = 1 - REGISTRY.number("gp_any_contact_share")
    assert none @ population / population.sum() == pytest.approx(expected, abs=0.01)


def test_care_cost_at_the_ages_read() -> None:
    ages = [20, 30, 40, 50, 60, 70, 80]
    men = [1044, 1181, 1447, 2031, 3375, 5308, 8037]
    women = [1491, 2496, 1908, 2351, 3217, 4674, 7332]
    assert REGISTRY.table("zvw_cost_age_men").lookup(ages).tolist() == men
    assert REGISTRY.table("zvw_cost_age_women").lookup(ages).tolist() == women


def test_care_cost_between_them_follows_the_national_rates(shared_data: Path) -> None:
    """Each class of 2018 lies between .70 and .96 of its rate of 2023, the range of the ages read."""
    with (shared_data / "vektis2023_national_age_sex_rates.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for sex, name in (("M", "zvw_cost_age_men"), ("V", "zvw_cost_age_women")):
        rates = [float(row["national_rate_per_insured_year"]) for row in rows if row["geslacht"] == sex]
        ratio = np.array(REGISTRY.table(name).values) / np.array(rates)
        assert len(ratio) == 19
        assert ((ratio > 0.70) & (ratio < 0.96)).all()


def test_prices_of_services_do_not_jump() -> None:
    """No year changes a price or cost of the enterprises by more than a twelfth."""
    for name in ("home_help_price", "woonhulp_price_hour", "grounds_price_hour_group", "supervisor_cost_year"):
        prices = np.array([at(name, f"{year}-01") for year in range(2015, 2026)])
        assert (np.abs(np.diff(prices) / prices[:-1]) < 1 / 12).all()


def test_the_what_ifs_of_emmen_say_what_their_passports_say() -> None:
    both = tomllib.loads((EXPERIMENTS / "subsidie_gehalveerd.toml").read_text(encoding="utf-8"))
    assert {e["places"] for e in both["enterprise"]} == {REGISTRY.number("emmen_places_per_enterprise")}
    assert {e["productivity_share"] for e in both["enterprise"]} == {REGISTRY.number("emmen_productivity_share")}
    (cut,) = both["event"]
    assert cut["month"] == REGISTRY.number("emmen_grant_cut_month")
    assert cut["set"]["policy.grant_share"] == REGISTRY.number("emmen_grant_after_cut_share")


def test_every_kind_of_passport_is_shipped() -> None:
    kinds = {type(passport) for passport in REGISTRY.values()}
    assert kinds == {Number, Dated, Table}
