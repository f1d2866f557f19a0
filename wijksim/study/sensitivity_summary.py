"""A sensitivity study on one page, small enough to be kept beside its study file."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from wijksim.study.factors import PLACEBO
from wijksim.study.identity import model_digest

if TYPE_CHECKING:
    from pandas import DataFrame

    from wijksim.study.sweep import Study

__all__ = ["index_text", "leading_rows", "summary_text"]

_LEADING = 10
_DIGITS = 12
_THOUSAND = 1000


def leading_rows(table: DataFrame) -> DataFrame:
    """The ten strongest parameters of each number, and the placebo.

    Parameters
    ----------
    table : DataFrame
        As :func:`wijksim.study.sensitivity_tables.main_table` gives it.
    """
    chosen = (table["rank"] <= _LEADING) | (table["parameter"] == PLACEBO)
    return table[chosen].sort_values([*_NUMBER, "rank"], kind="stable")


def index_text(value: float) -> str:
    """Write an index with three digits, and as people do: 4,750 and not 4.75e+03."""
    text = f"{value:.3g}"
    return text if abs(float(text)) < _THOUSAND or not math.isfinite(value) else f"{float(text):,.0f}"


_NUMBER = ["stage", "quantity", "outcome", "group", "period", "index"]


def summary_text(study: Study, table: DataFrame, notes: Sequence[str]) -> str:
    """What was run, what a reader must know, and a table of the strongest parameters of each number, in Markdown.

    Parameters
    ----------
    study : Study
        What was run.
    table : DataFrame
        As :func:`wijksim.study.sensitivity_tables.main_table` gives it.
    notes : sequence of str
        What there is to say of it.
    """
    return "\n".join([*_head(study), "", *(f"- {note}" for note in notes), "", *_tables(leading_rows(table))]) + "\n"


def _head(study: Study) -> Iterator[str]:
    plan = study.plan
    names = " against ".join(scenario.name for scenario in reversed(plan.scenarios))
    settings = plan.baseline.settings
    residents = f"{settings.residents:,} residents" if settings.residents else "all residents of the profile"
    yield f"# {plan.name}"
    yield ""
    if plan.description:
        yield f"{plan.description}."
        yield ""
    yield f"{names}: {residents}, {settings.months} months; base seed {plan.seed}."
    yield f"Made by `wijksim study analyse`; digest of the model {model_digest()[:_DIGITS]}."
    yield ""
    yield "| stage | method | samples | points | runs done | failed |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for (stage, design), status in zip(study.designs_now(), study.status(), strict=True):
        name = "screening" if stage == 0 else "main"
        counts = f"{design.samples:,} | {len(design.points):,} | {status.done:,} | {status.failed:,}"
        yield f"| {name} | {design.method} | {counts} |"


def _tables(leading: DataFrame) -> Iterator[str]:
    for found, rows in leading.groupby(_NUMBER, sort=False):
        stage, quantity, outcome, group, period, index = (str(part) for part in found)
        shown = rows[rows["value"].notna()]
        if shown.empty:
            continue
        name = f"{quantity} on {outcome}{'.' if group else ''}{group}, {period}: {index}"
        yield f"## {name}{' (screening)' if stage == '0' else ''}"
        yield ""
        yield f"Unit of the outcome: {rows['unit'].iloc[0]}."
        yield ""
        yield "| parameter | index | 95 % interval | verdict | grade | range |"
        yield "| --- | --- | --- | --- | --- | --- |"
        yield from (_line(row) for row in shown.to_dict("records"))
        yield ""


def _line(row: dict[Any, Any]) -> str:
    interval = f"{index_text(row['low'])} to {index_text(row['high'])}"
    return (
        f"| {row['parameter']} | {index_text(row['value'])} | {interval} | {row['verdict']} | {row['grade'] or '-'}"
        f" | {row['range']} |"
    )
