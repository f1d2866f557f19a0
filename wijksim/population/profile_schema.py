"""The file form of a neighbourhood profile (``format = 1``): what it may hold and what makes it unusable."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Protocol

from pydantic import Field, create_model

from wijksim.errors import InputError, Problem
from wijksim.population.profile_figures import FIGURES, SHARES_OF_ONE_WHOLE
from wijksim.shipped import require_kind
from wijksim.tomlfile import KeyPath, LineFinder, check_format, load_toml
from wijksim.tomlschema import FileModel, Share, validate

__all__ = ["AreaEntry", "FigureEntry", "ProfileFile", "ValueAndUnit", "area_faults", "load_profile_file"]

_ROUNDED_SHARE = 0.005  # CBS gives percentages as whole numbers
_ROUNDED_COUNT = 2.5  # CBS rounds counts in a wijk or buurt to multiples of 5

MunicipalityCode = Annotated[str, Field(pattern=r"^GM\d{4}$")]
AreaCode = Annotated[str, Field(pattern=r"^(NL|GM|WK|BU)[0-9A-Z]{2,10}$")]


class ValueAndUnit(Protocol):
    """What the checks need to know of a figure."""

    @property
    def value(self) -> float:
        """The number."""

    @property
    def unit(self) -> str:
        """Its unit."""


class FigureEntry(FileModel):
    """One figure with where it comes from."""

    value: float
    unit: str
    year: int = Field(ge=1900, le=2100)
    source: str = Field(min_length=1)
    grade: Literal["measured", "derived", "recalled", "assumption"]
    method: str = ""


class ShareEntry(FigureEntry):
    """A figure that is a share."""

    value: Share


class AmountEntry(FigureEntry):
    """A figure that can't be negative."""

    value: float = Field(ge=0)


_FIELDS: dict[str, Any] = {
    name: ((ShareEntry if spec.unit == "share" else AmountEntry) | None, None) for name, spec in FIGURES.items()
}
FiguresTable: Any = create_model("FiguresTable", __base__=FileModel, **_FIELDS)


class AreaEntry(FileModel):
    """One area of a profile: a wijk, a buurt or any other part."""

    key: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    name: str = Field(min_length=1)
    code: AreaCode
    figures: FiguresTable

    def entries(self) -> Mapping[str, FigureEntry]:
        """Give the figures that are filled in, by name."""
        found = {name: getattr(self.figures, name) for name in FIGURES}
        return {name: entry for name, entry in found.items() if entry is not None}


class RegionEntry(FileModel):
    """The labour-market region (arbeidsmarktregio) the profile lies in."""

    name: str = Field(min_length=1)
    population_15_74: AmountEntry


class ProfileFile(FileModel):
    """A profile file, whole."""

    format: Literal[1]
    name: str = Field(min_length=1)
    municipality_code: MunicipalityCode
    municipality_name: str
    region: RegionEntry | None = None
    area: tuple[AreaEntry, ...] = Field(min_length=1)


def load_profile_file(path: Path) -> ProfileFile:
    """Read and check a profile file.

    Raises
    ------
    InputError
        Every fault of the file, with line or key.
    """
    data, finder = load_toml(path)
    require_kind(data, "profile", path)
    return _LOADERS[check_format(data, _LOADERS, path, finder)](data, path, finder)


def _load_format_1(data: dict[str, Any], path: Path, finder: LineFinder) -> ProfileFile:
    profile = validate(ProfileFile, data, path, finder)
    problems = [
        Problem(f"{path}: {where}", message, hint, finder.line(key_path))
        for key_path, where, message, hint in _faults(profile)
    ]
    if problems:
        raise InputError(problems)
    return profile


# A later format adds its loader here; an older one becomes a migration to the newest.
_LOADERS: dict[int, Callable[[dict[str, Any], Path, LineFinder], ProfileFile]] = {1: _load_format_1}


def _faults(profile: ProfileFile) -> Iterator[tuple[KeyPath, str, str, str]]:
    """Give what no single key shows: key path, place in words, message and hint."""
    keys = [area.key for area in profile.area]
    for place, area in enumerate(profile.area):
        path: KeyPath = ("area", place)
        where = f"area {area.key}"
        if area.key in keys[:place]:
            yield (*path, "key"), where, "another area has the same key.", "Give each area its own key."
        for inner, message, hint in area_faults(area.entries()):
            yield (*path, "figures", *inner), where, message, hint


def area_faults(figures: Mapping[str, ValueAndUnit]) -> Iterator[tuple[KeyPath, str, str]]:
    """Say why no population can be made from an area's figures.

    Parameters
    ----------
    figures : mapping
        The area's figures by name.

    Yields
    ------
    tuple of key path, str, str
        The figure, what is wrong with it, and what to do.
    """
    for name, figure in figures.items():
        if figure.unit != FIGURES[name].unit:
            message = f"the unit of {name} is '{figure.unit}'; expected '{FIGURES[name].unit}'."
            yield (name, "unit"), message, "Convert the value, then the unit."
    if any(name in figures and figures[name].value == 0 for name in ("inhabitants", "households")):
        message = "nobody lives here (0 inhabitants or households): an uninhabited wijk can't be simulated."
        yield ("inhabitants",), message, "Choose another area."
        return
    missing = [name for name, spec in FIGURES.items() if spec.needed and name not in figures]
    if missing:
        hint = "Make the profile with --fill-from and a table that has the municipality's row."
        if "inhabitants" in missing:
            hint = "The number of inhabitants can't be filled in: choose an area or a year that has it."
        yield (), f"needed figures are missing: {', '.join(missing)}.", hint
        return
    values = {name: figure.value for name, figure in figures.items()}
    for group in SHARES_OF_ONE_WHOLE:
        if message := _shares_fault(values, group):
            yield (group[0],), message, "Check the shares and their source."


def _shares_fault(values: Mapping[str, float], group: tuple[str, ...]) -> str:
    """Say what is wrong when shares of one whole don't add to 1 within CBS's rounding; empty when they do.

    Percentages are rounded to whole numbers and counts to multiples of 5, so small areas have more room.
    """
    if not all(name in values for name in group):
        return ""
    total = sum(values[name] for name in group)
    size = values["households" if "household" in group[0] else "inhabitants"]
    room = len(group) * (_ROUNDED_SHARE + _ROUNDED_COUNT / size)
    if abs(total - 1) <= room:
        return ""
    expected = f"expected 1, give or take {room:.3f} for rounding"
    return f"the shares {', '.join(group)} add to {total:.3f}; {expected}."
