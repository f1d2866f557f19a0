"""Births: a newborn's identity, parents, home and fixed traits."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from wijksim.kernels import Given, call, kernel
from wijksim.population.columns import NO_ROW, Rows, Sex, Status
from wijksim.population.places import free_uid
from wijksim.population.ranks import rank_with_trait
from wijksim.population.traits import inherited
from wijksim.processes.process import Month
from wijksim.randomness import Stream, draw, normal_icdf

__all__ = ["BIRTH_PARAMETERS", "give_birth", "traits_of_newborns"]

BIRTH_PARAMETERS = (
    "birth_male_share",
    "trait_inheritance",
    "takeup_employability_correlation",
    "takeup_employability_middle",
    "frailty_employability_correlation",
    "assortative_trait_correlation",
)

_MALE, _FEMALE = int(Sex.MALE), int(Sex.FEMALE)
_CHILD = int(Status.CHILD)

Uids = NDArray[np.int64]
Rows32 = NDArray[np.int32]
Months = NDArray[np.int16]
Floats32 = NDArray[np.float32]


@kernel
def _identify(
    at: int,
    mothers: Rows,
    partner: Rows32,
    sex: NDArray[np.int8],
    births: NDArray[np.int8],
    uid: Uids,
    table: Rows32,
    key: np.uint64,
    first: int,
    known: Uids,
    known_mother: Uids,
    known_father: Uids,
    birth_month: Rows32,
    adult_months: NDArray[np.int16],
    adult_months_paid: NDArray[np.int16],
    left_month: Rows32,
    left_reason: NDArray[np.int8],
) -> Rows32:
    """Give newborns an identity and write them into the lineage from its place `first` on; rows of the fathers."""
    fathers = np.full(mothers.size, NO_ROW, np.int32)
    for k in range(mothers.size):
        mother = mothers[k]
        births[mother] += 1
        father = partner[mother]
        if father >= 0 and sex[father] == _MALE:
            fathers[k] = father
        place = first + k
        known[place] = free_uid(table, known, key, uid[mother], births[mother])
        known_mother[place] = uid[mother]
        known_father[place] = uid[fathers[k]] if fathers[k] >= 0 else -1
        birth_month[place] = at
        adult_months[place] = adult_months_paid[place] = 0
        left_month[place] = -1
        left_reason[place] = 0
    return fathers


@kernel
def _bring_up(
    at: int,
    first: int,
    uids: Uids,
    mothers: Rows,
    fathers: Rows32,
    present: NDArray[np.bool_],
    uid: Uids,
    mother_row: Rows32,
    father_row: Rows32,
    household: Uids,
    home: Rows32,
    insurer: NDArray[np.int8],
    birth_month: Months,
    status: NDArray[np.int8],
    status_since: Months,
    out_of_work_since: Months,
) -> None:
    """Write who newborns are and where they live, in the rows from `first` on; the rest of a row is the default."""
    for k in range(uids.size):
        row, of_mother, of_father = first + k, mothers[k], fathers[k]
        uid[row] = uids[k]
        mother_row[row] = of_mother
        father_row[row] = of_father if of_father >= 0 and present[of_father] else NO_ROW
        household[row], home[row] = household[of_mother], home[of_mother]
        insurer[row] = insurer[of_mother]
        birth_month[row] = status_since[row] = out_of_work_since[row] = at
        status[row] = _CHILD


@kernel
def _give_traits(
    first: int,
    uids: Uids,
    mothers: Rows,
    fathers: Rows32,
    frailty_key: np.uint64,
    employability_key: np.uint64,
    sex_key: np.uint64,
    take_up_key: np.uint64,
    weight: np.float32,
    square: float,
    correlation: float,
    independence: float,
    alike: float,
    male_share: float,
    take_up_alike: float,
    take_up_middle: float,
    frailty: Floats32,
    employability: Floats32,
    sex: NDArray[np.int8],
    take_up: Floats32,
) -> None:
    """Write the traits of newborns, in the rows from `first` on (:func:`wijksim.population.traits.inherited`)."""
    for k in range(uids.size):
        row, mother, father = first + k, mothers[k], fathers[k]
        known = 2 if father >= 0 else 1
        frail = normal_icdf(draw(frailty_key, uids[k]))
        able = correlation * frail + independence * normal_icdf(draw(employability_key, uids[k]))
        of_father = frailty[father] if father >= 0 else np.float32(0)
        frailty[row] = inherited(frail, frailty[mother], of_father, known, weight, square, 0.0)
        of_father = employability[father] if father >= 0 else np.float32(0)
        employability[row] = inherited(able, employability[mother], of_father, known, weight, square, alike)
        sex[row] = _MALE if draw(sex_key, uids[k]) < male_share else _FEMALE
        take_up[row] = rank_with_trait(
            draw(take_up_key, uids[k]), float(employability[row]) - take_up_middle, take_up_alike
        )


@kernel
def _born(
    present: NDArray[np.bool_],
    uid: Uids,
    mother_row: Rows32,
    father_row: Rows32,
    household: Uids,
    home: Rows32,
    insurer: NDArray[np.int8],
    birth_month: Months,
    status: NDArray[np.int8],
    status_since: Months,
    out_of_work_since: Months,
    sex: NDArray[np.int8],
    births: NDArray[np.int8],
    frailty: Floats32,
    employability: Floats32,
    take_up: Floats32,
    at: int,
    mothers: Rows,
    partner: Rows32,
    table: Rows32,
    key: np.uint64,
    first: int,
    lives: Uids,
    life_mother: Uids,
    life_father: Uids,
    life_birth_month: Rows32,
    life_adult_months: NDArray[np.int16],
    life_adult_months_paid: NDArray[np.int16],
    life_left_month: Rows32,
    life_left_reason: NDArray[np.int8],
    first_row: int,
    frailty_key: np.uint64,
    employability_key: np.uint64,
    sex_key: np.uint64,
    take_up_key: np.uint64,
    weight: np.float32,
    square: float,
    correlation: float,
    independence: float,
    alike: float,
    male_share: float,
    take_up_alike: float,
    take_up_middle: float,
) -> None:
    """Do :func:`_identify`, :func:`_bring_up` and :func:`_give_traits`."""
    fathers = _identify(
        at,
        mothers,
        partner,
        sex,
        births,
        uid,
        table,
        key,
        first,
        lives,
        life_mother,
        life_father,
        life_birth_month,
        life_adult_months,
        life_adult_months_paid,
        life_left_month,
        life_left_reason,
    )
    born = lives[first:]
    _bring_up(
        at,
        first_row,
        born,
        mothers,
        fathers,
        present,
        uid,
        mother_row,
        father_row,
        household,
        home,
        insurer,
        birth_month,
        status,
        status_since,
        out_of_work_since,
    )
    _give_traits(
        first_row,
        born,
        mothers,
        fathers,
        frailty_key,
        employability_key,
        sex_key,
        take_up_key,
        weight,
        square,
        correlation,
        independence,
        alike,
        male_share,
        take_up_alike,
        take_up_middle,
        frailty,
        employability,
        sex,
        take_up,
    )


def traits_of_newborns(month: Month) -> Given:
    """Arguments of the traits of newborns, for :func:`give_birth`; they follow from parameters."""
    weight = 0.5 * month.number("trait_inheritance")
    correlation = month.number("frailty_employability_correlation")
    return Given(
        weight=np.float32(weight),
        square=weight**2,
        correlation=correlation,
        independence=math.sqrt(1 - correlation**2),
        alike=month.number("assortative_trait_correlation"),
        male_share=month.number("birth_male_share"),
        take_up_alike=month.number("takeup_employability_correlation"),
        take_up_middle=month.number("takeup_employability_middle"),
    )


def give_birth(month: Month, traits: Given, mothers: Rows, partner: Rows32, rows: Rows) -> None:
    """Births; the partner at the start of the month is the father, also when he has just left.

    Parameters
    ----------
    month : Month
        The month; newborns are written into its columns and added to its lineage.
    traits : Given
        Of :func:`traits_of_newborns`.
    mothers : array of intp, shape (n,)
        Rows of those who give birth, sorted by uid.
    partner : array of int32, shape (rows,)
        Row of each resident's partner at the start of the month, or -1.
    rows : array of intp, shape (n,)
        New rows at their defaults, one after another, for the newborns.
    """
    lineage = month.state.lineage
    month.count("births", mothers.size)
    if mothers.size == 0:
        return
    table, first = lineage.table(), lineage.extend(mothers.size)
    call(
        _born,
        month.columns,
        traits,
        at=month.at,
        mothers=mothers,
        partner=partner,
        table=table,
        key=month.key(Stream.BIRTH_UID, 0),
        first=first,
        first_row=rows[0],
        lives=lineage.uid,
        life_mother=lineage.mother,
        life_father=lineage.father,
        life_birth_month=lineage.birth_month,
        life_adult_months=lineage.adult_months,
        life_adult_months_paid=lineage.adult_months_paid,
        life_left_month=lineage.left_month,
        life_left_reason=lineage.left_reason,
        frailty_key=month.key(Stream.FRAILTY, 0),
        employability_key=month.key(Stream.EMPLOYABILITY, 0),
        sex_key=month.key(Stream.BIRTH_SEX),
        take_up_key=month.key(Stream.TAKE_UP, 0),
    )
