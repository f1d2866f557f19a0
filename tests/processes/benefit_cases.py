"""Households made by hand for the tests of benefits, and a month of benefits for them."""

from __future__ import annotations

from typing import Any

import numpy as np
from processes.building import make_columns, make_month, make_state

from wijksim.calendar import absolute_month
from wijksim.population.columns import Status
from wijksim.processes.benefits import Benefits
from wijksim.processes.process import Month
from wijksim.settings import Levers
from wijksim.state import State

JANUARY_2015 = absolute_month(2015, 1)
COUPLE = ({"partner": 1}, {"partner": 0})
CHILD = {"age": 10, "status": Status.CHILD, "mother": 0}


def state_of(households: Any, at: int = JANUARY_2015) -> State:
    """Households as lists of people: age, status, further columns, and `partner` and `mother` as places in the list."""
    people, first = [], 0
    for number, household in enumerate(households):
        for person in household:
            person = {"age": 40, "status": Status.NO_BENEFIT, "out_of_work_since": at - 24} | person
            for link in ("partner", "mother"):
                person[f"{link}_row"] = first + person.pop(link) if link in person else -1
            people.append(person | {"household": number, "birth_month": at - 12 * person.pop("age") - 6})
        first += len(household)
    names = {name for person in people for name in person}
    defaults = {"productivity": 1.0, "wage_multiple": 1.0, "hours_share": 1.0, "take_up": 0.0}
    never = ("employer", "sick_since", "subsidised_since", "placed_from", "ever_placed", "ww_after_place")
    defaults |= dict.fromkeys(never, -1)
    values = {name: np.array([person.get(name, defaults.get(name, 0)) for person in people]) for name in names}
    columns = make_columns(len(people), **{"take_up": 0.0, "hours_share": 1.0} | values)
    return make_state(columns, at)


def do(state: State, at: int = JANUARY_2015, index: int = 0, process: Benefits | None = None, **levers: Any) -> Month:
    """One month of benefits; returns the month."""
    state.columns["income"][:] = 0
    month = make_month(state, at=at, index=index, levers=Levers(**levers))
    (process or Benefits()).step(month)
    return month
