"""The project's frame: its layout, what it may depend on, what the wheel carries, what make says."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = PYPROJECT["project"]
EXTRAS = PROJECT["optional-dependencies"]

TOP_LEVEL = {
    *(
        ".ci",
        ".gitignore",
        "CHANGELOG.md",
        "CITATION.cff",
        "LICENSE",
        "Makefile",
        "README.md",
        "pyproject.toml",
    ),
    *("docs", "experiments", "tests", "wijksim"),
}
# Brackets keep each pattern from finding itself.
REGISTRY = re.compile(
    r"index-ur[l]|--registr[y][ =]|py[p]i\.org|pythonhoste[d]\.org|npmj[s]\.|https?://[\w.-]+/(simpl[e]|package[s])/"
)
MACHINE_PATH = re.compile(r"(?<![\w.])/(wor[k]|hom[e]|roo[t]|User[s])/")
HEAVY = {"matplotlib", "pandas", "scipy.stats"}
RUN_PATH = [
    *(
        "accounts",
        "kernels",
        "model",
        "parameters",
        "processes",
        "randomness",
        "scenario",
        "settings",
        "state",
    ),
    *("population/columns",),
]


def git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, encoding="utf-8", check=True).stdout


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout, so there is no list of tracked files")
    return [ROOT / name for name in git("ls-files", "-z").split("\0") if name and (ROOT / name).exists()]


def test_nothing_stands_at_the_top_level_but_the_agreed_layout(tracked):
    assert {path.relative_to(ROOT).parts[0] for path in tracked} <= TOP_LEVEL


@pytest.mark.parametrize("pattern", [REGISTRY, MACHINE_PATH], ids=["registry", "machine path"])
def test_no_tracked_file_names_a_registry_or_a_path_of_a_machine(tracked, pattern):
    lines = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in tracked
        for number, line in enumerate(path.read_bytes().decode("latin-1").splitlines(), start=1)
        if pattern.search(line)
    ]
    assert lines == []


def test_the_patterns_find_what_they_are_meant_for():
    assert REGISTRY.search("pip install --index" + "-url x")
    assert REGISTRY.search("see https://example.org/sim" + "ple/wijksim")
    assert MACHINE_PATH.search("open('/ho" + "me/someone/x')")
    assert not MACHINE_PATH.search("docs/wo" + "rk/x")


def test_no_module_is_longer_than_450_lines():
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in (ROOT / "wijksim").rglob("*.py")
    }
    assert {name: length for name, length in lengths.items() if length > 450} == {}


def library(requirement: str) -> str:
    return re.match(r"[\w.-]+", requirement)[0].lower()


def documented(heading: str) -> set[str]:
    """First cells of the table under a heading of docs/dependencies.md; each row ends in a reason."""
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    section = text.split(f"## {heading}\n", maxsplit=1)[1].split("\n## ", maxsplit=1)[0]
    rows = [line.strip("| ").split("|") for line in section.splitlines() if line.startswith("| ")][2:]
    assert all(len(row[-1].split()) >= 2 for row in rows)
    return {row[0].strip().lower() for row in rows}


@pytest.mark.parametrize(
    ("heading", "requirements"),
    [
        ("To run", PROJECT["dependencies"]),
        ("Extras", [one for name, extra in EXTRAS.items() if name != "dev" for one in extra]),
        ("To develop", EXTRAS["dev"]),
    ],
)
def test_each_dependency_says_why_it_is_there(heading, requirements):
    assert documented(heading) == {library(requirement) for requirement in requirements}


def test_the_version_to_cite_is_the_version():
    assert f"\nversion: {PROJECT['version']}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")


@pytest.mark.core
def test_import_wijksim_is_light():
    code = f"import sys, wijksim; print([name for name in {sorted(HEAVY)} if name in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def modules_at_import(path: Path) -> set[str]:
    """Names that a file imports when it is itself imported, `from scipy import stats` as `scipy.stats`."""
    found = set()
    waiting = list(ast.parse(path.read_text(encoding="utf-8")).body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not is_type_checking(node):
            waiting += ast.iter_child_nodes(node)
    return found


def is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


@pytest.mark.parametrize("module", RUN_PATH)
def test_the_run_path_imports_nothing_heavy(module):
    folder = ROOT / "wijksim"
    heavy = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in [*folder.glob(f"{module}.py"), *folder.glob(f"{module}/**/*.py")]
        for name in modules_at_import(path)
        if any(f"{name}.".startswith(f"{one}.") for one in HEAVY)
    }
    assert heavy == set()


def test_heavy_imports_are_seen(tmp_path):
    file = tmp_path / "heavy.py"
    file.write_text("from scipy import stats\ntry:\n    import pandas\nexcept ImportError:\n    x = 1\n")
    assert {"scipy.stats", "pandas"} <= modules_at_import(file)
    file.write_text("def late():\n    import pandas\n")
    assert modules_at_import(file) == set()


def test_the_wheel_carries_package_scenarios_and_parameters(tracked, tmp_path):
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index", "-q"]
    subprocess.run([*command, "--wheel-dir", tmp_path, ROOT], check=True)
    (wheel,) = tmp_path.glob("wijksim-*.whl")
    carried = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("wijksim/")}
    names = {path.relative_to(ROOT).as_posix() for path in tracked}
    expected = {name for name in names if name.startswith("wijksim/")}
    expected |= {f"wijksim/{name}" for name in names if name.startswith("experiments/")}
    assert "wijksim/py.typed" in carried
    assert expected <= carried
    assert not any(name.startswith(("tests/", "docs/", "experiments/")) for name in carried)


@pytest.mark.skipif("HYPOTHESIS_PROFILE" in os.environ, reason="another profile was asked for")
def test_hypothesis_tries_the_same_examples_each_time():
    assert settings().derandomize
    assert settings().database is None


needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed here")


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["make", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


@needs_make
def test_make_says_which_python_it_needs(tmp_path):
    done = make(f"VENV={tmp_path}/none", "PYTHON=", "demo")
    assert done.returncode != 0
    assert "needs Python 3.11 or newer, and none was found" in done.stdout


@needs_make
def test_make_names_the_package_where_environments_cannot_be_made(tmp_path):
    python = tmp_path / "python"
    python.write_text('#!/bin/sh\ncase "$2" in *ensurepip*) exit 1;; esac\n')
    python.chmod(0o755)
    done = make(f"VENV={tmp_path}/none", f"PYTHON={python}", "demo")
    assert done.returncode != 0
    assert "sudo apt install python3-venv" in done.stdout


@pytest.mark.core
def test_help_names_the_commands():
    code = "import sys; from wijksim.cli import main; sys.argv = ['wijksim', '--help']; main()"
    out = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert all(command in out.stdout for command in ("demo", "run", "compare", "check", "parameters", "profile"))
