"""Rows move and people leave; what refers to a row follows, and identities never change."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wijksim.population import world
from wijksim.population.columns import NO_ROW, RESIDENT_COLUMNS, Column, Columns
from wijksim.population.world import Ties


def of(uids, partner=()):
    columns = Columns()
    columns.append(len(uids), {"uid": np.array(uids, np.int64)})
    for row, other in enumerate(partner):
        columns["partner_row"][row] = other
    return columns


def test_at_most_200_bytes_a_resident():
    assert Columns().bytes_per_resident <= 200


def test_every_column_says_what_it_is():
    for column in RESIDENT_COLUMNS:
        assert column.meaning.endswith(".")
        assert column.unit
        assert (column.kind == "row") == column.name.endswith("_row")


def test_a_new_row_gets_the_defaults():
    columns = of([5])
    for column in RESIDENT_COLUMNS:
        if column.name != "uid":
            assert columns[column.name][0] == np.array(column.default, column.dtype), column.name


def test_an_unknown_column_is_refused():
    with pytest.raises(KeyError, match="agee"):
        Columns().append(1, {"agee": 3})


def test_columns_declared_twice_are_refused():
    with pytest.raises(ValueError, match="uid"):
        Columns((*RESIDENT_COLUMNS, Column("uid", "i8", 0, "uid", "Again.")))


def test_compaction_keeps_order_and_remaps_references():
    columns = of([10, 20, 30, 40], partner=[3, 2, 1, 0])
    columns.leave(np.array([1]))
    assert columns["partner_row"].tolist() == [3, 2, NO_ROW, 0]
    new_row = columns.compact()
    assert columns["uid"].tolist() == [10, 30, 40]
    assert columns["partner_row"].tolist() == [2, NO_ROW, 0]
    assert new_row.tolist() == [0, NO_ROW, 1, 2, NO_ROW]
    assert columns.row_of(40) == 2
    assert columns.row_of(20) == NO_ROW


def test_copies_of_people_keep_each_other_and_move_in_time():
    source = of([10, 20, 30], partner=[1, 0, NO_ROW])
    source["birth_month"][:] = [100, 110, 120]
    source["job_since"][:] = [-1, 300, 0]
    source["wage_multiple"][:] = [1.5, 2.5, 3.5]
    templates = source.templates()
    columns = of([1])
    first = int(columns.append(2, {})[0])
    row_of = np.array([NO_ROW, NO_ROW, 2, NO_ROW], np.int32)  # the partner of the first who is copied doesn't come
    columns.write_copies(templates, np.array([1, 2]), first, 12, row_of)
    assert columns["birth_month"].tolist() == [0, 122, 132]
    assert columns["job_since"].tolist() == [-1, 312, 12]
    assert columns["partner_row"].tolist() == [NO_ROW, NO_ROW, NO_ROW]
    columns.write_copies(templates, np.array([0, 1]), first, 0, np.array([1, 2, NO_ROW, NO_ROW], np.int32))
    assert columns["partner_row"].tolist() == [NO_ROW, 2, 1]
    assert columns["job_since"].tolist() == [-1, -1, 300], "what never happened stays so"
    assert columns["wage_multiple"].tolist() == [1.0, 1.5, 2.5]


def test_copies_of_columns_declared_otherwise_are_refused():
    columns = of([1]).with_columns([Column("mood", "f4", 0.25, "0 to 1", "Mood.")])
    with pytest.raises(ValueError, match="alike"):
        columns.write_copies(of([2]).templates(), np.array([0]), 0, 0, np.array([NO_ROW, NO_ROW], np.int32))


def test_rows_given_up_hold_the_defaults_again():
    columns = of([10, 20, 30])
    columns["wage"][:] = 7
    columns.leave(np.array([0, 2]))
    columns.compact()
    columns.append(2, {"uid": [40, 50]})
    assert columns["wage"].tolist() == [7, 0, 0]
    assert columns["present"].all()


def test_ties_grow_without_sharing():
    ties = Ties(np.array([[1, -1], [0, -1]], np.int32))
    before = ties.rows
    ties.extend(1)
    other = ties.copy()
    ties.extend(1)
    ties.rows[2, 0] = 0
    assert ties.rows.tolist() == [[1, -1], [0, -1], [0, -1], [-1, -1]]
    assert other.rows.tolist() == [[1, -1], [0, -1], [-1, -1]]
    assert before.shape == (2, 2)
    ties.remap(np.array([-1, 0, 1, 2, -1], np.int32), np.array([1, 2, 3]))
    assert ties.rows.tolist() == [[-1, -1], [-1, -1], [-1, -1]]
    ties.extend(1)
    assert ties.rows.shape == (4, 2)


@given(st.integers(0, 2**32 - 1), st.integers(1, 60))
def test_no_reference_to_a_leaver_is_left(seed, residents):
    """With a column of a plug-in; in two columns only some rows may refer to leavers, and do."""
    generator = np.random.default_rng(seed)
    columns = of(range(residents)).with_columns([Column("friend_row", "i4", NO_ROW, "row", "A friend.", "row")])
    left = np.flatnonzero(generator.random(residents) < 0.2)
    near = np.flatnonzero(generator.random(residents) < 0.5)
    far = np.setdiff1d(np.arange(residents), near)
    references = [column.name for column in columns.declared if column.kind == "row"]
    for name in references:
        columns[name][:] = generator.integers(-1, residents, residents)
    within = ("head_row", "friend_row")
    for name in within:
        columns[name][far] = np.where(np.isin(columns[name][far], left), NO_ROW, columns[name][far])
    for some in ((), within):
        other = columns.copy()
        other.leave(left, some, near)
        for name in references:
            assert np.array_equal(other[name], np.where(np.isin(columns[name], left), NO_ROW, columns[name]))
        assert np.array_equal(np.flatnonzero(~other["present"]), left)


def forgotten_by_looking_at_all(rows: np.ndarray, left: np.ndarray) -> np.ndarray:
    expected = np.where(np.isin(rows, left), NO_ROW, rows)
    expected[left] = NO_ROW
    return expected


@given(st.integers(0, 2**32 - 1), st.integers(2, 40), st.integers(1, 5), st.sampled_from([0.0, 0.3, 1.0]))
def test_all_ties_with_leavers_go_whoever_holds_them(seed, residents, places, told):
    """Ties written anywhere, on one side or both; leavers in turns, rows moved and ties added and told in between."""
    generator = np.random.default_rng(seed)
    rows = generator.integers(-1, residents, (residents, places)).astype(np.int32)
    ties = Ties(rows)
    present = np.ones(residents, bool)
    for _ in range(4):
        left = np.flatnonzero(present & (generator.random(present.size) < 0.2))
        expected = forgotten_by_looking_at_all(ties.rows, left)
        for forget in (world._forget, world._forget.py_func):
            plain = ties.copy()
            plain.forget(np.zeros(0, np.intp))  # looks for ties held by one side
            forget(plain.rows, plain._one_sided, left)
            assert np.array_equal(plain.rows, expected)
        ties.forget(left)
        present[left] = False
        assert np.array_equal(ties.rows, expected)
        if generator.random() < 0.5:
            keep = np.flatnonzero(present)
            new_row = np.full(present.size + 1, NO_ROW, np.int32)
            new_row[keep] = np.arange(keep.size)
            ties.remap(new_row, keep)
            present = np.ones(keep.size, bool)
        ties.extend(1)
        present = np.append(present, True)
        free = np.flatnonzero(present)
        ties.rows[-1, 0] = other = generator.choice(free)
        if generator.random() < told:
            ties.note_one_sided(np.array([[present.size - 1, other]], np.int32))
        else:
            ties.rewritten()


def test_a_copy_shares_nothing():
    columns = of([1, 2])
    other = columns.copy()
    other["income"][0] = 9
    assert columns["income"][0] == 0


def test_columns_of_a_plug_in_start_at_their_default():
    columns = of([1, 2]).with_columns([Column("mood", "f4", 0.25, "0 to 1", "Mood.")])
    assert columns["mood"].tolist() == [0.25, 0.25]
    columns.append(1, {"uid": 3})
    assert columns["mood"][2] == 0.25


def test_looking_up_in_an_empty_table():
    assert Columns().row_of(1) == NO_ROW


@given(st.lists(st.integers(0, 2**62), min_size=1, max_size=40, unique=True), st.data())
def test_partners_stay_partners_whatever_moves(uids, data):
    """Partner uids of those who stay are equal before and after any order and any compaction."""
    columns = of(uids)
    order = np.array(data.draw(st.permutations(range(len(uids)))))
    partner = np.array(data.draw(st.permutations(range(len(uids)))))
    columns["partner_row"][:] = partner
    gone = np.array(sorted(data.draw(st.sets(st.sampled_from(range(len(uids)))))), np.intp)
    before = {
        uid: (NO_ROW if partner[row] in gone else uids[partner[row]]) for row, uid in enumerate(uids) if row not in gone
    }
    columns.leave(gone)
    columns.reorder(order)
    columns.compact()
    reference = columns["partner_row"]
    after = {
        int(uid): (NO_ROW if reference[row] == NO_ROW else int(columns["uid"][reference[row]]))
        for row, uid in enumerate(columns["uid"])
    }
    assert after == before
