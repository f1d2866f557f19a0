"""Explain a difference: run a pair of a comparison again, and say where it parts and who adds what."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.calendar import MONTHS_PER_YEAR, absolute_month, month_of_year, month_text, year_of
from wijksim.errors import InputError, did_you_mean
from wijksim.model import Neighbourhood
from wijksim.outcomes import OUTCOMES, Kind, Outcome
from wijksim.report.explanation import ABSENT, Explanation, Life, Parting, Person, Spread, Stretch
from wijksim.report.results import PERIOD_LAST_YEAR, Results
from wijksim.scenario import Scenario
from wijksim.state import State
from wijksim.study.contributions import Added, Contributions, Groups
from wijksim.study.effects import Frame
from wijksim.study.engines import Progress
from wijksim.study.kept_inputs import read_scenarios_again, require_same_outcomes, require_same_version
from wijksim.study.parting import courses_of, differences, parting_of, person_of
from wijksim.study.person_sums import PERSON_SUMS, AfterBenefits, PersonSum, Residents
from wijksim.study.replicate import reduce_run

__all__ = ["explain"]

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")

Courses = NDArray[np.int16]


def explain(
    results: Results,
    *,
    outcome: str,
    policy: str | None = None,
    seed: int | None = None,
    month: str | None = None,
    year: int | None = None,
    histories: int = 3,
    progress: Progress | None = None,
) -> Explanation:
    """Explain how an outcome of one pair of runs came to differ.

    Parameters
    ----------
    results : Results
        Of a comparison, as read from its folder.
    outcome : str
        Name of an outcome that is a sum over residents, or a ratio of two; NAME.GROUP for one with groups.
    policy : str, optional
        Name of the scenario with the plan; may be left out where there is one.
    seed : int, optional
        Of the pair; left out, the first.
    month, year : str (YYYY-MM), int, optional
        When; give one of them. Left out: the last twelve months.
    histories : int
        How many lives are shown.
    progress : callable, optional
        Told months done and months in all.

    Raises
    ------
    InputError
        What is asked for isn't there, or inputs in the folder are gone or changed.
    NotTheSame
        Run again, the pair is not that of the folder.
    ArithmeticError
        What residents add doesn't add up to the outcome: a fault in wijksim.
    """
    folder = results.folder
    if folder is None:
        message = "are in no folder, so what they were made from isn't kept."
        raise InputError.single("results", message, "Give compare a folder: out=FOLDER.")
    asked = _Asked.of(results, outcome, policy, seed, month, year, histories)
    require_same_version(results, folder)
    scenarios = read_scenarios_again(results, folder, (results.scenarios[0], asked.policy))
    pair = _Pair(asked, scenarios)
    pair.run(progress)
    for scenario, model in zip(scenarios, pair.models, strict=True):
        declared = {item.name: item for process in model.processes for item in process.outcomes}
        require_same_outcomes(results, scenario.name, asked.seed, reduce_run(model.result(), declared), pair.frame)
        model.close()
    return pair.explanation(results)


@dataclass(frozen=True)
class _Asked:
    """What is to be explained; `months` are those of the run that the period has."""

    declared: Outcome
    group: str
    policy: str
    seed: int
    period: str
    months: range
    histories: int

    @classmethod
    def of(
        cls,
        results: Results,
        outcome: str,
        policy: str | None,
        seed: int | None,
        month: str | None,
        year: int | None,
        histories: int,
    ) -> _Asked:
        if not results.policies:
            hint = "Make a comparison: wijksim compare baseline PLAN --out FOLDER"
            raise InputError.single(
                str(results.folder), "holds one scenario, and an explanation is of a difference.", hint
            )
        if histories < 0:
            raise InputError.single("histories", f"is {histories}; expected 0 or more.")
        name, _, group = outcome.partition(".")
        declared = _declared(name, group, outcome, set(results.effects["outcome"]))
        return cls(
            declared,
            group,
            _policy(results, policy),
            _seed(results, seed),
            *_period(results, month, year),
            histories,
        )


def _declared(name: str, group: str, asked: str, compared: Set[str]) -> Outcome:
    known = [f"{outcome}.{part}" if part else outcome for outcome, part in PERSON_SUMS]
    if (name, group) in PERSON_SUMS:
        return OUTCOMES[name]
    groups = [item for item in known if item.startswith(f"{name}.")]
    if groups and not group:
        raise InputError.single("outcome", f"{name} has groups; name one of them.", f"These are: {', '.join(groups)}.")
    listed = f"These can be: {', '.join(known)}."
    if not group or group in OUTCOMES[name].groups if name in OUTCOMES else name in compared:
        message = f"{asked} is no sum over residents, or what each of them adds isn't kept, so it can't be taken apart."
        raise InputError.single("outcome", message, listed)
    raise InputError.single("outcome", f"there is no outcome '{asked}'.", did_you_mean(asked, known) or listed)


def _policy(results: Results, policy: str | None) -> str:
    if policy is None and len(results.policies) == 1:
        return results.policies[0]
    if policy in results.policies:
        return str(policy)
    told = "there are several plans; name one" if policy is None else f"there is no plan '{policy}' in this folder"
    raise InputError.single("policy", f"{told}.", f"These are: {', '.join(results.policies)}.")


def _seed(results: Results, seed: int | None) -> int:
    seeds = [int(one) for one in results.manifest["seeds"]]
    chosen = seeds[0] if seed is None else seed
    if chosen not in seeds:
        raise InputError.single(
            "seed", f"no pair of runs has seed {chosen}.", f"These have: {', '.join(map(str, seeds))}."
        )
    failed = [failure.scenario for failure in results.failures if failure.seed == chosen]
    if failed:
        raise InputError.single("seed", f"a run with seed {chosen} failed, so there is no pair.", "Choose another one.")
    return chosen


def _period(results: Results, month: str | None, year: int | None) -> tuple[str, range]:
    first = absolute_month(*(int(part) for part in results.manifest["start"].split("-")))
    last = first + results.months - 1
    span = f"from {month_text(first)} to {month_text(last)}"
    if month is not None and year is not None:
        raise InputError.single("month", "and year are both given; expected one of them.")
    if month is not None:
        found = _MONTH.fullmatch(month)
        at = absolute_month(int(found[1]), int(found[2])) if found else -1
        if not first <= at <= last:
            raise InputError.single("month", f"is '{month}'; expected a month as YYYY-MM, {span}.")
        return month_text(at), range(at - first, at - first + 1)
    if year is not None:
        months = [at - first for at in range(first, last + 1) if year_of(at) == year]
        if not months:
            raise InputError.single("year", f"is {year}; expected a year in {span}.")
        return str(year), range(months[0], months[-1] + 1)
    return PERIOD_LAST_YEAR, range(max(0, results.months - MONTHS_PER_YEAR), results.months)


@dataclass
class _Course:
    """Everybody's course in one run: identities and courses of each month."""

    places: list[int]
    months: list[tuple[NDArray[np.int64], Courses]] = field(default_factory=list)

    def add(self, model: Neighbourhood) -> None:
        columns = model.state.columns
        rows = columns.present_rows()
        self.months.append((columns["uid"][rows], courses_of(columns, rows, self.places)))

    def table(self, uids: NDArray[np.int64]) -> Courses:
        """Courses of `uids`, in rising order, shape (months, people)."""
        out = np.full((len(self.months), uids.size), ABSENT, np.int16)
        for month, (here, course) in enumerate(self.months):
            out[month, np.searchsorted(uids, here)] = course
        return out


class _Pair:
    """Baseline and policy, run month by month beside each other."""

    def __init__(self, asked: _Asked, scenarios: tuple[Scenario, Scenario]) -> None:
        self.asked, self.scenarios = asked, scenarios
        baseline = scenarios[0]
        settings = baseline.settings
        self.frame = Frame.of(settings.start, settings.months, baseline.registry)
        self.kept = (AfterBenefits(), AfterBenefits())
        self.models = tuple(
            Neighbourhood(scenario, seed=asked.seed, after={"benefits": kept})
            for scenario, kept in zip(scenarios, self.kept, strict=True)
        )
        self.groups = Groups(self.models[0].state.columns, baseline.registry, settings.start)
        self.measure: PersonSum = PERSON_SUMS[asked.declared.name, asked.group]
        is_flow = asked.declared.kind is Kind.FLOW
        self.contributions = Contributions(self.measure, len(asked.months), is_flow=is_flow)
        keys = [plan.key for scenario in scenarios for plan in scenario.settings.enterprises]
        self.keys = list(dict.fromkeys(keys))
        self.places = tuple(
            [self.keys.index(plan.key) for plan in scenario.settings.enterprises] for scenario in scenarios
        )
        self.courses = tuple(_Course(places) for places in self.places)
        self.parting: Parting | None = None
        self.books_part = -1
        self.people: dict[int, Person] = {}

    def run(self, progress: Progress | None) -> None:
        """Run both to the end."""
        months = self.frame.months
        for index in range(months):
            before = None if self.parting else (self.models[0].snapshot(), self.models[1].snapshot())
            for model in self.models:
                model.step()
            self._look(before)
            at = self.frame.start + index
            self.groups.see((self.models[0].state, self.models[1].state), at)
            for course, model in zip(self.courses, self.models, strict=True):
                course.add(model)
            self._meet(at)
            if index in self.asked.months:
                self._add(index, at)
            if progress is not None:
                progress(2 * (index + 1), 2 * months)

    def _look(self, before: tuple[State, State] | None) -> None:
        """See whether this month is the first in which anything, or anybody, differs."""
        baseline, policy = (model.state for model in self.models)
        other_columns = baseline.columns.names != policy.columns.names  # a process of one of the two declares its own
        if self.books_part < 0 and (other_columns or next(baseline.differences(policy), None) is not None):
            self.books_part = baseline.month - 1
        if before is None or self.books_part < 0:
            return
        if differences(baseline.columns, policy.columns).uids.size:
            places = (self.places[0], self.places[1])
            self.parting = parting_of(self.scenarios, before, self.asked.seed, places)

    def _meet(self, at: int) -> None:
        """Remember who somebody is in the first month in which the course differs."""
        (first, first_course), (second, second_course) = (course.months[-1] for course in self.courses)
        uids, here, there = np.intersect1d(first, second, assume_unique=True, return_indices=True)
        other = uids[first_course[here] != second_course[there]]
        for uid in (*other.tolist(), *np.setxor1d(first, second, assume_unique=True).tolist()):
            if uid not in self.people:
                columns = self.models[0 if uid in first else 1].state.columns
                self.people[uid] = person_of(columns, uid, at)

    def _add(self, index: int, at: int) -> None:
        """Add what residents add in a month of the period, after checking that it is what the model counted."""
        added = []
        for model, kept in zip(self.models, self.kept, strict=True):
            here = Residents(model, kept)
            part = self.measure.part(here)
            whole = None if self.measure.whole is None else self.measure.whole(here)
            one = Added.of(model.state.columns, part, whole)
            counted = self.measure.value(*one.sums)
            place = model.recorder.names.index((self.asked.declared.name, self.asked.group))
            recorded = model.recorder.last(place)
            if counted != counted and recorded != recorded:
                message = f"has no value in {month_text(at)}: nobody counts for it."
                raise InputError.single("outcome", f"{self.asked.declared.name} {message}", "Choose another period.")
            if counted != recorded:
                raise ArithmeticError(
                    f"residents add up to {counted!r} in {month_text(at)} for {self.asked.declared.name}"
                    f" {self.asked.group}, and the run recorded {recorded!r}"
                )
            added.append(one)
        price = float(self.frame.monthly_deflators()[index]) if self.asked.declared.money else 1.0
        self.contributions.add((added[0], added[1]), self.groups, at, price)

    def explanation(self, results: Results) -> Explanation:
        """Put together what was found."""
        asked, frame = self.asked, self.frame
        uids = np.unique(np.concatenate([here for course in self.courses for here, _ in course.months]))
        tables = (self.courses[0].table(uids), self.courses[1].table(uids))
        apart = tables[0] != tables[1]
        lives, candidates, of_the_difference = self._lives(uids, tables, apart)
        ever = np.logical_or.accumulate(apart, axis=0)
        told = [
            index
            for index in range(frame.months)
            if month_of_year(frame.start + index) == MONTHS_PER_YEAR or index == frame.months - 1
        ]
        edges = [self.scenarios[0].registry.number(f"duration_class_{name}_months") for name in ("short", "middle")]
        names = {
            plan.key: plan.name or plan.key for scenario in self.scenarios for plan in scenario.settings.enterprises
        }
        values = self.contributions.values
        unit = f"euro of {results.price_year}" if asked.declared.money else asked.declared.unit
        return Explanation(
            outcome=asked.declared.name,
            group=asked.group,
            baseline=self.scenarios[0].name,
            policy=asked.policy,
            seed=asked.seed,
            period=asked.period,
            unit=unit,
            is_ratio=self.measure.whole is not None,
            values=(values[0], values[1]),
            pair_effects=_pair_effects(results, asked),
            shares=tuple(self.contributions.shares()),
            books_part=self.books_part,
            parting=self.parting,
            spread=tuple(Spread(frame.start + i, int(apart[i].sum()), int(ever[i].sum())) for i in told),
            lives=tuple(lives),
            candidates=candidates,
            of_the_difference=of_the_difference,
            enterprises=tuple(names[key] for key in self.keys),
            durations=(round(edges[0]), round(edges[1])),
            months=frame.months,
        )

    def _lives(
        self, uids: NDArray[np.int64], tables: tuple[Courses, Courses], apart: NDArray[np.bool_]
    ) -> tuple[list[Life], int, bool]:
        """Lives at equal distances in the order of months that differ, of those who add to the difference if any do."""
        months = apart.sum(axis=0)
        anybody = np.flatnonzero(months > 0)
        adding = anybody[np.isin(uids[anybody], self.contributions.contributors)]
        chosen = adding if adding.size else anybody
        order = chosen[np.lexsort((uids[chosen], -months[chosen]))]
        count = min(self.asked.histories, order.size)
        taken = [int(order[k * order.size // count]) for k in range(count)]
        lives = [
            Life(
                self.people[int(uids[place])],
                int(months[place]),
                tuple(_stretches(tables[0][:, place], tables[1][:, place], self.frame.start)),
            )
            for place in taken
        ]
        return lives, int(order.size), bool(adding.size)


def _stretches(baseline: Courses, policy: Courses, start: int) -> Sequence[Stretch]:
    """Months in which both courses stay as they are, without those before and after somebody lives here."""
    changes = np.flatnonzero((np.diff(baseline) != 0) | (np.diff(policy) != 0)) + 1
    edges = [0, *changes.tolist(), baseline.size]
    found = [
        Stretch(start + first, start + until - 1, int(baseline[first]), int(policy[first]))
        for first, until in pairwise(edges)
    ]
    here = [place for place, one in enumerate(found) if (one.baseline, one.policy) != (ABSENT, ABSENT)]
    return found[here[0] : here[-1] + 1]


def _pair_effects(results: Results, asked: _Asked) -> tuple[float, ...]:
    """The difference in each pair of the folder, from its table of outcomes."""
    table: Any = results.outcomes
    rows = table[(table["outcome"] == asked.declared.name) & (table["group"] == asked.group)]
    months = slice(asked.months.start, asked.months.stop)
    baseline, policy = (
        {
            int(seed): part["value"].to_numpy()[months]
            for seed, part in rows[rows["scenario"] == name].groupby("seed", sort=False)
        }
        for name in (results.scenarios[0], asked.policy)
    )
    combine = np.sum if asked.declared.kind is Kind.FLOW else np.mean
    pairs = [float(combine(policy[seed]) - combine(baseline[seed])) for seed in baseline if seed in policy]
    return tuple(effect for effect in pairs if effect == effect)
