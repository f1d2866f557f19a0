"""Engines give the same results for any number of workers, lose nothing, and leave no process behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

import wijksim
from wijksim.study.engines import Lost, run_tasks

ROOT = Path(wijksim.__file__).parents[1]


def square(task, tick):
    tick(1)
    return task * task


def early_ones_take_longest(task, tick):
    time.sleep(0.2 if task < 2 else 0.0)
    return task, os.getpid()


def third_raises(task, tick):
    if task == 3:
        raise ArithmeticError("three can't be done")
    return task


def third_kills_its_process(task, tick):
    if task == 3:
        os._exit(7)
    return task


def test_no_tasks_give_no_results():
    assert run_tasks(square, [], workers=2) == []


def test_order_is_that_of_the_tasks_whatever_ends_first():
    serial = run_tasks(early_ones_take_longest, range(16), workers=1)
    parallel = run_tasks(early_ones_take_longest, range(16), workers=4)
    assert [task for task, _ in serial] == [task for task, _ in parallel] == list(range(16))
    assert len({process for _, process in parallel}) > 1
    assert {process for _, process in serial} == {os.getpid()}


@pytest.mark.parametrize("workers", [1, 2])
def test_a_task_that_raises_is_recorded_and_the_rest_goes_on(workers):
    results = run_tasks(third_raises, range(6), workers=workers)
    lost = results.pop(3)
    assert results == [0, 1, 2, 4, 5]
    assert isinstance(lost, Lost)
    assert lost.reason == "ArithmeticError: three can't be done"
    assert "third_raises" in lost.traceback


def test_a_worker_that_dies_takes_nothing_else_along():
    results = run_tasks(third_kills_its_process, range(6), workers=2)
    lost = results.pop(3)
    assert results == [0, 1, 2, 4, 5]
    assert "ended without a word" in lost.reason


@pytest.mark.parametrize("workers", [1, 2])
def test_progress_rises_to_the_whole(workers):
    told = []
    run_tasks(square, range(5), workers=workers, size=3, progress=lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert told[-1] == (15, 15)
    assert {total for _, total in told} == {15}


def script(tmp_path, text):
    path = tmp_path / "script met spatie.py"
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return [sys.executable, str(path)], {**os.environ, "PYTHONPATH": str(ROOT)}


@pytest.mark.parametrize("size", [0, 1_000_000])  # the second is more than the pipe to a worker holds
def test_a_script_without_main_guard_gets_a_plain_message(tmp_path, size):
    command, environment = script(
        tmp_path,
        f"""
        from functools import partial
        from wijksim.errors import InputError
        from wijksim.study.engines import leave_if_importing_main, run_tasks
        from operator import add
        leave_if_importing_main()
        try:
            run_tasks(partial(add, bytes({size})), [1, 2, 3], workers=2)
        except InputError as error:
            print(error)
        """,
    )
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=40)
    assert "if __name__ == '__main__':" in done.stdout
    assert done.returncode == 0
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process group")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_no_worker_is_left_when_the_parent_stops(tmp_path, how):
    (tmp_path / "slow_work.py").write_text(
        "import os, pathlib, time\n"
        "def sleeper(task, tick):\n"
        f"    pathlib.Path({str(tmp_path)!r}, f'pid{{os.getpid()}}').touch()\n"
        "    time.sleep(60)\n",
        encoding="utf-8",
    )
    command, environment = script(
        tmp_path,
        """
        import signal
        from wijksim.study.engines import run_tasks
        from slow_work import sleeper
        if __name__ == "__main__":
            signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job ignores it
            try:
                run_tasks(sleeper, range(4), workers=2)
            except KeyboardInterrupt:
                raise SystemExit(130)
        """,
    )
    parent = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE)
    started = time.monotonic()
    while len(pids := list(tmp_path.glob("pid*"))) < 2 and time.monotonic() - started < 30:
        time.sleep(0.05)
    assert len(pids) == 2
    parent.send_signal(how)
    parent.wait(timeout=20)
    assert parent.returncode == (130 if how == signal.SIGINT else -how)
    parent.stderr.close()
    left = {int(pid.name[3:]) for pid in pids}
    while left and time.monotonic() - started < 45:
        left = {pid for pid in left if is_alive(pid)}
        time.sleep(0.05)
    assert not left


def is_alive(pid):
    """Whether a process runs; one that ended but whose end nobody asked about doesn't."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    try:
        return not (status.parents[1].is_dir() and status.read_text().rpartition(")")[2].split()[0] == "Z")
    except FileNotFoundError:
        return False
