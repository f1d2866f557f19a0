"""Results on disk (`contracts.md` 6): written so that a folder never claims to hold what isn't complete."""

from __future__ import annotations

import hashlib
import json
import logging
import math
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wijksim.errors import InputError, Problem
from wijksim.report.levels import level_table
from wijksim.report.numbers import LANGUAGES
from wijksim.report.ranks import ranking_table
from wijksim.report.results import COLUMNS, NUMBER_COLUMNS, SCHEMA, Failure, Results, as_categories
from wijksim.report.structure_words import structure_table
from wijksim.report.variance_words import variance_table

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = [
    "MANIFEST",
    "TABLE_FILES",
    "Staging",
    "files_of_results",
    "holds_results",
    "load_results",
    "prepare_folder",
    "replace_file",
    "require_folder",
]

logger = logging.getLogger(__name__)

MANIFEST = "manifest.json"
_RANKING = "ranking.csv"
_STRUCTURES = "structures.csv"
_VARIANCE = "variance.csv"
_LEVELS = "levels.csv"
TABLE_FILES = {name: f"{name}.csv" for name in COLUMNS}
_COPIES = (
    _RANKING,
    _STRUCTURES,
    _VARIANCE,
    _LEVELS,
    "parameters.csv",
    "profile.toml",
    "scenarios",
    "charts",
    *(f"findings_{language}.txt" for language in LANGUAGES),
    *(f"results_{language}.xlsx" for language in LANGUAGES),
    *(f"brief_{language}.{kind}" for language in LANGUAGES for kind in ("html", "docx")),
)
_MARK = "\ufeff"
"""What a file begins with that Excel shall read as UTF-8."""

_UNFINISHED = ".wijksim-unfinished-"
_NOBODYS = (_UNFINISHED, ".DS_Store", "Thumbs.db", "desktop.ini")
"""Beginnings of names that don't fill a folder: what a run that was killed left, and what file managers leave."""
_NAMES_TOLD = 3


def holds_results(folder: Path) -> bool:
    """Whether a folder has results of wijksim, complete or not; files of others with these names are none."""
    if (folder / MANIFEST).exists():
        return _plain_manifest(folder) is not None
    return any(_has_columns(folder / file, COLUMNS[table]) for table, file in TABLE_FILES.items())


def _plain_manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest of results of wijksim of any schema; None where it is none."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    ours = isinstance(manifest, dict) and {"schema", "versions", "files"} <= set(manifest)
    return manifest if ours and "wijksim" in manifest["versions"] else None


def _has_columns(path: Path, columns: tuple[str, ...]) -> bool:
    try:
        with path.open(encoding="utf-8") as file:
            return file.readline().lstrip(_MARK).rstrip("\n") in (",".join(columns), ";".join(columns))
    except (OSError, ValueError):
        return False


class Staging:
    """Hidden folder beside which the results appear when they are complete.

    Parameters
    ----------
    folder : Path
        Where the results are to be.
    path : Path
        Where they are made.
    """

    def __init__(self, folder: Path, path: Path) -> None:
        self.folder = folder
        self.path = path
        self._found = _manifest_bytes(folder)

    def write(self, results: Results, *, dutch: bool = False) -> None:
        """Write the tables, and last the manifest, with the hash of every file that is here by then.

        A Dutch table has semicolons between cells, decimal commas, and a mark that lets Excel see its accents.
        """
        form: dict[str, Any] = {"sep": ";", "decimal": ",", "encoding": "utf-8-sig"} if dutch else {"encoding": "utf-8"}
        files: dict[str, dict[str, Any]] = {}
        for table, file in TABLE_FILES.items():
            frame: DataFrame = getattr(results, table)
            frame.to_csv(self.path / file, index=False, lineterminator="\n", **form)
            files[file] = {"rows": len(frame)}
        more = {}
        if results.ranking:
            more[_RANKING] = ranking_table(results.ranking)
        if results.structures:
            more[_STRUCTURES] = structure_table(results.structures)
        if results.variance:
            more[_VARIANCE] = variance_table(results.variance)
        if results.levels:
            more[_LEVELS] = level_table(results.levels)
        for file, rows in more.items():
            rows.to_csv(self.path / file, index=False, lineterminator="\n", **form)
        for path in sorted(self.path.rglob("*")):
            if path.is_file():
                file = path.relative_to(self.path).as_posix()
                files.setdefault(file, {})["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
        manifest = {**results.manifest, "failures": [asdict(item) for item in results.failures], "files": files}
        text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
        (self.path / MANIFEST).write_text(text, encoding="utf-8", newline="\n")

    def publish(self) -> Path:
        """Put what was made in its place, the manifest last; until then the folder claims nothing.

        Files of earlier results go; what else is in the folder stays. Results that came there since these were begun
        stay too: then these go to a folder beside it.

        Returns
        -------
        Path
            Where they are.
        """
        if _manifest_bytes(self.folder) not in (None, self._found):
            taken = self.folder
            self.folder = next(path for k in count(2) if not (path := taken.with_name(f"{taken.name}-{k}")).exists())
            logger.warning("%s got other results meanwhile; these are in %s.", taken, self.folder)
        earlier = files_of_results(self.folder)
        (self.folder / MANIFEST).unlink(missing_ok=True)
        for path in earlier:
            path.unlink(missing_ok=True)
        made = (path for path in sorted(self.path.rglob("*")) if path.is_file())
        for path in sorted(made, key=lambda path: path.name == MANIFEST):
            target = self.folder / path.relative_to(self.path)
            target.parent.mkdir(parents=True, exist_ok=True)
            path.replace(target)
        return self.folder


def _manifest_bytes(folder: Path) -> bytes | None:
    """What tells results in a folder from others; None where there are none."""
    return (folder / MANIFEST).read_bytes() if (folder / MANIFEST).is_file() else None


def replace_file(folder: Path, name: str, content: bytes) -> None:
    """Put a file among results that are there, or in place of an earlier one, and keep its hash in their manifest."""
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    manifest["files"][name] = {"sha256": hashlib.sha256(content).hexdigest()}
    whole = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    try:
        (folder / name).parent.mkdir(exist_ok=True)
        _write_whole(folder / name, content)
        _write_whole(folder / MANIFEST, whole.encode())
    except OSError as error:
        raise InputError.single(str(folder / name), f"the file can't be written ({error.strerror}).") from None


def _write_whole(path: Path, content: bytes) -> None:
    """Write a file beside its place and then put it there, so that nobody finds half of it."""
    part = path.with_name(f"{_UNFINISHED}{path.name}")
    try:
        part.write_bytes(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def require_folder(folder: Path, force: bool) -> None:
    """Make sure that results can be put in a folder and replace nothing but results; leaves nothing behind.

    Raises
    ------
    InputError
        It is a file, can't be written, holds results and `force` is False, or holds files and no results.
    """
    with _folder_for(folder, force):
        pass


@contextmanager
def prepare_folder(folder: Path, force: bool) -> Iterator[Staging]:
    """Make sure, before anything is computed, that results can be put in a folder.

    What is not published within the block is thrown away, and what was there is kept.

    Raises
    ------
    InputError
        As :func:`require_folder`.
    """
    with _folder_for(folder, force):
        path = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=folder))
        try:
            yield Staging(folder, path)
        finally:
            shutil.rmtree(path, ignore_errors=True)


@contextmanager
def _folder_for(folder: Path, force: bool) -> Iterator[None]:
    """Make a folder where results may be put; what was made and is still empty at the end goes."""
    _refuse_to_replace(folder, force)
    made = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            file = next((path for path in (folder, *folder.parents) if path.is_file()), None)
            why = f"{file} is a file" if file else error.strerror
            hint = "Choose a folder in which you may write."
            raise InputError.single(str(folder), f"this folder can't be written ({why}).", hint) from None
        yield
    finally:
        for path in made:
            if path.is_dir() and not any(path.iterdir()):
                path.rmdir()


def _refuse_to_replace(folder: Path, force: bool) -> None:
    try:
        names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    except OSError:
        return  # told when it is written
    if holds_results(folder):
        if not force:
            hint = "Choose another folder, or add --force to replace them."
            raise InputError.single(str(folder), "this folder holds results already.", hint)
        known = {Path(name).parts[0] for name in _names_of_results(folder)}
        if MANIFEST not in names:  # stopped while it was written: what stands beside its tables is of that too
            known.update(_COPIES)
        others = [name for name in (*TABLE_FILES.values(), *_COPIES) if name in names and name not in known]
        message = f"beside results, this folder has {', '.join(others)} from elsewhere, and results have such names."
    else:
        others = [name for name in names if not name.startswith(_NOBODYS)]
        more = f" and {len(others) - _NAMES_TOLD} more" if len(others) > _NAMES_TOLD else ""
        told = f"{', '.join(others[:_NAMES_TOLD])}{more}"
        message = f"this folder is not empty and holds no results of wijksim (it has {told})."
    if others:
        hint = f"Choose a new or an empty folder, such as {folder / 'results'}; --force replaces results only."
        raise InputError.single(str(folder), message, hint)


def _names_of_results(folder: Path) -> list[str]:
    """Names that earlier results gave to files, by their manifest; by their columns where they have none."""
    manifest = _plain_manifest(folder)
    if manifest is not None:
        return [name for name in manifest["files"] if isinstance(name, str) and name]
    return [file for table, file in TABLE_FILES.items() if _has_columns(folder / file, COLUMNS[table])]


def files_of_results(folder: Path) -> list[Path]:
    """Files in a folder that are of the results in it, by their manifest, which is not among them."""
    paths = [folder / name for name in _names_of_results(folder)]
    return [path for path in paths if path.resolve().is_relative_to(folder.resolve()) and path.is_file()]


def load_results(folder: Path | str) -> Results:
    """Read results that were written by `run` or `compare`; equal to what these gave.

    Raises
    ------
    InputError
        There are none, they are not complete, were made by another schema, or were changed.
    """
    folder = Path(folder)
    manifest = _read_manifest(folder)
    problems: list[Problem] = []
    tables: dict[str, Any] = {}
    for table, file in TABLE_FILES.items():
        try:
            tables[table] = _read_table(folder / file, table, manifest["files"][file]["rows"])
        except InputError as error:
            problems += error.problems
    problems = problems or list(_changed_files(folder, manifest["files"]))
    if problems:
        raise InputError(problems)
    failures = tuple(Failure(**failure) for failure in manifest.pop("failures"))
    del manifest["files"]
    return replace(Results(**tables, manifest=manifest), failures=failures, folder=folder)


def _changed_files(folder: Path, files: dict[str, dict[str, Any]]) -> Iterator[Problem]:
    """Name each file that isn't as it was written; charts and copies may be gone, tables may not."""
    for name, about in files.items():
        path = folder / name
        if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() != about["sha256"]:
            hint = "Make the results again, and change a copy instead."
            yield Problem(str(path), "was changed after it was made.", hint)


def _read_manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        what = "results that were not completed" if holds_results(folder) else "no results of wijksim"
        hint = "Make them with: wijksim compare ... --out FOLDER"
        raise InputError.single(str(folder), f"holds {what} (there is no {MANIFEST}).", hint) from None
    except (OSError, ValueError) as error:
        raise InputError.single(str(path), f"can't be read ({error}).", "Make the results again.") from None
    schema = manifest.get("schema") if isinstance(manifest, dict) else None
    if schema != SCHEMA:
        message = f'the results have schema "{schema}"; this version of wijksim reads schema "{SCHEMA}".'
        raise InputError.single(str(path), message, "Read them with the version of wijksim that made them.")
    return dict(manifest)


def _read_table(path: Path, table: str, rows: int) -> DataFrame:
    import pandas as pd

    columns = COLUMNS[table]
    try:
        with path.open(encoding="utf-8-sig") as file:
            dutch = ";" in file.readline()
        frame = pd.read_csv(path, encoding="utf-8-sig", dtype=str, keep_default_na=False, sep=";" if dutch else ",")
    except FileNotFoundError:
        raise InputError.single(str(path), "is missing.", "Make the results again.") from None
    except (OSError, ValueError) as error:
        raise InputError.single(str(path), f"can't be read ({error}).", "Make the results again.") from None
    if tuple(frame.columns) != columns:
        message = f"has columns {', '.join(frame.columns)}; expected {', '.join(columns)}."
        raise InputError.single(str(path), message, "Make the results again.")
    if len(frame) != rows:
        raise InputError.single(str(path), f"has {len(frame)} rows; expected {rows}.", "Make the results again.")
    try:
        return pd.DataFrame(
            {name: _column(list(frame[name]), NUMBER_COLUMNS.get(name), dutch=dutch) for name in columns}
        )
    except ValueError as error:
        raise InputError.single(str(path), f"holds what is no number ({error}).", "Make the results again.") from None


def _column(texts: list[str], kind: str | None, *, dutch: bool) -> Any:
    """Text as the column that was written; Python reads a number as exactly the one that it wrote."""
    import pandas as pd

    if kind is None:
        return as_categories(texts)
    if dutch:
        texts = [text.replace(",", ".") for text in texts]
    read = float if kind == "float64" else int
    missing = math.nan if kind == "float64" else None
    return pd.Series([read(text) if text else missing for text in texts], dtype=kind)
