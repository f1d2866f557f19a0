"""Ages in whole years and how many there are of each: by hand, and against the plain rule."""

import numpy as np
import pytest

from wijksim.processes.ages import ages, count_by_age

AT = 24_180  # January 2015
BIRTHS = np.array([AT, AT - 11, AT - 12, AT - 18 * 12 + 1, AT - 18 * 12, AT - 130 * 12], np.int32)


@pytest.mark.parametrize("of", [ages, ages.py_func])
def test_whole_years_up_to_the_last_age(of):
    found = of(AT, BIRTHS, 119)
    assert found.tolist() == [0, 0, 1, 17, 18, 119]
    assert found.dtype == np.uint8


def test_equals_floor_division_for_every_month_of_a_life():
    born = np.arange(AT - 119 * 12 - 11, AT + 1, dtype=np.int32)
    assert np.array_equal(ages(AT, born, 119), (AT - born) // 12)


@pytest.mark.parametrize("count", [count_by_age, count_by_age.py_func])
def test_residents_are_counted_by_age_and_sex_and_leavers_are_not(count):
    found = np.zeros((120, 2), np.int64)
    count(AT, np.array([1, 1, 1, 0, 1, 1], bool), BIRTHS, np.array([0, 1, 0, 0, 1, 0], np.int8), found)
    expected = np.zeros((120, 2), np.int64)
    expected[0] = 1, 1
    expected[1, 0] = expected[18, 1] = expected[119, 0] = 1
    assert np.array_equal(found, expected)
