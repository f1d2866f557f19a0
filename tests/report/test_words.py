"""Sentences follow from the bounds, in both languages; those about losses as plainly as those about gains."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from string import Formatter

import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from study_building import HandmadeNeighbourhood, scenario

from wijksim.report.additionality import of_hundred, share_range
from wijksim.report.flows import gross_changes
from wijksim.report.headlines import HEADLINES, what_if_note
from wijksim.report.intervals import Uncertainty
from wijksim.report.pockets import BUDGETS, POCKETS
from wijksim.report.results import Results
from wijksim.report.sentences import SENTENCES, Verdict, sentence, verdict
from wijksim.report.tables import effect_rows, effect_table, terminal_tables
from wijksim.report.words import _Teller, findings, for_the_brief, summary
from wijksim.scenario.summary import circumstances_apart, circumstances_note
from wijksim.settings import Event, Levers, PolicyScale
from wijksim.study import replicate as replicate_module
from wijksim.study.compare import compare

FIGURES = st.floats(-1e9, 1e9)


@pytest.fixture
def study(monkeypatch):
    monkeypatch.setattr(replicate_module, "Neighbourhood", HandmadeNeighbourhood)

    def run(*strengths, replications=4):
        policies = [scenario(f"Plan {strength}", plans=strength) for strength in strengths]
        return compare(scenario("Zonder"), policies, replications=replications, workers=1)

    return run


@pytest.fixture(scope="module")
def results_of_two():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replicate_module, "Neighbourhood", HandmadeNeighbourhood)
        return compare(scenario("Zonder"), [scenario("Plan 2", plans=2)], replications=3, workers=1)


# ------------------------------------------------------------------------------------------------ the rule
@pytest.mark.parametrize(
    ("low", "effect", "high", "flow", "expected"),
    [
        (1.0, 2.0, 3.0, 1000.0, Verdict.ABOVE),
        (-3.0, -2.0, -1.0, 1000.0, Verdict.BELOW),
        (-1.0, 0.5, 2.0, 31.0, Verdict.ABOUT_EQUAL),  # 3 is below 10 % of 31
        (-1.0, 0.5, 2.0, 30.0, Verdict.UNCERTAIN),
        (-1.0, 0.5, 2.0, 0.0, Verdict.UNCERTAIN),
        (0.0, 0.5, 2.0, 0.0, Verdict.TOUCHES),  # a bound on zero is not above it, nor is anything below it
        (-2.0, -0.5, 0.0, 0.0, Verdict.TOUCHES),
        (1.0, -0.5, 2.0, 1000.0, Verdict.UNCERTAIN),  # a mean outside its own range
        (math.nan, 1.0, math.nan, 0.0, Verdict.NOT_COMPUTABLE),
    ],
)
def test_verdict(low, effect, high, flow, expected):
    """Of which it isn't known in how many runs the effect is above zero."""
    assert verdict(effect, low, high, status="ok", n=9, flow=flow, equal_share=0.1) is expected


def test_verdict_of_what_has_no_range():
    assert verdict(2.0, 1.0, 3.0, status="ok", n=1) is Verdict.ONE_RUN
    assert verdict(0.0, 0.0, 0.0, status="did_not_vary", n=9) is Verdict.NO_CHANGE
    assert verdict(0.0, 0.0, 0.0, status="not_computable", n=0) is Verdict.NOT_COMPUTABLE
    assert verdict(0.0, 0.0, 0.0, status="not_reached", n=5) is Verdict.NOT_COMPUTABLE


@given(FIGURES, FIGURES, FIGURES, st.floats(0, 1e9), st.floats(0, 1))
def test_a_sign_is_said_only_when_effect_and_whole_range_have_it(effect, one, other, flow, share):
    low, high = sorted((one, other))
    found = verdict(effect, low, high, status="ok", n=9, flow=flow, equal_share=share)
    assert (found is Verdict.ABOVE) == (low > 0 and effect > 0)
    assert (found is Verdict.BELOW) == (high < 0 and effect < 0)
    mirrored = verdict(-effect, -high, -low, status="ok", n=9, flow=flow, equal_share=share)
    assert mirrored is {Verdict.ABOVE: Verdict.BELOW, Verdict.BELOW: Verdict.ABOVE}.get(found, found)


# ------------------------------------------------------------------------------------------- the sentences
@pytest.mark.parametrize("key", SENTENCES)
def test_both_languages_use_the_same_words_to_fill_in(key):
    english, dutch = ({name for _, name, _, _ in Formatter().parse(text) if name} for text in SENTENCES[key])
    assert english == dutch
    assert SENTENCES[key][0] != SENTENCES[key][1]


@pytest.mark.parametrize("kind", ["people", "cost", "pocket", "society"])
def test_every_verdict_has_its_sentence(kind):
    told = {Verdict(key.partition(".")[2]) for key in SENTENCES if key.startswith(f"{kind}.")}
    equal = set() if kind == "pocket" else {Verdict.ABOUT_EQUAL}  # only money has benefits and costs
    assert told == set(Verdict) - {Verdict.ONE_RUN} - equal


def test_a_sentence_begins_with_a_capital():
    assert sentence("gain", "nl", x="€ 5") == "Een voordeel van € 5"


CASES = [  # verdict, effect, low, high, share of runs above zero, flow; then people and pocket in both languages
    ("above", 4, 1, 7, 1.0, 0, "about 4 more people in paid work", "4 meer mensen", "bring UWV €4.", "op. De band"),
    ("below", -4, -7, -1, 0.0, 0, "about 4 fewer people", "4 minder mensen", "cost UWV €4.", "kost UWV naar"),
    ("about_equal", 1, -1, 2, 0.5, 99, "", "", "UWV benefits are about equal", "ongeveer gelijk aan de kosten"),
    ("all_above", 4, -1, 9, 1.0, 0, "In all 9 runs there are more", "alle 9", "all 9 runs, on average €4", "alle 9"),
    ("none_above", -4, -9, 1, 0.0, 0, "In none of the 9 runs are there more", "geen van de 9", "none of", "in geen"),
    (
        "touches",
        4,
        0,
        9,
        0.5,
        0,
        "from no difference to 9 more",
        "geen verschil tot 9 meer",
        "no diff",
        "geen verschil",
    ),
    ("uncertain", 1, -8, 9, 0.5, 0, "whether there are more or fewer", "meer of minder", "brings or costs", "of kost"),
    ("no_change", 0, 0, 0, 0.0, 0, "does not change the number", "verandert niet", "", ""),
    ("not_computable", 0, math.nan, math.nan, 0.0, 0, "cannot be computed", "niet uitrekenen", "cannot be", "niet uit"),
]


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_each_case_has_its_sentence_in_both_languages(results_of_two, monkeypatch, case):
    expected, effect, low, high, share, flow, *texts = case
    status = {"no_change": "did_not_vary", "not_computable": "not_computable"}.get(expected, "ok")
    row = {"effect": effect, "low": low, "high": high, "n": 9, "sign_probability": share, "status": status}
    monkeypatch.setattr("wijksim.report.words.gross_changes", lambda *_: {"uwv": flow})
    for language, people, pocket in (("en", texts[0], texts[2]), ("nl", texts[1], texts[3])):
        teller = _Teller(results_of_two, language)
        assert teller.judge(row, flow) == expected
        teller.rows = {
            ("Plan 2", "employed_15_74", "", "last_year"): row,
            ("Plan 2", "pocket_balance", "uwv", "total"): row,
        }
        if people:
            assert people in " ".join(teller.people("Plan 2", "employed_15_74", SENTENCE_NOUNS[language]))
        assert pocket in teller.pockets("Plan 2")[0].get("uwv", "")


SENTENCE_NOUNS = {"en": "people in paid work", "nl": "mensen met betaald werk"}


@given(
    st.floats(-1e4, 1e4),
    st.floats(0, 1e4),
    st.floats(0, 1e4),
    st.integers(0, 9),
)
def test_words_of_sign_never_contradict_the_bounds(results_of_two, effect, down, up, above):
    low, high = effect - down, effect + up
    assume(low < high)  # else no pair differs, which has a status of its own
    row = {"effect": effect, "low": low, "high": high, "n": 9, "sign_probability": above / 9, "status": "ok"}
    teller = _Teller(results_of_two, "en")
    teller.rows = {("Plan 2", "employed_15_74", "", "last_year"): row}
    (told,) = teller.people("Plan 2", "employed_15_74", "people")
    if "We cannot say" in told:
        assert low < 0 < high
        assert (above, effect > 0) not in ((9, True), (0, False))
        told, counted, _ = told.partition(f" More in {above} of the 9 runs.")
        assert counted
    if "fewer is possible" in told:
        assert low < 0 < effect
    if "more is possible" in told:
        assert effect < 0 < high
    if "about" in told:
        assert ("more people" in told, "fewer people" in told) == (low > 0, high < 0)
    else:
        words = re.search(r"see from (.*) to (.*?)[.]?( in the number.*)?$", told)
        for text, bound in zip(words.groups()[:2], (low, high), strict=True):
            sign = {"more": 1, "fewer": -1}.get(text.split()[-1], 0)
            assert sign == (0 if abs(bound) < 0.0005 else math.copysign(1, bound)), told


# -------------------------------------------------------------------------------------------- the findings
def test_findings_say_who_pays_and_who_gains(study):
    told = "\n".join(findings(study(2)))
    assert "With the plan there are about 4 more people in paid work after 2 years. The range is 4 to 4." in told
    assert "about 2 fewer people on social assistance" in told
    assert "The plan is expected to cost the municipality €47,900. The range is €47,900 to €47,900." in told
    assert "This is not earned back within 2 years." in told
    assert "The plan is expected to bring the state €12,000." in told
    assert "Wrong pocket: the costs fall on the municipality; the gains go to the state." in told
    assert "The plan does not change the number of children in households without work." in told
    assert "0 would have been worked anyway, 0 are lost by others, 100 are really extra." in told
    assert "By chance one wijk may see 100% to 100% really extra." in told
    assert "This is a model, not a prediction." in told
    assert "not yet validated" in told


def test_findings_in_dutch(study):
    told = "\n".join(findings(study(2), "nl"))
    assert "Met het plan zijn er na 2 jaar naar verwachting 4 meer mensen met betaald werk." in told
    assert "Het plan kost de gemeente naar verwachting € 47.900." in told
    assert "Verkeerde portemonnee: de kosten zijn voor de gemeente, het voordeel is voor het Rijk." in told
    assert "Dit is een rekenmodel en geen voorspelling." in told
    assert not re.search(r"\b(the|with|plan is|range)\b", told)


def test_a_plan_that_fails_is_told_in_the_same_number_of_lines(study):
    results = study(2)
    swapped = compare(
        scenario("Met", plans=2), [scenario("Zonder", plans=0)], replications=4, workers=1
    )  # the plan is taken away: every sign turns
    told = "\n".join(findings(swapped))
    assert "With Zonder there are about 4 fewer people in paid work" in told
    assert "Zonder is expected to cost the state €12,000." in told
    assert "Zonder is expected to bring the municipality €47,900." in told
    assert len(findings(swapped)) == len(findings(results)) - 1  # what is extra to another plan isn't told


def test_every_policy_has_its_part(study):
    told = findings(study(1, 2, 3))
    assert [line for line in told if line.startswith("Plan")] == ["Plan 1:", "Plan 2:", "Plan 3:"]


def test_one_run_gives_no_conclusion(study):
    for language in ("en", "nl"):
        told = "\n".join(findings(study(2, replications=1), language))
        assert sentence("one_run", language) in told
        assert "€" not in told
        assert "range" not in told
        assert "bandbreedte" not in told


def test_gross_changes_are_gains_and_costs_added_up(study):
    results = study(2)
    changes = gross_changes(results, "Plan 2")
    expected = 24_000 * (1 + results.deflators[2016])
    assert changes["municipality"] == pytest.approx(expected)
    assert changes["social_enterprises"] == pytest.approx(expected)
    assert changes["state"] == 0.0
    assert set(changes) == set(POCKETS)


def test_results_say_what_they_are(study):
    assert repr(study(1, 2)) == "<Results: Plan 1 and Plan 2 against Zonder, 24 months, 4 runs each>"


def changed(results, outcome, group="", **values):
    """The same results with other figures of one effect."""
    rows = results.effects.copy()
    here = (rows["outcome"] == outcome) & (rows["group"] == group)
    for name, value in values.items():
        rows.loc[here, name] = value
    return replace(results, effects=rows)


def test_a_range_across_zero_is_told_as_chance_when_all_runs_agree(study):
    results = study(2)
    told = {}
    for share, effect in ((1.0, 50.0), (0.5, 50.0), (0.0, -10.0)):
        bounds = {"effect": effect, "low": -20.0, "high": 120.0, "n": 4, "sign_probability": share, "status": "ok"}
        told[share] = "\n".join(findings(changed(results, "pocket_balance", "uwv", **bounds)))
    range_ = "by chance one wijk may see from a loss of €20 to a gain of €120."
    all_runs = "brings UWV money in all 4 runs, on average €50, but they differ so much that a loss is possible"
    no_run = "none of the 4 runs and costs on average €10, but they differ so much that a gain is possible"
    assert f"{all_runs}: {range_}" in told[1.0]
    assert f"brings or costs UWV money: {range_} A gain in 2 of the 4 runs." in told[0.5]
    assert f"{no_run}: {range_}" in told[0.0]


def test_bankruptcy_is_told_with_the_runs_it_happens_in(study, monkeypatch):
    lost = {"Zonder": {0: 0.0, 1: 0.0, 2: 0.0, 3: 0.0}, "Plan 2": {0: 12.0, 1: 0.0, 2: 3.0, 3: 0.0}}
    results = study(2)
    monkeypatch.setattr(type(results), "totals_by_run", lambda self, scenario, outcome: lost[scenario])
    told = "In 2 of the 4 runs a social enterprise goes bankrupt; on average 3.8 places are lost by it."
    assert f"- {told}" in findings(results)
    assert f"- {told}" in summary(results)
    assert any("In 2 van de 4 doorrekeningen gaat een sociale" in line for line in findings(results, "nl"))
    lost["Plan 2"] = lost["Zonder"]
    assert "bankrupt" not in "\n".join(findings(results))


def test_an_enterprise_without_workers_that_fails_is_told_too(study, monkeypatch):
    by_outcome = {"failed_places": {0: 0.0, 1: 0.0, 2: 3.0, 3: 0.0}, "failed_enterprises": {0: 1.0, 1: 0, 2: 1.0, 3: 0}}
    nothing = dict.fromkeys(range(4), 0.0)
    monkeypatch.setattr(
        Results,
        "totals_by_run",
        lambda self, scenario, outcome: by_outcome[outcome] if scenario == "Plan 2" else nothing,
    )
    assert any("In 2 of the 4 runs a social enterprise goes bankrupt" in line for line in findings(study(2)))


def test_totals_by_run_add_up_the_months(study):
    results = study(1)
    table = results.outcomes
    rows = table[(table["outcome"] == "failed_places") & (table["scenario"] == "Plan 1") & (table["replication"] == 2)]
    assert results.totals_by_run("Plan 1", "failed_places")[2] == rows["value"].sum()
    assert list(results.totals_by_run("Plan 1", "failed_places")) == [0, 1, 2, 3]


def test_a_baseline_with_a_plan_goes_by_its_name(study):
    assert not study(2).baseline_is_a_plan
    plan = scenario("Terrein", plans=1)
    results = compare(plan, [scenario("Terrein en hulp", plans=3)], replications=4, workers=1)
    assert results.baseline_is_a_plan
    for language, without in (("en", "without plan"), ("nl", "zonder plan")):
        rows = effect_rows(results, language)
        assert list(rows[0])[3:5] == (
            ["with Terrein", "with the other"] if language == "en" else ["met Terrein", "met het andere"]
        )
        assert not any(name in row.values() for row in rows for name in ("Really extra", "Echt extra"))
        told = "\n".join(findings(results, language)).lower()
        assert without not in told
        assert "the plan" not in told
        assert "het plan " not in told
    told = findings(results)
    assert "Terrein en hulp, compared with Terrein:" in told
    assert "- Terrein en hulp is expected to bring the state €12,000. The range is €12,000 to €12,000." in told
    levers = replace(plan.settings.levers, grant_share=0.5)
    only_levers = replace(plan, settings=replace(plan.settings, enterprises=(), levers=levers))
    results = compare(only_levers, [scenario("Hulp", plans=1)], replications=2, workers=1)
    assert (results.baseline_is_a_plan, results.baseline_has_places) == (True, False)


def test_the_summary_is_a_part_of_the_findings(study):
    for language in ("en", "nl"):
        results = study(1, 2)
        assert set(summary(results, language)) < set(findings(results, language))
        assert any(line.startswith(("- Wrong pocket", "- Verkeerde")) for line in summary(results, language))


def test_plans_are_not_ranked_by_their_difference_with_the_baseline(study):
    assert not any("compare the plans with each other" in line for line in findings(study(1)))
    assert any("compare the plans with each other" in line for line in findings(study(1, 2)))


def test_what_society_gains_is_told_after_the_pockets_and_never_added_to_one(study):
    bounds = {"effect": -500.0, "low": -900.0, "high": -100.0, "status": "ok"}
    told = findings(changed(study(2), "social_balance", "total", **bounds))
    place = next(k for k, line in enumerate(told) if "cost society €500. The range is €100 to €900." in line)
    assert "Wrong pocket" in told[place - 1]


def test_what_uwv_pays_of_the_municipal_saving_is_told(study):
    told = findings(changed(study(2), "ww_after_place", "from_assistance", effect=4_321.0, low=0.0, high=9_000.0))
    assert any("UWV pays on average €4,300 of unemployment or sickness benefit (WW, ZW) to people" in x for x in told)
    assert not any("whose place ended" in line for line in findings(study(2)))


def test_what_lies_beyond_ten_years_is_called_a_what_if(study):
    results = study(2)
    later = replace(results, manifest={**results.manifest, "what_if_from": "2025-01"})
    assert "From 2025 on: what-if under frozen rules." in findings(later)
    assert "Vanaf 2025: wat-als met bevroren regels." in findings(later, "nl")
    assert "From 2025 on" in str(effect_table(later).title)
    for language in ("en", "nl"):
        assert what_if_note(results, language) == ""


@pytest.mark.parametrize(
    ("levers", "event", "told"),
    [
        ({}, {}, False),
        ({"unemployment_factor": 1.5}, {}, True),
        ({}, {"policy.unemployment_factor": 1.5}, True),
        ({"budget_pooling_share": 1.0}, {"policy.grant_share": 0.5}, False),
    ],
)
def test_what_no_plan_decides_and_differs_is_told_wherever_results_are(study, monkeypatch, levers, event, told):
    """A crisis in the plan's file alone would be told as what the plan does."""
    without, plan = scenario("Zonder"), scenario("Plan 1", plans=1)
    events = (Event(6, "crisis", tuple(event.items())),) if event else ()
    changed_settings = replace(plan.settings, levers=Levers(**levers), events=events)
    plan = replace(plan, settings=changed_settings)
    assert bool(circumstances_note(without, plan)) == told
    monkeypatch.setattr(replicate_module, "Neighbourhood", HandmadeNeighbourhood)
    results = compare(without, [plan], replications=2, workers=1)
    for language, words in (
        ("en", "Not only the plan differs: regional unemployment is not the same in all scenarios."),
        ("nl", "Niet alleen het plan verschilt: werkloosheid in de regio is niet in alle scenario's gelijk."),
    ):
        assert (words in findings(results, language)) == told
        assert (words in str(effect_table(results, language).title)) == told


@pytest.mark.parametrize("by_event", [False, True])
def test_another_scale_than_without_the_plan_is_told(by_event):
    """The State's budget then follows another rule, also where the plan does nothing."""
    without, plan = scenario("Zonder"), scenario("Plan 1", plans=1)
    event = Event(6, "alle gemeenten", (("policy.policy_scale", PolicyScale.NATIONAL),))
    levers = Levers() if by_event else Levers(policy_scale=PolicyScale.NATIONAL)
    settings = replace(plan.settings, levers=levers, events=(event,) if by_event else ())
    plan = replace(plan, settings=settings)
    assert circumstances_apart(without, plan) == ["policy_scale"]
    assert circumstances_note(without, plan)


def test_what_no_plan_decides_is_no_difference_when_both_have_it():
    event = Event(6, "crisis", (("policy.unemployment_factor", 1.5),))
    both = [scenario("Zonder"), scenario("Plan 1", plans=1)]
    both = [replace(one, settings=replace(one.settings, events=(event,))) for one in both]
    assert circumstances_apart(*both) == []
    assert circumstances_note(*both) == ""


# ------------------------------------------------------------------------------------- what is really extra
@pytest.mark.parametrize(
    ("low", "high", "english", "dutch"),
    [
        (0.1, 0.62, "10% to 62%", "van 10% tot 62%"),
        (-0.4, 0.62, "62% or less", "62% of minder"),
        (0.1, 1.7, "10% or more", "10% of meer"),
        (-0.1, 1.2, "", ""),
        (math.nan, math.nan, "", ""),
    ],
)
def test_a_bound_that_a_share_cannot_have_is_not_written(low, high, english, dutch):
    assert (share_range(low, high, "en"), share_range(low, high, "nl")) == (english, dutch)


def test_months_of_a_hundred_add_up():
    assert of_hundred(0.304, 0.204) == {"deadweight": 30, "displacement": 20, "additionality": 50}
    assert of_hundred(0.306, -0.052) == {"deadweight": 31, "displacement": -5, "additionality": 74}


def test_words_and_table_give_the_same_shares(study):
    results = study(2)
    for name, value in (("deadweight", 0.304), ("displacement", 0.204), ("additionality", 0.492)):
        results = changed(results, name, effect=value, low=-0.5, high=1.5)
    told = "\n".join(findings(results))
    assert "30 would have been worked anyway, 20 are lost by others, 50 are really extra. That is the mean" in told
    shares = effect_rows(results)[-3:]
    assert [row["difference"] for row in shares] == ["30%", "20%", "50%"]
    assert {row["chance 90%"] for row in shares} == {"too wide to say"}


@pytest.mark.parametrize(("placed", "note"), [(0.0, "nobody placed"), (3.0, "no paid work in places")])
def test_why_nothing_is_extra_is_told(study, placed, note):
    nothing = {"effect": math.nan, "low": math.nan, "high": math.nan, "n": 0, "status": "not_computable"}
    results = changed(study(2), "placed", policy=placed)
    for name in ("deadweight", "displacement", "additionality"):
        results = changed(results, name, **nothing)
    rows = effect_rows(results)[-3:]
    assert {row["chance 90%"] for row in rows} == {row["precision 95%"] for row in rows} == {note}
    why = "nobody was placed" if placed == 0 else "nobody placed had paid work"
    assert f"because {why}." in "\n".join(findings(results))


# ----------------------------------------------------------------------------------------------- the table
@pytest.mark.parametrize("language", ["en", "nl"])
def test_table_of_effects(study, language):
    results = study(1, 2)
    rows = effect_rows(results, language)
    assert len({tuple(row) for row in rows}) == 1
    assert len(rows) == 2 * (len(HEADLINES) + len(BUDGETS) + 2 + 3)
    people = list(rows[0].values())
    assert people[0] == "Plan 1"
    ends = "2.00 to 2.00" if language == "en" else "van 2,00 tot 2,00"
    assert people[5:] == ["2.00" if language == "en" else "2,00", ends, ends]
    assert effect_table(results, language).row_count == len(rows)
    heading = "outcome" if language == "en" else "uitkomst"
    names = {row[heading] for row in rows}
    assert ("Unfilled places (place-months)" if language == "en" else "Onvervulde werkplekken (plekmaanden)") in names
    assert ("Cost of insured care" if language == "en" else "Kosten van verzekerde zorg") in names


def test_the_tables_of_a_terminal_have_their_rows_in_sections(study):
    tables = list(terminal_tables(study(1, 2)))
    assert [table.title for table in tables] == [
        "Plan 1 minus Zonder, euro of 2015",
        "Plan 2 minus Zonder, euro of 2015",
    ]
    rows = tables[0].rows
    assert list(rows[0]) == ["outcome", "without plan", "difference", "chance 90%"]
    names = [row["outcome"] for row in rows]
    assert names.index("[Budgets, whole period]") < names.index("Municipality") < names.index("[Society, whole period]")
    assert names.index("Society as a whole, without transfers") == names.index("[Society, whole period]") + 1
    assert "Places lost by failure" in " ".join(names)
    assert "budgets do not add up to it" in tables[0].notes[0]
    assert sum(not name.startswith("[") for name in names) == len(effect_rows(study(1)))


def test_table_says_why_there_is_no_range(study):
    rows = effect_rows(study(1, replications=1))
    assert {row["chance 90%"] for row in rows} == {"too few runs"}  # one run: there is no range of shares either
    assert {
        row["precision 95%"] for row in effect_rows(study(1)) if row["outcome"] == "Liveability index (start = 100)"
    } == {"no change"}


# ------------------------------------------------------------------------------------------------ draws
@pytest.mark.parametrize(("language", "words", "heading"), [
    ("en", "by chance and assumptions", "range 90%"),
    ("nl", "door toeval en aannames", "bandbreedte 90%"),
])  # fmt: skip
def test_ranges_of_draws_are_named_as_such_and_those_of_chance_are_not(study, language, words, heading):
    handmade = HandmadeNeighbourhood.run

    def run(self, progress=None):
        done = handmade(self, progress)
        grant = self.scenario.registry.number("enterprise_grant_place_year")
        for column, (outcome, _) in enumerate(done.outcomes.names):
            if outcome == "employed_15_74" and self.scenario.settings.enterprises:
                done.outcomes.values[:, column] += grant - 5000.0
        return done

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(HandmadeNeighbourhood, "run", run)
        policy = scenario("Plan 2", plans=2)
        drawn = compare(scenario("Zonder"), [policy], replications=4, draws=6, workers=1)
        plain = compare(scenario("Zonder"), [policy], replications=4, workers=1)
    told, of_chance = (" ".join(findings(results, language)).lower() for results in (drawn, plain))
    assert words in told
    assert words not in of_chance
    assert sentence("range_is_told", language, draws="6").lower() in told
    assert sentence("range_is_chance", language).lower() in of_chance
    assert heading in effect_rows(drawn, language)[0]
    assert heading not in effect_rows(plain, language)[0]


@pytest.mark.parametrize(
    ("language", "of_runs", "at_best"),
    [("en", "on average 4", "at our best figures 4"), ("nl", "gemiddeld 4", "met onze beste getallen 4")],
)
def test_what_belongs_to_our_best_figures_is_not_told_as_the_mean_of_runs_with_drawn_ones(
    results_of_two, language, of_runs, at_best
):
    """Of the runs in which all agree only the sign and the range are known: the figure beside them is another one."""
    row = {"effect": 4.0, "low": -1.0, "high": 9.0, "n": 9, "sign_probability": 1.0, "status": "ok"}
    rows = results_of_two.effects[results_of_two.effects["uncertainty"] == Uncertainty.CHANCE]
    drawn = rows.assign(uncertainty=Uncertainty.CHANCE_AND_PARAMETERS.value)
    with_draws = replace(
        results_of_two,
        effects=pd.concat([results_of_two.effects, drawn]),
        manifest={**results_of_two.manifest, "draws": 9},
    )
    for results, said, not_said in ((results_of_two, of_runs, at_best), (with_draws, at_best, of_runs)):
        teller = _Teller(results, language)
        teller.rows = {("Plan 2", "employed_15_74", "", "last_year"): row}
        (told,) = teller.people("Plan 2", "employed_15_74", SENTENCE_NOUNS[language])
        assert said in told
        assert not_said not in told


@pytest.mark.parametrize(("months", "told"), [(60, "in the first 2 years"), (13, "in the first 13 months")])
def test_no_more_months_from_placement_are_told_than_the_run_has(results_of_two, months, told):
    common = {"kind": "pair", "period": "24_months_from_placement", "n": 3, "low": 0.2, "high": 0.9}
    shares = {"deadweight": 0.1, "displacement": 0.2, "additionality": 0.7}
    teller = _Teller(replace(results_of_two, manifest={**results_of_two.manifest, "months": months}), "en")
    teller.rows = {
        ("Plan 2", outcome, "", common["period"]): {**common, "effect": effect} for outcome, effect in shares.items()
    }
    (line,) = teller.additionality("Plan 2")
    assert told in line


def test_the_title_of_one_run_says_no_more_than_its_text(results_of_two):
    """With drawn figures there is a range, and yet the figure beside it is that of one course."""
    one = replace(results_of_two, manifest={**results_of_two.manifest, "replications": 1})
    title, sentences, _ = for_the_brief(one, "Plan 2", "en")
    assert title == "Plan 2: one possible course in Emmerhout"
    assert sentences[0] == sentence("one_run", "en")
