"""Rules of the allowances of the tax office: care (zorgtoeslag), rent (huurtoeslag), children (kindgebonden budget)."""

from __future__ import annotations

from typing import NamedTuple

from wijksim.kernels import kernel

__all__ = ["AllowanceRules", "care_allowance", "child_allowance", "rent_allowance"]


class AllowanceRules(NamedTuple):
    """Amounts (cents a month) and rates of allowances in force in a month.

    Parameters
    ----------
    minimum_single, minimum_couple : float
        Gross social assistance of a single person and of a couple.
    threshold : float
        Income up to which the care allowance is whole: the reference minimum wage with holiday pay.
    care_full, care_full_couple, care_taper : float
        Whole care allowance of a single person and of a couple, and the loss for each euro above.
    rent_full, rent_taper : float
        Rent allowance on the social minimum, on the average of tenants and owners, and the loss for each euro above.
    premium : float
        Nominal health premium of an adult.
    child_first, child_second, child_further, child_single : float
        Child allowance for the first, the second, and each further child, and the addition of a single parent.
    child_threshold, child_couple_extra, child_taper : float
        Income up to which it is whole, how much more a couple may earn, and the loss for each euro above.
    """

    minimum_single: float
    minimum_couple: float
    threshold: float
    care_full: float
    care_full_couple: float
    care_taper: float
    rent_full: float
    rent_taper: float
    premium: float
    child_first: float
    child_second: float
    child_further: float
    child_single: float
    child_threshold: float
    child_couple_extra: float
    child_taper: float


@kernel
def care_allowance(adults: int, income: float, rules: AllowanceRules) -> float:
    """Care allowance of a single person or couple, cents a month.

    Whole up to the threshold, then a fixed loss for each euro (Wet op de zorgtoeslag, art. 2).

    Parameters
    ----------
    adults : int
        Adults of the benefit unit, students included.
    income : float
        Gross income of the unit, cents a month.
    """
    full = rules.care_full if adults < 2 else rules.care_full_couple
    return max(0.0, full - rules.care_taper * max(0.0, income - rules.threshold))


@kernel
def rent_allowance(adults: int, income: float, rules: AllowanceRules) -> float:
    """Rent allowance of a household, cents a month: full at the social minimum, then falling in a straight line."""
    minimum = rules.minimum_single if adults < 2 else rules.minimum_couple
    return max(0.0, rules.rent_full - rules.rent_taper * max(0.0, income - minimum))


@kernel
def child_allowance(children: int, adults: int, income: float, rules: AllowanceRules) -> float:
    """Child allowance of parents with minor children, cents a month (Wet op het kindgebonden budget, art. 2).

    Parameters
    ----------
    children : int
        Minor children of the benefit unit.
    adults : int
        Its adults, students included; one is a single parent.
    income : float
        Gross income of the unit, cents a month.
    """
    if children == 0:
        return 0.0
    full = rules.child_first
    if children > 1:
        full += rules.child_second + (children - 2) * rules.child_further
    threshold = rules.child_threshold
    if adults < 2:
        full += rules.child_single
    else:
        threshold += rules.child_couple_extra
    return max(0.0, full - rules.child_taper * max(0.0, income - threshold))
