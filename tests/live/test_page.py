"""The live page in a real browser: it plays, stops, moves and saves; visitors are apart; nothing leaves the machine."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from browsing import BROWSER, SERIOUS, WITHOUT_BROWSER

pytest.importorskip("panel", reason="the extra live is not installed")
pytest.importorskip("playwright", reason="playwright is not installed")

from wijksim.live.families import Family
from wijksim.live.family_strip import FamilyStrip
from wijksim.live.places import free_port
from wijksim.live.words import Words
from wijksim.model import Neighbourhood
from wijksim.scenario import Scenario

MONTHS, RESIDENTS = 30, 300
SECONDS = 240
MONTH = re.compile(r"(month|maand) \d+ (of|van)")

pytestmark = [
    pytest.mark.skipif(BROWSER is None, reason=WITHOUT_BROWSER),
    pytest.mark.timeout(300),
]


@pytest.fixture(scope="module")
def scenario_file(tmp_path_factory):
    """A plan whose names are as bad as they may be."""
    text = Path(Scenario.from_file("beide").path).read_text("utf-8")
    text = text.replace('name = "Beide"', "name = \"<script>alert(1)</script> 'Beide'\"")
    text = text.replace('"Terreinbeheer Emmen"', '"<img src=x onerror=alert(2)> ${value} {{x}}"')
    path = tmp_path_factory.mktemp("plan") / "plan.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def address(scenario_file):
    port = free_port(5300)
    command = [sys.executable, "-m", "wijksim", "live", str(scenario_file), "--no-browser", "--port", str(port)]
    command += ["--months", str(MONTHS), "--residents", str(RESIDENTS), "--language", "en"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        said = server.stdout.readline()
        yield re.search(r"http://\S+", said)[0]
        server.send_signal(signal.SIGINT)
        try:
            server.wait(30)
        finally:
            server.kill()


class Visitor:
    """A visitor with cookies of their own, and what their browser asked and complained of."""

    def __init__(self, browser, address):
        self.page = browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
        self.page.set_default_timeout(SECONDS * 1000)
        self.asked, self.complaints = [], []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("websocket", lambda socket: self.asked.append(socket.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on(
            "console", lambda said: self.complaints.append(said.text) if said.type in ("error", "warning") else None
        )
        self.page.goto(address)
        self.sees("Before the first month", "Vóór de eerste maand")

    def sees(self, *texts):
        self.page.get_by_text(re.compile("|".join(texts))).first.wait_for()

    def press(self, name):
        self.page.get_by_role("button", name=name, exact=True).click()

    def month(self):
        return int(re.search(r"\d+", self.page.get_by_text(MONTH).inner_text())[0])

    def slide(self, name, value):
        self.page.get_by_role("slider", name=re.compile(name)).fill(str(value))

    def close(self):
        self.page.context.close()


@pytest.fixture
def visitor(browser, address):
    made = Visitor(browser, address)
    yield made
    made.close()


def until(met, seconds=SECONDS):
    end = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < end, "it didn't come in time"
        time.sleep(0.05)


def downloaded(page, name):
    with page.expect_download() as waiting:
        page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name)).click()
    return waiting.value.path()


def test_a_room_plays_moves_undoes_and_saves_what_a_batch_repeats(visitor, tmp_path):
    page = visitor.page
    visitor.press("Play")
    until(lambda: visitor.month() > 0)
    visitor.press("Pause")
    visitor.sees("Play")
    stopped = visitor.month()
    visitor.slide("onerror.*places", 3)
    visitor.sees(f"month {stopped + 1}: .*places: 3")
    visitor.press("Undo")
    visitor.sees("Nothing yet")
    visitor.press("Redo")
    visitor.sees(f"month {stopped + 1}: .*places: 3")
    visitor.press("To the end")
    visitor.sees("The run is at its end")
    path = tmp_path / "plan.toml"
    path.write_bytes(Path(downloaded(page, "Save the plan as file")).read_bytes())
    run = Neighbourhood(Scenario.from_file(path), seed=1).run()
    row = page.get_by_role("row", name=re.compile("^People in paid work")).inner_text()
    employed = run.outcomes.series("employed_15_74")
    assert f"{employed[-1]:,.0f}" in row.split("\t")
    for _ in range(2):
        visitor.press("Reset")
        visitor.sees("Before the first month")
        assert visitor.month() == 0
        assert page.get_by_role("slider", name=re.compile("onerror.*places")).input_value() == "3"
    visitor.press("One month")
    until(lambda: visitor.month() == 1)
    assert visitor.complaints == []


def test_nothing_is_asked_of_other_machines_and_what_people_wrote_is_only_text(visitor):
    own = re.compile(r"^(http|ws)://localhost:\d+/|^(data|blob):")
    assert [url for url in visitor.asked if not own.match(url)] == []
    assert "<script>alert(1)</script>" in visitor.page.locator("h1").inner_text()
    assert visitor.page.locator("main img").count() == 0
    assert visitor.complaints == []


@pytest.mark.parametrize("language", ["en", "nl"])
def test_everybody_can_use_it(visitor, language):
    from axe_playwright_python.sync_playwright import Axe

    if language == "nl":
        visitor.page.get_by_role("link", name="Nederlands").click()
        visitor.sees("Vóór de eerste maand")
        assert visitor.page.locator("html").get_attribute("lang") == "nl"
    for summary in visitor.page.locator("summary").all():
        summary.click()
    found = Axe().run(visitor.page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in SERIOUS] == []
    assert visitor.complaints == []


@pytest.mark.parametrize("width", [290, 470, 900])
@pytest.mark.parametrize("language", ["en", "nl"])
def test_families_stand_within_their_column_and_the_latest_are_seen(browser, width, language):
    strip = FamilyStrip(Words(language), lambda *_: None)
    families = [Family(month, home=1, age=30, in_three=True, children=0, in_place=False) for month in range(40)]
    drawn = strip._of_run("map.with", families, month=39)
    (style,) = strip._strip.stylesheets
    page = browser.new_page(viewport={"width": width, "height": 700})
    page.set_content(f"<style>{style}</style><body style='margin:0;font-size:16px'>{drawn}</body>")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("td.new").first.is_visible()
    assert page.locator("tr").first.locator("td:visible").count() >= 8
    page.close()


def test_who_reloads_finds_the_same_session_and_another_visitor_has_another(browser, visitor, address):
    visitor.press("One month")
    until(lambda: visitor.month() == 1)
    other = Visitor(browser, address)
    other.slide("onerror.*places", 0)
    other.sees("places: 0")
    assert visitor.month() == 1
    assert other.month() == 0
    assert visitor.page.get_by_role("slider", name=re.compile("onerror.*places")).input_value() == "12"
    until(lambda: "s=" in visitor.page.url)
    visitor.press("Play")
    visitor.page.reload()  # while it plays
    visitor.sees("The run is at its end")
    for summary in visitor.page.locator("summary").all():
        summary.click()
    time.sleep(1)
    visitor.sees("Nothing yet")  # a page that opens moves nothing by itself
    other.close()


def test_guesses_come_before_the_line(visitor):
    visitor.press("To the end")
    visitor.sees("The run is at its end")
    visitor.press("Hide the plan")
    visitor.sees("first the guess")
    group, value = (visitor.page.get_by_role("textbox", name=name) for name in ("Group", "Our guess"))
    group.fill("<b>Table 1</b>")
    value.fill("many")
    visitor.press("Write down")
    visitor.sees("That is no number")
    value.fill("7,5")
    visitor.press("Write down")
    visitor.sees(r"<b>Table 1</b>: \+7.5")
    assert "?" in visitor.page.get_by_role("row", name=re.compile("^People in paid work")).inner_text()
    visitor.press("Show")
    until(lambda: "?" not in visitor.page.get_by_role("row", name=re.compile("^People in paid work")).inner_text())


def test_the_server_survives_messages_that_are_none_and_a_visitor_who_leaves_in_the_middle(browser, address):
    gone = Visitor(browser, address)
    gone.press("Play")
    gone.close()
    host, port = re.search(r"//(\w+):(\d+)", address).groups()
    for sent in (b"GET / HTTP/1.1\r\n\r\n", b"\x00" * 2000, b"GET /ws HTTP/1.1\r\nUpgrade: websocket\r\n\r\n{]"):
        with socket.create_connection((host, int(port)), timeout=SECONDS) as line:
            line.sendall(sent)
    after = Visitor(browser, address)
    after.press("One month")
    until(lambda: after.month() == 1)
    after.close()


def test_where_a_number_comes_from_opens_beside_it_and_can_be_moved(visitor):
    page = visitor.page
    page.get_by_role("button", name=re.compile(r"come from\? Participation budget")).click()
    which = page.get_by_label("Number of the model")
    until(lambda: which.locator("option").count() == 1)
    visitor.sees("Behind “Participation budget”: 1 of the numbers")
    until(lambda: "#assume-" in page.evaluate("location.hash"))  # `page.url` is only heard of with other calls
    heading = page.get_by_role("heading", name="Assumptions")
    until(lambda: 0 < heading.bounding_box()["y"] < page.viewport_size["height"])
    page.get_by_role("button", name=re.compile(r"come from\? How it goes")).click()
    until(lambda: which.locator("option").count() > 1)
    visitor.slide("Take another value", 0.5)
    visitor.sees("whole run: ")
    visitor.press("All numbers of the model")
    until(lambda: which.locator("option").count() > 100)
    assert visitor.complaints == []


@pytest.mark.timeout(900)  # the process of a brief gives way to all else on a busy machine
def test_a_room_makes_a_brief_stops_one_and_opens_one(visitor):
    visitor.press("Hide the plan")
    group, value = (visitor.page.get_by_role("textbox", name=name) for name in ("Group", "Our guess"))
    group.fill("Table 3")
    value.fill("-2")
    visitor.press("Write down")
    visitor.sees("Table 3: -2")
    assert visitor.page.get_by_role("button", name="Make brief").is_disabled(), "it would tell what is hidden"
    visitor.press("Show")
    until(lambda: visitor.page.get_by_role("button", name="Make brief").is_enabled())
    visitor.press("Make brief")
    visitor.sees(r"The brief: \d+% calculated")
    visitor.press("Stop making it")
    visitor.sees("You stopped the brief")
    visitor.press("Make brief")
    visitor.press("One month")
    until(lambda: visitor.month() == 1)
    visitor.page.get_by_text("The brief is ready").first.wait_for(timeout=5 * SECONDS * 1000)
    with visitor.page.expect_popup() as opened:
        visitor.page.get_by_role("link", name="Open the brief").click()
    brief = opened.value
    assert "From a workshop" in brief.locator(".workshop").inner_text()
    assert "Table 3: -2 (People in paid work" in brief.locator(".workshop").inner_text()
    assert "<script>alert(1)</script>" in brief.locator("article h2").first.inner_text()
    visitor.slide("onerror.*places", 2)
    visitor.sees("The plan has been changed since")
    assert visitor.complaints == []
