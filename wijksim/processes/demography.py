"""Births, deaths, moves in and out, couples forming and parting, children leaving home."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from wijksim.calendar import MONTHS_PER_YEAR, month_of_year
from wijksim.kernels import Given, call
from wijksim.population.columns import RESIDENT_COLUMNS, Column, Rows
from wijksim.population.households import rehead
from wijksim.processes.arrivals import ARRIVAL_PARAMETERS, come_in, who_comes
from wijksim.processes.births import BIRTH_PARAMETERS, give_birth, traits_of_newborns
from wijksim.processes.demography_month import events_of_month, leave_home
from wijksim.processes.demography_rates import RATE_PARAMETERS, moving_hazard, rates_of
from wijksim.processes.new_homes import HOME_PARAMETERS, build_homes
from wijksim.processes.new_ties import TIE_PARAMETERS, meet_people
from wijksim.processes.newcomer_pool import NewcomerPool
from wijksim.processes.process import Kept, Month
from wijksim.randomness import Stream
from wijksim.state import State

__all__ = ["Demography", "compact"]

_OF_A_HOUSEHOLD = frozenset({"head_row", "unit_row"})  # refer to members of the household only


def compact(state: State) -> None:
    """Drop the rows of those who left; every reference to a row follows."""
    keep = state.columns.present_rows()
    state.ties.remap(state.columns.compact(), keep)


class Demography:
    """Who lives in the wijk, and with whom (`mechanisms.md` rule 16, `contracts.md` 1 to 3).

    Each event has a hazard h a month by age (`evidence-2.md` E2) and comes when u < 1 - exp(-h), u keyed by
    person and month. All are drawn on the state at the start of the month, and come about in this order, an
    event whose person is gone by then being dropped: deaths; a household without adult left and households
    that move leave; couples part; couples form; adult children leave home; births; arrivals. In January the
    rows of those who left are dropped first.

    - A household moves with the hazard of its eldest member, drawn for its head; work has no effect on it.
    - Of a couple that parts one moves out of the wijk: with minor children at home mostly the father
      (``children_stay_with_mother_share``), else either. Partners come from outside and go there, because a
      wijk is a small part of the places where people find one; couples of the same sex are left out.
    - A child who leaves home forms a household in the wijk, with its own minor children. Past the last class
      of ``leaving_home_hazard`` the last hazard stands.
    - A birth follows ``fertility_age`` x the year's total fertility, earlier at low education, with factors for
      women with and without partner. The partner at the start of the month is the father.
    - Arrivals: :mod:`wijksim.processes.arrivals`.

    Counts of events: births, deaths, arrivals (new partners included), departures (partings included),
    couples_formed, couples_parted, left_home.
    """

    name: ClassVar[str] = "demography"
    reads: ClassVar[tuple[str, ...]] = (
        "uid",
        "present",
        "birth_month",
        "sex",
        "education",
        "births",
        "partner_spell",
        "head_row",
        "partner_row",
        "mother_row",
        "father_row",
        "household",
        "home",
        "insurer",
        "frailty",
        "employability",
        "adult_months",
        "adult_months_paid",
    )
    writes: ClassVar[tuple[str, ...]] = tuple(column.name for column in RESIDENT_COLUMNS)  # rows come and go
    streams: ClassVar[tuple[Stream, ...]] = (
        Stream.DEATH,
        Stream.MOVE_OUT,
        Stream.COUPLE_PARTS,
        Stream.COUPLE_FORMS,
        Stream.PARTNER_UID,
        Stream.PARTNER_TRAITS,
        Stream.LEAVE_HOME,
        Stream.BIRTH,
        Stream.BIRTH_UID,
        Stream.BIRTH_SEX,
        Stream.FRAILTY,
        Stream.EMPLOYABILITY,
        Stream.TAKE_UP,
        Stream.ARRIVAL,
        Stream.ARRIVAL_UID,
        Stream.ARRIVAL_TRAITS,
        Stream.HOUSEHOLD_UID,
        Stream.NEW_HOME,
        Stream.NEW_TIES,
    )
    parameters: ClassVar[tuple[str, ...]] = (
        *RATE_PARAMETERS,
        *ARRIVAL_PARAMETERS,
        *HOME_PARAMETERS,
        *TIE_PARAMETERS,
        *BIRTH_PARAMETERS,
    )
    columns: ClassVar[tuple[Column, ...]] = ()
    outcomes: ClassVar[tuple[Any, ...]] = ()

    def __init__(self) -> None:
        self._rates: tuple[object, float, Given] | None = None
        self._pool: NewcomerPool | None = None
        self._traits = Kept(traits_of_newborns)

    def step(self, month: Month) -> None:
        """Do the month."""
        if month_of_year(month.at) == 1:
            compact(month.state)
        columns, rates, pool = month.columns, self._rates_in(month), self._pool_of(month)
        partner = columns["partner_row"].copy()
        near, left, (movers_out, mothers, seekers, grown_up) = _draw_and_leave(month, rates)
        adult_age = month.number("adult_age")
        _leave_home(month, movers_out, near, adult_age)
        coming = who_comes(month, pool, seekers)
        new = columns.append(mothers.size + coming.size, {})
        give_birth(month, self._traits.of(month), mothers, partner, new[: mothers.size])
        arrived = new[mothers.size :]
        come_in(month, pool, coming, arrived)
        month.state.ties.extend(new.size)
        changed = np.concatenate([left, movers_out, mothers, coming.seekers, grown_up])
        rehead(columns, month.at, adult_age, changed, np.concatenate([near, new]))
        meet_people(month, np.concatenate([grown_up, arrived]))

    def _rates_in(self, month: Month) -> Given:
        """Hazards by name, made again only when the registry or the year's fertility is another one."""
        fertility = month.number("fertility_total")
        if self._rates is None or self._rates[0] is not month.registry or self._rates[1] != fertility:
            self._rates = (month.registry, fertility, Given(**vars(rates_of(month))))
        return self._rates[2]

    def _pool_of(self, month: Month) -> NewcomerPool:
        """The newcomers in order, made again only when they are others."""
        if self._pool is None or self._pool.newcomers is not month.newcomers:
            self._pool = NewcomerPool.of(month.newcomers, moving_hazard(month), month.number("adult_age"))
        return self._pool


def _draw_and_leave(month: Month, rates: Given) -> tuple[Rows, Rows, tuple[Rows, Rows, Rows, Rows]]:
    """Draw events; deaths, departures of households, partings of couples.

    Rows of all in households where something happens, of leavers, and of those who stay and have an event.
    """
    columns, state = month.columns, month.state
    lineage = state.lineage
    near, left, deaths, parted, staying = call(
        events_of_month,
        columns,
        rates,
        at=month.at,
        of_age_born_in=round(month.at - MONTHS_PER_YEAR * month.number("adult_age")),
        death_key=month.key(Stream.DEATH),
        move_key=month.key(Stream.MOVE_OUT),
        part_key=month.key(Stream.COUPLE_PARTS),
        form_key=month.key(Stream.COUPLE_FORMS),
        home_key=month.key(Stream.LEAVE_HOME),
        birth_key=month.key(Stream.BIRTH),
        table=lineage.table(),
        lives=lineage.uid,
        life_adult_months=lineage.adult_months,
        life_adult_months_paid=lineage.adult_months_paid,
        life_left_month=lineage.left_month,
        life_left_reason=lineage.left_reason,
    )
    month.count("deaths", deaths)
    month.count("departures", left.size - deaths)
    month.count("couples_parted", parted)
    if left.size:
        columns.leave(left, _OF_A_HOUSEHOLD, near)
        state.ties.forget(left)
    return near, left, staying


def _leave_home(month: Month, rows: Rows, near: Rows, adult_age: float) -> None:
    """Adult children form a household in the wijk, with their own minor children; all of their household are `near`."""
    month.count("left_home", rows.size)
    if rows.size == 0:
        return
    homes = month.state.homes
    households, before, given, built = call(
        leave_home,
        month.columns,
        at=month.at,
        rows=rows,
        near=near,
        adult_age=adult_age,
        household_key=month.key(Stream.HOUSEHOLD_UID, 0),
        area_of_home=homes.area,
    )
    if built:
        build_homes(month, households, homes, before, given)
