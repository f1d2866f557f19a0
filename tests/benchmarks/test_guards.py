"""Guards of speed that run with all tests: ratios measured in turns, generous as machines are shared."""

from __future__ import annotations

import pytest
from benchmarks.measuring import YEAR, in_turns, median_ratio, model_of, seconds
from benchmarks.plain_mesa import PlainNeighbourhood
from benchmarks.plain_numpy import PlainArrays

from wijksim import Scenario
from wijksim.kernels import COMPILED

RESIDENTS = 20_000
AT_LEAST = 15.0
SMALL, LARGE = 2_000, 10_000

pytestmark = pytest.mark.skipif(not COMPILED, reason="without numba the model is as slow as plain Python")


def test_a_month_is_many_times_as_fast_as_in_plain_mesa():
    model = model_of(RESIDENTS)
    plain = PlainNeighbourhood(Scenario.from_file("baseline", residents=RESIDENTS), seed=1)
    plain.step()
    slow, fast = in_turns((plain.step, 1), (model.step, YEAR))
    assert median_ratio(slow, fast) >= AT_LEAST


def test_five_times_the_residents_cost_at_most_five_times_the_time():
    # Guards against work that grows with the square of residents, and against slower kernels at a large size.
    large, small = in_turns((model_of(LARGE).step, YEAR), (model_of(SMALL).step, YEAR))
    assert median_ratio(large, small) <= LARGE / SMALL


def test_the_lower_bound_still_does_its_months():
    # It takes hazards and rules from the model's processes, and is measured by `make bench` alone.
    plain = PlainArrays(Scenario.from_file("baseline", residents=300, months=2), seed=1)
    for _ in range(2):
        plain.step()
    assert plain.by_status.sum() == plain.count
    assert plain.household_income.sum() > 0


def test_the_measure_sees_a_slower_model():
    model = model_of(SMALL)
    slow, fast = in_turns((lambda: [model.step() for _ in range(3)], 1), (model.step, 1))
    assert median_ratio(slow, fast) > 2.0
    assert seconds(lambda: None) < seconds(model.step)
