"""The limits of a worker whose tasks run in threads: Celery keeps them for processes alone.

A thread cannot be ended from outside. So a task that takes too long ends its worker, at once and
with what each thread was doing in the log; a worker that has grown too large takes no more tasks
and ends when those that run are done. Whoever watches the worker starts it again, and what it was
doing is done again: the truth is in PostgreSQL.
"""

import faulthandler
import logging
import os
import resource
import signal
import threading
import time
from pathlib import Path

LOOKS_AT_ITS_SIZE_EVERY = 50  # tasks
STANDARD_ERROR = 2
SIZE = Path("/proc/self/statm")

log = logging.getLogger(__name__)


class ThreadLimits:
    """How long a task may take, in seconds, and how large the worker may be, in kilobytes.

    The size is what is in memory, with what other processes share.
    """

    def __init__(self, *, seconds: float, kilobytes: int) -> None:
        self.seconds = seconds
        self.kilobytes = kilobytes
        self._lock = threading.Lock()
        # By thread, too: a task that came twice may run in two at once.
        self._began: dict[tuple[int, str], float] = {}
        self._ended = 0
        self._is_ending = False

    def begin(self, task_id: str, **_: object) -> None:
        """Note that a task begins."""
        with self._lock:
            self._began[threading.get_ident(), task_id] = time.monotonic()
            self._set_alarm()

    def end(self, task_id: str, **_: object) -> None:
        """Note that a task has ended, and look now and then at how large the worker is."""
        with self._lock:
            self._began.pop((threading.get_ident(), task_id), None)
            self._set_alarm()
            self._ended += 1
            looks = self._ended % LOOKS_AT_ITS_SIZE_EVERY == 0 and not self._is_ending
            self._is_ending = self._is_ending or (looks and size_in_kilobytes() > self.kilobytes)
        if looks and self._is_ending:
            log.warning("The worker has grown beyond %s kB and begins anew.", self.kilobytes)
            os.kill(os.getpid(), signal.SIGTERM)

    def _set_alarm(self) -> None:
        """End the process when the oldest task has had its time; the alarm needs no thread of ours."""
        if not self._began:
            faulthandler.cancel_dump_traceback_later()
            return
        left = min(self._began.values()) + self.seconds - time.monotonic()
        faulthandler.dump_traceback_later(max(left, 0.001), exit=True, file=STANDARD_ERROR)


def size_in_kilobytes() -> int:
    """Return how much of this process is in memory, with what is shared."""
    pages = int(SIZE.read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() // 1024
