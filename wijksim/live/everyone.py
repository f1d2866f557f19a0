"""What the facilitator does with all groups at once: time, other chance, other courses, and events."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import panel as pn

from wijksim.live.orders import Kind
from wijksim.live.ranking import seen
from wijksim.live.widgets import button, choice, html_pane, paragraph, text_input
from wijksim.live.words import Words, event_cards
from wijksim.live.workshop import Apart, Workshop

__all__ = ["Everyone", "Looking"]

_SPEEDS = (1.0, 2.0, 4.0, 12.0, 24.0)
_USUAL = 4.0
_MILLISECONDS_BETWEEN_LOOKS = 500


class Looking:
    """Calls something again when a group has changed, and shows it while nobody has to press anything.

    Parameters
    ----------
    workshop : Workshop
        Whose groups are watched.
    show : callable
        Draws how the groups are now.
    """

    def __init__(self, workshop: Workshop, show: Callable[[], None]) -> None:
        self._workshop, self._show = workshop, show
        self._seen: tuple[Any, ...] = ()

    def look(self) -> None:
        """Show what is new, if anything."""
        numbers = [(group.number, group.session.ended, group.frame and group.frame.number) for group in self._workshop]
        now = (self._workshop.version, tuple(numbers))
        if now != self._seen:
            self._seen = now
            self._show()

    def begin(self) -> None:
        """Show it now, and what is new once the page is in the browser."""
        self.look()
        pn.state.onload(lambda: pn.state.add_periodic_callback(self.look, period=_MILLISECONDS_BETWEEN_LOOKS))


class Everyone:
    """Buttons that speak to all groups."""

    def __init__(self, workshop: Workshop, words: Words) -> None:
        self._workshop, self._words = workshop, words
        self._told = html_pane()
        self._month = text_input(words("everyone.month"))
        self._month.param.update(width=180, sizing_mode=None)
        self._month.param.watch(lambda _: self._go(), "enter_pressed")
        self._speed = choice(words("time.speed"), {f"{speed:g}": speed for speed in _SPEEDS}, _USUAL)
        self._speed.param.watch(lambda event: workshop.order(Kind.SPEED, event.new), "value")
        self._cards = {card.text: card for card in event_cards()}
        cards = {words.either(card.label, card.label_nl): card.text for card in event_cards()}
        self._event = choice(words("everyone.event"), {f"({words('plan.choose')})": "", **cards}, "")
        self._event.param.watch(self._take_event, "value")
        order = partial(partial, workshop.order)
        self.items = {
            "controls": pn.FlexBox(
                button(words("everyone.play"), order(Kind.PLAY), strong=True),
                button(words("everyone.pause"), order(Kind.PAUSE)),
                button(words("everyone.end"), self._to_the_end),
                button(words("everyone.reset"), order(Kind.RESET)),
                align_items="end",
                sizing_mode="stretch_width",
            ),
            "go": pn.FlexBox(
                self._month, button(words("everyone.go"), self._go), align_items="end", sizing_mode="stretch_width"
            ),
            "others": pn.Column(
                pn.FlexBox(
                    button(words("everyone.courses"), order(Kind.COURSES, True)),
                    button(words("everyone.seed"), workshop.draw_again),
                    sizing_mode="stretch_width",
                ),
                self._event,
                self._speed,
                sizing_mode="stretch_width",
                max_width=700,
                margin=0,
            ),
            "told": self._told,
        }

    def _length(self) -> int:
        return max((frame.months for _, frame in seen(list(self._workshop))), default=0)

    def _to_the_end(self) -> None:
        self._workshop.order(Kind.JUMP, self._length())

    def _go(self) -> None:
        months, wanted = self._length(), self._month.value_input.strip()
        if not wanted.isdecimal() or int(wanted) > months:
            self._told.object = paragraph(self._words("everyone.no_month", of=months), "trouble")
            return
        self._told.object = ""
        self._workshop.order(Kind.JUMP, int(wanted))

    def _take_event(self, event: Any) -> None:
        if not event.new:
            return
        words, card = self._words, self._cards[event.new]
        month = next((frame.month for _, frame in seen(list(self._workshop))), 0)
        try:
            self._workshop.befall(card.changes, event.new)
        except Apart:
            self._told.object = paragraph(words("everyone.apart"), "trouble")
        else:
            what = words.either(card.label, card.label_nl)
            self._told.object = paragraph(words("everyone.happened", n=month + 1, what=what))
        self._event.value = ""
