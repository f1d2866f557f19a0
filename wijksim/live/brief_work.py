"""The process that makes a brief of a room's plan: the same comparison as ``wijksim compare`` makes of both files."""

from __future__ import annotations

import errno
import os
import shutil
import signal
from contextlib import suppress
from dataclasses import replace
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path

from wijksim.live.brief_order import RESULTS, BriefOrder, News, Step
from wijksim.report.brief_workshop import workshop_notes
from wijksim.scenario import Scenario
from wijksim.study.compare import run_study
from wijksim.study.options import CompareOptions

__all__ = ["make_brief"]

_BASELINE = "zonder_plan"
_FULL = (errno.ENOSPC, errno.EDQUOT)
_LESS_URGENT = 5  # of 19: the session that goes on comes first


def make_brief(connection: Connection, order: BriefOrder, folder: Path) -> None:
    """Make a brief in a folder and tell how far it is; ends when nobody hears it any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who holds the process ends it
    with suppress(AttributeError, OSError):
        os.nice(_LESS_URGENT)
    try:
        news = _make(connection, order, folder)
    except Exception as error:  # whatever happens is told on the page, and the session goes on
        news = News(Step.FULL if _is_full(error) else Step.FAILED, why=str(error) or type(error).__name__)
    with suppress(OSError):
        connection.send(news)
    connection.close()


def _make(connection: Connection, order: BriefOrder, folder: Path) -> News:
    baseline, plan = (
        _read(folder / f"{name}.toml", text)
        for name, text in ((_BASELINE, order.baseline), (_own_name(order.name), order.plan))
    )
    if replace(plan.settings, name=baseline.settings.name) == baseline.settings:
        return News(Step.SAME)

    def tell(done: int, total: int) -> None:
        try:
            connection.send(News(Step.COMPUTING if done < total else Step.WRITING, done, total))
        except OSError:  # whoever asked is gone
            os._exit(1)

    options = CompareOptions(
        replications=order.runs,
        draws=order.draws,
        seed=order.seed,
        workers=1,
        out=folder / RESULTS,
        progress=tell,
    )
    run_study([baseline, plan], options, workshop_notes(date.today(), order.guesses))
    shutil.make_archive(str(folder / RESULTS), "zip", folder / RESULTS)
    return News(Step.DONE)


def _own_name(name: str) -> str:
    return f"{name}_met" if name == _BASELINE else name


def _read(path: Path, text: str) -> Scenario:
    path.write_text(text, encoding="utf-8", newline="\n")
    return Scenario.from_file(path)


def _is_full(error: BaseException | None) -> bool:
    """Whether the disk was full, somewhere at the root of an error."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in _FULL:
            return True
        error = error.__cause__ or error.__context__
    return False
