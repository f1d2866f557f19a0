"""What must hold of people in every month, said plainly and apart from the model's own code."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from wijksim.parameters import Registry
from wijksim.population.columns import Contract, LeaveReason, Sex, Status, is_paid_work
from wijksim.state import State

ADULT = 18 * 12
PUPIL = 16 * 12
YOUNGEST_PARENT = 12 * 12


def people_faults(before: State, after: State) -> list[str]:
    """Faults in who came and who left in the month between two states."""
    at = before.month
    past, now = _by_uid(before), _by_uid(after)
    faults = []
    columns = after.columns
    uids = columns["uid"][columns["present"]]
    if np.unique(columns["uid"]).size != len(columns) or (uids < 0).any():
        faults.append("an identity is negative or stands twice")
    came, left = now.keys() - past.keys(), past.keys() - now.keys()
    mothers, _ = after.lineage.parents_of(columns["uid"])
    born = {
        uid
        for uid in came
        if columns["birth_month"][now[uid]] == at and int(mothers[now[uid]]) in now.keys() & past.keys()
    }
    reasons: Counter[int] = Counter()
    lineage = after.lineage
    for uid in left:
        place = _places(lineage, uid)
        if len(place) != 1 or lineage.left_month[place[0]] != at:
            faults.append("someone left without a trace")
        else:
            reasons[int(lineage.left_reason[place[0]])] += 1
    counted = {
        "births": len(born),
        "arrivals": len(came) - len(born),
        "deaths": reasons[LeaveReason.DEATH],
        "departures": reasons[LeaveReason.MOVED_OUT],
    }
    flows = after.flows
    for name, number in counted.items():
        if flows.get(name, 0.0) != number:
            faults.append(f"{name}: {flows.get(name, 0.0):g} were counted, {number} happened")
    if flows["residents"] != len(now):
        faults.append("residents are counted wrong")
    if len(now) != len(past) + counted["births"] + counted["arrivals"] - counted["deaths"] - counted["departures"]:
        faults.append("people don't add up")
    kept = before.lineage.uid.size
    for name in ("uid", "mother", "father", "birth_month"):
        if not np.array_equal(getattr(before.lineage, name), getattr(lineage, name)[:kept]):
            faults.append(f"the past was rewritten: lineage.{name}")
    return faults + _parent_faults(after)


def _places(lineage: Any, uid: int) -> np.ndarray:
    return np.flatnonzero(lineage.uid == uid)


def _by_uid(state: State) -> dict[int, int]:
    rows = state.columns.present_rows()
    return dict(zip(state.columns["uid"][rows].tolist(), rows.tolist(), strict=True))


def _parent_faults(state: State) -> list[str]:
    """Parents live here or once lived, are older than their children, and are found at the row that is kept."""
    columns, lineage = state.columns, state.lineage
    row_of = _by_uid(state)
    born_of = dict(zip(lineage.uid.tolist(), lineage.birth_month.tolist(), strict=True))
    born, sexes = columns["birth_month"].tolist(), columns["sex"].tolist()
    faults = []
    if len(born_of) != lineage.uid.size:
        faults.append("someone stands twice in the lineage")
    if not row_of.keys() <= born_of.keys():
        faults.append("a resident is missing in the lineage")
    parents = dict(zip(("mother", "father"), lineage.parents_of(columns["uid"]), strict=True))
    for parent, sex in (("mother", Sex.FEMALE), ("father", Sex.MALE)):
        uids, places = parents[parent].tolist(), columns[f"{parent}_row"].tolist()
        for row in row_of.values():
            uid, place = uids[row], places[row]
            if uid >= 0 and uid not in born_of:
                faults.append(f"a {parent} never existed")
            elif uid >= 0 and born[row] - born_of[uid] < YOUNGEST_PARENT:
                faults.append(f"a {parent} is too young")
            if place != row_of.get(uid, -1):
                faults.append(f"{parent}_row is not where the {parent} is")
            elif place >= 0 and sexes[place] != sex:
                faults.append(f"a {parent} of the wrong sex")
    return faults


def household_faults(state: State, at: int) -> list[str]:
    """Faults in households, couples, benefit units, homes and ties, in the month `at`."""
    columns = state.columns
    rows = columns.present_rows().tolist()
    here = set(rows)
    uid, household, home, head, unit, partner = (
        columns[name].tolist() for name in ("uid", "household", "home", "head_row", "unit_row", "partner_row")
    )
    adult = (at - columns["birth_month"] >= ADULT).tolist()
    parents = list(zip(columns["mother_row"].tolist(), columns["father_row"].tolist(), strict=True))
    members: dict[int, list[int]] = {}
    for row in rows:
        members.setdefault(household[row], []).append(row)
    faults = []
    for people in members.values():
        first = min(people, key=lambda row: uid[row])
        if any(head[row] != first for row in people):
            faults.append("a head of household who is not")
        if len({home[row] for row in people}) != 1:
            faults.append("a household in two homes")
        if not any(adult[row] for row in people):
            faults.append("children alone in a home")
    if len({home[people[0]] for people in members.values()}) != len(members):
        faults.append("two households in one home")
    for row in rows:
        other = partner[row]
        if other >= 0 and not (partner[other] == row and household[other] == household[row] and other in here):
            faults.append("a couple that is none")
        stands = row
        while not adult[stands]:
            at_home = [place for place in parents[stands] if place >= 0 and household[place] == household[stands]]
            if not at_home:
                break
            stands = at_home[0]
        other = partner[stands]
        if unit[row] != (other if other >= 0 and uid[other] < uid[stands] else stands):
            faults.append("a benefit unit that is none")
    ties = state.ties.rows
    if ties.shape[0] != len(columns):
        return [*faults, "ties don't fit the residents"]
    present = columns["present"]
    known = ties[present]
    if not np.append(present, True)[known].all() or (known == np.flatnonzero(present)[:, None]).any():
        faults.append("a tie with nobody, or with oneself")
    return faults


def status_faults(before: State, after: State, registry: Registry, start: int) -> list[str]:
    """Faults in the activity status of residents at the end of the month between two states."""
    at = before.month
    columns = after.columns
    present = columns["present"]
    status, age = columns["status"].astype(int), at - columns["birth_month"]
    pension, pension_at_start = (registry.at("state_pension_age_months", month) for month in (at, start))
    paid, placed = is_paid_work(columns["status"]), status == Status.PLACEMENT
    at_work = paid | placed
    helped = columns["assistance"][columns["unit_row"]] > 0
    school_age = registry.table("school_leaving_age").per_step(4)[columns["education"]]
    longest = (school_age + 1) * 12 + np.where(
        columns["education"] == 0, registry.number("practical_continuation_months"), 0
    )
    running = np.array([books.opened and not books.failed for books in after.institutions.enterprises] + [False])
    ends = (columns["contract_until"] >= 0) & (columns["contract_until"] <= at)  # carried out in the next month
    rules = {
        "no status at all": ~np.isin(status, [int(s) for s in Status]),
        "a child of 16 or an adult who is a child": (status == Status.CHILD) != (age < PUPIL),
        "at work beyond the state pension age": (age >= pension) & (status != Status.RETIRED),
        "retired too young": (status == Status.RETIRED) & (age < pension_at_start),
        "at school too old": (status == Status.SCHOOL) & (age >= longest),
        "a job without hours": at_work & ~((columns["hours_share"] > 0) & (columns["hours_share"] <= 1)),
        "a job without beginning": at_work != (columns["job_since"] >= 0),
        "a job that begins tomorrow": columns["job_since"] > at,
        "a contract without job": (columns["contract"] != Contract.NONE) & ~at_work,
        "a place without employer": placed & (columns["employer"] < 0),
        "an employer without place": (columns["employer"] >= 0) & ~placed & (status != Status.SUBSIDISED_JOB),
        "a place at a closed enterprise": (columns["employer"] >= 0) & ~running[columns["employer"]] & ~ends,
        "a place from nowhere": (columns["placed_from"] >= 0) != (columns["employer"] >= 0),
        "in or from a place, of no group": (columns["idle_since"] >= 0) & (columns["idle_status"] < 0),
        "sick leave without job or unemployment benefit": (columns["sick_since"] >= 0)
        & ~(at_work | (status == Status.UNEMPLOYMENT_BENEFIT)),
        "unemployment benefit that has ended": (status == Status.UNEMPLOYMENT_BENEFIT) & (columns["ww_until"] <= at),
        "assistance without a unit that gets it": (status == Status.SOCIAL_ASSISTANCE) & ~helped,
        "no benefit in a unit that gets assistance": (status == Status.NO_BENEFIT) & helped & (age >= ADULT),
        "jobless minors on assistance": (status == Status.SOCIAL_ASSISTANCE) & (age < ADULT),
        "a spell that begins tomorrow": (columns["status_since"] > at) | (columns["out_of_work_since"] > at),
    }
    faults = [name for name, wrong in rules.items() if (wrong & present).any()]
    rows = columns.present_rows()
    old = before.columns.rows_of(columns["uid"][rows])
    stays = old >= 0
    if ((status[rows] == Status.RETIRED) & (age[rows] < pension) & ~stays).any():
        faults.append("a newcomer retired before the state pension age")
    rows, old = rows[stays], old[stays]
    was = before.columns["status"][old].astype(int)
    if ((status[rows] == Status.RETIRED) & (was != Status.RETIRED) & (age[rows] < pension)).any():
        faults.append("someone retired before the state pension age")
    changed = status[rows] != was
    if (columns["status_since"][rows][changed] != at).any():
        faults.append("a new status with an old date")
    total = sum(after.flows[f"status.{item.name.lower()}"] for item in Status)
    if total != present.sum():
        faults.append("statuses don't add up to residents")
    return faults
