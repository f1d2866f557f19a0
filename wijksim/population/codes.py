"""Codes of the resident columns: activity status, education, sex, contract, reasons of leaving."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "FIRST_PAID_STATUS",
    "LAST_PAID_STATUS",
    "Contract",
    "Education",
    "LeaveReason",
    "ResidentLeft",
    "Sex",
    "Status",
    "is_paid_work",
]


class Status(IntEnum):
    """Activity status; everyone has exactly one (`mechanisms.md` rules 17 and 22)."""

    CHILD = 0
    SCHOOL = 1
    REGULAR_JOB = 2
    SUBSIDISED_JOB = 3
    SHELTERED_JOB = 4
    SELF_EMPLOYED = 5
    PLACEMENT = 6
    UNEMPLOYMENT_BENEFIT = 7
    SOCIAL_ASSISTANCE = 8
    DISABILITY = 9
    NO_BENEFIT = 10
    RETIRED = 11


FIRST_PAID_STATUS = Status.REGULAR_JOB
LAST_PAID_STATUS = Status.SELF_EMPLOYED


def is_paid_work(status: NDArray[np.int8]) -> NDArray[np.bool_]:
    """Whether each status is paid work: regular, wage-cost-subsidised, sheltered or self-employed."""
    return (status >= FIRST_PAID_STATUS) & (status <= LAST_PAID_STATUS)


class Education(IntEnum):
    """Highest level of education; `PRACTICAL` is *praktijkonderwijs*."""

    PRACTICAL = 0
    LOW = 1
    MID = 2
    HIGH = 3


class Sex(IntEnum):
    """Sex, in the codes that the registry's tables by sex use."""

    MALE = 0
    FEMALE = 1


class Contract(IntEnum):
    """Kind of employment contract."""

    NONE = 0
    PERMANENT = 1
    TEMPORARY = 2


class LeaveReason(IntEnum):
    """Why a resident is no longer in the wijk."""

    DEATH = 1
    MOVED_OUT = 2


class ResidentLeft(LookupError):
    """A resident who died or moved away was asked for an attribute.

    Parameters
    ----------
    uid : int
        Who was asked for.
    month : int
        Absolute month of leaving.
    reason : LeaveReason
        Death or departure.
    """

    def __init__(self, uid: int, month: int, reason: LeaveReason) -> None:
        self.uid, self.month, self.reason = uid, month, reason
        super().__init__(f"resident {uid:016x} left the wijk in month {month} ({reason.name.lower()})")
