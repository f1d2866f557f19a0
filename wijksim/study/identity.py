"""Digests of what decides a result, so that runs of two models are never mixed."""

from __future__ import annotations

import hashlib
from pathlib import Path

__all__ = ["digest_of", "model_digest", "model_files"]

_PARTS_OF_MODEL = ("agents", "parameters", "population", "processes", "scenario")
_FILES_OF_MODEL = (
    "accounts.py", "calendar.py", "kernels.py", "model.py", "outcomes.py", "randomness.py", "record.py", "settings.py",
    "state.py", "structure.py", "study/baselines.py", "study/design.py", "study/effects.py", "study/factors.py",
    "study/forking.py", "study/pair_numbers.py", "study/pairs.py", "study/replicate.py", "study/sweep_run.py",
)  # fmt: skip


def model_files() -> dict[str, str]:
    """Sha256 of each source file of wijksim on which a result can depend, by its path in the package."""
    package = Path(__file__).parent.parent
    files = [package / name for name in _FILES_OF_MODEL]
    for part in _PARTS_OF_MODEL:
        files += sorted((package / part).glob("*.py"))
    return {file.relative_to(package).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def model_digest() -> str:
    """Sha256 over all source of wijksim on which a result can depend."""
    return digest_of("\n".join(model_files().values()))


def digest_of(text: str) -> str:
    """Sha256 of a text, 64 hex digits."""
    return hashlib.sha256(text.encode()).hexdigest()
