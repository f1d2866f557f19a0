"""Months made by hand for the tests of processes."""

from __future__ import annotations

from copy import copy
from typing import Any

import numpy as np

from wijksim.calendar import absolute_month
from wijksim.parameters import load_registry
from wijksim.population.columns import Columns, Education, Sex, Status
from wijksim.population.households import rehead
from wijksim.population.world import Homes, Lineage, Ties
from wijksim.processes.process import Month
from wijksim.randomness import Stream, hash_uid
from wijksim.settings import Levers, Settings
from wijksim.state import State

START = absolute_month(2015, 2)  # no January: nothing yearly happens unless a test asks for it
EARLIEST = absolute_month(2015, 1)  # no run starts before the first minimum wage that is known
TIE_PLACES = 8


def make_columns(count: int, **values: Any) -> Columns:
    """Residents, each in a household of its own unless told otherwise; adults of 40 by default."""
    columns = Columns()
    defaults = {
        "uid": hash_uid(0, Stream.INITIAL_UID, np.arange(count), 0),
        "birth_month": START - 40 * 12,
        "status": Status.NO_BENEFIT,
        "home": np.arange(count),
        "starter": True,
    }
    columns.append(count, defaults | values)
    if "household" not in values:
        columns["household"][:] = columns["uid"]
    return columns


def _uids_at(columns: Columns, name: str) -> np.ndarray:
    """Identities of those to whom a column of rows refers, -1 for nobody."""
    return np.where(columns[name] >= 0, columns["uid"][columns[name]], -1)


def make_state(
    columns: Columns, at: int = START, lineage: Lineage | None = None, area: Any = 0, **parents: np.ndarray
) -> State:
    """A state around residents: everyone in the lineage, nobody with ties, homes in a row.

    Parents are those here, unless given by uid; `area` is that of each resident's home.
    """
    rehead(columns, at, 18)
    if lineage is None:
        lineage = Lineage()
    nothing = np.zeros(len(columns))
    lineage.add(
        uid=columns["uid"],
        **{name: parents.get(name, _uids_at(columns, f"{name}_row")) for name in ("mother", "father")},
        birth_month=columns["birth_month"],
        adult_months=nothing,
        adult_months_paid=nothing,
        left_month=nothing - 1,
        left_reason=nothing,
    )
    places = int(columns["home"].max(initial=0)) + 1
    x = np.arange(places, dtype=np.float32)
    area_of_home = np.zeros(places, np.int16)
    area_of_home[columns["home"]] = area
    ties = Ties(np.full((len(columns), TIE_PLACES), -1, np.int32))
    return State(at, columns, lineage, ties, Homes(x, np.zeros_like(x), area_of_home))


def unchecked(made: Any, **values: Any) -> Any:
    """Copy of settings with values that no user may give."""
    made = copy(made)
    for name, value in values.items():
        object.__setattr__(made, name, value)
    return made


def make_month(
    state: Columns | State,
    *,
    at: int = START,
    index: int = 0,
    seed: int = 1,
    newcomers: State | None = None,
    parameters: dict[str, float] | None = None,
    levers: Levers | None = None,
    agents: Any = None,
    registry: Any = None,
    **settings: Any,
) -> Month:
    """A month around residents; all streams and parameters are open to it.

    `parameters` changes the registry within its bounds, `registry` replaces it; without `newcomers` nobody
    lives elsewhere.
    """
    if isinstance(state, Columns):
        state = make_state(state, at)
    told = Settings(name="test", start=max(EARLIEST, at - index), months=12, levers=levers or Levers(), **settings)
    return Month(
        state=state,
        at=at,
        index=index,
        seed=seed,
        settings=told,
        levers=told.levers,
        plans=told.enterprises,
        registry=registry or load_registry().with_values(parameters or {}),
        streams=frozenset(Stream),
        agents=agents,
        newcomers=newcomers or make_state(Columns(), at - index),
    )


def village(households: int, seed: int = 1, at: int = START) -> State:
    """A made-up population: a third of single people, couples and families, and one-parent families.

    Parents of adults stand in the lineage only. Built person by person: for tests, not for runs.
    """
    generator = np.random.default_rng(seed)
    people: list[dict[str, Any]] = []
    for household in range(households):
        kind = household % 4
        age = int(generator.integers(20, 85 if kind < 2 else 50))
        adults = [len(people)] if kind in (0, 3) else [len(people), len(people) + 1]
        first = int(generator.integers(0, 2))
        for number, place in enumerate(adults):
            partner = adults[1 - number] if len(adults) == 2 else -1
            people.append(
                {
                    "household": household,
                    "sex": (first + number) % 2,
                    "age": max(18, age + number * int(generator.integers(-5, 6))),
                    "partner_row": partner,
                    "status": Status.REGULAR_JOB if generator.random() < 0.6 else Status.NO_BENEFIT,
                }
            )
            assert place == len(people) - 1
        for _ in range(int(generator.integers(1, 4)) if kind >= 2 else 0):
            by_sex = {people[place]["sex"]: place for place in adults}
            child_age = int(generator.integers(0, max(1, min(25, age - 20))))
            people.append(
                {
                    "household": household,
                    "sex": int(generator.integers(0, 2)),
                    "age": child_age,
                    "mother_row": by_sex.get(Sex.FEMALE, -1),
                    "father_row": by_sex.get(Sex.MALE, -1),
                    "status": Status.CHILD if child_age < 16 else Status.SCHOOL,
                }
            )
    count = len(people)

    def of(name: str, default: int = -1) -> np.ndarray:
        return np.array([person.get(name, default) for person in people])

    uid = hash_uid(seed, Stream.INITIAL_UID, np.arange(count), 0)
    birth_month = at - 12 * of("age") - generator.integers(0, 12, count)
    elders = hash_uid(seed, Stream.INITIAL_UID, np.arange(2 * count), 1).reshape(2, count)
    parent_rows = {"mother": of("mother_row"), "father": of("father_row")}
    adults = (parent_rows["mother"] < 0) & (parent_rows["father"] < 0)
    parents = {
        name: np.where(rows >= 0, uid[rows], np.where(adults, elders[place], -1))
        for place, (name, rows) in enumerate(parent_rows.items())
    }
    columns = make_columns(
        count,
        uid=uid,
        household=hash_uid(seed, Stream.HOUSEHOLD_UID, of("household"), at),
        home=of("household"),
        sex=of("sex"),
        birth_month=birth_month,
        partner_row=of("partner_row"),
        mother_row=parent_rows["mother"],
        father_row=parent_rows["father"],
        status=of("status"),
        education=generator.integers(0, len(Education), count),
        frailty=generator.normal(size=count),
        employability=generator.normal(size=count),
    )
    lineage = Lineage()
    forebears = elders[:, adults].ravel()
    born = np.tile(birth_month[adults] - 30 * 12, 2)
    zero = np.zeros(forebears.size)
    lineage.add(
        uid=forebears,
        mother=zero - 1,
        father=zero - 1,
        birth_month=born,
        adult_months=zero + 240,
        adult_months_paid=zero + 200,
        left_month=zero + at - 1,
        left_reason=zero + 2,
    )
    return make_state(columns, at, lineage, **parents)
