"""Which outcomes are told first, over which period, and how they are named and written."""

from __future__ import annotations

from typing import NamedTuple

from wijksim.outcomes import OUTCOMES
from wijksim.report.numbers import Language, euro, number, percent, visible
from wijksim.report.pockets import BUDGETS, BY_RULE, POCKET_OUTCOME, POCKETS, RULE_OUTCOME
from wijksim.report.results import PERIOD_DISCOUNTED, PERIOD_LAST_YEAR, PERIOD_TOTAL, Results
from wijksim.scenario.schema import lever_of
from wijksim.settings import Levers

__all__ = [
    "HEADLINES",
    "MAIN_EFFECTS",
    "Headline",
    "label_of",
    "name_with_unit",
    "period_name",
    "value_text",
    "what_if_note",
    "what_if_words",
]


class Headline(NamedTuple):
    """An outcome, and the period over which it is told."""

    outcome: str
    period: str


HEADLINES = (
    Headline("employed_15_74", PERIOD_LAST_YEAR),
    Headline("assistance_persons", PERIOD_LAST_YEAR),
    Headline("assistance_cost", PERIOD_TOTAL),
    Headline("care_cost", PERIOD_TOTAL),
    Headline("gp_contacts", PERIOD_LAST_YEAR),
    Headline("mental_care_users", PERIOD_LAST_YEAR),
    Headline("children_no_work", PERIOD_LAST_YEAR),
    Headline("first_in_two", PERIOD_TOTAL),
    Headline("first_in_three", PERIOD_TOTAL),
    Headline("in_place", PERIOD_LAST_YEAR),
    Headline("unfilled_places", PERIOD_TOTAL),
    Headline("failed_places", PERIOD_TOTAL),
    Headline("liveability", PERIOD_LAST_YEAR),
)

MAIN_EFFECTS = (
    *((headline.outcome, "", headline.period) for headline in HEADLINES),
    *((POCKET_OUTCOME, pocket, PERIOD_TOTAL) for pocket in BUDGETS),
    ("social_balance", "total", PERIOD_TOTAL),
)
"""Outcome, group and period of the effects that are told first: headlines, budgets, and society as a whole."""

_PAIR_LABELS = {
    "deadweight": ("Would have been worked anyway", "Ook zonder plan gewerkt"),
    "displacement": ("Displaced from others", "Verdringing"),
    "displacement_residents": ("Displaced from other residents", "Verdringing van andere bewoners"),
    "displacement_outsiders": ("Displaced from people elsewhere", "Verdringing van mensen van elders"),
    "additionality": ("Really extra", "Echt extra"),
    "break_even_month": ("Has its money back", "Heeft zijn geld terug"),
    "pocket_break_even_month": ("Has its money back", "Heeft zijn geld terug"),
    "break_even_reached": ("Has its money back within the run", "Heeft zijn geld binnen de looptijd terug"),
    "pocket_break_even_reached": ("Has its money back within the run", "Heeft zijn geld binnen de looptijd terug"),
}
_LABELS = {
    ("social_balance", "total"): (
        "Society as a whole, without transfers",
        "Samenleving als geheel, zonder overdrachten",
    ),
    ("liveability", ""): ("Liveability index (start = 100)", "Leefbaarheid (index, begin = 100)"),
    ("ww_after_place", "from_assistance"): (
        "Paid by UWV to people from social assistance after a place (WW, ZW)",
        "Betaald door UWV aan mensen uit de bijstand na een werkplek (WW, Ziektewet)",
    ),
}
"""Names in tables where the label of outcome and group doesn't say enough."""
_POCKETS_OF = {POCKET_OUTCOME: POCKETS, RULE_OUTCOME: BY_RULE}
_PERIODS = {
    PERIOD_LAST_YEAR: ("last year", "laatste jaar"),
    PERIOD_TOTAL: ("whole period", "hele looptijd"),
    PERIOD_DISCOUNTED: ("whole period, discounted to the start", "hele looptijd, in waarde van het begin"),
}
_WHAT_IF = (
    "From {when} on: what-if under frozen rules.",
    "Vanaf {when}: wat-als met bevroren regels.",
)
_APART = (
    "Not only the plan differs: {what} is not the same in all scenarios.",
    "Niet alleen het plan verschilt: {what} is niet in alle scenario's gelijk.",
)


def label_of(outcome: str, group: str, language: Language) -> str:
    """Name of an outcome; an outcome of a process that was put in goes by its key."""
    dutch = language == "nl"
    if outcome in _POCKETS_OF:
        pocket = _POCKETS_OF[outcome][group]
        return pocket.label_nl if dutch else pocket.label
    if outcome in _PAIR_LABELS:
        label = _PAIR_LABELS[outcome][dutch]
        holder = (
            POCKETS[group][dutch]
            if outcome.startswith("pocket")
            else OUTCOMES["balance"].groups.get(group, ("", ""))[dutch]
        )
        return f"{label}: {holder}" if holder else label
    declared = OUTCOMES.get(outcome)
    if declared is None:
        return f"{outcome} {group}".strip()
    label = declared.label_nl if dutch else declared.label
    return f"{label}: {declared.groups[group][dutch]}" if group else label


def name_with_unit(outcome: str, group: str, language: Language) -> str:
    """Name of an outcome with its unit, unless the name or each value (of money, of shares) shows it."""
    if (outcome, group) in _LABELS:
        return _LABELS[outcome, group][language == "nl"]
    name, declared = label_of(outcome, group, language), OUTCOMES.get(outcome)
    if declared is None or declared.unit in ("euro", "share"):
        return name
    unit = declared.unit_nl if language == "nl" else declared.unit
    return name if unit in name.lower() else f"{name} ({unit})"


def what_if_note(results: Results, language: Language) -> str:
    """Say what else is not as it was; empty where there is nothing.

    That is from when on results are a what-if under frozen rules (`mechanisms.md` A15), and whether something that no
    plan decides differs between the scenarios.
    """
    when, dutch = results.what_if_from, language == "nl"
    told = [what_if_words(when, language)] if when else []
    for name in results.circumstances_apart:
        lever = lever_of(Levers, name)
        told += [_APART[dutch].format(what=lever.label_nl if dutch else lever.label)] if lever else []
    return " ".join(told)


def what_if_words(when: str, language: Language) -> str:
    """Say from which month (``YYYY-MM``) on it is a what-if under frozen rules."""
    return _WHAT_IF[language == "nl"].format(when=when.removesuffix("-01"))


def period_name(period: str, language: Language) -> str:
    """Name of a period in words; a calendar year is its own name, others count months from placement."""
    if period in _PERIODS:
        return _PERIODS[period][language == "nl"]
    months, _, rest = period.partition("_")
    if rest:
        return f"{months} maanden vanaf plaatsing" if language == "nl" else f"{months} months from placement"
    return period


def value_text(value: float, unit: str, language: Language, decimals: int) -> str:
    """Write a value in its unit: euro with its sign, a share as a percentage, and nothing where there is no value.

    What isn't zero isn't written as zero; amounts are in whole euros.
    """
    if value != value:
        return ""
    decimals = visible(value, min(decimals, 0) if unit == "euro" else decimals)
    if unit == "euro":
        return euro(value, language, decimals)
    return percent(value, language, max(decimals - 2, 0)) if unit == "share" else number(value, language, decimals)
