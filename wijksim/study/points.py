"""Points of a design as the values that the model is given, and what identifies each run of them.

A design has few different uniform numbers for each factor beside its points (four for Morris, two for each base point
for Sobol), so each is turned into a value and into text once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TypeVar

import numpy as np

from wijksim.study.design import Design
from wijksim.study.factors import PLACEBO, Factor, Value
from wijksim.study.identity import digest_of

__all__ = ["point_texts", "point_values", "run_identity"]

_IDENTITY_LETTERS = 32
_T = TypeVar("_T")


def point_values(design: Design) -> list[dict[str, Value]]:
    """Values that the model is given at each point of a design, by name of the factor."""
    names = [factor.name for factor in design.factors]
    rows = _by_point(design, lambda factor, value: value)
    return [dict(zip(names, row, strict=True)) for row in rows]


def point_texts(design: Design) -> list[str]:
    """What the model reads at each point of a design, as text that is equal for equal points: JSON, by name."""
    read = sorted(
        (place for place, factor in enumerate(design.factors) if factor.name != PLACEBO),
        key=lambda place: design.factors[place].name,
    )
    rows = _by_point(design, lambda factor, value: json.dumps([factor.name, value]))
    return [f"[{', '.join([row[place] for place in read])}]" for row in rows]


def run_identity(text: str, seed: int, inputs: Mapping[str, str]) -> str:
    """Hash of all that decides a run: what it reads at its point, its seed, and the digest of each input by name."""
    return digest_of(f"[{text}, {seed}, {json.dumps(sorted(inputs.items()))}]")[:_IDENTITY_LETTERS]


def _by_point(design: Design, of: Callable[[Factor, Value], _T]) -> list[tuple[_T, ...]]:
    """What is made of the value of each factor, a row for each point."""
    columns = []
    for factor, uniforms in zip(design.factors, design.points.T, strict=True):
        different, place = np.unique(uniforms, return_inverse=True)
        made = [of(factor, factor.value(float(uniform))) for uniform in different]
        columns.append([made[number] for number in place.tolist()])
    return list(zip(*columns, strict=True))
