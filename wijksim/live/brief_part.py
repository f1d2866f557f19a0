"""The part of the page that makes a brief of the room's plan: its button, how far it is, and where it opens."""

from __future__ import annotations

import time
from html import escape
from typing import Any

import panel as pn
from tornado.web import RequestHandler

from wijksim.live.brief_maker import BriefState, MadeBrief, file_of
from wijksim.live.brief_order import ARCHIVE, DRAWS, RUNS, Step
from wijksim.live.frames import Frame
from wijksim.live.hand import Hand
from wijksim.live.widgets import button, html_pane, paragraph
from wijksim.live.words import Words
from wijksim.report.brief import brief_file
from wijksim.report.numbers import LANGUAGES, number

__all__ = ["BRIEF_FILES", "BriefFiles", "BriefPart"]

_ADDRESS = "brief"
_SECONDS_A_MINUTE = 60
_STEP_SECONDS = 10
_SECONDS_BETWEEN_LOOKS = 0.5
_HUNDRED = 100


class BriefFiles(RequestHandler):
    """Gives the files of a brief to who has its code."""

    def get(self, code: str, name: str) -> None:
        """Answer with a file."""
        path = file_of(code, name)
        if path is None:
            self.send_error(404)
            return
        kind = "text/html; charset=utf-8" if name.endswith(".html") else "application/octet-stream"
        self.set_header("Content-Type", kind)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cache-Control", "no-store")
        self.set_header("Referrer-Policy", "no-referrer")
        if not name.endswith(".html"):
            self.set_header("Content-Disposition", f'attachment; filename="{name}"')
        self.finish(path.read_bytes())


BRIEF_FILES = (rf"/{_ADDRESS}/([\w-]+)/([\w.]+)", BriefFiles)
"""Where the server gives briefs."""


class BriefPart:
    """*Make brief*: makes it beside the session, says how far it is, and opens it."""

    def __init__(self, hand: Hand, words: Words) -> None:
        self._hand, self._words = hand, words
        self._frame: Frame | None = None
        self._state: BriefState | None = None
        self._looked = 0.0
        self._told = html_pane()
        parts = [*self._hands(), self._told] if hand.may_move else [self._told]
        self.items: dict[str, Any] = {"brief": pn.Column(*parts, sizing_mode="stretch_width", margin=0)}
        self.look()

    def _hands(self) -> list[Any]:
        """Make what begins and stops it."""
        hand, words = self._hand, self._words
        self._make = button(words("brief.make"), hand.make_brief, strong=True)
        self._cancel = button(words("brief.cancel"), hand.cancel_brief)
        what = html_pane(paragraph(words("brief.what", runs=RUNS, draws=DRAWS), "small"))
        return [pn.FlexBox(self._make, self._cancel, sizing_mode="stretch_width"), what]

    def show(self, frame: Frame) -> None:
        """Keep the plan that the brief would be of."""
        self._frame = frame
        self.look()

    def is_due(self) -> bool:
        """Whether there is news of the brief that was not shown for some time."""
        news = self._hand.session.brief.state is not self._state
        return news and time.monotonic() - self._looked > _SECONDS_BETWEEN_LOOKS

    def look(self) -> None:
        """Show how far the brief is now."""
        state = self._state = self._hand.session.brief.state
        self._looked = time.monotonic()
        hidden = self._frame is None or self._frame.hidden
        if self._hand.may_move:
            self._make.disabled = state.step.goes_on or hidden
            self._cancel.visible = state.step.goes_on
        text = self._how_far(state) + (self._open(state.made) if state.made and not hidden else "")
        if text != self._told.object:
            self._told.object = text

    def _how_far(self, state: BriefState) -> str:
        words = self._words
        if state.step is Step.COMPUTING:
            share = number(_HUNDRED * state.done // max(state.total, 1), words.language)
            left = "" if state.seconds_left is None else f" {self._time(state.seconds_left)}"
            bar = f'<progress max="{state.total}" value="{state.done}" aria-label="{escape(words("brief.make"))}">'
            return paragraph(words("brief.computing", share=share) + left) + bar + "</progress>"
        if state.step in (Step.NONE, Step.DONE):
            return ""
        kind = "trouble" if state.step in (Step.SAME, Step.FULL, Step.FAILED) else ""
        return paragraph(words(f"brief.{state.step}", why=state.why), kind)

    def _time(self, seconds: float) -> str:
        words = self._words
        if seconds >= _SECONDS_A_MINUTE:
            return words("brief.minutes_left", n=-(-round(seconds) // _SECONDS_A_MINUTE))
        return words("brief.seconds_left", n=max(1, round(seconds / _STEP_SECONDS)) * _STEP_SECONDS)

    def _open(self, made: MadeBrief) -> str:
        words = self._words
        language = words.language
        other = next(one for one in LANGUAGES if one != language)
        at = time.strftime("%H:%M", time.localtime(made.at))
        text = words("brief.ready", at=at, runs=made.order.runs, draws=made.order.draws)
        links = "".join(
            f'<li><a href="{_ADDRESS}/{made.code}/{name}" target="_blank" rel="noopener">{escape(words(key))}</a></li>'
            for key, name in (
                ("brief.open", brief_file(language)),
                ("brief.other", brief_file(other)),
                ("brief.word", brief_file(language, "docx")),
                ("brief.tables", ARCHIVE),
            )
        )
        frame = self._frame
        old = frame is not None and (frame.plan_file, frame.seed) != (made.order.plan, made.order.seed)
        return paragraph(text) + f"<ul>{links}</ul>" + (paragraph(words("brief.changed"), "small") if old else "")
