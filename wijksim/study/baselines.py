"""Baselines that a worker has run, used again at points of a design that change nothing in them.

A point changes a baseline only by a parameter that it reads, by the structure, or by a lever that it takes. Levers of
the policy, and parameters that are read only where there are enterprises, leave it as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Generic, NamedTuple, TypeVar

from wijksim.parameters import RecordingRegistry
from wijksim.scenario import Scenario
from wijksim.settings import Settings
from wijksim.study.factors import Value

__all__ = ["Baselines"]

_KEPT = 16
_T = TypeVar("_T")


class _Kept(NamedTuple):
    """What was made of a baseline, and all that decides it among the points of one study."""

    seed: int
    settings: Settings
    read: Mapping[str, Value]
    made: object


@dataclass
class Baselines(Generic[_T]):
    """What was made of the last baselines; scenarios and parameters are those of one study at all points."""

    _kept: list[_Kept] = field(default_factory=list)
    _watching: bool = True

    def find(self, scenario: Scenario, values: Mapping[str, Value], seed: int) -> _T | None:
        """What was made of the baseline with this seed, where nothing that it reads differs; or None.

        Parameters
        ----------
        scenario : Scenario
            The baseline at a point.
        values : mapping of str to value
            Of all factors at the point.
        """
        for place, kept in enumerate(self._kept):
            same = kept.seed == seed and kept.settings == scenario.settings
            if same and all(values[name] == value for name, value in kept.read.items()):
                self._kept.append(self._kept.pop(place))
                return kept.made  # type: ignore[return-value]
        return None

    def watched(self, scenario: Scenario) -> Scenario:
        """The baseline with parameters that note which of them are read; as it is when that has shown no use."""
        return replace(scenario, registry=RecordingRegistry(scenario.registry)) if self._watching else scenario

    def keep(self, scenario: Scenario, values: Mapping[str, Value], seed: int, made: _T) -> None:
        """Keep what was made of a baseline, with what it has read of the parameters that vary.

        With processes of one's own nothing is kept: what they read is not known.
        """
        registry = scenario.registry
        read = {name: value for name, value in values.items() if name in registry}
        if isinstance(registry, RecordingRegistry):
            known = {name: value for name, value in read.items() if name in registry.names_read}
            self._watching = len(known) < len(read)
            read = known
        if not scenario.settings.processes:
            self._kept.append(_Kept(seed, scenario.settings, read, made))
            del self._kept[:-_KEPT]
