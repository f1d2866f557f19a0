"""Several plans at once: what each costs for what it gives, which dominate, and how often each is the best."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.calendar import MONTHS_PER_YEAR
from wijksim.report.intervals import chance
from wijksim.report.pockets import POCKET_OUTCOME
from wijksim.report.ranks import BEST, COSTS, MEASURES, PUBLIC, Frontier, RatioStatus
from wijksim.study.effects import Frame, Pairs, monthly_pairs
from wijksim.study.replicate import Replication, Series

__all__ = ["best_shares", "cost_per", "frontier", "rank_plans"]

Floats = NDArray[np.float64]

_PER_THOUSAND = 1000.0


class Of(StrEnum):
    """What the plans were compared over."""

    DRAWS = "draws"
    REPLICATIONS = "replications"


def rank_plans(
    names: Sequence[str], done: Sequence[Replication], drawn: Sequence[Replication], frame: Frame
) -> dict[str, Any] | None:
    """Compare plans by what they cost and give.

    Values are sums over the whole run, policy minus baseline, at the figures of the passports; ranges and shares are
    over draws of the parameters where there are any, else over replications. All plans of a draw have the same
    parameters and the same luck.

    Parameters
    ----------
    names : sequence of str
        Plans, as they stand after the baseline in each replication.
    done, drawn : sequence of Replication
        At the figures of the passports, and with drawn parameters.
    frame : Frame
        Time of the study; money is in euro of its price year.

    Returns
    -------
    dict or None
        For `manifest.json`: ``plans``, ``frontier``, ``best`` and what they were compared over; None where there are
        fewer than two plans or no replication in which all of them worked.
    """
    if len(names) < 2:
        return None
    means, samples = _measured(names, done, frame), _measured(names, drawn, frame)
    of = Of.DRAWS
    if len(samples) < 2:
        samples, of = means, Of.REPLICATIONS
    if not len(means):
        return None
    values = means.mean(axis=0)
    plans = []
    for place, name in enumerate(names):
        plan: dict[str, Any] = {"name": name}
        for column, measure in enumerate(MEASURES):
            plan[measure] = _with_range(values[place, column], samples[:, place, column])
        for key, (cost, effect) in COSTS.items():
            top, bottom = MEASURES.index(cost), MEASURES.index(effect)
            plan[key] = cost_per(
                -values[place, top], values[place, bottom], -samples[:, place, top], samples[:, place, bottom]
            )
        plans.append(plan)
    work, public = MEASURES.index("job_years"), MEASURES.index("public_balance")
    return {
        "of": of.value,
        "n": len(samples),
        "plans": plans,
        "frontier": frontier(names, values[:, work], -values[:, public]),
        "best": {measure: best_shares(names, samples[:, :, MEASURES.index(measure)]) for measure in BEST},
    }


def _measured(names: Sequence[str], replications: Sequence[Replication], frame: Frame) -> Floats:
    """Measures of each plan in each replication in which all worked, shape (replications, plans, measures)."""
    whole = [one for one in replications if all(run is not None for run in one.runs)]
    found = np.zeros((len(whole), len(names), len(MEASURES)))
    for place in range(len(names)):
        pairs = monthly_pairs(whole, place + 1, frame)
        if pairs is not None:
            found[:, place] = _measures(*pairs)
    return found


def _measures(series: Sequence[Series], pairs: Pairs) -> Floats:
    """`MEASURES` of one plan, shape (pairs, measures)."""
    column = {(item.outcome, item.group): index for index, item in enumerate(series)}

    def change(outcome: str, group: str = "", *, times: str = "") -> Floats:
        """Sum over months of the difference, of what may be a rate of another outcome."""
        at = column[outcome, group]
        sides = [side[:, :, at] * (side[:, :, column[times, ""]] if times else 1.0) for side in pairs]
        total: Floats = (sides[1] - sides[0]).sum(axis=1)
        return total

    of = {
        "job_years": change("employed_15_74") / MONTHS_PER_YEAR,
        "off_assistance": -change("assistance_persons") / MONTHS_PER_YEAR,
        "gp_contacts_avoided": -change("gp_contacts", times="residents") / _PER_THOUSAND,
        "municipality_balance": change(POCKET_OUTCOME, "municipality"),
        "public_balance": np.sum([change(POCKET_OUTCOME, pocket) for pocket in PUBLIC], axis=0),
    }
    return np.column_stack([of[measure] for measure in MEASURES])


def _with_range(value: float, samples: Floats) -> dict[str, float | None]:
    bounds = chance(samples[:, np.newaxis])
    low, high = float(bounds.low[0]), float(bounds.high[0])
    return {"value": float(value), "low": _known(min(low, value)), "high": _known(max(high, value))}


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def cost_per(cost: float, effect: float, costs: Floats, effects: Floats) -> dict[str, Any]:
    """Cost of one unit of effect: a ratio of means, told only where there surely is an effect.

    Parameters
    ----------
    cost, effect : float
        Means at the figures of the passports; a negative cost is a saving.
    costs, effects : array, shape (samples,)
        Of the same samples.

    Returns
    -------
    dict
        ``value``, ``low``, ``high`` and ``status``. The ratio of a saving is no price and has no value; it is said to
        save where the whole range of the cost is a saving.
    """
    bounds = chance(effects[:, np.newaxis])
    nothing: dict[str, Any] = {"value": None, "low": None, "high": None}
    if not (effect > 0.0 and float(bounds.low[0]) > 0.0 and (effects > 0.0).all()):
        return nothing | {"status": RatioStatus.NO_SURE_EFFECT.value}
    if cost <= 0.0:
        sure = float(chance(costs[:, np.newaxis]).high[0]) <= 0.0
        return nothing | {"status": (RatioStatus.SAVES if sure else RatioStatus.NO_SURE_SAVING).value}
    return {**_with_range(cost / effect, costs / effects), "status": RatioStatus.OK.value}


def frontier(names: Sequence[str], effects: Floats, costs: Floats) -> list[dict[str, Any]]:
    """Place plans, and having none, on or off the frontier of what is had for the least money.

    A plan is dominated when another one, or none, gives at least as much for at most the same cost; and extendedly
    dominated when a mix of two others does. Along the frontier each step has its cost per further unit (ICER).

    Parameters
    ----------
    effects, costs : array, shape (plans,)
        Means; a negative cost is a saving.

    Returns
    -------
    list of dict
        By rising effect, with ``name`` (empty for no plan), ``effect``, ``cost``, ``status`` and ``icer``.
    """
    points = [("", 0.0, 0.0), *((n, float(e), float(c)) for n, e, c in zip(names, effects, costs, strict=True))]
    points.sort(key=lambda point: (point[1], point[2]))
    hull: list[tuple[str, float, float]] = []
    status = {}
    for point in points:
        name, effect, cost = point
        if any(e >= effect and c <= cost and (e > effect or c < cost) for _, e, c in points):
            status[name] = Frontier.DOMINATED
            continue
        while len(hull) > 1 and _slope(hull[-2], hull[-1]) > _slope(hull[-1], point):
            status[hull.pop()[0]] = Frontier.EXTENDEDLY_DOMINATED
        hull.append(point)
        status[name] = Frontier.ON
    steps = {after[0]: _slope(before, after) for before, after in pairwise(hull)}
    return [
        {"name": n, "effect": e, "cost": c, "status": status[n].value, "icer": _known(steps.get(n, np.nan))}
        for n, e, c in points
    ]


def _slope(one: tuple[str, float, float], other: tuple[str, float, float]) -> float:
    gained = other[1] - one[1]
    return (other[2] - one[2]) / gained if gained else float("inf")


def best_shares(names: Sequence[str], values: Floats) -> list[dict[str, Any]]:
    """Share of samples in which each plan, or none, is the best, and what it loses on average to the best.

    Parameters
    ----------
    values : array, shape (samples, plans)
        More is better; having no plan is 0.

    Returns
    -------
    list of dict
        ``name`` (empty for no plan), ``share`` (they sum to 1; ties are shared) and ``regret``.
    """
    all_values = np.column_stack([np.zeros(len(values)), values])
    best = all_values.max(axis=1, keepdims=True)
    wins = all_values == best
    shares = (wins / wins.sum(axis=1, keepdims=True)).mean(axis=0)
    regrets = (best - all_values).mean(axis=0)
    return [
        {"name": name, "share": float(share), "regret": float(regret)}
        for name, share, regret in zip(["", *names], shares, regrets, strict=True)
    ]
