"""What charts show, in words, for who doesn't see them: the figures at the end, as the tables have them."""

from __future__ import annotations

from wijksim.report.brief_budgets import amounts
from wijksim.report.headlines import label_of
from wijksim.report.numbers import Language, decimals_for, euro, number, span
from wijksim.report.plots import CHARTS, Chart
from wijksim.report.pockets import BUDGETS, POCKET_OUTCOME
from wijksim.report.results import PERIOD_LAST_YEAR, PERIOD_TOTAL, Results
from wijksim.report.style import MOST_POLICIES
from wijksim.report.tables import effect_cells

__all__ = ["alt_texts"]

_WORDS = {
    "over_time": (
        "Line chart, {years}: {label}. {period}: {without} {level}; {plans}.",
        "Lijngrafiek, {years}: {label}. {period}: {without} {level}; {plans}.",
    ),
    "mean": ("Mean of the last year", "Gemiddeld in het laatste jaar"),
    "sum": ("Total of the last year", "Totaal van het laatste jaar"),
    "without": ("without plan", "zonder plan"),
    "plan": ("{policy} {level}, difference {effect}", "{policy} {level}, verschil {effect}"),
    "balance": (
        "Bar chart: who pays, who gains, over {span}. {plans}.",
        "Staafgrafiek: wie betaalt, wie heeft voordeel, over {span}. {plans}.",
    ),
    "compared": (
        "Chart of extra job-years and public cost over {span}: {plans}.",
        "Grafiek van extra baanjaren en publieke kosten over {span}: {plans}.",
    ),
    "point": ("{policy} {work} job-years, {cost}", "{policy} {work} baanjaren, {cost}"),
}


def alt_texts(results: Results, language: Language) -> dict[str, str]:
    """Give the alternative text of each chart of a comparison, by the name of its file.

    Parameters
    ----------
    results : Results
        Of a comparison.
    language : {"en", "nl"}
        Language of the texts.

    Returns
    -------
    dict of str to str
        Of charts over time the level without and with each plan, and the difference with its range; of the pockets
        each balance; of plans compared what each gives and costs.
    """
    texts = {name: _over_time(results, chart, language) for name, chart in CHARTS.items()}
    texts["balance"] = _balance(results, language)
    if results.ranking:
        texts["plans_compared"] = _compared(results, language)
    return texts


def _say(key: str, language: Language, **words: str) -> str:
    return _WORDS[key][language == "nl"].format(**words)


def _drawn(results: Results) -> tuple[str, ...]:
    return results.policies[:MOST_POLICIES]


def _over_time(results: Results, chart: Chart, language: Language) -> str:
    years = list(results.deflators)
    level, plans = "", []
    for policy in _drawn(results):
        cells = effect_cells(results, (policy, chart.outcome, "", PERIOD_LAST_YEAR), language)
        if cells is not None:
            _, _, _, without, with_plan, effect, ranged, _ = cells
            level = level or without
            difference = f"{effect} ({ranged})" if results.replications > 1 else effect
            plans.append(_say("plan", language, policy=policy, level=with_plan, effect=difference))
    return _say(
        "over_time",
        language,
        years=f"{years[0]}-{years[-1]}",
        label=label_of(chart.outcome, "", language),
        period=_say("sum" if chart.is_money else "mean", language),
        without=results.scenarios[0] if results.baseline_is_a_plan else _say("without", language),
        level=level,
        plans="; ".join(plans),
    )


def _balance(results: Results, language: Language) -> str:
    """Balances of each plan; with ranges where there is one, as a text for the ear must end."""
    alone = len(results.policies) == 1 and results.replications > 1
    rows = results.effects_by_key(results.told)
    plans = []
    for policy in _drawn(results):
        told = []
        for key in BUDGETS:
            amount, ranged = amounts(rows[policy, POCKET_OUTCOME, key, PERIOD_TOTAL], language)
            ranged = f" ({ranged})" if alone and ranged else ""
            told.append(f"{label_of(POCKET_OUTCOME, key, language)} {amount}{ranged}")
        plans.append(f"{policy}: {'; '.join(told)}")
    return _say("balance", language, span=span(results.months, language), plans=". ".join(plans))


def _compared(results: Results, language: Language) -> str:
    points = []
    for plan in (results.ranking or {"plans": []})["plans"]:
        cost = -plan["public_balance"]["value"]
        points.append(
            _say(
                "point",
                language,
                policy=plan["name"],
                work=number(plan["job_years"]["value"], language, 1),
                cost=euro(cost, language, min(decimals_for(cost, cost, cost), 0)),
            )
        )
    return _say("compared", language, span=span(results.months, language), plans="; ".join(points))
