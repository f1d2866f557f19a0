"""Results as a spreadsheet that an adviser can reckon on with: numbers as numbers, units in the headings."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from wijksim.accounts import CATEGORIES, CENTS_PER_EURO, PARTY_LABELS, Category, Party
from wijksim.outcomes import OUTCOMES, Kind
from wijksim.report.headlines import MAIN_EFFECTS, label_of, period_name
from wijksim.report.numbers import LANGUAGES, Language
from wijksim.report.parameter_words import grade_text, group_text, label_text, unit_text
from wijksim.report.results import Results
from wijksim.report.scenario_words import factor_words
from wijksim.report.variance_words import variance_status
from wijksim.report.words import findings
from wijksim.settings import CHOICE_LABELS
from wijksim.structure import STRUCTURES

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["workbook", "workbook_name", "write_workbooks"]

Cell = str | float | int | None

_NO_TIME = datetime(1980, 1, 1)
_NO_TIME_TEXT = b"1980-01-01T00:00:00Z"
_WIDEST = 60
_NARROWEST = 9
_MONEY = "#,##0"
_SHEETS = {
    "summary": ("Summary", "Samenvatting"),
    "effects": ("Effects", "Verschillen"),
    "variance": ("Chance and assumptions", "Toeval en aannames"),
    "structures": ("Variants of the model", "Modelvarianten"),
    "years": ("By year", "Per jaar"),
    "ledger": ("Who pays whom", "Wie betaalt wie"),
    "scenario": ("Scenarios", "Scenario's"),
    "parameters": ("Parameters", "Rekengetallen"),
}
_EFFECT_HEADINGS = (
    ("plan", "plan"),
    ("outcome", "uitkomst"),
    ("period", "periode"),
    ("unit", "eenheid"),
    ("without plan", "zonder plan"),
    ("with plan", "met plan"),
    ("difference", "verschil"),
    ("range from", "bandbreedte van"),
    ("range to", "bandbreedte tot"),
    ("range holds", "bandbreedte bevat"),
    ("share of runs above zero", "deel van de doorrekeningen boven nul"),
    ("pairs of runs", "paren doorrekeningen"),
    ("status", "status"),
)
_VARIANCE_HEADINGS = (
    ("plan", "plan"),
    ("outcome", "uitkomst"),
    ("period", "periode"),
    ("unit", "eenheid"),
    ("spread of the difference (sd)", "spreiding van het verschil (sd)"),
    ("spread by chance (sd)", "spreiding door toeval (sd)"),
    ("share of the variance by chance", "deel van de variantie door toeval"),
    ("share by assumptions", "deel door aannames"),
    ("that from", "dat van"),
    ("that to", "dat tot"),
    ("draws", "trekkingen"),
    ("status", "status"),
)
_STRUCTURE_HEADINGS = (
    ("plan", "plan"),
    ("outcome", "uitkomst"),
    ("period", "periode"),
    ("unit", "eenheid"),
    ("choice", "keuze"),
    ("variant (empty: as computed)", "variant (leeg: zoals berekend)"),
    ("difference", "verschil"),
    ("chance from", "toeval van"),
    ("chance to", "toeval tot"),
    ("mean from", "gemiddelde van"),
    ("mean to", "gemiddelde tot"),
    ("more or less than as computed", "meer of minder dan berekend"),
    ("that from", "dat van"),
    ("that to", "dat tot"),
    ("pairs of runs", "paren doorrekeningen"),
    ("status", "status"),
)
_YEAR_HEADINGS = (
    ("scenario", "scenario"),
    ("outcome", "uitkomst"),
    ("unit", "eenheid"),
    ("year", "jaar"),
    ("mean of the runs", "gemiddelde van de doorrekeningen"),
)
_LEDGER_HEADINGS = (
    ("scenario", "scenario"),
    ("year", "jaar"),
    ("payer", "betaler"),
    ("payee", "ontvanger"),
    ("reason", "reden"),
    ("euro of the year itself, mean of the runs", "euro van het jaar zelf, gemiddelde van de doorrekeningen"),
)
_SCENARIO_HEADINGS = (
    ("scenario", "scenario"),
    ("setting", "instelling"),
    ("value", "waarde"),
    ("what it is", "wat het is"),
)
_PARAMETER_HEADINGS = {
    "name": "naam",
    "label": "omschrijving",
    "group": "groep",
    "value": "waarde",
    "unit": "eenheid",
    "low": "laag",
    "high": "hoog",
    "grade": "hardheid",
    "source": "bron",
    "note": "opmerking",
}
_STATUSES = {
    "ok": ("", ""),
    "did_not_vary": ("no change", "geen verschil"),
    "not_reached": ("not reached", "niet gehaald"),
    "not_computable": ("not computable", "niet te berekenen"),
}
_KINDS = {
    "chance": ("chance", "toeval"),
    "chance+parameters": ("chance and assumptions", "toeval en aannames"),
}
_DUTCH_UNITS = {"share": "deel", "months after the start": "maanden na het begin", "euro": "euro"}
_PRICES = ("{unit} of {year}", "{unit} van {year}")


def workbook_name(language: Language) -> str:
    """Name of the file."""
    return f"results_{language}.xlsx"


def write_workbooks(results: Results, folder: Path) -> None:
    """Write the spreadsheet in both languages into a folder that has ``parameters.csv``."""
    for language in LANGUAGES:
        _save(workbook(results, folder / "parameters.csv", language), folder / workbook_name(language))


def _save(book: Workbook, path: Path) -> None:
    """Save without the time of saving, so that the same results give the same file."""
    book.properties.created = book.properties.modified = _NO_TIME
    made = BytesIO()
    book.save(made)
    with ZipFile(made) as parts, ZipFile(path, "w", ZIP_DEFLATED) as file:
        for name in parts.namelist():
            content = parts.read(name)
            if name == "docProps/core.xml":  # openpyxl writes the time of saving there
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + _NO_TIME_TEXT, content)
            file.writestr(ZipInfo(name, _NO_TIME.timetuple()[:6]), content, ZIP_DEFLATED)


def workbook(results: Results, parameters: Path, language: Language = "en") -> Workbook:
    """Make a spreadsheet of results.

    Parameters
    ----------
    results : Results
        Of a comparison or a run.
    parameters : Path
        File with all parameters, their sources and grades.
    language : {"en", "nl"}
        Of sheets, headings, labels and words.

    Returns
    -------
    Workbook
        Sheets: what was found in words, effects (the range that is told), yearly series, ledger, settings of the
        scenarios, parameters, and where there are any shares of the variance and structural variants. Money of effects
        and series is in euro of the price year, that of the ledger in euro of the year itself.
    """
    from openpyxl import Workbook

    book = Workbook()
    for page in book.worksheets:
        book.remove(page)
    maker = _Maker(book, results, language)
    maker.summary()
    if results.policies:
        maker.sheet("effects", _EFFECT_HEADINGS, maker.effects(_all_keys(results)))
    maker.sheet("years", _YEAR_HEADINGS, maker.years())
    maker.sheet("ledger", _LEDGER_HEADINGS, maker.ledger())
    maker.sheet("scenario", _SCENARIO_HEADINGS, maker.scenarios())
    with parameters.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    headings = [(name, _PARAMETER_HEADINGS.get(name, name)) for name in rows[0]]
    cells = (_parameter_row(dict(zip(rows[0], row, strict=True)), language) for row in rows[1:])
    maker.sheet("parameters", headings, cells)
    if results.variance:
        maker.sheet("variance", _VARIANCE_HEADINGS, maker.variance(results.variance["rows"]))
    if results.structures:
        maker.sheet("structures", _STRUCTURE_HEADINGS, maker.structures(results.structures["rows"]))
    return book


class _Maker:
    def __init__(self, book: Workbook, results: Results, language: Language) -> None:
        self.book, self.results, self.language = book, results, language
        self.dutch = language == "nl"

    def sheet(self, key: str, headings: Sequence[tuple[str, str]], rows: Iterable[Sequence[Cell]]) -> Worksheet:
        """Add a sheet with a heading that stays in sight, and columns as wide as what they hold."""
        page: Worksheet = self.book.create_sheet(_SHEETS[key][self.dutch])
        self.table(page, [heading[self.dutch] for heading in headings], rows, first=1)
        page.freeze_panes = "A2"
        page.auto_filter.ref = page.dimensions
        return page

    def table(self, page: Worksheet, headings: Sequence[str], rows: Iterable[Sequence[Cell]], *, first: int) -> None:
        from openpyxl.styles import Alignment, Font
        from openpyxl.utils import get_column_letter

        widths = [len(heading) for heading in headings]
        for place, heading in enumerate(headings, start=1):
            cell = page.cell(first, place, heading)
            cell.font = Font(bold=True)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        for line, row in enumerate(rows, start=first + 1):
            for place, value in enumerate(row):
                if value is None or value == "":
                    continue
                cell = page.cell(line, place + 1, value)
                if isinstance(value, str):
                    cell.data_type = "s"  # a text that begins with = is no formula
                    widths[place] = max(widths[place], len(value))
                elif not isinstance(value, bool):  # a spreadsheet has its own words for yes and no
                    cell.number_format = _number_format(value)
        for place, width in enumerate(widths, start=1):
            page.column_dimensions[get_column_letter(place)].width = min(max(width + 2, _NARROWEST), _WIDEST)

    def summary(self) -> None:
        from openpyxl.styles import Alignment, Font

        page = self.book.create_sheet(_SHEETS["summary"][self.dutch])
        results = self.results
        page.cell(1, 1, " / ".join(results.scenarios)).font = Font(bold=True, size=14)
        line = 2
        lines = findings(results, self.language) if results.policies else []
        columns = len(_EFFECT_HEADINGS)
        for line, text in enumerate(lines, start=2):
            cell = page.cell(line, 1, text)
            cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            page.merge_cells(start_row=line, end_row=line, start_column=1, end_column=columns)
            page.row_dimensions[line].height = 15.0 * (1 + len(text) // 150)
        if results.policies:
            headings = [heading[self.dutch] for heading in _EFFECT_HEADINGS]
            self.table(page, headings, self.effects(_main_keys(results)), first=line + 2)

    def effects(self, keys: Iterable[tuple[str, str, str, str]]) -> Iterator[list[Cell]]:
        rows = self.results.effects_by_key(self.results.told)
        for key in keys:
            row = rows.get(key)
            if row is None:
                continue
            unit = self.unit(row["outcome"], str(row["unit"]), row["price_year"])
            numbers = [_plain(row[name]) for name in ("baseline", "policy", "effect", "low", "high")]
            yield [
                row["scenario"],
                label_of(row["outcome"], row["group"], self.language),
                period_name(row["period"], self.language),
                unit,
                *numbers,
                _KINDS[self.results.told][self.dutch],
                _plain(row["sign_probability"]),
                int(row["n"]),
                _STATUSES[row["status"]][self.dutch],
            ]

    def named(self, row: dict[str, Any]) -> list[Cell]:
        """Plan, outcome, period and unit of a row."""
        year = self.results.price_year if row["unit"] == "euro" else None
        return [
            row["scenario"],
            label_of(row["outcome"], row["group"], self.language),
            period_name(row["period"], self.language),
            self.unit(row["outcome"], row["unit"], year),
        ]

    def variance(self, rows: Iterable[dict[str, Any]]) -> Iterator[list[Cell]]:
        """What of the variance of each effect is chance, and what assumptions."""
        numbers = ("sd_all", "sd_chance", "share_chance", "share_parameters", "low", "high", "n")
        for row in rows:
            yield [*self.named(row), *(row[name] for name in numbers), variance_status(row["status"], self.language)]

    def structures(self, rows: Iterable[dict[str, Any]]) -> Iterator[list[Cell]]:
        """Effects under each structural variant."""
        numbers = ("effect", "low", "high", "mean_low", "mean_high", "change", "change_low", "change_high", "n")
        for row in rows:
            variant = ["", ""]
            if row["choice"]:
                choice = STRUCTURES[row["choice"]]
                label = CHOICE_LABELS[choice.kind(row["variant"])][self.dutch]
                variant = [choice.names[self.dutch], f"{label} ({row['variant']})"]
            yield [
                *self.named(row),
                *variant,
                *(row[name] for name in numbers),
                _STATUSES[row["status"]][self.dutch],
            ]

    def unit(self, outcome: str, unit: str, price_year: Any) -> str:
        import pandas as pd

        declared = OUTCOMES.get(outcome)
        if self.dutch:
            unit = declared.unit_nl if declared is not None else _DUTCH_UNITS.get(unit, unit)
        return unit if pd.isna(price_year) else _PRICES[self.dutch].format(unit=unit, year=int(price_year))

    def years(self) -> Iterator[list[Cell]]:
        """Yearly values of every outcome: sums of flows, means of stocks, over all runs of a scenario."""
        rows = self.results.outcomes
        years = rows["month"].astype(str).str[:4].astype(int)
        flows = _flows(self.results)
        units = {
            name: self._plain_unit(str(unit))
            for name, unit in rows.groupby("outcome", observed=True)["unit"].first().items()
        }
        names = ["scenario", "outcome", "group", "year"]
        parts = rows.assign(year=years).groupby([*names, "replication"], observed=True, sort=False)["value"]
        sums, means = parts.sum(min_count=1), parts.mean()
        for values, is_flow in ((sums, True), (means, False)):
            mean = values.groupby(level=names, observed=True, sort=False).mean()
            for scenario, outcome, group, year, value in mean.reset_index().itertuples(index=False, name=None):
                if (outcome in flows) == is_flow:
                    label = label_of(outcome, group, self.language)
                    yield [scenario, label, self.unit(outcome, *units[outcome]), int(year), _plain(value)]

    def _plain_unit(self, unit: str) -> tuple[str, int | None]:
        """Unit and price year of what `outcomes.csv` calls "euro of 2015"."""
        year = self.results.price_year
        ending = f" of {year}"
        return (unit.removesuffix(ending), year) if unit.endswith(ending) else (unit, None)

    def ledger(self) -> Iterator[list[Cell]]:
        rows = self.results.ledger
        runs = self.results.outcomes.groupby("scenario", observed=True)["replication"].nunique()
        names = ["scenario", "year", "payer", "payee", "category"]
        sums = rows.groupby(names, observed=True, sort=False)["cents"].sum()
        for scenario, year, payer, payee, category, cents in sums.reset_index().itertuples(index=False, name=None):
            parties = (PARTY_LABELS[Party[name.upper()]][self.dutch] for name in (payer, payee))
            flow = CATEGORIES[Category[category.upper()]]
            reason = flow.label_nl if self.dutch else flow.label
            yield [scenario, int(year), *parties, reason, int(cents) / (CENTS_PER_EURO * int(runs[scenario]))]

    def scenarios(self) -> Iterator[list[Cell]]:
        for scenario in self.results.manifest["scenarios"]:
            keys = [plan["key"] for plan in scenario["settings"].get("enterprises", ())]
            for name, value in _flat("", {**scenario["settings"], "start": self.results.manifest["start"]}):
                yield [scenario["name"], name, value, _meaning(name, keys, self.language)]


def _meaning(name: str, enterprises: Sequence[str], language: Language) -> str:
    """Name of a lever or a choice of structure in a language; nothing of what is neither."""
    where, _, rest = name.partition(".")
    path = f"policy.{rest}" if where == "levers" else name
    if where == "enterprises":
        place, _, field = rest.partition(".")
        path = f"enterprise.{enterprises[int(place) - 1]}.{field}"
    words = factor_words(path, language)
    return "" if words == path else words


def _parameter_row(row: dict[str, str], language: Language) -> list[Cell]:
    """A row of ``parameters.csv`` in a language; names stay, by which scenario files set them."""
    words = {
        "label": label_text(row["name"].partition("[")[0], row["label"], language),
        "unit": unit_text(row["unit"], language),
        "grade": grade_text(row["grade"], language),
        "group": group_text(row["group"], language),
    }
    return [words[name] if name in words else _number(text) for name, text in row.items()]


def _flows(results: Results) -> set[str]:
    names = {str(name) for name in results.outcomes["outcome"].unique()}
    return {name for name in names if name in OUTCOMES and OUTCOMES[name].kind is Kind.FLOW}


def _all_keys(results: Results) -> list[tuple[str, str, str, str]]:
    return list(results.effects_by_key(results.told))


def _main_keys(results: Results) -> list[tuple[str, str, str, str]]:
    return [(policy, *key) for policy in results.policies for key in MAIN_EFFECTS]


def _flat(name: str, value: Any) -> Iterator[tuple[str, Cell]]:
    """Settings one by one, named by their path."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _flat(f"{name}.{key}" if name else key, part)
    elif isinstance(value, list):
        for place, part in enumerate(value, start=1):
            yield from _flat(f"{name}.{place}", part)
    elif value is not None:
        yield name, value if isinstance(value, (int, float)) else str(value)


def _plain(value: Any) -> float | None:
    number = float(value)
    return number if math.isfinite(number) else None


def _number(text: str) -> Cell:
    """A number as a number; all else as text."""
    try:
        return _plain(text)
    except ValueError:
        return text


def _number_format(value: float) -> str:
    size = abs(value)
    if float(value).is_integer() and size < 10_000:  # years and counts without a point for thousands
        return "0"
    return _MONEY if size >= 1000 else "0.00" if size >= 1 else "0.0000"
