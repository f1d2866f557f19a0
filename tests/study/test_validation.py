"""Validation: facts as data with all faults at once, the ensemble, verdicts, what is written, and exit codes."""

from __future__ import annotations

import csv
import re
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from wijksim.cli import app
from wijksim.errors import InputError
from wijksim.scenario import Scenario
from wijksim.study.validation.charts import place_in_range
from wijksim.study.validation.estimates import Verdict
from wijksim.study.validation.findings import gathered, judge, seeds_work, validate
from wijksim.study.validation.holdout import LOG_FILE
from wijksim.study.validation.patterns import PatternSet, read_patterns, shipped_patterns
from wijksim.study.validation.runs import BASELINE, STATISTICS, OneSeed, Part, parts_of
from wijksim.study.validation.tables import COLUMNS, shown_rows

ENTRY = """
[[pattern]]
name = "{name}"
statistic = "gp_mean"
label = "GP contacts"
label_nl = "Contacten met de huisarts"
denominator = "people in the wijk all year"
window = "2018"
cycle = "any"
low = {low}
high = {high}
unit = "number"
source = "Nivel"
found = "5"
grade = "measured"
set = "{which}"
"""
TINY = ("--runs", "1", "--residents", "100", "--workers", "1")
EMMERHOUT = {"WK011444"}


def write(folder, *entries):
    path = folder / "facts.toml"
    path.write_text("format = 1\n" + "".join(entries), encoding="utf-8")
    return path


def entry(name="gp", low=0.0, high=99.0, which="calibration"):
    return ENTRY.format(name=name, low=low, high=high, which=which)


@pytest.fixture
def invoke(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(app, ["validate", *map(str, arguments)])


@pytest.fixture(scope="module")
def figures():
    """What one tiny wijk gives; children don't grow up in its long runs."""
    work = seeds_work(Scenario.from_file(BASELINE, residents=150), ["woonhulp"], set(Part), residents=150)
    work = replace(work, long_months=24)
    told = []
    found = work(1, told.append)
    assert told[-1] == work.months == 2 * 120 + 72 + 9 * 24 + 4 * 72
    return gathered([found])


@pytest.fixture
def no_runs(monkeypatch, figures):
    """Stand in for the runs of the command: what the tiny wijk gave."""
    monkeypatch.setattr("wijksim.study.validation.findings.run_seeds", lambda *_: (figures, ()))


# ------------------------------------------------------------------ facts as data
def test_all_faults_of_a_file_of_facts_are_told_at_once(tmp_path):
    path = write(
        tmp_path,
        entry("a", low=2.0, high=1.0),
        entry("a").replace('"gp_mean"', '"gp_maen"'),
        entry("b").replace("high = 99.0\n", "").replace("low = 0.0\n", ""),
        entry("c").replace('grade = "measured"', 'grade = "sure"'),
        entry("d").replace("statistic", "not_computable = 'no'\nstatistic"),
        entry("e").replace("unit", 'over = "displacement"\nunit'),
    )
    with pytest.raises(InputError) as caught:
        read_patterns(path, STATISTICS)
    told = [str(problem) for problem in caught.value.problems]
    assert len(told) == 7
    assert all(text.startswith(f"{path}: pattern[") and ", line " in text for text in told)
    for expected in (
        "pattern[1].high, line 12: the range from 2 to 1 is empty. Give a high above the low",
        'pattern[2].name, line 20: "a" stands twice, also at pattern[1]. Rename one.',
        "pattern[2].statistic, line 21: there is no statistic \"gp_maen\". Did you mean 'gp_mean'?",
        "pattern[3], line 35: there is no range. Give low, high or both.",
        "\"sure\" is not one of 'measured', 'derived', 'recalled' or 'assumption'.",
        "expected either a statistic, or why the model can't say it",
        "pattern[6].over, line 92: one of the two is about plans and the other is not.",
    ):
        assert any(expected in text for text in told), (expected, told)


def test_the_facts_that_come_with_wijksim():
    """All twelve facts of the literature, in three sets; inputs are those whose sources set parameters."""
    facts = shipped_patterns(STATISTICS)
    assert {re.sub("[abc]$", "", fact.fact) for fact in facts} - {""} == {str(number) for number in range(1, 13)}
    assert {fact.set for fact in facts} == set(PatternSet)
    sets = {fact.name: fact.set for fact in facts}
    assert sets["exit_ratio"] is sets["uninterrupted_18m"] is sets["effect_end_12_24"] is PatternSet.INPUT
    assert sets["retention_18m"] is sets["reentry_60m"] is sets["care_cost_standardised"] is PatternSet.HOLDOUT
    assert all(fact.statistic or fact.not_computable_nl for fact in facts)


def test_only_runs_that_are_needed_are_done():
    known = [fact for fact in shipped_patterns(STATISTICS) if fact.set is not PatternSet.HOLDOUT]
    needed = parts_of({name for fact in known for name in (fact.statistic, fact.over) if name})
    assert needed == {Part.LIVES, Part.TWINS, Part.PLANS, Part.CHILDREN}


# ------------------------------------------------------------------ the ensemble
def test_figures_are_the_same_when_others_are_not_wanted():
    """Of a few statistics much less is recorded and no pair of runs is compared, until one needs it."""
    told = Scenario.from_file("baseline", residents=300, months=26)
    plan = Scenario.from_file("woonhulp", residents=300, months=26)
    few = frozenset({"failures_year", "inflow_year", "ties_job_finding_ratio", "participation_2015"})
    work = OneSeed(told, {"woonhulp": plan}, parts=parts_of(few))
    more, part = (replace(work, wanted=few | names)(1, lambda _: None) for names in ({"filled_places"}, set()))
    assert part["woonhulp"] == {"failures_year": more["woonhulp"]["failures_year"]}
    assert more["woonhulp"]["filled_places"][0] > 0
    assert part[BASELINE] == more[BASELINE]
    assert few - {"failures_year"} <= part[BASELINE].keys()
    assert part[BASELINE]["inflow_year"][1] > 0


def test_each_statistic_is_counted_where_it_is_said_to_be(figures):
    of_plans = {name for name, part in STATISTICS.items() if part is Part.PLANS}
    assert set(figures["woonhulp"]) == of_plans
    assert set(figures[BASELINE]) == set(STATISTICS) - of_plans


def test_a_fact_is_judged_by_its_own_figures(figures):
    """Of every fact that could be counted the verdict follows from its sums; one about plans has one for each plan."""
    for fact in shipped_patterns(STATISTICS):
        names = [name for name in (fact.statistic, fact.over) if name]
        (finding,) = judge(fact, EMMERHOUT, figures)
        about_plans = bool(names) and STATISTICS[names[0]] is Part.PLANS
        assert finding.scenario == ("woonhulp" if about_plans else BASELINE)
        if finding.verdict is Verdict.NOT_COMPUTABLE:
            assert finding.reason.en
            assert finding.reason.nl
            continue
        sums = [figures[finding.scenario][name][0] for name in names]
        value = sums[0][0] / sums[0][1] / (sums[1][0] / sums[1][1] if fact.over else 1.0)
        assert finding.found.value == pytest.approx(value)
        inside = (fact.low is None or value >= fact.low) and (fact.high is None or value <= fact.high)
        assert (finding.verdict is Verdict.WITHIN) == inside


def test_what_is_just_outside_is_not_written_as_its_bound(figures):
    found = [finding for fact in shipped_patterns(STATISTICS) for finding in judge(fact, EMMERHOUT, figures)]
    chosen = next(one for one in found if one.pattern.unit == "number" and one.verdict is not Verdict.NOT_COMPUTABLE)
    bound = round(chosen.found.value, 1)
    near = replace(
        chosen,
        pattern=replace(chosen.pattern, high=bound),
        found=replace(chosen.found, value=bound + 0.004),
        verdict=Verdict.OUTSIDE,
    )
    both = (near, replace(near, verdict=Verdict.WITHIN))
    nothing = validate([], runs=1, residents=100, workers=1)
    rows = shown_rows(replace(nothing, findings=both), chosen.pattern.set, "en")
    outside, within = (row["model (95% by chance)"].split()[0] for row in rows)
    assert (outside, within) == (f"{bound:.1f}04", f"{bound:.1f}")


def test_a_range_of_another_wijk_is_no_verdict(figures):
    (fact,) = (one for one in shipped_patterns(STATISTICS) if one.name == "assistance_share")
    (finding,) = judge(fact, {"WK036300"}, figures)
    assert finding.verdict is Verdict.NOT_COMPUTABLE
    assert finding.reason.text("nl") == "de bandbreedte is van een andere wijk"


def test_what_the_model_can_not_say_needs_no_run():
    facts = [fact for fact in shipped_patterns(STATISTICS) if fact.not_computable]
    found = validate(facts, runs=1, residents=100, workers=1)
    assert len(found.findings) == found.count(Verdict.NOT_COMPUTABLE) == len(facts) > 0


# ------------------------------------------------------------------ the command
def test_a_miss_ends_with_code_1_only_when_strict(invoke, no_runs, tmp_path):
    facts = write(tmp_path, entry("within"), entry("missed", low=90.0))
    loose = invoke("--patterns", facts, "--out", tmp_path / "found", *TINY)
    assert loose.exit_code == 0, loose.output
    assert "Emmerhout, runs: 1; 1 within, 1 outside, 0 not computable." in loose.output
    assert invoke("--patterns", facts, "--strict", *TINY).exit_code == 1
    with (tmp_path / "found" / "validation.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS
    assert [(row["pattern"], row["verdict"]) for row in rows] == [("within", "within"), ("missed", "outside")]
    assert {path.name for path in (tmp_path / "found").glob("*.png")} == {
        f"validation_calibration_1_{language}.png" for language in ("en", "nl")
    }


def test_when_all_is_within_strict_ends_well(invoke, tmp_path):
    found = invoke("--patterns", write(tmp_path, entry()), "--strict", "--language", "nl", *TINY)
    assert found.exit_code == 0, found.output
    assert "1 erbinnen, 0 erbuiten, 0 niet te berekenen" in found.output


def test_hold_out_facts_are_seen_only_when_asked_and_logged_when_told(invoke, no_runs, tmp_path):
    facts = write(tmp_path, entry("seen"), entry("kept", which="holdout"))
    assert "Hold-out" not in invoke("--patterns", facts, *TINY).output
    refused = invoke("--patterns", facts, "--set", "holdout", "--log", *TINY)
    assert refused.exit_code == 2
    assert "there is no docs/holdout_log.csv here" in refused.output.replace("\\", "/")
    LOG_FILE.parent.mkdir()
    LOG_FILE.write_text("date,commit,fact,figure,scenario,value,range,verdict,remark\n", encoding="utf-8")
    seen = invoke("--patterns", facts, "--set", "holdout", *TINY)
    assert "were seen and not written down" in seen.output
    assert len(LOG_FILE.read_text(encoding="utf-8").splitlines()) == 1
    assert invoke("--patterns", facts, "--set", "all", "--log", *TINY).exit_code == 0
    _, line = csv.reader(LOG_FILE.read_text(encoding="utf-8").splitlines())
    assert line[2:5] == ["", "kept", "baseline"]
    assert line[6:] == ["0.0 to 99.0", "within", "wijksim validate of Emmerhout, runs: 1"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--log",), "--log: writes down hold-out facts, and none are asked for. Add --set holdout."),
        (("--patterns", "nowhere.toml"), "nowhere.toml: there is no such file."),
        (("--profile", "emmerhuot"), "Did you mean 'emmerhout'?"),
        (("--out", "."), "this folder is not empty and holds no validation (it has mine.txt)."),
    ],
)
def test_wrong_input_is_told_before_anything_is_run(invoke, tmp_path, arguments, told):
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    found = invoke(*arguments, *TINY)
    assert found.exit_code == 2
    assert told in found.output


def test_places_in_a_range():
    assert [place_in_range(value, 2.0, 4.0) for value in (1.0, 2.0, 4.0)] == [-0.5, 0.0, 1.0]
    assert place_in_range(1.5, 1.0, None) == 0.5
    assert place_in_range(0.2, None, 0.4) == 0.5
    assert place_in_range(1.0, 0.0, None) == 1.0
