"""The one door to compiled code.

A kernel is a plain function over arrays and scalars that visits residents one by one. With numba it is
compiled once and kept on disk; without numba the same function runs as plain Python, slower and with the
same results (statuses, cents and counts exactly, floats to their last bits).

numba notices an edit of the file that holds a kernel, not an edit of a kernel that it calls in another file.
Compiled code is therefore kept in a folder named after a digest of all wijksim source that can hold kernels,
so that an old machine-code version of an edited rule can never run.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import inspect
import logging
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np

__all__ = ["COMPILED", "call", "kernel", "plain"]

logger = logging.getLogger(__name__)

_Function = TypeVar("_Function", bound=Callable[..., Any])
_KEPT_CACHES = 6


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


def _source_digest() -> str:
    package = Path(__file__).parent
    sources = [package / "kernels.py", package / "randomness.py"]
    for folder in ("population", "processes", "agents"):
        sources += sorted((package / folder).glob("*.py"))
    digest = hashlib.sha256()
    for source in sources:
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


def _cache_folder() -> Path | None:
    """Folder for compiled code, or None when no folder can be written."""
    chosen = os.environ.get("WIJKSIM_CACHE")
    base = Path(chosen) if chosen else Path.home() / ".cache" / "wijksim"
    folder = base / "kernels" / _source_digest()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        logger.info("No folder for compiled code can be made at %s; kernels are compiled in each process", folder)
        return None
    siblings = sorted(folder.parent.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in siblings[_KEPT_CACHES:]:
        if old != folder:
            shutil.rmtree(old, ignore_errors=True)
    return folder


_CACHE = _cache_folder() if COMPILED else None


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
    if _CACHE is None:
        return numba.njit(function)  # type: ignore[no-any-return]
    with _numba_cache_at(_CACHE):
        return numba.njit(cache=True)(function)  # type: ignore[no-any-return]


def plain(function: _Function) -> _Function:
    """Run `function` as plain Python, with unsigned numbers wrapping round silently as compiled ones do."""

    @functools.wraps(function)
    def run(*arguments: Any) -> Any:
        with np.errstate(over="ignore"):
            return function(*arguments)

    run.py_func = function  # type: ignore[attr-defined]
    return run  # type: ignore[return-value]


class Arrays(Protocol):
    """What holds arrays by name."""

    def __getitem__(self, name: str, /) -> Any:
        """Array of a name."""


@functools.cache
def _names(function: Callable[..., Any]) -> tuple[str, ...]:
    return tuple(inspect.signature(getattr(function, "py_func", function)).parameters)


def call(function: Callable[..., Any], arrays: Arrays, /, **values: Any) -> Any:
    """Call a kernel with each argument found by its name, so that none can be swapped with its neighbour.

    Parameters
    ----------
    function : callable
        A kernel.
    arrays : mapping of str to array
        Resident columns; an argument that isn't among `values` is looked up here.
    **values
        All other arguments.

    Raises
    ------
    TypeError
        A value that the kernel doesn't take.
    """
    names = _names(function)
    unknown = values.keys() - set(names)
    if unknown:
        raise TypeError(f"{function.__name__} takes no argument {', '.join(sorted(unknown))}")
    return function(*[values[name] if name in values else arrays[name] for name in names])
