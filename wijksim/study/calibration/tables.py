"""What a calibration found, as files: what is not ruled out, the estimate, before and after, what is undetermined."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wijksim.errors import InputError
from wijksim.scenario.template import profile_named, scenario_copy
from wijksim.shipped import version_text
from wijksim.study.calibration.calibrate import STORE, Calibration
from wijksim.study.calibration.matching import CUTOFF, weights
from wijksim.study.own_folder import require_own_folder
from wijksim.study.posterior import IMPLAUSIBILITY, WEIGHT
from wijksim.study.validation.estimates import Estimate, Verdict, range_written, verdict_of, written

__all__ = [
    "BEFORE_AFTER", "ENOUGH_VECTORS", "before_after_rows", "require_calibration_folder", "summary_lines",
    "undetermined_rows", "write_calibration",
]  # fmt: skip

Floats = NDArray[np.float64]

POSTERIOR, ESTIMATE, BEFORE_AFTER, UNDETERMINED, EMULATORS, SUMMARY = (
    "posterior.csv", "estimate.toml", "before_after.csv", "undetermined.csv", "emulators.csv", "summary.md",
)  # fmt: skip

ENOUGH_VECTORS = 200
"""Vectors below which is said that they are few."""

_BEFORE_AFTER_COLUMNS = (
    "fact", "label", "scenario", "unit", "low", "high", "default", "default_low", "default_high", "default_verdict",
    "estimate", "estimate_low", "estimate_high", "estimate_verdict", "runs", "reason",
)  # fmt: skip
_EMULATOR_COLUMNS = (
    "wave", "fact", "scenario", "points", "held_out_error", "error_of_the_mean", "explained", "chance_sd", "range_sd",
    "inflation", "used", "reason",
)  # fmt: skip
_LEVEL = 0.9
"""Part of the weight that a posterior range holds."""
_UNDETERMINED = 0.8
"""Part of the prior range that is left from which on a parameter counts as undetermined."""
_AT_BOUND = 0.02
"""Distance to a bound, of the range, below which an estimate counts as at it."""


def require_calibration_folder(folder: Path) -> None:
    """Make sure that what is written replaces nothing but an earlier calibration.

    Raises
    ------
    InputError
        The folder is a file, or holds files and no calibration, begun or done.
    """
    if not (folder / STORE).is_file():
        require_own_folder(folder, BEFORE_AFTER, _BEFORE_AFTER_COLUMNS, "calibration", "calibration")


def before_after_rows(found: Calibration) -> Iterator[dict[str, object]]:
    """Each fact with the default and with the estimate, and facts that can't be aimed at."""
    for target, before, after in zip(found.plan.targets, found.before, found.after, strict=True):
        pattern = target.pattern
        yield {
            "fact": pattern.name,
            "label": pattern.label,
            "scenario": target.scenario,
            "unit": pattern.unit,
            "low": pattern.low,
            "high": pattern.high,
            **_estimate("default", before, pattern.low, pattern.high),
            **_estimate("estimate", after, pattern.low, pattern.high),
            "runs": found.plan.confirmations,
            "reason": "" if not math.isnan(after.value) else "there was nobody to count",
        }
    for each in found.plan.unusable:
        pattern = each.pattern
        told = {name: getattr(pattern, name) for name in ("label", "unit", "low", "high")}
        verdicts = dict.fromkeys(("default_verdict", "estimate_verdict"), Verdict.NOT_COMPUTABLE.value)
        yield {"fact": pattern.name, **told, **verdicts, "runs": 0, "reason": each.reason}


def _estimate(name: str, found: Estimate, low: float | None, high: float | None) -> dict[str, object]:
    return {
        name: found.value,
        f"{name}_low": found.low,
        f"{name}_high": found.high,
        f"{name}_verdict": verdict_of(found, low, high).value,
    }


def undetermined_rows(found: Calibration) -> Iterator[dict[str, object]]:
    """Range of each parameter before and after, and whether the facts leave it undetermined."""
    share = weights(found.posterior.implausibility)
    for place, factor in enumerate(found.plan.factors):
        ends = _quantiles(found.posterior.uniforms[:, place], share)
        left = (ends[1] - ends[0]) / _LEVEL
        low, high = (float(factor.value(end)) for end in ends)
        at_bound = min(found.estimate[place], 1.0 - found.estimate[place]) < _AT_BOUND
        yield {
            "parameter": factor.name,
            "label": factor.label,
            "unit": factor.unit,
            "grade": factor.grade,
            "prior_low": factor.low,
            "prior_high": factor.high,
            "default": float(f"{factor.value(float(found.plan.default[place])):.12g}"),
            "estimate": float(factor.value(float(found.estimate[place]))),
            "estimate_at_bound": "yes" if at_bound else "no",
            "posterior_low": low,
            "posterior_high": high,
            "range_left": min(left, 1.0),
            "undetermined": "yes" if left >= _UNDETERMINED else "no",
        }


def _quantiles(uniforms: Floats, share: Floats) -> tuple[float, float]:
    order = np.argsort(uniforms, kind="stable")
    passed = np.cumsum(share[order]) - share[order] / 2
    tail = (1.0 - _LEVEL) / 2
    low, high = np.interp([tail, 1.0 - tail], passed, uniforms[order])
    return float(low), float(high)


def _emulator_rows(found: Calibration) -> Iterator[dict[str, object]]:
    for number, wave in enumerate(found.waves, 1):
        for emulator in wave.emulators:
            yield {
                "wave": number,
                "fact": emulator.target.pattern.name,
                "scenario": emulator.target.scenario,
                "points": emulator.points,
                "held_out_error": emulator.held_out,
                "error_of_the_mean": emulator.spread,
                "explained": emulator.explained,
                "chance_sd": math.sqrt(emulator.chance),
                "range_sd": emulator.target.sd,
                "inflation": emulator.inflation,
                "used": "yes" if emulator.used else "no",
                "reason": emulator.reason,
            }


def _posterior_rows(found: Calibration) -> Iterator[dict[str, object]]:
    share = weights(found.posterior.implausibility)
    worst = found.posterior.implausibility.max(axis=1, initial=0.0)
    for point, weight, most in zip(found.posterior.uniforms, share, worst, strict=True):
        values = dict(zip((factor.name for factor in found.plan.factors), found.values(point), strict=True))
        yield {WEIGHT: float(weight), IMPLAUSIBILITY: float(most), **values}


def summary_lines(found: Calibration) -> list[str]:
    """What was found, in words, with what stands against it first."""
    plan, last, posterior = found.plan, found.waves[-1], found.posterior
    within = [
        sum(
            verdict_of(value, target.pattern.low, target.pattern.high) is Verdict.WITHIN
            for target, value in zip(plan.targets, values, strict=True)
        )
        for values in (found.before, found.after)
    ]
    lines = [
        f"Facts within their range: {within[0]} of {len(plan.targets)} with the default, {within[1]} with the estimate"
        f" ({plan.confirmations} runs each, on seeds that the fit had not seen).",
        *_misses(found),
    ]
    if posterior.nearest:
        lines.append(
            f"EVERY vector that was tried ({posterior.tried:,}) is ruled out by some fact: within these ranges the"
            f" model can't meet all of them. The vectors in {POSTERIOR} come nearest; they are no posterior."
        )
    else:
        share = weights(posterior.implausibility)
        lines.append(
            f"Not ruled out: {posterior.share:.2%} of the space (implausibility below {CUTOFF:g}); {len(share)} vectors"
            f" in {POSTERIOR}, by their weights worth {1.0 / float((share**2).sum()):.0f} equal ones."
        )
        if posterior.share == 1.0 and last.emulators:
            lines.append("So no fact rules anything out: their ranges are wide beside what these parameters do.")
        if len(share) < ENOUGH_VECTORS:
            lines.append(f"These are fewer than {ENOUGH_VECTORS}: what is left of the space is too small to fill it.")
    idle = [emulator for emulator in last.emulators if not emulator.used]
    lines += [f"{emulator.target.key} rules nothing out: {emulator.reason}." for emulator in idle]
    lines += [f"{each.pattern.name} is not aimed at: {each.reason}." for each in plan.unusable]
    rows = list(undetermined_rows(found))
    open_ones = [str(row["parameter"]) for row in rows if row["undetermined"] == "yes"]
    lines.append(
        f"The facts leave {len(open_ones)} of {len(rows)} parameters undetermined: {', '.join(open_ones)}."
        if open_ones
        else "The facts say something of every parameter."
    )
    bounds = [str(row["parameter"]) for row in rows if row["estimate_at_bound"] == "yes"]
    if bounds:
        lines.append(f"At a bound in the estimate, so that the range stops the fit: {', '.join(bounds)}.")
    outside = list(_narrowed_out(found))
    if outside:
        lines.append(f"The default lies outside the range given, and was run at its bound: {', '.join(outside)}.")
    if last.failed:
        lines.append(f"{last.failed} runs gave no result; their reasons are in {STORE}.")
    return lines


def _narrowed_out(found: Calibration) -> Iterator[str]:
    scenario = found.plan.scenario
    for factor in found.plan.factors if scenario else ():
        if scenario and not factor.low <= scenario.registry[factor.name].setting <= factor.high:
            yield factor.name


def _misses(found: Calibration) -> Iterator[str]:
    for target, after in zip(found.plan.targets, found.after, strict=True):
        pattern = target.pattern
        if verdict_of(after, pattern.low, pattern.high) is Verdict.OUTSIDE:
            expected = range_written(pattern.low, pattern.high, pattern.unit)
            yield f"OUTSIDE with the estimate: {target.key}, {written(after.value, pattern.unit)} (range {expected})."
        elif math.isnan(after.value):
            yield f"Not counted with the estimate: {target.key}, as there was nobody to count."


def write_calibration(found: Calibration, folder: Path) -> list[Path]:
    """Write all files of a calibration.

    Raises
    ------
    InputError
        The folder can't be written, or holds other files (:func:`require_calibration_folder`).
    """
    import pandas as pd

    require_calibration_folder(folder)
    tables: list[tuple[str, list[dict[str, object]], Sequence[str] | None]] = [
        (POSTERIOR, list(_posterior_rows(found)), None),
        (BEFORE_AFTER, list(before_after_rows(found)), _BEFORE_AFTER_COLUMNS),
        (UNDETERMINED, list(undetermined_rows(found)), None),
        (EMULATORS, list(_emulator_rows(found)), _EMULATOR_COLUMNS),
    ]
    written_files = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, rows, columns in tables:
            pd.DataFrame(rows, columns=None if columns is None else list(columns)).to_csv(
                folder / name, index=False, lineterminator="\n"
            )
            written_files.append(folder / name)
        texts = {SUMMARY: _summary(found)}
        if found.plan.scenario is not None:
            texts[ESTIMATE] = _estimate_file(found, folder)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
            written_files.append(folder / name)
    except OSError as error:
        raise InputError.single(str(folder), f"can't be written ({error.strerror}).") from None
    return written_files


def _estimate_file(found: Calibration, folder: Path) -> str:
    scenario = found.plan.scenario
    assert scenario is not None
    names = [factor.name for factor in found.plan.factors]
    values = dict(zip(names, found.values(found.estimate), strict=True))
    fitted = scenario.registry.with_values(values, set_by="calibration")
    path = Path(found.plan.profile)
    profile = path.resolve().as_posix() if path.is_file() else profile_named(scenario, folder)
    if found.plan.profile != scenario.profile_source and not path.is_file():
        profile = found.plan.profile
    return scenario_copy(replace(scenario, registry=fitted), f"{scenario.name} calibrated", profile)


def _summary(found: Calibration) -> str:
    plan = found.plan
    head = [
        "# Calibration",
        "",
        f"Made by wijksim {version_text()}: {len(plan.factors)} parameters, {len(plan.targets)} facts,"
        f" {plan.waves} waves of {plan.points} points with {plan.replications} seeds each, seed {plan.seed}.",
        "",
    ]
    waves = [
        f"- wave {number}: {wave.points} points, {wave.share:.2%} of the space not ruled out,"
        f" {sum(emulator.used for emulator in wave.emulators)} of {len(wave.emulators)} facts may rule out"
        for number, wave in enumerate(found.waves, 1)
    ]
    return "\n".join([*head, *(f"- {line}" for line in summary_lines(found)), "", *waves, ""])
