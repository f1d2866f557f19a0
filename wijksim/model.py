"""The neighbourhood: builds its world, runs the month, and gives Mesa users what they expect."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import mesa
import numpy as np
from numpy.typing import NDArray

from wijksim.accounts import Party
from wijksim.agents import (
    HealthInsurer,
    InstitutionAgents,
    Municipality,
    NationalGovernment,
    RegionalEmployers,
    SocialEnterprise,
)
from wijksim.agents.resident import Resident
from wijksim.calendar import LAST_MONTH, month_text
from wijksim.errors import InputError
from wijksim.outcomes import outcome_names, read_outcomes
from wijksim.parameters import RecordingRegistry
from wijksim.population.columns import Columns
from wijksim.population.synthesis import build_population
from wijksim.processes.benefits import Benefits
from wijksim.processes.demography import Demography
from wijksim.processes.health import Health
from wijksim.processes.labour_market import LabourMarket
from wijksim.processes.measurement import Measurement
from wijksim.processes.plugins import arrange, check_writes, load_processes, require_known_parameters
from wijksim.processes.process import Month, Process, in_force
from wijksim.processes.services import Services
from wijksim.processes.settlement import Settlement
from wijksim.processes.upbringing import Upbringing
from wijksim.randomness import Stream, key_of
from wijksim.record import Recorder, Run
from wijksim.scenario import Scenario, require_scenarios
from wijksim.state import EnterpriseState, Institutions, InsurerState, State

__all__ = ["MONTH", "Neighbourhood", "Population", "population_of", "require_processes"]

MONTH: tuple[type[Process], ...] = (
    Demography,  # policy and calendar: births, deaths, moves, couples; levers and rules in force are in `Month`
    LabourMarket,  # who leaves work, who searches, who is taken on
    Benefits,  # wages, tax, benefits, subsidies, allowances
    Health,  # latent health, GP contacts, mental care, cost
    Upbringing,  # what children see, education, work norms, lineage
    Services,  # what social enterprises do and earn
    Settlement,  # budgets, insurers, pooling, yearly decisions
    Measurement,  # the count from which outcomes are read
)
"""The month, in order."""

_LARGEST_SEED = 2**63 - 1


def require_processes(scenario: Scenario) -> None:
    """Refuse, before anything is computed, processes of a scenario that can't be put in the month.

    Raises
    ------
    InputError
        All that is wrong with what they are and declare.
    """
    if scenario.settings.processes:
        given = load_processes(scenario.settings.processes)
        require_known_parameters(arrange([process() for process in MONTH], given, {}, {}), scenario.registry)


class Population(NamedTuple):
    """The start of a neighbourhood, and the households that may move into it."""

    start: State
    newcomers: State


class _Kept(NamedTuple):
    """A population and what it was made from: of the parameters, only those that were read."""

    source: tuple[str, int, int, int | None, str]
    names_read: frozenset[str]
    values: str
    population: Population


_POPULATIONS_KEPT = 16
_RESIDENTS_KEPT = 400_000  # in all of them: half a gigabyte with the households that may move in
_kept: list[_Kept] = []  # a cache: what it gives is the same as what is made again


def population_of(scenario: Scenario, seed: int) -> Population:
    """Start population of a scenario and seed; built once in a process and shared by all runs that need it.

    Runs whose parameters differ share it as long as no parameter that shaped it differs. The states are not to be
    changed: a run starts from a copy.
    """
    settings = scenario.settings
    source = (scenario.profile.digest(), seed, settings.start, settings.residents, settings.health)
    for place, kept in enumerate(_kept):
        if kept.source == source and scenario.registry.digest_of(kept.names_read) == kept.values:
            _kept.append(_kept.pop(place))
            return kept.population
    registry = RecordingRegistry(scenario.registry)
    elsewhere = int(key_of(seed, Stream.ARRIVAL_UID, 0) >> np.uint64(1))
    start, newcomers = (
        State(
            *build_population(
                scenario.profile,
                registry,
                seed=one,
                start=settings.start,
                residents=settings.residents,
                health=settings.health,
            )
        )
        for one in (seed, elsewhere)
    )
    read = frozenset(registry.names_read)
    _kept.append(_Kept(source, read, scenario.registry.digest_of(read), Population(start, newcomers)))
    del _kept[:-_POPULATIONS_KEPT]
    while len(_kept) > 1 and sum(len(kept.population.start.columns) for kept in _kept) > _RESIDENTS_KEPT:
        del _kept[0]
    return _kept[-1].population


def _require_incomes_that_fit(income: NDArray[np.int32], booked: int) -> None:
    """Refuse a month in which somebody got more cents than fit in the column: it comes round at the other end.

    What goes into incomes is booked too, in wider numbers; the two then differ by whole rounds.
    """
    limits = np.iinfo(income.dtype)
    off = booked - int(income.sum(dtype=np.int64))
    if off and off % 2**limits.bits == 0:
        raise OverflowError(
            f"column income: somebody got or paid more than {limits.max} cents this month, the most that fit; expected"
            " less than 21 million euro: look at the parameters of wages, benefits and care."
        )


def _open_institutions(scenario: Scenario, residents: int) -> Institutions:
    """Memory of institutions at the start of a scenario with so many residents."""
    shares = np.array(scenario.registry.table("insurer_share_start").values)
    institutions = Institutions(
        enterprises=[EnterpriseState(plan.key, k) for k, plan in enumerate(scenario.settings.enterprises)],
        insurers=[InsurerState(k, float(share)) for k, share in enumerate(shares / shares.sum())],
    )
    institutions.labour_market.wijk_share = _wijk_share(scenario, residents)
    return institutions


def _wijk_share(scenario: Scenario, residents: int) -> float:
    """Share of the region's seekers who live in the wijk, for the number of residents simulated."""
    profile = scenario.profile
    if profile.region is None:
        return scenario.registry.number("wijk_share_of_regional_seekers")
    share = profile.wijk_share_of_regional_seekers
    return min(1.0, share * (residents / profile.figure("inhabitants").value))


class Neighbourhood(mesa.Model):  # type: ignore[misc]
    """A neighbourhood (wijk), month by month.

    Parameters
    ----------
    scenario : Scenario
        What is simulated.
    seed, rng : int, optional
        Seed of the run, 0 or more; give one of them (Mesa has both names). Without, 1.
    processes : mapping of str to Process, optional
        Replaces processes of the month by name.
    before, after : mapping of str to Process, optional
        Puts a process in before or after the one of that name.
    verify : bool
        Check after each process that it wrote only the columns that it declares; slow, for tests.
    keep_histories : bool
        Keep everybody's activity status of every month.
    start : State, optional
        A snapshot to go on from, in place of the start of the scenario; see :meth:`from_state`.
    """

    def __init__(
        self,
        scenario: Scenario,
        *,
        seed: int | None = None,
        rng: int | None = None,
        processes: Mapping[str, Process] | None = None,
        before: Mapping[str, Process] | None = None,
        after: Mapping[str, Process] | None = None,
        verify: bool = False,
        keep_histories: bool = False,
        start: State | None = None,
    ) -> None:
        require_scenarios(scenario=scenario)
        chosen = _chosen_seed(seed, rng)
        super().__init__(rng=chosen)
        self.seed = chosen
        self.verify = verify
        given = {**load_processes(scenario.settings.processes), **(processes or {})}
        self.processes = arrange([process() for process in MONTH], given, before or {}, after or {})
        require_known_parameters(self.processes, scenario.registry)
        registry = scenario.registry
        self._restricted = {process.name: registry.restrict(process.parameters) for process in self.processes}
        self._streams = {process.name: frozenset(process.streams) for process in self.processes}
        self._extra_outcomes = tuple(outcome for process in self.processes for outcome in process.outcomes)
        self.population = population_of(scenario, chosen)
        extra = [column for process in self.processes for column in process.columns]
        self._newcomers = self.population.newcomers.with_columns(extra) if extra else self.population.newcomers
        state = self.population.start.with_columns(extra) if start is None else start.copy()
        if start is None:
            state.institutions = _open_institutions(scenario, len(state.columns))
        self._begin(scenario, state, Recorder(outcome_names(self._extra_outcomes), keep_histories))

    def _begin(self, scenario: Scenario, state: State, recorder: Recorder) -> None:
        """Take a scenario, its state and record, and make institutions around their memory."""
        self.source, self.settings = scenario, scenario.settings
        self.state, self.recorder = state, recorder
        institutions = state.institutions
        self.institutions = InstitutionAgents(
            [SocialEnterprise(self, books) for books in institutions.enterprises],
            Municipality(self, institutions.municipality),
            [HealthInsurer(self, memory) for memory in institutions.insurers],
            NationalGovernment(self),
            RegionalEmployers(self, institutions.labour_market),
        )
        self._residents: dict[int, Resident] = {}
        self.datacollector = _OutcomeCollector(self.recorder)
        self.running = self.months_left > 0

    # ------------------------------------------------------------------ running
    @property
    def index(self) -> int:
        """Months simulated since the start of the scenario."""
        return self.state.month - self.settings.start

    @property
    def months_left(self) -> int:
        """Months to go until the horizon."""
        return self.settings.months - self.index

    def step(self) -> None:
        """Simulate one month."""
        state = self.state
        if state.month >= LAST_MONTH:
            raise InputError.single(
                "start and months of the scenario",
                f"{month_text(state.month)} is too late: months are kept up to {month_text(LAST_MONTH)}.",
                "Start earlier or choose fewer months.",
            )
        state.columns.reset_monthly()
        state.flows.clear()
        before = state.ledger.balances
        levers, plans = in_force(self.settings, self.index)
        whole = Month(
            state=state,
            at=state.month,
            index=self.index,
            seed=self.seed,
            settings=self.settings,
            levers=levers,
            plans=plans,
            registry=self.source.registry,
            streams=frozenset(),
            agents=self.institutions,
            newcomers=self._newcomers,
        )
        for process in self.processes:
            month = whole.seen_by(self._restricted[process.name], self._streams[process.name])
            if self.verify:
                with check_writes(process, state.columns, state.flows):
                    process.step(month)
            else:
                process.step(month)
        booked = state.ledger.balance(Party.RESIDENTS) - int(before[Party.RESIDENTS])
        _require_incomes_that_fit(state.columns["income"], booked)
        values = read_outcomes(state.flows, state.ledger, before, self._extra_outcomes)
        state.ledger.close_month()
        market = state.institutions.labour_market
        outside = (float(market.outsiders_hired.sum()), float(market.jobs_lost_to_orders.sum()))
        self.recorder.add(values, outside, state.columns, self.settings.start)
        state.month += 1
        self.running = self.months_left > 0
        self.datacollector.collect(self)

    def run(self, progress: Callable[[int, int], None] | None = None) -> Run:
        """Simulate up to the horizon.

        Parameters
        ----------
        progress : callable, optional
            Called with months done and months in all after each month.
        """
        while self.running:
            self.step()
            if progress is not None:
                progress(self.index, self.settings.months)
        return self.result()

    def result(self) -> Run:
        """What the run has left behind up to now."""
        outside_hires, outside_jobs_lost = self.recorder.outside()
        return Run(
            scenario_name=self.settings.name,
            seed=self.seed,
            start=self.settings.start,
            months=self.index,
            outcomes=self.recorder.table(),
            ledger=self.state.ledger.postings(),
            outside_hires=outside_hires,
            outside_jobs_lost=outside_jobs_lost,
            histories=self.recorder.histories(),
        )

    # ------------------------------------------------------------------ snapshot and restore
    def snapshot(self) -> State:
        """Copy of everything that changes; :meth:`from_state` goes on from it."""
        return self.state.copy()

    @classmethod
    def from_state(cls, state: State, scenario: Scenario, *, seed: int, **options: Any) -> Neighbourhood:
        """Go on from a snapshot.

        Parameters
        ----------
        state : State
            As given by :meth:`snapshot`; it is copied.
        scenario : Scenario
            The scenario of that run, or one that differs from it only later.
        seed : int
            The seed of that run.
        **options
            As for the constructor.
        """
        return cls(scenario, seed=seed, start=state, **options)

    def fork(self, scenario: Scenario, *, last: bool = False) -> Neighbourhood:
        """Begin another run with the months of this one, which goes on apart.

        It is what a whole run of that scenario is by now, if that does the same up to here
        (:mod:`wijksim.study.forking` finds until when). Enterprises that have not opened yet may differ.

        Parameters
        ----------
        scenario : Scenario
            Of the same profile and parameters, and without processes of its own.
        last : bool
            Whether this run ends here: the other takes its state instead of a copy.
        """
        state = self.state if last else self.state.copy()
        state.institutions.take_plans([plan.key for plan in scenario.settings.enterprises])
        other = object.__new__(Neighbourhood)  # with all that follows from parameters and newcomers
        mesa.Model.__init__(other, rng=self.seed)
        for name in _FROM_PARAMETERS:
            setattr(other, name, getattr(self, name))
        other._begin(replace(scenario, registry=self.source.registry), state, self.recorder.copy())
        other.steps = self.steps
        if last:
            self.running = False
        return other

    # ------------------------------------------------------------------ Mesa
    def agents_of_institutions(self) -> Iterable[mesa.Agent]:
        """All institutions, as Mesa agents."""
        institutions = self.institutions
        yield from institutions.enterprises
        yield institutions.municipality
        yield from institutions.insurers
        yield institutions.government
        yield institutions.employers

    def _complete_agents(self) -> None:
        """Make a view for each resident who has none, and drop those of leavers."""
        columns: Columns = self.state.columns
        here = columns["uid"][columns["present"]].tolist()
        gone = self._residents.keys() - set(here)
        for uid in gone:
            self._residents.pop(uid).remove()
        for uid in here:
            if uid not in self._residents:
                self._residents[uid] = Resident(self, uid)

    @property
    def agents(self) -> Any:
        """All agents, residents included; their views are made when this is read."""
        self._complete_agents()
        return super().agents

    @property
    def agents_by_type(self) -> Any:
        """Agents by type; the views of residents are made when this is read."""
        self._complete_agents()
        return super().agents_by_type

    @property
    def agent_types(self) -> Any:
        """Types of agents; the views of residents are made when this is read."""
        self._complete_agents()
        return super().agent_types

    def close(self) -> None:
        """Release what Mesa keeps of a model for as long as the process lives."""
        counters = getattr(mesa.Agent, "_ids", None)
        if counters is not None and hasattr(counters, "pop"):
            counters.pop(self, None)


_FROM_PARAMETERS = (
    "seed", "verify", "processes", "population", "_newcomers", "_restricted", "_streams", "_extra_outcomes",
)  # fmt: skip
"""Of a model, what all runs that forks begin have in common."""


class _OutcomeCollector(mesa.DataCollector):  # type: ignore[misc]
    """Mesa's collector of all outcomes without groups, filled from the record: Mesa calls and copies each one."""

    def __init__(self, recorder: Recorder) -> None:
        names = [(outcome, place) for place, (outcome, group) in enumerate(recorder.names) if not group]
        self._recorder = recorder
        self._places: list[tuple[list[float], int]] = []
        super().__init__(model_reporters={outcome: partial(recorder.last, place) for outcome, place in names})
        self._places = [(self._taken[outcome], place) for outcome, place in names]

    @property
    def model_vars(self) -> dict[str, list[float]]:
        """Values by outcome; months recorded since it was last read are taken over."""
        for values, place in self._places:
            values += self._recorder.since(len(values), place)
        return self._taken

    @model_vars.setter
    def model_vars(self, empty: dict[str, list[float]]) -> None:
        self._taken = empty

    def collect(self, model: Neighbourhood) -> None:
        """Do nothing: the month is in the record, and is taken over when somebody looks."""


def _chosen_seed(seed: int | None, rng: int | None) -> int:
    if seed is not None and rng is not None:
        raise InputError.single("seed", "both seed and rng were given; they are two names of the same number.")
    chosen = seed if seed is not None else rng if rng is not None else 1
    if isinstance(chosen, bool) or not isinstance(chosen, (int, np.integer)) or not 0 <= chosen <= _LARGEST_SEED:
        raise InputError.single("seed", f"{chosen!r} is no seed; expected a whole number from 0 to 2^63 - 1.")
    return int(chosen)
