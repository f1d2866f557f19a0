"""Small runs made by hand, in place of the model, so that tests of studies know what must come out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from wijksim.accounts import Category, Party, Posting
from wijksim.outcomes import outcome_names
from wijksim.record import Histories, OutcomeTable, Run
from wijksim.scenario import Scenario
from wijksim.settings import EnterprisePlan, PlaceKind, Sector, TargetGroup

NAMES = outcome_names()
PLAN = EnterprisePlan("hulp", Sector.HOME_HELP, PlaceKind.PAID_JOBS, TargetGroup.ANYONE, places=1)
PEOPLE = 6
PAID, IN_PLACE, UNPAID = 2, 3, 8


def scenario(name, *, months=24, residents=150, plans=0, source="baseline"):
    """Baseline, or a policy whose strength in `HandmadeNeighbourhood` is its number of enterprises."""
    base = Scenario.from_file(source, months=months, residents=residents)
    enterprises = tuple(replace(PLAN, key=f"hulp{k}") for k in range(plans))
    return replace(base, settings=replace(base.settings, name=name, enterprises=enterprises))


def histories(months, *, paid_from=None, placed_in=None, in_place=None, uids=None):
    """Everybody without work, but for persons (by place) paid from a month on, placed in a month, or in a place."""
    uids = np.arange(PEOPLE) if uids is None else np.array(uids)
    status = np.full((months, uids.size), UNPAID, np.int8)
    for person, month in (paid_from or {}).items():
        status[month:, person] = PAID
    for person, (first, end) in (in_place or {}).items():
        status[first:end, person] = IN_PLACE
    first_placed = np.full(uids.size, -1, np.int32)
    for person, month in (placed_in or {}).items():
        first_placed[person] = month
    return Histories(uids.astype(np.int64), status, first_placed)


class HandmadeNeighbourhood:
    """Every plan brings 2 people into work, costs the municipality 1 000 euro a month and brings the state 250.

    Values of the baseline are drawn from the seed, so that runs differ and pairs don't.
    """

    processes = ()
    failing_seeds: frozenset[int] = frozenset()

    def __init__(self, scenario, *, seed, keep_histories):
        self.scenario, self.seed = scenario, seed
        self.closed = False

    def run(self, progress=None):
        settings = self.scenario.settings
        plans = len(settings.enterprises)
        if plans and self.seed in self.failing_seeds:
            raise ArithmeticError("the plan can't be carried out")
        values = np.random.default_rng(self.seed).integers(50, 100, (settings.months, len(NAMES))).astype(float)
        place = {name: column for column, name in enumerate(NAMES)}
        values[:, place["births", ""]] = np.nan
        values[:, place["placed", ""]] = 0.0
        values[0, place["placed", ""]] = plans
        values[:, place["employed_15_74", ""]] += 2 * plans
        values[:, place["assistance_persons", ""]] -= plans
        values[:, place["balance", "participation_budget"]] -= 1000 * plans
        values[:, place["balance", "state_tax"]] += 250 * plans
        ledger = [
            Posting(
                settings.start + month,
                Party.PARTICIPATION_BUDGET,
                Party.SOCIAL_ENTERPRISES,
                Category.ENTERPRISE_GRANT,
                100_000 * plans,
            )
            for month in range(settings.months)
            if plans
        ]
        if progress is not None:
            for month in range(settings.months):
                progress(month + 1, settings.months)
        return Run(
            settings.name,
            self.seed,
            settings.start,
            settings.months,
            OutcomeTable(NAMES, values),
            ledger,
            np.zeros(settings.months),
            np.zeros(settings.months),
            histories(settings.months, paid_from={0: 0} if plans else {}, placed_in={0: 0} if plans else {}),
        )

    def close(self):
        self.closed = True
