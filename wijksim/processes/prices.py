"""Amounts that keep pace with consumer prices: defaults from the year they were set in, a scenario's from its start."""

from __future__ import annotations

from wijksim.processes.process import Month

__all__ = ["AMOUNT_PARAMETERS", "amount_now", "given_amount"]

AMOUNT_PARAMETERS = ("cpi_index", "services_price_year")


def amount_now(month: Month, name: str) -> float:
    """Give a parameter in euro of `services_price_year` in prices of this month."""
    return month.number(name) * month.price_level("services_price_year")


def given_amount(month: Month, given: float | None, default: float) -> float:
    """Give what a scenario says, in euro of its first month, in prices of this month; or else the default of now."""
    if given is None:
        return default
    return given * (month.number("cpi_index") / month.at_start("cpi_index"))
