"""All runs of one seed, reduced to the sums that figures are made of before they leave the worker."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial

from wijksim.model import Neighbourhood
from wijksim.scenario import Scenario
from wijksim.study.engines import Tick
from wijksim.study.validation.care import CARE_STATISTICS, TWIN_STATISTICS, care_figures, twin_figures
from wijksim.study.validation.children import (
    CHILD_TWIN_STATISTICS,
    GENERATION_STATISTICS,
    Childhood,
    child_twin_figures,
    generation_figures,
)
from wijksim.study.validation.estimates import Sums
from wijksim.study.validation.panel import ALL_FIELDS, Panel, Recording
from wijksim.study.validation.plans import FAILURES, PLAN_STATISTICS, Observed, failure_figures, policy_figures
from wijksim.study.validation.standards import load_standards
from wijksim.study.validation.wijken import WIJKEN_STATISTICS, wijken_figures, wijken_months
from wijksim.study.validation.work import WORK_STATISTICS, fields_for, work_figures

__all__ = ["BASELINE", "LONG_MONTHS", "STATISTICS", "OneSeed", "Part", "bounds_of", "parts_of"]

BASELINE = "baseline"

LONG_MONTHS = 480
"""Runs in which children grow up."""

_TWINS_AFTER = 24
_TWINS_MONTHS = 24
_UNEMPLOYMENT = {"": 1.0, "_plenty": 0.3, "_scarce": 1.5}
"""Long runs, by the ending of their figures: regional unemployment as it was, and times a factor in all months."""


class Part(StrEnum):
    """Runs that some statistics need and others don't."""

    LIVES = "lives"
    TWINS = "twins"
    PLANS = "plans"
    CHILDREN = "children"
    CHILDREN_PLENTY = "children_plenty"
    CHILDREN_SCARCE = "children_scarce"
    CHILDHOOD = "childhood"
    CHILDHOOD_PLENTY = "childhood_plenty"
    CHILDHOOD_SCARCE = "childhood_scarce"
    WIJKEN = "wijken"


STATISTICS: Mapping[str, Part] = {
    **dict.fromkeys((*WORK_STATISTICS, *CARE_STATISTICS), Part.LIVES),
    **dict.fromkeys(TWIN_STATISTICS, Part.TWINS),
    **dict.fromkeys(PLAN_STATISTICS, Part.PLANS),
    **{f"{name}{end}": Part(f"children{end}") for end in _UNEMPLOYMENT for name in GENERATION_STATISTICS},
    **{f"{name}{end}": Part(f"childhood{end}") for end in _UNEMPLOYMENT for name in CHILD_TWIN_STATISTICS},
    **dict.fromkeys(WIJKEN_STATISTICS, Part.WIJKEN),
}
"""Every statistic, and the runs that it is counted from."""


_SIGNED = re.compile(
    "twin_|effect_|pocket_|child_twin|child_benefit_gap|distress_d_|mh_(raw|matched)_gap|displacement|"
    "gp_contacts_saved|.*_place_year|.*_slump_minus_boom"
)
"""Differences, which may be below zero; all others are counts over counts, or ratios of these."""


def bounds_of(statistic: str) -> tuple[float, float]:
    """Least and most that a statistic can be: a correlation lies between -1 and 1, a count over a count above 0."""
    if STATISTICS[statistic] is Part.WIJKEN:
        return -1.0, 1.0
    return (-math.inf if _SIGNED.match(statistic) else 0.0), math.inf


def parts_of(statistics: Collection[str]) -> frozenset[Part]:
    """Runs that some statistics need."""
    return frozenset(STATISTICS[name] for name in statistics)


@dataclass(frozen=True)
class OneSeed:
    """Work of one seed; gives sums by scenario and figure. Sent to each worker once.

    Parameters
    ----------
    baseline : Scenario
        The wijk without a plan, 2015 to 2024.
    plans : mapping of str to Scenario
        Plans by name, compared with the baseline.
    wijken : tuple of Scenario
        The wijken whose order is compared, as the standards name them.
    parts : frozenset of Part
        What is to be run.
    long_months : int
        Length of the runs in which children grow up.
    wanted : frozenset of str, optional
        Statistics that are of use; others of the runs without a plan may then be left out, which saves time and
        lets runs end before the years that they are counted in.
    """

    baseline: Scenario
    plans: Mapping[str, Scenario]
    wijken: tuple[Scenario, ...] = ()
    parts: frozenset[Part] = frozenset(Part)
    long_months: int = LONG_MONTHS
    wanted: frozenset[str] | None = None

    @property
    def months(self) -> int:
        """Months of all runs of a seed, for progress."""
        return sum(months for months, _ in self._jobs())

    def __call__(self, seed: int, tick: Tick) -> dict[str, Sums]:
        """Run them."""
        figures: dict[str, Sums] = {BASELINE: {}}
        done = 0
        for months, job in self._jobs():
            for scenario, sums in job(seed).items():
                figures.setdefault(scenario, {}).update(sums)
            done += months
            tick(done)
        return figures

    def _jobs(self) -> list[tuple[int, Callable[[int], dict[str, Sums]]]]:
        """What is to be done, and in how many months."""
        jobs: list[tuple[int, Callable[[int], dict[str, Sums]]]] = []
        horizon = self.baseline.settings.months
        plans = self.plans if Part.PLANS in self.parts else {}
        if plans or Part.LIVES in self.parts:
            jobs.append((horizon * (1 + len(plans)), partial(self._lives, plans=plans)))
        if Part.TWINS in self.parts:
            jobs.append((_TWINS_AFTER + 2 * _TWINS_MONTHS, self._twins))
        for ending, factor in _UNEMPLOYMENT.items():
            twice = f"childhood{ending}" in self.parts
            if twice or f"children{ending}" in self.parts:
                months = self.long_months * (3 if twice else 1)
                jobs.append((months, partial(self._generations, ending=ending, factor=factor, twins=twice)))
        if Part.WIJKEN in self.parts:
            months = sum(wijken_months(told) for told in self.wijken)
            jobs.append((months, lambda seed: {BASELINE: wijken_figures(self.wijken, seed, load_standards())}))
        return jobs

    def _lives(self, seed: int, plans: Mapping[str, Scenario]) -> dict[str, Sums]:
        care = self.wanted is None or not self.wanted.isdisjoint(CARE_STATISTICS)
        pairs = bool(plans) and (self.wanted is None or not self.wanted.isdisjoint({*PLAN_STATISTICS} - {FAILURES}))
        fields = ALL_FIELDS if care or pairs else fields_for(self.wanted)
        baseline = _observed(self.baseline, seed, fields, keep_histories=pairs)
        figures = {BASELINE: work_figures(baseline.panel, self.wanted)}
        if care:
            figures[BASELINE] |= care_figures(baseline.panel, load_standards())
        for name, policy in plans.items():
            if pairs:
                figures[name] = policy_figures(baseline, _observed(policy, seed), policy.registry)
            else:
                recording = _recorded(policy, seed)
                figures[name] = failure_figures(recording.failed, recording.running)
        return figures

    def _twins(self, seed: int) -> dict[str, Sums]:
        begin = Neighbourhood(self.baseline, seed=seed)
        for _ in range(_TWINS_AFTER):
            begin.step()
        figures = twin_figures(begin.state, self.baseline, seed, _TWINS_MONTHS)
        begin.close()
        return {BASELINE: figures}

    def _generations(self, seed: int, ending: str, factor: float, twins: bool) -> dict[str, Sums]:
        settings = self.baseline.settings
        levers = replace(settings.levers, unemployment_factor=factor)
        longer = replace(self.baseline, settings=replace(settings, months=self.long_months, levers=levers))
        figures: Sums = {}
        panels = []
        for childhood in (None, Childhood(1.0), Childhood(0.0)) if twins else (None,):
            recording = Recording(())
            before = {} if childhood is None else {"upbringing": childhood}
            model = Neighbourhood(longer, seed=seed, before=before, after={"measurement": recording})
            model.run()
            panels.append(Panel(model, recording))
            if childhood is None:
                figures |= generation_figures(panels[0], model)
            model.close()
        if twins:
            figures |= child_twin_figures(*panels)
        return {BASELINE: {f"{name}{ending}": sums for name, sums in figures.items()}}


def _recorded(told: Scenario, seed: int) -> Recording:
    recording = Recording(())
    model = Neighbourhood(told, seed=seed, after={"measurement": recording}, keep_histories=False)
    for _ in range(told.settings.months):
        model.step()
    model.close()
    return recording


def _observed(
    told: Scenario, seed: int, fields: Sequence[str] = ALL_FIELDS, *, keep_histories: bool = True
) -> Observed:
    recording = Recording(fields)
    model = Neighbourhood(told, seed=seed, after={"measurement": recording}, keep_histories=keep_histories)
    run = model.run()
    observed = Observed(run, Panel(model, recording))
    model.close()
    return observed
