"""The workshop pack: both languages are whole, levers and figures are those of wijksim, and no internet is needed."""

from __future__ import annotations

import importlib.util
import re
import tomllib
from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from browsing import BROWSER, SERIOUS, WITHOUT_BROWSER
from pydantic import TypeAdapter

from wijksim.calendar import absolute_month
from wijksim.parameters import load_registry
from wijksim.report.numbers import LANGUAGES
from wijksim.scenario.schema import lever_of, lever_types
from wijksim.settings import EnterprisePlan, Levers

ROOT = Path(__file__).resolve().parent.parent
PARTS = {"checklist", "guide", "roles", "sheet", "questions"}
MOST_PAGES = 18  # 16 in English and 17 in Dutch with the fonts of Debian

LONGEST_SENTENCE = 15
DISRESPECTFUL = re.compile(r"\b(doelgroep\w*|interventie\w*|kansarm\w*|granieten|onderkant|significant\w*)\b", re.I)


def load_maker():
    spec = importlib.util.spec_from_file_location("workshop_make", ROOT / "docs" / "workshop" / "make.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MAKER = load_maker()


class Reader(HTMLParser):
    """Tags, links, levers and figures of a page, its text outside figures, and blocks of text."""

    BLOCKS = frozenset({"p", "li", "th", "td", "h1", "h2", "h3", "h4", "span", "title"})

    def __init__(self, page):
        super().__init__()
        self.tags, self.links, self.levers, self.figures = [], [], [], []
        self.outside, self.blocks = "", [""]
        self.figure = None
        self.silent = False
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.tags.append((tag, given.get("class"), given.get("id")))
        self.links += [given[name] for name in ("href", "src") if given.get(name)]
        if "data-lever" in given:
            self.levers.append(given["data-lever"])
        if tag == "data":
            self.figure = {**given, "shown": ""}
            self.figures.append(self.figure)
        if tag in self.BLOCKS:
            self.blocks.append("")
        self.silent = tag == "style"

    def handle_endtag(self, tag):
        if tag == "data":
            self.figure = None
        self.silent = False

    def handle_data(self, data):
        if self.silent:
            return
        self.blocks[-1] += data
        if self.figure is None:
            self.outside += data
        else:
            self.figure["shown"] += data


def read(language):
    return Reader(MAKER.page_file(language).read_text(encoding="utf-8"))


def all_pairs(value, path=()):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from all_pairs(inner, (*path, key))
    elif isinstance(value, list) and value and all(isinstance(part, str) for part in value):
        yield path, value
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from all_pairs(inner, (*path, place))


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_are_made_of_their_texts(language):
    told = MAKER.page_file(language).read_text(encoding="utf-8")
    assert told == MAKER.page(language), "write them anew: python docs/workshop/make.py"


def test_each_text_is_there_in_both_languages_with_the_same_figures_and_levers():
    mark = re.compile(r"\{[a-z]+ [^}]+\}")
    for path, texts in all_pairs(MAKER.sources()):
        assert len(texts) == len(LANGUAGES), path
        assert all(text.strip() for text in texts), path
        english, dutch = (Counter(mark.findall(text)) for text in texts)
        assert english == dutch, path


def test_each_word_of_the_live_page_is_used():
    texts = MAKER.sources()
    used = re.findall(r"\{button (\w+)\}", str([found for _, found in all_pairs(texts)]))
    assert set(used) == set(texts["words"]["buttons"])


def test_both_pages_have_the_same_parts_items_levers_and_figures():
    english, dutch = (read(language) for language in LANGUAGES)
    assert english.tags == dutch.tags
    assert english.levers == dutch.levers
    assert [figure["data-parameter"] for figure in english.figures] == [
        figure["data-parameter"] for figure in dutch.figures
    ]
    assert {name for _, _, name in english.tags} >= PARTS


def test_there_are_six_roles_ninety_minutes_and_twenty_questions():
    texts = MAKER.sources()
    assert len(texts["roles"]["role"]) == 6
    assert len(texts["questions"]["question"]) == 20
    spans = [tuple(map(int, block["minutes"].split("-"))) for block in texts["guide"]["block"]]
    assert (spans[0][0], spans[-1][1]) == (0, 90)
    assert all(before[1] == after[0] for before, after in pairwise(spans))


def test_levers_are_those_of_scenario_files():
    known = {
        f"{table}.{name}": lever
        for table, declared in (("policy", Levers), ("enterprise", EnterprisePlan))
        for name in declared.__dataclass_fields__
        if (lever := lever_of(declared, name))
    }
    assert set(read("en").levers) <= set(known)
    for key, language in (("label", "en"), ("label_nl", "nl")):
        shown = MAKER.page_file(language).read_text(encoding="utf-8")
        for path in set(read(language).levers):
            assert f'<em data-lever="{path}">{getattr(known[path], key)}</em>' in shown
    with pytest.raises(KeyError, match="no lever"):
        MAKER.lever_at("policy.money_for_all")


def test_event_cards_can_be_played():
    for event in MAKER.sources()["guide"]["event"]:
        ((name, value),) = tomllib.loads(event["set"])["policy"].items()
        played = TypeAdapter(lever_types([])[f"policy.{name}"]).validate_python(value)
        assert played != getattr(Levers(), name), event["set"]


def as_number(shown, language):
    plain = shown.strip("€%\N{NO-BREAK SPACE}").replace(*((".", "") if language == "nl" else (",", "")))
    return float(plain.replace(",", ".")) / (100 if shown.endswith("%") else 1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_figures_are_those_of_the_parameters(language):
    registry = load_registry()
    figures = read(language).figures
    assert figures
    for figure in figures:
        name = figure["data-parameter"]
        year, _, month = figure.get("data-month", "2015-01").partition("-")
        value = registry.value_in(name, absolute_month(int(year), int(month)))
        assert as_number(figure["shown"], language) == pytest.approx(value), figure
        unit = registry[name].unit
        assert ("€" in figure["shown"]) == unit.startswith("EUR"), figure
        assert not figure["shown"].endswith("%") or "share" in unit or unit.startswith(("ratio", "hours per")), figure


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_amount_or_percentage_stands_there_that_is_no_parameter(language):
    assert re.findall(r"€\W*\d|\d\W*(?:%|euro\b|per cent|procent)", read(language).outside) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_asked_of_the_internet(language):
    page = read(language)
    assert page.links
    assert all(link.startswith("#") for link in page.links)
    told = MAKER.page_file(language).read_text(encoding="utf-8")
    assert not re.search(r"https?:|//|@import|url\(|<script|<link|<img", told)


def test_pages_named_as_sources_are_there():
    for question in MAKER.sources()["questions"]["question"]:
        for name in question["docs"].split(", "):
            assert (ROOT / name).is_file(), name


def test_dutch_is_short_and_respectful():
    blocks = read("nl").blocks
    long = [
        sentence
        for block in blocks
        for sentence in re.split(r"(?<=[.!?:;])\s+", block)
        if len(sentence.split()) > LONGEST_SENTENCE and "wijksim compare" not in sentence
    ]
    assert long == []
    assert DISRESPECTFUL.findall(" ".join(blocks)) == []


@pytest.mark.timeout(180)  # browsers crawl on a busy machine
@pytest.mark.skipif(BROWSER is None, reason=WITHOUT_BROWSER)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_part_prints_alone_on_its_pages_and_the_page_is_accessible(browser, language):
    from axe_playwright_python.sync_playwright import Axe

    page = browser.new_page()
    address = MAKER.page_file(language).as_uri()
    pages = {}
    for part in ("", "#sheet", "#roles"):
        page.goto(address + part)
        pages[part] = len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))
    assert pages["#sheet"] == 1
    assert pages["#roles"] == len(MAKER.sources()["roles"]["role"])
    assert pages[""] <= MOST_PAGES
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in SERIOUS] == []


def test_pictures_of_the_page_are_there_in_both_languages_and_small():
    told = (ROOT / "docs" / "workshop" / "README.md").read_text("utf-8")
    pictures = sorted(re.findall(r"\(pictures/([\w.]+)\)", told))
    assert pictures == sorted(file.name for file in (ROOT / "docs" / "workshop" / "pictures").iterdir())
    assert {name.rpartition("_")[2] for name in pictures} == {f"{language}.webp" for language in LANGUAGES}
    assert all((ROOT / "docs" / "workshop" / "pictures" / name).stat().st_size < 150_000 for name in pictures)
