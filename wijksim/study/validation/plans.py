"""What a plan does, in pairs of runs: effect on those placed, displacement, money by pocket, failure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.accounts import CENTS_PER_EURO, Category
from wijksim.parameters import Registry
from wijksim.population.columns import Status
from wijksim.record import Run
from wijksim.report.pockets import POCKETS
from wijksim.study.pairs import job_survival, paid_months
from wijksim.study.validation.estimates import Sums
from wijksim.study.validation.panel import ABSENT, Panel

__all__ = ["FAILURES", "PLAN_STATISTICS", "Observed", "effects_on_placed", "failure_figures", "policy_figures"]

PLAN_STATISTICS = (
    "effect_start_0_12", "effect_end_0_12", "effect_end_12_24", "effect_end_24_48", "effect_paid_start_0_12",
    "deadweight", "displacement", "moved_on_year", "filled_places", "placed_people", "unfilled_share", "failures_year",
    *(f"pocket_{key}" for key in POCKETS), "subsidy_place_year", "grants_place_year", "coaching_place_year",
    "co_funding_place_year", "assistance_saved_place_year", "care_saved_place_year", "gp_contacts_saved",
)  # fmt: skip

FAILURES = "failures_year"
"""The one statistic of plans that needs no comparison with the wijk without a plan."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Observed:
    """A run and the lives in it."""

    run: Run
    panel: Panel


def _deflators(registry: Registry, run: Run) -> Floats:
    """Prices of each month's year over those of the start year, shape (months,)."""
    index = [registry.at("cpi_index", run.start + month) for month in range(run.months)]
    return np.array(index) / index[0]


def _aligned(before: Panel, after: Panel) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Places in both panels of the people who are in both."""
    shared = np.intersect1d(before.uid, after.uid, assume_unique=True)
    return np.searchsorted(before.uid, shared), np.searchsorted(after.uid, shared)


def effects_on_placed(before: Panel, after: Panel) -> Sums:
    """Regular work of those placed against themselves without the plan, by months since the place began and ended."""
    mine, theirs = _aligned(before, after)
    at_place = after.employer[:, theirs] != ABSENT
    people = np.flatnonzero(at_place.any(axis=0))
    sums = {key: [0.0, 0.0] for key in ("start_0_12", "end_0_12", "end_12_24", "end_24_48", "paid_start_0_12")}
    regular = {}
    for key, panel, where in (("before", before, mine), ("after", after, theirs)):
        status = panel.status[:, where]
        regular[key] = (status == Status.REGULAR_JOB) | (status == Status.SELF_EMPLOYED)
    both = before.present[:, mine] & after.present[:, theirs]
    paid = {"before": before.paid[:, mine], "after": after.paid[:, theirs]}
    for person in people:
        begin = int(at_place[:, person].argmax())
        stay = at_place[begin:, person]
        end = begin + (int((~stay).argmax()) if not stay.all() else stay.size)
        for key, first, last, what in (
            ("start_0_12", begin, begin + 12, regular),
            ("paid_start_0_12", begin, begin + 12, paid),
            ("end_0_12", end, end + 12, regular),
            ("end_12_24", end + 12, end + 24, regular),
            ("end_24_48", end + 24, end + 48, regular),
        ):
            seen = both[first:last, person]
            change = what["after"][first:last, person].astype(float) - what["before"][first:last, person]
            sums[key][0] += float(change[seen].sum())
            sums[key][1] += float(seen.sum())
    return {f"effect_{key}": (part, whole) for key, (part, whole) in sums.items()}


def failure_figures(failed: Sequence[int] | NDArray[Any], running: Sequence[int] | NDArray[Any]) -> Sums:
    """Enterprises that failed against years of running ones; of both the number in each month."""
    return {FAILURES: (float(failed[-1]), float(np.sum(running)) / 12)}


def policy_figures(baseline: Observed, policy: Observed, registry: Registry) -> Sums:
    """All figures of a pair of runs; money in euro of the start year for each year of a filled place."""
    before, after = baseline.run, policy.run
    figures = effects_on_placed(baseline.panel, policy.panel)
    window = round(registry.number("additionality_window_months"))
    pair = paid_months(before, after, window=window, survival=job_survival(registry, after.months))
    figures["deadweight"] = (pair.placed_baseline, pair.placed_policy)
    figures["displacement"] = (-pair.others_change - pair.outsiders_change, pair.placed_policy)
    series = after.outcomes.series
    place_years = float(series("in_place").sum()) / 12
    figures["moved_on_year"] = (float(series("hired_from_place").sum()), place_years)
    figures["filled_places"] = (place_years, after.months / 12)
    figures["placed_people"] = (float(series("placed").sum()), 1.0)
    figures["unfilled_share"] = (
        float(series("unfilled_places").sum()),
        float((series("unfilled_places") + series("in_place")).sum()),
    )
    figures |= failure_figures(policy.panel.failed, policy.panel.running)
    figures |= _money(before, after, _deflators(registry, after), place_years)
    figures["gp_contacts_saved"] = (
        float(((before.outcomes.series("gp_contacts") - series("gp_contacts")) / 1000 * series("residents")).sum()),
        place_years,
    )
    return figures


def _money(before: Run, after: Run, prices: Floats, place_years: float) -> Sums:
    figures: Sums = {}
    for key, pocket in POCKETS.items():
        change = np.zeros(after.months)
        for party in pocket.parties:
            name = party.name.lower()
            change += after.outcomes.series("balance", name) - before.outcomes.series("balance", name)
        figures[f"pocket_{key}"] = (float((change / prices).sum()), place_years)
    for key, category in (
        ("subsidy", Category.WAGE_COST_SUBSIDY),
        ("grants", Category.ENTERPRISE_GRANT),
        ("coaching", Category.COACHING),
        ("co_funding", Category.CO_FUNDING),
    ):
        figures[f"{key}_place_year"] = (_paid(after, prices, category) - _paid(before, prices, category), place_years)
    saved = [
        _paid(run, prices, Category.SOCIAL_ASSISTANCE) + _paid(run, prices, Category.SOCIAL_ASSISTANCE_TAX)
        for run in (before, after)
    ]
    figures["assistance_saved_place_year"] = (saved[0] - saved[1], place_years)
    care = [float((run.outcomes.series("care_cost") / prices).sum()) for run in (before, after)]
    figures["care_saved_place_year"] = (care[0] - care[1], place_years)
    return figures


def _paid(run: Run, prices: Floats, category: Category) -> float:
    return sum(
        posting.cents / CENTS_PER_EURO / float(prices[posting.month - run.start])
        for posting in run.ledger
        if posting.category is category
    )
