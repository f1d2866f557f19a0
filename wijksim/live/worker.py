"""The worker process of a session: takes orders, goes on with the pair in between, and publishes frames."""

from __future__ import annotations

import signal
import time
from multiprocessing.connection import Connection

from wijksim.live.orders import Order
from wijksim.live.pair import Pair

__all__ = ["SECONDS_BETWEEN_FRAMES", "work"]

SECONDS_BETWEEN_FRAMES = 0.25
_LONGEST_WAIT = 5.0


def work(connection: Connection) -> None:
    """Serve one session until its other end is closed, also by the death of the process that holds it.

    Parameters
    ----------
    connection : Connection
        Gives a scenario and a seed, then orders (None: end); takes frames.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal reaches all; who holds the session ends it
    try:
        pair = Pair(*connection.recv())
    except (EOFError, OSError):  # closed before it began
        connection.close()
        return
    try:
        _serve(connection, pair)
    except (EOFError, OSError):  # nobody is there any more
        return
    finally:
        pair.close()
        connection.close()


def _serve(connection: Connection, pair: Pair) -> None:
    due = sent = 0.0
    stale = True
    while True:
        now = time.monotonic()
        if connection.poll(_wait(pair, due, sent, stale, now)):
            order = connection.recv()
            if not isinstance(order, Order):
                return
            pair.do(order)
            stale, due = True, min(due, time.monotonic() + 1 / pair.speed)
            sent = 0.0  # who ordered waits for no frame: what was asked for is shown at once
            continue
        now = time.monotonic()
        if stale and now - sent >= SECONDS_BETWEEN_FRAMES:
            connection.send(pair.frame())
            stale, sent = False, time.monotonic()
        elif pair.playing and now >= due:
            pair.step()
            stale, due = True, max(due + 1 / pair.speed, now)  # frames are skipped when it is slow, months never
        elif pair.has_courses_to_compute and pair.compute_course():
            stale = True


def _wait(pair: Pair, due: float, sent: float, stale: bool, now: float) -> float:
    """Seconds for which there is nothing to do but to hear orders."""
    if pair.has_courses_to_compute:
        return 0.0
    moments = [now + _LONGEST_WAIT]
    if pair.playing:
        moments.append(due)
    if stale:
        moments.append(sent + SECONDS_BETWEEN_FRAMES)
    return max(0.0, min(moments) - now)
