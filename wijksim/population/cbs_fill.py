"""Completing a wijk's figures from its municipality's, figure by figure, each with what was done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wijksim.population.profile import Figure
from wijksim.population.profile_figures import FIGURES, Scaling

__all__ = ["Filling", "fill_gaps"]

_AGES_15_64 = ("age_15_24_share", "age_25_44_share", "age_45_64_share")

_GROUPS = {
    "inhabitants": "inhabitants",
    "population_15_74": "inhabitants of 15 to 74",
    "population_15_64": "inhabitants of 15 to 64",
    "age_65_plus": "inhabitants of 65 and over",
}

Figures = Mapping[str, Figure]


@dataclass(frozen=True)
class Filling:
    """What the gaps of an area are filled from.

    Parameters
    ----------
    name : str
        The larger area, in words; its figures are taken as if they held for the smaller one.
    figures : mapping of str to Figure
        Its figures.
    benefit_factor : float
        How many times as common social assistance (bijstand) is in the smaller area.
    benefit_reason : str
        Why; stands in the profile.
    """

    name: str
    figures: Figures
    benefit_factor: float = 1.0
    benefit_reason: str = ""


def fill_gaps(own: Figures, filling: Filling) -> dict[str, Figure]:
    """Complete an area's figures.

    Shares and means are copied, counts are scaled by the group of people they are about
    (:attr:`~wijksim.population.profile_figures.FigureSpec.scaling`). The result says so in each figure's
    method, and grades it an assumption.

    Parameters
    ----------
    own : mapping of str to Figure
        What is known of the area; never changed.
    filling : Filling
        The larger area.

    Returns
    -------
    dict of str to Figure
        `own` and what could be filled, in the order of the declared figures.
    """
    figures: dict[str, Figure] = {}
    for name, spec in FIGURES.items():
        known = {**own, **figures}
        if name in own:
            figures[name] = own[name]
        elif name in filling.figures and (filled := _filled(name, spec.scaling, known, filling)):
            figures[name] = filled
    return figures


def _filled(name: str, scaling: Scaling, own: Figures, filling: Filling) -> Figure | None:
    origin = filling.figures[name]
    if scaling == "never":
        return None
    if scaling == "copied":
        method = f"no figure for this area: copied from {filling.name}"
        return Figure(origin.value, origin.unit, origin.year, origin.source, "assumption", method)
    if name == "population_15_74":
        return _of_15_to_74(origin, own, filling)
    group: str = scaling
    groups = [_group(group, figures) for figures in (own, filling.figures)]
    if group == "population_15_74" and None in groups:
        group = "population_15_64"
        groups = [_group(group, figures) for figures in (own, filling.figures)]
    size, whole = groups
    if not size or not whole:
        return None
    method = (
        f"no figure for this area: {origin.value:g} in {filling.name} times its part of the {_GROUPS[group]} "
        f"({size:.0f} of {whole:.0f})"
    )
    value = origin.value * size / whole
    if name == "social_assistance_persons" and filling.benefit_factor != 1:
        value *= filling.benefit_factor
        method += f" times {filling.benefit_factor:g} ({filling.benefit_reason})"
    return Figure(float(round(value)), origin.unit, origin.year, origin.source, "assumption", method)


def _of_15_to_74(origin: Figure, own: Figures, filling: Filling) -> Figure | None:
    """Add to the area's 15 to 64 as large a part of its 65 and over as the larger area has below 75."""
    groups = [
        (_group("population_15_64", figures), _group("age_65_plus", figures)) for figures in (own, filling.figures)
    ]
    (size_15_64, size_65), (whole_15_64, whole_65) = groups
    if size_15_64 is None or size_65 is None or whole_15_64 is None or not whole_65:
        return None
    younger = (origin.value - whole_15_64) / whole_65
    method = (
        f"inhabitants of 15 to 64 ({size_15_64:.0f}) and {younger:.3f} of those of 65 and over "
        f"({size_65:.0f}), the part below 75 in {filling.name}"
    )
    value = float(round(size_15_64 + younger * size_65))
    return Figure(value, origin.unit, origin.year, origin.source, "assumption", method)


def _group(group: str, figures: Figures) -> float | None:
    """Give the size of a group of people; None where a figure is missing."""
    if group in FIGURES:
        return figures[group].value if group in figures else None
    shares = _AGES_15_64 if group == "population_15_64" else ("age_65_plus_share",)
    if "inhabitants" not in figures or any(share not in figures for share in shares):
        return None
    return figures["inhabitants"].value * sum(figures[share].value for share in shares)
