"""The bare page as a process beside us, asked in turn with our own pages."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from servicedesk.devservices.provisioning import DatabaseUrls, create_database

DATABASE = "bench_floor"
WARM_UP = 30


class Floor:
    """Asks the bare page what it costs right now: the machine is never the same for long."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def milliseconds(self, *, times: int) -> float:
        """Return the milliseconds of processor that one bare page takes now."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{times}\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())


@contextmanager
def floor_beside_us() -> Iterator[Floor]:
    """Start the bare program on a database of its own, in the same server as ours."""
    urls = create_database(
        os.environ["DATABASE_ADMIN_URL"],
        name=DATABASE,
        like=DatabaseUrls.from_environment(os.environ),
    )
    with subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.bare", urls.owner],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        floor = Floor(process)
        floor.milliseconds(times=WARM_UP)
        try:
            yield floor
        finally:
            assert process.stdin is not None
            process.stdin.close()
