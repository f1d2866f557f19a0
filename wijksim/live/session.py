"""A session: one pair of runs in a process of its own, whose orders and frames go through here.

Who holds the facilitator's token may move; who holds the viewers' token may look. Any number may look at once: they
get the same frames. It knows no page.
"""

from __future__ import annotations

import hmac
import queue
import secrets
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any

from wijksim.errors import InputError
from wijksim.live.brief_maker import BriefMaker
from wijksim.live.brief_order import BriefOrder
from wijksim.live.frames import Frame
from wijksim.live.moves import checked
from wijksim.live.orders import Kind, Order
from wijksim.live.workers import worker_context
from wijksim.scenario import Scenario
from wijksim.shipped import plain_stem
from wijksim.study.engines import leave_if_importing_main

__all__ = ["NotAllowed", "Session", "SessionEnded"]

_TOKEN_BYTES = 12
_SECONDS_TO_END = 3.0
_ENDED = "The process that computes has ended."


def _work(connection: Connection) -> None:
    """Do what a worker does, which it imports itself: who serves pages needs no model, and is there seconds sooner."""
    from wijksim.live.worker import work

    work(connection)


class NotAllowed(PermissionError):
    """A token that doesn't give the right to do this."""


class SessionEnded(RuntimeError):
    """The session was closed, or its process has ended."""


class Session:
    """A pair of runs that orders change, in a worker process.

    Parameters
    ----------
    scenario : Scenario
        The plan to begin with.
    seed : int
        Of both runs.

    Attributes
    ----------
    facilitator, viewer : str
        Tokens of who may move, and of who may look.
    brief : BriefMaker
        How far the brief of the plan is (:meth:`make_brief`).
    """

    def __init__(self, scenario: Scenario, *, seed: int = 1) -> None:
        leave_if_importing_main()
        self.scenario = scenario
        self.facilitator = secrets.token_urlsafe(_TOKEN_BYTES)
        self.viewer = secrets.token_urlsafe(_TOKEN_BYTES)
        self.brief = BriefMaker()
        self._frame: Frame | None = None
        self._ended = False
        self._number = 0
        self._news = threading.Condition()
        self._starting, self._numbering = threading.Lock(), threading.Lock()
        self._orders: queue.SimpleQueue[Any] = queue.SimpleQueue()
        context = worker_context()
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs,), daemon=True)
        self._orders.put((scenario, seed))
        threading.Thread(target=self._listen, args=(theirs,), daemon=True).start()

    def _start(self, theirs: Connection) -> None:
        """Start the worker and what sends it orders, unless the session was closed before.

        Who orders must never wait: not for the start, which takes until all that a worker needs is loaded, and not for
        the worker, which reads what is longer than a pipe (a scenario) when it has time.
        """
        with self._starting, theirs:
            if self._ended:
                raise EOFError
            self._process.start()
        threading.Thread(target=self._send, daemon=True).start()

    def _send(self) -> None:
        with suppress(OSError):  # whoever listens notices it too
            while (order := self._orders.get()) is not None:
                self._connection.send(order)
            self._connection.send(None)

    def _listen(self, theirs: Connection) -> None:
        """Take frames as they come, so that the worker never waits; only the latest is kept."""
        try:
            self._start(theirs)
            while True:
                frame = self._connection.recv()
                with self._news:
                    self._frame = frame
                    self._news.notify_all()
        except (EOFError, OSError, TypeError):  # the worker ended, or the session was closed meanwhile
            with self._news:
                self._ended = True
                if self._frame is not None:
                    self._frame = replace(
                        self._frame, number=self._frame.number + 1, playing=False, error=self._frame.error or _ENDED
                    )
                self._news.notify_all()

    # ------------------------------------------------------------------ rights
    def may_move(self, token: str) -> bool:
        """Whether a token is the facilitator's."""
        return hmac.compare_digest(token.encode(), self.facilitator.encode())

    def may_look(self, token: str) -> bool:
        """Whether a token is the facilitator's or the viewers'."""
        looks = hmac.compare_digest(token.encode(), self.viewer.encode())
        return self.may_move(token) or looks

    def _require_facilitator(self, token: str) -> None:
        if not self.may_move(token):
            raise NotAllowed("only the facilitator's token may move this session")

    # ------------------------------------------------------------------ orders
    def move(self, token: str, changes: Iterable[tuple[str, Any]], event: str = "") -> int:
        """Change levers or parameters from the month shown on; a number goes to the nearest step of its lever.

        Parameters
        ----------
        token : str
            The facilitator's.
        changes : iterable of (str, value)
            Paths (``policy.LEVER``, ``enterprise.KEY.LEVER``, ``parameter.NAME``) and values.
        event : str
            What befell the plan, in words, where the room didn't decide it.

        Returns
        -------
        int
            Number of the order; a frame that answers it has this number or a higher one in `answered`.

        Raises
        ------
        NotAllowed
            The token isn't the facilitator's.
        InputError
            A path or value that can't be. What contradicts the rest of the plan is told in the frame.
        SessionEnded
            There is nobody to move.
        """
        frame = self._frame
        plans = frame.enterprises if frame else self.scenario.settings.enterprises
        wanted = checked(changes, [plan.key for plan in plans], self.scenario.registry)
        return self.order(token, Kind.MOVE, wanted, event)

    def order(self, token: str, kind: Kind | str, value: Any = None, event: str = "") -> int:
        """Send an order and give its number; errors are those of :meth:`move`."""
        self._require_facilitator(token)
        if kind not in list(Kind):
            raise InputError.single("order", f"is {kind!r}; expected one of {', '.join(Kind)}.")
        with self._numbering:
            if self._ended:
                raise SessionEnded(_ENDED)
            self._number += 1
            self._orders.put(Order(self._number, Kind(kind), value, event))
            return self._number

    # ------------------------------------------------------------------ frames
    def latest(self, token: str) -> Frame | None:
        """Give the latest frame; None before the first.

        Raises
        ------
        NotAllowed
            The token gives no right to look.
        """
        if not self.may_look(token):
            raise NotAllowed("this token gives no right to look at this session")
        return self._frame

    def wait(self, token: str, answered: int = 0, *, still: bool = False, seconds: float = 60.0) -> Frame:
        """Wait for a frame that answers an order.

        Parameters
        ----------
        token : str
            The facilitator's or the viewers'.
        answered : int
            Number of the order; 0 takes any frame.
        still : bool
            Wait until it doesn't go on by itself any more, too.
        seconds : float
            How long to wait at most.

        Raises
        ------
        NotAllowed, SessionEnded, TimeoutError
            The token gives no right to look; there will be no such frame; it wasn't there in time.
        """
        until = time.monotonic() + seconds
        with self._news:
            while True:
                frame = self.latest(token)
                if frame is not None and frame.answered >= answered and not (still and frame.playing):
                    return frame
                if self._ended:
                    raise SessionEnded(_ENDED)
                if not self._news.wait(max(0.0, until - time.monotonic())):
                    raise TimeoutError(f"no frame answered order {answered} in {seconds:g} seconds")

    def scenario_toml(self, token: str) -> str:
        """Give the plan with all moves as a scenario file: run with the same seed, it has the same outcomes."""
        return self.wait(token, self._number).plan_file

    # ------------------------------------------------------------------ a brief
    def make_brief(self, token: str) -> bool:
        """Begin a brief of the plan as it is after all orders up to now, beside what goes on here.

        Returns
        -------
        bool
            False where one is being made already; `brief.state` says how far it is.

        Raises
        ------
        NotAllowed
            The token isn't the facilitator's.
        """
        self._require_facilitator(token)
        number = self._number
        return self.brief.start(lambda: _brief_order(self.wait(token, number)))

    def cancel_brief(self, token: str) -> None:
        """Stop the brief that is being made; errors are those of :meth:`make_brief`."""
        self._require_facilitator(token)
        self.brief.cancel()

    @property
    def ended(self) -> bool:
        """Whether the session was closed or its process has ended."""
        return self._ended

    def close(self) -> None:
        """End the worker process, and the brief that is being made; may be called twice."""
        self.brief.close()
        with self._news:
            self._ended = True
            self._news.notify_all()
        self._orders.put(None)
        if not self._starting.acquire(timeout=_SECONDS_TO_END):
            return  # it is still loading what workers need, and ends with this process
        self._starting.release()
        if self._process.pid is not None:
            self._process.join(_SECONDS_TO_END)
            if self._process.is_alive():
                self._process.kill()
                self._process.join()
        self._connection.close()

    def __enter__(self) -> Session:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def _brief_order(frame: Frame) -> BriefOrder:
    guesses = tuple((guess.group, guess.outcome, guess.value) for guess in frame.guesses)
    return BriefOrder(frame.plan_file, frame.baseline_file, plain_stem(frame.scenario), frame.seed, guesses)
