"""Compile the whole month once before the tests, so that no test's time limit is spent on compiling."""

from __future__ import annotations

import sys
from pathlib import Path

import wijksim
from wijksim import kernels

RESIDENTS = 300
MONTHS = 14  # a January, a December, and a month in which enterprises hire


def compile_the_month() -> None:
    """Run a small what-if, unless this was done for the present source already."""
    folder = kernels.cache_folder(Path(wijksim.__file__).parent / "model.py") if kernels.COMPILED else None
    if folder is None:
        return
    done = folder / f"warm-{sys.implementation.cache_tag}-{kernels.numba.__version__}"  # compiled for each by itself
    if done.exists():
        return
    from wijksim.model import Neighbourhood
    from wijksim.scenario import Scenario

    model = Neighbourhood(Scenario.from_file("beide", months=MONTHS, residents=RESIDENTS), seed=1)
    model.run()
    model.close()
    done.touch()
