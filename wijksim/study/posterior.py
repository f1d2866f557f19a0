"""Vectors of parameters that a calibration doesn't rule out, drawn from by their weights."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.errors import InputError, Problem
from wijksim.parameters import Registry
from wijksim.structure import USUAL
from wijksim.study.draws import drawn_factors
from wijksim.study.identity import digest_of

__all__ = ["IMPLAUSIBILITY", "WEIGHT", "Posterior", "read_posterior"]

WEIGHT, IMPLAUSIBILITY = "weight", "implausibility"
_MADE_BY = "Give the posterior.csv that wijksim calibrate wrote."
_FAULTS_TOLD = 5
_LETTERS = 13
"""Hexadecimal digits of a hash that a float holds in full."""


@dataclass(frozen=True)
class Posterior:
    """Vectors and their weights.

    Parameters
    ----------
    names : tuple of str
        Parameters that are taken from it: those of the file that nobody has set.
    vectors : array of float64, shape (vectors, names)
        Values.
    weights : array of float64, shape (vectors,)
        Together 1.
    text : str
        The file.
    """

    names: tuple[str, ...]
    vectors: NDArray[np.float64]
    weights: NDArray[np.float64]
    text: str

    def put_in(self, draws: Sequence[Mapping[str, float]], seed: int) -> list[dict[str, float]]:
        """Draws with the parameters of a vector each; the first of a larger number are those of a smaller."""
        if not draws:
            return []
        uniforms = [_uniform(f"wijksim vector {number} of seed {seed}") for number in range(len(draws))]
        places = np.searchsorted(np.cumsum(self.weights), uniforms, side="right").clip(max=len(self.weights) - 1)
        chosen = self.vectors[places].tolist()
        return [{**draw, **dict(zip(self.names, one, strict=True))} for draw, one in zip(draws, chosen, strict=True)]

    def told(self) -> dict[str, Any]:
        """What a manifest keeps of it."""
        return {"digest": digest_of(self.text), "vectors": len(self.vectors), "parameters": list(self.names)}


def _uniform(text: str) -> float:
    """Number from 0 to 1 by a hash; from a sequence as of the draws it would go along with one of their parameters."""
    return int(digest_of(text)[:_LETTERS], 16) / 16.0**_LETTERS


def read_posterior(path: Path, registry: Registry, structure: Mapping[str, StrEnum] = USUAL) -> Posterior:
    """Read the vectors that a calibration wrote.

    Parameters
    ----------
    path : Path
        CSV file with a column ``weight`` and one for each parameter.
    registry : Registry
        All parameters; those that a scenario has set stay as they are.
    structure : mapping of str to StrEnum
        Of the scenario; parameters that it doesn't read stay as they are too.

    Raises
    ------
    InputError
        The file can't be read, lacks columns or rows, or holds what can't be a parameter, a value or a weight.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError.single(str(path), f"can't be read ({error}).", _MADE_BY) from None
    lines = csv.DictReader(text.splitlines())
    columns = list(lines.fieldnames or ())
    names = [name for name in columns if name not in (WEIGHT, IMPLAUSIBILITY)]
    problems = list(_column_problems(path, columns, names, registry))
    if problems:
        raise InputError(problems)
    rows = list(lines)
    problems = list(_row_problems(path, rows, names, registry))
    if problems:
        raise InputError(problems[:_FAULTS_TOLD])
    weights = np.array([float(row[WEIGHT]) for row in rows])
    drawn = {factor.name for factor in drawn_factors(registry, structure)}
    used = [name for name in names if name in drawn]
    vectors = np.array([[float(row[name]) for name in used] for row in rows])
    return Posterior(tuple(used), vectors, weights / weights.sum(), text)


def _column_problems(path: Path, columns: Sequence[str], names: Sequence[str], registry: Registry) -> Iterator[Problem]:
    if WEIGHT not in columns:
        yield Problem(str(path), f'has no column "{WEIGHT}".', _MADE_BY)
    if not names:
        yield Problem(str(path), "has no column of a parameter.", _MADE_BY)
    for name in names:
        if name not in registry:
            yield Problem(
                str(path), f'has a column "{name}", which is no parameter.', "Remove it; see: wijksim parameters."
            )
        elif names.count(name) > 1:
            yield Problem(str(path), f'has the column "{name}" twice.', _MADE_BY)


def _row_problems(
    path: Path, rows: Sequence[Mapping[str, Any]], names: Sequence[str], registry: Registry
) -> Iterator[Problem]:
    total = 0.0
    for line, row in enumerate(rows, 2):
        try:
            values = {name: float(row[name]) for name in (WEIGHT, *names)}
        except (TypeError, ValueError):
            yield Problem(str(path), "has a row with a value that is missing or no number.", _MADE_BY, line)
            continue
        weight = values.pop(WEIGHT)
        if not (math.isfinite(weight) and weight >= 0.0):
            yield Problem(str(path), f"has the weight {weight:g}; expected 0 or more.", _MADE_BY, line)
            continue
        total += weight
        try:
            registry.with_values(values)
        except InputError as error:
            yield from (Problem(f"{path}: {one.where}", one.message, one.hint, line) for one in error.problems)
    if not total > 0.0:
        yield Problem(str(path), "has no row with a weight.", _MADE_BY)
