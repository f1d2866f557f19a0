"""What a user is told when something is wrong: all faults at once, each with its place and its remedy.

The command line turns :class:`InputError` into exit code 2 and every other failure into exit code 1.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["InputError", "Problem", "did_you_mean"]


@dataclass(frozen=True)
class Problem:
    """One fault in something the user gave.

    Parameters
    ----------
    where : str
        File, key path, option or code in which the fault stands.
    message : str
        What is wrong and what was expected.
    hint : str
        What to do about it; empty when the message says it all.
    line : int or None
        Line in the file, counted from 1, where it is known.
    """

    where: str
    message: str
    hint: str = ""
    line: int | None = None

    def __str__(self) -> str:
        place = f"{self.where}, line {self.line}" if self.line is not None else self.where
        text = f"{place}: {self.message}"
        return f"{text} {self.hint}" if self.hint else text


class InputError(Exception):
    """Something the user gave is wrong; nothing was computed or overwritten.

    Parameters
    ----------
    problems : iterable of Problem
        Every fault found, in the order of the file; at least one.
    """

    exit_code = 2

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        if not self.problems:
            raise ValueError("an InputError needs at least one problem")
        super().__init__("\n".join(str(problem) for problem in self.problems))

    @classmethod
    def single(cls, where: str, message: str, hint: str = "", line: int | None = None) -> InputError:
        """Make an error of one fault."""
        return cls([Problem(where, message, hint, line)])

    def __reduce__(self) -> tuple[type[InputError], tuple[tuple[Problem, ...]]]:
        return (type(self), (self.problems,))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Give a sentence with the nearest known word, or an empty string when none is near."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"Did you mean '{near[0]}'?" if near else ""
