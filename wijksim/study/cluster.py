"""Running the tasks of a study with Dask, on a cluster or on this machine (extra ``cluster``)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any

from wijksim.errors import InputError
from wijksim.study.engines import Each, Lost, Progress, core_count

__all__ = ["dask_engine"]

_TASKS_TOGETHER = 4
_BATCHES_PER_WORKER = 4


def dask_engine(scheduler: str | None = None) -> Callable[..., None]:
    """Engine for :meth:`wijksim.study.sweep.Study.run` that hands batches of runs to Dask workers.

    Parameters
    ----------
    scheduler : str, optional
        Address such as ``tcp://host:8786``; left out, a cluster is started on this machine and ended afterwards. Each
        worker needs wijksim installed.

    Raises
    ------
    InputError
        Dask is not installed, or the scheduler doesn't answer.
    """
    try:
        import distributed
    except ImportError:
        hint = "Install it: pip install 'wijksim[cluster]'"
        raise InputError.single("--engine dask", "Dask is not installed.", hint) from None

    def engine(
        work: Any, tasks: Sequence[Any], each: Each[Any], workers: int | None, size: int, progress: Progress
    ) -> None:
        with _client(distributed, scheduler, workers) as client:
            _stream(distributed, client, work, tasks, each, size, progress)

    return engine


def _client(distributed: Any, scheduler: str | None, workers: int | None) -> Any:
    if scheduler is None:
        count = core_count() if workers is None else workers
        cluster = distributed.LocalCluster(n_workers=count, threads_per_worker=1, dashboard_address=None)
        return _OwnCluster(distributed.Client(cluster), cluster)
    try:
        return distributed.Client(scheduler, timeout="10s")
    except (OSError, ValueError) as error:
        hint = "Give the address that the scheduler printed, for instance tcp://10.0.0.5:8786."
        raise InputError.single("--scheduler", f"{scheduler} doesn't answer ({error}).", hint) from None


class _OwnCluster:
    """A client whose cluster ends with it."""

    def __init__(self, client: Any, cluster: Any) -> None:
        self.client, self.cluster = client, cluster

    def __enter__(self) -> Any:
        return self.client

    def __exit__(self, *_: object) -> None:
        self.client.close()
        self.cluster.close()


def _do_batch(work: Any, tasks: Sequence[Any]) -> list[Any]:
    return [work(task, _tell_nobody) for task in tasks]


def _tell_nobody(_: int) -> None:
    pass


def _stream(
    distributed: Any, client: Any, work: Any, tasks: Sequence[Any], each: Each[Any], size: int, progress: Progress
) -> None:
    """Hand out batches, a few for each worker at a time, and hand over results as batches end."""
    shared = client.scatter(work, broadcast=True)
    batches = iter(range(0, len(tasks), _TASKS_TOGETHER))
    waiting: dict[Any, int] = {}

    def submit(first: int) -> Any:
        future = client.submit(_do_batch, shared, tasks[first : first + _TASKS_TOGETHER], pure=False)
        waiting[future] = first
        return future

    room = max(len(client.scheduler_info()["workers"]), 1) * _BATCHES_PER_WORKER
    ended = distributed.as_completed([submit(first) for first in islice(batches, room)])
    done = 0
    for future in ended:
        first = waiting.pop(future)
        length = len(tasks[first : first + _TASKS_TOGETHER])
        if future.status == "finished":
            results = future.result()
        else:  # a batch that ended its worker again and again
            results = [Lost(f"the worker ended: {future.exception()}")] * length
        for place, result in enumerate(results, start=first):
            each(place, result)
        done += length
        progress(done * size, len(tasks) * size)
        for following in islice(batches, 1):
            ended.add(submit(following))
