"""A scenario in words: values with units in both languages, copies that are equal, differences that are all told."""

from __future__ import annotations

import json
from dataclasses import asdict, fields, replace

import pytest
from scenario_building import ENTERPRISE, SCENARIO, write_scenario

from wijksim.calendar import absolute_month
from wijksim.report.scenario_words import difference_lines, factor_words, lever_tables, plan_lines, scenario_lines
from wijksim.scenario import Scenario
from wijksim.scenario.cautions import default_of
from wijksim.scenario.schema import lever_of, settings_from_plain
from wijksim.scenario.template import scenario_copy
from wijksim.settings import (
    CHOICE_LABELS,
    ContractKind,
    EnterprisePlan,
    Levers,
    Matching,
    PlaceKind,
    PolicyScale,
    Sector,
    TargetGroup,
)

SHIPPED = ["baseline", "beide", "subsidie_gehalveerd", "terreinbeheer", "woonhulp"]
POLICY = "[policy]\ngrant_share = 0.05\nparticipation_budget_euro_per_year = 1_234_567\nhiring_frozen = false\n"
PARAMETERS = "[parameters]\nassistance_takeup = 0.7\nminimum_wage_month = 1\n"


def read(tmp_path, text):
    return Scenario.from_file(write_scenario(tmp_path, text))


@pytest.mark.parametrize(
    ("name", "english", "dutch"),
    [
        ("matching", "Labour market", "Arbeidsmarkt"),
        ("policy.insurer_co_funding", "Insurers co-fund", "Zorgverzekeraars betalen mee"),
        ("enterprise.woonhulp.places", "Places (woonhulp)", "Werkplekken (woonhulp)"),
        *(
            (name, name, name)
            for name in ("placebo", "labour market", "policy.x", "enterprise.a.b.places_", "other.places")
        ),
    ],
)
def test_what_a_study_varies_has_a_name_in_both_languages(name, english, dutch):
    assert (factor_words(name, "en"), factor_words(name, "nl")) == (english, dutch)


def test_each_value_stands_with_its_unit(tmp_path):
    scenario = read(tmp_path, SCENARIO + POLICY + ENTERPRISE + PARAMETERS)
    assert scenario_lines(scenario, "en") == [
        "Hulp: Dorp at full size, 2015-01 to 2024-12 (10 years); labour market: more searchers make it harder for all",
        "  policy: participation budget: 1,234,567 euro per year for this wijk, prices of the start",
        "  policy: grant paid out: 5%",
        "  enterprise hulp: sector: home help; places are: paid jobs; target group: anyone; places: 12",
        "  parameter Share of entitled benefit units that take social assistance up (assistance_takeup): 0.7 share",
        "  parameter Adult minimum wage (wettelijk minimumloon) (minimum_wage_month): 1 times the figures of wijksim",
    ]
    dutch = scenario_lines(scenario, "nl")
    assert "  beleid: participatiebudget: 1.234.567 euro per jaar voor deze wijk, prijzen van het begin" in dutch
    assert "  beleid: deel van de subsidie dat blijft: 5%" in dutch
    takeup = "Deel van wie recht heeft op bijstand dat die ook aanvraagt (assistance_takeup)"
    assert f"  rekengetal {takeup}: 0,7 deel" in dutch


def test_no_plan_is_told_as_none():
    assert plan_lines(Scenario.from_file("baseline").settings, "nl") == [
        "geen plan: geen onderneming, geen gebeurtenis, alle knoppen op hun standaard"
    ]


def test_a_what_if_is_told():
    later = Scenario.from_file("baseline", months=145)
    assert scenario_lines(later, "en")[-1] == "  From 2025 on: what-if under frozen rules."


def test_every_choice_and_every_lever_has_words_in_two_languages():
    for kind in (PlaceKind, TargetGroup, Sector, ContractKind, Matching, PolicyScale):
        assert all(len(set(CHOICE_LABELS[member])) == 2 for member in kind)
    for declared in (Levers, EnterprisePlan):
        for field in fields(declared):
            lever = lever_of(declared, field.name)
            if lever:
                assert all((lever.label, lever.label_nl, lever.unit, lever.unit_nl)), field.name
                assert (lever.unit == "share") == (lever.unit_nl == "deel")
                assert lever.unit.startswith("share of ") == lever.unit_nl.startswith("deel van ")


@pytest.mark.parametrize("name", SHIPPED)
def test_a_copy_sets_the_same_and_differs_in_nothing(tmp_path, name):
    original = Scenario.from_file(name)
    path = tmp_path / "copy.toml"
    path.write_text(scenario_copy(original, 'Mijn "plan" \\ één', "emmerhout"), encoding="utf-8")
    copy = Scenario.from_file(path)
    assert copy.name == 'Mijn "plan" \\ één'
    assert replace(copy.settings, name=original.name) == original.settings
    assert (copy.description, copy.profile, copy.registry.digest()) == (
        original.description,
        original.profile,
        original.registry.digest(),
    )
    assert difference_lines(original, copy, "en") == [f"{original.name} and {copy.name}: no difference."]
    assert difference_lines(original, copy, "nl") == [f"{original.name} en {copy.name}: geen verschil."]


def test_a_copy_keeps_all_that_a_file_may_set(tmp_path):
    text = SCENARIO + 'residents = 300\nmatching = "full"\ndescription = "Eén\\tplan"\n' + POLICY + ENTERPRISE
    text += 'contract_months = 7\nname = "Hulp \\"1\\""\narea = "noord"\n'
    changes = '"enterprise.hulp.places" = 2, "policy.policy_scale" = "national"'
    text += f'[[event]]\nmonth = 3\nlabel = "Uit"\nset = {{ {changes} }}\n'
    original = read(tmp_path, text + PARAMETERS)
    path = tmp_path / "copy.toml"
    path.write_text(scenario_copy(original, "Hulp", "dorp.toml"), encoding="utf-8")
    copy = Scenario.from_file(path)
    assert copy.settings == original.settings
    assert copy.registry.digest() == original.registry.digest()
    for line in path.read_text(encoding="utf-8").splitlines():
        assert "\t" not in line


def test_settings_are_made_again_of_a_manifest(tmp_path):
    for name in SHIPPED:
        settings = Scenario.from_file(name).settings
        assert settings_from_plain(json.loads(json.dumps(asdict(settings)))) == settings


def changed(scenario, **levers):
    return replace(scenario, settings=replace(scenario.settings, name="B", levers=Levers(**levers)))


def test_every_lever_that_differs_is_told():
    """Each lever of policy and enterprise by itself: exactly one line, with its label and both values."""
    one = Scenario.from_file("woonhulp")
    others = {
        "participation_budget_euro_per_year": 5.0,
        "grant_share": 0.5,
        "temporary_hiring_subsidy_share": 0.5,
        "temporary_hiring_subsidy_months": 6,
        "insurer_co_funding": True,
        "budget_pooling_share": 0.5,
        "measurement_quality_share": 0.75,
        "policy_scale": PolicyScale.NATIONAL,
        "assistance_norm_share": 0.9,
        "unemployment_factor": 2.0,
        "rule_change_disruption_months": 1,
        "hiring_frozen": True,
    }
    assert set(others) == {field.name for field in fields(Levers)}
    for name, value in others.items():
        lines = difference_lines(one, changed(one, **{name: value}), "en")
        assert lines[0] == "Woonhulp and B differ:"
        (line,) = lines[1:]
        assert line.startswith(f"- policy, {lever_of(Levers, name).label}: ")
    plan = one.settings.enterprises[0]
    plans = {
        "sector": Sector.GROUNDS,
        "places_are": PlaceKind.PLACEMENTS,
        "target_group": TargetGroup.ANYONE,
        "places": 3,
        "opens_in_month": 5,
        "area": "emmerhout",
        "contract": ContractKind.PERMANENT,
        "contract_months": 3,
        "hours_share": 0.1,
        "productivity_share": 0.9,
        "price_euro_per_hour": 1.0,
        "orders_share": 0.3,
        "grant_euro_per_place_year": 1.0,
        "coaching_hours_per_month": 9.0,
    }
    assert set(plans) == {field.name for field in fields(EnterprisePlan)} - {"key", "name"}
    for name, value in plans.items():
        other = replace(one, settings=replace(one.settings, name="B", enterprises=(replace(plan, **{name: value}),)))
        label = lever_of(EnterprisePlan, name).label
        lines = difference_lines(one, other, "en")[1:]
        assert any(line.startswith(f"- enterprise woonhulp, {label}: ") for line in lines), name


def test_defaults_that_are_left_out_are_named_with_the_value_they_have():
    one = Scenario.from_file("woonhulp")
    assert difference_lines(one, changed(one, rule_change_disruption_months=3), "nl")[1:] == [
        "- beleid, nieuwe plekken staan stil na andere regels: 3 maanden (standaard) in Woonhulp, 3 maanden in B"
    ]


def test_enterprises_events_frames_and_parameters_that_differ_are_told(tmp_path):
    one, other = Scenario.from_file("woonhulp"), Scenario.from_file("subsidie_gehalveerd", residents=500)
    lines = difference_lines(one, other, "en")
    assert "- residents: at full size in Woonhulp, 500 in Subsidie gehalveerd" in lines
    assert any(line.startswith("- only in Subsidie gehalveerd: enterprise Terreinbeheer Emmen") for line in lines)
    assert any("- only in Subsidie gehalveerd: month 30 (2017-07): " in line for line in lines)
    assert any(line.startswith("- policy, insurers co-fund: no in Woonhulp, yes in ") for line in lines)
    mirrored = difference_lines(other, one, "en")
    assert len(mirrored) == len(lines)
    assert any(line.startswith("- only in Subsidie gehalveerd: month 30 (2017-07): ") for line in mirrored)
    plain, set_ = (read(tmp_path, SCENARIO + text) for text in ("", PARAMETERS))
    assert difference_lines(plain, replace(set_, settings=replace(set_.settings, name="B")), "en")[1:] == [
        "- parameter Share of entitled benefit units that take social assistance up (assistance_takeup):"
        " as shipped in Hulp, 0.7 share in B",
        "- parameter Adult minimum wage (wettelijk minimumloon) (minimum_wage_month):"
        " as shipped in Hulp, 1 times the figures of wijksim in B",
    ]


def test_two_files_of_one_name_go_by_their_files(tmp_path):
    one = read(tmp_path, SCENARIO)
    other_path = tmp_path / "other.toml"
    other_path.write_text(SCENARIO + ENTERPRISE, encoding="utf-8")
    assert difference_lines(one, Scenario.from_file(other_path), "en")[0] == f"{one.path} and {other_path} differ:"


def test_the_table_marks_what_deviates_and_shows_every_lever(tmp_path):
    scenario = read(tmp_path, SCENARIO + POLICY + ENTERPRISE + "hours_share = 0.5\n")
    tables = lever_tables(scenario, "en")
    assert list(tables) == ["policy", "enterprise hulp"]
    policy, plan = ({row["key"]: row for row in rows} for rows in tables.values())
    assert list(policy) == [field.name for field in fields(Levers)]
    assert list(plan) == [field.name for field in fields(EnterprisePlan) if field.name not in ("key", "name")]
    assert {key for key, row in policy.items() if row["deviates"]} == {
        "participation_budget_euro_per_year",
        "grant_share",
    }
    assert [key for key, row in plan.items() if row["deviates"]] == ["hours_share"]
    assert (policy["grant_share"]["value"], policy["grant_share"]["default"]) == ("5%", "100%")
    hours = plan["hours_share"]
    assert (hours["value"], hours["default"], hours["unit"]) == ("50%", "80%", "of full time")


def test_defaults_follow_the_plan_as_in_the_model():
    registry = Scenario.from_file("woonhulp").registry
    start = absolute_month(2015, 1)
    plan = EnterprisePlan("hulp", Sector.HOME_HELP, PlaceKind.PAID_JOBS, TargetGroup.ANYONE, places=1)
    placement = replace(plan, places_are=PlaceKind.PLACEMENTS)

    def default(name, of, at=start):
        return default_of(name, of, registry, at)

    assert default("contract_months", plan) == registry.number("temporary_contract_months")
    assert default("contract_months", placement) == registry.number("placement_longest_months")
    assert default("contract_months", replace(plan, contract=ContractKind.PERMANENT)) is None
    assert default("grant_euro_per_place_year", placement) == 0.0
    assert default("grant_euro_per_place_year", plan) == registry.number("enterprise_grant_place_year")
    later = absolute_month(2020, 1)
    assert default("grant_euro_per_place_year", plan, later) > default("grant_euro_per_place_year", plan)
    grounds = replace(plan, sector=Sector.GROUNDS)
    assert default("price_euro_per_hour", grounds) == registry.at("grounds_price_hour_group", start)
