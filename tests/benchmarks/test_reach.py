"""What makes a whole town, and many pairs, fit in a coffee break; printed, not asserted: `make bench`."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from statistics import median

import pytest
from benchmarks.measuring import TURNS, YEAR, in_turns, median_ratio, model_of, seconds
from benchmarks.plain_numpy import PlainArrays

from wijksim import Neighbourhood, Scenario
from wijksim import model as model_module
from wijksim.study.forking import Together, first_difference

pytestmark = [pytest.mark.bench, pytest.mark.timeout(0)]

BUILD_WANTED = {2_000: 0.15, 100_000: 3.0}
"""Seconds for a model that is ready for its first month, the population and its newcomers included."""

TOWN = 100_000
MEMORY = """
from pathlib import Path
from wijksim import Neighbourhood, Scenario

def most():
    (line,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1])

Neighbourhood(Scenario.from_file("beide", residents=100, months=2), seed=1).run()
scenario = Scenario.from_file("beide", residents={residents}, months=12)
begun = most()
Neighbourhood(scenario, seed=1).run()
print(begun, most())
"""


@pytest.mark.parametrize("residents", BUILD_WANTED)
def test_build_a_model(residents, monkeypatch, tell):
    scenario = Scenario.from_file("baseline", residents=residents)

    def build():
        monkeypatch.setattr(model_module, "_kept", [])
        Neighbourhood(scenario, seed=1).close()

    build()
    again = seconds(lambda: Neighbourhood(scenario, seed=1).close(), TURNS)
    built = median(seconds(build) for _ in range(TURNS))
    tell(
        f"a model of {residents:7,} residents built: {built:.3f} s (wanted {BUILD_WANTED[residents]:g});"
        f" with a population that is there already {1e3 * again:.1f} ms"
    )


def test_a_town_for_a_year(tell):
    model = model_of(TOWN)
    year = median(seconds(lambda: [model.step() for _ in range(YEAR)]) for _ in range(TURNS))
    speed = len(model.state.columns.present_rows()) * YEAR / year / 1e6
    tell(
        f"{TOWN:,} residents: {speed:.2f} million resident-months a second, ten years {10 * year:.1f} s (wanted 12; 1)"
    )


@pytest.mark.parametrize("residents", [2_000, 10_000, TOWN])
def test_against_plain_numpy(residents, tell):
    model = model_of(residents)
    plain = PlainArrays(Scenario.from_file("baseline", residents=residents, months=2), seed=1)
    plain.step()
    times = 2 * YEAR if residents < TOWN else 3
    ours, theirs = in_turns((model.step, times), (plain.step, times))
    tell(
        f"plain numpy without bookkeeping, {residents:7,} residents: {1e3 * median(theirs):7.2f} ms a month; wijksim "
        f"{1e3 * median(ours):7.2f} ms, {median_ratio(ours, theirs):.2f} times its time (wanted at most 1.5)"
    )


@pytest.mark.parametrize("opens", [0, 60, 96])
def test_a_pair_that_parts_late(opens, tell):
    """A baseline and a plan against two whole runs; f is the share of months before the enterprise opens."""
    baseline, policy = (Scenario.from_file(name, residents=2_000, months=120) for name in ("baseline", "woonhulp"))
    plans = tuple(replace(plan, opens_in_month=opens) for plan in policy.settings.enterprises)
    policy = replace(policy, settings=replace(policy.settings, enterprises=plans))
    parts = first_difference(baseline, policy)

    def apart():
        for scenario in (baseline, policy):
            model = Neighbourhood(scenario, seed=1)
            model.run()
            model.close()

    def together():
        list(Together([baseline, policy], 1, keep_histories=False).run())

    apart()
    whole, shared = in_turns((apart, 1), (together, 1))
    f = parts / 120
    tell(
        f"a pair that parts in month {parts}: {2 * median_ratio(shared, whole):.2f} runs (wanted at most"
        f" {1.05 * (2 - f):.2f}, that is 1.05 x (2 - f))"
    )


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc, which isn't here")
@pytest.mark.parametrize("residents", [10_000, TOWN])
def test_memory(residents, tell):
    found = subprocess.run(
        [sys.executable, "-c", MEMORY.format(residents=residents)], check=True, capture_output=True, text=True
    )
    begun, most = (int(size) * 1024 for size in found.stdout.split())
    tell(
        f"memory of a year of {residents:,} residents: {most / 2**20:,.0f} MiB at most, of which {begun / 2**20:,.0f}"
        f" before the model; {(most - begun) / residents:,.0f} bytes a resident, newcomers, forebears, ties and"
        " passing arrays included"
    )


def test_import(tell):
    times = []
    for _ in range(TURNS + 1):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", "import wijksim"], check=True)
        times.append(time.perf_counter() - start)
    tell(f"import wijksim: {median(times):.2f} s by the clock (wanted 0.5)")
