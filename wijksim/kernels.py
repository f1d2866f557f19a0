"""The one door to compiled code.

A kernel is a plain function over arrays and scalars that visits residents one by one. With numba it is
compiled once and kept on disk; without numba the same function runs as plain Python, slower and with the
same results (statuses, cents and counts exactly, floats to their last bits).

numba notices an edit of the file that holds a kernel, not an edit of a kernel that it calls in another file, nor of
a constant that it reads there. Compiled code of a file is therefore kept in a folder named after a digest of that file
and of all of wijksim that it imports, so that an old machine-code version of an edited rule can never run.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import inspect
import logging
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeVar

import numpy as np

__all__ = ["COMPILED", "Given", "cache_folder", "call", "kernel", "plain", "source_digest"]

logger = logging.getLogger(__name__)

_Function = TypeVar("_Function", bound=Callable[..., Any])
_KEPT_CACHES = 20


def _numba() -> Any:
    """The numba library, or None where it is missing or WIJKSIM_NO_NUMBA is set."""
    if os.environ.get("WIJKSIM_NO_NUMBA"):
        return None
    try:
        import numba
    except ImportError:
        return None
    return numba


numba: Any = _numba()

COMPILED: bool = numba is not None
"""Whether kernels are compiled in this process."""


_PACKAGE = Path(__file__).parent
_IMPORT = re.compile(r"^(?:from|import) (wijksim[\w.]*)", re.MULTILINE)


@functools.cache
def _read(source: Path) -> tuple[bytes, frozenset[Path]]:
    """Digest of a file, and the files of wijksim that it imports when it is imported itself."""
    content = source.read_bytes()
    files: set[Path] = set()
    for name in _IMPORT.findall(content.decode()):
        place = _PACKAGE.joinpath(*name.split(".")[1:])
        files |= {place.with_suffix(".py")} if not place.is_dir() else set(place.glob("*.py"))
    return hashlib.sha256(content).digest(), frozenset(files)


def source_digest(source: Path) -> str:
    """Digest (16 hex digits) of a file and of all of wijksim on which it depends."""
    seen: set[Path] = set()
    left = {source}
    while left:
        file = left.pop()
        seen.add(file)
        left |= _read(file)[1] - seen
    digest = hashlib.sha256()
    for file in sorted(seen):
        digest.update(file.name.encode() + _read(file)[0])
    return digest.hexdigest()[:16]


def cache_folder(source: Path) -> Path | None:
    """Folder for the compiled code of a file, made if need be; None when it can't be."""
    chosen = os.environ.get("WIJKSIM_CACHE")
    base = Path(chosen) if chosen else Path.home() / ".cache" / "wijksim"
    folder = base / "compiled" / f"{source.stem}-{source_digest(source)}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        logger.info("No folder for compiled code can be made at %s; kernels are compiled in each process", folder)
        return None
    siblings = sorted(folder.parent.glob(f"{source.stem}-*"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in siblings[_KEPT_CACHES:]:
        if old != folder:
            shutil.rmtree(old, ignore_errors=True)
    return folder


@functools.cache
def _cache_of(source: str) -> Path | None:
    return cache_folder(Path(source))


@contextlib.contextmanager
def _numba_cache_at(folder: Path) -> Iterator[None]:
    """Point numba's cache at `folder` while one kernel is declared, and leave other libraries' alone."""
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(folder)
    try:
        yield
    finally:
        numba.config.CACHE_DIR = before


def kernel(function: _Function) -> _Function:
    """Compile `function` with numba, or leave it plain where numba is missing.

    Parameters
    ----------
    function : callable
        Takes arrays and scalars, calls nothing but other kernels, numpy and `math`.

    Returns
    -------
    callable
        The compiled function; the original is its attribute ``py_func``.
    """
    if numba is None:
        return plain(function)
    folder = _cache_of(function.__code__.co_filename)
    if folder is None:
        return numba.njit(function)  # type: ignore[no-any-return]
    with _numba_cache_at(folder):
        return numba.njit(cache=True)(function)  # type: ignore[no-any-return]


def plain(function: _Function) -> _Function:
    """Run `function` as plain Python, with unsigned numbers wrapping round silently as compiled ones do."""

    @functools.wraps(function)
    def run(*arguments: Any) -> Any:
        with np.errstate(over="ignore"):
            return function(*arguments)

    run.py_func = function  # type: ignore[attr-defined]
    return run  # type: ignore[return-value]


class HasArrays(Protocol):
    """What holds arrays by name, as the resident columns do."""

    @property
    def arrays(self) -> Mapping[str, Any]:
        """Arrays by name, as of now."""


@functools.cache
def _names(function: Callable[..., Any]) -> tuple[str, ...]:
    return tuple(inspect.signature(getattr(function, "py_func", function)).parameters)


def _pick(places: Sequence[Any]) -> Callable[[Any], Sequence[Any]]:
    """Give a function that takes what stands at these places, always as a tuple."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda found: tuple([found[place] for place in places])


class _Binding(NamedTuple):
    """How the arguments of a kernel are put together.

    Parameters
    ----------
    names : tuple of str
        Arguments that are given anew at each call.
    look_up : callable
        Takes the arguments that are given neither so nor once from the arrays.
    in_order : callable
        Puts these, those given once and those given anew into the order of the kernel.
    """

    names: tuple[str, ...]
    look_up: Callable[[Mapping[str, Any]], Sequence[Any]]
    in_order: Callable[[tuple[Any, ...]], Sequence[Any]]


@functools.cache
def _binding(function: Callable[..., Any], given: tuple[str, ...], names: tuple[str, ...]) -> _Binding:
    taken, values = _names(function), (*given, *names)
    if unknown := sorted(set(values) - set(taken)):
        raise TypeError(f"{function.__name__} takes no argument {', '.join(unknown)}")
    looked_up = tuple(name for name in taken if name not in values)
    places = [(*looked_up, *values).index(name) for name in taken]
    return _Binding(names, _pick(looked_up), _pick(places))


class Given:
    """Arguments of a kernel by name that stay the same for many calls, as what follows from parameters does.

    Parameters
    ----------
    **values
        Arguments.
    """

    def __init__(self, **values: Any) -> None:
        self.names, self.values = tuple(values), tuple(values.values())
        self._bindings: dict[Callable[..., Any], _Binding] = {}

    def binding(self, function: Callable[..., Any], names: tuple[str, ...]) -> _Binding:
        """Work out how to call a kernel with these and with arguments of other names, and keep it."""
        binding = self._bindings[function] = _binding(function, self.names, names)
        return binding


_NOTHING = Given()


def call(
    function: Callable[..., Any],
    arrays: Mapping[str, Any] | HasArrays,
    given: Given = _NOTHING,
    /,
    **values: Any,
) -> Any:
    """Call a kernel with each argument found by its name, so that none can be swapped with its neighbour.

    Which argument is found where is worked out once for each kernel and set of names given.

    Parameters
    ----------
    function : callable
        A kernel.
    arrays : Columns, or mapping of str to array
        Resident columns; an argument that isn't among those given is looked up here.
    given : Given, optional
        Arguments that were put together once.
    **values
        All other arguments.

    Raises
    ------
    TypeError
        A value that the kernel doesn't take.
    """
    kept, names = given._bindings.get(function), tuple(values)
    _, look_up, in_order = kept if kept is not None and kept.names == names else given.binding(function, names)
    found = look_up(getattr(arrays, "arrays", arrays))  # type: ignore[arg-type]
    return function(*in_order((*found, *given.values, *values.values())))
