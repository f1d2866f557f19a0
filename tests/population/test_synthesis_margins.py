import numpy as np
import pytest
from population.neighbourhoods import EMMEN, START, emmerhout, made_area, made_profile, population

from wijksim.parameters import load_registry
from wijksim.population.ages import AGE_CLASSES, age_counts
from wijksim.population.margins import margins
from wijksim.population.profile import Profile
from wijksim.population.synthesis import build_population

TWO_POINTS = 0.02


@pytest.mark.parametrize("wijk", ["angelslo", "emmerhout", "bargeres", "emmermeer"])
def test_shares_are_within_two_points_at_5000_residents(wijk: str) -> None:
    profile = Profile.from_file(EMMEN / f"{wijk}.toml")
    state = build_population(profile, load_registry(), seed=1, start=START, residents=5000)
    shares = [margin for margin in margins(state, profile) if margin.unit == "share"]
    assert len(shares) == 11
    for margin in shares:
        assert abs(margin.difference) < TWO_POINTS, margin


@pytest.mark.parametrize("wijk", ["angelslo", "emmerhout", "bargeres", "emmermeer"])
def test_people_on_benefits_are_as_many_as_the_profile_has(wijk: str) -> None:
    profile = Profile.from_file(EMMEN / f"{wijk}.toml")
    state = build_population(profile, load_registry(), seed=1, start=START)
    found = {margin.name: margin for margin in margins(state, profile)}
    for name in ("social_assistance_persons", "unemployment_benefit_persons", "disability_benefit_persons", "men"):
        assert abs(found[name].difference) <= 0.5, found[name]
    assert found["inhabitants"].difference == 0
    assert abs(found["households"].difference) < 0.01 * found["households"].target


def test_a_margin_that_is_off_shows() -> None:
    other = Profile.from_file(EMMEN / "bargeres.toml")
    found = {margin.name: margin for margin in margins(population(5000), other)}
    assert abs(found["household_with_children_share"].difference) > TWO_POINTS
    margin = found["age_65_plus_share"]
    assert margin.difference == pytest.approx(margin.synthesised - margin.target)


def test_margins_of_figures_that_the_profile_lacks_are_left_out() -> None:
    profile = made_profile(made_area(men=None, social_assistance_persons=None))
    state = build_population(profile, load_registry(), seed=1, start=START, residents=50)
    names = {margin.name for margin in margins(state, profile)}
    assert "women" in names
    assert not names & {"men", "social_assistance_persons", "woz_value_euro"}


def test_margins_of_areas_are_added_up() -> None:
    profile = made_profile(made_area("north", inhabitants=3000, households=1500), made_area("south"))
    state = build_population(profile, load_registry(), seed=1, start=START)
    found = {margin.name: margin for margin in margins(state, profile)}
    assert found["inhabitants"].target == found["inhabitants"].synthesised == 10350
    assert found["households"].target == 5115


def test_without_figures_of_benefits_the_defaults_count() -> None:
    registry = load_registry()
    profile = made_profile(made_area(social_assistance_persons=None))
    state = build_population(profile, registry, seed=1, start=START)
    age = (START - state.columns["birth_month"]) // 12
    share = (state.columns["status"] == 8).sum() / ((age >= 15) & (age < 75)).sum()
    assert share == pytest.approx(registry.number("assistance_default_share"), abs=0.001)


def test_ages_have_no_steps_between_classes() -> None:
    counts = age_counts(emmerhout().areas[0], 7350, load_registry())
    for first, last in AGE_CLASSES.values():
        assert counts[first:last].sum() == pytest.approx(round(counts[first:last].sum()), abs=1e-6)
    steps = np.abs(np.diff(counts[:85])) / counts[:85].mean()
    assert steps.max() < 0.1  # of the mean year; without smoothing the step at 25 or 45 is larger
    rough = np.concatenate([np.full(last - first, counts[first:last].mean()) for first, last in AGE_CLASSES.values()])
    assert np.abs(np.diff(rough[:65])).max() / counts[:85].mean() > 0.1
