"""The door to compiled code: arguments by name, no stale machine code, plain Python where numba is missing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from wijksim import kernels
from wijksim.kernels import Given, call, kernel, plain


@kernel
def weighted(first, second, weight):
    total = 0.0
    for i in range(first.size):
        total += first[i] - weight * second[i]
    return total


ARRAYS = {"first": np.array([5.0, 7.0]), "second": np.array([1.0, 2.0])}


@pytest.mark.core
def test_arguments_are_found_by_name():
    assert call(weighted, ARRAYS, weight=2.0) == 12.0 - 6.0
    assert call(weighted, ARRAYS, weight=2.0, second=np.array([0.0, 1.0])) == 10.0


def test_columns_give_their_arrays_and_values_go_before_them():
    class Holder:
        arrays = ARRAYS

    assert call(weighted, Holder(), weight=2.0) == 12.0 - 6.0
    assert call(weighted, Holder(), weight=2.0, second=np.array([0.0, 1.0])) == 10.0


def test_arguments_given_once_are_put_where_they_belong():
    once = Given(weight=2.0)
    assert call(weighted, ARRAYS, once) == 12.0 - 6.0
    assert call(weighted, ARRAYS, once, second=np.array([0.0, 1.0])) == 10.0
    assert call(weighted, ARRAYS, once) == 12.0 - 6.0
    assert call(weighted, {}, Given(weight=1.0, first=ARRAYS["second"], second=ARRAYS["first"])) == 3.0 - 12.0


def test_an_argument_that_the_kernel_does_not_take_is_refused():
    with pytest.raises(TypeError, match="wieght"):
        call(weighted, ARRAYS, Given(wieght=1.0), weight=2.0)
    with pytest.raises(TypeError, match="wieght"):
        call(weighted, ARRAYS, weight=2.0, wieght=1.0)


def test_a_missing_argument_is_refused():
    with pytest.raises(KeyError, match="weight"):
        call(weighted, ARRAYS)


@pytest.mark.core
def test_compiled_and_plain_give_the_same():
    assert plain(weighted.py_func)(ARRAYS["first"], ARRAYS["second"], 0.1) == weighted(
        ARRAYS["first"], ARRAYS["second"], 0.1
    )


def test_plain_kernels_wrap_unsigned_numbers_without_a_warning():
    @plain
    def multiply(a, b):
        return a * b

    assert multiply(np.uint64(2**63), np.uint64(2)) == 0


def test_the_folder_of_compiled_code_follows_all_that_a_kernel_depends_on(monkeypatch, tmp_path):
    """numba looks only at the file of a kernel itself: an edited kernel that it calls must change the folder too."""
    package = tmp_path / "wijksim"
    (package / "processes").mkdir(parents=True)
    sources = {
        "processes/labour.py": "from wijksim.processes.rules import tax\n",
        "processes/rules.py": "from wijksim.randomness import draw\n",
        "randomness.py": "draws = 1\n",
        "processes/health.py": "from wijksim.randomness import draw\n",
    }
    monkeypatch.setattr(kernels, "_PACKAGE", package)

    def digest(name, **edited):
        kernels._read.cache_clear()
        for file, text in sources.items():
            (package / file).write_text(edited.get(Path(file).stem, text), encoding="utf-8")
        return kernels.source_digest(package / name)

    labour, health = digest("processes/labour.py"), digest("processes/health.py")
    edited = {"rules": sources["processes/rules.py"] + "# taxed otherwise\n"}
    assert digest("processes/labour.py", **edited) != labour
    assert digest("processes/health.py", **edited) == health
    for name, before in (("processes/labour.py", labour), ("processes/health.py", health)):
        assert digest(name, randomness="draws = 2\n") != before
    kernels._read.cache_clear()


def test_a_package_counts_with_all_its_files():
    source = Path(kernels.__file__).parent / "model.py"
    files = kernels._read(source)[1]
    assert {path.name for path in files} >= {"labour_market.py", "randomness.py", "social_enterprise.py"}


def test_a_folder_that_cannot_be_made_means_compiling_again(monkeypatch, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    monkeypatch.setenv("WIJKSIM_CACHE", str(blocked))
    assert kernels.cache_folder(Path(kernels.__file__)) is None


def test_old_folders_of_compiled_code_are_cleared(monkeypatch, tmp_path):
    monkeypatch.setenv("WIJKSIM_CACHE", str(tmp_path))
    for number in range(20):
        folder = tmp_path / "compiled" / f"kernels-old{number}"
        folder.mkdir(parents=True)
        os.utime(folder, (number, number))
    other = tmp_path / "compiled" / "another_file-old"
    other.mkdir()
    kept = kernels.cache_folder(Path(kernels.__file__))
    assert kept is not None
    assert kept.exists()
    assert other.exists()
    assert len(list((tmp_path / "compiled").glob("kernels-*"))) <= kernels._KEPT_CACHES + 1


@pytest.mark.core
def test_without_numba_the_same_numbers_come_out():
    program = (
        "import numpy as np; from wijksim.kernels import COMPILED; from wijksim.randomness import Stream, uniforms;"
        "print(COMPILED, uniforms(1, Stream.DEATH, np.arange(5), 3).tolist())"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    plainly = subprocess.run(
        [sys.executable, "-c", program],
        env={**environment, "WIJKSIM_NO_NUMBA": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    usually = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert plainly.stdout.startswith("False")
    assert plainly.stdout.split(" ", 1)[1] == usually.stdout.split(" ", 1)[1]
