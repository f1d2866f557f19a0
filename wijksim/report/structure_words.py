"""What the effects are under other structural variants, in tables and in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from wijksim.report.headlines import label_of, name_with_unit, period_name, value_text
from wijksim.report.intervals import EffectStatus
from wijksim.report.numbers import Language, decimals_for
from wijksim.report.pockets import POCKET_OUTCOME, POCKETS
from wijksim.report.results import PERIOD_LAST_YEAR, PERIOD_TOTAL, Results
from wijksim.settings import CHOICE_LABELS
from wijksim.structure import STRUCTURES

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["StructureTable", "structure_lines", "structure_table", "structure_tables", "variant_words"]

_ASKED = (
    ("employed_15_74", "", PERIOD_LAST_YEAR),
    ("assistance_persons", "", PERIOD_LAST_YEAR),
    (POCKET_OUTCOME, "municipality", PERIOD_TOTAL),
    (POCKET_OUTCOME, "insurers", PERIOD_TOTAL),
    ("social_balance", "total", PERIOD_TOTAL),
)
"""Effects that are told; ``structures.csv`` has more."""

_EXTRA = "additionality"
_OF_NOTE = 0.1
"""Part of an effect from which on a change of it is told: that within which a mean effect counts as precise."""

_WORDS = {
    "title": ("{policy}: if the model works otherwise", "{policy}: als het model anders werkt"),
    "variant": ("the model works so", "zo werkt het model"),
    "effect": ("difference", "verschil"),
    "range": ("chance 90%", "toeval 90%"),
    "change": ("more or less than as computed", "meer of minder dan berekend"),
    "own": ("as computed", "zoals berekend"),
    "own_is": ("As computed: {structure}.", "Zoals berekend: {structure}."),
    "hardly": ("hardly any", "vrijwel geen"),
    "bounds": ("{low} to {high}", "van {low} tot {high}"),
    "changes": ("{x} ({low} to {high})", "{x} (van {low} tot {high})"),
    "none": ("none", "geen"),
    "one_run": ("one run", "één doorrekening"),
    "not_computable": ("not computable", "niet te berekenen"),
    "note": (
        "One thing changed at a time, on the same seeds and the figures of the passports. Ranges of changes are of the"
        " mean, and hold for all variants together with 95%.",
        "Steeds één ding anders, met hetzelfde toeval en dezelfde getallen. De bandbreedtes van wat er verandert gaan"
        " over het gemiddelde, en gelden met 95% voor alle varianten samen.",
    ),
    "stands": (
        "{outcome}: {own} as computed. None of the {n} other ways to model it changes that by a tenth or more.",
        "{outcome}: {own} zoals berekend. Geen van de {n} andere manieren om het model te maken verandert dat met een"
        " tiende of meer.",
    ),
    "not_sure": (
        "{outcome}: {own} as computed. No other way to model it changes that by a tenth or more for certain, but these"
        " runs can't rule it out for: {open}.",
        "{outcome}: {own} zoals berekend. Geen andere manier om het model te maken verandert dat zeker met een tiende"
        " of meer, maar deze doorrekeningen sluiten het niet uit bij: {open}.",
    ),
    "leans": (
        "{outcome} leans on how the model works: {own} as computed, but {others}.",
        "{outcome} hangt af van hoe het model werkt: {own} zoals berekend, maar {others}.",
    ),
    "other": ("{x} if {variant}{sign}", "{x} bij {variant}{sign}"),
    "turned": (" (the other way round)", " (precies andersom)"),
    "lost": (" (the sign is then no longer certain)", " (plus of min is dan niet meer zeker)"),
    "few": (
        "Whether the answer leans on how the model works can't be told from one run; take --replications 10.",
        "Of de uitkomst afhangt van hoe het model werkt, zegt één doorrekening niet; neem --replications 10.",
    ),
    "balance": ("The balance of {party}", "Het saldo van {party}"),
}
_COLUMNS = (
    "scenario", "outcome", "group", "period", "choice", "variant", "effect", "low", "high", "mean_low", "mean_high",
    "change", "change_low", "change_high", "n", "status", "unit",
)  # fmt: skip


class StructureTable(NamedTuple):
    """Effects of one policy under each variant: title, headings, rows (section titles among them) and a note."""

    policy: str
    title: str
    head: list[str]
    rows: list[list[str]]
    note: str


def structure_table(found: dict[str, Any]) -> DataFrame:
    """Give the rows of `structures.csv`."""
    import pandas as pd

    return pd.DataFrame(found["rows"], columns=list(_COLUMNS))


def variant_words(choice: str, variant: str, language: Language) -> str:
    """Say what a variant is, with the choice that it is of."""
    dutch = language == "nl"
    one = STRUCTURES[choice]
    return f"{one.names[dutch]}: {CHOICE_LABELS[one.kind(variant)][dutch]}"


def structure_tables(results: Results, language: Language, *, short: bool = False) -> Iterator[StructureTable]:
    """Effects of each policy under each variant, a section for each effect that is asked for first.

    Variants are named in words, or in short as a scenario file has them.
    """
    found = results.structures
    for policy in results.policies if found else ():
        yield _Teller(results, policy, language).table(short=short)


def structure_lines(results: Results, policy: str, language: Language) -> list[str]:
    """Say for each main effect of a policy whether it leans on how the model works; nothing where that wasn't asked."""
    return list(_Teller(results, policy, language).lines()) if results.structures else []


class _Teller:
    def __init__(self, results: Results, policy: str, language: Language) -> None:
        self.results, self.policy, self.language = results, policy, language
        self.dutch = language == "nl"
        found = results.structures or {"rows": [], "variants": [], "own": {}}
        self.variants = [("", ""), *((choice, variant) for choice, variant in found["variants"])]
        self.own = found["own"]
        self.rows = {
            (row["outcome"], row["group"], row["period"], row["choice"], row["variant"]): row
            for row in found["rows"]
            if row["scenario"] == policy
        }

    def say(self, key: str, **words: str) -> str:
        return _WORDS[key][self.dutch].format(**words)

    def asked(self) -> Iterator[tuple[str, str, str]]:
        """Effects that are told; what is really extra too, where the baseline has no places of its own."""
        extra = [key[:3] for key in self.rows if key[0] == _EXTRA]
        yield from (key for key in _ASKED if (*key, "", "") in self.rows)
        yield from dict.fromkeys(extra[: not self.results.baseline_has_places])

    def of(self, key: tuple[str, str, str]) -> list[tuple[tuple[str, str], dict[str, Any]]]:
        """Rows of an effect by variant, the scenarios' own first."""
        return [(one, self.rows[*key, *one]) for one in self.variants if (*key, *one) in self.rows]

    def name(self, choice: str, variant: str, *, short: bool = False) -> str:
        """Name of a variant: in words, or as a scenario file has it."""
        if short:
            return f"{choice} = {variant}" if choice else self.say("own")
        return variant_words(choice, variant, self.language) if choice else self.say("own")

    def quoted(self, choice: str, variant: str) -> str:
        """A variant in words, in a sentence."""
        return f'"{CHOICE_LABELS[STRUCTURES[choice].kind(variant)][self.dutch]}"'

    def note(self) -> str:
        """What the table is, and what the scenarios have."""
        own = "; ".join(self.name(*one) for one in self.own.items())
        return f"{self.say('note')} {self.say('own_is', structure=own)}"

    def write(self, row: dict[str, Any], name: str) -> str:
        return value_text(row[name], row["unit"], self.language, self.decimals(row)) if row[name] is not None else ""

    def decimals(self, row: dict[str, Any]) -> int:
        """Decimals of the range of an effect."""
        known = [row[key] for key in ("low", "high", "effect") if row[key] is not None]
        return decimals_for(min(known), max(known), known[-1]) if known else 0

    # ------------------------------------------------------------------ table
    def table(self, *, short: bool) -> StructureTable:
        head = [self.say(key) for key in ("variant", "effect", "range", "change")]
        rows = []
        for key in self.asked():
            outcome, group, period = key
            title = f"{name_with_unit(outcome, group, self.language)}, {period_name(period, self.language)}"
            rows.append([f"[{title}]", "", "", ""])
            rows += [[self.name(*one, short=short), *self.cells(row, one)] for one, row in self.of(key)]
        return StructureTable(self.policy, self.say("title", policy=self.policy), head, rows, self.note())

    def cells(self, row: dict[str, Any], change: tuple[str, str]) -> Sequence[str]:
        if row["status"] == EffectStatus.NOT_COMPUTABLE and row["n"] != 1:
            return "", self.say("not_computable"), ""
        bounds = self.say("one_run")
        if row["low"] is not None and row["high"] is not None:
            bounds = self.say("bounds", low=self.write(row, "low"), high=self.write(row, "high"))
        if row["status"] == EffectStatus.DID_NOT_VARY:
            bounds = self.say("none")
        return self.write(row, "effect"), bounds, self.changed(row) if any(change) else ""

    def changed(self, row: dict[str, Any]) -> str:
        if row["change"] is None:
            return ""
        if row["change_low"] is None:
            return self.write(row, "change")
        found = [row[key] for key in ("change", "change_low", "change_high")]
        if not any(found):
            return self.say("none")
        decimals = min(self.decimals(row), decimals_for(found[1], found[2], found[0]))
        if not any(round(value, decimals) for value in found):
            return self.say("hardly")
        x, low, high = (value_text(round(value, decimals), row["unit"], self.language, decimals) for value in found)
        return self.say("changes", x=x, low=low, high=high)

    # ------------------------------------------------------------------ words
    def lines(self) -> Iterator[str]:
        for key in _ASKED:
            told = self.of(key)
            if not told or told[0][0] != ("", "") or told[0][1]["effect"] is None:
                continue
            (_, own), *others = told
            if own["n"] < 2:
                yield self.say("few")
                return
            tenth = _OF_NOTE * abs(own["effect"])
            words = {"outcome": self.title(key), "own": self.write(own, "effect"), "n": str(len(others))}
            moved = [
                self.say("other", x=self.write(row, "effect"), variant=self.quoted(*one), sign=self.sign(own, row))
                for one, row in others
                if _sure(row["change_low"], row["change_high"]) and abs(row["change"]) >= tenth
            ]
            unknown = [
                self.quoted(*one)
                for one, row in others
                if row["change_low"] is None or max(-row["change_low"], row["change_high"]) > tenth
            ]
            if moved:
                yield self.say("leans", others="; ".join(moved), **words)
            elif unknown:
                yield self.say("not_sure", open="; ".join(unknown), **words)
            else:
                yield self.say("stands", **words)

    def sign(self, own: dict[str, Any], other: dict[str, Any]) -> str:
        """Say that the sign of a mean effect, certain as computed, isn't so any more."""
        before, after = (_sure(row["mean_low"], row["mean_high"]) for row in (own, other))
        if not before or before == after:
            return ""
        return self.say("turned" if after else "lost")

    def title(self, key: tuple[str, str, str]) -> str:
        outcome, group, _ = key
        if outcome == POCKET_OUTCOME:
            return self.say("balance", party=POCKETS[group].name_nl if self.dutch else POCKETS[group].name)
        return name_with_unit(outcome, group, self.language) if group else label_of(outcome, "", self.language)


def _sure(low: float | None, high: float | None) -> int:
    """Sign of what lies wholly above or below nought; 0 where it doesn't."""
    if low is None or high is None:
        return 0
    return int(low > 0.0) - int(high < 0.0)
