"""A calibration from end to end: waves of runs, emulators, what is not ruled out, the best fit, runs that confirm."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wijksim.errors import InputError, Problem
from wijksim.scenario import Scenario
from wijksim.study.calibration.emulators import Emulator, fit_emulators, one_thread, require_scikit_learn
from wijksim.study.calibration.free import free_factors, uniform_of
from wijksim.study.calibration.matching import Kept, best_fit, not_ruled_out, stage_seed
from wijksim.study.calibration.runs import RunFacts, Runs, require_same_inputs
from wijksim.study.calibration.targets import Sum, Target, Unusable, calibration_targets, sums_of
from wijksim.study.design import grow
from wijksim.study.engines import Progress, Work, leave_if_importing_main
from wijksim.study.factors import Factor
from wijksim.study.identity import digest_of, model_digest
from wijksim.study.methods import Method
from wijksim.study.replicate import replication_problems, seed_of
from wijksim.study.store import Store
from wijksim.study.sweep_run import Done, PointRun
from wijksim.study.validation.estimates import Estimate
from wijksim.study.validation.findings import PLANS, seeds_work, wijk_scenario
from wijksim.study.validation.patterns import Pattern, PatternSet, shipped_patterns
from wijksim.study.validation.runs import BASELINE, STATISTICS, parts_of

__all__ = ["STORE", "Calibration", "CalibrationPlan", "Wave", "calibrate", "calibration_plan", "run_calibration"]

Floats = NDArray[np.float64]

STORE = "calibration.sqlite"
POINTS_PER_PARAMETER = 10
"""Points of a wave for each parameter, when no number is given (Loeppky, Sacks & Welch 2009, Technometrics 51)."""

_POSTERIOR = 400
_CONFIRMING_STAGE = 1000
_MOST_WAVES = 20
_FEWEST_POINTS = 10


@dataclass(frozen=True)
class CalibrationPlan:
    """What is fitted to what, and how.

    Parameters
    ----------
    factors : tuple of Factor
        Parameters that are free.
    targets : tuple of Target
        Facts that are aimed at.
    work : callable
        Does the runs of one seed at a point.
    default : array of float64, shape (factors,)
        Where the parameters are now, from 0 to 1 in their ranges.
    waves, points, replications, confirmations : int
        Waves, points of each, seeds at each point, and seeds of the runs that confirm, which no wave has seen.
    seed : int
        All that is drawn follows from it.
    unusable : tuple of Unusable
        Facts of the set that can't be aimed at.
    inputs : mapping of str to str
        Digest of each thing that decides results, by its name for people.
    scenario : Scenario or None
        That the estimate is written for; None in tests with a made-up model.
    profile : str
        As the scenario names it.
    """

    factors: tuple[Factor, ...]
    targets: tuple[Target, ...]
    work: Work[PointRun, Done]
    default: Floats
    waves: int
    points: int
    replications: int
    confirmations: int
    seed: int
    unusable: tuple[Unusable, ...] = ()
    inputs: Mapping[str, str] = field(default_factory=dict)
    scenario: Scenario | None = None
    profile: str = ""

    @property
    def sums(self) -> tuple[Sum, ...]:
        """What runs are counted for."""
        return sums_of(self.targets)

    @property
    def runs(self) -> int:
        """Runs in all; those that confirm are of the default and of the estimate."""
        return self.waves * self.points * self.replications + 2 * self.confirmations

    @property
    def all_inputs(self) -> dict[str, str]:
        """Digests of the inputs and of all that decides the points of the waves."""
        told = {
            "the parameters that are fitted": [asdict(factor) for factor in self.factors],
            "the facts": [[target.key, target.pattern.low, target.pattern.high] for target in self.targets],
            "--points": self.points,
            "--replications": self.replications,
            "--seed": self.seed,
        }
        return {**self.inputs, **{key: digest_of(json.dumps(value)) for key, value in told.items()}}


@dataclass(frozen=True)
class Wave:
    """What a wave of runs gave.

    Parameters
    ----------
    emulators : tuple of Emulator
        Of all facts, from the runs of this wave and those before.
    points, failed : int
        Points up to now, and runs of them without result.
    share : float
        Part of the space that is not ruled out after it.
    nearest : bool
        Whether everything is ruled out.
    """

    emulators: tuple[Emulator, ...]
    points: int
    failed: int
    share: float
    nearest: bool


@dataclass(frozen=True)
class Calibration:
    """What a calibration gave.

    Parameters
    ----------
    plan : CalibrationPlan
        What was fitted to what.
    waves : tuple of Wave
        In order.
    posterior : Kept
        Points that are not ruled out.
    estimate : array of float64, shape (factors,)
        Best fit, from 0 to 1.
    before, after : tuple of Estimate
        Each fact by runs with the default and with the estimate, on the same seeds.
    """

    plan: CalibrationPlan
    waves: tuple[Wave, ...]
    posterior: Kept
    estimate: Floats
    before: tuple[Estimate, ...]
    after: tuple[Estimate, ...]

    def values(self, uniforms: Floats) -> list[float]:
        """Values of the parameters at a point."""
        return [
            float(factor.value(float(uniform))) for factor, uniform in zip(self.plan.factors, uniforms, strict=True)
        ]


def calibration_plan(
    *,
    parameters: Sequence[str] = (),
    patterns: Iterable[Pattern] | None = None,
    profile: Path | str | None = None,
    waves: int = 2,
    points: int | None = None,
    replications: int = 4,
    confirmations: int = 10,
    months: int | None = None,
    residents: int | None = None,
    seed: int = 1,
    workers: int | None = None,
) -> CalibrationPlan:
    """Say what is fitted to what.

    Parameters
    ----------
    parameters : sequence of str
        As :func:`wijksim.study.calibration.free.free_factors` reads them; empty for the default set.
    patterns : iterable of Pattern, optional
        Facts, all of the calibration set; left out, those that come with wijksim.
    profile : Path or str, optional
        File or name; left out: that of the scenario *baseline*.
    waves, points, replications, confirmations : int
        As in :class:`CalibrationPlan`; points left out: ten for each parameter.
    months, residents : int, optional
        Length of the runs (facts are then counted in the years that there are) and size of the wijk.
    seed : int
        All that is drawn follows from it.
    workers : int, optional
        Checked only.

    Raises
    ------
    InputError
        A number can't be, a parameter can't be fitted, a fact isn't of the calibration set, scikit-learn isn't there.
    """
    require_scikit_learn()
    chosen = shipped_patterns(STATISTICS) if patterns is None else tuple(patterns)
    if patterns is None:
        chosen = tuple(pattern for pattern in chosen if pattern.set is PatternSet.CALIBRATION)
    problems = list(replication_problems(replications, seed, workers, 0, 0, None))
    problems += _size_problems(waves, points, replications)
    factors: tuple[Factor, ...] = ()
    given = wijk_scenario(BASELINE, profile, residents)
    if months is not None:
        problems += [] if months > 0 else [Problem("--months", f"is {months}; expected 1 or more.")]
        given = replace(given, settings=replace(given.settings, months=months))
    try:
        factors = free_factors(given.registry, parameters)
    except InputError as error:
        problems += error.problems
    if problems:
        raise InputError(problems)
    targets, unusable = calibration_targets(chosen, {area.code for area in given.profile.areas}, PLANS)
    sums = sums_of(targets)
    wanted = frozenset(statistic for _, statistic in sums)
    work = seeds_work(given, PLANS, parts_of(wanted), residents, profile)
    length = given.settings.months
    plans = {name: replace(plan, settings=replace(plan.settings, months=length)) for name, plan in work.plans.items()}
    work = replace(work, plans=plans, wanted=wanted)
    return CalibrationPlan(
        factors=factors,
        targets=targets,
        work=RunFacts(work, sums),
        default=np.array([uniform_of(factor, given.registry[factor.name].setting) for factor in factors]),
        waves=waves,
        points=points or POINTS_PER_PARAMETER * len(factors),
        replications=replications,
        confirmations=confirmations,
        seed=seed,
        unusable=unusable,
        inputs=_inputs([given, *plans.values()]),
        scenario=given,
        profile=str(profile) if profile is not None else given.profile_source,
    )


def _size_problems(waves: int, points: int | None, replications: int) -> list[Problem]:
    problems = []
    if not 1 <= waves <= _MOST_WAVES:
        problems.append(Problem("--waves", f"is {waves}; expected 1 to {_MOST_WAVES}."))
    if points is not None and points < _FEWEST_POINTS:
        problems.append(
            Problem("--points", f"is {points}; expected {_FEWEST_POINTS} or more.", "An emulator needs them.")
        )
    if replications == 1:
        message = "is 1; expected 2 or more, as the size of chance comes from the difference between seeds."
        problems.append(Problem("--replications", message))
    return problems


def _inputs(scenarios: Sequence[Scenario]) -> dict[str, str]:
    counting = sorted((Path(__file__).parent.parent / "validation").glob("*.py"))
    return {
        "wijksim itself": model_digest(),
        "how facts are counted": digest_of("".join(hashlib.sha256(path.read_bytes()).hexdigest() for path in counting)),
        "the profile": scenarios[0].profile.digest(),
        "the parameters": scenarios[0].registry.digest(),
        "the scenarios, --months or --residents": digest_of(
            json.dumps([asdict(scenario.settings) for scenario in scenarios], sort_keys=True)
        ),
    }


def run_calibration(
    plan: CalibrationPlan, folder: Path, *, workers: int | None = None, progress: Progress | None = None
) -> Calibration:
    """Run what has no result yet, and fit; every finished run is kept at once, so that it can be stopped.

    Parameters
    ----------
    plan : CalibrationPlan
        What is fitted to what.
    folder : Path
        In which the runs are kept; made where it isn't there.
    workers : int, optional
        Processes; left out: one for each core.
    progress : callable, optional
        Told runs done and runs in all.

    Raises
    ------
    InputError
        The folder holds runs of something else, or can't be written.
    """
    leave_if_importing_main()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError.single(str(folder), f"can't be written ({error.strerror}).") from None
    inputs = plan.all_inputs
    with Store(folder / STORE) as store, store.working(), one_thread():
        require_same_inputs(store, inputs, folder)
        runs = Runs(store, plan.factors, plan.work, partial(seed_of, plan.seed), inputs, workers)
        return _fit(plan, runs, progress or (lambda done, total: None))


def _fit(plan: CalibrationPlan, runs: Runs, progress: Progress) -> Calibration:
    waves: list[Wave] = []
    uniforms = np.zeros((0, len(plan.factors)))
    values, errors = np.zeros((2, 0, len(plan.targets)))
    failed = 0
    fresh = grow(Method.PAWN, plan.factors, plan.points, seed=stage_seed(plan.seed, "wave 0")).points
    kept: Kept | None = None
    for wave in range(plan.waves):
        before = wave * plan.points * plan.replications
        at = _kept_or(runs.store, wave, fresh)
        counted = runs.at(
            wave,
            at,
            range(plan.replications),
            lambda done, _, before=before: progress(before + done, plan.runs),  # type: ignore[misc]
        )
        failed += int(np.isnan(counted[0]).all(axis=2).sum())
        found = np.array(
            [[t.value_with_error(plan.sums, *each) for t in plan.targets] for each in zip(*counted, strict=True)]
        )
        uniforms = np.concatenate([uniforms, at])
        values, errors = np.concatenate([values, found[..., 0]]), np.concatenate([errors, found[..., 1]])
        emulators = fit_emulators(plan.targets, uniforms, values, errors, stage_seed(plan.seed, "folds"))
        last = wave == plan.waves - 1
        wanted = _POSTERIOR if last else plan.points
        kept = not_ruled_out(emulators, plan.factors, wanted, stage_seed(plan.seed, f"wave {wave + 1}"))
        waves.append(Wave(emulators, len(uniforms), failed, kept.share, kept.nearest))
        fresh = kept.uniforms
    assert kept is not None
    return _confirmed(plan, runs, tuple(waves), kept, progress)


def _kept_or(store: Store, stage: int, fresh: Floats) -> Floats:
    """Points of a stage that was begun, as they were; another machine might find others that differ in a last digit."""
    there = store.uniforms(stage)
    return there if len(there) else fresh


def _confirmed(
    plan: CalibrationPlan, runs: Runs, waves: tuple[Wave, ...], kept: Kept, progress: Progress
) -> Calibration:
    stage = _CONFIRMING_STAGE + plan.waves
    best = best_fit(waves[-1].emulators, kept, plan.default)
    points = _kept_or(runs.store, stage, np.stack([plan.default, best]))
    before = plan.runs - 2 * plan.confirmations
    seeds = range(plan.replications, plan.replications + plan.confirmations)
    counted = runs.at(stage, points, seeds, lambda done, _: progress(before + done, plan.runs))
    progress(plan.runs, plan.runs)
    told = [tuple(target.value(plan.sums, *each) for target in plan.targets) for each in zip(*counted, strict=True)]
    return Calibration(plan, waves, kept, points[1], *told)


def calibrate(
    folder: Path | str, *, workers: int | None = None, progress: Progress | None = None, **options: object
) -> Calibration:
    """Fit the free parameters to the calibration facts; options are those of :func:`calibration_plan`."""
    plan = calibration_plan(workers=workers, **options)  # type: ignore[arg-type]
    return run_calibration(plan, Path(folder), workers=workers, progress=progress)
