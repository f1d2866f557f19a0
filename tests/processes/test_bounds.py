"""Sieves by bounds pass over nobody to whom something happens: the same lives as when everybody is looked at."""

from __future__ import annotations

import math

import numpy as np
import pytest

from wijksim import Neighbourhood, Scenario
from wijksim.processes import labour_kernels
from wijksim.processes.bounds import bounds_of_exp, step_of


@pytest.mark.parametrize("slope", [-0.7, 0.0, 1.0])
def test_a_bound_is_never_below_the_exponential_and_near_it(slope):
    bounds = bounds_of_exp(slope)
    for x in np.concatenate(
        [np.linspace(-9.0, 9.0, 1801), np.arange(-64, 65) / 8.0, np.nextafter(np.arange(-8, 9), 9)]
    ):
        bound = bounds[step_of(float(x))]
        assert bound >= math.exp(slope * x)
        if -7.8 < x < 7.8:
            assert bound <= math.exp(slope * x) * math.exp(abs(slope) / 8) * (1 + 1e-6)


@pytest.mark.parametrize("step_of", [step_of, step_of.py_func])
def test_steps_at_both_ends_are_without_bound(step_of):
    bounds = bounds_of_exp.py_func(1.0)
    assert [bounds[step_of(x)] for x in (-50.0, -8.0, 8.0, 50.0)] == [np.inf] * 4


def lives(months=18):
    model = Neighbourhood(Scenario.from_file("beide", residents=300, months=months), seed=4)
    for _ in range(months):
        model.step()
    return model.state


def test_nobody_is_passed_over(monkeypatch):
    sieved = lives()

    def everybody(at, pension_age_months, adult_months, present, *_):
        return np.flatnonzero(present)

    monkeypatch.setattr(labour_kernels, "worth_a_look", everybody)
    monkeypatch.setattr(labour_kernels, "labour_events", labour_kernels.labour_events.py_func)
    assert list(lives().differences(sieved)) == []


def test_a_sieve_that_passes_over_somebody_would_be_seen(monkeypatch):
    sieved = lives()
    monkeypatch.setattr(labour_kernels, "worth_a_look", lambda *_: np.arange(0, 100))
    monkeypatch.setattr(labour_kernels, "labour_events", labour_kernels.labour_events.py_func)
    assert "columns.status" in set(lives().differences(sieved))
