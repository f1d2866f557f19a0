"""Writes the table of plausibility: what the model gives beside what sources found.

    python -m experiments.plausibility [--seeds 10] [--workers 2] [--open-holdout]

runs the baseline and each Emmen scenario for ten years, and the baseline for forty, with each seed, and writes the
tables of `docs/plausibility.md` between their markers; hand-written text stays. Facts that are held out are
computed and shown only with --open-holdout, which adds them to `docs/holdout_log.csv`.
"""

from __future__ import annotations

import argparse
import csv
import datetime
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from experiments.measures.one_seed import BASELINE, POLICIES, OneSeed
from experiments.measures.rows import Estimate, Row, estimate, read_rows
from wijksim.study.engines import Lost, run_tasks
from wijksim.study.replicate import seed_of

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGE, LOG = DOCS / "plausibility.md", DOCS / "holdout_log.csv"
MARKED = re.compile(r"(<!-- figures: plausibility -->\n).*?(<!-- end figures -->)", re.DOTALL)
STEPS = 2 + len(POLICIES) + 1
HELD_OUT = "hold-out"

Figures = Mapping[str, Mapping[str, Sequence[tuple[float, float]]]]


def main() -> None:
    """Run, write the table, and say what lies outside."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=10, help="runs of each scenario (10)")
    parser.add_argument("--workers", type=int, default=None, help="processes (one for each core)")
    parser.add_argument("--open-holdout", action="store_true", help="show facts that are held out, and log that")
    given = parser.parse_args()
    seeds = [seed_of(1, number) for number in range(given.seeds)]
    found = run_tasks(OneSeed(), seeds, workers=given.workers, size=STEPS, progress=_Told())
    lost = [one for one in found if isinstance(one, Lost)]
    if lost:
        raise SystemExit("\n".join(one.traceback or one.reason for one in lost))
    figures = _together([one for one in found if not isinstance(one, Lost)])
    sections = read_rows()
    _must_exist(sections, figures)
    written = "\n".join(_section(title, rows, figures, given.open_holdout) for title, rows in sections.items())
    told = f"{given.seeds} seeds, commit `{_commit()}`, {datetime.date.today().isoformat()}.\n\n"
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
            sys.stdout.write(f"{done} of {total} steps done\n")
            sys.stdout.flush()


def _together(seeds: Sequence[Mapping[str, Mapping[str, tuple[float, float]]]]) -> Figures:
    names = {scenario: list(figures) for scenario, figures in seeds[0].items()}
    return {
        scenario: {figure: [one[scenario][figure] for one in seeds] for figure in figures}
        for scenario, figures in names.items()
    }


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
    if row.written(found.low) == "-":
        return row.written(found.value)
    return f"{row.written(found.value)} ({row.written(found.low)} to {row.written(found.high)})"


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
        use = f"{row.use} (fact {row.fact})" if row.fact else row.use
        parts = [row.label, row.source, row.evidence, row.range_written(), *cells, ", ".join(verdicts), use, row.why]
        lines.append("| " + " | ".join(part.replace("|", "/") for part in parts) + " |")
    return "\n".join(lines) + "\n"


def _log(sections: Mapping[str, Sequence[Row]], figures: Figures) -> None:
    new = not LOG.exists()
    with LOG.open("a", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        if new:
            table.writerow(["date", "commit", "fact", "figure", "scenario", "value", "range", "verdict", "remark"])
        for rows in sections.values():
            for row in (row for row in rows if row.use == HELD_OUT):
                for scenario in _scenarios_of(row, figures):
                    found = _found(row, scenario, figures)
                    verdict = row.verdict(found).strip("*")
                    where = (datetime.date.today().isoformat(), _commit(), row.fact, row.figure, scenario)
                    table.writerow([*where, _cell(row, found), row.range_written(), verdict, "shown in the table"])


def _commit() -> str:
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=DOCS, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or "unknown"


def _say(title: str, row: Row, figures: Figures) -> None:
    for scenario in _scenarios_of(row, figures):
        found = _found(row, scenario, figures)
        if row.verdict(found) != "within":
            sys.stdout.write(f"{title} | {scenario} | {row.label}: {_cell(row, found)}, not {row.range_written()}\n")


if __name__ == "__main__":
    main()
