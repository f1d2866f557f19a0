"""How many people of each age hold which position in a household, for one area."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from wijksim.parameters import Registry
from wijksim.population.fitting import fit_table, systematic
from wijksim.population.profile import Area
from wijksim.randomness import Stream, uniforms

__all__ = ["HouseholdCounts", "Position", "count_households", "positions_by_age"]

Floats = NDArray[np.float64]

_MOST_CHILDREN = 6


class Position(IntEnum):
    """Position of a resident in the household at the start."""

    CHILD = 0
    ALONE = 1
    COUPLE = 2
    PARENT_COUPLE = 3
    SINGLE_PARENT = 4


@dataclass(frozen=True)
class HouseholdCounts:
    """Households of an area by type, and the children (of any age) in them."""

    alone: int
    couples: int
    parent_couples: int
    single_parents: int
    children: int

    @property
    def people(self) -> tuple[int, int, int, int, int]:
        """People by :class:`Position`."""
        return self.children, self.alone, 2 * self.couples, 2 * self.parent_couples, self.single_parents

    @property
    def households(self) -> int:
        """All households."""
        return self.alone + self.couples + self.parent_couples + self.single_parents


def count_households(area: Area, people: int, ages: Floats, registry: Registry) -> HouseholdCounts:
    """Decide how many households of each type an area has.

    Households and their types follow the profile; the number of children at home is what is left of the
    inhabitants. It is kept at or above the number of minors, and below what would need nearly all young adults
    at home; where that binds (rounded or contradictory profiles, very few residents) people of households
    without children take up the difference, so that nobody is left over.

    Parameters
    ----------
    area : Area
        Its figures for households and inhabitants.
    people : int
        Number of residents to place, 1 or more.
    ages : array, shape (ages,)
        Expected people by year of age (:func:`wijksim.population.ages.age_counts`).
    """
    figures = area.figures
    adult_age = int(registry.number("adult_age"))
    share = np.array(
        [
            figures[f"{kind}_share"].value
            for kind in ("single_household", "household_without_children", "household_with_children")
        ]
    )
    share = share / share.sum() if share.sum() > 0.0 else np.array([1.0, 0.0, 0.0])
    target = figures["households"].value * people / figures["inhabitants"].value
    single_parent_share = registry.number("single_parent_share")
    alone, couples, families = share * target
    minors = float(ages[:adult_age].sum())
    at_home = _share_at_home(registry, ages.size)
    young = float(ages[adult_age:][at_home[adult_age:] > 0.0].sum())
    left = people - alone - 2.0 * couples - (2.0 - single_parent_share) * families
    children = round(min(max(left, minors), minors + 0.5 * young))
    if families == 0.0 and figures["age_0_14_share"].value == 0.0:
        children = 0
    children = min(children, people - 1)
    adults = people - children
    families = min(max(round(families), math.ceil(children / _MOST_CHILDREN)), children, adults)
    single_parents = max(round(single_parent_share * families), 2 * families - adults)
    rest = adults - 2 * families + single_parents
    paired = couples / (alone + 2.0 * couples) if alone + couples > 0.0 else 0.5
    couples = min(round(paired * rest), rest // 2)
    return HouseholdCounts(rest - 2 * couples, couples, families - single_parents, single_parents, children)


def positions_by_age(
    ages: Floats, counts: HouseholdCounts, registry: Registry, seed: int, first: int
) -> NDArray[np.int64]:
    """Number of people by age and position, fitted to both totals and made whole.

    The start of the fit is ``living_with_parents`` and ``position_*_age``. Totals by position are exact, those
    by age differ by at most a few people, as every position is rounded along the ages on its own.

    Parameters
    ----------
    ages : array, shape (ages,)
        Expected people by year of age.
    first : int
        Number of the area's first person, which keys the draw.

    Returns
    -------
    array of int64, shape (ages, positions)
    """
    at_home = _share_at_home(registry, ages.size)
    others = np.array(
        [registry.table(f"position_{position.name.lower()}_age").per_step(ages.size) for position in list(Position)[1:]]
    )
    others = np.divide(others, others.sum(axis=0), out=np.zeros_like(others), where=others.sum(axis=0) > 0.0)
    start = np.vstack([at_home, (1.0 - at_home) * others]).T
    fitted = fit_table(start * ages[:, None], ages, counts.people)
    offsets = uniforms(seed, Stream.SYNTHESIS_AGE, first + np.arange(len(Position)), 0)
    return np.array([systematic(fitted[:, p], offsets[p]) for p in Position]).T


def _share_at_home(registry: Registry, size: int) -> Floats:
    share = registry.table("living_with_parents").per_step(size)
    share[int(registry.number("adult_child_home_max_age")) :] = 0.0
    share[: int(registry.number("adult_age"))] = 1.0
    return share
