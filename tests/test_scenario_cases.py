"""One bad scenario per file: each gets a message with place and remedy (cases W08, W13, W14; 'Bad input gets')."""

from pathlib import Path

import pytest
from scenario_building import ENTERPRISE, SCENARIO, write_scenario

from wijksim.errors import InputError
from wijksim.scenario import Scenario

CASES = Path(__file__).parent / "cases"

# Case, key path, line, what the message says, what the remedy says.
EXPECTED = [
    ("negative_months", "months", 5, "-12 is out of range", "from 1 to 720"),
    ("zero_residents", "residents", 6, "0 is out of range", "from 1 to 1000000"),
    ("wrong_type", "months", 5, '"120" is not a whole number', "120 without quotes"),
    ("right_key_at_wrong_level", "grant_share", 6, "not known here", "belongs in [policy]"),
    ("unknown_key", "month", 6, "not known here", "Did you mean 'months'?"),
    ("unknown_nested_key", "policy.grant_shar", 8, "not known here", "Did you mean 'grant_share'?"),
    ("unknown_choice", "enterprise[1].sector", 9, "'home_help' or 'grounds'", "Did you mean 'home_help'?"),
    ("percentage", "policy.grant_share", 8, "50 is not a share between 0 and 1", "For 50 % write 0.5"),
    ("not_a_number", "policy.budget_pooling_share", 8, "nan is not a share between 0 and 1", "0.05 for 5 %"),
    ("decimal_comma", "", 8, "unemployment_factor = 1,5", "decimal point instead of a comma: 1.5"),
    ("name_no", "", 2, "name = no", 'quotes round a text: "no"'),
    ("code_without_quotes", "", 3, "profile = 0363", 'quotes round a code: "0363"'),
    ("clock_time", "", 4, "start = 12:30", 'quotes round a time: "12:30"'),
    ("money_two_readings", "enterprise[1].price_euro_per_hour", 13, "1000 euro or as 1.0 euro", "Write 1000 or 1.0"),
    ("start_too_early", "start", 4, "rules are known from 2015 on", '"2015-01" or later'),
    ("start_no_month", "start", 4, '"januari 2015" is not a month', 'as "2015-01"'),
    ("unknown_profile", "profile", 3, "no profile of this name", "Did you mean 'emmerhout'?"),
    ("unknown_format", "format", 1, "format 7 is not known", "newer wijksim"),
    ("event_after_end", "event[1].month", 15, "month 120 falls after the end", "numbered 0 to 119"),
    ("event_unknown_path", "event[1].set.policy.grant_shares", 17, "not known", "Did you mean 'policy.grant_share'?"),
    ("event_wrong_type", "event[1].set.enterprise.hulp.places", 17, "2.5 is not a whole number", ""),
    ("event_percentage", "event[1].set.policy.grant_share", 17, "50 is not a share", "For 50 % write 0.5"),
    ("event_changes_nothing", "event[1].set", 10, "changes nothing", "policy.grant_share"),
    ("events_contradict", "event[2].set.policy.grant_share", 15, "(event 1)", "Keep one"),
    ("unknown_area", "enterprise[1].area", 13, 'no area "emmerhut"', "Did you mean 'emmerhout'?"),
    ("opens_after_end", "enterprise[1].opens_in_month", 13, "month 200 falls after the end", "0 to 119"),
    ("permanent_with_length", "enterprise[1].contract_months", 14, "permanent contract has no length", "temporary"),
    ("placement_too_long", "enterprise[1].contract_months", 13, "24 months at most", "paid_jobs"),
    ("placement_without_benefit", "enterprise[1].places_are", 10, "assistance_norm_share is 0", "paid_jobs"),
    ("frozen_for_good", "policy.hiring_frozen", 15, "no place is ever filled", '"policy.hiring_frozen" = false'),
    ("subsidy_without_months", "policy.temporary_hiring_subsidy_share", 8, "needs its months", "subsidy_months"),
    ("unknown_parameter", "parameters.assistance_takup", 8, "not a known parameter", "'assistance_takeup'?"),
    (
        "parameter_out_of_range",
        "parameters.assistance_takeup",
        8,
        "is 65 share; expected from 0.5 to 0.8",
        "write 0.65",
    ),
    ("process_unknown", "process.helth", 8, 'no process "helth"', "Did you mean 'health'?"),
    ("process_not_importable", "process.health", 8, "no_such_package.health can't be imported", "PYTHONPATH"),
]


def problems_of(path: Path, **options):
    with pytest.raises(InputError) as caught:
        Scenario.from_file(path, **options)
    return caught.value.problems


@pytest.mark.parametrize(("case", "key", "line", "message", "remedy"), EXPECTED, ids=[row[0] for row in EXPECTED])
def test_a_bad_scenario_is_told_its_fault_place_and_remedy(case, key, line, message, remedy):
    path = CASES / f"scenario_{case}.toml"
    (problem,) = problems_of(path)
    assert problem.where == (f"{path}: {key}" if key else str(path))
    assert problem.line == line
    assert message in problem.message
    assert remedy in f"{problem.message} {problem.hint}"


def test_a_key_that_stands_twice_is_told_at_both_places():
    problems = problems_of(CASES / "scenario_enterprise_twice.toml")
    assert [(problem.where.split(": ")[1], problem.line) for problem in problems] == [
        ("enterprise[1].key", 8),
        ("enterprise[2].key", 15),
    ]


def test_more_enterprises_than_can_be_told_apart_are_told(tmp_path):
    text = (CASES / "scenario_unknown_area.toml").read_text(encoding="utf-8").replace('area = "emmerhut"', "")
    start, plan = text[: text.index("[[enterprise]]")], text[text.index("[[enterprise]]") :]
    path = tmp_path / "many.toml"
    many = [plan.replace('key = "hulp"', f'key = "hulp{k}"').replace("places = 12", "places = 1") for k in range(128)]
    path.write_text(start + "".join(many[:-1]), encoding="utf-8")
    assert len(Scenario.from_file(path).settings.enterprises) == 127
    path.write_text(start + "".join(many), encoding="utf-8")
    (problem,) = problems_of(path)
    assert "128 enterprises are too many: a scenario has 127 at most" in problem.message


def test_every_case_file_is_tested():
    found = {path.stem.removeprefix("scenario_") for path in CASES.glob("scenario_*.toml")}
    assert found == {row[0] for row in EXPECTED} | {"enterprise_twice"}


@pytest.mark.parametrize(
    ("value", "accepted"),
    [
        ("0.05", True),
        ("5", False),
        ('"5%"', False),
        ("-0.1", False),
        ('"0,05"', False),
        ("nan", False),
        ("true", False),
    ],
)
def test_a_share_is_taken_only_as_a_number_between_0_and_1(tmp_path, value, accepted):
    path = tmp_path / "share.toml"
    text = (CASES / "scenario_percentage.toml").read_text(encoding="utf-8")
    path.write_text(text.replace("= 50", f"= {value}"), encoding="utf-8")
    if accepted:
        assert Scenario.from_file(path).settings.levers.grant_share == 0.05
        return
    (problem,) = problems_of(path)
    assert problem.where.endswith("policy.grant_share")
    assert "is not a share between 0 and 1" in problem.message
    assert "0.05" in problem.hint or problem.hint == "Write a number such as 0.05 for 5 %."


def test_faults_of_schema_fit_and_parameters_are_told_together(tmp_path):
    path = tmp_path / "many.toml"
    path.write_text(
        'format = 1\nname = 5\nprofile = "emerhout"\nstart = "2014-12"\nmonths = 24\n'
        "[policy]\ngrant_shar = 0.5\nunemployment_factor = 7\n"
        '[[event]]\nmonth = 30\nlabel = "x"\nset = { "policy.grant_share" = 50 }\n'
        "[parameters]\nno_such_thing = 1\n",
        encoding="utf-8",
    )
    problems = problems_of(path)
    assert [problem.line for problem in problems] == [2, 3, 4, 7, 8, 10, 12, 14]
    assert len({problem.where for problem in problems}) == 8


def test_a_missing_file_is_told_with_what_comes_with_wijksim():
    (problem,) = problems_of(Path("no/such/woonhup"))
    assert "no such file" in problem.message
    assert "Did you mean 'woonhulp'?" in problem.hint
    assert "baseline, beide" in problem.hint


def test_an_empty_file_lacks_its_format(tmp_path):
    path = tmp_path / "empty.toml"
    path.write_text("", encoding="utf-8")
    (problem,) = problems_of(path)
    assert "'format' is missing" in problem.message


@pytest.mark.parametrize(("option", "value"), [("months", -3), ("months", 0), ("residents", 0), ("months", 10_000)])
def test_a_wrong_option_of_the_caller_is_refused(option, value):
    (problem,) = problems_of(Path("baseline"), **{option: value})
    assert problem.where == f"options: {option}"


MADE_UP = 'year = 2017, source = "made up", grade = "assumption" }\n'
NOBODY = {
    "social_assistance_persons": f'figures.social_assistance_persons = {{ value = 0, unit = "persons", {MADE_UP}',
    "education_low_share": "".join(
        f'figures.education_{level}_share = {{ value = {value}, unit = "share", {MADE_UP}'
        for level, value in (("low", 0), ("mid", 0.5), ("high", 0.5))
    ),
}


@pytest.mark.parametrize(
    ("group", "kind", "figure", "key"),
    [
        ("longest_out_of_work", "paid_jobs", "social_assistance_persons", "target_group"),
        ("practical_school_leavers", "paid_jobs", "education_low_share", "target_group"),
        ("anyone", "placements_with_benefit", "social_assistance_persons", "places_are"),
    ],
)
def test_places_for_a_group_that_the_profile_lacks_are_told(tmp_path, group, kind, figure, key):
    """Told when the figure is 0 in every area that the plan is for; a figure that is missing says nothing."""
    text = SCENARIO + ENTERPRISE.replace('"anyone"', f'"{group}"').replace('"paid_jobs"', f'"{kind}"')
    path = write_scenario(tmp_path, text)
    assert Scenario.from_file(path).name == "Hulp"
    profile = tmp_path / "dorp.toml"
    given = profile.read_text()
    profile.write_text(given.replace("figures.inhabitants", NOBODY[figure] + "figures.inhabitants"))
    (problem,) = problems_of(path)
    assert problem.where.endswith(f"enterprise[1].{key}")
    assert f"{figure} 0" in problem.message
    profile.write_text(given.replace("figures.inhabitants", NOBODY[figure] + "figures.inhabitants", 1))
    assert Scenario.from_file(path).name == "Hulp"  # the second area may have some
    path.write_text(text + 'area = "noord"\n')
    (problem,) = problems_of(path)
    assert f"{figure} 0" in problem.message


def test_places_for_parents_where_no_household_has_children_are_told(tmp_path):
    path = write_scenario(tmp_path, SCENARIO + ENTERPRISE.replace('"anyone"', '"parents_with_children_at_home"'))
    profile = tmp_path / "dorp.toml"
    text = profile.read_text().replace("with_children_share = { value = 0.33", "with_children_share = { value = 0")
    profile.write_text(
        text.replace("without_children_share = { value = 0.33", "without_children_share = { value = 0.66")
    )
    (problem,) = problems_of(path)
    assert problem.where.endswith("enterprise[1].target_group")


def test_shortening_a_run_past_its_events_is_refused_with_the_least_that_is_possible():
    (problem,) = problems_of(Path("subsidie_gehalveerd"), months=24)
    assert problem.where.split(": ")[1] == "event[1].month"
    assert "month 30 falls after the end" in problem.message
    assert "asked for with --months. Give --months 31 or more, or leave it out." in problem.hint
    assert Scenario.from_file("subsidie_gehalveerd", months=31).settings.months == 31


def test_the_least_number_of_months_is_that_of_all_events_and_openings(tmp_path):
    events = "".join(
        f'[[event]]\nmonth = {month}\nlabel = "x"\nset = {{ "policy.grant_share" = 0.5 }}\n' for month in (7, 40)
    )
    path = write_scenario(tmp_path, SCENARIO + ENTERPRISE + "opens_in_month = 55\n" + events)
    problems = problems_of(path, months=12)
    assert [problem.hint.split("Give --months ")[1].split()[0] for problem in problems] == ["56", "56"]
    assert all("--months" not in problem.hint for problem in problems_of(_with_months(path, 12)))


def _with_months(path: Path, months: int) -> Path:
    path.write_text(path.read_text().replace("months = 120", f"months = {months}"))
    return path


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("grant_euro_per_place_year = 1e15", "enterprise[1].grant_euro_per_place_year"),
        ("price_euro_per_hour = 1e6", "enterprise[1].price_euro_per_hour"),
        ("coaching_hours_per_month = 1000.0", "enterprise[1].coaching_hours_per_month"),
        ("contract_months = 100000", "enterprise[1].contract_months"),
        ("opens_in_month = 100000", "enterprise[1].opens_in_month"),
        ("places = 1_000_000", "enterprise[1].places"),
        ("[policy]\nparticipation_budget_euro_per_year = 1e15", "policy.participation_budget_euro_per_year"),
        ("[policy]\nrule_change_disruption_months = 100000", "policy.rule_change_disruption_months"),
    ],
)
def test_what_no_plan_can_mean_is_refused(tmp_path, line, key):
    enterprise = ENTERPRISE.replace("places = 12\n", "") if line.startswith("places =") else ENTERPRISE
    problems = problems_of(write_scenario(tmp_path, SCENARIO + enterprise + line + "\n"))
    assert {problem.where.split(": ")[1] for problem in problems} == {key}
    assert "out of range; expected" in problems[0].message


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('sector = "home_help"\n', "", '\'sector\' is missing; expected one of "home_help", "grounds".'),
        ("places = 12\n", "", "'places' is missing; expected a whole number."),
        ('name = "Hulp"\n', "", "'name' is missing; expected a text between quotes."),
        ("months = 120\n", "", "'months' is missing; expected a whole number of months."),
        ("places = 12", "places = 12.5", "12.5 is not a whole number."),
        ("months = 120", "months = 12.5", "12.5 is not a whole number of months."),
        ("[[", "[policy]\nunemployment_factor = 7.0\n[[", "7.0 is out of range; expected from 0.1 to 5."),
        (
            "places = 12",
            "places = 12\ngrant_euro_per_place_year = 2e9",
            "2000000000.0 is out of range; expected from 0 to 1000000.",
        ),
        ("[[", "[parameters]\nassistance_takeup = nan\n[[", "nan is not a finite number."),
        (
            "[[",
            "[parameters]\nminimum_wage_month = 1.2\n[[",
            "can't be changed: it is a rule, or it is known, so it stays as shipped.",
        ),
    ],
)
def test_a_message_says_what_was_expected_and_says_it_once(tmp_path, old, new, message):
    (problem,) = problems_of(write_scenario(tmp_path, (SCENARIO + ENTERPRISE).replace(old, new, 1)))
    assert message in problem.message


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("7.500,00", "Write 7500 without quotes, unit or points for thousands."),
        ("€7.500", "Write 7500 without quotes, unit or points for thousands."),
        ("€ 7.500,50", "Write 7500.50 without quotes, unit or points for thousands."),
        ("€ 7.500,-", "Write 7500 without quotes, unit or points for thousands."),
        ("1.234.567", "Write 1234567 without quotes, unit or points for thousands."),
        ("7500 euro", "Write 7500 without quotes, unit or points for thousands."),
        ("7,500.25", "Write 7500.25 without quotes, unit or points for thousands."),
        ("7,5", "Write 7.5 without quotes, unit or points for thousands."),
        ("7.500", "Write 7500 or 7.500 without quotes."),
        ("7500", "Write 7500 without quotes."),
        ("veel", ""),
        ("1.2.3,4,5", ""),
    ],
)
def test_a_dutch_number_between_quotes_gets_the_number_to_write(tmp_path, text, hint):
    line = f'grant_euro_per_place_year = "{text}"\n'
    (problem,) = problems_of(write_scenario(tmp_path, SCENARIO + ENTERPRISE + line))
    assert problem.hint == hint


# ------------------------------------------------------------- issue 4, "Bad input gets": before the run, or unfilled
@pytest.mark.parametrize("norm", [0, 0.0])
def test_levers_that_contradict_each_other_are_told_also_by_an_event(tmp_path, norm):
    """Places for people who keep a benefit that there isn't."""
    placements = ENTERPRISE.replace("paid_jobs", "placements_with_benefit")
    event = f'[[event]]\nmonth = 3\nlabel = "x"\nset = {{ "policy.assistance_norm_share" = {norm} }}\n'
    for text in (f"[policy]\nassistance_norm_share = {norm}\n" + placements, placements + event):
        (problem,) = problems_of(write_scenario(tmp_path, SCENARIO + text))
        assert "for people who keep their benefit, and assistance_norm_share is 0" in problem.message
        assert "paid_jobs" in problem.hint
    both = f"[policy]\nassistance_norm_share = {norm}\n" + placements + event.replace("assistance_norm", "grant")
    assert len(problems_of(write_scenario(tmp_path, SCENARIO + both))) == 1  # told once, not at each event
