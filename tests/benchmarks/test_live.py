"""The live page with a whole room: printed and not asserted (`make bench`), and memory over an hour (`make soak`)."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from statistics import mean, median

import numpy as np
import pytest
from browsing import BROWSER, WITHOUT_BROWSER

pytest.importorskip("panel", reason="the extra live is not installed")

from light_browser import LightBrowser
from live_server import Server, end_soon

from wijksim.live.places import free_port

BROWSERS, OWN, CLICKS = 30, 8, 12
PATIENCE = 900.0  # seconds: a machine may be busy
KILOBYTE, MEGABYTE = 1e3, 2**20
STATM = Path("/proc/self/statm")
SECONDS_TO_COLLECT = 6.0  # Panel waits five

pytestmark = pytest.mark.timeout(0)


def busy():
    """How busy the machine is, as part of a line."""
    return f"load {os.getloadavg()[0]:.0f} on {os.cpu_count()} cores"


@contextmanager
def served(*options):
    """Serve the live page at full size; gives the addresses it tells and the seconds until it did."""
    command = [sys.executable, "-m", "wijksim", "live", "--no-browser", "--port", str(free_port(5700, "0.0.0.0"))]
    began = time.monotonic()
    with subprocess.Popen([*command, "--language", "en", *options], stdout=subprocess.PIPE, text=True) as server:
        addresses = [re.search(r"http://\S+", server.stdout.readline())[0] for _ in range(2 if options else 1)]
        try:
            yield addresses, time.monotonic() - began
        finally:
            server.send_signal(signal.SIGINT)
            try:
                server.communicate(timeout=60)
            finally:
                server.kill()


async def open_all(addresses):
    """Open pages one after the other, as people come in; gives them and the seconds of each."""
    browsers, taken = [], []
    for address in addresses:
        began = time.monotonic()
        browsers.append(await LightBrowser(address, patience=PATIENCE).open())
        taken.append(time.monotonic() - began)
    return browsers, taken


async def seconds_to_answer(browser, clicks=CLICKS):
    """Play and pause in turn, and give the seconds from each click to the page that shows it."""
    play, taken = browser.named("Play"), []
    for _ in range(clicks):
        if browser.shows("The run is at its end"):
            await browser.press(browser.named("Reset"))
            await browser.until(lambda: browser.shows("Before the first month"), PATIENCE)
        was = browser.models[play]["label"]
        await browser.press(play)
        taken.append(await browser.until(lambda was=was: browser.models[play]["label"] != was, PATIENCE))
        await asyncio.sleep(1.0)
    return taken


@pytest.mark.bench
def test_thirty_browsers_on_one_session(tell):
    async def play(facilitator, viewers):
        (leads, *others), opened = await open_all([facilitator, *[viewers] * (BROWSERS - 1)])
        tell(f"live, {BROWSERS} browsers: a page opens in {median(opened):.2f} s (at most {max(opened):.2f}); {busy()}")
        sizes = {one: (one.received, len(one.frames)) for one in others}
        began = time.monotonic()
        taken = await seconds_to_answer(leads)
        took = time.monotonic() - began
        frames = {one: len(one.frames) - before for one, (_, before) in sizes.items()}
        bytes_ = [(one.received - before) / max(1, frames[one]) for one, (before, _) in sizes.items()]
        tell(
            f"live, {BROWSERS} browsers on one session: a click is answered in {median(taken):.2f} s, at most "
            f"{max(taken):.2f} (wanted 1); {mean(frames.values()) / took:.1f} frames a second for each who looks, "
            f"{mean(bytes_) / KILOBYTE:.1f} kB a frame; {busy()}"
        )
        began = time.monotonic()
        await asyncio.gather(*(one.until(lambda one=one: one.last == leads.last, PATIENCE) for one in others))
        tell(f"live, {BROWSERS} browsers: all show the last frame {time.monotonic() - began:.2f} s later")
        for browser in (leads, *others):
            await browser.close()

    with served("--share") as ((facilitator, viewers), _):
        asyncio.run(play(facilitator, viewers))


@pytest.mark.bench
def test_eight_sessions_of_their_own(tell):
    async def play(address):
        browsers, opened = await open_all([address] * OWN)
        found = await asyncio.gather(*(seconds_to_answer(browser, CLICKS // 2) for browser in browsers))
        taken = [seconds for one in found for seconds in one]
        tell(
            f"live, {OWN} sessions of their own, all playing: a page opens in {median(opened):.2f} s, a click is "
            f"answered in {median(taken):.2f} s, at most {max(taken):.2f} (wanted 1); {busy()}"
        )
        for browser in browsers:
            await browser.close()

    with served() as ((address,), _):
        asyncio.run(play(address))


@pytest.mark.bench
@pytest.mark.skipif(BROWSER is None, reason=WITHOUT_BROWSER)
def test_times_of_a_page_in_chromium(browser, tell):
    with served() as ((address,), listening):
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.set_default_timeout(1000 * PATIENCE)
        began = time.monotonic()
        page.goto(address)
        page.get_by_text("Before the first month").first.wait_for()
        shown = time.monotonic() - began
        page.get_by_role("button", name="Play", exact=True).click()
        page.get_by_text(re.compile("month [1-9][0-9]* of")).first.wait_for()
        plays = time.monotonic() - began
        page.get_by_role("button", name="Pause", exact=True).click()
        page.get_by_role("button", name="Play", exact=True).wait_for()
        slider = page.get_by_role("slider", name=re.compile("places")).first
        began = time.monotonic()
        slider.fill("3")
        page.get_by_text(re.compile(": .*places: 3")).first.wait_for()
        changed = time.monotonic() - began
        began = time.monotonic()
        page.get_by_role("slider", name="Go to month").fill("120")
        page.get_by_text("The run is at its end").first.wait_for()
        complete = time.monotonic() - began
        page.close()
    tell(
        f"live in Chromium, 10 000 residents: listens after {listening:.1f} s, page {shown:.1f} s later (wanted 3), "
        f"plays {plays:.1f} s after it is asked for (wanted 6), a change shows in {changed:.2f} s (wanted .3), "
        f"ten years in {complete:.1f} s (wanted 2); {busy()}"
    )


@pytest.mark.bench
@pytest.mark.skipif(BROWSER is None, reason=WITHOUT_BROWSER)
@pytest.mark.parametrize("viewers", [5, 29])
def test_real_browsers_draw_on_the_same_machine(browser, tell, viewers):
    """Worse than a room with devices of its own: server and all who draw share the cores of one machine."""

    def opened(address):
        page = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
        page.set_default_timeout(1000 * PATIENCE)
        page.goto(address)
        page.get_by_text("Before the first month").first.wait_for()
        return page

    with served("--share") as ((facilitator, address), _):
        leads = opened(facilitator)
        others = [opened(address) for _ in range(viewers)]
        taken = []
        for click in range(CLICKS):
            label, other = ("Play", "Pause") if click % 2 == 0 else ("Pause", "Play")
            began = time.monotonic()
            leads.get_by_role("button", name=label, exact=True).click()
            leads.get_by_role("button", name=other, exact=True).wait_for()
            taken.append(time.monotonic() - began)
            time.sleep(1.0)
        began = time.monotonic()
        leads.get_by_role("button", name="To the end", exact=True).click()
        for page in (leads, *others):
            page.get_by_text("The run is at its end").first.wait_for()
        ended = time.monotonic() - began
        for page in (leads, *others):
            page.context.close()
    tell(
        f"live, {1 + viewers} Chromium pages on the machine of the server: a click is answered in "
        f"{median(taken):.2f} s, at most {max(taken):.2f} (wanted 1); all are at the end {ended:.1f} s after it is "
        f"asked for; {busy()}"
    )


@pytest.mark.soak
@pytest.mark.skipif(not STATM.exists(), reason="this system doesn't tell the memory of a process in /proc")
def test_memory_is_flat_over_an_hour_of_coming_and_going(monkeypatch, tell):
    """An hour, or the minutes of WIJKSIM_SOAK_MINUTES.

    A page holds itself in circles, so that its memory comes back when Python collects them. Panel has that done some
    seconds after a visitor has gone: before it a server whose visitors have just left is as large as with them.
    """
    minutes, visitors = float(os.environ.get("WIJKSIM_SOAK_MINUTES", "60")), 10
    end_soon(monkeypatch)

    async def come_and_go():
        async with Server(share=True) as server:
            began, memory, kept, blocks = time.monotonic(), [], [], []
            while time.monotonic() - began < 60 * minutes or len(memory) < 6:
                await server.visit(visitors)
                await server.left_alone()
                await asyncio.sleep(SECONDS_TO_COLLECT)
                memory.append(int(STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / MEGABYTE)
                blocks.append(sys.getallocatedblocks())
                kept.append(server.kept())
            half = len(memory) // 2  # before it, caches fill
            slope, objects = (
                np.polyfit(np.arange(half, len(memory)), one[half:], 1)[0] / visitors for one in (memory, blocks)
            )
            tell(
                f"live, {visitors * len(memory)} visitors came and went in {minutes:g} minutes: {memory[0]:.0f} to "
                f"{memory[-1]:.0f} MB, {1024 * slope:.0f} kB and {objects:.0f} objects a visitor in the second half "
                f"(wanted below 100 kB), by turns {' '.join(f'{one:.0f}' for one in memory)}; {busy()}"
            )
            assert not any(kept[-1].values())
            assert server.pages() < 4 * visitors
            assert slope < 0.1, "MB a visitor"

    asyncio.run(come_and_go())
