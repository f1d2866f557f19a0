"""Results of a study in memory: tables, manifest and failures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wijksim.report.intervals import Uncertainty
from wijksim.settings import Levers

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = [
    "COLUMNS",
    "EFFECT_COLUMNS",
    "LEDGER_COLUMNS",
    "NUMBER_COLUMNS",
    "OUTCOME_COLUMNS",
    "PERIOD_DISCOUNTED",
    "PERIOD_LAST_MONTH",
    "PERIOD_LAST_YEAR",
    "PERIOD_TOTAL",
    "SCHEMA",
    "Failure",
    "Results",
    "as_categories",
]

SCHEMA = 1
PERIOD_LAST_YEAR = "last_year"
PERIOD_LAST_MONTH = "last_month"
"""Of levels of runs that are shorter than a year."""
PERIOD_TOTAL = "total"
PERIOD_DISCOUNTED = "total_discounted"
"""The whole run, each month discounted to the first; for flows of money."""

OUTCOME_COLUMNS = ("scenario", "replication", "seed", "month", "outcome", "group", "value", "unit")
EFFECT_COLUMNS = (
    "scenario", "outcome", "group", "kind", "period", "baseline", "policy", "effect", "low", "high", "level",
    "uncertainty", "method", "n", "sign_probability", "status", "unit", "price_year",
)  # fmt: skip
LEDGER_COLUMNS = ("scenario", "replication", "year", "payer", "payee", "category", "cents")
COLUMNS = {"outcomes": OUTCOME_COLUMNS, "effects": EFFECT_COLUMNS, "ledger": LEDGER_COLUMNS}
"""Columns of each table and of its file, in order."""

NUMBER_COLUMNS = {
    "replication": "int64",
    "seed": "int64",
    "year": "int64",
    "cents": "int64",
    "n": "int64",
    "price_year": "Int64",
    "value": "float64",
    "baseline": "float64",
    "policy": "float64",
    "effect": "float64",
    "low": "float64",
    "high": "float64",
    "level": "float64",
    "sign_probability": "float64",
}
"""Type of each column that holds numbers; all others hold text."""


@dataclass(frozen=True)
class Failure:
    """A run that gave no result.

    Parameters
    ----------
    scenario : str
        Its scenario; empty when all scenarios of the replication are meant.
    replication, seed : int
        Which run; the seed runs it again.
    stage : str
        What was being done: building, running, reducing, or worker where its process ended.
    reason : str
        What happened, in one line.
    traceback : str
        Where it happened.
    """

    scenario: str
    replication: int
    seed: int
    stage: str
    reason: str
    traceback: str = ""


@dataclass(frozen=True, repr=False, eq=False)
class Results:
    """What a study found.

    Parameters
    ----------
    outcomes : DataFrame
        Monthly outcomes of every run, columns `OUTCOME_COLUMNS`; money in euro of the price year.
    effects : DataFrame
        Policy minus baseline with intervals, columns `EFFECT_COLUMNS`; empty for one scenario alone. Each effect has
        a row for each kind of uncertainty.
    ledger : DataFrame
        What was paid in each year, columns `LEDGER_COLUMNS`, in whole cents of the year itself.
    manifest : dict
        What was run, with which versions, seeds and hashes.
    failures : tuple of Failure
        Runs without a result.
    folder : Path or None
        Where the files are, if they were written.
    """

    outcomes: DataFrame
    effects: DataFrame
    ledger: DataFrame
    manifest: dict[str, Any]
    failures: tuple[Failure, ...] = ()
    folder: Path | None = None

    def __repr__(self) -> str:
        against = f"{' and '.join(self.policies)} against {self.scenarios[0]}" if self.policies else self.scenarios[0]
        failed = f", {len(self.failures)} failed" if self.failures else ""
        return f"<Results: {against}, {self.months} months, {self.replications} runs each{failed}>"

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Names of the scenarios, the baseline first."""
        return tuple(scenario["name"] for scenario in self.manifest["scenarios"])

    @property
    def policies(self) -> tuple[str, ...]:
        """Names of the scenarios that are compared with the first."""
        return self.scenarios[1:]

    @property
    def baseline_has_places(self) -> bool:
        """Whether the first scenario has social enterprises of its own."""
        return bool(self.manifest["scenarios"][0]["settings"]["enterprises"])

    @property
    def baseline_is_a_plan(self) -> bool:
        """Whether the first scenario has places, events or levers that aren't at their default.

        Such a comparison is one between plans, and nothing in it may be called "without plan".
        """
        settings = self.manifest["scenarios"][0]["settings"]
        default = {name: str(value) for name, value in asdict(Levers()).items()}
        levers = {name: str(value) for name, value in settings["levers"].items()}
        return self.baseline_has_places or bool(settings["events"]) or levers != default

    @property
    def replications(self) -> int:
        """Runs of each scenario that were asked for."""
        return int(self.manifest["replications"])

    @property
    def draws(self) -> int:
        """Pairs of runs with drawn parameters that were asked for; none where ranges hold chance alone."""
        return int(self.manifest.get("draws", 0))

    @property
    def screen(self) -> dict[str, Any] | None:
        """What the answers lean on (:func:`wijksim.study.screen.screen`); None where it was not asked."""
        found: dict[str, Any] | None = self.manifest.get("screen")
        return found

    @property
    def structures(self) -> dict[str, Any] | None:
        """Effects under other variants (:func:`wijksim.study.structures.structure_effects`); None where not asked."""
        found: dict[str, Any] | None = self.manifest.get("structures")
        return found

    @property
    def variance(self) -> dict[str, Any] | None:
        """Chance and parameters in effects (:func:`wijksim.study.variance.variance_parts`); None without draws."""
        found: dict[str, Any] | None = self.manifest.get("variance")
        return found

    @property
    def levels(self) -> list[dict[str, Any]]:
        """Ranges of levels of one scenario (:func:`wijksim.study.levels.level_ranges`); empty without draws."""
        found: list[dict[str, Any]] = self.manifest.get("levels", [])
        return found

    @property
    def ranking(self) -> dict[str, Any] | None:
        """How several plans compare (:func:`wijksim.study.ranking.rank_plans`); None with fewer than two."""
        found: dict[str, Any] | None = self.manifest.get("ranking")
        return found

    @property
    def told(self) -> Uncertainty:
        """Kind of uncertainty of the ranges that are told: chance and parameters together where these were drawn."""
        drawn = (self.effects["uncertainty"] == Uncertainty.CHANCE_AND_PARAMETERS).any() if self.draws > 1 else False
        return Uncertainty.CHANCE_AND_PARAMETERS if drawn else Uncertainty.CHANCE

    @property
    def price_year(self) -> int:
        """Year of whose prices amounts are."""
        return int(self.manifest["price_year"])

    @property
    def deflators(self) -> dict[int, float]:
        """Factor from euro of a year to euro of the price year."""
        return {int(year): factor for year, factor in self.manifest["deflators"].items()}

    @property
    def months(self) -> int:
        """Length of the runs."""
        return int(self.manifest["months"])

    @property
    def what_if_from(self) -> str:
        """Month (``YYYY-MM``) from which results are a what-if under frozen rules; empty where none are."""
        return str(self.manifest.get("what_if_from", ""))

    @property
    def circumstances_apart(self) -> list[str]:
        """Names of levers that no plan decides and that aren't the same in all scenarios."""
        return list(self.manifest.get("circumstances_apart", ()))

    def totals_by_run(self, scenario: str, outcome: str) -> dict[int, float]:
        """Sum over the whole period of an outcome without groups, of each run of a scenario."""
        table = self.outcomes
        rows = table[(table["outcome"] == outcome) & (table["scenario"] == scenario)]
        return {int(str(run)): float(part.sum()) for run, part in rows.groupby("replication")["value"]}

    def effects_by_key(self, uncertainty: str) -> dict[tuple[str, str, str, str], dict[str, Any]]:
        """Rows of effects with one kind of uncertainty, by scenario, outcome, group and period; not to be changed."""
        if uncertainty not in self._by_key:
            rows = self.effects[self.effects["uncertainty"] == uncertainty]
            records = (
                dict(zip(rows.columns, values, strict=True)) for values in rows.itertuples(index=False, name=None)
            )
            self._by_key[uncertainty] = {
                (row["scenario"], row["outcome"], row["group"], row["period"]): row for row in records
            }
        return self._by_key[uncertainty]

    @cached_property
    def _by_key(self) -> dict[str, dict[tuple[str, str, str, str], dict[str, Any]]]:
        return {}


def as_categories(values: Sequence[str]) -> Any:
    """Text as a pandas categorical with its categories in the order of appearance: small, and equal when read back."""
    import pandas as pd

    return pd.Categorical(list(values), categories=list(dict.fromkeys(values)))
