"""What is seen of households: which homes differ by the plan, and families whose first generation in work appears."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from wijksim.live.apart import Apart, homes_apart
from wijksim.live.families import Family
from wijksim.live.frames import Situation
from wijksim.live.orders import Kind, Order
from wijksim.live.pair import Pair
from wijksim.model import Neighbourhood
from wijksim.population.codes import Status
from wijksim.scenario import Scenario

MONTHS, RESIDENTS = 60, 1500


@pytest.fixture(scope="module")
def pair():
    made = Pair(Scenario.from_file("beide", months=MONTHS, residents=RESIDENTS), seed=3)
    while made.month < MONTHS:
        made.step()
    yield made
    made.close()


def test_families_are_those_that_the_outcomes_count_in_the_month_that_they_count_them(pair):
    for side, course in enumerate((pair._baseline, pair._policy)):
        families = pair.frame().families[side]
        for outcome, found in (
            ("first_in_two", Counter(family.month for family in families)),
            ("first_in_three", Counter(family.month for family in families if family.in_three)),
        ):
            counted = course.series(outcome)
            assert [found[month] for month in range(1, MONTHS + 1)] == list(counted)
    assert any(pair.frame().families), "there is something to count"


def test_going_back_forgets_the_families_of_later_months(pair):
    before = pair.frame()
    middle = max(family.month for families in before.families for family in families) - 1
    pair.do(Order(1, Kind.JUMP, middle))
    again = pair.frame()
    for side in range(2):
        assert again.families[side] == tuple(one for one in before.families[side] if one.month <= middle)
    assert again.families != before.families
    while pair.month < MONTHS:
        pair.step()
    assert pair.frame().families == before.families
    assert all(isinstance(one, Family) for one in before.families[1])


def test_without_a_plan_no_home_differs_and_each_difference_is_what_it_is_called():
    scenario = Scenario.from_file("baseline", months=6, residents=300)
    model = Neighbourhood(scenario, seed=1)
    model.run()
    one, other = model.snapshot(), model.snapshot()
    assert set(homes_apart(one, other).tolist()) == {Apart.SAME}
    columns = other.columns
    rows = columns.present_rows()
    alone = [row for row in rows if np.count_nonzero(columns["home"][rows] == columns["home"][row]) == 1]
    works = next(row for row in alone if columns["status"][row] == Status.REGULAR_JOB)
    without = next(row for row in alone if columns["status"][row] == Status.SOCIAL_ASSISTANCE)
    retired = next(row for row in alone if columns["status"][row] == Status.RETIRED)
    columns["status"][works], columns["status"][without] = Status.NO_BENEFIT, Status.REGULAR_JOB
    columns["status"][retired] = Status.SOCIAL_ASSISTANCE
    mover = next(row for row in alone if row not in (works, without, retired))
    columns["uid"][mover] = columns["uid"].max() + 1
    homes = columns["home"]
    found = homes_apart(one, other)
    expected = {works: Apart.WORKS_NOT, without: Apart.WORKS, retired: Apart.OTHERWISE, mover: Apart.OTHERS}
    assert {row: found[homes[row]] for row in expected} == expected
    assert np.count_nonzero(found) == len(expected)
    back = homes_apart(other, one)
    assert (back[homes[works]], back[homes[without]]) == (Apart.WORKS, Apart.WORKS_NOT)


def test_people_are_counted_where_they_live(pair):
    frame = pair.frame()
    adults, working, assisted, children = frame.policy.people
    state = pair._policy.state
    assert int((adults + children).sum()) == state.columns.present_rows().size
    lit = np.isin(frame.policy.situation, (Situation.WORK,))
    assert (working[lit] > 0).all()
    assert (assisted[frame.policy.situation == Situation.ASSISTANCE] > 0).all()
    assert (working[frame.policy.situation == Situation.WITHOUT_WORK] == 0).all()
