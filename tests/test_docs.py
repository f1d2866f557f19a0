"""The docs: links lead somewhere, commands exist, tables are those of the code, and examples do what they say."""

from __future__ import annotations

import importlib.util
import re
import shlex
import tomllib
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from wijksim.cli import app
from wijksim.errors import InputError
from wijksim.parameters import load_registry
from wijksim.scenario import Scenario

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
WORKSHOP = DOCS / "workshop"
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.glob("*.md")), *sorted(DOCS.glob("*/README.md"))]
TUTORIAL = DOCS / "tutorial.md"

LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
SPAN = re.compile(r"`(wijksim [^`]+|make [a-z]+)`")
RUNNER = CliRunner()


def read(page):
    return page.read_text(encoding="utf-8")


def blocks(page, language):
    return [body for kind, body in FENCE.findall(read(page)) if kind == language]


def anchors(page):
    """Anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", read(page)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def load_generator():
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GENERATOR = load_generator()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    lost = []
    for target in LINK.findall(FENCE.sub("", read(page))):
        if target.startswith("https://"):
            continue
        name, _, anchor = target.partition("#")
        other = (page.parent / name).resolve() if name else page
        if not other.exists() or (anchor and anchor not in anchors(other)):
            lost.append(target)
    assert lost == []


def test_each_page_of_docs_is_linked_from_the_readme():
    linked = {(ROOT / target).name for target in LINK.findall(read(ROOT / "README.md")) if target.endswith(".md")}
    assert {page.name for page in DOCS.glob("*.md")} <= linked


def test_each_image_is_shown():
    shown = {Path(target).name for page in PAGES for target in LINK.findall(read(page)) if target.endswith(".png")}
    assert {path.name for path in (DOCS / "images").iterdir()} == shown


# ------------------------------------------------------------------ tables
def test_tables_are_those_of_the_code():
    stale = [page.name for page in DOCS.glob("*.md") if GENERATOR.filled(read(page)) != read(page)]
    assert stale == [], "write them anew: python docs/generate.py"


def test_the_description_by_the_odd_protocol_is_that_of_the_code():
    assert read(DOCS / "ODD.md") == GENERATOR.odd(), "make it anew: python docs/generate.py"


def test_each_table_stands_on_a_page():
    placed = [found["name"] for page in DOCS.glob("*.md") for found in GENERATOR.MADE.finditer(read(page))]
    assert sorted(placed) == sorted(GENERATOR.TABLES)


def test_what_unread_parameters_are_kept_for_is_of_unread_parameters():
    unread = GENERATOR.unread_parameters(load_registry())
    assert set(GENERATOR.LATER) <= set(unread), "no longer unread, or gone: take them off LATER in docs/generate.py"


def test_a_stale_table_is_seen():
    page = read(DOCS / "outcomes.md")
    stale = page.replace("| Employment rate, 15-74 |", "| Employment |")
    assert stale != page
    assert GENERATOR.filled(stale) == page


def test_the_list_of_parameters_is_what_the_command_prints():
    printed = RUNNER.invoke(app, ["parameters", "--format", "markdown"]).output
    assert printed.strip() in read(DOCS / "parameters.md")


# ------------------------------------------------------------------ commands
def commands():
    found = {}
    for page in (*PAGES, *sorted(WORKSHOP.glob("*.toml"))):
        texts = [line[2:] for body in blocks(page, "console") for line in body.replace("\\\n", " ").splitlines()
                 if line.startswith("$ ")]  # fmt: skip
        for text in texts + SPAN.findall(FENCE.sub("", read(page))):
            found.setdefault(text.partition("#")[0].strip(), page.name)
    return found


def parts_of(text):
    """Words of a command that are commands and options; a word in capitals or three dots is a placeholder."""
    words = [word for word in shlex.split(text)[1:] if not (word.isupper() or set(word) == {"."})]
    return words, [word.partition("=")[0] for word in words if word.startswith("-")]


@pytest.mark.parametrize("text", [text for text in commands() if text.startswith("wijksim")])
def test_commands_and_options_exist(text):
    words, options = parts_of(text)
    group, path = get_command(app), []
    for word in words:
        inner = getattr(group, "commands", {}).get(word)
        if inner is None:
            break
        group = inner
        path.append(word)
    if path == ["profile"] and len(words) > 1:
        group = group.commands["make"]  # `profile FILE ...` is short for it
    assert path or options, f"{text}: no such command"
    known = {"--help", *(name for parameter in group.params for name in parameter.opts)}
    assert set(options) <= known, text


@pytest.mark.parametrize("text", [text for text in commands() if text.startswith("make ")])
def test_targets_exist(text):
    targets = re.findall(r"^([a-z]+):", read(ROOT / "Makefile"), re.MULTILINE)
    assert text.split()[1] in targets


@pytest.mark.parametrize("text", [text for text in commands() if re.match(r"wijksim compare .*--out", text)])
def test_scenarios_named_in_commands_come_with_wijksim(text):
    names = shlex.split(text.partition(" --")[0])[2:]
    assert len(names) > 1
    for name in (name for name in names if not name.endswith(".toml")):
        assert Scenario.from_file(name).name


# ------------------------------------------------------------------ examples
def write_scenario(body, folder, name):
    path = folder / name
    path.write_text(body, encoding="utf-8")
    return path


def whole_scenarios():
    return [body for body in blocks(TUTORIAL, "toml") if "format = 1" in body]


def test_the_plan_of_the_tutorial_is_a_scenario(tmp_path):
    good, _ = whole_scenarios()
    assert Scenario.from_file(write_scenario(good, tmp_path, "mijn_plan.toml")).name == "Vast contract"


def test_the_event_of_the_tutorial_fits_its_plan(tmp_path):
    good, _ = whole_scenarios()
    event = next(body for body in blocks(TUTORIAL, "toml") if body.startswith("[[event]]"))
    assert len(Scenario.from_file(write_scenario(good + event, tmp_path, "mijn_plan.toml")).settings.events) == 1


def test_the_faults_of_the_tutorial_are_those_that_are_told(tmp_path, monkeypatch):
    _, wrong = whole_scenarios()
    write_scenario(wrong, tmp_path, "fout.toml")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as caught:
        Scenario.from_file("fout.toml")
    (told,) = blocks(TUTORIAL, "text")
    assert "\n".join(str(problem) for problem in caught.value.problems) == told.strip()


def run_python(page):
    names = {"__name__": "docs"}
    for body in blocks(page, "python"):
        exec(compile(body, page.name, "exec"), names)
    return names


def test_the_python_of_the_tutorial_runs(capsys):
    names = run_python(TUTORIAL)
    effect = names["wanted"].iloc[0]
    assert effect["low"] < effect["effect"] < effect["high"]
    assert names["run"].outcomes.series("ill_on_assistance")[-1] > 0
    assert "1 month done" in capsys.readouterr().out


def test_a_snapshot_goes_on_as_the_docs_say():
    names = run_python(DOCS / "contracts.md")
    at_once = names["Neighbourhood"](names["scenario"], seed=1)
    at_once.run()
    assert list(names["later"].state.differences(at_once.state)) == []


def test_the_process_named_in_the_tutorial_is_its_own():
    (body,) = (body for body in blocks(TUTORIAL, "toml") if body.startswith("[process]"))
    ((name, path),) = tomllib.loads(body)["process"].items()
    assert path.endswith(":FixedNorms")
    assert name in read(DOCS / "model.md")
