"""Childhood, coming of age, norm, and firsts over generations: cases worked out by hand."""

import numpy as np
import pytest
from processes.building import START, make_columns, make_month, make_state, village
from processes.checking import differences_by_uid, keeps_to_its_declaration, run_months, shuffled

from wijksim.parameters import load_registry
from wijksim.population.columns import Education, Status
from wijksim.processes import upbringing as upbringing_module
from wijksim.processes.upbringing import Upbringing

AT_18 = START - 18 * 12
AT_16 = START - 16 * 12
FIRST_NORM = (0.6, 0.3)  # norm_initial_mean, norm_parent_effect
KNOWN = {"months_observed": 216, "months_with_work": 108}


def step(state, index=0):
    Upbringing().step(make_month(state, at=START + index, index=index))


def family(child=None, mother=None, father=None):
    """Rows 0 child, 1 mother, 2 father; a parent that is None lives elsewhere."""
    columns = make_columns(3, birth_month=[START - 12 * 12, START - 480, START - 480])
    columns["status"][0] = Status.CHILD
    for row, values in enumerate((child, mother, father)):
        for name, value in (values or {}).items():
            columns[name][row] = value
    columns["mother_row"][0] = 1 if mother is not None else -1
    columns["father_row"][0] = 2 if father is not None else -1
    return columns


WORKS, JOBLESS, PLACED = (
    {"status": Status.REGULAR_JOB},
    {"status": Status.SOCIAL_ASSISTANCE},
    {"status": Status.PLACEMENT},
)


@pytest.mark.parametrize(
    ("mother", "father", "observed", "with_work"),
    [
        (WORKS, JOBLESS, 1, 1),  # the better parent counts
        (JOBLESS, WORKS, 1, 1),
        (JOBLESS, JOBLESS, 1, 0),
        (PLACED, None, 1, 0),  # a placement is no paid work
        (None, WORKS, 1, 1),  # an unknown parent is skipped
        (None, None, 0, 0),
    ],
)
def test_a_month_of_childhood(mother, father, observed, with_work):
    columns = family(None, mother, father)
    step(make_state(columns))
    assert (columns["months_observed"][0], columns["months_with_work"][0]) == (observed, with_work)


@pytest.mark.parametrize(
    ("with_work", "mother", "father", "generations"),
    [
        (44, 0, 0, 0),  # 44 of 216 is .204: not workless
        (43, 0, 0, 1),  # .199
        (43, 1, 2, 2),  # the better grandparents count
        (43, 2, 2, 3),
        (43, -1, 1, 2),  # what isn't known is skipped
        (43, -1, -1, 1),
    ],
)
def test_generations_at_18(with_work, mother, father, generations):
    child = {"birth_month": AT_18, "status": Status.SCHOOL, "months_observed": 216, "months_with_work": with_work}
    columns = family(child, {"generations_without_work": mother}, {"generations_without_work": father})
    step(make_state(columns))
    assert columns["exposure"][0] == pytest.approx(with_work / 216)
    assert columns["generations_without_work"][0] == generations
    assert columns["norm"][0] == pytest.approx(0.6 + 0.3 * with_work / 216)


def test_a_childhood_without_parents_is_missing():
    columns = family({"birth_month": AT_18, "status": Status.SCHOOL})
    step(make_state(columns))
    assert columns["exposure"][0] == -1.0
    assert columns["generations_without_work"][0] == -1
    assert columns["norm"][0] == pytest.approx(0.6 + 0.3 * 0.9)  # as the mean child


def test_before_and_after_the_birthday_nothing_is_fixed():
    for birth_month in (AT_18 + 1, AT_18 - 1):
        columns = family({"birth_month": birth_month, "status": Status.SCHOOL, **KNOWN}, WORKS)
        step(make_state(columns))
        assert columns["exposure"][0] == -1.0


def test_parents_who_left_count_for_one_generation():
    columns = family({"birth_month": AT_18, "status": Status.SCHOOL, "months_observed": 100, "months_with_work": 0})
    step(make_state(columns))
    assert columns["generations_without_work"][0] == 1


# --- Education


def test_a_child_of_16_becomes_a_pupil_with_a_level():
    columns = family({"birth_month": AT_16}, WORKS, JOBLESS)
    columns["status_since"][:] = 0
    step(make_state(columns))
    assert columns["status"][0] == Status.SCHOOL
    assert columns["status_since"][0] == START
    step(make_state(younger := family({"birth_month": AT_16 + 1}, WORKS, JOBLESS)))
    assert younger["status"][0] == Status.CHILD


def share_at_most_low(with_work):
    """z of the share at practical or low, low-educated mother; n = 10 000, null: .03 + .20 at the mean x."""
    n = 10_000
    columns = make_columns(n + 1, birth_month=AT_16, status=Status.CHILD, education=Education.LOW)
    columns["birth_month"][n] -= 300
    columns["status"][n] = Status.REGULAR_JOB
    columns["mother_row"][:n] = n
    columns["months_observed"][:n], columns["months_with_work"][:n] = 190, with_work
    Upbringing().step(make_month(make_state(columns)))
    assert (columns["status"][:n] == Status.SCHOOL).all()
    share = (columns["education"][:n] <= Education.LOW).mean()
    return (share - 0.23) / np.sqrt(0.23 * 0.77 / n)


def test_levels_are_those_of_the_parents_table():
    assert abs(share_at_most_low(171)) < 5  # .9 of childhood: exposure_mean


def test_a_childhood_without_work_would_be_seen():
    """Null of the table against x = 0: log odds + .27, share .28."""
    assert share_at_most_low(0) > 8


# --- Work record


def adult(**values):
    return make_columns(1, education=Education.LOW, **values)


@pytest.mark.parametrize(
    ("education", "age_months", "status", "counted"),
    [
        (Education.LOW, 23 * 12, Status.SOCIAL_ASSISTANCE, (1, 0)),  # leaves school at 18, counts from 23
        (Education.LOW, 23 * 12 - 1, Status.REGULAR_JOB, (0, 0)),
        (Education.MID, 26 * 12, Status.REGULAR_JOB, (1, 1)),
        (Education.HIGH, 28 * 12 - 1, Status.REGULAR_JOB, (0, 0)),
        (Education.HIGH, 28 * 12, Status.SUBSIDISED_JOB, (1, 1)),
        (Education.LOW, 40 * 12, Status.PLACEMENT, (1, 0)),
        (Education.LOW, 70 * 12, Status.RETIRED, (0, 0)),
        (Education.LOW, 24 * 12, Status.SCHOOL, (0, 0)),
    ],
)
def test_months_of_adult_life(education, age_months, status, counted):
    columns = make_columns(1, education=education, birth_month=START - age_months, status=status)
    step(make_state(columns))
    assert (columns["adult_months"][0], columns["adult_months_paid"][0]) == counted


@pytest.mark.parametrize(
    ("generations", "in_two", "in_three"), [(-1, 0, 0), (0, 0, 0), (1, 1, 0), (2, 1, 1), (3, 1, 1)]
)
def test_the_first_in_n_generations(generations, in_two, in_three):
    columns = adult(status=Status.SUBSIDISED_JOB, paid_streak=10, generations_without_work=generations)
    state = make_state(columns)
    step(state)
    assert (state.flows["first_in_two"], state.flows["first_in_three"]) == (0, 0)  # the eleventh month
    step(state, 1)
    assert (state.flows["first_in_two"], state.flows["first_in_three"]) == (in_two, in_three)
    assert columns["first_recorded"][0]
    columns["paid_streak"][0] = 11
    step(state, 2)
    assert (state.flows["first_in_two"], state.flows["first_in_three"]) == (in_two, in_three)  # once in a life


def test_the_first_of_the_starting_cohort_are_counted_apart():
    columns = make_columns(3, status=Status.REGULAR_JOB, paid_streak=11, starter=[True, False, True],
                           generations_without_work=[2, 2, 1])  # fmt: skip
    state = make_state(columns)
    step(state)
    names = ("first_in_two", "first_in_two_starters", "first_in_three", "first_in_three_starters")
    assert [state.flows[name] for name in names] == [3, 2, 2, 1]


@pytest.mark.parametrize("status", [Status.PLACEMENT, Status.SOCIAL_ASSISTANCE, Status.SCHOOL])
def test_what_is_no_paid_work_ends_the_streak(status):
    columns = adult(status=status, paid_streak=11, generations_without_work=2)
    state = make_state(columns)
    step(state)
    assert columns["paid_streak"][0] == 0
    assert state.flows["first_in_three"] == 0


# --- Norm


def test_the_norm_drifts_to_first_norm_and_ties():
    """w' = .5 + .02 (.5 * (.6 + .3 * .4) + .5 * 1/2 - .5) = .5 + .02 * (.36 + .25 - .5) = .5022."""
    columns = make_columns(3, status=[Status.NO_BENEFIT, Status.REGULAR_JOB, Status.NO_BENEFIT], norm=0.5, exposure=0.4)
    state = make_state(columns)
    state.ties.rows[0, :2] = [1, 2]
    step(state)
    assert columns["norm"][0] == pytest.approx(0.5022, abs=1e-6)
    assert columns["norm"][1] == pytest.approx(0.5 + 0.02 * (0.72 - 0.5), abs=1e-6)  # without ties: to the first norm


def test_a_child_has_no_norm_yet():
    columns = family({"norm": 0.25}, WORKS)
    step(make_state(columns))
    assert columns["norm"][0] == 0.25


# --- What every process is held to


def village_with_ties():
    state = village(400)
    generator = np.random.default_rng(11)
    state.ties.rows[:] = generator.integers(-1, len(state.columns), state.ties.rows.shape)
    state.columns["paid_streak"][:] = generator.integers(0, 12, len(state.columns))
    state.columns["generations_without_work"][:] = generator.integers(-1, 3, len(state.columns))
    return state


def test_declarations():
    state = village_with_ties()
    state.columns["status"][state.columns["birth_month"] > AT_18] = Status.CHILD  # somebody turns pupil
    keeps_to_its_declaration(Upbringing(), make_month(state))


def test_the_order_of_rows_changes_nothing():
    state = village_with_ties()
    first, second = run_months(step, state, 24), run_months(step, shuffled(state), 24)
    assert differences_by_uid(first, second) == []
    assert first.flows == second.flows
    assert first.flows["first_in_two"] > 0


def test_the_plain_version_gives_the_same(monkeypatch):
    state = village_with_ties()
    compiled = run_months(step, state, 12)
    for name in ("upbringing_month", "employed_share_of_ties", "rows_where", "_to_school", "drawn_level"):
        monkeypatch.setattr(upbringing_module, name, getattr(upbringing_module, name).py_func)
    plain = run_months(step, state, 12)
    assert [name for name in plain.differences(compiled) if name != "columns.norm"] == []
    assert plain.columns["norm"] == pytest.approx(compiled.columns["norm"], rel=1e-6)


def test_who_left_is_left_alone():
    state = village_with_ties()
    state.columns.leave(np.array([0]))
    before = {name: state.columns[name][0] for name in Upbringing.writes}
    step(state)
    assert {name: state.columns[name][0] for name in Upbringing.writes} == before


def test_the_parameters_of_the_cases():
    registry = load_registry()
    assert (registry.number("norm_initial_mean"), registry.number("norm_parent_effect")) == FIRST_NORM
    assert registry.table("education_transition_low").per_step(4)[:2].sum() == pytest.approx(0.23)
