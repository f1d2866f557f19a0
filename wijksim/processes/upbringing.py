"""Upbringing and norms: what children see of work, what comes of it, and how usual work is held to be."""

from __future__ import annotations

from enum import IntEnum
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from wijksim.calendar import MONTHS_PER_YEAR
from wijksim.kernels import Given, call, kernel
from wijksim.population.columns import FIRST_PAID_STATUS, LAST_PAID_STATUS, NO_ROW, Column, Status
from wijksim.population.education import Transition, drawn_level
from wijksim.population.histories import months_of_childhood
from wijksim.processes.process import Kept, Month
from wijksim.processes.rows import rows_where
from wijksim.processes.ties import employed_share_of_ties
from wijksim.randomness import Stream

__all__ = ["First", "Upbringing", "upbringing_month"]

Array = NDArray[Any]

_CHILD, _SCHOOL, _RETIRED = int(Status.CHILD), int(Status.SCHOOL), int(Status.RETIRED)
_FIRST_PAID, _LAST_PAID = int(FIRST_PAID_STATUS), int(LAST_PAID_STATUS)


class First(IntEnum):
    """First in so many generations in paid work; index of the array of counts, and name of the count."""

    FIRST_IN_TWO = 0
    FIRST_IN_THREE = 1
    FIRST_IN_TWO_STARTERS = 2
    FIRST_IN_THREE_STARTERS = 3


_FIRST_NAMES = [first.name.lower() for first in First]
_TWO, _THREE = int(First.FIRST_IN_TWO), int(First.FIRST_IN_THREE)
_TWO_STARTERS, _THREE_STARTERS = int(First.FIRST_IN_TWO_STARTERS), int(First.FIRST_IN_THREE_STARTERS)


@kernel
def _is_paid(status: int) -> bool:
    return _FIRST_PAID <= status <= _LAST_PAID


@kernel
def _generations(exposure: float, workless_share: float, mother: int, father: int) -> int:
    """Consecutive generations above with long spells out of work; -1 is missing.

    `mother` and `father` are the same of the parents, -1 where it or the parent isn't known; the better of both
    counts. A workless parental household with parents unknown counts as one generation.
    """
    if exposure < 0.0:
        return -1
    if exposure >= workless_share:
        return 0
    if mother >= 0 and father >= 0:
        return 1 + min(mother, father)
    return 1 + max(mother, father, 0)


@kernel
def _to_school(
    present: Array,
    uid: Array,
    birth_month: Array,
    education: Array,
    status: Array,
    status_since: Array,
    mother_row: Array,
    father_row: Array,
    months_observed: Array,
    months_with_work: Array,
    at: int,
    school_months: float,
    key: np.uint64,
    log_odds: Array,
    work_effect: float,
    exposure_mean: float,
) -> None:
    """Make pupils of those who turn 16, and draw the level that each will reach."""
    of_age = np.empty(present.size, np.bool_)
    for i in range(present.size):
        of_age[i] = present[i] & (status[i] == _CHILD) & (at - birth_month[i] >= school_months)
    rows = rows_where(of_age)
    levels = np.empty(rows.size, np.int8)  # written last: a parent may be among them
    for k in range(rows.size):
        i = rows[k]
        mother, father = mother_row[i], father_row[i]
        parents = max(education[mother] if mother >= 0 else NO_ROW, education[father] if father >= 0 else NO_ROW)
        seen = months_with_work[i] / months_observed[i] if months_observed[i] > 0 else -1.0
        levels[k] = drawn_level(key, uid[i], parents, seen, log_odds, work_effect, exposure_mean)
    for k in range(rows.size):
        i = rows[k]
        education[i], status[i], status_since[i] = levels[k], _SCHOOL, at


@kernel
def upbringing_month(
    present: Array,
    uid: Array,
    starter: Array,
    birth_month: Array,
    education: Array,
    status: Array,
    status_since: Array,
    mother_row: Array,
    father_row: Array,
    months_observed: Array,
    months_with_work: Array,
    exposure: Array,
    generations_without_work: Array,
    norm: Array,
    adult_months: Array,
    adult_months_paid: Array,
    paid_streak: Array,
    first_recorded: Array,
    at: int,
    ties: Array,
    childhood_months: float,
    workless_share: float,
    own_state_months: Array,
    first_job_months: float,
    norm_start: float,
    norm_parents: float,
    norm_drift: float,
    norm_own_weight: float,
    exposure_mean: float,
    school_months: float,
    education_key: np.uint64,
    log_odds: Array,
    work_effect: float,
    counts: Array,
) -> None:
    """Make pupils, count a month of childhood or adult life for everybody, record comings of age and first jobs."""
    _to_school(
        present,
        uid,
        birth_month,
        education,
        status,
        status_since,
        mother_row,
        father_row,
        months_observed,
        months_with_work,
        at,
        school_months,
        education_key,
        log_odds,
        work_effect,
        exposure_mean,
    )
    seen = np.empty(present.size)
    employed_share_of_ties(ties, present, status, seen)
    young, come_of_age, adult = (
        np.empty(present.size, np.bool_),
        np.empty(present.size, np.bool_),
        np.empty(present.size, np.bool_),
    )
    for i in range(present.size):
        months = at - birth_month[i]
        young[i] = present[i] & (months < childhood_months) & ((mother_row[i] >= 0) | (father_row[i] >= 0))
        come_of_age[i] = present[i] & (months == childhood_months)
        adult[i] = present[i] & (months >= childhood_months)
    for i in rows_where(young):
        mother, father = mother_row[i], father_row[i]
        months_observed[i] += 1
        if (mother >= 0 and _is_paid(status[mother])) or (father >= 0 and _is_paid(status[father])):
            months_with_work[i] += 1
    for i in rows_where(come_of_age):
        mother, father = mother_row[i], father_row[i]
        exposure[i] = months_with_work[i] / months_observed[i] if months_observed[i] > 0 else -1.0
        generations_without_work[i] = _generations(
            float(exposure[i]),
            workless_share,
            generations_without_work[mother] if mother >= 0 else -1,
            generations_without_work[father] if father >= 0 else -1,
        )
        norm[i] = norm_start + norm_parents * (float(exposure[i]) if exposure[i] >= 0.0 else exposure_mean)
    for i in range(present.size):
        first_norm = norm_start + norm_parents * (float(exposure[i]) if exposure[i] >= 0.0 else exposure_mean)
        others = seen[i] if seen[i] >= 0.0 else first_norm
        now = float(norm[i])
        moved = now + norm_drift * (norm_own_weight * first_norm + (1.0 - norm_own_weight) * others - now)
        norm[i] = moved if adult[i] else norm[i]
    paid, counted, first_job = (
        np.empty(present.size, np.bool_),
        np.empty(present.size, np.bool_),
        np.empty(present.size, np.bool_),
    )
    for i in range(present.size):  # apart from what follows, as a look-up is no vector code
        counted[i] = at - birth_month[i] >= own_state_months[np.uint8(education[i])]
    for i in range(present.size):
        paid[i] = adult[i] & (status[i] >= _FIRST_PAID) & (status[i] <= _LAST_PAID)
        counted[i] = counted[i] & adult[i] & (status[i] != _SCHOOL) & (status[i] != _RETIRED)
    for i in range(present.size):
        adult_months[i] += counted[i]
        adult_months_paid[i] += counted[i] & paid[i]
    for i in range(present.size):
        streak = (paid_streak[i] + 1) * paid[i]
        paid_streak[i] = streak if adult[i] else paid_streak[i]
        first_job[i] = adult[i] & (streak >= first_job_months) & (not first_recorded[i])
    for i in rows_where(first_job):
        first_recorded[i] = True
        if generations_without_work[i] >= 1:
            counts[_TWO] += 1
            counts[_TWO_STARTERS] += starter[i]
        if generations_without_work[i] >= 2:
            counts[_THREE] += 1
            counts[_THREE_STARTERS] += starter[i]


class Upbringing:
    """Childhood with or without work, education, work norm, and the record over generations (`mechanisms.md` B5, A13).

    - A month of childhood (0 to 17 years) counts when a parent lives in the wijk, and counts as working when one
      of them has paid work: the better parent counts, an unknown one is skipped.
    - At 16 the level of education is drawn from that of the parents and the share x of childhood with a working
      parent up to then (:func:`wijksim.population.education.draw_education`), and a child becomes a pupil.
    - At 18 x is fixed as ``exposure`` (-1 is missing). Below ``workless_parents_share`` the parental household was
      workless: one generation more than the better parent has above them. Of parents who no longer live here
      only the childhood counts: they are one generation.
    - Norm of adults: w' = w + d (a w0 + (1 - a) g - w), g the share of employed among ties, w0 the first norm,
      ``norm_initial_mean`` + ``norm_parent_effect`` x. Without ties g is w0.
    - Adult life counts from ``own_state_after_school_months`` after leaving school to retirement. First in n
      generations is recorded in the twelfth consecutive month of paid work (a placement is none), once in a life,
      in the counts ``first_in_two`` and, among these, ``first_in_three``; of the starting cohort also apart.

    Sources: Macmillan, Dahl & Gielen, Boschman (passports of the parameters); definitions: `mechanisms.md` A13.
    """

    name: ClassVar[str] = "upbringing"
    reads: ClassVar[tuple[str, ...]] = ("present", "starter", "uid", "birth_month", "mother_row", "father_row")
    writes: ClassVar[tuple[str, ...]] = (
        "education", "status", "status_since", "months_observed", "months_with_work", "exposure",
        "generations_without_work", "norm", "adult_months", "adult_months_paid", "paid_streak", "first_recorded",
    )  # fmt: skip
    streams: ClassVar[tuple[Stream, ...]] = (Stream.EDUCATION,)
    parameters: ClassVar[tuple[str, ...]] = (
        "childhood_months", "workless_parents_share", "own_state_after_school_months", "school_leaving_age",
        "first_job_months", "norm_initial_mean", "norm_parent_effect", "norm_drift_month", "norm_own_weight",
        "exposure_mean", "education_drawn_age", "child_education_work_effect", "education_transition_practical",
        "education_transition_low", "education_transition_mid", "education_transition_high",
    )  # fmt: skip
    columns: ClassVar[tuple[Column, ...]] = ()
    outcomes: ClassVar[tuple[Any, ...]] = ()

    def __init__(self) -> None:
        self._parameters = Kept(_parameters)

    def step(self, month: Month) -> None:
        """Do the month."""
        counts = np.zeros(len(_FIRST_NAMES), np.int64)
        call(
            upbringing_month,
            month.columns,
            self._parameters.of(month),
            at=month.at,
            ties=month.state.ties.rows,
            education_key=month.key(Stream.EDUCATION),
            counts=counts,
        )
        month.count_all(_FIRST_NAMES, counts)


def _parameters(month: Month) -> Given:
    """Arguments of :func:`upbringing_month`."""
    number = month.number
    leaving_months = MONTHS_PER_YEAR * month.by_skill("school_leaving_age")
    transition = Transition.of(month.registry)
    return Given(
        childhood_months=months_of_childhood(month.registry),
        workless_share=number("workless_parents_share"),
        own_state_months=leaving_months + number("own_state_after_school_months"),
        first_job_months=number("first_job_months"),
        norm_start=number("norm_initial_mean"),
        norm_parents=number("norm_parent_effect"),
        norm_drift=number("norm_drift_month"),
        norm_own_weight=number("norm_own_weight"),
        exposure_mean=number("exposure_mean"),
        school_months=MONTHS_PER_YEAR * number("education_drawn_age"),
        log_odds=transition.log_odds,
        work_effect=transition.effect,
    )
