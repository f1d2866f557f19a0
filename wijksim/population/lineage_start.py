"""Parents and grandparents of the first residents, with work histories: three generations at the start.

A forebear who doesn't live with a resident is a record: dead, or living elsewhere. Relatives in other households
of the wijk are not linked.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wijksim.parameters import Registry
from wijksim.population.ages import survivors
from wijksim.population.columns import Columns, Education, LeaveReason, Rows, Sex, Status
from wijksim.randomness import Stream, hash_uid, normals, uniforms

__all__ = ["Records", "start_lineage"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_NOBODY = -1


@dataclass(frozen=True)
class Records:
    """People of the lineage as arrays, by the fields of `wijksim.state.Lineage`."""

    uid: Ints
    mother: Ints
    father: Ints
    birth_month: Ints
    adult_months: Ints
    adult_months_paid: Ints
    left_month: Ints
    left_reason: Ints


def start_lineage(seed: int, columns: Columns, mothers: Rows, fathers: Rows, registry: Registry, start: int) -> Records:
    """Give every resident parents and grandparents, and write how work ran in the generations before.

    Writes for adults without a parent in the household `exposure` and
    `generations_without_work`; for grown-up children at home the latter. A parental household is workless
    below ``workless_parents_share`` (`mechanisms.md` rule 13). It is so for ``parents_workless_share`` of adults,
    with the odds of ``parents_workless_odds_workless`` for people out of work, of which
    ``share_correlation_shared_traits`` runs through employability. The households of both pairs of grandparents
    are workless together, for ``grandparents_workless_share`` of people, with the same odds given workless
    parents.

    Parameters
    ----------
    columns : Columns
        Residents with traits, statuses and, where parents live with them, `exposure`.
    mothers, fathers : array of intp, shape (residents,)
        Rows of the parents in the household, -1 is none.
    start : int
        Absolute month.

    Returns
    -------
    Records
        Residents first, then parents, then grandparents; a father may be unknown
        (``parents_unknown_share``), the parents of grandparents always are.
    """
    maker = _Forebears(seed, columns, registry, start)
    orphan = (mothers < 0) & (fathers < 0)
    workless, before = maker.workless(orphan)
    maker.write_childhood(orphan, workless, before)
    mother_uids, mother_records = maker.parents(mothers, fathers, Sex.FEMALE, workless)
    father_uids, father_records = maker.parents(fathers, mothers, Sex.MALE, workless)
    maker.count_generations(np.flatnonzero(~orphan), mothers, fathers)
    parents = [maker.with_parents(records, before) for records in (mother_records, father_records)]
    residents = Records(
        uid=columns["uid"].copy(),
        mother=mother_uids,
        father=father_uids,
        birth_month=columns["birth_month"].astype(np.int64),
        adult_months=np.zeros(len(columns), np.int64),
        adult_months_paid=np.zeros(len(columns), np.int64),
        left_month=np.full(len(columns), -1),
        left_reason=np.zeros(len(columns), np.int64),
    )
    everyone = [residents, *(records for family in parents for records in family)]
    return Records(
        **{name: np.concatenate([getattr(records, name) for records in everyone]) for name in Records.__annotations__}
    )


@dataclass(frozen=True)
class _Kin:
    """Forebears: identity, sex, birth, birth of the youngest child, whether of a workless household, row of whose."""

    uid: Ints
    man: NDArray[np.bool_]
    birth_month: Ints
    child_born: Ints
    workless: NDArray[np.bool_]
    descendant: Rows


class _Forebears:
    """Draws forebears, keyed by the identity of the child or of the other parent."""

    def __init__(self, seed: int, columns: Columns, registry: Registry, start: int) -> None:
        self.seed, self.columns, self.registry, self.start = seed, columns, registry, start
        fertility = registry.table("fertility_age").per_step(int(registry.number("highest_age_start")))
        years = np.arange(fertility.size)
        self.birth_age = float(np.average(years, weights=fertility))
        self.birth_age_sd = float(np.sqrt(np.average((years - self.birth_age) ** 2, weights=fertility)))

    def draw(self, uids: Ints, purpose: int) -> Floats:
        return uniforms(self.seed, Stream.SYNTHESIS_LINEAGE, uids, purpose)

    def workless(self, orphan: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Who had workless parents, and whose parents had, for people whose parents don't live with them."""
        number, columns = self.registry.number, self.columns
        status = columns["status"]
        jobless = (status >= Status.UNEMPLOYMENT_BENEFIT) & (status <= Status.NO_BENEFIT)
        log_odds = np.log(number("parents_workless_odds_workless"))
        through_traits = number("share_correlation_shared_traits")
        ability = columns["employability"].astype(float)
        working = orphan & ~jobless & (status != Status.RETIRED)
        gap = 1.0
        if working.any() and (orphan & jobless).any():
            gap = max(float(ability[working].mean() - ability[orphan & jobless].mean()), 0.5)
        weight = np.exp(log_odds * ((1.0 - through_traits) * jobless - through_traits * ability / gap))
        mean = float(weight[orphan].mean()) if orphan.any() else 1.0
        chance = number("parents_workless_share") * weight / mean
        workless = orphan & (self.draw(columns["uid"], 1) < chance)
        ratio = np.exp(log_odds)
        share = number("parents_workless_share")
        level = number("grandparents_workless_share") / (1.0 - share + ratio * share)
        return workless, self.draw(columns["uid"], 2) < level * np.where(workless, ratio, 1.0)

    def write_childhood(
        self, orphan: NDArray[np.bool_], workless: NDArray[np.bool_], before: NDArray[np.bool_]
    ) -> None:
        """Exposure and generations of those whose parents don't live with them."""
        limit = self.registry.number("workless_parents_share")
        draws = self.draw(self.columns["uid"], 3)
        rest = (1.0 - limit) / (1.0 - self.registry.number("exposure_mean_working")) - 1.0
        exposure = np.where(workless, limit * draws, 1.0 - (1.0 - limit) * draws**rest)
        grown = orphan & (self.start - self.columns["birth_month"] >= self.registry.number("childhood_months"))
        self.columns["exposure"][grown] = exposure[grown]
        self.columns["generations_without_work"][grown] = (workless * (1 + before))[grown]

    def count_generations(self, rows: Rows, mothers: Rows, fathers: Rows) -> None:
        """Generations of grown-up children at home: one more than those of the better parent."""
        exposure, generations = self.columns["exposure"], self.columns["generations_without_work"]
        grown = rows[exposure[rows] >= 0.0]
        above = [
            np.where(parents[grown] >= 0, generations[parents[grown]].astype(np.int64), 2)
            for parents in (mothers, fathers)
        ]
        workless = exposure[grown] < self.registry.number("workless_parents_share")
        generations[grown] = np.where(workless, 1 + np.minimum(*above), 0)

    def parents(self, here: Rows, other: Rows, sex: Sex, workless: NDArray[np.bool_]) -> tuple[Ints, _Kin]:
        """Identity of each resident's parent of one sex, and those of them who don't live in the household.

        Children of one parent here share the other one.
        """
        columns = self.columns
        uid = columns["uid"]
        missing = np.flatnonzero(here < 0)
        key = np.where(other[missing] >= 0, uid[other[missing]], uid[missing])
        born = columns["birth_month"][missing].astype(np.int64)
        key, first, inverse = np.unique(key, return_index=True, return_inverse=True)
        youngest, eldest = np.full(key.size, born.min(initial=0)), np.full(key.size, born.max(initial=0))
        np.maximum.at(youngest, inverse, born)
        np.minimum.at(eldest, inverse, born)
        kin = self.kin(key, eldest, youngest, workless[missing[first]], missing[first], sex)
        identity = kin.uid[inverse]
        if sex == Sex.MALE:
            unknown = self.draw(key, 4) < self.registry.number("parents_unknown_share")
            identity = np.where(unknown[inverse], _NOBODY, identity)
            kin = _Kin(*(getattr(kin, name)[~unknown] for name in _Kin.__annotations__))
        parents = np.where(here >= 0, uid[here], _NOBODY)
        parents[missing] = identity
        return parents, kin

    def kin(
        self, key: Ints, eldest: Ints, youngest: Ints, workless: NDArray[np.bool_], descendant: Rows, sex: Sex
    ) -> _Kin:
        """Make one forebear for each key, of an age that fits the births of the children."""
        number = self.registry.number
        uid = hash_uid(self.seed, Stream.SYNTHESIS_LINEAGE, key, int(sex))
        years = self.birth_age + self.birth_age_sd * normals(self.seed, Stream.SYNTHESIS_LINEAGE, uid, 5)
        if sex == Sex.MALE:
            years = years + number("partner_age_difference")
        bounded = np.clip(years, number("parent_age_gap_min"), number("parent_age_gap_max"))
        birth = eldest - np.rint(12.0 * bounded).astype(np.int64)
        return _Kin(uid, np.full(uid.size, sex == Sex.MALE), birth, youngest, workless, descendant)

    def with_parents(self, kin: _Kin, before: NDArray[np.bool_]) -> tuple[Records, Records, Records]:
        """Records of forebears of the residents and of their parents."""
        above = [
            self.kin(kin.uid, kin.birth_month, kin.birth_month, before[kin.descendant], kin.descendant, sex)
            for sex in (Sex.FEMALE, Sex.MALE)
        ]
        nobody = [np.full(older.uid.size, _NOBODY) for older in above]
        return (
            self.records(kin, above[0].uid, above[1].uid),
            self.records(above[0], nobody[0], nobody[0]),
            self.records(above[1], nobody[1], nobody[1]),
        )

    def records(self, kin: _Kin, mother: Ints, father: Ints) -> Records:
        """Lives of forebears: death by the life table, adult life and the part of it in paid work."""
        registry = self.registry
        death = np.maximum(kin.birth_month + self.months_lived(kin), kin.child_born)
        dead = death < self.start
        pension = registry.at("state_pension_age_months", self.start)
        leaving = 12.0 * float(registry.table("school_leaving_age").lookup(Education.LOW))
        began = kin.birth_month + leaving + registry.number("own_state_after_school_months")
        ended = np.minimum(np.where(dead, death, self.start), kin.birth_month + pension)
        adult = np.maximum(ended - began, 0.0)
        return Records(
            uid=kin.uid,
            mother=mother,
            father=father,
            birth_month=kin.birth_month,
            adult_months=np.rint(adult).astype(np.int64),
            adult_months_paid=np.rint(adult * self.paid_share(kin)).astype(np.int64),
            left_month=np.where(dead, death, self.start - 1),
            left_reason=np.where(dead, LeaveReason.DEATH, LeaveReason.MOVED_OUT).astype(np.int64),
        )

    def months_lived(self, kin: _Kin) -> Ints:
        """Age at death in months, by the life table of each sex."""
        highest = int(self.registry.number("highest_age_start"))
        years = np.arange(highest + 1)
        draws = self.draw(kin.uid, 6)
        women, men = (
            np.interp(draws, survivors(self.registry, sex, highest)[::-1], years[::-1]) for sex in ("female", "male")
        )
        return np.rint(12.0 * np.where(kin.man, men, women)).astype(np.int64)

    def paid_share(self, kin: _Kin) -> Floats:
        """Share of adult months in paid work: low in a workless household, and not low for a man in another."""
        number = self.registry.number
        age = (self.start - kin.birth_month) // 12
        woman = np.where(kin.man, 0.0, self.registry.table("paid_history_woman_age").lookup(age))
        chance = normals(self.seed, Stream.SYNTHESIS_LINEAGE, kin.uid, 7)
        usual = 1.0 / (1.0 + np.exp(woman - number("paid_history_mean") - number("paid_history_sd") * chance))
        limit = number("workless_parents_share")
        usual = np.where(kin.man, limit + (1.0 - limit) * usual, usual)
        share: Floats = np.where(kin.workless, limit * self.draw(kin.uid, 8), usual)
        return share
