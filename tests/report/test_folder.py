"""Results on disk: exact, complete or not there."""

from __future__ import annotations

import json
from dataclasses import replace

import pandas as pd
import pytest
from study_building import HandmadeNeighbourhood, scenario

import wijksim
from wijksim.errors import InputError
from wijksim.report import plots
from wijksim.report.folder import files_of_results, load_results, prepare_folder, require_folder
from wijksim.report.results import COLUMNS
from wijksim.report.words import findings
from wijksim.scenario import Scenario
from wijksim.study import replicate as replicate_module
from wijksim.study.compare import compare

TABLES = ("outcomes", "effects", "ledger")


@pytest.fixture(autouse=True)
def _handmade(monkeypatch, request):
    monkeypatch.setattr(replicate_module, "Neighbourhood", HandmadeNeighbourhood)
    if "with_charts" not in request.fixturenames:  # which take most of the time
        monkeypatch.setattr(plots, "draw_charts", lambda results, folder: [])


@pytest.fixture
def with_charts():
    """Ask for charts."""


def make(folder, **options):
    options = {"replications": 3, "workers": 1, "force": False, **options}
    return compare(scenario("Zonder plan"), [scenario('Één, "wijk"', plans=1)], out=folder, **options)


def test_what_is_read_back_equals_what_was_made(tmp_path):
    made = make(tmp_path / "met spatie é")
    read = load_results(tmp_path / "met spatie é")
    for table in TABLES:
        pd.testing.assert_frame_equal(getattr(made, table), getattr(read, table), check_exact=True)
        assert tuple(getattr(read, table).columns) == COLUMNS[table]
    assert (read.manifest, read.failures, read.folder) == (made.manifest, made.failures, made.folder)
    assert read.scenarios == ("Zonder plan", 'Één, "wijk"')
    assert wijksim.load_results is load_results


def test_the_folder_holds_the_files_of_the_contract(tmp_path, with_charts):
    make(tmp_path)
    files = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    charts = {"employment", "social_assistance", "social_assistance_cost", "care_cost", "children_without_work"}
    assert files == {
        "manifest.json",
        "outcomes.csv",
        "effects.csv",
        "ledger.csv",
        "parameters.csv",
        "profile.toml",
        "brief_en.docx",
        "brief_en.html",
        "brief_nl.docx",
        "brief_nl.html",
        "findings_en.txt",
        "findings_nl.txt",
        "results_en.xlsx",
        "results_nl.xlsx",
        "scenarios/0_zonder_plan.toml",
        "scenarios/1_een_wijk.toml",
        *(f"charts/{language}/{name}.png" for language in ("en", "nl") for name in (*charts, "balance")),
    }
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["schema"] == 1
    assert manifest["seeds"][0] == manifest["seed"] == 1
    assert set(manifest["files"]) == files - {"manifest.json"}
    assert manifest["files"]["outcomes.csv"]["rows"] == len(load_results(tmp_path).outcomes)
    assert manifest["command"] == (
        "wijksim compare baseline baseline --replications 3 --seed 1 --months 24 --draws 0 --residents 150"
        f" --out {tmp_path.name}"
    )
    assert {"wijksim", "mesa", "numpy", "python"} <= set(manifest["versions"])
    assert manifest["wall_seconds"] >= 0
    told = (tmp_path / "findings_nl.txt").read_text(encoding="utf-8")
    assert told.splitlines() == findings(load_results(tmp_path), "nl")
    assert "Dit is een rekenmodel en geen voorspelling." in told
    assert str(tmp_path) not in (tmp_path / "manifest.json").read_text(encoding="utf-8")
    copied = Scenario.from_file(tmp_path / "scenarios" / "0_zonder_plan.toml")
    assert copied.profile.digest() == manifest["profile"]["digest"]


def test_the_same_study_gives_the_same_files_but_for_the_time_it_took(tmp_path, with_charts):
    for name in ("een", "twee"):
        make(tmp_path / name / "uit")  # the command, which stands in the brief too, names the folder
    manifests = [json.loads((tmp_path / name / "uit" / "manifest.json").read_text()) for name in ("een", "twee")]
    for manifest in manifests:
        del manifest["wall_seconds"]
    assert manifests[0] == manifests[1]  # with the hashes of all files, charts included


def test_a_scenario_made_in_python_is_kept_as_its_settings(tmp_path):
    made = replace(scenario("Gemaakt", plans=1), source_text="", path=None)
    compare(scenario("Zonder"), [made], replications=2, workers=1, out=tmp_path)
    manifest = load_results(tmp_path).manifest
    assert manifest["scenarios"][1]["file"] is None
    assert manifest["scenarios"][1]["settings"]["enterprises"][0]["key"] == "hulp0"
    assert manifest["command"] == ""


# ------------------------------------------------------------------------------------------------- writing
def test_results_are_replaced_only_when_asked_for(tmp_path):
    make(tmp_path)
    before = (tmp_path / "outcomes.csv").read_bytes()
    (tmp_path / "mijn notitie.txt").write_text("blijft", encoding="utf-8")
    with pytest.raises(InputError, match="holds results already"):
        make(tmp_path, seed=2)
    assert (tmp_path / "outcomes.csv").read_bytes() == before
    make(tmp_path, seed=2, force=True)
    assert (tmp_path / "outcomes.csv").read_bytes() != before
    assert (tmp_path / "mijn notitie.txt").read_text(encoding="utf-8") == "blijft"
    assert not list(tmp_path.glob(".wijksim*"))


def test_old_results_stay_when_new_ones_fail(tmp_path, monkeypatch):
    make(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    def stop_halfway(results, folder):
        (folder.parent / "outcomes.csv").write_text("half", encoding="utf-8")
        raise KeyboardInterrupt

    monkeypatch.setattr(plots, "draw_charts", stop_halfway)
    with pytest.raises(KeyboardInterrupt):
        make(tmp_path, seed=2, force=True)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("where", ["nieuw", "nieuw/onder"])
def test_a_folder_that_was_made_for_nothing_is_gone(tmp_path, where):
    require_folder(tmp_path / where, force=False)
    assert not (tmp_path / "nieuw").exists()
    with pytest.raises(KeyboardInterrupt), prepare_folder(tmp_path / where, force=False):
        raise KeyboardInterrupt
    assert not (tmp_path / "nieuw").exists()


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize(
    "name", ["profile.toml", "scenarios/mijn.toml", "charts/mijn.png", "parameters.csv", "findings_nl.txt"]
)
def test_files_of_the_user_with_the_names_of_results_are_never_replaced(tmp_path, name, force):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("van mij", encoding="utf-8")
    with pytest.raises(InputError, match=f"it has {name.split('/')[0]}.*Choose a new or an empty folder"):
        make(tmp_path, force=force)
    assert (tmp_path / name).read_text(encoding="utf-8") == "van mij"


def test_a_file_of_the_user_beside_results_that_never_had_it_is_not_replaced(tmp_path):
    make(tmp_path)
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    del manifest["files"]["profile.toml"]
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (tmp_path / "profile.toml").write_text("van mij", encoding="utf-8")
    with pytest.raises(InputError, match=r"beside results, this folder has profile\.toml from elsewhere"):
        make(tmp_path, force=True)
    assert (tmp_path / "profile.toml").read_text(encoding="utf-8") == "van mij"


def test_results_of_which_the_writing_was_stopped_can_be_replaced(tmp_path):
    make(tmp_path)
    (tmp_path / "manifest.json").unlink()
    with pytest.raises(InputError, match="holds results already"):
        make(tmp_path)
    make(tmp_path, force=True)
    assert load_results(tmp_path).replications == 3


def test_what_a_killed_run_left_does_not_fill_a_folder(tmp_path):
    (tmp_path / ".wijksim-unfinished-abc").mkdir()
    (tmp_path / ".DS_Store").touch()
    assert make(tmp_path).folder == tmp_path


def test_replacing_results_removes_what_is_theirs_and_nothing_else(tmp_path):
    make(tmp_path)
    (tmp_path / "scenarios" / "mijn.toml").write_text("van mij", encoding="utf-8")
    (tmp_path.parent / "buiten.txt").write_text("van mij", encoding="utf-8")
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"]["../buiten.txt"] = {}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    compare(scenario("Anders"), [scenario("Ook anders", plans=1)], replications=2, workers=1, out=tmp_path, force=True)
    assert {path.name for path in (tmp_path / "scenarios").iterdir()} == {
        "0_anders.toml",
        "1_ook_anders.toml",
        "mijn.toml",
    }
    assert (tmp_path.parent / "buiten.txt").exists()


def test_a_folder_that_was_published_by_half_claims_nothing(tmp_path):
    make(tmp_path)
    (tmp_path / "manifest.json").unlink()
    with pytest.raises(InputError, match="results that were not completed"):
        load_results(tmp_path)


def test_results_that_came_meanwhile_are_kept(tmp_path, caplog):
    """Two comparisons into one new folder: neither was refused when it began."""
    folder = tmp_path / "uit"
    with prepare_folder(folder, force=False) as staging:
        make(folder)
        before = {path: path.read_bytes() for path in files_of_results(folder)}
        staging.write(load_results(folder))
        assert staging.publish() == tmp_path / "uit-2"
    assert {path: path.read_bytes() for path in files_of_results(folder)} == before
    assert len(load_results(tmp_path / "uit-2").outcomes) == len(load_results(folder).outcomes)
    assert "these are in" in caplog.text


@pytest.mark.parametrize("where", ["bestand", "bestand/onder"])
def test_a_file_is_no_folder(tmp_path, where):
    (tmp_path / "bestand").touch()
    with pytest.raises(InputError, match="bestand is a file"), prepare_folder(tmp_path / where, force=True):
        pytest.fail("went on")


# ------------------------------------------------------------------------------------------------- reading
def test_another_schema_is_refused_by_name(tmp_path):
    make(tmp_path)
    path = tmp_path / "manifest.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"schema": 1', '"schema": 7'), encoding="utf-8")
    with pytest.raises(InputError, match=r'schema "7".*reads schema "1"'):
        load_results(tmp_path)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"a": 1}'])
def test_a_manifest_that_is_none_is_refused(tmp_path, content):
    (tmp_path / "manifest.json").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=r"can't be read|schema"):
        load_results(tmp_path)


def test_a_folder_without_results_is_refused(tmp_path):
    with pytest.raises(InputError, match="no results of wijksim"):
        load_results(tmp_path)


def test_a_figure_changed_by_hand_is_noticed(tmp_path):
    """Same columns, same rows, another number: only the hash tells."""
    make(tmp_path)
    text = (tmp_path / "ledger.csv").read_text(encoding="utf-8")
    (tmp_path / "ledger.csv").write_text(text.rstrip("\n") + "0\n", encoding="utf-8")
    (tmp_path / "profile.toml").write_text("", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_results(tmp_path)
    told = sorted(str(problem) for problem in caught.value.problems)
    assert len(told) == 2
    assert "ledger.csv: was changed after it was made" in told[0]
    assert "profile.toml: was changed" in told[1]


def test_all_faults_of_changed_tables_are_told(tmp_path):
    make(tmp_path)
    rows = (tmp_path / "outcomes.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "outcomes.csv").write_text("".join(rows[:-5]), encoding="utf-8")
    (tmp_path / "effects.csv").unlink()
    text = (tmp_path / "ledger.csv").read_text(encoding="utf-8")
    (tmp_path / "ledger.csv").write_text(text.replace("payee,", "ontvanger,"), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_results(tmp_path)
    texts = [str(problem) for problem in caught.value.problems]
    assert f"has {len(rows) - 6} rows; expected {len(rows) - 1}" in texts[0]
    assert "effects.csv: is missing" in texts[1]
    assert "expected scenario, replication, year, payer, payee" in texts[2]
