"""Whose turn it is: pages open one after the other and frames go round, so that a click never waits for all of them."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import panel as pn
from bokeh.application.application import SessionContext
from bokeh.application.handlers.lifecycle import LifecycleHandler
from bokeh.document import Document
from panel.io.state import set_curdoc
from tornado.ioloop import PeriodicCallback

__all__ = ["OneAtATime", "Turns"]

_MILLISECONDS_BETWEEN_ROUNDS = 20
_SECONDS_FOR_LOOKERS = 0.01  # of a round: the rest is for clicks, and for who moves
_SECONDS_BETWEEN_PAGES = 0.02
_log = logging.getLogger(__name__)


class OneAtATime(LifecycleHandler):  # type: ignore[misc]
    """Lets pages open one after the other, and hears what others do in between."""

    def __init__(self) -> None:
        super().__init__()
        self._door = asyncio.Lock()

    async def on_session_created(self, _: SessionContext) -> None:
        """Wait for one's turn; the page is made right after this."""
        async with self._door:
            await asyncio.sleep(_SECONDS_BETWEEN_PAGES)


@dataclass
class _Turn:
    document: Document
    is_due: Callable[[], bool]
    look: Callable[[], None]
    first: bool
    waits: Callable[[], bool]
    served: float = field(default=0.0)


class Turns:
    """All pages that are open: each shows the latest frame in its turn, those of who may move before all others.

    Who has asked for something goes before all of them as soon as the answer is there, also in the middle of a round.

    A page that had no turn yet when another frame comes shows the later one: frames are skipped, pages never.
    """

    def __init__(self) -> None:
        self._turns: dict[Document, _Turn] = {}
        self._round = PeriodicCallback(self.go_round, _MILLISECONDS_BETWEEN_ROUNDS)

    def start(self) -> None:
        """Begin to go round, in the loop of the server."""
        self._round.start()

    def enter(
        self,
        is_due: Callable[[], bool],
        look: Callable[[], None],
        *,
        first: bool,
        waits: Callable[[], bool] = lambda: False,
    ) -> None:
        """Give the page that is being made its turns, once it is in the browser, until it is left.

        Parameters
        ----------
        is_due : callable
            Whether there is something to show; asked often.
        look : callable
            Shows it; called with the document locked.
        first : bool
            Whether it goes before pages that only look.
        waits : callable
            Whether its visitor asked for something that it doesn't show yet; asked very often.
        """
        document = pn.state.curdoc
        turn = _Turn(document, is_due, look, first, waits)
        # Not before it is in the browser: what changes earlier the browser finds there, and doesn't tell as drawn.
        pn.state.onload(lambda: self._turns.update({document: turn}))
        pn.state.on_session_destroyed(lambda _: self._turns.pop(document, None))

    def __len__(self) -> int:
        return len(self._turns)

    async def go_round(self) -> None:
        """Give a turn to who may move, and to as many others as there is time for, who waited longest first."""
        spent = 0.0
        for turn in sorted(self._turns.values(), key=lambda turn: (not turn.first, turn.served)):
            await self._answer()
            if not turn.first and spent > _SECONDS_FOR_LOOKERS:
                return
            if turn.document in self._turns and turn.is_due():
                took = await self._serve(turn)
                spent += 0.0 if turn.first else took

    async def _answer(self) -> None:
        """Serve who waits for an answer that is there."""
        for turn in list(self._turns.values()):
            if turn.waits() and turn.document in self._turns and turn.is_due():
                await self._serve(turn)

    async def _serve(self, turn: _Turn) -> float:
        """Give a page its turn, hear clicks that came meanwhile, and give the seconds that it took."""
        began = time.monotonic()
        await self._look(turn)
        turn.served = time.monotonic()
        await asyncio.sleep(0)
        return turn.served - began

    async def _look(self, turn: _Turn) -> None:
        context = turn.document.session_context
        if context is None or context.destroyed:
            self._turns.pop(turn.document, None)
            return

        async def show(document: Document) -> None:
            with set_curdoc(document), pn.io.hold(document):  # one message for all that changes
                turn.look()

        try:
            await context.with_locked_document(show)
        except Exception:  # a page that can't be shown must not keep the others waiting
            _log.exception("a page couldn't show a frame")
