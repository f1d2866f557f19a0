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
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from wijksim.errors import InputError

__all__ = ["Lost", "Progress", "Tick", "Work", "core_count", "leave_if_importing_main", "run_tasks"]

Task = TypeVar("Task")
Result = TypeVar("Result")

Progress = Callable[[int, int], None]
"""Told how much is done and how much there is in all."""

Tick = Callable[[int], None]
"""Told by a task how much of it is done."""

Work = Callable[[Task, Tick], Result]
"""What is done with a task; a picklable object, sent to each worker once."""

_LARGEST_CHUNK = 8
_CHUNKS_PER_WORKER = 8
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
    wanted = min(core_count() if workers is None else workers, len(tasks))
    told = progress or _tell_nobody
    engine: _Serial[Task, Result] | _Pool[Task, Result]
    engine = _Serial(work, size, told) if wanted <= 1 else _Pool(work, size, told, wanted)
    return engine.run(tasks)


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

    def run(self, tasks: Sequence[Task]) -> list[Result | Lost]:
        total = self.size * len(tasks)
        results = []
        for place, task in enumerate(tasks):
            before = place * self.size

            def tick(done: int, before: int = before) -> None:
                self.progress(before + done, total)

            results.append(_attempt(self.work, task, tick))
            tick(self.size)
        return results


@dataclass
class _Pool(Generic[Task, Result]):
    work: Work[Task, Result]
    size: int
    progress: Progress
    workers: int

    def run(self, tasks: Sequence[Task]) -> list[Result | Lost]:
        context = multiprocessing.get_context("spawn")
        # One place for each task, written by the one process that has it: needs no lock.
        done = context.Array("q", len(tasks), lock=False)
        results: dict[int, Result | Lost] = {}
        with tempfile.TemporaryDirectory(prefix="wijksim-") as folder:
            # Not through the pipe that starts a process: what is large stops it up when the process ends unread,
            # as one does that imports a script without a main guard, and then the parent waits for ever.
            work = Path(folder) / "work"
            work.write_bytes(pickle.dumps(self.work))
            lost = self._round(context, work, list(enumerate(tasks)), done, results, self.workers)
            for place, task in lost:  # each in a process of its own, so that only the one that kills it is lost
                if self._round(context, work, [(place, task)], done, results, 1):
                    results[place] = Lost("the worker process ended without a word; was there not enough memory?")
        self.progress(self.size * len(tasks), self.size * len(tasks))
        return [results[place] for place in range(len(tasks))]

    def _round(
        self,
        context: Any,
        work: Path,
        tasks: list[tuple[int, Task]],
        done: Any,
        results: dict[int, Result | Lost],
        workers: int,
    ) -> list[tuple[int, Task]]:
        """Do tasks in a new pool and put down the results; gives the tasks that a dying worker took along."""
        started = context.Event()
        others = set(multiprocessing.active_children())
        pool = ProcessPoolExecutor(workers, context, _start_worker, (work, done, started))
        try:
            length = min(_LARGEST_CHUNK, -(-len(tasks) // (workers * _CHUNKS_PER_WORKER)))
            chunks = [tasks[first : first + length] for first in range(0, len(tasks), length)]
            futures = {pool.submit(_work_chunk, chunk): chunk for chunk in chunks}
            lost = self._collect(futures, done, results)
        except BaseException:
            _stop(pool, others)
            raise
        pool.shutdown()
        if lost and not started.is_set():
            raise InputError.single(
                "workers",
                "the worker processes could not start.",
                "A script must call wijksim under `if __name__ == '__main__':` and lie in a file, because each"
                " worker imports it; or pass workers=1.",
            )
        return lost

    def _collect(
        self, futures: dict[Future[Any], list[tuple[int, Task]]], done: Any, results: dict[int, Result | Lost]
    ) -> list[tuple[int, Task]]:
        lost: list[tuple[int, Task]] = []
        waiting = set(futures)
        while waiting:
            ended, waiting = wait(waiting, timeout=_LOOK_EVERY_SECONDS)
            for future in ended:
                try:
                    results.update(future.result())
                except BrokenProcessPool:
                    lost += futures[future]
            self.progress(sum(done), self.size * len(done))
        return sorted(lost, key=lambda item: item[0])


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
