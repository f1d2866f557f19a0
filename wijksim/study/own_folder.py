"""Folders of results other than those of `run` and `compare`: they replace nothing but an earlier one of their kind."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from wijksim.errors import InputError

__all__ = ["require_own_folder"]

_NAMES_TOLD = 3


def require_own_folder(folder: Path, table: str, columns: Sequence[str], what: str, example: str) -> None:
    """Make sure that a folder is new, empty, or holds earlier results of the same kind.

    Parameters
    ----------
    folder : Path
        The folder.
    table, columns : str, sequence of str
        A CSV file by which results of the kind are known, and its columns.
    what, example : str
        Results of the kind in words, and a name for a folder of them.

    Raises
    ------
    InputError
        The folder is a file, or holds files and no such results.
    """
    if folder.is_file():
        raise InputError.single(str(folder), "this is a file; a folder was expected.", "Choose a new or empty folder.")
    names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    if names and not _has_columns(folder / table, columns):
        message = f"this folder is not empty and holds no {what} (it has {', '.join(names[:_NAMES_TOLD])})."
        hint = f"Choose a new or an empty folder, such as {folder / example}."
        raise InputError.single(str(folder), message, hint)


def _has_columns(path: Path, columns: Sequence[str]) -> bool:
    try:
        with path.open(encoding="utf-8") as file:
            return file.readline().rstrip("\n") == ",".join(columns)
    except (OSError, ValueError):
        return False
