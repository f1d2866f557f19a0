"""What is decided by near exponentials is decided as by exact ones."""

import math

import numpy as np
import pytest

from wijksim.processes import care_kernels
from wijksim.processes.near_exp import NEARLY, WIDEST, near_exp
from wijksim.randomness import poisson_icdf


def test_it_is_as_near_as_it_says():
    for x in np.linspace(-WIDEST, WIDEST, 1601).tolist():
        assert abs(near_exp(x) / math.exp(x) - 1.0) < NEARLY / 5


@pytest.mark.parametrize("near", [care_kernels._near_contacts, care_kernels._near_contacts.py_func])
def test_contacts_are_those_of_exact_probabilities_unless_unsure(near):
    draw, mean = (grid.ravel() for grid in np.meshgrid(np.linspace(0.001, 0.999, 200), np.linspace(0.0, 8.0, 81)))
    # And draws that lie on a cumulative probability, or as near to it as a number can be.
    edges = np.array([math.exp(-m) * (1.0 + times * m) for m in (0.1, 0.4, 2.5) for times in (0, 1)])
    draw = np.concatenate([draw, edges, np.nextafter(edges, 0.0), np.nextafter(edges, 1.0)])
    mean = np.concatenate([mean, np.tile(np.repeat([0.1, 0.4, 2.5], 2), 3)])
    contacts, unsure = np.empty(mean.size, np.uint8), np.empty(mean.size, np.bool_)
    near(draw, mean, contacts, unsure)
    exact = np.array([poisson_icdf(p, m) for p, m in zip(draw.tolist(), mean.tolist(), strict=True)])
    assert np.array_equal(contacts[~unsure], exact[~unsure])
    assert unsure[-18:].all()
    assert not unsure[exact == 0][:100].any()


def test_cents_are_those_of_exact_exponentials():
    """Costs are made to lie on half a cent, where the near exponential could round the other way."""
    n = 2_000
    physical = np.random.default_rng(1).normal(size=n).astype(np.float32)
    uid, age, sex = np.arange(1, n + 1), np.zeros(n, np.uint8), np.zeros(n, np.int8)
    slope, key = 0.4, np.uint64(7)
    flat = np.ones(4097)  # a multiplier of 1 for everybody
    for i in range(0, n, 10):
        level = np.full((2, 1), (1_000 + i + 0.5) / math.exp(slope * float(physical[i])))
        cents = care_kernels._other_care(uid, age, sex, physical, key, level, slope, flat)
        exact = [math.floor(level[0, 0] * math.exp(slope * float(y)) + 0.5) for y in physical]
        assert cents.tolist() == exact
