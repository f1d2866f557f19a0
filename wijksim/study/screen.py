"""What a comparison leans on: a quick Morris screening, turning points, and the optimism check.

All runs have the seeds of the comparison. A parameter leads only where its effect can be told from chance for certain;
the optimism check moves all weakly evidenced ones whose effect is larger than chance alone would make it. All others
stay at their passports' figures, as it is not known which of their ends is the unfavourable one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wijksim.parameters import Grade
from wijksim.report.pockets import POCKET_OUTCOME
from wijksim.report.results import PERIOD_LAST_YEAR, PERIOD_TOTAL
from wijksim.scenario import Scenario
from wijksim.study.design import MORRIS_LEVELS, Design, grow
from wijksim.study.draws import drawn_factors
from wijksim.study.effects import Frame, by_period, monthly_pairs
from wijksim.study.engines import Lost, Progress, Tick, run_tasks
from wijksim.study.factors import Factor
from wijksim.study.indices import design_indices
from wijksim.study.methods import Method
from wijksim.study.replicate import RunReplication, Task, seed_of

__all__ = ["QUESTIONS", "Question", "screen", "screen_runs", "turning_point"]

Floats = NDArray[np.float64]

WEAK = (Grade.recalled, Grade.assumption)
"""Grades that the optimism check puts at their unfavourable end."""

_LEADING = 3
_ENDS = (0.0, 1.0 / 3.0, 2.0 / 3.0, 1.0)
"""Places in the range of a leading parameter where the effect is computed to find its turning point."""

_MOST_SEEDS = 4
_FALSE = 0.05
"""Chance that any parameter at all is called leading while none does anything."""


class Question(NamedTuple):
    """A number whose sign a reader will ask for."""

    outcome: str
    group: str
    period: str
    more_is_better: bool


QUESTIONS = (
    Question("employed_15_74", "", PERIOD_LAST_YEAR, True),
    Question("assistance_persons", "", PERIOD_LAST_YEAR, False),
    Question(POCKET_OUTCOME, "municipality", PERIOD_TOTAL, True),
    Question("social_balance", "total", PERIOD_TOTAL, True),
)


def screen_runs(scenarios: Sequence[Scenario], trajectories: int) -> int:
    """Pairs of runs that a screening takes at least; turning points take some dozens more."""
    return trajectories * (len(drawn_factors(scenarios[0].registry, scenarios[0].settings.structure)) + 1)


def screen(
    scenarios: Sequence[Scenario],
    *,
    trajectories: int,
    replications: int,
    seed: int,
    workers: int | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Find what the answers of a comparison lean on.

    Parameters
    ----------
    scenarios : sequence of Scenario
        The baseline first, then the policies.
    trajectories : int
        Of the Morris design: the effect of each parameter is measured so many times, at places far apart.
    replications : int
        Seeds, four at most, over which effects of single parameters are averaged.
    seed : int
        Of the comparison.
    workers, progress : optional
        As :func:`wijksim.study.compare.compare`.

    Returns
    -------
    dict
        ``parameters``: rows of the leading three of each policy and question, with index, the effect at both ends of
        the range, and turning point. ``optimism``: for each policy and question the effect when every weakly evidenced
        parameter that matters is at its unfavourable end. ``failed``: points of the design at which a run failed; their
        trajectories are left out. Plain numbers and text, None where there is none.
    """
    factors = drawn_factors(scenarios[0].registry, scenarios[0].settings.structure)
    design = grow(Method.MORRIS, factors, trajectories, seed=seed)
    seeds = [seed_of(seed, number) for number in range(min(replications, _MOST_SEEDS))]
    work = RunScreen(tuple(scenarios))
    run = _Runner(work, seeds, workers, progress)
    at_default = run.effects([{}])[0]
    found = run.once([_values(factors, point) for point in design.points])
    chance = np.nanstd(at_default, axis=0, ddof=1) if len(seeds) > 1 else np.zeros(at_default.shape[1:])
    told = [
        _Told(scenario.name, question, place, number, list(_ranked(design, found[:, place, number], spread, seed)))
        for place, scenario in enumerate(scenarios[1:])
        for number, question in enumerate(QUESTIONS)
        for spread in [float(chance[place, number])]
    ]
    by_name = {factor.name: factor for factor in factors}
    settings = {name: float(scenarios[0].registry[name].setting) for name in by_name}
    leading = dict.fromkeys(row.name for part in told for row in part.rows[:_LEADING] if row.shown)
    ladders = [(name, float(by_name[name].value(end))) for name in leading for end in _ENDS]
    worst = [part.unfavourable(by_name, WEAK) for part in told]
    later = run.effects([{name: value} for name, value in ladders] + worst)
    on_ladder, at_worst = later[: len(ladders)], later[len(ladders) :]
    default = np.nanmean(at_default, axis=0)

    parameters = []
    for part in told:
        for row in part.rows[:_LEADING]:
            if not row.shown:
                continue
            steps = [
                (value, float(np.nanmean(effects[:, part.place, part.number])))
                for (name, value), effects in zip(ladders, on_ladder, strict=True)
                if name == row.name
            ]
            here = (settings[row.name], float(default[part.place, part.number]))
            parameters.append(part.described() | row.described(by_name[row.name]) | _ladder(steps, here))
    optimism = [
        part.described()
        | {
            "more_is_better": part.question.more_is_better,
            "effect": _plain(float(default[part.place, part.number])),
            "effect_unfavourable": _plain(float(np.nanmean(effects[:, part.place, part.number]))),
            "parameters": len(values),
        }
        for part, values, effects in zip(told, worst, at_worst, strict=True)
    ]
    return {
        "trajectories": trajectories,
        "points": len(design.points),
        "failed": int((~np.isfinite(found)).any(axis=(1, 2)).sum()),
        "seeds": len(seeds),
        "parameters": parameters,
        "optimism": optimism,
    }


def turning_point(steps: Sequence[tuple[float, float]], setting: float) -> float:
    """Value of a parameter at which the effect changes sign, the nearest to its setting, on straight lines; or NaN.

    Parameters
    ----------
    steps : sequence of (float, float)
        Values of the parameter and the effect at each.
    setting : float
        Value that the model takes.
    """
    ordered = sorted(steps)
    crossings = [
        x0 + (x1 - x0) * abs(y0) / (abs(y0) + abs(y1)) for (x0, y0), (x1, y1) in pairwise(ordered) if y0 * y1 < 0
    ]
    crossings += [x for x, y in ordered if y == 0]
    return min(crossings, key=lambda x: abs(x - setting), default=math.nan)


@dataclass(frozen=True)
class RunScreen:
    """The work of a screening: effects at one setting of the parameters with one seed; sent to each worker once.

    Parameters
    ----------
    scenarios : tuple of Scenario
        The baseline first.
    """

    scenarios: tuple[Scenario, ...]

    def __call__(self, task: Task, tick: Tick) -> Floats:
        """Effects, shape (policies, questions); not a number where a run failed."""
        done = RunReplication(self.scenarios)(task, tick)
        settings = self.scenarios[0].settings
        frame = Frame.of(settings.start, settings.months, self.scenarios[0].registry)
        effects = np.full((len(self.scenarios) - 1, len(QUESTIONS)), np.nan)
        for place in range(len(effects)):
            monthly = monthly_pairs([done], place + 1, frame)
            if monthly is None:
                continue
            series, pairs = monthly
            periods = frame.periods()
            before, after = (by_period(side, series, periods) for side in pairs)
            column = {(item.outcome, item.group): number for number, item in enumerate(series)}
            names = list(periods)
            for number, (outcome, group, period, _) in enumerate(QUESTIONS):
                cell = (0, column[outcome, group], names.index(period))
                effects[place, number] = after.values[cell] - before.values[cell]
        return effects


class _Runner:
    """Runs settings of the parameters, with one seed or with several."""

    def __init__(self, work: RunScreen, seeds: list[int], workers: int | None, progress: Progress | None) -> None:
        self.work, self.seeds, self.workers, self.progress = work, seeds, workers, progress

    def once(self, values: Sequence[Mapping[str, float]]) -> Floats:
        """Effects at each setting with the first seed, shape (settings, policies, questions)."""
        return self._do([(0, self.seeds[0], given) for given in values])

    def effects(self, values: Sequence[Mapping[str, float]]) -> Floats:
        """Effects at each setting, shape (settings, seeds, policies, questions)."""
        tasks = [(number, seed, given) for given in values for number, seed in enumerate(self.seeds)]
        flat = self._do(tasks)
        return flat.reshape(len(values), len(self.seeds), *flat.shape[1:])

    def _do(self, tasks: Sequence[Task]) -> Floats:
        size = sum(scenario.settings.months for scenario in self.work.scenarios)
        done = run_tasks(self.work, tasks, workers=self.workers, size=size, progress=self.progress)
        shape = (len(self.work.scenarios) - 1, len(QUESTIONS))
        return np.array([np.full(shape, np.nan) if isinstance(item, Lost) else item for item in done]).reshape(
            len(tasks), *shape
        )


class _Row(NamedTuple):
    """A parameter in a screening of one number."""

    name: str
    mu_star: float
    low: float
    high: float
    mu: float
    floor: float
    shown: bool
    likely: bool

    def described(self, factor: Factor) -> dict[str, Any]:
        return {
            "parameter": self.name,
            "label": factor.label,
            "unit": factor.unit,
            "grade": factor.grade,
            "low": factor.low,
            "high": factor.high,
            "mu_star": _plain(self.mu_star),
            "mu_star_low": _plain(self.low),
            "mu_star_high": _plain(self.high),
            "mu": _plain(self.mu),
            "floor": _plain(self.floor),
        }


class _Told(NamedTuple):
    """The ranking for one policy and question."""

    policy: str
    question: Question
    place: int
    number: int
    rows: list[_Row]

    def described(self) -> dict[str, Any]:
        outcome, group, period, _ = self.question
        return {"policy": self.policy, "outcome": outcome, "group": group, "period": period}

    def unfavourable(self, factors: Mapping[str, Factor], grades: Sequence[Grade]) -> dict[str, float]:
        """Values of all parameters of some grades that matter, at the end that makes the outcome worse."""
        chosen = [row for row in self.rows if row.likely and factors[row.name].grade in grades]
        return {
            row.name: float(factors[row.name].value(0.0 if (row.mu > 0) == self.question.more_is_better else 1.0))
            for row in chosen
        }


def _values(factors: Sequence[Factor], point: Floats) -> dict[str, float]:
    return {factor.name: float(factor.value(float(uniform))) for factor, uniform in zip(factors, point, strict=True)}


def _ranked(design: Design, y: Floats, chance: float, seed: int) -> Iterator[_Row]:
    """Parameters by size of their effect; none where no trajectory is whole or the effect doesn't vary.

    `chance` is the spread of the effect over seeds.
    """
    whole = np.isfinite(y.reshape(-1, design.block)).all(axis=1)  # an index needs all points of a trajectory
    y = y[np.repeat(whole, design.block)]
    if not y.size or not np.ptp(y) > 0:
        return
    design = replace(design, batches=(int(whole.sum()),), points=design.points[np.repeat(whole, design.block)])
    star, mu = (part for part in design_indices(design, y, seed) if part.index in ("mu_star", "mu"))
    trajectories = len(y) // design.block
    certain, likely = _floors(star.values, chance, trajectories)
    for place in np.argsort(-star.values, kind="stable"):
        value, low, high = (float(part[place]) for part in (star.values, star.low, star.high))
        name = star.names[place][0]
        yield _Row(name, value, low, high, float(mu.values[place]), certain, value > certain, value > likely)


def _floors(star: Floats, chance: float, trajectories: int) -> tuple[float, float]:
    """How large an index of nothing may be: what one of all parameters exceeds in 1 of 20 screenings, and on average.

    Two points differ by chance where a parameter does nothing but let chance fall otherwise. The mean size of such a
    difference is 2 s / sqrt(pi) for a spread s of the effect; as few seeds tell s badly and most parameters do next to
    nothing, the median index is taken where it is larger. An index is the mean of a few such sizes, each half normal
    (variance pi / 2 - 1 for mean 1), about a gamma distribution.
    """
    from scipy.stats import gamma

    step = MORRIS_LEVELS / (2.0 * (MORRIS_LEVELS - 1.0))
    nothing = max(2.0 * chance / math.sqrt(math.pi) / step, float(np.median(star)))
    scale = (math.pi / 2.0 - 1.0) / trajectories
    quantile = gamma(1.0 / scale, scale=scale).isf
    return nothing * float(quantile(_FALSE / len(star))), nothing * float(quantile(1.0 / len(star)))


def _ladder(steps: Sequence[tuple[float, float]], here: tuple[float, float]) -> dict[str, Any]:
    """Where the sign turns, and the effect at both ends of the range."""
    ordered = sorted(steps)
    return {
        "setting": here[0],
        "effect": _plain(here[1]),
        "effect_at_low": _plain(ordered[0][1]),
        "effect_at_high": _plain(ordered[-1][1]),
        "turning_point": _plain(turning_point([*steps, here], here[0])),
    }


def _plain(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
