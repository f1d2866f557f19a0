"""The sessions of a server: who comes in gets one of their own, or looks along with one; those that are left end."""

from __future__ import annotations

import threading
import time

from wijksim.live.session import Session
from wijksim.scenario import Scenario

__all__ = ["MOST_SESSIONS", "Full", "Lobby"]

MOST_SESSIONS = 12
SECONDS_LEFT_ALONE = 60.0


class Full(RuntimeError):
    """There are as many sessions as there is room for.

    Parameters
    ----------
    most : int
        For how many there is room.
    """

    def __init__(self, most: int) -> None:
        super().__init__(f"{most} sessions are going on")
        self.most = most


class Lobby:
    """All sessions of one server; used by its one thread.

    Parameters
    ----------
    scenario : Scenario
        With which each session begins.
    seed : int
        Of each session.
    most : int
        Sessions at the same time.
    """

    def __init__(self, scenario: Scenario, seed: int = 1, most: int = MOST_SESSIONS) -> None:
        self._scenario, self._seed, self._most = scenario, seed, most
        self._sessions: dict[Session, int] = {}
        self._left: dict[Session, float] = {}
        self._patience: dict[Session, float] = {}
        self._spare: Session | None = self._new()

    def _new(self) -> Session:
        return Session(self._scenario, seed=self._seed)

    def open(self, *, keep: float | None = None) -> Session:
        """Give a session of one's own, ready or nearly so.

        Parameters
        ----------
        keep : float, optional
            Seconds for which it is kept while nobody looks at it, where that isn't the usual.

        Raises
        ------
        Full
            There is no room.
        """
        if len(self._sessions) >= self._most:
            raise Full(self._most)
        session, self._spare = self._spare or self._new(), None
        if session.ended:
            session = self._new()
        self._sessions[session] = 0
        self._left[session] = time.monotonic()
        if keep is not None:
            self._patience[session] = keep
        return session

    def prepare(self) -> None:
        """Begin a session for who comes next, where there is room and none is ready.

        Not when a visitor gets one: whoever comes in waits for all that a machine of a few cores does meanwhile.
        """
        if self._spare is None and len(self._sessions) < self._most:
            self._spare = self._new()

    def find(self, token: str) -> Session | None:
        """Give the session that a token gives a right to; every session is asked, so that time tells nothing."""
        found = [session for session in self._sessions if session.may_look(token)]
        return found[0] if found else None

    def enter(self, session: Session) -> None:
        """Count a visitor in."""
        self._sessions[session] += 1
        self._left.pop(session, None)

    def leave(self, session: Session) -> None:
        """Count a visitor out."""
        if session in self._sessions:
            self._sessions[session] -= 1
            if self._sessions[session] <= 0:
                self._left[session] = time.monotonic()

    def sweep(self, seconds: float = SECONDS_LEFT_ALONE) -> None:
        """End sessions that were left alone for some time: who reloads the page finds theirs again."""
        now = time.monotonic()
        for session, since in list(self._left.items()):
            if now - since >= self._patience.get(session, seconds):
                self.end(session)

    def end(self, session: Session) -> None:
        """End a session now, whoever looks at it."""
        if self._sessions.pop(session, None) is not None:
            self._left.pop(session, None)
            self._patience.pop(session, None)
            threading.Thread(target=session.close, daemon=True).start()

    def close(self) -> None:
        """End all sessions."""
        sessions = [*self._sessions, *([self._spare] if self._spare else [])]
        ends = [threading.Thread(target=session.close, daemon=True) for session in sessions]
        for end in ends:
            end.start()
        for end in ends:
            end.join()
        self._sessions, self._left, self._spare = {}, {}, None

    def __len__(self) -> int:
        return len(self._sessions)
