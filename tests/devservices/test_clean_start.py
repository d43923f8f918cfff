"""From a fresh clone to a served page in one command, and again after a kill."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from servicedesk.devservices.identity import ProcessIdentity, processes_with
from servicedesk.devservices.running import RUN_VARIABLE
from servicedesk.devservices.supervisor import answers_at
from servicedesk.devservices.valkey import LOOPBACK, free_port
from servicedesk.devservices.waiting import wait_until
from servicedesk.env import PROJECT_FOLDER

FIRST_ANSWER_WITHIN = 180.0
NEXT_ANSWER_WITHIN = 60.0
pytestmark = [
    pytest.mark.clean_start,
    pytest.mark.skipif(
        not (PROJECT_FOLDER / ".git").exists(), reason="needs a clone to clone from"
    ),
]


class Clone:
    """A fresh clone that is started by `make up`."""

    def __init__(self, folder: Path, *, environ: dict[str, str]) -> None:
        self.folder = folder
        self.port = free_port()
        ports = {
            "PORT": str(self.port),
            "LIVE_PORT": str(free_port()),
            "SMTP_PORT": str(free_port()),
        }
        self.environ = {**environ, **ports}
        self.environ.pop("DATA_DIR")
        self.environ.pop("DEVSERVICES_PROFILE")
        self.output = folder.with_suffix(".output")
        self.make: subprocess.Popen[bytes]

    def start(self, *, within: float) -> float:
        """Run `make up` and return after how many seconds the pages answered."""
        began = time.monotonic()
        with self.output.open("ab") as output:
            self.make = subprocess.Popen(
                ["make", "up"],
                cwd=self.folder,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        wait_until(
            lambda: self.make.poll() is not None or self.answers(), seconds=within, look_every=0.2
        )
        assert self.answers(), self.output.read_text()
        return time.monotonic() - began

    def answers(self) -> bool:
        """Whether the pages answer."""
        return answers_at(f"http://{LOOPBACK}:{self.port}/healthz")

    def supervisor(self) -> ProcessIdentity:
        """Return the process that runs everything."""
        return ProcessIdentity.from_dict(json.loads((self.folder / "var/up.json").read_text()))

    def run(self) -> str:
        """Return what the processes of this run carry in their environment."""
        return str(json.loads((self.folder / "var/up.json").read_text())["run"])

    def ask(self, program: str) -> str:
        """Run a line of Python beside the servers of the clone."""
        answer = subprocess.run(
            [*LAUNCH, "run", "--", LAUNCH[0], "-c", CONNECT + program],
            cwd=self.folder,
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        return answer.stdout.strip()


LAUNCH = (".venv/bin/python", "-m", "servicedesk.devservices")
CONNECT = (
    "import os, psycopg2; c = psycopg2.connect(os.environ['DATABASE_OWNER_URL']);"
    "c.autocommit = True; k = c.cursor();"
)


@pytest.fixture
def clone(environ: dict[str, str], data_dir: Path) -> Clone:
    """A fresh clone in an empty folder."""
    folder = data_dir.with_name("clone")
    subprocess.run(
        ["git", "-c", "safe.directory=*", "clone", "--quiet", str(PROJECT_FOLDER), str(folder)],
        check=True,
    )
    return Clone(folder, environ=environ)


def test_a_fresh_clone_answers_and_keeps_its_data_through_a_kill(clone: Clone) -> None:
    first = clone.start(within=FIRST_ANSWER_WITHIN)
    # A table of its own would have no wall, and nothing starts beside such a table.
    clone.ask(
        """k.execute("INSERT INTO workflow_tenant (slug, name, is_demo, language, timezone,"""
        """ created_at) VALUES ('kept', 'still here', false, 'en', 'UTC', now())")"""
    )
    run = clone.run()

    os.kill(clone.supervisor().pid, signal.SIGKILL)

    assert clone.make.wait(timeout=30) != 0
    assert wait_until(lambda: not processes_with(variable=RUN_VARIABLE, value=run), seconds=30)
    again = clone.start(within=NEXT_ANSWER_WITHIN)
    kept = clone.ask(
        """k.execute("SELECT name FROM workflow_tenant WHERE slug = 'kept'"); print(k.fetchall())"""
    )
    assert kept == "[('still here',)]"
    run, began = clone.run(), time.monotonic()
    clone.supervisor().send(signal.SIGINT)
    assert clone.make.wait(timeout=60) == 0, clone.output.read_text()
    assert processes_with(variable=RUN_VARIABLE, value=run) == []
    took = time.monotonic() - began
    print(f"first answer {first:.0f} s, second start {again:.0f} s, end {took:.0f} s")  # noqa: T201
