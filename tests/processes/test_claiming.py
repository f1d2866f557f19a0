"""People begin and stop to claim, and the share that claims stays what it is."""

from __future__ import annotations

import math

import numpy as np
import pytest
from processes.building import START, make_columns

from wijksim.kernels import call
from wijksim.population.columns import Status, is_paid_work
from wijksim.processes.claiming import PAID, redraw_take_up
from wijksim.randomness import Stream, key_of

PEOPLE = 50_000
LARGEST_Z = 5.0
MIDDLE = -0.5


def after(columns, months, change, factors=(1.0, 1.0), alike=0.5):
    for at in range(START, START + months):
        keys = {
            "key_change": key_of(1, Stream.TAKE_UP_CHANGE, at),
            "key_rank": key_of(1, Stream.TAKE_UP, at),
        }
        call(
            redraw_take_up,
            columns,
            at=at,
            paid=PAID,
            change_month=change,
            class_short=12.0,
            class_middle=36.0,
            factor_middle=factors[0],
            factor_long=factors[1],
            alike=alike,
            middle=MIDDLE,
            **keys,
        )


@pytest.mark.parametrize(("start", "expected"), [(0.3, 0.02 * 0.35), (0.9, 0.02 * 0.65)])
def test_claimants_stop_and_others_begin_at_the_hazard_that_follows(start, expected):
    """With .65 claiming and q = .02: a claimant stops with .007, another begins with .013; |z| < 5, n = 50 000."""
    columns = make_columns(PEOPLE, take_up=start)
    after(columns, 1, 0.02, alike=0.0)
    changed = int(((columns["take_up"] < 0.65) != (start < 0.65)).sum())
    assert abs(changed - PEOPLE * expected) / math.sqrt(PEOPLE * expected) < LARGEST_Z


CLASSES = {  # status, months out of work, factor on the hazard
    "first year": (Status.SOCIAL_ASSISTANCE, 11, 1.0),
    "second year begins": (Status.SOCIAL_ASSISTANCE, 12, 0.5),
    "third year ends": (Status.NO_BENEFIT, 35, 0.5),
    "after three years": (Status.SOCIAL_ASSISTANCE, 36, 0.1),
    "in a placement": (Status.PLACEMENT, 36, 0.1),
    "in work": (Status.REGULAR_JOB, 99, 1.0),
}


@pytest.mark.parametrize("name", CLASSES)
def test_who_is_long_out_of_work_stops_and_begins_less_often(name):
    """q = .04 in the first year, half of it in the second and third, a tenth after: rank 0 stops with .35 q.

    Null: each of 50 000 changes with that chance, on its own; |z| < 5, and twice that chance is told apart.
    """
    status, months, factor = CLASSES[name]
    columns = make_columns(PEOPLE, take_up=0.0, status=status, out_of_work_since=START - months)
    after(columns, 1, 0.04, factors=(0.5, 0.1), alike=0.0)
    stopped = int((columns["take_up"] >= 0.65).sum())
    expected = PEOPLE * 0.04 * factor * 0.35
    assert abs(stopped - expected) / math.sqrt(expected) < LARGEST_Z
    assert abs(stopped - 2 * expected) / math.sqrt(2 * expected) > LARGEST_Z


def test_every_status_is_paid_work_or_not():
    assert {Status(code) for code in np.flatnonzero(PAID)} == {s for s in Status if is_paid_work(np.array([s])).all()}
    assert PAID[Status.SHELTERED_JOB]
    assert not PAID[Status.PLACEMENT]


@pytest.mark.parametrize("months", [6, 24, 60])
def test_of_each_duration_the_share_that_claims_stays(months):
    columns = make_columns(
        PEOPLE, take_up=np.linspace(0, 1, PEOPLE), status=Status.NO_BENEFIT, out_of_work_since=START - months
    )
    after(columns, 12, 0.5, factors=(0.5, 0.1), alike=0.0)
    claiming = float((columns["take_up"] < 0.65).mean())
    assert abs(claiming - 0.65) / math.sqrt(0.65 * 0.35 / PEOPLE) < LARGEST_Z


@pytest.mark.parametrize(("able", "expected"), [(-1.5, 0.02 * 0.153324), (0.5, 0.02 * 0.552674)])
def test_claimants_who_are_less_employable_stop_less(able, expected):
    """With .65 claiming and a correlation of .5 a rank is above .65 with 1 - Phi((.38532 - .5 (a + .5)) / .866025)."""
    columns = make_columns(PEOPLE, take_up=0.3, employability=able)
    after(columns, 1, 0.02)
    stopped = int((columns["take_up"] >= 0.65).sum())
    assert abs(stopped - PEOPLE * expected) / math.sqrt(PEOPLE * expected) < LARGEST_Z


def test_the_share_that_claims_stays():
    able = MIDDLE + np.random.default_rng(2).standard_normal(PEOPLE)
    columns = make_columns(PEOPLE, take_up=np.linspace(0, 1, PEOPLE), employability=able)
    after(columns, 60, 0.05)
    claiming = float((columns["take_up"] < 0.65).mean())
    assert abs(claiming - 0.65) / math.sqrt(0.65 * 0.35 / PEOPLE) < LARGEST_Z


def test_without_change_nothing_changes():
    columns = make_columns(100, take_up=0.4)
    after(columns, 12, 0.0)
    assert (columns["take_up"] == np.float32(0.4)).all()
