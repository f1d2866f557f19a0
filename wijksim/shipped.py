"""Files that come with wijksim: scenarios and profiles, found by name.

They have one source, the folder ``experiments``; the wheel carries it inside the package, an editable
install reads it from the repository.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from difflib import get_close_matches
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, get_args

from wijksim.errors import InputError, did_you_mean

__all__ = ["FileKind", "find_file", "kind_of", "plain_stem", "require_kind", "shipped_files", "version_text"]

FileKind = Literal["scenario", "profile", "study"]

_USES: dict[FileKind, str] = {
    "scenario": "A scenario goes to: wijksim run or wijksim compare.",
    "profile": "A scenario names its profile (wijksim scenario new writes one); wijksim profile show shows it.",
    "study": "A study goes to: wijksim study plan, and then wijksim study run.",
}
"""What a file of each kind is for."""
_LONGEST_STEM = 80
_NEAR_ENOUGH = 0.8
"""Likeness of names from which on a file is taken for the one that was meant."""
_MADE_BY: dict[FileKind, str] = {
    "scenario": "wijksim scenario new writes one.",
    "profile": "wijksim profile makes one of a CBS table.",
    "study": "wijksim study new writes one.",
}


def shipped_files(kind: FileKind) -> dict[str, Path]:
    """Give the shipped files of a kind by name, in the order of the alphabet.

    Parameters
    ----------
    kind : {"scenario", "profile", "study"}
        What is wanted.

    Returns
    -------
    dict of str to Path
        By the name of the file without ``.toml``.
    """
    paths = sorted(_folder().glob("*/*.toml"))
    return {path.stem: path for path in paths if kind_of(tomllib.loads(path.read_text("utf-8"))) == kind}


def kind_of(data: dict[str, Any]) -> FileKind:
    """Tell a profile (it has areas and names no profile) and a study (it has a baseline) from a scenario."""
    if "baseline" in data or ("method" in data and "profile" not in data):
        return "study"
    return "profile" if "area" in data and "profile" not in data else "scenario"


def find_file(name: str, kind: FileKind, *, beside: Path | None = None) -> Path:
    """Find the file that a user means: a path first, then the name of a shipped file.

    Parameters
    ----------
    name : str
        Path, or name of a shipped scenario or profile.
    kind : {"scenario", "profile"}
        What is wanted.
    beside : Path, optional
        Folder to which a path is relative; by default the working folder.

    Raises
    ------
    InputError
        There is neither; the message lists what comes with wijksim.
    """
    path = (beside or Path()) / name
    if path.is_file():
        return path
    shipped = shipped_files(kind)
    if name in shipped:
        return shipped[name]
    for other in get_args(FileKind):
        if other != kind and name in shipped_files(other):
            raise InputError.single(name, f"is a {other}; a {kind} was expected.", _USES[other])
    if path.is_dir():
        inside = ", ".join(sorted(file.name for file in path.glob("*.toml")))
        hint = f"It holds {inside}: name one of these." if inside else "It holds no TOML files."
        raise InputError.single(name, f"this is a folder; a {kind} file was expected.", hint)
    kinds = "Studies" if kind == "study" else f"{kind.capitalize()}s"
    available = f"{kinds} that come with wijksim: {', '.join(shipped)}; {_MADE_BY[kind]}"
    hint = f"{_near_file(path) or did_you_mean(Path(name).stem, shipped)} {available}".strip()
    raise InputError.single(name, f"there is no such file, and no {kind} of this name.", hint)


def _near_file(path: Path) -> str:
    """Name the file that was meant, where its ending was left out or its name was mistyped a little."""
    files = [file.name for file in path.parent.glob("*.toml")] if path.parent.is_dir() else []
    meant = path.name if path.suffix else f"{path.name}.toml"
    near = meant if meant in files else next(iter(get_close_matches(meant, sorted(files), 1, _NEAR_ENOUGH)), None)
    return f"Did you mean '{path.with_name(near)}'?" if near else ""


def plain_stem(name: str) -> str:
    """Make the name of a file of any text: small letters, digits and _, and none that Windows keeps for itself."""
    ascii_only = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub("[^a-z0-9]+", "_", ascii_only).strip("_")[:_LONGEST_STEM] or "scenario"
    return f"scenario_{stem}" if re.fullmatch(r"con|prn|aux|nul|(com|lpt)\d", stem) else stem


def require_kind(data: dict[str, Any], kind: FileKind, path: Path) -> None:
    """Refuse a file of another kind, whose keys would all seem wrong.

    Raises
    ------
    InputError
        What was read from `path` has what only another kind has.
    """
    other = kind_of(data)
    if other != kind and (other == "study" or "profile" in data or "area" in data):
        raise InputError.single(str(path), f"this is a {other}; a {kind} was expected.", _USES[other])


def version_text() -> str:
    """Version of wijksim: as installed, or as its source says it, with a word that it is the source."""
    try:
        return version("wijksim")
    except PackageNotFoundError:
        pass
    project = Path(str(files("wijksim"))).parent / "pyproject.toml"
    try:
        number = tomllib.loads(project.read_text("utf-8"))["project"]["version"]
    except (OSError, ValueError, KeyError):
        return "unknown (neither installed nor run from its source)"
    return f"{number} (run from its source)"


def _folder() -> Path:
    """Give the folder of shipped files: inside an installed package, else beside it in the repository."""
    package = Path(str(files("wijksim")))
    inside = package / "experiments"
    return inside if inside.is_dir() else package.parent / "experiments"
