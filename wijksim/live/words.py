"""What the live page says, in English and Dutch, and its event cards; the texts stand in ``words.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from wijksim.calendar import month_of_year, year_of
from wijksim.report.numbers import Language

__all__ = ["EventCard", "Words", "event_cards"]


@cache
def _texts() -> Mapping[str, Any]:
    return tomllib.loads((files("wijksim.live") / "words.toml").read_text(encoding="utf-8"))


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

    def either(self, english: str, dutch: str) -> str:
        """Give one of two texts."""
        return dutch if self.language == "nl" else english
