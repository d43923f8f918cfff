"""One supervisor for each DATA_DIR: who it is, and what it left behind when it was killed."""

import contextlib
import fcntl
import json
import os
import signal
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

from servicedesk.devservices.identity import ProcessIdentity, processes_with
from servicedesk.devservices.places import DataFolder, write_privately
from servicedesk.devservices.valkey import is_free
from servicedesk.devservices.waiting import wait_until
from servicedesk.env import Environment
from workflow.refusals import Refusal

RUN_VARIABLE = "SERVICEDESK_RUN"
STOPPING_TAKES_AT_MOST = 40.0
LEFTOVERS_END_WITHIN = 10.0


class AlreadyRunning(Refusal):
    """Another supervisor serves this DATA_DIR."""

    code: ClassVar[str] = "already_running"


class PortTaken(Refusal):
    """Somebody else listens on a port of ours."""

    code: ClassVar[str] = "port_taken"


class RunRecord:
    """The file that says which run of `make up` owns a DATA_DIR, and the lock on it."""

    def __init__(self, data: DataFolder) -> None:
        self.file = data.path / "up.json"
        self.lock = data.path / "up.lock"
        self.run = os.urandom(16).hex()

    @contextlib.contextmanager
    def held(self, *, port: int) -> Iterator[None]:
        """Own the DATA_DIR; what a killed run left behind is stopped first.

        Raises:
            AlreadyRunning: another supervisor owns it and is not about to end.
        """
        with self.lock.open("a", encoding="utf-8") as file:
            wait_until(
                lambda: taken(file.fileno()) or not self.is_stopping(),
                seconds=STOPPING_TAKES_AT_MOST,
            )
            if not taken(file.fileno()):
                other = self.read()
                raise AlreadyRunning(
                    f"It already runs on {self.file.parent}, as process {other.get('pid', '?')},"
                    f" on port {other.get('port', '?')}.",
                    next_step="Stop it there with Ctrl-C, or choose another DATA_DIR and PORT.",
                )
            self.stop_leftovers()
            self.write(port=port, stopping=False)
            try:
                yield
            finally:
                self.file.unlink(missing_ok=True)

    def variables(self) -> dict[str, str]:
        """Return the variable by which this run's processes are found again."""
        return {RUN_VARIABLE: self.run}

    def write(self, *, port: int, stopping: bool) -> None:
        """Write who runs."""
        content = ProcessIdentity.own().to_dict()
        content |= {"run": self.run, "port": port, "stopping": stopping}
        write_privately(self.file, json.dumps(content) + "\n")

    def read(self) -> dict[str, Any]:
        """Return what the latest supervisor wrote; empty when it ended well."""
        if not self.file.exists():
            return {}
        stored: dict[str, Any] = json.loads(self.file.read_text(encoding="utf-8"))
        return stored

    def is_stopping(self) -> bool:
        """Whether the supervisor that holds the lock is about to end."""
        return bool(self.read().get("stopping"))

    def stop_leftovers(self) -> None:
        """Stop the processes of a run whose supervisor was killed."""
        earlier = self.read().get("run")
        if not earlier:
            return
        leftovers = processes_with(variable=RUN_VARIABLE, value=earlier)
        for process in leftovers:
            process.send(signal.SIGTERM)
        wait_until(
            lambda: not any(process.is_alive() for process in leftovers),
            seconds=LEFTOVERS_END_WITHIN,
        )
        for process in processes_with(variable=RUN_VARIABLE, value=earlier):
            process.stop(signal_number=signal.SIGKILL)


def taken(descriptor: int) -> bool:
    """Whether the lock is ours now."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def refuse_taken_ports(environment: Environment) -> None:
    """Refuse to start when a port is taken.

    Raises:
        PortTaken: the sentence names the variable.
    """
    for name, port in environment.ports.items():
        if not is_free(
            port, host="127.0.0.1" if environment.bind == "localhost" else environment.bind
        ):
            raise PortTaken(
                f"Port {port} of {environment.bind} is taken by another program.",
                next_step=f"Stop that program, or choose another port: {name}={port + 10} make up.",
            )


def started_by_make(environ: Mapping[str, str]) -> bool:
    """Whether make waits for this process."""
    return bool(environ.get("MAKELEVEL")) and parent_name() in {"make", "gmake"}


def parent_name() -> str:
    """Return the name of the program that started this one."""
    try:
        return Path(f"/proc/{os.getppid()}/comm").read_text(encoding="utf-8").strip()
    except OSError:
        return ""
