"""The log of facts that are held out: each look at them with date, commit and verdict."""

from __future__ import annotations

import csv
import datetime
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from wijksim.errors import InputError

__all__ = ["LOG_FILE", "LogLine", "append_to_log", "commit_of"]

LOG_FILE = Path("docs") / "holdout_log.csv"
_COLUMNS = ("date", "commit", "fact", "figure", "scenario", "value", "range", "verdict", "remark")


class LogLine(NamedTuple):
    """What was seen of one fact."""

    fact: str
    figure: str
    scenario: str
    value: str
    range: str
    verdict: str


def append_to_log(log: Path, lines: Sequence[LogLine], remark: str) -> None:
    """Add what was seen, with the date of today and the commit of the folder that the log is in.

    Raises
    ------
    InputError
        The log can't be written.
    """
    where = (datetime.date.today().isoformat(), commit_of(log.parent))
    try:
        new = not log.exists()
        with log.open("a", encoding="utf-8", newline="") as file:
            table = csv.writer(file, lineterminator="\n")
            if new:
                table.writerow(_COLUMNS)
            table.writerows([*where, *line, remark] for line in lines)
    except OSError as error:
        raise InputError.single(str(log), f"the file can't be written ({error.strerror}).") from None


def commit_of(folder: Path) -> str:
    """Short hash of the commit that a folder is at; a plus sign after it says that files differ from it."""
    try:
        done = [
            subprocess.run(["git", *command], cwd=folder, capture_output=True, text=True, check=True).stdout.strip()
            for command in (("rev-parse", "--short", "HEAD"), ("status", "--porcelain", "--untracked-files=no"))
        ]
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return f"{done[0]}+" if done[1] else done[0]
