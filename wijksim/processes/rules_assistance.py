"""Rules of social assistance (bijstand, Participatiewet): norm, earnings left to the client, amount, gross cost."""

from __future__ import annotations

from typing import NamedTuple

from wijksim.kernels import kernel
from wijksim.processes.rules_wages import whole_cents

__all__ = [
    "AssistanceRules",
    "assistance_amount",
    "assistance_tax",
    "exempt_earnings",
    "pensioner_norm",
    "unit_norm",
]


class AssistanceRules(NamedTuple):
    """Amounts (net, cents a month), rates and ages of social assistance in force in a month.

    Parameters
    ----------
    single, couple : float
        Norms of people of 21 and older.
    youth, youth_couple_children : float
        Norms of a single person of 18 to 20, and of such a couple with children.
    pension_couple : float
        Norm of a couple of which one is over the state pension age.
    sharer_base, sharer_person : float
        Cost-sharer norm: each of n sharers has (base + person n) / n of the couple's norm.
    adult_age, full_age, sharer_age : int
        Ages of adulthood, of the full norm, and from which people count as cost sharers.
    exempt_share, exempt_cap, exempt_months : float
        Share of earnings left to the client, at most, and for how long.
    parent_share, parent_cap, parent_months : float
        The same for single parents afterwards.
    subsidy_share, subsidy_cap, subsidy_months : float
        The same for others with wage-cost subsidy afterwards.
    tax_single, tax_couple, tax_youth : float
        Tax relative to the net amount.
    levy_share : float
        Zvw levy of the municipality on the gross amount.
    takeup, takeup_young : float
        Share of entitled units that claim; of those whose adults are all below the search age, without children.
    search_months, search_age : float
        Search term of people below an age.
    extras : float
        Special assistance and remission of local taxes that come with social assistance, cents a month.
    """

    single: float
    couple: float
    youth: float
    youth_couple_children: float
    pension_couple: float
    sharer_base: float
    sharer_person: float
    adult_age: int
    full_age: int
    sharer_age: int
    exempt_share: float
    exempt_cap: float
    exempt_months: float
    parent_share: float
    parent_cap: float
    parent_months: float
    subsidy_share: float
    subsidy_cap: float
    subsidy_months: float
    tax_single: float
    tax_couple: float
    tax_youth: float
    levy_share: float
    takeup: float
    takeup_young: float
    search_months: float
    search_age: int
    extras: float


@kernel
def unit_norm(adults: int, young: int, sharing: int, others: int, children: int, rules: AssistanceRules) -> float:
    """Norm of a benefit unit, net cents a month (Participatiewet art. 20 to 22a and 24).

    An adult of 21 or older has half of the couple's norm, or the norm of a single person; beside cost sharers in
    the home, an adult who counts as one has (base + person n) / n of the couple's norm, n being the unit's adults
    and the others. An adult of 18 to 20 has the norm of the young whoever shares the home; children add to it
    in couples.

    Parameters
    ----------
    adults : int
        1 or 2 adults who count for the norm (no students).
    young : int
        Of these, 18 to 20 years old.
    sharing : int
        Of these, old enough to count as a cost sharer.
    others : int
        Cost sharers in the home outside the unit.
    children : int
        Minor children of the unit.
    """
    standard = rules.couple * 0.5 if adults == 2 else rules.single
    norm = (adults - young) * standard
    if others > 0:
        sharers = adults + others
        shared = rules.couple * (rules.sharer_base + rules.sharer_person * sharers) / sharers
        norm += sharing * (shared - standard)
    norm += young * rules.youth
    if young > 0 and adults == 2 and children > 0:
        norm += rules.youth_couple_children - 2 * rules.youth
    return norm


@kernel
def pensioner_norm(sharing: int, others: int, rules: AssistanceRules) -> float:
    """Norm of a couple of which one is over the state pension age, net cents a month (art. 22 c and 22a).

    The Sociale Verzekeringsbank pays it (AIO, art. 47a), less the state pension and other income.

    Parameters
    ----------
    sharing : int
        Of both, old enough to count as a cost sharer.
    others : int
        Cost sharers in the home outside the couple.
    """
    norm = rules.pension_couple
    if others > 0:
        sharers = others + 2
        shared = rules.pension_couple * (rules.sharer_base + rules.sharer_person * sharers) / sharers
        norm += sharing * (shared - rules.pension_couple * 0.5)
    return norm


@kernel
def exempt_earnings(
    earnings: float, months_used: int, with_subsidy: bool, single_parent: bool, rules: AssistanceRules
) -> float:
    """Net earnings of a client that are left out of account, cents a month (vrijlating, art. 31)."""
    if months_used < rules.exempt_months:
        return min(rules.exempt_cap, rules.exempt_share * earnings)
    if single_parent and months_used < rules.exempt_months + rules.parent_months:
        return min(rules.parent_cap, rules.parent_share * earnings)
    if with_subsidy and months_used < rules.exempt_months + rules.subsidy_months:
        return min(rules.subsidy_cap, rules.subsidy_share * earnings)
    return 0.0


@kernel
def assistance_amount(norm: float, income: int) -> int:
    """Net social assistance, cents a month: the norm less what counts as income."""
    return max(0, whole_cents(norm) - income)


@kernel
def assistance_tax(amount: int, adults: int, young: int, rules: AssistanceRules) -> float:
    """Income tax that the municipality pays over a net amount, cents (net to gross by kind of unit)."""
    if adults == 2:
        return amount * rules.tax_couple
    return amount * (rules.tax_youth if young > 0 else rules.tax_single)
