"""All effects of all policies of a comparison, and the main ones run by run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.report.headlines import MAIN_EFFECTS
from wijksim.scenario import Scenario
from wijksim.study.budget_rules import rule_effects
from wijksim.study.effects import Frame, by_period, level_effects, monthly_pairs
from wijksim.study.pair_effects import additionality_effects, break_even_effects
from wijksim.study.replicate import Replication

__all__ = ["main_effects", "policy_effects"]

Floats = NDArray[np.float64]


def policy_effects(
    scenarios: Sequence[Scenario],
    done: Sequence[Replication],
    drawn: Sequence[Replication],
    frame: Frame,
    seed: int,
) -> list[dict[str, Any]]:
    """Columns of the table of effects, for each policy of which a pair of runs worked.

    Parameters
    ----------
    scenarios : sequence of Scenario
        The baseline first.
    done, drawn : sequence of Replication
        At the figures of the passports, and with drawn parameters.
    frame : Frame
        Time of the study.
    seed : int
        Of the bootstraps.
    """
    parts = []
    for place, scenario in enumerate(scenarios[1:], start=1):
        found = monthly_pairs(done, place, frame)
        if found is None:
            continue
        series, pairs = found
        of_draws = monthly_pairs(drawn, place, frame)
        draws = of_draws[1] if of_draws is not None else None
        window = round(scenario.registry.number("additionality_window_months"))
        counted, counted_draws = (
            [pair for r in part if (pair := r.pairs[place - 1]) is not None] for part in (done, drawn)
        )
        parts += level_effects(scenario.name, series, pairs, frame, draws)
        parts += rule_effects(scenario, place, done, drawn, frame)
        parts += additionality_effects(scenario.name, counted, window, seed, counted_draws)
        parts += break_even_effects(scenario.name, series, pairs, seed, draws)
    return parts


def main_effects(done: Sequence[Replication], place: int, frame: Frame) -> Floats:
    """Main effects of a policy in each replication; not a number where a run failed or an outcome has no value.

    Parameters
    ----------
    done : sequence of Replication
        Pairs of runs.
    place : int
        Of the policy among the scenarios.
    frame : Frame
        Time of the study; money is in euro of its price year.

    Returns
    -------
    array of float64, shape (replications, `MAIN_EFFECTS`)
    """
    found = np.full((len(done), len(MAIN_EFFECTS)), np.nan)
    monthly = monthly_pairs(done, place, frame)
    if monthly is None:
        return found
    series, pairs = monthly
    worked = [number for number, one in enumerate(done) if one.runs[0] is not None and one.runs[place] is not None]
    before, after = (by_period(side, series, frame.periods()) for side in pairs)
    columns = {(item.outcome, item.group): column for column, item in enumerate(series)}
    for cell, (outcome, group, period) in enumerate(MAIN_EFFECTS):
        if (outcome, group) in columns:
            at = (slice(None), columns[outcome, group], before.periods.index(period))
            found[worked, cell] = after.values[at] - before.values[at]
    return found
