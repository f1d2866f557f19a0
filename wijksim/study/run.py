"""Run one scenario, once or with many seeds."""

from __future__ import annotations

from pathlib import Path

from wijksim.report.results import Results
from wijksim.scenario import Scenario, require_scenarios
from wijksim.study.compare import run_study
from wijksim.study.engines import Progress, leave_if_importing_main
from wijksim.study.options import CompareOptions

__all__ = ["run_scenario"]


def run_scenario(
    scenario: Scenario,
    *,
    replications: int = 1,
    draws: int = 0,
    posterior: Path | str | None = None,
    seed: int = 1,
    workers: int | None = None,
    out: Path | str | None = None,
    force: bool = False,
    progress: Progress | None = None,
) -> Results:
    """Run a scenario and give its outcomes and ledger; there are no effects without another scenario.

    Parameters and errors are those of :func:`wijksim.study.compare.compare`. With `draws` so many runs more have drawn
    parameters: ``.levels`` then has ranges of chance and parameters together, and all else is as without. For one run
    with all its details, the residents included, use ``Neighbourhood(scenario, seed=...).run()``.
    """
    leave_if_importing_main()
    require_scenarios(scenario=scenario)
    options = CompareOptions(
        replications=replications,
        draws=draws,
        posterior=posterior,
        seed=seed,
        workers=workers,
        out=out,
        force=force,
        progress=progress,
    )
    return run_study([scenario], options)
