"""A neighbourhood profile: the figures a population is made from, each with source, year and grade.

The file form stands in :mod:`wijksim.population.profile_schema`, the figures there are in
:mod:`wijksim.population.profile_figures`; :mod:`wijksim.population.cbs` makes profiles from tables of
Statistics Netherlands (CBS).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from wijksim.errors import InputError
from wijksim.population.profile_figures import FIGURES
from wijksim.population.profile_schema import FigureEntry, load_profile_file

__all__ = ["Area", "Figure", "Profile", "Region", "write_profile"]

_GRADES = ("measured", "derived", "recalled", "assumption")  # from best to worst


@dataclass(frozen=True)
class Figure:
    """A number with its origin.

    Parameters
    ----------
    value : float
        The number, in `unit`.
    unit : str
        Its unit.
    year : int
        Year the number is about.
    source : str
        Where it was read.
    grade : str
        measured, derived, recalled or assumption.
    method : str
        How it was made, when it was not simply read.
    """

    value: float
    unit: str
    year: int
    source: str
    grade: str
    method: str = ""


@dataclass(frozen=True)
class Area:
    """A part of the neighbourhood that a measure can name: mostly a wijk or buurt.

    Parameters
    ----------
    key : str
        Name for use in scenarios.
    name : str
        Name for people.
    code : str
        CBS code, for instance ``WK011444``.
    figures : mapping of str to Figure
        By the names in :data:`wijksim.population.profile_figures.FIGURES`; missing figures are absent.
    """

    key: str
    name: str
    code: str
    figures: Mapping[str, Figure] = field(hash=False)


@dataclass(frozen=True)
class Region:
    """The labour-market region (arbeidsmarktregio) in which residents look for work.

    Parameters
    ----------
    name : str
        Its name.
    population_15_74 : Figure
        Its inhabitants of 15 to 74.
    """

    name: str
    population_15_74: Figure


@dataclass(frozen=True)
class Profile:
    """What is known of a neighbourhood.

    Parameters
    ----------
    name : str
        Name for people.
    municipality_code, municipality_name : str
        Municipality (gemeente) it lies in.
    areas : tuple of Area
        Its parts, at least one.
    region : Region or None
        Its labour-market region, where known.
    """

    name: str
    municipality_code: str
    municipality_name: str
    areas: tuple[Area, ...]
    region: Region | None = None

    @classmethod
    def from_file(cls, path: Path | str) -> Profile:
        """Read a profile.

        Raises
        ------
        InputError
            Every fault of the file; also needed figures that are missing, and an uninhabited area.
        """
        content = load_profile_file(Path(path))
        region = content.region
        return cls(
            name=content.name,
            municipality_code=content.municipality_code,
            municipality_name=content.municipality_name,
            areas=tuple(
                Area(
                    area.key,
                    area.name,
                    area.code,
                    {name: _figure(entry) for name, entry in area.entries().items()},
                )
                for area in content.area
            ),
            region=Region(region.name, _figure(region.population_15_74)) if region else None,
        )

    def missing_in(self, name: str) -> tuple[str, ...]:
        """Give the keys of the areas that lack a figure."""
        return tuple(area.key for area in self.areas if name not in area.figures)

    def figure(self, name: str) -> Figure:
        """Give a figure of the whole profile: the sum of counts, the weighted mean of shares and means.

        Parameters
        ----------
        name : str
            One of :data:`wijksim.population.profile_figures.FIGURES`.

        Raises
        ------
        KeyError
            There is no figure of that name.
        InputError
            An area lacks it, or lacks the figure it is weighted by: a total over gaps would be too low.
        """
        spec = FIGURES[name]
        for part in filter(None, (name, spec.weight if len(self.areas) > 1 else "")):
            if gaps := self.missing_in(part):
                raise InputError.single(
                    f"profile {self.name}",
                    f"{name} of the whole can't be given: {part} is missing in area {', '.join(gaps)}.",
                    "Fill it in, or make the profile again with --fill-from.",
                )
        if len(self.areas) == 1:
            return self.areas[0].figures[name]
        figures = [area.figures[name] for area in self.areas]
        if spec.weight:
            weights = [area.figures[spec.weight].value for area in self.areas]
            products = (figure.value * weight for figure, weight in zip(figures, weights, strict=True))
            value, method = sum(products) / sum(weights), f"mean of the areas weighted by {spec.weight}"
        else:
            value, method = sum(figure.value for figure in figures), "sum of the areas"
        return Figure(
            value=value,
            unit=spec.unit,
            year=min(figure.year for figure in figures),
            source="; ".join(dict.fromkeys(figure.source for figure in figures)),
            grade=max((figure.grade for figure in figures), key=_GRADES.index),
            method=method,
        )

    @property
    def wijk_share_of_regional_seekers(self) -> float:
        """Inhabitants of 15 to 74 as a share of the labour-market region's.

        Raises
        ------
        InputError
            The profile has no region, or not the number of 15 to 74.
        """
        if self.region is None:
            raise InputError.single(
                f"profile {self.name}",
                "the labour-market region is missing.",
                "Add a [region] with name and population_15_74, or make the profile with --fill-from.",
            )
        return self.figure("population_15_74").value / self.region.population_15_74.value

    def digest(self) -> str:
        """Give 64 hex digits that differ whenever anything in the profile differs."""
        text = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def write_profile(profile: Profile, path: Path) -> None:
    """Write a profile as TOML that :meth:`Profile.from_file` reads back to an equal one.

    Raises
    ------
    InputError
        The file can't be written.
    """
    try:
        path.write_text("\n".join(_lines(profile)) + "\n", encoding="utf-8", newline="\n")
    except OSError as error:
        raise InputError.single(str(path), f"the profile can't be written ({error.strerror}).") from None


def _lines(profile: Profile) -> Iterable[str]:
    yield "# Neighbourhood profile for wijksim. Every figure has its unit, year, source and grade:"
    yield "# measured (read in the source), derived (computed from it), recalled or assumption."
    yield "format = 1"
    yield f"name = {_text(profile.name)}"
    yield f"municipality_code = {_text(profile.municipality_code)}"
    yield f"municipality_name = {_text(profile.municipality_name)}"
    if profile.region:
        yield from ("", "[region]", f"name = {_text(profile.region.name)}")
        yield from _figure_lines("region.population_15_74", profile.region.population_15_74)
    for area in profile.areas:
        yield from ("", "[[area]]", f"key = {_text(area.key)}", f"name = {_text(area.name)}")
        yield f"code = {_text(area.code)}"
        for name in FIGURES:
            if name in area.figures:
                yield from _figure_lines(f"area.figures.{name}", area.figures[name])


def _figure_lines(table: str, figure: Figure) -> Iterable[str]:
    value = int(figure.value) if figure.value.is_integer() else figure.value
    yield from ("", f"[{table}]", f"value = {value}", f"unit = {_text(figure.unit)}", f"year = {figure.year}")
    yield f"source = {_text(figure.source)}"
    yield f"grade = {_text(figure.grade)}"
    if figure.method:
        yield f"method = {_text(figure.method)}"


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # a JSON string is a TOML basic string


def _figure(entry: FigureEntry) -> Figure:
    return Figure(**entry.model_dump())
