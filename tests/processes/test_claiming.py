"""People begin and stop to claim, and the share that claims stays what it is."""

from __future__ import annotations

import math

import numpy as np
import pytest
from processes.building import START, make_columns

from wijksim.kernels import call
from wijksim.processes.claiming import redraw_take_up
from wijksim.randomness import Stream, key_of

PEOPLE = 50_000
LARGEST_Z = 5.0


def after(columns, months, change):
    for at in range(START, START + months):
        keys = {
            "key_change": key_of(1, Stream.TAKE_UP_CHANGE, at),
            "key_rank": key_of(1, Stream.TAKE_UP, at),
        }
        call(redraw_take_up, columns, change_month=change, **keys)


@pytest.mark.parametrize(("start", "expected"), [(0.3, 0.02 * 0.35), (0.9, 0.02 * 0.65)])
def test_claimants_stop_and_others_begin_at_the_hazard_that_follows(start, expected):
    """With .65 claiming and q = .02: a claimant stops with .007, another begins with .013; |z| < 5, n = 50 000."""
    columns = make_columns(PEOPLE, take_up=start)
    after(columns, 1, 0.02)
    changed = int(((columns["take_up"] < 0.65) != (start < 0.65)).sum())
    assert abs(changed - PEOPLE * expected) / math.sqrt(PEOPLE * expected) < LARGEST_Z


def test_the_share_that_claims_stays():
    columns = make_columns(PEOPLE, take_up=np.linspace(0, 1, PEOPLE))
    after(columns, 60, 0.05)
    claiming = float((columns["take_up"] < 0.65).mean())
    assert abs(claiming - 0.65) / math.sqrt(0.65 * 0.35 / PEOPLE) < LARGEST_Z


def test_without_change_nothing_changes():
    columns = make_columns(100, take_up=0.4)
    after(columns, 12, 0.0)
    assert (columns["take_up"] == np.float32(0.4)).all()
