"""The command ``wijksim`` and its parts."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from wijksim.cli import (
    calibration,
    documents,
    explanations,
    files,
    live,
    profiles,
    runs,
    studies,
    validation,
)
from wijksim.cli.frame import INTERRUPTED, Command, make_output_safe, print_lines, print_notes

__all__ = ["app", "main"]

app = typer.Typer(
    name="wijksim",
    help="What a social-enterprise policy does in a Dutch neighbourhood, and for whom the money falls.",
    epilog="Begin with: wijksim demo",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("demo", cls=Command)(runs.demo)
app.command("run", cls=Command)(runs.run)
app.command("compare", cls=Command)(runs.compare)
app.command("brief", cls=Command)(runs.brief)
app.command("explain", cls=Command)(explanations.explain)
app.command("check", cls=Command)(files.check)
app.add_typer(files.scenario_app)
app.command("parameters", cls=Command)(files.parameters)
app.command("export", cls=Command)(files.export)
app.command("validate", cls=Command)(validation.validate)
app.command("calibrate", cls=Command)(calibration.calibrate)
app.command("live", cls=Command)(live.live)
app.add_typer(profiles.profile_app)
app.add_typer(studies.study_app)
app.add_typer(documents.document_app)


def _version(wanted: bool) -> None:
    if wanted:
        from wijksim.shipped import version_text

        print_lines([f"wijksim {version_text()}"])
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show where a failure happened in the code.")] = False,
) -> None:
    """Read the options that stand before the command."""


def main() -> None:
    """Run the command line; the console command ``wijksim`` calls this."""
    make_output_safe()
    try:
        app()
    except KeyboardInterrupt:
        print_notes(["Stopped (Ctrl-C)."])
        sys.exit(INTERRUPTED)
