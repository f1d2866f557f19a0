"""Small scenario and profile files for the tests of scenarios and of the command line."""

from pathlib import Path

PROFILE = """\
format = 1
name = "Dorp"
municipality_code = "GM0114"
municipality_name = "Emmen"

[region]
name = "Drenthe"
population_15_74 = { value = 360000, unit = "persons", year = 2017, source = "made up", grade = "assumption" }
"""
FIGURES = {
    "inhabitants": (1000, "persons"),
    "age_0_14_share": (0.16, "share"),
    "age_15_24_share": (0.12, "share"),
    "age_25_44_share": (0.24, "share"),
    "age_45_64_share": (0.29, "share"),
    "age_65_plus_share": (0.19, "share"),
    "households": (450, "households"),
    "single_household_share": (0.34, "share"),
    "household_without_children_share": (0.33, "share"),
    "household_with_children_share": (0.33, "share"),
}
SCENARIO = """\
format = 1
name = "Hulp"
profile = "dorp.toml"
start = "2015-01"
months = 120
"""
ENTERPRISE = """
[[enterprise]]
key = "hulp"
sector = "home_help"
places_are = "paid_jobs"
target_group = "anyone"
places = 12
"""


def profile_text(areas=("noord", "zuid"), inhabitants: int = 1000) -> str:
    text = PROFILE
    for key in areas:
        text += f'\n[[area]]\nkey = "{key}"\nname = "{key}"\ncode = "WK011444"\n'
        for name, (value, unit) in (FIGURES | {"inhabitants": (inhabitants, "persons")}).items():
            origin = 'year = 2017, source = "made up", grade = "assumption"'
            text += f'figures.{name} = {{ value = {value}, unit = "{unit}", {origin} }}\n'
    return text


def write_scenario(folder: Path, text: str = SCENARIO, name: str = "scenario.toml") -> Path:
    """Write a scenario file, and beside it the profile that it names."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "dorp.toml").write_text(profile_text(), encoding="utf-8")
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
