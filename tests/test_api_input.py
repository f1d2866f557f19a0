"""The Python API: what is wrong is told as for files, with what was expected."""

from __future__ import annotations

from dataclasses import replace

import pytest

from wijksim import Neighbourhood, Scenario, compare, run
from wijksim.errors import InputError
from wijksim.record import OutcomeTable
from wijksim.report.sentences import sentence
from wijksim.report.words import findings
from wijksim.settings import EnterprisePlan, Levers, PlaceKind, Sector, TargetGroup

BASELINE = Scenario.from_file("baseline", months=12, residents=100)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (
            lambda: compare("baseline", ["woonhulp", BASELINE, None]),
            [
                "baseline: is 'baseline' (str); expected a Scenario. Read it first: Scenario.from_file('baseline').",
                "policies[0]: is 'woonhulp' (str); expected a Scenario. Read it first: Scenario.from_file('woonhulp').",
                "policies[2]: is None (NoneType); expected a Scenario.",
            ],
        ),
        (
            lambda: compare(BASELINE, BASELINE),
            ["policies: is one scenario; expected a list of them. Write it as [policy]."],
        ),
        (
            lambda: compare(BASELINE, "woonhulp"),
            ["policies: is 'woonhulp' (str); expected a Scenario. Read it first: Scenario.from_file('woonhulp')."],
        ),
        (lambda: compare(BASELINE, 7), ["policies: is 7 (int); expected a Scenario."]),
        (
            lambda: run("woonhulp"),
            ["scenario: is 'woonhulp' (str); expected a Scenario. Read it first: Scenario.from_file('woonhulp')."],
        ),
        (lambda: Neighbourhood(3), ["scenario: is 3 (int); expected a Scenario."]),
    ],
)
def test_what_is_no_scenario_is_told(call, told):
    with pytest.raises(InputError) as caught:
        call()
    assert [str(problem) for problem in caught.value.problems] == told


PLAN = EnterprisePlan("hulp", Sector.HOME_HELP, PlaceKind.PAID_JOBS, TargetGroup.ANYONE, places=4)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (
            lambda: Levers(grant_share=1.5, unemployment_factor=0.01, hiring_frozen=1),
            [
                "Levers: grant_share: 1.5 is not a share between 0 and 1. For 1.5 % write 0.015.",
                "Levers: unemployment_factor: 0.01 is out of range; expected from 0.1 to 5.",
                "Levers: hiring_frozen: 1 is not true or false.",
            ],
        ),
        (
            lambda: replace(Levers(), assistance_norm_share=-1.0),
            ["Levers: assistance_norm_share: -1.0 is out of range; expected a share, from 0 to 2."],
        ),
        (
            lambda: Levers(participation_budget_euro_per_year=float("nan")),
            ["Levers: participation_budget_euro_per_year: nan is not a finite number."],
        ),
        (
            lambda: Levers(policy_scale="national"),
            ['Levers: policy_scale: "national" is not of the kind PolicyScale. Give PolicyScale.NATIONAL.'],
        ),
        (
            lambda: replace(PLAN, places=-1, hours_share=0.0),
            [
                "EnterprisePlan hulp: places: -1 is out of range; expected from 0 to 100000.",
                "EnterprisePlan hulp: hours_share: 0.0 is not a share between 0 and 1."
                " Write a number such as 0.05 for 5 %.",
            ],
        ),
        (
            lambda: replace(PLAN, key="Mijn hulp"),
            [
                'EnterprisePlan Mijn hulp: key: "Mijn hulp" can\'t be a key; expected small letters, digits, - and _,'
                " such as \"woonhulp\". Use 'name' for the name that people read."
            ],
        ),
    ],
)
def test_a_lever_out_of_bounds_is_refused_in_python_as_in_a_file(call, told):
    with pytest.raises(InputError) as caught:
        call()
    assert [str(problem) for problem in caught.value.problems] == told


def test_every_bound_of_a_lever_is_within_it():
    assert Levers(grant_share=0.0, unemployment_factor=5.0, assistance_norm_share=2.0).grant_share == 0.0
    assert replace(PLAN, places=100_000, hours_share=1.0, contract_months=720).places == 100_000


@pytest.mark.parametrize(
    ("name", "group", "told"),
    [
        ("employment_rat", "", "there is no outcome 'employment_rat'. Did you mean 'employment_rate'?"),
        ("happiness", "", "there is no outcome 'happiness'. See docs/outcomes.md."),
        ("balance", "", "balance has no group ''; expected one of 'state', 'municipality'."),
        ("balance", "stat", "balance has no group 'stat'; expected one of 'state', 'municipality'. Did you mean"),
    ],
)
def test_a_series_that_is_not_there_is_told_with_what_is(name, group, told):
    names = (("employment_rate", ""), ("balance", "state"), ("balance", "municipality"))
    with pytest.raises(InputError) as caught:
        OutcomeTable(names, None).series(name, group)
    assert told in str(caught.value)


def test_a_language_that_there_is_not_is_told():
    for language in ("fr", "NL", None):
        with pytest.raises(InputError, match="expected one of 'en', 'nl'"):
            sentence("one_run", language)


def test_findings_in_another_language_are_refused():
    results = run(BASELINE, workers=1)
    assert findings(results, "nl")
    with pytest.raises(InputError, match="language: is 'fr'; expected one of 'en', 'nl'"):
        findings(results, "fr")
