"""The command calibrate: fits parameters that nobody knows well to the calibration facts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wijksim.cli.frame import print_lines, print_notes, print_table, print_wrapped, progress_bar
from wijksim.cli.runs import Residents, Seed, Workers

if TYPE_CHECKING:
    from wijksim.study.calibration.calibrate import Calibration

__all__ = ["calibrate"]


def calibrate(
    parameters: Annotated[
        list[str] | None,
        typer.Option(
            "--parameters",
            metavar="NAME",
            help="A parameter to fit, once or more; NAME=LOW:HIGH narrows its range; left out: a set of sixteen.",
        ),
    ] = None,
    list_them: Annotated[
        bool, typer.Option("--list", help="List the parameters that may be fitted, and stop.")
    ] = False,
    profile: Annotated[
        str | None, typer.Option("--profile", help="Profile file or name; left out: that of the scenario baseline.")
    ] = None,
    waves: Annotated[int, typer.Option("--waves", help="Waves of runs.")] = 2,
    points: Annotated[
        int | None, typer.Option("--points", help="Points of a wave; left out: ten for each parameter.")
    ] = None,
    replications: Annotated[int, typer.Option("--replications", "-n", help="Seeds at each point, 2 or more.")] = 4,
    months: Annotated[
        int | None, typer.Option(min=1, help="Length of the runs; facts are counted in the years that there are.")
    ] = None,
    residents: Residents = None,
    seed: Seed = 1,
    workers: Workers = None,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Folder; runs are kept in it, and the same command goes on from there.")
    ] = Path("calibration"),
) -> None:
    """Fit parameters that nobody knows well to the calibration facts; say which the facts leave undetermined."""
    if list_them:
        _list()
        return
    from wijksim.study.calibration.calibrate import calibration_plan, run_calibration
    from wijksim.study.calibration.tables import require_calibration_folder, summary_lines, write_calibration

    plan = calibration_plan(
        parameters=parameters or (),
        profile=profile,
        waves=waves,
        points=points,
        replications=replications,
        months=months,
        residents=residents,
        seed=seed,
        workers=workers,
    )
    require_calibration_folder(out)
    print_notes(
        [
            f"{len(plan.factors)} parameters, {len(plan.targets)} facts, waves: {plan.waves}, points: {plan.points},"
            f" seeds at each: {plan.replications}; {plan.runs:,} runs, each without a plan and with each plan.",
            f"Runs are kept in {out}: stop it whenever you like, the same command goes on from there.",
        ]
    )
    with progress_bar("Runs") as progress:
        found = run_calibration(plan, out, workers=workers, progress=progress)
    files = write_calibration(found, out)
    print_table(_shown(found), "Facts, default and estimate")
    print_wrapped([f"- {line}" for line in summary_lines(found)])
    print_lines([f"Written: {path}" for path in files])


def _list() -> None:
    from wijksim.parameters import load_registry
    from wijksim.study.calibration.free import default_names, free_names

    registry, default = load_registry(), default_names()
    names = [*default, *(name for name in free_names(registry) if name not in default)]
    rows = []
    for name in names:
        passport = registry[name]
        low, high = passport.bounds
        rows.append(
            {
                "parameter": name,
                "now": f"{passport.setting:g}",
                "range": f"{low:g} to {high:g}",
                "unit": passport.unit,
                "grade": str(passport.grade),
                "fitted by default, because it moves": default.get(name, ""),
            }
        )
    print_table(rows)


def _shown(found: Calibration) -> list[dict[str, str]]:
    from wijksim.study.validation.estimates import range_written, written

    rows = []
    for target, before, after in zip(found.plan.targets, found.before, found.after, strict=True):
        pattern = target.pattern
        rows.append(
            {
                "fact": target.key,
                "range": range_written(pattern.low, pattern.high, pattern.unit),
                **{
                    name: f"{written(one.value, pattern.unit)} ({range_written(one.low, one.high, pattern.unit)})"
                    for name, one in (("default (95% by chance)", before), ("estimate (95% by chance)", after))
                },
            }
        )
    return rows
