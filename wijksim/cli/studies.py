"""Commands about sensitivity studies: new, plan, run, status, analyse, export, extend, rerun."""

from __future__ import annotations

import math
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wijksim.cli.frame import (
    FAILED,
    Command,
    print_lines,
    print_notes,
    print_table,
    progress_bar,
    require_new_file,
    write_text,
)
from wijksim.errors import InputError

if TYPE_CHECKING:
    from wijksim.study.progress import Status
    from wijksim.study.schema import StudyPlan
    from wijksim.study.sweep import Study

__all__ = ["described", "study_app"]

File = Annotated[str, typer.Argument(metavar="STUDY", help="Study file, or the name of one that comes with wijksim.")]
StorePath = Annotated[
    Path | None, typer.Option("--store", help="File that keeps the runs; left out: STUDY.sqlite in this folder.")
]
Workers = Annotated[int | None, typer.Option(min=1, help="Processes at the same time; left out: one for each core.")]


class EngineName(StrEnum):
    """Where runs are done."""

    LOCAL = "local"
    DASK = "dask"


class TableForm(StrEnum):
    """Form of an exported table."""

    CSV = "csv"
    PARQUET = "parquet"


_ENDINGS = (".csv", ".parquet", ".xls", ".xlsx", ".ods")
"""Endings of names that say what is in a file."""

EngineOption = Annotated[EngineName, typer.Option("--engine", help="On this machine, or with Dask (extra cluster).")]
Scheduler = Annotated[
    str | None, typer.Option("--scheduler", help="Address of a Dask scheduler; left out: a cluster on this machine.")
]

study_app = typer.Typer(
    name="study",
    help="Sensitivity studies: which parameters an answer leans on, over many runs that are never lost.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@study_app.command("new", cls=Command)
def new(
    out: Annotated[Path | None, typer.Option("--out", "-o", help="File to write; left out: the terminal.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")] = False,
) -> None:
    """Write a study to start from, each key with its meaning."""
    from wijksim.study.study_template import STUDY_TEMPLATE

    if out is None:
        print_lines([STUDY_TEMPLATE.rstrip()])
        return
    require_new_file(out, force)
    write_text(STUDY_TEMPLATE, out)
    print_notes([f"Written: {out}. {_expected(out)} Change it, then: wijksim study plan {out}"])


def _expected(file: Path) -> str:
    """Say how many runs a study just written takes, and about how long."""
    from wijksim.study.design import block_size
    from wijksim.study.factors import factor_groups
    from wijksim.study.schema import plan_from_file

    made = plan_from_file(file)
    points = made.samples * block_size(made.method, len(factor_groups(made.factors)), made.second_order)
    runs = points * made.replications
    settings = made.baseline.settings
    months = runs * len(made.scenarios) * settings.months
    residents = settings.residents or round(made.baseline.profile.figure("inhabitants").value)
    time = _duration(months * residents / _RESIDENT_MONTHS_A_SECOND)
    return (
        f"As it stands it takes {runs:,} runs ({points:,} points, {made.replications} seeds) with"
        f" {residents:,} residents: about {time} on one core. Fewer samples, replications or months take less."
    )


_RESIDENT_MONTHS_A_SECOND = 1_200_000  # docs/performance.md, 2 000 residents with a plan


@study_app.command("plan", cls=Command)
def plan(study: File, store: StorePath = None, workers: Workers = None) -> None:
    """Say what a study will take: runs, time, disk and memory; computes a few runs and keeps nothing."""
    found = _study(study, store)
    print_notes([described(found.plan)])
    cost = found.cost(workers)
    lines = [
        f"Points of the design: {cost.points:,}",
        f"Different runs (baseline and policy count as one): {cost.runs:,}, of which to be done: {cost.runs_left:,}",
        f"A run takes {cost.seconds_per_run:.2f} s; with {cost.workers} workers, and a core for each, all take about"
        f" {_duration(cost.seconds)}",
        f"Disk: about {_size(cost.bytes_on_disk)}",
    ]
    if cost.bytes_of_memory is not None:
        lines.append(f"Memory: about {_size(cost.bytes_of_memory)} with {cost.workers} workers")
    print_lines([*lines, *_size_advice(found), *_notes(found)])


@study_app.command("run", cls=Command)
def run(
    study: File,
    store: StorePath = None,
    workers: Workers = None,
    engine: EngineOption = EngineName.LOCAL,
    scheduler: Scheduler = None,
) -> None:
    """Run what has no result yet. Stop it whenever you like: finished runs are kept, and run goes on from there."""
    _run(_study(study, store), workers, engine, scheduler, again=False)


@study_app.command("rerun", cls=Command)
def rerun(
    study: File,
    store: StorePath = None,
    workers: Workers = None,
    engine: EngineOption = EngineName.LOCAL,
    scheduler: Scheduler = None,
) -> None:
    """Run again what failed, beside what has no result yet."""
    _run(_study(study, store), workers, engine, scheduler, again=True)


@study_app.command("status", cls=Command)
def status(study: File, store: StorePath = None) -> None:
    """Say how far a study is, and which runs failed; also while it is running."""
    found = _study(study, store)
    print_lines([*_status_lines(found.status()), *_notes(found), *_failure_lines(found)])


@study_app.command("extend", cls=Command)
def extend(
    study: File,
    store: StorePath = None,
    samples: Annotated[int | None, typer.Option(min=2, help="New size of the design.")] = None,
    replications: Annotated[int | None, typer.Option(min=1, help="New number of seeds at each point.")] = None,
) -> None:
    """Make the design larger; all runs that are there stay of use. Then: wijksim study run STUDY.

    The file is not changed: once a study has begun, the store holds its sizes, and samples in the file say no more.
    """
    found = _study(study, store)
    found.extend(samples=samples, replications=replications)
    print_lines([*_status_lines(found.status()), *_notes(found), f"Now: wijksim study run {study}"])


@study_app.command("analyse", cls=Command)
def analyse(
    study: File,
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for tables and pictures.")],
    store: StorePath = None,
) -> None:
    """Compute indices, each with its interval and what may be said of it."""
    from wijksim.study.sensitivity_tables import (
        leans_on,
        main_table,
        require_analysis_folder,
        shown_rows,
        write_sensitivity,
    )

    require_analysis_folder(out)
    found = _study(study, store)
    sensitivity = found.analyse()
    written = write_sensitivity(found, sensitivity, out)
    table = main_table(found, sensitivity)
    cells = shown_rows(table)
    if cells:
        print_table(cells, found.plan.name)
    print_lines([*sensitivity.notes, *leans_on(table), "", _files_line(out, written)])


@study_app.command("export", cls=Command)
def export(
    study: File,
    out: Annotated[Path, typer.Option("--out", "-o", help="File to write.")],
    store: StorePath = None,
    form: Annotated[TableForm, typer.Option("--format", help="Form of the file.")] = TableForm.CSV,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")] = False,
) -> None:
    """Write every run as a row: the values given, and the results with and without the policy."""
    from wijksim.study.sensitivity_tables import write_runs

    if out.suffix.lower() in _ENDINGS and out.suffix.lower() != f".{form.value}":
        told = f"the file is {form.value}, and this name says another form."
        raise InputError.single(str(out), told, f"Write {out.with_suffix(f'.{form.value}')}, or choose with --format.")
    require_new_file(out, force)
    rows = write_runs(_study(study, store), out, form.value)
    print_notes([f"Written: {out}, {rows:,} rows"])


def _files_line(folder: Path, written: list[Path]) -> str:
    names = dict.fromkeys(
        path.relative_to(folder).parts[0] + ("/" if path.parent != folder else "") for path in written
    )
    return f"Files in {folder}: {', '.join(names)}"


def _study(source: str, store: Path | None) -> Study:
    from wijksim.study.sweep import Study

    return Study.from_file(source, store)


def _run(study: Study, workers: int | None, engine: EngineName, scheduler: str | None, *, again: bool) -> None:
    chosen = None
    if engine is EngineName.DASK:
        from wijksim.study.cluster import dask_engine

        chosen = dask_engine(scheduler)
    print_notes(
        [described(study.plan), f"Runs are kept in {study.path} as they end; Ctrl-C loses only those under way."]
    )
    with progress_bar("Running") as progress:
        found = study.run(workers=workers, engine=chosen, progress=progress, again=again)
    print_lines([*_status_lines(found), *_notes(study), *_failure_lines(study)])
    if any(stage.failed for stage in found):
        raise typer.Exit(FAILED)


def _notes(study: Study) -> list[str]:
    from wijksim.study.changes import study_notes

    return study_notes(study)


def described(made: StudyPlan) -> str:
    """Say in a line what a study does."""
    names = " against ".join(scenario.name for scenario in reversed(made.scenarios))
    return f"{made.name}: {names}; method {made.method.value}, {len(made.factors) - 1} parameters and the placebo."


def _status_lines(stages: list[Status]) -> list[str]:
    lines = []
    for stage in stages:
        name = "screening" if stage.stage == 0 else "main design"
        left = stage.runs - stage.done - stage.failed
        speed = f", {stage.seconds_per_run:.2f} s each" if math.isfinite(stage.seconds_per_run) else ""
        counts = f"{stage.done:,} of {stage.runs:,} runs done{speed}, {stage.failed:,} failed, {left:,} to do"
        lines.append(f"{name}: {stage.points:,} points; {counts}")
    return lines


_FAILURES_TOLD = 5


def _failure_lines(study: Study) -> list[str]:
    failures = study.failures()
    lines = []
    for failure in failures[:_FAILURES_TOLD]:
        values = ", ".join(f"{name} = {value}" for name, value in failure.values.items())
        where = f"point {failure.point}, seed {failure.seed}, while {failure.stage_of_failure}"
        lines.append(f"Failed: {where}: {failure.reason}; with {values}")
    if len(failures) > _FAILURES_TOLD:
        lines.append(f"... and {len(failures) - _FAILURES_TOLD} more.")
    return [*lines, *(["Try these again with: wijksim study rerun ..."] if failures else [])]


def _size_advice(study: Study) -> list[str]:
    from wijksim.study.evenness import column_notes
    from wijksim.study.methods import Method

    told = [note for _, design in study.designs_now() for note in column_notes(design)]
    if study.plan.method is Method.SOBOL and study.plan.samples < _SMALL_SOBOL:
        told.append(
            f"{study.plan.samples} base points are few: intervals will be wide. {_SMALL_SOBOL} is a fair start."
        )
    if study.plan.replications == 1:
        told.append(
            "One seed at each point: chance can't be told apart from parameters; take two or more replications."
        )
    return told


_SMALL_SOBOL = 64
_HOUR, _MINUTE = 3600, 60


def _duration(seconds: float) -> str:
    if seconds >= 2 * _HOUR:
        return f"{seconds / _HOUR:.1f} hours"
    return f"{seconds / _MINUTE:.0f} minutes" if seconds >= 2 * _MINUTE else f"{seconds:.0f} seconds"


def _size(size: float) -> str:
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
