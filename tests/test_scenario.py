"""Scenarios: what a file becomes, shipped names, identity, comparability, summary and template."""

import linecache
import pickle
import sys
from dataclasses import fields, replace
from pathlib import Path

import pytest
from scenario_building import ENTERPRISE, SCENARIO, write_scenario

from wijksim.calendar import absolute_month
from wijksim.errors import InputError
from wijksim.parameters import load_registry
from wijksim.scenario import Scenario, require_comparable
from wijksim.scenario.cautions import PARAMETER_OF_LEVER, cautions
from wijksim.scenario.summary import frozen_rules_note
from wijksim.scenario.template import scenario_template
from wijksim.settings import (
    ContractKind,
    EnterprisePlan,
    Event,
    Levers,
    Matching,
    PlaceKind,
    Sector,
    Settings,
    TargetGroup,
)
from wijksim.shipped import shipped_files

SHIPPED = ["baseline", "beide", "subsidie_gehalveerd", "terreinbeheer", "woonhulp"]


def read(tmp_path, text: str) -> Scenario:
    return Scenario.from_file(write_scenario(tmp_path, text))


def test_a_file_becomes_settings_profile_and_parameters(tmp_path):
    scenario = read(
        tmp_path,
        SCENARIO
        + 'description = "x"\nresidents = 500\nmatching = "full"\n[policy]\ngrant_share = 0.8\n'
        + "insurer_co_funding = true\n"
        + ENTERPRISE
        + 'area = "zuid"\ncontract = "permanent"\nhours_share = 1\n'
        + '[[event]]\nmonth = 9\nlabel = "later"\nset = { "enterprise.hulp.places" = 3 }\n'
        + '[[event]]\nmonth = 3\nlabel = "eerst"\nset = { "policy.policy_scale" = "national" }\n'
        + "[parameters]\nassistance_takeup = 0.7\n",
    )
    settings = scenario.settings
    assert (settings.name, settings.start, settings.months) == ("Hulp", absolute_month(2015, 1), 120)
    assert (settings.residents, settings.matching) == (500, Matching.FULL)
    assert settings.levers == Levers(grant_share=0.8, insurer_co_funding=True)
    assert settings.enterprises == (
        EnterprisePlan(
            "hulp",
            Sector.HOME_HELP,
            PlaceKind.PAID_JOBS,
            TargetGroup.ANYONE,
            12,
            area="zuid",
            contract=ContractKind.PERMANENT,
            hours_share=1.0,
        ),
    )
    assert [event.month for event in settings.events] == [3, 9]
    levers, (plan,) = settings.plan_at(9)
    assert (levers.policy_scale.value, plan.places) == ("national", 3)
    assert scenario.profile.name == "Dorp"
    assert scenario.registry.number("assistance_takeup") == 0.7
    assert scenario.registry["assistance_takeup"].set_by == "scenario Hulp"
    assert load_registry().number("assistance_takeup") != 0.7


def test_an_event_may_write_its_paths_as_nested_keys(tmp_path):
    quoted = '[[event]]\nmonth = 3\nlabel = "x"\nset = { "policy.grant_share" = 0.5 }\n'
    nested = '[[event]]\nmonth = 3\nlabel = "x"\n[event.set]\npolicy.grant_share = 0.5\n'
    assert read(tmp_path, SCENARIO + quoted).settings == read(tmp_path, SCENARIO + nested).settings


def test_a_lever_set_to_contradict_another_by_an_event_is_refused(tmp_path):
    text = SCENARIO + ENTERPRISE + "contract_months = 12\n"
    text += '[[event]]\nmonth = 3\nlabel = "x"\nset = { "enterprise.hulp.contract" = "permanent" }\n'
    with pytest.raises(InputError, match="a permanent contract has no length"):
        read(tmp_path, text)


def test_what_an_enterprise_is_founded_with_is_not_changed_by_events(tmp_path):
    text = SCENARIO + ENTERPRISE + '[[event]]\nmonth = 3\nlabel = "x"\nset = { "enterprise.hulp.sector" = "grounds" }\n'
    with pytest.raises(InputError, match=r"enterprise\.hulp\.sector"):
        read(tmp_path, text)


def test_the_faults_of_its_profile_come_with_those_of_the_scenario(tmp_path):
    path = write_scenario(tmp_path, SCENARIO.replace("months = 120", "months = 0"))
    profile = tmp_path / "dorp.toml"
    profile.write_text(profile.read_text().replace("value = 1000,", "value = -1,"))
    with pytest.raises(InputError) as caught:
        Scenario.from_file(path)
    assert {str(problem).split(": ")[0] for problem in caught.value.problems} == {str(path), str(profile)}


def test_the_emmen_scenarios_are_as_agreed():
    assert sorted(shipped_files("scenario")) == SHIPPED
    scenarios = {name: Scenario.from_file(name) for name in SHIPPED}
    require_comparable([scenarios["baseline"], *(scenarios[name] for name in SHIPPED[1:])])
    for scenario in scenarios.values():
        assert (scenario.settings.start, scenario.settings.months) == (absolute_month(2015, 1), 120)
        assert {plan.places for plan in scenario.settings.enterprises} <= {12}
        assert {plan.productivity_share for plan in scenario.settings.enterprises} <= {0.5}
    assert scenarios["baseline"].settings.enterprises == ()
    (woonhulp,) = scenarios["woonhulp"].settings.enterprises
    (terreinbeheer,) = scenarios["terreinbeheer"].settings.enterprises
    assert woonhulp.target_group is TargetGroup.PRACTICAL_SCHOOL_LEAVERS
    assert terreinbeheer.target_group is TargetGroup.LONGEST_OUT_OF_WORK
    beide, halved = scenarios["beide"].settings, scenarios["subsidie_gehalveerd"].settings
    assert beide.enterprises == halved.enterprises == (woonhulp, terreinbeheer)
    assert beide.levers.budget_pooling_share > 0
    assert beide.levers.insurer_co_funding
    assert halved.plan_at(29)[0] == beide.levers
    assert halved.plan_at(30)[0] == halved.plan_at(119)[0] == replace(beide.levers, grant_share=0.5)


def test_a_change_of_rules_is_known_for_as_many_months_as_it_disrupts():
    """The grant is halved in month 30: months 30, 31 and 32 of three; a change to what holds anyway is none."""
    halved = Scenario.from_file("subsidie_gehalveerd").settings
    months = [month for month in range(120) if halved.rules_changed(month, 3, "woonhulp")]
    assert months == [30, 31, 32]
    assert not any(halved.rules_changed(month, 0, "woonhulp") for month in range(120))
    same = replace(halved, events=(Event(30, "niets", (("policy.grant_share", 1.0),)),))
    market = replace(halved, events=(Event(30, "slechte tijd", (("policy.unemployment_factor", 2.0),)),))
    at_once = replace(halved, events=(Event(0, "van het begin af", (("policy.grant_share", 0.5),)),))
    for settings in (same, market, at_once):
        assert not any(settings.rules_changed(month, 3, "woonhulp") for month in range(120))


def test_a_change_in_the_terms_of_one_enterprise_disrupts_that_one():
    halved = Scenario.from_file("subsidie_gehalveerd").settings
    event = Event(12, "minder", (("enterprise.woonhulp.grant_euro_per_place_year", 3_000.0),))
    settings = replace(halved, events=(event,))
    assert settings.rules_changed(12, 3, "woonhulp")
    assert not settings.rules_changed(12, 3, "terreinbeheer")


def test_a_path_goes_before_a_shipped_name(tmp_path, monkeypatch):
    folder = tmp_path / "mijn scenario's één"
    write_scenario(folder, SCENARIO, "baseline")
    monkeypatch.chdir(folder)
    assert Scenario.from_file("baseline").name == "Hulp"
    monkeypatch.chdir(tmp_path)
    (tmp_path / "baseline").mkdir()  # a folder of that name is not meant
    assert Scenario.from_file("baseline").name == "Baseline"
    assert Scenario.from_file("mijn scenario's één/baseline").name == "Hulp"


@pytest.mark.parametrize(("asked", "meant"), [("mijn_plan", "mijn_plan.toml"), ("mijn_paln.toml", "mijn_plan.toml")])
def test_a_file_whose_name_is_nearly_right_is_named(tmp_path, monkeypatch, asked, meant):
    write_scenario(tmp_path, SCENARIO, "mijn_plan.toml")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=f"Did you mean '{meant}'"):
        Scenario.from_file(asked)
    (tmp_path / "map").mkdir()
    (tmp_path / "mijn_plan.toml").rename(tmp_path / "map" / "mijn_plan.toml")
    with pytest.raises(InputError) as caught:
        Scenario.from_file(asked)
    assert "Did you mean" not in str(caught.value)
    with pytest.raises(InputError) as caught:
        Scenario.from_file(f"map/{asked}")
    assert f"Did you mean '{Path('map') / meant}'" in str(caught.value)


def test_the_digest_follows_content_and_not_comments(tmp_path):
    digest = read(tmp_path, SCENARIO + ENTERPRISE).digest()
    assert read(tmp_path, "# a comment\n" + SCENARIO + ENTERPRISE).digest() == digest
    others = [
        SCENARIO + ENTERPRISE.replace("12", "13"),
        SCENARIO.replace("2015-01", "2015-02") + ENTERPRISE,
        SCENARIO + ENTERPRISE + "[parameters]\nassistance_takeup = 0.7\n",
        SCENARIO + ENTERPRISE + '[[event]]\nmonth = 3\nlabel = "x"\nset = { "policy.grant_share" = 0.5 }\n',
    ]
    digests = {read(tmp_path, text).digest() for text in others}
    assert len(digests | {digest}) == len(others) + 1


def test_the_digest_follows_the_source_of_a_process(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    module = tmp_path / "my_health_for_digest.py"
    text = SCENARIO + '[process]\nhealth = "my_health_for_digest:MyHealth"\n'
    digests = set()
    for factor in (1, 2):
        module.write_text(f"class MyHealth:\n    def step(self, month):\n        return {factor}\n")
        sys.modules.pop(module.stem, None)
        linecache.clearcache()
        digests.add(read(tmp_path, text).digest())
    sys.modules.pop(module.stem, None)
    assert len(digests) == 2


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        ("json", "doesn't name a class"),
        ("json:Encoder", "no class Encoder"),
        ("json:JSONEncodr", "Did you mean 'JSONEncoder'?"),
        ("json:JSONEncoder", "no method 'step'"),
    ],
)
def test_a_process_must_be_a_class_with_a_step(tmp_path, reference, told):
    with pytest.raises(InputError) as caught:
        read(tmp_path, SCENARIO + f'[process]\nhealth = "{reference}"\n')
    assert told in str(caught.value)


def test_a_scenario_goes_to_a_worker_and_comes_back_equal():
    scenario = Scenario.from_file("subsidie_gehalveerd", residents=500)
    back = pickle.loads(pickle.dumps(scenario))
    assert back == scenario
    assert back.digest() == scenario.digest()


def test_only_scenarios_that_differ_in_policy_are_compared(tmp_path):
    baseline = read(tmp_path, SCENARIO)
    policy = read(tmp_path, SCENARIO.replace("Hulp", "Plan") + ENTERPRISE)
    require_comparable([baseline, policy])
    with pytest.raises(InputError, match=r'"Hulp" stands twice.*Name it once') as caught:
        require_comparable([baseline, policy, baseline])
    assert len(caught.value.problems) == 1
    namesake = read(tmp_path, SCENARIO.replace("Hulp", "Plan") + ENTERPRISE.replace("12", "3"))
    with pytest.raises(InputError, match=r"\"Plan\" stands twice.*that differ.*Change 'name'.*scenario\.toml"):
        require_comparable([baseline, policy, namesake])
    for text, told in [
        (SCENARIO.replace("120", "60"), "months"),
        (SCENARIO.replace("2015-01", "2016-01"), "start"),
        (SCENARIO + "residents = 500\n", "residents"),
        (SCENARIO + "[parameters]\nassistance_takeup = 0.7\n", "parameters"),
    ]:
        other = read(tmp_path, text.replace("Hulp", "Plan"))
        with pytest.raises(InputError, match=f"differs from the baseline Hulp in {told}, not only"):
            require_comparable([baseline, other])


@pytest.mark.parametrize(
    ("start", "months", "told"),
    [
        ("2015-01", 120, ""),
        ("2016-12", 120, ""),
        (
            "2016-12",
            121,
            "From 2026-12 on this is a what-if under frozen rules. It is more than 10 years from the start.",
        ),
        ("2015-01", 145, "reaches 2027-01; amounts and rules are known up to 2026, and kept as they are in real terms"),
        ("2015-01", 145, "From 2025-01 on this is a what-if under frozen rules."),
        ("2020-01", 85, "From 2027-01 on this is a what-if under frozen rules."),
        ("2031-01", 12, "From 2031-01 on this is a what-if under frozen rules."),
    ],
)
def test_a_run_beyond_the_known_rules_or_ten_years_is_a_what_if(tmp_path, start, months, told):
    text = SCENARIO.replace("2015-01", start).replace("120", str(months))
    scenario = read(tmp_path, text)
    note = frozen_rules_note(scenario)
    assert told in note
    assert bool(note) == bool(told)


def test_the_template_is_a_scenario_that_can_be_run(tmp_path):
    path = tmp_path / "new.toml"
    path.write_text(scenario_template(load_registry()), encoding="utf-8")
    assert isinstance(Scenario.from_file(path).settings, Settings)


def test_the_template_with_its_comments_taken_away_is_still_right(tmp_path):
    lines = scenario_template(load_registry()).splitlines()
    assignments = [
        line.removeprefix("# ") if " = " in line and "/" not in line.split(" = ")[0] else line for line in lines
    ]
    text = "\n".join(assignments)
    text = text.replace("# [[event]]", "[[event]]").replace('health = "my_package.my_module:MyHealth"', "")
    path = tmp_path / "all.toml"
    path.write_text(text, encoding="utf-8")
    settings = Scenario.from_file(path).settings
    assert settings.residents == 2000
    assert settings.enterprises[0].area == "emmerhout"
    assert len(settings.events) == 1


def test_the_template_names_every_lever_with_its_default():
    text = scenario_template(load_registry())
    for declared in (Levers, EnterprisePlan):
        for field in fields(declared):
            assert f"{field.name} = " in text
            if field.default is None and field.name not in ("name", "area"):
                assert all(f"({name})" in text for name in PARAMETER_OF_LEVER[field.name])
    assert "# price of an hour: euro per hour, prices of the start; from 0 to 1000; default 15 at first (" in text
    assert " van 0 tot en met 1000; standaard 15 aan het begin (" in text
    assert "\n# price_euro_per_hour = 15\n" in text


# ------------------------------------------------------------------------------------------------ what to mind
def told(tmp_path, text: str) -> str:
    return "\n".join(cautions(read(tmp_path, text)))


def test_a_plan_that_fits_is_told_nothing(tmp_path):
    assert told(tmp_path, SCENARIO + ENTERPRISE) == ""
    assert [line for name in SHIPPED for line in cautions(Scenario.from_file(name))] == []


def test_places_that_were_meant_for_a_wijk_of_another_size_are_told(tmp_path):
    """12 places among 500 residents are 24.0 per 1,000; of the 2,000 of the profile 6.0, so 3 places are as many."""
    text = told(tmp_path, SCENARIO + "residents = 500\n" + ENTERPRISE)
    assert "12 places among 500 residents are 24.0 per 1,000; in Dorp itself (2,000 residents) 6.0." in text
    assert "as many per resident would be 3.0." in text
    assert told(tmp_path, SCENARIO + "residents = 500\n" + ENTERPRISE.replace("12", "0")) == ""
    assert told(tmp_path, SCENARIO + "residents = 2040\n" + ENTERPRISE) == ""  # 12.24 places, so 12


def test_a_handful_of_residents_is_told(tmp_path):
    assert "499 residents are few (below 500)" in told(tmp_path, SCENARIO + "residents = 499\n")
    assert told(tmp_path, SCENARIO + "residents = 500\n") == ""


def test_more_places_than_people_of_the_group_are_told_with_events_and_areas(tmp_path):
    """Two areas of 1,000: .12 of 15 to 24, .65 of 15 to 64; the figure of social assistance is missing."""
    for group, area, people in (
        ("anyone", "", 1300),
        ("anyone", 'area = "zuid"\n', 650),
        ("practical_school_leavers", "", 240),
        ("longest_out_of_work", "", 1300),
    ):
        enterprise = ENTERPRISE.replace("anyone", group) + area
        fits = SCENARIO + enterprise.replace("12", str(people))
        assert told(tmp_path, fits) == ""
        assert f"about {people:,} people of 15 to" in told(tmp_path, SCENARIO + enterprise.replace("12", "1301"))
    event = '[[event]]\nmonth = 3\nlabel = "x"\nset = { "enterprise.hulp.places" = 1301 }\n'
    assert "1,301 places" in told(tmp_path, SCENARIO + ENTERPRISE + event)


def test_more_placements_than_people_on_assistance_are_told():
    """Emmerhout has 400 and some on social assistance; with 735 of its 7,350 residents a tenth of them."""
    scenario = Scenario.from_file("terreinbeheer", residents=735)
    on_assistance = round(scenario.profile.figure("social_assistance_persons").value / 10)
    plan = replace(scenario.settings.enterprises[0], places=on_assistance + 1)
    many = replace(scenario, settings=replace(scenario.settings, enterprises=(plan,)))
    assert f"has about {on_assistance} people on social assistance" in "\n".join(cautions(many))
    enough = replace(plan, places=on_assistance)
    fits = replace(scenario, settings=replace(scenario.settings, enterprises=(enough,)))
    assert "on social assistance" not in "\n".join(cautions(fits))


def test_a_lever_outside_the_range_of_its_parameter_is_told(tmp_path):
    bounds = load_registry()["enterprise_grant_place_year"].bounds
    for amount, outside in ((bounds[0], False), (bounds[1], False), (bounds[0] - 1, True), (bounds[1] + 1, True)):
        text = told(tmp_path, SCENARIO + ENTERPRISE + f"grant_euro_per_place_year = {amount}\n")
        assert ("is outside 2,000 to 10,000, the range of enterprise_grant_place_year" in text) is outside
    price = load_registry().at("grounds_price_hour_group", absolute_month(2015, 1))
    grounds = ENTERPRISE.replace("home_help", "grounds")
    text = told(tmp_path, SCENARIO + grounds + f"price_euro_per_hour = {price * 2}\n")
    assert f"to {price * 1.4:,.15g}, the range of grounds_price_hour_group" in text
    budget = told(tmp_path, SCENARIO + "[policy]\nparticipation_budget_euro_per_year = 700_000\n")
    assert budget.startswith("policy: participation_budget_euro_per_year = 700,000 is outside 40,000 to 300,000")


def test_what_to_mind_is_told_before_the_run(tmp_path):
    assert told(tmp_path, SCENARIO + "residents = 1\n").startswith("1 residents are few")
