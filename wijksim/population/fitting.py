"""Making whole people of shares: apportioning, iterative proportional fitting and systematic rounding.

Iterative proportional fitting is twenty lines of numpy here: the library for it, `ipfn`, imports pandas, which
the run path must not, and takes the same tables and totals to do the same loop.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["apportion", "fit_table", "systematic"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_ROUNDS = 500
_CLOSE = 1e-9


def apportion(shares: ArrayLike, total: int) -> Ints:
    """Divide a whole number in proportion to shares, by the largest remainder.

    Parameters
    ----------
    shares : array_like, shape (n,)
        Not negative; they need not add up to 1. All nil counts as all equal.
    total : int

    Returns
    -------
    array of int64, shape (n,)
        Adds up to `total`; the earlier of two equal remainders goes first.
    """
    weights = np.asarray(shares, float)
    if weights.sum() <= 0.0:
        weights = np.ones_like(weights)
    exact = weights / weights.sum() * total
    whole: Ints = np.floor(exact).astype(np.int64)
    rest = total - int(whole.sum())
    first = np.argsort(-(exact - whole), kind="stable")[:rest]
    whole[first] += 1
    return whole


def fit_table(table: Floats, rows: ArrayLike, columns: ArrayLike) -> Floats:
    """Scale a table so that it gets given totals (iterative proportional fitting, Deming and Stephan 1940).

    Parameters
    ----------
    table : array, shape (n, m)
        Starting values, not negative; a nil stays nil.
    rows, columns : array_like, shapes (n,) and (m,)
        Totals wanted. Where the nils of the table make them impossible the column totals hold.

    Returns
    -------
    array of float64, shape (n, m)
    """
    fitted = np.array(table, float)
    row_totals, column_totals = np.asarray(rows, float), np.asarray(columns, float)
    close = _CLOSE * max(1.0, float(column_totals.sum()))
    for _ in range(_ROUNDS):
        fitted *= _ratio(row_totals, fitted.sum(axis=1))[:, None]
        fitted *= _ratio(column_totals, fitted.sum(axis=0))[None, :]
        if np.abs(fitted.sum(axis=1) - row_totals).max() <= close:
            break
    return fitted


def _ratio(wanted: Floats, found: Floats) -> Floats:
    return np.divide(wanted, found, out=np.zeros_like(wanted), where=found > 0.0)


def systematic(expected: Floats, offset: float) -> Ints:
    """Whole numbers with given expectations along a line, by systematic sampling.

    Every partial sum differs by less than 1 from that of `expected`, and the whole sum is exact when it is whole.

    Parameters
    ----------
    expected : array, shape (n,)
        Not negative.
    offset : float
        Between 0 and 1; drawn once for the line.
    """
    total = float(expected.sum())
    edges = np.cumsum(expected)
    if abs(total - round(total)) < _CLOSE * max(1.0, total):
        edges = edges * (round(total) / total) if total > 0.0 else edges
        edges[-1:] = round(total)
    return np.diff(np.floor(edges + offset), prepend=np.floor(offset)).astype(np.int64)
