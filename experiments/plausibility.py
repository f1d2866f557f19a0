"""Writes the table of plausibility: what the model gives beside what sources found.

    python -m experiments.plausibility [--seeds 10] [--workers 2] [--open-holdout]

runs the baseline and each Emmen scenario for ten years, and the baseline for forty, with each seed, and writes the
tables of `docs/plausibility.md` between their markers; hand-written text stays. Facts that are held out are
computed and shown only with --open-holdout, which adds them to `docs/holdout_log.csv`.
"""

from __future__ import annotations

import argparse
import datetime
import re
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wijksim.scenario import Scenario
from wijksim.study.replicate import seed_of
from wijksim.study.validation.estimates import Estimate, Verdict, estimate, range_written, verdict_of, written
from wijksim.study.validation.findings import run_seeds, seeds_work
from wijksim.study.validation.holdout import LOG_FILE, LogLine, append_to_log, commit_of
from wijksim.study.validation.patterns import Pattern, PatternSet, shipped_patterns
from wijksim.study.validation.runs import BASELINE, STATISTICS, Part

ROOT = Path(__file__).resolve().parent.parent
ROWS = Path(__file__).resolve().parent / "plausibility.toml"
PAGE = ROOT / "docs" / "plausibility.md"
MARKED = re.compile(r"(<!-- figures: plausibility -->\n).*?(<!-- end figures -->)", re.DOTALL)
POLICIES = ("woonhulp", "terreinbeheer", "beide", "subsidie_gehalveerd")
HELD_OUT = PatternSet.HOLDOUT.value

Figures = Mapping[str, Mapping[str, Sequence[tuple[float, float]]]]


@dataclass(frozen=True)
class Row:
    """One figure beside its source.

    Parameters
    ----------
    figure : str
        Name of the figure; with `over` another one, the ratio of both.
    label, source, evidence, why : str
        In words; `evidence` is what the source has, `why` what is off and why.
    use : {"input", "calibration", "holdout", "check"}
        What the source's figure is used for. A hold-out is shown only by what is written in the log.
    low, high : float or None
        Range in which the model's figure is plausible.
    unit : {"share", "ratio", "number", "EUR"}
        How it is written.
    """

    figure: str
    label: str
    source: str
    evidence: str
    use: str
    low: float | None = None
    high: float | None = None
    unit: str = "share"
    over: str = ""
    fact: str = ""
    why: str = ""

    def verdict(self, found: Estimate) -> str:
        """Whether the mean over seeds is in the range, as the page has it."""
        verdict = verdict_of(found, self.low, self.high)
        return f"**{verdict}**" if verdict is Verdict.OUTSIDE else verdict.value

    def range_written(self) -> str:
        """The range."""
        return range_written(self.low, self.high, self.unit)


def read_rows() -> dict[str, list[Row]]:
    """Rows by section, from the data file beside the script; those of facts from the patterns."""
    patterns = {pattern.name: pattern for pattern in shipped_patterns(STATISTICS)}
    data = tomllib.loads(ROWS.read_text("utf-8"))
    return {section["title"]: [_row(row, patterns) for row in section["row"]] for section in data["section"]}


def _row(row: Mapping[str, Any], patterns: Mapping[str, Pattern]) -> Row:
    if "pattern" not in row:
        return Row(**row)
    fact = patterns[row["pattern"]]
    return Row(
        fact.statistic,
        fact.label,
        fact.source,
        fact.found,
        fact.set.value,
        fact.low,
        fact.high,
        fact.unit,
        fact.over,
        fact.fact,
        row.get("why", ""),
    )


def main() -> None:
    """Run, write the table, and say what lies outside."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=10, help="runs of each scenario (10)")
    parser.add_argument("--workers", type=int, default=None, help="processes (one for each core)")
    parser.add_argument("--open-holdout", action="store_true", help="show facts that are held out, and log that")
    given = parser.parse_args()
    seeds = [seed_of(1, number) for number in range(given.seeds)]
    work = seeds_work(Scenario.from_file(BASELINE), POLICIES, set(Part) - {Part.WIJKEN})
    figures, lost = run_seeds(work, seeds, given.workers, _Told())
    if lost:
        raise SystemExit("\n".join(one.traceback or one.reason for one in lost))
    sections = read_rows()
    _must_exist(sections, figures)
    written = "\n".join(_section(title, rows, figures, given.open_holdout) for title, rows in sections.items())
    told = f"{given.seeds} seeds, commit `{commit_of(ROOT)}`, {datetime.date.today().isoformat()}.\n\n"
    page = PAGE.read_text("utf-8")
    PAGE.write_text(MARKED.sub(lambda mark: mark[1] + told + written + mark[2], page), "utf-8")
    if given.open_holdout:
        _log(sections, figures)
    sys.stdout.write(f"written: {PAGE}\n")
    for title, rows in sections.items():
        for row in rows:
            if row.use != HELD_OUT or given.open_holdout:
                _say(title, row, figures)


class _Told:
    """Prints how far the runs are, when that has changed."""

    def __init__(self) -> None:
        self.last = -1

    def __call__(self, done: int, total: int) -> None:
        if done != self.last:
            self.last = done
            sys.stdout.write(f"{done} of {total} months done\n")
            sys.stdout.flush()


def _scenarios_of(row: Row, figures: Figures) -> tuple[str, ...]:
    return (BASELINE,) if row.figure in figures[BASELINE] else POLICIES


def _must_exist(sections: Mapping[str, Sequence[Row]], figures: Figures) -> None:
    known = set(figures[BASELINE]) | set(figures[POLICIES[0]])
    unknown = [name for rows in sections.values() for row in rows for name in (row.figure, row.over) if name]
    unknown = [name for name in unknown if name not in known]
    if unknown:
        raise SystemExit(f"no such figures: {', '.join(unknown)}; these are {', '.join(sorted(known))}")


def _found(row: Row, scenario: str, figures: Figures) -> Estimate:
    mine = figures[scenario]
    return estimate(mine[row.figure], mine[row.over] if row.over else None)


def _cell(row: Row, found: Estimate) -> str:
    value, low, high = (written(each, row.unit) for each in (found.value, found.low, found.high))
    return value if low == "-" else f"{value} ({low} to {high})"


def _section(title: str, rows: Sequence[Row], figures: Figures, open_holdout: bool) -> str:
    scenarios = _scenarios_of(rows[0], figures)
    names = ["model"] if scenarios == (BASELINE,) else list(scenarios)
    head = ["figure", "source", "evidence", "plausible", *names, "verdict", "use", "what is off, and why"]
    lines = [f"### {title}", "", "| " + " | ".join(head) + " |", "| " + " | ".join(["---"] * len(head)) + " |"]
    for row in rows:
        hidden = row.use == HELD_OUT and not open_holdout
        found = [_found(row, scenario, figures) for scenario in scenarios]
        cells = ["held out"] * len(found) if hidden else [_cell(row, one) for one in found]
        verdicts = ["see the log"] if hidden else list(dict.fromkeys(row.verdict(one) for one in found))
        if len(verdicts) > 1:
            verdicts = [f"{row.verdict(one)}: {name}" for one, name in zip(found, names, strict=True)]
        use = "hold-out" if row.use == HELD_OUT else row.use
        use += f" (fact {row.fact})" if row.fact else ""
        parts = [row.label, row.source, row.evidence, row.range_written(), *cells, ", ".join(verdicts), use, row.why]
        lines.append("| " + " | ".join(part.replace("|", "/") for part in parts) + " |")
    return "\n".join(lines) + "\n"


def _log(sections: Mapping[str, Sequence[Row]], figures: Figures) -> None:
    lines = [
        LogLine(
            row.fact, row.figure, scenario, _cell(row, found), row.range_written(), verdict_of(found, row.low, row.high)
        )
        for rows in sections.values()
        for row in rows
        if row.use == HELD_OUT
        for scenario in _scenarios_of(row, figures)
        for found in [_found(row, scenario, figures)]
    ]
    append_to_log(ROOT / LOG_FILE, lines, "shown in the table")


def _say(title: str, row: Row, figures: Figures) -> None:
    for scenario in _scenarios_of(row, figures):
        found = _found(row, scenario, figures)
        if row.verdict(found) != "within":
            sys.stdout.write(f"{title} | {scenario} | {row.label}: {_cell(row, found)}, not {row.range_written()}\n")


if __name__ == "__main__":
    main()
