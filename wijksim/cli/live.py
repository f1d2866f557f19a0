"""The command that opens the live page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wijksim.cli.frame import Speech, Told, print_lines, print_notes
from wijksim.cli.runs import Months, Residents
from wijksim.errors import InputError

if TYPE_CHECKING:
    from wijksim.scenario import Scenario

__all__ = ["live"]

_PORT = 5006
_PRESETS = ("woonhulp", "terreinbeheer", "beide", "subsidie_gehalveerd")
_NEEDED = ("panel", "segno")


def live(
    scenario: Annotated[
        str, typer.Argument(metavar="[SCENARIO]", help="Plan to begin with: a file, or a name: woonhulp, beide, ...")
    ] = "beide",
    profile: Annotated[
        str | None, typer.Option("--profile", help="Another neighbourhood: a profile file or a name.")
    ] = None,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = _PORT,
    language: Told = Speech.NL,
    share: Annotated[
        bool, typer.Option("--share", help="Let others on this network look along and try, with a code.")
    ] = False,
    groups: Annotated[
        int,
        typer.Option("--groups", help="Groups to open, each with a plan and a role of its own: 1 to 8."),
    ] = 0,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Don't open a browser.")] = False,
    months: Months = None,
    residents: Residents = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of each session.")] = 1,
) -> None:
    """Open the live page of a workshop in the browser: move levers and watch the neighbourhood month by month."""
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        hint = 'Install the extra: python -m pip install "wijksim[live]"'
        raise InputError.single("wijksim live", f"needs {' and '.join(missing)}, which is not installed.", hint)
    from wijksim.live.workers import begin_loading

    begin_loading()  # beside all that is imported and read here
    from wijksim.live.lobby import Lobby
    from wijksim.live.places import require_groups, require_port
    from wijksim.scenario import Scenario

    read = partial(Scenario.from_file, months=months, residents=residents, profile=profile)
    plan = read(scenario)
    require_groups(groups)
    require_port(port, share=share)
    lobby = Lobby(plan, seed)  # its first session begins beside the import of what makes pages
    from wijksim.live.server import Live, terminal_code

    presets = {name: partial(read, name) for name in _PRESETS}
    server = Live(
        plan,
        port=port,
        language=language.value,
        share=share,
        presets=_named(presets),
        seed=seed,
        groups=groups,
        lobby=lobby,
    )
    server.start()
    print_lines([f"{'Groups, for who leads them' if groups else 'The live page'}: {server.address}"])
    if groups:
        print_lines(f"Group {group.number}: {server.address_of(group)}" for group in server.workshop)
    if server.shared:
        print_notes(
            ["Others on this network can look along, and see what you do. Share only where you know who is there."]
        )
        print_lines([f"To look along: {server.shared.viewers}", *terminal_code(server.shared.viewers)])

    def begun() -> None:
        print_notes(["Stop with Ctrl-C."])
        if not no_browser:
            import webbrowser

            webbrowser.open(server.address)

    server.serve(begun)


def _named(presets: Mapping[str, Callable[[], Scenario]]) -> dict[str, Callable[[], Scenario]]:
    return {Path(name).stem.replace("_", " ").capitalize(): read for name, read in presets.items()}
