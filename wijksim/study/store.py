"""The store of a study: one SQLite file that survives whatever happens to the process that writes it.

One process writes; each finished run is a transaction of its own, in write-ahead mode. A second file beside it
(``.lock``) is locked for as long as a process works on the study; the system frees it when that process ends, however.
"""

from __future__ import annotations

import json
import math
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.errors import InputError

__all__ = ["Outcome", "Run", "RunKey", "Store", "StoredFailure"]

SCHEMA = 2
_PAIR_NUMBER = np.dtype("<f8")
"""How numbers of pairs lie in the file, on any machine."""

_PATIENCE_SECONDS = 10.0
_PAUSE_SECONDS = 0.02

_TABLES = """
CREATE TABLE about (name TEXT PRIMARY KEY, content TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE points (
    stage INTEGER, point INTEGER, uniforms TEXT NOT NULL, drawn TEXT NOT NULL, PRIMARY KEY (stage, point)
) WITHOUT ROWID;
CREATE TABLE quantities (quantity INTEGER PRIMARY KEY, outcome TEXT, category TEXT, period TEXT, unit TEXT);
CREATE TABLE runs (
    run INTEGER PRIMARY KEY, identity TEXT UNIQUE NOT NULL, seed INTEGER NOT NULL, state TEXT NOT NULL,
    seconds REAL, stage_of_failure TEXT, reason TEXT, traceback TEXT, pair BLOB
);
CREATE TABLE members (
    stage INTEGER, point INTEGER, replication INTEGER, run INTEGER NOT NULL REFERENCES runs,
    PRIMARY KEY (stage, point, replication)
) WITHOUT ROWID;
CREATE TABLE results (
    run INTEGER, quantity INTEGER, baseline REAL, policy REAL, PRIMARY KEY (run, quantity)
) WITHOUT ROWID;
"""

RunKey = tuple[int, int, int]
"""Stage, point and replication."""


@dataclass(frozen=True)
class Outcome:
    """What is kept of a run for each outcome and period.

    Parameters
    ----------
    outcome, group, period, unit : str
        Which.
    """

    outcome: str
    group: str
    period: str
    unit: str


@dataclass(frozen=True)
class Run:
    """A run that has ended.

    Parameters
    ----------
    identity : str
        Hash of all that decides it.
    seed : int
        Its seed.
    members : tuple of RunKey
        The design points and replications that it stands for: equal ones are run once.
    seconds : float
        Time it took.
    baseline, policy : array of float64, shape (quantities,), or None
        None where it failed; the policy has no numbers (NaN) in a study of one scenario.
    pair : array of float64, shape (numbers,), or None
        What :class:`wijksim.study.pair_numbers.PairNumbers` keeps of baseline and policy together.
    """

    identity: str
    seed: int
    members: tuple[RunKey, ...]
    seconds: float
    baseline: NDArray[np.float64] | None = None
    policy: NDArray[np.float64] | None = None
    pair: NDArray[np.float64] | None = None
    stage_of_failure: str = ""
    reason: str = ""
    traceback: str = ""


@dataclass(frozen=True)
class StoredFailure:
    """A run without result: where, with which values, and why."""

    stage: int
    point: int
    replication: int
    seed: int
    values: Mapping[str, Any]
    stage_of_failure: str
    reason: str
    traceback: str


class Store:
    """The file of a study.

    Parameters
    ----------
    path : Path
        Where it is.

    Raises
    ------
    InputError
        It is no study of wijksim, of another schema, or can't be opened.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            new = not path.exists()
            self._db = sqlite3.connect(path, isolation_level=None)
            self._write_ahead()
            self._db.execute("PRAGMA synchronous = NORMAL")
            if new or not self._db.execute("SELECT name FROM sqlite_master").fetchall():
                self._make()
        except sqlite3.Error as error:
            hint = "Choose another file, or one that `wijksim study run` made."
            raise InputError.single(str(path), f"can't be opened as the store of a study ({error}).", hint) from None
        schema = self._schema()
        if schema != SCHEMA:
            message = f"has schema {schema!r}; this version of wijksim reads schema {SCHEMA}."
            raise InputError.single(str(path), message, "Use the version of wijksim that made it.")

    def _write_ahead(self) -> None:
        """Choose write-ahead mode; unlike all else in SQLite, this doesn't wait for who is looking at the file."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                self._db.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > deadline:
                    raise
                time.sleep(_PAUSE_SECONDS)

    def _make(self) -> None:
        with self._transaction():
            for statement in _TABLES.split(";"):
                self._db.execute(statement)
            self._db.execute("INSERT INTO about VALUES ('schema', ?)", (json.dumps(SCHEMA),))

    def _schema(self) -> Any:
        try:
            return self.about("schema")
        except sqlite3.Error:
            return None

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    @contextmanager
    def working(self) -> Iterator[None]:
        """Hold the study for this process.

        Raises
        ------
        InputError
            Another process is working on it.
        """
        lock = sqlite3.connect(self.path.with_name(self.path.name + ".lock"), isolation_level=None, timeout=0)
        try:
            try:
                lock.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError:
                hint = "Wait until it is done, or stop it; finished runs are kept. See: wijksim study status."
                raise InputError.single(str(self.path), "another process is working on this study.", hint) from None
            yield
        finally:
            lock.close()

    # ------------------------------------------------------------------ what the study is
    def about(self, name: str) -> Any:
        """What is kept under a name; None where there is nothing."""
        row = self._db.execute("SELECT content FROM about WHERE name = ?", (name,)).fetchone()
        return None if row is None else json.loads(row[0])

    def keep(self, **contents: Any) -> None:
        """Keep plain values under names, replacing what was there."""
        with self._transaction():
            for name, content in contents.items():
                self._db.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (name, json.dumps(content)))

    def add_points(
        self, stage: int, uniforms: NDArray[np.float64], drawn: Sequence[Mapping[str, Any]], **about: Any
    ) -> None:
        """Add the points of a design that aren't there yet; those that are must be equal.

        Raises
        ------
        InputError
            A point that is there has other numbers.
        """
        kept = self.uniforms(stage)
        if len(kept) > len(uniforms) or not np.array_equal(kept, uniforms[: len(kept)].reshape(kept.shape)):
            message = "holds other points than this design; it was made by another sampler or version."
            raise InputError.single(str(self.path), message, "Start a new study, in another file.")
        with self._transaction():
            for point in range(len(kept), len(uniforms)):
                row = (stage, point, json.dumps(uniforms[point].tolist()), json.dumps(dict(drawn[point])))
                self._db.execute("INSERT INTO points VALUES (?, ?, ?, ?)", row)
            for name, content in about.items():
                self._db.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (name, json.dumps(content)))

    def uniforms(self, stage: int) -> NDArray[np.float64]:
        """Uniform numbers of the points of a stage, shape (points, factors)."""
        rows = self._db.execute("SELECT uniforms FROM points WHERE stage = ? ORDER BY point", (stage,))
        read = [json.loads(text) for (text,) in rows]
        return np.array(read, np.float64) if read else np.zeros((0, 0))

    def drawn(self, stage: int) -> list[dict[str, Any]]:
        """Values that the model is given at the points of a stage."""
        rows = self._db.execute("SELECT drawn FROM points WHERE stage = ? ORDER BY point", (stage,))
        return [json.loads(text) for (text,) in rows]

    def set_outcomes(self, outcomes: Iterable[Outcome]) -> None:
        """Say which quantities the results are of, once."""
        with self._transaction():
            if not self.outcomes():
                rows = [(place, o.outcome, o.group, o.period, o.unit) for place, o in enumerate(outcomes)]
                self._db.executemany("INSERT INTO quantities VALUES (?, ?, ?, ?, ?)", rows)

    def outcomes(self) -> list[Outcome]:
        """Which quantities the results are of, in order."""
        rows = self._db.execute("SELECT outcome, category, period, unit FROM quantities ORDER BY quantity")
        return [Outcome(*row) for row in rows]

    # ------------------------------------------------------------------ runs
    def write(self, run: Run) -> None:
        """Keep a run that has ended, in one transaction; a failed one is replaced."""
        failed = run.baseline is None
        with self._transaction():
            old = self._db.execute("SELECT run FROM runs WHERE identity = ?", (run.identity,)).fetchone()
            if old:
                self._db.execute("DELETE FROM results WHERE run = ?", old)
                self._db.execute("DELETE FROM members WHERE run = ?", old)
                self._db.execute("DELETE FROM runs WHERE run = ?", old)
            state = "failed" if failed else "ok"
            pair = None if run.pair is None else run.pair.astype(_PAIR_NUMBER).tobytes()
            row = (run.identity, run.seed, state, run.seconds, run.stage_of_failure, run.reason, run.traceback, pair)
            number = self._db.execute("INSERT INTO runs VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)", row).lastrowid
            members = [(*member, number) for member in run.members]
            self._db.executemany("INSERT INTO members VALUES (?, ?, ?, ?)", members)
            if run.baseline is not None and run.policy is not None:
                numbers = zip(run.baseline.tolist(), run.policy.tolist(), strict=True)
                rows = [(number, place, _number(b), _number(p)) for place, (b, p) in enumerate(numbers)]
                self._db.executemany("INSERT INTO results VALUES (?, ?, ?, ?)", rows)

    def join(self, members: Mapping[str, Sequence[RunKey]]) -> None:
        """Let points of a design that has grown share runs, by identity, that are there."""
        with self._transaction():
            for identity, keys in members.items():
                (run,) = self._db.execute("SELECT run FROM runs WHERE identity = ?", (identity,)).fetchone()
                rows = [(*key, run) for key in keys]
                self._db.executemany("INSERT OR IGNORE INTO members VALUES (?, ?, ?, ?)", rows)

    def states(self) -> dict[str, str]:
        """State (``ok`` or ``failed``) of each run that has ended, by identity."""
        return dict(self._db.execute("SELECT identity, state FROM runs"))

    def seconds(self) -> list[float]:
        """Time of each run that gave a result."""
        return [value for (value,) in self._db.execute("SELECT seconds FROM runs WHERE state = 'ok' ORDER BY run")]

    def failures(self) -> list[StoredFailure]:
        """Runs without result, with the values of the first point that they stand for."""
        rows = self._db.execute(
            "SELECT m.stage, m.point, m.replication, r.seed, p.drawn, r.stage_of_failure, r.reason, r.traceback"
            " FROM runs r JOIN members m ON m.run = r.run"
            " JOIN points p ON p.stage = m.stage AND p.point = m.point"
            " WHERE r.state = 'failed' ORDER BY m.stage, m.point, m.replication"
        )
        return [
            StoredFailure(stage, point, replication, seed, json.loads(drawn), where, reason, told)
            for stage, point, replication, seed, drawn, where, reason, told in rows
        ]

    def results(self, stage: int, points: int, replications: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Results of a stage, by place of the point in the design whatever the order in which runs ended.

        Returns
        -------
        baseline, policy : array of float64, shape (points, replications, quantities)
            NaN where there is no result, or it is no finite number.
        """
        shape = (points, replications, len(self.outcomes()))
        baseline, policy = np.full(shape, np.nan), np.full(shape, np.nan)
        rows = self._db.execute(
            "SELECT m.point, m.replication, s.quantity, s.baseline, s.policy FROM members m"
            " JOIN results s ON s.run = m.run WHERE m.stage = ? AND m.point < ? AND m.replication < ?",
            (stage, points, replications),
        )
        for point, replication, quantity, before, after in rows:
            baseline[point, replication, quantity] = math.nan if before is None else before
            policy[point, replication, quantity] = math.nan if after is None else after
        return baseline, policy

    def pairs(self, stage: int, points: int, replications: int, length: int) -> NDArray[np.float64]:
        """What is kept of baseline and policy together, shape (points, replications, length); NaN where nothing is."""
        kept = np.full((points, replications, length), np.nan)
        rows = self._db.execute(
            "SELECT m.point, m.replication, r.pair FROM members m JOIN runs r ON r.run = m.run"
            " WHERE m.stage = ? AND m.point < ? AND m.replication < ? AND r.pair IS NOT NULL",
            (stage, points, replications),
        )
        for point, replication, numbers in rows:
            kept[point, replication] = np.frombuffer(numbers, _PAIR_NUMBER)
        return kept

    def members_with_result(self, stage: int) -> list[RunKey]:
        """Points and replications of a stage whose run gave a result."""
        rows = self._db.execute(
            "SELECT m.stage, m.point, m.replication FROM members m JOIN runs r ON r.run = m.run"
            " WHERE m.stage = ? AND r.state = 'ok'",
            (stage,),
        )
        return [(stage, point, replication) for stage, point, replication in rows]


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
