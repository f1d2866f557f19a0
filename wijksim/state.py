"""Everything that changes in a month, in one value that can be copied, kept and put back.

There is no generator state (draws are functions of seed, stream, person and month), so a `State` and the
settings determine the rest of a run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.accounts import Ledger
from wijksim.errors import InputError
from wijksim.population.columns import Column, Columns, Education
from wijksim.population.resident_columns import MOST_ENTERPRISES
from wijksim.population.world import Homes, Lineage, Ties, copy_fields
from wijksim.settings import Sector

__all__ = [
    "CohortState",
    "EnterpriseState",
    "Institutions",
    "InsurerState",
    "LabourMarketState",
    "LiveabilityState",
    "MunicipalityState",
    "State",
]

SKILLS = len(Education)
FIRMS = (*(sector.value for sector in Sector), "other")
"""Rows of regional firms: those that do the same work as a kind of social enterprise, and all others."""


def _zeros() -> NDArray[np.float64]:
    return np.zeros(SKILLS)


@dataclass
class EnterpriseState:
    """A social enterprise: its books and its plan. Its workers are rows whose ``employer`` is `index`.

    Parameters
    ----------
    key : str
        Name in the scenario.
    index : int
        Number among the enterprises of the scenario.
    opened : bool
        Whether it has opened.
    failed : bool
        Whether it has failed since.
    capital_cents : int
        Starting capital that was brought in, cents.
    reserve_cents : int
        Reserve, cents; negative is a debt.
    planned_places : float
        Places that it wants filled; vacancies are its whole places that are free.
    months_in_debt : int
        Consecutive months beyond its credit limit.
    order_level : float
        Order book over its contracts.
    hours_delivered : float
        Hours sold in the month, of a worker of the reference productivity.
    unfilled_places : int
        Vacancies of the month that found nobody.
    subsidy_cents : int
        Wage-cost subsidy of the month for its workers, cents; benefits write it.
    support_cents : int
        The same with sick pay that UWV refunds and with bonuses of the State (LIV, LKV).
    """

    key: str
    index: int
    opened: bool = False
    failed: bool = False
    capital_cents: int = 0
    reserve_cents: int = 0
    planned_places: float = 0.0
    months_in_debt: int = 0
    order_level: float = 1.0
    hours_delivered: float = 0.0
    unfilled_places: int = 0
    subsidy_cents: int = 0
    support_cents: int = 0

    def __post_init__(self) -> None:
        if self.index >= MOST_ENTERPRISES:
            message = f"number {self.index + 1} is one too many: a scenario has {MOST_ENTERPRISES} at most."
            raise InputError.single(f"enterprise {self.key}", message, "Leave some out, or put some together.")


@dataclass
class MunicipalityState:
    """What the municipality remembers between months.

    Assistance (gross) and wage-cost subsidy are counted in cents a year; what was spent in earlier years is in norms of
    the start.

    Parameters
    ----------
    assistance_budget_start : int
        Cost of social assistance in the first month times twelve, cents a year.
    subsidy_budget_start : int
        The same of wage-cost subsidy.
    assistance_budget_year : int
        Budget for social assistance (BUIG) of this calendar year, cents.
    assistance_spent_this_year : int
        Spent on social assistance since January, cents.
    subsidy_spent_this_year : int
        Spent on wage-cost subsidy since January, cents, whoever paid it.
    assistance_spent_by_year : tuple of float
        Spent on social assistance in each year that has ended, cents.
    subsidy_spent_by_year : tuple of float
        The same of wage-cost subsidy.
    measured_saving_per_place_year : float
        What a place is estimated to save, euro a year; negative when it costs more.
    funded_places : float
        Places that it funds since its last decision; negative before the first.
    wanted_places : int
        Places of the scenario at that decision.
    """

    assistance_budget_start: int = 0
    subsidy_budget_start: int = 0
    assistance_budget_year: int = 0
    assistance_spent_this_year: int = 0
    subsidy_spent_this_year: int = 0
    assistance_spent_by_year: tuple[float, ...] = ()
    subsidy_spent_by_year: tuple[float, ...] = ()
    measured_saving_per_place_year: float = 0.0
    funded_places: float = -1.0
    wanted_places: int = 0


@dataclass
class InsurerState:
    """A health insurer and what it has measured among its own insured.

    Parameters
    ----------
    index : int
        Number among the insurers.
    market_share : float
        Share of the insured.
    co_funding_per_place_year : float
        What it pays since its last decision, euro for a place and year.
    measured_effect_per_job_year : float
        Gross saving in care that it measured, euro.
    job_years : float
        Years in places that the decision rested on.
    care_seen : array of int64, shape (educations, 4)
        Since that decision: person-months in places and their cents of care, and the same of jobless people.
    """

    index: int
    market_share: float
    co_funding_per_place_year: float = 0.0
    measured_effect_per_job_year: float = 0.0
    job_years: float = 0.0
    care_seen: NDArray[np.int64] = field(default_factory=lambda: np.zeros((SKILLS, 4), np.int64))


@dataclass
class LabourMarketState:
    """The regional labour market per skill (`Education`); what is marked "at start" never changes afterwards.

    Search mass is the number of hires to be expected in a month at tightness 1. Regional firms are rows of data, one
    for each of `FIRMS`.

    Parameters
    ----------
    wijk_share : float
        Share of the region's seekers who live in the wijk.
    outside_search_mass : array of float64, shape (skills,)
        Search mass of people elsewhere in the region; it never changes.
    search_mass_at_start : array of float64, shape (skills,)
        Search mass of residents in the first month.
    firm_jobs_at_start : array of float64, shape (firms, skills)
        Jobs of each firm by skill.
    unemployment_at_start : float
        Low-skill unemployment of the region at the start, share of the labour force; negative is not set.
    tie_employment_at_start : float
        Mean share of residents' ties in work at the start; negative is not set.
    norm_at_start : float
        Mean work norm of residents who search at the start, where the variant of upbringing reads it; negative is not
        set.
    tightness : array of float64, shape (skills,)
        Vacancies over search, both against their references, in the month last simulated.
    vacancies_carried : array of float64, shape (skills,)
        Vacancies left over from the month before; with matching `full` only.
    outsiders_hired : array of float64, shape (skills,)
        Hires of people elsewhere in the month.
    jobs_lost_to_orders : array of float64, shape (firms,)
        Full-time jobs that each firm has less now because social enterprises do its work.
    """

    wijk_share: float = 1.0
    outside_search_mass: NDArray[np.float64] = field(default_factory=_zeros)
    search_mass_at_start: NDArray[np.float64] = field(default_factory=_zeros)
    firm_jobs_at_start: NDArray[np.float64] = field(default_factory=lambda: np.zeros((len(FIRMS), SKILLS)))
    unemployment_at_start: float = -1.0
    tie_employment_at_start: float = -1.0
    norm_at_start: float = -1.0
    tightness: NDArray[np.float64] = field(default_factory=lambda: np.ones(SKILLS))
    vacancies_carried: NDArray[np.float64] = field(default_factory=_zeros)
    outsiders_hired: NDArray[np.float64] = field(default_factory=_zeros)
    jobs_lost_to_orders: NDArray[np.float64] = field(default_factory=lambda: np.zeros(len(FIRMS)))


@dataclass
class LiveabilityState:
    """Levels in the first month of what the liveability index (*leefbaarheid*) is made of; negative is not set.

    Parameters
    ----------
    employment_rate : float
        Share of residents of working age in paid work.
    households_with_work : float
        Share of households with somebody in paid work.
    """

    employment_rate: float = -1.0
    households_with_work: float = -1.0


@dataclass
class CohortState:
    """Who lived here in the first month, as it ended.

    Parameters
    ----------
    uids : array of int64, shape (people,)
        Their identities.
    """

    uids: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))


@dataclass
class Institutions:
    """The memory of all institutions, and of the count; what institutions decide is in `agents`."""

    enterprises: list[EnterpriseState] = field(default_factory=list)
    municipality: MunicipalityState = field(default_factory=MunicipalityState)
    insurers: list[InsurerState] = field(default_factory=list)
    labour_market: LabourMarketState = field(default_factory=LabourMarketState)
    liveability: LiveabilityState = field(default_factory=LiveabilityState)
    cohort: CohortState = field(default_factory=CohortState)

    def take_plans(self, keys: Sequence[str]) -> None:
        """Have the enterprises of another scenario, of which no other ones have opened than of this one.

        Insurers measure from the first month on where there are enterprises, opened or not, and not where there are
        none.

        Parameters
        ----------
        keys : sequence of str
            Keys of its enterprises, in order.
        """
        opened = {books.index: books for books in self.enterprises if books.opened}
        self.enterprises = [opened.get(k) or EnterpriseState(key, k) for k, key in enumerate(keys)]
        if not self.enterprises:
            self.insurers = [InsurerState(insurer.index, insurer.market_share) for insurer in self.insurers]

    def copy(self) -> Institutions:
        """Copy of everything."""
        return Institutions(
            [copy_fields(item) for item in self.enterprises],
            copy_fields(self.municipality),
            [copy_fields(item) for item in self.insurers],
            copy_fields(self.labour_market),
            copy_fields(self.liveability),
            copy_fields(self.cohort),
        )


@dataclass
class State:
    """All that changes: residents, forebears, ties, homes, ledger, institutions, and the month to come.

    Parameters
    ----------
    month : int
        Absolute month that the next step will simulate.
    columns : Columns
        Attributes of the residents.
    lineage : Lineage
        Everyone who ever lived here, and their forebears.
    ties : Ties
        Whom each resident knows outside the household.
    homes : Homes
        The street plan.
    ledger : Ledger
        All payments up to now.
    institutions : Institutions
        Memory of the institutions and of the count.
    flows : dict of str to float
        Counts of events of the month last simulated (births, hires, ...).
    """

    month: int
    columns: Columns
    lineage: Lineage
    ties: Ties
    homes: Homes
    ledger: Ledger = field(default_factory=Ledger)
    institutions: Institutions = field(default_factory=Institutions)
    flows: dict[str, float] = field(default_factory=dict)

    def copy(self) -> State:
        """Copy of everything; the two go on apart."""
        return self.with_columns(())

    def with_columns(self, extra: Iterable[Column]) -> State:
        """Copy of everything, with more columns, at their defaults."""
        return State(
            self.month,
            self.columns.with_columns(extra),
            self.lineage.copy(),
            self.ties.copy(),
            self.homes.copy(),
            self.ledger.copy(),
            self.institutions.copy(),
            dict(self.flows),
        )

    def differences(self, other: State) -> Iterator[str]:
        """Name what differs from another state, bit for bit; nothing is yielded when the two are equal."""
        if self.month != other.month:
            yield "month"
        for name in self.columns.names:
            if not np.array_equal(self.columns[name], other.columns[name]):
                yield f"columns.{name}"
        for part in ("lineage", "homes"):
            mine, theirs = getattr(self, part), getattr(other, part)
            for item in fields(mine):
                if not np.array_equal(getattr(mine, item.name), getattr(theirs, item.name)):
                    yield f"{part}.{item.name}"
        if not np.array_equal(self.ties.rows, other.ties.rows):
            yield "ties"
        if self.ledger.postings() != other.ledger.postings():
            yield "ledger.postings"
        if not np.array_equal(self.ledger.balances, other.ledger.balances):
            yield "ledger.balances"
        if not _same(self.institutions, other.institutions):
            yield "institutions"
        if self.flows != other.flows:
            yield "flows"


def _same(mine: Any, theirs: Any) -> bool:
    """Whether two values are equal to the last bit: dataclasses field by field, lists item by item."""
    if is_dataclass(mine):
        return all(_same(getattr(mine, item.name), getattr(theirs, item.name)) for item in fields(mine))
    if isinstance(mine, list):
        return len(mine) == len(theirs) and all(map(_same, mine, theirs))
    return np.array_equal(mine, theirs)
