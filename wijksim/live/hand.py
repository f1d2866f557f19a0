"""The hand of one visitor on a session: sends orders where the visitor may, and keeps what went wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from wijksim.errors import InputError
from wijksim.live.orders import Kind
from wijksim.live.session import NotAllowed, Session, SessionEnded

__all__ = ["Hand"]


class Hand:
    """What a visitor does with a session.

    Parameters
    ----------
    session : Session
        That is looked at.
    token : str
        Of the visitor.

    Attributes
    ----------
    sent : int
        Number of the last order; what a frame shows that hasn't answered it is older than what was asked for.
    trouble : str
        Why the last order wasn't sent; empty where it was.
    """

    def __init__(self, session: Session, token: str) -> None:
        self.session, self.token = session, token
        self.may_move = session.may_move(token)
        self.sent = 0
        self.trouble = ""

    def order(self, kind: Kind, value: Any = None) -> None:
        """Send an order."""
        self._send(lambda: self.session.order(self.token, kind, value))

    def move(self, changes: Iterable[tuple[str, Any]], event: str = "") -> None:
        """Move levers or parameters."""
        self._send(lambda: self.session.move(self.token, changes, event))

    def make_brief(self) -> None:
        """Have a brief made of the plan."""
        self._try(lambda: self.session.make_brief(self.token))

    def cancel_brief(self) -> None:
        """Stop the brief that is being made."""
        self._try(lambda: self.session.cancel_brief(self.token))

    def _send(self, send: Callable[[], int]) -> None:
        self.sent = self._try(send) or self.sent

    def _try(self, act: Callable[[], Any]) -> Any:
        self.trouble = ""
        try:
            return act()
        except (InputError, NotAllowed, SessionEnded) as error:
            self.trouble = str(error)
            return None
