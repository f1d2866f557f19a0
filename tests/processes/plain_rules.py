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
    sick_since: int = -1
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
    heads_household: bool = False
    job_since: int = 0
    first_placed: int = -1
    severity: float = 0.0
    eager: float = 0.0
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
    month *= 1.08  # first, as in the model: the wage of a side job can be half a cent, and the last bit then decides
    return month * amount(f"youth_wage_factor_{max(17, age)}", at) if age < 23 else month


def regular_wage(person: Person, at: int) -> float:
    """Full-time wage in a regular job: its multiple of January 2015 with agreed wages since, or the minimum wage."""
    age, january = (at - person.born) // 12, 12 * 2015
    agreed = amount("agreed_wage_index", at) / amount("agreed_wage_index", january)
    return max(minimum_wage(age, at), person.multiple * minimum_wage(age, january) * agreed)


def wage_tax(gross: float, at: int) -> float:
    """Tax through the known point at the adult minimum wage, cents a month."""
    adult = minimum_wage(40, at)
    known = amount("wage_tax_effective_rate", at) * adult
    if gross >= adult:
        return known + 0.42 * (gross - adult)
    return max(0.0, known - 0.2 * (adult - gross))


def day_wage(person: Person, at: int, start: int) -> int:
    """Wage before a benefit, cents a month; `last_wage` is of the start, since when it rose with the minimum wage."""
    return cents(person.last_wage * (amount("minimum_wage_month", at) / amount("minimum_wage_month", start)))


def own_income(person: Person, at: int, start: int) -> None:
    """Wage, insurance benefit or state pension; nothing of the unit."""
    age = (at - person.born) // 12
    paid = person.paid = dict.fromkeys(EVERYTHING, 0)
    benefit = person.placed_from if person.status == "placement" else person.status
    if person.status in IN_WORK:
        with_subsidy = person.status in ("subsidised", "sheltered")
        full_time = minimum_wage(age, at) if with_subsidy else regular_wage(person, at)
        full = full_time * person.hours
        person.last_wage = cents(cents(full) / (amount("minimum_wage_month", at) / amount("minimum_wage_month", start)))
        paid["wage"] = cents(full * 0.85) if person.status == "regular" and person.sick_since >= 0 else cents(full)
        paid["tax"] = cents(wage_tax(paid["wage"], at))
        if person.status in ("subsidised", "sheltered"):
            share = min(0.7, max(0.0, 1 - person.productivity))
            if person.first_placed >= 0 and at < person.first_placed + 6 and at >= 12 * 2017:
                share = 0.5
            sick = 0.11 * amount("no_risk_share", at)
            addon = amount("lks_addon", at)
            paid["subsidy"] = cents(share * minimum_wage(age, at) * person.hours * (1 + addon) * (1 - sick))
        if person.status != "self_employed":
            paid["bonus"] = cents(bonus(person, full_time, at))
    elif benefit == "ww" and at < person.ww_until:
        capped = min(day_wage(person, at, start), amount("ww_max_day_wage", at) * 21.75)
        if person.sick_since >= 0 and (person.sick_since <= person.ww_since or at - person.sick_since >= 3):
            paid["zw"] = cents(capped * 0.70)
        else:
            paid["ww"] = cents(capped * (0.75 if at - person.ww_since < 2 else 0.70))
    elif benefit == "disability":
        if person.last_wage == 0:
            reference = amount("minimum_wage_month", at) / minimum_wage(40, at) * 1.08
            rate = 0.75 if person.severity < amount("wajong_durable_share", at) or at < 12 * 2018 else 0.70
            paid["disability"] = cents(rate * minimum_wage(age, at) * reference)
        else:
            new = person.status == "disability" and at - person.status_since < 2
            capped = min(day_wage(person, at, start), amount("ww_max_day_wage", at) * 21.75)
            high = new or person.severity < amount("wia_durable_share", at)
            paid["disability"] = cents(capped * (0.75 if high else 0.70))
    elif person.status == "school" and age >= 15 and person.eager < (0.5 if age < 18 else 0.75):
        paid["wage"] = cents(minimum_wage(age, at) * (0.22 if age < 18 else 0.5) * 1.15)
        paid["tax"] = cents(wage_tax(paid["wage"], at))
    elif person.status == "retired":
        couple, single = amount("aow_norm_couple_net", at) / 2, amount("aow_norm_single_net", at)
        paid["pension"] = cents(couple if person.partner else single)
    paid["benefit_tax"] = cents((paid["ww"] + paid["zw"] + paid["disability"]) * 0.2)


def bonus(person: Person, full_time: float, at: int) -> float:
    """Higher of low-wage benefit (LIV) and job-agreement bonus (LKV), by the hours of a full year."""
    hours = person.hours * 38 * 52
    wage = round(full_time / minimum_wage(40, at), 6)
    agreement = low = 0.0
    if person.status == "subsidised" and at - person.job_since < amount("lkv_job_agreement_months", at):
        agreement = min(amount("lkv_job_agreement_max_year", at), 101 * hours)
    if hours >= 1248 and wage >= 1:
        if wage <= amount("liv_wage_bound", at):
            low = min(amount("liv_max_year", at), amount("liv_hour", at) * hours)
        elif wage <= 1.25:
            low = min(amount("liv_second_max_year", at), amount("liv_second_hour", at) * hours)
    return max(agreement, low) / 12


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
    insured = paid["ww"] + paid["zw"] + paid["disability"]
    return paid["wage"] - paid["tax"], insured - paid["benefit_tax"] + paid["pension"]


def supplement(members: list[Person], sharers: int, at: int, start: int) -> None:
    """Supplement of the Toeslagenwet for each member on unemployment or disability benefit."""
    adults = [p for p in members if age_of(p, at) >= 18 and p.status != "school"]
    claimants = [p for p in members if p.paid["ww"] or p.paid["zw"] or p.paid["disability"]]
    income = sum(sum(net_own(p)) for p in adults)
    small = any(age_of(p, at) < 12 for p in members)
    for person in claimants:
        if len(adults) == 2 and person.partner and person.partner.born // 12 > 1971 and not small:
            continue
        minimum = norm_of(members, 0, at)
        if len(adults) == 1 and age_of(person, at) >= 21 and sharers:
            minimum *= amount("toeslagenwet_sharer_share", at) / 0.7
        need = max(0, cents(minimum) - income) // len(claimants)
        if person.last_wage:
            before = day_wage(person, at, start)
            before -= cents(wage_tax(before, at))
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


def with_pensioner(members: list[Person], at: int) -> bool:
    """Whether this is a couple of which one is over the state pension age."""
    counting = [p for p in members if age_of(p, at) >= 18 and p.status != "school"]
    return len(counting) == 2 and sum(p.status == "retired" for p in counting) == 1


def top_up_of_pension(members: list[Person], sharers: int, at: int) -> int:
    """What the Sociale Verzekeringsbank adds to the income of a couple with one pensioner (AIO)."""
    stands = next(p for p in members if p.stands_for_unit)
    if not with_pensioner(members, at) or stands.take_up >= 0.65:
        return 0
    counting = [p for p in members if age_of(p, at) >= 18 and p.status != "school"]
    norm, income = 0.0, 0
    for person in counting:
        share = 0.5
        if sharers and age_of(person, at) >= amount("cost_sharer_min_age", at):
            share = (0.4 + 0.3 * (2 + sharers)) / (2 + sharers)
        norm += share * amount("aow_norm_couple_net", at)
        income += sum(net_own(person)) + person.paid["supplement"]
    return max(0, cents(norm) - income)


def assistance_of(members: list[Person], sharers: int, at: int) -> int:
    """Net social assistance of a unit, cents."""
    adults = [p for p in members if age_of(p, at) >= 18]
    counting = [p for p in adults if p.status != "school"]
    entitled = [p for p in counting if p.status != "retired"]
    stands = next(p for p in members if p.stands_for_unit)
    client = stands.had_assistance > 0 or any(p.status == "assistance" for p in entitled)
    young = len(members) == len(adults) and all(age_of(p, at) < 27 for p in entitled)
    if not entitled or stands.take_up >= (0.26 if young else 0.65) or with_pensioner(members, at):
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


def household_month(people: list[Person], at: int, start: int) -> None:
    """Everything of one household in one month of a run from `start`; amounts are left in `paid` of each, in cents."""
    for person in people:
        if person.status == "ww" and at >= person.ww_until:
            person.status = "none"
        own_income(person, at, start)
    age = amount("cost_sharer_min_age", at)
    sharing = [p for p in people if age_of(p, at) >= age and p.status != "school"]
    for unit in {p.unit for p in people}:
        members = [p for p in people if p.unit == unit]
        others = sum(p.unit != unit for p in sharing)
        supplement(members, others, at, start)
        total = assistance_of(members, others, at)
        stands = next(p for p in members if p.stands_for_unit)
        stands.paid["assistance"] = total
        stands.paid["pension_top_up"] = top_up_of_pension(members, others, at)
        if total:
            stands.paid["special"] = cents(special_assistance(at))
        allowances_of_unit(stands, members, at)
        for person in members:
            if person.status in ("none", "assistance"):
                adult = age_of(person, at) >= 18
                person.status = "assistance" if total and adult else "none"
    head = next(p for p in people if p.heads_household)
    adults = [p for p in people if age_of(p, at) >= 18]
    if adults:
        income = sum(gross_of([p for p in people if p.unit == unit], at) for unit in {p.unit for p in people})
        head.paid["rent"] = cents(rent_allowance(len(adults), income, at))
    for person in adults:
        person.paid["premium"] = cents(amount("health_premium_year", at) / 12)


def special_assistance(at: int) -> float:
    """Special assistance in prices of 2024 and remission of local taxes in those of 2015, as they are this month."""
    special = amount("special_assistance_saved_per_exit_year", at) / 12 / amount("cpi_index", 12 * 2024)
    remission = amount("local_tax_relief_lost", at) / amount("cpi_index", 12 * 2015)
    return (special + remission) * amount("cpi_index", at)


def kind_of(members: list[Person], at: int) -> str:
    """Kind of unit by which tax on social assistance goes."""
    ages = [age_of(p, at) for p in members if age_of(p, at) >= 18 and p.status != "school"]
    return "couple" if len(ages) == 2 else "18_20" if min(ages) < 21 else "single"


def gross_of(members: list[Person], at: int) -> int:
    """Gross income of the adults of a unit; pensions, supplements and what tops them up count net."""
    total = 0
    for person in members:
        paid = person.paid
        if age_of(person, at) >= 18 and person.status != "school":
            total += sum(paid[what] for what in ("wage", "ww", "zw", "disability", "pension", "supplement"))
        total += paid["pension_top_up"] + paid["assistance"]
        if paid["assistance"]:
            total += cents(paid["assistance"] * amount(f"assistance_tax_share_{kind_of(members, at)}", at))
    return total


def minimum_gross(kind: str, at: int) -> float:
    """Social assistance of a month with the tax on it."""
    return amount(f"benefit_norm_{kind}_net", at) * (1 + amount(f"assistance_tax_share_{kind}", at))


def allowances_of_unit(stands: Person, members: list[Person], at: int) -> None:
    """Care and child allowance."""
    adults = sum(age_of(p, at) >= 18 for p in members)
    children = len(members) - adults
    if adults == 0:
        return
    income = gross_of(members, at)
    full = amount("zorgtoeslag_max" if adults == 1 else "zorgtoeslag_couple_max", at) / 12
    threshold = amount("minimum_wage_month", at) * 1.08
    if income > threshold:
        full -= amount("care_allowance_taper", at) * (income - threshold)
    stands.paid["care"] = cents(max(0.0, full))
    if children:
        month = amount("kgb_first_child", at) / 12
        if children > 1:
            month += amount("kgb_second_child", at) / 12 + (children - 2) * (amount("kgb_further_child", at) / 12)
        threshold = amount("kgb_threshold", at) / 12
        if adults == 1:
            month += amount("kgb_single_parent_top", at) / 12
        else:
            threshold += amount("kgb_couple_threshold_extra", at) / 12
        month -= amount("kgb_taper", at) * max(0.0, income - threshold)
        stands.paid["child"] = cents(max(0.0, month))


def rent_allowance(adults: int, income: int, at: int) -> float:
    """Rent allowance of a household, on the average of tenants and owners."""
    low = minimum_gross("single" if adults == 1 else "couple", at)
    steep = minimum_wage(40, at) - minimum_gross("single", at)
    lost = amount("huurtoeslag_loss_bijstand_to_wml_single", at) * max(0.0, income - low) / steep
    return 0.5 * max(0.0, amount("huurtoeslag_benefit_single", at) - lost)


EVERYTHING = (
    "wage", "tax", "subsidy", "bonus", "ww", "zw", "disability", "benefit_tax", "pension", "supplement",
    "pension_top_up", "assistance", "special", "care", "child", "rent", "premium",
)  # fmt: skip
RECEIVED = (
    "wage", "ww", "zw", "disability", "pension", "supplement", "pension_top_up", "assistance", "special", "care",
    "child", "rent",
)  # fmt: skip
"""What a resident gets, as against what the employer gets, and taxes and premium, which the resident pays."""
