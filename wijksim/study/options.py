"""How much a comparison computes: runs, draws, screening, precision and seed; checked before anything is computed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from wijksim.errors import InputError, Problem
from wijksim.study.engines import Progress
from wijksim.study.replicate import replication_problems

__all__ = ["PRECISION", "CompareOptions"]

PRECISION = (0.05, 0.10)
"""Half the interval of a mean effect is below this part of the baseline level, or this part of the effect."""

_TIMES_AT_MOST = 10


@dataclass(frozen=True, kw_only=True)
class CompareOptions:
    """What :func:`wijksim.study.compare.compare` is asked besides its scenarios, under the same names.

    Raises
    ------
    InputError
        All that can't be, with what was expected.
    """

    replications: int = 10
    draws: int = 0
    seeds_per_draw: int = 1
    posterior: Path | str | None = None
    trajectories: int = 0
    structures: str | Sequence[str] = ()
    precision: tuple[float, float] | None = None
    max_replications: int | None = None
    seed: int = 1
    workers: int | None = None
    out: Path | str | None = None
    force: bool = False
    progress: Progress | None = None

    def __post_init__(self) -> None:
        problems = list(self._problems())
        if problems:
            raise InputError(problems)

    def _problems(self) -> Iterator[Problem]:
        counts = (self.replications, self.seed, self.workers, self.draws, self.trajectories, self.max_replications)
        problems = list(replication_problems(*counts))
        yield from problems
        if not problems and self.max_replications is not None and self.max_replications < self.replications:
            message = f"is {self.max_replications}; expected {self.replications} (the replications) or more."
            yield Problem("max_replications", message)
        if self.posterior is not None and self.draws == 0:
            message = "is given and nothing is drawn, so it would change nothing."
            yield Problem("posterior", message, "Ask for draws: --draws 20.")
        whole = isinstance(self.seeds_per_draw, int) and not isinstance(self.seeds_per_draw, bool)
        if not whole or self.seeds_per_draw < 1:
            yield Problem("seeds_per_draw", f"is {self.seeds_per_draw!r}; expected a whole number from 1.")
        elif self.seeds_per_draw > 1 and self.draws == 0:
            message = f"is {self.seeds_per_draw} and nothing is drawn, so it would change nothing."
            yield Problem("seeds_per_draw", message, "Ask for draws: --draws 20.")
        for part, words in zip(self.precision or (), ("the baseline level", "the effect"), strict=False):
            if not (math.isfinite(part) and 0 < part < 1):
                hint = f"For {part:g} % write {part / 100:g}." if 1 <= part < 100 else "For 5 % write 0.05."
                yield Problem("precision", f"is {part:g} of {words}; expected a share above 0 and below 1.", hint)

    @property
    def asked_precision(self) -> tuple[float, float]:
        """Parts of the baseline level and of the effect; the usual ones where none were given."""
        return self.precision or PRECISION

    @property
    def most(self) -> int:
        """Replications at most: as many as were asked for, unless more may be added until the means are precise."""
        if self.max_replications is not None:
            return self.max_replications
        return self.replications * (_TIMES_AT_MOST if self.precision else 1)
