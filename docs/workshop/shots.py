"""Takes the pictures of the live page for the pack and `docs/live.md`: ``make shots`` writes them anew.

It starts `wijksim live` itself and looks at it with Chromium, so that a picture can't show what the page hasn't. It
needs the extra `live`, the test tools and Chromium; nothing is asked of the internet.
"""

from __future__ import annotations

import io
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from wijksim.live.places import free_port
from wijksim.live.words import Words
from wijksim.report.numbers import LANGUAGES, Language

__all__ = ["FOLDER", "LARGEST", "picture_file"]

FOLDER = Path(__file__).resolve().parent / "pictures"
LARGEST = 150_000  # bytes
PICTURES = ("page", "predict", "group", "wall")
MONTHS, UNTIL = 120, 60
_WINDOW = (1366, 768)
_MOVED = (2, 0, 1)
"""Which of its levers each group moves to the end: a grant, the places of the one enterprise, those of the other."""
_DRAWN = 3000  # milliseconds until a change is drawn
_QUALITY = 55
_MILLISECONDS = 300_000  # a first start compiles, and a machine may be busy


def picture_file(name: str, language: Language) -> Path:
    """Where a picture stands."""
    return FOLDER / f"{name}_{language}.webp"


@contextmanager
def served(groups: int = 0) -> Iterator[list[str]]:
    """Serve the live page, and give its address; with groups that of who leads them and those of the groups."""
    port = free_port(5400)
    command = [sys.executable, "-m", "wijksim", "live", "--no-browser", "--port", str(port), "--months", str(MONTHS)]
    command += ["--groups", str(groups)] if groups else []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            told = [
                re.search(r"http://\S+", server.stdout.readline() if server.stdout else "") for _ in range(groups + 1)
            ]
            addresses = [found[0] for found in told if found]
            if len(addresses) < len(told):
                raise RuntimeError("wijksim live told no address")
            yield addresses
        finally:
            server.send_signal(signal.SIGINT)


def take(browser: Browser, address: str, language: Language) -> None:
    """Take the pictures of a language."""
    words = Words(language)
    page = _opened(browser, f"{address}?lang={language}")
    page.get_by_text(words("time.before")).first.wait_for()
    page.get_by_role("slider", name=words("time.jump")).fill(str(UNTIL))
    page.get_by_text(words("time.count", n=UNTIL, of=MONTHS)).first.wait_for()
    _keep(page, "page", language)
    page.get_by_role("button", name=words("predict.start"), exact=True).click()
    page.get_by_role("textbox", name=words("predict.group")).fill(f"{words('predict.group')} 1")
    page.get_by_role("textbox", name=words("predict.value")).fill("12")
    page.get_by_role("button", name=words("predict.save"), exact=True).click()
    page.get_by_text("+12").first.wait_for()
    _keep(page, "predict", language, of="section.predict")
    page.close()


def take_groups(browser: Browser, addresses: list[str], language: Language) -> None:
    """Take the pictures of a group's page and of the wall: the groups play plans that differ in one lever."""
    words = Words(language)
    desk, *groups = (f"{address}&lang={language}" for address in addresses)
    for address, moved in zip(groups, _MOVED, strict=True):
        page = _opened(browser, address)
        page.get_by_text(words("time.before")).first.wait_for()
        slider = page.locator("input[type=range]:visible").nth(moved)
        slider.fill(slider.get_attribute("max") or "")
        page.wait_for_timeout(_DRAWN)
    wall = _opened(browser, desk.replace("/groups?", "/wall?"))
    wall.get_by_role("button", name=words("everyone.end")).first.click()
    wall.get_by_text(words("wall.same_month", moment="@", n=MONTHS, of=MONTHS).partition("@")[2]).first.wait_for()
    wall.wait_for_timeout(_DRAWN)
    _keep(wall, "wall", language)
    _keep(page, "group", language)
    for opened in browser.contexts:
        opened.close()


def _opened(browser: Browser, address: str) -> Page:
    page = browser.new_page(viewport=dict(zip(("width", "height"), _WINDOW, strict=True)))
    page.set_default_timeout(_MILLISECONDS)
    page.goto(address, wait_until="commit")
    return page


def _keep(page: Page, name: str, language: Language, of: str = "") -> None:
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_timeout(1000)  # until it is drawn
    taken = page.locator(of).screenshot() if of else page.screenshot()
    file = picture_file(name, language)
    file.parent.mkdir(exist_ok=True)
    Image.open(io.BytesIO(taken)).save(file, quality=_QUALITY, method=6)
    if file.stat().st_size > LARGEST:
        raise RuntimeError(f"{file.name} has {file.stat().st_size} bytes, more than {LARGEST}")


def main() -> None:
    """Take all pictures."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        raise SystemExit("The pictures need Chromium, which is not on this machine (apt install chromium).")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium)
        with served() as (address,):
            for language in LANGUAGES:
                take(browser, address, language)
        for language in LANGUAGES:
            with served(len(_MOVED)) as addresses:
                take_groups(browser, addresses, language)
        browser.close()


if __name__ == "__main__":
    main()
