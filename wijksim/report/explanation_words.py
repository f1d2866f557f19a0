"""An explanation of a difference in words and tables, English and Dutch; as Markdown and as CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

from wijksim.accounts import CENTS_PER_EURO
from wijksim.calendar import month_text
from wijksim.outcomes import OUTCOMES
from wijksim.parameters import load_registry
from wijksim.population.ages import AGE_CLASSES
from wijksim.population.codes import Education, Sex, Status
from wijksim.report.explanation import ABSENT, AT_PLACE, Change, Explanation, GroupShare, Life, Person, Stretch
from wijksim.report.explanation_texts import COLUMNS, DIMENSIONS, EDUCATION, GROUPS, PEOPLE, PROCESSES, TEXTS
from wijksim.report.headlines import name_with_unit, period_name, value_text
from wijksim.report.numbers import Language, decimals_for, euro, number, percent, shorten_name, visible
from wijksim.report.sentences import sentence

__all__ = ["Block", "blocks", "course_text", "explanation_csv", "explanation_markdown", "person_text"]

_NAME_LETTERS = 24
_CHANGES_TOLD = 3
_ROWS_OF_A_LIFE = 12
_MINUTIAE = 2  # decimals of latent health and the like

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
        return TEXTS[key][self.dutch].format(**words)

    @cached_property
    def decimals(self) -> int:
        """Decimals of every value: of a share, those of its percentage."""
        told = self.told
        sizes = [float(share.contribution) for share in told.shares if share.contribution] + [float(told.effect)]
        if not any(sizes):
            sizes = [float(value) for value in told.values]
        sizes = [size * (100 if self.is_share else 1) for size in sizes]
        return decimals_for(min(0.0, *sizes), max(0.0, *sizes), *sizes)

    @property
    def is_share(self) -> bool:
        return self.unit == "share"

    def value(self, value: float) -> str:
        if self.is_share and value == value:
            return percent(value, self.language, max(visible(100 * value, self.decimals), 0))
        if self.unit == "euro" and value == value:
            return euro(value, self.language, 2 if self.decimals > 0 else self.decimals)
        return value_text(value, self.unit, self.language, self.decimals)

    def signed(self, value: float) -> str:
        text = self.value(value)
        return f"+{text}" if value > 0 and any(digit in "123456789" for digit in text) else text

    def blocks(self) -> Iterator[Block]:
        told = self.told
        outcome = name_with_unit(told.outcome, told.group, self.language)
        period = period_name(told.period, self.language)
        yield Block(self.say("title", policy=told.policy, baseline=told.baseline, outcome=outcome, period=period), 1)
        yield Block(self.say("pair", seed=told.seed))
        sides = {name: self.value(float(value)) for name, value in zip(("x0", "x1"), told.values, strict=True)}
        lines = [
            self.say(
                "effect",
                baseline=told.baseline,
                policy=told.policy,
                effect=self.signed(float(told.effect)),
                **sides,
            )
        ]
        pairs = told.pair_effects
        if len(pairs) > 1:
            mean = sum(pairs) / len(pairs)
            lines.append(self.say("mean", n=len(pairs), mean=self.signed(mean)))
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
        process = PROCESSES.get(parting.process)
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
        known = [change for change in changes if change.column in COLUMNS]
        moved = [change for change in known if change.column in ("status", "present")]
        for change in moved or known[:_CHANGES_TOLD]:
            texts = [self.cell(change.column, value) for value in (change.baseline, change.policy)]
            if change.column in _IDENTITIES:
                texts = [self.say("one"), self.say("another")]
            yield COLUMNS[change.column][self.dutch], texts[0], texts[1]
        if not known:
            yield self.say("columns"), ", ".join(change.column for change in changes), ""

    def cell(self, column: str, value: float) -> str:
        if column == "status":
            return self.course(int(value))
        if column == "education":
            return EDUCATION[Education(int(value))][self.dutch]
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
        for dimension, shares in groupby(told.shares, key=lambda share: share.dimension):
            of_all = list(shares)
            rows = [self.share_row(share) for share in of_all if share.contribution != 0]
            people = sum(share.people[1] for share in of_all)
            levels = (float(told.values[0]), float(told.values[1]))
            rows.append(self.row(self.say("together"), people, levels, float(told.effect)))
            yield Block(DIMENSIONS[dimension][self.dutch], rows=rows)

    def share_row(self, share: GroupShare) -> dict[str, str]:
        label = self.group(share)
        return self.row(label, share.people[1], share.level, float(share.contribution))

    def row(self, label: str, people: float, levels: tuple[float, float], adds: float) -> dict[str, str]:
        without, with_plan = (self.value(level) for level in levels)
        heads = (self.say("group"), self.say("people"), *self.headings, self.say("adds"))
        cells = (label, self.count(people), without, with_plan, self.signed(adds))
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
        return TEXTS["away"][dutch]
    if course >= AT_PLACE:
        return TEXTS["place_at"][dutch].format(name=shorten_name(enterprises[course - AT_PLACE], _NAME_LETTERS))
    return OUTCOMES["people_by_status"].groups[Status(course).name.lower()][dutch]


def person_text(person: Person, language: Language) -> str:
    """Who somebody is, in words and without a name."""
    dutch = language == "nl"
    grown = person.age >= load_registry().number("adult_age")
    who = PEOPLE[Sex(person.sex), grown][dutch]
    text = TEXTS["of_age"][dutch].format(who=who, age=person.age)
    return text if person.education < 0 else f"{text}, {EDUCATION[Education(person.education)][dutch]}"


def uid_text(uid: int) -> str:
    """Identity as files have it."""
    return f"{uid:016x}"


def group_text(share: GroupShare, told: Explanation, names: dict[str, str], language: Language) -> str:
    """A group in words."""
    dutch = language == "nl"
    if share.group.startswith("age_"):
        first, until = next(ages for ages in AGE_CLASSES.values() if f"age_{ages[0]}" == share.group)
        last = max(ages[1] for ages in AGE_CLASSES.values()) == until
        return GROUPS["age_last" if last else "age_between"][dutch].format(first=first, last=until - 1)
    if share.group in GROUPS:
        shorter, longer = told.durations
        return GROUPS[share.group][dutch].format(a=shorter, b=longer, **names)
    if share.dimension == "education":
        return EDUCATION[Education[share.group.upper()]][dutch]
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
