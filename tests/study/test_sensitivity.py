"""Indices through the whole machinery of a study: right on known functions, absent where they can't be right."""

from __future__ import annotations

import csv
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from study.made_up_studies import (
    G_WEIGHTS,
    Formula,
    MadeUpStudy,
    factors,
    index,
    ishigami,
    ishigami_study,
    plan,
    sobol_g,
)

from wijksim.errors import InputError
from wijksim.study import sensitivity
from wijksim.study.design import grow
from wijksim.study.factors import PLACEBO
from wijksim.study.indices import (
    design_indices,
    partial_rank_correlations,
    pawn_medians,
    standardised_coefficients,
)
from wijksim.study.methods import Method
from wijksim.study.sensitivity import SOMETHING_SHOWN, Verdict
from wijksim.study.sensitivity_summary import index_text
from wijksim.study.sensitivity_tables import write_sensitivity
from wijksim.study.store import Store

ISHIGAMI_S1 = {"x1": 0.3139, "x2": 0.4424, "x3": 0.0}
ISHIGAMI_ST = {"x1": 0.5576, "x2": 0.4424, "x3": 0.2437}


def test_sobol_indices_of_ishigami_are_the_published_ones(tmp_path):
    study = ishigami_study(tmp_path / "s.sqlite", samples=1024)
    study.run(workers=1)
    found = study.analyse()
    for name, truth in (("S1", ISHIGAMI_S1), ("ST", ISHIGAMI_ST)):
        rows = index(found, name)
        for parameter, value in truth.items():
            assert rows.loc[parameter, "low"] <= value <= rows.loc[parameter, "high"], (name, parameter)
            assert abs(rows.loc[parameter, "value"] - value) < 0.05, (name, parameter)
    total = index(found, "ST")
    assert total.loc[PLACEBO, "value"] == 0.0
    assert total.loc[PLACEBO, "verdict"] not in SOMETHING_SHOWN
    assert list(total.sort_values("rank").index) == ["x1", "x2", "x3", PLACEBO]
    assert index(found, "S1").loc["x3", "verdict"] == "no effect shown"  # truly zero alone, with interactions only


def test_sobol_indices_of_the_g_function_follow_its_formula(tmp_path):
    names = tuple(f"x{k}" for k in range(len(G_WEIGHTS)))
    study = MadeUpStudy(plan("sobol", factors(names, 0.0, 1.0), 1024), tmp_path / "g.sqlite", Formula(sobol_g))
    study.run(workers=1)
    rows = index(study.analyse(), "S1")
    parts = [1 / (3 * (1 + a) ** 2) for a in G_WEIGHTS]
    variance = math.prod(1 + part for part in parts) - 1
    for name, part in zip(names, parts, strict=True):
        assert rows.loc[name, "low"] <= part / variance <= rows.loc[name, "high"], name


def test_pairs_interact_where_the_formula_says_so(tmp_path):
    """In Ishigami only x1 and x3 work together: S2 = ST3 - S3 = 0.2437."""
    study = ishigami_study(tmp_path / "s.sqlite", samples=1024, second_order=True)
    study.run(workers=1)
    rows = study.analyse().indices
    pairs = rows[rows["index"] == "S2"].set_index(["parameter", "parameter_2"])
    assert pairs.loc[("x1", "x3"), "low"] < 0.2437 < pairs.loc[("x1", "x3"), "high"]
    assert pairs.loc[("x1", "x2"), "verdict"] == "no effect shown"


@pytest.mark.parametrize("method", ["morris", "rbd_fast", "pawn", "regression"])
def test_other_methods_rank_a_plain_sum_by_its_weights(tmp_path, method):
    work = Formula(lambda a, b, c: 10.0 * a + 3.0 * b + 0.0 * c)
    samples = 20 if method == "morris" else 1000
    study = MadeUpStudy(plan(method, factors("abc", 0.0, 1.0), samples), tmp_path / "m.sqlite", work)
    study.run(workers=1)
    found = study.analyse()
    main = {"morris": "mu_star", "rbd_fast": "S1_rbd", "pawn": "pawn", "regression": "prcc"}[method]
    rows = index(found, main)
    assert list(rows.sort_values("rank").index[:2]) == ["a", "b"]
    assert rows.loc["a", "verdict"] == ("shown for this seed only" if method == "morris" else "shown")
    assert rows.loc["c", "verdict"] not in SOMETHING_SHOWN
    if method == "morris":
        assert rows.loc["a", "value"] == pytest.approx(10.0)
        assert rows.loc["b", "value"] == pytest.approx(3.0)


def test_partial_correlations_and_coefficients_equal_a_regression_by_hand():
    """y = 2 a - b: coefficients are weights times spreads over that of y; partial correlations are 1 and -1."""
    x = np.random.default_rng(3).uniform(size=(400, 2))
    y = 2.0 * x[:, 0] - x[:, 1]
    expected = np.array([2.0, -1.0]) * x.std(axis=0) / y.std()
    assert standardised_coefficients(x, y) == pytest.approx(expected)
    noisy = y + np.random.default_rng(4).normal(scale=0.01, size=400)
    assert partial_rank_correlations(x, noisy) == pytest.approx([1.0, -1.0], abs=0.03)
    independent = np.random.default_rng(5).normal(size=400)
    assert np.abs(partial_rank_correlations(x, independent)).max() < 5 / math.sqrt(
        400
    )  # null: 0, sd 1/sqrt(n), |z| < 5


def test_pawn_is_that_of_salib():
    """Also with equal outputs, and with points drawn more than once."""
    from SALib.analyze import pawn

    rng = np.random.default_rng(6)
    x = rng.uniform(size=(300, 4))
    y = np.round(x[:, 0] ** 2 + 0.3 * x[:, 1], 2)
    rows = rng.integers(0, 300, 300)
    problem = {"num_vars": 4, "names": list("abcd"), "bounds": [[0, 1]] * 4}
    for inputs, output in ((x, y), (x[rows], y[rows])):
        expected = pawn.analyze(problem, inputs, output, S=10)["median"]
        assert pawn_medians(inputs, output) == pytest.approx(np.asarray(expected), abs=1e-12)


# ------------------------------------------------------------------------------------------------- W03
def test_a_missing_or_infinite_number_never_becomes_an_index_of_zero(tmp_path):
    study = ishigami_study(tmp_path / "s.sqlite", samples=256)
    study.run(workers=1)
    whole = study.analyse()
    first = study.values(study.designs_now()[0][1])[7]["x1"]
    broken = ishigami_study(tmp_path / "b.sqlite", samples=256, work=Formula(ishigami, raises=(first,)))
    broken.run(workers=1)
    found = broken.analyse()
    assert any("lack a result and are left out as a whole" in note for note in found.notes)
    total, before = index(found, "ST"), index(whole, "ST")
    assert (total.loc[["x1", "x2", "x3"], "value"] > 0.05).all()
    assert (abs(total["value"] - before["value"]) < 0.2).all()
    failure = broken.failures()[0]
    assert failure.values["x1"] == first
    assert failure.reason == "ArithmeticError: no such wijk"

    few = ishigami_study(tmp_path / "n.sqlite", samples=256, work=Formula(ishigami, not_finite=(first,)))
    few.run(workers=1)
    known = few.analyse()
    assert any("has a value at" in note and note.endswith("the others are left out.") for note in known.notes)
    rows = index(known, "ST")
    assert (rows["points"] < before["points"]).all()
    assert rows.loc[["x1", "x2", "x3"], "value"].to_numpy() == pytest.approx(
        total.loc[["x1", "x2", "x3"], "value"].to_numpy()
    )

    points = study.values(study.designs_now()[0][1])
    many = tuple(point["x1"] for point in points[:30:6])  # of five blocks of 256, 2 %
    nan = ishigami_study(tmp_path / "m.sqlite", samples=256, work=Formula(ishigami, not_finite=many))
    nan.run(workers=1)
    undefined = nan.analyse()
    assert any(note.endswith("points only, and so no indices.") for note in undefined.notes)
    rows = index(undefined, "ST")
    assert (rows["verdict"] == "not computable").all()
    assert rows["value"].isna().all()


def test_rerun_does_only_what_failed(tmp_path):
    log = tmp_path / "log"
    study = ishigami_study(tmp_path / "s.sqlite", samples=8)
    first = study.values(study.designs_now()[0][1])[3]["x1"]
    bad = ishigami_study(tmp_path / "s.sqlite", samples=8, work=Formula(ishigami, raises=(first,), log=str(log)))
    (status,) = bad.run(workers=1)
    assert status.failed > 0
    before = len(log.read_text().splitlines())
    assert bad.run(workers=1)[0].failed == status.failed  # run alone doesn't try again
    assert len(log.read_text().splitlines()) == before
    good = ishigami_study(tmp_path / "s.sqlite", samples=8, work=Formula(ishigami, log=str(log)))
    (after,) = good.rerun(workers=1)
    assert (after.failed, after.complete) == (0, True)
    assert len(log.read_text().splitlines()) == before + status.failed


def test_too_many_missing_results_are_refused_with_counts(tmp_path):
    study = ishigami_study(tmp_path / "s.sqlite", samples=16)
    with pytest.raises(InputError, match="study run"):
        study.analyse()
    study.run(workers=1)
    with Store(study.path) as store:
        store._db.execute("DELETE FROM runs WHERE run % 2 = 0")
    with pytest.raises(InputError, match=r"of 96 results of stage 1 are there; \d+ are missing"):
        study.analyse()


def test_a_constant_outcome_is_said_to_be_so_and_leaves_the_other_alone(tmp_path):
    one = ishigami_study(tmp_path / "a.sqlite", samples=32)
    both = ishigami_study(
        tmp_path / "b.sqlite",
        samples=32,
        outcomes=("y", "constant"),
        work=Formula(ishigami, outcomes=("y", "constant")),
    )
    one.run(workers=1)
    both.run(workers=1)
    alone, beside = one.analyse(), both.analyse()
    constant = beside.indices[beside.indices["outcome"] == "constant"]
    assert (constant["verdict"] == "did not vary").all()
    assert constant["value"].isna().all()
    values = index(beside, "ST", outcome="y")["value"]
    assert values.equals(index(alone, "ST", outcome="y")["value"])


@pytest.mark.parametrize("fault", ["short", "nan", "constant", "part of a block"])
def test_indices_refuse_numbers_that_do_not_fit_the_design(tmp_path, fault):
    study = ishigami_study(tmp_path / "s.sqlite", samples=8)
    ((_, design),) = study.designs_now()
    y = np.arange(len(design.points), dtype=float)
    if fault == "nan":
        y[3] = math.nan
    elif fault == "constant":
        y[:] = 1.0
    elif fault == "short":
        y = y[:-1]
    else:
        design, y = replace(design, points=design.points[:-1]), y[:-1]
    with pytest.raises(ValueError, match=r"points|finite|vary"):
        design_indices(design, y, 1)


def test_a_summary_holds_the_strongest_of_each_number_and_what_must_be_known(tmp_path):
    names = tuple(f"x{k}" for k in range(14))
    work = Formula(lambda *x: sum((k + 1.0) * value for k, value in enumerate(x)))
    study = MadeUpStudy(plan("morris", factors(names, 0.0, 1.0), 4), tmp_path / "s.sqlite", work)
    study.run(workers=1)
    write_sensitivity(study, study.analyse(), tmp_path / "found")
    with (tmp_path / "found" / "leading.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["parameter"] for row in rows] == [*names[:3:-1], PLACEBO]
    text = (tmp_path / "found" / "summary.md").read_text("utf-8")
    assert "| x13 | 14 | 14 to 14 | shown for this seed only | - | 0 to 1 |" in text
    assert "| x3 |" not in text
    assert "| main | morris | 4 | 64 | 60 | 0 |" in text
    assert "- One seed at each point" in text
    assert "- Converged: every mu_star is known to within 0% of the largest" in text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0802, "0.0802"), (0.0, "0"), (999.4, "999"), (999.6, "1,000"), (4753.2, "4,750"), (-2.25e6, "-2,250,000")],
)
def test_an_index_is_written_without_powers_of_ten(value, text):
    assert index_text(value) == text


# ------------------------------------------------------------------------------------------------- W04, W06
def test_indices_stand_beside_the_names_of_groups(tmp_path):
    varied = (*factors("a", 0, 1, group="g2"), *factors("b", 0, 1, group="g1"), *factors("c", 0, 1, group="g2"))
    work = Formula(lambda a, b, c: 5.0 * a + 1.0 * b + 5.0 * c)
    for method, main, samples in (("sobol", "ST", 128), ("morris", "mu_star", 30)):
        study = MadeUpStudy(plan(method, varied, samples), tmp_path / f"{method}.sqlite", work)
        study.run(workers=1)
        rows = index(study.analyse(), main)
        assert set(rows.index) == {"g1", "g2", PLACEBO}
        assert rows.loc["g2", "value"] > rows.loc["g1", "value"] > rows.loc[PLACEBO, "value"]


def test_intervals_are_the_same_when_analysed_again(tmp_path):
    study = ishigami_study(tmp_path / "s.sqlite", samples=32, replications=2, work=Formula(ishigami, noise=0.1))
    study.run(workers=1)
    assert study.analyse().indices.equals(study.analyse().indices)


def test_a_small_sample_says_so_and_near_equal_parameters_have_no_certain_order(tmp_path):
    work = Formula(lambda a, b, c, d: a + 1.01 * b + 0.99 * c + d)
    study = MadeUpStudy(plan("sobol", factors("abcd", 0.0, 1.0), 16), tmp_path / "s.sqlite", work)
    study.run(workers=1)
    found = study.analyse()
    rows = index(found, "ST")
    assert not rows.loc[list("abcd"), "order_certain"].any()
    assert (rows["high"] > rows["low"])[list("abcd")].all()
    assert any(note.startswith("Not converged") and "would take about" in note for note in found.notes)
    assert set(found.convergence["samples"]) == {2, 4, 8, 16}


# ------------------------------------------------------------------------------------------------- chance
def test_chance_is_told_apart_from_parameters_and_sets_the_floor(tmp_path):
    """Noise of sd 1 beside 2 a with a uniform: Var(a) = 4/12, so parameters make 1/4 of the variance of single runs."""
    work = Formula(lambda a, b: 2.0 * a + 0.0 * b, noise=1.0)
    study = MadeUpStudy(plan("sobol", factors("ab", 0.0, 1.0), 256, replications=8), tmp_path / "s.sqlite", work)
    study.run(workers=1)
    found = study.analyse()
    noise = found.noise.iloc[0]
    assert noise["share_parameters"] == pytest.approx(0.25, abs=0.05)
    assert noise["share_interaction"] == pytest.approx(0.75, abs=0.05)
    assert noise["share_seed"] < 0.02
    rows = index(found, "ST")
    assert rows.loc["b", "value"] > 0.1  # b is read, and reading it lets chance fall otherwise
    assert rows.loc["b", "verdict"] != "shown"
    assert rows.loc["a", "verdict"] == "shown"


def test_no_two_columns_of_a_space_filling_design_go_together():
    """Counts in 10 x 10 cells of 2,048 points: chi-squared by degree of freedom; a Sobol sequence gives 20."""
    points = grow(Method.PAWN, factors([f"x{k}" for k in range(150)], 0.0, 1.0), 2048, seed=1).points
    cells = (points * 10).astype(int)
    expected = len(points) / 100
    worst = 0.0
    for column in range(1, points.shape[1]):
        for other in range(column):
            counts = np.bincount(10 * cells[:, column] + cells[:, other], minlength=100)
            worst = max(worst, float(((counts - expected) ** 2).sum() / expected / 81))
    assert worst < 2.0
    ranks = np.arange(len(points))[:, np.newaxis]
    assert np.abs(np.sort(points, axis=0) * len(points) - ranks).max() <= len(points) / 64 + 1  # each alone is even


def test_of_many_parameters_none_that_is_not_read_is_called_shown(tmp_path):
    """Sixty parameters of which one is read, beside noise: a Sobol sequence ties others to it (three of .13 to .19)."""
    names = tuple(f"x{k}" for k in range(60))
    work = Formula(lambda *x: 2.0 * x[0], noise=1.0)
    study = MadeUpStudy(plan("rbd_fast", factors(names, 0.0, 1.0), 512, seed=8), tmp_path / "s.sqlite", work)
    study.run(workers=1)
    found = study.analyse()
    for main in ("S1_rbd", "pawn", "prcc"):
        rows = index(found, main)
        assert list(rows.index[rows["verdict"] == "shown"]) == ["x0"], main


def test_with_one_seed_what_chance_makes_of_a_total_index_is_not_called_an_effect(tmp_path):
    """As above: reading b lets chance fall otherwise, which at one seed looks like interaction, but not like S1."""
    work = Formula(lambda a, b: 2.0 * a + 0.0 * b, noise=1.0)
    study = MadeUpStudy(plan("sobol", factors("ab", 0.0, 1.0), 1024), tmp_path / "s.sqlite", work)
    study.run(workers=1)
    found = study.analyse()
    total = index(found, "ST")
    assert total.loc["b", "value"] > 0.1
    assert set(total.loc[["a", "b"], "verdict"]) == {"shown for this seed only"}
    assert index(found, "S1").loc["b", "verdict"] not in SOMETHING_SHOWN


def test_screening_keeps_what_matters_and_sobol_follows_on_it(tmp_path):
    work = Formula(lambda a, b, c=0.5: 10.0 * a + 5.0 * b + 0.01 * c)
    made = plan("screen_then_sobol", factors("abc", 0.0, 1.0), 32, screen_samples=10)
    study = MadeUpStudy(made, tmp_path / "s.sqlite", work)
    stages = study.run(workers=1)
    assert [stage.complete for stage in stages] == [True, True]
    found = study.analyse()
    assert set(index(found, "ST").index) == {"a", "b", PLACEBO}
    assert set(index(found, "mu_star").index) == {"a", "b", "c", PLACEBO}


def test_screening_keeps_no_more_than_asked_for(tmp_path):
    work = Formula(lambda a, b=0.5, c=0.5: 5.0 * a + 10.0 * b + 7.0 * c)
    made = replace(plan("screen_then_sobol", factors("abc", 0.0, 1.0), 16, screen_samples=10), survivors=2)
    study = MadeUpStudy(made, tmp_path / "s.sqlite", work)
    study.run(workers=1)
    assert [factor.name for factor in study.designs_now()[1][1].factors] == ["b", "c", PLACEBO]


@pytest.mark.parametrize("index", ["mu_star", "ST", "pawn", "prcc"])
@given(low=st.floats(-2, 2), width=st.floats(0, 2), floor=st.floats(0, 2))
def test_what_is_shown_lies_above_the_floor_over_the_whole_of_its_interval(index, low, width, floor):
    high = low + width
    verdict = sensitivity._verdict(index, (low + high) / 2, low, high, floor)
    lies_above = all(abs(value) > floor for value in np.linspace(low, high, 101)) and not low <= 0.0 <= high
    assert (verdict is Verdict.SHOWN) == lies_above


@pytest.mark.parametrize("method", ["sobol", "morris", "pawn"])
def test_every_index_lies_in_its_interval(tmp_path, method):
    """Points drawn twice raise PAWN: without a correction the interval of one that does nothing lies above it."""
    study = ishigami_study(tmp_path / "s.sqlite", method=method, samples=256)
    study.run(workers=1)
    rows = study.analyse().indices
    rows = rows[rows["low"].notna()]
    assert set(rows["index"]) >= {"sobol": {"S1", "ST"}, "morris": {"mu_star"}, "pawn": {"pawn", "prcc", "src"}}[method]
    assert (rows["low"] <= rows["value"]).all()
    assert (rows["value"] <= rows["high"]).all()


@pytest.mark.parametrize("seed", range(4))
def test_pawn_of_many_columns_of_nothing_stays_below_its_floor(seed):
    """One placebo may be small by luck; then one of 150 parameters that nothing reads was above it."""
    design = grow(Method.PAWN, factors([f"x{k}" for k in range(150)], 0.0, 1.0), 512, seed=seed)
    y = np.random.default_rng(seed).normal(size=512)
    (found,) = design_indices(design, y, seed, only="pawn")
    assert not (found.low > found.of_nothing).any()
    y += 3.0 * design.points[:, 5]
    (found,) = design_indices(design, y, seed, only="pawn")
    assert np.flatnonzero(found.low > found.of_nothing).tolist() == [5]
