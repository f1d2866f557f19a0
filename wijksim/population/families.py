"""The people of one area, in households: partners paired by age, children given to parents of a fitting age."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wijksim.kernels import kernel
from wijksim.parameters import Registry
from wijksim.population.ages import age_counts
from wijksim.population.columns import Sex
from wijksim.population.fitting import apportion
from wijksim.population.positions import Position, count_households, positions_by_age
from wijksim.population.profile import Area
from wijksim.randomness import Stream, normals, pick, uniforms

__all__ = ["Families", "make_families"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class _Draw(IntEnum):
    """Counters of the stream SYNTHESIS_HOUSEHOLD, one a purpose."""

    COUPLES = 1
    ELDER = 2
    SINGLE_FATHERS = 3
    FAMILY_SIZE = 4
    FAMILY_BIRTHS = 5
    CHILD_BIRTHS = 6
    BOYS = 7
    MEN_ALONE = 8


@dataclass
class Families:
    """People of one area, in order of household; arrays of shape (people,).

    `partner`, `mother` and `father` are places in these arrays, -1 is none in the household.
    """

    age: Ints
    sex: NDArray[np.int8]
    position: NDArray[np.int8]
    household: Ints
    partner: Ints
    mother: Ints
    father: Ints

    def __len__(self) -> int:
        return int(self.age.size)


def make_families(area: Area, people: int, registry: Registry, seed: int, first: int) -> Families:
    """Make the households of an area.

    Couples are a man and a woman: couples of one sex are left out, as births need a mother.

    Parameters
    ----------
    area : Area
        Figures of the area.
    people : int
        Residents to make, 1 or more.
    first : int
        Number of the area's first person; draws are keyed by these numbers.
    """
    ages = age_counts(area, people, registry)
    counts = count_households(area, people, ages, registry)
    table = positions_by_age(ages, counts, registry, seed, first)
    pools = [np.repeat(np.arange(ages.size), table[:, position]) for position in Position]
    maker = _Maker(registry, seed, first)
    alone = pools[Position.ALONE]
    couple_men, couple_women = maker.pair(pools[Position.COUPLE], 0)
    parent_men, parent_women = maker.pair(pools[Position.PARENT_COUPLE], counts.couples)
    single_men, single_women = maker.single_parents(pools[Position.SINGLE_PARENT])
    mothers = np.concatenate([parent_women, single_women])
    fathers = np.concatenate([parent_men, single_men])
    child_ages, family_of = maker.children(pools[Position.CHILD], mothers, fathers)
    boys = maker.boys(child_ages.size)
    men = _men(area, people) - counts.couples - int((fathers >= 0).sum()) - int(boys.sum())
    alone_men = maker.men_alone(alone, men)

    family_first = counts.alone + counts.couples
    families = np.arange(mothers.size)
    has_mother, has_father = mothers >= 0, fathers >= 0
    blocks = (
        _Block(alone, np.where(alone_men, Sex.MALE, Sex.FEMALE), Position.ALONE, np.arange(alone.size)),
        _Block.of(couple_women, Sex.FEMALE, Position.COUPLE, counts.alone + np.arange(counts.couples)),
        _Block.of(couple_men, Sex.MALE, Position.COUPLE, counts.alone + np.arange(counts.couples)),
        _Block.of(mothers[has_mother], Sex.FEMALE, Position.PARENT_COUPLE, family_first + families[has_mother]),
        _Block.of(fathers[has_father], Sex.MALE, Position.PARENT_COUPLE, family_first + families[has_father]),
        _Block(child_ages, np.where(boys, Sex.MALE, Sex.FEMALE), Position.CHILD, family_first + family_of),
    )
    age = np.concatenate([block.age for block in blocks])
    sex = np.concatenate([block.sex for block in blocks]).astype(np.int8)
    position = np.concatenate([np.full(block.age.size, block.position, np.int8) for block in blocks])
    household = np.concatenate([block.household for block in blocks])
    order = np.lexsort((position == Position.CHILD, household))
    least = int(registry.number("parent_age_gap_min"))
    return _linked(age[order], sex[order], position[order], household[order], least)


class _Block(NamedTuple):
    """People in the same position."""

    age: Ints
    sex: NDArray[Any]
    position: Position
    household: Ints

    @classmethod
    def of(cls, age: Ints, sex: Sex, position: Position, household: Ints) -> _Block:
        return cls(age, np.full(age.size, sex), position, household)


def _men(area: Area, people: int) -> int:
    if "men" not in area.figures or "women" not in area.figures:
        return people // 2
    men, women = area.figures["men"].value, area.figures["women"].value
    return int(apportion([men, women], people)[0])


def _linked(age: Ints, sex: NDArray[np.int8], position: NDArray[np.int8], household: Ints, least_gap: int) -> Families:
    """Fill partners and parents from position and sex in each household.

    An adult less than `least_gap` years older than a child there is no parent of it: areas with hardly anybody of
    their parents' age have such children.
    """
    size = int(household.max()) + 1
    places = np.arange(age.size)
    adult = position != Position.CHILD
    woman_of, man_of = np.full(size, -1), np.full(size, -1)
    woman_of[household[adult & (sex == Sex.FEMALE)]] = places[adult & (sex == Sex.FEMALE)]
    man_of[household[adult & (sex == Sex.MALE)]] = places[adult & (sex == Sex.MALE)]
    other = np.where(sex == Sex.FEMALE, man_of[household], woman_of[household])
    partner = np.where(adult, other, -1)
    alone_with_children = (position == Position.PARENT_COUPLE) & (partner < 0)

    def parent(one_of: Ints) -> Ints:
        found = one_of[household]
        return np.where(adult | (age[found] - age < least_gap), -1, found)

    return Families(
        age=age,
        sex=sex,
        position=np.where(alone_with_children, np.int8(Position.SINGLE_PARENT), position),
        household=household,
        partner=partner,
        mother=parent(woman_of),
        father=parent(man_of),
    )


class _Maker:
    """Draws of one area, keyed by the number of a person, a couple or a family in it."""

    def __init__(self, registry: Registry, seed: int, first: int) -> None:
        self.registry, self.seed, self.first = registry, seed, first

    def keys(self, size: int, offset: int = 0) -> Ints:
        return self.first + offset + np.arange(size, dtype=np.int64)

    def pair(self, ages: Ints, offset: int) -> tuple[Ints, Ints]:
        """Ages of men and women of couples out of the ages of all partners."""
        mean, sd = (self.registry.number(f"partner_age_{part}") for part in ("difference", "sd"))
        noise = normals(self.seed, Stream.SYNTHESIS_HOUSEHOLD, self.keys(ages.size, 2 * offset), _Draw.COUPLES)
        spread = np.sqrt(0.5 * (mean**2 + sd**2))
        pairs = ages[np.argsort(ages + spread * noise, kind="stable")].reshape(-1, 2)
        draws = uniforms(self.seed, Stream.SYNTHESIS_HOUSEHOLD, self.keys(len(pairs), offset), _Draw.ELDER)
        man_elder = draws < self.registry.number("partner_older_man_share")
        elder, younger = pairs.max(axis=1), pairs.min(axis=1)
        return np.where(man_elder, elder, younger), np.where(man_elder, younger, elder)

    def single_parents(self, ages: Ints) -> tuple[Ints, Ints]:
        """Ages of fathers and mothers of one-parent families, -1 where it is the other one."""
        fathers = round((1.0 - self.registry.number("single_parent_mother_share")) * ages.size)
        chosen = pick(
            self.seed,
            Stream.SYNTHESIS_HOUSEHOLD,
            self.keys(ages.size),
            np.ones(ages.size),
            fathers,
            _Draw.SINGLE_FATHERS,
        )
        is_father = np.zeros(ages.size, bool)
        is_father[chosen] = True
        return np.where(is_father, ages, -1), np.where(is_father, -1, ages)

    def children(self, ages: Ints, mothers: Ints, fathers: Ints) -> tuple[Ints, Ints]:
        """Give children to families; returns their ages and families.

        Each family draws how old the mother was at the births, which gives ages that its children would have;
        the children there are take these places in order of age. Then children change places until every gap
        between parent and child lies within ``parent_age_gap_min`` and ``_max``.
        """
        gap = self.registry.number("partner_age_difference")
        reference = np.where(mothers >= 0, mothers, fathers - gap)
        sizes = self._family_sizes(reference, ages.size)
        family_of = np.repeat(np.arange(mothers.size), sizes)
        fertility = self.registry.table("fertility_age").per_step(int(self.registry.number("highest_age_start")))
        years = np.arange(fertility.size)
        mean = float(np.average(years, weights=fertility))
        sd = float(np.sqrt(np.average((years - mean) ** 2, weights=fertility)))
        shared = self.registry.number("sibling_birth_age_correlation")
        family_part = normals(self.seed, Stream.SYNTHESIS_HOUSEHOLD, self.keys(mothers.size), _Draw.FAMILY_BIRTHS)
        own_part = normals(self.seed, Stream.SYNTHESIS_HOUSEHOLD, self.keys(ages.size), _Draw.CHILD_BIRTHS)
        deviation = np.sqrt(shared) * family_part[family_of] + np.sqrt(1.0 - shared) * own_part
        wanted = reference[family_of] - mean - sd * deviation
        given = np.empty(ages.size, np.int64)
        given[np.argsort(wanted, kind="stable")] = np.sort(ages)
        least, most = (int(self.registry.number(f"parent_age_gap_{end}")) for end in ("min", "max"))
        eldest = np.maximum(mothers, fathers)
        youngest = np.where(mothers < 0, fathers, np.where(fathers < 0, mothers, np.minimum(mothers, fathers)))
        _mend_gaps(given, (eldest - most)[family_of], (youngest - least)[family_of])
        return given, family_of

    def _family_sizes(self, reference: Floats, children: int) -> Ints:
        """Children of each family: at least one, in the proportions of ``children_at_home_share``.

        Parents who by their age have more children at home come first for the larger numbers.
        """
        families = reference.size
        if families == 0:
            return np.zeros(0, np.int64)
        ladder = _sizes_with_total(self.registry.table("children_at_home_share").per_step(5)[1:], families, children)
        highest = int(self.registry.number("highest_age_start"))
        at_home = self.registry.table("living_with_parents").per_step(highest)
        expected = np.convolve(self.registry.table("fertility_age").per_step(highest), at_home)[:highest]
        weights = np.maximum(expected[np.clip(np.rint(reference).astype(int), 0, highest - 1)], 1e-3)
        order = pick(self.seed, Stream.SYNTHESIS_HOUSEHOLD, self.keys(families), weights, families, _Draw.FAMILY_SIZE)
        sizes = np.empty(families, np.int64)
        sizes[order] = ladder
        return sizes

    def boys(self, children: int) -> NDArray[np.bool_]:
        """Which children are boys."""
        draws = uniforms(self.seed, Stream.SYNTHESIS_SEX, self.keys(children), _Draw.BOYS)
        boys: NDArray[np.bool_] = draws < self.registry.number("birth_male_share")
        return boys

    def men_alone(self, ages: Ints, men: int) -> NDArray[np.bool_]:
        """Which people living alone are men, so that the area has the profile's number of men."""
        odds = self.registry.table("single_men_age_odds").lookup(ages)
        chosen = pick(self.seed, Stream.SYNTHESIS_SEX, self.keys(ages.size), odds, max(0, men), _Draw.MEN_ALONE)
        alone_men = np.zeros(ages.size, bool)
        alone_men[chosen] = True
        return alone_men


def _sizes_with_total(shares: Floats, families: int, children: int) -> Ints:
    """Family sizes from the largest down, in proportion to `shares` tilted so that all children are placed."""
    sizes = np.arange(1, shares.size + 1)
    mean = children / families
    if mean >= sizes[-1]:
        return -np.sort(-apportion(np.ones(families), children))
    low, high = -20.0, 20.0
    for _ in range(60):
        tilt = 0.5 * (low + high)
        tilted = shares * np.exp(tilt * sizes)
        if (tilted * sizes).sum() < mean * tilted.sum():
            low = tilt
        else:
            high = tilt
    ladder = -np.sort(-np.repeat(sizes, apportion(tilted, families)))
    short = children - int(ladder.sum())
    while short != 0:
        step = 1 if short > 0 else -1
        able = np.flatnonzero((ladder + step >= 1) & (ladder + step <= sizes[-1] + 1))
        changed = able[:: max(1, able.size // abs(short))][: abs(short)]
        ladder[changed] += step
        short -= step * changed.size
    return -np.sort(-ladder)


@kernel
def _mend_gaps(ages: NDArray[np.int64], low: NDArray[np.int64], high: NDArray[np.int64]) -> None:
    """Swap children between places, each time with the nearest age that fits, until every age fits."""
    for i in range(ages.size):
        if low[i] <= ages[i] <= high[i]:
            continue
        best, distance = -1, 1 << 30
        for j in range(ages.size):
            fits = low[i] <= ages[j] <= high[i] and low[j] <= ages[i] <= high[j]
            if fits and abs(ages[j] - ages[i]) < distance:
                best, distance = j, abs(ages[j] - ages[i])
        if best >= 0:
            ages[i], ages[best] = ages[best], ages[i]
