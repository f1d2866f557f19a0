"""Outcomes of a pair of runs, baseline and policy with the same seed: additionality and break-even.

They are counted in the worker that ran both, from everybody's activity history, which is dropped afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wijksim.parameters import Registry
from wijksim.population.codes import Status, is_paid_work
from wijksim.record import ABSENT, Histories, Run

__all__ = ["PaidMonths", "break_even_months", "job_survival", "paid_months"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_IN_PLACE = (Status.SUBSIDISED_JOB, Status.PLACEMENT)

_HALF_A_CENT = 0.005


@dataclass(frozen=True)
class PaidMonths:
    """Months of paid work in a pair of runs, over the window from each placement.

    Parameters
    ----------
    placed_policy, placed_baseline : float
        Of those placed in the policy run, with and without the policy.
    others_change : float
        Of residents who are not placed (or not yet): policy minus baseline.
    outsiders_change : float
        Of seekers from elsewhere in the region: policy minus baseline.
    """

    placed_policy: float
    placed_baseline: float
    others_change: float
    outsiders_change: float

    @property
    def sums(self) -> tuple[float, float, float, float]:
        """All four, in order: those that :func:`wijksim.study.pair_effects.additionality_ratio` takes."""
        return self.placed_policy, self.placed_baseline, self.others_change, self.outsiders_change


def paid_months(baseline: Run, policy: Run, *, window: int, survival: Floats) -> PaidMonths:
    """Count the sums of which additionality is made (`mechanisms.md` A2).

    The months of those placed count from placement, `window` months long. The change of everybody else is a sum over
    calendar months; it counts for the share of those in a place in that month whose window is open, so that early
    placements aren't charged with what later ones displace. In a month in which nobody is in a place it counts for the
    share of those ever placed.

    Outsiders have no histories. One hire more or less is a job more or less for as long as a new job lasts; beside
    that they miss the jobs of firms whose orders the enterprises serve.

    Parameters
    ----------
    baseline, policy : Run
        With histories, of one seed and the same months.
    window : int
        Months from placement.
    survival : array of float64, shape (months,) or longer
        Share of new jobs that still exist after 0, 1, 2, ... months (:func:`job_survival`).
    """
    before, after = _histories(baseline), _histories(policy)
    uids = np.union1d(before.uids, after.uids)
    paid_before, paid_after = _paid(before, uids), _paid(after, uids)
    placed_in = np.full(uids.size, ABSENT, np.int32)
    placed_in[np.searchsorted(uids, after.uids)] = after.first_placed
    month = np.arange(policy.months, dtype=np.int32)[:, np.newaxis]
    placed = (placed_in != ABSENT) & (month >= placed_in)
    counted = placed & (month < placed_in + window)
    share = _share_in_window(placed & _in_place(after, uids), placed, counted)
    others = (paid_after & ~placed).sum(axis=1) - (paid_before & ~placed).sum(axis=1)
    hires = policy.outside_hires - baseline.outside_hires
    lost = policy.outside_jobs_lost - baseline.outside_jobs_lost
    outsiders = np.convolve(hires, survival)[: hires.size] - lost
    return PaidMonths(
        placed_policy=float((paid_after & counted).sum()),
        placed_baseline=float((paid_before & counted).sum()),
        others_change=float((share * others).sum()),
        outsiders_change=float((share * outsiders).sum()),
    )


def job_survival(registry: Registry, months: int) -> Floats:
    """Share of new regular jobs that still exist after 0, 1, 2, ... months, shape (months,) (`mechanisms.md` B2)."""
    lasting = registry.number("separation_permanent_month")
    new = registry.number("separation_new_job_month")
    tenure = np.arange(max(months - 1, 0))
    hazard = lasting + (new - lasting) * np.exp(-tenure / registry.number("separation_tenure_months"))
    return np.concatenate([np.ones(min(months, 1)), np.cumprod(1.0 - hazard)])


def break_even_months(cumulative: Floats) -> Floats:
    """First month from which a cumulative balance stays at or above zero.

    Parameters
    ----------
    cumulative : array of float64, shape (..., months)
        Policy minus baseline, added up from the start.

    Returns
    -------
    array of float64, shape (...)
        Months after the start: 0 where the balance was never negative, infinite where it ends below zero.
    """
    stays = np.logical_and.accumulate((cumulative >= -_HALF_A_CENT)[..., ::-1], axis=-1)[..., ::-1]
    return np.where(stays[..., -1], stays.argmax(axis=-1), np.inf)


def _histories(run: Run) -> Histories:
    if run.histories is None:
        raise ValueError("pair outcomes need runs with histories")
    return run.histories


def _share_in_window(in_place: Bools, placed: Bools, counted: Bools) -> Floats:
    """Share of those in a place whose window is open, by month; of those ever placed where nobody is in a place."""
    who = np.where(in_place.any(axis=1, keepdims=True), in_place, placed)
    many = who.sum(axis=1)
    share: Floats = np.divide((who & counted).sum(axis=1), many, out=np.zeros(many.size), where=many > 0)
    return share


def _in_place(histories: Histories, uids: NDArray[np.int64]) -> Bools:
    """Whether each of `uids` is in a place in each month, shape (months, uids)."""
    found = np.zeros((histories.status.shape[0], uids.size), np.bool_)
    found[:, np.searchsorted(uids, histories.uids)] = np.isin(histories.status, _IN_PLACE)
    return found


def _paid(histories: Histories, uids: NDArray[np.int64]) -> Bools:
    """Whether each of `uids` has paid work in each month, shape (months, uids); who isn't there hasn't."""
    paid = np.zeros((histories.status.shape[0], uids.size), np.bool_)
    paid[:, np.searchsorted(uids, histories.uids)] = is_paid_work(histories.status)
    return paid
