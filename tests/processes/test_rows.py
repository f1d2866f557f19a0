"""Rows for which something holds."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from wijksim.processes.rows import few_rows_where, rows_where


@given(st.lists(st.booleans(), max_size=70), st.integers(0, 40))
def test_rows_are_those_for_which_it_holds(holds, before):
    """Also far apart, where eight are passed at once, and in a part of an array."""
    found = np.array([False] * before + holds, bool)[before // 2 :]
    for where in (rows_where, rows_where.py_func, few_rows_where, few_rows_where.py_func):
        assert where(found).tolist() == np.flatnonzero(found).tolist()
