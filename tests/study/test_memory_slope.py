"""Memory of the process that runs a study doesn't grow with its runs, though each makes two models."""

from __future__ import annotations

import gc
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from wijksim.study.sweep import Study

STUDY = """
format = 1
name = "Tiny"
baseline = "baseline"
policy = "woonhulp"
months = 2
residents = 40
method = "regression"
samples = {runs}
outcomes = ["employment_rate", "pocket_break_even_month.state"]

[[parameter]]
name = "deadweight_share"
"""


def tiny_study(tmp_path, runs):
    file = tmp_path / "tiny.toml"
    file.write_text(STUDY.format(runs=runs), encoding="utf-8")
    return Study.from_file(file, tmp_path / "tiny.sqlite")


@pytest.mark.timeout(300)
def test_python_keeps_nothing_of_a_run(tmp_path):
    """A model that stays behind takes more than 100 kB; allowed are 4 kB a run (the store's own pages, and noise)."""
    sizes = {}

    def watch(done, _):
        if done >= 20 and done % 10 == 0:
            gc.collect()
            sizes[done] = tracemalloc.get_traced_memory()[0]

    study = tiny_study(tmp_path, 80)
    tracemalloc.start()
    try:
        study.run(workers=1, progress=watch)
    finally:
        tracemalloc.stop()
    slope = np.polyfit(list(sizes), list(sizes.values()), 1)[0]
    assert slope < 4_000


@pytest.mark.soak
@pytest.mark.timeout(0)
@pytest.mark.parametrize("workers", [1, 2])
def test_ten_thousand_runs_take_no_more_memory_than_two_thousand(tmp_path, workers, capsys):
    """Size of this process by run, from run 2,000 on: at most 1 kB a run, 8 MB in all."""
    statm = Path("/proc/self/statm")
    if not statm.exists():
        pytest.skip("this system doesn't tell the size of a process in /proc")
    sizes = {}

    def watch(done, _):
        if done >= 2_000 and done % 100 == 0:
            sizes[done] = int(statm.read_text().split()[1]) * 4096

    (status,) = tiny_study(tmp_path, 10_000).run(workers=workers, progress=watch)
    slope = np.polyfit(list(sizes), list(sizes.values()), 1)[0]
    with capsys.disabled():
        told = f"memory of 10,000 runs, {workers} workers: {slope:+.0f} bytes a run"
        sys.stdout.write(f"\n{told}, {max(sizes.values()) / 1e6:.0f} MB at most (allowed 1,000)\n")
    assert status.complete
    assert slope < 1_000
