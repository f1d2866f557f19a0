"""What everybody does at the start: at school, at work, on which benefit, so that the profile's counts are met.

Statuses are given one after the other, each to as many people as the profile says. Who gets one is a race in
which frail people and people of low employability go faster, so that health, traits and status are drawn jointly
(`mechanisms.md` A12).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from wijksim.parameters import Registry
from wijksim.population.columns import Columns, Education, Rows, Sex, Status
from wijksim.population.profile import Area
from wijksim.randomness import Stream, pick, uniforms

__all__ = ["start_statuses"]

Floats = NDArray[np.float64]

_BENEFITS = {
    Status.DISABILITY: ("disability_benefit_persons", "disability_default_share", (15, 65)),
    Status.SOCIAL_ASSISTANCE: ("social_assistance_persons", "assistance_default_share", (15, 75)),
    Status.UNEMPLOYMENT_BENEFIT: ("unemployment_benefit_persons", "ww_default_share", (15, 65)),
}
"""Per benefit: figure of the profile, share when it has none, ages that this share is of."""

_PARTICIPATION_AGES = (15, 75)
_SUPPORTED_AGES = (15, 65)


def start_statuses(
    seed: int,
    columns: Columns,
    rows_of_areas: Sequence[tuple[Area, Rows]],
    registry: Registry,
    start: int,
) -> None:
    """Write `status` of all residents.

    Children below 16 are `CHILD`; pupils and students are those who haven't reached the month in which the
    labour market lets them leave school; people above the state pension age are `RETIRED`. Of the others as many
    as the profile counts are on disability benefit, on social assistance (in whole benefit units: both
    partners or neither) and on unemployment benefit; ``sheltered_share`` and ``lks_share_start`` have sheltered work
    and work with wage-cost subsidy. Work is filled to the regional participation, as far as
    benefits leave people; the rest have neither work nor benefit.

    Parameters
    ----------
    columns : Columns
        Residents, with traits, education and `unit_row`.
    rows_of_areas : sequence of (Area, rows)
        Everybody by area; counts are scaled to the number of rows.
    start : int
        Absolute month.
    """
    status = columns["status"]
    months = start - columns["birth_month"]
    status[:] = Status.CHILD
    status[months >= 12 * registry.number("education_drawn_age")] = Status.SCHOOL
    out_of_school = months >= _school_months(seed, columns, registry)
    status[out_of_school] = Status.NO_BENEFIT
    status[months >= registry.at("state_pension_age_months", start)] = Status.RETIRED
    for area, rows in rows_of_areas:
        _Activities(seed, columns, area, rows, registry, start).give()


def _school_months(seed: int, columns: Columns, registry: Registry) -> Floats:
    """Age in months at which each resident leaves school, by the rule of the labour market."""
    draws = uniforms(seed, Stream.SCHOOL_LEAVING, columns["uid"], 0)
    education = columns["education"]
    leaving = 12.0 * registry.table("school_leaving_age").lookup(education) + np.floor(12.0 * draws)
    continues = (education == Education.PRACTICAL) & (draws > registry.number("pro_leaves_education_share"))
    months: Floats = leaving + continues * registry.number("practical_continuation_months")
    return months


class _Activities:
    """Gives statuses to the working ages of one area."""

    def __init__(self, seed: int, columns: Columns, area: Area, rows: Rows, registry: Registry, start: int) -> None:
        self.seed, self.columns, self.area, self.rows, self.registry = seed, columns, area, rows, registry
        self.age = (start - columns["birth_month"]) // 12
        self.status = columns["status"]

    def give(self) -> None:
        counts = self.benefit_counts()
        self.give_to(Status.DISABILITY, counts[Status.DISABILITY], self.disability_weights)
        self.give_assistance(counts[Status.SOCIAL_ASSISTANCE])
        self.give_to(Status.UNEMPLOYMENT_BENEFIT, counts[Status.UNEMPLOYMENT_BENEFIT], self.unemployment_weights)
        supported = self.give_supported_work()
        free = self.free()
        working = max(0, self.jobs(free.size + supported) - supported)
        self.status[free] = Status.REGULAR_JOB
        weights = self.no_benefit_weights(free)
        idle = pick(
            self.seed, Stream.SYNTHESIS_STATUS, self.uids(free), weights, free.size - working, Status.NO_BENEFIT
        )
        self.status[free[idle]] = Status.NO_BENEFIT
        workers = free[self.status[free] == Status.REGULAR_JOB]
        share = self.registry.table("self_employed_share").lookup(self.columns["education"][workers])
        draws = uniforms(self.seed, Stream.SYNTHESIS_STATUS, self.uids(workers), Status.SELF_EMPLOYED)
        self.status[workers[draws < share]] = Status.SELF_EMPLOYED

    def give_supported_work(self) -> int:
        """Give sheltered jobs and jobs with wage-cost subsidy at regular employers; returns how many."""
        of_ages = self.between(_SUPPORTED_AGES).sum()
        before = self.free().size
        for status, share in ((Status.SHELTERED_JOB, "sheltered_share"), (Status.SUBSIDISED_JOB, "lks_share_start")):
            count = min(round(self.registry.number(share) * of_ages), self.free().size)
            self.give_to(status, count, self.disability_weights)
        return before - self.free().size

    def free(self) -> Rows:
        """Rows of the area that have no status of their own yet."""
        free: Rows = self.rows[self.status[self.rows] == Status.NO_BENEFIT]
        return free

    def uids(self, rows: Rows) -> NDArray[np.int64]:
        uids: NDArray[np.int64] = self.columns["uid"][rows]
        return uids

    def benefit_counts(self) -> dict[Status, int]:
        """People on each benefit, scaled from the profile and cut down where they exceed who is free."""
        figures = self.area.figures
        factor = self.rows.size / figures["inhabitants"].value
        wanted = {}
        for status, (figure, default, ages) in _BENEFITS.items():
            if figure in figures:
                wanted[status] = figures[figure].value * factor
            else:
                wanted[status] = self.registry.number(default) * float(self.between(ages).sum())
        room = self.free().size / max(1.0, sum(wanted.values()))
        return {status: round(count * min(1.0, room)) for status, count in wanted.items()}

    def between(self, ages: tuple[int, int]) -> NDArray[np.bool_]:
        age = self.age[self.rows]
        inside: NDArray[np.bool_] = (age >= ages[0]) & (age < ages[1])
        return inside

    def selection(self, rows: Rows, frailty: float, employability: float) -> Floats:
        chances: Floats = np.exp(
            frailty * self.columns["frailty"][rows].astype(float)
            - employability * self.columns["employability"][rows].astype(float)
        )
        return chances

    def disability_weights(self, rows: Rows) -> Floats:
        number, table = self.registry.number, self.registry.table
        selection = self.selection(
            rows, number("disability_selection_frailty"), number("disability_selection_employability")
        )
        by_age = table("disability_age_odds").lookup(self.age[rows])
        return selection * by_age * table("long_term_illness_education").lookup(self.columns["education"][rows])

    def unemployment_weights(self, rows: Rows) -> Floats:
        selection = self.selection(rows, 0.0, self.registry.number("unemployment_selection_employability"))
        return selection * self.registry.table("ww_age_odds").lookup(self.age[rows])

    def no_benefit_weights(self, rows: Rows) -> Floats:
        number = self.registry.number
        chance = np.minimum(self.participation(rows), 1.0 - number("no_benefit_min_share"))
        kin = [self.columns[name][rows] for name in ("partner_row", "mother_row", "father_row")]
        supported = np.maximum.reduce(kin) >= 0
        woman = self.columns["sex"][rows] == Sex.FEMALE
        weights: Floats = (
            (1.0 - chance) / chance * self.selection(rows, 0.0, number("unemployment_selection_employability"))
        )
        weights *= np.where(supported, number("no_benefit_odds_supported"), 1.0)
        weights *= np.where(woman, number("no_benefit_odds_woman"), 1.0)
        return weights

    def give_to(self, status: Status, count: int, weights_of: Callable[[Rows], Floats]) -> None:
        """Give a status to single people."""
        free = self.free()
        chosen = pick(self.seed, Stream.SYNTHESIS_STATUS, self.uids(free), weights_of(free), count, status)
        self.status[free[chosen]] = status

    def give_assistance(self, count: int) -> None:
        """Give social assistance to whole benefit units, until `count` people have it."""
        columns, number, table = self.columns, self.registry.number, self.registry.table
        free = self.free()
        partner = columns["partner_row"][free]
        able = (partner < 0) | (self.status[partner] == Status.NO_BENEFIT)
        chance = (
            self.selection(free, number("assistance_selection_frailty"), number("assistance_selection_employability"))
            * table("assistance_age_odds").lookup(self.age[free])
            * table("assistance_education_odds").lookup(columns["education"][free])
        )
        of_person = np.zeros(len(columns))
        of_person[free] = chance
        stands = able & (columns["unit_row"][free] == free)
        units, partners = free[stands], partner[stands]
        has_children = np.zeros(len(columns), bool)
        minors = self.rows[self.age[self.rows] < number("adult_age")]
        has_children[columns["unit_row"][minors]] = True
        kind = np.where(
            partners >= 0,
            number("assistance_odds_couple"),
            np.where(has_children[units], number("assistance_odds_single_parent"), number("assistance_odds_single")),
        )
        weights = kind * np.where(partners >= 0, 0.5 * (of_person[units] + of_person[partners]), of_person[units])
        order = pick(
            self.seed, Stream.SYNTHESIS_STATUS, self.uids(units), weights, units.size, Status.SOCIAL_ASSISTANCE
        )
        size = np.where(partners[order] >= 0, 2, 1)
        taken = np.cumsum(size) <= count
        short = count - int(size[taken].sum())
        later = np.flatnonzero(~taken & (size == 1))[:short]
        chosen = order[np.concatenate([np.flatnonzero(taken), later])]
        self.status[units[chosen]] = Status.SOCIAL_ASSISTANCE
        both = partners[chosen]
        self.status[both[both >= 0]] = Status.SOCIAL_ASSISTANCE

    def participation(self, rows: Rows) -> Floats:
        """National chance of paid work by age and education, before scaling."""
        table = self.registry.table
        by_age = table("net_participation_age").lookup(self.age[rows])
        by_education = table("net_participation_education").lookup(self.columns["education"][rows])
        return by_age * by_education / table("net_participation_education").lookup(Education.MID)

    def jobs(self, free: int) -> int:
        """Number of workers: the regional participation of 15 to 74, less those at school and on pension."""
        number = self.registry.number
        counted = self.rows[self.between(_PARTICIPATION_AGES)]
        chances = self.participation(counted)
        working_age = (self.status[counted] != Status.SCHOOL) & (self.status[counted] != Status.RETIRED)
        part = float(chances[working_age].sum()) / max(float(chances.sum()), 1e-9)
        target = number("zuidoost_drenthe_net_participation") * counted.size * part
        return min(round(target), free - math.ceil(number("no_benefit_min_share") * free)) if free > 1 else free
