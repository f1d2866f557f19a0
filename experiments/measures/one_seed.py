"""All runs of one seed, reduced to the sums that figures are made of before they leave the worker."""

from __future__ import annotations

from dataclasses import dataclass, replace

from experiments.measures.care import care_figures, twin_figures
from experiments.measures.generations import Childhood, child_twin_figures, generation_figures
from experiments.measures.panel import ALL_FIELDS, Panel, Recording
from experiments.measures.policy import Observed, policy_figures
from experiments.measures.work import Sums, work_figures
from wijksim.model import Neighbourhood
from wijksim.scenario import Scenario
from wijksim.study.engines import Tick

__all__ = ["BASELINE", "GENERATIONS", "POLICIES", "OneSeed"]

BASELINE = "baseline"
POLICIES = ("woonhulp", "terreinbeheer", "beide", "subsidie_gehalveerd")
GENERATIONS = {"": 1.0, "_plenty": 0.3, "_scarce": 1.5}
"""Long runs, by the ending of their figures: regional unemployment as it was, and times a factor in all months."""

_LONG_MONTHS = 480
_TWINS_AFTER = 24


@dataclass(frozen=True)
class OneSeed:
    """Work of one seed: baseline, policies and long runs; gives sums by scenario and figure."""

    residents: int | None = None

    def __call__(self, seed: int, tick: Tick) -> dict[str, Sums]:
        """Run them."""
        told = Scenario.from_file(BASELINE, residents=self.residents)
        baseline = self._observed(told, seed)
        figures = {BASELINE: work_figures(baseline.panel) | care_figures(baseline.panel, told.registry)}
        tick(1)
        begin = Neighbourhood(told, seed=seed)
        for _ in range(_TWINS_AFTER):
            begin.step()
        figures[BASELINE] |= twin_figures(begin.state, told, seed)
        begin.close()
        for place, name in enumerate(POLICIES):
            policy = Scenario.from_file(name, residents=self.residents)
            figures[name] = policy_figures(baseline, self._observed(policy, seed), policy.registry)
            tick(2 + place)
        for ending, factor in GENERATIONS.items():
            figures[BASELINE] |= {
                f"{name}{ending}": sums for name, sums in self._generations(told, seed, factor).items()
            }
        tick(2 + len(POLICIES) + 1)
        return figures

    def _observed(self, told: Scenario, seed: int) -> Observed:
        recording = Recording(ALL_FIELDS)
        model = Neighbourhood(told, seed=seed, after={"measurement": recording}, keep_histories=True)
        run = model.run()
        observed = Observed(run, Panel(model, recording))
        model.close()
        return observed

    def _generations(self, told: Scenario, seed: int, factor: float) -> Sums:
        levers = replace(told.settings.levers, unemployment_factor=factor)
        longer = replace(told, settings=replace(told.settings, months=_LONG_MONTHS, levers=levers))
        figures: Sums = {}
        panels = []
        for childhood in (None, Childhood(1.0), Childhood(0.0)):
            recording = Recording(())
            before = {} if childhood is None else {"upbringing": childhood}
            model = Neighbourhood(longer, seed=seed, before=before, after={"measurement": recording})
            model.run()
            panels.append(Panel(model, recording))
            if childhood is None:
                figures |= generation_figures(panels[0], model)
            model.close()
        return figures | child_twin_figures(*panels)
