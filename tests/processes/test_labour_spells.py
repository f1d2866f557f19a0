"""Sickness and disability, sheltered work, and how wages and hours grow: by hand for a few, by chance for many."""

from __future__ import annotations

import math

import numpy as np
import pytest
from processes.building import START, make_columns
from processes.test_labour_market import LARGEST_Z, MANY, NO_JOBS, month_of, z_of

from wijksim.kernels import call
from wijksim.parameters import load_registry
from wijksim.population.columns import Contract, Education, Sex, Status
from wijksim.population.spells import start_sick_leave
from wijksim.processes.labour_market import LabourMarket
from wijksim.processes.labour_parameters import of_growth
from wijksim.processes.tenure_kernels import grow_in_job
from wijksim.randomness import Stream, normals

QUIET = {"inactivity_entry_month": 0.0002, "sick_leave_entry_month": 0.001}


def test_sick_people_in_the_ww_keep_their_term_and_may_become_disabled():
    """After 24 months .68 get a disability benefit (UWV), the others go on with the WW; n = 40 000, |z| < 5.

    Beside them one who is sick since three months, whose WW would end now: it ends a month later.
    """
    columns = make_columns(
        MANY + 1,
        status=Status.UNEMPLOYMENT_BENEFIT,
        ww_until=np.append(np.full(MANY, START + 9), START),
        sick_since=np.append(np.full(MANY, START - 24), START - 3),
    )
    LabourMarket().step(month_of(columns, levers=NO_JOBS, parameters={"sick_leave_recovery_month": 0.03}))
    granted = columns["status"][:MANY] == Status.DISABILITY
    assert abs(z_of(int(granted.sum()), MANY, 0.68)) < LARGEST_Z
    assert (columns["status_since"][:MANY][granted] == START).all()
    assert (columns["status"][:MANY][~granted] == Status.UNEMPLOYMENT_BENEFIT).all()
    assert columns["ww_until"][MANY] == (START + 1 if columns["sick_since"][MANY] >= 0 else START)


def test_people_in_the_ww_fall_sick_four_times_as_often_and_at_60_three_times_as_often_as_workers():
    """.0019 a month of a healthy worker of 40; x 4 in the WW; x 3 at 60; x 12 for both. n = 40 000, |z| < 5."""
    for status, factor in ((Status.REGULAR_JOB, 1), (Status.UNEMPLOYMENT_BENEFIT, 4)):
        for age, older in ((40, 1), (60, 3)):
            columns = make_columns(
                MANY, status=status, birth_month=START - age * 12, job_since=START - 600, ww_until=START + 9
            )
            month = month_of(columns, levers=NO_JOBS)
            LabourMarket().step(month)
            assert abs(z_of(month.state.flows["sick"], MANY, 0.0019 * factor * older)) < LARGEST_Z


def test_who_is_sick_when_the_job_ends_stays_sick_in_the_ww_and_does_not_search():
    columns = make_columns(
        MANY, status=Status.REGULAR_JOB, contract_until=START, job_since=START - 30, sick_since=START - 5,
        weeks_worked=36.0, ww_months_built=20.0, last_wage=200_000,
    )  # fmt: skip
    LabourMarket().step(month_of(columns))
    recovered = columns["sick_since"] < 0
    assert 0.04 < recovered.mean() < 0.08  # .06 a month
    found = np.isin(columns["status"], [Status.REGULAR_JOB, Status.SELF_EMPLOYED])
    assert found[recovered].any()
    assert (columns["status"][~recovered] == Status.UNEMPLOYMENT_BENEFIT).all()
    assert (columns["sick_since"][~recovered] == START - 5).all()


def test_who_is_sick_does_not_search_after_a_place_either():
    columns = make_columns(
        MANY, status=Status.UNEMPLOYMENT_BENEFIT, status_since=START - 1, idle_since=START - 30, sick_since=START - 5,
        out_of_work_since=START - 1, ww_since=START - 1, ww_until=START + 20, last_wage=200_000,
        idle_status=Status.SOCIAL_ASSISTANCE, idle_worked=True,
    )  # fmt: skip
    LabourMarket().step(month_of(columns))
    sick = columns["sick_since"] >= 0
    found = columns["status"] != Status.UNEMPLOYMENT_BENEFIT
    assert found[~sick].any()
    assert not found[sick].any()


def test_the_self_employed_are_not_insured_against_disability():
    columns = make_columns(500, status=Status.SELF_EMPLOYED, sick_since=START - 24, job_since=START - 90)
    LabourMarket().step(month_of(columns, levers=NO_JOBS))
    assert (columns["status"] == Status.NO_BENEFIT).all()


@pytest.mark.parametrize(("education", "share"), [(Education.PRACTICAL, 0.05), (Education.MID, 0.008)])
def test_some_get_a_disability_benefit_when_they_turn_18(education, share):
    """Wajong by level; frail people more: exp(.8 f - .32), whose mean is 1. n = 40 000, |z| < 5; nobody at 19."""
    columns = make_columns(MANY, status=Status.SCHOOL, education=education, birth_month=START - 18 * 12)
    LabourMarket().step(month_of(columns, levers=NO_JOBS))
    assert abs(z_of(int((columns["status"] == Status.DISABILITY).sum()), MANY, share * math.exp(-0.32))) < LARGEST_Z
    frail = make_columns(MANY, status=Status.SCHOOL, education=education, birth_month=START - 18 * 12, frailty=1.0)
    LabourMarket().step(month_of(frail, levers=NO_JOBS))
    expected = share * math.exp(0.8 - 0.32)
    assert abs(z_of(int((frail["status"] == Status.DISABILITY).sum()), MANY, expected)) < LARGEST_Z
    older = make_columns(500, status=Status.SCHOOL, education=Education.HIGH, birth_month=START - 19 * 12)
    LabourMarket().step(month_of(older, levers=NO_JOBS))
    assert not (older["status"] == Status.DISABILITY).any()


def test_sick_leave_at_the_start_is_what_the_monthly_hazards_lead_to():
    """Of a hazard of .0019 and recovery of .06, .0019 (1 - .94^24) / .06 = .0245 are sick; mean 9.2 months, by sum.

    n = 40 000, |z| < 5 for the share, .5 months for the mean.
    """
    columns = make_columns(MANY, status=Status.REGULAR_JOB, job_since=START - 100)
    start_sick_leave(1, columns, load_registry(), START)
    sick = columns["sick_since"] >= 0
    assert abs(z_of(int(sick.sum()), MANY, 0.0019 * (1 - 0.94**24) / 0.06)) < LARGEST_Z
    months = START - columns["sick_since"][sick]
    k = np.arange(1, 25)
    assert months.min() == 1
    assert months.max() == 24
    assert abs(months.mean() - np.average(k, weights=0.94 ** (k - 1))) < 0.5


def test_wage_and_hours_grow_once_a_year_towards_the_usual_and_never_down():
    """.12 of the gap in wage, .3 of that in hours: 1.1 -> 1.1 + .12 x .4 = 1.148; .5 -> .5 + .3 x .3 = .59.

    Five people: a full year; ten months; more than usual; two years and on assistance (to full time: .65); a place.
    """
    columns = make_columns(
        5,
        status=[Status.REGULAR_JOB] * 4 + [Status.SUBSIDISED_JOB],
        employer=[-1, -1, -1, -1, 0],
        job_since=START - np.array([12, 10, 12, 24, 12]),
        wage_multiple=np.float32([1.1, 1.1, 1.7, 1.1, 1.1]),
        hours_share=np.float32([0.5, 0.5, 0.9, 0.5, 0.5]),
        usual_wage=1.5,
        usual_hours=0.8,
        assistance=[0, 0, 0, 20_000, 0],
    )
    month = month_of(columns)
    call(grow_in_job, month.columns, of_growth(month), at=month.at)
    assert columns["wage_multiple"].tolist() == pytest.approx([1.148, 1.1, 1.7, 1.148, 1.1])
    assert columns["hours_share"].tolist() == pytest.approx([0.59, 0.5, 0.9, 0.65, 0.5])


def test_a_first_job_pays_a_part_of_the_usual_wage_and_a_job_after_assistance_little():
    """Middle education 1.95, spread .2: usual = 1.95 exp(.2 n - .02), first .6 of it; after assistance 1.1 at most.

    Somebody without benefit comes back at the wage and hours of the last job.
    """
    for status, last_wage in (
        (Status.NO_BENEFIT, 0), (Status.SOCIAL_ASSISTANCE, 150_000), (Status.NO_BENEFIT, 150_000),
    ):  # fmt: skip
        columns = make_columns(
            2_000, status=status, last_wage=last_wage, education=Education.MID, sex=Sex.MALE, wage_multiple=2.2,
            out_of_work_since=START - 2, hours_share=0.7 if last_wage else 0.0,
        )  # fmt: skip
        LabourMarket().step(month_of(columns))
        hired = np.flatnonzero(columns["job_since"] == START)
        assert hired.size > 20
        chance = normals(1, Stream.SYNTHESIS_WAGE, columns["uid"][hired], 0)
        usual = np.maximum(1.0, 1.95 * np.exp(0.2 * chance - 0.02))
        assert columns["usual_wage"][hired] == pytest.approx(usual)
        chance = normals(1, Stream.SYNTHESIS_HOURS, columns["uid"][hired], 0)
        hours = np.clip(0.87 * 1.06 + 0.22 * chance, 0.2, 1.0)
        assert columns["usual_hours"][hired] == pytest.approx(hours)
        if status == Status.SOCIAL_ASSISTANCE:
            assert columns["wage_multiple"][hired] == pytest.approx(1.1)
        elif last_wage:
            assert columns["wage_multiple"][hired] == pytest.approx(2.2)
            assert columns["hours_share"][hired] == pytest.approx(0.7)
        else:
            assert columns["wage_multiple"][hired] == pytest.approx(np.maximum(1.0, 0.6 * usual))
            assert columns["hours_share"][hired] == pytest.approx(hours)


def test_sheltered_work_is_for_adults_who_can_not_earn_the_minimum_wage_and_is_lost_little():
    """.0015 a month (upper bound) below -1.5 SD, with practical education below .25; n = 40 000, |z| < 5."""
    for education, able, enters in (
        (Education.LOW, -1.6, True), (Education.LOW, -1.4, False),
        (Education.PRACTICAL, 0.2, True), (Education.PRACTICAL, 0.3, False),
    ):  # fmt: skip
        columns = make_columns(MANY, status=Status.NO_BENEFIT, education=education, employability=able)
        month = month_of(columns, levers=NO_JOBS, parameters={"sheltered_entry_month": 0.0015})
        LabourMarket().step(month)
        entered = columns["status"] == Status.SHELTERED_JOB
        assert month.state.flows["sheltered"] == entered.sum()
        if not enters:
            assert not entered.any()
            continue
        assert abs(z_of(int(entered.sum()), MANY, 1 - math.exp(-0.0015))) < LARGEST_Z
        assert (columns["contract"][entered] == Contract.PERMANENT).all()
        assert columns["hours_share"][entered] == pytest.approx(0.8)
        assert abs(columns["productivity"][entered].mean() - 0.5) < 0.15
    minors = make_columns(500, status=Status.NO_BENEFIT, employability=-3.0, birth_month=START - 17 * 12)
    LabourMarket().step(month_of(minors, levers=NO_JOBS, parameters={"sheltered_entry_month": 0.0015}))
    assert not (minors["status"] == Status.SHELTERED_JOB).any()
    workers = make_columns(MANY, status=Status.SHELTERED_JOB, job_since=START - 1)
    LabourMarket().step(month_of(workers, levers=NO_JOBS, parameters=QUIET))
    left = int((workers["status"] != Status.SHELTERED_JOB).sum())
    assert abs(z_of(left, MANY, 1 - math.exp(-0.004) * (1 - 0.0002))) < LARGEST_Z
