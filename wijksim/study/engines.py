"""Engines: the same tasks in this process or on all cores, with the same results in the same order."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import sys
import tempfile
import threading
import traceback
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any, Generic, TypeVar

from wijksim.errors import InputError

__all__ = [
    "Each",
    "Lost",
    "Progress",
    "Tick",
    "Work",
    "core_count",
    "leave_if_importing_main",
    "run_tasks",
    "stream_tasks",
]

Task = TypeVar("Task")
Result = TypeVar("Result")

Progress = Callable[[int, int], None]
"""Told how much is done and how much there is in all."""

Tick = Callable[[int], None]
"""Told by a task how much of it is done."""

Work = Callable[[Task, Tick], Result]
"""What is done with a task; a picklable object, sent to each worker once."""

Each = Callable[[int, "Result | Lost"], None]
"""Told the place of a task and its result."""

_LARGEST_CHUNK = 8
_CHUNKS_PER_WORKER = 8
_WAITING_PER_WORKER = 3
_LOOK_EVERY_SECONDS = 0.25


@dataclass(frozen=True)
class Lost:
    """A task without a result.

    Parameters
    ----------
    reason : str
        What happened, in one line.
    traceback : str
        Where; empty when the worker process itself ended.
    """

    reason: str
    traceback: str = ""


def core_count() -> int:
    """Cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def leave_if_importing_main() -> None:
    """End a worker that is importing a script which starts a study without a main guard.

    A worker process imports the user's script. If that starts workers again, there is no end to it; the worker
    leaves, and the parent says what to do.
    """
    if getattr(multiprocessing.current_process(), "_inheriting", False):  # True only during that import
        sys.exit()


def run_tasks(
    work: Work[Task, Result],
    tasks: Sequence[Task],
    *,
    workers: int | None = None,
    size: int = 1,
    progress: Progress | None = None,
) -> list[Result | Lost]:
    """Do all tasks.

    Parameters
    ----------
    work : callable
        Given a task and a function that it may tell how much of the task's `size` is done.
    tasks : sequence
        What is to be done.
    workers : int, optional
        Processes; 1 works in this process, None takes one for each core.
    size : int
        Size of one task, for progress.
    progress : callable, optional
        Told how much is done and how much there is in all, in the unit of `size`.

    Returns
    -------
    list
        Results in the order of the tasks, whatever the order in which they ended. A task that raised an exception,
        or twice took its process along, is :class:`Lost`; the others go on.
    """
    results: dict[int, Result | Lost] = {}
    chunk = -(-len(tasks) // (max(_wanted(workers, tasks), 1) * _CHUNKS_PER_WORKER))
    stream_tasks(
        work,
        tasks,
        results.__setitem__,
        workers=workers,
        size=size,
        progress=progress,
        chunk=min(_LARGEST_CHUNK, chunk),
    )
    return [results[place] for place in range(len(tasks))]


def stream_tasks(
    work: Work[Task, Result],
    tasks: Sequence[Task],
    each: Each[Result],
    *,
    workers: int | None = None,
    size: int = 1,
    progress: Progress | None = None,
    chunk: int = 1,
) -> None:
    """Do all tasks and hand over each result as soon as it is there; none is kept.

    Parameters
    ----------
    work, tasks, workers, size, progress
        As for :func:`run_tasks`.
    each : callable
        Told the place of a task and its result, in this process, in the order in which tasks end.
    chunk : int
        Tasks that are handed to a worker at once; their results come together.
    """
    wanted = _wanted(workers, tasks)
    told = progress or _tell_nobody
    engine: _Serial[Task, Result] | _Pool[Task, Result]
    engine = _Serial(work, size, told) if wanted <= 1 else _Pool(work, size, told, wanted, chunk)
    engine.run(tasks, each)


def _wanted(workers: int | None, tasks: Sequence[Any]) -> int:
    return min(core_count() if workers is None else workers, len(tasks))


def _tell_nobody(done: int, total: int) -> None:
    pass


def _attempt(work: Work[Task, Result], task: Task, tick: Tick) -> Result | Lost:
    try:
        return work(task, tick)
    except Exception as error:
        return Lost(f"{type(error).__name__}: {error}", traceback.format_exc())


@dataclass
class _Serial(Generic[Task, Result]):
    work: Work[Task, Result]
    size: int
    progress: Progress

    def run(self, tasks: Sequence[Task], each: Each[Result]) -> None:
        total = self.size * len(tasks)
        for place, task in enumerate(tasks):
            before = place * self.size

            def tick(done: int, before: int = before) -> None:
                self.progress(before + done, total)

            each(place, _attempt(self.work, task, tick))
            tick(self.size)


@dataclass
class _Pool(Generic[Task, Result]):
    work: Work[Task, Result]
    size: int
    progress: Progress
    workers: int
    chunk: int

    def run(self, tasks: Sequence[Task], each: Each[Result]) -> None:
        context = multiprocessing.get_context("spawn")
        # One place for each task, written by the one process that has it: needs no lock.
        done = context.Array("q", len(tasks), lock=False)
        with tempfile.TemporaryDirectory(prefix="wijksim-") as folder:
            # Not through the pipe that starts a process: what is large stops it up when the process ends unread,
            # as one does that imports a script without a main guard, and then the parent waits for ever.
            work = Path(folder) / "work"
            work.write_bytes(pickle.dumps(self.work))
            left = list(enumerate(tasks))
            while left:
                suspects, left = self._round(context, work, left, done, each, self.workers)
                for place, task in suspects:  # each in a process of its own: only the one that kills it is lost
                    if any(self._round(context, work, [(place, task)], done, each, 1)):
                        each(place, Lost("the worker process ended without a word; was there not enough memory?"))
        self.progress(self.size * len(tasks), self.size * len(tasks))

    def _round(
        self,
        context: Any,
        work: Path,
        tasks: list[tuple[int, Task]],
        done: Any,
        each: Each[Result],
        workers: int,
    ) -> tuple[list[tuple[int, Task]], list[tuple[int, Task]]]:
        """Do tasks in a new pool and hand over the results.

        Gives the tasks that were out when a worker died, and those that were not handed out any more.
        """
        started = context.Event()
        others = set(multiprocessing.active_children())
        pool = ProcessPoolExecutor(workers, context, _start_worker, (work, done, started))
        try:
            chunks = [tasks[first : first + self.chunk] for first in range(0, len(tasks), self.chunk)]
            suspects, left = self._collect(pool, chunks, workers * _WAITING_PER_WORKER, done, each)
        except BaseException:
            _stop(pool, others)
            raise
        pool.shutdown()
        if suspects and not started.is_set():
            raise InputError.single(
                "workers",
                "the worker processes could not start.",
                "A script must call wijksim under `if __name__ == '__main__':` and lie in a file, because each"
                " worker imports it; or pass workers=1.",
            )
        return suspects, left

    def _collect(
        self,
        pool: ProcessPoolExecutor,
        chunks: list[list[tuple[int, Task]]],
        most: int,
        done: Any,
        each: Each[Result],
    ) -> tuple[list[tuple[int, Task]], list[tuple[int, Task]]]:
        """Hand out chunks, `most` at a time, so that neither tasks nor results pile up here."""
        suspects: list[tuple[int, Task]] = []
        waiting: dict[Future[Any], list[tuple[int, Task]]] = {}
        left = deque(chunks)
        broken = False
        while waiting or (left and not broken):
            while left and not broken and len(waiting) < most:
                try:
                    waiting[pool.submit(_work_chunk, left[0])] = left[0]
                    left.popleft()
                except BrokenProcessPool:
                    broken = True
            ended, _ = wait(waiting, timeout=_LOOK_EVERY_SECONDS, return_when=FIRST_COMPLETED)
            for future in ended:
                chunk = waiting.pop(future)
                try:
                    for place, result in future.result():
                        each(place, result)
                except BrokenProcessPool:
                    broken = True
                    suspects += chunk
            self.progress(sum(done), self.size * len(done))
        return sorted(suspects, key=itemgetter(0)), [task for chunk in left for task in chunk]


def _stop(pool: ProcessPoolExecutor, others: set[Any]) -> None:
    """End the pool's processes at once, and only these."""
    pool.shutdown(wait=False, cancel_futures=True)
    for child in set(multiprocessing.active_children()) - others:
        child.terminate()
        child.join()


class _Worker:
    """What a worker process has at hand: set once when it starts, read by the chunks it is sent."""

    work: Work[Any, Any]
    done: Any


def _start_worker(work: Path, done: Any, started: Any) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's; it ends the workers
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _Worker.work, _Worker.done = pickle.loads(work.read_bytes()), done
    started.set()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work_chunk(chunk: list[tuple[int, Any]]) -> list[tuple[int, Any]]:
    results = []
    for place, task in chunk:

        def tick(done: int, place: int = place) -> None:
            _Worker.done[place] = done

        results.append((place, _attempt(_Worker.work, task, tick)))
    return results
