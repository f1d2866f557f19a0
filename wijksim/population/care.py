"""Tables by which health and care are drawn in kernels: normal shocks, gamma multipliers, entry into mental care.

Made once for given numbers; kernels look them up, which costs a third of the functions themselves. All have the
same number of steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from wijksim.kernels import kernel

__all__ = ["MentalCare", "entry_hazard", "gamma_quantiles", "mental_care", "normal_quantiles", "quantile", "quantiles"]

_STEPS = 2**12
_LOGIT_SPAN = 12.0
_MONTHS = 12

Floats = NDArray[np.float64]


@lru_cache
def gamma_quantiles(shape: float) -> Floats:
    """Quantiles of a gamma distribution of mean 1 at equal steps of probability.

    The last, infinite one is replaced by the number that makes the mean of the linear interpolation
    exactly 1: the far tail is thinner than the gamma's, and the mean is kept.

    Parameters
    ----------
    shape : float
        Shape parameter; the variance is its inverse.

    Returns
    -------
    array of float64, shape (4097,), read-only
    """
    from scipy.special import gammaincinv

    table = np.asarray(gammaincinv(shape, np.linspace(0.0, 1.0, _STEPS + 1)) / shape, np.float64)
    table[-1] = 0.0
    table[-1] = 2.0 * (_STEPS - float(table.sum() - 0.5 * table[0]))
    table.flags.writeable = False
    return table


@lru_cache
def normal_quantiles() -> Floats:
    """Quantiles of a normal distribution at equal steps of probability, of which the interpolation has variance 1.

    The infinite ends are replaced by the quantiles half a step inside (3.67 sd).

    Returns
    -------
    array of float64, shape (4097,), read-only
    """
    from scipy.special import ndtri

    steps = np.linspace(0.0, 1.0, _STEPS + 1)
    table = np.asarray(ndtri(np.clip(steps, 0.5 / _STEPS, 1.0 - 0.5 / _STEPS)), np.float64)
    middle, width = 0.5 * (table[1:] + table[:-1]), np.diff(table)
    table /= np.sqrt((middle**2 + width**2 / 12).mean())
    table.flags.writeable = False
    return table


@kernel
def quantile(table: Floats, p: float) -> float:
    """Interpolate in a table of quantiles at probability `p`, strictly between 0 and 1."""
    place = p * (table.size - 1)
    below = int(place)
    return float(table[below] + (place - below) * (table[below + 1] - table[below]))


@kernel
def quantiles(table: Floats, p: Floats) -> Floats:
    """:func:`quantile` of many: `p` is overwritten by them, and handed back."""
    for i in range(p.size):
        p[i] = quantile(table, p[i])
    return p


@dataclass(frozen=True)
class MentalCare:
    """How people enter and leave mental care.

    Parameters
    ----------
    slope, intercept : float
        Of the logit of using care in a year in lasting distress.
    hazards : array, shape (4097,)
        Monthly hazard of entry at equal steps of that logit, for :func:`entry_hazard`.
    exit_hazard : float
        Monthly hazard of leaving care.
    months_per_user : float
        Mean months in care in a year of those who use it at all, over a standard population.
    """

    slope: float
    intercept: float
    hazards: Floats
    exit_hazard: float
    months_per_user: float


@lru_cache
def mental_care(slope: float, share: float, mean: float, spread: float, spell_months: float) -> MentalCare:
    """Make the entry hazards by which yearly use of care follows a logit of lasting distress.

    With entry hazard h and exit hazard x a share pi = h / (h + x) is in care, and someone is in care at some
    time of a year with probability P = 1 - (1 - pi) (1 - h)^11. h is the one for which P is what the logit
    says. The intercept is the one for which `share` of workers use care in a year.

    Parameters
    ----------
    slope : float
        Of the logit, per sd of lasting distress.
    share : float
        Of workers who use care in a year.
    mean, spread : float
        Mean of lasting distress among workers, and its standard deviation within any group, sd of distress.
    spell_months : float
        Mean spell, months.
    """
    from scipy.optimize import brentq
    from scipy.special import expit, ndtri

    deviates = spread * ndtri((np.arange(_STEPS) + 0.5) / _STEPS)

    def excess(intercept: float) -> float:
        return float(expit(intercept + slope * (mean + deviates)).mean()) - share

    far = _LOGIT_SPAN * (1.0 + slope)
    intercept = float(brentq(excess, -far, far))
    exit_hazard = 1.0 / spell_months
    logits = np.linspace(-_LOGIT_SPAN, _LOGIT_SPAN, _STEPS + 1)
    tried = expit(np.linspace(-2.0 * _LOGIT_SPAN, 2.0 * _LOGIT_SPAN, _STEPS + 1))
    in_care = tried / (tried + exit_hazard)
    used = 1.0 - (1.0 - in_care) * (1.0 - tried) ** (_MONTHS - 1)
    hazards = np.interp(expit(logits), used, tried)
    hazards.flags.writeable = False
    of_all = np.interp(intercept + slope * deviates, logits, hazards)
    months = _MONTHS * of_all / (of_all + exit_hazard)
    users = expit(intercept + slope * deviates)
    return MentalCare(slope, intercept, hazards, exit_hazard, float(months.mean() / users.mean()))


@kernel
def entry_hazard(hazards: Floats, logit: float) -> float:
    """Monthly hazard of entering mental care at a logit of yearly use, from :attr:`MentalCare.hazards`."""
    bounded = min(max(logit, -_LOGIT_SPAN), _LOGIT_SPAN)
    return float(hazards[int((0.5 * bounded / _LOGIT_SPAN + 0.5) * (hazards.size - 1) + 0.5)])
