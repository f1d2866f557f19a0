"""Health of a resident: where distress z and illness y tend to, and their values at the start.

    z' = z + kappa (z* - z) + sigma eps,   z* = l f + b_age + b_edu + work term           (mechanisms B4)
    y' = y + kappa_y (y* - y) + sigma_y eps,   y* = l_y f + b_age + b_edu [+ work term]

with f the fixed frailty, standard normal. l is the root of `frailty_variance_share`, l_y that root times
`mental_physical_correlation`. The stationary variance at given f is sigma^2 / (1 - (1 - kappa)^2), so
sigma^2 = (1 - l^2) (1 - (1 - kappa)^2) makes the whole variance 1 (and a hundredth more by age and education).
The work term is -psi (w - w0), w = 1 in paid work, `placement_health_effect_share` in a placement and 0
without; it is nil for children, pupils and pensioners. Illness y has one, of `physical_work_effect_sd`, in the variant
`mental_and_physical` alone: no effect was found.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.kernels import call, kernel
from wijksim.parameters import Registry
from wijksim.population.care import MentalCare, entry_hazard, mental_care
from wijksim.population.columns import Columns, Education, Status, is_paid_work
from wijksim.randomness import Stream, draw, key_of, normal_icdf
from wijksim.structure import HealthVariant

__all__ = ["HEALTH_PARAMETERS", "LAST_AGE", "HealthEquations", "health_equations", "start_health", "tends_to"]

LAST_AGE = 120
"""Tables by age have this many whole years."""

HEALTH_PARAMETERS = (
    "mental_work_effect_sd",
    "physical_work_effect_sd",
    "placement_health_effect_share",
    "work_share_reference",
    "health_adjustment_months",
    "health_adjustment_left_share",
    "physical_adjustment_months",
    "frailty_variance_share",
    "mental_physical_correlation",
    "mental_age_shift",
    "mental_education_shift",
    "long_term_illness_age",
    "long_term_illness_education",
    "long_term_illness_mean",
    "ill_mental_threshold_z",
    "ill_physical_threshold_y",
    "adult_age",
    "education_drawn_age",
    "mh_care_use_worker",
    "mental_care_lasting_slope",
    "lasting_distress_mean_workers",
    "mental_care_spell_months",
)
"""Parameters that :func:`health_equations` reads."""

Array = NDArray[Any]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class HealthEquations:
    """Constants of the equations, from the registry.

    Parameters
    ----------
    mental_loading, physical_loading : float
        Of frailty, in z* and y*.
    mental_age, physical_age : array, shape (120,)
        Shift by age, sd.
    mental_shift, physical_shift : array, shape (educations, 120)
        Shift by education and age, sd; below the age at which a level is drawn education has none.
    work_term, physical_term : array, shape (statuses,)
        Shift of z* and y* by activity status, sd.
    mental_pull, physical_pull : float
        kappa, part of the distance covered in a month.
    mental_spread, physical_spread : float
        Stationary sd at given frailty.
    ill_mental, ill_physical : float
        Who is above either is ill.
    adult_age : float
        Age from which mental care is insured care (for children it is the municipality's).
    care : MentalCare
        Entry into and exit from mental care.
    """

    mental_loading: float
    physical_loading: float
    mental_age: Floats
    physical_age: Floats
    mental_shift: Floats
    physical_shift: Floats
    work_term: Floats
    physical_term: Floats
    mental_pull: float
    physical_pull: float
    mental_spread: float
    physical_spread: float
    ill_mental: float
    ill_physical: float
    adult_age: float
    care: MentalCare

    def of_levels(self) -> dict[str, Any]:
        """Arguments that the kernels of the start and of a month share, by name."""
        return {
            "mental_loading": self.mental_loading,
            "physical_loading": self.physical_loading,
            "mental_shift": self.mental_shift,
            "physical_shift": self.physical_shift,
            "work_term": self.work_term,
            "physical_term": self.physical_term,
            "ill_mental": self.ill_mental,
            "ill_physical": self.ill_physical,
            "adult_age": self.adult_age,
            "care_intercept": self.care.intercept,
            "care_slope": self.care.slope,
            "care_hazards": self.care.hazards,
            "care_exit": self.care.exit_hazard,
        }

    @property
    def mental_noise(self) -> float:
        """Sigma of a month for z."""
        return self.mental_spread * math.sqrt(1.0 - (1.0 - self.mental_pull) ** 2)

    @property
    def physical_noise(self) -> float:
        """Sigma of a month for y."""
        return self.physical_spread * math.sqrt(1.0 - (1.0 - self.physical_pull) ** 2)


def health_equations(registry: Registry, variant: HealthVariant = HealthVariant.MENTAL) -> HealthEquations:
    """Make the constants of the equations of health from the parameters in :data:`HEALTH_PARAMETERS`."""
    from scipy.special import ndtri

    number = registry.number
    loading = math.sqrt(number("frailty_variance_share"))
    physical_loading = loading * number("mental_physical_correlation")
    mental_age = registry.table("mental_age_shift").per_step(LAST_AGE)
    mental_education = registry.table("mental_education_shift").per_step(len(Education))
    mean = number("long_term_illness_mean")
    ratio = registry.table("long_term_illness_education").per_step(len(Education))
    physical_age = ndtri(registry.table("long_term_illness_age").per_step(LAST_AGE)) - ndtri(mean)
    physical_education = ndtri(ratio * mean) - ndtri(mean)
    left = number("health_adjustment_left_share")
    both = variant is HealthVariant.MENTAL_AND_PHYSICAL
    has_level = np.arange(LAST_AGE) >= number("education_drawn_age")
    return HealthEquations(
        mental_loading=loading,
        physical_loading=physical_loading,
        mental_age=mental_age,
        physical_age=physical_age,
        mental_shift=mental_education[:, None] * has_level + mental_age,
        physical_shift=physical_education[:, None] * has_level + physical_age,
        work_term=_work_term(registry, number("mental_work_effect_sd")),
        physical_term=_work_term(registry, number("physical_work_effect_sd") if both else 0.0),
        mental_pull=1.0 - left ** (1.0 / number("health_adjustment_months")),
        physical_pull=1.0 - left ** (1.0 / number("physical_adjustment_months")),
        mental_spread=math.sqrt(1.0 - loading**2),
        physical_spread=math.sqrt(1.0 - physical_loading**2),
        ill_mental=number("ill_mental_threshold_z"),
        ill_physical=number("ill_physical_threshold_y"),
        adult_age=number("adult_age"),
        care=mental_care(
            number("mental_care_lasting_slope"),
            number("mh_care_use_worker"),
            number("lasting_distress_mean_workers"),
            loading,
            number("mental_care_spell_months"),
        ),
    )


def _work_term(registry: Registry, effect: float) -> Floats:
    statuses = np.array(list(Status), np.int8)
    work = is_paid_work(statuses).astype(np.float64)
    work[Status.PLACEMENT] = registry.number("placement_health_effect_share")
    term: Floats = -effect * (work - registry.number("work_share_reference"))
    term[[Status.CHILD, Status.SCHOOL, Status.RETIRED]] = 0.0
    return term


@kernel
def tends_to(loading: float, frailty: float, shift: float) -> float:
    """Level to which health tends: z* or y*, sd."""
    return loading * float(frailty) + shift


@kernel
def _start(
    uid: Array,
    birth_month: Array,
    education: Array,
    status: Array,
    frailty: Array,
    mental: Array,
    physical: Array,
    ill: Array,
    mental_care: Array,
    at: int,
    mental_key: np.uint64,
    physical_key: np.uint64,
    care_key: np.uint64,
    mental_loading: float,
    physical_loading: float,
    mental_shift: Array,
    physical_shift: Array,
    work_term: Array,
    physical_term: Array,
    mental_spread: float,
    physical_spread: float,
    ill_mental: float,
    ill_physical: float,
    adult_age: float,
    care_intercept: float,
    care_slope: float,
    care_hazards: Array,
    care_exit: float,
) -> None:
    for i in range(uid.size):
        age = min((at - birth_month[i]) // 12, mental_shift.shape[1] - 1)
        lasting = tends_to(mental_loading, frailty[i], mental_shift[education[i], age] + work_term[status[i]])
        level = tends_to(physical_loading, frailty[i], physical_shift[education[i], age] + physical_term[status[i]])
        mental[i] = lasting + mental_spread * normal_icdf(draw(mental_key, uid[i]))
        physical[i] = level + physical_spread * normal_icdf(draw(physical_key, uid[i]))
        ill[i] = mental[i] > ill_mental or physical[i] > ill_physical
        entry = entry_hazard(care_hazards, care_intercept + care_slope * lasting)
        mental_care[i] = age >= adult_age and draw(care_key, uid[i]) < entry / (entry + care_exit)


def start_health(
    columns: Columns, registry: Registry, at: int, seed: int, variant: HealthVariant = HealthVariant.MENTAL
) -> None:
    """Give all residents a health from the stationary distribution of the equations.

    Writes ``mental``, ``physical``, ``ill`` and ``mental_care``; reads ``uid``, ``birth_month``, ``education``,
    ``status`` and ``frailty``. Draws are keyed by person: called before statuses are drawn (all `CHILD`, work
    term nil) and again after, the second call moves z and y by their work terms only.

    Parameters
    ----------
    columns : Columns
        The residents.
    registry : Registry
        Holds :data:`HEALTH_PARAMETERS`.
    at : int
        Absolute month of the start.
    seed : int
        Seed of the population.
    variant : HealthVariant
        Whether work touches y too.
    """
    equations = health_equations(registry, variant)
    call(
        _start,
        columns,
        at=at,
        mental_key=key_of(seed, Stream.MENTAL_START, at),
        physical_key=key_of(seed, Stream.PHYSICAL_START, at),
        care_key=key_of(seed, Stream.MENTAL_CARE_ENTRY, at - 1),
        mental_spread=equations.mental_spread,
        physical_spread=equations.physical_spread,
        **equations.of_levels(),
    )
