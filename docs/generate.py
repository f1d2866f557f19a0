"""Makes the tables of the docs from the declarations in the code: ``python docs/generate.py`` writes them anew.

A table stands between ``<!-- made: NAME -->`` and ``<!-- end -->``; ``ODD.md`` is made as a whole, as by the command
``wijksim document odd``. `tests/test_docs.py` fails while one is stale.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path

from wijksim.accounts import CATEGORIES, PARTY_LABELS, Party
from wijksim.model import MONTH
from wijksim.outcomes import OUTCOMES
from wijksim.parameters import Grade, Passport, Registry, load_registry
from wijksim.parameters.listing import format_parameters, parameter_rows
from wijksim.report.declared import code, columns, figures, levers, outcomes, structure, table
from wijksim.report.glossary import load_glossary
from wijksim.report.odd import odd
from wijksim.report.pockets import BUDGETS, POCKETS
from wijksim.report.results import COLUMNS
from wijksim.report.sourcebook import named_in
from wijksim.study.person_sums import PERSON_SUMS
from wijksim.study.validation.estimates import range_written
from wijksim.study.validation.patterns import shipped_patterns
from wijksim.study.validation.runs import STATISTICS, Part

__all__ = ["LATER", "TABLES", "filled", "unread_parameters"]

DOCS = Path(__file__).resolve().parent
PACKAGE = DOCS.parent / "wijksim"
MADE = re.compile(r"(<!-- made: (?P<name>[a-z_]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def groups() -> str:
    """Groups of the outcomes that have them, parties left to their own table."""
    rows = (
        (f"`{outcome.name}`", f"`{group}`", english, dutch)
        for outcome in OUTCOMES.values()
        if outcome.name != "balance"
        for group, (english, dutch) in outcome.groups.items()
    )
    return table(("outcome", "group", "English", "Nederlands"), rows)


def explained() -> str:
    """Outcomes that can be taken apart, with their groups."""
    of_outcome: dict[str, list[str]] = {}
    for outcome, group in PERSON_SUMS:
        of_outcome.setdefault(outcome, []).extend([group] if group else [])
    rows = ((f"`{name}`", OUTCOMES[name].label, code(kept)) for name, kept in of_outcome.items())
    return table(("outcome", "what", "groups"), rows)


def parties() -> str:
    """Parties of the ledger and the pocket each belongs to."""
    pocket_of = {party: key for key, pocket in POCKETS.items() for party in pocket.parties}
    rows = (
        (
            f"`{party.name.lower()}`",
            *PARTY_LABELS[party],
            f"`{pocket_of[party]}`",
            "yes" if pocket_of[party] in BUDGETS else "no",
        )
        for party in Party
    )
    return table(("party", "English", "Nederlands", "pocket", "told as gaining or losing"), rows)


def categories() -> str:
    """Categories of payments: who may pay whom."""
    rows = (
        (
            f"`{category.name.lower()}`",
            flow.label,
            flow.label_nl,
            ", ".join(PARTY_LABELS[party][0] for party in sorted(flow.payers)),
            ", ".join(PARTY_LABELS[party][0] for party in sorted(flow.payees)),
        )
        for category, flow in CATEGORIES.items()
    )
    return table(("category", "English", "Nederlands", "paid by", "paid to"), rows)


def processes() -> str:
    """Processes of the month with their parameters and streams."""
    rows = (
        (
            f"`{process.name}`",
            code(process.parameters),
            code([stream.name for stream in process.streams]) or "none",
        )
        for process in MONTH
    )
    return table(("process", "parameters", "streams"), rows)


def files() -> str:
    """Columns of the tables on disk."""
    return table(("file", "columns"), ((f"`{name}.csv`", code(held)) for name, held in COLUMNS.items()))


def parameters() -> str:
    """The list that ``wijksim parameters --format markdown`` prints."""
    return format_parameters(parameter_rows(load_registry()), "markdown")


def grades() -> str:
    """How many parameters of each subject are of which grade."""
    kept = list(load_registry().values())
    subjects = sorted({passport.subject for passport in kept})

    def row(name: str, passports: list[Passport]) -> tuple[str, ...]:
        return (name, *(str(sum(one.grade == grade for one in passports)) for grade in Grade), str(len(passports)))

    rows = [row(f"`{subject}`", [one for one in kept if one.subject == subject]) for subject in subjects]
    return table(("subject", *Grade, "all"), [*rows, row("all", kept)])


def unread_parameters(registry: Registry) -> list[str]:
    """Parameters that no process declares and that are named nowhere in the code."""
    read = {name for process in MONTH for name in process.parameters} | named_in(PACKAGE.rglob("*.py"), registry)
    return [name for name in registry if name not in read]


_TARGET = "target of calibration and validation (issue 8)"
_DEMO = "the tests hold the scenario files of Emmen to it"
_BASE = "cycle and unemployment_low_skill are made from it"
_OPEN = "nothing yet: no issue names it"

LATER: dict[str, str] = {
    "child_benefit_rr_nl": _TARGET,
    "mental_health_gap_d": _TARGET,
    "gp_any_contact_share": _TARGET,
    "mh_care_use_benefit": _TARGET,
    "mh_care_z_slope": _TARGET,
    "ww_job_finding_month_boom": _TARGET,
    "pro_out_of_school_work": _TARGET,
    "pro_out_of_school_benefit": _TARGET,
    "pro_no_work_no_benefit": _TARGET,
    "flexible_to_permanent_month": _TARGET,
    "unemployment_regional": _BASE,
    "emmen_places_per_enterprise": _DEMO,
    "emmen_productivity_share": _DEMO,
    "emmen_grant_after_cut_share": _DEMO,
    "emmen_grant_cut_month": _DEMO,
}
"""What parameters that nothing reads yet are kept for; others wait for a mechanism or go."""


def unread() -> str:
    """Parameters that nothing reads yet."""
    registry = load_registry()
    rows = (
        (f"`{name}`", registry[name].label, registry[name].unit, registry[name].grade, LATER.get(name, _OPEN))
        for name in unread_parameters(registry)
    )
    return table(("parameter", "what", "unit", "grade", "kept for"), rows)


def worked_examples() -> str:
    """Worked examples of the rules, as the tests have them."""
    file = DOCS.parent / "tests" / "data" / "worked_examples.toml"
    rows = (
        (
            example["date"],
            example["who"],
            f"`{example['what']}`",
            f"{example['euro']:,.2f}".replace(",", " "),
            example["law"],
            example["source"],
            example.get("grade", "measured"),
        )
        for example in tomllib.loads(file.read_text(encoding="utf-8"))["example"]
    )
    return table(("month", "who", "what", "euro a month", "law", "source", "grade"), rows)


def glossary() -> str:
    """The words of wijksim."""
    rows = ((f"`{key}`", term.en, term.nl, term.uitleg) for key, term in sorted(load_glossary().items()))
    return table(("key", "English", "Nederlands", "uitleg"), rows)


def patterns() -> str:
    """Stylised facts: what is counted, of whom, and where a model should come."""
    rows = (
        (
            fact.fact,
            fact.label,
            code([name for name in (fact.statistic, fact.over) if name]) or f"not computable: {fact.not_computable}",
            f"{fact.denominator}; {fact.window}",
            fact.cycle,
            range_written(fact.low, fact.high, fact.unit),
            f"{fact.source}: {fact.found}",
            fact.grade,
            fact.set.value,
        )
        for fact in shipped_patterns(STATISTICS)
    )
    head = ("fact", "what", "statistic (over)", "of whom, when", "cycle", "range", "source", "grade", "set")
    return table(head, rows)


_RUNS = {
    Part.LIVES: "the wijk without a plan, 2015 to 2024",
    Part.TWINS: "the same people with and without a job, 2017 and 2018",
    Part.PLANS: "a plan against no plan, 2015 to 2024",
    Part.CHILDREN: "forty years",
    Part.CHILDREN_PLENTY: "forty years, jobs plenty",
    Part.CHILDREN_SCARCE: "forty years, jobs scarce",
    Part.CHILDHOOD: "forty years, thrice: as it was, all parents in work, none",
    Part.CHILDHOOD_PLENTY: "the same, jobs plenty",
    Part.CHILDHOOD_SCARCE: "the same, jobs scarce",
    Part.WIJKEN: "four wijken of Emmen, to the end of 2020",
}


def statistics() -> str:
    """Names of measures, by the runs that they are counted from."""
    rows = ((_RUNS[part], code([name for name, its in STATISTICS.items() if its is part])) for part in Part)
    return table(("runs", "statistics"), rows)


TABLES: dict[str, Callable[[], str]] = {
    make.__name__: make
    for make in (
        outcomes, groups, explained, parties, categories, figures, processes, levers, structure, columns, files,
        parameters, grades, unread, worked_examples, glossary, patterns, statistics,
    )
}  # fmt: skip
"""Maker of each table by name."""


def filled(text: str) -> str:
    """Text of a page with its tables made anew."""
    return MADE.sub(lambda found: found[1] + TABLES[found["name"]]() + found[3], text)


def write() -> None:
    """Write the tables of all pages anew, and the description by the ODD protocol."""
    (DOCS / "ODD.md").write_text(odd(), encoding="utf-8", newline="\n")
    for page in sorted(DOCS.glob("*.md")):
        page.write_text(filled(page.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write()
