"""Work histories at the start: one's own adult life, and one's childhood with or without a working parent."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wijksim.errors import InputError
from wijksim.parameters import Registry
from wijksim.population.columns import Columns, Rows, Sex, Status, is_paid_work
from wijksim.randomness import Stream, normals

__all__ = ["childhood_histories", "months_after_school", "months_of_childhood", "paid_share", "start_histories"]

Floats = NDArray[np.float64]


def months_after_school(columns: Columns, registry: Registry, start: int) -> Floats:
    """Months since education usually ends at each resident's level; at least 1, shape (residents,)."""
    leaving = 12.0 * registry.table("school_leaving_age").lookup(columns["education"])
    return np.maximum(start - columns["birth_month"] - leaving, 1.0)


def paid_share(seed: int, columns: Columns, registry: Registry, start: int) -> Floats:
    """Share of the months outside the present spell that each resident was in paid work, shape (residents,).

    An inverse logit of ``paid_history_mean`` plus terms for employability, women by age, and chance.
    """
    number = registry.number
    age = (start - columns["birth_month"]) // 12
    chance = normals(seed, Stream.SYNTHESIS_HISTORY, columns["uid"], 0)
    woman = np.where(columns["sex"] == Sex.FEMALE, registry.table("paid_history_woman_age").lookup(age), 0.0)
    log_odds = number("paid_history_mean") - woman + number("paid_history_sd") * chance
    log_odds = log_odds + number("paid_history_employability") * columns["employability"]
    share: Floats = 1.0 / (1.0 + np.exp(-log_odds))
    return share


def start_histories(columns: Columns, share: Floats, registry: Registry, start: int) -> None:
    """Write the months of adult life and those in paid work, the present streak and whether it counted.

    Adult life counts from ``own_state_after_school_months`` after leaving school to the state pension age
    (`mechanisms.md` rule 13). The present spell counts as it is, the months before by `share`.

    Parameters
    ----------
    columns : Columns
        Residents, with statuses and the months in which these began.
    share : array, shape (residents,)
        Of :func:`paid_share`.
    start : int
        Absolute month.
    """
    number = registry.number
    status = columns["status"]
    works = is_paid_work(status)
    after_school = months_after_school(columns, registry, start)
    pension = columns["birth_month"] + registry.at("state_pension_age_months", start)
    retired_for = np.maximum(start - pension, 0.0)
    adult = np.maximum(after_school - number("own_state_after_school_months") - retired_for, 0.0)
    adult[(status == Status.CHILD) | (status == Status.SCHOOL)] = 0.0
    spell = np.where(status == Status.RETIRED, 0, start - columns["status_since"])
    inside = np.minimum(spell, adult)
    columns["adult_months"][:] = np.rint(adult)
    columns["adult_months_paid"][:] = np.rint(np.where(works, inside, 0.0) + share * (adult - inside))
    columns["paid_streak"][:] = np.where(works, spell, 0)
    long_enough = number("first_job_months")
    columns["first_recorded"][:] = (columns["paid_streak"] >= long_enough) | (
        columns["adult_months_paid"] >= long_enough
    )


def months_of_childhood(registry: Registry) -> float:
    """Months of childhood that count, by the parameter ``childhood_months``.

    Raises
    ------
    InputError
        They are more than fit in the columns that count them.
    """
    length, most = registry.number("childhood_months"), np.iinfo(np.uint8).max
    if length > most:
        raise InputError.single(
            "childhood_months", f"{length:g} is too many: months of childhood are counted up to {most}.", "Take fewer."
        )
    return length


def childhood_histories(columns: Columns, at_home: Rows, share: Floats, registry: Registry, start: int) -> None:
    """Write childhood with the parents in the household: months seen and with work, and exposure from 18.

    A parent's present spell counts as it is, the months before by `share`; the better parent counts.

    Parameters
    ----------
    at_home : array of intp
        Rows of those who live with a parent.
    share : array, shape (residents,)
        Of :func:`paid_share`.
    """
    length = months_of_childhood(registry)
    began = columns["birth_month"][at_home]
    ended = np.minimum(began + length, start)
    months = ended - began
    best = np.zeros(at_home.size)
    for side in ("mother_row", "father_row"):
        parent = columns[side][at_home]
        since = np.maximum(columns["status_since"][parent], began)
        inside = np.where(columns["status"][parent] == Status.RETIRED, 0.0, np.maximum(ended - since, 0.0))
        paid = np.where(is_paid_work(columns["status"][parent]), inside, 0.0) + share[parent] * (months - inside)
        best = np.where(parent >= 0, np.maximum(best, paid), best)
    grown = months >= length
    columns["months_observed"][at_home] = months
    columns["months_with_work"][at_home] = np.rint(best)
    columns["exposure"][at_home[grown]] = best[grown] / length
