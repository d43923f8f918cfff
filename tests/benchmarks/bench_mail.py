"""How many mails come in each second, each on the disk before it is taken, and what one costs."""

import json
import os
import shutil
import subprocess
import sys
from tempfile import mkdtemp

from django.conf import settings

from servicedesk.env import PROJECT_FOLDER
from tests.benchmarks.measuring import Measurement, number_from

# Thirty a second, as milliseconds of one.
GOAL_MS = 1000 / 30
MEASURE = "import django; django.setup(); from tests.benchmarks.mail_in import main; main({})"
# What says where other servers are: these mails go to servers of their own, which lose nothing.
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "USER")


def bench_mail() -> list[Measurement]:
    """Take true mails in, by one process and by as many as `make up` has, with fsync on."""
    found = beside_durable_servers(number_from("BENCH_MAILS", 300))
    return [
        rate(
            f"mail in: to a case, by the stack's {found['readers']:.0f} readers", found["together"]
        ),
        rate("mail in: to a case, by one reader", found["whole"]),
        rate("mail in: stored and answered, by SMTP", found["door"]),
        plain("mail in: slowest of a hundred", found["slowest"]),
        plain("mail in: processor of one, with its database", found["processor"]),
        plain("mail in: processor of the guarded parser", found["parser"]),
    ]


def beside_durable_servers(number: int) -> dict[str, float]:
    """Measure in a process beside servers of a folder of its own, not those of the tests."""
    folder = mkdtemp(prefix="bench-mail-", dir=settings.DATA_DIR)
    environ = {name: os.environ[name] for name in KEPT if name in os.environ}
    environ |= {"DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "servicedesk.settings"}
    try:
        done = subprocess.run(
            [
                *(sys.executable, "-m", "servicedesk.devservices", "run", "--"),
                *(sys.executable, "-c", MEASURE.format(number)),
            ],
            cwd=PROJECT_FOLDER,
            env=environ,
            stdout=subprocess.PIPE,
            check=True,
            timeout=900,
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def rate(name: str, milliseconds: float) -> Measurement:
    """Return how many a second, compared with thirty."""
    return Measurement(
        name=name,
        figure=f"{1000 / milliseconds:.0f}/s",
        ratio=milliseconds / GOAL_MS,
        goal=1.0,
        gate=2.0,
    )


def plain(name: str, milliseconds: float) -> Measurement:
    """Return a figure without a gate."""
    return Measurement(name=name, figure=f"{milliseconds:.1f} ms")
