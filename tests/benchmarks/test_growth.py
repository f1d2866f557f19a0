"""How the time of a month grows with residents, months, enterprises and ties: a straight line each; `make bench`.

The chart goes into ``.benchmarks/growth.svg``, beside what pytest-benchmark keeps.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from statistics import median

import numpy as np
import pytest
from benchmarks.measuring import YEAR, in_turns
from matplotlib.figure import Figure

from wijksim import Neighbourhood, Scenario

pytestmark = [pytest.mark.bench, pytest.mark.timeout(0)]

CHART = Path(__file__).parents[2] / ".benchmarks" / "growth.svg"
RESIDENTS, MONTHS = 2_000, 40 * YEAR
CURVES: dict[str, tuple[list[float], list[float]]] = {}
"""What grows, with its sizes and milliseconds a month; drawn when the last is measured."""


def started(scenario: Scenario) -> Neighbourhood:
    """A model whose first year is over."""
    model = Neighbourhood(scenario, seed=1)
    for _ in range(YEAR):
        model.step()
    return model


def beside(count: int) -> Scenario:
    """The shipped scenario with two enterprises, with so many of them instead; each as large as the first."""
    told = Scenario.from_file("beide", residents=RESIDENTS, months=MONTHS)
    first = told.settings.enterprises[0]
    plans = tuple(replace(first, key=f"e{k}", name=None, opens_in_month=0) for k in range(count))
    return replace(told, settings=replace(told.settings, enterprises=plans, events=()))


def with_friends(friends: int) -> Scenario:
    """No plan, and so many friends of everybody."""
    told = Scenario.from_file("baseline", residents=RESIDENTS, months=MONTHS)
    return replace(told, registry=told.registry.with_values({"ties_friends_mean": friends}))


def tell_line(what: str, sizes: list[float], times: list[float], tell) -> None:
    """Tell the straight line through sizes and milliseconds, and how far a time lies from it at most."""
    slope, start = np.polyfit(sizes, times, 1)
    off = max(abs(time / (start + slope * size) - 1) for size, time in zip(sizes, times, strict=True))
    points = ", ".join(f"{size:,.0f}: {time:.2f}" for size, time in zip(sizes, times, strict=True))
    tell(f"growth with {what}, ms a month: {points}; line {start:.2f} + {slope:.3g} each, at most {off:.0%} off it")
    CURVES[what] = sizes, times


def milliseconds(models: list[Neighbourhood]) -> list[float]:
    return [1e3 * median(turns) for turns in in_turns(*((model.step, YEAR) for model in models), turns=9)]


def test_growth_with_residents(tell):
    sizes = [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 100_000]
    models = [started(Scenario.from_file("baseline", residents=size, months=MONTHS)) for size in sizes]
    tell_line("residents", sizes, milliseconds(models), tell)


def test_growth_with_months(tell):
    """Of months simulated already: whoever lived here stays in the lineage, and so do postings in the ledger."""
    model = started(Scenario.from_file("baseline", residents=RESIDENTS, months=MONTHS))
    decades = [model.snapshot()]
    while model.months_left > 12 * YEAR:
        for _ in range(10 * YEAR):
            model.step()
        decades.append(model.snapshot())
    told = Scenario.from_file("baseline", residents=RESIDENTS, months=MONTHS)
    models = [Neighbourhood.from_state(state, told, seed=1) for state in decades]
    tell_line("months", [model.index for model in models], milliseconds(models), tell)


def test_growth_with_enterprises(tell):
    counts = [0, 1, 2, 4, 8]
    tell_line("enterprises", counts, milliseconds([started(beside(count)) for count in counts]), tell)


def test_growth_with_ties(tell):
    models = [started(with_friends(friends)) for friends in (3, 5, 8)]
    ties = [float((model.state.ties.rows >= 0).sum() / model.state.columns["present"].sum()) for model in models]
    tell_line("ties", ties, milliseconds(models), tell)


def test_the_chart_of_growth(tell):
    if not CURVES:
        pytest.skip("nothing was measured")
    figure = Figure(figsize=(10, 6), layout="constrained")
    for place, (what, (sizes, times)) in enumerate(CURVES.items()):
        axes = figure.add_subplot(2, 2, place + 1)
        axes.plot(sizes, times, "o")
        axes.plot(sizes, np.polyval(np.polyfit(sizes, times, 1), sizes))
        axes.set(xlabel=what, ylabel="ms a month", ylim=(0, None))
    CHART.parent.mkdir(exist_ok=True)
    figure.savefig(CHART)
    tell(f"chart of growth: {CHART.name} in {CHART.parent.name}")
