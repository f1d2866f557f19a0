"""Rules of the allowances of the tax office: care allowance (zorgtoeslag) and rent allowance (huurtoeslag)."""

from __future__ import annotations

from typing import NamedTuple

from wijksim.kernels import kernel

__all__ = ["AllowanceRules", "care_allowance", "rent_allowance"]


class AllowanceRules(NamedTuple):
    """Amounts (cents a month) and rates of allowances in force in a month.

    Parameters
    ----------
    minimum_single, minimum_couple : float
        Gross social assistance of a single person and of a couple.
    threshold : float
        Full-time minimum wage with holiday pay.
    care_full, care_loss, care_taper : float
        Care allowance of an adult on the social minimum, what is lost of it at the minimum wage, and for each
        euro above.
    rent_full, rent_taper : float
        Rent allowance on the social minimum, on the average of tenants and owners, and the loss for each euro above.
    premium : float
        Nominal health premium of an adult.
    """

    minimum_single: float
    minimum_couple: float
    threshold: float
    care_full: float
    care_loss: float
    care_taper: float
    rent_full: float
    rent_taper: float
    premium: float


@kernel
def care_allowance(adults: int, income: float, rules: AllowanceRules) -> float:
    """Care allowance of a single person or couple, cents a month.

    Full up to the social minimum, less the known loss at the minimum wage, then a fixed loss for each euro.

    Parameters
    ----------
    adults : int
        Adults of the benefit unit, students included.
    income : float
        Gross income of the unit, cents a month.
    """
    span = rules.threshold - rules.minimum_single
    climbed = min(1.0, max(0.0, (income - rules.minimum_single) / span))
    beyond = max(0.0, income - rules.threshold)
    return max(0.0, adults * rules.care_full - rules.care_loss * climbed - rules.care_taper * beyond)


@kernel
def rent_allowance(adults: int, income: float, rules: AllowanceRules) -> float:
    """Rent allowance of a household, cents a month: full at the social minimum, then falling in a straight line."""
    minimum = rules.minimum_single if adults < 2 else rules.minimum_couple
    return max(0.0, rules.rent_full - rules.rent_taper * max(0.0, income - minimum))
