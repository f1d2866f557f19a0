"""The benefits of random households equal those of an independent plain version, to the cent."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from processes.building import make_columns, make_month, make_state
from processes.plain_rules import RECEIVED, Person, age_of, household_month

from wijksim.accounts import Category
from wijksim.calendar import absolute_month
from wijksim.population.columns import Status
from wijksim.processes.benefits import Benefits
from wijksim.randomness import Stream, uniforms

NAMES = {
    "child": Status.CHILD,
    "school": Status.SCHOOL,
    "regular": Status.REGULAR_JOB,
    "subsidised": Status.SUBSIDISED_JOB,
    "sheltered": Status.SHELTERED_JOB,
    "self_employed": Status.SELF_EMPLOYED,
    "placement": Status.PLACEMENT,
    "ww": Status.UNEMPLOYMENT_BENEFIT,
    "assistance": Status.SOCIAL_ASSISTANCE,
    "disability": Status.DISABILITY,
    "none": Status.NO_BENEFIT,
    "retired": Status.RETIRED,
}
ADULT = ("regular", "regular", "subsidised", "sheltered", "self_employed", "placement", "ww", "assistance",
         "assistance", "disability", "none", "none", "school")  # fmt: skip


def random_adult(rng, unit, at, youngest=18, oldest=74):
    age = int(rng.integers(youngest, oldest))
    status = "retired" if age >= 67 else str(rng.choice(ADULT))
    ww = at - int(rng.integers(0, 5))
    return Person(
        unit=unit,
        born=at - 12 * age - int(rng.integers(0, 12)),
        status=status,
        hours=float(np.float32(rng.uniform(0.1, 1))),
        multiple=float(np.float32(rng.choice([1.0, 1.04, 1.1, 1.25, rng.uniform(1, 2)]))),
        productivity=float(np.float32(rng.uniform(0.1, 1.1))),
        sick_since=at - int(rng.integers(1, 8)) if rng.random() < 0.5 else -1,
        last_wage=int(rng.choice([0, int(rng.integers(20_000, 700_000))])),
        status_since=at - int(rng.integers(0, 5)),
        ww_since=ww,
        ww_until=ww + int(rng.integers(1, 8)),
        placed_from=str(rng.choice(["assistance", "none", "ww", "disability"])) if status == "placement" else "",
        out_of_work_since=at - int(rng.integers(0, 4)),
        exemption_used=int(rng.choice([0, 3, 6, 12, 17, 30, 36])),
        take_up=float(np.float32(rng.random())),
        had_assistance=int(rng.random() < 0.4) * 50_000,
        job_since=at - int(rng.choice([0, 5, 20, 35, 36, 60])),
        first_placed=at - int(rng.choice([0, 5, 6, 40])) if status == "subsidised" else -1,
    )


def random_household(rng, at):
    """One or two benefit units: a person or couple, their children, grown-up children or others in the home."""
    people = []
    for unit in range(int(rng.integers(1, 4))):
        adults = [random_adult(rng, unit, at)]
        if unit == 0 and rng.random() < 0.5:
            adults.append(random_adult(rng, unit, at, oldest=90))
            adults[0].partner, adults[1].partner = adults[1], adults[0]
        children = [
            Person(unit=unit, born=at - int(rng.integers(0, 18 * 12)), status="child")
            for _ in range(int(rng.choice([0, 0, 1, 3])))
        ]
        people += adults + children
    return people


def as_columns(households, at):
    """The same people as resident columns."""
    people = [(number, person) for number, household in enumerate(households) for person in household]
    row = {id(person): i for i, (_, person) in enumerate(people)}

    def of(give):
        return np.array([give(person) for _, person in people])

    def parent(person):
        if age_of(person, at) >= 18:
            return -1
        return next(row[id(p)] for p in households[at_home[id(person)]] if p.unit == person.unit)

    at_home = {id(person): number for number, person in people}
    return make_columns(
        len(people),
        household=np.array([number for number, _ in people]),
        birth_month=of(lambda p: p.born),
        partner_row=of(lambda p: row[id(p.partner)] if p.partner else -1),
        mother_row=of(parent),
        status=of(lambda p: NAMES[p.status]),
        status_since=of(lambda p: p.status_since),
        hours_share=of(lambda p: p.hours),
        wage_multiple=of(lambda p: p.multiple),
        productivity=of(lambda p: p.productivity),
        sick_since=of(lambda p: p.sick_since),
        last_wage=of(lambda p: p.last_wage),
        ww_since=of(lambda p: p.ww_since),
        ww_until=of(lambda p: p.ww_until),
        placed_from=of(lambda p: NAMES[p.placed_from] if p.placed_from else -1),
        out_of_work_since=of(lambda p: p.out_of_work_since),
        exemption_used=of(lambda p: p.exemption_used),
        take_up=of(lambda p: p.take_up),
        job_since=of(lambda p: p.job_since),
        ever_placed=of(lambda p: p.first_placed),
    )


def compare(at, households, process):
    """Columns, and sums that employers get, in which the model and the plain rules differ after one month."""
    columns = as_columns(households, at)
    index = min(17, at - absolute_month(2015, 1))  # the minimum wage has risen since the start
    month = make_month(make_state(columns, at), at=at, index=index, parameters={"assistance_other_exit_month": 0.0})
    people = [person for household in households for person in household]
    severity, eager = (
        uniforms(month.seed, stream, columns["uid"], 0) for stream in (Stream.DURABLE_DISABILITY, Stream.STUDENT_JOB)
    )
    for i, person in enumerate(people):
        person.stands_for_unit = columns["unit_row"][i] == i
        person.heads_household = columns["head_row"][i] == i
        person.severity, person.eager = float(severity[i]), float(eager[i])
        columns["assistance"][i] = person.had_assistance if person.stands_for_unit else 0
    process.step(month)
    for household in households:
        household_month(household, at, at - index)

    def plain(*names):
        return [sum(p.paid[name] for name in names) for p in people]

    expected = {
        "wage": plain("wage"),
        "net_earnings": np.subtract(plain("wage"), plain("tax")),
        "assistance": plain("assistance"),
        "benefit": np.subtract(plain(*BENEFITS), plain("benefit_tax")),
        "income": np.subtract(plain(*RECEIVED), plain("tax", "benefit_tax", "premium")),
        "status": [NAMES[p.status] for p in people],
    }
    found = [name for name, values in expected.items() if not np.array_equal(columns[name], values)]
    paid = month.ledger.open_totals()
    employers = {"subsidy": Category.WAGE_COST_SUBSIDY, "bonus": Category.WAGE_BONUS}
    return found + [name for name, category in employers.items() if paid.get(category, 0) != sum(plain(name))]


BENEFITS = ("ww", "zw", "disability", "pension", "supplement", "pension_top_up", "assistance")
DATES = [
    (2015, 2), (2016, 7), (2017, 1), (2018, 1), (2019, 8), (2020, 1), (2022, 1), (2022, 12), (2023, 1), (2024, 7),
    (2025, 1), (2026, 1),
]  # fmt: skip


def kinds_of_unit(members, household, at):
    """Kinds of a benefit unit that the sample must have."""
    adults = [p for p in members if age_of(p, at) >= 18]
    others = [p for p in household if p.unit != members[0].unit and age_of(p, at) >= 27 and p.status != "school"]
    found = {
        "single": len(adults) == 1 == len(members),
        "couple": len(adults) == 2,
        "single parent": len(adults) == 1 < len(members),
        "cost sharer": bool(others),
        "18 to 20": any(age_of(p, at) < 21 for p in adults),
        "below 27": any(21 <= age_of(p, at) < 27 for p in adults),
        "part-time earner": any(p.paid["wage"] and p.hours < 0.8 for p in adults),
        "student": any(p.status == "school" for p in adults),
        "couple with one pensioner": len(adults) == 2 and sum(p.status == "retired" for p in adults) == 1,
    }
    return [kind for kind, holds in found.items() if holds]


@pytest.mark.parametrize("date", DATES)
def test_four_hundred_households_get_what_the_plain_rules_give(date):
    """Benefit units of every kind; everything that is paid to or for anybody, to the cent."""
    at = absolute_month(*date)
    rng = np.random.default_rng(at)
    households = [random_household(rng, at) for _ in range(400)]
    assert compare(at, households, Benefits()) == []
    people = [person for household in households for person in household]
    amounts = ["subsidy", *BENEFITS, *RECEIVED] + ["bonus"] * (date[0] >= 2016)
    few = [name for name in dict.fromkeys(amounts) if sum(p.paid[name] > 0 for p in people) < 5]
    assert few == [], "the sample has hardly any of these"
    units = [
        ([p for p in household if p.unit == unit], household)
        for household in households
        for unit in {p.unit for p in household}
    ]
    assert len(units) >= 400
    kinds = Counter(kind for members, household in units for kind in kinds_of_unit(members, household, at))
    assert len(kinds) == 9
    assert min(kinds.values()) >= 10, kinds


@pytest.mark.parametrize(
    ("group", "field", "columns"),
    [
        ("assistance", "couple", {"assistance", "benefit"}),
        ("assistance", "sharer_person", {"assistance", "benefit"}),
        ("assistance", "exempt_share", {"assistance", "benefit"}),
        ("assistance", "pension_couple", {"benefit"}),
        ("assistance", "extras", {"income"}),
        ("allowances", "care_full_couple", {"income"}),
        ("allowances", "child_single", {"income"}),
        ("allowances", "child_threshold", {"income"}),
        ("allowances", "rent_taper", {"income"}),
        ("bonuses", "low_hour", {"bonus"}),
        ("bonuses", "agreement_hour", {"bonus"}),
        ("wages", "forfait_share", {"subsidy"}),
        ("insurance", "ww_later", {"benefit"}),
        ("insurance", "wia_durable", {"benefit"}),
        ("insurance", "wajong_durable_share", {"benefit"}),
        ("wages", "subsidy_addon", {"subsidy"}),
        ("wages", "tax_below", {"net_earnings"}),
    ],
)
def test_the_comparison_sees_a_rule_that_is_one_per_cent_off(group, field, columns):
    at = absolute_month(2022, 12)
    rng = np.random.default_rng(at)
    households = [random_household(rng, at) for _ in range(200)]
    process = _Off(group, field)
    assert columns <= set(compare(at, households, process))


class _Off(Benefits):
    def __init__(self, group, field):
        super().__init__()
        self.group, self.field = group, field

    def _rules(self, month):
        rules = super()._rules(month)
        right = getattr(rules, self.group)
        wrong = right._replace(**{self.field: getattr(right, self.field) * 1.01})
        return replace(rules, **{self.group: wrong})
