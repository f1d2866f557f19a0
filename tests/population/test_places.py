"""Identities looked up and made many at once are those of one at a time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wijksim.population import places
from wijksim.randomness import hash_one


@pytest.mark.parametrize("compiled", [True, False])
@given(seed=st.integers(0, 2**32 - 1), size=st.integers(0, 60))
def test_many_at_once_are_as_one_by_one(compiled, seed, size):
    """Of identities that crowd in the table, some unknown; and of new ones, some of which are taken already."""
    generator, key = np.random.default_rng(seed), np.uint64(seed)
    known = 64 * generator.permutation(2 * size)[:size] + generator.integers(0, 3, size)
    first = generator.integers(0, 2**62, 20)
    taken = [hash_one(key, person, 5, counter) for person in first[::2].tolist() for counter in range(2)]
    known = np.unique(np.concatenate([known, taken]))
    table = places.Places().table(known)
    look_up, make = places.places_of, places.free_uids
    if not compiled:
        look_up, make = look_up.py_func, make.py_func
    asked = np.concatenate([known, generator.integers(0, 2**62, 10), known + 1])
    rows = generator.permutation(asked.size)
    place_of = {uid: place for place, uid in enumerate(known.tolist())}
    assert look_up(table, known, asked, rows).tolist() == [place_of.get(uid, -1) for uid in asked[rows].tolist()]
    which, out = generator.permutation(20), np.empty(20, np.int64)
    make(table, known, key, first, which, 5, out)
    counters = [2 if person % 2 == 0 else 0 for person in which.tolist()]
    expected = [hash_one(key, first[person], 5, n) for person, n in zip(which.tolist(), counters, strict=True)]
    assert out.tolist() == expected
