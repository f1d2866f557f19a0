"""The brief: whole and self-contained, equal to the tables, and it lets nobody's text be read as HTML."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pandas as pd
import pytest
from brief_reading import Words, figures_in, is_written
from docx import Document
from docx.oxml.ns import qn
from study_building import HandmadeNeighbourhood, scenario
from typer.testing import CliRunner

from wijksim.cli import app
from wijksim.report import plots
from wijksim.report.brief import brief, brief_file, brief_files
from wijksim.report.brief_budgets import budgets, budgets_by_year, elections
from wijksim.report.brief_tables import ledger_matrix, main_table, outcomes_in_full, what_to_measure
from wijksim.report.folder import load_results
from wijksim.report.sentences import SENTENCES, Verdict
from wijksim.report.tables import effect_rows
from wijksim.study import replicate as replicate_module
from wijksim.study.compare import compare
from wijksim.study.run import run_scenario

NAME = 'Één "plan" <script>alert(1)</script>'
TEXTS = {"budget": "b", "total": "t", "range": "r", "break_even": "e", "payer": "p", "never": "not in {span}",
         "unsaid": "?", "no_difference": "no", "from_start": "start", "in_year": "{year}"}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("resultaten")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replicate_module, "Neighbourhood", HandmadeNeighbourhood)
        compare(scenario("Zonder"), [scenario(NAME, plans=2)], replications=4, workers=1, out=made)
    return made


@pytest.fixture(scope="module")
def results(folder):
    return load_results(folder)


class Tags(HTMLParser):
    """Collects tags with their attributes, and which stay open."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.open = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_brief_stands_alone_and_is_whole(folder, results, language):
    text = (folder / brief_file(language)).read_text(encoding="utf-8")
    assert text == brief(results, folder, language)
    found = Tags(text)
    assert found.open == []
    tags = found.tags
    assert ("html", {"lang": language}) in tags
    pictures = [about for tag, about in tags if tag == "img"]
    assert len(pictures) == len(plots.CHARTS) + 1
    assert all(about["src"].startswith("data:image/png;base64,") and about["alt"] for about in pictures)
    assert not re.search(r"(src|href)=\"(?!data:|#)", text)
    assert "http" not in re.sub(r"<td>[^<]*</td>|<pre>.*?</pre>", "", text, flags=re.S)  # sources may name a site
    headings = [int(tag[1]) for tag, _ in tags if re.fullmatch("h[1-6]", tag)]
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(headings))
    assert all("scope" in about for tag, about in tags if tag == "th")


@pytest.mark.parametrize("language", ["en", "nl"])
def test_charts_are_told_in_words_with_the_figures_of_the_effects(folder, results, language):
    text = (folder / brief_file(language)).read_text(encoding="utf-8")
    alts = [about["alt"] for tag, about in Tags(text).tags if tag == "img"]
    assert len(alts) == len(plots.CHARTS) + 1
    document = Document(folder / brief_file(language, "docx"))
    assert [shape._inline.docPr.get("descr") for shape in document.inline_shapes] == alts
    effects = results.effects[results.effects["uncertainty"].eq("chance")].set_index(["outcome", "group", "period"])
    for alt, chart in zip(alts, plots.CHARTS.values(), strict=False):
        row = effects.loc[(chart.outcome, "", "last_year")]
        told = figures_in(alt.rpartition(": ")[2].replace(NAME, ""), language)
        wanted = [row["baseline"], row["policy"], row["effect"]]
        wanted += [row["low"], row["high"]] if row["status"] == "ok" and row["low"] != row["high"] else []
        assert all(is_written(figure, exact) for figure, exact in zip(told, wanted, strict=False)), alt
        assert len(told) >= len(wanted) - 2 >= 1
    balances = alts[-1].partition(NAME)[2]
    (state,) = re.findall(r"(?:State|Rijk) ([^;(]*)", balances)
    assert figures_in(state, language)[0][0] == pytest.approx(
        effects.loc["pocket_balance", "state", "total"]["effect"], rel=0.01
    )


def test_what_people_wrote_is_text(folder):
    for language in ("en", "nl"):
        text = (folder / brief_file(language)).read_text(encoding="utf-8")
        assert "<script" not in text
        assert "&lt;script&gt;alert(1)" in text


def test_figures_are_those_of_the_tables(folder, results):
    text = (folder / "brief_en.html").read_text(encoding="utf-8")
    shown = {row["outcome"]: row for row in effect_rows(results)}
    table = main_table(results, NAME, "en")
    assert table.head == ["outcome", "period", "without plan", "with plan", "difference", "chance 90%"]
    for cells in table.rows:
        assert cells == [shown[cells[0]][name] for name in table.head]
        assert all(f"<td>{cell}</td>".replace("-€", "-\N{WORD JOINER}€") in text for cell in cells[1:] if cell)
    assert "about 4 more people in paid work in Emmerhout after 2 years" in text
    assert "100 really extra" in text


def with_effects(results, outcome, group, figures, column="effect"):
    """The results with other figures of an outcome, by period."""
    effects = results.effects.copy()
    rows = effects["outcome"].eq(outcome) & effects["group"].eq(group)
    for period, value in figures.items():
        effects.loc[rows & effects["period"].eq(period), column] = value
    return replace(results, effects=effects)


def test_years_add_up_to_the_total_and_keep_their_sign(results):
    changed = with_effects(results, "pocket_by_rule", "state_alone", {"2015": 0.4, "2016": 1500.4, "total": 1500.8})
    table = budgets_by_year(changed, NAME, "en", TEXTS)
    rows = {row[0]: row[1:] for row in table.rows}
    # 0.4 is below half a thousand, and 1500.8 rounds to 2 thousand: 0 + 2 = 2.
    assert rows["State, if one municipality does this"] == ["0", "2", "2"]
    # 24 000 and 24 000 x .9971 euro: -24, and -48 in all.
    assert rows["Municipality, if it does this alone"] == ["-24", "-24", "-48"]
    assert rows["Municipality, if all municipalities do this"] == ["-24", "-24", "-48"]


def test_budgets_in_all_stand_before_and_after_the_rules(folder, results):
    rows = {row[0]: row[1:] for row in budgets(results, NAME, "en", TEXTS | {"insurers_after": "after"}).rows}
    assert [name for name in rows if name.startswith(("Municipality", "Health insurers", "after"))] == [
        "Municipality, if it does this alone",
        "Municipality, if all municipalities do this",
        "Health insurers, before risk equalisation",
        "after",
    ]
    assert rows["Municipality, if it does this alone"][0] == "-€47,900"
    assert rows["Municipality, if it does this alone"][-1] == "not in 2 years"
    told = brief(results, folder, "nl")
    assert "dan volgt dat budget wat zij uitgeven, 2 jaar later" in told
    assert "Rijk, als alle gemeenten dit doen" in told


def test_a_budget_known_by_year_is_earned_back_in_the_year_in_which_it_is_for_good(results):
    for figures, told in (({"2015": -5.0, "2016": 9.0}, "2016"), ({"2015": 1.0, "2016": 3.0}, "start")):
        changed = with_effects(results, "pocket_by_rule", "insurers_before", {**figures, "total": 4.0})
        for column, bound in (("low", 1.0), ("high", 6.0)):
            changed = with_effects(changed, "pocket_by_rule", "insurers_before", {"total": bound}, column)
        changed = with_effects(changed, "pocket_by_rule", "insurers_before", {"total": "ok"}, "status")
        rows = {row[0]: row[1:] for row in budgets(changed, NAME, "en", TEXTS).rows}
        assert rows["Health insurers, before risk equalisation"] == ["€4", "€1 to €6", told]


def test_results_of_an_earlier_version_have_each_budget_once(folder, results):
    rows = results.effects[~results.effects["outcome"].eq("pocket_by_rule")]
    older = replace(results, effects=rows)
    assert budgets(older, NAME, "en", TEXTS).rows[0][0] == "Municipality"
    assert "if all municipalities do this" not in brief(older, folder, "en")


def test_election_years_are_marked(monkeypatch, tmp_path, results):
    monkeypatch.setattr(replicate_module, "Neighbourhood", HandmadeNeighbourhood)
    plans = [scenario("Plan", months=48, plans=1)]
    told = brief(compare(scenario("Zonder", months=48), plans, replications=3, workers=1), tmp_path, "nl")
    assert [year in told for year in ('col">2017</th>', 'col">2018*</th>')] == [True, True]
    assert "* Jaar met verkiezingen voor de gemeenteraad: maart 2018 (bron: Kiesraad)." in told
    longer = {**results.manifest, "start": "2018-04", "months": 48}  # to March 2022
    assert [day.isoformat() for day in elections(replace(results, manifest=longer))] == ["2022-03-16"]
    everything = {**longer, "start": "2013-01", "months": 200}
    assert {day.month for day in elections(replace(results, manifest=everything))} == {3}  # as the texts say
    assert elections(results) == []  # 2015 and 2016


def test_the_ledger_matrix_adds_up(results):
    table = ledger_matrix(results, NAME, "en", TEXTS)
    # Two plans of 1 000 euro a month from the participation budget: 24 000 x (1 + .9971) = 47.9 thousand.
    assert table.head == ["p", "Social enterprises", "t"]
    assert table.rows[0][1:] == ["48", "48"]
    assert table.rows[-1] == ["t", "48", "48"]


def test_what_to_measure_is_told_of_the_first_year(results):
    table = what_to_measure(results, NAME, "nl")
    assert {row[1] for row in table.rows} == {"2015"}
    assert table.rows[0][0] == "Geplaatste mensen (personen)"
    later = replace(results, manifest={**results.manifest, "start": "2015-07"})
    assert what_to_measure(later, NAME, "nl") is None


def test_a_plan_that_changes_nothing_gives_a_brief_that_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(replicate_module, "Neighbourhood", HandmadeNeighbourhood)
    same = compare(scenario("Zonder"), [scenario("Niets")], replications=3, workers=1)
    told = brief(same, tmp_path, "en")
    assert "Niets: no difference in the number of people in paid work in Emmerhout" in told
    assert "Wrong pocket" not in told
    assert "Niets: geen verschil" in brief(same, tmp_path, "nl")


def test_a_plan_against_a_plan_and_one_run_have_a_brief(monkeypatch, tmp_path):
    monkeypatch.setattr(replicate_module, "Neighbourhood", HandmadeNeighbourhood)
    plans = compare(scenario("Een", plans=1), [scenario("Twee", plans=2)], replications=3, workers=1)
    told = brief(plans, tmp_path, "en")
    assert "The two plans side by side" in told
    assert "would have been worked anyway" not in told
    once = compare(scenario("Zonder"), [scenario("Een", plans=1)], replications=1, workers=1)
    told = brief(once, tmp_path, "nl")
    assert "één mogelijk verloop" in told
    assert "€" not in re.search("<ol.*?</ol>", told, re.S)[0]


@pytest.mark.parametrize(
    ("about", "told"),
    [
        ({"circumstances_apart": ["unemployment_factor"]}, "Niet alleen het plan verschilt: werkloosheid in de regio"),
        ({"what_if_from": "2015-07"}, "Vanaf 2015-07: wat-als"),
    ],
)
def test_what_isnt_as_it_was_stands_before_the_first_sentence(results, folder, about, told):
    changed = brief(replace(results, manifest={**results.manifest, **about}), folder, "nl")
    assert told in changed.partition("<ol")[0]
    assert told not in brief(results, folder, "nl")


def test_what_a_screening_found_is_told(folder, results):
    assert "add --screen" in brief(results, folder, "en")
    about = {"policy": NAME, "outcome": "employed_15_74", "group": "", "period": "last_year"}
    parameter = about | {"parameter": "assistance_takeup", "label": "taking up", "grade": "assumption"}
    parameter |= {"turning_point": 0.25}
    optimism = about | {"effect": 4.0, "effect_unfavourable": -1.0, "parameters": 7}
    found = {"parameters": [parameter, parameter | {"turning_point": None}], "optimism": [optimism]}
    found |= {"failed": 3, "points": 1200}
    told = brief(replace(results, manifest={**results.manifest, "screen": found}), folder, "en")
    assert "People in paid work, 15-74 depends on: taking up (assumption); the sign turns at 0.25 (share)." in told
    assert "In 3 of the 1,200 settings that were tried a run failed" in told
    assert "(assumption); the sign does not turn within its range." in told
    assert "if 7 uncertain figures that matter all disappoint, the difference is -1.0 instead of 4.0." in told
    assert "add --screen" not in told
    dutch = brief(replace(results, manifest={**results.manifest, "screen": found}), folder, "nl")
    label = "Deel van wie recht heeft op bijstand dat die ook aanvraagt"
    assert f"hangt af van: {label} (aanname); het teken keert om bij 0,25 (deel)." in dutch
    for better, told in ((False, "gets no worse: -1.0, and 4.0 as computed"), (True, "is -1.0 instead of 4.0")):
        found["optimism"] = [optimism | {"more_is_better": better}]
        assert told in brief(replace(results, manifest={**results.manifest, "screen": found}), folder, "en")
    found["optimism"] = [optimism | {"outcome": "pocket_balance", "group": "municipality"}]
    assert "Het saldo van de gemeente: vallen 7" in brief(
        replace(results, manifest={**results.manifest, "screen": found}), folder, "nl"
    )
    assert "Bij 3 van de 1.200 instellingen die zijn geprobeerd, mislukte een doorrekening" in dutch
    assert "-1,0 in plaats van 4,0" in dutch


def test_figures_of_the_model_are_told_in_the_language_of_the_brief(folder, results):
    tables = {language: brief(results, folder, language).rpartition("<table")[2] for language in ("nl", "en")}
    assert "Gemiddelde loonwaarde van werknemers met loonkostensubsidie" in tables["nl"]
    assert "Mean productivity share of workers with the subsidy (loonwaarde)" in tables["en"]
    for row in re.findall("<tr>.*?</tr>", tables["nl"].partition("<tbody>")[2], re.S):
        cells = re.findall("<td>(.*?)</td>", row, re.S)
        assert cells[4] in ("gemeten", "afgeleid", "uit vakkennis", "aanname")
        assert all(re.fullmatch(r"(-?[0-9]+(,[0-9]+)?(e-?[0-9]+)?)?", cell) for cell in (cells[0], cells[2], cells[3]))


def test_figures_that_lead_or_that_are_own_stand_beside_those_a_plan_leaves_open(folder, results, tmp_path):
    label = "Share of entitled benefit units that take social assistance up"
    usual = brief(results, folder, "en").rpartition("<table")[2]
    assert label not in usual
    parameter = {"policy": NAME, "outcome": "employed_15_74", "group": "", "period": "last_year", "grade": "assumption"}
    parameter |= {"parameter": "assistance_takeup", "label": label, "turning_point": None}
    screened = {**results.manifest, "screen": {"parameters": [parameter], "optimism": []}}
    led = brief(replace(results, manifest=screened), folder, "en").rpartition("<table")[2]
    assert label in led
    assert led.count("<tr>") == usual.count("<tr>") + 1
    shutil.copy(folder / "parameters.csv", tmp_path)
    scenarios = [dict(about, file="own.toml") for about in results.manifest["scenarios"]]
    (tmp_path / "own.toml").write_text("format = 1\n[parameters]\nassistance_takeup = 0.9\n", encoding="utf-8")
    own = brief(replace(results, manifest={**results.manifest, "scenarios": scenarios}), tmp_path, "en")
    assert label in own.rpartition("<table")[2]
    assert "(assistance_takeup): 0.9" in own


def test_the_appendix_tells_each_outcome_once_and_balances_elsewhere(results):
    table = outcomes_in_full(results, NAME, "en")
    names = [row[0] for row in table.rows]
    assert len(set(names)) == len(names)
    assert "Births (persons)" in names
    assert not [name for name in names if name.startswith(("Balance by budget", "Has its money back", "Municipality"))]
    assert {row[1] for row in table.rows} == {"last year", "whole period", "24 months from placement"}


def test_titles_have_a_form_for_each_verdict():
    assert {key.partition(".")[2] for key in SENTENCES if key.startswith("title.")} == set(Verdict) - {
        Verdict.ABOUT_EQUAL
    }


def test_brief_is_written_again_by_its_command(folder):
    before = (folder / "brief_nl.html").read_text(encoding="utf-8")
    english = (folder / "brief_en.html").read_text(encoding="utf-8")
    (folder / "brief_nl.html").unlink()
    made = CliRunner().invoke(app, ["brief", str(folder), "--language", "nl"])
    assert made.exit_code == 0, made.output
    assert (folder / "brief_nl.html").read_text(encoding="utf-8") == before
    assert (folder / "brief_en.html").read_text(encoding="utf-8") == english
    pd.testing.assert_frame_equal(load_results(folder).effects, load_results(folder).effects)  # the hash fits


def test_brief_of_one_scenario_or_of_nothing_is_refused(monkeypatch, tmp_path):
    monkeypatch.setattr(replicate_module, "Neighbourhood", HandmadeNeighbourhood)
    run_scenario(scenario("Zonder"), replications=2, workers=1, out=tmp_path / "een")
    assert "brief_en.html" not in {path.name for path in (tmp_path / "een").iterdir()}
    for name, told in (("een", "a brief is about a comparison"), ("geen", "no results of wijksim")):
        made = CliRunner().invoke(app, ["brief", str(tmp_path / name)])
        assert made.exit_code == 2
        assert told in made.stderr


# ------------------------------------------------------------------ for Word
def letters(parts):
    return "".join("".join(parts).split())


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_word_document_says_what_the_page_says(folder, language):
    page = Words((folder / brief_file(language)).read_text(encoding="utf-8"))
    document = Document(folder / brief_file(language, "docx"))
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    assert tables == page.tables
    told = [node.text or "" for node in document.element.body.iter(qn("w:t"))]
    assert letters(told) == letters(page.found)
    assert "<script>alert(1)" in letters(told)


def test_the_word_document_has_headings_pictures_with_words_and_repeated_heads(folder):
    document = Document(folder / "brief_nl.docx")
    styles = [paragraph.style.name for paragraph in document.paragraphs]
    assert {"Heading 1", "Heading 2", "Heading 3", "List Number", "List Bullet"} <= set(styles)
    assert len(document.inline_shapes) == len(plots.CHARTS) + 1
    assert all(shape._inline.docPr.get("descr") for shape in document.inline_shapes)
    assert all(table.rows[0]._tr.findall(f".//{qn('w:tblHeader')}") for table in document.tables)
    assert document.core_properties.language == "nl-NL"
    assert document.core_properties.title.startswith("Één ")
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert "http" not in " ".join(part.target_ref for part in document.part.rels.values() if part.is_external)


def test_the_word_document_is_the_same_each_time(results, folder):
    made = [brief_files(results, folder, "nl") for _ in range(2)]
    assert made[0] == made[1]
    assert made[0]["brief_nl.docx"] == (folder / "brief_nl.docx").read_bytes()


def test_a_long_name_costs_no_results(tmp_path, monkeypatch):
    """Properties of a Word document have 255 letters at most; the name of a plan may have 200."""
    monkeypatch.setattr(replicate_module, "Neighbourhood", HandmadeNeighbourhood)
    made = tmp_path / "made"
    compare(scenario("Zonder"), [scenario("é" * 200, plans=2)], replications=4, workers=1, out=made)
    assert len(Document(made / "brief_nl.docx").core_properties.title) <= 255
    assert "é" * 200 in Document(made / "brief_nl.docx").paragraphs[1].text.lower()
