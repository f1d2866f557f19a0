"""Tables of a sensitivity study: indices with the passports they belong to, runs, and what a conclusion leans on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wijksim.errors import InputError
from wijksim.study.factors import PLACEBO
from wijksim.study.own_folder import require_own_folder
from wijksim.study.sensitivity import INDEX_COLUMNS, MAIN_INDEX, SOMETHING_SHOWN, Sensitivity, Verdict
from wijksim.study.sensitivity_charts import draw_sensitivity
from wijksim.study.sensitivity_summary import index_text, leading_rows, summary_text

if TYPE_CHECKING:
    from pandas import DataFrame

    from wijksim.study.sweep import Study

__all__ = [
    "leans_on", "main_table", "require_analysis_folder", "runs_table", "shown_rows", "write_runs", "write_sensitivity",
]  # fmt: skip

_INDICES = "indices.csv"

_WEAK = ("assumption", "recalled")
_LEADING = 5
_WITHOUT_INDICES = {Verdict.DID_NOT_VARY.value, Verdict.NOT_COMPUTABLE.value, Verdict.NOT_REACHED.value}


def main_table(study: Study, found: Sensitivity) -> DataFrame:
    """The ranking index of every parameter, with its passport: label, unit, range, grade."""
    import pandas as pd

    factors = {factor.name: factor for factor in study.plan.factors}
    members: dict[str, list[str]] = {}
    for factor in study.plan.factors:
        members.setdefault(factor.index_name, []).append(factor.name)
    rows = found.indices[found.indices["index"].isin(MAIN_INDEX.values()) & (found.indices["parameter_2"] == "")]
    about = []
    for name in rows["parameter"]:
        inside = [factors[member] for member in members.get(name, [name])]
        about.append(
            {
                "label": "; ".join(factor.label for factor in inside),
                "range": "; ".join(_range(factor) for factor in inside),
                "grade": "; ".join(dict.fromkeys(factor.grade for factor in inside)),
            }
        )
    return pd.concat([rows.reset_index(drop=True), pd.DataFrame(about, columns=["label", "range", "grade"])], axis=1)


def shown_rows(table: DataFrame) -> list[dict[str, str]]:
    """Indices of which something may be said, as texts for a terminal, the strongest of each number first.

    Parameters
    ----------
    table : DataFrame
        As :func:`main_table` gives it.
    """
    shown = table[table["verdict"].isin(SOMETHING_SHOWN)].sort_values(
        ["quantity", "outcome", "group", "period", "rank"]
    )
    return [
        {
            "number": f"{row['quantity']} {row['outcome']}{_dot(row['group'])} {row['period']}",
            "index": row["index"],
            "parameter": row["parameter"],
            "value": index_text(row["value"]),
            "95 % interval": f"{index_text(row['low'])} to {index_text(row['high'])}",
            "order": "certain" if row["order_certain"] else "not certain",
            "grade": row["grade"] or "lever",
        }
        for row in shown.to_dict("records")
    ]


def _dot(group: str) -> str:
    return f".{group}" if group else ""


def _range(factor: Any) -> str:
    if factor.choices:
        return " / ".join(factor.choices)
    return "yes / no" if factor.kind == "yes_no" else f"{factor.low:g} to {factor.high:g}"


def leans_on(table: DataFrame) -> Iterator[str]:
    """Say, for each analysed number, on which weakly known parameters its answer leans.

    Parameters
    ----------
    table : DataFrame
        As :func:`main_table` gives it.
    """
    keys = ["stage", "quantity", "outcome", "group", "period", "index"]
    for found, rows in table.groupby(keys, sort=False):
        _, quantity, outcome, group, period, index = (str(part) for part in found)
        what = f"{quantity} on {outcome}{_dot(group)}, {period} ({index})"
        verdicts = set(rows["verdict"])
        if len(verdicts) == 1 and verdicts <= _WITHOUT_INDICES:
            yield f"{what}: {verdicts.pop()}."
            continue
        shown = rows[rows["verdict"].isin(SOMETHING_SHOWN) & (rows["parameter"] != PLACEBO)]
        leading = shown.sort_values("rank").head(_LEADING)
        if leading.empty:
            yield f"{what}: no parameter can be told from nothing."
            continue
        weak = [grade for grade in leading["grade"] if any(word in grade for word in _WEAK)]
        named = ", ".join(f"{row['parameter']} ({row['grade'] or 'lever'})" for row in leading.to_dict("records"))
        told = f"; {len(weak)} of these {len(leading)} are assumed or recalled" if weak else ""
        at_seed = ", at this seed," if Verdict.SHOWN_AT_SEED.value in set(leading["verdict"]) else ""
        yield f"{what}: leans{at_seed} on {named}{told}."


def runs_table(study: Study) -> DataFrame:
    """All results, one row for each point, seed and number: the values given, and the level with and without policy."""
    import pandas as pd

    with study.reading() as store:
        parts = []
        for stage, design in study.designs(store):
            replications = study.replications(store)
            baseline, policy = store.results(stage, len(design.points), replications)
            drawn = pd.DataFrame(store.drawn(stage))
            for place, outcome in enumerate(store.outcomes()):
                for replication in range(replications):
                    part = drawn.add_prefix("parameter: ").copy()
                    part.insert(0, "policy", policy[:, replication, place])
                    part.insert(0, "baseline", baseline[:, replication, place])
                    for name in ("unit", "period", "group", "outcome"):
                        part.insert(0, name, getattr(outcome, name))
                    part.insert(0, "seed", str(study.seed_of(replication)))
                    part.insert(0, "replication", replication)
                    part.insert(0, "point", range(len(part)))
                    part.insert(0, "stage", stage)
                    parts.append(part)
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def write_runs(study: Study, path: Path, form: str) -> int:
    """Write all results as one table; gives the number of rows.

    Raises
    ------
    InputError
        There are none, the file can't be written, or Parquet is wanted and pyarrow isn't installed.
    """
    table = runs_table(study)
    if table.empty:
        raise InputError.single(str(study.path), "holds no results yet.", "Begin with: wijksim study run ...")
    try:
        if form == "parquet":
            table.to_parquet(path, index=False)
        else:
            table.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")
    except ImportError:
        raise InputError.single(
            "--format", "Parquet needs pyarrow.", "Install it: pip install 'wijksim[arrays]'"
        ) from None
    except OSError as error:
        raise InputError.single(str(path), f"can't be written ({error.strerror}).") from None
    return len(table)


def require_analysis_folder(folder: Path) -> None:
    """Make sure that tables and pictures of an analysis replace nothing but an earlier one.

    Raises
    ------
    InputError
        The folder is a file, or holds files and no analysis.
    """
    require_own_folder(folder, _INDICES, INDEX_COLUMNS, "analysis of a study", "analysis")


def write_sensitivity(study: Study, found: Sensitivity, folder: Path) -> list[Path]:
    """Write what was found as CSV files, and pictures, in a folder.

    Raises
    ------
    InputError
        The folder can't be written, or holds other files (:func:`require_analysis_folder`).
    """
    require_analysis_folder(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        table = main_table(study, found)
        tables = {
            _INDICES: found.indices,
            "summary.csv": table,
            "leading.csv": leading_rows(table),
            "noise.csv": found.noise,
            "convergence.csv": found.convergence,
        }
        for name, content in tables.items():
            content.to_csv(folder / name, index=False, encoding="utf-8", lineterminator="\n")
        notes = [*found.notes, *leans_on(table)]
        texts = {
            "notes.txt": "\n".join(notes) + "\n",
            "summary.md": summary_text(study, table, notes),
        }
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
        pictures = draw_sensitivity(study, found, folder / "charts")
    except OSError as error:
        hint = "Choose a folder in which you may write."
        raise InputError.single(str(folder), f"can't be written ({error.strerror}).", hint) from None
    return [*(folder / name for name in (*tables, *texts)), *pictures]
