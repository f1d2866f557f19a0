"""Figures that measures compare with or standardise by, from ``wijksim/parameters/standards.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

__all__ = ["CLASS_YEARS", "Standards", "load_standards"]

Floats = NDArray[np.float64]

CLASS_YEARS = 5
"""Years of age in a class; the last class has no end."""


@dataclass(frozen=True)
class Standards:
    """What is standardised by and compared with.

    Parameters
    ----------
    population : array of float64, shape (classes,)
        Inhabitants of the country by class of age.
    care_cost : array of float64, shape (2, classes)
        Euro a year for an insured man and woman by class of age.
    profiles : tuple of str
        Wijken whose health was measured, by the name of their profile.
    anxiety, ends_meet : arrays of float64, shape (profiles,)
        Share of adults with a high risk of anxiety or depression, and who find it hard to make ends meet.
    """

    population: Floats
    care_cost: Floats
    profiles: tuple[str, ...]
    anxiety: Floats
    ends_meet: Floats

    def class_of(self, age: NDArray[np.int32]) -> NDArray[np.int64]:
        """Class of each age in whole years."""
        classes: NDArray[np.int64] = np.clip(age // CLASS_YEARS, 0, self.population.size - 1).astype(np.int64)
        return classes


@cache
def load_standards() -> Standards:
    """Read them, once."""
    data = tomllib.loads((files("wijksim.parameters") / "standards.toml").read_text(encoding="utf-8"))
    wijken = data["wijken"]
    return Standards(
        population=np.array(data["population"]["values"], np.float64),
        care_cost=np.array([data[f"care_cost_{sex}"]["values"] for sex in ("men", "women")], np.float64),
        profiles=tuple(wijken["profiles"]),
        anxiety=np.array(wijken["anxiety"], np.float64),
        ends_meet=np.array(wijken["ends_meet"], np.float64),
    )
