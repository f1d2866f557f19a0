"""What a study file may hold, and a study as it is understood."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal

from annotated_types import Interval, Len
from pydantic import TypeAdapter, ValidationError

from wijksim.calendar import year_of
from wijksim.errors import InputError, Problem, did_you_mean
from wijksim.model import require_processes
from wijksim.outcomes import outcome_names
from wijksim.parameters import Distribution, Grade, Registry
from wijksim.report.pockets import POCKET_OUTCOME, POCKETS
from wijksim.scenario import Scenario, require_comparable
from wijksim.scenario.schema import lever_types, range_text
from wijksim.shipped import find_file, require_kind
from wijksim.structure import STRUCTURES, read_in
from wijksim.study.factors import PLACEBO, Factor, FactorKind, registry_factor
from wijksim.study.methods import Method, Quantity
from wijksim.study.pair_numbers import PairNumbers, pair_outcome_names
from wijksim.tomlfile import LineFinder, check_format, key_text, load_toml
from wijksim.tomlschema import FileModel, validate

__all__ = ["StudyPlan", "plan_from_file"]

_LARGEST_SEED = 2**63 - 1
TOTAL = "total"


class _Parameter(FileModel):
    name: Annotated[str, Len(1, 200)]
    kind: Literal["number", "whole", "yes_no", "choice"] = "number"
    low: float | None = None
    high: float | None = None
    distribution: Literal["uniform", "triangular", "loguniform"] | None = None
    choices: tuple[str, ...] | None = None
    group: str = ""
    scenarios: Literal["policy", "both"] = "policy"


class _Study(FileModel):
    format: int
    name: Annotated[str, Len(1, 200)]
    description: str = ""
    baseline: Annotated[str, Len(1)]
    policy: str | None = None
    months: int | None = None
    residents: int | None = None
    method: Literal[tuple(str(method) for method in Method)]  # type: ignore[valid-type]
    samples: Annotated[int, Interval(ge=2, le=1_048_576)]
    screen_samples: Annotated[int, Interval(ge=2, le=10_000)] | None = None
    survivors: Annotated[int, Interval(ge=1, le=10_000)] | None = None
    second_order: bool = False
    replications: Annotated[int, Interval(ge=1, le=10_000)] = 1
    seed: Annotated[int, Interval(ge=0, le=_LARGEST_SEED)] = 1
    quantities: Annotated[tuple[Literal["effect", "policy", "baseline"], ...], Len(1)] = ("effect",)
    outcomes: Annotated[tuple[str, ...], Len(1)]
    years: Annotated[tuple[int, ...], Len(1)] | Literal["all"] = "all"
    total: bool = False
    all_of_grades: tuple[Literal["measured", "derived", "recalled", "assumption"], ...] = ()
    leave_out: tuple[str, ...] = ()
    parameter: tuple[_Parameter, ...] = ()


@dataclass(frozen=True)
class StudyPlan:
    """A study as it is understood.

    Parameters
    ----------
    name, description : str
        For people.
    baseline, policy : Scenario
        The policy is None where only levels are analysed.
    method : Method
        See :class:`Method`.
    samples : int
        Sobol: points of each of both base samples, a power of two. Morris: trajectories. Others: points.
    screen_samples : int
        Trajectories of the first stage of ``screen_then_sobol``.
    second_order : bool
        Whether Sobol indices of pairs are wanted too; it nearly doubles the runs.
    replications, seed : int
        Seeds used at every point, derived from one.
    factors : tuple of Factor
        With the placebo last.
    quantities, outcomes, periods : tuples
        What is analysed: kinds, outcomes with their group (empty where there are none), calendar years as text and
        ``total``.
    pair_outcomes : tuple of (str, str)
        Outcomes of pairs of runs, with their group: each has a period of its own and is an effect by itself.
    survivors : int
        Parameters that ``screen_then_sobol`` keeps at most; 0 for as many as there are.
    """

    name: str
    description: str
    baseline: Scenario
    policy: Scenario | None
    method: Method
    samples: int
    screen_samples: int
    second_order: bool
    replications: int
    seed: int
    factors: tuple[Factor, ...]
    quantities: tuple[Quantity, ...]
    outcomes: tuple[tuple[str, str], ...]
    periods: tuple[str, ...]
    pair_outcomes: tuple[tuple[str, str], ...] = ()
    survivors: int = 0

    @property
    def pairs(self) -> PairNumbers:
        """What is kept of baseline and policy together."""
        return PairNumbers(self.pair_outcomes, self.baseline.settings.months)

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """Scenarios of which each run has one."""
        return (self.baseline,) if self.policy is None else (self.baseline, self.policy)

    def described(self) -> dict[str, Any]:
        """All that decides the runs and how they are analysed, as plain values; sizes, which may grow, apart."""
        return {
            "method": self.method.value,
            "second_order": self.second_order,
            "replications": self.replications,
            "seed": self.seed,
            "factors": [asdict(factor) for factor in self.factors],
            "quantities": list(self.quantities),
            "outcomes": [list(outcome) for outcome in self.outcomes],
            "periods": list(self.periods),
            "pair_outcomes": [list(outcome) for outcome in self.pair_outcomes],
            "survivors": self.survivors,
        }

    def deciding(self) -> dict[str, Any]:
        """All that must stay as it is while runs are kept: not replications, which may grow, nor words of factors."""
        described = self.described() | {"factors": [factor.deciding() for factor in self.factors]}
        return {key: value for key, value in described.items() if key != "replications"}


def plan_from_file(source: Path | str) -> StudyPlan:
    """Read a study file.

    Raises
    ------
    InputError
        All its faults, and those of its scenarios, each with key and line.
    """
    path = find_file(str(source), "study")
    data, finder = load_toml(path)
    require_kind(data, "study", path)
    check_format(data, (1,), path, finder)
    content = validate(_Study, data, path, finder)
    return _Reader(content, path, finder).plan()


_TRIED = (0.0, 0.38, 1.0)  # the one between shows a lever of whole numbers that is varied as any number


class _Reader:
    """Turns checked content into a plan, collecting what no single key shows."""

    def __init__(self, content: _Study, path: Path, finder: LineFinder) -> None:
        self.content, self.path, self.finder = content, path, finder
        self.problems: list[Problem] = []

    def _fault(self, key_path: tuple[str | int, ...], message: str, hint: str = "") -> None:
        where = f"{self.path}: {key_text(key_path)}"
        self.problems.append(Problem(where, message, hint, self.finder.line(key_path)))

    def plan(self) -> StudyPlan:
        content = self.content
        baseline = self._scenario("baseline", content.baseline)
        policy = self._scenario("policy", content.policy) if content.policy is not None else None
        if baseline is not None and policy is not None:
            try:
                require_comparable([baseline, policy])
            except InputError as error:
                self.problems += error.problems
        self._check_sizes(has_policy=content.policy is not None)
        of_pairs = pair_outcome_names()
        outcomes = self._outcomes(of_pairs)
        if baseline is None or (content.policy is not None and policy is None):
            raise InputError(self.problems)
        factors = self._factors(policy or baseline)
        self._check_groups(factors)
        periods = self._periods(baseline)
        if self.problems:
            raise InputError(sorted(self.problems, key=lambda problem: problem.line or 0))
        return StudyPlan(
            name=content.name,
            description=content.description,
            baseline=baseline,
            policy=policy,
            method=Method(content.method),
            samples=content.samples,
            screen_samples=content.screen_samples or 0,
            second_order=content.second_order,
            replications=content.replications,
            seed=content.seed,
            factors=(*factors, Factor(PLACEBO, label="nothing: no part of the model reads it", unit="none")),
            quantities=tuple(Quantity(item) for item in dict.fromkeys(content.quantities)),
            outcomes=tuple(outcome for outcome in outcomes if outcome not in of_pairs),
            periods=periods,
            pair_outcomes=tuple(outcome for outcome in outcomes if outcome in of_pairs),
            survivors=content.survivors or 0,
        )

    def _scenario(self, key: str, name: str) -> Scenario | None:
        beside = self.path.parent / name
        source = beside if beside.is_file() else name
        try:
            scenario = Scenario.from_file(source, months=self.content.months, residents=self.content.residents)
            require_processes(scenario)
            return scenario
        except InputError as error:
            for problem in error.problems:
                if problem.where == str(source):
                    problem = replace(problem, where=f"{self.path}: {key}", line=self.finder.line((key,)))
                self.problems.append(problem)
            return None

    def _check_sizes(self, *, has_policy: bool) -> None:
        content = self.content
        method = Method(content.method)
        if method in (Method.SOBOL, Method.SCREEN_THEN_SOBOL) and content.samples & (content.samples - 1):
            below = 1 << (content.samples.bit_length() - 1)
            hint = f"Take {below} or {2 * below}: Sobol sequences are balanced at powers of two only."
            self._fault(("samples",), f"{content.samples} is no power of two.", hint)
        if method is Method.SCREEN_THEN_SOBOL and content.screen_samples is None:
            self._fault(("screen_samples",), "is missing; expected the number of trajectories of the screening.")
        for key in ("screen_samples", "survivors"):
            if method is not Method.SCREEN_THEN_SOBOL and getattr(content, key) is not None:
                self._fault((key,), "is of no use with this method.", "Leave it out.")
        if content.second_order and method not in (Method.SOBOL, Method.SCREEN_THEN_SOBOL):
            self._fault(("second_order",), "is of no use with this method.", "Leave it out, or take method sobol.")
        if not has_policy and set(content.quantities) != {Quantity.BASELINE}:
            hint = 'Name a policy, or write quantities = ["baseline"].'
            self._fault(("quantities",), "effects and policy levels need a policy, and the study names none.", hint)

    def _check_groups(self, factors: list[Factor]) -> None:
        given_data = Method(self.content.method) in (Method.RBD_FAST, Method.PAWN, Method.REGRESSION)
        if given_data and any(factor.group for factor in factors):
            hint = "Leave the groups out, or take method morris or sobol."
            self._fault(("parameter",), f"method {self.content.method} has no indices of groups.", hint)

    def _outcomes(self, of_pairs: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
        named = (*outcome_names(), *of_pairs)
        known = {f"{name}.{group}" if group else name: (name, group) for name, group in named}
        known |= {f"{POCKET_OUTCOME}.{key}": (POCKET_OUTCOME, key) for key in POCKETS}
        found = []
        for place, text in enumerate(self.content.outcomes):
            if text in known:
                found.append(known[text])
                if self.content.policy is None and known[text] in of_pairs:
                    self._fault(("outcomes", place), f'"{text}" is of a baseline and a policy; there is no policy.')
                continue
            groups = [full for full, (name, _) in known.items() if name == text]
            hint = f"Name one of its groups: {', '.join(groups)}." if groups else did_you_mean(text, known)
            self._fault(("outcomes", place), f'"{text}" is no outcome.', hint or "See docs/outcomes.md.")
        return tuple(dict.fromkeys(found))

    def _periods(self, baseline: Scenario) -> tuple[str, ...]:
        settings = baseline.settings
        first, last = year_of(settings.start), year_of(settings.start + settings.months - 1)
        years = range(first, last + 1) if self.content.years == "all" else self.content.years
        for place, year in enumerate(years if self.content.years != "all" else ()):
            if not first <= year <= last:
                self._fault(("years", place), f"{year} is not simulated; the run has {first} to {last}.")
        return (*(str(year) for year in dict.fromkeys(years)), *((TOTAL,) if self.content.total else ()))

    # ------------------------------------------------------------------ factors
    def _factors(self, scenario: Scenario) -> list[Factor]:
        registry = scenario.registry
        factors: dict[str, Factor] = {}
        names = [given.name for given in self.content.parameter]
        for place, given in enumerate(self.content.parameter):
            at = ("parameter", place)
            if given.name in names[:place]:
                self._fault((*at, "name"), f'the parameter "{given.name}" stands twice.', "Name each once.")
                continue
            factor = self._factor(at, given, registry, scenario)
            if factor is not None:
                factors[given.name] = factor
        for place, name in enumerate(self.content.leave_out):
            if name not in registry:
                self._fault(("leave_out", place), f'"{name}" is no parameter.', did_you_mean(name, registry))
        for name in _free(registry, [Grade(grade) for grade in self.content.all_of_grades]):
            if not read_in(name, scenario.settings.structure):
                continue
            if name not in factors and name not in self.content.leave_out:
                factors[name] = registry_factor(registry, name)
        if not factors and not self.problems:
            self._fault(("parameter",), "the study varies nothing.", "Name parameters, or give all_of_grades.")
        clash = {factor.group for factor in factors.values()} & (set(factors) | {PLACEBO})
        if clash:
            self._fault(("parameter",), f"{', '.join(sorted(clash))} is the name of a group and of a parameter.")
        return list(factors.values())

    def _factor(
        self, at: tuple[str | int, ...], given: _Parameter, registry: Registry, scenario: Scenario
    ) -> Factor | None:
        kind = FactorKind(given.kind)
        faults = len(self.problems)
        levers = lever_types(plan.key for plan in scenario.settings.enterprises)
        levers |= {name: choice.kind for name, choice in STRUCTURES.items()}
        if given.name not in registry and given.name not in levers:
            hint = did_you_mean(given.name, [*registry, *levers]) or "See: wijksim parameters."
            self._fault((*at, "name"), f'"{given.name}" is no parameter and no lever of the policy.', hint)
            return None
        if kind is FactorKind.CHOICE and not given.choices:
            self._fault((*at, "choices"), "a choice needs two or more names.", 'For instance choices = ["a", "b"].')
        if kind is not FactorKind.CHOICE and given.choices is not None:
            self._fault(
                (*at, "choices"), f"is of no use with kind {given.kind}.", 'Leave it out, or write kind = "choice".'
            )
        if given.name in registry:
            return self._registry_factor(at, given, kind, registry) if faults == len(self.problems) else None
        if kind in (FactorKind.NUMBER, FactorKind.WHOLE):
            for key in ("low", "high"):
                if getattr(given, key) is None:
                    hint = f"It may be {range_text(levers[given.name])}."
                    self._fault((*at, key), "is missing; a lever has no range of its own.", hint)
        if faults < len(self.problems):
            return None
        factor = Factor(
            name=given.name,
            kind=kind,
            low=given.low if given.low is not None else 0.0,
            high=given.high if given.high is not None else 1.0,
            distribution=Distribution(given.distribution or "uniform"),
            choices=given.choices or (),
            group=given.group,
            both=given.scenarios == "both" or given.name in STRUCTURES,
            label="lever",
        )
        self._check_range(at, factor)
        if faults == len(self.problems):
            for value in {factor.value(uniform) for uniform in _TRIED} | set(factor.choices):
                try:
                    TypeAdapter(levers[given.name]).validate_python(value)
                except (ValidationError, ValueError):
                    hint = f'Expected {range_text(levers[given.name])}. Whole numbers need kind = "whole".'
                    self._fault(at, f"{value!r} is no value of {given.name}.", hint)
        return factor if faults == len(self.problems) else None

    def _registry_factor(
        self, at: tuple[str | int, ...], given: _Parameter, kind: FactorKind, registry: Registry
    ) -> Factor | None:
        if kind in (FactorKind.CHOICE, FactorKind.YES_NO):
            self._fault((*at, "kind"), f"{given.name} is a number, not a {given.kind}.")
            return None
        distribution = Distribution(given.distribution) if given.distribution else None
        factor = registry_factor(
            registry,
            given.name,
            low=given.low,
            high=given.high,
            distribution=distribution,
            kind=kind,
            group=given.group,
        )
        lowest, highest = registry[given.name].bounds
        if lowest == highest:
            self._fault((*at, "name"), f"{given.name} has no range: it is a rule, or it is known.", "Leave it out.")
        elif factor.low < lowest or factor.high > highest:
            message = (
                f"{factor.low:g} to {factor.high:g} goes beyond its passport, {lowest:g} to {highest:g} {factor.unit}."
            )
            self._fault(at, message, "Stay within it, or change the passport with a source.")
        return factor if self._check_range(at, factor) else None

    def _check_range(self, at: tuple[str | int, ...], factor: Factor) -> bool:
        if factor.kind in (FactorKind.YES_NO, FactorKind.CHOICE):
            return True
        if not factor.low < factor.high:
            self._fault(at, f"{factor.name}: low {factor.low:g} is not below high {factor.high:g}.")
            return False
        if factor.kind is FactorKind.WHOLE and not (factor.low.is_integer() and factor.high.is_integer()):
            self._fault(
                at, f"{factor.name}: bounds of a whole number must be whole, not {factor.low:g} and {factor.high:g}."
            )
            return False
        if factor.distribution is Distribution.loguniform and factor.low <= 0:
            self._fault(at, f"{factor.name}: a loguniform range must lie above zero, and begins at {factor.low:g}.")
            return False
        if factor.distribution is Distribution.triangular and not factor.low <= factor.mode <= factor.high:
            message = f"{factor.name}: the value {factor.mode:g} lies outside the triangular range."
            self._fault(at, message, 'Write distribution = "uniform", or a range around the value.')
            return False
        return True


def _free(registry: Mapping[str, Any], grades: list[Grade]) -> Iterator[str]:
    """Parameters of some grades that are uncertain."""
    for name, passport in registry.items():
        if passport.grade in grades and passport.uncertain:
            yield name
