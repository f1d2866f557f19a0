"""Makes the workshop pack, one page to print in each language: ``python docs/workshop/make.py`` writes them anew.

Texts stand in the TOML files here, each as a pair ["English", "Dutch"]. In a text, ``{figure NAME KIND}`` is a
parameter (KIND: euro, percent or number; for a rule by date also its month), ``{lever PATH}`` the label of a lever,
``{button KEY}`` a word of the live page, and text between backticks a command. `tests/test_workshop_pack.py` fails
while a page is stale.
"""

from __future__ import annotations

import html
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from wijksim.calendar import absolute_month
from wijksim.parameters import Number, load_registry
from wijksim.report.numbers import LANGUAGES, Language, euro, number, percent
from wijksim.scenario.schema import lever_of
from wijksim.settings import EnterprisePlan, Lever, Levers

__all__ = ["HERE", "lever_at", "page", "page_file", "sources"]

HERE = Path(__file__).resolve().parent
SOURCES = ("words", "checklist", "guide", "roles", "sheet", "questions")

_MARK = re.compile(r"\{(figure|lever|button) ([^}]+)\}")
_KINDS: dict[str, Callable[[float, Language], str]] = {"euro": euro, "percent": percent, "number": number}
_TABLES = {"policy": Levers, "enterprise": EnterprisePlan}


def sources() -> dict[str, Any]:
    """Read all texts, by file."""
    return {name: tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8")) for name in SOURCES}


def page_file(language: Language) -> Path:
    """Where the page of a language stands."""
    return HERE / f"pack_{language}.html"


def lever_at(path: str) -> Lever:
    """Give the lever at a path such as ``policy.grant_share`` or ``enterprise.places``.

    Raises
    ------
    KeyError
        Scenario files have no such lever.
    """
    table, _, name = path.partition(".")
    declared = _TABLES[table]
    lever = lever_of(declared, name) if name in {field.name for field in fields(declared)} else None
    if lever is None:
        raise KeyError(f"scenario files have no lever {path}")
    return lever


def page(language: Language) -> str:
    """Make the page of a language: all of the pack, self-contained."""
    texts = sources()
    told = _told(texts, _Marks(language, texts["words"]["buttons"]))
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("template.html").render(language=language, **told) + "\n"


class _Marks:
    """Writes texts in one language."""

    def __init__(self, language: Language, buttons: Mapping[str, list[str]]) -> None:
        self.language: Language = language
        self.buttons = buttons
        self.registry = load_registry()

    def write(self, text: str) -> Markup:
        safe = html.escape(text, quote=False)
        safe = re.sub(r"`([^`]+)`", r"<kbd>\1</kbd>", safe)
        return Markup(_MARK.sub(lambda found: getattr(self, found[1])(*found[2].split()), safe))

    def pick(self, pair: list[str]) -> str:
        return pair[LANGUAGES.index(self.language)]

    def figure(self, name: str, kind: str, month: str = "") -> str:
        if isinstance(self.registry[name], Number):
            value, dated = self.registry.number(name), ""
        else:
            year, _, rest = month.partition("-")
            value = self.registry.at(name, absolute_month(int(year), int(rest)))
            dated = f' data-month="{month}"'
        shown = _KINDS[kind](value, self.language).replace(" ", "\N{NO-BREAK SPACE}")
        return f'<data value="{value:g}" data-parameter="{name}"{dated}>{shown}</data>'

    def lever(self, path: str) -> str:
        lever = lever_at(path)
        return f'<em data-lever="{path}">{lever.label_nl if self.language == "nl" else lever.label}</em>'

    def button(self, key: str) -> str:
        return f'<b class="button">{html.escape(self.pick(self.buttons[key]))}</b>'


def _told(value: Any, marks: _Marks) -> Any:
    """Give what was read with each pair as one text; a table with the path of a lever gets its label and unit."""
    if isinstance(value, dict):
        if "path" in value:
            lever = lever_at(value["path"])
            value = {**value, "label": [f"{{lever {value['path']}}}"] * 2, "unit": [lever.unit, lever.unit_nl]}
        return {key: _told(inner, marks) for key, inner in value.items()}
    if isinstance(value, list) and len(value) == len(LANGUAGES) and all(isinstance(part, str) for part in value):
        return marks.write(marks.pick(value))
    if isinstance(value, list):
        return [_told(inner, marks) for inner in value]
    return value


def write() -> None:
    """Write the pages of both languages anew."""
    for language in LANGUAGES:
        page_file(language).write_text(page(language), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write()
