"""What is left of visitors who went: no document, no process, no memory, however many came and went."""

from __future__ import annotations

import asyncio
import multiprocessing
import time

import pytest

pytest.importorskip("panel", reason="the extra live is not installed")

from light_browser import LightBrowser
from live_server import SECONDS, SOON, Server, end_soon

pytestmark = pytest.mark.timeout(600)


VISITORS = 4
MOST_LEFT = 1000  # pieces of memory a visitor; a page has tens of thousands


def test_of_visitors_who_went_nothing_is_left(monkeypatch):
    end_soon(monkeypatch)

    async def come_and_go():
        async with Server(share=True) as server:
            found, pieces = [], []
            for _ in range(4):
                await server.visit(VISITORS)
                await server.left_alone()
                found.append(server.kept())
                pieces.append(server.pieces())
            assert server.pages() < 8, "of sixteen"
            left = (min(pieces[2:]) - pieces[1]) / VISITORS  # in the first round caches fill
            assert left < MOST_LEFT, pieces
            assert all(not any(kept.values()) for kept in found), found
            assert len(server.live.lobby) == 1, "the session that is shared is kept"

    asyncio.run(come_and_go())


def test_the_process_of_a_session_that_was_left_ends_and_not_before(monkeypatch):
    end_soon(monkeypatch)

    async def come_and_go():
        async with Server(share=False) as server:
            ready = server.live.lobby._spare
            browser = await LightBrowser(server.live.address).open()
            await browser.until(lambda: browser.shows("Before the first month"))
            (session,) = server.live.lobby._sessions
            process = session._process
            assert session is ready, "who comes in gets the one that was ready"
            server.live.lobby.prepare()
            await asyncio.sleep(3 * SOON / 1000)
            assert process.is_alive(), "while somebody looks it stays"
            await browser.close()
            await server.left_alone()
            assert len(server.live.lobby) == 1, "who reloads the page finds it again"
            server.live.lobby.sweep(0.0)
            began = time.monotonic()
            while process.is_alive():
                assert time.monotonic() - began < SECONDS
                await asyncio.sleep(0.1)
            assert len(server.live.lobby) == 0
            server.live.lobby._spare.wait(server.live.lobby._spare.viewer)
            assert len(multiprocessing.active_children()) == 1, "only the next one that is ready"
        assert multiprocessing.active_children() == []

    asyncio.run(come_and_go())
