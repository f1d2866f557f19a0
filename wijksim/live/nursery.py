"""What all workers of a server share: imported and loaded once, in a process from which they are forked.

`workers.py` names it to Python's fork server, which imports it before its first worker. A worker that starts alone
imports the model and loads its kernels anew, which takes some two seconds of a core.
Only the fork server may import it: importing does the work.
"""

from __future__ import annotations

import logging
import os
import signal
import threading

from wijksim.live.pair import Pair
from wijksim.live.worker import work
from wijksim.scenario import Scenario

__all__ = ["work"]

_PLAN, _RESIDENTS, _MONTHS = "beide", 300, 2
_SECONDS_BETWEEN_LOOKS = 0.5
_log = logging.getLogger(__name__)


def _warm_up() -> None:
    """Simulate a month of few residents, so that all kernels of a month are loaded; ends with who wanted it."""
    done = threading.Event()
    watch = threading.Thread(target=_end_when_orphaned, args=(os.getppid(), done), daemon=True)
    watch.start()
    try:
        pair = Pair(Scenario.from_file(_PLAN, residents=_RESIDENTS, months=_MONTHS))
        pair.step()
        pair.frame()
        pair.close()
    except Exception:  # each session tells it, where somebody can read it
        _log.exception("the model couldn't be loaded beforehand")
    done.set()
    watch.join()  # nothing may run beside a fork


def _end_when_orphaned(parent: int, done: threading.Event) -> None:
    """On a machine that has no kernels yet this compiles for a minute, which nobody wants once the server is gone."""
    while not done.wait(_SECONDS_BETWEEN_LOOKS):
        if os.getppid() != parent:
            os._exit(1)


signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal reaches all; who holds the sessions ends it
_warm_up()
