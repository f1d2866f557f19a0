"""Monthly hazards of births, deaths, moves, couples and leaving home, by age, from the parameters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wijksim.calendar import MONTHS_PER_YEAR
from wijksim.population.columns import Education, Sex
from wijksim.processes.process import LAST_AGE, Month

__all__ = ["RATE_PARAMETERS", "Rates", "moving_hazard", "rates_of"]

Floats = NDArray[np.float64]

RATE_PARAMETERS = (
    "mortality_male",
    "mortality_female",
    "move_between_municipalities",
    "move_within_municipality",
    "emigration",
    "emmen_move_factor",
    "wijk_exit_share_of_local_moves",
    "couple_separation_hazard",
    "couple_separation_parents_factor",
    "children_stay_with_mother_share",
    "couple_formation_hazard",
    "leaving_home_hazard",
    "leaving_home_sex_factor",
    "fertility_age",
    "fertility_total",
    "birth_education_shift",
    "single_mother_birth_factor",
    "partnered_mother_birth_factor",
    "birth_interval_min_months",
    "adult_age",
)


@dataclass(frozen=True)
class Rates:
    """Hazards per month and the numbers that go with them; ages run from 0 to 119 in whole years.

    Parameters
    ----------
    death : array of float64, shape (2, 120)
        By sex and age.
    move : array of float64, shape (120,)
        A household leaves the wijk, by age of its eldest member.
    part : array of float64, shape (120,)
        A couple parts, by age of the elder.
    parents_factor : float
        The same with children at home, relative.
    mother_stays : float
        Chance that the children stay with their mother.
    form : array of float64, shape (120,)
        A single person finds a partner.
    leave_home : array of float64, shape (2, 120)
        By sex and age.
    birth : array of float64, shape (4, 120)
        A woman gives birth, by education and age, all women together.
    single_factor, couple_factor : float
        Births of women without and with partner, relative to all.
    birth_interval : float
        Months after a birth without another.
    adult_age : float
        Years.
    """

    death: Floats
    move: Floats
    part: Floats
    parents_factor: float
    mother_stays: float
    form: Floats
    leave_home: Floats
    birth: Floats
    single_factor: float
    couple_factor: float
    birth_interval: float
    adult_age: float


def moving_hazard(month: Month) -> Floats:
    """Monthly hazard that a household leaves the wijk, by age of its eldest member, shape (120,).

    Moves to another municipality (times the factor of the region), those moves within the municipality that
    leave the wijk, and emigration (CBS, movers by single age).
    """
    between = month.ages("move_between_municipalities") * month.number("emmen_move_factor")
    within = month.ages("move_within_municipality") * month.number("wijk_exit_share_of_local_moves")
    hazard: Floats = (between + within + month.ages("emigration")) / MONTHS_PER_YEAR
    return hazard


def _births_by_education(month: Month) -> Floats:
    """Births per woman and month, shape (4, 120), before partner and interval are looked at.

    At low education births come earlier and at high education later, each by half of the shift, with the
    same number of children; ages without any birth in the table have none.
    """
    table = month.registry.table("fertility_age")
    ages = np.arange(LAST_AGE)
    overall = table.lookup(ages)
    earlier = np.zeros(len(Education))
    earlier[[Education.PRACTICAL, Education.LOW]] = 0.5
    earlier[Education.HIGH] = -0.5
    shifted = table.lookup(ages + month.number("birth_education_shift") * earlier[:, None]) * (overall > 0)
    shape = shifted / shifted.sum(axis=1, keepdims=True)
    births: Floats = shape * month.number("fertility_total") / MONTHS_PER_YEAR
    return births


def rates_of(month: Month) -> Rates:
    """Hazards of this month."""
    death = np.empty((len(Sex), LAST_AGE))
    death[Sex.MALE] = month.ages("mortality_male")
    death[Sex.FEMALE] = month.ages("mortality_female")
    by_sex = month.registry.table("leaving_home_sex_factor").per_step(len(Sex))
    return Rates(
        death=death / MONTHS_PER_YEAR,
        move=moving_hazard(month),
        part=month.ages("couple_separation_hazard") / MONTHS_PER_YEAR,
        parents_factor=month.number("couple_separation_parents_factor"),
        mother_stays=month.number("children_stay_with_mother_share"),
        form=month.ages("couple_formation_hazard") / MONTHS_PER_YEAR,
        leave_home=by_sex[:, None] * month.ages("leaving_home_hazard") / MONTHS_PER_YEAR,
        birth=_births_by_education(month),
        single_factor=month.number("single_mother_birth_factor"),
        couple_factor=month.number("partnered_mother_birth_factor"),
        birth_interval=month.number("birth_interval_min_months"),
        adult_age=month.number("adult_age"),
    )
