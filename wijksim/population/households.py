"""Who belongs together: the head of each household and the benefit unit of each resident.

Both follow from household, partner, parents and age, and are made anew whenever one of these may have changed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wijksim.kernels import kernel
from wijksim.population.columns import NO_ROW, Columns, Rows

__all__ = ["household_members", "rehead"]


@kernel
def _members(present: NDArray[np.bool_], head: NDArray[np.int32], changed: Rows, among: Rows) -> Rows:
    """Rows `among` which have no head, or are of a household that one of the rows `changed` was in."""
    stale = np.zeros(head.size + 1, np.bool_)  # by row of the head; the first place is for nobody
    stale[0] = True
    for row in changed:
        stale[head[row] + 1] = True
    found = np.empty(among.size, np.intp)
    count = 0
    for i in among:
        if stale[np.uint32(head[i] + 1)] and present[i]:
            found[count] = i
            count += 1
    return found[:count]


@kernel
def _head_rows(rows: Rows, household: NDArray[np.int64], uid: NDArray[np.int64], head: NDArray[np.int32]) -> None:
    """Find the smallest uid of each household in a hash table; members in adjacent rows share a look-up."""
    places = 2
    while places < 2 * rows.size:
        places *= 2
    table = np.full(places, NO_ROW, np.int32)
    mask = table.size - 1
    before, slot = -1, 0
    for i in rows:
        if before < 0 or household[before] != household[i]:
            slot = household[i] & mask
            while table[slot] >= 0 and household[table[slot]] != household[i]:
                slot = (slot + 1) & mask
        if table[slot] < 0 or uid[i] < uid[table[slot]]:
            table[slot] = i
        head[i] = slot
        before = i
    for i in rows:
        head[i] = table[head[i]]


@kernel
def _parent_in_household(
    i: int, household: NDArray[np.int64], mother: NDArray[np.int32], father: NDArray[np.int32]
) -> int:
    if mother[i] >= 0 and household[mother[i]] == household[i]:
        return int(mother[i])
    if father[i] >= 0 and household[father[i]] == household[i]:
        return int(father[i])
    return -1


@kernel
def _unit_rows(
    rows: Rows,
    household: NDArray[np.int64],
    uid: NDArray[np.int64],
    birth_month: NDArray[np.int16],
    mother: NDArray[np.int32],
    father: NDArray[np.int32],
    partner: NDArray[np.int32],
    adult_born_by: int,
    unit: NDArray[np.int32],
) -> None:
    for i in rows:
        stands = i
        while birth_month[stands] > adult_born_by:
            parent = _parent_in_household(stands, household, mother, father)
            if parent < 0:
                break
            stands = parent
        other = partner[stands]
        if other >= 0 and uid[other] < uid[stands]:
            stands = other
        unit[i] = stands


@kernel
def _rehead(
    changed: Rows,
    among: Rows,
    everyone: bool,
    present: NDArray[np.bool_],
    head: NDArray[np.int32],
    household: NDArray[np.int64],
    uid: NDArray[np.int64],
    birth_month: NDArray[np.int16],
    mother: NDArray[np.int32],
    father: NDArray[np.int32],
    partner: NDArray[np.int32],
    adult_born_by: int,
    unit: NDArray[np.int32],
) -> None:
    """Do :func:`rehead` for the households of those `changed`, or for everyone."""
    rows = np.flatnonzero(present) if everyone else _members(present, head, changed, among)
    for row in changed:
        if not present[row]:
            head[row] = unit[row] = NO_ROW
    _head_rows(rows, household, uid, head)
    _unit_rows(rows, household, uid, birth_month, mother, father, partner, adult_born_by, unit)


def rehead(
    columns: Columns, month: int, adult_age: float, changed: Rows | None = None, among: Rows | None = None
) -> None:
    """Write `head_row` and `unit_row`, of everyone or where they may have changed.

    The head is the member with the smallest uid. The benefit unit (*bijstandseenheid*) is a person or a couple
    with their minor children (`mechanisms.md` rule 3), and the one who stands for it is the single adult, or the
    partner with the smaller uid. A minor belongs to the unit of the parent in the household, the mother first;
    a minor without a parent there stands alone.

    Parameters
    ----------
    columns : Columns
        Residents; `present`, `household`, `partner_row`, `mother_row`, `father_row` and `birth_month` are read.
    month : int
        Absolute month at which ages are taken.
    adult_age : float
        Age of adulthood in years, the registry's ``adult_age``.
    changed : array of intp, optional
        Rows of those who left, came of age, or whose household or partner is another one. Only they, those
        without head (new rows, and those whose head left), and all who shared a household with them, are looked
        at; without it, everyone.
    among : array of intp, optional
        Rows of all of these, rising; others too. Without it, they are looked for among everyone.
    """
    head, unit, present = columns["head_row"], columns["unit_row"], columns["present"]
    household, uid = columns["household"], columns["uid"]
    everyone = np.arange(len(columns)) if changed is None or among is None else among
    _rehead(
        everyone if changed is None else changed,
        everyone,
        changed is None,
        present,
        head,
        household,
        uid,
        columns["birth_month"],
        columns["mother_row"],
        columns["father_row"],
        columns["partner_row"],
        month - round(12 * adult_age),
        unit,
    )


def household_members(columns: Columns, heads: Rows) -> Rows:
    """Rows of all who live in the households of these heads, the heads included, in row order.

    Parameters
    ----------
    columns : Columns
        Residents, with `head_row` up to date.
    heads : array of intp, shape (households,)
        Rows of heads of households.
    """
    chosen = np.zeros(len(columns) + 1, bool)
    chosen[heads] = True
    chosen[-1] = False
    return np.flatnonzero(chosen[columns["head_row"]])
