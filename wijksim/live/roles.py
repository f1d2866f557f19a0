"""Roles of groups: which levers each decides, and which budget is its own; the texts stand in ``groups.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from wijksim.live.words import group_texts

__all__ = ["Role", "roles"]


@dataclass(frozen=True)
class Role:
    """A party that a group plays.

    Parameters
    ----------
    key : str
        Its name in code.
    label, label_nl : str
        In words.
    who, who_nl : str
        What the group is, in a sentence.
    pocket : str
        Key of its own budget; empty where it has none of its own.
    levers : tuple of str
        What it decides: ``policy.LEVER``, and ``enterprise.LEVER`` of each enterprise.
    """

    key: str
    label: str
    label_nl: str
    who: str
    who_nl: str
    pocket: str
    levers: tuple[str, ...]


@cache
def roles() -> Mapping[str, Role]:
    """All roles by key, in the order in which groups get them; the last is that of all parties together."""
    return {
        key: Role(key, *_both(told["label"]), *_both(told["who"]), told["pocket"], tuple(told["levers"]))
        for key, told in group_texts()["role"].items()
    }


def _both(texts: list[str]) -> tuple[str, str]:
    english, dutch = texts
    return english, dutch
