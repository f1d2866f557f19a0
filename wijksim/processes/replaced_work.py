"""Work of others that social enterprises take over: home help for the Wmo, and orders of regional firms."""

from __future__ import annotations

from typing import NamedTuple

from wijksim.processes.process import Month
from wijksim.settings import EnterprisePlan, Sector

__all__ = ["REPLACED_PARAMETERS", "Replaced", "jobs_lost", "replaced_by"]

REPLACED_PARAMETERS = (
    "home_help_wmo_share", "home_help_substitution_share", "order_substitution_share", "productivity_share_mean",
    "full_time_hours_week", "weeks_per_month", "paid_leave_share",
)  # fmt: skip
"""Parameters that a process declares which calls these functions."""


class Replaced(NamedTuple):
    """Hours sold that replace work of others in a month.

    Parameters
    ----------
    wmo : float
        Hours of home help by others that the Wmo no longer buys.
    orders : float
        Hours of other work, of a worker of the reference productivity, that regional firms would have done.
    """

    wmo: float = 0.0
    orders: float = 0.0

    @property
    def hours(self) -> float:
        """Hours of help or work that clients would have had all the same."""
        return self.wmo + self.orders


def replaced_by(month: Month, plan: EnterprisePlan, sold: float) -> Replaced:
    """Hours of others that `sold` hours of an enterprise replace (`mechanisms.md` A1, A14).

    wmo = sold x `home_help_wmo_share` x `home_help_substitution_share` (home help);
    orders = hours not sold to the Wmo x `order_substitution_share`.
    """
    number = month.number
    by_wmo = sold * number("home_help_wmo_share") if plan.sector is Sector.HOME_HELP else 0.0
    return Replaced(
        by_wmo * number("home_help_substitution_share"), (sold - by_wmo) * number("order_substitution_share")
    )


def jobs_lost(month: Month, replaced: Replaced) -> float:
    """Regular full-time jobs that go with the work replaced.

    (wmo + orders x reference productivity) / (full-time hours of a month x (1 - paid leave)): an hour of an order is
    worth the productivity of the workers for whom it is priced, an hour of home help for the Wmo is one of a regular
    home help (`home_help_substitution_share` is in hours per hour).
    """
    number = month.number
    job = number("full_time_hours_week") * number("weeks_per_month") * (1.0 - number("paid_leave_share"))
    return (replaced.wmo + replaced.orders * number("productivity_share_mean")) / job
