"""How well a population agrees with its profile: target, synthesised and difference of every margin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wijksim.population.ages import AGE_CLASSES
from wijksim.population.columns import Education, Sex, Status
from wijksim.population.profile import Profile
from wijksim.population.profile_figures import FIGURES
from wijksim.population.world import Start

__all__ = ["Margin", "margins"]

_STATUS_OF = {
    "social_assistance_persons": Status.SOCIAL_ASSISTANCE,
    "unemployment_benefit_persons": Status.UNEMPLOYMENT_BENEFIT,
    "disability_benefit_persons": Status.DISABILITY,
    "state_pension_persons": Status.RETIRED,
}
_EDUCATION_OF = {
    "education_low_share": (Education.PRACTICAL, Education.LOW),
    "education_mid_share": (Education.MID,),
    "education_high_share": (Education.HIGH,),
}
_WORKING_AGES = (15, 75)


@dataclass(frozen=True)
class Margin:
    """One figure of a profile beside that of the population made from it.

    Parameters
    ----------
    name : str
        Figure of the profile.
    target, synthesised : float
        In `unit`; counts of the profile are scaled to the number of residents.
    difference : float
        Synthesised minus target.
    unit : str
        Unit, as in :data:`wijksim.population.profile_figures.FIGURES`.
    """

    name: str
    target: float
    synthesised: float
    difference: float
    unit: str


def margins(state: Start, profile: Profile) -> list[Margin]:
    """Compare a population just made with the figures of its profile, in the profile's order.

    Figures that some area lacks, and those that a population has no counterpart of (incomes, establishments,
    land), are left out. Shares of age classes and of household types are taken of a profile's sum, as rounded
    percentages rarely add up to 1.

    Parameters
    ----------
    state : Start
        Of :func:`wijksim.population.synthesis.build_population`.
    profile : Profile
        What it was made from.
    """
    found = _figures(state)
    scale = len(state.columns) / profile.figure("inhabitants").value
    rows = []
    for name, spec in FIGURES.items():
        if name not in found or profile.missing_in(name):
            continue
        target = profile.figure(name).value
        for group in (tuple(AGE_CLASSES), _HOUSEHOLD_SHARES):
            if name in group:
                target /= sum(profile.figure(part).value for part in group)
        if not spec.weight:
            target *= scale
        rows.append(Margin(name, target, found[name], found[name] - target, spec.unit))
    return rows


_HOUSEHOLD_SHARES = ("single_household_share", "household_without_children_share", "household_with_children_share")


def _figures(state: Start) -> dict[str, float]:
    columns = state.columns
    age = (state.month - columns["birth_month"]) // 12
    figures = {
        "inhabitants": float(len(columns)),
        "men": float((columns["sex"] == Sex.MALE).sum()),
        "women": float((columns["sex"] == Sex.FEMALE).sum()),
        "population_15_74": float(_between(age, _WORKING_AGES).sum()),
    }
    for name, ages in AGE_CLASSES.items():
        figures[name] = float(_between(age, ages).mean())
    figures |= _households(state)
    counted = columns["education"][_between(age, _WORKING_AGES)]
    for name, levels in _EDUCATION_OF.items():
        figures[name] = float(np.isin(counted, levels).mean()) if counted.size else 0.0
    for name, status in _STATUS_OF.items():
        figures[name] = float((columns["status"] == status).sum())
    return figures


def _between(age: NDArray[np.int32], ages: tuple[int, int]) -> NDArray[np.bool_]:
    inside: NDArray[np.bool_] = (age >= ages[0]) & (age < ages[1])
    return inside


def _households(state: Start) -> dict[str, float]:
    columns = state.columns
    _, household, size = np.unique(columns["household"], return_inverse=True, return_counts=True)
    child = (columns["mother_row"] >= 0) | (columns["father_row"] >= 0)
    with_children = np.bincount(household, child, minlength=size.size) > 0
    return {
        "households": float(size.size),
        "single_household_share": float((size == 1).mean()),
        "household_without_children_share": float(((size > 1) & ~with_children).mean()),
        "household_with_children_share": float(with_children.mean()),
        "household_size": float(size.mean()),
    }
