"""The spreadsheet and the Dutch tables hold the same numbers as the files of the comparison."""

from __future__ import annotations

import json
import math
import shutil

import openpyxl
import pandas as pd
import pytest
from study_building import HandmadeNeighbourhood, scenario

from wijksim.errors import InputError
from wijksim.report import plots
from wijksim.report.export import export_results
from wijksim.report.folder import load_results
from wijksim.report.workbook import workbook_name
from wijksim.study import replicate as replicate_module
from wijksim.study.compare import compare

SHEETS = {
    "en": ["Summary", "Effects", "By year", "Who pays whom", "Scenarios", "Parameters", "Chance and assumptions"],
    "nl": [
        "Samenvatting",
        "Verschillen",
        "Per jaar",
        "Wie betaalt wie",
        "Scenario's",
        "Rekengetallen",
        "Toeval en aannames",
    ],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("results")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replicate_module, "Neighbourhood", HandmadeNeighbourhood)
        patch.setattr(plots, "draw_charts", lambda results, folder: [])
        compare(scenario("Zonder"), [scenario("=1+1 Één", plans=1)], replications=3, draws=3, workers=1, out=path)
    return path


@pytest.fixture(scope="module", params=SHEETS)
def book(folder, request):
    return request.param, openpyxl.load_workbook(folder / workbook_name(request.param))


def table(page):
    heading, *rows = page.iter_rows(values_only=True)
    return [dict(zip(heading, row, strict=True)) for row in rows]


def test_sheets_have_headings_that_stay_and_names_in_the_language(book):
    language, pages = book
    assert pages.sheetnames == SHEETS[language]
    for page in pages.worksheets[1:]:
        assert page.freeze_panes == "A2"
        assert all(isinstance(cell.value, str) and cell.value for cell in page[1])


def test_settings_of_scenarios_have_their_names_and_yes_and_no_of_the_spreadsheet(book):
    language, pages = book
    rows = table(pages[SHEETS[language][4]])
    setting, value, name = list(rows[0])[1:]
    told = {row[setting]: (row[value], row[name]) for row in rows}
    assert told["levers.insurer_co_funding"] == (
        False,
        "Insurers co-fund" if language == "en" else "Zorgverzekeraars betalen mee",
    )
    assert told["matching"][1] == ("Labour market" if language == "en" else "Arbeidsmarkt")
    assert told["months"][1] is None


def test_every_effect_equals_the_file_of_effects(book, folder):
    language, pages = book
    rows = pd.read_csv(folder / "effects.csv")
    rows = rows[rows["uncertainty"] == "chance+parameters"].reset_index()
    written = table(pages.worksheets[1])
    assert len(written) == len(rows)
    names = ("difference", "range from", "range to") if language == "en" else (
        "verschil",
        "bandbreedte van",
        "bandbreedte tot",
    )  # fmt: skip
    for cells, row in zip(written, rows.to_dict("records"), strict=True):
        for name, column in zip(names, ("effect", "low", "high"), strict=True):
            written_number = math.nan if cells[name] is None else cells[name]
            # A spreadsheet holds 15 or 16 digits.
            assert written_number == pytest.approx(row[column], rel=1e-14, abs=0, nan_ok=True)


def test_yearly_sums_and_the_ledger_are_means_over_runs(book, folder):
    _, pages = book
    language_free = [list(row.values()) for row in table(pages.worksheets[3])]
    ledger = pd.read_csv(folder / "ledger.csv")
    assert sum(row[-1] for row in language_free) == pytest.approx(ledger["cents"].sum() / 100 / 3)
    years = [list(row.values()) for row in table(pages.worksheets[2])]
    outcomes = pd.read_csv(folder / "outcomes.csv", keep_default_na=False)
    first = outcomes[(outcomes["outcome"] == "employed_15_74") & outcomes["month"].str.startswith("2015")]
    for name, part in first.groupby("scenario"):
        (found,) = [row[-1] for row in years if row[0] == name and row[1] in LABELS and row[3] == 2015]
        assert found == pytest.approx(part["value"].astype(float).mean())


LABELS = ("People in paid work, 15-74", "Mensen met betaald werk, 15-74 jaar", "Mensen met betaald werk, 15-74")


def test_text_that_looks_like_a_formula_stays_text(book):
    _, pages = book
    cell = pages.worksheets[1]["A2"]
    assert (cell.value, cell.data_type) == ("=1+1 Één", "s")


def test_numbers_are_numbers_and_text_is_text(book):
    _, pages = book
    for row in table(pages.worksheets[2])[:50]:
        *words, year, value = row.values()
        assert all(isinstance(word, str) for word in words)
        assert isinstance(year, int)
        assert value is None or isinstance(value, (int, float))


def test_a_dutch_export_reads_back_equal_and_has_commas(folder, tmp_path):
    results = load_results(folder)
    export_results(results, tmp_path / "uit", dutch=True)
    text = (tmp_path / "uit" / "effects.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbfscenario;outcome;")
    assert "=1+1 Één".encode() in text
    assert b";0,9;" in text
    back = load_results(tmp_path / "uit")
    for name in ("outcomes", "effects", "ledger"):
        pd.testing.assert_frame_equal(getattr(back, name), getattr(results, name), check_exact=True)
    assert {path.name for path in (tmp_path / "uit").iterdir()} == {path.name for path in folder.iterdir()}
    with pytest.raises(InputError, match="holds results already"):
        export_results(results, tmp_path / "uit")


def test_a_plain_export_is_the_same_file(folder, tmp_path):
    export_results(load_results(folder), tmp_path / "uit")
    for name in ("outcomes.csv", "effects.csv", "ledger.csv"):
        assert (tmp_path / "uit" / name).read_bytes() == (folder / name).read_bytes()


def test_an_export_leaves_what_is_not_of_the_results(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "in")
    (tmp_path / "in" / "secret.txt").write_text("mine")
    (tmp_path / "in" / "scenarios" / "other.toml").write_text("mine")
    export_results(load_results(tmp_path / "in"), tmp_path / "uit")
    before, after = (
        sorted(path.relative_to(at).as_posix() for path in at.rglob("*")) for at in (folder, tmp_path / "uit")
    )
    assert before == after
    named = json.loads((tmp_path / "uit" / "manifest.json").read_text(encoding="utf-8"))["files"]
    assert set(named) == {name for name in after if (tmp_path / "uit" / name).is_file()} - {"manifest.json"}


def test_parameters_have_labels_units_and_grades_of_the_language(book):
    language, made = book
    page = made[SHEETS[language][5]]
    heads = [cell.value for cell in page[1]]
    rows = {row[0]: dict(zip(heads, row, strict=True)) for row in page.iter_rows(min_row=2, values_only=True)}
    found = rows["assistance_takeup"]
    if language == "nl":
        assert found["omschrijving"] == "Deel van wie recht heeft op bijstand dat die ook aanvraagt"
        assert found["eenheid"] == "deel"
        assert {row["hardheid"] for row in rows.values()} == {"gemeten", "afgeleid", "uit vakkennis", "aanname"}
        assert found["groep"] == "regels"
        assert rows["minimum_wage_month[2015-01]"]["omschrijving"].startswith("Wettelijk minimumloon")
    else:
        assert found["label"] == "Share of entitled benefit units that take social assistance up"
        assert {row["grade"] for row in rows.values()} == {"measured", "derived", "recalled", "assumption"}
