"""What several plans are compared by: measures, costs of one unit, and their words."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from wijksim.report.numbers import Language, decimals_for, euro, number, percent

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = [
    "BEST",
    "COSTS",
    "MEASURES",
    "PUBLIC",
    "Frontier",
    "RankTable",
    "RatioStatus",
    "rank_tables",
    "ranking_table",
]

MEASURES = ("job_years", "off_assistance", "gp_contacts_avoided", "municipality_balance", "public_balance")
"""Sums over the whole run, policy minus baseline; more is better."""

PUBLIC = ("municipality", "state", "uwv", "health_fund", "insurers", "pooled_fund")
"""Pockets whose balances together are the public one, the health insurers in it, and what is left in the pooled fund:
they paid it in, and it isn't spent."""

COSTS = {
    "public_per_job_year": ("public_balance", "job_years"),
    "municipality_per_job_year": ("municipality_balance", "job_years"),
    "public_per_year_off_assistance": ("public_balance", "off_assistance"),
    "public_per_gp_contact_avoided": ("public_balance", "gp_contacts_avoided"),
}
"""Costs of one unit: what costs, and of what."""


BEST = {"job_years": "most_work", "municipality_balance": "best_municipality", "public_balance": "best_public"}
"""Measures by which is told how often a plan is the best, and the word for each."""


class RatioStatus(StrEnum):
    """What can be said of the cost of one unit."""

    OK = "ok"
    SAVES = "saves"
    NO_SURE_EFFECT = "no_sure_effect"
    NO_SURE_SAVING = "no_sure_saving"


class Frontier(StrEnum):
    """Where a plan stands among others by effect and cost."""

    ON = "on"
    DOMINATED = "dominated"
    EXTENDEDLY_DOMINATED = "extendedly_dominated"


class RankTable(NamedTuple):
    """A table in words: what it is of, its columns, its rows, and a note."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str


_WORDS = {
    "plan": ("Plan", "Plan"),
    "none": ("Without plan", "Zonder plan"),
    "job_years": ("Extra job-years", "Extra baanjaren"),
    "off_assistance": ("Years off social assistance", "Jaren uit de bijstand"),
    "gp_contacts_avoided": ("GP contacts avoided", "Huisartscontacten minder"),
    "municipality_balance": ("Municipality, balance", "Gemeente, saldo"),
    "public_balance": ("All public budgets and insurers, balance", "Alle overheden en verzekeraars samen, saldo"),
    "public_per_job_year": ("Public cost of an extra job-year", "Publieke kosten van een extra baanjaar"),
    "municipality_per_job_year": ("Cost for the municipality of one", "Kosten voor de gemeente van een baanjaar"),
    "public_per_year_off_assistance": (
        "Public cost of a year off social assistance",
        "Publieke kosten van een jaar uit de bijstand",
    ),
    "public_per_gp_contact_avoided": (
        "Public cost of a GP contact avoided",
        "Publieke kosten van een huisartscontact minder",
    ),
    "given": ("What the plans give", "Wat de plannen opleveren"),
    "costs": ("What one unit costs", "Wat één eenheid kost"),
    "best": ("How often is each plan the best?", "Hoe vaak is elk plan het beste?"),
    "range": ("{value} ({low} to {high})", "{value} ({low} tot {high})"),
    "saves": ("saves money", "bespaart geld"),
    "no_sure_effect": ("cannot be said: no sure effect", "niet te zeggen: effect niet zeker"),
    "no_sure_saving": ("cannot be said: may save or cost", "niet te zeggen: kan geld besparen of kosten"),
    "most_work": ("Most work", "Meeste werk"),
    "best_municipality": ("Best for the municipality", "Beste voor de gemeente"),
    "best_public": ("Best for public budgets and insurers", "Beste voor overheden en verzekeraars"),
    "given_note": (
        "Sums over the whole run, plan minus without; euro of {year}. A minus is a loss. Public budgets:"
        " municipality, State, UWV, health insurance fund and pooled fund. What business parks and clients pay is not"
        " in them.",
        "Opgeteld over de hele looptijd, met plan min zonder; euro van {year}. Een min is een verlies. Overheden:"
        " gemeente, Rijk, UWV, Zorgverzekeringsfonds en gezamenlijke pot. Wat bedrijvenparken en klanten betalen zit"
        " er niet in.",
    ),
    "costs_note": (
        "Mean cost divided by mean effect; told only where the whole range of the effect is above zero.",
        "Gemiddelde kosten gedeeld door gemiddeld effect; alleen als het effect in de hele bandbreedte boven nul ligt.",
    ),
    "draws": (
        "Out of {n} draws of all uncertain numbers, the same for each plan. Having no plan can be best too.",
        "Uit {n} trekkingen van alle onzekere getallen, voor elk plan dezelfde. Ook zonder plan kan het beste zijn.",
    ),
    "replications": (
        "Out of {n} runs that differ by chance alone, the same luck for each plan. Having no plan can be best too.",
        "Uit {n} doorrekeningen, alleen door toeval, voor elk plan hetzelfde. Ook zonder plan kan het beste zijn.",
    ),
    "frontier": ("Effect and cost", "Effect en kosten"),
    "on": ("on the frontier", "op de grens"),
    "dominated": ("another is better and not dearer", "een ander is beter en niet duurder"),
    "extendedly_dominated": ("a mix of two others is better", "een mix van twee andere is beter"),
    "step": ("Public cost of each further job-year", "Publieke kosten per baanjaar erbij"),
    "status": ("Place", "Plaats"),
    "cost": ("Public cost", "Publieke kosten"),
    "frontier_note": (
        "The frontier holds the plans that give most work for their cost; having no plan can be on it too.",
        "Op de grens liggen de plannen die voor hun kosten het meeste werk geven. Ook 'zonder plan' kan daarop liggen.",
    ),
}
_MONEY = ("municipality_balance", "public_balance")


def rank_tables(ranking: dict[str, Any], price_year: int, language: Language) -> Iterator[RankTable]:
    """Tell a ranking in tables.

    Parameters
    ----------
    ranking : dict
        As :func:`wijksim.study.ranking.rank_plans` gives it.
    price_year : int
        Of the amounts.
    """
    plans = ranking["plans"]

    def word(key: str, **values: str) -> str:
        return _WORDS[key][language == "nl"].format(**values)

    def name_of(name: str) -> str:
        return name or word("none")

    def rounded(value: float) -> str:
        return euro(value, language, decimals_for(value, value, value))

    def told(cell: dict[str, Any], *, money: bool) -> str:
        if cell.get("status", RatioStatus.OK) != RatioStatus.OK:
            return word(cell["status"])
        few = decimals_for(cell["low"], cell["high"], cell["value"]) if cell["low"] is not None else 0

        def shown(value: float) -> str:
            return euro(value, language, few) if money else number(value, language, few)

        if cell["low"] is None or cell["high"] is None:
            return shown(cell["value"])
        return word("range", value=shown(cell["value"]), low=shown(cell["low"]), high=shown(cell["high"]))

    def rows_of(keys: tuple[str, ...], money: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
        return tuple((plan["name"], *(told(plan[key], money=key in money) for key in keys)) for plan in plans)

    columns = (word("plan"), *(word(key) for key in MEASURES))
    yield RankTable(word("given"), columns, rows_of(MEASURES, _MONEY), word("given_note", year=str(price_year)))
    costs = tuple(COSTS)
    columns = (word("plan"), *(word(key) for key in costs))
    yield RankTable(word("costs"), columns, rows_of(costs, costs), word("costs_note"))
    rows = tuple(
        (
            name_of(point["name"]),
            number(point["effect"], language, 1),
            rounded(point["cost"]),
            word(point["status"]),
            "" if point["icer"] is None else rounded(point["icer"]),
        )
        for point in ranking["frontier"]
    )
    columns = (word("plan"), word("job_years"), word("cost"), word("status"), word("step"))
    yield RankTable(word("frontier"), columns, rows, word("frontier_note"))
    shares = ranking["best"]
    how_often = tuple(
        (name_of(one["name"]), *(percent(shares[measure][place]["share"], language) for measure in BEST))
        for place, one in enumerate(shares["job_years"])
    )
    columns = (word("plan"), *(word(key) for key in BEST.values()))
    yield RankTable(word("best"), columns, how_often, word(ranking["of"], n=str(ranking["n"])))


def ranking_table(ranking: dict[str, Any]) -> DataFrame:
    """Give the rows of `ranking.csv`: plan, measure, value, low, high, status."""
    import pandas as pd

    rows: list[dict[str, Any]] = []
    for plan in ranking["plans"]:
        for measure in (*MEASURES, *COSTS):
            rows.append({"scenario": plan["name"], "measure": measure, "status": "", **plan[measure]})
    for point in ranking["frontier"]:
        name = {"scenario": point["name"], "measure": "frontier"}
        rows.append(name | {"value": point["icer"], "status": point["status"]})
    for measure, shares in ranking["best"].items():
        for one in shares:
            name = {"scenario": one["name"], "status": f"{ranking['of']}: {ranking['n']}"}
            rows.append(name | {"measure": f"best_share.{measure}", "value": one["share"]})
            rows.append(name | {"measure": f"regret.{measure}", "value": one["regret"]})
    return pd.DataFrame(rows, columns=["scenario", "measure", "value", "low", "high", "status"])
