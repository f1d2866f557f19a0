"""A whole room on one session: who may come in and move, and that a slow browser keeps nobody waiting."""

from __future__ import annotations

import asyncio
import re
import signal
import subprocess
import sys
import urllib.request
from dataclasses import dataclass, replace
from html import escape

import pytest

pytest.importorskip("panel", reason="the extra live is not installed")

from bokeh.document import Document
from light_browser import LightBrowser
from live_server import Server
from panel.io.state import set_curdoc
from tornado.httpclient import HTTPClientError

from wijksim.live import lobby as lobby_module
from wijksim.live import server as server_module
from wijksim.live.lobby import MOST_SESSIONS
from wijksim.live.places import free_port
from wijksim.live.server import Live
from wijksim.live.words import Words
from wijksim.scenario import Scenario

MONTHS, RESIDENTS, VIEWERS = 30, 300, 4
LARGEST_FRAME = 60_000  # bytes, on the mean, with the months of a busy machine in one
LONGEST_WAIT = 5.0  # seconds, before something is sent to a browser that doesn't say that it has drawn

pytestmark = pytest.mark.timeout(600)


@dataclass
class Room:
    """The two addresses that a server tells, and its own."""

    facilitator: str
    viewers: str
    base: str


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    port = free_port(5500, "0.0.0.0")
    command = [sys.executable, "-m", "wijksim", "live", "--no-browser", "--share", "--port", str(port)]
    command += ["--months", str(MONTHS), "--residents", str(RESIDENTS), "--language", "en"]
    told = tmp_path_factory.mktemp("room") / "told"  # no pipe: one that nobody reads fills, and stops the server
    with told.open("w") as notes, subprocess.Popen(command, stdout=subprocess.PIPE, stderr=notes, text=True) as server:
        facilitator, viewers = (re.search(r"http://\S+", server.stdout.readline())[0] for _ in range(2))
        assert "█" in server.stdout.readline(), "there is a code to scan"
        assert "Share only where you know who is there" in told.read_text("utf-8")
        yield Room(facilitator, viewers, viewers.partition("?")[0])
        server.send_signal(signal.SIGINT)
        try:
            server.communicate(timeout=60)
        finally:
            server.kill()


async def with_room(room, viewers=VIEWERS, **how):
    facilitator = await LightBrowser(room.facilitator).open()
    others = await asyncio.gather(*(LightBrowser(room.viewers, **how).open() for _ in range(viewers)))
    return facilitator, list(others)


async def all_leave(*browsers):
    for browser in browsers:
        await browser.close()


# ---------------------------------------------------------------- many at once
def test_what_a_light_browser_says_at_once_comes_apart(room):
    async def play():
        facilitator = await LightBrowser(room.facilitator).open()
        await facilitator.press(facilitator.named("Reset"))
        await facilitator.until(lambda: facilitator.shows("Before the first month"))
        step = facilitator.named("One month")
        await asyncio.gather(*(facilitator.press(step) for _ in range(20)))
        await facilitator.until(lambda: facilitator.shows(f"month 20 of {MONTHS}"))
        await all_leave(facilitator)

    asyncio.run(play())


def test_all_see_the_same_end_frames_are_skipped_and_a_browser_that_stopped_gets_hardly_any(room):
    async def play():
        facilitator, viewers = await with_room(room)
        (stopped,) = (await with_room(room, 1, acknowledges=False))[1]
        document = min(viewer.received for viewer in viewers)
        await facilitator.press(facilitator.named("Reset"))
        await facilitator.press(facilitator.named("To the end"))
        everybody = [facilitator, *viewers]
        for browser in everybody:
            await browser.until(lambda browser=browser: browser.shows("The run is at its end"))
            assert browser.shows(f"month {MONTHS} of {MONTHS}")
        await asyncio.gather(*(one.until(lambda one=one: one.last == facilitator.last) for one in everybody))
        for browser in everybody:
            numbers = [number for _, number in browser.frames]
            assert numbers == sorted(set(numbers)), "a frame comes once, and no earlier one after it"
        shown = [viewer.texts("<table>") for viewer in viewers]
        assert all(one == shown[0] for one in shown), "the same numbers"
        gaps = [later - sooner for (sooner, _), (later, _) in zip(stopped.frames, stopped.frames[1:], strict=False)]
        assert all(gap >= LONGEST_WAIT for gap in gaps), "what isn't drawn is not followed by more"
        for viewer in viewers:
            after = (viewer.received - document) / max(1, len(viewer.frames))
            assert after < LARGEST_FRAME < document / 2, "a frame is what changed, not the page anew"
        await all_leave(*everybody, stopped)

    asyncio.run(play())


def test_who_may_look_only_reads_the_plan_and_asks_where_its_numbers_come_from(room):
    async def look():
        leads, (looks,) = await with_room(room, 1)
        await leads.press(leads.named("Reset"))
        await leads.until(lambda: leads.shows("Before the first month"))
        await looks.until(lambda: looks.shows("Before the first month"))
        assert 4 <= len(leads.sliders()) < 10, "what is folded away isn't made yet"
        await leads.unfold("More levers")
        await leads.until(lambda: len(leads.sliders()) > 20)
        assert looks.sliders() == []
        front = looks.texts("places: <b>")
        assert len(front) == 1, "all levers in one text"
        await leads.slide(leads.sliders("Terreinbeheer Emmen: places")[0], 3)
        await looks.until(lambda: looks.shows("Terreinbeheer Emmen: places: <b>3</b>"))
        assert looks.shows("Grants from the municipality") == leads.shows("Grants from the municipality")
        for label in ("Play", "Reset", "Undo", "Make brief", "Hide the plan"):
            assert label not in {model.get("label") for model in looks.models.values()}
        (question,) = (
            (name, option)
            for name, model in looks.models.items()
            if model.get("title") == "Where does this come from?"
            for option in model["options"]
            if "Participation budget" in str(option)
        )
        await looks.set(question[0], "value", question[1][0] if isinstance(question[1], list) else question[1])
        await looks.until(lambda: looks.shows("Behind “Participation budget”"))
        assert looks.received < leads.received, "it is lighter"
        await leads.press(leads.named("Undo"))
        await leads.until(lambda: leads.shows("Nothing yet"))
        await all_leave(leads, looks)

    asyncio.run(look())


@pytest.mark.parametrize("who", ["facilitator", "viewers"])
def test_a_style_goes_to_the_browser_once(room, who):
    async def look():
        page = await LightBrowser(getattr(room, who)).open()
        styles = [model["css"] for model in page.models.values() if model[""] == "InlineStyleSheet"]
        assert len(styles) == len(set(styles)) > 2
        given = [style for model in page.models.values() for style in model.get("stylesheets") or []]
        assert len(given) > 100
        assert not [style for style in given if isinstance(style, str)]
        await page.close()

    asyncio.run(look())


@pytest.mark.parametrize("who", ["facilitator", "viewers"])
def test_of_a_text_only_its_words_go_to_the_browser(room, who):
    """Panel sends the styles of a text again with its first change, and Bokeh then searches the whole document."""

    async def look():
        leads, page = [await LightBrowser(address).open() for address in (room.facilitator, getattr(room, who))]
        await leads.press(leads.named("Reset"))
        await page.until(lambda: page.shows("Before the first month"))
        await leads.press(leads.named("One month"))
        await page.until(lambda: page.shows(f"month 1 of {MONTHS}"))
        assert "text" in page.changed
        assert "stylesheets" not in page.changed
        await all_leave(leads, page)

    asyncio.run(look())


def test_who_leads_in_two_tabs_moves_the_same_session(room):
    async def lead():
        one, other = [await LightBrowser(room.facilitator).open() for _ in range(2)]
        await one.press(one.named("Reset"))
        await other.until(lambda: other.shows("Before the first month"))
        await one.press(one.named("One month"))
        await other.until(lambda: other.shows(f"month 1 of {MONTHS}"))
        await other.press(other.named("One month"))
        await one.until(lambda: one.shows(f"month 2 of {MONTHS}"))
        await all_leave(one, other)

    asyncio.run(lead())


def test_a_slider_can_be_moved_while_it_plays_and_pause_stops_it(room):
    async def play():
        leads = await LightBrowser(room.facilitator).open()
        button = leads.named("Play")
        await leads.press(leads.named("Reset"))
        await leads.until(lambda: leads.shows("Before the first month"))
        await leads.press(button)
        await leads.until(
            lambda: leads.models[button]["label"] == "Pause" and not leads.shows("Before the first month")
        )
        await leads.slide(leads.sliders("places")[0], 1)
        await leads.until(lambda: leads.shows("places: <b>1<"))
        await leads.press(button)
        await leads.until(lambda: leads.models[button]["label"] == "Play")
        stopped = leads.texts(f"of {MONTHS}")
        await asyncio.sleep(1.0)
        assert leads.texts(f"of {MONTHS}") == stopped
        await leads.press(leads.named("Undo"))
        await leads.until(lambda: leads.shows("Nothing yet"))
        await leads.close()

    asyncio.run(play())


def test_what_goes_wrong_in_a_step_is_shown_to_all_as_text():
    async def fail():
        async with Server(share=True) as server:
            shared = server.live.shared
            browsers = [await LightBrowser(address).open() for address in (shared.facilitator, shared.viewers)]
            (session,) = server.live.lobby._sessions
            while session._frame is None:
                await asyncio.sleep(0.1)
            frame = session._frame
            session._frame = replace(frame, number=frame.number + 1, playing=False, error="ArithmeticError: <b>one</b>")
            for browser in browsers:
                await browser.until(lambda browser=browser: browser.shows(escape("ArithmeticError: <b>one</b>")))
                assert not browser.shows("<b>one</b>")
                await browser.close()

    asyncio.run(fail())


# ---------------------------------------------------------------- who may move
def test_whatever_a_viewer_sends_moves_nothing_and_others_go_on(room):
    async def tamper():
        facilitator, (viewer,) = await with_room(room, 1)
        await facilitator.press(facilitator.named("Reset"))
        await facilitator.until(lambda: facilitator.shows("Before the first month"))
        await viewer.until(lambda: viewer.last == facilitator.last)
        plan = facilitator.texts("places: <b>")
        for name, model in list(viewer.models.items()):
            await viewer.press(name)
            if model.get("options"):
                for option in model["options"][:6]:
                    await viewer.set(name, "value", option)
            if "Input" in model[""] or "Spinner" in model[""]:
                await viewer.set(name, "value", 7)
        for slider in (*viewer.sliders(), *facilitator.sliders()):
            await viewer.slide(slider, 1)
        hers = facilitator.named("Play")
        theirs = await LightBrowser(room.viewers).open()
        await theirs.press(hers)  # of another document: the server closes the line, or doesn't know it
        await theirs.tell({"kind": "ModelChanged", "model": {"id": hers}, "attr": "clicks", "new": 3})
        await theirs.tell({"kind": "no such thing"}, {"kind": "RootAdded", "model": {"id": hers}})
        await facilitator.press(facilitator.named("One month"))
        await facilitator.until(lambda: facilitator.shows(f"month 1 of {MONTHS}"))
        assert facilitator.shows("Nothing yet"), "no move was made"
        assert facilitator.texts("places: <b>") == plan
        assert facilitator.models[facilitator.named("Play")]["label"] == "Play", "nor does it play"
        await facilitator.slide(facilitator.sliders("places")[0], 1)  # of who leads the same message is heard
        await facilitator.until(
            lambda: not facilitator.shows("Nothing yet") or facilitator.texts("places: <b>") != plan
        )
        await all_leave(facilitator, viewer, theirs)

    asyncio.run(tamper())


# ---------------------------------------------------------------- who may come in
def read(address):
    with urllib.request.urlopen(address, timeout=120) as answer:
        return answer.read().decode()


async def opened(address):
    browser = await LightBrowser(address).open()
    await browser.close()
    return browser


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("asked", ["", "code=wrong", "s=wrong", "s=wrong&code=wrong"])
def test_without_the_code_there_is_a_page_that_says_so_and_no_session(room, language, asked):
    browser = asyncio.run(opened(f"{room.base}?lang={language}&{asked}"))
    words = Words(language)
    assert browser.shows(words("page.gone" if "s=" in asked else "page.no_access"))
    assert not any(model.get("label") for model in browser.models.values()), "there is nothing to press"
    assert "code=" not in browser.page.replace(asked, ""), "the code isn't told either"


def test_a_page_of_another_site_can_not_connect(room):
    async def connect():
        for origin in ("http://evil.example", f"{room.base.rstrip('/')}.evil.example", "null"):
            with pytest.raises(HTTPClientError, match="403"):
                await LightBrowser(room.viewers).open(origin)

    asyncio.run(connect())


@pytest.fixture
def alone(monkeypatch):
    """A server that isn't listening, whose sessions are none."""

    class Made:
        ended, facilitator, viewer = False, "f", "v"

        def __init__(self, *_, **__):
            pass

        def may_look(self, _):
            return False

        def close(self):
            pass

    monkeypatch.setattr(lobby_module, "Session", Made)

    def made(**how):
        return Live(Scenario.from_file("beide"), port=1, **how)

    return made


def page_of(live):
    document = Document()
    with set_curdoc(document):
        live._page().server_doc(document, "wijksim")
    return str(document.to_json())


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_thirteenth_is_told_that_there_is_no_room(alone, language):
    live = alone(language=language)
    for _ in range(MOST_SESSIONS):
        live.lobby.open()
    page = page_of(live)
    assert Words(language)("page.full", n=MOST_SESSIONS) in page


def test_a_page_that_is_made_for_a_browser_that_came_late_asks_nothing_of_other_machines(alone):
    page = page_of(alone(share=True))
    assert "static/extensions/panel/" in page
    assert "https:" not in page


def test_codes_are_compared_in_the_same_time_whatever_is_given(alone, monkeypatch):
    live = alone(share=True)
    compared = []
    monkeypatch.setattr(
        server_module.hmac, "compare_digest", lambda one, other: compared.append((one, other)) or one == other
    )
    assert [live._may_open({"code": code}) for code in ("", "é", "x" * 1000, live.shared.code)] == [False] * 3 + [True]
    assert len(compared) == 4
    assert len(live.shared.code) >= 12


def test_without_sharing_only_this_machine_can_come_in(alone, monkeypatch):
    given = []
    monkeypatch.setattr(server_module.pn, "serve", lambda *_, **how: given.append(how) or _Listening())
    alone().start()
    alone(share=True).start()
    assert [how["address"] for how in given] == ["127.0.0.1", "0.0.0.0"]
    assert all(name.split(":")[0] in ("localhost", "127.0.0.1") for name in given[0]["websocket_origin"])
    assert "*" not in "".join(given[1]["websocket_origin"])


class _Listening:
    class io_loop:  # noqa: N801 (the name that the server has)
        add_callback = staticmethod(lambda _: None)
