"""In whole runs everybody gets what the plain rules give to the members of the unit, and never a remembered amount."""

from collections import Counter

import numpy as np
import pytest
from model.building import GROUNDS, HELP, Witness, months_of, scenario
from model.money_checks import postings_of
from processes.plain_rules import EVERYTHING, RECEIVED, Person, age_of, household_month

from wijksim.accounts import Category
from wijksim.calendar import absolute_month
from wijksim.model import Neighbourhood
from wijksim.population.columns import Status
from wijksim.processes.benefits import Benefits
from wijksim.randomness import Stream, uniforms

PLAIN = {
    Status.CHILD: "child",
    Status.SCHOOL: "school",
    Status.REGULAR_JOB: "regular",
    Status.SUBSIDISED_JOB: "subsidised",
    Status.SHELTERED_JOB: "sheltered",
    Status.SELF_EMPLOYED: "self_employed",
    Status.PLACEMENT: "placement",
    Status.UNEMPLOYMENT_BENEFIT: "ww",
    Status.SOCIAL_ASSISTANCE: "assistance",
    Status.DISABILITY: "disability",
    Status.NO_BENEFIT: "none",
    Status.RETIRED: "retired",
}
CODES = {name: status for status, name in PLAIN.items()}


def plain_people(columns, take_up, at, seed):
    """Residents as plain people by row, and by household; units are formed anew from couples and parents.

    Ranks in claiming are those after the month, because the month itself draws some anew.
    """
    of = {name: columns[name].tolist() for name in columns.names}
    severity = uniforms(seed, Stream.DURABLE_DISABILITY, columns["uid"], 0)
    eager = uniforms(seed, Stream.STUDENT_JOB, columns["uid"], 0)
    people = {
        row: Person(
            unit=row,
            born=of["birth_month"][row],
            status=PLAIN[Status(of["status"][row])],
            hours=of["hours_share"][row],
            multiple=of["wage_multiple"][row],
            productivity=of["productivity"][row],
            sick_since=of["sick_since"][row],
            last_wage=of["last_wage"][row],
            status_since=of["status_since"][row],
            ww_since=of["ww_since"][row],
            ww_until=of["ww_until"][row],
            placed_from=PLAIN[Status(of["placed_from"][row])] if of["placed_from"][row] >= 0 else "",
            out_of_work_since=of["out_of_work_since"][row],
            exemption_used=of["exemption_used"][row],
            take_up=float(take_up[row]),
            had_assistance=of["assistance"][row],
            job_since=of["job_since"][row],
            first_placed=of["ever_placed"][row],
            severity=float(severity[row]),
            eager=float(eager[row]),
            heads_household=of["head_row"][row] == row,
        )
        for row in columns.present_rows().tolist()
    }
    households = {}
    for row, person in people.items():
        person.partner = people.get(of["partner_row"][row])
        stands = row
        while age_of(people[stands], at) < 18:
            parents = [of[name][stands] for name in ("mother_row", "father_row")]
            home = [p for p in parents if p >= 0 and of["household"][p] == of["household"][stands]]
            if not home:
                break
            stands = home[0]
        couple = {stands, of["partner_row"][stands]} - {-1}
        person.unit = min(couple, key=lambda one: of["uid"][one])
        person.stands_for_unit = person.unit == row
        households.setdefault(of["household"][row], []).append(person)
    return people, list(households.values())


def differences(before, after, at, seed, start):
    """What differs between the month of benefits that lies between two witnesses and the plain rules."""
    columns = after.state.columns
    people, households = plain_people(before.state.columns, columns["take_up"], at, seed)
    for household in households:
        household_month(household, at, start)
    rows = list(people)

    def plain(*names):
        return np.array([sum(person.paid[name] for name in names) for person in people.values()])

    expected = {
        "wage": plain("wage"),
        "net_earnings": plain("wage") - plain("tax"),
        "assistance": plain("assistance"),
        "benefit": plain("ww", "zw", "disability", "pension", "supplement", "pension_top_up", "assistance")
        - plain("benefit_tax"),
        "income": plain(*RECEIVED) - plain("tax", "benefit_tax", "premium"),
        "status": np.array([CODES[person.status] for person in people.values()]),
    }
    found = [name for name, values in expected.items() if not np.array_equal(columns[name][rows], values)]
    posted = Counter()
    for (category, _, _), cents in postings_of(after.booked, at).items():
        posted[category] += cents
    by_category = {
        Category.WAGES: ["wage"],
        Category.WAGE_TAX: ["tax"],
        Category.UNEMPLOYMENT_BENEFIT: ["ww"],
        Category.SICKNESS_BENEFIT: ["zw"],
        Category.DISABILITY_BENEFIT: ["disability"],
        Category.TOP_UP: ["supplement", "pension_top_up"],
        Category.STATE_PENSION: ["pension"],
        Category.BENEFIT_TAX: ["benefit_tax"],
        Category.SOCIAL_ASSISTANCE: ["assistance"],
        Category.SPECIAL_ASSISTANCE: ["special"],
        Category.CARE_ALLOWANCE: ["care"],
        Category.RENT_ALLOWANCE: ["rent"],
        Category.CHILD_ALLOWANCE: ["child"],
        Category.HEALTH_PREMIUM: ["premium"],
        Category.WAGE_COST_SUBSIDY: ["subsidy"],
        Category.WAGE_BONUS: ["bonus"],
    }
    assert {name for names in by_category.values() for name in names} == set(EVERYTHING)
    found += [c.name for c, names in by_category.items() if posted[c] != plain(*names).sum()]
    return found, {name for names in by_category.values() for name in names if plain(name).any()}


def run(told, seed, process):
    """Differences in all months, and what was paid in any of them."""
    before, after = Witness("before"), Witness("after")
    model = Neighbourhood(
        told, seed=seed, processes={"benefits": process}, before={"benefits": before}, after={"benefits": after}
    )
    wrong, paid = [], set()
    for _ in months_of(model):
        after.booked = model.state
        found, seen = differences(before, after, model.state.month - 1, seed, told.settings.start)
        wrong += found
        paid |= seen
    return wrong, paid


@pytest.mark.parametrize("year", [2015, 2019, 2022, 2023])
def test_everybody_gets_what_the_plain_rules_give(year):
    told = scenario(months=36, residents=600, start=absolute_month(year, 7), enterprises=(HELP, GROUNDS))
    wrong, paid = run(told, year, Benefits())
    assert wrong == []
    assert paid == set(EVERYTHING), "some benefit was never paid, and so not compared"


class Remembering(Benefits):
    """Takes a unit's assistance of the last month for this month's where it had any: a cached flag."""

    def step(self, month):
        remembered = month.columns["assistance"].copy()
        super().step(month)
        columns = month.columns
        keeps = columns["present"] & (remembered > 0) & (columns["assistance"] == 0)
        columns["assistance"][keeps] = remembered[keeps]


def test_the_comparison_sees_an_entitlement_that_is_remembered():
    wrong, _ = run(scenario(months=12, residents=600), 1, Remembering())
    assert "assistance" in wrong
