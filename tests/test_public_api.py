"""The public names: few, and imported only when used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import wijksim

ROOT = Path(wijksim.__file__).parents[1]


def test_every_public_name_is_there():
    for name in wijksim.__all__:
        assert getattr(wijksim, name).__module__.startswith("wijksim.")
    assert set(wijksim.__all__) <= set(dir(wijksim))


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'simulate'"):
        _ = wijksim.simulate


@pytest.mark.parametrize(
    ("used", "forbidden"),
    [
        ("wijksim", ("numpy", "pandas", "mesa", "scipy", "matplotlib")),
        ("wijksim.Neighbourhood", ("scipy.stats", "matplotlib.pyplot")),
        ("wijksim.compare, wijksim.run, wijksim.load_results", ("scipy.stats", "matplotlib.pyplot")),
    ],
)
def test_importing_stays_light(used, forbidden):
    code = f"import sys, wijksim; {used}; print([name for name in {forbidden!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"
