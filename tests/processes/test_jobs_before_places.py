"""Which jobs come before a place at a social enterprise, which after it; and sheltered work after a place."""

from __future__ import annotations

import math

import numpy as np
import pytest
from processes.building import START
from processes.test_labour_market import (
    LARGEST_Z,
    LEAVES_SCHOOL,
    NO_JOBS,
    UNABLE,
    month_of,
    plan,
    searching,
    z_of,
)

from wijksim.parameters import load_registry
from wijksim.population.columns import Status
from wijksim.processes.labour_market import LabourMarket
from wijksim.settings import Matching

FEW_SHELTERED = {"sheltered_entry_month": 0.0003}  # its lower bound
COUNT = 8_000
AHEAD = 13  # school_leaver_ahead_months
HAZARD = 0.07 * math.exp(0.8 * UNABLE)  # school_leaver_job_finding_month of level low, with employability_hazard_sd


def worlds(count, matching=Matching.NONE, **values):
    """People who could be placed, after the month: without an enterprise, and with one that has a place for each."""
    given = {"employability": UNABLE} | values
    made = []
    for plans in ([], [plan(places=count)]):
        columns = searching(count, **given)
        month = month_of(columns, plans, index=20, matching=matching, parameters=FEW_SHELTERED)
        month.agents.employers.open_market(
            np.full(4, count * HAZARD), np.full(4, 100.0), 0.1, firm_shares=np.zeros((2, 4))
        )
        LabourMarket().step(month)
        made.append(columns)
    return made


def at_work(columns):
    return np.isin(columns["status"], [Status.REGULAR_JOB, Status.SELF_EMPLOYED])


def all_placed(columns, rows):
    """Whether all of them are, but for the few who enter sheltered work before places are filled."""
    statuses = columns["status"][rows]
    return (np.isin(statuses, [Status.SUBSIDISED_JOB, Status.SHELTERED_JOB])).all() and (
        statuses == Status.SUBSIDISED_JOB
    ).mean() > 0.99


def test_who_leaves_school_takes_the_job_that_was_waiting_and_the_others_are_placed():
    """Thirteen months at school of hazard h: 1 - exp(-13 h) have a job waiting, 1 - exp(-14 h) one by the month's end.

    Those with a job waiting are the same people with and without places, in the same jobs; |z| < 5, n = 8 000.
    """
    without, placed = worlds(COUNT, **LEAVES_SCHOOL)
    kept, found = at_work(placed), at_work(without)
    assert all_placed(placed, ~kept)
    assert not (kept & ~found).any()
    assert abs(z_of(int(found.sum()), COUNT, 1 - math.exp(-(AHEAD + 1) * HAZARD))) < LARGEST_Z
    assert abs(z_of(int(kept.sum()), COUNT, 1 - math.exp(-AHEAD * HAZARD))) < LARGEST_Z
    for name in ("status", "job_since", "wage_multiple", "hours_share", "contract", "contract_until"):
        assert (placed[name][kept] == without[name][kept]).all(), name


def test_who_left_school_last_month_has_no_job_waiting():
    _, placed = worlds(2_000, status=Status.NO_BENEFIT, out_of_work_since=START - 1, last_wage=0)
    assert all_placed(placed, np.ones(2_000, bool))


def test_who_can_not_have_the_job_for_want_of_vacancies_may_be_placed():
    """With matching `full` a job is waiting only for as many as there are vacancies, those who found it first."""
    without, placed = worlds(COUNT, Matching.FULL, **LEAVES_SCHOOL)
    free, _ = worlds(COUNT, **LEAVES_SCHOOL)
    offered = math.floor(COUNT * HAZARD)
    assert at_work(without).sum() == offered < at_work(free).sum(), "there are fewer vacancies than people with a job"
    assert (at_work(placed) == at_work(without)).all()
    assert all_placed(placed, ~at_work(placed))


@pytest.mark.parametrize("from_place", [True, False])
def test_sheltered_work_ends_what_a_place_left_in_search(from_place):
    """Who loses sheltered work searches as one who lost it and never had a place: the place was before it."""
    highest = load_registry()["sheltered_entry_month"].bounds[1]
    before = {"idle_since": START - 50, "idle_status": Status.NO_BENEFIT, "coached_until": START + 90}
    hazards = {}
    for kind, values in {"never": {}, "placed": before if from_place else {}}.items():
        columns = searching(COUNT // 2, employability=UNABLE, **values)
        month = month_of(columns, levers=NO_JOBS, parameters={"sheltered_entry_month": highest})
        LabourMarket().step(month)
        entered = columns["status"] == Status.SHELTERED_JOB
        assert entered.any()
        columns["contract_until"][entered] = START + 6
        LabourMarket().step(month_of(columns, at=START + 6, index=6, levers=NO_JOBS))
        ended = entered & (columns["out_of_work_since"] == START + 6)
        searchers, intensity, _ = LabourMarket()._search(month_of(columns, at=START + 8, index=8))
        hazards[kind] = intensity[ended[searchers]].tolist()
    assert hazards["never"] == hazards["placed"] != []
