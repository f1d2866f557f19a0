"""Share of employed ties: by hand, and against a plain rule on random ties."""

import numpy as np

from wijksim.population.columns import Status
from wijksim.processes.ties import employed_share_of_ties

WORKING_AGE = set(Status) - {Status.CHILD, Status.SCHOOL, Status.RETIRED}
PAID = {Status.REGULAR_JOB, Status.SUBSIDISED_JOB, Status.SHELTERED_JOB, Status.SELF_EMPLOYED}


def shares(rows, present, status):
    out = np.full(len(present), 9.0)
    employed_share_of_ties(np.array(rows, np.int32), np.array(present), np.array(status, np.int8), out)
    return out


def test_employed_over_all_ties_of_working_age():
    status = [Status.REGULAR_JOB, Status.PLACEMENT, Status.RETIRED, Status.SELF_EMPLOYED]
    rows = [[1, 2, 3], [0, 3, -1], [-1, -1, -1], [2, -1, -1]]
    found = shares(rows, [True] * 4, status)
    assert found.tolist() == [0.5, 1.0, -1.0, -1.0]  # a placement is no job; a pensioner is no tie to work


def test_who_left_is_no_tie_and_has_none():
    status = [Status.REGULAR_JOB, Status.REGULAR_JOB, Status.SOCIAL_ASSISTANCE]
    found = shares([[1, 2], [0, 2], [0, 1]], [True, False, True], status)
    assert found.tolist() == [0.0, -1.0, 1.0]


def test_equals_a_plain_rule_on_random_ties():
    generator = np.random.default_rng(3)
    rows = generator.integers(-1, 500, (500, 9))
    present, status = generator.random(500) < 0.9, generator.integers(0, len(Status), 500)
    found = shares(rows, present, status)
    for person, share in enumerate(found):
        known = [Status(status[tie]) for tie in rows[person] if tie >= 0 and present[tie]]
        known = [code for code in known if code in WORKING_AGE]
        expected = sum(code in PAID for code in known) / len(known) if known and present[person] else -1.0
        assert share == expected
