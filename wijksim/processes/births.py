"""Births: a newborn's identity, parents, home and fixed traits."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.population.columns import NO_ROW, Rows, Sex, Status
from wijksim.population.traits import inherited_traits
from wijksim.processes.arrivals import fresh_uids
from wijksim.processes.process import Month
from wijksim.randomness import Stream, uniforms

__all__ = ["BIRTH_PARAMETERS", "give_birth"]

BIRTH_PARAMETERS = (
    "birth_male_share",
    "trait_inheritance",
    "frailty_employability_correlation",
    "assortative_trait_correlation",
)


def give_birth(month: Month, mothers: Rows, partner: NDArray[np.int32]) -> dict[str, NDArray[Any]]:
    """Births; the partner at the start of the month is the father, also when he has just left.

    Parameters
    ----------
    month : Month
        The month; rows are added to its columns.
    mothers : array of intp, shape (n,)
        Rows of those who give birth, sorted by uid.
    partner : array of int32, shape (rows,)
        Row of each resident's partner at the start of the month, or -1.

    Returns
    -------
    dict of str to array, shape (n,)
        Fields for `Lineage.add`.
    """
    columns, number = month.columns, mothers.size
    month.count("births", number)
    columns["births"][mothers] += 1
    uid = fresh_uids(
        month.state.lineage, month.seed, Stream.BIRTH_UID, columns["uid"][mothers], columns["births"][mothers]
    )
    father = partner[mothers]
    father = np.where((father >= 0) & (columns["sex"][father] == Sex.MALE), father, NO_ROW)
    record = {
        "uid": uid,
        "mother": columns["uid"][mothers],
        "father": np.where(father >= 0, columns["uid"][father], -1),
        "birth_month": np.full(number, month.at),
        "adult_months": np.zeros(number, np.int16),
        "adult_months_paid": np.zeros(number, np.int16),
        "left_month": np.full(number, -1),
        "left_reason": np.zeros(number, np.int8),
    }
    if number:
        of_mothers, of_fathers = (
            np.column_stack([columns["frailty"][rows], columns["employability"][rows]]) for rows in (mothers, father)
        )
        own = inherited_traits(
            month.seed,
            uid,
            of_mothers,
            np.where(father[:, None] >= 0, of_fathers, np.nan),
            inheritance=month.number("trait_inheritance"),
            correlation=month.number("frailty_employability_correlation"),
            assortment=month.number("assortative_trait_correlation"),
        )
        boy = uniforms(month.seed, Stream.BIRTH_SEX, uid, month.at) < month.number("birth_male_share")
        values: dict[str, Any] = {name: columns[name][mothers] for name in ("household", "home", "area", "insurer")}
        values |= {name: record[name] for name in ("uid", "mother", "father")}
        values |= {
            "mother_row": mothers,
            "father_row": np.where(columns["present"][father], father, NO_ROW),
            "sex": np.where(boy, Sex.MALE, Sex.FEMALE),
            "birth_month": month.at,
            "status": Status.CHILD,
            "status_since": month.at,
            "out_of_work_since": month.at,
            "frailty": own[:, 0],
            "employability": own[:, 1],
            "take_up": uniforms(month.seed, Stream.TAKE_UP, uid, 0),
        }
        columns.append(number, values)
    return record
