"""Commands that compute: run, compare and demo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wijksim.cli.frame import (
    COLUMNS,
    Speech,
    Told,
    print_lines,
    print_notes,
    print_table,
    print_wrapped,
    progress_bar,
    read_scenarios,
)
from wijksim.errors import InputError

if TYPE_CHECKING:
    from wijksim.report.numbers import Language
    from wijksim.scenario import Scenario

__all__ = ["brief", "compare", "demo", "run"]

DEMO_FOLDER = Path("wijksim-demo")
DEMO_SCENARIOS = ("baseline", "woonhulp", "terreinbeheer", "beide", "subsidie_gehalveerd")
DEMO_REPLICATIONS = 10
DRAWS = 20
"""From 19 on bounds are quantiles of what was drawn."""

_FILES = {"en": "Files in {out}: {names}", "nl": "Bestanden in {out}: {names}"}
_IN_FULL = {"en": "All that was found, in words: {file}", "nl": "Alles wat is gevonden, in woorden: {file}"}
_EURO = {"en": "{name}, euro of {year}", "nl": "{name}, euro van {year}"}


Out = Annotated[Path, typer.Option("--out", "-o", help="Folder for the results; made if it is not there.")]
Replications = Annotated[int, typer.Option("--replications", "-n", min=1, help="Runs of each scenario.")]
Months = Annotated[int | None, typer.Option(min=1, help="Length of the run; left out: the scenario's own.")]
Residents = Annotated[int | None, typer.Option(min=1, help="Size of the neighbourhood; left out: the profile's own.")]
Seed = Annotated[int, typer.Option(min=0, help="First seed; each replication has its own, made from it.")]
Workers = Annotated[int | None, typer.Option(min=1, help="Processes at the same time; left out: one for each core.")]
Draws = Annotated[
    int,
    typer.Option(
        min=0,
        help="Pairs of runs more with drawn parameters, so that ranges hold assumptions too; 0: chance alone.",
    ),
]
RunDraws = Annotated[
    int | None,
    typer.Option(
        min=0,
        help=f"Runs more with drawn parameters, for ranges of levels that hold assumptions too; left out: none, or"
        f" {DRAWS} where --parameters is given.",
    ),
]
SeedsPerDraw = Annotated[
    int,
    typer.Option(
        min=1,
        help="Runs of each draw, each with its own seed: from 2 on chance and assumptions are parted by what differs"
        " within draws.",
    ),
]
PosteriorFile = Annotated[
    Path | None,
    typer.Option(
        "--parameters",
        metavar="POSTERIOR",
        help="posterior.csv of wijksim calibrate: draws take its parameters together, from vectors not ruled out.",
    ),
]
Screen = Annotated[
    int,
    typer.Option(
        min=0,
        help="Trajectories of a screening of what the answers lean on; each takes 300 runs of every scenario; 4 do.",
    ),
]
Structures = Annotated[
    str | None,
    typer.Option(
        metavar="ALL OR LIST",
        help="Other ways to model it, one at a time: all, or a list with commas of matching, health, upbringing,"
        " insurer or KEY=VARIANT; each variant takes as many runs again.",
    ),
]
Most = Annotated[
    int | None,
    typer.Option(
        "--max-replications",
        min=1,
        help="Add runs until the means of the main outcomes are precise, up to so many; left out: none is added, or"
        " up to ten times as many where --precision is given.",
    ),
]
Precision = Annotated[
    tuple[float, float] | None,
    typer.Option(
        metavar="LEVEL EFFECT",
        help="Add runs until half the interval of each main mean is below this part of the level without the plan, or"
        " this part of the effect; left out: 0.05 0.10.",
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Replace results that are in the folder.")]


def run(
    scenario: Annotated[
        str, typer.Argument(metavar="SCENARIO", help="Scenario file, or a name: baseline, woonhulp, ...")
    ],
    out: Out,
    replications: Replications = 1,
    draws: RunDraws = None,
    parameters: PosteriorFile = None,
    months: Months = None,
    residents: Residents = None,
    seed: Seed = 1,
    workers: Workers = None,
    force: Force = False,
    language: Told = Speech.EN,
) -> None:
    """Run one scenario and write its outcomes."""
    (source,) = read_scenarios([scenario], months, residents)
    from wijksim.report.folder import require_folder
    from wijksim.report.headlines import what_if_note
    from wijksim.report.levels import level_note, level_rows
    from wijksim.study.run import run_scenario

    require_folder(out, force)
    if draws is None:
        draws = DRAWS if parameters is not None else 0
    _announce([source], replications, seed, draws)

    with progress_bar("Running") as progress:
        results = run_scenario(
            source,
            replications=replications,
            draws=draws,
            posterior=parameters,
            seed=seed,
            workers=workers,
            out=out,
            force=force,
            progress=progress,
        )
    told = _language(language)
    print_table(level_rows(results, told), _EURO[told].format(name=source.name, year=results.price_year), COLUMNS)
    print_wrapped([*filter(None, [what_if_note(results, told)]), *level_note(results, told)])
    _tell_files(results.folder or out, told)


def compare(
    baseline: Annotated[str, typer.Argument(metavar="BASELINE", help="Scenario without the policy: a file or a name.")],
    policies: Annotated[list[str], typer.Argument(metavar="POLICY...", help="One or more scenarios with a policy.")],
    out: Out,
    replications: Replications = 10,
    draws: Draws = DRAWS,
    seeds_per_draw: SeedsPerDraw = 1,
    parameters: PosteriorFile = None,
    screen: Screen = 0,
    structures: Structures = None,
    precision: Precision = None,
    max_replications: Most = None,
    months: Months = None,
    residents: Residents = None,
    seed: Seed = 1,
    workers: Workers = None,
    force: Force = False,
    language: Told = Speech.EN,
) -> None:
    """Compare policies with a baseline, on the same lives."""
    _compare(
        read_scenarios([baseline, *policies], months, residents),
        _language(language),
        out=out,
        force=force,
        replications=replications,
        draws=draws,
        seeds_per_draw=seeds_per_draw,
        posterior=parameters,
        trajectories=screen,
        structures=structures or (),
        precision=precision,
        max_replications=max_replications,
        seed=seed,
        workers=workers,
    )


def demo(
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help=f"Folder for the results; left out: {DEMO_FOLDER}, replaced each time."),
    ] = None,
    replications: Replications = DEMO_REPLICATIONS,
    draws: Draws = DRAWS,
    screen: Screen = 0,
    precision: Precision = None,
    max_replications: Most = None,
    months: Months = None,
    residents: Residents = None,
    seed: Seed = 1,
    workers: Workers = None,
    force: Force = False,
    language: Told = Speech.EN,
) -> None:
    """Run the what-if of Emmerhout, a wijk of Emmen.

    Home helps, grounds wardens, both with pooled budgets, and both with a grant that is halved.
    """
    _compare(
        read_scenarios(DEMO_SCENARIOS, months, residents),
        _language(language),
        out=out or DEMO_FOLDER,
        force=force or out is None,
        replications=replications,
        draws=draws,
        trajectories=screen,
        precision=precision,
        max_replications=max_replications,
        seed=seed,
        workers=workers,
    )


def brief(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder with the results of a comparison.")],
    language: Annotated[
        Speech | None, typer.Option("--language", "-l", help="Language of the brief; left out: both.")
    ] = None,
) -> None:
    """Write the brief of a comparison again: brief_nl.html, brief_en.html, and brief_nl.docx, brief_en.docx (Word)."""
    from wijksim.report.brief import brief_files
    from wijksim.report.folder import load_results, replace_file

    results = load_results(folder)
    if not results.policies:
        hint = "Make a comparison: wijksim compare baseline PLAN --out FOLDER"
        raise InputError.single(str(folder), "holds one scenario, and a brief is about a comparison.", hint)
    for speech in [language] if language else Speech:
        told = _language(speech)
        for name, content in brief_files(results, folder, told).items():
            replace_file(folder, name, content)
            print_lines([f"Written: {folder / name}"])


def _compare(scenarios: Sequence[Scenario], language: Language, *, out: Path, **given: Any) -> None:
    """Compare, show and say where the files are; what is given are fields of `CompareOptions`."""
    from wijksim.report.folder import require_folder
    from wijksim.report.structure_words import structure_lines, structure_tables
    from wijksim.report.tables import terminal_tables
    from wijksim.report.words import summary
    from wijksim.scenario import require_comparable
    from wijksim.study.compare import compare as compare_scenarios
    from wijksim.study.options import CompareOptions
    from wijksim.study.screen import screen_runs
    from wijksim.study.structures import asked_variants

    options = CompareOptions(out=out, **given)
    require_comparable(scenarios)
    variants = asked_variants(options.structures, scenarios[0]) if options.structures else []
    require_folder(out, options.force)
    _announce(
        scenarios,
        options.replications,
        options.seed,
        options.draws * options.seeds_per_draw,
        options.most,
    )
    if options.trajectories:
        pairs = screen_runs(scenarios, options.trajectories)
        print_notes([f"Then {pairs} sets of runs, one of each scenario, to see what the answers lean on."])

    if variants:
        told = ", ".join(f"{key} {variant}" for key, variant in variants)
        runs = len(variants) * len(scenarios) * options.replications
        print_notes([f"Then {runs} runs more under {len(variants)} structural variants: {told}."])

    with progress_bar("Comparing") as progress:
        asked = replace(options, progress=progress)
        comparison = compare_scenarios(scenarios[0], scenarios[1:], **vars(asked))
    out = comparison.folder or out
    print_wrapped(["", *summary(comparison, language)])
    for table in terminal_tables(comparison, language):
        print_lines([""])
        print_table(table.rows, table.title, COLUMNS)
        print_wrapped(table.notes)
    for part in structure_tables(comparison, language, short=True):
        print_lines([""])
        print_table([dict(zip(part.head, row, strict=True)) for row in part.rows], part.title, COLUMNS)
        policy_lines = structure_lines(comparison, part.policy, language)
        print_wrapped([part.note, *policy_lines])
    print_lines(["", _IN_FULL[language].format(file=out / f"findings_{language}.txt")])
    _tell_files(out, language)


def _language(speech: Speech) -> Language:
    return speech.value


def _announce(scenarios: Sequence[Scenario], replications: int, seed: int, draws: int = 0, most: int = 0) -> None:
    from wijksim.scenario.cautions import cautions
    from wijksim.scenario.summary import circumstances_note, frozen_rules_note, one_line

    print_notes(one_line(scenario) for scenario in scenarios)
    print_notes(list(dict.fromkeys(filter(None, map(frozen_rules_note, scenarios)))))
    print_notes(f"Note on {scenario.name}: {caution}" for scenario in scenarios for caution in cautions(scenario))
    apart = ((scenario.name, circumstances_note(scenarios[0], scenario)) for scenario in scenarios[1:])
    print_notes(f"Note on {name}: {note}" for name, note in apart if note)
    each = "run" if replications == 1 else "runs"
    drawn = f" and {draws} with drawn parameters" if draws else ""
    added = f" More are added until the means are precise, {most} at most." if most > replications else ""
    print_notes([f"{len(scenarios)} x {replications} {each}{drawn}, seed {seed}.{added}"])


def _tell_files(out: Path, language: Language) -> None:
    found = (path for path in out.iterdir() if not path.name.startswith("."))
    names = sorted(f"{path.name}{'/' if path.is_dir() else ''}" for path in found)
    print_lines([_FILES[language].format(out=out, names=", ".join(names))])
