"""What a scenario file may hold, made from the declarations in :mod:`wijksim.settings`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from annotated_types import Interval, Len
from pydantic import AfterValidator, Field, TypeAdapter, create_model

from wijksim.calendar import MONTHS_PER_YEAR, absolute_month
from wijksim.settings import EnterprisePlan, Event, Lever, Levers, Settings, model_of
from wijksim.structure import STRUCTURES
from wijksim.tomlschema import FileModel

__all__ = [
    "FIRST_START",
    "FOUNDED_WITH",
    "LAST_START",
    "SizeOptions",
    "lever_of",
    "lever_types",
    "range_text",
    "scenario_model",
    "settings_from_plain",
]

FIRST_START = absolute_month(2015, 1)  # the Participatiewet begins; mechanisms A15 refuses earlier starts
LAST_START = absolute_month(2500, 1)  # so that the longest run and all dates that it sets fit in a column of months

FOUNDED_WITH = frozenset({"sector", "opens_in_month", "area"})
"""Set when an enterprise is founded; no event changes them afterwards."""

Horizon = Annotated[int, Interval(ge=1, le=60 * MONTHS_PER_YEAR)]
Residents = Annotated[int, Interval(ge=1, le=1_000_000)]


def _start(text: str) -> int:
    found = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", text)
    if not found:
        raise ValueError(f'"{text}" is not a month; expected year and month between quotes, as "2015-01".')
    month = absolute_month(int(found[1]), int(found[2]))
    if month < FIRST_START:
        raise ValueError(f'"{text}" is too early: rules are known from 2015 on. Start in "2015-01" or later.')
    if month > LAST_START:
        raise ValueError(f'"{text}" is too late: months are kept up to 2730. Start in "2500-01" or earlier.')
    return month


class SizeOptions(FileModel):
    """Length and size that the caller sets in place of the file's."""

    months: Horizon | None = None
    residents: Residents | None = None


class _Scenario(FileModel):
    """The part of a scenario file that doesn't depend on which enterprises it has."""

    format: int
    name: Annotated[str, Len(1, 200)]
    description: str = ""
    profile: Annotated[str, Len(1)]
    start: Annotated[str, AfterValidator(_start)]
    months: Horizon
    residents: Residents | None = None
    parameters: Mapping[str, float] = Field(default_factory=dict)
    process: Mapping[str, str] = Field(default_factory=dict)


def scenario_model(enterprise_keys: Iterable[str]) -> type[FileModel]:
    """Make the model of a scenario file that has these enterprises.

    Parameters
    ----------
    enterprise_keys : iterable of str
        The keys of its enterprises, whose levers its events may set.

    Returns
    -------
    type of FileModel
        Fields as in the file; choices are given as the enums of :mod:`wijksim.settings`, `start` as an
        absolute month, `set` of an event by path (``policy.LEVER``, ``enterprise.KEY.LEVER``).
    """
    changes: dict[str, Any] = {path: (kind, None) for path, kind in lever_types(enterprise_keys).items()}
    event: Any = create_model(
        "Event",
        __base__=FileModel,
        month=(Annotated[int, Interval(ge=0)], ...),
        label=(Annotated[str, Len(1, 200)], ...),
        set=(create_model("Changes", __base__=FileModel, **changes), ...),
    )
    policy: Any = _model_of(Levers)
    enterprise: Any = _model_of(EnterprisePlan)
    tables: dict[str, Any] = {
        **{name: (_file_type(choice.kind), choice.default) for name, choice in STRUCTURES.items()},
        "policy": (policy, policy()),
        "enterprise": (tuple[enterprise, ...], ()),
        "event": (tuple[event, ...], ()),
    }
    return create_model("Scenario", __base__=_Scenario, **tables)


def lever_types(enterprise_keys: Iterable[str], *, founding: bool = False) -> dict[str, Any]:
    """Give the type of each lever that an event may set, by its path; also of what enterprises are founded with."""
    types = {f"policy.{name}": kind for name, kind in _file_types(Levers).items()}
    for key in enterprise_keys:
        for name, kind in _file_types(EnterprisePlan).items():
            if lever_of(EnterprisePlan, name) and (founding or name not in FOUNDED_WITH):
                types[f"enterprise.{key}.{name}"] = kind
    return types


def settings_from_plain(plain: Mapping[str, Any]) -> Settings:
    """Make settings of what ``asdict`` made of them, as it stands in a manifest.

    Parameters
    ----------
    plain : mapping
        By field; choices as text, lists for tuples.
    """
    kinds = lever_types(plan["key"] for plan in plain["enterprises"])
    events = (
        Event(
            event["month"],
            event["label"],
            tuple((path, TypeAdapter(kinds[path]).validate_python(value)) for path, value in event["changes"]),
        )
        for event in plain["events"]
    )
    policy, enterprise = _model_of(Levers), _model_of(EnterprisePlan)
    # Results of before a choice was there have it at its default.
    structure: dict[str, Any] = {
        name: choice.kind(plain.get(name, choice.default)) for name, choice in STRUCTURES.items()
    }
    return Settings(
        **{name: plain[name] for name in ("name", "start", "months", "residents")},
        processes=plain.get("processes", {}),
        **structure,
        levers=Levers(**policy.model_validate(plain["levers"]).model_dump()),
        enterprises=tuple(
            EnterprisePlan(**enterprise.model_validate(plan).model_dump()) for plan in plain["enterprises"]
        ),
        events=tuple(events),
    )


@cache
def _hints_of(declared: type) -> dict[str, Any]:
    return get_type_hints(declared, include_extras=True)


def lever_of(declared: type, name: str) -> Lever | None:
    """Give the lever that a field of a settings dataclass declares."""
    parts = get_args(_hints_of(declared)[name])
    return next((part for part in parts if isinstance(part, Lever)), None)


@cache
def _model_of(declared: type) -> Any:
    return model_of(declared, _file_types(declared))


@cache
def _file_types(declared: type) -> dict[str, Any]:
    return {name: _file_type(hint) for name, hint in _hints_of(declared).items()}


def _file_type(kind: Any) -> Any:
    """Replace an enum by the texts that a file has for it; all else stays."""
    if get_origin(kind) is Annotated:
        base, *notes = get_args(kind)
        return Annotated[(_file_type(base), *notes)]
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return Annotated[Literal[tuple(str(member) for member in kind)], AfterValidator(_member_of(kind))]
    return kind


def _member_of(kind: type[StrEnum]) -> Callable[[str], StrEnum]:
    """Function of one text: the signature of an enum itself differs by version of Python."""

    def member(text: str) -> StrEnum:
        return kind(text)

    return member


def range_text(kind: Any, *, dutch: bool = False) -> str:
    """Say which values a field may have, from its declaration; empty for any. In English, or in Dutch."""
    members = list(_members(kind))
    texts = [member for member in members if isinstance(member, str)]
    if texts:
        return " | ".join(f'"{text}"' for text in texts)
    for member in members:
        if isinstance(member, type) and issubclass(member, StrEnum):
            return " | ".join(f'"{choice}"' for choice in member)
        if member is bool:
            return "true (ja) of false (nee)" if dutch else "true or false"
        if isinstance(member, Interval):
            closed = isinstance(member.ge, int | float)
            word, to = ("van" if closed else "boven", "tot en met") if dutch else ("from" if closed else "above", "to")
            return f"{word} {member.ge if closed else member.gt:.15g} {to} {member.le:.15g}"
    return ""


def _members(kind: Any) -> Iterator[Any]:
    """Give the types and notes that an annotation is made of."""
    if get_origin(kind) is None:
        yield kind
    elif get_origin(kind) is Annotated:
        yield from get_args(kind)[1:]
        yield from _members(get_args(kind)[0])
    else:
        for part in get_args(kind):
            yield from _members(part)
