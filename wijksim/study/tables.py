"""Tables of outcomes and ledger, manifest, and copies of what a study was made from."""

from __future__ import annotations

import json
import platform
import shlex
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from wijksim.calendar import month_text
from wijksim.parameters.listing import format_parameters, parameter_rows
from wijksim.population.profile import write_profile
from wijksim.report.results import LEDGER_COLUMNS, NUMBER_COLUMNS, SCHEMA, as_categories
from wijksim.scenario import Scenario
from wijksim.scenario.summary import circumstances_apart, what_if_from
from wijksim.shipped import plain_stem, shipped_files, version_text
from wijksim.study.effects import Frame, real_money
from wijksim.study.replicate import Replication

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["ledger_table", "manifest_of", "outcomes_table", "package_version", "require_a_run", "write_copies"]

_PACKAGES = ("wijksim", "mesa", "numpy", "scipy", "numba", "pandas")


def require_a_run(done: Sequence[Replication]) -> None:
    """Refuse to make tables of nothing.

    Raises
    ------
    RuntimeError
        No scenario but the baseline gave a run, or the baseline none; with the first failure.
    """
    worked = [any(runs) for runs in zip(*(replication.runs for replication in done), strict=True)]
    if worked[0] and (any(worked[1:]) or len(worked) == 1):
        return
    first = next(failure for replication in done for failure in replication.failures)
    error = RuntimeError(
        f"no comparison is possible, because runs failed; the first: {first.scenario or 'all scenarios'},"
        f" seed {first.seed}, while {first.stage}: {first.reason}"
    )
    error.add_note(first.traceback)  # shown with a traceback, and not to who reads the message alone
    raise error


def outcomes_table(scenarios: Sequence[Scenario], done: Sequence[Replication], frame: Frame) -> DataFrame:
    """Monthly outcomes of all runs, with the columns of `outcomes.csv`; money in euro of the price year."""
    import pandas as pd

    blocks = [
        (scenario.name, replication, reduced.series, real_money(reduced, frame))
        for place, scenario in enumerate(scenarios)
        for replication in done
        if (reduced := replication.runs[place]) is not None
    ]
    series = [item for _, _, all_series, _ in blocks for item in all_series]
    sizes = [values.size for _, _, _, values in blocks]
    month = as_categories([month_text(frame.start + month) for month in range(frame.months)])
    units = [f"{item.unit} of {frame.price_year}" if item.is_money else item.unit for item in series]
    return pd.DataFrame(
        {
            "scenario": as_categories([name for name, _, _, _ in blocks]).repeat(sizes),
            "replication": np.repeat([replication.number for _, replication, _, _ in blocks], sizes),
            "seed": np.repeat([replication.seed for _, replication, _, _ in blocks], sizes),
            "month": month.take(np.tile(np.arange(frame.months), len(series))),
            "outcome": as_categories([item.outcome for item in series]).repeat(frame.months),
            "group": as_categories([item.group for item in series]).repeat(frame.months),
            "value": np.concatenate([values.T.ravel() for _, _, _, values in blocks]),
            "unit": as_categories(units).repeat(frame.months),
        }
    )


def ledger_table(scenarios: Sequence[Scenario], done: Sequence[Replication]) -> DataFrame:
    """Payments of each year, with the columns of `ledger.csv`, in cents of that year."""
    import pandas as pd

    rows = [
        (
            scenario.name,
            replication.number,
            year,
            payer.name.lower(),
            payee.name.lower(),
            category.name.lower(),
            cents,
        )
        for place, scenario in enumerate(scenarios)
        for replication in done
        if (reduced := replication.runs[place]) is not None
        for (year, payer, payee, category), cents in reduced.ledger.items()
    ]
    columns = dict(zip(LEDGER_COLUMNS, zip(*rows, strict=True), strict=True)) if rows else {}
    return pd.DataFrame(
        {
            name: pd.Series(columns.get(name, ()), dtype=NUMBER_COLUMNS[name])
            if name in NUMBER_COLUMNS
            else as_categories(columns.get(name, ()))
            for name in LEDGER_COLUMNS
        }
    )


def manifest_of(
    scenarios: Sequence[Scenario],
    done: Sequence[Replication],
    frame: Frame,
    *,
    seed: int,
    draws: int,
    trajectories: int,
    folder: Path | None,
) -> dict[str, Any]:
    """What was run, so that it can be run again, and by what."""
    first = scenarios[0]
    return {
        "schema": SCHEMA,
        "kind": "run" if len(scenarios) == 1 else "comparison",
        "command": _command(scenarios, len(done), seed, {"draws": draws, "trajectories": trajectories}, folder),
        "versions": {"python": platform.python_version(), **{name: package_version(name) for name in _PACKAGES}},
        "seed": seed,
        "replications": len(done),
        "draws": draws,
        "trajectories": trajectories,
        "seeds": [replication.seed for replication in done],
        "start": month_text(frame.start),
        "months": frame.months,
        "residents": first.settings.residents,
        "price_year": frame.price_year,
        "discount_rate": frame.discount_rate,
        "what_if_from": what_if_from(first),
        "circumstances_apart": sorted({name for other in scenarios[1:] for name in circumstances_apart(first, other)}),
        "deflators": {str(year): factor for year, factor in frame.deflators.items()},
        "profile": {"name": first.profile.name, "digest": first.profile.digest()},
        "parameters": {"digest": first.registry.digest()},
        "scenarios": [
            {
                "name": scenario.name,
                "description": scenario.description,
                "digest": scenario.digest(),
                "file": _copy_name(place, scenario) if scenario.source_text else None,
                "settings": json.loads(json.dumps(asdict(scenario.settings))),  # as it is read back
            }
            for place, scenario in enumerate(scenarios)
        ],
    }


def write_copies(scenarios: Sequence[Scenario], folder: Path) -> None:
    """Copy scenarios as they were read, the profile, and all parameters with their figures."""
    for place, scenario in enumerate(scenarios):
        if scenario.source_text:
            path = folder / _copy_name(place, scenario)
            path.parent.mkdir(exist_ok=True)
            path.write_text(scenario.source_text, encoding="utf-8", newline="\n")
    write_profile(scenarios[0].profile, folder / "profile.toml")
    parameters = format_parameters(parameter_rows(scenarios[0].registry, figures=True), "csv")
    (folder / "parameters.csv").write_text(parameters, encoding="utf-8", newline="\n")


def _copy_name(place: int, scenario: Scenario) -> str:
    return f"scenarios/{place}_{plain_stem(scenario.name)}.toml"


def _command(
    scenarios: Sequence[Scenario], replications: int, seed: int, extra: dict[str, int], folder: Path | None
) -> str:
    """The command that gives these results again, where all scenarios came from files; without folders of a machine."""
    settings = scenarios[0].settings
    shipped = {path.resolve(): name for name, path in shipped_files("scenario").items()}
    paths = [scenario.path for scenario in scenarios]
    names = [shipped.get(path.resolve(), path.name) if path else "" for path in paths]
    if not all(names):
        return ""
    words = ["wijksim", "run" if len(scenarios) == 1 else "compare", *names]
    words += ["--replications", str(replications), "--seed", str(seed), "--months", str(settings.months)]
    if len(scenarios) > 1 or extra["draws"]:
        words += ["--draws", str(extra["draws"])]
    if len(scenarios) > 1:
        words += ["--screen", str(extra["trajectories"])] if extra["trajectories"] else []
    if settings.residents is not None:
        words += ["--residents", str(settings.residents)]
    return shlex.join([*words, "--out", folder.resolve().name if folder else "results"])


def package_version(package: str) -> str:
    """Version of a package here; "unknown" where it isn't installed."""
    try:
        return version_text() if package == "wijksim" else version(package)
    except PackageNotFoundError:
        return "unknown"
