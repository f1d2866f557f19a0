"""Results as arrays and tables for other tools: each cell stands where its point, seed and outcome are."""

from __future__ import annotations

import numpy as np
import pytest
from study.made_up_studies import Formula, ishigami, ishigami_study
from study.test_pair_numbers import made_up

from wijksim.errors import InputError
from wijksim.study.sensitivity_tables import runs_table, write_runs


def test_a_dataset_holds_each_result_at_its_point(tmp_path):
    pytest.importorskip("xarray", reason="xarray (extra arrays) is not installed")
    study = ishigami_study(
        tmp_path / "s.sqlite",
        "regression",
        5,
        replications=2,
        outcomes=("constant", "y"),
        work=Formula(ishigami, outcomes=("constant", "y")),
    )
    with pytest.raises(InputError, match="no results of stage 1"):
        study.to_xarray()
    study.run(workers=1)
    found = study.to_xarray()
    for point in range(5):
        values = [float(found[name][point]) for name in ("x1", "x2", "x3")]
        cell = found["baseline"].sel(point=point, outcome="y", period="2015")
        assert cell.values == pytest.approx([ishigami(*values)] * 2)
    assert (found["baseline"].sel(outcome="constant") == 1.0).all()
    assert found["seed"].values.tolist() == [study.seed_of(0), study.seed_of(1)]
    assert found["uniform"].sel(parameter="x1").values == pytest.approx((found["x1"].values + np.pi) / (2 * np.pi))
    assert found["policy"].isnull().all()
    assert found.sizes["pair_outcome"] == 0


def test_a_dataset_holds_outcomes_of_pairs(tmp_path):
    pytest.importorskip("xarray", reason="xarray (extra arrays) is not installed")
    study = made_up(tmp_path / "s.sqlite", limit=0.6)
    study.run(workers=1)
    found = study.to_xarray()
    month = found["pairs"].sel(pair_outcome="pocket_break_even_month.municipality", replication=0)
    late, size = found["a"].values, found["b"].values
    expected = np.where(late <= 0.6, np.floor(12 * late), np.inf)
    euros = size > 0.005  # what is less than half a cent is nothing, and never to be earned back
    assert month.values[euros].tolist() == expected[euros].tolist()


def test_parquet_holds_what_the_table_holds(tmp_path):
    pytest.importorskip("pyarrow", reason="pyarrow (extra arrays) is not installed")
    import pandas as pd

    study = ishigami_study(tmp_path / "s.sqlite", "regression", 5)
    study.run(workers=1)
    assert write_runs(study, tmp_path / "runs.parquet", "parquet") == 5
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "runs.parquet"), runs_table(study), check_dtype=False)
