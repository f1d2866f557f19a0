"""wijksim: what a social-enterprise policy does in a Dutch neighbourhood, and for whom the money falls."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wijksim.model import Neighbourhood
    from wijksim.report.folder import load_results
    from wijksim.report.results import Results
    from wijksim.scenario import Scenario
    from wijksim.study.compare import compare
    from wijksim.study.run import run_scenario as run
    from wijksim.study.sweep import Study

__all__ = ["Neighbourhood", "Results", "Scenario", "Study", "compare", "load_results", "run"]

_HOMES = {
    "Neighbourhood": ("wijksim.model", "Neighbourhood"),
    "Results": ("wijksim.report.results", "Results"),
    "Scenario": ("wijksim.scenario", "Scenario"),
    "Study": ("wijksim.study.sweep", "Study"),
    "compare": ("wijksim.study.compare", "compare"),
    "load_results": ("wijksim.report.folder", "load_results"),
    "run": ("wijksim.study.run", "run_scenario"),
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that ``import wijksim`` stays light."""
    if name not in _HOMES:
        raise AttributeError(f"module 'wijksim' has no attribute {name!r}")
    module, attribute = _HOMES[name]
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted(__all__)
