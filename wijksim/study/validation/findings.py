"""Stylised facts against an ensemble of runs: what the model gives, and whether that is in the range."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from wijksim.errors import InputError
from wijksim.population.profile import Profile
from wijksim.report.numbers import Language
from wijksim.scenario import Scenario
from wijksim.shipped import find_file
from wijksim.study.engines import Lost, Progress, leave_if_importing_main, run_tasks
from wijksim.study.replicate import replication_problems, seed_of
from wijksim.study.validation.estimates import Estimate, Sums, Verdict, estimate, verdict_of
from wijksim.study.validation.patterns import Pattern
from wijksim.study.validation.runs import BASELINE, STATISTICS, OneSeed, Part, bounds_of, parts_of
from wijksim.study.validation.standards import load_standards

__all__ = [
    "PLANS",
    "Finding",
    "Reason",
    "Validation",
    "gathered",
    "judge",
    "run_seeds",
    "seeds_work",
    "validate",
    "wijk_scenario",
]

PLANS = ("woonhulp", "terreinbeheer")
"""Plans whose effects are looked at, one target group each."""

Figures = Mapping[str, Mapping[str, Sequence[tuple[float, float]]]]
"""By scenario and statistic: numerator and denominator of each run."""

_REASONS = {
    "other_profile": ("the range is of another wijk", "de bandbreedte is van een andere wijk"),
    "nobody": (
        "in no run was there anybody to count, or anything to divide by",
        "in geen enkele doorrekening was er iemand te tellen, of iets om door te delen",
    ),
}


@dataclass(frozen=True)
class Reason:
    """Why there is no figure, in English and Dutch; empty where there is one."""

    en: str = ""
    nl: str = ""

    def text(self, language: Language) -> str:
        """The reason in a language."""
        return self.nl if language == "nl" else self.en


@dataclass(frozen=True)
class Finding:
    """One fact beside what the model gives.

    Parameters
    ----------
    pattern : Pattern
        The fact.
    scenario : str
        Baseline, or the plan that it is about.
    found : Estimate
        What the model gives.
    verdict : Verdict
        That of the mean over runs.
    reason : Reason
        Why there is no figure.
    """

    pattern: Pattern
    scenario: str
    found: Estimate
    verdict: Verdict
    reason: Reason = Reason()


@dataclass(frozen=True)
class Validation:
    """What an ensemble of runs gave.

    Parameters
    ----------
    profile : str
        Name of the wijk.
    runs, seed : int
        Runs that gave a result, and the first seed.
    findings : tuple of Finding
        In the order of the patterns; a fact about plans has one for each plan.
    lost : tuple of Lost
        Runs without a result.
    """

    profile: str
    runs: int
    seed: int
    findings: tuple[Finding, ...]
    lost: tuple[Lost, ...] = ()

    def count(self, verdict: Verdict) -> int:
        """How many findings have a verdict."""
        return sum(finding.verdict is verdict for finding in self.findings)


def validate(
    patterns: Sequence[Pattern],
    *,
    profile: Path | str | None = None,
    runs: int = 10,
    seed: int = 1,
    residents: int | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Validation:
    """Run a wijk from 2015 to 2024, and what else the facts need, and compare each fact with what comes out.

    Parameters
    ----------
    patterns : sequence of Pattern
        The facts.
    profile : Path or str, optional
        File or name of a profile; left out: that of the scenario *baseline*.
    runs, seed : int
        How many runs, and the first seed; each run has its own, made from it.
    residents : int, optional
        Size of the wijk in place of the profile's.
    workers : int, optional
        Processes; left out: one for each core.
    progress : callable, optional
        Told months done and months in all.

    Raises
    ------
    InputError
        The profile or a number can't be.
    RuntimeError
        No run gave a result.
    """
    leave_if_importing_main()
    problems = list(replication_problems(runs, seed, workers, 0, 0, None))
    if problems:
        raise InputError(replace(one, where="runs") if one.where == "replications" else one for one in problems)
    told = wijk_scenario(BASELINE, profile, residents)
    codes = {area.code for area in told.profile.areas}
    usable = [pattern for pattern in patterns if pattern.statistic and pattern.holds_for(codes)]
    parts = parts_of({name for pattern in usable for name in (pattern.statistic, pattern.over) if name})
    lost: tuple[Lost, ...] = ()
    figures: Figures = {}
    if parts:
        work = seeds_work(told, PLANS, parts, residents, profile)
        figures, lost = run_seeds(work, [seed_of(seed, number) for number in range(runs)], workers, progress)
    findings = (finding for pattern in patterns for finding in judge(pattern, codes, figures))
    return Validation(told.profile.name, runs - len(lost), seed, tuple(findings), lost)


def wijk_scenario(name: str, profile: Path | str | None, residents: int | None) -> Scenario:
    """Read a shipped scenario, of the wijk of another profile where one is given.

    Raises
    ------
    InputError
        The profile can't be read.
    """
    told = Scenario.from_file(name, residents=residents)
    return told if profile is None else replace(told, profile=Profile.from_file(find_file(str(profile), "profile")))


def seeds_work(
    baseline: Scenario,
    plans: Sequence[str],
    parts: Collection[Part],
    residents: int | None = None,
    profile: Path | str | None = None,
) -> OneSeed:
    """The work of one seed, with the scenarios that its parts need."""
    wijken: tuple[Scenario, ...] = ()
    if Part.WIJKEN in parts:
        wijken = tuple(wijk_scenario(BASELINE, name, residents) for name in load_standards().profiles)
    named = {name: wijk_scenario(name, profile, residents) for name in plans} if Part.PLANS in parts else {}
    return OneSeed(baseline, named, wijken, frozenset(parts))


def run_seeds(
    work: OneSeed, seeds: Sequence[int], workers: int | None, progress: Progress | None
) -> tuple[Figures, tuple[Lost, ...]]:
    """Do the work of each seed, and put the figures of all together.

    Raises
    ------
    RuntimeError
        No seed gave a result.
    """
    if progress is not None:
        progress(0, work.months * len(seeds))  # the first word of a worker takes a while
    results = run_tasks(work, seeds, workers=workers, size=work.months, progress=progress)
    lost = tuple(one for one in results if isinstance(one, Lost))
    done = [one for one in results if not isinstance(one, Lost)]
    if not done:
        raise RuntimeError(f"no run gave a result: {lost[0].reason}\n{lost[0].traceback}".strip())
    return gathered(done), lost


def gathered(runs: Sequence[Mapping[str, Sums]]) -> Figures:
    """Sums of several runs by scenario and statistic."""
    return {
        scenario: {name: [run[scenario][name] for run in runs] for name in sums} for scenario, sums in runs[0].items()
    }


def judge(pattern: Pattern, codes: Collection[str], figures: Figures) -> list[Finding]:
    """Compare one fact with the figures, for each plan where it is about plans."""
    nothing = Estimate(math.nan, math.nan, math.nan)
    reason = Reason(pattern.reason_in("en"), pattern.reason_in("nl"))
    if not pattern.statistic or not pattern.holds_for(codes):
        reason = reason if pattern.not_computable else Reason(*_REASONS["other_profile"])
        return [Finding(pattern, BASELINE, nothing, Verdict.NOT_COMPUTABLE, reason)]
    about_plans = STATISTICS[pattern.statistic] is Part.PLANS
    findings = []
    for scenario in [name for name in figures if name != BASELINE] if about_plans else [BASELINE]:
        mine = figures[scenario]
        found = estimate(mine[pattern.statistic], mine[pattern.over] if pattern.over else None)
        found = found.between(*bounds_of(pattern.statistic))
        verdict = verdict_of(found, pattern.low, pattern.high)
        why = Reason(*_REASONS["nobody"]) if verdict is Verdict.NOT_COMPUTABLE else Reason()
        findings.append(Finding(pattern, scenario, found, verdict, why))
    return findings
