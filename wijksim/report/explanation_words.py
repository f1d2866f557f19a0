"""An explanation of a difference in words and tables, English and Dutch; as Markdown and as CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from wijksim.accounts import CENTS_PER_EURO
from wijksim.calendar import month_text
from wijksim.outcomes import OUTCOMES
from wijksim.population.ages import AGE_CLASSES
from wijksim.population.codes import Education, Sex, Status
from wijksim.report.explanation import ABSENT, AT_PLACE, Change, Explanation, GroupShare, Life, Person, Stretch
from wijksim.report.headlines import name_with_unit, period_name, value_text
from wijksim.report.numbers import Language, decimals_for, euro, number, percent, shorten_name
from wijksim.report.sentences import sentence

__all__ = ["Block", "blocks", "course_text", "explanation_csv", "explanation_markdown", "person_text"]

_NAME_LETTERS = 24
_CHANGES_TOLD = 3
_ROWS_OF_A_LIFE = 12
_ADULT = 18
_MINUTIAE = 2  # decimals of latent health and the like

_TEXTS = {
    "title": ("{policy} minus {baseline}: {outcome}, {period}", "{policy} min {baseline}: {outcome}, {period}"),
    "pair": (
        "One pair of runs with the same luck (seed {seed}), run again: its outcomes are those in the folder, bit for"
        " bit.",
        "Eén paar doorrekeningen met hetzelfde toeval (seed {seed}), opnieuw doorgerekend: de uitkomsten zijn precies"
        " die in de map.",
    ),
    "effect": (
        "{baseline}: {x0}. {policy}: {x1}. Difference: {effect}.",
        "{baseline}: {x0}. {policy}: {x1}. Verschil: {effect}.",
    ),
    "mean": (
        "The mean difference of all {n} pairs in the folder is {mean}; this is one of them.",
        "Het gemiddelde verschil van alle {n} paren in de map is {mean}; dit is er één van.",
    ),
    "where": ("Where they part", "Waar ze uit elkaar gaan"),
    "never": (
        "The two never part: in all {months} months everybody's life is the same in both.",
        "De twee gaan nooit uit elkaar: in alle {months} maanden is ieders leven in beide gelijk.",
    ),
    "nothing_differs": ("Nor do the books of any party.", "Ook de boeken van alle partijen zijn gelijk."),
    "books": (
        "Money or the plans of institutions differ from {month} on.",
        "Geld of plannen van instellingen verschillen vanaf {month}.",
    ),
    "part_one": (
        "The first life that differs: {month}, in \"{process}\". Before that everybody's life is the same in both.",
        "Het eerste leven dat verschilt: {month}, bij \"{process}\". Daarvoor is ieders leven in beide gelijk.",
    ),
    "part_many": (
        "The first lives that differ: {month}, in \"{process}\", {n} residents. Before that everybody's life is the"
        " same in both.",
        "De eerste levens die verschillen: {month}, bij \"{process}\", {n} bewoners. Daarvoor is ieders leven in beide"
        " gelijk.",
    ),
    "part_after": (
        "At the end of that month {n} differ in something.",
        "Aan het eind van die maand verschillen er {n} in iets.",
    ),
    "resident": ("resident", "bewoner"),
    "in_what": ("differs in", "verschilt in"),
    "spread": (
        "Residents in another situation than in the other run",
        "Bewoners met een andere situatie dan in de andere doorrekening",
    ),
    "month": ("month", "maand"),
    "now": ("then", "op dat moment"),
    "ever": ("ever so far", "ooit tot dan"),
    "who": ("Who adds what", "Wie wat bijdraagt"),
    "adds_up": (
        "What groups add is exact and adds up to the difference, but for rounding here. Groups that add nothing are"
        " left out; the CSV file has them all.",
        "Wat groepen bijdragen is precies en telt op tot het verschil, op afronding na. Groepen die niets bijdragen"
        " staan er niet bij; het CSV-bestand heeft ze allemaal.",
    ),
    "ratio": (
        "The outcome is a share or a mean. Somebody above it raises it and somebody below it lowers it: a group adds"
        " its people times how far they are from the mean of both runs, with the plan less without it.",
        "De uitkomst is een aandeel of een gemiddelde. Wie erboven zit, verhoogt het; wie eronder zit, verlaagt het:"
        " een groep draagt bij hoeveel mensen zij heeft maal hoe ver die van het gemiddelde van beide doorrekeningen"
        " af zitten, met het plan min zonder.",
    ),
    "units": (
        "A benefit unit counts at the person who stands for it.",
        "Een bijstandseenheid telt bij de persoon die voor haar staat.",
    ),
    "no_difference": ("There is no difference to take apart.", "Er is geen verschil om uit elkaar te halen."),
    "cancel": (
        "The difference is zero, yet groups differ: what they add cancels out.",
        "Het verschil is nul, maar groepen verschillen wel: wat zij bijdragen heft elkaar op.",
    ),
    "group": ("group", "groep"),
    "people": ("people", "mensen"),
    "adds": ("adds", "draagt bij"),
    "together": ("all together", "alles samen"),
    "lives": ("Some lives", "Enkele levens"),
    "illustration": (
        "An illustration, not evidence: one course of chance, few people, nobody real.",
        "Een illustratie, geen bewijs: één mogelijk toeval, weinig mensen, niemand die echt bestaat.",
    ),
    "chosen_adding": (
        "Of the {n} residents who add to the difference and whose situation differs in some month, put in the order of"
        " how many months differ (equal: by identity), the first and then others at equal distances.",
        "Van de {n} bewoners die aan het verschil bijdragen en van wie de situatie in een of meer maanden verschilt, op"
        " volgorde van hoeveel maanden dat zijn (gelijk: op identiteit), de eerste en daarna anderen op gelijke"
        " afstand.",
    ),
    "chosen_any": (
        "Nobody whose situation differs adds to the difference in this period. Of the {n} residents whose situation"
        " differs in some month, in the order of how many months differ (equal: by identity), the first and then others"
        " at equal distances.",
        "Niemand van wie de situatie verschilt draagt in deze tijd aan het verschil bij. Van de {n} bewoners van wie de"
        " situatie in een of meer maanden verschilt, op volgorde van hoeveel maanden dat zijn (gelijk: op identiteit),"
        " de eerste en daarna anderen op gelijke afstand.",
    ),
    "nobody": ("Nobody's situation differs in any month.", "Van niemand verschilt de situatie, in geen enkele maand."),
    "life": (
        "{person} ({uid}), from {month} on: {n} of {months} months differ",
        "{person} ({uid}), vanaf {month}: {n} van de {months} maanden verschillen",
    ),
    "more": ("{n} more stretches: see the Markdown file", "nog {n} stukken: zie het Markdown-bestand"),
    "until": ("{first} to {last}", "{first} t/m {last}"),
    "place_at": ("place at {name}", "werkplek bij {name}"),
    "away": ("doesn't live here", "woont hier niet"),
    "of_age": ("{who} of {age}", "{who} van {age}"),
    "columns": ("other columns", "andere kolommen"),
    "yes": ("yes", "ja"),
    "no": ("no", "nee"),
    "one": ("one", "de ene"),
    "another": ("another", "een andere"),
}  # fmt: skip

_PEOPLE = {(Sex.MALE, True): ("man", "man"), (Sex.FEMALE, True): ("woman", "vrouw"),
           (Sex.MALE, False): ("boy", "jongen"), (Sex.FEMALE, False): ("girl", "meisje")}  # fmt: skip
_EDUCATION = {
    Education.PRACTICAL: ("practical education", "praktijkonderwijs"),
    Education.LOW: ("low education", "lage opleiding"),
    Education.MID: ("middle education", "middelbare opleiding"),
    Education.HIGH: ("high education", "hoge opleiding"),
}
_PROCESSES = {
    "demography": ("births, deaths and moves", "geboorte, sterfte en verhuizing"),
    "labour_market": ("losing and finding work and places", "werk en werkplekken verliezen en vinden"),
    "benefits": ("wages, benefits and allowances", "loon, uitkeringen en toeslagen"),
    "health": ("health and care", "gezondheid en zorg"),
    "upbringing": ("childhood, education and work norm", "jeugd, opleiding en houding tegenover werk"),
    "services": ("work of social enterprises", "het werk van sociale ondernemingen"),
    "settlement": ("budgets and yearly decisions", "budgetten en jaarlijkse besluiten"),
    "measurement": ("counting", "tellen"),
}
_DIMENSIONS = {
    "place": ("By place at a social enterprise, up to then", "Naar werkplek bij een sociale onderneming, tot dan"),
    "age": ("By age then", "Naar leeftijd op dat moment"),
    "education": ("By education at the start", "Naar opleiding bij het begin"),
    "household": ("By household at the start", "Naar huishouden bij het begin"),
    "status": ("By situation at the start", "Naar situatie bij het begin"),
    "duration": ("By time without work at the start", "Naar tijd zonder werk bij het begin"),
}
_GROUPS = {
    "place_policy": ("have or had a place ({policy})", "hebben of hadden een werkplek ({policy})"),
    "place_baseline": ("only in {baseline}", "alleen in {baseline}"),
    "no_place": ("never had a place", "hadden nooit een werkplek"),
    "newcomer": ("came to live here later", "kwamen later hier wonen"),
    "born": ("born since the start", "geboren na het begin"),
    "one_run": ("of the start, live here in one run only", "van het begin, wonen hier in maar één doorrekening"),
    "child": ("children at the start", "kinderen bij het begin"),
    "alone": ("live alone", "alleenwonend"),
    "couple": ("couple, no children under 18", "paar, geen kinderen onder 18"),
    "couple_children": ("couple with children under 18", "paar met kinderen onder 18"),
    "single_parent": ("single parent with children under 18", "alleenstaande ouder met kinderen onder 18"),
    "other_household": ("other household", "ander huishouden"),
    "working": ("in paid work", "met betaald werk"),
    "short": ("without work, below {a} months", "zonder werk, korter dan {a} maanden"),
    "middle": ("without work, {a} to {b} months", "zonder werk, {a} tot {b} maanden"),
    "long": ("without work, {b} months or more", "zonder werk, {b} maanden of langer"),
    "not_searching": ("child, at school, disabled or retired", "kind, op school, arbeidsongeschikt of AOW"),
    "age_between": ("{first} to {last}", "{first} tot en met {last}"),
    "age_last": ("{first} and older", "{first} en ouder"),
}
_COLUMNS = {
    "present": ("lives here", "woont hier"),
    "status": ("situation", "situatie"),
    "household": ("household", "huishouden"),
    "partner_row": ("partner", "partner"),
    "education": ("education", "opleiding"),
    "wage": ("gross wage", "brutoloon"),
    "net_earnings": ("net earnings", "nettoloon"),
    "benefit": ("net benefit", "netto-uitkering"),
    "assistance": ("social assistance", "bijstand"),
    "income": ("income of the month", "inkomen van de maand"),
    "ill": ("health hinders work", "gezondheid hindert werk"),
    "mental": ("mental ill health", "psychische klachten"),
    "physical": ("physical ill health", "lichamelijke klachten"),
    "mental_care": ("in mental care", "in de ggz"),
    "gp_contacts": ("GP contacts", "contacten met de huisarts"),
    "care_cost": ("cost of care", "zorgkosten"),
    "norm": ("work norm", "houding tegenover werk"),
    "hours_share": ("hours, of full time", "uren, van voltijd"),
}
_MONEY = frozenset({"wage", "net_earnings", "benefit", "assistance", "income", "care_cost"})
_YES_NO = frozenset({"present", "ill", "mental_care"})
_IDENTITIES = frozenset({"household", "partner_row"})
_UNITS = frozenset({"assistance_units", "assistance_units_full", "assistance_units_topped_up", "assistance_cost"})
_SPECIAL = re.compile(r"([\\`*_\[\]|#~])")


class Block(NamedTuple):
    """A part of the explanation: a heading (level 1 to 3), a paragraph, or a table with a title."""

    text: str
    level: int = 0
    rows: Sequence[dict[str, str]] = ()


def blocks(
    explanation: Explanation, language: Language, headings: tuple[str, str], *, whole_lives: bool = True
) -> Iterator[Block]:
    """Say in words and tables why a pair of runs differs.

    Parameters
    ----------
    explanation : Explanation
        What was found.
    language : {"en", "nl"}
        Language of everything but names.
    headings : (str, str)
        What the columns without and with the plan are called.
    whole_lives : bool
        Whether lives are told whole; else at most a dozen stretches of each.
    """
    return _Teller(explanation, language, headings, whole_lives).blocks()


class _Teller:
    def __init__(self, told: Explanation, language: Language, headings: tuple[str, str], whole_lives: bool) -> None:
        self.told, self.language, self.whole_lives = told, language, whole_lives
        self.dutch = language == "nl"
        self.headings = headings
        self.unit = "euro" if told.unit.startswith("euro of") else told.unit
        self.names = {
            "baseline": shorten_name(told.baseline, _NAME_LETTERS),
            "policy": shorten_name(told.policy, _NAME_LETTERS),
        }

    def say(self, key: str, **words: object) -> str:
        return _TEXTS[key][self.dutch].format(**words)

    def value(self, value: float, decimals: int) -> str:
        return value_text(value, self.unit, self.language, decimals)

    def signed(self, value: float, decimals: int) -> str:
        text = self.value(value, decimals)
        return f"+{text}" if value > 0 and any(digit in "123456789" for digit in text) else text

    def blocks(self) -> Iterator[Block]:
        told = self.told
        outcome = name_with_unit(told.outcome, told.group, self.language)
        period = period_name(told.period, self.language)
        yield Block(self.say("title", policy=told.policy, baseline=told.baseline, outcome=outcome, period=period), 1)
        yield Block(self.say("pair", seed=told.seed))
        values = [float(value) for value in told.values]
        decimals = decimals_for(min(values), max(values), float(told.effect))
        sides = {name: self.value(value, decimals) for name, value in zip(("x0", "x1"), values, strict=True)}
        lines = [
            self.say(
                "effect",
                baseline=told.baseline,
                policy=told.policy,
                effect=self.signed(float(told.effect), decimals),
                **sides,
            )
        ]
        pairs = told.pair_effects
        if len(pairs) > 1:
            mean = sum(pairs) / len(pairs)
            lines.append(self.say("mean", n=len(pairs), mean=self.signed(mean, decimals_for(mean, mean, mean))))
        yield Block(" ".join(lines))
        yield Block(sentence("one_run", self.language))
        yield from self.parting()
        yield from self.contributions()
        yield from self.lives()

    def parting(self) -> Iterator[Block]:
        told, parting = self.told, self.told.parting
        yield Block(self.say("where"), 2)
        books = self.say("books", month=month_text(told.books_part)) if told.books_part >= 0 else ""
        if parting is None:
            yield Block(f"{self.say('never', months=told.months)} {books or self.say('nothing_differs')}")
            return
        process = _PROCESSES.get(parting.process)
        words = {"month": month_text(parting.month), "process": process[self.dutch] if process else parting.process}
        first = self.say("part_one" if parting.people == 1 else "part_many", n=self.count(parting.people), **words)
        more = parting.people_after > parting.people
        after = self.say("part_after", n=self.count(parting.people_after)) if more else ""
        earlier = books if told.books_part < parting.month else ""
        yield Block(" ".join(filter(None, (earlier, first, after))))
        rows = []
        for example in parting.examples:
            who = f"{person_text(example.person, self.language)}, {uid_text(example.person.uid)}"
            for what, baseline, policy in self.changes(example.changes):
                cells = (who, what, baseline, policy)
                rows.append(dict(zip((self.say("resident"), self.say("in_what"), *self.headings), cells, strict=True)))
                who = ""
        yield Block("", rows=rows)
        heads = (self.say("month"), self.say("now"), self.say("ever"))
        spread = [
            dict(zip(heads, (month_text(one.month), self.count(one.now), self.count(one.ever)), strict=True))
            for one in told.spread
        ]
        yield Block(self.say("spread"), rows=spread)

    def count(self, people: float) -> str:
        return number(people, self.language)

    def changes(self, changes: Sequence[Change]) -> Iterator[tuple[str, str, str]]:
        """What differs, in words: the situation alone where that does, else the columns that have a name."""
        known = [change for change in changes if change.column in _COLUMNS]
        moved = [change for change in known if change.column in ("status", "present")]
        for change in moved or known[:_CHANGES_TOLD]:
            texts = [self.cell(change.column, value) for value in (change.baseline, change.policy)]
            if change.column in _IDENTITIES:
                texts = [self.say("one"), self.say("another")]
            yield _COLUMNS[change.column][self.dutch], texts[0], texts[1]
        if not known:
            yield self.say("columns"), ", ".join(change.column for change in changes), ""

    def cell(self, column: str, value: float) -> str:
        if column == "status":
            return self.course(int(value))
        if column == "education":
            return _EDUCATION[Education(int(value))][self.dutch]
        if column in _MONEY:
            return euro(value / CENTS_PER_EURO, self.language, 2)
        if column in _YES_NO:
            return self.say("yes" if value else "no")
        if column == "hours_share":
            return percent(value, self.language)
        return number(value, self.language, 0 if column == "gp_contacts" else _MINUTIAE)

    def course(self, course: int) -> str:
        return course_text(course, self.told.enterprises, self.language)

    def contributions(self) -> Iterator[Block]:
        told = self.told
        yield Block(self.say("who"), 2)
        adding = [share for share in told.shares if share.contribution != 0]
        if not adding:
            yield Block(self.say("no_difference"))
            return
        texts = [self.say("adds_up")]
        texts += [self.say("ratio")] if told.is_ratio else []
        texts += [self.say("units")] if told.outcome in _UNITS else []
        texts += [self.say("cancel")] if told.effect == 0 else []
        yield Block(" ".join(texts))
        sizes = [float(share.contribution) for share in adding]
        decimals = decimals_for(min(0.0, *sizes), max(0.0, *sizes))
        for dimension, shares in groupby(told.shares, key=lambda share: share.dimension):
            of_all = list(shares)
            rows = [self.share_row(share, decimals) for share in of_all if share.contribution != 0]
            people = sum(share.people[1] for share in of_all)
            levels = (float(told.values[0]), float(told.values[1]))
            rows.append(self.row(self.say("together"), people, levels, float(told.effect), decimals))
            yield Block(_DIMENSIONS[dimension][self.dutch], rows=rows)

    def share_row(self, share: GroupShare, decimals: int) -> dict[str, str]:
        label = self.group(share)
        return self.row(label, share.people[1], share.level, float(share.contribution), decimals)

    def row(self, label: str, people: float, levels: tuple[float, float], adds: float, decimals: int) -> dict[str, str]:
        without, with_plan = (self.value(level, decimals) for level in levels)
        heads = (self.say("group"), self.say("people"), *self.headings, self.say("adds"))
        cells = (label, self.count(people), without, with_plan, self.signed(adds, decimals))
        return dict(zip(heads, cells, strict=True))

    def group(self, share: GroupShare) -> str:
        return group_text(share, self.told, self.names, self.language)

    def lives(self) -> Iterator[Block]:
        told = self.told
        if not told.lives and told.candidates:  # none were asked for
            return
        yield Block(self.say("lives"), 2)
        if not told.lives:
            yield Block(self.say("nobody"))
            return
        chosen = self.say("chosen_adding" if told.of_the_difference else "chosen_any", n=self.count(told.candidates))
        yield Block(f"{self.say('illustration')} {chosen}")
        for life in told.lives:
            yield Block(self.life(life), rows=list(self.stretches(life.stretches)))

    def life(self, life: Life) -> str:
        apart = next(one for one in life.stretches if one.baseline != one.policy)
        return self.say(
            "life",
            person=person_text(life.person, self.language),
            month=month_text(apart.first),
            uid=uid_text(life.person.uid),
            n=life.months,
            months=self.told.months,
        )

    def stretches(self, stretches: Sequence[Stretch]) -> Iterator[dict[str, str]]:
        heads = (self.say("month"), *self.headings)
        told = stretches if self.whole_lives else stretches[:_ROWS_OF_A_LIFE]
        for one in told:
            first, last = month_text(one.first), month_text(one.last)
            span = first if first == last else self.say("until", first=first, last=last)
            yield dict(zip(heads, (span, self.course(one.baseline), self.course(one.policy)), strict=True))
        if len(told) < len(stretches):
            yield dict(zip(heads, (self.say("more", n=len(stretches) - len(told)), "", ""), strict=True))


def course_text(course: int, enterprises: Sequence[str], language: Language) -> str:
    """A course in words: a place at an enterprise, or a situation."""
    dutch = language == "nl"
    if course == ABSENT:
        return _TEXTS["away"][dutch]
    if course >= AT_PLACE:
        return _TEXTS["place_at"][dutch].format(name=shorten_name(enterprises[course - AT_PLACE], _NAME_LETTERS))
    return OUTCOMES["people_by_status"].groups[Status(course).name.lower()][dutch]


def person_text(person: Person, language: Language) -> str:
    """Who somebody is, in words and without a name."""
    dutch = language == "nl"
    who = _PEOPLE[Sex(person.sex), person.age >= _ADULT][dutch]
    text = _TEXTS["of_age"][dutch].format(who=who, age=person.age)
    return text if person.education < 0 else f"{text}, {_EDUCATION[Education(person.education)][dutch]}"


def uid_text(uid: int) -> str:
    """Identity as files have it."""
    return f"{uid:016x}"


def group_text(share: GroupShare, told: Explanation, names: dict[str, str], language: Language) -> str:
    """A group in words."""
    dutch = language == "nl"
    if share.group.startswith("age_"):
        first, until = next(ages for ages in AGE_CLASSES.values() if f"age_{ages[0]}" == share.group)
        last = max(ages[1] for ages in AGE_CLASSES.values()) == until
        return _GROUPS["age_last" if last else "age_between"][dutch].format(first=first, last=until - 1)
    if share.group in _GROUPS:
        shorter, longer = told.durations
        return _GROUPS[share.group][dutch].format(a=shorter, b=longer, **names)
    if share.dimension == "education":
        return _EDUCATION[Education[share.group.upper()]][dutch]
    return OUTCOMES["people_by_status"].groups[share.group][dutch]


def explanation_markdown(parts: Iterator[Block]) -> str:
    """The explanation as Markdown; names that people gave can't be read as more than text."""
    lines: list[str] = []
    for block in parts:
        text = _plain(block.text)
        if block.level:
            lines += [f"{'#' * block.level} {text}", ""]
        elif text:
            lines += [f"**{text}**" if block.rows else text, ""]
        if block.rows:
            lines += _markdown_table(block.rows)
    return "\n".join(lines).rstrip() + "\n"


def _markdown_table(rows: Sequence[dict[str, str]]) -> list[str]:
    cells = [list(rows[0]), *(list(row.values()) for row in rows)]
    lines = [f"| {' | '.join(_plain(cell) for cell in line)} |" for line in cells]
    return [lines[0], f"|{' --- |' * len(cells[0])}", *lines[1:], ""]


def _plain(text: str) -> str:
    """Text that Markdown and HTML show as it is, on one line."""
    safe = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _SPECIAL.sub(r"\\\1", safe)


def explanation_csv(told: Explanation) -> str:
    """What each group adds, as CSV with the names of code; numbers round-trip."""
    about = {
        "outcome": told.key,
        "baseline": told.baseline,
        "policy": told.policy,
        "seed": told.seed,
        "period": told.period,
        "unit": told.unit,
    }
    file = io.StringIO()
    heads = (
        *about, "dimension", "group", "people_baseline", "people_policy", "level_baseline", "level_policy",
        "contribution",
    )  # fmt: skip
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(heads)
    for share in told.shares:
        numbers = [*share.people, *share.level, float(share.contribution)]
        cells = ["" if value != value else repr(float(value)) for value in numbers]
        writer.writerow([*about.values(), share.dimension, share.group, *cells])
    return file.getvalue()
