"""How the processes of sessions are started: forked from one that has loaded all that they share, where a system can.

It imports nothing of wijksim, so that this can begin before all else.
"""

from __future__ import annotations

import multiprocessing
from typing import Any

__all__ = ["begin_loading", "worker_context"]

_FORKED, _ALONE = "forkserver", "spawn"
_NURSERY = "wijksim.live.nursery"


def worker_context() -> Any:
    """Context of `multiprocessing` in which the processes of sessions are made."""
    if _FORKED not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context(_ALONE)
    context = multiprocessing.get_context(_FORKED)
    context.set_forkserver_preload([_NURSERY])  # heard before the first process only
    return context


def begin_loading() -> None:
    """Begin to load what all sessions share, in a process beside this one, which ends with it."""
    if worker_context().get_start_method() == _FORKED:
        from multiprocessing import forkserver  # not on every system

        forkserver.ensure_running()
