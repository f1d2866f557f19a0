"""Briefs leave nothing behind, and are the same on any machine: no screen, another language, an ASCII terminal."""

from __future__ import annotations

import gc
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from study_building import HandmadeNeighbourhood, scenario

from wijksim.report.brief import brief
from wijksim.report.folder import load_results
from wijksim.study import replicate as replicate_module
from wijksim.study.compare import compare

BRIEFS, WARM_UP = 20, 5
LANGUAGES = ("en", "nl")
OF_SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "MPLBACKEND", "LANG", "LANGUAGE")
MADE_ELSEWHERE = """
import hashlib, json, locale, sys
from pathlib import Path

locale.setlocale(locale.LC_ALL, "")
from wijksim.report.brief import brief_files
from wijksim.report.folder import load_results
from wijksim.report.pocket_chart import draw_pockets
from wijksim.report.style import chart_style

results, folder = load_results(sys.argv[1]), Path(sys.argv[1])
files = {name: text for told in ("en", "nl") for name, text in brief_files(results, folder, told).items()}
with chart_style():
    draw_pockets(results, "nl").savefig(sys.argv[2], metadata={"Software": None})
files["balance.png"] = Path(sys.argv[2]).read_bytes()
told = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
point, pyplot = locale.localeconv()["decimal_point"], "matplotlib.pyplot" in sys.modules
print(json.dumps({"files": told, "point": point, "pyplot": pyplot}))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("elders")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replicate_module, "Neighbourhood", HandmadeNeighbourhood)
        compare(scenario("Zonder"), [scenario("Één İlk plan", plans=2)], replications=3, workers=1, out=made)
    return made


def test_twenty_briefs_leave_no_figure_open_and_no_memory_behind(folder):
    """Growth a brief after the first few: one that stays behind is 1 MB of text, and what it is made of 10 000 blocks.

    Allowed are 1 000 blocks (pandas keeps some 150 weak references for a while) and 300 kB of the whole process.
    """
    import matplotlib.pyplot as plt

    results, statm = load_results(folder), Path("/proc/self/statm")
    open_before = plt.get_fignums()
    blocks, pages, texts = [], [], set()
    for _ in range(BRIEFS):
        texts.add(hashlib.sha256(brief(results, folder, "nl").encode()).hexdigest())
        gc.collect()
        blocks.append(sys.getallocatedblocks())
        pages.append(int(statm.read_text().split()[1]) if statm.exists() else 0)
    assert len(texts) == 1
    assert plt.get_fignums() == open_before
    slope_of_blocks, slope_of_pages = (
        np.polyfit(range(BRIEFS - WARM_UP), sizes[WARM_UP:], 1)[0] for sizes in (blocks, pages)
    )
    assert slope_of_blocks < 1_000
    assert slope_of_pages * 4096 < 300_000


def turkish(folder):
    """A locale with decimal commas and a dotless i, compiled for this test; the path where it is found."""
    if shutil.which("localedef") is None:
        pytest.skip("no localedef on this machine, so no Turkish locale can be made")
    made = subprocess.run(
        ["localedef", "-i", "tr_TR", "-f", "UTF-8", str(folder / "tr_TR.UTF-8")], capture_output=True, check=False
    )
    if made.returncode > 1 or not (folder / "tr_TR.UTF-8").exists():
        pytest.skip("the sources of the Turkish locale are not here")
    return {"LOCPATH": str(folder), "LC_ALL": "tr_TR.UTF-8"}


@pytest.mark.parametrize("where", ["ascii terminal", "turkish"])
def test_a_brief_is_the_same_bytes_elsewhere(folder, tmp_path, where):
    ascii_only = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0", "PYTHONHASHSEED": "7"}
    given = turkish(tmp_path) if where == "turkish" else ascii_only
    kept = {name: value for name, value in os.environ.items() if name not in OF_SCREENS and name[:3] != "LC_"}
    root = str(Path(replicate_module.__file__).parents[2])
    made = subprocess.run(
        [sys.executable, "-c", MADE_ELSEWHERE, str(folder), str(tmp_path / "balance.png")],
        env={**kept, **given, "PYTHONPATH": root},
        capture_output=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr.decode("utf-8", "replace")
    told = json.loads(made.stdout)
    assert told["point"] == ("," if where == "turkish" else ".")
    assert not told["pyplot"]  # which would look for a screen
    files = [folder / f"brief_{language}.{kind}" for language in LANGUAGES for kind in ("html", "docx")]
    files.append(folder / "charts" / "nl" / "balance.png")
    assert told["files"] == {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
