"""A worker with threads keeps the limits that Celery keeps for processes alone."""

import signal
import subprocess
import sys
from typing import Any

from servicedesk.env import PROJECT_FOLDER

# A worker as `make up` runs it, with limits and a task of the test; its broker is in memory.
WORKER = """
import sys, threading
import servicedesk.celery as desk
from servicedesk import thread_limits

desk.TASK_SECONDS, desk.LARGEST_CHILD = {seconds}, {kilobytes}
thread_limits.LOOKS_AT_ITS_SIZE_EVERY = 3
desk.app.conf.update(broker_url="memory://", broker_transport_options={{}})

@desk.app.task(name="tests.short")
def short():
    print("a short task has ended", file=sys.__stderr__, flush=True)

@desk.app.task(name="tests.endless")
def endless():
    threading.Event().wait()

@desk.worker_ready.connect
def begin(sender, **_):
    for _turn in range(5):
        short.apply_async(queue="default")
    if {hangs}:
        endless.apply_async(queue="default")

desk.app.worker_main([
    "worker", "--queues=default", "--pool=threads", "--concurrency=2", "--loglevel=WARNING",
    "--without-gossip", "--without-mingle",
])
"""


def worked(**limits: Any) -> subprocess.CompletedProcess[str]:
    """Let such a worker work until it ends by itself."""
    return subprocess.run(
        [sys.executable, "-c", WORKER.format(**limits)],
        cwd=PROJECT_FOLDER,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


def test_a_task_that_takes_too_long_ends_its_worker_which_says_where_it_was() -> None:
    ended = worked(seconds=3, kilobytes=10_000_000, hangs=True)

    assert ended.returncode == 1
    assert ended.stderr.count("a short task has ended") == 5
    assert "Timeout (0:00:0" in ended.stderr
    assert "in endless" in ended.stderr


def test_a_worker_that_has_grown_ends_when_its_tasks_are_done() -> None:
    ended = worked(seconds=60, kilobytes=1, hangs=False)

    assert ended.returncode in (0, -signal.SIGTERM)
    assert "has grown beyond 1 kB" in ended.stderr
    assert ended.stderr.count("a short task has ended") >= 3
    assert "Timeout" not in ended.stderr
