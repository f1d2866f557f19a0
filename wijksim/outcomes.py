"""Every outcome, declared once: name, labels, unit, direction, and how it is read from a month."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from wijksim.accounts import CATEGORIES, CENTS_PER_EURO, PARTY_LABELS, Category, Ledger, Party
from wijksim.population.columns import Status

__all__ = ["OUTCOMES", "Kind", "Outcome", "Reading", "outcome_names", "read_outcomes"]

_PER_THOUSAND = 1000.0


class Kind(StrEnum):
    """Whether an outcome is a level at a moment or something that adds up over months."""

    STOCK = "stock"
    FLOW = "flow"


@dataclass(frozen=True)
class Reading:
    """What outcomes are read from: counts of the month, and cents paid by category and received by party."""

    flows: Mapping[str, float]
    paid: Mapping[int, int]
    received: Sequence[int]

    def flow(self, name: str) -> float:
        """Count of this month, 0 where nothing was counted."""
        return self.flows.get(name, 0.0)

    def share(self, part: str, whole: str) -> float:
        """Ratio of two counts; not a number when the whole is empty."""
        total = self.flow(whole)
        return self.flow(part) / total if total else float("nan")

    def euro(self, *categories: Category) -> float:
        """Euro paid under these categories."""
        return sum(self.paid.get(category, 0) for category in categories) / CENTS_PER_EURO


@dataclass(frozen=True)
class Outcome:
    """Declaration of one outcome.

    Parameters
    ----------
    name : str
        Key in files and tables.
    label, label_nl, unit, unit_nl : str
        In words.
    direction : {1, 0, -1}
        1 when more is better, -1 when less is better, 0 when neither can be said.
    kind : Kind
        A stock is averaged over a period, a flow is added up.
    read : callable
        From (reading, group) to a number.
    money : bool
        Euro of the month itself; tables deflate it to the price year.
    groups : mapping of str to (str, str)
        Groups with English and Dutch label; empty for an outcome without groups.
    never_below_zero : bool
        Whether it can't be negative, as a count of people or a sum paid: so neither can a bound of it.
    """

    name: str
    label: str
    label_nl: str
    unit: str
    unit_nl: str
    direction: int
    kind: Kind
    read: Callable[[Reading, str], float]
    money: bool = False
    groups: Mapping[str, tuple[str, str]] = field(default_factory=dict, hash=False)
    never_below_zero: bool = False


_STATUS_LABELS: dict[Status, tuple[str, str]] = {
    Status.CHILD: ("children under 16", "kinderen tot 16 jaar"),
    Status.SCHOOL: ("at school or studying", "op school of studie"),
    Status.REGULAR_JOB: ("regular job", "gewone baan"),
    Status.SUBSIDISED_JOB: ("job with wage-cost subsidy", "baan met loonkostensubsidie"),
    Status.SHELTERED_JOB: ("sheltered job", "beschut werk"),
    Status.SELF_EMPLOYED: ("self-employed", "zelfstandig"),
    Status.PLACEMENT: ("placement with benefit", "werken met behoud van uitkering"),
    Status.UNEMPLOYMENT_BENEFIT: ("unemployment benefit", "WW"),
    Status.SOCIAL_ASSISTANCE: ("social assistance", "bijstand"),
    Status.DISABILITY: ("disability benefit", "arbeidsongeschikt"),
    Status.NO_BENEFIT: ("no work and no benefit", "zonder werk en zonder uitkering"),
    Status.RETIRED: ("state pension", "AOW"),
}


@dataclass(frozen=True)
class _CountOf:
    """Reads a count of the month, of an outcome's group where it has groups; many at once by :func:`read_outcomes`."""

    name: str
    per: float = 1.0

    def counted(self, group: str) -> str:
        return f"{self.name}.{group}" if group else self.name

    def __call__(self, reading: Reading, group: str) -> float:
        return reading.flow(self.counted(group)) / self.per


@dataclass(frozen=True)
class _RatioOf:
    """Reads a ratio of two counts of the month, times a number."""

    part: str
    whole: str
    times: float

    def __call__(self, reading: Reading, group: str) -> float:
        return self.times * reading.share(self.part, self.whole)


@dataclass(frozen=True)
class _EuroOf:
    """Reads euro paid under some categories."""

    categories: tuple[Category, ...]

    def __call__(self, reading: Reading, group: str) -> float:
        return reading.euro(*self.categories)


@dataclass(frozen=True)
class _BalanceOf:
    """Reads what the party of the group received less what it paid, euro."""

    parties: Mapping[str, Party] = field(hash=False)

    def __call__(self, reading: Reading, group: str) -> float:
        return reading.received[self.parties[group]] / CENTS_PER_EURO


def _count(
    name: str, label: str, label_nl: str, unit: str, unit_nl: str, direction: int, kind: Kind = Kind.STOCK
) -> Outcome:
    return Outcome(
        name, label, label_nl, unit, unit_nl, direction, kind, _CountOf(name),
        never_below_zero=True,
    )  # fmt: skip


def _ratio(
    name: str,
    label: str,
    label_nl: str,
    unit: str,
    unit_nl: str,
    direction: int,
    part: str,
    whole: str,
    times: float = 1.0,
    money: bool = False,
) -> Outcome:
    return Outcome(
        name,
        label,
        label_nl,
        unit,
        unit_nl,
        direction,
        Kind.STOCK,
        _RatioOf(part, whole, times),
        money,
        never_below_zero=not money,
    )


def _money(name: str, label: str, label_nl: str, direction: int, *categories: Category) -> Outcome:
    return Outcome(
        name, label, label_nl, "euro", "euro", direction, Kind.FLOW, _EuroOf(categories), True,
        never_below_zero=True,
    )  # fmt: skip


def _cents(
    name: str, label: str, label_nl: str, direction: int, groups: Mapping[str, tuple[str, str]], **more: bool
) -> Outcome:
    """Money that a process counts in cents under `name.group` for each of the groups."""
    return Outcome(
        name, label, label_nl, "euro", "euro", direction, Kind.FLOW,
        _CountOf(name, CENTS_PER_EURO), True, groups, **more,
    )  # fmt: skip


_BEFORE_PLACE = {
    "from_assistance": ("had social assistance before the place", "had bijstand voor de werkplek"),
    "other": ("had no social assistance before the place", "had geen bijstand voor de werkplek"),
}
_PERSONS = ("persons", "personen")
_PARTIES = {party.name.lower(): party for party in Party}
_CATEGORIES = {category.name.lower(): category for category in CATEGORIES}
_DECLARED = (
    _count("residents", "Residents", "Bewoners", *_PERSONS, 0),
    _ratio("employment_rate", "Employment rate, 15-74", "Arbeidsdeelname, 15-74 jaar", "share", "aandeel", 1,
           "employed_15_74", "aged_15_74"),
    _ratio("employment_rate_starters", "Employment rate of the starting cohort, 15-74",
           "Arbeidsdeelname van bewoners van het begin, 15-74 jaar", "share", "aandeel", 1,
           "starters_employed_15_74", "starters_15_74"),
    _count("starters", "People of the starting cohort who live here", "Bewoners van het begin die er nog wonen",
           *_PERSONS, 0),
    _ratio("starters_share", "Of the starting cohort, still living here",
           "Deel van de bewoners van het begin dat er nog woont", "share", "aandeel", 0, "starters",
           "starters_at_start"),
    _count("starters_employed_15_74", "Starting cohort in paid work, 15-74",
           "Bewoners van het begin met betaald werk, 15-74 jaar", *_PERSONS, 1),
    _count("starters_assistance", "Starting cohort on social assistance", "Bewoners van het begin in de bijstand",
           *_PERSONS, -1),
    _count("employed_15_74", "People in paid work, 15-74", "Mensen met betaald werk, 15-74 jaar", *_PERSONS, 1),
    Outcome("people_by_status", "People by activity status", "Mensen naar situatie", *_PERSONS, 0, Kind.STOCK,
            _CountOf("status"),
            groups={status.name.lower(): labels for status, labels in _STATUS_LABELS.items()},
            never_below_zero=True),
    _count("assistance_persons", "People on social assistance", "Mensen in de bijstand", *_PERSONS, -1),
    _count("assistance_units", "Benefit units on social assistance", "Bijstandseenheden", "benefit units",
           "bijstandseenheden", -1),
    _count("assistance_units_full", "Of these, without earnings", "Waarvan zonder loon", "benefit units",
           "bijstandseenheden", -1),
    _count("assistance_units_topped_up", "Of these, topped up beside earnings", "Waarvan aanvullend naast werk",
           "benefit units", "bijstandseenheden", 0),
    _money("assistance_cost", "Cost of social assistance, gross", "Kosten van de bijstand, bruto", -1,
           Category.SOCIAL_ASSISTANCE, Category.SOCIAL_ASSISTANCE_TAX),
    _count("municipality_keeps", "Part of a saved euro of social assistance that the municipality keeps",
           "Deel van een bespaarde euro bijstand dat de gemeente houdt", "share", "aandeel", 0),
    _money("wage_cost_subsidy", "Wage-cost subsidy", "Loonkostensubsidie", -1, Category.WAGE_COST_SUBSIDY),
    _money("unemployment_benefit", "Unemployment benefit", "WW", -1, Category.UNEMPLOYMENT_BENEFIT),
    _money("sickness_benefit", "Sickness benefit (ZW)", "Ziektewetuitkering", -1, Category.SICKNESS_BENEFIT),
    _cents("ww_after_place", "Unemployment or sickness benefit after a place", "WW of Ziektewet na een werkplek",
           -1, _BEFORE_PLACE, never_below_zero=True),
    Outcome("ww_after_place_people", "People on unemployment or sickness benefit after a place",
            "Mensen in de WW of Ziektewet na een werkplek", *_PERSONS, 0, Kind.STOCK,
            _CountOf("ww_after_place_people"), groups=_BEFORE_PLACE,
            never_below_zero=True),
    _money("disability_benefit", "Disability benefit", "Arbeidsongeschiktheidsuitkeringen", -1,
           Category.DISABILITY_BENEFIT),
    _money("enterprise_grants", "Grants to social enterprises", "Subsidie aan sociale ondernemingen", -1,
           Category.ENTERPRISE_GRANT),
    _money("co_funding", "Co-funding by insurers", "Bijdrage van zorgverzekeraars", 0, Category.CO_FUNDING),
    _ratio("gp_contacts", "GP contacts", "Contacten met de huisarts", "contacts per 1 000 residents per month",
           "contacten per 1.000 bewoners per maand", -1, "gp_contacts", "residents", _PER_THOUSAND),
    _count("mental_care_users", "People in mental health care", "Mensen in de ggz", *_PERSONS, -1),
    Outcome("care_cost", "Cost of insured care", "Kosten van verzekerde zorg", "euro", "euro", -1, Kind.FLOW,
            _CountOf("care_cents", CENTS_PER_EURO), True, never_below_zero=True),
    _count("children_no_work", "Children in households without work", "Kinderen in een gezin zonder werk", "children",
           "kinderen", -1),
    _ratio("young_on_assistance_workless_parents", "Young adults on social assistance, parents without work",
           "Jongvolwassenen in de bijstand, ouders zonder werk", "share", "aandeel", -1,
           "young_workless_parents_assistance", "young_workless_parents"),
    _ratio("young_on_assistance_working_parents", "Young adults on social assistance, parents in work",
           "Jongvolwassenen in de bijstand, ouders met werk", "share", "aandeel", -1,
           "young_working_parents_assistance", "young_working_parents"),
    _count("first_in_two", "First in two generations in paid work", "Eerste werkende in twee generaties", *_PERSONS,
           1, Kind.FLOW),
    _count("first_in_three", "First in three generations in paid work", "Eerste werkende in drie generaties",
           *_PERSONS, 1, Kind.FLOW),
    _count("first_in_two_starters", "First in two generations, of the starting cohort",
           "Eerste werkende in twee generaties, bewoners van het begin", *_PERSONS, 1, Kind.FLOW),
    _count("first_in_three_starters", "First in three generations, of the starting cohort",
           "Eerste werkende in drie generaties, bewoners van het begin", *_PERSONS, 1, Kind.FLOW),
    Outcome("lines_followed", "Family lines of the start that still live here (December)",
            "Families van het begin die er nog wonen (december)", "share", "aandeel", 0, Kind.STOCK,
            lambda reading, _: reading.flows.get("lines_followed", float("nan"))),
    _ratio("generations_unknown", "Adults of whose parents nothing is known",
           "Volwassenen over wier ouders niets bekend is", "share", "aandeel", 0, "generations_unknown", "adults"),
    _ratio("work_norm", "Work norm", "Houding tegenover werk", "0 to 1", "0 tot 1", 0, "norm_millionths", "adults",
           1e-6),
    _ratio("income_per_resident", "Net income per resident", "Netto inkomen per bewoner", "euro per month",
           "euro per maand", 1, "income_cents", "residents", 1 / CENTS_PER_EURO, money=True),
    Outcome("income_inequality", "Income inequality (Gini, December)", "Inkomensongelijkheid (Gini, december)",
            "0 to 1", "0 tot 1", -1, Kind.STOCK,
            lambda reading, _: reading.flows.get("income_gini", float("nan"))),
    _count("liveability", "Liveability index", "Leefbaarheid", "index", "index", 1),
    Outcome("liveability_part", "Components of liveability", "Onderdelen van leefbaarheid", "index points",
            "indexpunten", 1, Kind.STOCK, _CountOf("liveability"),
            groups={"service_hours": ("extra hours of service", "extra uren dienstverlening"),
                    "homes_helped": ("extra homes helped", "extra geholpen huishoudens"),
                    "employment": ("employment", "werk"),
                    "households_with_work": ("households with work", "huishoudens met werk")}),
    _count("home_help_clients", "People with home help (Wmo)", "Mensen met hulp in de huishouding (Wmo)", *_PERSONS, 0),
    _count("homes_helped", "Homes helped by social enterprises", "Huishoudens geholpen door sociale ondernemingen",
           "homes", "huishoudens", 1),
    _count("in_place", "Filled places", "Bezette werkplekken", "places", "werkplekken", 0),
    Outcome("in_place_benefit", "People in places by benefit of their unit", "Mensen op een werkplek naar uitkering",
            *_PERSONS, 0, Kind.STOCK, _CountOf("in_place_benefit"),
            never_below_zero=True,
            groups={"off": ("no social assistance any more", "geen bijstand meer"),
                    "partly": ("topped up beside earnings", "aanvullende bijstand naast loon"),
                    "on": ("social assistance and no earnings", "bijstand en geen loon"),
                    "never": ("had no social assistance before", "had daarvoor ook geen bijstand")}),
    Outcome("once_placed", "People who have or had a place", "Mensen die een werkplek hebben of hadden", *_PERSONS, 0,
            Kind.STOCK, _CountOf("once_placed"), never_below_zero=True,
            groups={"in_place": ("in a place", "op een werkplek"),
                    "work": ("in other paid work", "met ander betaald werk"),
                    "unemployment_benefit": ("unemployment benefit", "WW"),
                    "social_assistance": ("social assistance", "bijstand"),
                    "other": ("other", "anders")}),
    _count("placed", "People placed", "Geplaatste mensen", *_PERSONS, 0, Kind.FLOW),
    _count("unfilled_places", "Unfilled places", "Onvervulde werkplekken", "place-months", "plekmaanden", -1,
           Kind.FLOW),
    _count("failed_places", "Places lost by failure", "Plekken verloren door faillissement", "places", "werkplekken",
           -1, Kind.FLOW),
    _count("failed_enterprises", "Enterprises that failed", "Ondernemingen die failliet gingen", "enterprises",
           "ondernemingen", -1, Kind.FLOW),
    _count("hired_from_place", "Moved on to a regular job", "Doorgestroomd naar een gewone baan", *_PERSONS, 1,
           Kind.FLOW),
    _count("hired_from_assistance", "From social assistance to a job", "Van bijstand naar een baan", *_PERSONS, 1,
           Kind.FLOW),
    Outcome("regional_jobs_lost", "Jobs that firms in the region have less, as social enterprises do their work",
            "Banen die bedrijven in de regio minder hebben, omdat sociale ondernemingen hun werk doen",
            "full-time jobs", "voltijdbanen", -1, Kind.STOCK, _CountOf("regional_jobs_lost"), never_below_zero=True,
            groups={"home_help": ("firms for home help", "bedrijven voor hulp in huis"),
                    "grounds": ("firms for grounds and cleaning", "bedrijven voor terreinen en schoonmaak"),
                    "other": ("other firms", "andere bedrijven")}),
    _count("separated", "Jobs lost", "Verloren banen", *_PERSONS, -1, Kind.FLOW),
    _count("births", "Births", "Geboorten", *_PERSONS, 0, Kind.FLOW),
    _count("deaths", "Deaths", "Sterfte", *_PERSONS, 0, Kind.FLOW),
    _count("arrivals", "Arrivals", "Vestiging", *_PERSONS, 0, Kind.FLOW),
    _count("departures", "Departures", "Vertrek", *_PERSONS, 0, Kind.FLOW),
    _cents("social_balance", "Social balance", "Saldo voor de samenleving", 1, {
        "services": ("services delivered", "geleverde diensten"),
        "substituted": ("work of others that is lost", "verloren werk van anderen"),
        "care": ("insured care", "verzekerde zorg"),
        "administration": ("administration of benefits", "uitvoering van uitkeringen"),
        "supervision": ("supervision", "begeleiding op het werk"),
        "coaching": ("job coaching", "jobcoaching"),
        "measurement": ("impact measurement", "effectmeting"),
        "overhead": ("other costs of the enterprises", "overige kosten van de ondernemingen"),
        "lost_time": ("value of people's time", "waarde van de tijd van mensen"),
        "total": ("all together", "alles samen"),
    }),
    Outcome("balance", "Balance by budget", "Saldo per portemonnee", "euro", "euro", 1, Kind.FLOW,
            _BalanceOf(_PARTIES), True,
            groups={name: PARTY_LABELS[party] for name, party in _PARTIES.items()}),
)  # fmt: skip

OUTCOMES: dict[str, Outcome] = {outcome.name: outcome for outcome in _DECLARED}
"""All outcomes of wijksim itself, by name."""


def outcome_names(extra: tuple[Outcome, ...] = ()) -> tuple[tuple[str, str], ...]:
    """Outcome and group of every monthly series, in order; the group is empty for an outcome without groups."""
    return tuple((outcome.name, group) for outcome, group in _series(extra))


@cache
def _series(extra: tuple[Outcome, ...]) -> tuple[tuple[Outcome, str], ...]:
    return tuple((outcome, group) for outcome in (*OUTCOMES.values(), *extra) for group in (outcome.groups or ("",)))


_Read = Callable[[Reading, str], float]


@dataclass(frozen=True)
class _Ways:
    """How series are read: the count of each; and by place those with a divisor, ratios, money, and all others."""

    counts: tuple[str, ...]
    divided: tuple[tuple[int, float], ...]
    ratios: tuple[tuple[int, _RatioOf], ...]
    paid: tuple[tuple[int, tuple[int, ...]], ...]
    balances: tuple[tuple[int, int], ...]
    others: tuple[tuple[int, _Read, str], ...]


@cache
def _ways_to_read(extra: tuple[Outcome, ...]) -> _Ways:
    counts: list[str] = []
    divided: list[tuple[int, float]] = []
    ratios: list[tuple[int, _RatioOf]] = []
    paid: list[tuple[int, tuple[int, ...]]] = []
    balances: list[tuple[int, int]] = []
    others: list[tuple[int, _Read, str]] = []
    for place, (outcome, group) in enumerate(_series(extra)):
        read = outcome.read
        counts.append(read.counted(group) if isinstance(read, _CountOf) else "")
        if isinstance(read, _CountOf):
            divided += [(place, read.per)] if read.per != 1.0 else []
        elif isinstance(read, _RatioOf):
            ratios.append((place, read))
        elif isinstance(read, _EuroOf):
            paid.append((place, tuple(map(int, read.categories))))
        elif isinstance(read, _BalanceOf):
            balances.append((place, int(read.parties[group])))
        else:
            others.append((place, read, group))
    return _Ways(tuple(counts), tuple(divided), tuple(ratios), tuple(paid), tuple(balances), tuple(others))


def read_outcomes(
    flows: Mapping[str, float], ledger: Ledger, balances_before: NDArray[np.int64], extra: tuple[Outcome, ...] = ()
) -> list[float]:
    """Values of all series of :func:`outcome_names` for the month that is still open in the ledger."""
    ways, count = _ways_to_read(extra), flows.get
    values = list(map(count, ways.counts, repeat(0.0)))
    for place, per in ways.divided:
        values[place] /= per
    for place, ratio in ways.ratios:
        whole = count(ratio.whole, 0.0)
        values[place] = ratio.times * (count(ratio.part, 0.0) / whole) if whole else _NO_VALUE
    reading = Reading(flows, ledger.open_totals(), (ledger.balances - balances_before).tolist())
    cents, received = reading.paid.get, reading.received
    for place, categories in ways.paid:
        values[place] = sum([cents(category, 0) for category in categories]) / CENTS_PER_EURO
    for place, party in ways.balances:
        values[place] = received[party] / CENTS_PER_EURO
    for place, read, group in ways.others:
        values[place] = read(reading, group)
    return values


_NO_VALUE = float("nan")
