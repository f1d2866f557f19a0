"""Each influence works through its own channel and no other: norms through search, parents where jobs are scarce."""

import numpy as np
import pytest
from model.building import beyond_bounds, scenario

from wijksim.model import Neighbourhood
from wijksim.settings import Levers

CHANGED_NORMS = {"norm_drift_month": 0.1, "norm_initial_mean": 0.2, "norm_parent_effect": 0.6, "norm_own_weight": 0.0}


def run(values, **settings):
    told = scenario(months=60, residents=1_500, registry=beyond_bounds(**values), **settings)
    return Neighbourhood(told, seed=1, keep_histories=True).run()


def same_lives(one, other):
    return np.array_equal(one.histories.uids, other.histories.uids) and np.array_equal(
        one.histories.status, other.histories.status
    )


@pytest.mark.parametrize("effect", [0.0, 0.5])
def test_the_work_norm_itself_moves_nobody_in_or_out_of_work(effect):
    """It is an outcome: other norms, equal lives; search knows the share of employed ties, not the norm."""
    usual = run({"norm_effect_on_search": effect})
    changed = run({"norm_effect_on_search": effect} | CHANGED_NORMS)
    assert same_lives(usual, changed)
    assert not np.array_equal(usual.outcomes.series("work_norm"), changed.outcomes.series("work_norm"))


def test_the_effect_of_ties_on_search_does():
    assert not same_lives(run({"norm_effect_on_search": 0.0}), run({"norm_effect_on_search": 0.5}))


def test_the_effect_of_ties_moves_people_apart_but_not_the_wijk_as_a_whole():
    """It is around the mean of the ties at the start, so at its upper bound work as a whole hardly differs."""
    usual, strong = (run({"norm_effect_on_search": effect}) for effect in (0.0, 0.5))
    rates = [one.outcomes.series("employment_rate")[-1] for one in (usual, strong)]
    assert abs(rates[1] - rates[0]) < 0.05


def test_parents_matter_where_jobs_are_scarce_and_nowhere_else():
    """Macmillan: with low-skill unemployment below its floor (.105 x .38 = .0399 in 2015) nothing differs."""
    plenty, scarce = Levers(unemployment_factor=0.38), Levers(unemployment_factor=1.0)
    weak, none = {"parent_effect_on_child_jobfinding": 0.5}, {"parent_effect_on_child_jobfinding": 1.0}
    assert same_lives(run(weak, levers=plenty), run(none, levers=plenty))
    assert not same_lives(run(weak, levers=scarce), run(none, levers=scarce))
