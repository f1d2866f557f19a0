"""The accounts of the month: budgets from the state, premiums and risk equalisation, pooling, yearly decisions."""

from __future__ import annotations

import math
from enum import IntEnum
from functools import lru_cache
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from wijksim.accounts import CENTS_PER_EURO, Category, Party, split_cents
from wijksim.calendar import MONTHS_PER_YEAR, month_of_year
from wijksim.kernels import call, kernel
from wijksim.population.columns import Column, Education, Sex, Status
from wijksim.processes.ages import count_by_age
from wijksim.processes.funding import measurement_place_year, place_cost_year
from wijksim.processes.prices import AMOUNT_PARAMETERS, amount_now, given_amount
from wijksim.processes.process import LAST_AGE, Month
from wijksim.processes.rows import rows_where
from wijksim.randomness import Stream
from wijksim.structure import InsurerVariant

__all__ = ["Settlement"]

ASSISTANCE, NO_BENEFIT = int(Status.SOCIAL_ASSISTANCE), int(Status.NO_BENEFIT)
SUBSIDISED = int(Status.SUBSIDISED_JOB)


class Compared(IntEnum):
    """Columns of the table that `compare_care` fills, for each insurer and education; cents follow their people."""

    PARTICIPANTS = 0
    PARTICIPANT_CENTS = 1
    OTHERS = 2
    OTHER_CENTS = 3


PARTICIPANTS, PARTICIPANT_CENTS = int(Compared.PARTICIPANTS), int(Compared.PARTICIPANT_CENTS)
OTHERS, OTHER_CENTS = int(Compared.OTHERS), int(Compared.OTHER_CENTS)


@kernel
def compare_care(
    present: NDArray[np.bool_],
    status: NDArray[np.int8],
    employer: NDArray[np.int8],
    education: NDArray[np.int8],
    insurer: NDArray[np.int8],
    care_cost: NDArray[np.int32],
    table: NDArray[np.int64],
) -> int:
    """Add care cost of people in places and of jobless people by insurer and education; how many are in places."""
    compared = np.empty(present.size, np.bool_)
    for i in range(present.size):
        jobless = (status[i] == ASSISTANCE) | (status[i] == NO_BENEFIT)
        compared[i] = present[i] & ((employer[i] >= 0) | jobless)
    in_places = 0
    for i in rows_where(compared):
        kind = PARTICIPANTS if employer[i] >= 0 else OTHERS
        in_places += employer[i] >= 0
        table[insurer[i], education[i], kind] += 1
        table[insurer[i], education[i], kind + 1] += care_cost[i]
    return in_places


class Settlement:
    """Budgets, insurers and yearly decisions (`mechanisms.md` A6, A9, A10, B6, B7).

    The benefit budget (BUIG) is the national path, which own exits don't move. Insurers get from the health insurance
    fund

        kept x expected cost by age and sex + (1 - kept) x actual cost - premiums - deductibles paid

    both costs with the care that insured pay themselves, so that of a saving in care they keep the share
    `zvw_net_insurer_share`. With insurer `unequalised` nothing passes between fund and insurers, who keep all of it.
    Each January the insurers and the municipality decide from what they measured, and a share of the measured saving
    on social assistance goes to the pooled fund.
    """

    name: ClassVar[str] = "settlement"
    reads: ClassVar[tuple[str, ...]] = (
        "present", "birth_month", "sex", "status", "employer", "education", "insurer", "care_cost", "placed_assistance",
        "unit_row", "partner_row", "assistance", "contract_until",
    )  # fmt: skip
    writes: ClassVar[tuple[str, ...]] = ()
    streams: ClassVar[tuple[Stream, ...]] = ()
    parameters: ClassVar[tuple[str, ...]] = (
        "benefit_norm_single_net", "assistance_tax_share_single", "assistance_tax_share_couple",
        "assistance_tax_share_18_20", "assistance_full_age", "zvw_employer_levy", "buig_macro_budget",
        "lks_from_buig_share", "buig_budget_adjustment_lag", "participation_budget_year",
        "zvw_net_insurer_share", "zvw_cost_price_year",
        "mental_care_price_year", *AMOUNT_PARAMETERS,
        "zvw_cost_age_men", "zvw_cost_age_women", "insurer_prior_effect_job_year",
        "insurer_cost_sd", "insurer_effect_sd", "insurer_switch", "insurer_switch_low_income_factor",
        "insurer_willingness_share",
        "insurer_contribution_cap", "place_duration_years", "deadweight_share", "municipality_prior_saving",
        "municipality_prior_weight", "enterprise_grant_place_year", "coaching_hours_month", "jobcoach_hour",
        "municipality_adjustment_share", "municipality_largest_cut_share", "buig_marginal_saving_share_year1",
        "impact_measurement_cost_place_year", "municipality_smallest_step", "buig_deficit_share",
        "vangnet_entry_share", "vangnet_upper_share", "vangnet_compensation_share",
    )  # fmt: skip
    columns: ClassVar[tuple[Column, ...]] = ()
    outcomes: ClassVar[tuple[object, ...]] = ()

    def step(self, month: Month) -> None:
        """Do the month."""
        if month.index == 0:
            memory = month.agents.municipality.memory
            memory.assistance_budget_start = _assistance_spent(month) * MONTHS_PER_YEAR
            memory.subsidy_budget_start = _subsidy_spent(month) * MONTHS_PER_YEAR
        month.count("municipality_keeps", _kept_share(month))
        self._pay_budgets(month)
        self._equalise_risks(month)
        if month.agents.enterprises:
            in_places = self._compare_care(month)
            if month_of_year(month.at) == 1 or month.index == 0:
                self._decide(month)
            self._pool(month, in_places)
        self._remember_assistance(month)

    def _pay_budgets(self, month: Month) -> None:
        number = month.number
        municipality = month.agents.municipality.memory
        if month_of_year(month.at) == 1 or month.index == 0:
            municipality.assistance_budget_year = month.agents.government.assistance_budget(
                municipality,
                macro_growth=number("buig_macro_budget") / month.at_start("buig_macro_budget"),
                norm_growth=_norm_growth(month),
                subsidy_share=number("lks_from_buig_share"),
                scale=month.levers.policy_scale,
                lag_years=round(number("buig_budget_adjustment_lag") / MONTHS_PER_YEAR),
            )
        month.post(
            Category.ASSISTANCE_BUDGET,
            Party.STATE_GRANTS,
            Party.MUNICIPALITY_ASSISTANCE,
            _twelfth(municipality.assistance_budget_year, month.at),
        )
        # The State pays what it pays; what the municipality spends more or less by its own choice is its own.
        budget = round(amount_now(month, "participation_budget_year") * CENTS_PER_EURO)
        month.post(
            Category.PARTICIPATION_GRANT, Party.STATE_GRANTS, Party.PARTICIPATION_BUDGET, _twelfth(budget, month.at)
        )

    def _participation_budget(self, month: Month) -> float:
        given = month.levers.participation_budget_euro_per_year
        return given_amount(month, given, amount_now(month, "participation_budget_year"))

    def _equalise_risks(self, month: Month) -> None:
        if month.settings.insurer is InsurerVariant.UNEQUALISED:
            return
        columns = month.columns
        counts = np.zeros((LAST_AGE, 2), np.int64)
        count_by_age(month.at, columns["present"], columns["birth_month"], columns["sex"], counts)
        expected = month.sum_by_age("zvw_cost_age_men", counts[:, Sex.MALE])
        expected += month.sum_by_age("zvw_cost_age_women", counts[:, Sex.FEMALE])
        expected_cents = expected * month.price_level("zvw_cost_price_year") * CENTS_PER_EURO / MONTHS_PER_YEAR
        totals = month.ledger.open_totals()
        actual = totals.get(Category.CARE, 0)
        own = totals.get(Category.HEALTH_PREMIUM, 0) + totals.get(Category.DEDUCTIBLE, 0)
        kept = month.number("zvw_net_insurer_share")
        amount = round(kept * expected_cents + (1.0 - kept) * actual) - own
        if amount >= 0:
            month.post(Category.RISK_EQUALISATION, Party.HEALTH_FUND, Party.INSURERS, amount)
        else:
            month.post(Category.RISK_EQUALISATION, Party.INSURERS, Party.HEALTH_FUND, -amount)

    # ------------------------------------------------------------------ yearly decisions
    def _decide(self, month: Month) -> None:
        self._insurers_decide(month)
        self._municipality_decides(month)

    def _compare_care(self, month: Month) -> int:
        """Let each insurer add this month's care of its own insured, in places and jobless; how many are in places."""
        insurers = month.agents.insurers
        table = np.zeros((len(insurers), len(Education), len(Compared)), np.int64)
        in_places = call(compare_care, month.columns, table=table)
        for insurer in insurers:
            insurer.memory.care_seen += table[insurer.memory.index]
        return int(in_places)

    def _insurers_decide(self, month: Month) -> None:
        number = month.number
        switch = number("insurer_switch") * number("insurer_switch_low_income_factor")
        equalised = month.settings.insurer is InsurerVariant.EQUALISED
        for insurer in month.agents.insurers:
            seen = insurer.memory.care_seen
            insurer.decide_co_funding(
                job_years=int(seen[:, PARTICIPANTS].sum()) / MONTHS_PER_YEAR,
                measured_effect=_measured_effect(seen, month.levers.measurement_quality_share),
                prior_effect=number("insurer_prior_effect_job_year") * month.price_level("mental_care_price_year"),
                noise_to_signal=number("insurer_cost_sd") / number("insurer_effect_sd"),
                kept_share=number("zvw_net_insurer_share") if equalised else 1.0,
                stay_share=(1.0 - switch) ** (number("place_duration_years") * 0.5),
                willingness=number("insurer_willingness_share") if month.levers.insurer_co_funding else 0.0,
                cap=amount_now(month, "insurer_contribution_cap"),
            )
            seen[:] = 0

    def _municipality_decides(self, month: Month) -> None:
        number = month.number
        columns = month.columns
        in_place = columns["present"] & (columns["employer"] >= 0)
        participants = int(in_place.sum())
        subsidy_cents = sum(agent.books.subsidy_cents for agent in month.agents.enterprises)
        subsidy = subsidy_cents / CENTS_PER_EURO * MONTHS_PER_YEAR
        from_budget = month.ledger.paid(month.at, Category.WAGE_COST_SUBSIDY, Party.MUNICIPALITY_ASSISTANCE) > 0
        municipality = month.agents.municipality
        saving = municipality.measure_saving(
            participants=participants,
            saved_year=_assistance_saved(month),
            assumed_deadweight=number("deadweight_share"),
            subsidy_year=subsidy / participants if participants and from_budget else 0.0,
            prior=amount_now(month, "municipality_prior_saving"),
            weight_participants=number("municipality_prior_weight"),
        )
        until = columns["contract_until"][in_place]
        wanted = [plan for plan in month.plans if month.index >= plan.opens_in_month]
        places = sum(plan.places for plan in wanted)
        if places == 0:
            return
        cost = sum(plan.places * place_cost_year(month, plan) for plan in wanted)
        municipality.decide_places(
            wanted=places,
            running=int(((until < 0) | (until >= month.at + MONTHS_PER_YEAR)).sum()),
            budget_year=self._participation_budget(month),
            co_funding_place_year=sum(i.memory.co_funding_per_place_year for i in month.agents.insurers),
            pooled_place_year=max(0.0, saving) * _kept_share(month) * month.levers.budget_pooling_share,
            cost_place_year=cost / places,
            adjustment_share=number("municipality_adjustment_share"),
            largest_cut_share=number("municipality_largest_cut_share"),
            smallest_step=number("municipality_smallest_step"),
        )

    # ------------------------------------------------------------------ monthly flows
    def _pool(self, month: Month, workers: int) -> None:
        """Pay measured savings into the pooled fund, and co-funding into the participation budget."""
        if workers == 0:
            return
        saving = max(0.0, month.agents.municipality.memory.measured_saving_per_place_year)
        pooled = round(
            saving * _kept_share(month) * month.levers.budget_pooling_share * workers * CENTS_PER_EURO / MONTHS_PER_YEAR
        )
        month.post(Category.POOLING, Party.MUNICIPALITY_ASSISTANCE, Party.POOLED_FUND, pooled)
        payee = Party.POOLED_FUND if month.levers.budget_pooling_share > 0.0 else Party.PARTICIPATION_BUDGET
        for insurer in month.agents.insurers:
            per_place = insurer.memory.co_funding_per_place_year
            month.post(
                Category.CO_FUNDING,
                Party.INSURERS,
                payee,
                round(per_place * workers * CENTS_PER_EURO / MONTHS_PER_YEAR),
            )
        cost = round(measurement_place_year(month) * workers * CENTS_PER_EURO / MONTHS_PER_YEAR)
        month.post(Category.MEASUREMENT, Party.PARTICIPATION_BUDGET, Party.REST_OF_WORLD, cost)

    def _remember_assistance(self, month: Month) -> None:
        """Add up what assistance and wage-cost subsidy cost this year; closed each December in norms of the start.

        A run that begins within a year closes its first one as a whole year of which it saw these months.
        """
        memory = month.agents.municipality.memory
        memory.assistance_spent_this_year += _assistance_spent(month)
        memory.subsidy_spent_this_year += _subsidy_spent(month)
        if month_of_year(month.at) == MONTHS_PER_YEAR:
            growth = _norm_growth(month)
            part = min(month.index + 1, MONTHS_PER_YEAR) / MONTHS_PER_YEAR
            memory.assistance_spent_by_year += (memory.assistance_spent_this_year / growth / part,)
            memory.subsidy_spent_by_year += (memory.subsidy_spent_this_year / growth / part,)
            memory.assistance_spent_this_year = memory.subsidy_spent_this_year = 0


def _kept_share(month: Month) -> float:
    """Part of a saved euro of social assistance that the municipality keeps, equal in every run of these rules."""
    number = month.number
    return number("buig_marginal_saving_share_year1") * month.agents.municipality.kept_share(
        number("buig_deficit_share"),
        entry=number("vangnet_entry_share"),
        upper=number("vangnet_upper_share"),
        compensation=number("vangnet_compensation_share"),
    )


def _assistance_saved(month: Month) -> float:
    """Social assistance that units of people in paid places get less than before the place, gross, euro a year.

    Seen inside this run: `placed_assistance` against what the unit gets now. A unit counts once, by the first of its
    members who came from assistance; a placement with benefit saves nothing.
    """
    columns, number = month.columns, month.number
    paid = columns["present"] & (columns["employer"] >= 0) & (columns["status"] == SUBSIDISED)
    rows = np.flatnonzero(paid & (columns["placed_assistance"] > 0.0))
    before = np.zeros(len(columns))
    np.maximum.at(before, columns["unit_row"][rows], columns["placed_assistance"][rows])
    units = np.unique(columns["unit_row"][rows])
    norm = number("benefit_norm_single_net") * month.levers.assistance_norm_share
    less = np.maximum(before[units] * norm - columns["assistance"][units] / CENTS_PER_EURO, 0.0)
    young = month.at - columns["birth_month"][units] < int(number("assistance_full_age")) * MONTHS_PER_YEAR
    alone = np.where(young, number("assistance_tax_share_18_20"), number("assistance_tax_share_single"))
    tax = np.where(columns["partner_row"][units] >= 0, number("assistance_tax_share_couple"), alone)
    levy = number("zvw_employer_levy")
    return math.fsum((less * (1.0 + tax) * (1.0 + levy)).tolist()) * MONTHS_PER_YEAR


def _assistance_spent(month: Month) -> int:
    """Social assistance of this month, gross, cents."""
    totals = month.ledger.open_totals()
    return totals.get(Category.SOCIAL_ASSISTANCE, 0) + totals.get(Category.SOCIAL_ASSISTANCE_TAX, 0)


def _subsidy_spent(month: Month) -> int:
    """Wage-cost subsidy of this month, cents, whoever pays it."""
    return month.ledger.open_totals().get(Category.WAGE_COST_SUBSIDY, 0)


def _norm_growth(month: Month) -> float:
    """Norm of social assistance over that of the first month."""
    return month.number("benefit_norm_single_net") / month.at_start("benefit_norm_single_net")


@lru_cache
def _by_month(year_cents: int) -> tuple[int, ...]:
    return tuple(split_cents(year_cents, np.ones(MONTHS_PER_YEAR)).tolist())


def _twelfth(year_cents: int, at: int) -> int:
    """Part of a yearly amount that falls in this month; twelve months make the whole year to the cent."""
    return _by_month(year_cents)[month_of_year(at) - 1]


def _measured_effect(table: NDArray[np.int64], quality: float) -> float:
    """Care saved per participant, euro a year, against jobless people; `quality` corrects for education.

    Parameters
    ----------
    table : array, shape (educations, 4)
        Person-months in places, their cents, person-months of jobless people, their cents.
    quality : float
        0 takes the raw difference, 1 compares within education only.
    """
    taken = table[:, PARTICIPANTS].sum()
    others = table[:, OTHERS].sum()
    if taken == 0 or others == 0:
        return 0.0
    mine = table[:, PARTICIPANT_CENTS].sum() / taken
    raw = table[:, OTHER_CENTS].sum() / others - mine
    within = table[:, OTHER_CENTS] / np.maximum(table[:, OTHERS], 1)
    usable = table[:, OTHERS] > 0
    weight = table[usable, PARTICIPANTS]
    matched = float((within[usable] * weight).sum() / weight.sum()) - mine if weight.sum() else raw
    return float(quality * matched + (1.0 - quality) * raw) * MONTHS_PER_YEAR / CENTS_PER_EURO
