"""What is known of each resident: every attribute declared once, with dtype, unit and meaning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from wijksim.population.codes import Contract, Education, Status

__all__ = ["MOST_ENTERPRISES", "NO_ROW", "RESIDENT_COLUMNS", "Column"]

NO_ROW = -1
"""Value of a ``row`` column that refers to nobody."""

MOST_ENTERPRISES = 127
"""Social enterprises whose numbers fit in the columns ``employer`` and ``last_place``, where -1 is none."""


@dataclass(frozen=True)
class Column:
    """Declaration of one attribute of all residents.

    Parameters
    ----------
    name : str
        Attribute name.
    dtype : str
        numpy dtype.
    default : int, float or bool
        Value of a new row.
    unit : str
        Unit, or "code", "month" (absolute), "row", "uid".
    meaning : str
        One sentence for docs and ODD.
    kind : {"value", "row", "uid"}
        A ``row`` column is remapped when rows move and reset when the resident it refers to leaves.
    monthly : bool
        Set to the default again at the start of each month.
    """

    name: str
    dtype: str
    default: float
    unit: str
    meaning: str
    kind: Literal["value", "row", "uid"] = "value"
    monthly: bool = False


def _declare() -> tuple[Column, ...]:
    never = -1
    return (
        Column("uid", "i8", -1, "uid", "Identity of the resident, kept for life.", "uid"),
        Column("mother_row", "i4", NO_ROW, "row", "Row of the mother while she lives in the wijk.", "row"),
        Column("father_row", "i4", NO_ROW, "row", "Row of the father while he lives in the wijk.", "row"),
        Column("partner_row", "i4", NO_ROW, "row", "Row of the partner in the same household.", "row"),
        Column(
            "head_row",
            "i4",
            NO_ROW,
            "row",
            "Row of the household's head, the member with the smallest uid.",
            "row",
        ),
        Column("unit_row", "i4", NO_ROW, "row", "Row that stands for the benefit unit (bijstandseenheid).", "row"),
        Column("household", "i8", -1, "uid", "Identity of the household.", "uid"),
        Column("home", "i4", -1, "index", "Home on the street plan, which knows the area (`homes.area`)."),
        Column(
            "present",
            "?",
            True,
            "yes/no",
            "Whether the row is a resident; leavers stay until rows are compacted.",
        ),
        Column(
            "starter",
            "?",
            False,
            "yes/no",
            "Whether the resident lived in the wijk at the start (starting cohort).",
        ),
        Column("birth_month", "i2", 0, "month", "Month of birth."),
        Column("sex", "i1", 0, "code", "Sex, code of `Sex`."),
        Column(
            "education",
            "i1",
            Education.LOW,
            "code",
            "Highest education, code of `Education`; a child's is drawn at 16.",
        ),
        Column("births", "i1", 0, "children", "Number of children born to her."),
        Column("partner_spell", "i1", 0, "count", "Number of partnerships so far; keys a partner from outside."),
        Column("frailty", "f4", 0.0, "SD", "Fixed tendency to ill health, standard normal in the population."),
        Column("employability", "f4", 0.0, "SD", "Fixed ability to find and keep work, standard normal."),
        Column(
            "productivity",
            "f4",
            1.0,
            "share of minimum wage",
            "What the resident can earn for an employer (loonwaarde).",
        ),
        Column(
            "productivity_measured",
            "f4",
            0.0,
            "share of minimum wage",
            "Productivity as the first place measured it; 0 is never measured.",
        ),
        Column(
            "wage_multiple",
            "f4",
            1.0,
            "minimum wages",
            "Full-time wage in a regular job over the minimum wage of 2015 risen with agreed wages.",
        ),
        Column(
            "usual_wage", "f4", 0.0, "minimum wages", "Full-time wage that is grown to in a job; 0 is not yet known."
        ),
        Column("usual_hours", "f4", 0.0, "share of full time", "Hours that are grown to in a job; 0 is not yet known."),
        Column("status", "i1", Status.CHILD, "code", "Activity status, code of `Status`."),
        Column("status_since", "i2", 0, "month", "Month in which the status began."),
        Column("out_of_work_since", "i2", 0, "month", "Month in which the present spell without paid work began."),
        Column(
            "job_since",
            "i2",
            never,
            "month",
            "Month in which the present job or placement began; -1 is none.",
        ),
        Column(
            "employer",
            "i1",
            -1,
            "index",
            "Social enterprise of the job or placement; -1 is any other employer.",
        ),
        Column("contract", "i1", Contract.NONE, "code", "Kind of contract, code of `Contract`."),
        Column("contract_until", "i2", never, "month", "Month in which a temporary contract or placement ends."),
        Column("hours_share", "f4", 0.0, "share of full time", "Hours of the present or last job or placement."),
        Column(
            "idle_since",
            "i2",
            never,
            "month",
            "Begin of the time out of work that counts in search of someone in or from a place; -1 is none.",
        ),
        Column(
            "idle_status",
            "i1",
            never,
            "code",
            "`Status` as which someone in or from a place searches, after the WW if it came from that; -1 is none.",
        ),
        Column("idle_worked", "?", False, "yes/no", "Whether someone in or from a place had a job before it."),
        Column(
            "idle_until",
            "i2",
            never,
            "month",
            "Until when someone in or from a place searches as on the WW, or as a school leaver; -1 is none.",
        ),
        Column("lock_in_until", "i2", never, "month", "Until when a placement takes time away from search."),
        Column("coached_until", "i2", never, "month", "Until when coaching helps finding a regular job."),
        Column("subsidised_since", "i2", never, "month", "Month in which a temporary hiring subsidy began."),
        Column(
            "weeks_worked",
            "f4",
            0.0,
            "weeks of 36",
            "Recent weeks in work, for the entry condition of the WW.",
        ),
        Column("ww_months_built", "f4", 0.0, "months", "Work history that counts for the length of the WW."),
        Column("ww_until", "i2", never, "month", "Month in which unemployment benefit (WW) ends."),
        Column("ww_since", "i2", never, "month", "Month in which unemployment benefit (WW) began."),
        Column("ww_after_place", "i1", never, "code", "`Status` before the place that led to the last WW; -1 is none."),
        Column(
            "last_wage",
            "i4",
            0,
            "cents a month",
            "Gross wage of the last job, base of the WW and disability benefit, in minimum wages of the start.",
        ),
        Column("ill", "?", False, "yes/no", "Whether health hinders work now."),
        Column("sick_since", "i2", never, "month", "Month in which the present sick leave began; -1 is none."),
        Column(
            "take_up",
            "f4",
            0.5,
            "0 to 1",
            "Rank in claiming social assistance that one is entitled to; below the share that claims, one does.",
        ),
        Column("exemption_used", "i1", 0, "months", "Months of the earnings exemption used in this spell."),
        Column("wage", "i4", 0, "cents", "Gross wage or profit of this month.", monthly=True),
        Column("net_earnings", "i4", 0, "cents", "Earnings of this month after tax.", monthly=True),
        Column("benefit", "i4", 0, "cents", "Net benefits of this month of the resident.", monthly=True),
        Column(
            "assistance",
            "i4",
            0,
            "cents",
            "Net social assistance (bijstand) of this month, or of the last until it is paid, on the unit's row.",
        ),
        Column(
            "income",
            "i4",
            0,
            "cents",
            "All that was paid to the resident this month, less what the resident paid.",
            monthly=True,
        ),
        Column("mental", "f4", 0.0, "SD", "Mental ill health z; higher is worse."),
        Column("physical", "f4", 0.0, "SD", "Physical ill health y; higher is worse."),
        Column("mental_care", "?", False, "yes/no", "Whether the resident is in mental health care this month."),
        Column("gp_contacts", "i2", 0, "contacts", "GP contacts of this month.", monthly=True),
        Column(
            "care_cost",
            "i4",
            0,
            "cents",
            "Insured care of this month at average cost, deductible included.",
            monthly=True,
        ),
        Column("deductible_used", "i4", 0, "cents", "Own risk paid in this calendar year."),
        Column("insurer", "i1", 0, "index", "Health insurer."),
        Column("norm", "f4", 0.5, "0 to 1", "Work norm: how usual paid work is held to be."),
        Column("months_observed", "u1", 0, "months", "Months of childhood in which a resident parent was seen."),
        Column("months_with_work", "u1", 0, "months", "Of these, months in which a parent had paid work."),
        Column(
            "exposure",
            "f4",
            -1.0,
            "share",
            "Share of childhood with a working parent, fixed at 18; -1 is missing.",
        ),
        Column("adult_months", "i2", 0, "months", "Months since 5 years after leaving school, for the lineage."),
        Column("adult_months_paid", "i2", 0, "months", "Of these, months in paid work."),
        Column("paid_streak", "i2", 0, "months", "Consecutive months in paid work up to now."),
        Column(
            "generations_without_work",
            "i1",
            -1,
            "generations",
            "Consecutive generations above with long spells out of work; -1 is missing.",
        ),
        Column("first_recorded", "?", False, "yes/no", "Whether the twelfth consecutive paid month was recorded."),
        Column(
            "ever_placed",
            "i2",
            never,
            "month",
            "Month of the first place at a social enterprise; -1 is never.",
        ),
        Column("last_place", "i1", never, "index", "Social enterprise of the present or last place; -1 is none."),
        Column("place_left", "i2", never, "month", "Month in which the last place ended; -1 is none or still in it."),
        Column(
            "chain_since",
            "i2",
            never,
            "month",
            "Begin of the chain of contracts with `last_place`; 0 after leaving before the end, -1 is none.",
        ),
        Column("placement_months", "i2", 0, "months", "Months in placements with benefit that have ended."),
        Column(
            "placed_from",
            "i1",
            never,
            "code",
            "Status from which the present place was taken, code of `Status`; -1 is none.",
        ),
        Column(
            "placed_assistance",
            "f4",
            0.0,
            "norms",
            "Net social assistance of the unit before the present place, in norms of a single person.",
        ),
    )


RESIDENT_COLUMNS: tuple[Column, ...] = _declare()
"""Every attribute of a resident that wijksim itself declares."""
