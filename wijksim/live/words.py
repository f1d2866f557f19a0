"""What the live page says, in English and Dutch, and its event cards.

The texts stand in ``words.toml`` and ``groups.toml``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from wijksim.calendar import month_of_year, year_of
from wijksim.report.numbers import Language, euro

__all__ = ["EventCard", "Words", "event_cards", "group_texts"]

_EURO_PLACES = ((200_000.0, -4), (10_000.0, -3), (0.0, -2))
"""From which size on an amount is rounded to how many places before the point."""


@cache
def _texts() -> Mapping[str, Any]:
    page = tomllib.loads((files("wijksim.live") / "words.toml").read_text(encoding="utf-8"))
    return {**page, **group_texts()}


@cache
def group_texts() -> Mapping[str, Any]:
    """Texts of groups, of the pages that lead and compare them, and their roles."""
    return tomllib.loads((files("wijksim.live") / "groups.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class EventCard:
    """Something that may befall the plan: in words, English and Dutch, and what it changes."""

    label: str
    label_nl: str
    changes: tuple[tuple[str, Any], ...]

    @property
    def text(self) -> str:
        """In both languages, as an event of a scenario has it."""
        return f"{self.label_nl} / {self.label}"


@cache
def event_cards() -> tuple[EventCard, ...]:
    """All event cards, in order."""
    cards = _texts()["event"].values()
    return tuple(EventCard(card["label"][0], card["label"][1], tuple(card["set"].items())) for card in cards)


@dataclass(frozen=True)
class Words:
    """Texts of the page in one language."""

    language: Language

    def __call__(self, key: str, **words: object) -> str:
        """Give a text by ``section.key`` with its words filled in; it is not escaped."""
        section, _, name = key.partition(".")
        text: str = _texts()[section][name][self.language == "nl"]
        return text.format(**words)

    def moment(self, absolute: int) -> str:
        """Write an absolute month in words."""
        names = self("time.months").split(",")
        return self("time.moment", month=names[month_of_year(absolute) - 1], year=year_of(absolute))

    def signed(self, value: float) -> str:
        """Write a difference with its sign, as it was given."""
        return f"{value:+g}".replace(".", self.either(".", ","))

    def signed_euro(self, value: float) -> str:
        """Write what somebody gains (+) or loses (-), euro, with no more digits than one course is worth."""
        rounded = self.rounded_euro(value)
        return ("+" if rounded > 0 else "") + euro(rounded, self.language)

    def plain_euro(self, value: float) -> str:
        """Write an amount as it was given, without cents."""
        return euro(value, self.language)

    @staticmethod
    def rounded_euro(value: float) -> float:
        """Round an amount as it is shown."""
        places = next(places for least, places in _EURO_PLACES if abs(value) >= least)
        return round(value, places) + 0.0

    def either(self, english: str, dutch: str) -> str:
        """Give one of two texts."""
        return dutch if self.language == "nl" else english
