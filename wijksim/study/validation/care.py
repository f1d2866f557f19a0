"""Health and care: use by age and status, cost, and what work does, as the sources counted them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.accounts import CENTS_PER_EURO
from wijksim.calendar import MONTHS_PER_YEAR
from wijksim.model import Neighbourhood
from wijksim.population.columns import Education, Sex, Status, is_paid_work
from wijksim.scenario import Scenario
from wijksim.state import State
from wijksim.study.validation.estimates import Sums
from wijksim.study.validation.panel import Panel
from wijksim.study.validation.standards import CLASS_YEARS, Standards
from wijksim.study.validation.work import over

__all__ = ["CARE_STATISTICS", "TWIN_STATISTICS", "Twins", "care_figures", "matched_gap", "twin_figures", "twins"]

_GP_AGES = ((0, 1), (1, 5), (5, 10), (18, 45), (45, 65), (65, 75), (85, 120))
_COST_AGES = (20, 30, 40, 50, 60, 70, 80)

CARE_STATISTICS = (
    "gp_mean", "gp_any", *(f"gp_{low}_{high}" for low, high in _GP_AGES), "gp_benefit_over_work", "gp_mean_country",
    "gp_any_country", "mh_benefit", "mh_worker", "mh_ratio", "mh_raw_gap", "mh_matched_gap", "distress_jobless",
    "distress_employed", "distress_d_jobless", "distress_d_assistance",
    *(f"cost_{sex}_{low}" for sex in ("men", "women") for low in _COST_AGES), "cost_mean_2022", "cost_low_income",
    "mental_cost_low_income", "care_cost_standardised",
)  # fmt: skip
TWIN_STATISTICS = ("twin_mental_care", "twin_share_of_gap", "twin_gp_relative", "twin_physical", "twin_care_saved")

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

_JOBLESS = (Status.SOCIAL_ASSISTANCE, Status.UNEMPLOYMENT_BENEFIT, Status.NO_BENEFIT)


def _ratio(values: Floats, group: Bools, other: Bools, cells: NDArray[np.int64]) -> float:
    """Mean of a group over that of another one, with cells of age and sex weighted as in both together.

    Cells in which one of the two has nobody are left out of both.
    """
    size = int(cells.max()) + 1
    counts = [np.bincount(cells[people], minlength=size) for people in (group, other)]
    totals = [np.bincount(cells[people], values[people], minlength=size) for people in (group, other)]
    usable = (counts[0] > 0) & (counts[1] > 0)
    weight = (counts[0] + counts[1])[usable]
    means = [(total[usable] / count[usable] * weight).sum() for total, count in zip(totals, counts, strict=True)]
    return over(float(means[0]), float(means[1]))


def care_figures(panel: Panel, standards: Standards) -> Sums:
    """Figures of care in the years of the sources."""
    return _gp(panel, standards) | _mental_care(panel) | _cost(panel, standards)


def _gp(panel: Panel, standards: Standards) -> Sums:
    year = panel.months_of(2018)
    whole = panel.present[year].all(axis=0)
    contacts = panel.gp_contacts[year].sum(axis=0).astype(float)
    age = panel.age(year.start + 6)
    figures: Sums = {
        "gp_mean": (contacts[whole].sum(), float(whole.sum())),
        "gp_any": (float((contacts[whole] > 0).sum()), float(whole.sum())),
    }
    for low, high in _GP_AGES:
        group = whole & (age >= low) & (age < high)
        figures[f"gp_{low}_{high}"] = (contacts[group].sum(), float(group.sum()))
    cells = (age // 10) * 2 + panel.sex
    working = whole & (age >= 25) & (age < 65)
    benefit, work = working & panel.assisted[year].all(axis=0), working & panel.paid[year].all(axis=0)
    figures["gp_benefit_over_work"] = (_ratio(contacts, benefit, work, cells), 1.0)
    country = np.repeat(standards.population, CLASS_YEARS) / (CLASS_YEARS * standards.population.sum())
    many = np.bincount(age[whole].clip(0, country.size - 1), minlength=country.size)
    weight = (country / np.maximum(many, 1))[age.clip(0, country.size - 1)] * whole
    figures["gp_mean_country"] = (float((contacts * weight).sum()), float(weight.sum()))
    figures["gp_any_country"] = (float(((contacts > 0) * weight).sum()), float(weight.sum()))
    return figures


def _mental_care(panel: Panel) -> Sums:
    year = panel.months_of(2017)
    age = panel.age(year.start)
    whole = panel.present[year].all(axis=0) & (age >= 18) & (age < 65)
    used = panel.mental_care[year].any(axis=0)
    benefit = whole & panel.assisted[year.start] & ~panel.paid[year.start]
    work = whole & panel.paid[year.start] & ~panel.assisted[year.start]
    cell = _alike(panel.frailty, panel.employability, panel.education[year.start], age)
    share = [over(used[group].sum(), group.sum()) for group in (benefit, work)]
    figures: Sums = {
        "mh_benefit": (float(used[benefit].sum()), float(benefit.sum())),
        "mh_worker": (float(used[work].sum()), float(work.sum())),
        "mh_ratio": (over(*share), 1.0),
        "mh_raw_gap": (share[0] - share[1], 1.0),
        "mh_matched_gap": (_matched(used.astype(float), benefit, work, cell)[0], 1.0),
    }
    jobless = whole & np.isin(panel.status[year.start], _JOBLESS)
    distress = panel.distressed[year.start]
    score = panel.mental[year.start].astype(float)
    figures |= {
        "distress_jobless": (float(distress[jobless].sum()), float(jobless.sum())),
        "distress_employed": (float(distress[work].sum()), float(work.sum())),
        "distress_d_jobless": (float((score[jobless].mean() - score[work].mean()) / score[work].std()), 1.0),
        "distress_d_assistance": (float((score[benefit].mean() - score[work].mean()) / score[work].std()), 1.0),
    }
    return figures


def _cost(panel: Panel, standards: Standards) -> Sums:
    figures: Sums = {}
    year = panel.months_of(2018)
    whole = panel.present[year].all(axis=0)
    cost = panel.care_cost[year].sum(axis=0) / CENTS_PER_EURO
    age = panel.age(year.start + 6)
    for sex, name in ((Sex.MALE, "men"), (Sex.FEMALE, "women")):
        for low in _COST_AGES:
            group = whole & (panel.sex == sex) & (age >= low) & (age < low + CLASS_YEARS)
            figures[f"cost_{name}_{low}"] = (float(cost[group].sum()), float(group.sum()))
    year = panel.months_of(2022)
    here: Bools = np.logical_and.reduce(panel.present[year])
    cost = panel.care_cost[year].sum(axis=0) / CENTS_PER_EURO
    figures["cost_mean_2022"] = (float(cost[here].sum()), float(here.sum()))
    poor: Bools = here & panel.low_income[year.stop - 1]
    age = panel.age(year.start + 6)
    cells = np.clip(age, 0, 99) // 5 * 2 + panel.sex
    in_care = panel.mental_care[year].sum(axis=0).astype(float)
    figures["cost_low_income"] = (_ratio(cost, poor, here, cells), 1.0)
    figures["mental_cost_low_income"] = (_ratio(in_care, poor, here, cells), 1.0)
    figures["care_cost_standardised"] = _standardised(panel, standards)
    return figures


def _standardised(panel: Panel, standards: Standards) -> tuple[float, float]:
    """Euro of who was in the wijk all of 2023, and what the country's cost of their ages and sexes would be."""
    year = panel.months_of(2023)
    whole = panel.present[year].all(axis=0)
    cost = panel.care_cost[year].sum(axis=0) / CENTS_PER_EURO
    expected = standards.care_cost[panel.sex, standards.class_of(panel.age(year.start + 6))]
    return float(cost[whole].sum()), float(expected[whole].sum())


class _Nothing:
    """A process that does nothing, in the place of one that is left out."""

    reads = writes = streams = parameters = columns = outcomes = ()

    def __init__(self, name: str) -> None:
        self.name = name

    def step(self, month: object) -> None:
        """Do nothing."""


@dataclass(frozen=True)
class Twins:
    """Adults of one or more wijken after two years in which nobody's status changed, with and without a switch.

    Parameters
    ----------
    assisted, works : arrays of bool, shape (people,)
        On social assistance (those who get a job in the second run) and in paid work.
    use, use_with_work : arrays of float64, shape (people,)
        Whether mental care was used in the last twelve months, in the first and in the second run.
    contacts, contacts_with_work, cost, cost_with_work, illness, illness_with_work : arrays, shape (people,)
        GP contacts and euro of care in those months, and physical illness at their end.
    cell : array of int64, shape (people,)
        People with the same are alike in frailty (a quarter sd), employability (one sd), age (20 years) and level.
    """

    assisted: Bools
    works: Bools
    use: Floats
    use_with_work: Floats
    contacts: Floats
    contacts_with_work: Floats
    cost: Floats
    cost_with_work: Floats
    illness: Floats
    illness_with_work: Floats
    cell: NDArray[np.int64]

    @classmethod
    def together(cls, parts: Sequence[Twins]) -> Twins:
        """Twins of several wijken as those of one."""
        return cls(*(np.concatenate([getattr(one, item.name) for one in parts]) for item in fields(cls)))


def twins(state: State, scenario: Scenario, seed: int, months: int = 24) -> Twins:
    """Switch the work of people on social assistance, all luck in common.

    Nobody is born, dies or moves, and no status changes but by the switch.

    Parameters
    ----------
    state : State
        Where both runs begin.
    scenario : Scenario
        With a horizon that leaves the months.
    seed : int
        Of both runs.
    """
    columns = state.columns
    age = (state.month - columns["birth_month"]) // MONTHS_PER_YEAR
    adult = columns["present"] & (age >= 18) & (age < 60)
    switched = adult & (columns["status"] == Status.SOCIAL_ASSISTANCE)
    runs = []
    for work in (False, True):
        begin = state.copy()
        if work:
            begin.columns["status"][switched] = Status.REGULAR_JOB
        still: dict[str, Any] = {
            name: _Nothing(name) for name in ("demography", "labour_market", "benefits", "upbringing")
        }
        model = Neighbourhood.from_state(begin, scenario, seed=seed, processes=still)
        used, contacts, cost = np.zeros((3, len(columns)))
        for month in range(months):
            model.step()
            now = model.state.columns
            if month >= months - MONTHS_PER_YEAR:
                used = np.maximum(used, now["mental_care"])
                contacts += now["gp_contacts"]
                cost += now["care_cost"] / CENTS_PER_EURO
        runs.append([each[adult] for each in (used, contacts, cost, now["physical"].astype(float))])
        model.close()
    pairs: list[Floats] = [each for pair in zip(*runs, strict=True) for each in pair]
    works = is_paid_work(columns["status"])[adult]
    frailty, employability, level = (columns[name][adult] for name in ("frailty", "employability", "education"))
    cell = _alike(frailty, employability, level, age[adult])
    use, use_with, contacts_without, contacts_with, cost_without, cost_with, illness, illness_with = pairs
    return Twins(
        switched[adult], works, use, use_with, contacts_without, contacts_with, cost_without, cost_with, illness,
        illness_with, cell,
    )  # fmt: skip


def _alike(frailty: Floats, employability: Floats, level: NDArray[np.int8], age: NDArray[np.int32]) -> Any:
    frail = np.clip((frailty + 4.0) * 4.0, 0, 31).astype(np.int64)
    able = np.digitize(employability, (-1.0, 0.0, 1.0))
    return ((frail * 4 + able) * 6 + age.clip(0, 119) // 20) * 2 + (level <= Education.LOW)


def matched_gap(care: Twins) -> tuple[float, float]:
    """Gap in use of mental care between those on assistance and workers who are alike, and its standard error."""
    return _matched(care.use, care.assisted, care.works, care.cell)


def _matched(used: Floats, benefit: Bools, work: Bools, cell: NDArray[np.int64]) -> tuple[float, float]:
    """Difference of means within cells, weighted by those on benefit; the error is that of binomial counts."""
    size = int(cell.max()) + 1
    counts = [np.bincount(cell[group], minlength=size).astype(float) for group in (benefit, work)]
    both = (counts[0] > 0) & (counts[1] > 0)
    means = [
        np.bincount(cell[group], used[group], minlength=size)[both] / count[both]
        for group, count in zip((benefit, work), counts, strict=True)
    ]
    weight = counts[0][both] / counts[0][both].sum()
    spread = used[benefit].var()
    error = np.sqrt((weight**2 * spread * (1.0 / counts[0][both] + 1.0 / counts[1][both])).sum())
    return float((weight * (means[0] - means[1])).sum()), float(error)


def twin_figures(state: State, scenario: Scenario, seed: int, months: int = 24) -> Sums:
    """What work does to the care of people on assistance, and how much of the raw gap that is."""
    care = twins(state, scenario, seed, months)
    mine = care.assisted
    many = float(mine.sum())
    effect = float((care.use - care.use_with_work)[mine].sum())
    raw = float(care.use[mine].mean() - care.use[care.works].mean())
    return {
        "twin_mental_care": (-effect, many),
        "twin_share_of_gap": (effect, raw * many),
        "twin_gp_relative": (
            float((care.contacts_with_work - care.contacts)[mine].sum()),
            float(care.contacts[mine].sum()),
        ),
        "twin_physical": (float((care.illness_with_work - care.illness)[mine].sum()), many),
        "twin_care_saved": (float((care.cost - care.cost_with_work)[mine].sum()), many),
    }
