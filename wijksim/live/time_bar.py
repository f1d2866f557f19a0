"""The part of the page that says what month it is, and has play, pause, step, speed, reset and jump."""

from __future__ import annotations

from functools import partial
from html import escape
from typing import Any

import panel as pn

from wijksim.live.frames import Frame
from wijksim.live.hand import Hand
from wijksim.live.orders import Kind
from wijksim.live.widgets import RangeInput, absent, button, choice, html_pane, paragraph
from wijksim.live.words import Words

__all__ = ["TimeBar"]

_SPEEDS = (1.0, 2.0, 4.0, 12.0, 24.0)
_USUAL = 4.0


class TimeBar:
    """Month and controls of time."""

    def __init__(self, hand: Hand, words: Words) -> None:
        self._hand, self._words = hand, words
        self._month = html_pane()
        self._playing = False
        self._jump: RangeInput | None = None
        self._months = 0
        self.items: dict[str, Any] = {"month": self._month}
        if hand.may_move:
            self._make_hands()
        else:
            self.items |= {"controls": html_pane(paragraph(words("page.looking"), "small")), "time": absent()}

    def _make_hands(self) -> None:
        """Make what moves in time."""
        hand, words = self._hand, self._words
        self._play = button(words("time.play"), self._play_or_pause, strong=True)
        others = [
            button(words("time.step"), lambda: hand.order(Kind.STEP)),
            button(words("time.end"), self._to_the_end),
            button(words("time.reset"), lambda: hand.order(Kind.RESET)),
        ]
        self._speed = choice(words("time.speed"), {f"{speed:g}": speed for speed in _SPEEDS}, _USUAL)
        self._speed.param.watch(lambda event: hand.order(Kind.SPEED, event.new), "value")
        self._jump_place = pn.Column(sizing_mode="stretch_width", margin=0)
        self.items |= {
            "controls": pn.FlexBox(self._play, *others, sizing_mode="stretch_width"),
            "time": pn.Column(self._speed, self._jump_place, sizing_mode="stretch_width"),
        }

    def _play_or_pause(self) -> None:
        self._hand.order(Kind.PAUSE if self._playing else Kind.PLAY)

    def _to_the_end(self) -> None:
        self._hand.order(Kind.JUMP, self._months)

    def show(self, frame: Frame) -> None:
        """Show the month of a frame."""
        words = self._words
        told = words.moment(frame.start + frame.month - 1) if frame.month else words("time.before")
        count = words("time.count", n=frame.month, of=frame.months)
        end = f". {words('time.finished')}" if frame.finished else ""
        self._month.object = f'<div class="moment">{escape(told)}</div>{paragraph(count + end, "small")}'
        if self._hand.may_move:
            self._show_hands(frame)

    def _show_hands(self, frame: Frame) -> None:
        words = self._words
        self._playing = frame.playing
        self._play.label = words("time.pause" if frame.playing else "time.play")
        if frame.months != self._months:
            self._months = frame.months
            jump = partial(self._hand.order, Kind.JUMP)
            self._jump = RangeInput(words("time.jump"), 0, frame.months, 1, frame.month, jump)
            self._jump_place[:] = [html_pane(paragraph(words("time.jump"))), self._jump]
        if frame.answered >= self._hand.sent:
            if self._jump is not None:
                self._jump.value = frame.month
            if frame.speed in _SPEEDS:
                self._speed.value = frame.speed
