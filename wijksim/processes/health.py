"""Health of a month: distress and illness, care spells, GP contacts, and what care costs whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from wijksim.accounts import CENTS_PER_EURO, Category, Party
from wijksim.calendar import MONTHS_PER_YEAR, year_of
from wijksim.kernels import Given, call
from wijksim.parameters import Registry
from wijksim.population.care import gamma_quantiles, normal_quantiles
from wijksim.population.columns import Column
from wijksim.population.health import HEALTH_PARAMETERS, LAST_AGE, HealthEquations, health_equations
from wijksim.processes.health_kernels import Total
from wijksim.processes.health_month import health_month
from wijksim.processes.process import Kept, Month
from wijksim.randomness import Stream
from wijksim.structure import HealthVariant

__all__ = ["Health"]

Floats = NDArray[np.float64]

_CONTACTS, _GP_COST = int(Total.GP_CONTACTS), int(Total.GP_COST_CENTS)
_MENTAL_COST, _OTHER_COST = int(Total.MENTAL_CARE_COST_CENTS), int(Total.OTHER_CARE_COST_CENTS)
_TOTAL_NAMES = [total.name.lower() for total in Total]


@dataclass(frozen=True)
class _Constants:
    """What follows from the parameters alone; money in EUR a month, prices of each source's year."""

    registry: Registry
    variant: HealthVariant
    equations: HealthEquations
    gp_level: Floats
    gp_gamma: Floats
    other_level: Floats
    other_gamma: Floats
    mental_cost: float

    @classmethod
    def of(cls, registry: Registry, variant: HealthVariant) -> _Constants:
        """Make the constants.

        Both exponents are taken from an age's own mean of z and y, and divided by their mean
        E exp(b z + g y) = exp((b^2 + g^2 + 2 b g l l_y) / 2) for normal z and y with variance 1 and covariance
        l l_y, so that the tables by age stay the means of people of that age.
        """
        number = registry.number
        equations = health_equations(registry, variant)
        z, y = number("gp_z_slope"), number("gp_y_slope")
        variance = z**2 + y**2 + 2.0 * z * y * equations.mental_loading * equations.physical_loading
        centre = z * equations.mental_age + y * equations.physical_age + 0.5 * variance
        contacts = registry.table("gp_contacts_age").per_step(LAST_AGE) / MONTHS_PER_YEAR
        slope = number("care_y_slope")
        by_sex = [registry.table(f"zvw_cost_age_{who}").per_step(LAST_AGE) for who in ("men", "women")]
        level = np.array(by_sex) * number("zvw_other_care_share") / MONTHS_PER_YEAR
        return cls(
            registry=registry,
            variant=variant,
            equations=equations,
            gp_level=contacts * np.exp(-centre),
            gp_gamma=gamma_quantiles(number("gp_gamma_shape")),
            other_level=level * np.exp(-slope * equations.physical_age - 0.5 * slope**2),
            other_gamma=gamma_quantiles(number("other_care_gamma_shape")),
            mental_cost=number("mental_care_cost_per_user") / equations.care.months_per_user,
        )


class Health:
    """Distress, illness, GP contacts and care cost (`mechanisms.md` B4, A11, A20).

    1. Latent health: the equations of :mod:`wijksim.population.health`; who has z or y above a threshold is ill. Paid
       work lowers z*, and y* in the variant `mental_and_physical` alone.
    2. Mental care in spells: someone outside care enters with a hazard that follows lasting distress z* so that
       yearly use has the logit A + s z*, and leaves with hazard 1 / mean spell. Adults only: care for children is
       the municipality's. The cost of a user in a year is spread over the months in care.
    3. GP contacts: Poisson(mu_age / 12 * G * exp(b z + g y) / mean), G gamma of mean 1 drawn once for a person
       and a year.
    4. Other care: cost by age and sex / 12 * exp(c y) / mean * gamma multiplier of a person and a year.
    5. Money: insurers pay providers all of it. GP care is paid as a fixed amount a month and a tariff for each
       contact, together the known mean cost; only the tariff is saved by a contact less (rule 11). Adults pay
       the first euros of the year of care other than the GP's, up to the deductible, to their insurer.

    Sources: Paul & Moser 2009, Carlier et al. 2013, CPB-SCP 2021, CBS, Nivel, Vektis (passports of the parameters).
    """

    name: ClassVar[str] = "health"
    reads: ClassVar[tuple[str, ...]] = ("present", "uid", "birth_month", "sex", "education", "status", "frailty")
    writes: ClassVar[tuple[str, ...]] = (
        "mental", "physical", "ill", "mental_care", "gp_contacts", "care_cost", "deductible_used", "income",
    )  # fmt: skip
    streams: ClassVar[tuple[Stream, ...]] = (
        Stream.MENTAL_SHOCK, Stream.PHYSICAL_SHOCK, Stream.MENTAL_CARE_ENTRY, Stream.MENTAL_CARE_EXIT,
        Stream.GP_PERSISTENCE, Stream.GP_CONTACTS, Stream.CARE_COST,
    )  # fmt: skip
    parameters: ClassVar[tuple[str, ...]] = (
        *HEALTH_PARAMETERS, "gp_contacts_age", "gp_z_slope", "gp_y_slope", "gp_gamma_shape", "gp_consult_tariff",
        "gp_cost_mean_year", "gp_contacts_mean", "gp_cost_price_year", "zvw_cost_age_men", "zvw_cost_age_women",
        "zvw_other_care_share", "zvw_cost_price_year", "care_y_slope", "other_care_gamma_shape",
        "mental_care_cost_per_user", "mental_care_price_year", "own_risk_deductible", "cpi_index",
    )  # fmt: skip
    columns: ClassVar[tuple[Column, ...]] = ()
    outcomes: ClassVar[tuple[Any, ...]] = ()

    def __init__(self) -> None:
        self._kept: _Constants | None = None
        self._given = Kept(self._arguments)

    def step(self, month: Month) -> None:
        """Do the month."""
        year, totals = year_of(month.at), np.zeros(len(_TOTAL_NAMES), np.int64)
        paid = call(
            health_month,
            month.columns,
            self._given.of(month),
            at=month.at,
            mental_key=month.key(Stream.MENTAL_SHOCK),
            physical_key=month.key(Stream.PHYSICAL_SHOCK),
            entry_key=month.key(Stream.MENTAL_CARE_ENTRY),
            exit_key=month.key(Stream.MENTAL_CARE_EXIT),
            gp_year_key=month.key(Stream.GP_PERSISTENCE, year),
            gp_key=month.key(Stream.GP_CONTACTS),
            care_year_key=month.key(Stream.CARE_COST, year),
            totals=totals,
        )
        _book(month, paid, totals)

    def _arguments(self, month: Month) -> Given:
        """Arguments of :func:`wijksim.processes.health_kernels.health_month` that follow from parameters."""
        number, constants = month.number, self._constants(month.registry, month.settings.health)
        equations = constants.equations
        tariff = CENTS_PER_EURO * number("gp_consult_tariff")
        gp_year = CENTS_PER_EURO * number("gp_cost_mean_year") * month.price_level("gp_cost_price_year")
        return Given(
            mental_pull=equations.mental_pull,
            physical_pull=equations.physical_pull,
            mental_noise=equations.mental_noise,
            physical_noise=equations.physical_noise,
            normal=normal_quantiles(),
            gp_level=constants.gp_level,
            gp_z_slope=number("gp_z_slope"),
            gp_y_slope=number("gp_y_slope"),
            gp_gamma=constants.gp_gamma,
            gp_fixed_cents=(gp_year - tariff * number("gp_contacts_mean")) / MONTHS_PER_YEAR,
            gp_tariff_cents=tariff,
            mental_cents=round(CENTS_PER_EURO * constants.mental_cost * month.price_level("mental_care_price_year")),
            other_level=CENTS_PER_EURO * constants.other_level * month.price_level("zvw_cost_price_year"),
            other_y_slope=number("care_y_slope"),
            other_gamma=constants.other_gamma,
            deductible_cents=round(CENTS_PER_EURO * number("own_risk_deductible")),
            **equations.of_levels(),
        )

    def _constants(self, registry: Registry, variant: HealthVariant) -> _Constants:
        if self._kept is None or self._kept.registry is not registry or self._kept.variant is not variant:
            self._kept = _Constants.of(registry, variant)
        return self._kept


def _book(month: Month, paid: int, totals: NDArray[np.int64]) -> None:
    """Book what care cost and what adults paid of it, and count what the month's health was like."""
    month.post(Category.DEDUCTIBLE, Party.RESIDENTS, Party.INSURERS, paid)
    told = totals.tolist()
    cost = told[_GP_COST] + told[_MENTAL_COST] + told[_OTHER_COST]
    month.post(Category.CARE, Party.INSURERS, Party.CARE_PROVIDERS, cost)
    month.count_all(_TOTAL_NAMES, told)
    tariff = CENTS_PER_EURO * month.number("gp_consult_tariff")
    month.count("gp_tariff_cents", round(tariff * told[_CONTACTS]))
