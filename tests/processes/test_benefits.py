"""Income and benefits of small households by hand, who pays whom, and what must never matter."""

from dataclasses import replace

import numpy as np
import pytest
from processes.benefit_cases import CHILD, COUPLE, JANUARY_2015, do, state_of
from processes.building import make_columns, make_month, make_state, village
from processes.checking import differences_by_uid, keeps_to_its_declaration, run_months, shuffled

from wijksim.accounts import Category, Party, line_of
from wijksim.calendar import absolute_month
from wijksim.parameters import load_registry
from wijksim.population.columns import Status
from wijksim.processes import benefits as benefits_module
from wijksim.processes import benefits_month
from wijksim.processes.benefits import Benefits
from wijksim.processes.benefits_sums import (
    PEOPLE_BITS,
    SHARER,
    Flow,
    People,
    adults_of,
    number_of,
    require_room_to_count,
    sharers_of,
)
from wijksim.processes.rules import Rules
from wijksim.state import EnterpriseState

# 1 501.80 x 1.08, and after tax of .138
MINIMUM_WAGE, NET_MINIMUM_WAGE = 162_194, 139_811


def assistance(*households, at=JANUARY_2015, index=0, **levers):
    """Euros of social assistance on each row."""
    state = state_of(households, at)
    do(state, at, index, **levers)
    return [cents / 100 for cents in state.columns["assistance"].tolist()]


# ------------------------------------------------------------------ the benefit unit
@pytest.mark.parametrize(
    ("household", "expected"),
    [
        ([{}], 960.83),
        (COUPLE, 1372.62),
        ([{}, CHILD, CHILD], 960.83),
        ([{"age": 18}], 237.16),
        ([{"age": 19, "partner": 1}, {"age": 19, "partner": 0}], 474.32),
        ([{"age": 19, "partner": 1}, {"age": 19, "partner": 0}, CHILD | {"age": 0}], 748.84),
        ([{"age": 20, "partner": 1}, {"age": 30, "partner": 0}], 923.47),
        ([{"partner": 1}, {"partner": 0, "status": Status.SCHOOL}], 960.83),  # a student doesn't count
        ([{"age": 17}], 0.0),
        ([{"age": 70, "status": Status.RETIRED}], 0.0),
        # of a couple, one over the state pension age: not by the municipality
        ([{"partner": 1, "age": 60}, {"partner": 0, "age": 70, "status": Status.RETIRED}], 0.0),
    ],
)
def test_the_norm_of_one_household(household, expected):
    assert sum(assistance(household)) == expected


def test_two_people_who_share_a_home_have_half_of_the_couples_norm_each():
    assert assistance([{}, {"age": 25, "mother": 0}]) == [686.31, 686.31]


@pytest.mark.parametrize(("date", "expected"), [((2022, 12), [787.02, 787.02]), ((2023, 1), [1195.66, 1195.66])])
def test_a_grown_up_child_of_25_counts_as_cost_sharer_until_2022(date, expected):
    assert assistance([{}, {"age": 25, "mother": 0}], at=absolute_month(*date)) == expected


def test_the_wage_of_a_grown_up_child_leaves_the_parents_benefit_alone():
    jobless, working = ({"age": 25, "mother": 0, "status": s} for s in (Status.NO_BENEFIT, Status.REGULAR_JOB))
    studying = {"age": 25, "mother": 0, "status": Status.SCHOOL}
    assert sum(assistance([*COUPLE, working])) == 1189.60
    assert sum(assistance([*COUPLE, jobless])) == 1189.60 + 594.80  # the child has a norm of its own
    assert sum(assistance([*COUPLE, studying])) == 1372.62  # students never share cost
    assert sum(assistance([*COUPLE, CHILD | {"age": 17, "status": Status.REGULAR_JOB}])) == 1372.62


def test_a_unit_above_its_rank_doesnt_claim():
    assert assistance([{"take_up": 0.64}], [{"take_up": 0.66}]) == [960.83, 0]


@pytest.mark.parametrize(
    ("unit", "claims"),
    [
        ([{"age": 26}], 0.26),
        ([{"age": 27}], 0.65),
        ([{"age": 26, "partner": 1}, {"age": 27, "partner": 0}], 0.65),
        ([{"age": 26}, CHILD | {"mother": 0}], 0.65),
    ],
)
def test_people_below_27_without_children_claim_less_often(unit, claims):
    """`assistance_takeup` .65 times `assistance_takeup_young_ratio` .4."""
    below, above = ([person | {"take_up": claims + step} for person in unit] for step in (-0.01, 0.01))
    assert sum(assistance(below)) > 0
    assert sum(assistance(above)) == 0


def test_people_below_27_search_for_a_month_first():
    new = {"age": 24, "out_of_work_since": JANUARY_2015}
    older = new | {"age": 27}
    state = state_of([[new], [older], [new | {"partner": 1}, older | {"partner": 0}]])
    do(state)
    assert state.columns["assistance"][:2].tolist() == [0, 96_083]
    assert state.columns["assistance"][2:].sum() == 137_262  # one of the couple needn't wait
    do(state, JANUARY_2015 + 1, 1)
    assert state.columns["assistance"][0] == 96_083


def test_the_benefit_level_is_a_lever():
    assert assistance([{}], assistance_norm_share=0.5) == [480.42]
    assert assistance([{}], COUPLE, assistance_norm_share=0.0) == [0, 0, 0]


# ------------------------------------------------------------------ earnings
def test_students_have_side_jobs_that_touch_no_benefit():
    """2015, 1 501.80 x 1.08: at 17 .395 x .22 x 1.15 of it, at 20 .615 x .5 x 1.15, of which the line
    of wage tax takes .138 x 1 621.94 - .2 x (1 621.94 - 573.56) = 14.15."""
    student = {"status": Status.SCHOOL}
    state = state_of([[*COUPLE, student | {"age": 17, "mother": 0}], *([student | {"age": 20}] for _ in range(400))])
    month = do(state)
    columns = state.columns
    wages = columns["wage"]
    assert columns["assistance"][:3].sum() == 137_262  # the norm of the parents, whatever the child earns
    assert wages[2] in (0, round(162_194.4 * 0.395 * 0.22 * 1.15))
    full = round(162_194.4 * 0.615 * 0.5 * 1.15)
    assert set(wages[3:].tolist()) == {0, full}
    working = int((wages[3:] == full).sum())
    assert abs(working - 300) < 5 * 9  # null: 400 draws at .75, sd 8.7, |z| < 5
    assert columns["net_earnings"][3:].max() == full - 1_415
    assert columns["assistance"][3:].sum() == 0
    paid = month.ledger.paid(month.at, Category.WAGES, Party.REGULAR_EMPLOYERS, Party.RESIDENTS)
    assert paid == wages.sum()
    assert columns["status"][3:].tolist() == [Status.SCHOOL] * 400
    before = wages.copy()
    do(state, JANUARY_2015, 1)
    assert np.array_equal(columns["wage"], before)  # the same people every month


def test_a_part_time_earner_is_topped_up_with_a_quarter_left_out_for_six_months():
    """Half the minimum wage: 810.97 gross, 61.63 tax, 749.34 net; 187.34 left out; 960.83 - 562.00 = 398.83."""
    state = state_of([[{"status": Status.REGULAR_JOB, "hours_share": 0.5}]])
    columns = state.columns
    columns["assistance"][:] = 96_083  # a client until last month
    process = Benefits()
    amounts = []
    for index in range(8):
        do(state, JANUARY_2015, index, process)  # the same rules in each
        amounts.append(int(columns["assistance"][0]))
    assert columns["net_earnings"][0] == 74_934
    assert amounts == [39_883] * 6 + [21_149] * 2
    assert columns["status"][0] == Status.REGULAR_JOB  # a benefit beside work is an amount
    columns["status"][:] = Status.NO_BENEFIT
    do(state, JANUARY_2015, 8, process)
    assert columns["exemption_used"][0] == 8  # no month without earnings is used
    columns["status"][:] = Status.REGULAR_JOB
    columns["hours_share"][:] = 1.0
    do(state, JANUARY_2015, 9, process)
    assert columns["exemption_used"][0] == 0  # a new spell begins anew


def test_who_comes_from_work_has_to_pass_without_earnings_left_out():
    earner = {"status": Status.REGULAR_JOB, "hours_share": 0.7}  # 978.67 net, .75 of it below the norm
    state = state_of([[earner]])
    month = do(state, index=3)
    assert state.columns["assistance"][0] == 0
    state.columns["assistance"][:] = 96_083
    month = do(state, index=4)
    assert state.columns["assistance"][0] > 0
    assert month.state.flows["assistance_units_partial"] == 1


def test_a_couple_with_one_earner_at_the_minimum_wage_gets_nothing():
    couple = [{"partner": 1, "status": Status.REGULAR_JOB}, {"partner": 0}]
    state = state_of([couple])
    do(state)
    assert state.columns["net_earnings"].tolist() == [NET_MINIMUM_WAGE, 0]
    assert state.columns["assistance"].tolist() == [0, 0]
    assert state.columns["status"][1] == Status.NO_BENEFIT
    assert NET_MINIMUM_WAGE - 137_262 == 2_549  # gain of 25.49 in January 2015


def test_long_sick_leave_lowers_the_wage_but_not_the_base_of_benefits():
    state = state_of([[{"status": Status.REGULAR_JOB, "sick_since": JANUARY_2015 - 3}]])
    do(state)
    assert state.columns["wage"][0] == 137_865  # .85
    assert state.columns["last_wage"][0] == MINIMUM_WAGE


@pytest.mark.parametrize(
    ("date", "worker", "cents"),
    [
        # 1 621.944 of January 2015 x 1.5 x 1.171, 1.243, 1.325: with agreed wages, whatever the minimum wage does
        ((2022, 12), {"wage_multiple": 1.5}, 284_894),
        ((2023, 1), {"wage_multiple": 1.5}, 302_411),
        ((2024, 1), {"wage_multiple": 1.5}, 322_361),
        # at 1.0: 1 621.944 x 1.171; then the minimum wage, 1 934.40 x 1.08 and 13.27 x 38 x 52 / 12 x 1.08
        ((2022, 12), {}, 189_930),
        ((2023, 1), {}, 208_915),
        ((2024, 1), {}, 235_994),
        # of 20: 1 621.944 x .615 x 1.5 x 1.033 before and after the youth factor rose from .615 to .70
        ((2017, 6), {"age": 20, "wage_multiple": 1.5}, 154_562),
        ((2017, 7), {"age": 20, "wage_multiple": 1.5}, 154_562),
        # at 1.0 the minimum wage: 1 551.60 x .615 x 1.08, and 1 565.40 x .70 x 1.08
        ((2017, 6), {"age": 20}, 103_057),
        ((2017, 7), {"age": 20}, 118_344),
        ((2023, 1), {"status": Status.SELF_EMPLOYED, "wage_multiple": 1.5}, 302_411),
        ((2023, 1), {"status": Status.SHELTERED_JOB, "wage_multiple": 1.5}, 208_915),
    ],
)
def test_wages_follow_agreed_wages_and_are_at_least_the_minimum_wage(date, worker, cents):
    at = absolute_month(*date)
    state = state_of([[{"status": Status.REGULAR_JOB} | worker]], at)
    do(state, at)
    assert state.columns["wage"][0] == cents


# ------------------------------------------------------------------ places
def worker(**more):
    return {"status": Status.SUBSIDISED_JOB, "employer": 0, "productivity": 0.5} | more


def subsidy_of(person, at=JANUARY_2015):
    """Wage-cost subsidy that the employer of one person gets."""
    return do(state_of([[person]], at), at).ledger.paid(at, Category.WAGE_COST_SUBSIDY)


def test_what_an_enterprise_gets_for_its_workers_stands_in_its_books():
    state = state_of([[worker()], [worker(employer=2, productivity=0.2)], [worker(employer=-1)], [worker()]])
    state.institutions.enterprises = [EnterpriseState(f"e{k}", k) for k in range(3)]
    state.institutions.enterprises[1].subsidy_cents = state.institutions.enterprises[1].support_cents = 9
    january = absolute_month(2022, 1)
    paid = do(state, january).ledger.paid
    first, second, third = state.institutions.enterprises
    assert first.subsidy_cents == 2 * subsidy_of(worker(), january)
    assert third.subsidy_cents == subsidy_of(worker(productivity=0.2), january) > first.subsidy_cents / 2
    assert (second.subsidy_cents, second.support_cents) == (0, 0)
    enterprises = (first, second, third)
    subsidy, sick_pay, bonus = (
        paid(january, category, payee=Party.SOCIAL_ENTERPRISES)
        for category in (Category.WAGE_COST_SUBSIDY, Category.SICK_PAY, Category.WAGE_BONUS)
    )
    assert min(subsidy, sick_pay, bonus) > 0
    assert sum(books.subsidy_cents for books in enterprises) == subsidy
    assert sum(books.support_cents for books in enterprises) == subsidy + sick_pay + bonus


def test_wage_cost_subsidy_sick_pay_and_their_payers():
    """2015: 11 970 a year x (1 - .5 x .11) refunded sick pay; from 2022 paid by the state's own budget."""
    state = state_of([[worker()], [worker(employer=-1, status=Status.SHELTERED_JOB)]])
    month = do(state)
    subsidy, sick_pay = 94_263, 8_921  # 1 621.94 x .5 x 1.23 x .945; 1 621.94 x .055
    for payee in (Party.SOCIAL_ENTERPRISES, Party.REGULAR_EMPLOYERS):
        paid = month.ledger.paid(month.at, Category.WAGE_COST_SUBSIDY, Party.MUNICIPALITY_ASSISTANCE, payee)
        assert paid == subsidy
        assert month.ledger.paid(month.at, Category.SICK_PAY, Party.UWV_DISABILITY, payee) == sick_pay
    for date, payer in (((2021, 12), Party.MUNICIPALITY_ASSISTANCE), ((2022, 1), Party.STATE_GRANTS)):
        later = do(state_of([[worker()]], absolute_month(*date)), absolute_month(*date))
        assert later.ledger.paid(later.at, Category.WAGE_COST_SUBSIDY, payer) > 0
        assert later.ledger.paid(later.at, Category.WAGE_COST_SUBSIDY) == later.ledger.paid(
            later.at, Category.WAGE_COST_SUBSIDY, payer
        )


def test_the_subsidy_of_a_youth_is_of_the_youth_minimum_wage():
    young, adult = (subsidy_of(worker(age=age)) for age in (18, 40))
    assert young == pytest.approx(0.455 * adult, abs=1)


def test_premiums_are_booked_as_the_enterprise_reckons_them():
    state = state_of([[worker()], [worker()], [worker(employer=1)], [{"status": Status.REGULAR_JOB}]])
    month = do(state)
    paid = month.ledger.paid
    by_enterprise = [round(2 * MINIMUM_WAGE * 0.181), round(MINIMUM_WAGE * 0.181)]
    premiums, levy = (
        paid(month.at, category, Party.SOCIAL_ENTERPRISES)
        for category in (Category.EMPLOYER_PREMIUMS, Category.HEALTH_LEVY)
    )
    assert premiums + levy == sum(by_enterprise)
    assert levy == round(2 * MINIMUM_WAGE * 0.0695) + round(MINIMUM_WAGE * 0.0695)
    assert paid(month.at, Category.HEALTH_LEVY, Party.REGULAR_EMPLOYERS) == round(MINIMUM_WAGE * 0.0695)


def test_a_placement_saves_nothing_and_a_place_with_subsidy_does():
    client = {"status": Status.SOCIAL_ASSISTANCE}
    placed = {"status": Status.PLACEMENT, "employer": 0, "placed_from": Status.SOCIAL_ASSISTANCE}
    costs = []
    for person in (client, placed, worker()):
        month = do(state_of([[person]]))
        categories = (Category.SOCIAL_ASSISTANCE, Category.SOCIAL_ASSISTANCE_TAX, Category.WAGE_COST_SUBSIDY)
        costs.append(sum(month.ledger.paid(month.at, c, Party.MUNICIPALITY_ASSISTANCE) for c in categories))
        assert month.columns["status"][0] == person["status"]
    assert costs == [130_938, 130_938, 94_263]  # 960.83 x 1.2742 x 1.0695, rounded twice


def test_a_placement_keeps_unemployment_and_disability_benefit(monkeypatch):
    monkeypatch.setattr(Benefits, "_rules", not_durable)
    insured = {"last_wage": 200_000, "ww_since": JANUARY_2015 - 5, "ww_until": JANUARY_2015 + 1}
    placed = insured | {"status": Status.PLACEMENT}
    state = state_of(
        [
            [insured | {"status": Status.UNEMPLOYMENT_BENEFIT}],
            [placed | {"placed_from": Status.UNEMPLOYMENT_BENEFIT}],
            [insured | {"status": Status.DISABILITY, "status_since": JANUARY_2015 - 30}],
            [placed | {"placed_from": Status.DISABILITY, "status_since": JANUARY_2015}],
        ]
    )
    do(state)
    assert state.columns["benefit"].tolist() == [112_000] * 4  # .70 x 2 000 less .20


def not_durable(process, month):
    """The rules with nobody durably disabled."""
    rules = Rules.of(month.registry, month.at)
    return replace(rules, insurance=rules.insurance._replace(wia_durable_part=0.0, wajong_durable_part=0.0))


def test_people_who_are_durably_disabled_have_three_quarters_of_their_wage():
    """A fixed half of them: 2 000 x .75 or .70, less .20 of tax; who it is never changes."""
    disabled = {"status": Status.DISABILITY, "last_wage": 200_000, "status_since": JANUARY_2015 - 30}
    state = state_of([[disabled]] * 400)
    do(state)
    first = state.columns["benefit"].copy()
    assert sorted(set(first.tolist())) == [112_000, 120_000]
    durable = int((first == 120_000).sum())
    assert abs(durable - 200) < 5 * 10  # null: 400 draws at .5, sd 10, |z| < 5
    do(state, JANUARY_2015 + 1, 1)
    assert np.array_equal(state.columns["benefit"], first)


def test_the_fixed_subsidy_of_the_first_six_months_of_a_first_place():
    """2017, productivity .3: .5 and then .7 of 1 551.60 x 1.08 x 1.23 x (1 - .11)."""
    january = absolute_month(2017, 1)
    for since, share in ((0, 0.5), (5, 0.5), (6, 0.7)):
        place = {"job_since": january - since, "ever_placed": january - since, "productivity": 0.3}
        assert subsidy_of(worker(**place), january) == round(share * 155_160 * 1.08 * 1.23 * 0.89)
    again = {"job_since": january, "ever_placed": january - 20, "productivity": 0.3}  # measured in the first place
    assert subsidy_of(worker(**again), january) == round(0.7 * 155_160 * 1.08 * 1.23 * 0.89)


def test_the_state_pays_the_employer_a_bonus_for_low_wages_and_job_agreements():
    """2022, full time: 1.01 x 1 976 / 12 = 166.31; sheltered work and minimum wages elsewhere 1 520 / 12 = 126.67."""
    january = absolute_month(2022, 1)
    regular = {"status": Status.REGULAR_JOB, "employer": -1, "job_since": january - 50}
    people = [
        worker(job_since=january),
        worker(job_since=january - 36, hours_share=0.5),  # too long, and too few hours
        worker(status=Status.SHELTERED_JOB, job_since=january),
        regular,
        regular | {"wage_multiple": 1.5},
        regular | {"status": Status.SELF_EMPLOYED},
    ]
    alone = [do(state_of([[person]], january), january).ledger for person in people]
    assert [ledger.paid(january, Category.WAGE_BONUS) for ledger in alone] == [16_631, 0, 12_667, 12_667, 0, 0]
    month = do(state_of([[person] for person in people], january), january)
    for payee, cents in ((Party.SOCIAL_ENTERPRISES, 16_631 + 12_667), (Party.REGULAR_EMPLOYERS, 12_667)):
        assert month.ledger.paid(january, Category.WAGE_BONUS, Party.STATE_TAX, payee) == cents


def test_the_temporary_hiring_subsidy_lasts_as_long_as_the_lever_says():
    hired = {"status": Status.REGULAR_JOB, "subsidised_since": JANUARY_2015 - 5}
    for months, expected in ((6, round(0.4 * MINIMUM_WAGE)), (5, 0), (0, 0)):
        month = do(state_of([[hired]]), temporary_hiring_subsidy_share=0.4, temporary_hiring_subsidy_months=months)
        assert month.ledger.paid(month.at, Category.HIRING_SUBSIDY, Party.PARTICIPATION_BUDGET) == expected


# ------------------------------------------------------------------ insurance
def unemployed(last_wage, **more):
    return {"status": Status.UNEMPLOYMENT_BENEFIT, "last_wage": last_wage, "ww_since": JANUARY_2015,
            "ww_until": JANUARY_2015 + 3, "out_of_work_since": JANUARY_2015} | more  # fmt: skip


def test_unemployment_benefit_falls_after_two_months_and_ends_in_social_assistance():
    state = state_of([[unemployed(200_000)]])
    benefit, process = [], Benefits()
    for index in range(4):
        month = do(state, JANUARY_2015 + index, index, process)
        benefit.append(int(state.columns["benefit"][0]))
        state.ledger.close_month()
    assert benefit == [120_000, 120_000, 112_000, 96_083]  # .75, .75, .70 of 2 000, each less .20
    assert state.columns["status"][0] == Status.SOCIAL_ASSISTANCE
    assert state.columns["status_since"][0] == JANUARY_2015 + 3
    assert month.state.flows["ww_ended"] == 1


def test_wages_before_benefits_follow_the_minimum_wage():
    """A wage of 2 000 in January 2015 counts as 2 755.89 in January 2024: x 2 069.40 / 1 501.80; the WIA .70 of it.

    Whoever works then has a last wage in the minimum wages of 2015: 2 000 x 1 501.80 / 2 069.40 = 1 451.44.
    """
    january = absolute_month(2024, 1)
    hours = 200_000 / Rules.of(load_registry(), january).minimum[40]
    state = state_of(
        [
            [{"status": Status.DISABILITY, "last_wage": 200_000, "status_since": JANUARY_2015}],
            [unemployed(200_000, ww_since=january - 5, ww_until=january + 3)],
            [{"status": Status.REGULAR_JOB, "hours_share": hours}],
        ],
        january,
    )
    process = Benefits()
    rules = not_durable(process, make_month(state, at=january))
    process._rules = lambda month: rules
    month = do(state, january, index=108, process=process)
    assert month.ledger.paid(january, Category.DISABILITY_BENEFIT) == 192_912  # .70 x 2 755.89
    assert month.ledger.paid(january, Category.UNEMPLOYMENT_BENEFIT) == 192_912
    assert state.columns["wage"][2] == 200_000
    assert state.columns["last_wage"].tolist() == [200_000, 200_000, 145_144]


def test_uwv_pays_the_health_levy_over_its_benefits_as_the_municipality_does_over_assistance():
    """.0695 of .75 x 2 000 and of a disability benefit of .75 x 1 621.94 in its first two months."""
    disabled = {"status": Status.DISABILITY, "last_wage": MINIMUM_WAGE, "status_since": JANUARY_2015}
    month = do(state_of([[unemployed(200_000)], [unemployed(200_000)], [disabled]]))
    for payer, levy in ((Party.UWV_UNEMPLOYMENT, 20_850), (Party.UWV_DISABILITY, 8_454)):
        assert month.ledger.paid(month.at, Category.HEALTH_LEVY, payer, Party.HEALTH_FUND) == levy


@pytest.mark.parametrize(
    ("sick_since", "payer", "category", "gross"),
    [
        (-1, Party.UWV_UNEMPLOYMENT, Category.UNEMPLOYMENT_BENEFIT, 150_000),
        (JANUARY_2015 - 1, Party.UWV_DISABILITY, Category.SICKNESS_BENEFIT, 140_000),  # before the job ended: at once
        (JANUARY_2015 + 1, Party.UWV_UNEMPLOYMENT, Category.UNEMPLOYMENT_BENEFIT, 150_000),  # two months sick in the WW
    ],
    ids=["not sick", "sick when the job ended", "fell sick in the WW"],
)
def test_who_is_sick_without_employer_has_the_sickness_benefit(sick_since, payer, category, gross):
    """ZW art. 29: .70 of 2 000 from the end of the job on; who falls sick in the WW keeps that for thirteen weeks."""
    state = state_of([[unemployed(200_000, sick_since=sick_since)]])
    month = do(state, JANUARY_2015 + 1)
    assert month.ledger.paid(month.at, category, payer, Party.RESIDENTS) == gross
    assert month.ledger.paid(month.at, Category.HEALTH_LEVY, payer, Party.HEALTH_FUND) == round(gross * 0.0695)
    assert state.columns["status"][0] == Status.UNEMPLOYMENT_BENEFIT


def test_the_sickness_benefit_follows_after_three_months_and_is_topped_up_by_its_own_payer():
    """.70 of the minimum wage is 908.29 net, 52.54 below the social minimum, whoever pays."""
    state = state_of([[unemployed(MINIMUM_WAGE, sick_since=JANUARY_2015 + 1, ww_until=JANUARY_2015 + 9)]])
    paid, process = [], Benefits()
    for index in range(2, 6):
        month = do(state, JANUARY_2015 + index, index, process)
        unemployment = month.ledger.paid(month.at, Category.TOP_UP, Party.UWV_UNEMPLOYMENT)
        paid.append((unemployment, month.ledger.paid(month.at, Category.TOP_UP, Party.UWV_DISABILITY)))
        state.ledger.close_month()
    assert paid == [(5_254, 0), (5_254, 0), (0, 5_254), (0, 5_254)]


def test_the_supplement_reaches_the_social_minimum_and_not_beyond_the_earlier_wage():
    """70 % of the minimum wage is 908.29 net: 52.54 to 960.83. Of half of it 454.14: up to the 749.34 earned before."""
    old = {"ww_since": JANUARY_2015 - 5}
    state = state_of([[unemployed(MINIMUM_WAGE, **old)], [unemployed(81_097, **old)]])
    month = do(state)
    assert month.ledger.paid(month.at, Category.TOP_UP, Party.UWV_UNEMPLOYMENT) == 5_254 + 29_520
    assert state.columns["assistance"].tolist() == [0, 21_149]  # the municipality pays the rest
    assert state.columns["benefit"].tolist() == [96_083, 96_083]


def test_no_supplement_with_a_younger_partner_and_no_small_child():
    disabled = {"status": Status.DISABILITY, "last_wage": MINIMUM_WAGE, "partner": 1, "age": 60}
    month = do(state_of([[disabled, {"partner": 0, "age": 30}]]))
    assert month.ledger.paid(month.at, Category.TOP_UP) == 0
    assert month.columns["assistance"].sum() == 137_262 - 90_829
    month = do(state_of([[disabled, {"partner": 0, "age": 30}, CHILD]]))
    assert month.ledger.paid(month.at, Category.TOP_UP, Party.UWV_DISABILITY) == 137_262 - 90_829
    month = do(state_of([[disabled, {"partner": 0, "age": 50}]]))
    assert month.ledger.paid(month.at, Category.TOP_UP, Party.UWV_DISABILITY) == 137_262 - 90_829


def test_uwv_pays_after_a_place_what_the_municipality_saved():
    """.70 x 1 621.94 = 1 135.36 gross, 908.29 net; supplement 960.83 - 908.29 = 52.54; UWV pays 1 187.90 each."""
    ww = {"status": Status.UNEMPLOYMENT_BENEFIT, "last_wage": MINIMUM_WAGE, "ww_since": JANUARY_2015 - 5}
    ww |= {"ww_until": JANUARY_2015 + 1}
    before = [Status.SOCIAL_ASSISTANCE, Status.NO_BENEFIT, Status.UNEMPLOYMENT_BENEFIT, -1]
    state = state_of([[ww | {"ww_after_place": status}] for status in before])
    flows = do(state).state.flows
    counted = [flows[f"ww_after_place{what}.{who}"] for what in ("", "_people") for who in ("from_assistance", "other")]
    assert counted == [118_790, 2 * 118_790, 1, 2]
    flows.clear()
    state.columns["status"][:] = Status.REGULAR_JOB  # the memory of a spell that is over counts for nothing
    assert sum(v for k, v in do(state).state.flows.items() if k.startswith("ww_after_place")) == 0


def test_state_pension_of_single_people_and_couples():
    retired = {"age": 70, "status": Status.RETIRED}
    month = do(state_of([[retired], [retired | {"partner": 1}, retired | {"partner": 0}]]))
    assert month.columns["benefit"].tolist() == [107_763, 73_584, 73_584]
    assert month.ledger.paid(month.at, Category.STATE_PENSION) == 107_763 + 147_168


def test_a_couple_with_one_pensioner_is_topped_up_by_the_state_and_not_by_the_municipality():
    """Art. 22 c and 47a: 1 471.68 less half of it as pension: 735.84; less a partner's wage of 749.34 net: nothing."""
    pensioner = {"partner": 1, "age": 70, "status": Status.RETIRED}
    partner = {"partner": 0, "age": 60}
    month = do(state_of([[pensioner, partner]]))
    assert month.ledger.paid(month.at, Category.TOP_UP, Party.STATE_PENSION) == 73_584
    assert month.ledger.paid(month.at, Category.SOCIAL_ASSISTANCE) == 0
    assert month.columns["benefit"].sum() == 147_168
    assert month.columns["status"].tolist() == [Status.RETIRED, Status.NO_BENEFIT]
    month = do(state_of([[pensioner, partner | {"status": Status.REGULAR_JOB, "hours_share": 0.5}]]))
    assert month.ledger.paid(month.at, Category.TOP_UP) == 0
    child = {"age": 30, "mother": 1}
    month = do(
        state_of([[pensioner, partner, child]])
    )  # 2 x 43.33 % of 1 471.68 less 735.84; the child a norm of its own
    assert month.ledger.paid(month.at, Category.TOP_UP, Party.STATE_PENSION) == 127_546 - 73_584


# ------------------------------------------------------------------ allowances, and what comes with assistance
def test_special_assistance_and_remission_come_with_social_assistance_and_go_with_it():
    """67.00 a month in January 2015, for a unit, however little assistance it gets."""
    part_time = {"status": Status.REGULAR_JOB, "hours_share": 0.5}
    state = state_of([COUPLE, [part_time], [part_time | {"hours_share": 1.0}], [{"age": 17}]])
    month = do(state)
    paid = month.ledger.paid(month.at, Category.SPECIAL_ASSISTANCE, Party.MUNICIPALITY_ADMINISTRATION)
    assert paid == 2 * 6_700


def test_administration_is_in_prices_of_its_year():
    """1 800 a year of 2015 for each unit: 150.00 a month, and x 1.302 in 2024: 195.30."""
    for year, cents in ((2015, 2 * 15_000), (2024, 2 * 19_530)):
        at = absolute_month(year, 1)
        month = do(state_of([[{}], COUPLE], at), at)
        assert month.ledger.paid(at, Category.ADMINISTRATION) == cents


def test_parents_get_child_allowance_by_unit():
    """2015: a single parent of two 4 873 a year, a couple with one 1 032; who is grown up is no child."""
    state = state_of([[{}, CHILD, CHILD], [*COUPLE, CHILD, {"age": 18, "mother": 0}], [{}]])
    month = do(state)
    assert month.ledger.paid(month.at, Category.CHILD_ALLOWANCE, Party.STATE_ALLOWANCES) == 40_608 + 8_600


# ------------------------------------------------------------------ counts
def test_entries_and_exits_explain_the_number_of_units():
    state = started(400, seed=3)
    columns, process, units = state.columns, Benefits(), []
    generator = np.random.default_rng(7)
    for index in range(6):
        if index:
            working = columns["status"] == Status.REGULAR_JOB
            jobless = (columns["status"] == Status.SOCIAL_ASSISTANCE) | (columns["status"] == Status.NO_BENEFIT)
            swap = generator.random(len(columns)) < 0.2
            columns["status"][working & swap] = Status.NO_BENEFIT
            columns["status"][jobless & swap] = Status.REGULAR_JOB
        state.flows.clear()
        flows = do(state, JANUARY_2015 + 1 + index, index, process).state.flows
        units.append(int((columns["assistance"] > 0).sum()))
        assert flows["assistance_units_full"] + flows["assistance_units_partial"] == units[-1]
        if index:
            assert flows["assistance_entries"] > 5
            assert flows["assistance_exits"] > 5
            assert units[-1] - units[-2] == flows["assistance_entries"] - flows["assistance_exits"]


def test_the_stock_of_the_first_month_is_no_entry():
    state = state_of([[{"status": Status.SOCIAL_ASSISTANCE}], [{}]])
    assert do(state).state.flows["assistance_entries"] == 1


# ------------------------------------------------------------------ what must hold
def started(households, seed=1):
    """A village with all kinds of income."""
    state = village(households, seed)
    columns, generator = state.columns, np.random.default_rng(seed)
    size = len(columns)
    age = (state.month - columns["birth_month"]) // 12
    adult = (age >= 18) & (columns["status"] != Status.SCHOOL)
    kinds = np.array([Status.REGULAR_JOB, Status.REGULAR_JOB, Status.SUBSIDISED_JOB, Status.SELF_EMPLOYED,
                      Status.UNEMPLOYMENT_BENEFIT, Status.SOCIAL_ASSISTANCE, Status.DISABILITY, Status.NO_BENEFIT,
                      Status.PLACEMENT, Status.SHELTERED_JOB])  # fmt: skip
    columns["status"][adult] = generator.choice(kinds, int(adult.sum()))
    columns["status"][age >= 66] = Status.RETIRED
    columns["hours_share"][:] = generator.uniform(0.2, 1, size)
    columns["wage_multiple"][:] = generator.uniform(1, 2, size)
    columns["productivity"][:] = generator.uniform(0.2, 1, size)
    columns["take_up"][:] = generator.random(size)
    columns["last_wage"][:] = generator.integers(0, 300_000, size)
    columns["ww_until"][:] = state.month + generator.integers(-1, 5, size)
    columns["ww_since"][:] = state.month - generator.integers(0, 4, size)
    columns["employer"][:] = np.where(columns["status"] == Status.SUBSIDISED_JOB, generator.integers(0, 3, size), -1)
    columns["placed_from"][:] = np.where(columns["status"] == Status.PLACEMENT, Status.SOCIAL_ASSISTANCE, -1)
    return state


def test_every_cent_paid_is_a_cent_received():
    state = started(300)
    month = do(state, state.month)
    columns, paid = state.columns, month.ledger.paid
    assert columns["income"].sum() == month.ledger.balances[Party.RESIDENTS]
    assert month.ledger.balances.sum() == 0
    received = {
        Category.WAGES: columns["wage"],
        Category.WAGE_TAX: columns["wage"] - columns["net_earnings"],
        Category.SOCIAL_ASSISTANCE: columns["assistance"],
    }
    for category, cents in received.items():
        assert paid(month.at, category) == cents.sum() > 0, category
    insured = (Category.UNEMPLOYMENT_BENEFIT, Category.DISABILITY_BENEFIT, Category.TOP_UP, Category.STATE_PENSION)
    gross = sum(paid(month.at, category) for category in (*insured, Category.SOCIAL_ASSISTANCE))
    assert gross - paid(month.at, Category.BENEFIT_TAX) == columns["benefit"].sum()
    adults = int(((month.at - columns["birth_month"]) // 12 >= 18).sum())
    assert paid(month.at, Category.HEALTH_PREMIUM) == adults * 9_650  # 1 158 a year
    units = int((columns["assistance"] > 0).sum())
    assert paid(month.at, Category.ADMINISTRATION) == units * 15_000
    further = (Category.CARE_ALLOWANCE, Category.RENT_ALLOWANCE, Category.CHILD_ALLOWANCE, Category.SPECIAL_ASSISTANCE)
    allowances = sum(paid(month.at, category) for category in further)
    assert paid(month.at, Category.SPECIAL_ASSISTANCE) == units * 6_700
    own = columns["net_earnings"].sum() + columns["benefit"].sum()
    assert columns["income"].sum() == own + allowances - adults * 9_650
    levy = paid(month.at, Category.SOCIAL_ASSISTANCE_TAX, payee=Party.HEALTH_FUND)
    tax = paid(month.at, Category.SOCIAL_ASSISTANCE_TAX, payee=Party.STATE_TAX)
    net = paid(month.at, Category.SOCIAL_ASSISTANCE)
    assert levy == pytest.approx(0.0695 * (net + tax), abs=units)


@pytest.mark.parametrize("lost", [Flow.ASSISTANCE, Flow.WAGE_TAX, Flow.WAGE_SOCIAL])
def test_a_posting_that_is_forgotten_is_seen(lost, monkeypatch):
    nowhere = line_of(Category.OVERHEAD, Party.SOCIAL_ENTERPRISES, Party.REST_OF_WORLD)
    bookings = [nowhere if flow == lost else booking for flow, booking in enumerate(benefits_module._BOOKINGS)]
    monkeypatch.setattr(benefits_module, "_BOOKINGS", bookings)
    with pytest.raises(AssertionError):
        test_every_cent_paid_is_a_cent_received()


def test_counts_of_a_unit_that_share_a_number_stay_apart():
    most = 2**PEOPLE_BITS - 1
    for member in People:
        for count in (0, 1, most):
            others = sum(most << (PEOPLE_BITS * other) for other in People if other != member)
            both = others + (count << (PEOPLE_BITS * member))
            assert both < 2**63
            assert number_of(both, PEOPLE_BITS * member) == number_of.py_func(both, PEOPLE_BITS * member) == count
    home = 5 + 3 * SHARER
    assert (adults_of(home), sharers_of(home)) == (adults_of.py_func(home), sharers_of.py_func(home)) == (5, 3)


def test_no_unit_is_near_what_a_count_can_hold_and_one_that_is_stops_the_run():
    state = started(2_000)
    columns = state.columns
    largest = np.bincount(columns["unit_row"][columns["present"]]).max()
    assert 3 < largest < 2**PEOPLE_BITS // 2
    require_room_to_count(columns)
    others = np.flatnonzero(columns["unit_row"] != columns["unit_row"][0])
    columns["unit_row"][others[: 2**PEOPLE_BITS]] = columns["unit_row"][0]
    with pytest.raises(OverflowError, match="fertility_total"):
        Benefits().step(make_month(state))


def step_with(process):
    def step(state, index):
        state.columns["income"][:] = 0
        process.step(make_month(state, at=state.month + index, index=index))

    return step


def test_the_order_of_rows_changes_nothing():
    state = started(200)
    first = run_months(step_with(Benefits()), state, 4)
    second = run_months(step_with(Benefits()), shuffled(state), 4)
    assert differences_by_uid(first, second) == []
    assert first.ledger.postings() == second.ledger.postings()
    assert first.flows == second.flows


def test_the_plain_version_gives_the_same(monkeypatch):
    state = started(60)
    compiled = run_months(step_with(Benefits()), state, 3)
    for name in ("earn", "add_up", "top_up", "assist", "resolve"):
        monkeypatch.setattr(benefits_month, name, getattr(benefits_month, name).py_func)
    monkeypatch.setattr(benefits_module, "benefit_month", benefits_month.benefit_month.py_func)
    plain = run_months(step_with(Benefits()), state, 3)
    assert list(plain.differences(compiled)) == []


def test_it_keeps_to_its_declaration():
    keeps_to_its_declaration(Benefits(), make_month(started(100)))


def test_nobody_and_leavers_get_nothing():
    empty = make_state(make_columns(0), JANUARY_2015)
    assert do(empty).ledger.balances.tolist() == [0] * len(Party)
    state = state_of([[{}], [{}]])
    state.columns.leave(np.array([1]))
    do(state)
    assert state.columns["assistance"].tolist() == [96_083, 0]
    assert state.columns["income"][1] == 0


def test_a_rule_changes_on_its_date_within_one_run():
    state, process = state_of([[{}]]), Benefits()
    amounts = []
    for index in range(8):
        do(state, JANUARY_2015 + index, index, process)
        amounts.append(int(state.columns["assistance"][0]))
    assert amounts == [96_083] * 6 + [96_263] * 2
