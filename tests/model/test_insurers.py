"""What insurers pay for places at the default: little, as they see noise and keep little."""

import numpy as np
from model.building import scenario

from wijksim.accounts import CENTS_PER_EURO, Category
from wijksim.model import Neighbourhood


def co_funding_by_year(seed):
    """Euro for a year of a filled place, in each year of three."""
    model = Neighbourhood(scenario("beide", months=36, residents=None), seed=seed)
    result = model.run()
    paid = np.zeros(result.months)
    for posting in result.ledger:
        if posting.category is Category.CO_FUNDING:
            paid[posting.month - result.start] += posting.cents / CENTS_PER_EURO
    filled = result.outcomes.series("in_place")
    return paid.reshape(3, 12).sum(axis=1) / (filled.reshape(3, 12).sum(axis=1) / 12)


def test_co_funding_lies_between_nothing_and_fifty_euro_a_job_year():
    """Posterior of a noisy measurement (B7): in twelve wijken never outside EUR 0 to 50, and not nothing everywhere."""
    found = np.array([co_funding_by_year(seed) for seed in range(1, 13)])
    assert (found >= 0.0).all()
    assert (found <= 50.0).all()
    assert found.mean() > 1.0
    assert found.std() > 0.0  # it follows what was measured
