"""Runs of one seed together: the months in which scenarios are the same are simulated once.

Scenarios are the same up to the first month in which something that the model reads differs: a lever in force, or an
enterprise that has opened. What is only announced changes nothing: an enterprise that opens later, and levers that
nobody but enterprises feels. From there each goes on from a copy of the state, the last one from the state itself, and
results are those of whole runs, bit for bit.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import NamedTuple

from wijksim.model import Neighbourhood
from wijksim.outcomes import Outcome
from wijksim.record import Run
from wijksim.scenario import Scenario
from wijksim.settings import Levers, Settings

__all__ = ["Branch", "Broken", "Ran", "Together", "branches_of", "first_difference"]

_FELT_BY_ENTERPRISES = frozenset({
    "grant_share", "budget_pooling_share", "measurement_quality_share", "rule_change_disruption_months",
    "hiring_frozen", "insurer_co_funding",
})  # fmt: skip
"""Levers that change nothing as long as no enterprise has opened, but for what insurers decide (`_co_funding`)."""

_FELT_BY_ALL = tuple(item.name for item in fields(Levers) if item.name not in _FELT_BY_ENTERPRISES)


@dataclass(frozen=True)
class Branch:
    """Months that some scenarios have in common.

    Parameters
    ----------
    first, until : int
        First of these months, after the start, and the first that is none of them any more.
    members : tuple of int
        Places of the scenarios in their list.
    branches : tuple of Branch
        How they go on; none when the run ends.
    """

    first: int
    until: int
    members: tuple[int, ...]
    branches: tuple[Branch, ...] = ()

    @property
    def months(self) -> int:
        """Months that are simulated, with those of all branches."""
        return self.until - self.first + sum(branch.months for branch in self.branches)


# ------------------------------------------------------------------ when scenarios part
def branches_of(scenarios: Sequence[Scenario]) -> tuple[Branch, ...]:
    """Which months of scenarios are the same in some of them, for one seed; the first scenario comes first.

    A scenario with processes of its own shares no month: what such a process keeps is in no state.
    """
    settings = [scenario.settings for scenario in scenarios]
    changes = sorted({month for one in settings for month in _changes(one)})
    classes = [
        members
        for alike in _classes(settings, range(len(scenarios)), 0)
        for members in (_of_one_world(scenarios, alike) if len(alike) > 1 else [alike])
    ]
    return tuple(_grown(settings, members, 0, changes) for members in sorted(classes))


def first_difference(one: Scenario, other: Scenario) -> int | None:
    """First month, after the start, that two scenarios can't share; None where all their months are the same."""
    (branch, *others) = branches_of([one, other])
    if others:
        return 0
    return branch.until if branch.branches else None


def _grown(settings: Sequence[Settings], members: tuple[int, ...], first: int, changes: Sequence[int]) -> Branch:
    for month in changes:
        classes = _classes(settings, members, month) if month > first and len(members) > 1 else ()
        if len(classes) > 1:
            return Branch(first, month, members, tuple(_grown(settings, alike, month, changes) for alike in classes))
    return Branch(first, settings[members[0]].months, members)


def _classes(settings: Sequence[Settings], members: Sequence[int], index: int) -> list[tuple[int, ...]]:
    """Of scenarios that were the same before a month, those that are so in it, in order of their first member.

    Where none has opened, one without enterprises goes with any: what insurers decide is nothing to it.
    """
    found: dict[Hashable, dict[bool | None, tuple[int, ...]]] = {}
    for member in members:
        alike = found.setdefault(_in_force(settings[member], index), {})
        co_funding = _co_funding(settings[member], index)
        alike[co_funding] = (*alike.get(co_funding, ()), member)
    classes = []
    for alike in found.values():
        without = alike.pop(None, ())
        first, *others = alike.values() or [()]
        classes += [tuple(sorted(without + first)), *others]
    return sorted(classes)


def _in_force(settings: Settings, index: int) -> Hashable:
    """What the model reads of the settings in a month, and of enterprises all that was ever in force."""
    whole = (settings.start, settings.months, settings.residents, *settings.structure.values())
    opened = tuple(k for k, month in enumerate(_openings(settings)) if month <= index)
    if not opened:
        levers, _ = settings.plan_at(index)
        return whole, tuple(getattr(levers, name) for name in _FELT_BY_ALL)
    past: list[tuple[int, Hashable]] = []  # rules that changed some months ago still keep an enterprise from hiring
    for month in sorted({0, *(event.month for event in settings.events if event.month <= index)}):
        levers, plans = settings.plan_at(month)
        now = (levers, tuple(plans[k] for k in opened))
        if not past or past[-1][1] != now:
            past.append((month, now))
    return whole, opened, tuple(past)


def _co_funding(settings: Settings, index: int) -> bool | None:
    """Whether insurers, who decide each January, co-fund places to come; None where there are no enterprises."""
    return settings.plan_at(index)[0].insurer_co_funding if settings.enterprises else None


def _openings(settings: Settings) -> list[int]:
    """First month in which each enterprise may open, by any of the plans that it ever has."""
    stages = [settings.plan_at(month)[1] for month in {0, *(event.month for event in settings.events)}]
    return [min(plans[k].opens_in_month for plans in stages) for k in range(len(settings.enterprises))]


def _changes(settings: Settings) -> set[int]:
    """Months in which something may begin to differ from another scenario."""
    return {*(event.month for event in settings.events), *_openings(settings)}


def _of_one_world(scenarios: Sequence[Scenario], members: Sequence[int]) -> list[tuple[int, ...]]:
    """Take apart what differs in neighbourhood or parameters, or has processes of its own."""
    worlds: dict[Hashable, tuple[int, ...]] = {}
    for member in members:
        scenario = scenarios[member]
        own = member if scenario.settings.processes else None
        world = (own, scenario.profile.digest(), scenario.registry.digest())
        worlds[world] = (*worlds.get(world, ()), member)
    return list(worlds.values())


# ------------------------------------------------------------------ running them
class Ran(NamedTuple):
    """A run that was done, and the outcomes that processes put in declare."""

    run: Run
    declared: Mapping[str, Outcome]


class Broken(NamedTuple):
    """A run that failed: while ``building`` or ``running``, and why."""

    stage: str
    reason: str
    traceback: str

    @classmethod
    def by(cls, error: Exception, stage: str) -> Broken:
        """Describe an exception that is being handled."""
        return cls(stage, f"{type(error).__name__}: {error}", traceback.format_exc())


@dataclass
class Together:
    """Runs of scenarios with one seed.

    Parameters
    ----------
    scenarios : sequence of Scenario
        All with parameters as they are to be run with.
    seed : int
        Of the runs.
    keep_histories : bool
        Whether they keep everybody's activity.
    tick : callable, optional
        Told months done; a month of several scenarios counts for each.
    model : callable
        What makes a model of a scenario.
    """

    scenarios: Sequence[Scenario]
    seed: int
    keep_histories: bool
    tick: Callable[[int], None] | None = None
    model: Callable[..., Neighbourhood] = Neighbourhood
    _done: int = 0

    def run(self) -> Iterator[tuple[int, Ran | Broken]]:
        """Run all, and give each with its place as soon as it is done; the first scenario comes first."""
        for branch in branches_of(self.scenarios):
            yield from self._run(branch, None)

    def _run(
        self, branch: Branch, trunk: Neighbourhood | None, last: bool = False
    ) -> Iterator[tuple[int, Ran | Broken]]:
        """Run a branch and all that grow from it; the last that grows from a trunk goes on from its very state."""
        told = [self.scenarios[member] for member in branch.members]
        # Only one with enterprises has what insurers measure for them before they open.
        carrier = next((scenario for scenario in told if scenario.settings.enterprises), told[0])
        carrier = replace(carrier, registry=told[0].registry)
        stage, model, before = "building", None, self._done
        try:
            if trunk is None:
                model = self.model(carrier, seed=self.seed, keep_histories=self.keep_histories)
            else:
                model = trunk.fork(carrier, last=last)
            stage = "running"
            if branch.branches:
                while model.index < branch.until:
                    model.step()
                    self._tell(before, branch, model.index)
            else:
                run = model.run(progress=lambda done, _: self._tell(before, branch, done))
        except Exception as error:
            broken = Broken.by(error, stage)
            self._tell(before, branch, carrier.settings.months)
            yield from ((member, broken) for member in branch.members)
        else:
            if not branch.branches:
                declared = {outcome.name: outcome for process in model.processes for outcome in process.outcomes}
                for member, scenario in zip(branch.members, told, strict=True):
                    yield member, Ran(replace(run, scenario_name=scenario.settings.name), declared)
            for further in branch.branches:
                yield from self._run(further, model, further is branch.branches[-1])
        finally:
            if model is not None:
                model.close()

    def _tell(self, before: int, branch: Branch, month: int) -> None:
        self._done = before + (month - branch.first) * len(branch.members)
        if self.tick is not None:
            self.tick(self._done)
