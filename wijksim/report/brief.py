"""The brief: two pages in HTML for each plan and an appendix, self-contained, for who decides; only reads results."""

from __future__ import annotations

import base64
import csv
import json
import tomllib
from collections import Counter
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from wijksim.calendar import MONTHS_PER_YEAR
from wijksim.report.additionality import nobody_was_placed, of_hundred
from wijksim.report.alt_texts import alt_texts
from wijksim.report.brief_budgets import budgets, budgets_by_year, elections, is_known_by_rule, money_unit
from wijksim.report.brief_docx import as_docx
from wijksim.report.brief_tables import Rows, ledger_matrix, main_table, outcomes_in_full, what_to_measure
from wijksim.report.brief_workshop import workshop_lines
from wijksim.report.headlines import label_of, name_with_unit, value_text, what_if_note
from wijksim.report.intervals import Uncertainty
from wijksim.report.numbers import LANGUAGES, Language, decimals_for, number, span
from wijksim.report.parameter_words import grade_text, label_text, setting_unit, unit_text
from wijksim.report.pockets import POCKET_OUTCOME, POCKETS
from wijksim.report.ranks import rank_tables
from wijksim.report.results import Results
from wijksim.report.scenario_words import plan_lines
from wijksim.report.structure_words import structure_lines, structure_tables
from wijksim.report.variance_words import variance_tables
from wijksim.report.words import findings, for_the_brief
from wijksim.scenario.cautions import PARAMETER_OF_LEVER
from wijksim.scenario.schema import settings_from_plain
from wijksim.structure import USUAL

__all__ = ["brief", "brief_file", "brief_files", "write_briefs"]

_WEAK = ("assumption", "recalled")
_SIGNS = {"anyway": "○", "displaced": "◐", "extra": "●"}
_IN_A_ROW = 20
_DIGEST_LETTERS = 12
_LAG = "buig_budget_adjustment_lag"
_PARAMETER_COLUMNS = ("label", "value", "unit", "low", "high", "grade", "source")


def brief_file(language: Language, kind: str = "html") -> str:
    """Name of the file of a brief, for the browser (``html``) or for Word (``docx``)."""
    return f"brief_{language}.{kind}"


def brief_files(results: Results, folder: Path, language: Language) -> dict[str, bytes]:
    """Make the files of a brief, by name: a page for the browser, and the same as a Word document."""
    text = brief(results, folder, language)
    return {brief_file(language): text.encode(), brief_file(language, "docx"): as_docx(text, language)}


def write_briefs(results: Results, folder: Path) -> None:
    """Write the brief in both languages beside the charts, parameters and scenarios that are in a folder."""
    for language in LANGUAGES:
        for name, content in brief_files(results, folder, language).items():
            (folder / name).write_bytes(content)


def brief(results: Results, folder: Path, language: Language) -> str:
    """Make the brief of a comparison.

    Parameters
    ----------
    results : Results
        Of a comparison.
    folder : Path
        Where its charts, parameters and scenarios are; what is missing there is left out.
    language : {"en", "nl"}
        Language of the brief.

    Returns
    -------
    str
        HTML with all pictures inside and no outside address.
    """
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, keep_trailing_newline=True)
    template = environment.from_string((files("wijksim.report") / "brief.html").read_text(encoding="utf-8"))
    text = template.render(_Brief(results, folder, language).context())
    # An amount stays on one line, its minus too.
    return text.replace("€ ", "€\N{NO-BREAK SPACE}").replace("-€", "-\N{WORD JOINER}€")


@cache
def _texts(language: Language) -> dict[str, str]:
    text = (files("wijksim.report") / "brief_texts.toml").read_text(encoding="utf-8")
    return {key: both[language] for key, both in tomllib.loads(text).items()}


class _Brief:
    def __init__(self, results: Results, folder: Path, language: Language) -> None:
        self.results, self.folder, self.language = results, folder, language
        self.texts = _texts(language)
        years = list(results.deflators)
        self.years = f"{years[0]}-{years[-1]}"
        both = results.told is Uncertainty.CHANCE_AND_PARAMETERS
        self.range = self.texts["range_both" if both else "range_chance"]
        self.version = str(results.manifest["versions"]["wijksim"])

    def context(self) -> dict[str, Any]:
        """Give all that the template fills in."""
        results, texts = self.results, self.texts
        year = str(results.price_year)
        parameters = self.parameters()
        between = results.baseline_is_a_plan
        left_out = ["not_shown_1", "not_shown_chance", "not_shown_2", "not_shown_3", "not_shown_4"]
        if results.told is not Uncertainty.CHANCE:
            left_out.remove("not_shown_chance")
        fixed = {
            **texts,
            "with_and_without": texts["between_plans" if between else "with_and_without"],
            "depends": texts["depends_on"],
            "measure_how": texts["measure_how"].format(year=next(iter(results.deflators))),
            "ledger_how": texts["ledger_how"].format(year=year),
        }
        return {
            "language": self.language,
            "t": fixed,
            "workshop": workshop_lines(results.manifest, self.language, texts),
            "profile": results.manifest["profile"]["name"],
            "years": self.years,
            "frame": texts["frame"].format(
                version=self.version, years=self.years, year=year, range=self.range, runs=results.replications
            ),
            "note": what_if_note(results, self.language),
            "ranks": list(rank_tables(results.ranking, results.price_year, self.language)) if results.ranking else [],
            "policies": [self.policy(name, parameters) for name in results.policies],
            "elections": self.elections(),
            "depends": self.depends(parameters),
            "screened": results.screen is not None,
            "own_figures": self.own_figures(parameters),
            "not_shown": [texts[key] for key in left_out],
            "structures": list(structure_tables(results, self.language)),
            "variance": list(variance_tables(results, self.language)),
            "charts": list(self.charts()),
            "findings": [line for line in findings(results, self.language) if line],
            "scenarios": list(self.scenarios()),
            "parameters": self.parameter_table(parameters),
            "command": results.manifest["command"],
            "repeat": texts["repeat_how"].format(
                version=self.version,
                seed=results.manifest["seed"],
                runs=results.replications,
                parameters=results.manifest["parameters"]["digest"][:_DIGEST_LETTERS],
                profile=results.manifest["profile"]["digest"][:_DIGEST_LETTERS],
            ),
        }

    def policy(self, name: str, parameters: dict[str, dict[str, str]]) -> dict[str, Any]:
        results, language, texts = self.results, self.language, self.texts
        title, sentences, money = for_the_brief(results, name, language)
        unit = texts["thousand" if money_unit(results, name) > 1 else "euro"]
        return {
            "name": name,
            "title": title,
            "sentences": sentences,
            "main": main_table(results, name, language),
            "hundred": self.hundred(name),
            "money_unit": texts["money_unit"].format(year=results.price_year, range=self.range),
            "budgets": budgets(results, name, language, texts),
            "by_rule": self.by_rule(name, parameters),
            "by_year_unit": texts["by_year_unit"].format(unit=unit, year=results.price_year),
            "by_year": budgets_by_year(results, name, language, texts),
            "money_lines": money,
            "leans_on": [*self.leans_on(name), *structure_lines(results, name, language)],
            "measure": what_to_measure(results, name, language),
            "outcomes": outcomes_in_full(results, name, language),
            "matrix": ledger_matrix(results, name, language, texts),
        }

    def by_rule(self, policy: str, parameters: dict[str, dict[str, str]]) -> str:
        """Say what stands before and after the rules by which budgets follow; empty where only one is known."""
        if not is_known_by_rule(self.results, policy):
            return ""
        months = parameters.get(_LAG, {}).get("value")
        lag = span(MONTHS_PER_YEAR * round(float(months) / MONTHS_PER_YEAR), self.language) if months else ""
        told = self.texts["by_rule"].format(later=self.texts["later"].format(span=lag).strip())
        settings = self.results.manifest["scenarios"][0]["settings"]
        return f"{told} {self.texts[settings.get('insurer', USUAL['insurer'])]}"

    def elections(self) -> str:
        days = [self.texts["election_day"].format(year=day.year) for day in elections(self.results)]
        return self.texts["elections"].format(days=", ".join(days)) if days else ""

    def hundred(self, policy: str) -> dict[str, Any] | None:
        """What is really extra, as a hundred signs where all parts are between 0 and 100, else as numbers alone."""
        results = self.results
        rows = results.effects_by_key(results.told)
        pairs = {key[1]: row for key, row in rows.items() if key[0] == policy and row["kind"] == "pair"}
        row = pairs.get("deadweight")
        computed = row is not None and row["effect"] == row["effect"] and not nobody_was_placed(rows, policy)
        if row is None or not computed or row["n"] < 2 or results.baseline_has_places:
            return None
        months = of_hundred(row["effect"], pairs["displacement"]["effect"])
        parts = dict(zip(_SIGNS, (months[key] for key in ("deadweight", "displacement", "additionality")), strict=True))
        signs = [{"kind": kind, "sign": _SIGNS[kind]} for kind, count in parts.items() for _ in range(max(count, 0))]
        fits = all(count >= 0 for count in parts.values())
        grid = [signs[place : place + _IN_A_ROW] for place in range(0, len(signs), _IN_A_ROW)] if fits else []
        told = [
            {"kind": kind, "sign": _SIGNS[kind], "text": self.texts[kind].format(x=count)}
            for kind, count in parts.items()
        ]
        return {"grid": grid, "parts": told, "told": "; ".join(part["text"] for part in told)}

    def parameters(self) -> dict[str, dict[str, str]]:
        """Row of each parameter as its file has it, by name."""
        path = self.folder / "parameters.csv"
        if not path.is_file():
            return {}
        with path.open(encoding="utf-8", newline="") as file:
            figures = list(csv.DictReader(file))
        # A figure by date or by cell has a row for each: the first stands for all, with how many there are.
        count = Counter(row["name"].partition("[")[0] for row in figures)
        first = {row["name"].partition("[")[0]: row for row in reversed(figures)}
        return {
            name: first[name] | {"count": f" ({count[name]}×)" if count[name] > 1 else ""}
            for name in dict.fromkeys(count)
        }

    def parameter_table(self, parameters: dict[str, dict[str, str]]) -> Rows:
        """Figures that a plan leans on: defaults of its levers, those somebody has set, and those that lead."""
        wanted = {name for names in PARAMETER_OF_LEVER.values() for name in names} | set(self.set_parameters())
        wanted |= {row["parameter"] for row in (self.results.screen or {"parameters": []})["parameters"]}
        rows = []
        for name, row in parameters.items():
            if name not in wanted:
                continue
            words = {
                "label": label_text(name, row["label"], self.language) + row["count"],
                "unit": unit_text(row["unit"], self.language),
                "grade": grade_text(row["grade"], self.language),
                "source": row["source"],
            }
            rows.append([words[key] if key in words else self.figure(row[key]) for key in _PARAMETER_COLUMNS])
        return Rows(self.texts["parameter_head"].split("|"), rows)

    def depends(self, parameters: dict[str, dict[str, str]]) -> str:
        grades = Counter(row["grade"] for row in parameters.values())
        weak = {
            name: number(grades[key], self.language) for name, key in zip(("assumed", "recalled"), _WEAK, strict=True)
        }
        return self.texts["depends"].format(all=number(grades.total(), self.language), **weak)

    def leans_on(self, policy: str) -> list[str]:
        """What a screening found: the leading figures with their turning point, and what is left if all disappoint."""
        found = self.results.screen or {"parameters": [], "optimism": []}
        texts, told = self.texts, []
        for row in found["parameters"]:
            if row["policy"] == policy:
                at = row["turning_point"]
                unit = setting_unit(row["parameter"], self.language)
                turning = "" if at is None else f"{self.plain(at)} ({unit})"
                told.append(
                    texts["leans"].format(
                        outcome=self.named(row),
                        label=label_text(row["parameter"], row["label"], self.language),
                        grade=grade_text(row["grade"], self.language),
                        turns=texts["no_turn" if at is None else "turns"].format(at=turning),
                    )
                )
        for row in found["optimism"]:
            effects = (row["effect"], row["effect_unfavourable"])
            if row["policy"] == policy and None not in effects and row["parameters"]:
                unit = "euro" if "balance" in row["outcome"] else "persons"
                usual, worst = (
                    value_text(value, unit, self.language, decimals_for(*sorted(effects))) for value in effects
                )
                worse = effects[1] < effects[0] if row.get("more_is_better", True) else effects[1] > effects[0]
                key = "disappoint" if worse else "not_worse"
                told.append(texts[key].format(outcome=self.named(row), usual=usual, worst=worst, n=row["parameters"]))
        if found.get("failed"):
            counts = (number(found[key], self.language) for key in ("failed", "points"))
            told.append(texts["screen_failed"].format(**dict(zip(("failed", "points"), counts, strict=True))))
        return told

    def named(self, row: dict[str, Any]) -> str:
        """Name of what a screening asked, at the beginning of a sentence."""
        outcome, group = row["outcome"], row["group"]
        if outcome != POCKET_OUTCOME:
            return name_with_unit(outcome, group, self.language) if group else label_of(outcome, "", self.language)
        party = POCKETS[group].name_nl if self.language == "nl" else POCKETS[group].name
        return self.texts["balance_of"].format(party=party)

    def plain(self, value: float) -> str:
        """Three digits of a figure of any unit, which may be very small."""
        return self.comma(f"{value:.3g}")

    def figure(self, text: str) -> str:
        """A figure as ``parameters.csv`` has it, without the digits that only binary fractions have."""
        return self.comma(f"{float(text):.9g}") if text else ""

    def comma(self, text: str) -> str:
        """A number in digits with the decimal mark of the language."""
        return text.replace(".", ",") if self.language == "nl" else text

    def set_parameters(self) -> dict[str, list[tuple[Any, str]]]:
        """Parameters that scenarios set, each with its values and the scenarios that set it."""
        found: dict[str, list[tuple[Any, str]]] = {}
        for scenario in self.results.manifest["scenarios"]:
            for name, value in tomllib.loads(self.scenario_text(scenario)).get("parameters", {}).items():
                found.setdefault(name, []).append((value, scenario["name"]))
        return found

    def own_figures(self, parameters: dict[str, dict[str, str]]) -> list[str]:
        """Parameters that the scenarios set, in the words of their files."""
        told = []
        for name, values in self.set_parameters().items():
            label = label_text(name, parameters[name]["label"] if name in parameters else name, self.language)
            unit = setting_unit(name, self.language)
            for value, scenario in values:
                shown = self.comma(json.dumps(value, ensure_ascii=False, default=str))
                told.append(f"{label} ({name}): {shown} {unit} ({scenario})")
        return told

    def scenarios(self) -> list[dict[str, Any]]:
        return [
            {
                "name": scenario["name"],
                "description": scenario["description"],
                "words": plan_lines(settings_from_plain(scenario["settings"]), self.language),
                "text": self.scenario_text(scenario),
            }
            for scenario in self.results.manifest["scenarios"]
        ]

    def scenario_text(self, scenario: dict[str, Any]) -> str:
        path = self.folder / scenario["file"] if scenario["file"] else None
        return path.read_text(encoding="utf-8") if path is not None and path.is_file() else ""

    def charts(self) -> list[dict[str, str]]:
        charts = []
        for name, alt in alt_texts(self.results, self.language).items():
            path = self.folder / "charts" / self.language / f"{name}.png"
            if path.is_file():
                data = base64.b64encode(path.read_bytes()).decode("ascii")
                charts.append({"data": f"data:image/png;base64,{data}", "alt": alt})
        return charts
