"""The command line: commands, what they hand to the API, exit codes, and that nothing is overwritten."""

import json
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from types import SimpleNamespace

import pytest
from scenario_building import ENTERPRISE, SCENARIO, profile_text, write_scenario
from typer.testing import CliRunner

from wijksim.cli import app
from wijksim.cli.frame import print_table
from wijksim.report.results import COLUMNS
from wijksim.scenario import Scenario
from wijksim.study.schema import plan_from_file

CASES = Path(__file__).parent / "cases"
MANIFEST = json.dumps({"schema": 1, "versions": {"wijksim": "1"}, "files": {"charts/employment.png": {}}})
EMMEN = Path(__file__).parent.parent / "experiments" / "emmen"


@pytest.fixture
def invoke():
    def _invoke(*arguments):
        return CliRunner().invoke(app, [str(argument) for argument in arguments])

    return _invoke


@pytest.fixture
def study(monkeypatch):
    """Stand in for the modules that compute; records what they are asked."""
    asked = SimpleNamespace(calls=[], failure=None)

    def compute(*arguments, out, progress, **options):
        progress(1, 2)
        asked.calls.append((arguments, options))
        if asked.failure:
            raise asked.failure
        out.mkdir(exist_ok=True)
        (out / "manifest.json").write_text(MANIFEST)
        (out / "charts").mkdir(exist_ok=True)
        return SimpleNamespace(
            price_year=2015, what_if_from="2025-01", circumstances_apart=[], structures=None, folder=out
        )

    rows = [
        SimpleNamespace(
            title=f"{policy} minus Baseline, euro of 2015",
            rows=[{"outcome": "People in paid work, 15-74 (persons)", "effect": "+1.5", "interval": interval}],
            notes=["A note."],
        )
        for policy, interval in {"Woonhulp": "0.5 to 2.5", "Beide": "-€1,250,000 to €2.50 million"}.items()
    ]
    for name, content in {
        "wijksim.study.compare": {"compare": compute},
        "wijksim.study.run": {"run_scenario": compute},
        "wijksim.report.levels": {
            "level_note": lambda result, language: [],
            "level_rows": lambda result, language: [{"outcome": "Residents", "first year": "7,316"}],
        },
        "wijksim.report.tables": {"terminal_tables": lambda result, language: rows},
        "wijksim.report.words": {"summary": lambda result, language: [f"More people work ({language})."]},
    }.items():
        for key, value in content.items():
            monkeypatch.setattr(f"{name}.{key}", value)
    return asked


def _with_source(**environment):
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent), **environment}


def run_wijksim(*arguments, cwd=None, **environment):
    code = "from wijksim.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        encoding="utf-8",
        env=_with_source(**environment),
    )


# Files


@pytest.mark.parametrize(("name", "form"), [("runs.xlsx", "csv"), ("runs.parquet", "csv"), ("runs.csv", "parquet")])
def test_a_study_is_not_exported_to_a_name_of_another_form(invoke, tmp_path, name, form):
    result = invoke("study", "export", tmp_path / "x.toml", "--out", tmp_path / name, "--format", form)
    assert result.exit_code == 2
    assert f"the file is {form}" in result.stderr
    assert f"Write {tmp_path / 'runs'}.{form}," in result.stderr


# Numbers


@pytest.mark.parametrize(
    "arguments", [("--residents", "2.000"), ("--residents=2.000",), ("-n", "2.000"), ("-n2.000",), ("--seed", "1.0")]
)
def test_a_whole_number_with_a_point_is_refused_as_it_has_two_readings(invoke, tmp_path, study, arguments):
    result = invoke("compare", "baseline", "woonhulp", "--out", tmp_path / "out", *arguments)
    assert result.exit_code == 2
    assert "without points for thousands" in " ".join(result.stderr.split())
    assert ("Write 2000." in result.stderr) == any("2.000" in text for text in arguments)
    assert study.calls == []


def test_a_number_with_decimals_may_have_three(invoke, tmp_path, study):
    result = invoke("compare", "baseline", "woonhulp", "--out", tmp_path / "out", "--precision", "0.050", "0.100")
    assert result.exit_code == 0, result.stderr
    assert len(study.calls) == 1


# Help


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], ["demo", "run", "compare", "check", "scenario", "parameters", "profile", "--version", "wijksim demo"]),
        (["run"], ["SCENARIO", "--out", "--replications", "--months", "--residents", "--seed", "--workers", "--force"]),
        (["compare"], ["BASELINE", "POLICY...", "--out", "--replications", "--force"]),
        (["check"], ["FILE...", "every fault"]),
        (["scenario"], ["new"]),
        (["scenario", "new"], ["--out", "unit, range and default"]),
        (["parameters"], ["table|csv|json|markdown", "--search"]),
        (["profile"], ["show", "wijksim profile FILE --code"]),
        (["profile", "x.csv"], ["--code", "--out", "--fill-from", "--benefit-factor"]),
        (["profile", "show"], ["NAME", "synthesised"]),
        (["demo"], ["Emmerhout", "--out"]),
        (["brief"], ["DIR", "--language", "brief_nl.html"]),
        (["validate"], ["--profile", "--set", "--patterns", "--runs", "--strict", "--log", "validation.csv"]),
        (
            ["explain"],
            ["DIR", "--outcome", "--policy", "--seed", "--month", "--year", "--histories", "--out", "explain_"],
        ),
    ],
)
def test_help_names_what_a_command_takes(invoke, arguments, words):
    result = invoke(*arguments, "--help")
    assert result.exit_code == 0
    assert [word for word in words if word not in result.output] == []


def test_help_imports_nothing_heavy():
    code = (
        "import sys; from wijksim.cli import app; app(['--help'], standalone_mode=False); "
        "print([name for name in ('numpy', 'pydantic', 'pandas', 'numba', 'mesa') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_version_is_that_of_the_installed_package(invoke, monkeypatch):
    monkeypatch.setattr("wijksim.shipped.version", {"wijksim": "9.8.7"}.__getitem__)
    assert invoke("--version").output == "wijksim 9.8.7\n"


def test_without_installation_the_version_is_that_of_the_source(invoke, monkeypatch):
    def missing(package):
        raise PackageNotFoundError(package)

    monkeypatch.setattr("wijksim.shipped.version", missing)
    project = tomllib.loads((EMMEN.parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert invoke("--version").output == f"wijksim {project['version']} (run from its source)\n"
    monkeypatch.setattr("wijksim.shipped.files", lambda package: EMMEN)  # no pyproject.toml beside it
    assert invoke("--version").output == "wijksim unknown (neither installed nor run from its source)\n"


# Exit codes and failures


def test_wrong_input_ends_with_2_and_every_fault_on_standard_error(tmp_path):
    path = write_scenario(tmp_path / "map één", SCENARIO + "grant_share = 1\n[policy]\ngrant_shar = 50\n")
    for environment in ({}, {"LANG": "C", "LC_ALL": "C"}, {"PYTHONIOENCODING": "ascii"}):
        done = run_wijksim("check", path, **environment)
        assert (done.returncode, done.stdout) == (2, "")
        first, second = done.stderr.splitlines()
        assert "grant_share, line 6" in first
        assert "policy.grant_shar, line 8" in second
        assert "Traceback" not in done.stderr


def test_right_input_ends_with_0_in_any_locale(tmp_path):
    write_scenario(tmp_path / "één plan", SCENARIO.replace("Hulp", "Hulp voor één €") + ENTERPRISE, "mijn plan.toml")
    for environment in ({}, {"LANG": "C", "LC_ALL": "C"}, {"PYTHONIOENCODING": "ascii"}):
        done = run_wijksim("check", "mijn plan.toml", cwd=tmp_path / "één plan", **environment)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("OK\nHulp voor")


@pytest.mark.parametrize(
    "arguments",
    [
        ["runn", "baseline"],
        ["run", "baseline"],
        ["run", "baseline", "--out", "x", "--months", "-3"],
        ["run", "baseline", "--out", "x", "--residents", "0"],
        ["run", "baseline", "--out", "x", "--replications", "0"],
        ["run", "baseline", "--out", "x", "--seed", "-1"],
        ["run", "baseline", "--out", "x", "--moths", "12"],
        ["parameters", "--format", "yaml"],
    ],
)
def test_a_wrong_command_line_ends_with_2(invoke, arguments, study, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = invoke(*arguments)
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    assert study.calls == []
    assert list(tmp_path.iterdir()) == []


def test_a_failure_ends_with_1_and_plain_words(invoke, study, tmp_path):
    study.failure = RuntimeError("the disk is full")
    result = invoke("run", "baseline", "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "RuntimeError: the disk is full" in result.stderr
    assert "'wijksim --debug run ...' shows where" in result.stderr
    assert "Traceback" not in result.output


def test_debug_shows_where_a_failure_happened(invoke, study, tmp_path):
    study.failure = RuntimeError("the disk is full")
    result = invoke("--debug", "run", "baseline", "--out", tmp_path / "out")
    assert result.exception is study.failure


def test_ctrl_c_ends_with_130(invoke, study, tmp_path):
    study.failure = KeyboardInterrupt()
    result = invoke("run", "baseline", "--out", tmp_path / "out")
    assert result.exit_code == 130
    assert "Stopped (Ctrl-C)." in result.stderr


# run and compare


def test_run_hands_the_scenario_and_its_options_on(invoke, study, tmp_path):
    out = tmp_path / "out"
    options = ["--replications", 5, "--seed", 42, "--workers", 4, "--months", 24, "--residents", 300]
    result = invoke("run", "woonhulp", "--out", out, *options)
    assert result.exit_code == 0, result.output
    ((scenario,), told) = study.calls[0]
    assert (scenario.name, scenario.settings.months, scenario.settings.residents) == ("Woonhulp", 24, 300)
    usual = {"draws": 0, "posterior": None, "force": False}
    assert told == {"replications": 5, "seed": 42, "workers": 4, **usual}
    assert "manifest.json" in result.stdout
    assert "Woonhulp, euro of 2015" in result.stdout
    assert "7,316" in result.stdout
    assert "From 2025 on: what-if under frozen rules." in result.stdout
    assert "1 x 5 runs, seed 42." in result.stderr


def test_compare_prints_the_effects_and_where_the_files_are(invoke, study, tmp_path):
    out = tmp_path / "out"
    result = invoke("compare", "baseline", "woonhulp", "beide", "--out", out)
    assert result.exit_code == 0, result.output
    ((baseline, policies), told) = study.calls[0]
    assert [baseline.name, *(policy.name for policy in policies)] == ["Baseline", "Woonhulp", "Beide"]
    assert told == {
        "replications": 10,
        "draws": 20,
        "seeds_per_draw": 1,
        "structures": (),
        "posterior": None,
        "trajectories": 0,
        "precision": None,
        "max_replications": None,
        "seed": 1,
        "workers": None,
        "force": False,
    }
    assert "0.5 to 2.5" in result.stdout
    assert "Woonhulp minus Baseline, euro of 2015" in result.stdout
    assert "More people work (en)." in result.stdout
    assert result.stdout.index("More people work") < result.stdout.index("0.5 to 2.5")
    assert "A note." in result.stdout
    assert "findings_en.txt" in result.stdout
    assert max(map(len, result.stdout.replace(str(out), "out").splitlines())) <= 80
    assert "Woonhulp: Emmerhout, full size, 2015-01 to 2024-12; 1 enterprise, 12 places" in result.stderr
    assert len(result.stderr.splitlines()) == 4  # a line for each scenario, and how many runs
    assert f"Files in {out}: charts/, manifest.json" in result.stdout


def test_what_does_not_fit_is_told_before_a_run(invoke, study, tmp_path):
    result = invoke("compare", "baseline", "woonhulp", "--residents", "300", "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert "Note on Woonhulp: " in result.stderr


@pytest.mark.parametrize("command", [["compare", "baseline", "woonhulp"], ["demo"], ["run", "woonhulp"]])
def test_results_are_told_in_dutch_when_asked(invoke, study, tmp_path, command):
    out = tmp_path / "uit"
    result = invoke(*command, "--out", out, "--language", "nl")
    assert result.exit_code == 0, result.output
    assert "Bestanden in" in result.stdout
    assert "Files in" not in result.stdout
    if command[0] == "run":
        assert "Woonhulp, euro van 2015" in result.stdout
    else:
        assert "More people work (nl)." in result.stdout
        assert "findings_nl.txt" in result.stdout
    assert invoke(*command, "--out", tmp_path / "x", "--language", "fy").exit_code == 2


@pytest.mark.parametrize("columns", [30, 60, 80])
def test_a_narrow_terminal_cuts_no_number_off(monkeypatch, capsys, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    rows = [{"outcome": "Residents (persons)", **{f"column {n}": "-€1,250,000 to €2.50 million" for n in range(3)}}]
    print_table(rows, "Title")
    shown = re.sub(r"\x1b\[\d+m", "", capsys.readouterr().out)
    assert "…" not in shown
    assert [shown.count(text) for text in ("-€1,250,000", "€2.50", "million", "(persons)")] == [3, 3, 3, 1]
    longest = sum(map(len, ["Residents", *["-€1,250,000"] * 3])) + 2 * 3
    assert max(map(len, shown.splitlines())) <= max(columns, longest)


@pytest.mark.parametrize("columns", range(20, 60, 3))
def test_a_dutch_amount_stays_on_one_line(capsys, columns):
    print_table([{"uitkomst": "Kosten van de bijstand", "bandbreedte": "van € 0 tot -€ 1.250.000"}], "", columns)
    shown = capsys.readouterr().out
    assert [amount in shown for amount in ("€ 0 ", "-€ 1.250.000")] == [True, True]
    assert "\N{NO-BREAK SPACE}" not in shown


def test_compare_tells_the_faults_of_all_its_scenarios_at_once(invoke, study, tmp_path):
    files = [CASES / "scenario_percentage.toml", CASES / "scenario_zero_residents.toml"]
    result = invoke("compare", *files, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert [str(file) in result.stderr for file in files] == [True, True]
    assert not (tmp_path / "out").exists()
    assert study.calls == []


def test_compare_refuses_scenarios_that_differ_in_more_than_policy(invoke, study, tmp_path):
    other = write_scenario(tmp_path, SCENARIO)
    result = invoke("compare", "baseline", other, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "differs from the baseline Baseline in profile" in result.stderr
    assert study.calls == []


@pytest.mark.parametrize("file", ["manifest.json", "outcomes.csv", "effects.csv", "ledger.csv"])
def test_a_folder_with_results_is_refused_before_computing(invoke, study, tmp_path, file):
    """Results of which the writing was stopped have tables and no manifest."""
    content = MANIFEST if file == "manifest.json" else ",".join(COLUMNS[file.removesuffix(".csv")]) + "\n1\n"
    (tmp_path / file).write_text(content)
    result = invoke("run", "baseline", "--out", tmp_path)
    assert result.exit_code == 2
    assert "holds results already" in result.stderr
    assert "--force" in result.stderr
    assert study.calls == []
    assert (tmp_path / file).read_text() == content


@pytest.mark.parametrize("force", [[], ["--force"]])
@pytest.mark.parametrize("file", ["manifest.json", "outcomes.csv", "brief.docx", ".bashrc"])
def test_a_folder_that_is_not_of_wijksim_is_refused_with_and_without_force(invoke, study, tmp_path, file, force):
    (tmp_path / file).write_text('{"name": "mine"}')
    result = invoke("run", "baseline", "--out", tmp_path, *force)
    assert result.exit_code == 2
    assert f"is not empty and holds no results of wijksim (it has {file})" in result.stderr
    assert f"such as {tmp_path / 'results'}" in result.stderr
    assert study.calls == []
    assert [path.name for path in tmp_path.iterdir()] == [file]


def test_the_top_of_the_disk_is_no_folder_for_results(invoke, study):
    result = invoke("run", "baseline", "--out", Path(Path.cwd().anchor), "--force")
    assert result.exit_code == 2
    assert "is not empty" in result.stderr
    assert study.calls == []


def test_force_replaces_results(invoke, study, tmp_path):
    (tmp_path / "manifest.json").write_text(MANIFEST)
    assert invoke("run", "baseline", "--out", tmp_path, "--force").exit_code == 0
    assert study.calls[0][1]["force"] is True


def test_a_folder_that_cannot_be_written_is_refused_before_computing(invoke, study, tmp_path):
    file = tmp_path / "a file"
    file.write_text("mine")
    for out in (file, file / "inside"):
        result = invoke("run", "baseline", "--out", out)
        assert result.exit_code == 2
        assert f"{out}: this folder can't be written" in result.stderr
    assert study.calls == []
    assert file.read_text() == "mine"


def test_demo_compares_the_emmen_scenarios_and_says_what_it_found(invoke, study, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for _ in range(2):  # its own folder is replaced
        result = invoke("demo")
        assert result.exit_code == 0, result.output
    ((baseline, policies), _) = study.calls[0]
    names = [scenario.name for scenario in (baseline, *policies)]
    assert names == ["Baseline", "Woonhulp", "Terreinbeheer", "Beide", "Subsidie gehalveerd"]
    assert baseline.settings.residents is None
    assert "More people work (en)." in result.stdout
    assert "Files in wijksim-demo: charts/, manifest.json" in result.stdout
    assert invoke("demo", "--out", "wijksim-demo").exit_code == 2


# check, scenario new, parameters, profile


def test_check_takes_several_files_and_tells_all(invoke, tmp_path):
    result = invoke("check", "baseline", CASES / "scenario_percentage.toml", "emmerhout", "nonsense")
    assert result.exit_code == 2
    assert "Baseline: Emmerhout at full size, 2015-01 to 2024-12 (10 years)" in result.stdout
    assert "Emmerhout: 7350 inhabitants in 2017; areas: emmerhout" in result.stdout
    assert "For 50 % write 0.5" in result.stderr
    assert "nonsense: there is no such file" in result.stderr


def test_check_knows_a_profile_by_its_content(invoke, tmp_path):
    path = tmp_path / "dorp.toml"
    path.write_text(profile_text(), encoding="utf-8")
    assert "Dorp: 2000 inhabitants" in invoke("check", path).stdout
    path.write_text(profile_text(inhabitants=0), encoding="utf-8")
    result = invoke("check", path)
    assert result.exit_code == 2
    assert "uninhabited" in result.stderr


def test_a_new_study_says_what_it_takes(invoke, tmp_path):
    """Morris: 20 trajectories of one point more than factors with the placebo; 1.2 million resident-months a second."""
    path = tmp_path / "study.toml"
    result = invoke("study", "new", "--out", path)
    runs, points = (
        int(number.replace(",", "")) for number in re.search(r"([\d,]+) runs \(([\d,]+) points", result.stderr).groups()
    )
    plan = plan_from_file(path)
    assert points == 20 * (len(plan.factors) + 1)
    assert runs == 4 * points
    assert f"4 seeds) with 2,000 residents: about {runs * 2 * 120 * 2000 / 1.2e6 / 60:.0f} minutes" in result.stderr


def test_check_takes_a_study(invoke, tmp_path):
    path = tmp_path / "study.toml"
    assert invoke("study", "new", "--out", path).exit_code == 0
    result = invoke("check", path)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("OK\nWhat my conclusion leans on: Woonhulp against Baseline; method morris, ")
    assert "Woonhulp: Emmerhout scaled to 2,000 residents" in result.stdout
    path.write_text(path.read_text(encoding="utf-8").replace("samples = 20 ", "samples = 1 "), encoding="utf-8")
    result = invoke("check", path)
    assert result.exit_code == 2
    assert "samples, line" in result.stderr
    assert invoke("run", path, "--out", tmp_path / "out").stderr == (
        f"{path}: this is a study; a scenario was expected. A study goes to: wijksim study plan, and then wijksim study"
        " run.\n"
    )


def test_scenario_new_writes_a_file_that_passes_check(invoke, tmp_path):
    path = tmp_path / "mijn één.toml"
    assert invoke("scenario", "new", "--out", path).exit_code == 0
    assert invoke("check", path).exit_code == 0
    assert invoke("scenario", "new").stdout == path.read_text(encoding="utf-8")
    path.write_text("mine")
    result = invoke("scenario", "new", "--out", path)
    assert result.exit_code == 2
    assert "exists already" in result.stderr
    assert path.read_text() == "mine"
    assert invoke("scenario", "new", "--out", path, "--force").exit_code == 0
    assert isinstance(Scenario.from_file(path), Scenario)


def test_a_scenario_may_be_named_by_its_file(invoke, tmp_path):
    assert invoke("scenario", "new", tmp_path / "mijn plan.toml").exit_code == 0
    assert Scenario.from_file(tmp_path / "mijn plan.toml").name == "mijn plan"


def test_a_file_in_a_missing_folder_cannot_be_written(invoke, tmp_path):
    result = invoke("scenario", "new", "--out", tmp_path / "none" / "x.toml")
    assert result.exit_code == 2
    assert "can't be written" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ["run", "emmerhout", "--out", "x"],
            "emmerhout: is a profile; a scenario was expected. A ",
        ),
        (
            ["run", EMMEN / "emmerhout.toml", "--out", "x"],
            "this is a profile; a scenario was expected. A sc",
        ),
        (
            ["profile", "show", "baseline"],
            "baseline: is a scenario; a profile was expected. A scenario goes",
        ),
        (["profile", "show", EMMEN / "baseline.toml"], "this is a scenario; a profile was expected."),
        (
            ["study", "run", "baseline"],
            "baseline: is a scenario; a study was expected. A scenario goes",
        ),
        (["study", "plan", EMMEN / "baseline.toml"], "this is a scenario; a study was expected. A scenario goes to:"),
        (["study", "status", EMMEN / "emmerhout.toml"], "this is a profile; a study was expected."),
        (["run", EMMEN, "--out", "x"], "this is a folder; a scenario file was expected. It holds angelslo.toml, "),
        (["check", EMMEN.parent], "this is a folder; a scenario file was expected. It holds plausibility.toml: name"),
        (["study", "run", CASES.parent / "golden"], "a study file was expected. It holds no TOML files."),
    ],
)
def test_a_file_of_the_other_kind_is_told_in_one_line(invoke, arguments, told):
    result = invoke(*arguments)
    assert result.exit_code == 2
    assert told in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_parameters_are_listed_in_four_forms_and_searched(invoke):
    assert "assistance_takeup" in invoke("parameters").stdout
    found = json.loads(invoke("parameters", "--format", "json", "--search", "assistance_takeup").stdout)
    assert {row["name"]: row["unit"] for row in found}["assistance_takeup"] == "share"
    assert invoke("parameters", "--format", "csv").stdout.startswith(
        "name,label,group,value,unit,low,high,grade,source"
    )
    assert invoke("parameters", "--format", "markdown").stdout.startswith("| name | label | group | value | unit |")
    (row,) = json.loads(invoke("parameters", "--format", "json", "--search", "lks_max_share").stdout)
    assert (row["value"], row["unit"]) == (0.7, "share of minimum wage")

    nothing = invoke("parameters", "--search", "no such thing at all")
    assert nothing.exit_code == 0
    assert "No parameter has 'no such thing at all'" in nothing.stderr


def test_profile_makes_a_profile_of_a_cbs_table(invoke, shared_data, tmp_path):
    table = shared_data / "cbs_kwb2017_wijk_raw.csv"
    out = tmp_path / "emmerhout.toml"
    arguments = ["--code", "WK011444", "--out", out, "--year", 2017]
    for order in ([table, *arguments], [*arguments, table]):
        result = invoke("profile", *order)
        assert result.exit_code == 0, result.stderr
        assert f"Written: {out}" in result.stderr
        assert "WK011444" in out.read_text(encoding="utf-8")
        out.unlink()
    assert invoke("profile", table, *arguments, "--name", "Onze wijk").exit_code == 0
    assert tomllib.loads(out.read_text(encoding="utf-8"))["name"] == "Onze wijk"
    out.write_text("mine")
    assert invoke("profile", table, *arguments).exit_code == 2
    assert out.read_text() == "mine"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["no.csv", "--code", "WK011444", "--out", "x.toml"], "no.csv"),
        (["no.csv", "--out", "x.toml"], "--code"),
        (["no.csv", "--code", "WK1", "--out", "x.toml", "--region", "Drenthe"], "given in part"),
        (["show", "emerhout"], "Did you mean 'emmerhout'?"),
    ],
)
def test_profile_tells_what_is_wrong(invoke, tmp_path, monkeypatch, arguments, told):
    monkeypatch.chdir(tmp_path)
    result = invoke("profile", *arguments)
    assert result.exit_code == 2
    assert told in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_profile_show_prints_target_synthesised_and_difference(invoke):
    result = invoke("profile", "show", "emmerhout", "--residents", 1000)
    assert result.exit_code == 0, result.stderr
    assert "Emmerhout, 1,000 residents in place of 7,350" in result.stdout
    (line,) = (line for line in result.stdout.splitlines() if " inhabitants on 1 January " in line)
    assert [cell.strip() for cell in line.split("│")[2:8]] == [
        *("1000", "1000", "+0"),
        *("persons", "inhabitants", "measured, 2017"),
    ]
    (line,) = (line for line in result.stdout.splitlines() if "single_household_share" in line)
    target, synthesised, difference = (float(cell) for cell in line.split("│")[2:5])
    assert difference == pytest.approx(synthesised - target, abs=0.001)
    assert "on social assistance (bijstand): assumption; no figure for this area: 3600 in GM0114" in result.stdout
    assert "no counterpart: never married (ongehuwd), married (gehuwd)" in result.stdout
    assert "Not in the profile, or not in each of its areas: mean value of a dwelling (WOZ-waarde)." in result.stdout


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process")
def test_a_real_ctrl_c_leaves_no_traceback(tmp_path):
    # The command sends itself the signal that the terminal sends, as soon as it reads its scenario.
    code = (
        "import os, signal, wijksim.shipped as shipped; from wijksim.cli import main\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a background job ignores it
        "shipped.shipped_files = lambda kind: os.kill(os.getpid(), signal.SIGINT)\n"
        "main()"
    )
    command = [sys.executable, "-c", code, "run", "baseline", "--out", "out"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", env=_with_source())
    assert done.returncode == 130
    assert done.stderr.strip() == "Stopped (Ctrl-C)."
    assert list(tmp_path.iterdir()) == []


def test_export_to_the_folder_itself_is_refused_and_a_missing_one_is_named(invoke, tmp_path):
    same = invoke("export", tmp_path, "--out", tmp_path)
    assert (same.exit_code, "results themselves" in same.output) == (2, True)
    missing = invoke("export", tmp_path / "nergens", "--out", tmp_path / "uit", "--dutch")
    assert (missing.exit_code, "no results of wijksim" in missing.output) == (2, True)
    assert not (tmp_path / "uit").exists()


def test_a_scenario_is_copied_shown_and_compared_in_words(invoke, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    made = invoke("scenario", "new", "--from", "woonhulp", "Mijn één plan")
    assert made.exit_code == 0, made.output
    path = tmp_path / "mijn_een_plan.toml"
    assert "wijksim check mijn_een_plan.toml" in made.stderr
    assert invoke("check", path).stdout.startswith("OK\nMijn één plan: Emmerhout")
    assert invoke("scenario", "diff", "woonhulp", path).stdout == "Woonhulp and Mijn één plan: no difference.\n"
    path.write_text(path.read_text(encoding="utf-8").replace("places = 12", "places = 9"), encoding="utf-8")
    told = invoke("scenario", "diff", "woonhulp", path, "--language", "nl").stdout
    assert "- onderneming woonhulp, werkplekken: 12 in Woonhulp, 9 in Mijn één plan" in told
    shown = invoke("scenario", "show", path, "--language", "nl")
    assert shown.exit_code == 0, shown.output
    assert "gemiddelde loonwaarde: 50% van het minimumloon" in shown.stdout
    assert "grant_share" in shown.stdout
    again = invoke("scenario", "new", "--from", "woonhulp", "Mijn één plan")
    assert again.exit_code == 2
    assert "--force" in again.stderr


def test_a_copy_elsewhere_finds_its_own_profile(invoke, tmp_path, monkeypatch):
    write_scenario(tmp_path / "a", SCENARIO + ENTERPRISE, "plan.toml")
    (tmp_path / "b").mkdir()
    monkeypatch.chdir(tmp_path / "b")
    assert invoke("scenario", "new", "--from", "../a/plan.toml", "CON", "--out", "kopie.toml").exit_code == 0
    assert 'profile = "../a/dorp.toml"' in (tmp_path / "b" / "kopie.toml").read_text(encoding="utf-8")
    assert invoke("check", "kopie.toml").exit_code == 0
    assert invoke("scenario", "new", "CON").exit_code == 0
    assert (tmp_path / "b" / "scenario_con.toml").is_file()  # Windows keeps con for itself


def test_unknown_scenarios_are_all_named(invoke):
    result = invoke("scenario", "diff", "nonsense", "woonhulpp")
    assert result.exit_code == 2
    assert "nonsense: there is no such file" in result.stderr
    assert "Did you mean" in result.stderr
    assert invoke("scenario", "show", "emmerhout").exit_code == 2


def test_python_runs_the_package_as_the_script_does(tmp_path):
    command = [sys.executable, "-m", "wijksim", "check", str(tmp_path / "nowhere.toml")]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", env=_with_source())
    assert done.returncode == 2
    assert "nowhere.toml" in done.stderr
