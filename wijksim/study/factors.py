"""What a study varies: parameters, levers and structures, each drawn from a uniform number between 0 and 1."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from wijksim.parameters import Distribution, Registry
from wijksim.scenario import Scenario
from wijksim.structure import STRUCTURES

__all__ = ["PLACEBO", "Factor", "FactorKind", "Value", "apply_values", "factor_groups", "registry_factor"]

PLACEBO = "placebo"
"""Name of the parameter that nothing reads; it stands in every design and shows what an index of nothing looks like."""

_WORDS = frozenset({"label", "unit", "grade"})
"""What a factor has for tables only: it may be put otherwise while runs are kept."""

Value = float | int | bool | str
"""What the model is given: a finite number, a whole number, yes or no, or one of the names of a choice."""


class FactorKind(StrEnum):
    """What kind of value a factor takes."""

    NUMBER = "number"
    WHOLE = "whole"
    YES_NO = "yes_no"
    CHOICE = "choice"


@dataclass(frozen=True)
class Factor:
    """One thing that is varied.

    Parameters
    ----------
    name : str
        A parameter of the registry, a lever (``policy.LEVER``, ``enterprise.KEY.LEVER``), a choice of
        structure (``matching``) or ``placebo``.
    kind : FactorKind
        What values it takes.
    low, high : float
        Bounds of a number or whole number, both included.
    distribution : Distribution
        How a number is drawn between its bounds; all other kinds take each of their values equally often.
    mode : float
        Most likely value of a triangular distribution.
    choices : tuple of str
        Names of a choice.
    group : str
        Factors of one group are varied together and have one index; left empty, the factor is its own group.
    both : bool
        Whether a lever is set in the baseline too. Parameters and structure always are.
    label, unit, grade : str
        From its passport, for tables.
    """

    name: str
    kind: FactorKind = FactorKind.NUMBER
    low: float = 0.0
    high: float = 1.0
    distribution: Distribution = Distribution.uniform
    mode: float = 0.0
    choices: tuple[str, ...] = ()
    group: str = ""
    both: bool = False
    label: str = ""
    unit: str = ""
    grade: str = ""

    @property
    def index_name(self) -> str:
        """Name beside which its index stands: of its group, or its own."""
        return self.group or self.name

    def deciding(self) -> dict[str, object]:
        """All of it that decides results: everything but the words of its passport."""
        return {key: value for key, value in asdict(self).items() if key not in _WORDS}

    def value(self, uniform: float) -> Value:
        """Value at a uniform number, by the inverse of its distribution.

        Parameters
        ----------
        uniform : float
            From 0 to 1, both included.
        """
        if not 0.0 <= uniform <= 1.0:
            raise ValueError(f"{self.name}: {uniform!r} is not between 0 and 1")
        if self.kind is FactorKind.YES_NO:
            return uniform >= 0.5
        if self.kind is FactorKind.CHOICE:
            return self.choices[_equal_part(uniform, len(self.choices))]
        if self.kind is FactorKind.WHOLE:
            low = int(self.low)
            return low + _equal_part(uniform, int(self.high) - low + 1)
        return min(max(self._number(uniform), self.low), self.high)

    def _number(self, uniform: float) -> float:
        width = self.high - self.low
        if self.distribution is Distribution.loguniform:
            return self.low * math.exp(uniform * math.log(self.high / self.low))
        if self.distribution is Distribution.triangular:
            rise = (self.mode - self.low) / width
            if uniform < rise:
                return self.low + math.sqrt(uniform * rise) * width
            return self.high - math.sqrt((1.0 - uniform) * (1.0 - rise)) * width
        return self.low + uniform * width


def _equal_part(uniform: float, parts: int) -> int:
    return min(int(uniform * parts), parts - 1)


def registry_factor(
    registry: Registry,
    name: str,
    *,
    low: float | None = None,
    high: float | None = None,
    distribution: Distribution | None = None,
    kind: FactorKind = FactorKind.NUMBER,
    group: str = "",
) -> Factor:
    """Make the factor of a parameter; what is left out comes from its passport.

    A dated rule or a table is varied by one factor on all its figures. Of a number that is ``fixed`` and yet has bounds
    every value between these is as likely.
    """
    passport = registry[name]
    lowest, highest = passport.bounds
    drawn = passport.distribution
    return Factor(
        name=name,
        kind=kind,
        low=lowest if low is None else low,
        high=highest if high is None else high,
        distribution=distribution or (Distribution.uniform if drawn is Distribution.fixed else drawn),
        mode=passport.setting,
        group=group,
        both=True,
        label=passport.label,
        unit=passport.unit,
        grade=str(passport.grade),
    )


def factor_groups(factors: Sequence[Factor]) -> tuple[str, ...]:
    """Names of the indices of a design, in the order in which their first factor stands."""
    return tuple(dict.fromkeys(factor.index_name for factor in factors))


def apply_values(
    scenario: Scenario, values: Mapping[str, Value], *, levers_too: bool, both: frozenset[str]
) -> Scenario:
    """Scenario with the values of a design point; the placebo changes nothing.

    Parameters
    ----------
    scenario : Scenario
        Baseline or policy.
    values : mapping of str to value
        By the name of the factor.
    levers_too : bool
        Whether this is the policy; the baseline takes only the levers named in `both`.
    both : frozenset of str
        Levers that the baseline takes as well.
    """
    registry = scenario.registry
    numbers = {name: float(value) for name, value in values.items() if name in registry and not isinstance(value, str)}
    levers = {
        name: value
        for name, value in values.items()
        if "." in name and name not in registry and (levers_too or name in both)
    }
    settings = _with_levers(scenario, levers)
    structure = {name: choice.kind(str(values[name])) for name, choice in STRUCTURES.items() if name in values}
    settings = replace(settings, **structure)
    return replace(scenario, settings=settings, registry=registry.with_values(numbers, set_by="study"))


def _with_levers(scenario: Scenario, levers: Mapping[str, Value]) -> Any:
    settings = scenario.settings
    policy = {name.partition(".")[2]: value for name, value in levers.items() if name.startswith("policy.")}
    plans = []
    for plan in settings.enterprises:
        prefix = f"enterprise.{plan.key}."
        mine = {name.removeprefix(prefix): value for name, value in levers.items() if name.startswith(prefix)}
        plans.append(replace(plan, **{name: _as_declared(plan, name, value) for name, value in mine.items()}))
    declared = {name: _as_declared(settings.levers, name, value) for name, value in policy.items()}
    return replace(settings, levers=replace(settings.levers, **declared), enterprises=tuple(plans))


def _as_declared(holder: Any, name: str, value: Value) -> Any:
    """A choice as the enum that the settings hold; all else as it is."""
    present = getattr(holder, name)
    return type(present)(str(value)) if isinstance(present, StrEnum) else value
