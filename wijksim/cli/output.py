"""The folder for results, looked at before anything is computed."""

from __future__ import annotations

import tempfile
from pathlib import Path

from wijksim.errors import InputError

__all__ = ["RESULT_FILES", "require_output_folder"]

RESULT_FILES = ("manifest.json", "outcomes.csv", "effects.csv", "ledger.csv")
"""Files by which a folder of results is known (`contracts.md` 6)."""


def require_output_folder(folder: Path, force: bool) -> None:
    """Make the folder, and make sure that it can be written and holds no results that would be replaced.

    Raises
    ------
    InputError
        It is a file, can't be written, or holds results and `force` is False.
    """
    found = [name for name in RESULT_FILES if (folder / name).exists()]
    if found and not force:
        raise InputError.single(
            f"--out {folder}",
            f"this folder holds results already ({', '.join(found)}).",
            "Choose another folder, or add --force to replace them.",
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        hint = "Choose a folder in which you may write."
        raise InputError.single(f"--out {folder}", f"this folder can't be written ({error.strerror}).", hint) from None
