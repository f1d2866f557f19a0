"""What a place costs and brings the municipality, in pairs of whole runs."""

from dataclasses import replace

import numpy as np
from model.building import GROUNDS, scenario

from wijksim.accounts import Party
from wijksim.model import Neighbourhood
from wijksim.settings import PlaceKind

BUDGETS = [
    Party.MUNICIPALITY_ASSISTANCE,
    Party.PARTICIPATION_BUDGET,
    Party.MUNICIPALITY_WMO,
    Party.MUNICIPALITY_ADMINISTRATION,
]
SEEDS = (1, 2, 3, 4)


def balance(told, seed):
    """Euro that the municipality received less what it paid, over all its budgets."""
    model = Neighbourhood(told, seed=seed)
    model.run()
    received = sum(int(model.state.ledger.balances[party]) for party in BUDGETS)
    model.close()
    return received / 100


def effects(productivity):
    """Policy less baseline by seed: 24 paid jobs as grounds wardens for the longest out of work, 2015 and 2016."""
    baseline = scenario(months=24, residents=4_000)
    plan = replace(GROUNDS, places_are=PlaceKind.PAID_JOBS, places=24, productivity_share=productivity)
    policy = replace(baseline, settings=replace(baseline.settings, enterprises=(plan,)))
    return np.array([balance(policy, seed) - balance(baseline, seed) for seed in SEEDS])


def test_the_municipality_loses_by_people_who_can_earn_three_tenths_of_the_minimum_wage():
    """Null: it loses nothing. Four pairs; about EUR -125 000 with a standard error of some 10 000."""
    found = effects(0.3)
    assert (found < 0).all()
    assert found.mean() / (found.std(ddof=1) / np.sqrt(len(SEEDS))) < -5


def test_it_depends_on_what_they_can_earn():
    """The same places at .9: little subsidy and grant, so the benefit saved outweighs them."""
    assert effects(0.9).mean() > effects(0.3).mean() + 100_000
