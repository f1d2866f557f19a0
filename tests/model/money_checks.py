"""What must hold of money in every month: sums made again from residents and institutions, in plain Python.

`expected_postings` is a second account of the month. It uses nothing of the processes but the columns that they
leave behind, so that a posting that is dropped, made twice, or made for another amount shows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from math import floor, fsum
from typing import Any, NamedTuple

import numpy as np

from wijksim.accounts import Category, Party, Posting
from wijksim.parameters import Dated, Registry
from wijksim.population.columns import Status
from wijksim.processes.rules import Rules
from wijksim.processes.rules_bonuses import wage_bonus
from wijksim.processes.rules_wages import wage_cost_subsidy
from wijksim.settings import PlaceKind, Sector
from wijksim.state import State

C, P = Category, Party
Amounts = dict[tuple[Category, Party, Party], int]


def postings_of(state: State, at: int) -> Amounts:
    """Amounts of one month by category, payer and payee."""
    return {(p.category, p.payer, p.payee): p.cents for p in state.ledger.postings() if p.month == at}


def ledger_faults(state: State, at: int) -> list[str]:
    """Faults in the ledger as a whole: balances, residents' incomes, reserves, and lines that stand twice."""
    faults = []
    balances = np.zeros(len(Party), np.int64)
    lines: set[tuple[Any, ...]] = set()
    for posting in state.ledger.postings():
        balances[posting.payer] -= posting.cents
        balances[posting.payee] += posting.cents
        lines.add(posting[:-1])
    if not np.array_equal(balances, state.ledger.balances):
        faults.append("balances are not the sum of postings")
    if len(lines) != len(state.ledger.postings()):
        faults.append("a line stands twice")
    month = [posting for posting in state.ledger.postings() if posting.month == at]
    if _to_residents(month) != int(state.columns["income"].sum()):
        faults.append("residents' incomes are not what was paid to them")
    reserves = sum(books.reserve_cents for books in state.institutions.enterprises)
    if reserves != int(state.ledger.balances[P.SOCIAL_ENTERPRISES]):
        faults.append("reserves of enterprises are not their balance")
    for name, categories in _IN_BOOKS.items():
        paid = sum(p.cents for p in month if p.category in categories and p.payee == P.SOCIAL_ENTERPRISES)
        if paid != sum(getattr(books, name) for books in state.institutions.enterprises):
            faults.append(f"{name} of enterprises is not what was paid to them")
    return faults


_IN_BOOKS = {
    "subsidy_cents": {C.WAGE_COST_SUBSIDY},
    "support_cents": {C.WAGE_COST_SUBSIDY, C.SICK_PAY, C.WAGE_BONUS},
}


def _to_residents(postings: list[Posting]) -> int:
    return sum(p.cents * ((p.payee == P.RESIDENTS) - (p.payer == P.RESIDENTS)) for p in postings)


def amount_faults(before: State, seen: Any, after: State, registry: Registry, start: int) -> list[str]:
    """Postings of the month between two states that aren't what residents and institutions add up to.

    `seen` is a :class:`model.building.Witness` of the moment after benefits, health and upbringing.
    """
    posted = postings_of(after, before.month)
    return [
        f"{category.name} from {payer.name} to {payee.name}: {posted.get(key, 0)} was posted, {cents} expected"
        for key, cents in expected_postings(before, seen, after, registry, start).items()
        for category, payer, payee in [key]
        if posted.get(key, 0) != cents
    ] + _sums_of_benefits(seen.state, posted)


def _sums_of_benefits(state: State, posted: Amounts) -> list[str]:
    """Benefits that several parties pay are compared by their sum with what residents have got."""
    columns = state.columns
    insured = C.UNEMPLOYMENT_BENEFIT, C.SICKNESS_BENEFIT, C.DISABILITY_BENEFIT
    paid = *insured, C.TOP_UP, C.STATE_PENSION, C.SOCIAL_ASSISTANCE
    net = sum(cents * ((category in paid) - (category is C.BENEFIT_TAX)) for (category, _, _), cents in posted.items())
    return [] if net == int(columns["benefit"].sum()) else ["benefits paid are not those received"]


def expected_postings(before: State, seen: Any, after: State, registry: Registry, start: int) -> Amounts:
    """Amounts that must have been posted in the month between two states."""
    at = before.month

    def number(name: str) -> float:
        passport = registry[name]
        return passport.at(at) if isinstance(passport, Dated) else registry.number(name)

    return {
        **_wages(seen, number, Rules.of(registry, at)),
        **_levy_of_benefits(after, number, at),
        **_assistance(seen, registry, number),
        **_places(before, seen, after, number, _Prices.of(registry, at, start)),
        **_budgets(after, seen, number, at, _Prices.of(registry, at, start)),
        **_care(after, registry, number, at),
    }


Numbers = Callable[[str], float]


class _Prices(NamedTuple):
    """Consumer prices of a month over those of 2015 (defaults) and of the first month (what a scenario gives)."""

    default: float
    given: float

    @classmethod
    def of(cls, registry: Registry, at: int, start: int) -> _Prices:
        index = registry["cpi_index"]
        assert isinstance(index, Dated)
        return cls(index.at(at) / index.at(2015 * 12), index.at(at) / index.at(start))

    def amount(self, given: float | None, default: float) -> float:
        return default * self.default if given is None else given * self.given


def _support(columns: Any, rules: Rules, at: int) -> dict[Category, Any]:
    """What the employer of each resident gets in the month, cents, shape (rows,); by the rules one by one."""
    found = {what: np.zeros(len(columns), np.int64) for what in (C.WAGE_COST_SUBSIDY, C.SICK_PAY, C.WAGE_BONUS)}
    wages, subsidised = rules.wages, Status.SUBSIDISED_JOB
    supported = {subsidised: wages.place_multiple, Status.SHELTERED_JOB: wages.sheltered_multiple}
    employed = columns["present"] & np.isin(columns["status"], [Status.REGULAR_JOB, *supported])
    for row in np.flatnonzero(employed).tolist():
        one = {name: columns[name][row].item() for name in _OF_EMPLOYED}
        status, hours, months, placed = one["status"], one["hours_share"], at - one["job_since"], one["ever_placed"]
        age = min((at - one["birth_month"]) // 12, len(rules.minimum) - 1)
        least, regular = float(rules.minimum[age]), one["wage_multiple"] * float(rules.regular[age])
        full_time = supported[status] * least if status in supported else max(least, regular)
        bonus = wage_bonus(status == subsidised, months, full_time / wages.minimum, hours, rules.bonuses)
        found[C.WAGE_BONUS][row] = floor(bonus + 0.5)
        if status in supported:
            measured = placed < 0 or at - placed >= wages.forfait_months
            subsidy = wage_cost_subsidy(one["productivity"], measured, least, hours, wages)
            found[C.WAGE_COST_SUBSIDY][row] = floor(subsidy + 0.5)
            found[C.SICK_PAY][row] = floor(one["wage"] * wages.uwv_sick_share + 0.5)
    return found


_OF_EMPLOYED = (
    "birth_month", "status", "hours_share", "wage_multiple", "job_since", "ever_placed", "productivity", "wage",
)  # fmt: skip


def _wages(seen: Any, number: Numbers, rules: Rules) -> Amounts:
    columns = seen.state.columns
    support = _support(columns, rules, seen.state.month)
    here = columns["present"]
    social = here & (columns["employer"] >= 0)
    regular = here & ~social
    own = regular & (columns["status"] == Status.SELF_EMPLOYED)
    wage = columns["wage"].astype(np.int64)
    employers = [(P.REGULAR_EMPLOYERS, regular & ~own)]
    employers += [
        (P.SOCIAL_ENTERPRISES, social & (columns["employer"] == books.index))
        for books in seen.state.institutions.enterprises
    ]
    amounts: Amounts = dict.fromkeys(
        (
            key
            for payer in (P.REGULAR_EMPLOYERS, P.SOCIAL_ENTERPRISES)
            for key in ((C.HEALTH_LEVY, payer, P.HEALTH_FUND), (C.EMPLOYER_PREMIUMS, payer, P.STATE_TAX))
        ),
        0,
    )
    for payer, workers in employers:
        gross = int(wage[workers].sum())
        levy = round(gross * number("zvw_employer_levy"))
        amounts[C.HEALTH_LEVY, payer, P.HEALTH_FUND] += levy
        amounts[C.EMPLOYER_PREMIUMS, payer, P.STATE_TAX] += round(gross * number("employer_premiums_total")) - levy
    amounts[C.HEALTH_LEVY, P.REGULAR_EMPLOYERS, P.HEALTH_FUND] += round(int(wage[own].sum()) * number("zvw_own_levy"))
    for payer, workers in ((P.REGULAR_EMPLOYERS, regular), (P.SOCIAL_ENTERPRISES, social)):
        amounts[C.WAGES, payer, P.RESIDENTS] = int(wage[workers].sum())
        subsidy = int(support[C.WAGE_COST_SUBSIDY][workers].sum())
        part = round(subsidy * number("lks_from_buig_share"))
        amounts[C.WAGE_COST_SUBSIDY, P.MUNICIPALITY_ASSISTANCE, payer] = part
        amounts[C.WAGE_COST_SUBSIDY, P.STATE_GRANTS, payer] = subsidy - part
        amounts[C.WAGE_BONUS, P.STATE_TAX, payer] = int(support[C.WAGE_BONUS][workers].sum())
        amounts[C.SICK_PAY, P.UWV_DISABILITY, payer] = int(support[C.SICK_PAY][workers].sum())
    amounts[C.WAGE_TAX, P.RESIDENTS, P.STATE_TAX] = int((wage - columns["net_earnings"])[here].sum())
    levers = seen.levers
    months = seen.state.month - columns["subsidised_since"]
    young = regular & (columns["subsidised_since"] >= 0) & (months < levers.temporary_hiring_subsidy_months)
    amounts[C.HIRING_SUBSIDY, P.PARTICIPATION_BUDGET, P.REGULAR_EMPLOYERS] = sum(
        floor(cents * levers.temporary_hiring_subsidy_share + 0.5)
        for cents in wage[young & (columns["status"] == Status.REGULAR_JOB)].tolist()
    )
    return amounts


def _levy_of_benefits(after: State, number: Numbers, at: int) -> Amounts:
    """The Zvw levy that UWV pays over unemployment and disability benefit."""
    posted = postings_of(after, at)
    benefits = (
        ((C.UNEMPLOYMENT_BENEFIT,), P.UWV_UNEMPLOYMENT),
        ((C.SICKNESS_BENEFIT, C.DISABILITY_BENEFIT), P.UWV_DISABILITY),
    )
    return {
        (C.HEALTH_LEVY, payer, P.HEALTH_FUND): round(
            sum(posted.get((category, payer, P.RESIDENTS), 0) for category in categories) * number("zvw_employer_levy")
        )
        for categories, payer in benefits
    }


def _assistance(seen: Any, registry: Registry, number: Numbers) -> Amounts:
    """Assistance, what the municipality pays to others over it, and its administration."""
    columns, at = seen.state.columns, seen.state.month
    here = columns["present"]
    age = (at - columns["birth_month"]) // 12
    counts = here & (age >= 18) & (columns["status"] != Status.SCHOOL)
    tax = levy = 0
    units = np.flatnonzero(here & (columns["assistance"] > 0))
    for unit in units.tolist():
        members = counts & (columns["unit_row"] == unit)
        amount = int(columns["assistance"][unit])
        kind = "couple" if members.sum() == 2 else "18_20" if (age[members] < 21).any() else "single"
        due = floor(amount * number(f"assistance_tax_share_{kind}") + 0.5)
        tax += due
        levy += floor((amount + due) * number("zvw_employer_levy") + 0.5)
    municipality = P.MUNICIPALITY_ASSISTANCE
    cost = round(units.size * number("admin_cost_per_benefit_year") * _since_2015(registry, number) * 100 / 12)
    return {
        (C.SOCIAL_ASSISTANCE, municipality, P.RESIDENTS): int(columns["assistance"][units].sum()),
        (C.SOCIAL_ASSISTANCE_TAX, municipality, P.STATE_TAX): tax,
        (C.SOCIAL_ASSISTANCE_TAX, municipality, P.HEALTH_FUND): levy,
        (C.ADMINISTRATION, P.MUNICIPALITY_ADMINISTRATION, P.REST_OF_WORLD): cost,
        (C.SPECIAL_ASSISTANCE, P.MUNICIPALITY_ADMINISTRATION, P.RESIDENTS): units.size * _special(registry, number),
    }


def _special(registry: Registry, number: Numbers) -> int:
    """What comes with a unit's assistance in a month: special assistance in its prices, remission of local taxes."""
    prices = number("cpi_index") / registry.at("cpi_index", 12 * int(number("special_assistance_price_year")))
    special = number("special_assistance_saved_per_exit_year") / 12 * prices
    return floor((special + number("local_tax_relief_lost") * _since_2015(registry, number)) * 100 + 0.5)


def _since_2015(registry: Registry, number: Numbers) -> float:
    """Consumer prices over those of 2015."""
    return number("cpi_index") / registry.at("cpi_index", 12 * 2015)


def _places(before: State, seen: Any, after: State, number: Numbers, prices: _Prices) -> Amounts:
    """Services, grants, coaching and supervision of places; what insurers and pooled budgets add."""
    employer = np.where(seen.state.columns["present"], seen.state.columns["employer"], -1)
    levers = seen.levers
    grants = coaching = supervision = help_by_wmo = help_by_others = grounds_by_town = grounds_by_parks = 0
    for plan, books in zip(seen.plans, after.institutions.enterprises, strict=True):
        workers = int((employer == books.index).sum())
        hours = workers * _given(plan.coaching_hours_per_month, number("coaching_hours_month"))
        coaching += round(hours * number("jobcoach_hour") * 100)
        full_time = sum(seen.state.columns["hours_share"][employer == books.index].tolist())
        guidance = round(full_time / number("supervisor_ratio") * number("supervisor_cost_year") / 12 * 100)
        supervision += guidance
        home_help = plan.sector is Sector.HOME_HELP
        usual = number("woonhulp_price_hour" if home_help else "grounds_price_hour_group")
        price = usual if plan.price_euro_per_hour is None else plan.price_euro_per_hour * prices.given
        sales = round(books.hours_delivered * price * 100)
        grants += _grant(plan, levers, seen.state.columns, before, books, sales - guidance, number, prices)
        public = round(sales * number("home_help_wmo_share" if home_help else "grounds_municipality_share"))
        if home_help:
            help_by_wmo, help_by_others = help_by_wmo + public, help_by_others + sales - public
        else:
            grounds_by_town, grounds_by_parks = grounds_by_town + public, grounds_by_parks + sales - public
    pooled = max(0, int(before.ledger.balances[P.POOLED_FUND]))
    from_pool = min(grants, pooled)
    se = P.SOCIAL_ENTERPRISES
    return {
        (C.ENTERPRISE_GRANT, P.POOLED_FUND, se): from_pool,
        (C.ENTERPRISE_GRANT, P.PARTICIPATION_BUDGET, se): grants - from_pool,
        (C.COACHING, P.PARTICIPATION_BUDGET, P.REST_OF_WORLD): coaching,
        (C.SUPERVISION, se, P.REST_OF_WORLD): supervision,
        (C.SERVICES_HOME_HELP, P.MUNICIPALITY_WMO, se): help_by_wmo,
        (C.SERVICES_HOME_HELP, P.REST_OF_WORLD, se): help_by_others,
        (C.SERVICES_GROUNDS, P.MUNICIPALITY_ADMINISTRATION, se): grounds_by_town,
        (C.SERVICES_GROUNDS, P.BUSINESS_PARKS, se): grounds_by_parks,
        **_measured(after, seen, number, prices),
    }


def _grant(
    plan: Any, levers: Any, columns: Any, before: State, books: Any, earned: int, number: Numbers, prices: _Prices
) -> int:
    """Grant for a month: for filled places, but no more than fills the reserve up to its ceiling."""
    mine = columns["present"] & (columns["employer"] == books.index)
    usual = number("enterprise_grant_place_year") if plan.places_are is PlaceKind.PAID_JOBS else 0.0
    year = prices.amount(plan.grant_euro_per_place_year, usual) * levers.grant_share
    wages = int(columns["wage"][mine].sum())
    labour = wages + round(wages * number("employer_premiums_total"))
    full_time = sum(columns["hours_share"][mine].tolist())
    guidance = round(full_time / number("supervisor_ratio") * number("supervisor_cost_year") / 12 * 100)
    share = number("overhead_share")
    result = earned - labour - round((labour + guidance) * share / (1 - share))
    result += books.support_cents
    old = before.institutions.enterprises[books.index]
    reserve = old.reserve_cents + (books.capital_cents - old.capital_cents)
    room = round(number("se_reserve_ceiling_place") * prices.default * 100) * plan.places - reserve - result
    return min(round(int(mine.sum()) * year * 100 / 12), max(0, room))


def _measured(after: State, seen: Any, number: Numbers, prices: _Prices) -> Amounts:
    levers, institutions = seen.levers, after.institutions
    workers = int((after.columns["present"] & (after.columns["employer"] >= 0)).sum())
    saving = max(0.0, institutions.municipality.measured_saving_per_place_year)
    deficit = number("buig_deficit_share")
    band = (deficit > number("vangnet_entry_share")) + (deficit > number("vangnet_upper_share"))
    kept = number("buig_marginal_saving_share_year1") * (1.0, 1.0 - number("vangnet_compensation_share"), 0.0)[band]
    fund = P.POOLED_FUND if levers.budget_pooling_share > 0 else P.PARTICIPATION_BUDGET
    cost = number("impact_measurement_cost_place_year") * prices.default * levers.measurement_quality_share
    return {
        (C.POOLING, P.MUNICIPALITY_ASSISTANCE, P.POOLED_FUND): round(
            saving * kept * levers.budget_pooling_share * workers * 100 / 12
        ),
        (C.CO_FUNDING, P.INSURERS, fund): sum(
            round(insurer.co_funding_per_place_year * workers * 100 / 12) for insurer in institutions.insurers
        ),
        (C.MEASUREMENT, P.PARTICIPATION_BUDGET, P.REST_OF_WORLD): round(cost * workers * 100 / 12),
    }


def _budgets(after: State, seen: Any, number: Numbers, at: int, prices: _Prices) -> Amounts:
    """Budgets from the state in twelfths, and home help."""
    clients = round(after.flows["home_help_clients"])
    own = clients * round(number("wmo_own_contribution_month") * 100)
    usual = round(clients * number("wmo_hh_cost_per_client") * 100 / 12)
    participation = round(prices.amount(None, number("participation_budget_year")) * 100)
    assistance = after.institutions.municipality.assistance_budget_year
    replaced = 0
    for plan, books in zip(seen.plans, after.institutions.enterprises, strict=True):
        if plan.sector is Sector.HOME_HELP:
            hours = books.hours_delivered * number("home_help_wmo_share") * number("home_help_substitution_share")
            replaced += round(hours * number("home_help_price") * 100)
    return {
        (C.WMO_GRANT, P.STATE_GRANTS, P.MUNICIPALITY_WMO): max(0, usual - own),
        (C.OWN_CONTRIBUTION, P.RESIDENTS, P.MUNICIPALITY_WMO): own,
        (C.WMO_HOME_HELP, P.MUNICIPALITY_WMO, P.REST_OF_WORLD): max(0, usual - replaced),
        (C.PARTICIPATION_GRANT, P.STATE_GRANTS, P.PARTICIPATION_BUDGET): _twelfth(participation, at),
        (C.ASSISTANCE_BUDGET, P.STATE_GRANTS, P.MUNICIPALITY_ASSISTANCE): _twelfth(assistance, at),
    }


def _care(after: State, registry: Registry, number: Numbers, at: int) -> Amounts:
    """What care providers get is what care has cost; risk equalisation leaves insurers their share of a saving."""
    columns = after.columns
    here = columns["present"]
    cost = int(columns["care_cost"][here].sum())
    posted = postings_of(after, at)
    own_risk = posted.get((C.DEDUCTIBLE, P.RESIDENTS, P.INSURERS), 0)
    premiums = posted.get((C.HEALTH_PREMIUM, P.RESIDENTS, P.INSURERS), 0)
    age = (at - columns["birth_month"]) // 12
    expected = sum(
        _sum_of_table(registry, f"zvw_cost_age_{who}", age[here & (columns["sex"] == sex)])
        for sex, who in enumerate(("men", "women"))
    )
    kept = number("zvw_net_insurer_share")
    prices = number("cpi_index") / registry.at("cpi_index", 12 * int(number("zvw_cost_price_year")))
    amount = round(kept * (expected * prices * 100 / 12) + (1 - kept) * cost) - own_risk - premiums
    adults = int((here & (age >= 18)).sum())
    return {
        (C.CARE, P.INSURERS, P.CARE_PROVIDERS): cost,
        (C.HEALTH_PREMIUM, P.RESIDENTS, P.INSURERS): adults * floor(number("health_premium_year") * 100 / 12 + 0.5),
        (C.RISK_EQUALISATION, P.HEALTH_FUND, P.INSURERS): max(0, amount),
        (C.RISK_EQUALISATION, P.INSURERS, P.HEALTH_FUND): max(0, -amount),
    }


def _sum_of_table(registry: Registry, name: str, ages: np.ndarray) -> float:
    """Sum over people of a value by age; by age first, since people of one age are a whole number."""
    number = Counter(ages.tolist())
    return fsum(count * float(registry.table(name).lookup(age)) for age, count in number.items())


def _given(value: float | None, default: float) -> float:
    return default if value is None else value


def _twelfth(cents: int, at: int) -> int:
    """Whole cents of a year's amount; the first months get the cents that are left over."""
    whole, left = divmod(cents, 12)
    return whole + (at % 12 < left)
