"""Charts: in both languages, for a comparison and for one scenario; labels that don't overlap."""

from __future__ import annotations

from itertools import pairwise

import matplotlib as mpl
import matplotlib.image
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from study_building import HandmadeNeighbourhood, scenario

from wijksim.report.plots import CHARTS, draw_charts
from wijksim.report.style import chart_style, format_axis, policy_colours, spread_out
from wijksim.study import replicate as replicate_module
from wijksim.study.compare import compare
from wijksim.study.run import run_scenario


@pytest.fixture(autouse=True)
def _handmade(monkeypatch):
    monkeypatch.setattr(replicate_module, "Neighbourhood", HandmadeNeighbourhood)


def test_charts_of_one_run_with_many_policies(tmp_path):
    policies = [scenario(f"Een plan met een lange naam, nummer {k}", plans=k, months=8) for k in (1, 2, 3, 4, 5)]
    results = compare(scenario("Zonder", months=8), policies, replications=1, workers=1)
    settings = dict(mpl.rcParams)
    made = draw_charts(results, tmp_path)
    assert dict(mpl.rcParams) == settings
    assert len(made) == 2 * (len(CHARTS) + 1)
    for path in made:
        assert matplotlib.image.imread(path).std() > 0.05  # something is drawn


def test_charts_of_one_scenario_have_no_balance(tmp_path):
    made = draw_charts(run_scenario(scenario("Zonder"), replications=2, workers=1), tmp_path)
    assert {path.relative_to(tmp_path).as_posix() for path in made} == {
        f"{language}/{name}.png" for language in ("en", "nl") for name in CHARTS
    }


@pytest.mark.parametrize(("low", "high"), [(13.1, 13.6), (0.0, 2.4), (-7.0, 31.0), (380.0, 520.0)])
def test_people_are_counted_in_whole_numbers(low, high):
    figure = Figure()
    axes = figure.subplots()
    axes.set_ylim(low, high)
    format_axis(axes, "nl", whole=True)
    ticks = [tick for tick in axes.get_yticks() if axes.get_ylim()[0] <= tick <= axes.get_ylim()[1]]
    assert len(ticks) >= 2
    assert all(float(tick).is_integer() for tick in ticks)
    texts = axes.yaxis.get_major_formatter().format_ticks(ticks)
    assert len(set(texts)) == len(ticks)
    assert not any("," in text for text in texts)


def test_style_holds_inside_only():
    before = mpl.rcParams["axes.spines.top"]
    with chart_style():
        assert mpl.rcParams["axes.spines.top"] is False
    assert mpl.rcParams["axes.spines.top"] == before


def test_the_first_policy_is_blue():
    assert policy_colours(["a", "b"])["a"] == "#0072B2"
    assert len(set(policy_colours([str(k) for k in range(6)]).values())) == 6


@given(st.lists(st.floats(-100, 100), max_size=8), st.floats(0.1, 20))
def test_labels_are_apart_and_in_order(places, gap):
    moved = spread_out(places, gap)
    order = sorted(range(len(places)), key=lambda index: places[index])
    ordered = [moved[index] for index in order]
    assert all(above - below >= gap * (1 - 1e-9) for below, above in pairwise(ordered))
    assert sum(moved) == pytest.approx(sum(places), abs=1e-6)


def test_labels_with_room_stay_where_they_are():
    assert spread_out([5.0, 1.0, 9.0], 2.0) == [5.0, 1.0, 9.0]
    assert spread_out([1.0, 1.0], 2.0) == [0.0, 2.0]
    assert spread_out([], 1.0) == []
