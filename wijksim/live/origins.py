"""Which numbers of the model stand behind a number on the page: what opens where somebody asks where it comes from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING

from wijksim.scenario.cautions import PARAMETER_OF_LEVER

if TYPE_CHECKING:
    from wijksim.processes.process import Process

__all__ = ["FAMILIES", "MONEY", "Asked", "behind"]

Asked = Callable[[tuple[str, ...], str], None]
"""Told the parameters behind a number, and what number it is, in words."""

MONEY, FAMILIES = "money", "families"


@cache
def _makers() -> Mapping[str, tuple[type[Process], ...]]:
    """Processes that make each number which the page shows, the nearest first; imported when somebody asks for it."""
    from wijksim.processes.benefits import Benefits
    from wijksim.processes.demography import Demography
    from wijksim.processes.health import Health
    from wijksim.processes.labour_market import LabourMarket
    from wijksim.processes.services import Services
    from wijksim.processes.settlement import Settlement
    from wijksim.processes.upbringing import Upbringing

    return {
        "employed_15_74": (LabourMarket,),
        "assistance_persons": (LabourMarket, Benefits),
        "in_place": (Services,),
        "children_no_work": (LabourMarket, Demography),
        MONEY: (Services, Settlement, Benefits, Health),
        FAMILIES: (Upbringing,),
    }


def behind(number: str) -> tuple[str, ...]:
    """Give the parameters behind an outcome, the balances, the families, or a lever (by its path)."""
    owner, _, lever = number.rpartition(".")
    if owner:
        return PARAMETER_OF_LEVER.get(lever, ())
    return tuple(dict.fromkeys(name for process in _makers()[number] for name in process.parameters))
