"""The rules of income and benefits once more, written plainly from the law texts: a twin to compare the model with.

People are objects, households are lists of them, and money is in cents, rounded when it is paid out. Nothing of
`wijksim.processes` is used; amounts come from the registry by name.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from wijksim.parameters import Dated, load_registry

IN_WORK = {"regular", "subsidised", "sheltered", "self_employed"}
REGISTRY = load_registry()


@dataclass
class Person:
    """One resident; `unit` names the benefit unit, months are absolute."""

    unit: int
    born: int
    status: str
    partner: Person | None = None
    hours: float = 1.0
    multiple: float = 1.0
    productivity: float = 1.0
    sick: bool = False
    last_wage: int = 0
    status_since: int = 0
    ww_since: int = -1
    ww_until: int = -1
    placed_from: str = ""
    out_of_work_since: int = 0
    exemption_used: int = 0
    take_up: float = 0.0
    had_assistance: int = 0
    stands_for_unit: bool = False
    paid: dict[str, int] = field(default_factory=dict)


def cents(amount: float) -> int:
    """Whole cents, halves upwards."""
    return math.floor(amount + 0.5)


def amount(name: str, at: int) -> float:
    """A figure of the registry in a month; euros are given in cents."""
    passport = REGISTRY[name]
    figure = passport.at(at) if isinstance(passport, Dated) else REGISTRY.number(name)
    return figure * 100 if passport.unit.startswith("EUR") else figure


def minimum_wage(age: int, at: int) -> float:
    """Full-time minimum wage with holiday pay, cents a month."""
    by_hour = amount("minimum_wage_hourly", at) == 1
    month = amount("minimum_wage_hour", at) * 38 * 52 / 12 if by_hour else amount("minimum_wage_month", at)
    if age < 23:
        month *= amount(f"youth_wage_factor_{max(17, age)}", at)
    return month * 1.08


def wage_tax(gross: float, at: int) -> float:
    """Tax through the known point at the adult minimum wage, cents a month."""
    adult = minimum_wage(40, at)
    known = amount("wage_tax_effective_rate", at) * adult
    if gross >= adult:
        return known + 0.42 * (gross - adult)
    return max(0.0, known - 0.2 * (adult - gross))


def own_income(person: Person, at: int) -> None:
    """Wage, insurance benefit or state pension; nothing of the unit."""
    age = (at - person.born) // 12
    paid = person.paid = {"wage": 0, "tax": 0, "subsidy": 0, "ww": 0, "disability": 0, "benefit_tax": 0, "pension": 0}
    benefit = person.placed_from if person.status == "placement" else person.status
    if person.status in IN_WORK:
        multiple = 1.0 if person.status in ("subsidised", "sheltered") else person.multiple
        full = minimum_wage(age, at) * multiple * person.hours
        person.last_wage = cents(full)
        paid["wage"] = cents(full * 0.85) if person.status == "regular" and person.sick else cents(full)
        paid["tax"] = cents(wage_tax(paid["wage"], at))
        if person.status in ("subsidised", "sheltered"):
            share = min(0.7, max(0.0, 1 - person.productivity))
            sick = 0.11 * amount("no_risk_share", at)
            addon = amount("lks_addon", at)
            paid["subsidy"] = cents(share * minimum_wage(age, at) * person.hours * (1 + addon) * (1 - sick))
    elif benefit == "ww" and at < person.ww_until:
        capped = min(person.last_wage, amount("ww_max_day_wage", at) * 21.75)
        paid["ww"] = cents(capped * (0.75 if at - person.ww_since < 2 else 0.70))
    elif benefit == "disability":
        if person.last_wage == 0:
            reference = amount("minimum_wage_month", at) / minimum_wage(40, at) * 1.08
            paid["disability"] = cents(amount("wajong_rate", at) * minimum_wage(age, at) * reference)
        else:
            new = person.status == "disability" and at - person.status_since < 2
            capped = min(person.last_wage, amount("ww_max_day_wage", at) * 21.75)
            paid["disability"] = cents(capped * (0.75 if new else 0.70))
    elif person.status == "retired":
        couple, single = amount("aow_norm_couple_net", at) / 2, amount("aow_norm_single_net", at)
        paid["pension"] = cents(couple if person.partner else single)
    paid["benefit_tax"] = cents((paid["ww"] + paid["disability"]) * 0.2)


def age_of(person: Person, at: int) -> int:
    """Age in whole years."""
    return (at - person.born) // 12


def norm_of(members: list[Person], sharers: int, at: int) -> float:
    """Norm of a unit, each adult's part apart; `sharers` are cost sharers in the home outside the unit."""
    adults = [p for p in members if age_of(p, at) >= 18 and p.status != "school"]
    children = any(age_of(p, at) < 18 for p in members)
    couple, single = amount("benefit_norm_couple_net", at), amount("benefit_norm_single_net", at)
    youth = amount("benefit_norm_18_20_single_net", at)
    total, first_young = 0.0, True
    for person in adults:
        age = age_of(person, at)
        if age < 21:
            with_children = len(adults) == 2 and children and first_young
            total += amount("benefit_norm_18_20_couple_children_net", at) - youth if with_children else youth
            first_young = False
        elif sharers and age >= amount("cost_sharer_min_age", at):
            n = len(adults) + sharers
            total += (0.4 + 0.3 * n) / n * couple
        else:
            total += couple / 2 if len(adults) == 2 else single
    return total


def net_own(person: Person) -> tuple[int, int]:
    """Net earnings and net benefits before supplement and assistance."""
    paid = person.paid
    return paid["wage"] - paid["tax"], paid["ww"] + paid["disability"] - paid["benefit_tax"] + paid["pension"]


def supplement(members: list[Person], sharers: int, at: int) -> None:
    """Supplement of the Toeslagenwet for each member on unemployment or disability benefit."""
    adults = [p for p in members if age_of(p, at) >= 18 and p.status != "school"]
    claimants = [p for p in members if p.paid["ww"] or p.paid["disability"]]
    income = sum(sum(net_own(p)) for p in adults)
    small = any(age_of(p, at) < 12 for p in members)
    for person in members:
        person.paid["supplement"] = 0
    for person in claimants:
        if len(adults) == 2 and person.partner and person.partner.born // 12 > 1971 and not small:
            continue
        minimum = norm_of(members, 0, at)
        if len(adults) == 1 and age_of(person, at) >= 21 and sharers:
            minimum *= amount("toeslagenwet_sharer_share", at) / 0.7
        need = max(0, cents(minimum) - income) // len(claimants)
        if person.last_wage:
            before = person.last_wage - cents(wage_tax(person.last_wage, at))
            need = min(need, max(0, before - net_own(person)[1]))
        person.paid["supplement"] = need


def left_out(person: Person, single_parent: bool, at: int) -> int:
    """Earnings that don't count, by the months in which that was done already."""
    earned, used = net_own(person)[0], person.exemption_used
    single = amount("benefit_norm_single_net", at)
    if used < 6:
        return cents(min(0.25 * earned, 0.205 * single))
    if single_parent and used < 36:
        return cents(min(0.125 * earned, 0.128 * single))
    if person.status in ("subsidised", "sheltered") and used < 18:
        return cents(min(amount("earnings_exemption_lks_share", at) * earned, 0.13 * single))
    return 0


def assistance_of(members: list[Person], sharers: int, at: int) -> int:
    """Net social assistance of a unit, cents."""
    adults = [p for p in members if age_of(p, at) >= 18]
    counting = [p for p in adults if p.status != "school"]
    entitled = [p for p in counting if p.status != "retired"]
    stands = next(p for p in members if p.stands_for_unit)
    client = stands.had_assistance > 0 or any(p.status == "assistance" for p in entitled)
    if not entitled or stands.take_up >= 0.65:
        return 0
    jobless = [p for p in entitled if p.status in ("none", "assistance")]
    new = any(at - p.out_of_work_since < 1 for p in jobless)
    if not client and new and all(age_of(p, at) < 27 for p in entitled):
        return 0
    income = sum(sum(net_own(p)) + p.paid["supplement"] for p in counting)
    if client:
        single_parent = len(adults) == 1 and len(members) > 1
        income -= sum(left_out(p, single_parent, at) for p in counting)
    return max(0, cents(norm_of(members, sharers, at)) - income)


def household_month(people: list[Person], at: int) -> None:
    """Everything of one household in one month; the amounts, in cents, are left in `paid` of each person."""
    for person in people:
        if person.status == "ww" and at >= person.ww_until:
            person.status = "none"
        own_income(person, at)
    age = amount("cost_sharer_min_age", at)
    sharing = [p for p in people if age_of(p, at) >= age and p.status != "school"]
    for unit in {p.unit for p in people}:
        members = [p for p in people if p.unit == unit]
        others = sum(p.unit != unit for p in sharing)
        supplement(members, others, at)
        total = assistance_of(members, others, at)
        for person in members:
            person.paid["assistance"] = total if person.stands_for_unit else 0
            if person.status in ("none", "assistance"):
                adult = age_of(person, at) >= 18
                person.status = "assistance" if total and adult else "none"
