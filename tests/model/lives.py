"""Whole runs of which everybody's life is kept, and scores of counts against what is expected."""

from __future__ import annotations

from typing import Any

import numpy as np
from model.building import beyond_bounds, scenario

from wijksim.model import Neighbourhood
from wijksim.parameters import Registry
from wijksim.settings import Matching
from wijksim.study.validation.panel import Panel, Recording

LARGEST_Z = 5.0

ONLY_STATUS_AND_DURATION = {
    "employability_hazard_sd": 0.0,
    "education_job_finding_log": 0.0,
    "reemployment_hr_ill_health": 1.0,
    "jobs_found_via_contacts": 0.0,
    "norm_effect_on_search": 0.0,
    "parent_effect_on_child_jobfinding": 1.0,
    "separation_tightness_elasticity": 0.0,
    "unemployment_entry_hr_ill_health": 1.0,
}
"""Values at which job finding depends on status and duration alone, and job loss on tenure and education."""


def lives(
    fields: tuple[str, ...] = (), *, seed: int = 1, registry: Registry | None = None, **settings: Any
) -> tuple[Panel, Neighbourhood]:
    """Run a baseline to its end; matching *none*, so that nobody's luck depends on others, unless told otherwise."""
    told = scenario(registry=registry, **({"matching": Matching.NONE} | settings))
    recording = Recording(fields)
    model = Neighbourhood(told, seed=seed, after={"measurement": recording}, keep_histories=True)
    model.run()
    return Panel(model, recording), model


def score(happened: np.ndarray, chance: np.ndarray) -> float:
    """z of a count. Null: independent events, each with its own chance.

    Parameters
    ----------
    happened : array of bool
        Whether the event came, one for each person-month at risk.
    chance : array of float
        What the rule says.
    """
    chance = np.broadcast_to(chance, happened.shape).astype(np.float64)
    assert (chance * (1 - chance)).sum() > 25, "too few events to tell"
    return float((happened.sum() - chance.sum()) / np.sqrt((chance * (1 - chance)).sum()))


__all__ = ["LARGEST_Z", "ONLY_STATUS_AND_DURATION", "beyond_bounds", "lives", "score"]
