"""Checking what a user's TOML file holds: every fault by key path, with its line, unit, range and remedy.

File formats derive their models from :class:`FileModel`; :func:`validate` turns what pydantic finds into
:class:`~wijksim.errors.Problem`.
"""

from __future__ import annotations

import re
import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from wijksim.errors import InputError, Problem, did_you_mean
from wijksim.tomlfile import KeyPath, LineFinder, SourceFloat, key_text, money_problems, toml_text

__all__ = ["FileModel", "Share", "pydantic_problems", "validate"]

Share = Annotated[float, Field(ge=0, le=1)]

_Model = TypeVar("_Model", bound=BaseModel)

# What a key's name says about its value, by the house rule for names of keys.
_MEANING_OF_NAME = (
    (r"_share$", "a share between 0 and 1"),
    (r"_euro_per_month$", "an amount in euro per month"),
    (r"_euro$", "an amount in euro"),
    (r"_per_month$", "a rate per month"),
    (r"_months$|^months?$|_month$", "a whole number of months"),
    (r"^code$|_code$", 'a code between quotes, for instance "GM0114"'),
)
_EXPECTED_TYPE = {
    "float": "a number",
    "int": "a whole number",
    "string": "a text between quotes",
    "bool": "true or false",
    "list": "a list",
    "tuple": "a list",
    "dict": "a table",
    "model": "a table",
    "date": "a date such as 2015-01-31",
}
_NAMES_OF_TYPES = {"float": "float", "int": "int", "str": "string", "bool": "bool"}
_BOUNDS = {
    "greater_than": ("gt", "more than"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "less than"),
    "less_than_equal": ("le", "at most"),
}


class FileModel(BaseModel):
    """Base of everything read from a user's file: no guessed types, no unknown keys, no inf or NaN, frozen.

    Arrays of the file are declared as tuples.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)


def validate(model: type[_Model], data: dict[str, Any], path: Path, finder: LineFinder) -> _Model:
    """Check a file's content against its model.

    Parameters
    ----------
    model : type of BaseModel
        What the file may hold.
    data : dict
        The content as :func:`wijksim.tomlfile.load_toml` gave it.
    path : Path
        The file, for messages.
    finder : LineFinder
        Gives the line of a key.

    Raises
    ------
    InputError
        Every fault of the file, in the order of its lines.
    """
    problems = money_problems(data, path, finder)
    try:
        checked = model.model_validate(_plain(data))
    except ValidationError as error:
        problems += pydantic_problems(error, path, finder, model)
    if problems:
        raise InputError(sorted(problems, key=lambda problem: problem.line or 0))
    return checked


def pydantic_problems(error: ValidationError, path: Path, finder: LineFinder, model: type[BaseModel]) -> list[Problem]:
    """Translate what pydantic found into problems by key path, with line, expectation and remedy.

    Parameters
    ----------
    error : ValidationError
        What validation of `finder.data` raised.
    path : Path
        The file, for messages.
    finder : LineFinder
        Gives the line of a key.
    model : type of BaseModel
        The model validated; its field names are the known keys.
    """
    problems = []
    faults = error.errors()
    places = [fault["loc"] for fault in faults]
    key_paths = [_path_in_file(fault, finder.data) for fault in faults]
    for number, (fault, key_path) in enumerate(zip(faults, key_paths, strict=True)):
        size = len(fault["loc"])
        if fault["type"] == "too_short" and any(p[:size] == fault["loc"] and len(p) > size for p in places):
            continue  # pydantic counts only the right elements; the wrong ones are told by themselves
        if len(key_path) < size and any(path[: len(key_path)] == key_path for path in key_paths[:number]):
            continue  # another member of the same union; the first told of all
        others = [
            other
            for other, path in zip(faults[number + 1 :], key_paths[number + 1 :], strict=True)
            if path == key_path and len(path) < len(other["loc"])
        ]
        message, hint = _explain_union([fault, *others]) if others else _explain(fault, key_path, model)
        where = f"{path}: {key_text(key_path)}" if key_path else str(path)
        problems.append(Problem(where, message, hint, finder.line(key_path)))
    return problems


def _plain(value: Any) -> Any:
    """Make arrays tuples and numbers plain floats, as strict models want them."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return tuple(_plain(inner) for inner in value)
    return float(value) if isinstance(value, SourceFloat) else value


def _explain(fault: ErrorDetails, key_path: KeyPath, model: type[BaseModel]) -> tuple[str, str]:
    kind, value = fault["type"], fault["input"]
    names = [key for key in key_path if isinstance(key, str)]
    name = names[-1] if names else ""
    named = names[-2] if name == "value" and len(names) > 1 else name  # the name that tells the unit
    if kind == "extra_forbidden":
        return "this key is not known here.", _where_key_belongs(name, fault["loc"], model)
    if kind == "missing":
        expected = _choices(fault["loc"], model) or _meaning(named) or _kind_of_value(fault["loc"], model)
        return f"the key '{name}' is missing; expected {expected}.", ""
    if kind == "value_error":
        return f"{fault['ctx']['error']}", ""
    shown = toml_text(value)
    bounds = _both_bounds(fault["loc"], model) if kind in _BOUNDS else ""
    if named.endswith("_share") and bounds in ("", "from 0 to 1"):
        return f"{shown} is not a share between 0 and 1.", _share_hint(value)
    if kind == "finite_number":
        meaning = _meaning(named)
        return f"{shown} is not a finite number{f'; expected {meaning}' if meaning else ''}.", ""
    if kind in _BOUNDS:
        bound, words = _BOUNDS[kind]
        expected = bounds or f"{words} {fault['ctx'][bound]}"
        unit = "a share, " if named.endswith("_share") else _unit(named)
        return f"{shown} is out of range; expected {unit}{expected}.", ""
    if kind == "literal_error":
        return f"{shown} is not one of {fault['ctx']['expected']}.", _nearest(value, fault["ctx"]["expected"])
    if kind == "is_instance_of":
        return f"{shown} is not of the kind {fault['ctx']['class']}.", _member_hint(fault["loc"], model, value)
    if kind == "too_short":
        return f"there are {fault['ctx']['actual_length']}; expected at least {fault['ctx']['min_length']}.", ""
    base = kind.split("_")[0]
    if kind.endswith(("_type", "_from_float", "_parsing")) and base in _EXPECTED_TYPE:
        return f"{shown} is not {_one_wording(_EXPECTED_TYPE[base], _meaning(named))}.", _type_hint(base, value)
    return f"{shown} is not right: {fault['msg'][:1].lower()}{fault['msg'][1:]}.", ""


def _explain_union(faults: Sequence[ErrorDetails]) -> tuple[str, str]:
    """One fault for a value that is none of the kinds that a key may have."""
    wanted = []
    for fault in faults:
        base = fault["type"].split("_")[0]
        wanted.append(fault["ctx"]["expected"] if base == "literal" else _EXPECTED_TYPE.get(base, fault["msg"].lower()))
    return f"{toml_text(faults[0]['input'])} is neither {' nor '.join(wanted)}.", ""


def _one_wording(kind: str, meaning: str) -> str:
    """What was expected, said once: the meaning of the key where that says the kind of value too."""
    return meaning if meaning.startswith(kind) else f"{kind}; expected {meaning}" if meaning else kind


def _declared(loc: Sequence[str | int], model: type[BaseModel]) -> list[Any]:
    """Give the types, texts and bounds that are declared for a key."""
    fields = [found.model_fields.get(str(loc[-1])) for found in _models_at(model, loc[:-1])]
    return [note for field in fields if field for note in (*field.metadata, *_leaves(field.annotation))]


def _leaves(annotation: Any) -> Iterator[Any]:
    """Give what an annotation is made of: types, texts of a choice, and the notes on them."""
    if get_origin(annotation) in (Annotated, Union, types.UnionType):
        for part in get_args(annotation):
            yield from _leaves(part)
    else:
        yield annotation


def _choices(loc: Sequence[str | int], model: type[BaseModel]) -> str:
    texts = [text for part in _declared(loc, model) if get_origin(part) is Literal for text in get_args(part)]
    return f"one of {', '.join(map(toml_text, texts))}" if len(texts) > 1 else ""


def _kind_of_value(loc: Sequence[str | int], model: type[BaseModel]) -> str:
    names = (part.__name__ for part in _declared(loc, model) if isinstance(part, type))
    return next((_EXPECTED_TYPE[_NAMES_OF_TYPES[name]] for name in names if name in _NAMES_OF_TYPES), "a value")


def _member_hint(loc: Sequence[str | int], model: type[BaseModel], value: object) -> str:
    """Say which members a choice made in Python may be; the one that is meant where the text of one was given."""
    choices = [part for part in _declared(loc, model) if isinstance(part, type) and issubclass(part, Enum)]
    members = [member for choice in choices for member in choice]
    meant = [member for member in members if member.value == value] or members
    return f"Give {' or '.join(f'{type(member).__name__}.{member.name}' for member in meant)}." if meant else ""


def _both_bounds(loc: Sequence[str | int], model: type[BaseModel]) -> str:
    """Say from where to where a key goes; empty where it isn't bounded on both sides."""
    notes = _declared(loc, model)
    lows, highs = ([at for note in notes if (at := getattr(note, side, None)) is not None] for side in ("ge", "le"))
    return f"from {lows[0]:.15g} to {highs[0]:.15g}" if lows and highs else ""


def _meaning(name: str) -> str:
    return next((meaning for pattern, meaning in _MEANING_OF_NAME if re.search(pattern, name)), "")


def _unit(name: str) -> str:
    meaning = _meaning(name)
    return f"{meaning}, " if meaning else ""


def _share_hint(value: object) -> str:
    text = str(value).strip()
    number = re.fullmatch(r"([+-]?\d+(?:[.,]\d+)?)\s*(%?)", text)
    if isinstance(value, bool) or not number:
        return "Write a number such as 0.05 for 5 %."
    amount = float(number.group(1).replace(",", "."))
    if number.group(2) or 1 < amount <= 100:
        return f"For {amount:g} % write {amount / 100:g}."
    if isinstance(value, str) and 0 <= amount <= 1:
        return f"Write {amount:g}, with a decimal point and without quotes."
    return "Write a number such as 0.05 for 5 %."


def _type_hint(base: str, value: object) -> str:
    if base in ("float", "int") and isinstance(value, str):
        readings = _numbers_in(value)
        if readings:
            plain = "" if value in readings else ", unit or points for thousands"
            return f"Write {' or '.join(readings)} without quotes{plain}."
    if base == "string" and isinstance(value, (int, float)) and not isinstance(value, bool):
        return f'Put quotes round it: "{toml_text(value)}" (a code keeps its leading zeros: "0363").'
    return ""


_WITH_UNIT = re.compile(r"(?:€|eur(?:os?)?\b)?\s*([+-]?[\d.,]*\d),?-?\s*(?:€|eur(?:os?)?|%)?", re.IGNORECASE)


def _numbers_in(text: str) -> list[str]:
    """Ways to read a text as a number in TOML: without unit, points for thousands and comma for decimals."""
    found = _WITH_UNIT.fullmatch(text.strip())
    if not found:
        return []
    number = found.group(1)
    if re.fullmatch(r"[+-]?\d{1,3}\.\d{3}", number):  # a Dutch thousand, or a fraction
        return [number.replace(".", ""), number] if "€" not in text else [number.replace(".", "")]
    dutch = re.fullmatch(r"[+-]?\d{1,3}(?:\.\d{3})+(?:,\d+)?|[+-]?\d+(?:,\d+)?", number)
    english = re.fullmatch(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[+-]?\d+(?:\.\d+)?", number)
    if dutch:
        number = number.replace(".", "").replace(",", ".")
    elif english:
        number = number.replace(",", "")
    else:
        return []
    return [re.sub(r"\.0+$", "", number)]


def _nearest(value: object, expected: str) -> str:
    return did_you_mean(value, re.findall(r"'([^']*)'", expected)) if isinstance(value, str) else ""


def _where_key_belongs(key: str, loc: Sequence[str | int], model: type[BaseModel]) -> str:
    here = sorted({name for found in _models_at(model, loc[:-1]) for name in found.model_fields})
    near = did_you_mean(key, here)
    if near:
        return near
    elsewhere = sorted({place for place, name in _all_keys(model, "") if name == key})
    if elsewhere:
        return f"It belongs {' or '.join(elsewhere)}."
    return f"Known keys here: {', '.join(here)}." if here else ""


def _path_in_file(fault: ErrorDetails, data: object) -> KeyPath:
    """Leave out what pydantic puts into a path that is no key of the file (the tags of unions)."""
    loc = fault["loc"]
    path: list[str | int] = []
    node: Any = data
    for place, token in enumerate(loc):
        inside = node if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
        if token in inside:
            node = node[token]
        elif place < len(loc) - 1 or fault["type"] != "missing":
            continue
        path.append(token)
    return tuple(path)


def _parts(annotation: Any) -> Iterator[Any]:
    """Give the members of a union, of optional and annotated types."""
    if get_origin(annotation) is Annotated:
        yield from _parts(get_args(annotation)[0])
    elif get_origin(annotation) in (Union, types.UnionType):
        for member in get_args(annotation):
            yield from _parts(member)
    else:
        yield annotation


def _inner(annotation: Any) -> Iterator[Any]:
    """Give the types of the elements of a list, tuple or mapping."""
    arguments = get_args(annotation)
    origin = get_origin(annotation)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        yield from _parts(arguments[1])
    elif isinstance(origin, type) and issubclass(origin, Iterable):
        for argument in arguments:
            yield from _parts(argument)


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _models_at(model: type[BaseModel], loc: Sequence[str | int]) -> list[type[BaseModel]]:
    """Give the models that may stand at a place, following fields, elements and union tags."""
    nodes: list[Any] = [model]
    for token in loc:
        steps: list[Any] = []
        for node in nodes:
            if _is_model(node) and token in node.model_fields:
                steps += _parts(node.model_fields[str(token)].annotation)
            elif not _is_model(node):
                steps += _inner(node)
        nodes = steps or [node for node in nodes if _has_tag(node, token)] or nodes
    return [node for node in nodes if _is_model(node)]


def _has_tag(node: Any, tag: str | int) -> bool:
    if not _is_model(node):
        return False
    literals = (field.annotation for field in node.model_fields.values())
    return node.__name__ == tag or any(get_origin(x) is Literal and tag in get_args(x) for x in literals)


def _all_keys(model: type[BaseModel], place: str) -> Iterator[tuple[str, str]]:
    """Give every key of the format with words for the table it belongs in."""
    for name, field in model.model_fields.items():
        yield (f"in [{place}]" if place else "at the top of the file"), name
        deeper = f"{place}.{name}" if place else name
        for part in _parts(field.annotation):
            for inner in (part, *_inner(part)):
                if _is_model(inner):
                    yield from _all_keys(inner, deeper)
