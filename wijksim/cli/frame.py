"""What all commands share: how errors end them, where they print, tables and the progress bar."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from wijksim.errors import InputError, Problem

if TYPE_CHECKING:
    from wijksim.scenario import Scenario

__all__ = [
    "COLUMNS",
    "FAILED",
    "INTERRUPTED",
    "WRONG_INPUT",
    "Command",
    "Speech",
    "Told",
    "broken",
    "print_lines",
    "print_notes",
    "print_table",
    "print_wrapped",
    "progress_bar",
    "read_scenarios",
    "require_new_file",
    "write_text",
]

FAILED = 1
WRONG_INPUT = InputError.exit_code
INTERRUPTED = 130  # 128 + SIGINT, as shells have it

COLUMNS = 80
"""Width of what is told in words and tables."""
_WIDE = 1000  # columns of a pipe or a file, where a table is as wide as its cells
_BORDER = 3  # columns that a border and its space take for each cell
_NO_BREAK = "\N{NO-BREAK SPACE}"
_GAP = 2  # columns between cells without borders
_POINTED = re.compile(r"(?P<option>--?[a-z][a-z-]*?)[= ]?(?P<text>-?\d+(?:\.\d+)+)")
"""An option and a number with a point, as they were typed."""

Progress = Callable[[int, int], None]


class Speech(StrEnum):
    """Language of what is told."""

    EN = "en"
    NL = "nl"


Told = Annotated[Speech, typer.Option("--language", "-l", help="Language of words and tables.")]


class Command(TyperCommand):
    """A command whose failures are told in words; the traceback comes with ``wijksim --debug``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the options, and refuse a whole number with a point: 2.000 residents would be read as 2."""
        typed = [*args, *(f"{option} {text}" for option, text in pairwise(args))]
        rest = super().parse_args(ctx, args)
        names = {option: param.name for param in self.params for option in param.opts}
        for option, text in (found.groups() for found in map(_POINTED.fullmatch, typed) if found):
            if isinstance(ctx.params.get(names.get(option, "")), int):
                hint = f" Write {text.replace('.', '')}." if re.fullmatch(r"\d{1,3}(\.\d{3})+", text) else ""
                raise typer.BadParameter(
                    f"{text} has a point; expected a whole number, without points for thousands.{hint}",
                    ctx=ctx,
                    param_hint=f"'{option}'",
                )
        return rest

    def invoke(self, ctx: Any) -> Any:
        """Run the command; its exit code is 2 for wrong input, 1 for a failure, 130 when stopped."""
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort, BrokenPipeError):
            raise
        except KeyboardInterrupt:
            print_notes(["Stopped (Ctrl-C)."])
            raise typer.Exit(INTERRUPTED) from None
        except InputError as error:
            print_notes(str(problem) for problem in error.problems)
            raise typer.Exit(WRONG_INPUT) from None
        except Exception as error:
            if ctx.find_root().params.get("debug"):
                raise
            told = "not enough memory" if isinstance(error, MemoryError) else f"{type(error).__name__}: {error}"
            command = " ".join(ctx.command_path.split()[1:])
            hint = f"'wijksim --debug {command} ...' shows where."
            print_notes([f"This went wrong: {told}", f"It is not a fault in your input that wijksim knows; {hint}"])
            raise typer.Exit(FAILED) from None


def print_lines(lines: Sequence[str] | Iterator[str]) -> None:
    """Print results, line by line, to standard output."""
    for line in lines:
        typer.echo(line)


def print_notes(lines: Sequence[str] | Iterator[str]) -> None:
    """Print messages, line by line, to standard error."""
    for line in lines:
        typer.echo(line, err=True)


def print_table(rows: Sequence[Mapping[str, str]], title: str = "", width: int | None = None) -> None:
    """Print rows of equal keys as a table; the keys are its headings.

    It is as wide as the terminal at most, in a pipe as its cells, and at most `width` if that is given. In a narrow
    terminal borders go and cells are broken between words, so that no number is cut off.
    """
    from rich.console import Console
    from rich.table import Table

    console = Console(width=None if sys.stdout.isatty() else _WIDE, markup=False, highlight=False, emoji=False)
    console.width = min(console.width, width or console.width)
    cells = {heading: [heading, *(row[heading] for row in rows)] for heading in rows[0]}
    widths = {heading: max(map(len, texts)) for heading, texts in cells.items()}
    options: dict[str, Any] = {}
    if sum(widths.values()) + _BORDER * len(widths) >= console.width:
        widths = _narrowed(cells, console.width - _GAP * (len(cells) - 1))
        options = {"box": None, "padding": (0, _GAP, 0, 0), "pad_edge": False}
        # A terminal too narrow even for the longest words breaks the lines; nothing is cut off.
        console.width = max(console.width, sum(widths.values()) + _GAP * (len(widths) - 1))
    table = Table(title=title or None, title_justify="left", **options)
    for heading, width in widths.items():
        table.add_column(heading, width=width)
    for row in rows:  # broken here, as rich would break an amount too
        table.add_row(*("\n".join(broken(row[heading], width)) for heading, width in widths.items()))
    console.print(table)


def broken(text: str, width: int, hang: str = "") -> list[str]:
    """Break a text between words into lines, of which later ones begin with `hang`; an amount stays on one line."""
    lines = wrap(_bound(text), width, subsequent_indent=hang, break_long_words=False, break_on_hyphens=False)
    return [line.replace(_NO_BREAK, " ") for line in lines] or [""]


def _bound(text: str) -> str:
    return text.replace("€ ", f"€{_NO_BREAK}")


def _narrowed(cells: Mapping[str, Sequence[str]], room: int) -> dict[str, int]:
    """Widths that fit a room with cells broken between words; no column is narrower than its longest word."""
    least = {key: max(len(word) for text in texts for word in _bound(text).split(" ")) for key, texts in cells.items()}
    wanted = {key: max(map(len, texts)) - least[key] for key, texts in cells.items()}
    spare = max(room - sum(least.values()), 0)
    widths = dict(least)
    for left, key in zip(range(len(wanted), 0, -1), sorted(wanted, key=lambda key: wanted[key]), strict=True):
        more = min(wanted[key], spare // left)
        widths[key] += more
        spare -= more
    return widths


def print_wrapped(lines: Sequence[str]) -> None:
    """Print lines of words broken to the width of the tables, what hangs under a dash indented."""
    for line in lines:
        print_lines(broken(line, COLUMNS, "  " if line.startswith("- ") else ""))


@contextmanager
def progress_bar(what: str) -> Iterator[Progress]:
    """Show progress with the time left on standard error, where that is a terminal.

    Yields
    ------
    callable
        To be told (done, total).
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def require_new_file(path: Path, force: bool) -> None:
    """Refuse to overwrite a file unless that is asked for.

    Raises
    ------
    InputError
        The file is there, and `force` is False.
    """
    if path.exists() and not force:
        raise InputError.single(str(path), "this file exists already.", "Choose another name, or add --force.")


def write_text(text: str, path: Path) -> None:
    """Write a text file in UTF-8.

    Raises
    ------
    InputError
        It can't be written.
    """
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise InputError.single(str(path), f"the file can't be written ({error.strerror}).") from None


def make_output_safe() -> None:
    """Let a terminal that lacks a character show a question mark instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="replace")


def read_scenarios(names: Sequence[str], months: int | None = None, residents: int | None = None) -> list[Scenario]:
    """Read scenarios; the faults of all of them are told at once."""
    from wijksim.scenario import Scenario

    scenarios: list[Scenario] = []
    problems: list[Problem] = []
    for name in names:
        try:
            scenarios.append(Scenario.from_file(name, months=months, residents=residents))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return scenarios
