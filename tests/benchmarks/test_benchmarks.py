"""Speed and memory, printed and not asserted: `make bench`."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import defaultdict
from statistics import median

import pytest
from benchmarks.measuring import YEAR, in_turns, median_ratio, model_of, seconds
from benchmarks.plain_mesa import PlainNeighbourhood

from wijksim import Scenario
from wijksim.randomness import Stream, uniforms

pytestmark = [pytest.mark.bench, pytest.mark.timeout(0)]

WANTED_PER_SECOND = {2_000: 4.0, 10_000: 8.0}
"""Million resident-months a second of the whole model on one core."""

MILLION = 1e6


@pytest.mark.benchmark(timer=time.process_time)
@pytest.mark.parametrize("scenario", ["baseline", "beide"])
@pytest.mark.parametrize("residents", list(WANTED_PER_SECOND))
def test_month(residents, scenario, benchmark, tell):
    model = model_of(residents, scenario)
    benchmark.pedantic(model.step, rounds=5 * YEAR, warmup_rounds=1)
    month = benchmark.stats.stats.median
    speed = len(model.state.columns.present_rows()) / month / MILLION
    tell(
        f"a month of {residents:6,} residents, {scenario:8}: {1e3 * month:6.2f} ms, {speed:5.2f} million "
        f"resident-months a second (wanted {WANTED_PER_SECOND[residents]:g})"
    )


@pytest.mark.parametrize("residents", [2_000, 10_000, 50_000])
def test_against_plain_mesa(residents, tell):
    model = model_of(residents)
    plain = PlainNeighbourhood(Scenario.from_file("baseline", residents=residents), seed=1)
    plain.step()
    slow, fast = in_turns((plain.step, 1), (model.step, YEAR))
    tell(
        f"plain Mesa,    {residents:6,} residents: {1e3 * median(slow):7.1f} ms a month; wijksim "
        f"{1e3 * median(fast):6.2f} ms, {median_ratio(slow, fast):4.1f} times as fast (wanted 100)"
    )


@pytest.mark.parametrize("residents", [2_000, 10_000])
def test_time_by_process(residents, tell):
    model = model_of(residents, "beide")
    taken: dict[str, list[float]] = defaultdict(list)

    def timed(name, step):
        def run(month):
            taken[name].append(seconds(lambda: step(month)))

        return run

    for process in model.processes:
        process.step = timed(process.name, process.step)
    months = [seconds(model.step) for _ in range(5 * YEAR)]
    parts = {name: median(times) for name, times in taken.items()}
    parts["the rest"] = max(0.0, median(months) - sum(parts.values()))
    words = ", ".join(f"{name} {1e3 * part:.2f}" for name, part in parts.items())
    tell(f"ms by process, {residents:6,} residents: {words}")


def test_bytes_of_a_resident(tell):
    columns = model_of(2_000, "beide").state.columns
    tell(f"a resident takes {columns.bytes_per_resident} bytes by the declared dtypes (wanted at most 200)")


def test_help_of_the_command_line(tell):
    command = [sys.executable, "-c", "import wijksim.cli; wijksim.cli.main()", "--help"]
    subprocess.run(command, check=True, capture_output=True)
    times = []
    for _ in range(5):
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        times.append(time.perf_counter() - start)
    tell(f"wijksim --help: {median(times):.2f} s (wanted below 0.3)")


def test_common_random_numbers(tell):
    """Variance of a difference of sums between two scenarios, common draws against another seed."""
    uids = model_of(2_000).state.columns["uid"]
    chances = 0.01, 0.011
    months = range(200)

    def differences(other_seed):
        return [
            int((uniforms(1, Stream.PLACEBO, uids, m) < chances[0]).sum())
            - int((uniforms(other_seed, Stream.PLACEBO, uids, m) < chances[1]).sum())
            for m in months
        ]

    common, apart = (_variance(differences(seed)) for seed in (1, 2))
    tell(f"common random numbers: variance of a difference of 10 % in a rare event {apart / common:.0f} times smaller")


def _variance(values: list[int]) -> float:
    mean = sum(values) / len(values)
    return sum((value - mean) ** 2 for value in values) / (len(values) - 1)
