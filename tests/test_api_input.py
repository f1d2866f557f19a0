"""The Python API: what is wrong is told as for files, with what was expected."""

from __future__ import annotations

import pytest

from wijksim import Neighbourhood, Scenario, compare, run
from wijksim.errors import InputError
from wijksim.record import OutcomeTable
from wijksim.report.sentences import sentence
from wijksim.report.words import findings

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
