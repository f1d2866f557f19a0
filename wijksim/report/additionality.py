"""How much of the work is really extra, as it may be told: whole months of a hundred, no bound beyond what can be."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from wijksim.report.numbers import Language, percent
from wijksim.report.results import PERIOD_TOTAL

__all__ = ["SHARES", "nobody_was_placed", "of_hundred", "share_range"]

SHARES = ("deadweight", "displacement", "additionality")
"""Outcomes of kind pair that add up to one."""

_RANGES = {
    "between": ("{low} to {high}", "van {low} tot {high}"),
    "at_most": ("{high} or less", "{high} of minder"),
    "at_least": ("{low} or more", "{low} of meer"),
}


def of_hundred(deadweight: float, displacement: float) -> dict[str, int]:
    """Months of every hundred that each share is, rounded so that they add up to a hundred."""
    anyway, displaced = round(100 * deadweight), round(100 * displacement)
    return dict(zip(SHARES, (anyway, displaced, 100 - anyway - displaced), strict=True))


def share_range(low: float, high: float, language: Language) -> str:
    """Write the range of a share, without a bound that lies beyond 0 or 100 %; empty when that says nothing.

    With few people placed the range of a ratio runs beyond what a share can be. Such a bound is no information.
    """
    if math.isnan(low) or math.isnan(high) or (low < 0.0 and high > 1.0):
        return ""
    key = "at_most" if low < 0.0 else "at_least" if high > 1.0 else "between"
    return _RANGES[key][language == "nl"].format(low=percent(low, language), high=percent(high, language))


def nobody_was_placed(rows: Mapping[tuple[str, str, str, str], Mapping[str, Any]], policy: str) -> bool:
    """Whether a policy placed nobody in any run.

    Parameters
    ----------
    rows : mapping
        As made by :meth:`wijksim.report.results.Results.effects_by_key`.
    policy : str
        Name of the policy.
    """
    row = rows.get((policy, "placed", "", PERIOD_TOTAL))
    return row is not None and row["policy"] == 0
