"""Worked examples of the rules: amounts of a date, with the article or source they are from."""

import pytest

from wijksim.calendar import absolute_month
from wijksim.parameters import load_registry
from wijksim.processes.rules import Rules
from wijksim.processes.rules_allowances import care_allowance, child_allowance, rent_allowance
from wijksim.processes.rules_assistance import assistance_tax, exempt_earnings, pensioner_norm, unit_norm
from wijksim.processes.rules_bonuses import job_agreement_bonus, low_wage_benefit, wage_bonus
from wijksim.processes.rules_insurance import disability_benefit, top_up_need, unemployment_benefit
from wijksim.processes.rules_wages import employer_cost, wage_cost_subsidy, wage_tax, whole_cents

REGISTRY = load_registry()


def rules(year, month=1):
    return Rules.of(REGISTRY, absolute_month(year, month))


def norm(year, month=1, *, adults=1, young=0, sharing=None, others=0, children=0):
    """Norm in euros; by default all adults of 21 and older count as cost sharers."""
    sharing = adults - young if sharing is None else sharing
    cents = unit_norm(adults, young, sharing, others, children, rules(year, month).assistance)
    return whole_cents(cents) / 100


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ({}, 960.83),  # art. 21: single
        ({"children": 2}, 960.83),  # single parent, as a single person since 2015
        ({"adults": 2}, 1372.62),  # art. 21: couple
        ({"young": 1}, 237.16),  # art. 20: single of 18 to 20
        ({"adults": 2, "young": 2}, 474.32),  # art. 20: young couple
        ({"adults": 2, "young": 2, "children": 1}, 748.84),  # art. 20: with children
        ({"adults": 2, "young": 1}, 923.47),  # art. 20: one of them 21 or older
        ({"adults": 2, "young": 1, "children": 1}, 1197.99),  # 686.31 + 748.84 - 237.16
        ({"others": 1}, 686.31),  # art. 22a: 50 % of the couple's norm
        ({"others": 2}, 594.80),  # 43.33 %
        ({"others": 3}, 549.05),  # 40 %
        ({"adults": 2, "others": 1}, 1189.60),  # a couple with a grown-up child: 2 x 43.33 %
        ({"young": 1, "others": 2}, 237.16),  # the young norm doesn't fall with cost sharers
    ],
)
def test_norms_of_january_2015(who, expected):
    assert norm(2015, **who) == expected


def test_a_child_of_25_at_home_stops_counting_in_2023():
    assert rules(2022, 12).assistance.sharer_age == 21
    assert norm(2022, 12, others=1) == 787.02  # half of 1 574.03
    assert rules(2023, 1).assistance.sharer_age == 27
    assert norm(2023, 1, others=0) == 1195.66
    assert norm(2023, 1, sharing=0, others=2) == 1195.66  # and keeps the whole norm beside two parents


def test_minimum_wage_by_age_with_holiday_pay():
    wages = rules(2015).minimum
    assert wages[23] == wages[64] == pytest.approx(150_180 * 1.08)
    assert wages[18] == pytest.approx(150_180 * 1.08 * 0.455)
    assert wages[22] == pytest.approx(150_180 * 1.08 * 0.85)
    assert wages[15] == wages[17] == pytest.approx(150_180 * 1.08 * 0.395)
    assert rules(2019, 7).minimum[21] == pytest.approx(163_560 * 1.08)
    # 2024: by the hour, 13.27 x 38 x 52 / 12
    assert rules(2024).minimum[40] == pytest.approx(218_512.67 * 1.08, abs=1)


@pytest.mark.parametrize(
    ("year", "month", "net"),
    [(2015, 1, 1398.12), (2016, 1, 1488.50), (2025, 1, 2285.39)],  # 1 621.94 less .138, 1 646.57 less .096, ...
)
def test_net_pay_at_the_minimum_wage(year, month, net):
    in_force = rules(year, month)
    gross = in_force.wages.minimum
    assert (gross - wage_tax(gross, in_force.wages)) / 100 == pytest.approx(net, abs=0.01)


def test_tax_is_continuous_rising_and_never_negative():
    in_force = rules(2015).wages
    at = in_force.minimum
    assert wage_tax(at - 1e-6, in_force) == pytest.approx(wage_tax(at, in_force))
    assert wage_tax(at + 10_000, in_force) - wage_tax(at, in_force) == pytest.approx(4_200)
    assert wage_tax(at, in_force) - wage_tax(at - 10_000, in_force) == pytest.approx(2_000)
    assert wage_tax(20_000, in_force) == wage_tax(0, in_force) == 0.0


def test_gain_from_social_assistance_to_a_full_time_minimum_wage():
    """Evidence E0.4: one-earner couple near zero in 2015 and clear in 2025; single 439 and 955 (means of a year)."""

    def gain(year, who):
        in_force = rules(year)
        net = in_force.wages.minimum - wage_tax(in_force.wages.minimum, in_force.wages)
        return net / 100 - norm(year, **who)

    assert gain(2015, {"adults": 2}) == pytest.approx(25.50, abs=0.01)
    assert gain(2015, {}) == pytest.approx(437.29, abs=0.01)
    assert gain(2025, {"adults": 2}) == pytest.approx(363.32, abs=0.01)
    assert gain(2025, {}) == pytest.approx(939.94, abs=0.01)


@pytest.mark.parametrize(
    ("productivity", "year_euro"),
    [
        (0.5, 11_969.95),  # evidence-2 E0.1: 11 970
        (0.3, 16_757.93),  # the cap; 16 820 in part 1 has the addon of 2018
        (0.1, 16_757.93),
        (1.0, 0.0),
        (1.2, 0.0),
    ],
)
def test_wage_cost_subsidy_of_a_year_full_time_in_2015(productivity, year_euro):
    """Rule 5 without sick pay refunded: min(.70, 1 - w) x 1 501.80 x 1.08 x 1.23 x 12."""
    in_force = rules(2015)
    uninsured = in_force.wages._replace(uwv_sick_share=0.0)
    month = wage_cost_subsidy(productivity, True, in_force.minimum[40], 1.0, uninsured)
    assert month * 12 / 100 == pytest.approx(year_euro, abs=0.01)


def test_wage_cost_subsidy_by_age_hours_and_date():
    in_force = rules(2015)
    adult = wage_cost_subsidy(0.5, True, in_force.minimum[40], 1.0, in_force.wages)
    assert wage_cost_subsidy(0.5, True, in_force.minimum[18], 1.0, in_force.wages) == pytest.approx(0.455 * adult)
    assert wage_cost_subsidy(0.5, True, in_force.minimum[40], 0.6, in_force.wages) == pytest.approx(0.6 * adult)
    # 2018: addon 23.5 %, and UWV bears sick pay of 11 % of all who have the subsidy
    later = rules(2018)
    expected = 0.5 * 1_578.00 * 1.08 * 1.235 * 0.89
    assert wage_cost_subsidy(0.5, True, later.minimum[40], 1.0, later.wages) / 100 == pytest.approx(expected)


def test_before_it_is_measured_half_of_the_minimum_wage_is_subsidised_from_2017():
    for year, expected in ((2016, 0.7), (2017, 0.5)):  # productivity .2: .70 once it is known
        in_force = rules(year)
        known, unknown = (
            wage_cost_subsidy(0.2, measured, in_force.minimum[40], 1.0, in_force.wages) for measured in (True, False)
        )
        assert unknown / known == pytest.approx(expected / 0.7)


def test_bonus_for_a_worker_of_the_job_agreement():
    """Full time is 1 976 hours: 1.01 x 1 976 = 1 995.76 a year from 2016, for three years; without end from 2026."""
    in_force = rules(2018).bonuses
    assert job_agreement_bonus(0, 1.0, in_force) * 12 == pytest.approx(199_576)
    assert job_agreement_bonus(35, 0.5, in_force) * 12 == pytest.approx(99_788)
    assert job_agreement_bonus(36, 1.0, in_force) == 0.0
    assert job_agreement_bonus(0, 1.0, rules(2015).bonuses) == 0.0
    assert job_agreement_bonus(100, 1.0, rules(2026).bonuses) * 12 == pytest.approx(199_576)


@pytest.mark.parametrize(
    ("year", "wage", "hours", "year_euro"),
    [
        (2016, 1.0, 1.0, 0.0),  # from 2017
        (2017, 1.0, 1.0, 1_995.76),  # 1.01 x 1 976
        (2017, 1.1, 1.0, 1_995.76),
        (2017, 1.11, 1.0, 1_000.00),  # .51 x 1 976 = 1 007.76: at most 1 000
        (2017, 1.26, 1.0, 0.0),
        (2017, 0.99, 1.0, 0.0),  # youths earn less than an adult minimum wage
        (2017, 1.0, 0.63, 0.0),  # 1 245 hours
        (2017, 1.0, 0.64, 1_277.29),  # 1 264.64 hours
        (2020, 1.25, 1.0, 1_000.00),
        (2022, 1.0, 1.0, 1_520.00),  # .78 x 1 976 = 1 541.28
        (2024, 1.04, 1.0, 960.00),
        (2024, 1.05, 1.0, 0.0),
        (2025, 1.0, 1.0, 0.0),
    ],
)
def test_low_wage_benefit(year, wage, hours, year_euro):
    assert low_wage_benefit(wage, hours, rules(year).bonuses) * 12 / 100 == pytest.approx(year_euro, abs=0.01)


def test_of_both_bonuses_only_the_higher_is_paid():
    in_force = rules(2022).bonuses
    assert wage_bonus(True, 0, 1.0, 1.0, in_force) * 12 == pytest.approx(199_576)
    assert wage_bonus(True, 36, 1.0, 1.0, in_force) * 12 == pytest.approx(152_000)
    assert wage_bonus(False, 0, 1.0, 1.0, in_force) * 12 == pytest.approx(152_000)


def test_gross_labour_cost_of_a_full_time_minimum_wage_in_2015():
    in_force = rules(2015).wages
    assert employer_cost(in_force.minimum, in_force.premium_share) * 12 / 100 == pytest.approx(22_986, abs=1)


def test_earnings_left_out_of_account():
    """Art. 31: a quarter up to .205 of the norm for six months; single parents an eighth up to .128 for thirty more."""
    in_force = rules(2015).assistance

    def left(earned, used, with_subsidy=False, single_parent=False, in_force=in_force):
        return exempt_earnings(earned, used, with_subsidy, single_parent, in_force) / 100

    assert left(40_000, 0) == 100.0
    assert left(40_000, 5) == 100.0
    assert left(40_000, 6) == 0.0
    assert left(100_000, 0) == pytest.approx(0.205 * 960.83)  # the 197 of 2015
    assert left(40_000, 6, single_parent=True) == 50.0
    assert left(200_000, 35, single_parent=True) == pytest.approx(0.128 * 960.83)
    assert left(40_000, 36, single_parent=True) == 0.0
    assert left(40_000, 6, with_subsidy=True) == 0.0  # not before 2023
    later = rules(2024, 7).assistance
    assert left(40_000, 6, with_subsidy=True, in_force=later) == 60.0
    assert left(150_000, 17, with_subsidy=True, in_force=later) == pytest.approx(170.10, abs=0.01)  # 170.18 in Velsen
    assert left(40_000, 18, with_subsidy=True, in_force=later) == 0.0


def test_gross_cost_of_a_year_of_social_assistance():
    """Evidence E1.5: 15 727 for a single person and 20 347 for a couple in 2015, 21 938 for a single person in 2025."""

    def year(date, adults):
        total = 0.0
        for month in (1, 7):
            in_force = rules(date, month).assistance
            net = whole_cents(unit_norm(adults, 0, adults, 0, 0, in_force))
            total += 6 * (net + assistance_tax(net, adults, 0, in_force)) * (1 + in_force.levy_share)
        return total / 100

    assert year(2015, 1) == pytest.approx(15_727, abs=3)
    assert year(2015, 2) == pytest.approx(20_347, abs=3)
    assert year(2025, 1) == pytest.approx(21_938, abs=3)


def test_no_tax_on_the_norm_of_the_young():
    assert assistance_tax(23_716, 1, 1, rules(2015).assistance) == 0.0


def test_unemployment_and_disability_benefit():
    in_force = rules(2015).insurance
    assert [unemployment_benefit(200_000, months, in_force) for months in (0, 1, 2, 20)] == pytest.approx(
        [150_000, 150_000, 140_000, 140_000]
    )
    assert unemployment_benefit(900_000, 5, in_force) == pytest.approx(0.7 * 19_915 * 21.75)  # highest day wage
    minimum = rules(2015).minimum
    assert disability_benefit(200_000, 0, minimum[40], 0.99, in_force) == pytest.approx(150_000)
    assert disability_benefit(200_000, 24, minimum[40], 0.99, in_force) == pytest.approx(140_000)
    assert disability_benefit(200_000, 24, minimum[40], 0.01, in_force) == pytest.approx(150_000)  # IVA
    assert disability_benefit(0, 24, minimum[18], 0.99, in_force) == pytest.approx(0.75 * 0.455 * 150_180 * 1.08)
    # Wajong goes with the reference wage of the month, not with 38 hours
    in_2024 = rules(2024)
    for severity, rate in ((0.49, 0.75), (0.51, 0.70)):  # half of them have no lasting capacity
        benefit = disability_benefit(0, 24, in_2024.minimum[40], severity, in_2024.insurance)
        assert benefit == pytest.approx(rate * 206_940 * 1.08)


def test_supplement_is_shared_by_the_claimants_of_a_unit():
    assert top_up_need(96_083, 90_000, 1) == 6_083
    assert top_up_need(96_083, 90_000, 2) == 3_041
    assert top_up_need(96_083, 97_000, 1) == 0


def test_care_allowance_of_2015():
    """Full up to a gross income of the minimum wage, nothing from 26 316 (single) and 32 655 (couple) on."""
    in_force = rules(2015).allowances
    assert care_allowance(1, 80_000, in_force) == pytest.approx(94_300 / 12)
    assert care_allowance(1, in_force.threshold, in_force) == pytest.approx(94_300 / 12)
    assert care_allowance(2, in_force.threshold, in_force) == pytest.approx(179_100 / 12)
    # at the highest incomes 24 a year is left, below which nothing is paid
    assert care_allowance(1, 2_631_600 / 12, in_force) * 12 == pytest.approx(2_400, abs=100)
    assert care_allowance(2, 3_265_500 / 12, in_force) * 12 == pytest.approx(2_400, abs=100)
    assert care_allowance(1, 2_700_000 / 12, in_force) == 0.0
    assert care_allowance(2, 3_450_000 / 12, in_force) == 0.0


@pytest.mark.parametrize(
    ("year", "children", "adults", "income", "year_euro"),
    [
        (2015, 1, 2, 19_767, 1_032),
        (2015, 1, 1, 14_705, 4_082),
        (2015, 2, 1, 14_705, 4_873),
        (2015, 3, 2, 14_705, 2_006),
        (2015, 1, 2, 29_767, 357),  # .0675 of 10 000 less
        (2015, 1, 2, 60_000, 0),
        (2015, 0, 2, 14_705, 0),
        (2020, 1, 2, 21_430, 1_185),
        (2020, 2, 2, 21_430, 2_190),
        (2020, 3, 2, 21_430, 2_487),
        (2020, 1, 1, 21_430, 4_375),  # 1 185 + 3 190
        (2020, 1, 2, 38_181, 1_185),
        (2025, 1, 1, 28_406, 5_900),  # 2 511 + 3 389
        (2025, 1, 2, 40_416, 2_511),
        (2025, 1, 2, 50_416, 1_801),  # .071 of 10 000 less
    ],
)
def test_child_allowance(year, children, adults, income, year_euro):
    month = child_allowance(children, adults, income * 100 / 12, rules(year).allowances)
    assert month * 12 / 100 == pytest.approx(year_euro, abs=0.5)


def test_norm_of_a_couple_of_which_one_has_a_state_pension():
    in_force = rules(2015).assistance  # art. 22 c
    assert pensioner_norm(2, 0, in_force) == pytest.approx(147_168)
    assert pensioner_norm(2, 1, in_force) == pytest.approx(2 * 147_168 * 1.3 / 3)  # with a grown-up child


def test_what_comes_with_social_assistance():
    """500 a year in prices of 2024 is 500 x 100.0 / 130.2 = 384.02 in 2015, and 35 a month of 2015: 67.00."""
    assert rules(2015).assistance.extras / 100 == pytest.approx(500 / 12 * 100.0 / 130.2 + 35)
    assert rules(2024).assistance.extras / 100 == pytest.approx(500 / 12 + 45.57)  # 35 x 1.302


def test_allowances_lost_at_the_minimum_wage():
    """Care: from 2024 a week of 38 hours earns more than the reference wage: .137 x (30 005 - 28 406) in 2025."""
    for year, care, rent in ((2015, 0, 75), (2020, 0, 90), (2025, 219.12, 130)):
        in_force = rules(year).allowances
        full = care_allowance(1, in_force.minimum_single, in_force)
        wage = rules(year).minimum[40]
        lost = full - care_allowance(1, wage, in_force)
        assert lost * 12 / 100 == pytest.approx(care, abs=0.01)
        rented = rent_allowance(1, in_force.minimum_single, in_force)
        lost = rented - rent_allowance(1, wage, in_force)
        assert lost / 100 == pytest.approx(0.5 * rent)  # half of the households have the right to it
    assert rent_allowance(1, 0, rules(2015).allowances) == pytest.approx(0.5 * 23_000)
    assert rent_allowance(1, 1_000_000, rules(2015).allowances) == 0.0


def test_rules_hold_until_the_next_date_and_then_change():
    january = rules(2015)
    assert january.hold(REGISTRY, absolute_month(2015, 6))
    assert not january.hold(REGISTRY, absolute_month(2015, 7))
    assert not january.hold(REGISTRY, absolute_month(2014, 12))
    assert not january.hold(REGISTRY.with_values({"assistance_takeup": 0.7}), absolute_month(2015, 1))
    frozen = Rules.of(REGISTRY, absolute_month(2060, 1))
    assert frozen.hold(REGISTRY, absolute_month(2075, 1))
    assert frozen.assistance.single == pytest.approx(140_150)
