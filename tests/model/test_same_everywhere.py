"""The same scenario and seed give the same results in any process: hash seed, and plain Python in place of kernels."""

import os
import subprocess
import sys

import numpy as np
import pytest
from model.building import ROOT

EXACT = ("ledger", "ties", "lineage_uid", "names")
RELATIVE = 1e-9


def in_a_process(path, residents, months, **environment):
    """What a run leaves behind, made in a process of its own."""
    places = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    subprocess.run(
        [sys.executable, "-m", "model.one_run", str(path), str(residents), str(months), "1"],
        env={**os.environ, "PYTHONPATH": places, **environment},
        check=True,
        timeout=150,
    )
    with np.load(path) as saved:
        return {name: saved[name] for name in saved.files}


@pytest.mark.core
def test_results_do_not_depend_on_the_hash_seed(tmp_path):
    first = in_a_process(tmp_path / "a.npz", 300, 24, PYTHONHASHSEED="0")
    second = in_a_process(tmp_path / "b.npz", 300, 24, PYTHONHASHSEED="4242")
    assert first.keys() == second.keys()
    assert [name for name in first if first[name].tobytes() != second[name].tobytes()] == []


@pytest.mark.core
def test_plain_python_gives_what_the_kernels_give(tmp_path):
    """60 residents, 12 months: codes, counts, cents and who belongs to whom exactly; floats within 1e-9 relative."""
    plain = in_a_process(tmp_path / "plain.npz", 60, 12, WIJKSIM_NO_NUMBA="1")
    compiled = in_a_process(tmp_path / "compiled.npz", 60, 12)
    if not compiled["compiled"]:
        pytest.skip("numba is not installed here, so there are no kernels to compare with")
    assert not plain["compiled"]
    assert plain.keys() == compiled.keys()
    for name in plain.keys() - {"compiled"}:
        mine, theirs = plain[name], compiled[name]
        if mine.dtype.kind == "f":
            np.testing.assert_allclose(mine, theirs, rtol=RELATIVE, atol=0, err_msg=name)
        else:
            np.testing.assert_array_equal(mine, theirs, err_msg=name)
    assert all(plain[name].dtype.kind != "f" for name in EXACT)
