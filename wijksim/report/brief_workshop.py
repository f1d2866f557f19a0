"""What a brief says on top of a plan that a room made in a workshop: that it is no more, and what groups expected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from wijksim.outcomes import OUTCOMES
from wijksim.report.numbers import Language, number

__all__ = ["workshop_lines", "workshop_notes"]


def workshop_notes(day: date, guesses: Iterable[tuple[str, str, float]] = ()) -> dict[str, Any]:
    """Give what a manifest keeps of a workshop.

    Parameters
    ----------
    day : date
        Of the workshop.
    guesses : iterable of (str, str, float)
        Group, outcome, and the difference that it expected of the plan at the end.
    """
    kept = [{"group": group, "outcome": outcome, "value": value} for group, outcome, value in guesses]
    return {"workshop": {"date": day.isoformat(), "guesses": kept}}


def workshop_lines(
    manifest: Mapping[str, Any], language: Language, texts: Mapping[str, str]
) -> tuple[str, list[str]] | None:
    """Give the line on top and what groups expected, each in words; None where the plan is not from a workshop."""
    found = manifest.get("workshop")
    if not found:
        return None
    day = date.fromisoformat(found["date"])
    told = f"{day.day} {texts['month_names'].split('|')[day.month - 1]} {day.year}"
    runs, draws = (number(manifest.get(key, 0), language) for key in ("replications", "draws"))
    line = texts["workshop"].format(date=told, runs=runs)
    line += " " + (texts["workshop_draws"].format(draws=draws) if manifest.get("draws") else texts["workshop_chance"])
    return line, [_expected(guess, language) for guess in found["guesses"]]


def _expected(guess: Mapping[str, Any], language: Language) -> str:
    outcome = OUTCOMES.get(guess["outcome"])
    label = "" if outcome is None else f" ({outcome.label_nl if language == 'nl' else outcome.label})"
    value = f"{guess['value']:+g}".replace(".", "," if language == "nl" else ".")
    return f"{guess['group']}: {value}{label}"
