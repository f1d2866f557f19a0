"""The command validate: stylised facts against an ensemble of runs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wijksim.cli.frame import (
    FAILED,
    Speech,
    Told,
    print_lines,
    print_notes,
    print_table,
    progress_bar,
)
from wijksim.cli.runs import Residents, Seed, Workers
from wijksim.errors import InputError

if TYPE_CHECKING:
    from wijksim.study.validation.findings import Validation
    from wijksim.study.validation.patterns import Pattern

__all__ = ["validate"]


class FactSet(StrEnum):
    """Sets of facts."""

    INPUT = "input"
    CALIBRATION = "calibration"
    HOLDOUT = "holdout"
    ALL = "all"


def validate(
    profile: Annotated[
        str | None, typer.Option("--profile", help="Profile file or name; left out: that of the scenario baseline.")
    ] = None,
    sets: Annotated[
        list[FactSet] | None,
        typer.Option("--set", help="Facts to look at, once or more; left out: calibration and input."),
    ] = None,
    patterns: Annotated[
        Path | None, typer.Option("--patterns", help="File with facts of your own in place of those of wijksim.")
    ] = None,
    runs: Annotated[int, typer.Option("--runs", "-n", min=1, help="Runs of the wijk.")] = 10,
    seed: Seed = 1,
    residents: Residents = None,
    workers: Workers = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Folder for validation.csv and charts.")] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="End with code 1 where a fact is outside its range.")
    ] = False,
    log: Annotated[
        bool, typer.Option("--log", help="Write what was seen of hold-out facts in docs/holdout_log.csv.")
    ] = False,
    language: Told = Speech.EN,
) -> None:
    """Compare the model with what is known: each fact with its source, its range and what the model gives."""
    from wijksim.study.validation.findings import validate as validate_patterns
    from wijksim.study.validation.patterns import PatternSet
    from wijksim.study.validation.tables import (
        require_validation_folder,
        set_title,
        shown_rows,
        tally,
        write_validation,
    )

    wanted = _wanted(sets)
    chosen = _patterns(patterns, wanted)
    if log:
        _require_log(wanted)
    if out is not None:
        require_validation_folder(out)
    print_notes([f"{len(chosen)} facts, runs: {runs}, seed {seed}."])
    with progress_bar("Months") as progress:
        found = validate_patterns(
            chosen, profile=profile, runs=runs, seed=seed, residents=residents, workers=workers, progress=progress
        )
    for which in PatternSet:
        rows = shown_rows(found, which, language.value)
        if rows:
            print_table(rows, set_title(which, language.value))
    print_lines([tally(found, language.value)])
    print_notes(f"A run gave no result: {one.reason}" for one in found.lost)
    if out is not None:
        print_lines([f"Written: {path}" for path in write_validation(found, out)])
    if FactSet.HOLDOUT in wanted:
        _log_or_say(found, log)
    _end(found, strict)


def _wanted(sets: list[FactSet] | None) -> set[FactSet]:
    given = set(sets or (FactSet.CALIBRATION, FactSet.INPUT))
    return set(FactSet) - {FactSet.ALL} if FactSet.ALL in given else given


def _patterns(path: Path | None, wanted: set[FactSet]) -> list[Pattern]:
    from wijksim.study.validation.patterns import read_patterns, shipped_patterns
    from wijksim.study.validation.runs import STATISTICS

    known = shipped_patterns(STATISTICS) if path is None else read_patterns(path, STATISTICS)
    chosen = [pattern for pattern in known if pattern.set.value in wanted]
    if not chosen:
        asked = ", ".join(sorted(wanted))
        raise InputError.single(str(path), f"no fact is of the set {asked}.", "Ask for another with --set.")
    return chosen


def _require_log(wanted: set[FactSet]) -> None:
    from wijksim.study.validation.holdout import LOG_FILE

    if FactSet.HOLDOUT not in wanted:
        raise InputError.single("--log", "writes down hold-out facts, and none are asked for.", "Add --set holdout.")
    if not LOG_FILE.is_file():
        hint = "Run it from the folder of the repository, or leave --log out."
        raise InputError.single("--log", f"there is no {LOG_FILE} here.", hint)


def _log_or_say(found: Validation, log: bool) -> None:
    from wijksim.study.validation.holdout import LOG_FILE, append_to_log
    from wijksim.study.validation.tables import log_lines

    if log:
        append_to_log(LOG_FILE, log_lines(found), f"wijksim validate of {found.profile}, runs: {found.runs}")
        print_notes([f"Written down: {LOG_FILE}"])
    elif LOG_FILE.is_file():
        print_notes([f"Hold-out facts were seen and not written down; with --log they go to {LOG_FILE}."])


def _end(found: Validation, strict: bool) -> None:
    from wijksim.study.validation.estimates import Verdict

    if found.lost or (strict and found.count(Verdict.OUTSIDE)):
        raise typer.Exit(FAILED)
