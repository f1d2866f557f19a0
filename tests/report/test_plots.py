"""Charts: in both languages, for a comparison and for one scenario; labels that don't overlap."""

from __future__ import annotations

import re
from itertools import pairwise

import matplotlib as mpl
import matplotlib.image
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.text import Text
from study_building import HandmadeNeighbourhood, scenario

from wijksim.report.plots import CHARTS, _figures, draw_charts
from wijksim.report.pocket_chart import draw_pockets
from wijksim.report.style import MOST_POLICIES, chart_style, format_axis, in_lines, policy_colours, spread_out
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
    assert len(made) == 2 * (len(CHARTS) + 2)  # pockets and plans beside each other
    for path in made:
        assert matplotlib.image.imread(path).std() > 0.05  # something is drawn


def texts_of(figure):
    return [text.get_text() for text in figure.findobj(Text)]


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_balance_has_one_unit(language):
    results = compare(scenario("Zonder"), [scenario("Plan", plans=3)], replications=2, workers=1)
    with chart_style():
        figure = draw_pockets(results, language)
        figure.canvas.draw()
    texts = texts_of(figure)
    assert not any("thousand" in text or "duizend" in text for text in texts)
    assert any("(euro, " in text for text in texts)
    # Three plans of 1 000 euro a month, of which the second year is in prices of the first.
    assert pytest.approx(36_000 * (1 + results.deflators[2016]), abs=50) == 71_900
    assert ("-€71,900" if language == "en" else "-€ 71.900") in texts
    ticks = [text.get_text() for text in figure.axes[0].get_xticklabels()]
    assert any(tick in ticks for tick in ("-50,000", "-50.000", "-80,000", "-80.000", "-40,000", "-40.000")), ticks


@pytest.mark.parametrize("count", [1, 4, 5, 8])
def test_many_plans_stand_in_rows_and_no_more_than_can_be_told_apart(count):
    policies = [scenario(f"Plan {k}", plans=k, months=8) for k in range(1, count + 1)]
    results = compare(scenario("Zonder", months=8), policies, replications=2, workers=1)
    with chart_style():
        figures = [draw_pockets(results, "nl"), next(iter(_figures(results, "nl")))[1]]
    drawn = min(count, MOST_POLICIES)
    for figure, extra in zip(figures, (0, 1), strict=True):
        assert sum(axes.get_visible() for axes in figure.axes) == drawn + extra
        assert figure.get_size_inches()[0] < 18
        assert any(f"Alleen de eerste 6 van {count}" in text.replace("\n", " ") for text in texts_of(figure)) == (
            count > 6
        )


def test_charts_of_plans_go_by_their_names():
    plans = [scenario("Eerste plan", plans=1), scenario("Tweede plan", plans=2)]
    results = compare(plans[0], plans[1:], replications=2, workers=1)
    for language in ("en", "nl"):
        figures = [draw_pockets(results, language), next(iter(_figures(results, language)))[1]]
        told = " ".join(text for figure in figures for text in texts_of(figure)).replace("\n", " ")
        assert "Eerste plan" in told
        assert not re.search("without|zonder|Without|Zonder", told)


def test_names_of_any_length_and_kind_can_be_drawn(tmp_path):
    names = ["x" * 200, "Kosten $5 en $6 <script>", 'Één "plan" met veel woorden in een heel lange naam die doorgaat']
    policies = [scenario(name, plans=k + 1) for k, name in enumerate(names)]
    assert draw_charts(compare(scenario("Zonder"), policies, replications=2, workers=1), tmp_path)
    assert in_lines("Een plan met een lange naam, nummer 4", 12) == "Een plan...\nnummer 4"
    assert max(map(len, in_lines("x" * 200, 24).splitlines())) <= 24
    assert in_lines("a $b", 24) == r"a \$b"
    assert in_lines("", 24) == ""


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("language", ["en", "nl"])
def test_nothing_is_written_beside_the_picture(count, language):
    policies = [scenario(f"Plan {k}", plans=k) for k in range(1, count + 1)]
    results = compare(scenario("Zonder"), policies, replications=2, workers=1)
    with chart_style():
        for name, figure in _figures(results, language):
            figure.canvas.draw()
            right = figure.get_size_inches()[0] * figure.dpi
            written = [text for text in figure.findobj(Text) if text.get_text() and text.get_visible()]
            beside = [text.get_text() for text in written if Text.get_window_extent(text).x1 > right + 1]
            assert beside == [], name


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_years_below_an_axis_stand_apart(count):
    policies = [scenario(f"Plan {k}", plans=k, months=120) for k in range(1, count + 1)]
    results = compare(scenario("Zonder", months=120), policies, replications=2, workers=1)
    with chart_style():
        figure = next(iter(_figures(results, "nl")))[1]
        figure.canvas.draw()
    for axes in figure.axes:
        boxes = [text.get_window_extent() for text in axes.get_xticklabels()]
        assert len(boxes) >= 3
        assert all(left.x1 + left.height / 2 < right.x0 for left, right in pairwise(boxes))


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


def test_numbers_at_an_axis_are_those_of_its_ticks_also_when_these_change_afterwards():
    """Quarters after tenths: .25 is not written as .2, which happened when decimals were chosen before the layout."""
    figure = Figure()
    axes = figure.subplots()
    axes.set_xlim(0.0, 1.0)
    axes.set_xticks([0.0, 0.2, 0.4, 0.6, 0.8, 1.0])
    format_axis(axes, "nl", horizontal=True)
    axes.set_xticks([0.0, 0.25, 0.5, 0.75, 1.0])
    texts = axes.xaxis.get_major_formatter().format_ticks(axes.get_xticks())
    assert texts == ["0,00", "0,25", "0,50", "0,75", "1,00"]


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
