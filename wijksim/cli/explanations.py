"""The command that explains a difference: explain."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wijksim.cli.frame import (
    COLUMNS,
    FAILED,
    Speech,
    Told,
    print_lines,
    print_notes,
    print_table,
    print_wrapped,
    progress_bar,
    require_new_file,
    write_text,
)
from wijksim.errors import InputError

if TYPE_CHECKING:
    from wijksim.report.numbers import Language

__all__ = ["explain"]

_FOLDER = "explain"


def explain(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder with the results of a comparison.")],
    outcome: Annotated[
        str, typer.Option("--outcome", help="Outcome to explain: a name of docs/outcomes.md, with groups NAME.GROUP.")
    ],
    policy: Annotated[str | None, typer.Option("--policy", help="The plan, where the folder has several.")] = None,
    seed: Annotated[int | None, typer.Option("--seed", help="Pair of runs; left out: the first.")] = None,
    month: Annotated[str | None, typer.Option("--month", metavar="YYYY-MM", help="The month to explain.")] = None,
    year: Annotated[int | None, typer.Option("--year", help="Or the year; left out: the last twelve months.")] = None,
    histories: Annotated[int, typer.Option("--histories", min=0, help="How many lives are shown.")] = 3,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Text file to write, with a CSV beside it; left out: in DIR/explain."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the files of --out.")] = False,
    language: Told = Speech.EN,
) -> None:
    """Explain a difference: run one pair again, say where it parts and which residents add what.

    Writes explain_OUTCOME.md and explain_OUTCOME.csv in DIR/explain.
    """
    from wijksim.report.explanation_words import blocks, explanation_csv, explanation_markdown
    from wijksim.report.folder import load_results, replace_file
    from wijksim.report.tables import effect_cells
    from wijksim.study.explain import explain as explain_difference
    from wijksim.study.kept_inputs import NotTheSame

    beside = out.with_suffix(".csv") if out else None
    if out is not None and out == beside:
        raise InputError.single("--out", f"is {out}; expected a text file, as the table stands beside it as CSV.")
    for path in (out, beside):
        if path is not None:
            require_new_file(path, force)
    results = load_results(folder)
    try:
        with progress_bar("Running again") as progress:
            found = explain_difference(
                results,
                outcome=outcome,
                policy=policy,
                seed=seed,
                month=month,
                year=year,
                histories=histories,
                progress=progress,
            )
    except NotTheSame as error:
        print_notes(error.lines)
        raise typer.Exit(FAILED) from None
    told: Language = language.value
    headings = effect_cells(results, None, told) or ()
    columns = (headings[3], headings[4])
    for block in blocks(found, told, columns, whole_lives=False):
        print_wrapped(["", block.text] if block.level or (block.rows and block.text) else [block.text])
        if block.rows:
            print_table(block.rows, width=COLUMNS)
    text, table = explanation_markdown(blocks(found, told, columns)), explanation_csv(found)
    if out is not None and beside is not None:
        write_text(text, out)
        write_text(table, beside)
        print_lines([f"Written: {out}, {beside}"])
        return
    for ending, content in (("md", text), ("csv", table)):
        name = f"{_FOLDER}/explain_{found.key}.{ending}"
        replace_file(folder, name, content.encode())
        print_lines([f"Written: {folder / name}"])
