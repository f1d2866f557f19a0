"""Ranks that go with a trait, worked out by hand and counted."""

import numpy as np
import pytest
from population.neighbourhoods import population

from wijksim.parameters import load_registry
from wijksim.population.ranks import rank_with_trait, ranks_with_trait, share_below
from wijksim.randomness import normal_icdf

PEOPLE = 50_000
LIMIT = 5.0


@pytest.mark.parametrize(
    ("uniform", "trait", "correlation", "rank"),
    [
        (0.5, 1.0, 0.6, 0.725747),  # Phi(.6)
        (0.841344746, -2.0, 0.6, 0.344578),  # Phi(.6 x -2 + .8 x 1) = Phi(-.4)
        (0.3, -2.0, 0.0, 0.3),
    ],
)
def test_a_rank_by_hand(uniform, trait, correlation, rank):
    assert rank_with_trait(uniform, trait, correlation) == pytest.approx(rank, abs=1e-6)


def test_the_share_below_by_hand():
    # Phi^-1(.65) = .385320; (.385320 + .5) / .866025 = 1.022280 and (.385320 - .5) / .866025 = -.132421.
    found = share_below(0.65, np.array([-1.0, 1.0]), 0.5)
    assert found == pytest.approx([0.846676, 0.447326], abs=1e-5)
    assert share_below(0.65, np.array([-1.0, 1.0]), 0.0) == pytest.approx([0.65, 0.65])
    assert share_below(1.0, np.array([-1.0]), 0.5).tolist() == [1.0]


def test_ranks_are_even_and_go_with_the_trait():
    # Null: .65 below .65 over everybody, and what share_below says among people of one value; n = 50 000.
    rng = np.random.default_rng(3)
    uniforms, traits = rng.random(PEOPLE), rng.standard_normal(PEOPLE)
    below = (ranks_with_trait(uniforms, traits, 0.5) < 0.65).mean()
    assert abs(below - 0.65) / np.sqrt(0.65 * 0.35 / PEOPLE) < LIMIT
    low = (ranks_with_trait(uniforms, np.full(PEOPLE, -1.0), 0.5) < 0.65).mean()
    chance = share_below(0.65, np.array([-1.0]), 0.5)[0]
    assert abs(low - chance) / np.sqrt(chance * (1 - chance) / PEOPLE) < LIMIT


def test_in_a_population_the_less_employable_claim_more():
    # Null: the registry's correlation, among minors, whose status doesn't bear on their rank; n about 4 000.
    columns = population(20_000).columns
    minor = columns["birth_month"] > columns["birth_month"].max() - 12 * 17
    score = np.array([normal_icdf(float(rank)) for rank in columns["take_up"][minor]])
    able = columns["employability"][minor].astype(float)
    found = np.arctanh(np.corrcoef(score, able)[0, 1])
    wanted = np.arctanh(load_registry().number("takeup_employability_correlation"))
    assert abs(found - wanted) * np.sqrt(minor.sum() - 3) < LIMIT
    assert abs(found) * np.sqrt(minor.sum() - 3) > 8
