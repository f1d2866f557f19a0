"""Who may come in, what is told before the page opens, and what the parts of the page are made of."""

from __future__ import annotations

import logging
import math
import os
import signal
import socket
import subprocess
import sys
import tomllib
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from bokeh.document import Document
from bokeh.models import ColumnDataSource
from typer.testing import CliRunner

pytest.importorskip("panel", reason="the extra live is not installed")

from tornado.iostream import StreamClosedError
from tornado.websocket import WebSocketClosedError

from wijksim.cli import app
from wijksim.cli import live as command
from wijksim.errors import InputError
from wijksim.live import lobby as lobby_module
from wijksim.live.charts import Levels
from wijksim.live.frames import Situation, StreetPlan
from wijksim.live.levers import MOST_AT_FRONT, controls_of, value_of
from wijksim.live.lobby import Full, Lobby
from wijksim.live.moves import checked
from wijksim.live.noise import leave_out_visitors_who_go
from wijksim.live.places import free_port, require_port
from wijksim.live.server import Live, terminal_code
from wijksim.live.street_map import StreetMap, put
from wijksim.live.words import Words, event_cards, group_texts
from wijksim.scenario import Scenario
from wijksim.shipped import shipped_files

PACK = Path(__file__).resolve().parents[2] / "docs" / "workshop"
SHIPPED = [name for name in shipped_files("scenario") if name != "baseline"]


# ---------------------------------------------------------------- before the page
def test_a_port_in_use_is_told_and_the_next_is_offered():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match=rf"{port} is in use.*--port {free_port(port + 1)}"):
            require_port(port)
        told = CliRunner().invoke(app, ["live", "--port", str(port), "--no-browser"])
        assert (told.exit_code, "is in use" in told.stderr) == (2, True)


def test_a_wrong_scenario_and_a_missing_extra_are_told(monkeypatch):
    told = CliRunner().invoke(app, ["live", "woonhulpp"])
    assert (told.exit_code, "Did you mean 'woonhulp'?" in told.stderr) == (2, True)
    monkeypatch.setattr(command, "_NEEDED", ("panel", "no_such_library"))
    told = CliRunner().invoke(app, ["live"])
    assert told.exit_code == 2
    assert (
        'needs no_such_library, which is not installed. Install the extra: python -m pip install "wijksim[live]"'
        in (told.stderr)
    )


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals for one process")
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_the_server_ends_when_told_though_its_terminal_is_gone(how):
    command = [sys.executable, "-m", "wijksim", "live", "--no-browser", "--port", str(free_port(5450))]
    command += ["--months", "6", "--residents", "300"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert "http://" in server.stdout.readline()
            assert "Ctrl-C" in server.stderr.readline(), "it listens from here on"
            server.stdout.close()
            server.stderr.close()
            server.send_signal(how)
            assert server.wait(60) == 0
        finally:
            server.kill()


def test_who_serves_pages_imports_no_model_which_the_processes_of_sessions_do():
    told = "import sys, wijksim.live.server; print(sorted({'mesa', 'pandas', 'wijksim.model'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_code_to_scan_is_a_square_in_the_terminal():
    lines = terminal_code("http://192.0.2.1:5006/?s=abc")
    assert {len(line) for line in lines} == {len(lines[0])}
    assert abs(2 * len(lines) - len(lines[0])) <= 1


@pytest.mark.parametrize("name", ["asyncio", "bokeh.server.views.ws", "panel.io.document", "tornado.application"])
def test_a_visitor_who_goes_is_no_error_in_the_log_and_all_else_is(name, caplog):
    leave_out_visitors_who_go()
    leave_out_visitors_who_go()
    logger = logging.getLogger(name)
    with caplog.at_level(logging.WARNING, logger=name):
        logger.addHandler(caplog.handler)  # some of them tell no other logger
        try:
            for error in (WebSocketClosedError(), StreamClosedError(), ValueError("a fault")):
                logger.error("Task exception was never retrieved", exc_info=error)
            logger.warning("Failed sending message as connection was closed")
            logger.warning("Failed sending message due to following error: a fault")
        finally:
            logger.removeHandler(caplog.handler)
    told = {(record.exc_info and str(record.exc_info[1]), record.getMessage()) for record in caplog.records}
    assert told == {
        ("a fault", "Task exception was never retrieved"),
        (None, "Failed sending message due to following error: a fault"),
    }


# ---------------------------------------------------------------- the lobby
class Made:
    """Stands for a session: only what a lobby asks of it."""

    def __init__(self, _, seed):
        self.ended, self.token = False, object()

    def may_look(self, token):
        return token is self.token

    def close(self):
        self.ended = True


@pytest.fixture
def lobby(monkeypatch):
    monkeypatch.setattr(lobby_module, "Session", Made)
    return Lobby(None, most=2)


def test_each_who_comes_in_gets_another_session_until_there_is_no_room(lobby):
    first, second = lobby.open(), lobby.open()
    assert first is not second
    assert (lobby.find(first.token), lobby.find(second.token), lobby.find("x")) == (first, second, None)
    with pytest.raises(Full):
        lobby.open()


def test_a_session_that_nobody_looks_at_ends_and_its_room_is_free(lobby):
    (
        left,
        watched,
    ) = lobby.open(), lobby.open(keep=math.inf)
    lobby.enter(left)
    lobby.sweep(0.0)
    assert not left.ended
    lobby.leave(left)
    lobby.sweep(3600.0)
    assert len(lobby) == 2
    lobby.sweep(0.0)
    assert (len(lobby), lobby.find(left.token), watched.ended) == (1, None, False)
    lobby.open()
    lobby.close()
    assert watched.ended


def test_a_spare_that_died_is_not_given_away(lobby):
    lobby._spare.ended = True
    assert not lobby.open().ended


def test_the_next_session_is_begun_when_there_is_time_and_room_not_while_somebody_comes_in(lobby):
    ready = lobby._spare
    assert lobby.open() is ready
    assert lobby._spare is None
    lobby.prepare()
    ready = lobby._spare
    lobby.prepare()
    assert lobby._spare is ready
    assert lobby.open() is ready
    lobby.prepare()
    assert lobby._spare is None, "there is no room for a third"


def test_a_server_takes_the_sessions_that_were_begun_before_it(lobby):
    """An empty lobby is false; a server that took it for none began sessions of its own beside it."""
    assert not lobby
    server = Live(Scenario.from_file("beide", months=2, residents=60), port=free_port(5640), lobby=lobby)
    assert server.lobby is lobby


# ---------------------------------------------------------------- levers, events, words
@pytest.mark.parametrize("name", SHIPPED)
def test_each_lever_of_the_page_can_be_moved_to_its_ends_and_stands_where_the_plan_has_it(name):
    scenario = Scenario.from_file(name)
    settings = scenario.settings
    keys = [plan.key for plan in settings.enterprises]
    front, more = controls_of(scenario)
    assert len(front) == MOST_AT_FRONT
    for control in front + more:
        value = value_of(control.path, settings.levers, settings.enterprises, scenario)
        ends = control.choices or (control.low, control.high)
        for end in ends:
            ((_, moved),) = checked([(control.path, end)], keys, scenario.registry)
            assert moved == pytest.approx(end) if not control.choices else moved == end
        assert value in control.choices if control.choices else control.low <= value <= control.high
        for language in ("en", "nl"):
            assert control.label(language)
            assert control.told(value, language)


def test_events_can_happen_to_every_plan():
    for card in event_cards():
        assert checked(card.changes, [], Scenario.from_file("baseline").registry)


def test_each_text_is_there_in_both_languages():
    texts = tomllib.loads((files("wijksim.live") / "words.toml").read_text(encoding="utf-8"))
    for section, entries in texts.items():
        for name, text in entries.items():
            both = text["label"] if section == "event" else text
            assert len(both) == 2, f"{section}.{name}"
            assert all(both), f"{section}.{name}"
    assert Words("nl").moment(2015 * 12) == "januari 2015"


def test_the_pack_for_a_workshop_names_what_is_on_the_page():
    read = [path.read_text(encoding="utf-8") for path in (files("wijksim.live") / "words.toml", PACK / "words.toml")]
    page, pack = map(tomllib.loads, read)
    page |= {section: texts for section, texts in group_texts().items() if section != "role"}
    shown = [text for section, texts in page.items() if section != "event" for text in texts.values()]
    assert [name for name, both in pack["buttons"].items() if both not in shown] == []


# ---------------------------------------------------------------- what is drawn
def test_a_home_keeps_its_place_on_the_map_and_new_ones_come_between():
    x = np.array([3.5, 10.5, 50.0, 57.0], np.float32)
    y = np.zeros(4, np.float32)
    drawn = StreetMap({})
    drawn.show(StreetPlan(x, y, np.array([Situation.WORK] * 4, np.int8), np.zeros((4, 4), np.int8)))
    source = drawn._source
    before = list(source.data["x"])
    assert before == [0.0, 1.0, 3.0, 4.0], "a street is drawn narrower than it is"
    five = np.full(5, Situation.WORK, np.int8), np.zeros((4, 5), np.int8)
    more = StreetPlan(np.append(x, np.float32(7.0)), np.zeros(5, np.float32), *five)
    drawn.show(more)
    assert list(source.data["x"]) == [*before, 0.5]


def events_of(source):
    """What is sent on of a source, from now on."""
    events, document = [], Document()
    document.add_root(source)
    document.on_change(events.append)
    return events


def test_of_a_map_only_homes_that_changed_are_sent_on_and_frames_stay_as_they_are():
    homes = 5000
    x = np.arange(homes, dtype=np.float32)
    plan = StreetPlan(x, x, np.full(homes, Situation.WORK, np.int8), np.ones((4, homes), np.int8))
    drawn = StreetMap({})
    drawn.show(plan)
    events = events_of(drawn._source)
    drawn.show(plan)
    assert events == []
    situation = plan.situation.copy()
    situation[[7, 4000]] = Situation.ASSISTANCE
    drawn.show(replace(plan, situation=situation))
    assert events[0].patches == {"code": [(7, Situation.ASSISTANCE), (4000, Situation.ASSISTANCE)]}
    assert drawn._source.data["code"].tolist() == situation.tolist()
    assert set(plan.situation) == {Situation.WORK}, "a frame belongs to all who look"


def test_of_a_line_only_the_months_that_came_are_sent_on():
    source = ColumnDataSource({"x": [], "y": []})
    events = events_of(source)
    line = np.arange(12.0)
    for months in (0, 5, 5, 6, 12, 3):
        put(source, {"x": line[:months], "y": line[:months] ** 2})
        assert list(source.data["y"]) == list(line[:months] ** 2)
    kinds = [type(event).__name__ for event in events]
    assert kinds == ["ColumnDataChangedEvent", *["ColumnsStreamedEvent"] * 2, "ColumnDataChangedEvent"]


@pytest.mark.parametrize("month", [1, 3, 20, 60])
def test_no_line_crosses_the_names_of_the_lines(month):
    both = 1000.0 + np.cumsum(np.random.default_rng(month).normal(0, 9, (2, month)), axis=1)
    drawn = Levels("without", "with")
    drawn.show(24180, 60, both, None, False)
    names, years = drawn._ends.data, 2015 + np.arange(1, 61) / 12
    axis = drawn.figure.y_range
    room = 0.19 * (axis.end - axis.start)
    assert max(names["y"]) + room < axis.end, "and the axis has room for them"
    assert min(names["y"]) - room > axis.start
    before = axis.start, axis.end
    drawn.show(24180, 60, both, None, False)
    assert (axis.start, axis.end) == before, "which it doesn't take again and again"
    for x, y, side in zip(names["x"], names["y"], names["side"], strict=True):
        begins = x - 0.35 * 5
        assert begins >= 2015 - 1e-9, "and none begins beside the chart"
        near = both[:, (years[:month] > begins) & (years[:month] <= x)]
        assert (y >= near).all() if side == "bottom" else (y <= near).all()


def test_an_axis_only_grows():
    drawn = Levels("without", "with")

    def ends(*values):
        drawn.show(24180, 12, np.array([values, values], np.float64), None, False)
        return drawn.figure.y_range.start, drawn.figure.y_range.end

    drawn.show(24180, 12, np.zeros((2, 0)), None, False)
    low, high = ends(3000.0, 3010.0)
    assert 2500 < low < 3000 < 3010 < high < 3500
    assert ends(3005.0) == (low, high)
    longer = ends(3005.0, 4000.0)
    assert longer[1] > 4000
    assert ends(3005.0) == longer
