"""What a brief is made of and how far it is: what the page and the process that makes it tell each other."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

__all__ = ["ARCHIVE", "DRAWS", "RESULTS", "RUNS", "BriefOrder", "News", "Step"]

RUNS, DRAWS = 10, 20
"""Runs with chance alone, and runs more with drawn parameters: as of the demo; some 80 s for 10 000 people."""

RESULTS, ARCHIVE = "results", "results.zip"
"""Folder of the results, and all of it as one file."""


class Step(StrEnum):
    """How far a brief is, or why there is none."""

    NONE = "none"
    WAITING = "waiting"
    COMPUTING = "computing"
    WRITING = "writing"
    DONE = "done"
    CANCELLED = "cancelled"
    SAME = "same"
    """The plan changes nothing."""
    FULL = "full"
    """The disk is full."""
    FAILED = "failed"

    @property
    def goes_on(self) -> bool:
        """Whether somebody is busy with it."""
        return self in (Step.WAITING, Step.COMPUTING, Step.WRITING)


class News(NamedTuple):
    """What the process tells: how far it is, months done and in all, and why it failed, in words."""

    step: Step
    done: int = 0
    total: int = 0
    why: str = ""


@dataclass(frozen=True)
class BriefOrder:
    """What a brief is made of.

    Parameters
    ----------
    plan, baseline : str
        Both scenario files.
    name : str
        Of the file of the plan, without ending.
    seed : int
        Of the course that was watched; the first run of the brief has it.
    guesses : tuple of (str, str, float)
        Group, outcome and difference that it expected.
    runs, draws : int
        How much is computed.
    """

    plan: str
    baseline: str
    name: str
    seed: int
    guesses: tuple[tuple[str, str, float], ...] = ()
    runs: int = RUNS
    draws: int = DRAWS
