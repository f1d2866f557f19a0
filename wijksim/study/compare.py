"""Compare policies with a baseline: the same lives with and without the plan."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

from wijksim.errors import InputError
from wijksim.model import require_processes
from wijksim.report.brief import write_briefs
from wijksim.report.folder import Staging, prepare_folder
from wijksim.report.numbers import LANGUAGES
from wijksim.report.results import Results
from wijksim.report.words import findings
from wijksim.report.workbook import write_workbooks
from wijksim.scenario import Scenario, require_comparable, require_scenarios
from wijksim.study.draws import drawn_factors, parameter_draws
from wijksim.study.effects import Frame, effects_table
from wijksim.study.engines import Progress, leave_if_importing_main
from wijksim.study.enough import is_precise, narrowing
from wijksim.study.levels import level_ranges
from wijksim.study.options import CompareOptions
from wijksim.study.policy_effects import policy_effects
from wijksim.study.posterior import read_posterior
from wijksim.study.ranking import rank_plans
from wijksim.study.replicate import replicate
from wijksim.study.screen import screen
from wijksim.study.structures import asked_variants, structure_effects
from wijksim.study.tables import ledger_table, manifest_of, outcomes_table, require_a_run, write_copies
from wijksim.study.variance import variance_parts

__all__ = ["compare"]


def compare(
    baseline: Scenario,
    policies: Sequence[Scenario],
    *,
    replications: int = 10,
    draws: int = 0,
    seeds_per_draw: int = 1,
    posterior: Path | str | None = None,
    trajectories: int = 0,
    structures: str | Sequence[str] = (),
    precision: tuple[float, float] | None = None,
    max_replications: int | None = None,
    seed: int = 1,
    workers: int | None = None,
    out: Path | str | None = None,
    force: bool = False,
    progress: Progress | None = None,
) -> Results:
    """Run a baseline and policies with the same seeds, and give what the policies change.

    Parameters
    ----------
    baseline : Scenario
        Without the policy.
    policies : sequence of Scenario
        With it; they differ from the baseline in policy alone.
    replications : int
        Runs of each scenario. Each has its own seed: the first `seed` itself, the others derived from it. One run
        with the seed of a row (``seed=..., replications=1``) gives that row again.
    draws : int
        Pairs of runs more in which all parameters that nobody knows well are drawn from the ranges of their passports.
        Effects then have a range of chance and parameters together, which is the one to tell; without draws a range
        is of chance alone. Take 19 or more: the bounds are then quantiles.
    seeds_per_draw : int
        How often each draw is run, each time with another seed. From 2 on the variance of an effect is parted into
        chance and parameters by what differs within draws; with 1 by the runs at the figures of the passports, which
        supposes that chance is as large at other figures. Ranges are those of the first seed of each draw.
    posterior : Path or str, optional
        ``posterior.csv`` of a calibration. Each draw takes the parameters in it together, from one of its vectors, by
        their weights; all others as before.
    trajectories : int
        Of a quick Morris screening of all parameters that nobody knows well: which three the answers lean on most, at
        which value of each the conclusion turns, and whether it stands when all weakly evidenced ones disappoint. Each
        trajectory takes some hundred pairs of runs; 0 leaves it out. See :mod:`wijksim.study.screen`.
    structures : str or sequence of str
        Structural variants (:mod:`wijksim.structure`) under which the effects are computed too, one changed at a time
        from what the scenarios have: ``all``, or names of choices (``health``), or ``KEY=VARIANT``. Each variant takes
        as many runs of every scenario as `replications`, with the same seeds.
    precision : (float, float), optional
        Replications are added until half the width of the 95 % interval of each main mean effect is below this part of
        the baseline level, or this part of the effect. Left out, 0.05 and 0.10 are what is judged by.
    max_replications : int, optional
        Replications at most, with those added. Left out, it is ten times `replications` where a `precision` was given;
        without both none is added, and the results only say whether the means are precise.
    seed : int
        From 0 to 2^63 - 1.
    workers : int, optional
        Processes; left out, one for each core. 1 runs everything in this process.
    out : Path, optional
        Folder in which files and charts are written when all runs are done.
    force : bool
        Replace results that are in the folder.
    progress : callable, optional
        Told months done and months in all.

    Returns
    -------
    Results
        Tables of outcomes, effects and ledger; runs that failed stand in ``.failures``, and what could be computed
        without them is given.

    Raises
    ------
    InputError
        Something asked for can't be; before anything is computed.
    RuntimeError
        Every run of the baseline, or of all policies, failed.
    """
    leave_if_importing_main()
    if isinstance(policies, Scenario):
        raise InputError.single("policies", "is one scenario; expected a list of them.", "Write it as [policy].")
    require_scenarios(baseline=baseline, policies=policies)
    if not policies:
        raise InputError.single("policies", "there is none; expected one or more scenarios to compare.")
    scenarios = [baseline, *policies]
    require_comparable(scenarios)
    options = CompareOptions(
        replications=replications,
        draws=draws,
        seeds_per_draw=seeds_per_draw,
        posterior=posterior,
        trajectories=trajectories,
        structures=structures,
        precision=precision,
        max_replications=max_replications,
        seed=seed,
        workers=workers,
        out=out,
        force=force,
        progress=progress,
    )
    return run_study(scenarios, options)


def run_study(
    scenarios: Sequence[Scenario], options: CompareOptions, notes: Mapping[str, Any] | None = None
) -> Results:
    """Run scenarios, the baseline first, and put the tables together; see :func:`compare`.

    Notes come into the manifest, such as those of a workshop (:func:`wijksim.report.brief_workshop.workshop_notes`).
    """
    for scenario in scenarios:
        require_processes(scenario)
    seed, workers, progress = options.seed, options.workers, options.progress
    registry, structure = scenarios[0].registry, scenarios[0].settings.structure
    values = parameter_draws(drawn_factors(registry, structure), options.draws, seed)
    changes = asked_variants(options.structures, scenarios[0]) if options.structures else []
    vectors = None if options.posterior is None else read_posterior(Path(options.posterior), registry, structure)
    if vectors is not None:
        values = vectors.put_in(values, seed)
    folder = None if options.out is None else Path(options.out)
    with nullcontext() if folder is None else prepare_folder(folder, options.force) as staging:
        began = time.monotonic()
        done, drawn = replicate(
            scenarios,
            replications=options.replications,
            seed=seed,
            workers=workers,
            progress=progress,
            draws=values,
            seeds_per_draw=options.seeds_per_draw,
        )
        again, drawn = drawn, drawn[: options.draws]
        require_a_run(done)
        settings = scenarios[0].settings
        frame = Frame.of(settings.start, settings.months, scenarios[0].registry)
        while len(done) < options.most and not is_precise(
            effects_table(policy_effects(scenarios, done, [], frame, seed)), *options.asked_precision
        ):
            more, _ = replicate(
                scenarios,
                replications=min(options.replications, options.most - len(done)),
                seed=seed,
                workers=workers,
                progress=progress,
                first=len(done),
            )
            done = [*done, *more]
        manifest = manifest_of(
            scenarios,
            done,
            frame,
            seed=seed,
            draws=options.draws,
            trajectories=options.trajectories,
            folder=folder,
        )
        manifest |= notes or {}
        if options.seeds_per_draw > 1 and manifest["command"]:
            manifest["command"] += f" --seeds-per-draw {options.seeds_per_draw}"
        if drawn and len(scenarios) > 1:
            manifest["variance"] = variance_parts(scenarios, done, again, options.draws, frame, seed)
        elif drawn:
            manifest["levels"] = level_ranges(scenarios[0], done, drawn, frame)
        if vectors is not None:
            manifest["posterior"] = vectors.told()
            if manifest["command"]:
                manifest["command"] += " --parameters posterior.csv"
        if options.trajectories:
            manifest["screen"] = screen(
                scenarios,
                trajectories=options.trajectories,
                replications=options.replications,
                seed=seed,
                workers=workers,
                progress=progress,
            )
        failures = [failure for replication in (*done, *again) for failure in replication.failures]
        if changes:
            own = done[: options.replications]
            manifest["structures"], failed = structure_effects(
                scenarios, own, frame, changes, seed=seed, workers=workers, progress=progress
            )
            failures += failed
            if manifest["command"]:
                manifest["command"] += f" --structures {','.join(f'{key}={variant}' for key, variant in changes)}"
        manifest["wall_seconds"] = round(time.monotonic() - began, 3)
        manifest["ranking"] = rank_plans([one.name for one in scenarios[1:]], done, drawn, frame)
        results = Results(
            outcomes=outcomes_table(scenarios, done, frame),
            effects=effects_table(policy_effects(scenarios, done, drawn, frame, seed)),
            ledger=ledger_table(scenarios, done),
            manifest=manifest,
            failures=tuple(failures),
            folder=folder,
        )
        if results.policies:
            level, effect = options.asked_precision
            reached = is_precise(results.effects, level, effect)
            manifest["precision"] = {"of_level": level, "of_effect": effect, "reached": reached}
            manifest["narrowing"] = narrowing(results)
        if staging is not None:
            if vectors is not None:
                (staging.path / "posterior.csv").write_text(vectors.text, encoding="utf-8", newline="\n")
            results = replace(results, folder=_write(results, scenarios, staging))
    return results


def _write(results: Results, scenarios: Sequence[Scenario], staging: Staging) -> Path:
    from wijksim.report.plots import draw_charts

    draw_charts(results, staging.path / "charts")
    for language in LANGUAGES if results.policies else ():
        text = "\n".join(findings(results, language)) + "\n"
        (staging.path / f"findings_{language}.txt").write_text(text, encoding="utf-8", newline="\n")
    write_copies(scenarios, staging.path)
    write_workbooks(results, staging.path)
    if results.policies:
        write_briefs(results, staging.path)
    staging.write(results)
    return staging.publish()
