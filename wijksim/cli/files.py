"""Commands about files and numbers: check, scenario new, show and diff, parameters, export."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from wijksim.cli.frame import (
    WRONG_INPUT,
    Command,
    Speech,
    Told,
    print_lines,
    print_notes,
    print_table,
    read_scenarios,
    require_new_file,
    write_text,
)
from wijksim.cli.studies import described
from wijksim.errors import InputError

if TYPE_CHECKING:
    from wijksim.scenario import Scenario

__all__ = ["check", "export", "parameters", "scenario_app"]


class Listing(StrEnum):
    """Form of a list."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    MARKDOWN = "markdown"


scenario_app = typer.Typer(
    name="scenario", help="Scenario files: new, show, diff.", no_args_is_help=True, rich_markup_mode=None
)


def check(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="Scenario, profile or study files, or shipped names.")
    ],
) -> None:
    """Check scenario, profile and study files.

    Says in words what a file sets, or names every fault with its place and remedy.
    """
    wrong = False
    for name in files:
        try:
            print_lines(_checked(name))
        except InputError as error:
            wrong = True
            print_notes(str(problem) for problem in error.problems)
    if wrong:
        raise typer.Exit(WRONG_INPUT)


def _checked(name: str) -> list[str]:
    from wijksim.population.profile import Profile
    from wijksim.scenario import Scenario
    from wijksim.shipped import FileKind, find_file, kind_of, shipped_files
    from wijksim.tomlfile import load_toml

    path = Path(name)
    if path.is_file():
        kind = kind_of(load_toml(path)[0])
    else:
        kind = next((kind for kind in get_args(FileKind) if name in shipped_files(kind)), "scenario")
    if kind == "study":
        from wijksim.study.schema import plan_from_file

        plan = plan_from_file(name)
        return ["OK", described(plan), *(line for scenario in plan.scenarios for line in _told(scenario))]
    if kind == "scenario":
        scenario = Scenario.from_file(name)
        if scenario.settings.processes:
            from wijksim.model import require_processes  # takes its time, and few scenarios have processes

            require_processes(scenario)
        return ["OK", *_told(scenario)]
    profile = Profile.from_file(find_file(name, "profile"))
    inhabitants = profile.figure("inhabitants")
    areas = ", ".join(area.key for area in profile.areas)
    return ["OK", f"{profile.name}: {inhabitants.value:g} inhabitants in {inhabitants.year}; areas: {areas}"]


def _told(scenario: Scenario) -> list[str]:
    from wijksim.report.scenario_words import scenario_lines
    from wijksim.scenario.cautions import cautions

    return [*scenario_lines(scenario, "en"), *(f"  Note: {caution}" for caution in cautions(scenario))]


@scenario_app.callback()
def _scenario() -> None:
    """Make scenario files, show them in words, and say how two differ."""


@scenario_app.command("new", cls=Command)
def scenario_new(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Name of the scenario, or the file to write; it gives both.")
    ] = None,
    source: Annotated[
        str | None,
        typer.Option("--from", metavar="SCENARIO", help="Copy what this scenario sets: a file or a name."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="File to write; left out: NAME.toml, or the terminal.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")] = False,
) -> None:
    """Write a scenario to start from, blank or as a copy.

    Each key is explained in English and Dutch, with unit, range and default.
    """
    from wijksim.parameters import load_registry
    from wijksim.scenario.template import scenario_copy, scenario_template
    from wijksim.shipped import plain_stem

    file = out
    if name and Path(name).suffix.lower() == ".toml":
        file, name = file or Path(name), Path(name).stem
    elif name:
        file = file or Path(f"{plain_stem(name)}.toml")
    if source is None:
        text = scenario_template(load_registry(), name)
    else:
        (original,) = read_scenarios([source])
        text = scenario_copy(original, name or f"{original.name} (2)", _profile_from(original, file))
    if file is None:
        print_lines([text.rstrip()])
        return
    require_new_file(file, force)
    write_text(text, file)
    print_notes([f"Written: {file}. Change it, then: wijksim check {file}"])


def _profile_from(scenario: Scenario, file: Path | None) -> str:
    """Profile of a scenario as a file elsewhere must name it."""
    from wijksim.scenario.template import profile_named

    try:
        return profile_named(scenario, (file or Path()).parent)
    except ValueError:  # on another drive
        return profile_named(scenario)


@scenario_app.command("show", cls=Command)
def scenario_show(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="Scenario file, or a name.")],
    language: Told = Speech.EN,
) -> None:
    """Say in words what a scenario does, and show every lever beside its default."""
    from wijksim.report.scenario_words import lever_tables, scenario_lines

    (shown,) = read_scenarios([scenario])
    print_lines([*filter(None, [shown.description]), *scenario_lines(shown, language.value)])
    for title, rows in lever_tables(shown, language.value).items():
        print_lines([""])
        print_table(rows, title)


@scenario_app.command("diff", cls=Command)
def scenario_diff(
    first: Annotated[str, typer.Argument(metavar="A", help="Scenario file, or a name.")],
    second: Annotated[str, typer.Argument(metavar="B", help="Another one.")],
    language: Told = Speech.EN,
) -> None:
    """Say in words what two scenarios differ in, lever by lever."""
    from wijksim.report.scenario_words import difference_lines

    one, other = read_scenarios([first, second])
    print_lines(difference_lines(one, other, language.value))


def parameters(
    form: Annotated[Listing, typer.Option("--format", help="Form of the list.")] = Listing.TABLE,
    search: Annotated[str, typer.Option("--search", help="Only parameters in which this text occurs.")] = "",
) -> None:
    """List every number of the model.

    Each with its unit, range, source and grade.
    """
    from wijksim.parameters import load_registry
    from wijksim.parameters.listing import format_parameters, parameter_rows

    rows = parameter_rows(load_registry(), search, figures=form in (Listing.CSV, Listing.JSON))
    if not rows:
        print_notes([f"No parameter has '{search}' in its texts."])
    print_lines([format_parameters(rows, form.value).rstrip("\n")])


def export(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Results of run, compare or demo.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the copy; made if it is not there.")],
    dutch: Annotated[
        bool, typer.Option("--dutch", help="Semicolons and decimal commas, as a Dutch Excel opens them.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace results that are in the folder.")] = False,
) -> None:
    """Copy results, with tables for a Dutch spreadsheet if you ask for them.

    wijksim reads both forms.
    """
    from wijksim.report.export import export_results
    from wijksim.report.folder import load_results

    if out.resolve() == folder.resolve():
        raise InputError.single(str(out), "is the folder of the results themselves.", "Choose another one.")
    export_results(load_results(folder), out, dutch=dutch, force=force)
    print_notes([f"Written: {out}"])
