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
PICTURES = ("page", "predict")
MONTHS, UNTIL = 120, 60
_WINDOW = (1366, 768)
_QUALITY = 55
_MILLISECONDS = 300_000  # a first start compiles, and a machine may be busy


def picture_file(name: str, language: Language) -> Path:
    """Where a picture stands."""
    return FOLDER / f"{name}_{language}.webp"


@contextmanager
def served() -> Iterator[str]:
    """Serve the live page, and give its address."""
    port = free_port(5400)
    command = [sys.executable, "-m", "wijksim", "live", "--no-browser", "--port", str(port), "--months", str(MONTHS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            told = re.search(r"http://\S+", server.stdout.readline() if server.stdout else "")
            if told is None:
                raise RuntimeError("wijksim live told no address")
            yield told[0]
        finally:
            server.send_signal(signal.SIGINT)


def take(browser: Browser, address: str, language: Language) -> None:
    """Take the pictures of a language."""
    words = Words(language)
    page = browser.new_page(viewport=dict(zip(("width", "height"), _WINDOW, strict=True)))
    page.set_default_timeout(_MILLISECONDS)
    page.goto(f"{address}?lang={language}", wait_until="commit")
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
    with served() as address, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium)
        for language in LANGUAGES:
            take(browser, address, language)
        browser.close()


if __name__ == "__main__":
    main()
