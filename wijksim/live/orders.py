"""Orders to a session: what is asked for, and its number. It knows no model, as what a page is made of doesn't."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

__all__ = ["Kind", "Order"]


class Kind(StrEnum):
    """What an order asks for."""

    MOVE = "move"
    PLAY = "play"
    PAUSE = "pause"
    STEP = "step"
    SPEED = "speed"
    RESET = "reset"
    JUMP = "jump"
    UNDO = "undo"
    REDO = "redo"
    REPLAY = "replay"
    SEED = "seed"
    PRESET = "preset"
    COURSES = "courses"
    HIDE = "hide"
    GUESS = "guess"
    REVEAL = "reveal"
    LOOK = "look"


@dataclass(frozen=True)
class Order:
    """A numbered order to a session.

    Parameters
    ----------
    number : int
        Rises with each order.
    kind : Kind
        What is asked for.
    value : object
        Changes of a move, months a second, a month, a seed, a scenario, a guess, whether courses are wanted; or None.
    event : str
        Of a move: what befell the plan, in words.
    """

    number: int
    kind: Kind
    value: Any = None
    event: str = ""
