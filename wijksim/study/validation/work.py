"""Work and social assistance: exits, retention, re-entry, inflow, as the sources counted them."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.population.columns import Education, Status
from wijksim.study.validation.estimates import Sums
from wijksim.study.validation.panel import Panel

__all__ = ["WORK_STATISTICS", "fields_for", "on_benefit", "over", "spell_start", "still_free", "work_figures"]

Bools = NDArray[np.bool_]

_STOCK_EXITS_NAMES = ("exit_lt1", "exit_1_3", "exit_gt3", "exit_all", "exit_ratio")
_TO_WORK_NAMES = (
    "exit_to_job_year", "exit_to_job_year_2021", "share_exit_to_work", "job_month_lt1", "job_month_1_3",
    "job_month_gt3",
)  # fmt: skip
_RETENTION_NAMES = ("retention_6m", "retention_18m", "uninterrupted_18m", "back_18m")
_REENTRY_NAMES = ("reentry_6m", "reentry_12m", "reentry_60m", "reentry_work_12m", "reentry_slump_minus_boom")
_INFLOW_NAMES = ("inflow_year", "inflow_distress_ratio")
_UNEMPLOYMENT_BENEFIT_NAMES = (
    "ww_back_1y_2018", "ww_durable_1y_2015", "ww_share_2017", "ww_share_2019", "worker_in_ww_year_later",
    "worker_in_ww_distress_ratio",
)  # fmt: skip
_LEVELS_NAMES = (
    "assistance_share", "participation_2015", "nug_2015", "disabled_2015", "assisted_2015", "topped_up_2015",
    "self_employed_share", "participation_2017", "assistance_2020", "unemployed_2020", "disabled_of_74_2020",
    "participation_low_2022", "participation_mid_2022", "participation_15_25", "participation_25_35",
    "participation_35_45", "participation_45_55", "participation_55_65", "participation_65_75", "participation_2024",
    "nug_2024", "disabled_2024", "assisted_2024", "topped_up_2024", "assisted_18_27", "assisted_27_45",
    "assisted_45_67",
)  # fmt: skip
_DISABILITY_NAMES = ("wia_inflow_year",)
_LEAVERS_NAMES = ("pro_leaver_work", "pro_leaver_benefit")
_TIES_NAMES = ("ties_job_finding_ratio",)
WORK_STATISTICS = (
    *_STOCK_EXITS_NAMES,
    *_TO_WORK_NAMES,
    *_RETENTION_NAMES,
    *_REENTRY_NAMES,
    *_INFLOW_NAMES,
    *_UNEMPLOYMENT_BENEFIT_NAMES,
    *_LEVELS_NAMES,
    *_DISABILITY_NAMES,
    *_LEAVERS_NAMES,
    *_TIES_NAMES,
)

_YEAR = 12
_SHORT, _LONG = 12, 36
_AFTER_SCHOOL = 3
_AT_ONCE_AGE = 19


def over(part: float, whole: float) -> float:
    """Ratio, not a number where there is nothing to divide by."""
    return float(part) / float(whole) if whole else math.nan


def on_benefit(panel: Panel) -> Bools:
    """Social assistance, also beside a wage, unemployment or disability benefit; shape (months, people)."""
    on: Bools = panel.assisted | np.isin(panel.status, (Status.UNEMPLOYMENT_BENEFIT, Status.DISABILITY))
    return on


def spell_start(on: Bools, since: NDArray[np.int32]) -> NDArray[np.int32]:
    """Month in which each present spell began, shape of `on`; only meaningful where `on`.

    Parameters
    ----------
    on : array of bool, shape (months, people)
        Whether the person is in the state.
    since : array of int32, shape (people,)
        When the state of the first month had begun, 0 or negative.
    """
    start = np.zeros(on.shape, np.int32)
    start[0] = np.minimum(since, 0)
    for month in range(1, len(on)):
        start[month] = np.where(on[month - 1], start[month - 1], month)
    return start


def still_free(event: Bools, seen: Bools, starts: Bools, horizons: tuple[int, ...]) -> list[float]:
    """Kaplan-Meier share of those who started something who haven't had the event yet after so many months.

    Parameters
    ----------
    event, seen, starts : arrays of bool, shape (months, people)
        When the event holds, when the person is observed, and when a case starts (month 0 of the case).
    horizons : tuple of int
        Months.
    """
    months, people = np.nonzero(starts)
    alive = np.ones(months.size, np.bool_)
    left = 1.0
    shares = []
    for wait in range(1, max(horizons) + 1):
        at = months + wait
        inside = alive & (at < len(event))
        alive &= inside
        alive[inside] = seen[at[inside], people[inside]]
        at_risk = alive.sum()
        hit = np.zeros_like(alive)
        hit[alive] = event[at[alive], people[alive]]
        if at_risk:
            left *= 1.0 - hit.sum() / at_risk
        alive &= ~hit
        if wait in horizons:
            shares.append(float(left))
    return shares


def _in_years(panel: Panel, years: tuple[int, ...]) -> Bools:
    inside = np.zeros(panel.months, np.bool_)
    for year in years:
        inside[panel.months_of(year)] = True
    return inside


def _stock_exits(panel: Panel, start: NDArray[np.int32]) -> Sums:
    """Yearly exit, for any reason, of the stock of each January by duration; movers out of the wijk are left out."""
    sums = {key: [0.0, 0.0] for key in ("exit_lt1", "exit_1_3", "exit_gt3", "exit_all")}
    for month in range(0, panel.months - _YEAR, _YEAR):
        later = month + _YEAR
        followed = panel.assisted[month] & (panel.present[later] | panel.died)
        left = followed & ~panel.assisted[later]
        duration = month - start[month]
        classes = {
            "exit_lt1": duration < _SHORT,
            "exit_1_3": (duration >= _SHORT) & (duration < _LONG),
            "exit_gt3": duration >= _LONG,
            "exit_all": duration >= 0,
        }
        for key, within in classes.items():
            sums[key][0] += float((left & within).sum())
            sums[key][1] += float((followed & within).sum())
    figures: Sums = {key: (part, whole) for key, (part, whole) in sums.items()}
    figures["exit_ratio"] = (over(over(*figures["exit_lt1"]), over(*figures["exit_gt3"])), 1.0)
    return figures


def _to_work(panel: Panel, start: NDArray[np.int32]) -> Sums:
    """Exits to an employee's job against the stock, and job starts a month by duration."""
    off = panel.assisted[:-1] & ~panel.assisted[1:] & panel.present[1:]
    to_job = off & (panel.status[1:] == Status.REGULAR_JOB)
    year = _in_years(panel, (2021,))
    figures: Sums = {
        "exit_to_job_year": (float(to_job.sum()), float(panel.assisted[1:].sum()) / _YEAR),
        "exit_to_job_year_2021": (float(to_job[year[1:]].sum()), float(panel.assisted[year].sum()) / _YEAR),
        "share_exit_to_work": (float(to_job.sum()), float(off.sum())),
    }
    searching = panel.assisted[:-1] & (panel.status[:-1] == Status.SOCIAL_ASSISTANCE) & panel.present[1:]
    hired = searching & panel.paid[1:]
    duration = np.arange(panel.months - 1)[:, None] - start[:-1]
    for key, low, high in (("lt1", -9999, _SHORT), ("1_3", _SHORT, _LONG), ("gt3", _LONG, 9999)):
        within = (duration >= low) & (duration < high)
        figures[f"job_month_{key}"] = (float((hired & within).sum()), float((searching & within).sum()))
    return figures


def _retention(panel: Panel, years: tuple[int, ...], suffix: str) -> Sums:
    """What became of those who left assistance for an employee's job in these years, of those still in the wijk."""
    free = panel.paid & ~panel.assisted
    starts = np.zeros_like(panel.assisted)
    starts[1:] = panel.assisted[:-1] & ~panel.assisted[1:] & (panel.status[1:] == Status.REGULAR_JOB)
    starts &= _in_years(panel, years)[:, None]
    starts[panel.months - 18 :] = False
    months, people = np.nonzero(starts)
    here = panel.present[months + 6, people]
    figures: Sums = {f"retention_6m{suffix}": (float((free[months + 6, people] & here).sum()), float(here.sum()))}
    here = panel.present[months + 18, people]
    months, people = months[here], people[here]
    whole = np.ones(months.size, np.bool_)
    for wait in range(19):
        whole &= free[months + wait, people]
    for key, share in (
        ("retention_18m", free[months + 18, people]),
        ("uninterrupted_18m", whole),
        ("back_18m", panel.assisted[months + 18, people]),
    ):
        figures[f"{key}{suffix}"] = (float(share.sum()), float(share.size))
    return figures


def _reentry(panel: Panel) -> Sums:
    """Ever back on assistance after an exit in 2015 to 2018; leaving the wijk and the end of the run censor."""
    exits = np.zeros_like(panel.assisted)
    exits[1:] = panel.assisted[:-1] & ~panel.assisted[1:] & panel.present[1:]
    exits &= _in_years(panel, (2015, 2016, 2017, 2018))[:, None]
    free = still_free(panel.assisted, panel.present, exits, (6, 12, 60))
    figures: Sums = {f"reentry_{months}m": (1.0 - left, 1.0) for months, left in zip((6, 12, 60), free, strict=True)}
    to_work = exits & panel.paid
    figures["reentry_work_12m"] = (1.0 - still_free(panel.assisted, panel.present, to_work, (12,))[0], 1.0)
    slump = to_work & _in_years(panel, (2015,))[:, None]
    boom = to_work & _in_years(panel, (2018,))[:, None]
    back = [1.0 - still_free(panel.assisted, panel.present, one, (12,))[0] for one in (slump, boom)]
    figures["reentry_slump_minus_boom"] = (back[0] - back[1], 1.0)
    return figures


def _inflow(panel: Panel) -> Sums:
    """Those on assistance a year later among people of 18 to 66 who weren't, as SEO counted it."""
    well, ill = np.zeros(2), np.zeros(2)
    for month in range(0, panel.months - _YEAR, _YEAR):
        age = panel.age(month)
        outside = panel.present[month] & ~panel.assisted[month] & (age >= 18) & (age < 67)
        outside &= panel.present[month + _YEAR]
        for total, group in ((well, ~panel.distressed[month]), (ill, panel.distressed[month])):
            total += (outside & group & panel.assisted[month + _YEAR]).sum(), (outside & group).sum()
    return {
        "inflow_year": (float(well[0] + ill[0]), float(well[1] + ill[1])),
        "inflow_distress_ratio": (over(over(*ill), over(*well)), 1.0),
    }


def _unemployment_benefit(panel: Panel) -> Sums:
    """Unemployment benefit: back at work within a year, durable jobs, and the stock against the labour force."""
    begins = np.zeros_like(panel.assisted)
    begins[1:] = panel.on_ww[1:] & ~panel.on_ww[:-1] & panel.present[:-1]
    within = begins & _in_years(panel, (2018,))[:, None]
    back = 1.0 - still_free(panel.paid, panel.present, within, (12,))[0]
    held = np.zeros_like(panel.paid)
    run = np.zeros(panel.paid.shape[1], np.int32)
    for month in range(panel.months - 1, -1, -1):
        run = np.where(panel.paid[month], run + 1, 0)
        held[month] = run >= _YEAR
    lasting = begins & _in_years(panel, (2015,))[:, None]
    durable = 1.0 - still_free(held, panel.present, lasting, (12,))[0]
    figures: Sums = {"ww_back_1y_2018": (back, 1.0), "ww_durable_1y_2015": (durable, 1.0)}
    for year in (2017, 2019):
        months = panel.months_of(year)
        force = float((panel.paid[months] | panel.on_ww[months]).sum())
        figures[f"ww_share_{year}"] = (float(panel.on_ww[months].sum()), force)
    lost = {True: np.zeros(2), False: np.zeros(2)}
    for month in range(0, panel.months - _YEAR, _YEAR):
        workers = panel.paid[month] & panel.present[month + _YEAR]
        for distressed, total in lost.items():
            group = workers & (panel.distressed[month] == distressed)
            total += (group & panel.on_ww[month + _YEAR]).sum(), group.sum()
    figures["worker_in_ww_year_later"] = (lost[False][0], lost[False][1])
    figures["worker_in_ww_distress_ratio"] = (over(over(*lost[True]), over(*lost[False])), 1.0)
    return figures


def _levels(panel: Panel) -> Sums:
    first, last = panel.months_of(2015), panel.months_of(2024)
    sums: dict[str, list[float]] = {}

    def add(key: str, part: Bools, whole: Bools) -> None:
        total = sums.setdefault(key, [0.0, 0.0])
        total[0] += float((part & whole).sum())
        total[1] += float(whole.sum())

    for month in range(panel.months):
        age, here = panel.age(month), panel.present[month]
        working, below = here & (age >= 15) & (age < 75), here & (age >= 15) & (age < 65)
        status, education, paid = panel.status[month], panel.education[month], panel.paid[month]
        in_work = panel.in_work[month]
        add("assistance_share", panel.assisted[month], working)
        for low, high in ((18, 27), (27, 45), (45, 67)):
            add(f"assisted_{low}_{high}", panel.assisted[month], here & (age >= low) & (age < high))
        if panel.months_of(2017).start <= month < panel.months_of(2017).stop:
            add("participation_2017", in_work, working)
        for when, key in ((first, "2015"), (last, "2024")):
            if not when.start <= month < when.stop:
                continue
            add(f"participation_{key}", in_work, working)
            add(f"nug_{key}", status == Status.NO_BENEFIT, below)
            add(f"disabled_{key}", status == Status.DISABILITY, below)
            add(f"assisted_{key}", panel.assisted[month], working)
            add(f"topped_up_{key}", paid, panel.assisted[month])
        if panel.months_of(2020).start <= month < panel.months_of(2020).stop:
            add("assistance_2020", panel.assisted[month], working)
            add("unemployed_2020", panel.on_ww[month], working)
            add("disabled_of_74_2020", status == Status.DISABILITY, working)
        if when_2022(panel).start <= month < when_2022(panel).stop:
            add("participation_low_2022", in_work, working & (education <= Education.LOW))
            add("participation_mid_2022", in_work, working & (education == Education.MID))
            for low, high in ((15, 25), (25, 35), (35, 45), (45, 55), (55, 65), (65, 75)):
                add(f"participation_{low}_{high}", in_work, here & (age >= low) & (age < high))
        add("self_employed_share", status == Status.SELF_EMPLOYED, paid & here)
    return {key: (part, whole) for key, (part, whole) in sums.items()}


def when_2022(panel: Panel) -> slice:
    """The months of 2022, of which participation by age and education is known."""
    return panel.months_of(2022)


def _disability(panel: Panel) -> Sums:
    disabled = panel.status == Status.DISABILITY
    began = disabled[1:] & ~disabled[:-1] & panel.present[:-1]
    employees = panel.paid[:-1] & (panel.status[:-1] != Status.SELF_EMPLOYED)
    return {"wia_inflow_year": (float(began.sum()) * _YEAR, float((employees | panel.on_ww[:-1]).sum()))}


def _ties(panel: Panel) -> Sums:
    """Job finding of the third with most employed ties over that of the third with least.

    Compared are people of the same status, level and class of employability.
    """
    jobless = np.isin(panel.status[:-1], (Status.SOCIAL_ASSISTANCE, Status.UNEMPLOYMENT_BENEFIT, Status.NO_BENEFIT))
    jobless &= panel.present[1:] & (panel.tie_share[:-1] >= 0)
    months, people = np.nonzero(jobless)
    if not months.size:
        return {"ties_job_finding_ratio": (math.nan, 1.0)}
    share, hired = panel.tie_share[months, people], panel.paid[months + 1, people]
    low, high = np.quantile(share, (1 / 3, 2 / 3))
    alike = np.stack((
        panel.status[months, people], panel.education[months, people],
        np.digitize(panel.employability, (-1.0, 0.0, 1.0))[people],
    ))  # fmt: skip
    ratios, weights = [], []
    for kind in np.unique(alike, axis=1).T:
        cell = (alike == kind[:, np.newaxis]).all(axis=0)
        few, many = cell & (share <= low), cell & (share >= high)
        found = [float((one & hired).sum()) for one in (few, many)]
        whole = [float(one.sum()) for one in (few, many)]
        if min(whole) > 0 and found[0] > 0:
            ratios.append((found[1] / whole[1], found[0] / whole[0]))
            weights.append(whole[0] + whole[1])
    rates = np.array(ratios).reshape(-1, 2)
    most, least = (float((rates[:, k] * weights).sum()) for k in (0, 1))
    return {"ties_job_finding_ratio": (over(most, least), 1.0)}


def _leavers_of_practical_school(panel: Panel) -> Sums:
    """What those who left practical school do three months later, of those still in the wijk.

    The register counts who leaves education with it, so who goes on to other schooling and leaves that later is no
    leaver of practical school.
    """
    school = panel.status == Status.SCHOOL
    left = np.zeros_like(school)
    left[1:] = school[:-1] & ~school[1:] & (panel.education[1:] == Education.PRACTICAL)
    months, people = np.nonzero(left[: panel.months - _AFTER_SCHOOL])
    ages = np.array([panel.age(int(month))[person] for month, person in zip(months, people, strict=True)])
    months, people = months[ages < _AT_ONCE_AGE], people[ages < _AT_ONCE_AGE]
    later = months + _AFTER_SCHOOL
    here = panel.present[later, people]
    later, people = later[here], people[here]
    many = float(people.size)
    return {
        "pro_leaver_work": (float(panel.paid[later, people].sum()), many),
        "pro_leaver_benefit": (float(on_benefit(panel)[later, people].sum()), many),
    }


_PARTS: tuple[tuple[tuple[str, ...], tuple[str, ...], Callable[[Panel, NDArray[np.int32]], Sums]], ...] = (
    (_STOCK_EXITS_NAMES, (), _stock_exits),
    (_TO_WORK_NAMES, (), _to_work),
    (_RETENTION_NAMES, (), lambda panel, _: _retention(panel, (2021,), "")),
    (_REENTRY_NAMES, (), lambda panel, _: _reentry(panel)),
    (_INFLOW_NAMES, ("distressed",), lambda panel, _: _inflow(panel)),
    (_UNEMPLOYMENT_BENEFIT_NAMES, ("distressed",), lambda panel, _: _unemployment_benefit(panel)),
    (_LEVELS_NAMES, ("education", "in_work"), lambda panel, _: _levels(panel)),
    (_DISABILITY_NAMES, (), lambda panel, _: _disability(panel)),
    (_LEAVERS_NAMES, ("education",), lambda panel, _: _leavers_of_practical_school(panel)),
    (_TIES_NAMES, ("education", "tie_share"), lambda panel, _: _ties(panel)),
)
"""Figures that are counted together: their names, the fields of the recording that they need beside status and
assistance, and how they are counted from the panel and the months in which its spells of assistance began."""


def fields_for(wanted: Collection[str] | None) -> tuple[str, ...]:
    """Fields of the recording that :func:`work_figures` needs for these figures."""
    return tuple(field for names, fields, _ in _wanted_parts(wanted) for field in fields)


def _wanted_parts(wanted: Collection[str] | None) -> list[Any]:
    return [part for part in _PARTS if wanted is None or not set(part[0]).isdisjoint(wanted)]


def work_figures(panel: Panel, wanted: Collection[str] | None = None) -> Sums:
    """All figures of work and assistance of a run without any plan, or only the groups that hold the wanted ones."""
    start = spell_start(panel.assisted, panel.since)
    figures: Sums = {}
    for _, _, part in _wanted_parts(wanted):
        figures |= part(panel, start)
    return figures
