"""What the server's log leaves out: that a visitor has gone while something was being sent to them."""

from __future__ import annotations

import logging

from tornado.iostream import StreamClosedError
from tornado.websocket import WebSocketClosedError

__all__ = ["VisitorGone", "leave_out_visitors_who_go"]

_LOGGERS = ("asyncio", "bokeh.server.views.ws", "panel.io.document", "tornado.application")
_SAID = "Failed sending message as connection was closed"


class VisitorGone(logging.Filter):
    """Drops records that a connection was closed by its other end; all others pass."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a record is logged."""
        error = record.exc_info[1] if record.exc_info else None
        gone = isinstance(error, WebSocketClosedError | StreamClosedError)
        return not (gone or (error is None and record.getMessage() == _SAID))


def leave_out_visitors_who_go() -> None:
    """Let the loggers that tell of visitors who have gone tell it no more; may be called twice."""
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(one, VisitorGone) for one in logger.filters):
            logger.addFilter(VisitorGone())
