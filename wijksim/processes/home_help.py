"""Home help (*huishoudelijke hulp*) under the Wmo: who has it, what they pay, and what is bought from others."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wijksim.accounts import CENTS_PER_EURO, Category, Party
from wijksim.calendar import MONTHS_PER_YEAR
from wijksim.kernels import call, kernel
from wijksim.processes.ages import ages
from wijksim.processes.process import Month
from wijksim.randomness import Stream, draws

__all__ = ["HOME_HELP_PARAMETERS", "find_clients", "pay_home_help"]

HOME_HELP_PARAMETERS = ("wmo_hh_share_age", "wmo_hh_cost_per_client", "wmo_own_contribution_month")


@kernel
def find_clients(
    at: int,
    uid: NDArray[np.int64],
    present: NDArray[np.bool_],
    birth_month: NDArray[np.int16],
    income: NDArray[np.int32],
    share: NDArray[np.float64],
    key: np.uint64,
    contribution: int,
) -> int:
    """Count those with home help, and take off the income of each what they pay, cents.

    Everybody has a number for life; who has one below the `share` at their age has help, so that nobody who has it
    goes without at a greater age.
    """
    age = ages(at, birth_month, share.size - 1)
    number = draws(key, uid)
    clients = 0
    for i in range(present.size):
        helped = present[i] & (number[i] < share[age[i]])
        income[i] -= contribution if helped else 0
        clients += helped
    return clients


def pay_home_help(month: Month, replaced: int) -> None:
    """Let clients pay their contribution, and the Wmo buy home help from others.

    The state's budget is what help for these clients costs when all of it is bought from others, less what they pay.

    Parameters
    ----------
    replaced : int
        Cents that the Wmo pays less to others, as social enterprises did the work.
    """
    number = month.number
    contribution = round(number("wmo_own_contribution_month") * CENTS_PER_EURO)
    clients = call(
        find_clients,
        month.columns,
        at=month.at,
        share=month.ages("wmo_hh_share_age"),
        key=month.key(Stream.HOME_HELP, 0),
        contribution=contribution,
    )
    own = clients * contribution
    month.post(Category.OWN_CONTRIBUTION, Party.RESIDENTS, Party.MUNICIPALITY_WMO, own)
    usual = round(clients * number("wmo_hh_cost_per_client") * CENTS_PER_EURO / MONTHS_PER_YEAR)
    cost = max(0, usual - replaced)
    month.count("home_help_replaced_cents", usual - cost)
    month.post(Category.WMO_HOME_HELP, Party.MUNICIPALITY_WMO, Party.REST_OF_WORLD, cost)
    month.post(Category.WMO_GRANT, Party.STATE_GRANTS, Party.MUNICIPALITY_WMO, max(0, usual - own))
    month.count("home_help_clients", clients)
