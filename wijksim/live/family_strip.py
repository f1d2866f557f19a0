"""The strip of generations: families whose first generation in work appears, without and with the plan."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import panel as pn

from wijksim.live.families import Family
from wijksim.live.frames import Frame, Situation
from wijksim.live.origins import FAMILIES, Asked, behind
from wijksim.live.street_map import MARKS
from wijksim.live.widgets import ask_button, html_pane, items_list, paragraph
from wijksim.live.words import Words

__all__ = ["FamilyStrip"]

_MOST_DRAWN = 30  # the latest families of a run that have a column
_LEVELS = ("families.grandparents", "families.parents", "families.now")
_UNKNOWN = ("○", "#6E6E6E")


class FamilyStrip:
    """A column for each family: grandparents, parents, and who works now; those of this month in words."""

    def __init__(self, words: Words, asked: Asked) -> None:
        self._words = words
        self._strip = html_pane()
        heading = words("families.heading")
        ask = ask_button(f"{words('assume.ask')} {heading}", lambda: asked(behind(FAMILIES), heading))
        self.items: dict[str, Any] = {"families": pn.Row(self._strip, ask, sizing_mode="stretch_width", margin=0)}

    def show(self, frame: Frame) -> None:
        """Draw the families of a frame."""
        words = self._words
        text = paragraph(words("families.note"), "small")
        for title, families in zip(("map.without", "map.with"), frame.families, strict=True):
            if frame.hidden and title == "map.with":
                text += paragraph(words("map.waiting"))
            else:
                text += self._of_run(title, families, frame.month)
        if text != self._strip.object:
            self._strip.object = text

    def _of_run(self, title: str, families: Sequence[Family], month: int) -> str:
        words = self._words
        in_three = sum(family.in_three for family in families)
        three = in_three or words("families.no_one")
        told = words("families.count", n=len(families), three=three) if families else words("families.none_yet")
        text = f"<p><b>{escape(words(title))}</b>: {escape(told)}</p>"
        if families:
            text += self._columns(families[-_MOST_DRAWN:], month)
        now = [self._in_words(family) for family in families if family.month == month]
        if now:
            return text + paragraph(words("families.this_month"), "small") + items_list(now)
        return text + paragraph(words("families.nobody"), "small")

    def _columns(self, families: Sequence[Family], month: int) -> str:
        rows = "".join(
            f'<tr><th scope="row">{escape(self._words(level))}</th>'
            + "".join(self._cell(family, level, new=family.month == month) for family in families)
            + "</tr>"
            for level in _LEVELS
        )
        return f'<div class="families"><table class="strip"><tbody>{rows}</tbody></table></div>'

    def _cell(self, family: Family, level: str, *, new: bool) -> str:
        """Draw a generation of a family, in the marks of the map; the words are for who doesn't see it."""
        if level == "families.now":
            situation = Situation.PLACE if family.in_place else Situation.WORK
            (sign, colour), key = MARKS[situation][1:3], "families.works"
        elif level == "families.parents" or family.in_three:
            (sign, colour), key = MARKS[Situation.WITHOUT_WORK][1:3], "families.long_without"
        else:
            (sign, colour), key = _UNKNOWN, "families.not_so"
        kind = ' class="new"' if new else ""
        said, story = escape(self._words(key)), escape(self._in_words(family))
        return (
            f'<td{kind} title="{story}"><span role="img" aria-label="{said}" style="color:{colour}">{sign}</span></td>'
        )

    def _in_words(self, family: Family) -> str:
        words = self._words
        told = words(
            "families.story" if not family.in_place else "families.story_place", n=family.home + 1, age=family.age
        )
        told += " " + words("families.three" if family.in_three else "families.two")
        if family.children:
            told += " " + words("families.child" if family.children == 1 else "families.children", n=family.children)
        return told
