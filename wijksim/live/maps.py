"""The maps of the page: without the plan, and beside it with the plan or what differs; who lives in a home."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from html import escape
from typing import Any

import panel as pn

from wijksim.live.apart import Apart
from wijksim.live.frames import Frame, Member, Situation, StreetPlan
from wijksim.live.hand import Hand
from wijksim.live.orders import Kind
from wijksim.live.street_map import APART_MARKS, MARKS, Marks, StreetMap
from wijksim.live.widgets import choice, filled, html_pane, items_list, paragraph, text_input
from wijksim.live.words import Words
from wijksim.live.works import Works
from wijksim.outcomes import OUTCOMES
from wijksim.population.codes import Status

__all__ = ["Maps"]

_SITUATION_WORDS = {
    Situation.PLACE: "map.place",
    Situation.WORK: "map.work",
    Situation.ASSISTANCE: "map.assistance",
    Situation.WITHOUT_WORK: "map.without_work",
    Situation.NO_NEED: "map.no_need",
}
_APART_WORDS = {
    Apart.WORKS: "map.works",
    Apart.WORKS_NOT: "map.works_not",
    Apart.OTHERWISE: "map.otherwise",
    Apart.OTHERS: "map.others",
}
_WITH, _APART = "with", "apart"
_UNSEEN = "position:absolute;left:-9999px"


class Maps:
    """Two maps, of which the second also shows what differs, and who lives in the home that was clicked."""

    def __init__(self, hand: Hand, words: Words) -> None:
        self._hand, self._words = hand, words
        self._frame: Frame | None = None
        self._look = (lambda home: hand.order(Kind.LOOK, home)) if hand.may_move else None
        labels = {situation: words(key) for situation, key in _SITUATION_WORDS.items()}
        story = words("map.story")
        self._without, self._with = (StreetMap(labels, self._look, story=story) for _ in range(2))
        self._drawn = {_WITH: filled(self._with.figure)}
        self._apart: StreetMap | None = None  # until somebody asks for it
        self._place = pn.Column(self._drawn[_WITH], sizing_mode="stretch_both", margin=0)
        self._which = choice(words("map.second"), {words("map.with"): _WITH, words("map.apart"): _APART}, _WITH)
        self._which.param.watch(self._choose, "value")
        self._told = [html_pane(), html_pane()]
        self._legend = html_pane()
        self._works = html_pane()
        self._household = html_pane()
        self._number = text_input(words("map.number"))
        self._number.visible = hand.may_move
        self._number.param.watch(self._look_at, "value")
        self._choose(None)
        self.items: dict[str, Any] = {
            "map_without": filled(self._without.figure),
            "map_with": self._place,
            "map_choice": self._which,
            "told_without": self._told[0],
            "told_with": self._told[1],
            "legend": self._legend,
            "works": self._works,
            "household": pn.Column(self._number, self._household, sizing_mode="stretch_width", margin=0),
        }

    def _look_at(self, event: Any) -> None:
        """Look at a home by its number, for who can't click on the map."""
        text = event.new.strip()
        if text.isascii() and text.isdigit():
            self._hand.order(Kind.LOOK, int(text) - 1)

    def _map_of_difference(self) -> StreetMap:
        """Give the map of what differs, which is made when somebody asks for it."""
        if self._apart is None:
            labels = {code: self._words(key) for code, key in _APART_WORDS.items()}
            self._apart = StreetMap(labels, self._look, marks=APART_MARKS)
            self._drawn[_APART] = filled(self._apart.figure)
        return self._apart

    def _choose(self, _: object) -> None:
        words, apart = self._words, self._which.value == _APART
        if apart:
            self._map_of_difference()
        self._place[:] = [self._drawn[self._which.value]]
        rows = _legend({code: words(key) for code, key in _SITUATION_WORDS.items()}, MARKS)
        if apart:
            told = _legend({code: words(key) for code, key in _APART_WORDS.items()}, APART_MARKS)
            rows = f"{told}{paragraph(words('map.without'), 'small')}{rows}"
        self._legend.object = rows
        if self._frame is not None:
            self.show(self._frame)

    def show(self, frame: Frame) -> None:
        """Draw the homes of a frame."""
        self._frame = frame
        words = self._words
        self._without.show(frame.baseline)
        self._told[0].object = self._in_words("map.without", frame.baseline)
        if frame.hidden:
            self._with.show(None)
            if self._apart is not None:
                self._apart.show(None)
            self._told[1].object = paragraph(words("map.waiting"))
        elif self._which.value == _WITH:
            self._with.show(frame.policy)
            self._told[1].object = self._in_words("map.with", frame.policy)
        else:
            longest = max(frame.policy, frame.baseline, key=lambda plan: plan.situation.size)
            self._map_of_difference().show(replace(longest, situation=frame.apart))
            self._told[1].object = self._of_difference(Counter(frame.apart.tolist()))
        self._works.object = "" if frame.hidden else items_list([self._at_work(one) for one in frame.works])
        self._household.object = self._who_lives_there(frame)

    def _at_work(self, one: Works) -> str:
        words = self._words
        if one.failed or not one.opened:
            return words("map.failed" if one.failed else "map.not_open", name=one.name)
        return words("map.at_work", name=one.name, n=one.workers, of=one.places)

    def _in_words(self, title: str, plan: StreetPlan) -> str:
        words = self._words
        counts = Counter(plan.situation.tolist())
        listed = ", ".join(f"{counts[int(situation)]} {words(key)}" for situation, key in _SITUATION_WORDS.items())
        homes = sum(counts.values()) - counts[int(Situation.EMPTY)]
        mark = f'<span style="color:{MARKS[Situation.PLACE][2]}" aria-hidden="true">★</span>'
        return (
            f"<p><b>{escape(words(title))}</b> {mark} {counts[int(Situation.PLACE)]}"
            f'<span style="{_UNSEEN}">{escape(words("map.described", n=homes, told=listed))}</span></p>'
        )

    def _of_difference(self, counts: Counter[int]) -> str:
        """Say how many homes differ, and how: more and less work of the same households, and other households."""
        words = self._words
        told = "".join(
            f' <span style="color:{APART_MARKS[code][2]}" aria-hidden="true">{APART_MARKS[code][1]}</span>'
            f' {counts[int(code)]}<span style="{_UNSEEN}"> {escape(words(key))}</span>'
            for code, key in _APART_WORDS.items()
        )
        same = "" if any(counts[int(code)] for code in _APART_WORDS) else f" {escape(words('map.no_difference'))}"
        return f"<p><b>{escape(words('map.apart'))}</b>{same or told}</p>"

    def _who_lives_there(self, frame: Frame) -> str:
        words = self._words
        found = frame.household
        if found is None:
            return paragraph(words("map.ask"), "small") if self._hand.may_move else ""
        text = f"<p><b>{escape(words('map.household', n=found.home + 1))}</b></p>"
        sides = [("map.without", found.baseline)] + ([] if frame.hidden else [("map.with", found.policy)])
        for title, members in sides:
            listed = items_list([self._member(member) for member in members])
            text += paragraph(words(title)) + (listed if members else paragraph(words("map.empty")))
        return text

    def _member(self, member: Member) -> str:
        words = self._words
        if member.status is Status.CHILD:
            return words("map.child", age=member.age)
        status = words.either(*OUTCOMES["people_by_status"].groups[member.status.name.lower()])
        if member.in_place:
            status = words("map.at_enterprise", status=status)
        return words("map.member", age=member.age, status=status, months=member.months)


def _legend(labels: dict[Any, str], marks: Marks) -> str:
    listed = "".join(
        f'<li><span style="color:{marks[code][2]}" aria-hidden="true">{marks[code][1]}</span> {escape(label)}</li>'
        for code, label in labels.items()
    )
    return f'<ul class="legend">{listed}</ul>'
