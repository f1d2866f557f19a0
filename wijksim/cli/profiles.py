"""Commands about neighbourhood profiles: made from a CBS table, and shown beside what is synthesised."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer
from typer.core import TyperGroup

from wijksim.cli.frame import Command, print_lines, print_notes, print_table, require_new_file
from wijksim.errors import InputError

if TYPE_CHECKING:
    from wijksim.population.cbs import ReadOptions, RegionCodes
    from wijksim.population.cbs_cells import DecimalMark
    from wijksim.population.cbs_file import MoneyUnit as CbsMoneyUnit
    from wijksim.population.profile import Profile

__all__ = ["profile_app"]

_MAKE = "make"


class ProfileGroup(TyperGroup):
    """Takes ``profile FILE ...`` for ``profile make FILE ...``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the name of the command in where a file or its options come first."""
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = [_MAKE, *args]
        return super().parse_args(ctx, args)


class Decimal(StrEnum):
    """Decimal mark of a table."""

    POINT = "point"
    COMMA = "comma"


class MoneyUnit(StrEnum):
    """Unit of amounts in a table."""

    EURO = "euro"
    THOUSAND = "thousand-euro"


profile_app = typer.Typer(name="profile", cls=ProfileGroup, no_args_is_help=True, rich_markup_mode=None)


@profile_app.callback()
def _profile() -> None:
    """Make a neighbourhood profile from a CBS table, or show one.

    wijksim profile FILE --code WK011444 --out emmerhout.toml makes a profile; its options:
    wijksim profile FILE --help
    """


@profile_app.command(_MAKE, cls=Command, hidden=True)
def make_profile(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CBS table (csv or xlsx).")],
    code: Annotated[list[str], typer.Option("--code", help="Code of the wijk or buurt; may be given more than once.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Profile to write.")],
    name: Annotated[
        str | None, typer.Option("--name", help="Name of the neighbourhood; left out: as the table has it.")
    ] = None,
    fill_from: Annotated[
        Path | None, typer.Option("--fill-from", help="Table with the municipality's row, to fill gaps from.")
    ] = None,
    fill_code: Annotated[
        str | None, typer.Option("--fill-code", help="Row to fill from; left out: the municipality's.")
    ] = None,
    benefit_factor: Annotated[
        float, typer.Option("--benefit-factor", help="How many times as common social assistance is here, if filled.")
    ] = 1.0,
    benefit_reason: Annotated[str, typer.Option("--benefit-reason", help="Why that factor.")] = "",
    region: Annotated[str | None, typer.Option("--region", help="Name of the labour-market region.")] = None,
    region_code: Annotated[
        list[str] | None, typer.Option("--region-code", help="Municipality of the region; give each of them.")
    ] = None,
    region_source: Annotated[str, typer.Option("--region-source", help="Who says which municipalities.")] = "",
    year: Annotated[
        int | None, typer.Option("--year", min=1900, max=2100, help="Year of FILE, where it does not say it.")
    ] = None,
    decimal: Annotated[Decimal | None, typer.Option("--decimal", help="Decimal mark of FILE.")] = None,
    money_unit: Annotated[MoneyUnit | None, typer.Option("--money-unit", help="Unit of amounts in FILE.")] = None,
    fill_year: Annotated[
        int | None, typer.Option("--fill-year", min=1900, max=2100, help="As --year, of the table to fill from.")
    ] = None,
    fill_decimal: Annotated[Decimal | None, typer.Option("--fill-decimal", help="As --decimal.")] = None,
    fill_money_unit: Annotated[MoneyUnit | None, typer.Option("--fill-money-unit", help="As --money-unit.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the profile if it exists.")] = False,
) -> None:
    """Make a profile from rows of a CBS table (kerncijfers wijken en buurten)."""
    from wijksim.population.cbs import import_profile
    from wijksim.population.profile import write_profile

    require_new_file(out, force)
    profile, report = import_profile(
        file,
        code,
        name=name,
        fill_from=fill_from,
        fill_code=fill_code,
        benefit_factor=benefit_factor,
        benefit_reason=benefit_reason,
        region=_region(region, region_code or [], region_source),
        reading=_reading(year, decimal, money_unit),
        fill_reading=_reading(fill_year, fill_decimal, fill_money_unit),
    )
    write_profile(profile, out)
    print_notes([*report.lines, f"Written: {out}"])


@profile_app.command("show", cls=Command)
def show_profile(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Profile file, or the name of a shipped one.")],
    residents: Annotated[int | None, typer.Option(min=1, help="Size; left out: the profile's own.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the synthesised population.")] = 1,
) -> None:
    """Show target, synthesised and difference of each margin, and how the target is known."""
    from wijksim.parameters import load_registry
    from wijksim.population.margins import margins
    from wijksim.population.profile import Profile
    from wijksim.population.profile_figures import FIGURES
    from wijksim.population.synthesis import build_population
    from wijksim.scenario.schema import FIRST_START
    from wijksim.shipped import find_file

    profile = Profile.from_file(find_file(name, "profile"))
    own = round(profile.figure("inhabitants").value)
    state = build_population(profile, load_registry(), seed=seed, start=FIRST_START, residents=residents)
    found = margins(state, profile)
    rows = [
        {
            "what": FIGURES[margin.name].label,
            "target": _figure(margin.target, margin.unit),
            "synthesised": _figure(margin.synthesised, margin.unit),
            "difference": _figure(margin.difference, margin.unit, "+"),
            "unit": margin.unit,
            "key in the profile": margin.name,
            "known": f"{profile.figure(margin.name).grade}, {profile.figure(margin.name).year}",
        }
        for margin in found
    ]
    scaled = f"{residents:,} residents in place of {own:,}" if residents not in (None, own) else f"{own:,} residents"
    print_table(rows, f"{profile.name}, {scaled}")
    print_lines(_remarks(profile, [margin.name for margin in found]))


def _remarks(profile: Profile, shown: Sequence[str]) -> Iterator[str]:
    """Say in words what a reader of the table should know: how targets were made, and what isn't compared."""
    from wijksim.population.profile_figures import FIGURES

    yield "Difference: synthesised less target. Shares of ages and of households are made to add up to 1 first."
    for name in shown:
        figure = profile.figure(name)
        if figure.method:
            yield f"{FIGURES[name].label}: {figure.grade}; {figure.method}."
    given = [name for name in FIGURES if not profile.missing_in(name)]
    left_out = [FIGURES[name].label for name in given if name not in shown]
    if left_out:
        yield f"In the profile, but not compared, as a population has no counterpart: {', '.join(left_out)}."
    missing = [FIGURES[name].label for name in FIGURES if name not in given]
    if missing:
        yield f"Not in the profile, or not in each of its areas: {', '.join(missing)}."


def _figure(value: float, unit: str, sign: str = "") -> str:
    """Write a share with three decimals, a mean with two and a count with none."""
    decimals = 3 if unit == "share" else 2 if " per " in unit else 0
    return f"{value:{sign}z.{decimals}f}"


def _reading(year: int | None, decimal: Decimal | None, money_unit: MoneyUnit | None) -> ReadOptions:
    from wijksim.population.cbs import ReadOptions

    return ReadOptions(year, cast("DecimalMark | None", decimal), cast("CbsMoneyUnit | None", money_unit))


def _region(name: str | None, codes: Sequence[str], source: str) -> RegionCodes | None:
    from wijksim.population.cbs import RegionCodes

    if name is None and not codes and not source:
        return None
    if not (name and codes and source):
        hint = "Give all three of --region, --region-code and --region-source, or none."
        raise InputError.single("--region", "the labour-market region is given in part.", hint)
    return RegionCodes(name, tuple(codes), source)
