"""Which parameters may be fitted, which are when none are named, and between which bounds."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files

from scipy.optimize import brentq

from wijksim.errors import InputError, Problem, did_you_mean
from wijksim.parameters import Distribution, Grade, Number, Registry
from wijksim.study.factors import Factor, registry_factor

__all__ = ["default_names", "free_factors", "free_names", "uniform_of"]

_FREE_GRADES = (Grade.recalled, Grade.assumption)
_SEE = "See: wijksim calibrate --list."


@cache
def default_names() -> dict[str, str]:
    """Parameters that are fitted when none are named, and why each is."""
    text = (files("wijksim.parameters") / "calibration.toml").read_text(encoding="utf-8")
    return {entry["name"]: entry["why"] for entry in tomllib.loads(text)["parameter"]}


def free_names(registry: Registry) -> list[str]:
    """Parameters that may be fitted: single numbers that are uncertain, and recalled or an assumption."""
    return [name for name in registry if not _why_not(registry, name)]


def _why_not(registry: Registry, name: str) -> str:
    passport = registry[name]
    if not isinstance(passport, Number):
        return "it is no single number"
    if passport.grade not in _FREE_GRADES:
        return f"it is {passport.grade}, so it is not tuned"
    return "" if passport.uncertain else "it is fixed: a rule, a convention or a reference"


def free_factors(registry: Registry, given: Sequence[str] = ()) -> tuple[Factor, ...]:
    """Read which parameters are fitted.

    Parameters
    ----------
    registry : Registry
        All parameters.
    given : sequence of str
        Names, each alone or as ``NAME=LOW:HIGH`` for a range inside that of the passport, which is then uniform;
        empty for :func:`default_names`.

    Raises
    ------
    InputError
        Every name that is unknown, stands twice or may not be fitted, and every range outside that of the passport.
    """
    factors: list[Factor] = []
    problems: list[Problem] = []
    for text in given or default_names():
        name, narrowed, bounds = (part.strip() for part in text.partition("="))
        faults = list(_name_faults(registry, name, [factor.name for factor in factors]))
        if not faults and narrowed:
            low, high, faults = _bounds(registry, name, bounds)
            if not faults:
                uniform = Distribution.uniform
                factors.append(registry_factor(registry, name, low=low, high=high, distribution=uniform))
        elif not faults:
            factors.append(registry_factor(registry, name))
        problems += faults
    if problems:
        raise InputError(problems)
    return tuple(factors)


def _name_faults(registry: Registry, name: str, before: Sequence[str]) -> Iterator[Problem]:
    where = f"parameter {name}"
    if name not in registry:
        yield Problem(where, "is not a known parameter.", did_you_mean(name, free_names(registry)) or _SEE)
    elif name in before:
        yield Problem(where, "stands twice.", "Name it once.")
    elif why := _why_not(registry, name):
        yield Problem(where, f"can't be fitted: {why}.", _SEE)


def _bounds(registry: Registry, name: str, text: str) -> tuple[float, float, list[Problem]]:
    where, (lowest, highest) = f"parameter {name}", registry[name].bounds
    expected = f"expected LOW:HIGH inside {lowest:g} to {highest:g} {registry.unit(name)}"
    try:
        low, high = (float(part) for part in text.split(":"))
    except ValueError:
        return lowest, highest, [Problem(where, f'has the range "{text}"; {expected}.')]
    if lowest <= low < high <= highest:
        return low, high, []
    return low, high, [Problem(where, f"has the range {low:g} to {high:g}; {expected}.")]


def uniform_of(factor: Factor, value: float) -> float:
    """Number between 0 and 1 at which a factor has a value, or the bound that lies nearest."""
    low, high = (float(factor.value(end)) for end in (0.0, 1.0))
    if not low < value < high:
        return 0.0 if value <= low else 1.0
    return float(brentq(lambda uniform: float(factor.value(uniform)) - value, 0.0, 1.0, xtol=1e-12))
