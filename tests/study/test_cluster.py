"""Dask as an engine: equal results, and a worker that dies halfway costs nothing but time."""

from __future__ import annotations

import time

import numpy as np
import pytest
from study.made_up_studies import Formula, ishigami, ishigami_study
from study.test_sweep import results

from wijksim.errors import InputError
from wijksim.study.cluster import dask_engine

distributed = pytest.importorskip("distributed", reason="Dask (extra cluster) is not installed")

pytestmark = pytest.mark.timeout(180)


def test_dask_gives_the_same_as_one_process_though_a_worker_is_killed_halfway(tmp_path):
    alone = ishigami_study(tmp_path / "alone.sqlite", samples=8, replications=2)
    alone.run(workers=1)
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, processes=True) as cluster:
        killed = []

        def kill_one(done, total):
            if done >= total // 3 and not killed:
                worker = next(iter(cluster.workers.values()))
                killed.append(worker.process.process.pid)
                worker.process.process._process.kill()

        study = ishigami_study(tmp_path / "dask.sqlite", samples=8, replications=2, work=Formula(ishigami, slow=0.05))
        (status,) = study.run(engine=dask_engine(cluster.scheduler_address), progress=kill_one)
    assert killed
    assert status.complete
    assert np.array_equal(results(alone), results(study))


def test_a_cluster_of_its_own_is_started_and_ended(tmp_path):
    study = ishigami_study(tmp_path / "s.sqlite", samples=4)
    assert study.run(workers=1, engine=dask_engine())[0].complete


def test_a_scheduler_that_does_not_answer_is_told(tmp_path):
    began = time.monotonic()
    with pytest.raises(InputError, match="doesn't answer"):
        ishigami_study(tmp_path / "s.sqlite", samples=4).run(engine=dask_engine("tcp://127.0.0.1:9"))
    assert time.monotonic() - began < 60
