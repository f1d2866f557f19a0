"""The page of one visitor: its parts in the template, and the frames that they show."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any, Protocol
from urllib.parse import urlencode

import panel as pn
from bokeh.document import Document
from bokeh.models import InlineStyleSheet, UIElement
from panel.io.resources import LOCAL_DIST

from wijksim.live.brief_part import BriefPart
from wijksim.live.extras import Assumptions, Prediction, Saving
from wijksim.live.family_strip import FamilyStrip
from wijksim.live.frames import Frame
from wijksim.live.group_panel import GroupPart
from wijksim.live.hand import Hand
from wijksim.live.maps import Maps
from wijksim.live.picture import Picture
from wijksim.live.plan_panel import PlanPanel
from wijksim.live.time_bar import TimeBar
from wijksim.live.turns import Turns
from wijksim.live.widgets import html_pane, paragraph
from wijksim.live.words import Words
from wijksim.report.numbers import LANGUAGES, Language
from wijksim.scenario import Scenario

__all__ = ["message_page", "page_template", "session_page"]

_LONG_ENOUGH_TO_SAY_SO = 0.5  # seconds after which an order that isn't answered is said to be calculated
_SCRIPT_TAG = re.compile(r"<script[^>]*src=[^>]*></script>")
_NOT_NEEDED = ("bokeh-gl", "bokeh-mathjax", "es-module-shims")
_LONGEST_WAIT = 5.0  # seconds for a browser that doesn't say that it has drawn; each time twice as long


class _Part(Protocol):
    items: dict[str, Any]

    def show(self, frame: Frame) -> None: ...


class _Page:
    """Shows the latest frame to one visitor, whenever there is a new one."""

    def __init__(self, hand: Hand, words: Words, parts: list[_Part], brief: BriefPart, group: GroupPart | None) -> None:
        self._hand, self._words, self._parts, self._brief, self._group = hand, words, parts, brief, group
        self._version, self._answered = -1, 0
        # What is set here the browser sets there, and so tells that it has drawn the frame: a slow one skips frames.
        self._sent, self._drawn = (pn.widgets.IntInput(value=0, visible=False) for _ in range(2))
        self._sent.jslink(self._drawn, value="value")
        self._sent_at = self._behind_since = 0.0
        self._patience = _LONGEST_WAIT
        self.trouble = html_pane(paragraph(words("page.warming")))
        self.items = {
            "trouble": pn.Column(self.trouble, self._sent, self._drawn, sizing_mode="stretch_width", margin=0)
        }

    def begin(self) -> None:
        """Show the latest frame in a page that isn't in the browser yet."""
        self.look()
        self._drawn.value = self._sent.value

    @property
    def _frame(self) -> Frame | None:
        return self._hand.session.latest(self._hand.token)

    def waits(self) -> bool:
        """Whether its visitor asked for something that isn't shown yet."""
        return self._hand.sent > self._answered

    def is_due(self) -> bool:
        """Whether there is something to show: a frame whose predecessor the browser has drawn, trouble, or a brief."""
        frame = self._frame
        return self._may_show(frame) or self._brief.is_due() or self._trouble_in_words(frame) != self.trouble.object

    @property
    def _latest_version(self) -> int:
        return 0 if self._group is None else self._group.version

    def _may_show(self, frame: Frame | None) -> bool:
        if frame is None or (frame.number, self._latest_version) == (self._sent.value, self._version):
            return False
        if self._drawn.value == self._sent.value:
            self._patience = _LONGEST_WAIT
            return True
        return time.monotonic() - self._sent_at > self._patience

    def look(self) -> None:
        """Show the latest frame, where it wasn't shown yet and the browser has drawn the one before."""
        frame = self._frame
        if frame is not None and self._may_show(frame):
            if self._drawn.value != self._sent.value:
                self._patience *= 2  # so that nothing piles up for a browser that has stopped
            with self._all_at_once():
                for part in self._parts:
                    part.show(frame)
            self._sent.value, self._version = frame.number, self._latest_version
            self._answered = frame.answered
            self._sent_at = time.monotonic()
        if self._brief.is_due():
            self._brief.look()
        text = self._trouble_in_words(frame)
        if text != self.trouble.object:
            self.trouble.object = text

    @contextmanager
    def _all_at_once(self) -> Iterator[None]:
        """Let Bokeh look through the document once for what the first frame lays out, not for each part of it."""
        document = pn.state.curdoc
        if self._sent.value or document is None:
            yield
            return
        with document.models.freeze():
            yield

    def _trouble_in_words(self, frame: Frame | None) -> str:
        words, behind = self._words, frame is not None and frame.answered < self._hand.sent
        self._behind_since = (self._behind_since or time.monotonic()) if behind else 0.0
        if self._hand.session.ended:
            return paragraph(words("page.gone" if self._group is None else "group.closed"), "trouble")
        if frame is None:
            return paragraph(words("page.warming"))
        refused = self._hand.trouble or frame.refused
        text = paragraph(words("trouble.refused", why=refused), "trouble") if refused else ""
        text += paragraph(words("trouble.error", why=frame.error), "trouble") if frame.error else ""
        if behind and time.monotonic() - self._behind_since > _LONG_ENOUGH_TO_SAY_SO and not self._hand.trouble:
            text += paragraph(words("page.warming"))
        return text


def session_page(
    hand: Hand,
    language: Language,
    presets: Mapping[str, Callable[[], Scenario]],
    turns: Turns,
    address: str = "",
    code: str = "",
    own: str = "",
    group: GroupPart | None = None,
    desk: str = "",
) -> pn.Template:
    """Make the page of a session for one visitor.

    Parameters
    ----------
    hand : Hand
        Of the visitor.
    language : str
        In which the page speaks.
    presets : mapping of str to callable
        Other plans by name, and what reads each.
    turns : Turns
        Of all pages of the server.
    address, code : str
        Where others can look along, and the same as SVG to scan; empty where they can't.
    own : str
        Where this visitor can begin a session of their own; empty where they have one.
    group : GroupPart, optional
        Of the group whose page it is.
    desk : str
        Where this visitor leads groups; empty where they don't.
    """
    words = Words(language)
    assumptions, brief = Assumptions(hand, words), BriefPart(hand, words)
    picture = Picture(hand, words, assumptions.open)
    parts: list[_Part] = [
        TimeBar(hand, words),
        PlanPanel(hand, words, presets, assumptions.open, None if group is None else group.group),
        Maps(hand, words),
        FamilyStrip(words, assumptions.open),
        picture,
        Prediction(hand, words, picture, "" if group is None else group.name),
        assumptions,
        brief,
        Saving(hand, words, address, code),
    ]
    parts += [] if group is None else [group]
    page = _Page(hand, words, parts, brief, group)
    scenario = hand.session.scenario
    template = page_template(words, words("page.title", place=scenario.profile.name, plan=scenario.name))
    other = next(one for one in LANGUAGES if one != language)
    query = {"lang": other, "s": hand.token}
    template.add_variable("other_address", escape(f"?{urlencode(query)}"))
    template.add_variable("own_address", escape(own))
    template.add_variable("desk_address", escape(desk))
    template.add_variable("of_group", group is not None)
    for items in (page.items, *(part.items for part in parts)):
        for name, item in items.items():
            template.add_panel(name, item)
    page.begin()
    turns.enter(page.is_due, page.look, first=hand.may_move, waits=page.waits)
    return template


def message_page(language: Language, text: str, link: str = "", address: str = "") -> pn.Template:
    """Make a page that only says something, with a link where one is given."""
    words = Words(language)
    body = paragraph(text) + (f'<p><a href="{escape(address)}">{escape(link)}</a></p>' if link else "")
    template = page_template(words, "wijksim", "message.html")
    template.add_panel("message", html_pane(body))
    return template


class _Template(pn.Template):  # type: ignore[misc]
    """A template whose pages open in half the time, and are half as large.

    Panel counts all models of the document anew for each part that is added, and writes all parts out for each. It
    gives each component a copy of its styles, which are more than half of what goes to the browser.
    """

    def server_doc(self, doc: Document | None = None, title: str | None = None, location: Any = True) -> Document:
        """Add all parts to a document."""
        doc = doc or pn.state.curdoc
        # Panel sets it when it writes the page. A browser that connects so late that its document was thrown away gets
        # another one without a page, whose styles would be asked for on the internet.
        doc.template_variables["dist_url"] = LOCAL_DIST
        roots = pn.state._fake_roots  # of each page Panel keeps one for ever
        known = len(roots)
        with doc.models.freeze():
            super().server_doc(doc, title, location)
        _share_styles(doc)
        for root in roots[known:]:
            doc.on_session_destroyed(lambda _, root=root: roots.remove(root))
        return doc

    def __repr__(self) -> str:
        return type(self).__name__


def _share_styles(document: Document) -> None:
    """Let all components of a document that have a style have the same model of it, which goes to the browser once."""
    shared = cache(lambda css: InlineStyleSheet(css=css))
    with document.models.freeze():
        for model in list(document.models):
            if isinstance(model, UIElement) and any(isinstance(style, str) for style in model.stylesheets):
                model.stylesheets = [shared(style) if isinstance(style, str) else style for style in model.stylesheets]


def _needed(scripts: str) -> str:
    """Leave out scripts of which no page here uses anything: nearly half of what a browser would read."""
    return _SCRIPT_TAG.sub(lambda found: "" if any(name in found[0] for name in _NOT_NEEDED) else found[0], scripts)


def page_template(words: Words, title: str, file: str = "page.html") -> pn.Template:
    """Make a page of a file here, in which panels and other variables are to be filled in."""
    folder = files("wijksim.live")
    frame, body = ((folder / name).read_text(encoding="utf-8") for name in ("frame.html", file))
    template = _Template(frame.replace("BODY", body))
    template.location = True  # so that the address keeps the session
    template.add_variable("style", (folder / "page.css").read_text(encoding="utf-8"))
    template.add_variable("lang", words.language)
    template.add_variable("heading", escape(title))
    template.add_variable("limit", escape(words("page.limit")))
    template.add_variable("other_lang", next(one for one in LANGUAGES if one != words.language))
    template.add_variable("other_language", escape(words("page.other_language")))
    template.add_variable("needed", _needed)
    template.add_variable("words", lambda key: escape(words(key)))
    return template
