"""The table of plausibility: rows that are in order."""

from __future__ import annotations

from experiments.plausibility import Row, read_rows
from wijksim.study.validation.estimates import estimate


def test_rows_are_in_order():
    rows = [row for section in read_rows().values() for row in section]
    assert all(row.low < row.high for row in rows)
    assert {row.use for row in rows} == {"input", "calibration", "check", "holdout"}
    assert len({(row.figure, row.over) for row in rows}) == len(rows) > 80


def test_a_verdict_is_that_of_the_mean():
    row = Row("x", "", "", "", "check", 0.0, 1.0)
    assert row.verdict(estimate([(1.0, 1.0)])) == "within"
    assert row.verdict(estimate([(2.0, 1.0)])) == "**outside**"
    assert row.verdict(estimate([])) == "not computable"
