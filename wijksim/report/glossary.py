"""The words of wijksim in English and Dutch, with one Dutch sentence for each."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from wijksim.report.numbers import Language

__all__ = ["Term", "load_glossary"]


class Term(NamedTuple):
    """A word: its labels, and what it is in one Dutch sentence."""

    en: str
    nl: str
    uitleg: str

    def label(self, language: Language) -> str:
        """Label in a language."""
        return self.nl if language == "nl" else self.en


@cache
def load_glossary() -> dict[str, Term]:
    """Read all terms, by key."""
    text = (files("wijksim.report") / "glossary.toml").read_text(encoding="utf-8")
    return {key: Term(**about) for key, about in tomllib.loads(text).items()}
