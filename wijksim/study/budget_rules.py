"""What the rules of budgets move: the municipality with and without a budget that follows, insurers unequalised.

A run has one scale. What it would be at the other is computed from it by the rule of the model itself, which is exact:
the benefit budget moves money between State and municipality and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.accounts import CENTS_PER_EURO, Category, Party, split_cents
from wijksim.agents.national_government import NationalGovernment
from wijksim.calendar import MONTHS_PER_YEAR, month_of_year, year_of
from wijksim.parameters import Registry
from wijksim.report.pockets import BY_RULE, POCKETS, RULE_OUTCOME
from wijksim.report.results import PERIOD_TOTAL
from wijksim.scenario import Scenario
from wijksim.settings import PolicyScale
from wijksim.state import MunicipalityState
from wijksim.study.draws import with_draw
from wijksim.study.effects import Frame, Pairs, level_effects
from wijksim.study.replicate import Reduced, Replication, Series

__all__ = ["benefit_budgets", "rule_effects"]

_CENT_DECIMALS = 2

Floats = NDArray[np.float64]
Cents = NDArray[np.int64]


def rule_effects(
    scenario: Scenario, place: int, done: Sequence[Replication], drawn: Sequence[Replication], frame: Frame
) -> list[dict[str, Any]]:
    """Effects of one policy on the balances of `BY_RULE`, by calendar year and over the whole run.

    Parameters
    ----------
    scenario : Scenario
        The policy.
    place : int
        Where it stands in each replication.
    done, drawn : sequence of Replication
        At the figures of the passports, and with drawn parameters.
    frame : Frame
        Time of the study; money is in euro of its price year.

    Returns
    -------
    list of dict
        Columns of the table of effects, by name.
    """
    pairs, of_draws = (_pairs(scenario, place, part, frame) for part in (done, drawn))
    if pairs is None:
        return []
    series = [Series(RULE_OUTCOME, key, "euro", is_flow=True, is_money=True) for key in BY_RULE]
    years = {*map(str, frame.deflators), PERIOD_TOTAL}  # within a year these amounts aren't known by month
    parts = []
    for part in level_effects(scenario.name, series, pairs, frame, of_draws):
        wanted = [period in years for period in part["period"]]
        parts.append({name: list(compress(values, wanted)) for name, values in part.items()})
    return parts


def _pairs(scenario: Scenario, place: int, replications: Sequence[Replication], frame: Frame) -> Pairs | None:
    """Balances of each pair of runs, each year's in its first month."""
    sides: tuple[list[Floats], list[Floats]] = ([], [])
    for one in replications:
        both = [run for run in (one.runs[0], one.runs[place]) if run is not None]
        if len(both) < len(sides):
            continue
        registry = with_draw(scenario.registry, one.values)
        for side, run in zip(sides, both, strict=True):
            side.append(_balances(run, registry, frame))
    return Pairs(*map(np.array, sides)) if sides[0] else None


def _balances(run: Reduced, registry: Registry, frame: Frame) -> Floats:
    """Balances of `BY_RULE` in euro of the price year, shape (months, groups); each year's in its first month."""
    years = np.array([year_of(frame.start + month) for month in range(frame.months)])
    euro = {key: _balance_of(run, key) for key in ("municipality", "state", "insurers")}
    budgets = {scale: benefit_budgets(run, registry, frame, scale) for scale in PolicyScale}
    found = np.zeros((frame.months, len(BY_RULE)))
    for year, deflator in frame.deflators.items():
        within = years == year
        booked, equalised = (
            _received(run, year, category, party) / CENTS_PER_EURO
            for category, party in (
                (Category.ASSISTANCE_BUDGET, Party.MUNICIPALITY_ASSISTANCE),
                (Category.RISK_EQUALISATION, Party.INSURERS),
            )
        )
        local, national = (
            budgets[scale][within].sum() / CENTS_PER_EURO - booked
            for scale in (PolicyScale.LOCAL, PolicyScale.NATIONAL)
        )
        municipality, state, insurers = (balance[within].sum() for balance in euro.values())
        by_rule = {
            "municipality_alone": municipality + local,
            "municipality_all": municipality + national,
            "state_alone": state - local,
            "state_all": state - national,
            "insurers_before": insurers - equalised,
        }
        # In whole cents, as they are: what is the same in both runs of a pair doesn't differ by how it was added up.
        found[within.argmax()] = [deflator * round(by_rule[key], _CENT_DECIMALS) for key in BY_RULE]
    return found


def _balance_of(run: Reduced, pocket: str) -> Floats:
    """Balance of a pocket, euro of each month, shape (months,)."""
    groups = {party.name.lower() for party in POCKETS[pocket].parties}
    columns = [item.outcome == "balance" and item.group in groups for item in run.series]
    balance: Floats = run.values[:, columns].sum(axis=1)
    return balance


def _received(run: Reduced, year: int, category: Category, party: Party) -> int:
    """Cents that a party received under a category in a year, less what it paid."""
    return sum(
        cents if payee is party else -cents
        for (when, payer, payee, why), cents in run.ledger.items()
        if when == year and why is category and party in (payer, payee)
    )


def benefit_budgets(run: Reduced, registry: Registry, frame: Frame, scale: PolicyScale) -> Cents:
    """Benefit budget (BUIG) that the wijk of a run would have had at a scale all along, by the rule of the model.

    Parameters
    ----------
    run : Reduced
        At any scale.
    registry : Registry
        That of the run.
    frame : Frame
        Its time.
    scale : PolicyScale
        Whether the budget follows what all municipalities spend.

    Returns
    -------
    array of int64, shape (months,)
        Cents of each month.
    """
    assistance, subsidy = (_cents_of(run, outcome) for outcome in ("assistance_cost", "wage_cost_subsidy"))
    memory = MunicipalityState(
        assistance_budget_start=int(assistance[0]) * MONTHS_PER_YEAR,
        subsidy_budget_start=int(subsidy[0]) * MONTHS_PER_YEAR,
    )
    spent = [0, 0]
    budget = np.zeros(frame.months, np.int64)
    for index in range(frame.months):
        at = frame.start + index
        norm, macro = (
            registry.value_in(name, at) / registry.value_in(name, frame.start)
            for name in ("benefit_norm_single_net", "buig_macro_budget")
        )
        if index == 0 or month_of_year(at) == 1:
            memory.assistance_budget_year = NationalGovernment.assistance_budget(
                memory,
                macro_growth=macro,
                norm_growth=norm,
                subsidy_share=registry.value_in("lks_from_buig_share", at),
                scale=scale,
                lag_years=round(registry.number("buig_budget_adjustment_lag") / MONTHS_PER_YEAR),
            )
        twelfths = split_cents(memory.assistance_budget_year, np.ones(MONTHS_PER_YEAR))
        budget[index] = twelfths[month_of_year(at) - 1]
        spent = [spent[0] + int(assistance[index]), spent[1] + int(subsidy[index])]
        if month_of_year(at) == MONTHS_PER_YEAR:
            part = min(index + 1, MONTHS_PER_YEAR) / MONTHS_PER_YEAR
            memory.assistance_spent_by_year += (spent[0] / norm / part,)
            memory.subsidy_spent_by_year += (spent[1] / norm / part,)
            spent = [0, 0]
    return budget


def _cents_of(run: Reduced, outcome: str) -> Cents:
    column = next(place for place, item in enumerate(run.series) if item.outcome == outcome)
    cents: Cents = np.rint(run.values[:, column] * CENTS_PER_EURO).astype(np.int64)
    return cents
