"""The figures a neighbourhood profile can hold: unit, meaning, how they add up and how a gap may be filled.

Declared here once; the file format, the CBS import and the totals over areas are made from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

__all__ = ["FIGURES", "SHARES_OF_ONE_WHOLE", "FigureSpec", "Scaling"]

Scaling = Literal["inhabitants", "population_15_74", "age_65_plus", "copied", "never"]


@dataclass(frozen=True)
class FigureSpec:
    """What one figure is.

    Parameters
    ----------
    name : str
        Key in a profile.
    unit : str
        Unit of its value.
    label : str
        What it says, with the Dutch term where the field has one.
    weight : str
        Figure by which it is averaged over areas; empty for counts, which are summed.
    scaling : Scaling
        How a missing figure is made from the municipality's: in proportion to a group of people, ``copied``
        as it is, or ``never``.
    needed : bool
        Whether no population can be made without it.
    """

    name: str
    unit: str
    label: str
    weight: str = ""
    scaling: Scaling = "copied"
    needed: bool = False


def _count(name: str, unit: str, label: str, scaling: Scaling, *, needed: bool = False) -> FigureSpec:
    return FigureSpec(name, unit, label, "", scaling, needed)


def _share(name: str, label: str, weight: str, *, needed: bool = False) -> FigureSpec:
    return FigureSpec(name, "share", label, weight, "copied", needed)


_SPECS = (
    _count("inhabitants", "persons", "inhabitants on 1 January", "never", needed=True),
    _count("men", "persons", "men", "inhabitants"),
    _count("women", "persons", "women", "inhabitants"),
    _share("age_0_14_share", "inhabitants of 0 to 14", "inhabitants", needed=True),
    _share("age_15_24_share", "inhabitants of 15 to 24", "inhabitants", needed=True),
    _share("age_25_44_share", "inhabitants of 25 to 44", "inhabitants", needed=True),
    _share("age_45_64_share", "inhabitants of 45 to 64", "inhabitants", needed=True),
    _share("age_65_plus_share", "inhabitants of 65 and over", "inhabitants", needed=True),
    _count("population_15_74", "persons", "inhabitants of 15 to 74", "population_15_74"),
    _share("unmarried_share", "never married (ongehuwd)", "inhabitants"),
    _share("married_share", "married (gehuwd)", "inhabitants"),
    _share("divorced_share", "divorced (gescheiden)", "inhabitants"),
    _share("widowed_share", "widowed (verweduwd)", "inhabitants"),
    _count("households", "households", "private households", "inhabitants", needed=True),
    _share("single_household_share", "households of one person", "households", needed=True),
    _share("household_without_children_share", "larger households without children", "households", needed=True),
    _share("household_with_children_share", "households with children", "households", needed=True),
    FigureSpec("household_size", "persons per household", "mean household size", "households"),
    _share("education_low_share", "low education (laag), of those of 15 to 74", "population_15_74"),
    _share("education_mid_share", "intermediate education (middelbaar), of those of 15 to 74", "population_15_74"),
    _share("education_high_share", "high education (hoog), of those of 15 to 74", "population_15_74"),
    _count("social_assistance_persons", "persons", "on social assistance (bijstand)", "population_15_74"),
    _count("unemployment_benefit_persons", "persons", "on unemployment benefit (WW)", "population_15_74"),
    _count("disability_benefit_persons", "persons", "on disability benefit (AO)", "population_15_74"),
    _count("state_pension_persons", "persons", "on state pension (AOW)", "age_65_plus"),
    _count("births", "persons per year", "born alive in the year", "inhabitants"),
    _count("deaths", "persons per year", "died in the year", "inhabitants"),
    FigureSpec("mean_income_per_inhabitant_euro", "euro per year", "mean personal income", "inhabitants"),
    FigureSpec("woz_value_euro", "euro", "mean value of a dwelling (WOZ-waarde)", "households"),
    _count("establishments", "establishments", "business establishments (vestigingen)", "inhabitants"),
    _count("surface_land_hectare", "hectare", "land surface", "never"),
    FigureSpec("density", "inhabitants per km2", "population density", "surface_land_hectare", "never"),
)

FIGURES: Mapping[str, FigureSpec] = {spec.name: spec for spec in _SPECS}

# Shares that together make up a whole.
SHARES_OF_ONE_WHOLE: tuple[tuple[str, ...], ...] = (
    ("age_0_14_share", "age_15_24_share", "age_25_44_share", "age_45_64_share", "age_65_plus_share"),
    ("single_household_share", "household_without_children_share", "household_with_children_share"),
    ("unmarried_share", "married_share", "divorced_share", "widowed_share"),
    ("education_low_share", "education_mid_share", "education_high_share"),
)
