"""Profiles for tests of the synthetic population: Emmerhout, and made ones with a figure changed."""

from functools import cache
from pathlib import Path

from wijksim.calendar import absolute_month
from wijksim.parameters import load_registry
from wijksim.population.profile import Area, Figure, Profile
from wijksim.population.profile_figures import FIGURES
from wijksim.population.synthesis import build_population
from wijksim.state import State

START = absolute_month(2015, 1)
EMMEN = Path(__file__).resolve().parents[2] / "experiments" / "emmen"

_PLAIN = {
    "inhabitants": 7350,
    "men": 3565,
    "women": 3785,
    "age_0_14_share": 0.15,
    "age_15_24_share": 0.11,
    "age_25_44_share": 0.23,
    "age_45_64_share": 0.27,
    "age_65_plus_share": 0.24,
    "households": 3615,
    "single_household_share": 0.42,
    "household_without_children_share": 0.29,
    "household_with_children_share": 0.29,
    "social_assistance_persons": 445,
    "unemployment_benefit_persons": 170,
    "disability_benefit_persons": 560,
}


def emmerhout() -> Profile:
    """The shipped profile."""
    return Profile.from_file(EMMEN / "emmerhout.toml")


def made_area(key: str = "made", **changed: float | None) -> Area:
    """An area like Emmerhout with some figures changed, or left out where None."""
    values = {**_PLAIN, **changed}
    return Area(
        key,
        key.title(),
        "WK011444",
        {
            name: Figure(float(value), FIGURES[name].unit, 2017, "made for a test", "assumption")
            for name, value in values.items()
            if value is not None
        },
    )


def made_profile(*areas: Area) -> Profile:
    """A profile of these areas."""
    return Profile("Made", "GM0114", "Emmen", areas or (made_area(),))


@cache
def population(residents: int, seed: int = 1) -> State:
    """Emmerhout's population, made once for all tests; nobody may change it."""
    return build_population(emmerhout(), load_registry(), seed=seed, start=START, residents=residents)
