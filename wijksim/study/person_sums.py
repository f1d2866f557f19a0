"""Outcomes that are sums over residents: who adds what to each of them in a month.

Each is declared once, by what a resident adds. That it is so counted in the model too is checked wherever it is used
(:meth:`PersonSum.value` against the recorded outcome).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from wijksim.accounts import CENTS_PER_EURO
from wijksim.calendar import MONTHS_PER_YEAR
from wijksim.model import Neighbourhood
from wijksim.outcomes import OUTCOMES
from wijksim.population.columns import Column, Status, is_paid_work
from wijksim.processes.process import LAST_AGE, Month
from wijksim.processes.rules import Rules
from wijksim.processes.rules_assistance import assistance_tax
from wijksim.processes.rules_insurance import (
    day_wage,
    disability_benefit,
    on_sickness_benefit,
    sickness_benefit,
    unemployment_benefit,
)
from wijksim.processes.rules_wages import wage_cost_subsidy, whole_cents
from wijksim.randomness import Stream, draw, key_of

__all__ = ["PERSON_SUMS", "AfterBenefits", "PersonSum", "Residents"]

Array = NDArray[Any]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

_PER_THOUSAND = 1000.0
_MILLION = 1_000_000.0


class AfterBenefits:
    """A process that changes nothing: it keeps what later processes of the month may write over."""

    name: ClassVar[str] = "explain_after_benefits"
    reads: ClassVar[tuple[str, ...]] = (
        "uid", "status", "status_since", "placed_from", "ww_since", "ww_until", "ww_after_place", "last_wage",
        "sick_since", "first_recorded", "productivity", "hours_share", "ever_placed",
    )  # fmt: skip
    writes: ClassVar[tuple[str, ...]] = ()
    streams: ClassVar[tuple[Stream, ...]] = ()
    parameters: ClassVar[tuple[str, ...]] = ()
    columns: ClassVar[tuple[Column, ...]] = ()
    outcomes: ClassVar[tuple[Any, ...]] = ()

    def __init__(self) -> None:
        self.kept: dict[str, Array] = {}

    def step(self, month: Month) -> None:
        """Do the month."""
        self.kept = {name: month.columns[name].copy() for name in self.reads}


class Residents:
    """Residents at the end of a month, as sums over them need them; arrays have shape (rows,).

    Parameters
    ----------
    model : Neighbourhood
        After the month.
    kept : AfterBenefits
        What was kept in that month.
    """

    def __init__(self, model: Neighbourhood, kept: AfterBenefits) -> None:
        self.model = model
        self.columns = model.state.columns
        self.at = model.state.month - 1
        self.registry = model.source.registry
        if not np.array_equal(kept.kept["uid"], self.columns["uid"]):
            raise ValueError("rows of residents moved between benefits and the end of the month")
        self.paid_then = kept.kept  # as benefits were paid

    def number(self, name: str) -> float:
        """Value of a parameter in this month."""
        return self.registry.value_in(name, self.at)

    def aged(self, first: float, until: float) -> Bools:
        """Who lives here and is `first` years or older, and below `until`."""
        born = self.columns["birth_month"]
        months = self.at - born
        found: Bools = self.present & (months >= first * MONTHS_PER_YEAR) & (months < until * MONTHS_PER_YEAR)
        return found

    @cached_property
    def present(self) -> Bools:
        """Who lives here."""
        found: Bools = self.columns["present"]
        return found

    @cached_property
    def paid(self) -> Bools:
        """Who has paid work."""
        found: Bools = self.present & is_paid_work(self.columns["status"])
        return found

    @cached_property
    def on_assistance(self) -> Bools:
        """Who is on social assistance, in a placement or not."""
        found: Bools = np.isin(self.columns["status"], (Status.SOCIAL_ASSISTANCE, Status.PLACEMENT))
        return self.present & found

    @cached_property
    def working_age(self) -> Bools:
        """Who is of the age of the employment rate."""
        return self.aged(self.number("working_age_first"), self.number("working_age_last") + 1)

    @cached_property
    def working(self) -> Bools:
        """Of that age, who has paid work or a side job beside school."""
        pupils: Bools = self.present & (self.columns["net_earnings"] > 0) & (self.columns["status"] == Status.SCHOOL)
        return self.working_age & (self.paid | pupils)

    @cached_property
    def starters(self) -> Bools:
        """Who lived here at the start."""
        found: Bools = self.present & self.columns["starter"]
        return found

    @cached_property
    def adults(self) -> Bools:
        """Who is of age."""
        return self.aged(self.number("adult_age"), np.inf)

    @cached_property
    def units(self) -> Bools:
        """Who stands for a benefit unit that gets social assistance."""
        return self.present & (self.columns["assistance"] > 0)

    @cached_property
    def earns(self) -> Bools:
        """For whose benefit unit somebody earns, on the row that stands for it."""
        earning = self.present & (self.columns["net_earnings"] > 0) & (self.columns["status"] != Status.SCHOOL)
        return self.marked(earning, "unit_row")

    @cached_property
    def in_place(self) -> Bools:
        """Who is in a place at a social enterprise."""
        return self.present & (self.columns["employer"] >= 0)

    @cached_property
    def rules(self) -> Rules:
        """Rules of income and benefits of this month."""
        return Rules.of(self.registry, self.at)

    @cached_property
    def benefit_kind(self) -> Array:
        """Status of everybody as benefits were paid; of a placement, the status that it was taken from."""
        status = self.paid_then["status"]
        return np.where(status == Status.PLACEMENT, self.paid_then["placed_from"], status)

    @cached_property
    def gets_ww(self) -> Bools:
        """To whom unemployment benefit was paid, or sickness benefit in its stead."""
        running = self.at < self.paid_then["ww_until"]
        found: Bools = self.present & (self.benefit_kind == Status.UNEMPLOYMENT_BENEFIT) & running
        return found

    def marked(self, who: Bools, reference: str) -> Bools:
        """The rows that any of these refer to."""
        out = np.zeros(who.size, np.bool_)
        out[self.columns[reference][who]] = True
        return out

    def young_adults(self, workless: bool) -> Bools:
        """Young adults who grew up without working parents, or with."""
        young = self.aged(self.number("adult_age"), self.number("young_adult_last_age") + 1)
        exposure = self.columns["exposure"].astype(np.float64)
        without = exposure < self.number("workless_parents_share")
        return young & (exposure >= 0.0) & (without if workless else ~without)

    def first_in(self, generations: int, starters: bool) -> Bools:
        """Who was recorded this month as first in so many generations and one."""
        columns = self.columns
        found: Bools = columns["first_recorded"] & ~self.paid_then["first_recorded"]
        found &= columns["generations_without_work"] >= generations
        return found & self.starters if starters else found & self.present

    def place_position(self, group: str) -> Bools:
        """Who is in a place, by what the benefit unit gets (`people_in_places`)."""
        columns = self.columns
        before = columns["placed_from"]
        followed = (before == Status.UNEMPLOYMENT_BENEFIT) & (columns["ww_after_place"] >= 0)
        before = np.where(followed, columns["ww_after_place"], before)
        helped = (columns["assistance"] > 0)[columns["unit_row"]]
        earns = self.earns[columns["unit_row"]]
        from_assistance = before == Status.SOCIAL_ASSISTANCE
        positions: dict[str, Bools] = {
            "off": ~helped & from_assistance,
            "partly": helped & earns,
            "on": helped & ~earns,
            "never": ~helped & ~from_assistance,
        }
        return self.in_place & positions[group]

    def once_placed(self, group: str) -> Bools:
        """Who has or had a place, by situation now (`people_in_places`)."""
        status = self.columns["status"]
        had: Bools = self.present & ~self.in_place & (self.columns["ever_placed"] >= 0)
        benefits: dict[str, Bools] = {
            "unemployment_benefit": status == Status.UNEMPLOYMENT_BENEFIT,
            "social_assistance": status == Status.SOCIAL_ASSISTANCE,
        }
        if group == "in_place":
            return self.in_place
        if group == "work":
            return had & self.paid
        if group == "other":
            return had & ~self.paid & ~benefits["unemployment_benefit"] & ~benefits["social_assistance"]
        return had & benefits[group]

    def assistance_gross(self) -> Ints:
        """Social assistance with tax and levy, cents, on the row that stands for the unit."""
        columns, rules = self.columns, self.rules.assistance
        counted = self.adults & (columns["status"] != Status.SCHOOL)
        young = counted & self.aged(0, rules.full_age)
        adults, youths = (
            np.bincount(columns["unit_row"][who], minlength=len(columns)).tolist() for who in (counted, young)
        )
        cents = np.where(self.units, columns["assistance"], 0).astype(np.int64)
        for row in np.flatnonzero(cents).tolist():
            gross = int(cents[row])
            gross += whole_cents(assistance_tax(gross, adults[row], youths[row], rules))
            cents[row] = gross + whole_cents(gross * rules.levy_share)
        return cents

    @cached_property
    def sick(self) -> Bools:
        """Who, of those to whom unemployment benefit would be paid, gets sickness benefit (ZW)."""
        kept, rules = self.paid_then, self.rules.insurance
        found = np.zeros(self.gets_ww.size, np.bool_)
        for row in np.flatnonzero(self.gets_ww).tolist():
            sick_since, ww_since = int(kept["sick_since"][row]), int(kept["ww_since"][row])
            found[row] = on_sickness_benefit(self.at, sick_since, ww_since, rules)
        return found

    def day_wage(self, row: int) -> int:
        """Wage that benefits of a resident are reckoned from, cents."""
        start = self.model.settings.start
        indexation = self.number("minimum_wage_month") / self.registry.value_in("minimum_wage_month", start)
        return day_wage(int(self.paid_then["last_wage"][row]), indexation)

    def unemployment(self) -> Ints:
        """Gross unemployment benefit, cents."""
        cents = np.zeros(self.sick.size, np.int64)
        for row in np.flatnonzero(self.gets_ww & ~self.sick).tolist():
            months = self.at - int(self.paid_then["ww_since"][row])
            cents[row] = whole_cents(unemployment_benefit(self.day_wage(row), months, self.rules.insurance))
        return cents

    def sickness(self) -> Ints:
        """Gross sickness benefit of who has no employer, cents."""
        cents = np.zeros(self.sick.size, np.int64)
        for row in np.flatnonzero(self.gets_ww & self.sick).tolist():
            cents[row] = whole_cents(sickness_benefit(self.day_wage(row), self.rules.insurance))
        return cents

    def disability(self) -> Ints:
        """Gross disability benefit, cents."""
        kept, rules = self.paid_then, self.rules
        key = key_of(self.model.seed, Stream.DURABLE_DISABILITY, 0)
        cents = np.zeros(self.present.size, np.int64)
        for row in np.flatnonzero(self.present & (self.benefit_kind == Status.DISABILITY)).tolist():
            since = int(kept["status_since"][row]) if kept["status"][row] == Status.DISABILITY else 0
            severity = draw(key, int(self.columns["uid"][row]))
            least = float(rules.minimum[self.age(row)])
            amount = disability_benefit(self.day_wage(row), self.at - since, least, severity, rules.insurance)
            cents[row] = whole_cents(amount)
        return cents

    def wage_cost_subsidy(self) -> Ints:
        """Wage-cost subsidy that the employer gets, cents."""
        kept, rules = self.paid_then, self.rules
        cents = np.zeros(self.present.size, np.int64)
        supported = np.isin(kept["status"], (Status.SUBSIDISED_JOB, Status.SHELTERED_JOB))
        for row in np.flatnonzero(self.present & supported).tolist():
            placed = int(kept["ever_placed"][row])
            measured = placed < 0 or self.at - placed >= rules.wages.forfait_months
            productivity, hours = float(kept["productivity"][row]), float(kept["hours_share"][row])
            least = float(rules.minimum[self.age(row)])
            cents[row] = whole_cents(wage_cost_subsidy(productivity, measured, least, hours, rules.wages))
        return cents

    def age(self, row: int) -> int:
        """Age of a resident in whole years, as rules by age take it."""
        return min((self.at - int(self.columns["birth_month"][row])) // MONTHS_PER_YEAR, LAST_AGE - 1)

    def column(self, name: str) -> Ints:
        """A column of those who live here."""
        return np.where(self.present, self.columns[name], 0).astype(np.int64)


Adds = Callable[[Residents], NDArray[Any]]


@dataclass(frozen=True)
class PersonSum:
    """An outcome that is a sum over residents, or the ratio of two.

    Parameters
    ----------
    part : callable
        From residents to what each adds, whole numbers (people, contacts, cents), shape (rows,); zero for who isn't
        here.
    whole : callable or None
        The same of the sum that `part` is divided by; None for a sum.
    times, per : float
        What the ratio is multiplied with, or the sum divided by.
    """

    part: Adds
    whole: Adds | None = None
    times: float = 1.0
    per: float = 1.0

    def value(self, part: int, whole: int) -> float:
        """The outcome from both sums, computed as the model does; not a number where the whole is empty."""
        if self.whole is None:
            return part / self.per
        return self.times * (part / whole) if whole else float("nan")

    @property
    def scale(self) -> Fraction:
        """What one unit of the sum, or the ratio, is in the unit of the outcome."""
        return Fraction(self.times) / Fraction(self.per)


def _status(status: Status) -> PersonSum:
    return PersonSum(lambda here: here.present & (here.columns["status"] == status))


def _position(group: str) -> PersonSum:
    return PersonSum(lambda here: here.place_position(group))


def _situation(group: str) -> PersonSum:
    return PersonSum(lambda here: here.once_placed(group))


def _cents(part: Adds) -> PersonSum:
    return PersonSum(part, per=CENTS_PER_EURO)


def _young(workless: bool) -> PersonSum:
    return PersonSum(
        lambda here: here.young_adults(workless) & here.on_assistance, lambda here: here.young_adults(workless)
    )


def _norm(here: Residents) -> Ints:
    millionths = (here.columns["norm"].astype(np.float64) * _MILLION + 0.5).astype(np.int64)
    return np.where(here.adults, millionths, 0)


def _after_place(here: Residents, from_assistance: bool) -> Bools:
    before = here.paid_then["ww_after_place"]
    found: Bools = here.gets_ww & (before >= 0) & ((before == Status.SOCIAL_ASSISTANCE) == from_assistance)
    return found


PERSON_SUMS: dict[tuple[str, str], PersonSum] = {
    ("residents", ""): PersonSum(lambda here: here.present),
    ("employment_rate", ""): PersonSum(lambda here: here.working, lambda here: here.working_age),
    ("employment_rate_starters", ""): PersonSum(
        lambda here: here.working & here.starters, lambda here: here.working_age & here.starters
    ),
    ("starters", ""): PersonSum(lambda here: here.starters),
    ("starters_employed_15_74", ""): PersonSum(lambda here: here.working & here.starters),
    ("starters_assistance", ""): PersonSum(lambda here: here.on_assistance & here.starters),
    ("employed_15_74", ""): PersonSum(lambda here: here.working),
    **{("people_by_status", status.name.lower()): _status(status) for status in Status},
    ("assistance_persons", ""): PersonSum(lambda here: here.on_assistance),
    ("assistance_units", ""): PersonSum(lambda here: here.units),
    ("assistance_units_full", ""): PersonSum(lambda here: here.units & ~here.earns),
    ("assistance_units_topped_up", ""): PersonSum(lambda here: here.units & here.earns),
    ("assistance_cost", ""): _cents(lambda here: here.assistance_gross()),
    ("wage_cost_subsidy", ""): _cents(lambda here: here.wage_cost_subsidy()),
    ("unemployment_benefit", ""): _cents(lambda here: here.unemployment()),
    ("sickness_benefit", ""): _cents(lambda here: here.sickness()),
    ("ww_after_place_people", "from_assistance"): PersonSum(lambda here: _after_place(here, True)),
    ("ww_after_place_people", "other"): PersonSum(lambda here: _after_place(here, False)),
    ("disability_benefit", ""): _cents(lambda here: here.disability()),
    ("gp_contacts", ""): PersonSum(
        lambda here: here.column("gp_contacts"), lambda here: here.present, times=_PER_THOUSAND
    ),
    ("mental_care_users", ""): PersonSum(lambda here: here.column("mental_care")),
    ("care_cost", ""): _cents(lambda here: here.column("care_cost")),
    ("children_no_work", ""): PersonSum(
        lambda here: here.present & ~here.adults & ~here.marked(here.paid, "head_row")[here.columns["head_row"]]
    ),
    ("young_on_assistance_workless_parents", ""): _young(True),
    ("young_on_assistance_working_parents", ""): _young(False),
    ("first_in_two", ""): PersonSum(lambda here: here.first_in(1, starters=False)),
    ("first_in_three", ""): PersonSum(lambda here: here.first_in(2, starters=False)),
    ("first_in_two_starters", ""): PersonSum(lambda here: here.first_in(1, starters=True)),
    ("first_in_three_starters", ""): PersonSum(lambda here: here.first_in(2, starters=True)),
    ("generations_unknown", ""): PersonSum(
        lambda here: here.adults & (here.columns["generations_without_work"] < 0), lambda here: here.adults
    ),
    ("work_norm", ""): PersonSum(_norm, lambda here: here.adults, times=1 / _MILLION),
    ("income_per_resident", ""): PersonSum(
        lambda here: here.column("income"), lambda here: here.present, times=1 / CENTS_PER_EURO
    ),
    ("in_place", ""): PersonSum(lambda here: here.in_place),
    **{("in_place_benefit", group): _position(group) for group in OUTCOMES["in_place_benefit"].groups},
    **{("once_placed", group): _situation(group) for group in OUTCOMES["once_placed"].groups},
    ("placed", ""): PersonSum(lambda here: here.present & (here.columns["ever_placed"] == here.at)),
    ("balance", "residents"): _cents(lambda here: here.column("income")),
}
"""By outcome and group; all others are no sum over residents, or what each adds isn't kept."""
