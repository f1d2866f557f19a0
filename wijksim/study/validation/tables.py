"""What was found, as a table for the terminal, as CSV, and as lines for the log of what is held out."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

from wijksim.errors import InputError
from wijksim.report.numbers import LANGUAGES, Language
from wijksim.study.own_folder import require_own_folder
from wijksim.study.validation.charts import draw_findings
from wijksim.study.validation.estimates import Verdict, range_written, written
from wijksim.study.validation.findings import Finding, Validation
from wijksim.study.validation.holdout import LogLine
from wijksim.study.validation.patterns import PatternSet
from wijksim.study.validation.runs import BASELINE

__all__ = [
    "COLUMNS", "TABLE", "log_lines", "require_validation_folder", "set_title", "shown_rows", "tally",
    "write_validation",
]  # fmt: skip

TABLE = "validation.csv"
COLUMNS = (
    "pattern", "set", "fact", "label", "scenario", "profile", "statistic", "over", "denominator", "window", "cycle",
    "low", "high", "unit", "source", "found", "grade", "value", "value_low", "value_high", "runs", "verdict", "reason",
)  # fmt: skip

_HEADS = {
    "en": ("fact", "source", "range", "model (95% by chance)", "verdict"),
    "nl": ("feit", "bron", "bandbreedte", "model (95% door toeval)", "oordeel"),
}
_VERDICTS = {
    Verdict.WITHIN: ("within", "erbinnen"),
    Verdict.OUTSIDE: ("OUTSIDE", "ERBUITEN"),
    Verdict.NOT_COMPUTABLE: ("not computable: {reason}", "niet te berekenen: {reason}"),
}
_TITLES = {
    PatternSet.INPUT: (
        "Input: the source sets a parameter, so agreement shows only that the code does what it was told",
        "Invoer: de bron bepaalt een parameter, dus overeenkomst laat alleen zien dat het programma doet wat het moet",
    ),
    PatternSet.CALIBRATION: (
        "Calibration: the model may be tuned to these",
        "IJking: het model mag hierop worden geijkt",
    ),
    PatternSet.HOLDOUT: (
        "Hold-out: the model is never tuned to these",
        "Apart gehouden: het model wordt hier nooit op geijkt",
    ),
}
_TALLY = {
    "en": "{name}, runs: {runs}; {within} within, {outside} outside, {none} not computable.",
    "nl": "{name}, doorrekeningen: {runs}; {within} erbinnen, {outside} erbuiten, {none} niet te berekenen.",
}


def set_title(which: PatternSet, language: Language) -> str:
    """What a set of facts is for."""
    return _TITLES[which][language == "nl"]


def tally(found: Validation, language: Language) -> str:
    """How many facts are within their range, in a line."""
    within, outside, none = (found.count(verdict) for verdict in Verdict)
    return _TALLY[language].format(name=found.profile, runs=found.runs, within=within, outside=outside, none=none)


def shown_rows(found: Validation, which: PatternSet, language: Language) -> list[dict[str, str]]:
    """Findings of a set as texts for a terminal."""
    return [
        dict(zip(_HEADS[language], _cells(finding, language), strict=True))
        for finding in found.findings
        if finding.pattern.set is which
    ]


def _cells(finding: Finding, language: Language) -> Iterator[str]:
    pattern = finding.pattern
    plan = f" ({finding.scenario})" if finding.scenario != BASELINE else ""
    yield f"{pattern.label_in(language)}{plan}"
    yield pattern.source
    yield range_written(pattern.low, pattern.high, pattern.unit, language)
    yield _value(finding, language)
    yield _VERDICTS[finding.verdict][language == "nl"].format(reason=finding.reason.text(language))


def _value(finding: Finding, language: Language) -> str:
    found, unit = finding.found, finding.pattern.unit
    value = written(found.value, unit, language)
    if finding.verdict is Verdict.OUTSIDE and value in [
        written(bound, unit, language) for bound in (finding.pattern.low, finding.pattern.high) if bound is not None
    ]:
        value = written(found.value, unit, language, finer=True)  # so near that it would seem to be within
    if math.isnan(found.low):
        return value
    return f"{value} ({range_written(found.low, found.high, unit, language)})"


def log_lines(found: Validation) -> list[LogLine]:
    """What was seen of facts that are held out, for the log."""
    return [
        LogLine(
            finding.pattern.fact,
            finding.pattern.name,
            finding.scenario,
            _value(finding, "en"),
            range_written(finding.pattern.low, finding.pattern.high, finding.pattern.unit),
            finding.verdict.value,
        )
        for finding in found.findings
        if finding.pattern.set is PatternSet.HOLDOUT
    ]


def require_validation_folder(folder: Path) -> None:
    """Make sure that what is written replaces nothing but an earlier validation.

    Raises
    ------
    InputError
        The folder is a file, or holds files and no validation.
    """
    require_own_folder(folder, TABLE, COLUMNS, "validation", "validation")


def write_validation(found: Validation, folder: Path) -> list[Path]:
    """Write the table and the charts in a folder.

    Raises
    ------
    InputError
        The folder can't be written, or holds other files (:func:`require_validation_folder`).
    """
    import pandas as pd

    require_validation_folder(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("validation_*.*"):
            old.unlink()
        table = pd.DataFrame([_record(finding, found) for finding in found.findings], columns=list(COLUMNS))
        table.to_csv(folder / TABLE, index=False, lineterminator="\n")
        charts = [path for language in LANGUAGES for path in draw_findings(found, folder, language)]
    except OSError as error:
        raise InputError.single(str(folder), f"can't be written ({error.strerror}).") from None
    return [folder / TABLE, *charts]


def _record(finding: Finding, found: Validation) -> dict[str, object]:
    pattern = finding.pattern
    named = ("fact", "label", "statistic", "over", "denominator", "window", "cycle", "low", "high", "unit")
    return {
        "pattern": pattern.name,
        "set": pattern.set.value,
        "scenario": finding.scenario,
        "profile": found.profile,
        **{name: getattr(pattern, name) for name in (*named, "source", "found", "grade")},
        "value": finding.found.value,
        "value_low": finding.found.low,
        "value_high": finding.found.high,
        "runs": found.runs,
        "verdict": finding.verdict.value,
        "reason": finding.reason.en,
    }
