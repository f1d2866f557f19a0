"""Compiled: all rules of a month of income and benefits, in the order in which they build on one another."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.kernels import kernel
from wijksim.processes.ages import ages
from wijksim.processes.benefits_own import add_up, earn
from wijksim.processes.benefits_sums import Home, Unit
from wijksim.processes.benefits_unit import assist, resolve, top_up
from wijksim.processes.rules_allowances import AllowanceRules
from wijksim.processes.rules_assistance import AssistanceRules
from wijksim.processes.rules_bonuses import BonusRules
from wijksim.processes.rules_insurance import InsuranceRules
from wijksim.processes.rules_wages import WageRules

__all__ = ["benefit_month"]

Array = NDArray[Any]

UNIT_SUMS, HOME_SUMS = len(Unit), len(Home)


@kernel
def benefit_month(
    at: int,
    hiring_share: float,
    hiring_months: int,
    key_durable: np.uint64,
    key_student: np.uint64,
    student_share: Array,
    student_wage: Array,
    wage_rules: tuple[Any, ...],
    bonus_rules: tuple[Any, ...],
    insurance_rules: tuple[Any, ...],
    unit_rules: tuple[Any, ...],
    allowance_rules: tuple[Any, ...],
    first: bool,
    norm_share: float,
    present: Array,
    uid: Array,
    birth_month: Array,
    partner_row: Array,
    status: Array,
    status_since: Array,
    job_since: Array,
    ever_placed: Array,
    placed_from: Array,
    employer: Array,
    hours_share: Array,
    productivity: Array,
    wage_multiple: Array,
    sick_since: Array,
    subsidised_since: Array,
    ww_since: Array,
    ww_until: Array,
    ww_after_place: Array,
    wage: Array,
    net_earnings: Array,
    last_wage: Array,
    benefit: Array,
    minimum: Array,
    regular: Array,
    indexation: float,
    income: Array,
    flows: Array,
    wages_by_employer: Array,
    subsidy_by_employer: Array,
    support_by_employer: Array,
    totals: Array,
    head_row: Array,
    unit_row: Array,
    out_of_work_since: Array,
    exemption_used: Array,
    take_up: Array,
    assistance: Array,
) -> None:
    """Do the month of everybody; in one kernel, as handing over the columns costs as much as fifty residents.

    Rules come without the names of their fields, in order: with them handing over takes five times as long.
    """
    wages, bonuses, insurance = WageRules(*wage_rules), BonusRules(*bonus_rules), InsuranceRules(*insurance_rules)
    assistance_rules, allowances = AssistanceRules(*unit_rules), AllowanceRules(*allowance_rules)
    people = np.zeros(present.size, np.int64)
    units = np.zeros((present.size, UNIT_SUMS), np.int32)
    homes = np.zeros((present.size, HOME_SUMS), np.int32)
    insured = np.empty(present.size, np.int32)
    age = ages(at, birth_month, minimum.size - 1)
    workers, claimants = earn(
        at,
        present,
        uid,
        age,
        partner_row,
        status,
        status_since,
        job_since,
        ever_placed,
        placed_from,
        employer,
        hours_share,
        productivity,
        wage_multiple,
        sick_since,
        subsidised_since,
        ww_since,
        ww_until,
        ww_after_place,
        wage,
        net_earnings,
        last_wage,
        benefit,
        minimum,
        regular,
        student_share,
        student_wage,
        indexation,
        hiring_share,
        hiring_months,
        key_durable,
        key_student,
        wages,
        bonuses,
        insurance,
        insured,
        income,
        flows,
        wages_by_employer,
        subsidy_by_employer,
        support_by_employer,
        totals,
    )
    add_up(
        at,
        present,
        age,
        head_row,
        unit_row,
        status,
        out_of_work_since,
        wage,
        net_earnings,
        benefit,
        insurance,
        assistance_rules,
        allowances.premium,
        insured,
        income,
        flows,
        people,
        units,
        homes,
    )
    top_up(
        at,
        workers,
        claimants,
        birth_month,
        head_row,
        unit_row,
        partner_row,
        status,
        exemption_used,
        net_earnings,
        last_wage,
        indexation,
        benefit,
        wages,
        insurance,
        assistance_rules,
        placed_from,
        sick_since,
        ww_since,
        ww_after_place,
        assistance,
        income,
        flows,
        people,
        units,
        homes,
        totals,
    )
    assist(
        first,
        present,
        head_row,
        unit_row,
        take_up,
        benefit,
        assistance,
        norm_share,
        assistance_rules,
        allowances,
        income,
        flows,
        people,
        units,
        homes,
        totals,
    )
    resolve(
        at,
        present,
        birth_month,
        head_row,
        unit_row,
        net_earnings,
        assistance,
        status,
        status_since,
        exemption_used,
        assistance_rules,
        allowances,
        income,
        flows,
        people,
        units,
        homes,
    )
