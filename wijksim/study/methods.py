"""How a study samples, and what it analyses."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Method", "Quantity"]


class Method(StrEnum):
    """How the space of parameters is sampled, and which index is read from it."""

    MORRIS = "morris"
    SOBOL = "sobol"
    RBD_FAST = "rbd_fast"
    PAWN = "pawn"
    REGRESSION = "regression"
    SCREEN_THEN_SOBOL = "screen_then_sobol"


class Quantity(StrEnum):
    """What is analysed: policy minus baseline on the same lives, or the level with or without the policy."""

    EFFECT = "effect"
    POLICY = "policy"
    BASELINE = "baseline"
