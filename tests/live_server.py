"""A live server in the process of a test, whose memory can be looked into, and visitors who come and go."""

from __future__ import annotations

import asyncio
import gc
import sys
import time

import panel as pn
from bokeh.document import Document
from light_browser import LightBrowser

from wijksim.live.page import _Page
from wijksim.live.places import free_port
from wijksim.live.server import Live
from wijksim.scenario import Scenario

MONTHS, RESIDENTS = 6, 300
SOON = 200  # milliseconds
SECONDS = 120.0


def end_soon(monkeypatch):
    """Let documents be thrown away soon after their browser has gone."""
    serve = pn.serve
    how = {"check_unused_sessions_milliseconds": SOON, "unused_session_lifetime_milliseconds": 10 * SOON}
    monkeypatch.setattr(pn, "serve", lambda *given, **other: serve(*given, **{**other, **how}))


class Server:
    """A server in this process, whose memory can be looked into, and what is left in it."""

    def __init__(self, *, share):
        scenario = Scenario.from_file("beide", months=MONTHS, residents=RESIDENTS)
        self.live = Live(scenario, port=free_port(5600, "0.0.0.0"), language="en", share=share)
        self.live.start()
        self.live._server.start()

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        self.live._server.stop()
        self.live.lobby.close()

    async def visit(self, visitors):
        """Let visitors come, see something move, and go in the middle of it."""
        browsers = await asyncio.gather(*(LightBrowser(self.live.address).open() for _ in range(visitors)))
        await browsers[0].press(browsers[0].named("Reset"))
        await browsers[0].press(browsers[0].named("To the end"))
        for browser in browsers:
            await browser.until(lambda browser=browser: browser.frames)
            await browser.close()

    async def left_alone(self):
        """Wait until the server has thrown away what it kept of all visitors."""
        began = time.monotonic()
        while self.live._server.get_sessions("/"):
            assert time.monotonic() - began < SECONDS, "documents of visitors who went are kept"
            await asyncio.sleep(SOON / 1000)

    def pages(self):
        """How many documents there are, and what was made for them; the latest few are held by tasks that are done."""
        gc.collect()
        kinds = [type(one) for one in gc.get_objects()]
        return max(kinds.count(Document), kinds.count(_Page))

    def pieces(self):
        """How many pieces of memory Python has in use."""
        gc.collect()
        return sys.getallocatedblocks()

    def kept(self):
        """Sizes of what grows if somebody is forgotten."""
        state = pn.state
        return {
            "turns": len(self.live._turns),
            "views": len(state._views),
            "roots": len(state._fake_roots),
            "templates": len(state._templates),
            "periodic": sum(map(len, state._periodic.values())),
            "locations": len(state._locations),
        }
