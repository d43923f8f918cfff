"""Folders of their own for tests that start servers."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from servicedesk.devservices.identity import processes_with
from servicedesk.devservices.launching import stop_kept
from servicedesk.env import PROJECT_FOLDER

NAMED_BY_THE_RUN = (
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "DATABASE_SWEEPER_URL",
    "DATABASE_ADMIN_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "SECRET_KEY_FILE",
    "DATA_DIR",
    "DEMO",
    "SMTP_URL",
    "MAKELEVEL",
    "MAKEFLAGS",
    "MFLAGS",
)
Something = TypeVar("Something")
OF_THIS_TEST = "SERVICEDESK_TEST"


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A folder that the servers' account can reach; pytest's own is closed to it."""
    parent = Path(tempfile.mkdtemp(prefix="servicedesk-test-"))
    parent.chmod(0o711)
    yield parent / "data"
    shutil.rmtree(parent, ignore_errors=True)


@pytest.fixture
def environ(data_dir: Path) -> Iterator[dict[str, str]]:
    """An environment that names no server; what was started with it is stopped at the end."""
    kept = {name: value for name, value in os.environ.items() if name not in NAMED_BY_THE_RUN}
    mark = f"{os.getpid()}-{data_dir.parent.name}"
    given = {**kept, "DATA_DIR": str(data_dir), "DEVSERVICES_PROFILE": "test", OF_THIS_TEST: mark}
    yield given
    for process in processes_with(variable=OF_THIS_TEST, value=mark):
        process.stop(signal_number=signal.SIGKILL)
    stop_kept(given)


def launch(*words: str, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the launcher to its end."""
    return subprocess.run(
        [sys.executable, "-m", "servicedesk.devservices", *words],
        env=environ,
        cwd=PROJECT_FOLDER,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def known(value: Something | None) -> Something:
    """Return a value that must be there."""
    assert value is not None
    return value
