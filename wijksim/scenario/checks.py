"""Faults of a scenario that no single key shows: what doesn't fit the rest, the profile or the registry.

The checks read the file's plain content and skip what has the wrong type, which the schema reports; so a user
gets both kinds of fault at once.
"""

from __future__ import annotations

import importlib
import math
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from wijksim.errors import InputError, did_you_mean
from wijksim.parameters import Registry
from wijksim.population.profile import Profile
from wijksim.population.resident_columns import MOST_ENTERPRISES
from wijksim.settings import PROCESSES, ContractKind, PlaceKind, TargetGroup
from wijksim.tomlfile import KeyPath

__all__ = ["Fault", "all_faults", "load_process"]

Fault = tuple[KeyPath, str, str]
"""Key path in the file, what is wrong, what to do."""

Table = Mapping[str, Any]

_ON_ASSISTANCE = "social_assistance_persons"
_FIGURE_OF_GROUP: Mapping[str, str] = {
    TargetGroup.LONGEST_OUT_OF_WORK: _ON_ASSISTANCE,
    TargetGroup.PARENTS: "household_with_children_share",
    TargetGroup.PRACTICAL_SCHOOL_LEAVERS: "education_low_share",
}
"""Figure of a profile that is 0 where a target group has nobody."""


def all_faults(
    data: Table, profile: Profile | None, registry: Registry, options: Collection[str] = ()
) -> Iterator[Fault]:
    """Give every fault of fit in a scenario file.

    Parameters
    ----------
    data : mapping
        The file's content; the keys in an event's ``set`` are paths.
    profile : Profile or None
        Its profile, where that could be read.
    registry : Registry
        The shipped parameters.
    options : collection of str
        Keys that the caller gave in place of the file's: ``months``, ``residents``.
    """
    yield from _timing(data, by_option="months" in options)
    yield from _enterprises(data, profile)
    yield from _contradictions(data, registry)
    yield from _parameters(data, registry)
    yield from _processes(data)


def load_process(reference: str) -> type:
    """Import the class that a scenario names as ``package.module:Class``.

    Raises
    ------
    ValueError
        It can't be imported, or is no process; the message says why.
    """
    module_name, colon, class_name = reference.partition(":")
    if not (colon and module_name and class_name):
        raise ValueError(f'"{reference}" doesn\'t name a class; expected "package.module:Class".')
    try:
        module = importlib.import_module(module_name)
    except Exception as error:  # whatever the user's module does when it is imported
        raise ValueError(
            f"{module_name} can't be imported ({type(error).__name__}: {error})."
            " Install it, or put its folder in PYTHONPATH."
        ) from error
    process = getattr(module, class_name, None)
    if not isinstance(process, type):
        hint = did_you_mean(class_name, (name for name, value in vars(module).items() if isinstance(value, type)))
        raise ValueError(f"{module_name} has no class {class_name}. {hint}".strip())
    if not callable(getattr(process, "step", None)):
        raise ValueError(f"{reference} is not a process: it has no method 'step'.")
    return process


def _timing(data: Table, *, by_option: bool) -> Iterator[Fault]:
    months = data.get("months")
    if not isinstance(months, int) or isinstance(months, bool):
        return
    placed = [
        ((*at, key), table[key], words)
        for tables, key, words in (("event", "month", "month"), ("enterprise", "opens_in_month", "opening month"))
        for at, table in _tables(data, tables)
        if _is_int(table.get(key))
    ]
    needed = 1 + max((month for _, month, _ in placed), default=0)
    remedy = "choose an earlier month or more months."
    if by_option:
        remedy = f"that is what was asked for with --months. Give --months {needed} or more, or leave it out."
    for key_path, month, words in placed:
        if month >= months:
            hint = f"The run has {months} months, numbered 0 to {months - 1}: {remedy}"
            yield key_path, f"{words} {month} falls after the end of the run.", hint


def _enterprises(data: Table, profile: Profile | None) -> Iterator[Fault]:
    plans = list(_tables(data, "enterprise"))
    counts = Counter(str(plan.get("key")) for _, plan in plans)
    areas = [area.key for area in profile.areas] if profile else []
    if len(plans) > MOST_ENTERPRISES:
        message = f"{len(plans)} enterprises are too many: a scenario has {MOST_ENTERPRISES} at most."
        yield ("enterprise",), message, "Leave some out, or put some together."
    for at, plan in plans:
        key, area = plan.get("key"), plan.get("area")
        if isinstance(key, str) and counts[key] > 1:
            yield (*at, "key"), f'the key "{key}" stands {counts[key]} times.', "Give each its own key."
        if profile and isinstance(area, str) and area not in areas:
            hint = f"{did_you_mean(area, areas)} Areas: {', '.join(areas)}.".strip()
            yield (*at, "area"), f'the profile {profile.name} has no area "{area}".', hint
        elif profile:
            yield from _nobody_there(at, plan, profile)


def _nobody_there(at: KeyPath, plan: Table, profile: Profile) -> Iterator[Fault]:
    """Look for a group of which the profile says that there are none; a figure that is missing says nothing."""
    areas = [area for area in profile.areas if plan.get("area") in (None, area.key)]
    needed = {"target_group": _FIGURE_OF_GROUP.get(str(plan.get("target_group")))}
    if plan.get("places_are") == PlaceKind.PLACEMENTS:
        needed["places_are"] = _ON_ASSISTANCE
    for key, figure in needed.items():
        if figure and all(figure in area.figures and area.figures[figure].value == 0 for area in areas):
            message = f"nobody can take these places: {profile.name} has {figure} 0."
            yield (*at, key), message, "Choose another group, another area or another profile."


def _contradictions(data: Table, registry: Registry) -> Iterator[Fault]:
    """Look for levers that contradict each other at the start, then after each event."""
    policy = dict(_table(data, "policy"))
    yield from _policy_faults(("policy",), policy)
    yield from _never_filled(data, policy)
    plans = {}
    for at, plan in _tables(data, "enterprise"):
        plans[f"enterprise.{plan.get('key')}"] = dict(plan)
        yield from _plan_faults(at, plan, policy, registry)
    events = [(at, event) for at, event in _tables(data, "event") if _is_int(event.get("month"))]
    set_before: dict[tuple[int, str], KeyPath] = {}
    for at, event in sorted(events, key=lambda pair: int(pair[1]["month"])):
        if event.get("set") == {}:
            hint = 'Write what changes, for instance set = { "policy.grant_share" = 0.5 }.'
            yield (*at, "set"), "the event changes nothing.", hint
        touched, before = set(), dict(policy)
        for path, value in _table(event, "set").items():
            owner, _, lever = path.rpartition(".")
            (policy if owner == "policy" else plans.get(owner, {}))[lever] = value
            touched.add(owner)
            if (event["month"], path) in set_before:
                first = set_before[event["month"], path][1]
                message = f"another event of month {event['month']} sets {path} too (event {int(first) + 1})."
                yield (*at, "set", path), message, "Keep one of them."
            set_before[event["month"], path] = at
        if "policy" in touched:
            yield from _policy_faults((*at, "set"), policy)
        for owner, plan in plans.items():
            if owner in touched or ("policy" in touched and not any(_plan_faults(at, plan, before, registry))):
                yield from _plan_faults((*at, "set"), plan, policy, registry)


def _policy_faults(at: KeyPath, policy: Table) -> Iterator[Fault]:
    share = policy.get("temporary_hiring_subsidy_share", 0.0)
    months = policy.get("temporary_hiring_subsidy_months", 0)
    if not (_is_number(share) and _is_int(months)) or (share > 0) == (months > 0):
        return
    given, lacking = ("share", "months") if share > 0 else ("months", "share")
    yield (
        (*at, f"temporary_hiring_subsidy_{given}"),
        f"a temporary hiring subsidy needs its {lacking} too; now nothing is paid.",
        f"Set temporary_hiring_subsidy_{lacking}, or leave both out.",
    )


def _never_filled(data: Table, policy: Table) -> Iterator[Fault]:
    """Places beside a stop on hiring that holds from the first month to the last."""
    resumed = any(_table(event, "set").get("policy.hiring_frozen") is False for _, event in _tables(data, "event"))
    if policy.get("hiring_frozen") is True and not resumed and any(_tables(data, "enterprise")):
        hint = 'Leave it out, or add an event with set = { "policy.hiring_frozen" = false }.'
        yield ("policy", "hiring_frozen"), "hiring is frozen all the time, so no place is ever filled.", hint


def _plan_faults(at: KeyPath, plan: Table, policy: Table, registry: Registry) -> Iterator[Fault]:
    permanent = plan.get("contract") == ContractKind.PERMANENT
    placement = plan.get("places_are") == PlaceKind.PLACEMENTS
    months, longest = plan.get("contract_months"), registry.number("placement_longest_months")
    paid = f'places_are = "{PlaceKind.PAID_JOBS}"'
    if permanent and months is not None:
        hint = 'Leave contract_months out, or write contract = "temporary".'
        yield (*at, "contract_months"), "a permanent contract has no length.", hint
    if placement and policy.get("assistance_norm_share") == 0:
        message = "a placement is for people who keep their benefit, and assistance_norm_share is 0: there is none."
        yield (*at, "places_are"), message, f"Write {paid}, or a benefit level above 0."
    if permanent and placement:
        hint = f'Write contract = "temporary", or {paid}.'
        yield (*at, "contract"), "a placement with benefit is always temporary.", hint
    elif placement and isinstance(months, int) and months > longest:
        message = f"{months} months is too long: a placement with benefit lasts {longest:g} months at most."
        yield (*at, "contract_months"), message, f"Choose fewer months, or {paid}."


def _parameters(data: Table, registry: Registry) -> Iterator[Fault]:
    for name, value in _table(data, "parameters").items():
        if not (_is_number(value) and math.isfinite(value)):  # the schema tells
            continue
        try:
            registry.with_values({name: value})
        except InputError as error:
            for problem in error.problems:
                yield ("parameters", name), problem.message, problem.hint


def _processes(data: Table) -> Iterator[Fault]:
    for name, reference in _table(data, "process").items():
        if name not in PROCESSES:
            hint = f"{did_you_mean(name, PROCESSES)} Processes: {', '.join(PROCESSES)}.".strip()
            yield ("process", name), f'the month has no process "{name}" to put another in place of.', hint
        if isinstance(reference, str):
            try:
                load_process(reference)
            except ValueError as error:
                yield ("process", name), str(error), ""


def _table(data: Table, key: str) -> Table:
    table = data.get(key)
    return table if isinstance(table, dict) else {}


def _tables(data: Table, key: str) -> Iterator[tuple[KeyPath, Table]]:
    tables = data.get(key)
    for place, table in enumerate(tables if isinstance(tables, list) else ()):
        if isinstance(table, dict):
            yield (key, place), table


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
