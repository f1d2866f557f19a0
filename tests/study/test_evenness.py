"""Columns of a design that go together are told, where a parameter would be charged with what another one does."""

from __future__ import annotations

import numpy as np
import pytest
from study.made_up_studies import MadeUpStudy, factors, ishigami_study, plan

from wijksim.study.design import Design, grow
from wijksim.study.evenness import column_notes
from wijksim.study.factors import Factor
from wijksim.study.methods import Method


def many(columns):
    return [Factor(f"x{number}") for number in range(columns)]


@pytest.mark.parametrize(("method", "columns", "samples"), [("sobol", 11, 64), ("sobol", 20, 512), ("pawn", 300, 512)])
def test_designs_with_even_columns_say_nothing(method, columns, samples):
    assert list(column_notes(grow(Method(method), many(columns), samples, seed=1))) == []


def test_a_sobol_design_of_too_many_columns_is_told():
    (told,) = column_notes(grow(Method.SOBOL, many(150), 128, seed=1))
    assert "150 columns are too many for 128 points" in told


@pytest.mark.parametrize("columns", [2, 30])
def test_two_columns_that_go_together_are_enough(columns):
    even = grow(Method.PAWN, many(columns), 256, seed=1)
    tied = np.column_stack([even.points, even.points[:, 1] + 0.2 * even.points[:, 0]])
    (told,) = column_notes(Design(Method.PAWN, even.factors, False, even.batches, tied))
    assert "correlation up to 0.98" in told


def test_morris_moves_one_group_at_a_time_and_is_never_told():
    assert list(column_notes(grow(Method.MORRIS, many(30), 4, seed=1))) == []


def test_the_note_stands_in_the_analysis(tmp_path, monkeypatch):
    study = ishigami_study(tmp_path / "s.sqlite", samples=32)
    study.run(workers=1)
    monkeypatch.setattr("wijksim.study.evenness._largest_correlation", lambda points: 1.0)
    other = MadeUpStudy(plan("sobol", factors(("x1", "x2", "x3"), -np.pi, np.pi), 32), study.path, study.work)
    assert any("Columns of this sample go together" in note for note in other.analyse().notes)
