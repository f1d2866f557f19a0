"""Education: levels of adults by age as the profile has them, and of young people by that of their parents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wijksim.kernels import kernel
from wijksim.parameters import Registry
from wijksim.population.columns import Columns, Education, Rows
from wijksim.population.fitting import fit_table
from wijksim.population.profile import Area
from wijksim.randomness import Stream, draw, key_of, normals, pick

__all__ = ["Transition", "draw_education", "drawn_level", "higher_of", "start_education"]

Levels = NDArray[np.int8]
Floats = NDArray[np.float64]

_COUNTED = (15, 75)  # ages whose education the profile counts
_MID = int(Education.MID)
_PRACTICAL_BELOW = 65  # of `education_practical_share`


def higher_of(first: Levels, second: Levels) -> Levels:
    """Higher of two parents' levels; -1 stands for unknown, and both unknown stays -1."""
    return np.maximum(first, second)


@dataclass(frozen=True)
class Transition:
    """How the level of a young person follows from that of the parents: an ordered logit (`mechanisms.md` B5).

    The log odds of reaching more than a level are those of ``education_transition_*`` for the higher of the
    parents' levels, plus ``child_education_work_effect`` times the share of childhood with a working parent
    above ``exposure_mean``.

    Parameters
    ----------
    log_odds : array of float64, shape (educations, educations - 1)
        Of reaching a level and no more, by level of the parents, at the reference.
    effect, reference : float
        Effect of the share of childhood with a working parent, and the share at which it is nil.
    """

    log_odds: Floats
    effect: float
    reference: float

    @classmethod
    def of(cls, registry: Registry) -> Transition:
        """Make it from the parameters."""
        count = len(Education)
        tables = [registry.table(f"education_transition_{level.name.lower()}") for level in Education]
        reached = np.array([np.cumsum(table.per_step(count))[:-1] for table in tables])
        return cls(
            log_odds=np.log(reached / (1.0 - reached)),
            effect=registry.number("child_education_work_effect"),
            reference=registry.number("exposure_mean"),
        )


@kernel
def drawn_level(
    key: np.uint64, uid: int, parents: int, exposure: float, log_odds: Floats, effect: float, reference: float
) -> int:
    """Level that one young person will reach, of what :func:`draw_education` and :class:`Transition` say."""
    u, level = draw(key, uid), 0
    beyond = 0.0 if exposure < 0.0 else exposure - reference
    for odds in log_odds[_MID if parents < 0 else parents]:
        level += u > 1.0 / (1.0 + np.exp(effect * beyond - odds))
    return level


@kernel
def _draw_levels(
    key: np.uint64,
    uids: NDArray[np.int64],
    parents: Levels,
    exposure: Floats,
    log_odds: Floats,
    effect: float,
    reference: float,
    levels: Levels,
) -> None:
    for i in range(uids.size):
        levels[i] = drawn_level(key, uids[i], parents[i], exposure[i], log_odds, effect, reference)


def draw_education(
    seed: int,
    uids: NDArray[np.int64],
    parents: Levels,
    exposure: Floats,
    transition: Transition,
    month: int,
    stream: Stream = Stream.EDUCATION,
) -> Levels:
    """Draw the level that a young person will reach.

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
    levels = np.empty(uids.size, np.int8)
    _draw_levels(
        key_of(seed, stream, month),
        np.ascontiguousarray(uids, np.int64),
        parents,
        exposure,
        transition.log_odds,
        transition.effect,
        transition.reference,
        levels,
    )
    return levels


def start_education(
    seed: int,
    columns: Columns,
    at_home: NDArray[np.bool_],
    rows_of_areas: Sequence[tuple[Area, Rows]],
    registry: Registry,
    start: int,
) -> None:
    """Write the education of everyone who is old enough for it to be drawn.

    Young people at home get theirs from their parents (:func:`draw_education`). Other adults are fitted to the
    profile's shares of 15 to 74, with the shape by age of ``education_low_age`` and ``education_high_age``
    (iterative proportional fitting); within an age class partners are alike. A child's level stays low.

    Parameters
    ----------
    columns : Columns
        Residents; `uid`, `household`, `birth_month` and parents' rows are read.
    at_home : array of bool, shape (residents,)
        Who lives with their parents.
    rows_of_areas : sequence of (Area, rows)
        Everybody by area.
    start : int
        Absolute month.
    """
    age = (start - columns["birth_month"]) // 12
    level = columns["education"]
    drawn = age >= registry.number("education_drawn_age")
    adults, young = drawn & ~at_home, np.flatnonzero(drawn & at_home)
    likeness = registry.number("partner_same_education_share")
    shared = normals(seed, Stream.SYNTHESIS_EDUCATION, columns["household"], 0)
    own = normals(seed, Stream.SYNTHESIS_EDUCATION, columns["uid"], 0)
    rank = np.sqrt(likeness) * shared + np.sqrt(1.0 - likeness) * own
    parents = [np.where(columns[side][young] >= 0, columns[side][young], -1) for side in ("mother_row", "father_row")]
    transition = Transition.of(registry)
    for _ in range(2):  # adults depend on the totals left by the young, who depend on their parents
        for area, rows in rows_of_areas:
            _fit_adults(level, age, rank, rows, adults[rows], area, registry)
        known = [np.where(rows >= 0, level[rows], np.int8(-1)) for rows in parents]
        missing = np.full(young.size, -1.0)
        level[young] = draw_education(
            seed, columns["uid"][young], higher_of(*known), missing, transition, start, Stream.SYNTHESIS_EDUCATION
        )
    _make_practical(seed, columns, adults & (age < _PRACTICAL_BELOW), young, registry)


def _fit_adults(
    level: Levels,
    age: NDArray[np.int64],
    rank: Floats,
    rows: Rows,
    adult: NDArray[np.bool_],
    area: Area,
    registry: Registry,
) -> None:
    low, high = (registry.table(f"education_{name}_age") for name in ("low", "high"))
    counted = (age[rows] >= _COUNTED[0]) & (age[rows] < _COUNTED[1])
    others = np.bincount(_coarse(level[rows[counted & ~adult]]), minlength=3)
    wanted = np.maximum(_shares(area, registry) * counted.sum() - others, 0.0)
    people = rows[adult]
    classes = np.searchsorted(low.breaks, age[people], side="right") - 1
    inside = np.array([_COUNTED[0] <= edge < _COUNTED[1] for edge in low.breaks])
    sizes = np.bincount(classes, minlength=inside.size).astype(float)
    shape = np.column_stack([low.values, 1.0 - np.array(low.values) - high.values, high.values])
    table = shape * sizes[:, None]
    total = sizes[inside].sum()
    if total > 0.0 and wanted.sum() > 0.0:
        table[inside] = fit_table(table[inside], sizes[inside], wanted * total / wanted.sum())
    for number in np.flatnonzero(sizes):
        members = people[classes == number]
        members = members[np.argsort(rank[members], kind="stable")]
        edges = np.cumsum(table[number]) / table[number].sum()
        place = (np.arange(members.size) + 0.5) / members.size
        level[members] = np.searchsorted(edges[:2], place, side="right") + Education.LOW


def _coarse(levels: Levels) -> NDArray[np.int64]:
    """Low (0, practical included), mid (1) or high (2)."""
    return np.maximum(levels.astype(np.int64), Education.LOW) - Education.LOW


def _shares(area: Area, registry: Registry) -> Floats:
    names = ("education_low_share", "education_mid_share", "education_high_share")
    if all(name in area.figures for name in names):
        shares = np.array([area.figures[name].value for name in names])
    else:
        practical, low, mid, high = registry.table("education_low_default").per_step(len(Education))
        shares = np.array([practical + low, mid, high])
    whole: Floats = shares / shares.sum()
    return whole


def _make_practical(seed: int, columns: Columns, adults: NDArray[np.bool_], young: Rows, registry: Registry) -> None:
    """Turn as many low-educated adults below the pension age to practical as ``education_practical_share`` wants."""
    level = columns["education"]
    wanted = round(registry.number("education_practical_share") * (int(adults.sum()) + young.size))
    wanted -= int((level[young] == Education.PRACTICAL).sum())
    low = np.flatnonzero(adults & (level == Education.LOW))
    chosen = pick(seed, Stream.SYNTHESIS_EDUCATION, columns["uid"][low], np.ones(low.size), max(0, wanted), 1)
    level[low[chosen]] = Education.PRACTICAL
