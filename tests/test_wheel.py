"""The wheel works by itself, in an empty folder whose path has spaces and accents."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CALL = "from wijksim.cli import main; main()"


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """Folder in which the wheel alone is installed."""
    pytest.importorskip("hatchling", reason="the wheel is built with hatchling, a test tool (pip install '.[dev]')")
    made = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run([*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", made, ROOT], check=True)
    (wheel,) = made.glob("wijksim-*.whl")
    folder = tmp_path_factory.mktemp("geïnstalleerd hier")
    subprocess.run([*pip, "install", "--no-deps", "--target", folder, wheel], check=True)
    return folder


def wijksim(installed: Path, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # Plain Python: kernels would be compiled anew for this folder, which takes longer than the rest of the test.
    environment = {**os.environ, "PYTHONPATH": str(installed), "PYTHONSAFEPATH": "1", "WIJKSIM_NO_NUMBA": "1"}
    command = [sys.executable, "-c", CALL, *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, encoding="utf-8")


def test_scenarios_come_by_name_in_an_empty_folder(installed, tmp_path):
    empty = tmp_path / "lege map van Zoë"
    empty.mkdir()
    checked = wijksim(installed, empty, "check", "baseline", "woonhulp", "emmerhout")
    assert checked.returncode == 0, checked.stderr
    assert checked.stdout.count("OK") == 3
    compared = wijksim(
        installed, empty, "compare", "baseline", "woonhulp", "--out", "uitkomst één", "--replications", "2",
        "--months", "3", "--residents", "60", "--workers", "1",
    )  # fmt: skip
    assert compared.returncode == 0, compared.stderr
    assert (empty / "uitkomst één" / "effects.csv").exists()
    assert list(empty.iterdir()) == [empty / "uitkomst één"]


def test_the_wheel_carries_scenarios_profiles_parameters_and_the_mark_of_types(installed):
    package = installed / "wijksim"
    for file in (
        "py.typed",
        "parameters/data/labour.toml",
        "report/wijksim.mplstyle",
        "report/glossary.toml",
        "report/brief.html",
        "report/odd.md",
    ):
        assert (package / file).is_file(), file
    scenarios = {path.stem for path in (package / "experiments" / "emmen").glob("*.toml")}
    assert {"baseline", "woonhulp", "terreinbeheer", "beide", "subsidie_gehalveerd", "emmerhout"} <= scenarios
