"""What a study found: indices that are complete or absent, each with its interval and a verdict in words."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from wijksim.errors import InputError
from wijksim.study.analysed import Analysed, analysed_numbers, variance_parts
from wijksim.study.design import MORRIS_LEVELS, Design
from wijksim.study.evenness import column_notes
from wijksim.study.factors import PLACEBO
from wijksim.study.indices import CONFIDENCE, IndexValues, design_indices
from wijksim.study.methods import Method
from wijksim.study.pair_effects import BREAK_EVEN_OF
from wijksim.study.pair_numbers import break_even_reached
from wijksim.study.store import Store

if TYPE_CHECKING:
    from pandas import DataFrame

    from wijksim.study.sweep import Study

__all__ = ["SOMETHING_SHOWN", "Sensitivity", "Verdict", "analyse", "survivors_of_screening"]

Floats = NDArray[np.float64]

MAIN_INDEX = {
    Method.SOBOL: "ST",
    Method.MORRIS: "mu_star",
    Method.RBD_FAST: "S1_rbd",
    Method.PAWN: "pawn",
    Method.REGRESSION: "prcc",
}
"""The index by which parameters are ranked, by method."""

INDEX_COLUMNS = (
    "stage", "quantity", "outcome", "group", "period", "unit", "index", "parameter", "parameter_2", "value", "low",
    "high", "level", "floor", "rank", "order_certain", "verdict", "points",
)  # fmt: skip

_MISSING_ALLOWED = 0.05
"""Share of blocks without all results that may be left out; above it there are no indices."""

_UNDEFINED_ALLOWED = 0.01
"""The same of blocks in which a number has no value (a share of nobody): fewer, as where that is isn't by chance."""

_KEPT_IN_SCREENING = 0.05
"""A parameter survives the screening when its effect is this share of the largest, or more, for one number or more."""

_SIGNED = ("prcc", "src", "S1", "S1_rbd", "S2", "ST")
_WIDE = 0.1
"""An index is precise enough when its interval is no wider than this to either side."""


class Verdict(StrEnum):
    """What may be said of an index."""

    SHOWN = "shown"
    SHOWN_AT_SEED = "shown for this seed only"
    NO_EFFECT_SHOWN = "no effect shown"
    NOT_DISTINGUISHABLE = "not distinguishable from nothing"
    DID_NOT_VARY = "did not vary"
    NOT_COMPUTABLE = "not computable"
    NOT_REACHED = "not reached at every point"


SOMETHING_SHOWN = frozenset({Verdict.SHOWN.value, Verdict.SHOWN_AT_SEED.value})
"""Verdicts of an index above what nothing can look like; with one seed, of this course of chance."""

_NEEDS_SEEDS = ("ST", "mu_star")
"""Indices to which chance adds whenever a parameter is read, so that one seed can't part the two."""


@dataclass(frozen=True)
class Sensitivity:
    """What a study found.

    Parameters
    ----------
    indices : DataFrame
        Columns `INDEX_COLUMNS`.
    noise : DataFrame
        Of each number: mean, standard deviation over points, and shares of its variance over points and seeds that
        parameters, the seed, and both together make.
    convergence : DataFrame
        The main index at growing parts of the design.
    notes : tuple of str
        What a reader must know: what was left out, what is not precise.
    """

    indices: DataFrame
    noise: DataFrame
    convergence: DataFrame
    notes: tuple[str, ...]


def analyse(study: Study, store: Store) -> Sensitivity:
    """Indices of every stage that is complete.

    Raises
    ------
    InputError
        Too many results are missing; the message says how many were expected and found.
    """
    import pandas as pd

    indices: list[dict[str, Any]] = []
    noise: list[dict[str, Any]] = []
    convergence: list[dict[str, Any]] = []
    notes: list[str] = []
    for stage, design in study.designs(store):
        replications = study.replications(store)
        numbers, whole = _complete(study, store, stage, design, replications)
        part, told = _part_of(design, whole)
        notes += [*told, *column_notes(design)]
        for number in numbers:
            kept = replace(number, values=number.values[np.repeat(whole, design.block)])
            parts = variance_parts(kept)
            noise.append(_described(stage, kept) | parts)
            notes += _gaps(part, kept)
            known, kept = _where_known(part, kept)
            found = _of_number(known, kept, parts, study.plan.seed)
            indices += [_described(stage, kept) | row for row in found]
            convergence += [_described(stage, kept) | row for row in _convergence(known, kept, found, study.plan.seed)]
    if study.replications(store) == 1:
        notes.append(
            "One seed at each point: chance can't be told apart from parameters, so total indices and sizes (ST,"
            " mu_star) hold for this course of chance only. Take two or more replications."
        )
    table = pd.DataFrame(indices, columns=list(INDEX_COLUMNS))
    paths = pd.DataFrame(convergence)
    return Sensitivity(table, pd.DataFrame(noise), paths, (*notes, *_precision_notes(table, paths)))


def survivors_of_screening(study: Study, store: Store) -> list[str]:
    """Names of the indices that the second stage keeps: those above their floor and not small, for any number.

    Where the study says how many there may be at most, those stay that have the largest share of the largest effect
    on any number.
    """
    stage, design = study.designs(store)[0]
    numbers, whole = _complete(study, store, stage, design, study.replications(store))
    part, _ = _part_of(design, whole)
    kept: dict[str, float] = {}
    for number in numbers:
        known, chosen = _where_known(part, replace(number, values=number.values[np.repeat(whole, design.block)]))
        rows = [
            row
            for row in _of_number(known, chosen, variance_parts(chosen), study.plan.seed)
            if row["index"] == "mu_star" and row["verdict"] in SOMETHING_SHOWN
        ]
        largest = max((row["value"] for row in rows), default=0.0)
        for row in rows:
            share = row["value"] / largest
            if share >= _KEPT_IN_SCREENING:
                kept[row["parameter"]] = max(share, kept.get(row["parameter"], 0.0))
    if not kept:
        message = "no parameter has an effect that can be told from nothing, so there is no second stage."
        raise InputError.single(str(store.path), message, "Take more trajectories or replications.")
    strongest = sorted(kept, key=lambda name: -kept[name])[: study.plan.survivors or None]
    return [name for name in design.groups if name in strongest]


# ------------------------------------------------------------------------------------------------- complete numbers
def _complete(
    study: Study, store: Store, stage: int, design: Design, replications: int
) -> tuple[list[Analysed], NDArray[np.bool_]]:
    """Analysed numbers in the order of the design, and which blocks have all results."""
    if not np.array_equal(store.uniforms(stage), design.points):
        found = len(store.uniforms(stage))
        message = f"holds {found} points of stage {stage}, and not those of this design; expected {len(design.points)}."
        raise InputError.single(str(store.path), message, "Run the study first: wijksim study run ...")
    numbers = analysed_numbers(study.plan, store, stage, len(design.points), replications)
    ended = np.zeros((len(design.points), replications), bool)
    for _, point, replication in store.members_with_result(stage):
        if point < len(design.points) and replication < replications:
            ended[point, replication] = True
    whole = np.asarray(ended.all(axis=1).reshape(-1, design.block).all(axis=1), bool)
    missing = int((~ended).sum())
    if 1.0 - whole.mean() > _MISSING_ALLOWED or not whole.any():
        message = f"{ended.size - missing} of {ended.size} results of stage {stage} are there; {missing} are missing."
        hint = "Finish it with 'wijksim study run', and try failed runs again with 'wijksim study rerun'."
        raise InputError.single(str(store.path), message, hint)
    return numbers, whole


def _part_of(design: Design, whole: NDArray[np.bool_]) -> tuple[Design, list[str]]:
    """Design of the whole blocks, and what to say of the others."""
    if whole.all():
        return design, []
    left_out = int((~whole).sum())
    told = f"{left_out} of {whole.size} blocks of {design.block} points lack a result and are left out as a whole."
    return _with_blocks(design, whole), [told]


def _with_blocks(design: Design, chosen: NDArray[np.bool_]) -> Design:
    points = design.points[np.repeat(chosen, design.block)]
    return replace(design, points=points, batches=(int(chosen.sum()),))


def _where_known(design: Design, number: Analysed) -> tuple[Design, Analysed]:
    """Leave out the few blocks in which a number has no value; all stay where there are more than a few."""
    known = np.asarray(~np.isnan(number.at_points).reshape(-1, design.block).any(axis=1), bool)
    if known.all() or 1.0 - known.mean() > _UNDEFINED_ALLOWED:
        return design, number
    return _with_blocks(design, known), replace(number, values=number.values[np.repeat(known, design.block)])


# ------------------------------------------------------------------------------------------------- indices of a number
def _of_number(design: Design, number: Analysed, parts: dict[str, float], seed: int) -> list[dict[str, Any]]:
    y = number.at_points
    fault = _fault(y)
    if fault is not None:
        names = design.groups
        return [
            _row(MAIN_INDEX[design.method], (name, ""), math.nan, math.nan, math.nan, len(y), fault) for name in names
        ]
    rows = []
    for values in design_indices(design, y, seed):
        rows += list(_judged(values, design, number, parts))
    return rows


def _fault(y: Floats) -> Verdict | None:
    if np.isnan(y).any():
        return Verdict.NOT_COMPUTABLE
    if not np.isfinite(y).all():
        return Verdict.NOT_REACHED
    return None if np.ptp(y) > _ROUNDING * max(1.0, np.abs(y).max()) else Verdict.DID_NOT_VARY


def _gaps(design: Design, number: Analysed) -> list[str]:
    """Say of a number that not every point has where it stands, and whether it has indices."""
    y = number.at_points
    fault = _fault(y)
    if fault not in (Verdict.NOT_COMPUTABLE, Verdict.NOT_REACHED):
        return []
    outcome = number.outcome
    dot = f".{outcome.group}" if outcome.group else ""
    what = f"{number.quantity} on {outcome.outcome}{dot}, {outcome.period}"
    known = f"{int(np.isfinite(y).sum())} of {y.size} points"
    if fault is Verdict.NOT_COMPUTABLE:
        few = _where_known(design, number)[1] is not number
        end = "; the others are left out" if few else ", and so no indices"
        return [f"{what}: has a value at {known} only{end}."]
    reached = break_even_reached(outcome.outcome) if outcome.outcome in BREAK_EVEN_OF.values() else ""
    other = f" What decides whether it is: analyse {reached}{dot}." if reached else ""
    return [f"{what}: is reached at {known}, and so has no indices.{other}"]


_ROUNDING = 64 * np.finfo(np.float64).eps


def _judged(values: IndexValues, design: Design, number: Analysed, parts: dict[str, float]) -> Iterator[dict[str, Any]]:
    """Rows of one kind of index, with floor, rank and verdict."""
    floor = _floor(values, design, number, parts)
    strength = np.abs(values.values)
    order = np.argsort(-np.where(np.isfinite(strength), strength, -1.0), kind="stable")
    rank = np.empty(len(order), int)
    rank[order] = np.arange(1, len(order) + 1)
    certain = _order_certain(values, order)
    for place, names in enumerate(values.names):
        value, low, high = (float(part[place]) for part in (values.values, values.low, values.high))
        verdict = _verdict(values.index, value, low, high, floor)
        if verdict is Verdict.SHOWN and values.index in _NEEDS_SEEDS and number.values.shape[1] == 1:
            verdict = Verdict.SHOWN_AT_SEED
        row = _row(values.index, names, value, low, high, len(design.points), verdict)
        yield row | {"floor": floor, "rank": int(rank[place]), "order_certain": bool(certain[place])}


def _floor(values: IndexValues, design: Design, number: Analysed, parts: dict[str, float]) -> float:
    """What an index of nothing may be: the largest of the placebo's, of random columns (PAWN) and of what chance makes.

    With common random numbers the placebo changes nothing at all, while every parameter that is read lets chance
    fall otherwise. So chance is counted too, where there are seeds to measure it: as its share of the variance (total
    indices), or as the mean size of a difference of two runs (Morris).
    """
    names = [first for first, second in values.names if not second]
    if PLACEBO not in names or values.index in ("mu", "sigma", "S2"):
        return math.nan
    place = names.index(PLACEBO)
    bounds = (abs(values.low[place]), abs(values.high[place]), values.of_nothing)
    floor = max((bound for bound in bounds if math.isfinite(bound)), default=0.0)
    seeds = number.values.shape[1]
    chance = parts["sd_interaction"] / math.sqrt(seeds)
    if not math.isfinite(chance):
        return floor
    if values.index == "ST":
        return max(floor, (chance / parts["sd"]) ** 2)
    if values.index == "mu_star":
        step = MORRIS_LEVELS / (2.0 * (MORRIS_LEVELS - 1.0))
        return max(floor, 2.0 * chance / math.sqrt(math.pi) / step)
    return floor


def _order_certain(values: IndexValues, order: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Whether an index overlaps neither the next larger nor the next smaller."""
    low, high = _magnitude(values.low, values.high)
    certain = np.ones(len(order), bool)
    for larger, smaller in pairwise(order):
        if not low[larger] > high[smaller]:
            certain[larger] = certain[smaller] = False
    return certain


def _magnitude(low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Bounds of the size of an index, whatever its sign."""
    ends = np.abs(np.array([low, high]))
    crosses = (low <= 0) & (high >= 0)
    return np.where(crosses, 0.0, ends.min(axis=0)), ends.max(axis=0)


def _verdict(index: str, value: float, low: float, high: float, floor: float) -> Verdict:
    if not math.isfinite(value):
        return Verdict.NOT_COMPUTABLE
    if index in _SIGNED and low <= 0.0 <= high:
        return Verdict.NO_EFFECT_SHOWN
    nearest = (
        float(_magnitude(np.array([low]), np.array([high]))[0][0]) if np.isfinite([low, high]).all() else abs(value)
    )
    if math.isfinite(floor) and nearest <= floor:
        return Verdict.NOT_DISTINGUISHABLE
    return Verdict.SHOWN


def _row(
    index: str, names: tuple[str, str], value: float, low: float, high: float, points: int, verdict: Verdict
) -> dict[str, Any]:
    return {
        "index": index,
        "parameter": names[0],
        "parameter_2": names[1],
        "value": value,
        "low": low,
        "high": high,
        "level": CONFIDENCE,
        "floor": math.nan,
        "rank": 0,
        "order_certain": False,
        "verdict": verdict.value,
        "points": points,
    }


def _described(stage: int, number: Analysed) -> dict[str, Any]:
    outcome = number.outcome
    return {
        "stage": stage,
        "quantity": number.quantity.value,
        "outcome": outcome.outcome,
        "group": outcome.group,
        "period": outcome.period,
        "unit": outcome.unit,
    }


# ------------------------------------------------------------------------------------------------- convergence
def _convergence(design: Design, number: Analysed, found: list[dict[str, Any]], seed: int) -> Iterator[dict[str, Any]]:
    """The main index at an eighth, a quarter and half of a design, and as it was `found` from all of it."""
    y = number.at_points
    if _fault(y) is not None:
        return
    blocks = len(y) // design.block
    main = MAIN_INDEX[design.method]
    for size in sorted({blocks // 8, blocks // 4, blocks // 2} - {blocks}):
        part = replace(design, points=design.points[: size * design.block], batches=(size,))
        sizes = y[: size * design.block]
        if size < 2 or _fault(sizes) is not None:
            continue
        for values in design_indices(part, sizes, seed, only=main):
            if values.index == main:
                names = [name for name, _ in values.names]
                for name, *bounds in zip(names, values.values, values.low, values.high, strict=True):
                    yield _step(size, len(sizes), name, *(float(bound) for bound in bounds))
    for row in found:
        if row["index"] == main:
            yield _step(blocks, len(y), row["parameter"], row["value"], row["low"], row["high"])


def _step(samples: int, points: int, name: str, value: float, low: float, high: float) -> dict[str, Any]:
    return {"samples": samples, "points": points, "parameter": name, "value": value, "low": low, "high": high}


def _precision_notes(indices: DataFrame, convergence: DataFrame) -> Iterator[str]:
    """Say whether indices are precise enough or how many more points it would take.

    Those of Morris have the unit of the outcome, and are measured against the largest of their number.
    """
    yield from _precision_of_morris(indices)
    shares = indices[
        indices["index"].isin(["ST", "S1_rbd", "pawn", "prcc"]) & (indices["verdict"] != Verdict.DID_NOT_VARY.value)
    ]
    for (stage, index), rows in shares.groupby(["stage", "index"]):
        widest = float(((rows["high"] - rows["low"]) / 2.0).max())
        points = int(rows["points"].max())
        if not math.isfinite(widest):
            continue
        if widest <= _WIDE:
            yield f"Converged: every {index} is known to within {widest:.2f} (stage {stage}, {points} points)."
        else:
            needed = points * (widest / _WIDE) ** 2
            yield (
                f"Not converged: the widest {index} is known to within {widest:.2f} only; to within {_WIDE:g} it would"
                f" take about {needed:,.0f} points (stage {stage} has {points})."
            )


def _precision_of_morris(indices: DataFrame) -> Iterator[str]:
    effects = indices[(indices["index"] == "mu_star") & indices["value"].notna()]
    for stage, rows in effects.groupby("stage"):
        largest = rows.groupby(["quantity", "outcome", "group", "period"])["value"].transform("max")
        widest = float(((rows["high"] - rows["low"]) / 2.0 / largest).max())
        points = int(rows["points"].max())
        if not math.isfinite(widest):
            continue
        if widest <= _WIDE:
            yield f"Converged: every mu_star is known to within {widest:.0%} of the largest (stage {stage})."
        else:
            needed = points * (widest / _WIDE) ** 2
            yield (
                f"Not converged: the widest mu_star is known to within {widest:.0%} of the largest only; to within"
                f" {_WIDE:.0%} it would take about {needed:,.0f} points (stage {stage} has {points})."
            )
