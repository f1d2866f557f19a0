"""Events drawn and settled: cases by hand, hazards recovered, and faults that must show."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from processes.building import START, make_columns, make_month, make_state, village

from wijksim.population.columns import Columns, Education, LeaveReason, Sex
from wijksim.population.households import rehead
from wijksim.processes.demography_events import Event, draw_events, those_who_stay
from wijksim.processes.demography_leaving import leavers, settle_leavings, take_minors_along
from wijksim.processes.demography_rates import Rates, rates_of
from wijksim.processes.newcomer_pool import NewcomerPool
from wijksim.randomness import Stream, draws, key_of

YEAR = 12
STAYS, DIED, LEFT = 0, LeaveReason.DEATH, LeaveReason.MOVED_OUT
KEYS = [
    Stream.DEATH,
    Stream.MOVE_OUT,
    Stream.COUPLE_PARTS,
    Stream.COUPLE_FORMS,
    Stream.LEAVE_HOME,
    Stream.BIRTH,
]
READ = ["present", "uid", "birth_month", "sex", "education", "head_row", "partner_row", "mother_row", "father_row"]
SETTLED = ["present", "uid", "birth_month", "sex", "head_row", "partner_row", "mother_row", "father_row"]
RATES = rates_of(make_month(make_columns(1)))


def drawn_and_near(
    columns: Columns, rates: Rates = RATES, at: int = START, draw: Callable = draw_events
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    hazards = [
        rates.death,
        rates.move,
        rates.part,
        rates.parents_factor,
        rates.form,
        rates.leave_home,
        rates.birth,
        rates.single_factor,
        rates.couple_factor,
        rates.birth_interval,
        rates.adult_age,
    ]
    keys = [key_of(1, stream, at) for stream in KEYS]
    return draw(at, at - 18 * YEAR, *[columns[name] for name in READ], *hazards, *keys)


def drawn(columns: Columns, rates: Rates = RATES, at: int = START, draw: Callable = draw_events) -> np.ndarray:
    return drawn_and_near(columns, rates, at, draw)[0]


def settled(
    columns: Columns, events: list[int], mother_stays: float = 0.8, settle: Callable = settle_leavings, near=None
):
    key = key_of(1, Stream.COUPLE_PARTS, START)
    arrays = [columns[name] for name in SETTLED]
    near = columns.present_rows() if near is None else near
    return settle(START, near, *arrays, np.array(events, np.uint8), mother_stays, 18.0, key).tolist()


def household(ages: list[int], **values) -> Columns:
    """One household; uids rise with the rows."""
    values = {"uid": 100 + np.arange(len(ages)), "household": 7, "birth_month": START - YEAR * np.array(ages)} | values
    columns = make_columns(len(ages), **values)
    make_state(columns)
    return columns


def family(**values) -> Columns:
    """Mother, father, their child of 5, the father's child of 8, and a grown-up child of 20."""
    return household(
        [40, 42, 5, 8, 20],
        sex=[Sex.FEMALE, Sex.MALE, 0, 0, 1],
        partner_row=[1, 0, -1, -1, -1],
        mother_row=[-1, -1, 0, -1, 0],
        father_row=[-1, -1, 1, 1, 1],
        **values,
    )


# ---------------------------------------------------------------- settled by hand
def test_one_who_dies_dies_and_the_others_stay():
    assert settled(family(), [0, Event.DIES, 0, 0, 0]) == [STAYS, DIED, STAYS, STAYS, STAYS]


def test_children_without_an_adult_leave():
    assert settled(household([40, 5, 8]), [Event.DIES, 0, 0]) == [DIED, LEFT, LEFT]


def test_children_with_a_grown_up_brother_stay():
    assert settled(household([40, 5, 18]), [Event.DIES, 0, 0]) == [DIED, STAYS, STAYS]


def test_a_household_moves_as_a_whole():
    assert settled(family(), [Event.HOUSEHOLD_MOVES, 0, 0, Event.DIES, 0]) == [LEFT, LEFT, LEFT, DIED, LEFT]


def test_a_household_whose_head_dies_does_not_move():
    assert settled(household([40, 38]), [Event.DIES | Event.HOUSEHOLD_MOVES, 0]) == [DIED, STAYS]


def test_parting_with_mother_staying_takes_the_father_and_his_own_child():
    events = [Event.PARTS, 0, 0, 0, 0]
    assert settled(family(), events, mother_stays=1.0) == [STAYS, LEFT, STAYS, LEFT, STAYS]


def test_parting_with_father_staying_takes_the_mother():
    events = [Event.PARTS, 0, 0, 0, 0]
    assert settled(family(), events, mother_stays=0.0) == [LEFT, STAYS, STAYS, STAYS, STAYS]


def test_who_dies_does_not_part():
    assert settled(family(), [Event.PARTS, Event.DIES, 0, 0, 0]) == [STAYS, DIED, STAYS, STAYS, STAYS]


FOLLOWING = ["present", "birth_month", "household", "home", "mother_row", "father_row"]


def take_along(columns: Columns, rows: list[int], take: Callable = take_minors_along) -> tuple[list[int], list[int]]:
    """Households and homes after these adults left home for households 91, 92, ... in homes 11, 12, ..."""
    new = np.arange(1, len(rows) + 1)
    arrays = [columns[name] for name in FOLLOWING]
    take(START, np.array(rows), columns.present_rows(), *arrays, 90 + new, (10 + new).astype(np.int32), 18.0)
    return columns["household"].tolist(), columns["home"].tolist()


def test_minor_children_follow_a_parent_who_leaves_home():
    columns = household(
        [60, 20, 2, 19, 1, 21], mother_row=[-1, 0, 1, 0, -1, 1], father_row=[-1, -1, -1, -1, 3, -1], home=4
    )
    assert take_along(columns, [1, 3]) == ([7, 91, 91, 92, 92, 7], [4, 11, 11, 12, 12, 4])


def test_a_child_of_two_who_leave_home_follows_the_mother_and_one_who_lives_elsewhere_stays():
    columns = household([20, 21, 2, 3], mother_row=[-1, -1, 1, 1], father_row=[-1, -1, 0, 0], home=4)
    columns["household"][3] = 8
    assert take_along(columns, [0, 1]) == ([91, 92, 92, 8], [11, 12, 12, 4])


def test_who_stays_is_sorted_by_uid_and_who_left_has_no_event():
    columns = household([40, 42, 30, 18, 20], uid=[5, 4, 3, 2, 1])
    columns["present"][2] = False
    both = Event.LEAVES_HOME | Event.FINDS_PARTNER
    events = np.array([both, both, both, 0, Event.GIVES_BIRTH], np.uint8)
    found = those_who_stay(np.arange(5), np.array([2, 3]), events, columns["present"], columns["uid"])
    assert [rows.tolist() for rows in found] == [[1, 0], [4], [1, 0], [3]]


def test_leavers_and_couples_of_whom_one_stays():
    partner = np.array([1, 0, 3, 2, 5, 4], np.int32)
    events = np.array([Event.PARTS, 0, Event.PARTS, 0, Event.PARTS, 0], np.uint8)
    fate = np.array([STAYS, LEFT, LEFT, LEFT, DIED, STAYS], np.int8)
    rows, parted = leavers(np.arange(6), partner, events, fate)
    assert (rows.tolist(), parted) == ([1, 2, 3, 4], 1)


def test_a_mark_is_no_more_than_a_first_sieve():
    """Nobody whose hazard is below the highest is drawn by it: events are those of each one's own hazard and draw."""
    columns = village(150).columns
    events = drawn(columns)
    uniform = draws(key_of(1, Stream.DEATH, START), columns["uid"])
    age = np.minimum((START - columns["birth_month"]) // YEAR, 119)
    expected = uniform < -np.expm1(-RATES.death[columns["sex"], age])
    assert np.array_equal(events & Event.DIES > 0, expected)


def drawn_one_by_one(columns: Columns, rates: Rates, at: int) -> np.ndarray:
    """Events as they are defined, person by person."""
    c = {name: columns[name].tolist() for name in READ}
    rows = [row for row in range(len(columns)) if c["present"][row]]
    uniform = {stream: draws(key_of(1, stream, at), columns["uid"]) for stream in KEYS}
    events = np.zeros(len(columns), np.uint8)

    def age(born: int) -> int:
        return min((at - born) // YEAR, 119)

    def comes(stream: Stream, row: int, hazard: float) -> bool:
        return uniform[stream][row] < -np.expm1(-hazard)

    for row in rows:
        head, partner, old = c["head_row"][row], c["partner_row"][row], age(c["birth_month"][row])
        together = [other for other in rows if c["head_row"][other] == head]
        parents = [c[name][row] for name in ("mother_row", "father_row")]
        if comes(Stream.DEATH, row, rates.death[c["sex"][row], old]):
            events[row] |= Event.DIES
        eldest = max(age(c["birth_month"][other]) for other in together)
        if head == row and comes(Stream.MOVE_OUT, row, rates.move[eldest]):
            events[row] |= Event.HOUSEHOLD_MOVES
        if partner >= 0 and c["uid"][row] < c["uid"][partner]:
            minors = any(at - c["birth_month"][other] < 18 * YEAR for other in together)
            hazard = rates.part[max(old, age(c["birth_month"][partner]))] * (rates.parents_factor if minors else 1)
            events[row] |= Event.PARTS if comes(Stream.COUPLE_PARTS, row, hazard) else 0
        if partner < 0 and any(parent in together for parent in parents):
            leaves = comes(Stream.LEAVE_HOME, row, rates.leave_home[c["sex"][row], old])
            events[row] |= Event.LEAVES_HOME if leaves else 0
        elif partner < 0 and comes(Stream.COUPLE_FORMS, row, rates.form[old]):
            events[row] |= Event.FINDS_PARTNER
        rate = rates.birth[c["education"][row], old]
        rested = all(
            at - c["birth_month"][child] >= rates.birth_interval for child in rows if c["mother_row"][child] == row
        )
        if c["sex"][row] == Sex.FEMALE and rate > 0 and rested:
            rate *= rates.couple_factor if partner >= 0 else rates.single_factor
            births = comes(Stream.BIRTH, row, rate / (1 - rate * rates.birth_interval))
            events[row] |= Event.GIVES_BIRTH if births else 0
    return events


def settled_one_by_one(columns: Columns, events: np.ndarray, mother_stays: float) -> list[int]:
    """Who leaves, household by household."""
    c = {name: columns[name].tolist() for name in SETTLED}
    fate = [int(STAYS)] * len(columns)
    rows = [row for row in range(len(columns)) if c["present"][row]]
    minor = [START - born < 18 * YEAR for born in c["birth_month"]]
    dies = (events & Event.DIES > 0).tolist()
    uniform = draws(key_of(1, Stream.COUPLE_PARTS, START), columns["uid"])
    for head in {c["head_row"][row] for row in rows}:
        together = [row for row in rows if c["head_row"][row] == head]
        moves = events[head] & Event.HOUSEHOLD_MOVES > 0 and not dies[head]
        alone = all(minor[row] or dies[row] for row in together)
        for row in together:
            fate[row] = int(DIED if dies[row] else LEFT if moves or alone else STAYS)
        couples = [row for row in together if events[row] & Event.PARTS]
        stays: dict[int, int] = {}
        for row in couples:
            other = c["partner_row"][row]
            if fate[row] or fate[other]:
                continue
            woman, man = (other, row) if c["sex"][other] == Sex.FEMALE and c["sex"][row] != Sex.FEMALE else (row, other)
            children = any(minor[member] and not dies[member] for member in together)
            she_stays = uniform[other] < (mother_stays if children else 0.5)
            stays[man if she_stays else woman] = woman if she_stays else man
        children = [row for row in together if minor[row] and not fate[row]]
        for leaver in stays:
            fate[leaver] = int(LEFT)
        for row in children:
            parents = {c["mother_row"][row], c["father_row"][row]} - {-1}
            for parent in parents & stays.keys():
                if stays[parent] not in parents:
                    fate[row] = int(LEFT)
    return fate


@given(st.integers(0, 2**32 - 1))
def test_events_and_leavings_are_those_found_one_by_one(seed):
    """Of populations from which people left before, so that children live alone too, and of high hazards."""
    generator = np.random.default_rng(seed)
    columns = village(30, seed=seed % 1000).columns.copy()
    columns["birth_month"][:] += generator.integers(-11, 1, len(columns)).astype(np.int16)
    columns.leave(np.flatnonzero(generator.random(len(columns)) < 0.2))
    rehead(columns, START, 18.0)
    hazards = ("death", "move", "part", "form", "leave_home", "birth")
    often = replace(RATES, **{name: getattr(RATES, name) * generator.choice([1.0, 5.0]) for name in hazards})
    events, near, of_age = drawn_and_near(columns, often)
    assert np.array_equal(events, drawn_one_by_one(columns, often, START))
    assert (
        of_age.tolist() == np.flatnonzero(columns["present"] & (columns["birth_month"] == START - 18 * YEAR)).tolist()
    )
    heads = columns["head_row"]
    assert np.isin(heads[np.concatenate([np.flatnonzero(events), of_age])], heads[near]).all()
    assert near.tolist() == np.flatnonzero(np.isin(heads, heads[near]) & columns["present"]).tolist()
    assert settled(columns, events, near=near) == settled_one_by_one(columns, events, 0.8)


def test_compiled_and_plain_agree():
    columns = village(150).columns
    events = drawn(columns)
    assert events.any()
    for compiled, plain in zip(drawn_and_near(columns), drawn_and_near(columns, draw=draw_events.py_func), strict=True):
        assert np.array_equal(compiled, plain)
    many = np.where(np.arange(events.size) % 3 == 0, Event.PARTS | Event.HOUSEHOLD_MOVES, Event.DIES)
    assert settled(columns, many) == settled(columns, many, settle=settle_leavings.py_func)
    children = np.flatnonzero(columns["mother_row"] >= 0)[:40].tolist()
    assert take_along(columns.copy(), children) == take_along(columns.copy(), children, take_minors_along.py_func)


# ---------------------------------------------------------------- hazards recovered
COUNT = 60_000


def adults(sex: int, age: int, **values) -> Columns:
    columns = make_columns(COUNT, sex=sex, birth_month=START - YEAR * age, education=Education.MID, **values)
    rows = np.arange(COUNT)
    columns["head_row"][:] = rows
    return columns


def couples(elder: int, younger: int) -> Columns:
    columns = adults(Sex.MALE, elder)
    rows = np.arange(COUNT)
    columns["partner_row"][:] = rows ^ 1
    columns["head_row"][:] = rows & ~1
    columns["birth_month"][1::2] = START - YEAR * younger
    return columns


def at_home(age: int, sex: int) -> Columns:
    """Children with their father: even rows are fathers, heads of the household."""
    columns = adults(sex, age)
    rows = np.arange(COUNT)
    columns["birth_month"][::2] = START - YEAR * (age + 30)
    columns["father_row"][1::2] = rows[::2]
    columns["head_row"][:] = rows & ~1
    return columns


CASES = {  # people, event, yearly hazard by hand from the parameters, people at risk
    "death of men of 82": (lambda: adults(Sex.MALE, 82), Event.DIES, 0.0988, COUNT),
    "death of women of 82": (lambda: adults(Sex.FEMALE, 82), Event.DIES, 0.07, COUNT),
    "move at 37": (
        lambda: adults(Sex.MALE, 37),
        Event.HOUSEHOLD_MOVES,
        0.7 * 0.051 + 0.6 * 0.074 + 0.013,
        COUNT,
    ),
    "move by the eldest": (
        lambda: at_home(20, Sex.MALE),
        Event.HOUSEHOLD_MOVES,
        0.7 * 0.023 + 0.6 * 0.031 + 0.004,
        COUNT // 2,
    ),
    "couples by the elder": (lambda: couples(40, 22), Event.PARTS, 0.02, COUNT // 2),
    "a partner at 30": (lambda: adults(Sex.FEMALE, 30), Event.FINDS_PARTNER, 0.12, COUNT),
    "sons of 22 leave": (lambda: at_home(22, Sex.MALE), Event.LEAVES_HOME, 0.85 * 0.164, COUNT // 2),
    "daughters of 22 leave": (lambda: at_home(22, Sex.FEMALE), Event.LEAVES_HOME, 1.2 * 0.164, COUNT // 2),
}
MONTHS = 12  # in which nobody has a birthday


def z_score(name: str, rates: Rates) -> float:
    """Null: the number of events is binomial with n = people at risk x months and p = 1 - exp(-h / 12)."""
    make, event, hazard, at_risk = CASES[name]
    columns = make()
    seen = sum(int((drawn(columns, rates, START + month) & event > 0).sum()) for month in range(MONTHS))
    trials, chance = at_risk * MONTHS, -np.expm1(-hazard / YEAR)
    return float((seen - trials * chance) / np.sqrt(trials * chance * (1 - chance)))


@pytest.mark.parametrize("name", CASES)
def test_hazards_are_recovered(name):
    assert abs(z_score(name, RATES)) < 5


@pytest.mark.parametrize("name", CASES)
def test_a_wrong_hazard_shows(name):
    factor = 1.5
    wrong = replace(
        RATES,
        death=RATES.death * factor,
        move=RATES.move * factor,
        part=RATES.part * factor,
        form=RATES.form * factor,
        leave_home=RATES.leave_home * factor,
    )
    assert z_score(name, wrong) > 8


def mothers(youngest_born: int) -> Columns:
    """Women of 30 without partner on even rows, each with a child that was born in that month after her."""
    columns = at_home(0, Sex.MALE)
    columns["birth_month"][1::2] = youngest_born
    columns["sex"][::2] = Sex.FEMALE
    columns["mother_row"][1::2] = columns["father_row"][1::2]
    return columns


def births_in_two_years(rates: Rates) -> tuple[int, int]:
    """Births in months 13 to 36, of which women x months."""
    columns = mothers(START - 12 * YEAR)
    births = 0
    for month in range(36):
        gives = drawn(columns, rates, START + month)[::2] & Event.GIVES_BIRTH > 0
        columns["birth_month"][1::2][gives] = START + month
        births += int(gives.sum()) if month >= YEAR else 0
    return births, COUNT // 2 * 24


def births_z(rates: Rates, yearly: float) -> float:
    """Null: births at rate h of all women, those who have just given birth among them; variance at most Poisson."""
    births, exposure = births_in_two_years(rates)
    expected = exposure * yearly / YEAR
    return (births - expected) / np.sqrt(expected)


def test_births_follow_the_rate_of_all_women():
    everyone = replace(RATES, single_factor=1.0)
    table = 0.127 * 1.66 / (5 * (0.003 + 0.021 + 0.09 + 0.127 + 0.063 + 0.0115 + 0.0008))
    assert abs(births_z(everyone, table)) < 5
    assert abs(births_z(RATES, 0.35 * table)) < 5
    # The fault: women who have just given birth are left out, and the others' hazard isn't raised for it.
    assert births_z(replace(everyone, birth=RATES.birth * (1 - table)), table) < -8


def test_no_birth_within_a_year_of_another():
    assert not (drawn(mothers(START - 11)) & Event.GIVES_BIRTH).any()
    assert (drawn(mothers(START - 12)) & Event.GIVES_BIRTH).any()


def test_education_moves_births_and_not_their_number():
    assert np.allclose(RATES.birth.sum(axis=1) * YEAR, 1.66)
    mean_age = (RATES.birth * np.arange(120)).sum(axis=1) / RATES.birth.sum(axis=1)
    assert mean_age[Education.LOW] == mean_age[Education.PRACTICAL] < mean_age[Education.MID]
    assert 2.5 < mean_age[Education.HIGH] - mean_age[Education.LOW] < 4
    assert not RATES.birth[:, :15].any()
    assert not RATES.birth[:, 50:].any()


def test_nobody_finds_a_partner_or_leaves_home_below_18_or_outside_their_state():
    sure = replace(RATES, form=RATES.form * 1e6, leave_home=RATES.leave_home * 1e6)
    alone, child = drawn(adults(Sex.MALE, 17), sure), drawn(at_home(17, Sex.MALE), sure)
    assert not (np.concatenate([alone, child[1::2]]) & (Event.FINDS_PARTNER | Event.LEAVES_HOME)).any()
    grown = drawn(at_home(20, Sex.MALE), sure)[1::2]
    assert ((grown & Event.LEAVES_HOME > 0) & (grown & Event.FINDS_PARTNER == 0)).all()
    assert (drawn(adults(Sex.MALE, 18), sure) & Event.FINDS_PARTNER > 0).all()
    assert not (drawn(couples(30, 30), sure) & Event.FINDS_PARTNER).any()


def test_parents_part_less():
    with_child, rows = couples(40, 40), np.arange(COUNT)
    with_child["birth_month"][2::4] = START - 5 * YEAR  # every other pair of rows becomes children of the first
    with_child["birth_month"][3::4] = START - 5 * YEAR
    with_child["partner_row"][rows % 4 > 1] = -1
    with_child["head_row"][:] = rows - rows % 4
    trials, chance = COUNT // 4 * 24, -np.expm1(-0.75 * 0.02 / YEAR)
    seen = sum(int((drawn(with_child, at=START + k) & Event.PARTS > 0).sum()) for k in range(24))
    deviation = np.sqrt(trials * chance)
    assert abs(seen - trials * chance) < 5 * deviation
    assert abs(seen - trials * chance / 0.75) > 5 * deviation


def test_as_many_households_come_as_are_expected_to_go():
    elsewhere = village(400, seed=2)
    pool = NewcomerPool.of(elsewhere, RATES.move, 18.0)
    eldest = {}
    for uid, born in zip(elsewhere.columns["household"], elsewhere.columns["birth_month"], strict=True):
        eldest[uid] = min(eldest.get(uid, START), int(born))
    expected = sum(RATES.move[(START - born) // YEAR] for born in eldest.values())
    assert pool.hazard.sum() == pytest.approx(expected)
    assert sorted(pool.members.tolist()) == list(range(len(elsewhere.columns)))
