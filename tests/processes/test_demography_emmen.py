"""Ten years of Emmerhout: births, deaths and households against figures that set none of the parameters."""

from pathlib import Path

import numpy as np
import pytest
from processes.building import make_month

from wijksim.calendar import absolute_month
from wijksim.parameters import load_registry
from wijksim.population.columns import Sex
from wijksim.population.profile import Profile
from wijksim.population.synthesis import build_population
from wijksim.processes.demography import Demography
from wijksim.state import State

PROFILE = Path(__file__).parents[2] / "experiments" / "emmen" / "emmerhout.toml"
START = absolute_month(2015, 1)
YEARS, RESIDENTS = 10, 6700


def shares(state: State, at: int) -> np.ndarray:
    """Of households: of one person, with a couple. Of people: below 15, 65 and older."""
    columns, here = state.columns, state.columns["present"]
    _, place, size = np.unique(columns["household"][here], return_inverse=True, return_counts=True)
    couples = np.bincount(place, weights=columns["partner_row"][here] >= 0) > 0
    age = (at - columns["birth_month"][here]) // 12
    return np.array([(size == 1).mean(), couples.mean(), (age < 15).mean(), (age >= 65).mean()])


@pytest.fixture(scope="module")
def decade():
    registry, profile = load_registry(), Profile.from_file(PROFILE)
    state, newcomers = (
        State(*build_population(profile, registry, seed=seed, start=START, residents=RESIDENTS)) for seed in (1, 2)
    )
    before, people, process = shares(state, START), [], Demography()
    for index in range(12 * YEARS):
        process.step(make_month(state, at=START + index, index=index, newcomers=newcomers, registry=registry))
        people.append(state.columns.present_rows().size)
    yearly = {name: count / sum(people) * 12 * 1000 for name, count in state.flows.items()}
    return state, before, shares(state, START + 12 * YEARS - 1), yearly


def test_births_and_deaths_are_of_the_order_of_emmen(decade):
    """Emmen 2020: 8 births and 12 deaths per 1 000 (CBS, E2); Emmerhout's ages are about those of Emmen."""
    yearly = decade[3]
    assert 6.5 < yearly["births"] < 10
    assert 9 < yearly["deaths"] < 15


def test_households_and_ages_stay_of_the_order_of_the_start(decade):
    _, before, after, _ = decade
    assert (np.abs(after - before) < 0.05).all(), (before, after)


def test_traits_keep_their_spread(decade):
    """Null: SD 1, n over 5 000 people, of whom those born here inherit theirs."""
    columns = decade[0].columns
    for name in ("frailty", "employability"):
        traits = columns[name][columns["present"]]
        assert abs(traits.std() - 1) < 5 / np.sqrt(2 * traits.size) + 0.01  # and what assortment misses
        assert abs(traits.mean()) < 5 / np.sqrt(traits.size) + 0.05  # traits of households are alike


def test_mothers_of_the_born_are_of_an_age_for_it(decade):
    columns, lineage = decade[0].columns, decade[0].lineage
    born = (columns["birth_month"] >= START) & (columns["mother_row"] >= 0)
    mothers = lineage.places_of(lineage.parents_of(columns["uid"][born])[0])
    years = (columns["birth_month"][born] - lineage.birth_month[mothers]) / 12
    assert born.sum() > 300
    assert years.min() >= 15
    assert years.max() < 50
    assert 28 < years.mean() < 33


def test_there_are_three_generations_of_everybody(decade):
    """Only the forebears themselves have unknown parents; unknown fathers are few."""
    state = decade[0]
    columns, lineage = state.columns, state.lineage
    here = columns["present"]
    mothers, fathers = lineage.parents_of(columns["uid"][here])
    assert (mothers >= 0).all()
    grandmothers = lineage.mother[lineage.places_of(mothers)]
    assert (grandmothers >= 0).all()
    assert (fathers < 0).mean() < 0.15
    assert set(np.unique(columns["sex"][here])) == set(Sex)
