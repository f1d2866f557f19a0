"""What a folder of results was made from, read again: the same scenarios, or a plain word on what isn't the same."""

from __future__ import annotations

import csv
import io
import json
import platform
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from wijksim.errors import InputError, Problem
from wijksim.parameters import Registry
from wijksim.parameters.listing import format_parameters, parameter_rows
from wijksim.report.results import Results
from wijksim.scenario import Scenario
from wijksim.shipped import version_text
from wijksim.study.effects import Frame, real_money
from wijksim.study.replicate import Reduced
from wijksim.study.tables import package_version

__all__ = ["NotTheSame", "read_scenarios_again", "require_same_outcomes", "require_same_version"]

_PROFILE = re.compile(r"""^[ \t]*["']?profile["']?[ \t]*=[^\r\n]*$""", re.MULTILINE)
_NAMES_TOLD = 5
_AGAIN = "Make the results again with this version, or explain them with the version that made them."


class NotTheSame(Exception):
    """What is run here isn't what was run for the folder; there is nothing to explain.

    Parameters
    ----------
    lines : list of str
        What differs.
    """

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        super().__init__("\n".join(lines))


def require_same_version(results: Results, folder: Path) -> None:
    """Refuse results of another version of wijksim.

    Raises
    ------
    NotTheSame
        Both versions.
    """
    made, here = results.manifest["versions"]["wijksim"], version_text()
    if made != here:
        raise NotTheSame([f"{folder}: was made with wijksim {made}; this is {here}.", _AGAIN])


def read_scenarios_again(results: Results, folder: Path, names: tuple[str, str]) -> tuple[Scenario, Scenario]:
    """Read a baseline and a policy from the copies in a folder of results, with the profile that is kept there.

    Raises
    ------
    InputError
        A copy is gone or was changed, or a scenario was made in Python.
    NotTheSame
        Parameters of this wijksim aren't those that the folder was made with.
    """
    manifest = results.manifest
    about = {item["name"]: item for item in manifest["scenarios"]}
    problems: list[Problem] = []
    scenarios: list[Scenario] = []
    for name in names:
        try:
            scenarios.append(_read(folder, about[name]["file"], name, int(manifest["months"]), manifest["residents"]))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    if scenarios[0].registry.digest() != manifest["parameters"]["digest"]:
        raise NotTheSame(
            [f"{folder}: was made with other parameters than those here{_differing(folder, scenarios[0])}.", _AGAIN]
        )
    for scenario in scenarios:
        if scenario.digest() != about[scenario.name]["digest"]:
            file = about[scenario.name]["file"]
            problems.append(
                Problem(
                    str(folder / file),
                    f'the scenario "{scenario.name}" read from it is not the one that was run.',
                    "It, its profile or a process of it was changed, or it was changed in Python before it ran.",
                )
            )
    if problems:
        raise InputError(problems)
    baseline, policy = scenarios
    return baseline, policy


def _read(folder: Path, file: str | None, name: str, months: int, residents: int | None) -> Scenario:
    if file is None:
        hint = "Write it as a file, and compare again."
        raise InputError.single(
            str(folder), f'the scenario "{name}" was made in Python, so no file of it is here.', hint
        )
    path, profile = folder / file, folder / "profile.toml"
    gone = [item for item in (path, profile) if not item.is_file()]
    if gone:
        raise InputError(Problem(str(item), "is missing.", "Make the results again.") for item in gone)
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / path.name
        text = _PROFILE.sub(lambda _: f"profile = {json.dumps(str(profile.resolve()))}", path.read_text("utf-8"), 1)
        copy.write_text(text, encoding="utf-8", newline="\n")
        return Scenario.from_file(copy, months=months, residents=residents)


def _differing(folder: Path, scenario: Scenario) -> str:
    """Names of parameters whose value differs from the list in the folder, in brackets; empty where it is gone."""
    path = folder / "parameters.csv"
    if not path.is_file():
        return ""
    made = _values(path.read_text(encoding="utf-8-sig"))
    here = _values(_listed(scenario.registry))
    names = [name for name in {**made, **here} if made.get(name) != here.get(name)]
    more = f" and {len(names) - _NAMES_TOLD} more" if len(names) > _NAMES_TOLD else ""
    return f" ({', '.join(names[:_NAMES_TOLD])}{more})" if names else ""


def _listed(registry: Registry) -> str:
    return format_parameters(parameter_rows(registry, figures=True), "csv")


def _values(text: str) -> dict[str, str]:
    return {row["name"]: row["value"] for row in csv.DictReader(io.StringIO(text))}


def require_same_outcomes(results: Results, name: str, seed: int, again: Reduced, frame: Frame) -> None:
    """Refuse to go on when a run gives other outcomes than stand in the folder, in one bit of one month.

    Raises
    ------
    NotTheSame
        How many figures differ, and the first.
    """
    table = results.outcomes
    rows = table[(table["scenario"] == name) & (table["seed"] == seed)]
    labels = [(item.outcome, item.group) for item in again.series for _ in range(frame.months)]
    kept = list(zip(rows["outcome"].astype(str), rows["group"].astype(str), strict=True))
    if kept != labels:
        raise NotTheSame([f"{name}, seed {seed}: the folder has other outcomes than this wijksim counts.", _AGAIN])
    before, now = rows["value"].to_numpy(), real_money(again, frame).T.ravel()
    other = np.flatnonzero(~((before == now) | (np.isnan(before) & np.isnan(now))))
    if not other.size:
        return
    first = min(other.tolist(), key=lambda place: place % frame.months)
    outcome, group = labels[first]
    where = f"{outcome}.{group}" if group else outcome
    month = str(rows["month"].iloc[first])
    raise NotTheSame(
        [
            f"{name}, seed {seed}: run again, {other.size:,} of {before.size:,} figures are not those of the folder."
            f" The first, {where} in {month}: {float(before[first])!r} there, {float(now[first])!r} here.",
            *_other_versions(results),
            "So nothing is explained. " + _AGAIN,
        ]
    )


def _other_versions(results: Results) -> Iterator[str]:
    """Say which packages have another version here than where the results were made; the model is its first suspect."""
    made = results.manifest["versions"]
    here = {name: platform.python_version() if name == "python" else package_version(name) for name in made}
    apart = [f"{name} {made[name]} there, {here[name]} here" for name in made if made[name] != here[name]]
    if apart:
        yield f"Versions differ: {'; '.join(apart)}."
    else:
        yield "All versions are the same, so the code of wijksim, or the machine, is another."
