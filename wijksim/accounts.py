"""The double-entry ledger: every euro has a payer, a payee, a reason and a month.

Amounts are whole cents. A posting is aggregated over residents; the income column of each resident is
written by the same call that makes the posting, so that the two can't part.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wijksim.categories import CATEGORIES, Category, Flow
from wijksim.parties import PARTY_LABELS, Party

__all__ = [
    "Category",
    "CATEGORIES",
    "CENTS_PER_EURO",
    "Flow",
    "Ledger",
    "LedgerError",
    "Line",
    "Party",
    "PARTY_LABELS",
    "Posting",
    "line_of",
    "split_cents",
]

Cents = NDArray[np.int64]

CENTS_PER_EURO = 100


_LINES = sorted(
    (payer, payee, category) for category, flow in CATEGORIES.items() for payer in flow.payers for payee in flow.payees
)


class Line(NamedTuple):
    """A payer, a payee and a category that may be booked, as plain numbers: members of an enumeration look up slowly.

    `place` among all lines, with the month before it, is the order of postings.
    """

    place: int
    payer: int
    payee: int
    category: int


_LINE_OF = {line: Line(place, *(int(part) for part in line)) for place, line in enumerate(_LINES)}

_MONTH = len(_LINES)
_LINES_UNDER = {
    category: [(line, payer, payee) for line, (payer, payee, what) in enumerate(_LINES) if what == category]
    for category in CATEGORIES
}


class LedgerError(Exception):
    """A posting that can't be: a negative amount, or a category between the wrong parties."""


def line_of(category: Category, payer: Party, payee: Party) -> Line:
    """Line to book on, found once for the many months in which it is used.

    Raises
    ------
    LedgerError
        The category doesn't run between these parties.
    """
    line = _LINE_OF.get((payer, payee, category))
    if line is None:
        raise LedgerError(f"{category.name} can't be paid by {payer.name} to {payee.name}")
    return line


class Posting(NamedTuple):
    """One line of the ledger: an amount in cents that `payer` paid to `payee` in a month for a reason."""

    month: int
    payer: Party
    payee: Party
    category: Category
    cents: int


_POSTING: Callable[[tuple[int, Party, Party, Category, int]], Posting] = partial(tuple.__new__, Posting)
"""Makes a posting of a tuple in a third of the time of its constructor, which runs in Python."""


@dataclass
class Ledger:
    """All postings up to now, aggregated by month, payer, payee and category.

    Balances start at zero: they are what a party received less what it paid since the start. Postings of closed months
    are kept as numbers, a key of month and line and the cents: objects would be gone through by Python's garbage
    collector again and again.
    """

    _balances: list[int] = field(default_factory=lambda: [0] * len(Party))
    _closed: array[int] = field(default_factory=lambda: array("q"))
    _open: dict[int, int] = field(default_factory=dict)
    _open_totals: dict[int, int] = field(default_factory=dict)

    @property
    def balances(self) -> Cents:
        """Balances of all parties as of now, cents, shape (parties,)."""
        return np.array(self._balances, np.int64)

    def balance(self, party: Party) -> int:
        """Balance of one party, cents."""
        return int(self._balances[party])

    def post(self, month: int, category: Category, payer: Party, payee: Party, cents: int) -> None:
        """Book one amount; zero is not booked.

        Raises
        ------
        LedgerError
            The amount is negative, or the category doesn't run between these parties.
        """
        if cents == 0:
            return
        if cents < 0:
            raise LedgerError(f"{category.name}: negative amount {cents}; swap payer and payee instead")
        place, by, to, what = _LINE_OF.get((payer, payee, category)) or line_of(category, payer, payee)
        key = month * _MONTH + place
        opened, totals, balances = self._open, self._open_totals, self._balances
        opened[key] = opened.get(key, 0) + cents
        totals[what] = totals.get(what, 0) + cents
        balances[by] -= cents
        balances[to] += cents

    def post_all(self, month: int, lines: Sequence[Line], amounts: Sequence[int]) -> None:
        """Book amounts on lines that :func:`line_of` gave, one on each; zero is not booked.

        Raises
        ------
        LedgerError
            An amount is negative.
        """
        opened, totals, balances, first = self._open, self._open_totals, self._balances, month * _MONTH
        for (place, payer, payee, category), cents in zip(lines, amounts, strict=True):
            if cents > 0:
                key = first + place
                opened[key] = opened.get(key, 0) + cents
                totals[category] = totals.get(category, 0) + cents
                balances[payer] -= cents
                balances[payee] += cents
            elif cents < 0:
                name = Category(category).name
                raise LedgerError(f"{name}: negative amount {cents}; swap payer and payee instead")

    def post_by_person(
        self,
        month: int,
        category: Category,
        payer: Party,
        income: NDArray[Any],
        cents: NDArray[Any],
    ) -> int:
        """Pay residents: add each one's amount to the income column and book the total.

        Parameters
        ----------
        income : array of int, shape (residents,)
            The income column; changed in place.
        cents : array of int, shape (residents,)
            Amount for each resident, 0 or more.

        Returns
        -------
        int
            Total in cents.
        """
        total = int(cents.sum(dtype=np.int64))
        if total or cents.any():
            _refuse_negative(category, cents)
            income += cents
            self.post(month, category, payer, Party.RESIDENTS, total)
        return total

    def collect_by_person(
        self,
        month: int,
        category: Category,
        payee: Party,
        income: NDArray[Any],
        cents: NDArray[Any],
    ) -> int:
        """Let residents pay: take each one's amount off the income column and book the total."""
        total = int(cents.sum(dtype=np.int64))
        if total or cents.any():
            _refuse_negative(category, cents)
            income -= cents
            self.post(month, category, Party.RESIDENTS, payee, total)
        return total

    def close_month(self) -> None:
        """Put the postings of the month on the list, in a fixed order."""
        opened = self._open
        self._closed.fromlist([number for key in sorted(opened) for number in (key, opened[key])])
        self._open = {}
        self._open_totals = {}

    @property
    def posted(self) -> int:
        """How many postings of closed months there are."""
        return len(self._closed) // 2

    def postings(self, after: int = 0) -> list[Posting]:
        """Give the postings of closed months, oldest first.

        Parameters
        ----------
        after : int
            How many of the oldest are left out.
        """
        numbers = iter(self._closed[2 * after :])
        return [_posting(key, cents) for key, cents in zip(numbers, numbers, strict=True)]

    def paid(self, month: int, category: Category, payer: Party | None = None, payee: Party | None = None) -> int:
        """Cents booked so far in the open month under a category, optionally by one payer or payee."""
        return sum(
            self._open.get(month * _MONTH + line, 0)
            for line, by, to in _LINES_UNDER[category]
            if payer in (None, by) and payee in (None, to)
        )

    def paid_on(self, month: int, line: Line) -> int:
        """Cents booked so far in the open month on one line of :func:`line_of`."""
        return self._open.get(month * _MONTH + line.place, 0)

    def open_totals(self) -> dict[int, int]:
        """Cents of the open month by category, as a plain number; a `Category` finds it too."""
        return dict(self._open_totals)

    def copy(self) -> Ledger:
        """Copy of everything."""
        return Ledger(list(self._balances), self._closed[:], dict(self._open), dict(self._open_totals))


def _posting(key: int, cents: int) -> Posting:
    """Put a posting together again."""
    month, line = divmod(key, _MONTH)
    return _POSTING((month, *_LINES[line], cents))


def _refuse_negative(category: Category, cents: NDArray[Any]) -> None:
    if cents.size and cents.min() < 0:
        raise LedgerError(f"{category.name}: a resident's amount is negative; book the other way round instead")


def split_cents(total: int, weights: NDArray[np.float64]) -> Cents:
    """Divide whole cents in proportion to weights, by largest remainder, so that the parts sum to the total.

    Parameters
    ----------
    total : int
        Cents to divide, 0 or more.
    weights : array, shape (n,)
        Not negative; all zero gives equal parts.

    Returns
    -------
    array of int64, shape (n,)
    """
    if weights.size == 0:
        if total:
            raise LedgerError(f"{total} cents can't be divided among nobody")
        return np.zeros(0, np.int64)
    mass = weights.sum()
    shares = weights / mass if mass > 0 else np.full(weights.size, 1.0 / weights.size)
    exact = shares * total
    parts: Cents = np.floor(exact).astype(np.int64)
    missing = total - int(parts.sum())
    order = np.argsort(-(exact - parts), kind="stable")
    parts[order[:missing]] += 1
    return parts
