"""Making a neighbourhood profile from tables of Statistics Netherlands (CBS).

The parts: :mod:`cbs_table` reads files, :mod:`cbs_cells` numbers, :mod:`cbs_layouts` knows the columns,
:mod:`cbs_file` gives an area's figures, :mod:`cbs_match` compares two files, :mod:`cbs_fill` fills gaps.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from wijksim.errors import InputError, Problem
from wijksim.population.cbs_file import CbsFile, ReadOptions, municipality_of, normal_code, read_cbs_file
from wijksim.population.cbs_fill import Filling, fill_gaps
from wijksim.population.cbs_match import match_files
from wijksim.population.profile import Area, Figure, Profile, Region
from wijksim.population.profile_figures import FIGURES
from wijksim.population.profile_schema import area_faults

__all__ = ["ImportReport", "ReadOptions", "RegionCodes", "import_profile"]


@dataclass(frozen=True)
class RegionCodes:
    """A labour-market region (arbeidsmarktregio) as the municipalities it consists of.

    Parameters
    ----------
    name : str
        Its name.
    codes : tuple of str
        Codes of its municipalities, all of them in the table to fill from.
    source : str
        Who says that these municipalities make up the region.
    """

    name: str
    codes: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class ImportReport:
    """What was read, filled and left out, in plain words.

    Parameters
    ----------
    lines : tuple of str
        The report, line by line.
    missing : tuple of str
        Figures that the profile lacks in one or more areas.
    """

    lines: tuple[str, ...]
    missing: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join(self.lines)


def import_profile(
    file: Path,
    code: str | Sequence[str],
    *,
    name: str | None = None,
    fill_from: Path | None = None,
    fill_code: str | None = None,
    benefit_factor: float = 1.0,
    benefit_reason: str = "",
    region: RegionCodes | None = None,
    reading: ReadOptions | None = None,
    fill_reading: ReadOptions | None = None,
) -> tuple[Profile, ImportReport]:
    """Make a profile of one or more areas of a CBS table.

    Parameters
    ----------
    file : Path
        Table with the areas.
    code : str or sequence of str
        Their codes; each becomes an area of the profile.
    name : str, optional
        Name of the neighbourhood; left out, that of its areas in the table. A table without names gives codes.
    fill_from : Path, optional
        Table that fills the gaps: with the area's own row if it has it, then with its municipality's.
    fill_code : str, optional
        Row to fill from instead of the municipality's.
    benefit_factor : float
        How many times as common social assistance is in these areas as in the row filled from; only for a
        number that is filled in.
    benefit_reason : str
        Why that factor; needed when it is not 1.
    region : RegionCodes, optional
        The labour-market region; without it the municipality stands for it.
    reading, fill_reading : ReadOptions, optional
        What the user states about each file.

    Raises
    ------
    InputError
        A file or code is wrong, needed figures are missing, or nobody lives there.
    """
    _check_factor(benefit_factor, benefit_reason)
    if fill_from is None:
        _refuse_without_fill_from(fill_code, benefit_factor, region, fill_reading)
    codes = list(dict.fromkeys(normal_code(one) for one in ([code] if isinstance(code, str) else code)))
    own = read_cbs_file(file, reading or ReadOptions())
    lines = list(_file_lines(own))
    figures = {area: own.figures(area) for area in codes}
    if abroad := [area for area in codes if not re.match(r"(GM|WK|BU)\d{4}", area)]:
        hint = "Take a code that begins with GM, WK or BU and the municipality's four digits."
        raise InputError.single(str(file), f"{', '.join(abroad)} does not lie in one municipality.", hint)
    municipality = municipality_of(codes[0])
    if strangers := [area for area in codes if municipality_of(area) != municipality]:
        message = f"{', '.join(strangers)} lie in another municipality than {codes[0]}; a profile lies in one."
        raise InputError.single(str(file), message)
    region_found = None
    if fill_from is not None:
        other = read_cbs_file(fill_from, fill_reading or ReadOptions())
        lines += _file_lines(other)
        if fill_code is None:
            lines += match_files(own, other)[1]
        source_code = normal_code(fill_code or municipality)
        filling = Filling(
            f"{source_code} ({other.name(source_code)})" if other.row(source_code) else source_code,
            other.figures(source_code),
            benefit_factor,
            benefit_reason,
        )
        for area in codes:
            second = other.figures(area) if area in other.rows and area != source_code else {}
            figures[area] = fill_gaps({**second, **figures[area]}, filling)
        region_found = _region(region, other, filling, source_code)
    _check(figures, own)
    areas = tuple(
        Area(key, own.name(area), area, figures[area]) for area, key in zip(codes, _keys(own, codes), strict=True)
    )
    called = name or ", ".join(area.name for area in areas)
    profile = Profile(called, municipality, own.municipality_name(codes[0]), areas, region_found)
    missing = tuple(figure for figure in FIGURES if profile.missing_in(figure))
    lines += _area_lines(profile, benefit_factor, missing)
    return profile, ImportReport(tuple(lines), missing)


def _check_factor(factor: float, reason: str) -> None:
    if not (math.isfinite(factor) and factor > 0):
        raise InputError.single("--benefit-factor", f"{factor} is not a number above zero.")
    if factor != 1 and not reason.strip():
        hint = "Say it with --benefit-reason; it stands in the profile."
        raise InputError.single("--benefit-factor", f"the factor {factor:g} has no reason.", hint)


def _refuse_without_fill_from(
    code: str | None, factor: float, region: RegionCodes | None, reading: ReadOptions | None
) -> None:
    stated = reading or ReadOptions()
    given = {
        "--fill-code": code is not None,
        "--benefit-factor": factor != 1,
        "--region": region is not None,
        "--fill-year": stated.year is not None,
        "--fill-decimal": stated.decimal is not None,
        "--fill-money-unit": stated.money_unit is not None,
    }
    hint = "Add --fill-from with the table of the municipality, or leave this out."
    problems = [
        Problem(option, "is of no use without --fill-from.", hint) for option, is_given in given.items() if is_given
    ]
    if problems:
        raise InputError(problems)


def _check(figures: dict[str, dict[str, Figure]], own: CbsFile) -> None:
    problems = [
        Problem(f"{own.where}: {code}", message, hint, own.row(code).line)
        for code, found in figures.items()
        for _, message, hint in area_faults(found)
    ]
    if problems:
        raise InputError(problems)


def _region(region: RegionCodes | None, other: CbsFile, filling: Filling, code: str) -> Region | None:
    """Count the region's inhabitants of 15 to 74, by default those of the area filled from."""
    if region is None:
        counted = filling.figures.get("population_15_74")
        if counted is None:
            return None
        method = "the municipality stands for its labour-market region; name the region's municipalities if known"
        figure = Figure(counted.value, counted.unit, counted.year, counted.source, "assumption", method)
        return Region(other.name(code), figure)
    parts = {part: other.figures(part).get("population_15_74") for part in region.codes}
    counts = [figure for figure in parts.values() if figure is not None]
    if len(counts) < len(parts):
        gaps = ", ".join(part for part, figure in parts.items() if figure is None)
        message = f"the inhabitants of 15 to 74 of {gaps} are missing, so the region {region.name} has no total."
        raise InputError.single(other.where, message)
    source = f"{other.layout.source} {counts[0].year}, {other.table.name}; municipalities: {region.source}"
    method = f"sum over {', '.join(parts)} of the persons by level of education (15 to 74)"
    total = sum(figure.value for figure in counts)
    return Region(region.name, Figure(total, "persons", counts[0].year, source, "derived", method))


def _keys(own: CbsFile, codes: list[str]) -> list[str]:
    """Make keys of the areas' names, of their codes where names are alike."""
    plain = [unicodedata.normalize("NFKD", own.name(code)).encode("ascii", "ignore").decode() for code in codes]
    keys = [re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") for name in plain]
    return keys if len(set(keys)) == len(keys) else [code.lower() for code in codes]


def _file_lines(file: CbsFile) -> list[str]:
    first = (
        f"{file.table.name}: {file.layout.name}, {len(file.rows)} areas, read as {file.table.form}, "
        f"decimal {file.style.mark}."
    )
    notes = [file.style.note] if file.style.note else []
    return [first, *notes, *file.missing_lines(), *file.money_lines()]


def _area_lines(profile: Profile, benefit_factor: float, missing: Sequence[str]) -> list[str]:
    lines = []
    for area in profile.areas:
        lines.append(f"{area.name} ({area.code}): {len(area.figures)} of {len(FIGURES)} figures.")
        lines += [
            f"  {name} = {figure.value:g} {figure.unit} ({figure.grade}, {figure.year}): {figure.method}."
            for name, figure in area.figures.items()
            if figure.grade == "assumption"
        ]
        assistance = area.figures.get("social_assistance_persons")
        if benefit_factor != 1 and assistance and assistance.grade != "assumption":
            lines.append("  The benefit factor was not used: the table has the area's own number.")
    if profile.region:
        figure = profile.region.population_15_74
        lines.append(f"Region {profile.region.name}: {figure.value:g} of 15 to 74 ({figure.grade}, {figure.year}).")
    if missing:
        lines.append(f"Still missing: {', '.join(missing)}.")
    return lines
