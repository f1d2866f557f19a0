"""Makes a brief of a session's plan in a process of its own, while the session goes on; knows no page.

One brief at a time is made, of all sessions: others wait, so that those who play keep their share of the machine.
"""

from __future__ import annotations

import hmac
import multiprocessing
import secrets
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from wijksim.live.brief_order import ARCHIVE, RESULTS, BriefOrder, News, Step
from wijksim.report.brief import brief_file
from wijksim.report.numbers import LANGUAGES

__all__ = ["FILES", "BriefMaker", "BriefState", "MadeBrief", "file_of"]

FILES = {
    **{brief_file(language, kind): f"{RESULTS}/" for language in LANGUAGES for kind in ("html", "docx")},
    ARCHIVE: "",
}
"""Files of a brief that may be asked for, and the folder that each stands in."""

_CODE_BYTES = 12
_LOOK_EVERY_SECONDS = 0.1
_SECONDS_TO_END = 3.0
_SHORTEST_GUESS = 2.0  # seconds of work before it is said how long the rest will take
_ENDED = "the process that makes the brief ended; was there not enough memory?"
_turn = threading.Lock()
_shelf: dict[str, Path] = {}
"""Folder of each brief that is kept, by its code."""


def file_of(code: str, name: str) -> Path | None:
    """Give a file of a brief by the brief's code; None where there is none."""
    # All codes are looked at, so that time tells nothing of them.
    found = [folder for known, folder in list(_shelf.items()) if hmac.compare_digest(known.encode(), code.encode())]
    path = found[0] / FILES[name] / name if found and name in FILES else None
    return path if path is not None and path.is_file() else None


@dataclass(frozen=True)
class MadeBrief:
    """A brief that can be opened.

    Parameters
    ----------
    code : str
        Of its address.
    order : BriefOrder
        What it was made of.
    at : float
        When it was ready, seconds since 1970.
    """

    code: str
    order: BriefOrder
    at: float


@dataclass(frozen=True)
class BriefState:
    """How far the brief of a session is.

    Parameters
    ----------
    step : Step
        Of the last one that was asked for.
    done, total : int
        Months simulated, and in all.
    seconds_left : float or None
        How long it will take, about; None where that isn't known yet.
    why : str
        Why it failed, in words.
    made : MadeBrief or None
        The last one that was finished.
    """

    step: Step = Step.NONE
    done: int = 0
    total: int = 0
    seconds_left: float | None = None
    why: str = ""
    made: MadeBrief | None = None


def _make_brief(connection: Any, order: BriefOrder, folder: Path) -> None:
    """Make a brief in a process, which imports all that it takes itself."""
    from wijksim.live.brief_work import make_brief

    make_brief(connection, order, folder)


class BriefMaker:
    """Makes briefs of one session, one after the other; the last that was finished is kept.

    Parameters
    ----------
    work : callable
        What the process does; by default :func:`wijksim.live.brief_work.make_brief`.
    """

    def __init__(self, work: Callable[[Any, BriefOrder, Path], None] | None = None) -> None:
        self._work = work or _make_brief
        self._changing = threading.Lock()
        self._state = BriefState()
        self._number = 0  # of the brief that is asked for: what an earlier one tells isn't heard any more
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._closed = False

    @property
    def state(self) -> BriefState:
        """How far it is now."""
        return self._state

    def start(self, ordered: Callable[[], BriefOrder]) -> bool:
        """Begin a brief of what `ordered` gives, which may wait for it; False where one is being made."""
        with self._changing:
            if self._closed or self._state.step.goes_on:
                return False
            self._number += 1
            self._state = BriefState(Step.WAITING, made=self._state.made)
            threading.Thread(target=self._make, args=(self._number, ordered), daemon=True).start()
            return True

    def cancel(self) -> None:
        """Stop what is being made; what was made before stays."""
        with self._changing:
            if self._state.step.goes_on:
                self._number += 1
                self._state = BriefState(Step.CANCELLED, made=self._state.made)

    def close(self) -> None:
        """Stop, and throw away what was made."""
        self.cancel()
        with self._changing:
            self._closed = True
            self._forget()

    # ------------------------------------------------------------------ in a thread of its own
    def _make(self, number: int, ordered: Callable[[], BriefOrder]) -> None:
        try:
            while not _turn.acquire(timeout=_LOOK_EVERY_SECONDS):
                if self._number != number:
                    return
            try:
                self._run(number, ordered())
            finally:
                _turn.release()
        except Exception as error:  # nobody hears what a thread says
            self._hear(number, News(Step.FAILED, why=str(error) or type(error).__name__))

    def _run(self, number: int, order: BriefOrder) -> None:
        folder = tempfile.TemporaryDirectory(prefix="wijksim-brief-", ignore_cleanup_errors=True)
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=self._work, args=(theirs, order, Path(folder.name)), daemon=True)
        kept = False
        try:
            process.start()
            theirs.close()
            kept = self._listen(number, ours, order, folder)
        finally:
            ours.close()
            process.join(_SECONDS_TO_END if kept else 0)
            if process.is_alive():
                process.kill()
                process.join()
            if not kept:
                folder.cleanup()

    def _listen(self, number: int, ours: Any, order: BriefOrder, folder: tempfile.TemporaryDirectory[str]) -> bool:
        """Hear what the process tells until it ends or nobody wants it; whether the folder holds a brief."""
        began, first = 0.0, 0
        while self._number == number:
            if not ours.poll(_LOOK_EVERY_SECONDS):
                continue
            try:
                news = ours.recv()
            except (EOFError, OSError):
                news = News(Step.FAILED, why=_ENDED)
            if news.step is Step.DONE:
                return self._keep(number, order, folder)
            if not began:
                began, first = time.monotonic(), news.done
            self._hear(number, news, _seconds_left(news, first, time.monotonic() - began))
            if not news.step.goes_on:
                break
        return False

    def _hear(self, number: int, news: News, left: float | None = None) -> None:
        with self._changing:
            if self._number == number:
                self._state = BriefState(news.step, news.done, news.total, left, news.why, self._state.made)

    def _keep(self, number: int, order: BriefOrder, folder: tempfile.TemporaryDirectory[str]) -> bool:
        with self._changing:
            if self._number != number or self._closed:
                return False
            self._forget()
            code = secrets.token_urlsafe(_CODE_BYTES)
            self._folder, _shelf[code] = folder, Path(folder.name)
            self._state = BriefState(Step.DONE, made=MadeBrief(code, order, time.time()))
            return True

    def _forget(self) -> None:
        """Throw away the brief that was kept."""
        made, self._state = self._state.made, replace(self._state, made=None)
        if made is not None:
            _shelf.pop(made.code, None)
        if self._folder is not None:
            with suppress(OSError):
                self._folder.cleanup()
            self._folder = None


def _seconds_left(news: News, first: int, seconds: float) -> float | None:
    """How long the rest takes when it goes as it went since the first news; None where that says nothing yet."""
    if news.done <= first or seconds < _SHORTEST_GUESS:
        return None
    return seconds / (news.done - first) * (news.total - news.done)
