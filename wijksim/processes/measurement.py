"""The count at the end of the month, from which outcomes are read; and the liveability index (B9)."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from wijksim.calendar import MONTHS_PER_YEAR, month_of_year
from wijksim.kernels import Given, call
from wijksim.population.columns import Column, Status
from wijksim.processes.people_in_places import Position, Situation, people_in_places
from wijksim.processes.process import Kept, Month
from wijksim.processes.social_balance import COMPONENTS, social_balance
from wijksim.processes.starting_cohort import share_of_lines_followed
from wijksim.processes.tallies import Tally, count_residents
from wijksim.randomness import Stream

__all__ = ["Measurement"]

_PER_THOUSAND = 1000.0
_INDEX_START = 100.0


_TALLY_NAMES = [item.name.lower() for item in Tally]
_POSITION_NAMES = [f"in_place_benefit.{position.name.lower()}" for position in Position]
_SITUATION_NAMES = [f"once_placed.{situation.name.lower()}" for situation in Situation]
_BALANCE_NAMES = [f"social_balance.{part}" for part in COMPONENTS]
_LIVEABILITY_PARTS = ("service_hours", "homes_helped", "employment", "households_with_work")
_LIVEABILITY_NAMES = [f"liveability.{part}" for part in _LIVEABILITY_PARTS] + ["liveability"]
_STATUS_NAMES = [f"status.{status.name.lower()}" for status in Status]


class Measurement:
    """Counts residents, and combines services and work into the liveability index (`mechanisms.md` B9).

    L = 100 (1 + w h / h_ref + w m / m_ref + w (e / e0 - 1) + w (k / k0 - 1)), with h hours of service and m homes
    helped, both less those that others no longer serve, per 1 000 residents against a reference level (there were none
    at the start, so that a ratio to the start doesn't exist), e the employment rate and k the share of households with
    work, both against the first month.
    The index feeds nothing back and is never in euros.
    """

    name: ClassVar[str] = "measurement"
    reads: ClassVar[tuple[str, ...]] = (
        "present", "starter", "birth_month", "status", "head_row", "unit_row", "employer", "sick_since", "assistance",
        "net_earnings", "income", "care_cost", "norm", "exposure", "generations_without_work", "placed_from",
        "ww_after_place", "uid", "ever_placed",
    )  # fmt: skip
    writes: ClassVar[tuple[str, ...]] = ()
    streams: ClassVar[tuple[Stream, ...]] = ()
    parameters: ClassVar[tuple[str, ...]] = (
        "working_age_first", "working_age_last", "adult_age", "young_adult_last_age", "workless_parents_share",
        "liveability_weight", "liveability_reference_service_hours", "liveability_reference_homes_helped",
        "order_substitution_share", "displaced_work_reused_share", "leisure_value_share",
    )  # fmt: skip
    columns: ClassVar[tuple[Column, ...]] = ()
    outcomes: ClassVar[tuple[object, ...]] = ()

    def __init__(self) -> None:
        self._limits = Kept(_limits)

    def step(self, month: Month) -> None:
        """Do the month."""
        columns = month.columns
        places = len(columns) + 1
        tally = np.zeros(len(_TALLY_NAMES), np.int64)
        by_status = np.zeros(len(_STATUS_NAMES), np.int64)
        earns = np.empty(places, np.bool_)
        call(
            count_residents,
            columns,
            self._limits.of(month),
            at=month.at,
            works=np.empty(places, np.bool_),
            earns=earns,
            by_status=by_status,
            tally=tally,
        )
        month.count_all(_TALLY_NAMES, tally)
        month.count_all(_STATUS_NAMES, by_status)
        self._cohort(month)
        self._places(month, earns)
        if month_of_year(month.at) == MONTHS_PER_YEAR:
            month.count("income_gini", _gini_of_households(month))
        self._liveability(month, tally)

    def _cohort(self, month: Month) -> None:
        cohort, columns = month.state.institutions.cohort, month.columns
        if month.index == 0:
            cohort.uids = columns["uid"][columns["present"] & columns["starter"]]
        month.count("starters_at_start", cohort.uids.size)
        if month_of_year(month.at) == MONTHS_PER_YEAR:
            here = columns["uid"][columns["present"]]
            month.count("lines_followed", share_of_lines_followed(month.state.lineage, here, cohort.uids))

    def _places(self, month: Month, earns: NDArray[np.bool_]) -> None:
        """Count people who have or had a place, and draw up the social balance."""
        positions, situations, net_earnings = people_in_places(month.columns, earns)
        month.count_all(_POSITION_NAMES, positions)
        month.count_all(_SITUATION_NAMES, situations)
        parts = social_balance(
            month.ledger,
            month.at,
            replaced_cents=int(month.state.flows.get("home_help_replaced_cents", 0.0)),
            net_earnings_cents=net_earnings,
            substitution_share=month.number("order_substitution_share"),
            reused_share=month.number("displaced_work_reused_share"),
            leisure_share=month.number("leisure_value_share"),
        )
        month.count_all(_BALANCE_NAMES, list(parts.values()))

    def _liveability(self, month: Month, tally: NDArray[np.int64]) -> None:
        base = month.state.institutions.liveability
        employment = _share(tally[Tally.EMPLOYED_15_74], tally[Tally.AGED_15_74])
        with_work = _share(tally[Tally.HOUSEHOLDS_WITH_WORK], tally[Tally.HOUSEHOLDS])
        if base.employment_rate < 0.0:
            base.employment_rate, base.households_with_work = employment, with_work
        scale = _PER_THOUSAND / max(1, int(tally[Tally.RESIDENTS]))
        flows = month.state.flows
        parts = (
            (flows.get("service_hours", 0.0) - flows.get("service_hours_replaced", 0.0))
            * scale
            / month.number("liveability_reference_service_hours"),
            (flows.get("homes_helped", 0.0) - flows.get("homes_replaced", 0.0))
            * scale
            / month.number("liveability_reference_homes_helped"),
            _relative(employment, base.employment_rate),
            _relative(with_work, base.households_with_work),
        )
        weight = month.number("liveability_weight")
        whole = _INDEX_START * (1.0 + weight * sum(parts))
        month.count_all(_LIVEABILITY_NAMES, [*[weight * part * _INDEX_START for part in parts], whole])


def _limits(month: Month) -> Given:
    """Arguments of :func:`wijksim.processes.tallies.count_residents` that follow from parameters."""
    number = month.number
    return Given(
        first_working_age=int(number("working_age_first")),
        last_working_age=int(number("working_age_last")) + 1,
        adult_age=int(number("adult_age")),
        young_age=int(number("young_adult_last_age")) + 1,
        workless_share=number("workless_parents_share"),
    )


def _share(part: int, whole: int) -> float:
    return float(part / whole) if whole else 0.0


def _relative(now: float, start: float) -> float:
    return now / start - 1.0 if start > 0.0 else 0.0


def _gini_of_households(month: Month) -> float:
    """Gini coefficient of household income of this month; negative incomes count as zero."""
    columns = month.columns
    present = columns["present"]
    totals = np.zeros(len(columns), np.int64)
    np.add.at(totals, columns["head_row"][present], columns["income"][present])
    heads = present & (columns["head_row"] == np.arange(len(columns)))
    ordered = np.sort(np.maximum(totals[heads], 0)).astype(np.float64)
    total = ordered.sum()
    if total <= 0.0:
        return 0.0
    rank = np.arange(1, ordered.size + 1)
    return float(2.0 * (rank * ordered).sum() / (ordered.size * total) - (ordered.size + 1) / ordered.size)
