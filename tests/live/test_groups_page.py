"""Groups in a real browser: opened, named and led on one page, played apart on others, compared on a wall."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time

import pytest
from browsing import BROWSER, SERIOUS, WITHOUT_BROWSER

pytest.importorskip("panel", reason="the extra live is not installed")
pytest.importorskip("playwright", reason="playwright is not installed")

from wijksim.live.places import free_port

SECONDS = 240
MONTHS = 24
NAME = "<script>alert(1)</script> " + "W" * 150

pytestmark = [
    pytest.mark.skipif(BROWSER is None, reason=WITHOUT_BROWSER),
    pytest.mark.timeout(900),
]


@pytest.fixture(scope="module")
def addresses():
    """The facilitator's page and those of two groups."""
    command = [sys.executable, "-m", "wijksim", "live", "--groups", "2", "--no-browser"]
    command += ["--port", str(free_port(5350)), "--months", str(MONTHS), "--residents", "300", "--language", "en"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        said = [re.search(r"http://\S+", server.stdout.readline())[0] for _ in range(3)]
        yield said
        server.send_signal(signal.SIGINT)
        try:
            server.wait(120)
        finally:
            server.kill()


@pytest.fixture(scope="module")
def opened(browser):
    """Opens a page in a browser of its own; what it asked and complained of is kept."""
    asked, complaints = [], []

    def open_page(address, width=1366, height=768):
        page = browser.new_context(viewport={"width": width, "height": height}).new_page()
        page.set_default_timeout(SECONDS * 1000)
        page.on("request", lambda request: asked.append(request.url))
        page.on("websocket", lambda socket: asked.append(socket.url))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        page.goto(address)
        return page

    open_page.asked, open_page.complaints = asked, complaints
    yield open_page
    for context in browser.contexts:
        context.close()


def until(met):
    end = time.monotonic() + SECONDS
    while not met():
        assert time.monotonic() < end, "it didn't come in time"
        time.sleep(0.1)


def is_usable(page):
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in SERIOUS] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "nothing is beside the screen"


def press(page, name):
    page.get_by_role("button", name=name, exact=True).first.click()


def test_a_workshop_from_opening_groups_to_the_wall(addresses, opened):
    leads, first, _ = addresses
    desk = opened(leads)
    desk.get_by_text(f"month 0 of {MONTHS}").nth(1).wait_for()
    name = desk.get_by_role("textbox", name="Name").first
    name.fill(NAME)
    name.press("Tab")
    desk.get_by_role("combobox", name="Role").first.select_option(label="Social enterprise")
    press(desk, "Open a group")
    desk.get_by_text("Group 3").first.wait_for()
    is_usable(desk)

    # On a phone: who the group is, the levers of its role first, a goal of its own.
    phone = opened(first, 390, 844)
    phone.get_by_text(re.compile("<script>alert")).first.wait_for()
    phone.get_by_text("You sell work and employ people").wait_for()
    assert phone.get_by_role("button", name="Other chance").count() == 0, "all groups have the same"
    phone.get_by_text("Set the goal").first.click()
    phone.get_by_role("combobox", name="Goal").select_option(label="More: People in paid work, 15-74")
    phone.get_by_role("textbox", name="Amount in euro").fill("many")
    press(phone, "Set the goal")
    phone.get_by_text("That is no number").wait_for()
    phone.get_by_role("textbox", name="Amount in euro").fill("500")
    press(phone, "Set the goal")
    phone.get_by_text("at least 500 more by the plan").first.wait_for()
    phone.get_by_role("slider", name=re.compile("Woonhulp.*places")).fill("0")
    phone.get_by_text(re.compile("month 1: Woonhulp.*places: 0")).wait_for()
    is_usable(phone)

    # All together, then the wall.
    wall = opened(leads.replace("/groups?", "/wall?"))
    wall.get_by_text("Nothing to compare yet").wait_for()
    wall.get_by_role("textbox", name="All to month").fill("30")
    press(wall, "Go")
    wall.get_by_text(f"Write a month from 0 to {MONTHS}").wait_for()
    wall.get_by_role("textbox", name="All to month").fill("18")
    press(wall, "Go")
    wall.get_by_text("All groups are at June 2016 (month 18 of 24)").wait_for()
    desk.get_by_role("combobox", name="Event for all groups").select_option(label="Grant halved")
    desk.get_by_text("For all groups from month 19: Grant halved").wait_for()
    phone.reload()  # the group's plan is still there
    phone.get_by_text("month 19: Grant halved").wait_for()
    phone.get_by_text("month 1: ").wait_for()
    press(phone, "To the end")
    wall.get_by_text("The groups are at different months. Compared at June 2016").wait_for()
    wall.get_by_text("✗ Not reached").wait_for()
    press(wall, "All to the end")
    wall.get_by_text("All groups are at December 2016").wait_for()
    wall.get_by_role("checkbox", name="Filled places").check()
    table = wall.locator("table", has_text="Group 2").first
    wall.get_by_text("Filled places: difference by the plan").wait_for()
    assert table.get_by_role("row").count() == 4
    is_usable(wall)
    wall.get_by_role("link", name="Nederlands").click()
    wall.get_by_text("Alle tafels zijn bij december 2016").wait_for()
    wall.set_viewport_size({"width": 390, "height": 844})
    is_usable(wall)

    # Closing: asked once, then done; who had it is told.
    press(desk, "Close all groups")
    press(desk, "All plans will be gone. Press again to close")
    desk.get_by_text("There is no group yet").wait_for()
    phone.get_by_text("The facilitator has closed this group").wait_for()

    assert opened.complaints == []
    own = re.compile(r"^(http|ws)://localhost:\d+/|^(data|blob):")
    assert [url for url in opened.asked if not own.match(url)] == []


@pytest.mark.parametrize("path", ["groups", "wall"])
@pytest.mark.parametrize("code", ["", "?w=wrong"])
def test_without_the_code_nobody_leads(addresses, opened, path, code):
    page = opened(f"{addresses[0].split('groups')[0]}{path}{code}")
    page.get_by_text("needs an address with an access code").wait_for()
    assert page.get_by_role("button").count() == 0
