"""Profile files: what is refused, with line and remedy, and what the shipped ones hold (cases W08, W13, W14)."""

from pathlib import Path

import pytest

from wijksim.errors import InputError
from wijksim.population.profile import Profile

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "cases"
SHIPPED = ROOT / "experiments" / "emmen"
NAMES = ("angelslo", "emmerhout", "bargeres", "emmermeer")


@pytest.fixture
def changed(tmp_path):
    """A shipped profile with some text replaced."""

    def _changed(old, new):
        text = (SHIPPED / "emmerhout.toml").read_text(encoding="utf-8")
        assert old in text
        path = tmp_path / "profile.toml"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return path

    return _changed


def refusal(path):
    with pytest.raises(InputError) as caught:
        Profile.from_file(path)
    return caught.value


@pytest.mark.parametrize("name", NAMES)
def test_shipped_profiles_are_whole(name):
    profile = Profile.from_file(SHIPPED / f"{name}.toml")
    (area,) = profile.areas
    assert area.key == name
    assert profile.municipality_code == "GM0114"
    assert len(area.figures) == 31
    assert all(figure.source and figure.year in (2017, 2020) for figure in area.figures.values())
    benefit = area.figures["social_assistance_persons"]
    assert benefit.grade == "assumption"
    assert "1.8" in benefit.method
    assert 0.07 <= benefit.value / area.figures["population_15_74"].value <= 0.14
    assert 0.01 < profile.wijk_share_of_regional_seekers < 0.05


def test_the_digest_tells_profiles_apart(changed):
    whole = Profile.from_file(SHIPPED / "emmerhout.toml")
    assert Profile.from_file(SHIPPED / "emmerhout.toml").digest() == whole.digest()
    assert Profile.from_file(changed("value = 3565", "value = 3560")).digest() != whole.digest()


CASES_AND_WORDS = {
    "profile_share_as_percentage.toml": ("age_0_14_share", "15 is not a share between 0 and 1. For 15 % write 0.15."),
    "profile_code_without_quotes.toml": ('Put quotes round a code: "0114"',),
    "profile_unknown_keys.toml": ("Did you mean 'inhabitants'", "Did you mean 'municipality_name'"),
    "profile_needed_missing.toml": ("needed figures are missing: age_65_plus_share, households", "--fill-from"),
    "profile_uninhabited.toml": ("uninhabited wijk",),
    "profile_money_two_readings.toml": ("24.500", "24500 euro", "24.5 euro"),
    "profile_not_finite.toml": ("inhabitants", "nan is not a finite number"),
    "profile_shares_do_not_add.toml": ("add to 1.2",),
    "profile_unknown_format.toml": ("format 2 is not known",),
    "profile_wrong_unit.toml": ("the unit of households is 'persons'; expected 'households'",),
}


@pytest.mark.parametrize("name", CASES_AND_WORDS)
def test_a_bad_profile_is_refused_with_place_and_remedy(name):
    error = refusal(CASES / name)
    assert error.exit_code == 2
    for words in CASES_AND_WORDS[name]:
        assert words in str(error)
    assert any(problem.line for problem in error.problems)


def test_every_profile_case_is_tested():
    assert {path.name for path in CASES.glob("profile_*.toml")} == set(CASES_AND_WORDS)


@pytest.mark.parametrize("value", ["5", '"5%"', "-0.1", '"0,05"', "nan", "true"])
def test_w08_a_share_in_the_wrong_scale_is_refused_naming_key_value_and_range(changed, value):
    (problem,) = refusal(changed("value = 0.15", f"value = {value}")).problems
    assert "age_0_14_share" in problem.where
    assert value.strip('"') in problem.message
    assert "share between 0 and 1" in problem.message


@pytest.mark.parametrize("code", ["0363", "0518"])
def test_w13_a_code_without_quotes_never_becomes_another_number(changed, code):
    error = refusal(changed('municipality_code = "GM0114"', f"municipality_code = {code}"))
    assert f'Put quotes round a code: "{code}"' in str(error)


def test_w13_a_code_that_lost_its_zero_is_refused(changed):
    assert "quotes round it" in str(refusal(changed('municipality_code = "GM0114"', "municipality_code = 363")))


def test_w13_words_stay_words(changed):
    assert Profile.from_file(changed('name = "Emmerhout"', 'name = "no"')).name == "no"
    assert "true or false" in str(refusal(changed('name = "Emmerhout"', "name = no")))


def test_two_areas_may_not_share_a_key(tmp_path):
    text = (SHIPPED / "emmerhout.toml").read_text(encoding="utf-8")
    path = tmp_path / "profile.toml"
    path.write_text(text + text[text.index("[[area]]") :], encoding="utf-8")
    (problem,) = refusal(path).problems
    assert "same key" in problem.message
    assert problem.line == text.count("\n") + 2


def test_a_total_over_a_gap_is_refused(tmp_path):
    text = (SHIPPED / "emmerhout.toml").read_text(encoding="utf-8")
    second = text[text.index("[[area]]") :].replace("emmerhout", "other")
    gap = second[second.index("[area.figures.births]") : second.index("[area.figures.deaths]")]
    path = tmp_path / "profile.toml"
    path.write_text(text + second.replace(gap, ""), encoding="utf-8")
    profile = Profile.from_file(path)
    assert profile.figure("inhabitants").value == 14700
    assert profile.figure("household_size").value == pytest.approx(2.0)
    assert profile.missing_in("births") == ("other",)
    with pytest.raises(InputError, match="missing in area other"):
        profile.figure("births")
    with pytest.raises(KeyError):
        profile.figure("no_such_figure")


def test_without_a_region_the_share_of_seekers_is_not_made_up(tmp_path):
    text = (SHIPPED / "emmerhout.toml").read_text(encoding="utf-8")
    path = tmp_path / "profile.toml"
    path.write_text(text[: text.index("[region]")] + text[text.index("[[area]]") :], encoding="utf-8")
    with pytest.raises(InputError, match="labour-market region is missing"):
        _ = Profile.from_file(path).wijk_share_of_regional_seekers
