"""What the source says of itself: docstrings as Markdown, which module uses which, which parameters it names."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

__all__ = ["Field", "declared_fields", "modules_used", "named_in", "parts", "summary", "text", "tree"]

_NOTES = r"`?(?:mechanisms|contracts|evidence(?:-2)?)(?:\.md`)? "
_CITED = re.compile(rf"\s*\((?:[^()]*{_NOTES}[^()]*|rules? \d+|[AB]\d+)\)")
_ROLE = re.compile(r":\w+:`~?([^`]+)`")
_SECTION = re.compile(r"^(?:Parameters|Returns|Raises|Yields)\n-+\n", re.MULTILINE)
_PARAMETERS = re.compile(r"^Parameters\n-+\n(.*?)(?=^\w+\n-+\n|\Z)", re.MULTILINE | re.DOTALL)
_FIELD = re.compile(r"^(?P<names>\w[\w, ]*) : (?P<kind>.+)\n(?P<meaning>(?: +.*\n?|\n)+)", re.MULTILINE)


class Field(NamedTuple):
    """A field of a dataclass, by its docstring."""

    name: str
    kind: str
    meaning: str


def text(doc: str | None) -> str:
    """Make Markdown of a docstring, without its sections of parameters and results and without what it cites."""
    said = _SECTION.split(inspect.cleandoc(doc or ""))[0]
    return _ROLE.sub(r"`\1`", _CITED.sub("", said)).replace("``", "`").strip()


def summary(doc: str | None) -> str:
    """First paragraph of a docstring, on one line."""
    return " ".join(text(doc).partition("\n\n")[0].split())


def declared_fields(doc: str | None) -> list[Field]:
    """Fields that the section *Parameters* of a docstring describes; several of one kind may share a meaning."""
    section = _PARAMETERS.search(inspect.cleandoc(doc or "") + "\n")
    return [
        Field(name, found["kind"], " ".join(text(found["meaning"]).split()))
        for found in _FIELD.finditer(section[1] if section else "")
        for name in found["names"].split(", ")
    ]


@cache
def tree(module: str) -> ast.Module:
    """Syntax tree of the source of a module."""
    return ast.parse(inspect.getsource(import_module(module)))


def modules_used(first: str, within: str) -> list[str]:
    """Modules of the package `within` that a module imports, and those that these import, itself first."""
    found: list[str] = []
    waiting = [first]
    while waiting:
        module = waiting.pop(0)
        if module not in found:
            found.append(module)
            waiting += _imports(module, within)
    return found


def _imports(module: str, within: str) -> Iterator[str]:
    folder = Path(inspect.getfile(import_module(within))).parent
    inside = {f"{within}.{path.stem}" for path in folder.glob("*.py")}
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.ImportFrom) and node.module:
            wanted = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            yield from (name for name in wanted if name in inside)


def parts(module: str, *, inside: str = "") -> Iterator[tuple[str, str]]:
    """Give name and docstring of what a module offers, in its order.

    Parameters
    ----------
    module : str
        Its name; public functions and classes are those in its ``__all__``.
    inside : str
        A class of which the documented methods are given too, and with it the functions that are not public.
    """
    public: list[str] = []
    for node in tree(module).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            public = ast.literal_eval(node.value)
    for node in tree(module).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name != inside and (inside or node.name in public):
            yield from _documented([node])
        elif isinstance(node, ast.ClassDef) and node.name == inside:
            yield from _documented(node.body)


def _documented(nodes: Iterable[ast.stmt]) -> Iterator[tuple[str, str]]:
    for node in nodes:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            doc = ast.get_docstring(node)
            if doc and node.name != "step":
                yield node.name, doc


def named_in(paths: Iterable[Path], names: Iterable[str]) -> set[str]:
    """Those of some names that stand as text in source files.

    A name that is put together, such as ``f"education_{level}_age"``, counts as named if its first part has at least
    six letters, and what is put in one or two words.
    """
    said: set[str] = set()
    patterns: set[str] = set()
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                said.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                pieces = [part.value if isinstance(part, ast.Constant) else None for part in node.values]
                first = pieces[0]
                if isinstance(first, str) and re.fullmatch(r"[a-z]{6}[a-z_]*", first):
                    patterns.add(
                        "".join("[a-z]+(_[a-z]+)?" if part is None else re.escape(str(part)) for part in pieces)
                    )
    joined = re.compile("|".join(sorted(patterns)))
    return {name for name in names if name in said or joined.fullmatch(name)}
