"""Draws of the parameters: what an effect could be if the figures that nobody knows well were others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

from wijksim.parameters import Registry
from wijksim.structure import USUAL, read_in
from wijksim.study.design import even_points
from wijksim.study.factors import Factor, registry_factor

__all__ = ["drawn_factors", "parameter_draws", "with_draw"]


def drawn_factors(registry: Registry, structure: Mapping[str, StrEnum] = USUAL) -> list[Factor]:
    """Parameters that are drawn, as their passports say, in the order of the registry.

    All whose distribution isn't ``fixed``, but for those of a variant that the structure hasn't and those that somebody
    has set: who gives a figure of their own is taken at their word.

    Parameters
    ----------
    registry : Registry
        All parameters.
    structure : mapping of str to StrEnum
        Of the scenario (:attr:`wijksim.settings.Settings.structure`).
    """
    return list(_drawn(registry, structure))


def _drawn(registry: Registry, structure: Mapping[str, StrEnum]) -> Iterator[Factor]:
    for name, passport in registry.items():
        if passport.uncertain and read_in(name, structure) and not _own(passport.set_by):
            yield registry_factor(registry, name)


def _own(set_by: str) -> bool:
    return set_by != "" and not set_by.startswith("calibration")


def parameter_draws(factors: Sequence[Factor], count: int, seed: int) -> list[dict[str, float]]:
    """Draw all parameters at once, each from the range and distribution of its passport, independently.

    Parameters
    ----------
    factors : sequence of Factor
        Of :func:`drawn_factors`.
    count : int
        How many draws.
    seed : int
        Of the sampler: a scrambled Sobol sequence, which fills the space more evenly than plain draws.

    Returns
    -------
    list of dict of str to float
        A value of each parameter, or a factor on all figures of a dated rule or a table. The first draws of a larger
        number are those of a smaller.
    """
    if not count or not factors:
        return [{} for _ in range(count)]
    points = even_points(len(factors), count, seed)
    return [
        {factor.name: float(factor.value(float(uniform))) for factor, uniform in zip(factors, point, strict=True)}
        for point in points
    ]


def with_draw(registry: Registry, values: Mapping[str, float]) -> Registry:
    """Registry with the values of a draw."""
    return registry.with_values(values, set_by="draw") if values else registry
