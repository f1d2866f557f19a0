"""Common random numbers: every draw is a function of (seed, stream, person, month) and of nothing else.

A policy therefore changes the lives that it touches and leaves every other draw as it was. There is no
generator state: nothing has to be saved, and the order in which people are visited doesn't matter.

The hash is two rounds of the 64-bit finaliser of the SplitMix64 family (Steele, Lea and Flood 2014, variant
13 of D. Stafford's constants). `tests/test_randomness.py` tests uniformity and correlation between months,
persons, streams and seeds. Normal deviates use algorithm AS241 (Wichura 1988), counts the inverse
distribution function, so that one uniform number always makes one draw.
"""

from __future__ import annotations

import math
from enum import IntEnum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from wijksim.kernels import kernel

__all__ = [
    "Stream",
    "draw",
    "draws",
    "hash_one",
    "hash_uid",
    "key_of",
    "keys_from",
    "month_keys",
    "normal_icdf",
    "pick",
    "poisson_icdf",
    "poissons",
    "normals",
    "uniforms",
]

Uids = NDArray[np.int64]
Floats = NDArray[np.float64]


class Stream(IntEnum):
    """Every purpose for which numbers are drawn; a number is given once and never used again."""

    __hash__ = int.__hash__  # Enum's own runs in Python

    INITIAL_UID = 1
    ARRIVAL_UID = 2
    BIRTH_UID = 3
    HOUSEHOLD_UID = 4
    PARTNER_UID = 5
    SYNTHESIS_HOUSEHOLD = 10
    SYNTHESIS_AGE = 11
    SYNTHESIS_SEX = 12
    SYNTHESIS_EDUCATION = 13
    SYNTHESIS_STATUS = 14
    SYNTHESIS_DURATION = 15
    SYNTHESIS_HISTORY = 16
    SYNTHESIS_HOME = 17
    SYNTHESIS_TIES = 18
    SYNTHESIS_BIRTHDAY = 19
    SYNTHESIS_HOURS = 20
    SYNTHESIS_WAGE = 21
    SYNTHESIS_INSURER = 22
    SYNTHESIS_LINEAGE = 23
    SYNTHESIS_TRAITS = 24
    FRAILTY = 30
    EMPLOYABILITY = 31
    MENTAL_START = 32
    PHYSICAL_START = 33
    NORM_START = 34
    PRODUCTIVITY = 35
    TAKE_UP = 36
    TAKE_UP_CHANGE = 37
    DEATH = 40
    BIRTH = 41
    BIRTH_SEX = 42
    MOVE_OUT = 43
    ARRIVAL = 44
    COUPLE_FORMS = 45
    COUPLE_PARTS = 46
    LEAVE_HOME = 47
    NEW_TIES = 48
    NEW_HOME = 49
    EDUCATION = 50
    PARTNER_TRAITS = 51
    ARRIVAL_TRAITS = 52
    SEPARATION = 60
    JOB_FINDING = 61
    PLACE_RANK = 62
    SCHOOL_LEAVING = 63
    HOURS = 64
    WAGE = 65
    SICKNESS = 66
    RECOVERY = 67
    DISABILITY = 68
    DISABILITY_EXIT = 69
    NON_WORK_EXIT = 70
    MENTAL_SHOCK = 80
    PHYSICAL_SHOCK = 81
    GP_PERSISTENCE = 82
    GP_CONTACTS = 83
    MENTAL_CARE_ENTRY = 84
    MENTAL_CARE_EXIT = 85
    CARE_COST = 86
    INSURER_SWITCH = 87
    INSURER_CHOICE = 88
    ORDERS = 90
    ENTERPRISE = 91
    MEASUREMENT = 92
    PLACEBO = 99
    DURABLE_DISABILITY = 100
    WAJONG = 101
    SHELTERED_WORK = 102
    HOME_HELP = 110
    STUDENT_JOB = 111


_ROUND_1A = np.uint64(0xBF58476D1CE4E5B9)
_ROUND_1B = np.uint64(0x94D049BB133111EB)
_STEP = np.uint64(0x9E3779B97F4A7C15)
_SHIFT_30 = np.uint64(30)
_SHIFT_27 = np.uint64(27)
_SHIFT_31 = np.uint64(31)
_SHIFT_12 = np.uint64(12)
_SHIFT_1 = np.uint64(1)
_TO_UNIT = 2.0**-52


@kernel
def _mix(value: np.uint64) -> np.uint64:
    value = (value ^ (value >> _SHIFT_30)) * _ROUND_1A
    value = (value ^ (value >> _SHIFT_27)) * _ROUND_1B
    return value ^ (value >> _SHIFT_31)


@kernel
def _key(seed: int, stream: int, month: int) -> np.uint64:
    key = _mix(np.uint64(seed) + _STEP)
    key = _mix(key ^ (np.uint64(stream) * _STEP))
    return _mix(key + np.uint64(month) * _ROUND_1B + _STEP)


@lru_cache(maxsize=256)
def key_of(seed: int, stream: Stream, month: int) -> np.uint64:
    """Key of one stream in one month; a kernel combines it with a person by :func:`draw`.

    Parameters
    ----------
    seed : int
        Seed of the run, 0 or more.
    stream : Stream
        Purpose of the draw.
    month : int
        Absolute month, or any other counter for draws that are made once.

    Returns
    -------
    numpy.uint64
        Always this type: a compiled function hands back a Python integer, which numba would next read as
        signed or unsigned by its size, and signed with unsigned makes a floating-point number.
    """
    return np.uint64(_key(seed, int(stream), month))


@kernel
def _fill_keys(seed: int, month: int, out: NDArray[np.uint64]) -> None:
    for stream in range(out.size):
        out[stream] = _key(seed, stream, month)


@kernel
def _fill_counted(seed: int, stream: int, first: int, out: NDArray[np.uint64]) -> None:
    for k in range(out.size):
        out[k] = _key(seed, stream, first + k)


def keys_from(seed: int, stream: Stream, first: int, count: int) -> NDArray[np.uint64]:
    """Keys of one stream for so many counters in a row: :func:`key_of` for all at once."""
    out = np.empty(count, np.uint64)
    _fill_counted(seed, int(stream), first, out)
    return out


_LAST_STREAM = int(max(Stream))


@lru_cache(maxsize=2)
def month_keys(seed: int, month: int) -> list[np.uint64]:
    """Keys of all streams in one month, by the number of the stream: :func:`key_of` for all at once."""
    out = np.empty(_LAST_STREAM + 1, np.uint64)
    _fill_keys(seed, month, out)
    return list(out)


@kernel
def draw(key: np.uint64, uid: int) -> float:
    """Uniform number strictly between 0 and 1 for one person under one key."""
    mixed = _mix(_mix(np.uint64(uid) ^ key) + key)
    return (np.float64(mixed >> _SHIFT_12) + 0.5) * _TO_UNIT


@kernel
def draws(key: np.uint64, uids: Uids) -> Floats:
    """One uniform number for each person: :func:`draw` in a loop of nothing else, which takes a third of the time."""
    out = np.empty(uids.size)
    for i in range(uids.size):
        out[i] = draw(key, uids[i])
    return out


@kernel
def normal_icdf(p: float) -> float:
    """Standard normal deviate of a uniform number, algorithm AS241 (relative error about 1e-16).

    Parameters
    ----------
    p : float
        Strictly between 0 and 1.
    """
    q = p - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        top = (
            (
                (
                    (
                        ((2509.0809287301226727 * r + 33430.575583588128105) * r + 67265.770927008700853) * r
                        + 45921.953931549871457
                    )
                    * r
                    + 13731.693765509461125
                )
                * r
                + 1971.5909503065514427
            )
            * r
            + 133.14166789178437745
        ) * r + 3.387132872796366608
        bottom = (
            (
                (
                    (
                        ((5226.495278852545925 * r + 28729.085735721942674) * r + 39307.89580009271061) * r
                        + 21213.794301586595867
                    )
                    * r
                    + 5394.1960214247511077
                )
                * r
                + 687.1870074920579083
            )
            * r
            + 42.313330701600911252
        ) * r + 1.0
        return q * top / bottom
    r = p if q < 0.0 else 1.0 - p
    r = math.sqrt(-math.log(r))
    if r <= 5.0:
        r -= 1.6
        top = (
            (
                (
                    (
                        ((7.7454501427834140764e-4 * r + 0.0227238449892691845833) * r + 0.24178072517745061177) * r
                        + 1.27045825245236838258
                    )
                    * r
                    + 3.64784832476320460504
                )
                * r
                + 5.7694972214606914055
            )
            * r
            + 4.6303378461565452959
        ) * r + 1.42343711074968357734
        bottom = (
            (
                (
                    (
                        ((1.05075007164441684324e-9 * r + 5.475938084995344946e-4) * r + 0.0151986665636164571966) * r
                        + 0.14810397642748007459
                    )
                    * r
                    + 0.68976733498510000455
                )
                * r
                + 1.6763848301838038494
            )
            * r
            + 2.05319162663775882187
        ) * r + 1.0
    else:
        r -= 5.0
        top = (
            (
                (
                    (
                        ((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r + 0.0012426609473880784386) * r
                        + 0.026532189526576123093
                    )
                    * r
                    + 0.29656057182850489123
                )
                * r
                + 1.7848265399172913358
            )
            * r
            + 5.4637849111641143699
        ) * r + 6.6579046435011037772
        bottom = (
            (
                (
                    (
                        ((2.04426310338993978564e-15 * r + 1.4215117583164458887e-7) * r + 1.8463183175100546818e-5) * r
                        + 7.868691311456132591e-4
                    )
                    * r
                    + 0.0148753612908506148525
                )
                * r
                + 0.13692988092273580531
            )
            * r
            + 0.59983220655588793769
        ) * r + 1.0
    deviate = top / bottom
    return -deviate if q < 0.0 else deviate


@kernel
def poisson_icdf(p: float, mean: float) -> int:
    """Poisson count of a uniform number: the smallest n whose cumulative probability reaches `p`.

    Parameters
    ----------
    p : float
        Strictly between 0 and 1.
    mean : float
        Expected count; 0 or less gives 0. Meant for means below about 100.
    """
    if mean <= 0.0:
        return 0
    term = math.exp(-mean)
    total = term
    count = 0
    while total < p and term > 0.0:
        count += 1
        term *= mean / count
        total += term
    return count


@kernel
def _fill_normals(key: np.uint64, uids: Uids, out: Floats) -> None:
    for i in range(uids.size):
        out[i] = normal_icdf(draw(key, uids[i]))


@kernel
def _fill_poissons(key: np.uint64, uids: Uids, means: Floats, out: NDArray[np.int64]) -> None:
    for i in range(uids.size):
        out[i] = poisson_icdf(draw(key, uids[i]), means[i])


def uniforms(seed: int, stream: Stream, uids: Uids, month: int) -> Floats:
    """One uniform number in (0, 1) for each person; shape of `uids`."""
    found: Floats = draws(key_of(seed, stream, month), np.ascontiguousarray(uids, np.int64))
    return found


def normals(seed: int, stream: Stream, uids: Uids, month: int) -> Floats:
    """One standard normal deviate for each person; shape of `uids`."""
    out = np.empty(uids.size)
    _fill_normals(key_of(seed, stream, month), uids, out)
    return out


def poissons(seed: int, stream: Stream, uids: Uids, means: Floats, month: int) -> NDArray[np.int64]:
    """One Poisson count for each person, with that person's mean; shape of `uids`."""
    out = np.empty(uids.size, np.int64)
    _fill_poissons(key_of(seed, stream, month), uids, np.ascontiguousarray(means, np.float64), out)
    return out


@kernel
def hash_one(key: np.uint64, first: int, second: int, counter: int) -> int:
    """Identity of one person, household or place: :func:`hash_uid` under its key, :func:`key_of` of month 0."""
    mixed = _mix(np.uint64(first) ^ key)
    mixed = _mix(mixed + np.uint64(second) * _STEP + _ROUND_1A)
    mixed = _mix(mixed ^ (np.uint64(counter) * _ROUND_1B + key))
    return np.int64(mixed >> _SHIFT_1)  # type: ignore[return-value]


@kernel
def _fill_hashes(key: np.uint64, first: Uids, second: Uids, counter: int, out: Uids) -> None:
    for i in range(first.size):
        out[i] = hash_one(key, first[i], second[i], counter)


def hash_uid(seed: int, stream: Stream, first: Uids, second: Uids | int, counter: int = 0) -> Uids:
    """Identities (63 bits, never negative) made from what defines a person, a household or a place.

    Parameters
    ----------
    seed : int
        Seed of the run.
    stream : Stream
        Kind of identity.
    first, second : array of int64, shape (n,)
        For an initial person (index, 0); a newborn (mother's uid, birth order); an arrival (month, slot);
        a household (smallest member uid, month formed).
    counter : int
        Raised by the caller while an identity is taken already.

    Returns
    -------
    array of int64, shape (n,)
    """
    first = np.ascontiguousarray(first, np.int64)
    second = np.full(first.shape, second, np.int64) if np.ndim(second) == 0 else np.ascontiguousarray(second, np.int64)
    out = np.empty(first.size, np.int64)
    _fill_hashes(key_of(seed, stream, 0), first, second, counter, out)
    return out


def pick(seed: int, stream: Stream, uids: Uids, weights: Floats, count: int, month: int) -> NDArray[np.intp]:
    """Choose `count` people by an exponential race, so that one place more changes one person.

    Parameters
    ----------
    uids, weights : array, shape (n,)
        Candidates and their relative chances; a weight of 0 or less is never chosen.
    count : int
        How many to choose at most.

    Returns
    -------
    array of intp
        Positions in `uids` of those chosen, first come first; ties are broken by uid.
    """
    arrival = np.full(uids.size, np.inf)
    able = weights > 0.0
    arrival[able] = -np.log(uniforms(seed, stream, uids[able], month)) / weights[able]
    order = np.lexsort((uids, arrival))
    return order[: max(0, min(count, int(able.sum())))]
