"""The count of a month: a street counted by hand, and vector loops against a plain rule on made-up people."""

import numpy as np
import pytest
from processes.building import START, make_columns, village

from wijksim.kernels import call
from wijksim.population.columns import Columns, Status
from wijksim.processes.tallies import Tally, count_residents

AGES = {"first_working_age": 15, "last_working_age": 75, "adult_age": 18, "young_age": 27}


def count(columns: Columns, kernel=count_residents):
    size = len(columns) + 1
    found = {
        "works": np.empty(size, np.bool_),
        "earns": np.empty(size, np.bool_),
        "by_status": np.zeros(len(Status), np.int64),
        "tally": np.zeros(len(Tally), np.int64),
    }
    call(kernel, columns, at=START, workless_share=0.2, **AGES, **found)
    return found


def street() -> Columns:
    """A worker and her child; a client of 20 with workless parents; a pensioner; a client of 30 who left."""
    columns = make_columns(
        5,
        birth_month=START - 12 * np.array([40, 8, 20, 80, 30]),
        status=[Status.REGULAR_JOB, Status.CHILD, Status.SOCIAL_ASSISTANCE, Status.RETIRED, Status.SOCIAL_ASSISTANCE],
        head_row=[0, 0, 2, 3, 4],
        unit_row=[0, 0, 2, 3, 4],
        net_earnings=[150_000, 0, 0, 0, 0],
        assistance=[10_000, 0, 90_000, 0, 90_000],
        income=[160_000, -500, 90_000, 120_000, 90_000],
        care_cost=[1, 2, 3, 4, 5],
        norm=[0.5, 0.25, 0.25, 0.125, 1.0],
        exposure=[-1.0, -1.0, 0.1, -1.0, 0.9],
        generations_without_work=[-1, -1, 1, 0, -1],
        starter=[True, False, True, True, True],
        employer=[0, -1, -1, -1, 0],
        sick_since=[START - 1, -1, -1, -1, 0],
    )
    columns["present"][4] = False
    return columns


@pytest.mark.parametrize("kernel", [count_residents, count_residents.py_func])
def test_a_street_by_hand(kernel):
    found = count(street(), kernel)
    expected = dict.fromkeys(Tally, 0) | {
        Tally.RESIDENTS: 4,
        Tally.AGED_15_74: 2,
        Tally.EMPLOYED_15_74: 1,
        Tally.STARTERS_15_74: 2,
        Tally.STARTERS_EMPLOYED_15_74: 1,
        Tally.ASSISTANCE_PERSONS: 1,
        Tally.ASSISTANCE_UNITS: 2,
        Tally.ASSISTANCE_UNITS_TOPPED_UP: 1,
        Tally.CHILDREN: 1,
        Tally.HOUSEHOLDS: 3,
        Tally.HOUSEHOLDS_WITH_WORK: 1,
        Tally.YOUNG_WORKLESS_PARENTS: 1,
        Tally.YOUNG_WORKLESS_PARENTS_ASSISTANCE: 1,
        Tally.ADULTS: 3,
        Tally.NORM_MILLIONTHS: 875_000,
        Tally.INCOME_CENTS: 369_500,
        Tally.CARE_CENTS: 10,
        Tally.IN_PLACE: 1,
        Tally.ON_SICK_LEAVE: 1,
        Tally.STARTERS: 3,
        Tally.STARTERS_ASSISTANCE: 1,
        Tally.GENERATIONS_UNKNOWN: 1,
    }
    assert dict(zip(Tally, found["tally"].tolist(), strict=True)) == expected
    assert found["works"][:5].tolist() == found["earns"][:5].tolist() == [True, False, False, False, False]
    by_status = {Status(code): number for code, number in enumerate(found["by_status"].tolist()) if number}
    assert by_status == {Status.REGULAR_JOB: 1, Status.CHILD: 1, Status.SOCIAL_ASSISTANCE: 1, Status.RETIRED: 1}


def made_up() -> Columns:
    generator = np.random.default_rng(5)
    columns = village(400).columns
    size = len(columns)
    columns["present"][:] = generator.random(size) < 0.9
    columns["status"][:] = generator.integers(0, len(Status), size)
    columns["net_earnings"][:] = generator.integers(-1, 2, size) * 1_000
    columns["assistance"][:] = generator.integers(0, 2, size) * 90_000
    columns["income"][:] = generator.integers(-10_000, 500_000, size)
    columns["exposure"][:] = generator.random(size) * 1.5 - 0.5
    columns["norm"][:] = generator.random(size)
    columns["starter"][:] = generator.random(size) < 0.5
    columns["generations_without_work"][:] = generator.integers(-1, 3, size)
    return columns


def test_equals_a_plain_rule_on_made_up_people():
    columns = made_up()
    found = count(columns)["tally"]
    here = columns["present"]
    age = (START - columns["birth_month"]) // 12
    paid = (columns["status"] >= Status.REGULAR_JOB) & (columns["status"] <= Status.SELF_EMPLOYED)
    on = np.isin(columns["status"], [Status.SOCIAL_ASSISTANCE, Status.PLACEMENT])
    head, unit, starter = columns["head_row"], columns["unit_row"], columns["starter"]
    works = np.isin(head, head[here & paid])
    studies, earning = columns["status"] == Status.SCHOOL, columns["net_earnings"] > 0
    earns = np.isin(np.arange(len(columns)), unit[here & earning & ~studies])
    working = paid | (studies & earning)
    aged, adult = here & (age >= 15) & (age < 75), here & (age >= 18)
    heads = here & (head == np.arange(len(columns)))
    units = here & (columns["assistance"] > 0)
    young = adult & (age < 27) & (columns["exposure"] >= 0)
    less = young & (columns["exposure"] < 0.2)
    more = young & ~less
    masks = [here, aged, aged & working, aged & starter, aged & starter & working, here & on, units, units & earns]
    masks += [here & ~adult, here & ~adult & ~works, heads, heads & works]
    masks += [less, less & on, more, more & on, adult]
    assert found[: len(masks)].tolist() == [int(mask.sum()) for mask in masks]
    assert found[Tally.INCOME_CENTS] == columns["income"][here].sum()
    assert found[Tally.NORM_MILLIONTHS] == np.floor(columns["norm"][adult].astype(float) * 1e6 + 0.5).sum()
    assert found[Tally.STARTERS] == (here & starter).sum()
    assert found[Tally.STARTERS_ASSISTANCE] == (here & on & starter).sum()
    assert found[Tally.GENERATIONS_UNKNOWN] == (adult & (columns["generations_without_work"] < 0)).sum()


def test_plain_and_compiled_give_the_same():
    first, second = count(made_up()), count(made_up(), count_residents.py_func)
    assert [name for name in first if not np.array_equal(first[name], second[name])] == []
