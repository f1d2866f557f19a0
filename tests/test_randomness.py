"""Draws are uniform, and no two of them that differ in month, person, stream or seed hang together."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from wijksim.kernels import plain
from wijksim.randomness import (
    Stream,
    draw,
    hash_uid,
    key_of,
    keys_from,
    month_keys,
    normal_icdf,
    normals,
    pick,
    poisson_icdf,
    poissons,
    uniforms,
)

PEOPLE = 200_000
UIDS = hash_uid(7, Stream.INITIAL_UID, np.arange(PEOPLE), 0)
LARGEST_Z = 5.0


def chi_square_z(sample: np.ndarray, cells: int = 256) -> float:
    """Standardised chi-square of a sample against the uniform distribution."""
    counts = np.bincount((sample * cells).astype(int), minlength=cells)
    expected = sample.size / cells
    chi = ((counts - expected) ** 2 / expected).sum()
    return float((chi - (cells - 1)) / math.sqrt(2 * (cells - 1)))


def correlation_z(a: np.ndarray, b: np.ndarray) -> float:
    """Standardised correlation of two samples that should be independent."""
    return float(np.corrcoef(a, b)[0, 1] * math.sqrt(a.size))


@pytest.mark.core
@pytest.mark.parametrize("uids", [UIDS, np.arange(PEOPLE)], ids=["hashed", "consecutive"])
@pytest.mark.parametrize("month", [0, 24_180, 24_181])
def test_uniforms_fill_the_interval_evenly(uids, month):
    sample = uniforms(1, Stream.DEATH, uids, month)
    assert sample.min() > 0.0
    assert sample.max() < 1.0
    assert abs(chi_square_z(sample)) < LARGEST_Z


def test_the_chi_square_test_sees_a_small_bias():
    assert chi_square_z(uniforms(1, Stream.DEATH, UIDS, 5) ** 1.05) > 8


@pytest.mark.core
@pytest.mark.parametrize(
    "other",
    [
        uniforms(1, Stream.DEATH, UIDS, 101),
        uniforms(1, Stream.DEATH, UIDS, 112),
        uniforms(1, Stream.BIRTH, UIDS, 100),
        uniforms(2, Stream.DEATH, UIDS, 100),
        uniforms(1, Stream.DEATH, UIDS + 1, 100),
        np.roll(uniforms(1, Stream.DEATH, UIDS, 100), 1),
    ],
    ids=["next month", "next year", "stream", "seed", "next uid", "neighbour"],
)
def test_draws_that_differ_in_one_thing_are_independent(other):
    first = uniforms(1, Stream.DEATH, UIDS, 100)
    assert abs(correlation_z(first, other)) < LARGEST_Z
    both = np.floor(first * 16) * 16 + np.floor(other * 16)
    assert abs(chi_square_z((both + 0.5) / 256)) < LARGEST_Z


def test_the_independence_test_sees_a_weak_tie():
    first = uniforms(1, Stream.DEATH, UIDS, 100)
    tied = (0.97 * uniforms(1, Stream.DEATH, UIDS, 101) + 0.03 * first) % 1.0
    assert abs(correlation_z(first, tied)) > 8


def test_consecutive_months_of_one_person_are_uniform():
    uid = UIDS[:1]
    sample = np.array([uniforms(3, Stream.BIRTH, uid, month)[0] for month in range(5_000)])
    assert abs(chi_square_z(sample, 32)) < LARGEST_Z
    assert abs(correlation_z(sample[1:], sample[:-1])) < LARGEST_Z


@given(st.floats(1e-15, 1 - 1e-15))
def test_normal_deviate_equals_the_library(p):
    assert normal_icdf(p) == pytest.approx(special.ndtri(p), rel=1e-12, abs=1e-14)


@given(st.floats(1e-12, 1 - 1e-12), st.floats(0.0, 60.0))
def test_poisson_count_is_the_quantile(p, mean):
    count = poisson_icdf(p, mean)
    assert stats.poisson.cdf(count, mean) >= p * (1 - 1e-9)
    assert count == 0 or stats.poisson.cdf(count - 1, mean) <= p * (1 + 1e-9)


def test_normals_and_poissons_have_their_moments():
    z = normals(1, Stream.MENTAL_SHOCK, UIDS, 9)
    assert abs(z.mean()) * math.sqrt(PEOPLE) < LARGEST_Z
    assert abs(z.var() - 1.0) * math.sqrt(PEOPLE / 2) < LARGEST_Z
    counts = poissons(1, Stream.GP_CONTACTS, UIDS, np.full(PEOPLE, 0.4), 9)
    assert abs(counts.mean() - 0.4) / math.sqrt(0.4 / PEOPLE) < LARGEST_Z


@pytest.mark.core
def test_plain_python_draws_the_same_bits():
    uids = UIDS[:200]
    key = key_of(5, Stream.SICKNESS, 77)
    compiled = uniforms(5, Stream.SICKNESS, uids, 77)
    by_hand = [plain(getattr(draw, "py_func", draw))(key, int(uid)) for uid in uids]
    assert compiled.tolist() == by_hand


@pytest.mark.core
def test_known_values_stay_what_they_are():
    """Another hash would silently change every published result: these numbers may never change."""
    assert uniforms(1, Stream.DEATH, np.arange(3), 5).tolist() == [
        0.6896189387474977,
        0.17569113522305135,
        0.37322970304449077,
    ]
    assert hash_uid(1, Stream.INITIAL_UID, np.arange(2), 0).tolist() == [6011178278185099461, 7472084638929848397]


def test_identities_are_distinct_and_not_negative():
    assert UIDS.min() >= 0
    assert np.unique(UIDS).size == PEOPLE
    assert np.unique(hash_uid(7, Stream.INITIAL_UID, np.arange(PEOPLE), 0, counter=1)).size == PEOPLE


def test_one_place_more_changes_one_person():
    weights = np.ones(1_000)
    few = pick(1, Stream.PLACE_RANK, UIDS[:1_000], weights, 20, 3)
    more = pick(1, Stream.PLACE_RANK, UIDS[:1_000], weights, 21, 3)
    assert more[:20].tolist() == few.tolist()


def test_pick_follows_the_weights():
    """1 of 2 groups has three times the weight: its share of first picks is 3/4; n = 4 000, z < 5."""
    weights = np.where(np.arange(100) < 50, 3.0, 1.0)
    first = np.array([pick(1, Stream.PLACE_RANK, UIDS[:100], weights, 1, month)[0] < 50 for month in range(4_000)])
    assert abs(first.mean() - 0.75) / math.sqrt(0.75 * 0.25 / first.size) < LARGEST_Z


def test_pick_never_takes_weight_zero_nor_more_than_there_are():
    weights = np.array([0.0, 1.0, -1.0, 2.0])
    assert sorted(pick(1, Stream.PLACE_RANK, UIDS[:4], weights, 9, 3).tolist()) == [1, 3]
    assert pick(1, Stream.PLACE_RANK, UIDS[:0], weights[:0], 9, 3).size == 0


def test_keys_of_a_month_are_those_of_each_stream():
    keys = month_keys(3, 24_180)
    assert [keys[stream] for stream in Stream] == [key_of(3, stream, 24_180) for stream in Stream]
    assert all(type(key) is np.uint64 for key in keys)
    in_a_row = keys_from(3, Stream.PLACE_RANK, 24_180, 5)
    assert in_a_row.tolist() == [key_of(3, Stream.PLACE_RANK, 24_180 + k) for k in range(5)]
