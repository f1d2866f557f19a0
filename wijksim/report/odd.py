"""The description of the model by the ODD protocol (Grimm et al. 2020), made from what the code declares.

Only purpose and design concepts are written by hand, in ``odd.md`` beside this module; everything else is read
from columns, state, processes, agents, streams, outcomes and passports.
"""

from __future__ import annotations

import inspect
import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from enum import IntEnum
from importlib import import_module
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, get_args, get_type_hints

from wijksim import agents, population
from wijksim.accounts import Category, Party
from wijksim.agents.resident import Resident
from wijksim.calendar import MONTHS_PER_YEAR, month_text
from wijksim.model import MONTH
from wijksim.outcomes import OUTCOMES
from wijksim.parameters import Dated, Number, Passport, Registry, Table, load_registry, parameter_rows
from wijksim.population.codes import Contract, Education, LeaveReason, Sex, Status
from wijksim.population.columns import RESIDENT_COLUMNS
from wijksim.population.synthesis import build_population
from wijksim.population.world import Homes, Lineage, Ties
from wijksim.processes.process import Process
from wijksim.randomness import Stream
from wijksim.report.declared import code, columns, figures, levers, table
from wijksim.report.sourcebook import declared_fields, modules_used, named_in, parts, summary, text
from wijksim.scenario.schema import FIRST_START, LAST_START, Horizon
from wijksim.state import CohortState, LiveabilityState, State

__all__ = ["MADE_BY", "agent_classes", "odd", "patterns_in"]

MADE_BY = "<!-- Made by `wijksim document odd`"
"""How the description begins: what begins so may be made again."""

_CODES: tuple[type[IntEnum], ...] = (Status, Education, Sex, Contract, LeaveReason)
_MACHINERY = frozenset(
    {
        *("wijksim.processes.process", "wijksim.processes.plugins"),
        *(f"wijksim.population.{name}" for name in ("blocks", "codes", "columns", "places", "profile", "world")),
        *(f"wijksim.population.{name}" for name in ("profile_figures", "profile_schema", "resident_columns")),
    }
)
"""Modules that hold what is modelled and model nothing themselves."""
_PARAMETER_HEAD = ("parameter", "what", "value", "unit", "range", "grade", "source")


def odd() -> str:
    """Describe the model by the ODD protocol, in Markdown."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    template = environment.from_string((files("wijksim.report") / "odd.md").read_text(encoding="utf-8"))
    registry = load_registry()
    tables = _Parameters(registry)
    made = template.render(
        made_by=MADE_BY,
        patterns=patterns_in(files("wijksim.parameters") / "patterns.toml"),
        residents=columns(),
        columns_of_processes=_columns_of_processes(),
        agents=list(_agents()),
        others=list(_states(State, Lineage, Ties, Homes, LiveabilityState, CohortState)),
        codes=_codes(),
        parties=code(party.name.lower() for party in Party),
        categories=len(Category),
        levers=levers(),
        longest_years=get_args(Horizon)[1].le // MONTHS_PER_YEAR,
        first_start=month_text(FIRST_START),
        last_start=month_text(LAST_START),
        schedule=_schedule(),
        streams=_streams(),
        outcomes=_outcomes(),
        start=text(build_population.__doc__),
        start_parts=_start_parts(),
        profile=figures(),
        start_parameters=tables.of_start(),
        dated=tables.dated(),
        submodels=[_submodel(number, process, tables) for number, process in enumerate(MONTH, start=1)],
        decisions=_decisions(),
        other_parameters=tables.others(),
    )
    return re.sub(r"\n{3,}", "\n\n", re.sub(r" +$", "", made, flags=re.MULTILINE))


# ------------------------------------------------------------------ entities
def agent_classes() -> list[type]:
    """Kinds of agents, residents first."""
    kinds = [getattr(agents, name) for name in agents.__all__]
    return [Resident, *(kind for kind in kinds if not is_dataclass(kind))]


def _agents() -> Iterator[dict[str, str]]:
    for kind in agent_classes()[1:]:
        hints = get_type_hints(vars(kind)["__init__"]).values() if "__init__" in vars(kind) else ()
        memories = [hint for hint in hints if is_dataclass(hint)]
        states = "\n".join(_state_table(memory) for memory in memories)
        yield {"name": kind.__name__, "what": text(kind.__doc__), "state": states}


def _states(*kinds: type) -> Iterator[dict[str, str]]:
    for kind in kinds:
        yield {"name": kind.__name__, "what": text(kind.__doc__), "state": _state_table(kind)}


def _state_table(kind: Any) -> str:
    said = {field.name: field for field in declared_fields(kind.__doc__)}
    rows = [(f"`{field.name}`", said[field.name].kind, said[field.name].meaning) for field in fields(kind)]
    return table(("variable", "type", "meaning"), rows)


def _columns_of_processes() -> str:
    rows = [
        (f"`{column.name}`", column.dtype, column.unit, f"{column.meaning} Held for `{process.name}`.")
        for process in MONTH
        for column in process.columns
    ]
    return table(("column", "dtype", "unit", "meaning"), rows)


def _codes() -> str:
    rows = [
        (f"`{codes.__name__}`", ", ".join(f"{int(one)} {one.name.lower().replace('_', ' ')}" for one in codes))
        for codes in _CODES
    ]
    return table(("code", "values"), rows)


# ------------------------------------------------------------------ schedule, chance, observation
def _schedule() -> str:
    rows = [
        (str(number), f"`{process.name}`", summary(inspect.getdoc(process)), _written(process), _names(process.streams))
        for number, process in enumerate(MONTH, start=1)
    ]
    return table(("order", "process", "what", "columns written", "random streams"), rows)


def _written(process: type[Process]) -> str:
    if {column.name for column in RESIDENT_COLUMNS} <= set(process.writes):
        return "all, as rows come and go"
    return code(process.writes) or "none"


def _names(streams: Iterable[Stream]) -> str:
    return code(stream.name for stream in streams) or "none"


def _streams() -> str:
    users: dict[str, list[str]] = {stream.name: [] for stream in Stream}
    for name in sorted({name for path in _population_files() for name in _streams_in(path)}):
        users[name].append("population")
    for process in MONTH:
        for stream in process.streams:
            users[stream.name].append(process.name)
    rows = [(f"`{name}`", code(by) or "nothing now") for name, by in users.items()]
    return table(("stream", "drawn by"), rows)


def _population_files() -> list[Path]:
    return sorted(Path(inspect.getfile(population)).parent.glob("*.py"))


def _streams_in(path: Path) -> list[str]:
    return re.findall(r"Stream\.([A-Z_]+)", path.read_text(encoding="utf-8"))


def _outcomes() -> str:
    rows = [
        (f"`{outcome.name}`", outcome.label, outcome.unit, code(outcome.groups) or "-") for outcome in OUTCOMES.values()
    ]
    return table(("outcome", "what", "unit", "groups"), rows)


def patterns_in(file: Traversable) -> str:
    """Table of the patterns in a file that the model is held against; empty while there is no such file."""
    if not file.is_file():
        return ""
    rows = [
        (
            f"`{pattern['name']}`",
            pattern["label"],
            pattern["denominator"],
            pattern["window"],
            pattern["cycle"],
            _bounds(pattern),
            pattern["found"],
            f"{pattern['source']} ({pattern['grade']})",
            pattern["set"],
        )
        for pattern in tomllib.loads(file.read_text(encoding="utf-8"))["pattern"]
    ]
    return table(("pattern", "what", "of whom", "when", "cycle", "range", "found", "source", "set"), rows)


def _bounds(pattern: dict[str, Any]) -> str:
    if pattern.get("not_computable"):
        return f"not computable: {pattern['not_computable']}"
    low, high, unit = pattern.get("low"), pattern.get("high"), pattern["unit"]
    if low is None or high is None:
        return f"at least {low} ({unit})" if high is None else f"at most {high} ({unit})"
    return f"{low} to {high} ({unit})"


# ------------------------------------------------------------------ initialization
def _start_parts() -> str:
    _, *others = modules_used(build_population.__module__, "wijksim.population")
    return "\n\n".join(_module(module) for module in others if module not in _MACHINERY)


def _module(module: str, *, inside: str = "") -> str:
    """Heading, docstring and parts of a module; `inside` as in :func:`parts`, for a module described before."""
    said = [f"- `{name}`: {text(doc)}".replace("\n", "\n  ") for name, doc in parts(module, inside=inside)]
    if inside:
        return "\n".join(said)
    path = "/".join(module.split(".")[1:])
    return "\n\n".join(filter(None, [f"#### `{path}.py`", text(import_module(module).__doc__), "\n".join(said)]))


# ------------------------------------------------------------------ submodels
def _submodel(number: int, process: type[Process], tables: _Parameters) -> dict[str, str]:
    module = process.__module__
    return {
        "number": str(number),
        "name": process.name,
        "what": text(inspect.getdoc(process)),
        "reads": code(process.reads) or "none",
        "writes": _written(process),
        "streams": _names(process.streams),
        "own": _module(module, inside=process.__name__),
        "parts": "\n\n".join(_module(name) for name in _modules_first_used_by(process)),
        "parameters": tables.of_process(process),
    }


def _modules_first_used_by(process: type[Process]) -> list[str]:
    """Modules of processes that this one uses, and none earlier in the month."""
    package = "wijksim.processes"
    described = _MACHINERY | {other.__module__ for other in MONTH}
    for earlier in MONTH[: MONTH.index(process)]:
        described |= set(modules_used(earlier.__module__, package))
    return [name for name in modules_used(process.__module__, package) if name not in described]


def _decisions() -> str:
    said = []
    for kind in agent_classes()[1:]:
        for name, value in vars(kind).items():
            function = value.fget if isinstance(value, property) else value
            if not name.startswith("_") and inspect.isfunction(function):
                said.append(f"- `{kind.__name__}.{name}`: {text(function.__doc__)}".replace("\n", "\n  "))
    return "\n".join(said)


# ------------------------------------------------------------------ parameters
class _Parameters:
    """Tables of passports, each parameter once: where it is first read, those by date under input data."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._rows = {row["name"]: row for row in parameter_rows(registry)}
        self._figures: dict[str, list[str]] = {}
        for row in parameter_rows(registry, figures=True):
            name, _, place = row["name"].partition("[")
            edge = place.rstrip("]").rpartition(" ")[2]
            self._figures.setdefault(name, []).append(f"{edge} {row['value']}")
        self._of_process: dict[str, list[str]] = {}
        for process in MONTH:
            for name in process.parameters:
                self._of_process.setdefault(name, []).append(process.name)

    def of_process(self, process: type[Process]) -> str:
        """Parameters that a process is the first to read, and the names of all others that it reads."""
        first = [name for name in dict.fromkeys(process.parameters) if self._of_process[name][0] == process.name]
        here = [name for name in first if not self._is_dated(name)]
        elsewhere = [name for name in dict.fromkeys(process.parameters) if name not in here]
        also = f"\nBy date ([6](#6-input-data)), or in a table above: {code(elsewhere)}.\n" if elsewhere else ""
        return self._table(here) + also

    def of_start(self) -> str:
        """Parameters from which the population is made and that no process reads."""
        return self._table([name for name in self._of_population() if name not in self._of_process])

    def dated(self) -> str:
        """Parameters by date, with all their figures."""
        rows = [
            (
                f"`{name}`",
                self._rows[name]["label"],
                self._rows[name]["unit"],
                _range(self._rows[name], self._registry[name]),
                self._rows[name]["grade"],
                self._rows[name]["source"],
                code(self._of_process.get(name, [])) or "no process",
            )
            for name in self._registry
            if self._is_dated(name)
        ]
        head = ("parameter", "what", "unit", "range", "grade", "source", "read by")
        return table(head, rows) + self._listed(name for name in self._registry if self._is_dated(name))

    def others(self) -> str:
        """Parameters that neither a process nor the population reads: of reports and studies, or of nothing yet."""
        known = {*self._of_process, *self._of_population()}
        return self._table([name for name in self._registry if name not in known and not self._is_dated(name)])

    def _of_population(self) -> list[str]:
        named = named_in(_population_files(), self._registry)
        return [name for name in self._registry if name in named]

    def _is_dated(self, name: str) -> bool:
        return isinstance(self._registry[name], Dated)

    def _table(self, names: Sequence[str]) -> str:
        return table(_PARAMETER_HEAD, map(self._row, names)) + self._listed(names) if names else ""

    def _listed(self, names: Iterable[str]) -> str:
        """All figures of those that have more than one, as a list: in a table they would make one narrow column."""
        several = [name for name in names if not isinstance(self._registry[name], Number)]
        lines = [f"- `{name}`, {self._rows[name]['unit']}: {'; '.join(self._figures[name])}\n" for name in several]
        return "\nFigures:\n\n" + "".join(lines) if lines else ""

    def _row(self, name: str) -> tuple[str, ...]:
        row, passport = self._rows[name], self._registry[name]
        value = row["value"]
        if isinstance(passport, Table):
            value = f"by {passport.index}, below"
        return f"`{name}`", row["label"], value, row["unit"], _range(row, passport), row["grade"], row["source"]


def _range(row: dict[str, str], passport: Passport) -> str:
    bounds = f"{row['low']} to {row['high']}" if row["low"] != row["high"] else ""
    return bounds if passport.uncertain else " ".join(filter(None, ("fixed", bounds and f"({bounds})")))
