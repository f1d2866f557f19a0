"""The social balance (`mechanisms.md` A14 b): real resources made, saved and used; transfers cancel."""

from __future__ import annotations

from wijksim.accounts import Category, Ledger, Party, line_of

__all__ = ["COMPONENTS", "social_balance"]

_USED = {
    "care": Category.CARE,
    "administration": Category.ADMINISTRATION,
    "supervision": Category.SUPERVISION,
    "coaching": Category.COACHING,
    "measurement": Category.MEASUREMENT,
    "overhead": Category.OVERHEAD,
}
"""What is used up, by the category under which it is paid."""

_BY_WMO = line_of(Category.SERVICES_HOME_HELP, Party.MUNICIPALITY_WMO, Party.SOCIAL_ENTERPRISES)

COMPONENTS = ("services", "substituted", *_USED, "lost_time", "total")
"""Parts of the balance, in the order in which they are told, and all together."""


def social_balance(
    ledger: Ledger,
    at: int,
    *,
    replaced_cents: int,
    net_earnings_cents: int,
    substitution_share: float,
    reused_share: float,
    leisure_share: float,
) -> dict[str, int]:
    """Parts of the social balance of a month, cents; what is used is negative.

    services = what buyers pay for the work of social enterprises;
    substituted = -(1 - reused) x (home help elsewhere that is replaced
        + substitution x services not bought by the Wmo);
    care, administration, supervision, coaching, measurement, overhead = -what is paid for them;
    lost time = -leisure x net earnings of people in places.

    Levels say nothing, as most of what a neighbourhood makes is not in it: the difference by a policy does. Work
    that is replaced is not done by others, who then do something else of the same worth for the part `reused`, whether
    the Wmo or another client was to pay for it. Home help that the Wmo buys from others is left out, as with what is
    replaced it is the same in both runs; so is other work in regular jobs that is gained or lost.

    Parameters
    ----------
    ledger : Ledger
        With the month still open.
    at : int
        The month.
    replaced_cents : int
        Value of home help by others that the Wmo buys less because of hours of social enterprises.
    net_earnings_cents : int
        Net earnings of people in places.
    substitution_share : float
        Part of other services that takes the place of work by regional firms.
    reused_share : float
        Part of the work replaced whose people and means are used elsewhere.
    leisure_share : float
        Value of an hour not spent at work, as a share of the net wage.
    """
    paid = ledger.open_totals()
    services = paid.get(Category.SERVICES_HOME_HELP, 0) + paid.get(Category.SERVICES_GROUNDS, 0)
    by_wmo = ledger.paid_on(at, _BY_WMO)
    parts = {
        "services": services,
        "substituted": -round((1.0 - reused_share) * (replaced_cents + substitution_share * (services - by_wmo))),
        **{name: -paid.get(category, 0) for name, category in _USED.items()},
        "lost_time": -round(leisure_share * net_earnings_cents),
    }
    return {**parts, "total": sum(parts.values())}
