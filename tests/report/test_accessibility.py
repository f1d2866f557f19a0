"""The brief in a real browser: an accessibility checker finds nothing serious, and nothing leaves the machine."""

from __future__ import annotations

from pathlib import Path

import pytest
from browsing import BROWSER, SERIOUS, WITHOUT_BROWSER
from study_building import HandmadeNeighbourhood, scenario

from wijksim.report.brief import brief_file
from wijksim.study import replicate as replicate_module
from wijksim.study.compare import compare

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "example"
PRINTED_WIDTH = 703  # pixels of the 186 mm between the margins of A4
TURNED = """[...document.querySelectorAll('.matrix thead th')].map(cell => {
    const text = document.createRange();
    text.selectNodeContents(cell);
    return [text.getBoundingClientRect().bottom, cell.getBoundingClientRect().bottom];
})"""

pytestmark = pytest.mark.skipif(BROWSER is None, reason=WITHOUT_BROWSER)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("brief")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replicate_module, "Neighbourhood", HandmadeNeighbourhood)
        plans = [scenario("Één plan", plans=2), scenario("Ander plan", plans=1)]
        compare(scenario("Zonder"), plans, replications=4, workers=1, out=made)
    return made


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_brief_is_accessible_and_asks_nothing_of_the_network(folder, browser, language):
    from axe_playwright_python.sync_playwright import Axe

    page = browser.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((folder / brief_file(language)).as_uri())
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in SERIOUS] == []
    assert all(url.startswith(("file:", "data:")) for url in asked)


@pytest.mark.parametrize("language", ["en", "nl"])
def test_nothing_of_a_printed_brief_is_cut_off(browser, language):
    """The worked example has pooled budgets, and so the most columns of who pays whom."""
    page = browser.new_page(viewport={"width": PRINTED_WIDTH, "height": 1000})
    page.emulate_media(media="print")
    page.goto((EXAMPLE / brief_file(language)).as_uri())
    assert page.locator(".matrix thead th").count() > 9
    assert page.evaluate("document.documentElement.scrollWidth") <= PRINTED_WIDTH
    headings = page.evaluate(TURNED)
    assert all(text <= cell for text, cell in headings), headings


def test_the_checker_would_find_a_picture_without_words(browser):
    from axe_playwright_python.sync_playwright import Axe

    page = browser.new_page()
    page.set_content('<html lang="nl"><title>x</title><main><h1>x</h1><img src="data:,"></main></html>')
    found = Axe().run(page).response["violations"]
    assert "image-alt" in [one["id"] for one in found if one["impact"] in SERIOUS]
