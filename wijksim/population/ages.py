"""How many people of each year of age an area has, from the five age classes of a profile."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wijksim.errors import InputError
from wijksim.parameters import Registry
from wijksim.population.fitting import apportion
from wijksim.population.profile import Area

__all__ = ["AGE_CLASSES", "age_counts", "survivors"]

Floats = NDArray[np.float64]

AGE_CLASSES = {
    "age_0_14_share": (0, 15),
    "age_15_24_share": (15, 25),
    "age_25_44_share": (25, 45),
    "age_45_64_share": (45, 65),
    "age_65_plus_share": (65, 200),
}
"""Age classes of a profile: figure, first age, first age of the next class."""


def age_counts(area: Area, people: int, registry: Registry) -> Floats:
    """Expected number of people by year of age.

    Within a class people are spread in the proportions of a life table (``mortality_male``, ``mortality_female``)
    times a curve without steps, which keeps the total of each class: the smoothing of W. Tobler (1979,
    pycnophylactic interpolation).

    Parameters
    ----------
    area : Area
        With the shares of :data:`AGE_CLASSES`, scaled here to add up to 1.
    people : int
        Inhabitants; the class totals are whole numbers that add up to it.

    Returns
    -------
    array of float64, shape (highest age + 1,)

    Raises
    ------
    InputError
        The area has children only.
    """
    highest = int(registry.number("highest_age_start"))
    totals = _class_totals(area, people)
    alive = 0.5 * (survivors(registry, "male", highest) + survivors(registry, "female", highest))
    classes = np.searchsorted([first for first, _ in AGE_CLASSES.values()], np.arange(highest + 1), "right") - 1
    curve = np.ones(highest + 1)
    counts = _with_totals(curve * alive, classes, totals)
    for _ in range(int(registry.number("age_smoothing_rounds"))):
        curve = counts / alive
        padded = np.pad(curve, 1, mode="edge")
        curve = 0.5 * curve + 0.25 * (padded[:-2] + padded[2:])
        counts = _with_totals(curve * alive, classes, totals)
    return counts


def _class_totals(area: Area, people: int) -> NDArray[np.int64]:
    shares = np.array([area.figures[name].value for name in AGE_CLASSES])
    if not shares[1:].any():
        raise InputError.single(
            f"area {area.key}",
            "has inhabitants of 0 to 14 only; expected adults too, as children live in households of adults.",
            "Check age_15_24_share and the shares of older classes.",
        )
    totals = apportion(shares, people)
    if not totals[1:].any():
        totals[0] -= 1
        totals[1 + int(shares[1:].argmax())] += 1
    return totals


def survivors(registry: Registry, sex: str, highest: int) -> Floats:
    """Share of the newborn alive at each age from 0 to `highest`; `sex` is male or female."""
    deaths = registry.table(f"mortality_{sex}").per_step(highest)
    alive: Floats = np.exp(-np.concatenate([[0.0], np.cumsum(deaths)]))
    return alive


def _with_totals(counts: Floats, classes: NDArray[np.intp], totals: NDArray[np.int64]) -> Floats:
    found = np.bincount(classes, counts, minlength=totals.size)
    factor = np.divide(totals, found, out=np.zeros(totals.size), where=found > 0.0)
    return counts * factor[classes]
