"""Matching the area codes of two CBS tables: padding and capitals don't matter, what has no match is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from wijksim.errors import InputError
from wijksim.population.cbs_file import CbsFile, municipality_of, normal_code, some

__all__ = ["CodeMatch", "match_codes", "match_files"]


@dataclass(frozen=True)
class CodeMatch:
    """The codes of two tables, sorted.

    Parameters
    ----------
    matched, only_first, only_second : tuple of str
        Codes in both tables, and in one of them.
    """

    matched: tuple[str, ...]
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]


def match_codes(first: Iterable[str], second: Iterable[str]) -> CodeMatch:
    """Compare codes without regard to padding and capitals."""
    one, two = ({normal_code(code) for code in codes} for codes in (first, second))
    return CodeMatch(tuple(sorted(one & two)), tuple(sorted(one - two)), tuple(sorted(two - one)))


def match_files(first: CbsFile, second: CbsFile) -> tuple[CodeMatch, tuple[str, ...]]:
    """Match the areas of two files, and the municipalities they lie in, at the levels both files have.

    Returns
    -------
    tuple of CodeMatch and tuple of str
        The match, and lines in plain words: what matched, what did not, and the years when they differ.

    Raises
    ------
    InputError
        Nothing matches.
    """
    own = {*first.rows, *(municipality_of(code) for code in first.rows if code[:2] in ("WK", "BU"))}
    levels = {code[:2] for code in own} & {code[:2] for code in second.rows}
    match = match_codes(
        (code for code in own if code[:2] in levels), (code for code in second.rows if code[:2] in levels)
    )
    if not match.matched:
        raise InputError.single(
            second.where,
            f"no area matches {first.where}: that file has {some(sorted(own))}; this one {some(sorted(second.rows))}.",
            "Take a table that has the same areas, or the municipality they lie in.",
        )
    return match, tuple(_lines(match, first, second))


def _lines(match: CodeMatch, first: CbsFile, second: CbsFile) -> Iterator[str]:
    names = first.table.name, second.table.name
    yield f"{len(match.matched)} codes stand in both {names[0]} and {names[1]}."
    for name, codes in zip(names, (match.only_first, match.only_second), strict=True):
        if codes:
            yield f"{len(codes)} codes stand only in {name}: {some(list(codes))}."
    years = first.year(next(iter(first.rows))), second.year(next(iter(second.rows)))
    yield f"{names[0]} is about {years[0]}, {names[1]} about {years[1]}."
    if years[0] != years[1]:
        yield (
            "Warning: the years differ. Figures of two years are combined, and borders and codes of wijken "
            "can change between years."
        )
