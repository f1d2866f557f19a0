"""Who lives in the wijk: the identity of people, order of rows, compaction, and small months by hand."""

import numpy as np
import pytest
from processes.building import START, make_columns, make_month, make_state, village
from processes.checking import as_declared, differences_by_uid, read_only_but, shuffled

import wijksim.processes.demography as demography
from wijksim.calendar import absolute_month
from wijksim.parameters import load_registry
from wijksim.population.columns import Columns, LeaveReason, Sex, Status
from wijksim.population.households import rehead
from wijksim.population.ranks import ranks_with_trait
from wijksim.population.traits import inherited_traits
from wijksim.processes.births import give_birth, traits_of_newborns
from wijksim.processes.demography import Demography, compact
from wijksim.processes.process import Month
from wijksim.randomness import Stream, hash_uid, uniforms
from wijksim.state import State

REGISTRY = load_registry()
ELSEWHERE = village(60, seed=2)
YEAR = 12


def lived(state: State, months: int, *, each=None, seed: int = 1, newcomers: State = ELSEWHERE) -> State:
    """A copy of a state, `months` later."""
    state, process = state.copy(), Demography()
    for index in range(months):
        if each is not None:
            each(state)
        state.flows.clear()
        at = START + index
        process.step(make_month(state, at=at, index=index, seed=seed, newcomers=newcomers, registry=REGISTRY))
        state.month = at + 1
    return state


def of_residents(state: State) -> State:
    """A state with the rows of residents only."""
    state = state.copy()
    compact(state)
    return state


def tie_uids(state: State) -> dict[int, set[int]]:
    uids = np.append(state.columns["uid"], -1)
    return {
        int(uid): set(uids[row].tolist()) - {-1} for uid, row in zip(state.columns["uid"], state.ties.rows, strict=True)
    }


def test_people_of_a_month_are_those_of_the_last_and_who_came_less_who_went():
    state, process = village(100).copy(), Demography()
    before = state.columns.present_rows().size
    seen = dict.fromkeys(("births", "arrivals", "deaths", "departures", "couples_formed", "left_home"), 0.0)
    for index in range(36):
        state.flows.clear()
        at = START + index
        process.step(make_month(state, at=at, index=index, newcomers=ELSEWHERE, registry=REGISTRY))
        flows = state.flows
        now = state.columns.present_rows().size
        assert now == before + flows["births"] + flows["arrivals"] - flows["deaths"] - flows["departures"]
        before = now
        seen = {name: count + flows[name] for name, count in seen.items()}
    assert min(seen.values()) > 0


def test_parents_exist_or_once_existed():
    state = lived(village(100), 60)
    columns, lineage = state.columns, state.lineage
    assert np.unique(lineage.uid).size == lineage.uid.size
    for parents in (lineage.mother, lineage.father):
        assert (lineage.places_of(parents[parents >= 0]) >= 0).all()
    assert (lineage.places_of(columns["uid"]) >= 0).all()
    for name, parents in zip(("mother", "father"), lineage.parents_of(columns["uid"]), strict=True):
        rows = columns[f"{name}_row"]
        assert (columns["uid"][rows[rows >= 0]] == parents[rows >= 0]).all()
        here = columns["present"] & np.isin(parents, columns["uid"][columns["present"]])
        assert (rows[here] >= 0).all(), "a parent who lives here has a row"
    residents = lineage.places_of(columns["uid"][columns["present"]])
    assert (lineage.left_month[residents] == -1).all()
    gone = lineage.places_of(columns["uid"][~columns["present"]])
    assert (lineage.left_month[gone] >= START).all()
    born = columns["birth_month"]
    for rows in (columns["mother_row"], columns["father_row"]):
        assert (born[rows >= 0] - born[rows[rows >= 0]] >= 15 * YEAR).all()


def test_households_hold_together():
    state = of_residents(lived(village(100), 60))
    columns = state.columns
    partner = columns["partner_row"]
    coupled = np.flatnonzero(partner >= 0)
    assert (partner[partner[coupled]] == coupled).all()
    assert (columns["household"][partner[coupled]] == columns["household"][coupled]).all()
    for name in ("head_row", "unit_row"):
        assert (columns["household"][columns[name]] == columns["household"]).all()
    homes = {}
    for household, home in zip(columns["household"], columns["home"], strict=True):
        assert homes.setdefault(household, home) == home
    assert np.unique(list(homes.values())).size == len(homes), "no home is shared by two households"
    adult = columns["birth_month"] <= state.month - 1 - 18 * YEAR
    assert np.isin(columns["household"], columns["household"][adult]).all(), "no household without an adult"


OF_THOSE_WHO_STAY = (
    "present",
    "mother_row",
    "father_row",
    "partner_row",
    "head_row",
    "unit_row",
    "household",
    "home",
    "births",
    "partner_spell",
)


@pytest.mark.parametrize("at", [START, absolute_month(2016, 1)])
def test_nothing_but_what_is_declared_is_used(at):
    """Demography declares all columns, as it adds and drops rows; of those who stay it writes only these."""
    month = make_month(village(100), at=at, index=at - START, newcomers=ELSEWHERE, registry=REGISTRY)
    process = Demography()
    with read_only_but(OF_THOSE_WHO_STAY, month):
        process.step(as_declared(process, month))
    assert set(process.reads) <= set(process.writes) == set(month.columns.names)


def test_order_of_rows_changes_nothing():
    state = village(100)
    first, second = lived(state, 14), lived(shuffled(state), 14)
    assert differences_by_uid(first, second) == []
    assert tie_uids(first) == tie_uids(second)
    assert np.array_equal(first.homes.x, second.homes.x)


def test_compacting_every_month_or_never_changes_nothing(monkeypatch):
    state = village(100)
    yearly, monthly = lived(state, 26), lived(state, 26, each=compact)
    monkeypatch.setattr(demography, "compact", lambda state: None)
    never = lived(state, 26)
    assert len(yearly.columns) < len(never.columns)
    for other in (monthly, never):
        assert differences_by_uid(of_residents(yearly), of_residents(other)) == []
        assert tie_uids(of_residents(yearly)) == tie_uids(of_residents(other))


def test_a_state_goes_on_as_if_it_had_not_been_copied():
    state, process = village(60), Demography()
    twin = lived(state, 1)
    process.step(make_month(state, newcomers=ELSEWHERE, registry=REGISTRY))
    twin.flows, state.month = state.flows, twin.month
    assert list(state.differences(twin)) == []


def test_seeds_differ():
    state = village(60)
    assert differences_by_uid(lived(state, 3), lived(state, 3)) == []
    first, second = lived(state, 3), lived(state, 3, seed=2)
    assert set(first.columns["uid"]) != set(second.columns["uid"])


def test_work_changes_no_demographic_life():
    state = village(100)
    workless = state.copy()
    workless.columns["status"][:] = Status.SOCIAL_ASSISTANCE
    workless.columns["employability"][:] = -2
    first, second = lived(state, 24), lived(workless, 24)
    assert np.array_equal(first.columns["uid"], second.columns["uid"])
    for name in ("present", "household", "partner_row", "home", "births", "mother_row"):
        assert np.array_equal(first.columns[name], second.columns[name]), name


def test_one_resident_and_nobody():
    for residents in (make_columns(1), Columns()):
        state = lived(make_state(residents), 24, newcomers=make_state(Columns()))
        assert state.columns.present_rows().size <= 1


def test_in_january_rows_of_leavers_go_and_references_follow():
    columns = make_columns(4, household=[7, 8, 8, 9], partner_row=[-1, 2, 1, -1])
    state = make_state(columns)
    state.ties.rows[:, 0] = [3, 3, 0, 2]
    state.columns.leave(np.array([0]))
    state.ties.forget(np.flatnonzero(~state.columns["present"]))
    uids = columns["uid"][1:].copy()
    compact(state)
    assert columns["uid"].tolist() == uids.tolist()
    assert columns["partner_row"].tolist() == [1, 0, -1]
    assert state.ties.rows[:, 0].tolist() == [2, -1, 1]


def born_to(month: Month, partner: np.ndarray) -> int:
    """Row of a child born to the first resident."""
    rows = month.columns.append(1, {})
    give_birth(month, traits_of_newborns(month), np.array([0]), partner, rows)
    return int(rows[0])


def birth_month_of(sex_of_partner: int, *, partner_left: bool):
    """A couple, and the month in which the first of them gives birth."""
    columns = make_columns(
        2,
        household=[5, 5],
        home=[3, 3],
        sex=[Sex.FEMALE, sex_of_partner],
        partner_row=[1, 0],
        insurer=[2, 1],
        births=[1, 0],
        frailty=[1.0, -1.0],
    )
    month = make_month(columns)
    partner = columns["partner_row"].copy()
    if partner_left:
        columns.leave(np.array([1]))
    return month, born_to(month, partner)


def test_a_newborn_has_a_mother_a_father_and_her_home():
    month, child = birth_month_of(Sex.MALE, partner_left=False)
    columns, lineage = month.columns, month.state.lineage
    uid = hash_uid(1, Stream.BIRTH_UID, columns["uid"][:1], 2)[0]
    assert columns["uid"][child] == lineage.uid[-1] == uid
    assert columns["uid"][0] == lineage.mother[-1]
    assert columns["uid"][1] == lineage.father[-1]
    assert [columns[name][child] for name in ("mother_row", "father_row")] == [0, 1]
    assert [columns[name][child] for name in ("household", "home", "insurer")] == [5, 3, 2]
    assert columns["birth_month"][child] == lineage.birth_month[-1] == START
    assert columns["status"][child] == Status.CHILD
    assert columns["births"].tolist() == [2, 0, 0]
    assert not columns["starter"][child]
    assert (lineage.left_month[-1], lineage.left_reason[-1], lineage.adult_months[-1]) == (-1, 0, 0)


def test_a_newborns_traits_are_inherited_as_those_of_the_first_residents_are():
    for left in (False, True):
        month, child = birth_month_of(Sex.MALE, partner_left=left)
        columns = month.columns
        mothers, fathers = (
            np.array([[columns["frailty"][row], columns["employability"][row]]], np.float32) for row in (0, 1)
        )
        expected = inherited_traits(
            1,
            columns["uid"][child:],
            mothers,
            fathers,
            inheritance=month.number("trait_inheritance"),
            correlation=month.number("frailty_employability_correlation"),
            assortment=month.number("assortative_trait_correlation"),
        ).astype(np.float32)
        assert [columns["frailty"][child], columns["employability"][child]] == expected[0].tolist()
        boy = uniforms(1, Stream.BIRTH_SEX, columns["uid"][child:], START)[0] < month.number("birth_male_share")
        assert columns["sex"][child] == (Sex.MALE if boy else Sex.FEMALE)
        rank = ranks_with_trait(
            uniforms(1, Stream.TAKE_UP, columns["uid"][child:], 0),
            columns["employability"][child:].astype(float) - month.number("takeup_employability_middle"),
            month.number("takeup_employability_correlation"),
        )
        assert columns["take_up"][child] == np.float32(rank[0])


def test_a_father_who_left_this_month_is_still_the_father():
    month, child = birth_month_of(Sex.MALE, partner_left=True)
    assert month.state.lineage.father[-1] == month.columns["uid"][1]
    assert month.columns["father_row"][child] == -1


def test_a_partner_who_is_a_woman_is_no_father():
    month, _ = birth_month_of(Sex.FEMALE, partner_left=False)
    assert month.state.lineage.father[-1] == -1


def test_leavers_keep_their_work_history_in_the_lineage():
    state = village(300)
    state.columns["adult_months"][:] = 100
    state.columns["adult_months_paid"][:] = 60
    state.columns["starter"][:] = True
    later = lived(state, 10)  # up to the December before rows are dropped
    gone = np.flatnonzero(~later.columns["present"] & later.columns["starter"])
    places = later.lineage.places_of(later.columns["uid"][gone])
    assert gone.size > 0
    assert set(later.lineage.left_reason[places]) == {LeaveReason.DEATH, LeaveReason.MOVED_OUT}
    assert (later.lineage.adult_months[places] == 100).all()
    assert (later.lineage.adult_months_paid[places] == 60).all()


def test_an_identity_that_is_taken_is_made_again():
    month, child = birth_month_of(Sex.MALE, partner_left=False)
    columns = month.columns
    columns["births"][0] = 1  # the same birth order again: the same identity, were it free
    again = born_to(month, columns["partner_row"].copy())
    assert columns["uid"][again] == hash_uid(1, Stream.BIRTH_UID, columns["uid"][:1], 2, 1)[0]
    assert columns["uid"][again] != columns["uid"][child]


@pytest.mark.parametrize("births", [0, 1])
def test_children_are_keyed_by_birth_order(births):
    month, _ = birth_month_of(Sex.MALE, partner_left=False)
    month.columns["births"][0] = births
    month.state.lineage = month.state.lineage.copy()
    child = born_to(month, month.columns["partner_row"].copy())
    taken = 1 if births == 1 else 0  # the second child was born already
    assert month.columns["uid"][child] == hash_uid(1, Stream.BIRTH_UID, month.columns["uid"][:1], births + 1, taken)[0]


def test_heads_and_units_of_those_who_changed_are_those_of_everyone():
    """Only households in which something happened are looked at; looking at all gives the same, each month."""
    state, process = village(150).copy(), Demography()
    changed = 0
    for index in range(40):
        at = START + index
        before = state.columns["head_row"].copy()
        process.step(make_month(state, at=at, index=index, newcomers=ELSEWHERE, registry=REGISTRY))
        everyone = state.columns.copy()
        rehead(everyone, at, REGISTRY.number("adult_age"))
        for name in ("head_row", "unit_row"):
            assert np.array_equal(state.columns[name], everyone[name]), (index, name)
        changed += not np.array_equal(before, state.columns["head_row"][: before.size])
    assert changed > 30
