"""Education: levels of adults by age as the profile has them, and of young people by that of their parents."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wijksim.parameters import Registry
from wijksim.population.columns import Education
from wijksim.randomness import Stream, uniforms

__all__ = ["draw_education", "higher_of"]

Levels = NDArray[np.int8]
Floats = NDArray[np.float64]


def higher_of(first: Levels, second: Levels) -> Levels:
    """Higher of two parents' levels; -1 stands for unknown, and both unknown stays -1."""
    return np.maximum(first, second)


def draw_education(
    seed: int,
    uids: NDArray[np.int64],
    parents: Levels,
    exposure: Floats,
    registry: Registry,
    month: int,
    stream: Stream = Stream.EDUCATION,
) -> Levels:
    """Draw the level that a young person will reach, by an ordered logit.

    The log odds of reaching more than a level are those of ``education_transition_*`` for the higher of the
    parents' levels, plus ``child_education_work_effect`` times the share of childhood with a working parent
    above ``exposure_mean`` (`mechanisms.md` B5).

    Parameters
    ----------
    uids : array of int64, shape (n,)
    parents : array of int8, shape (n,)
        Higher of the parents' levels, code of `Education`; -1 is unknown and counts as mid.
    exposure : array, shape (n,)
        Share of childhood with a working parent; negative is missing and counts as the reference.
    month : int
        Absolute month, which keys the draw.

    Returns
    -------
    array of int8, shape (n,)
        Code of `Education`.
    """
    reached = np.array(
        [
            np.cumsum(registry.table(f"education_transition_{level.name.lower()}").per_step(len(Education)))[:-1]
            for level in Education
        ]
    )
    log_odds = np.log(reached / (1.0 - reached))[np.where(parents < 0, Education.MID, parents)]
    reference = registry.number("exposure_mean")
    beyond = np.where(exposure < 0.0, 0.0, exposure - reference)
    log_odds = log_odds - (registry.number("child_education_work_effect") * beyond)[:, None]
    draws = uniforms(seed, stream, uids, month)
    at_most = 1.0 / (1.0 + np.exp(-log_odds))
    levels: Levels = (draws[:, None] > at_most).sum(axis=1).astype(np.int8)
    return levels
