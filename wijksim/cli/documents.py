"""Commands that describe the model itself: document odd."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wijksim.cli.frame import Command, print_notes, require_new_file, write_text

__all__ = ["document_app"]

_FILE = "ODD.md"
_FOLDER = "docs"

document_app = typer.Typer(
    name="document",
    help="Descriptions of the model, made from its code: odd.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@document_app.callback()
def _document() -> None:
    """Describe the model, from what its code declares."""


@document_app.command("odd", cls=Command)
def document_odd(
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help=f"File to write; left out: {_FILE}, in {_FOLDER}/ where that is.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file, whatever it holds.")] = False,
) -> None:
    """Describe the model by the ODD protocol of 2020, in Markdown.

    Entities, schedule, submodels and every parameter, from the code. A description that it made itself is replaced.
    """
    from wijksim.report.odd import MADE_BY, odd

    folder = Path(_FOLDER)
    file = out or (folder / _FILE if folder.is_dir() else Path(_FILE))
    made_here = file.is_file() and file.read_bytes().startswith(MADE_BY.encode())
    require_new_file(file, force or made_here)
    write_text(odd(), file)
    print_notes([f"Written: {file}"])
