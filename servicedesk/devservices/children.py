"""A child of the supervisor: started, watched, started again, stopped."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from servicedesk.devservices.identity import dying_with_parent
from servicedesk.devservices.processes import Process
from servicedesk.devservices.servers import last_lines
from servicedesk.env import PROJECT_FOLDER

LIVED_LONG = 60.0  # seconds after which a death counts as the first again
LONGEST_PAUSE = 30.0
LARGEST_LOG = 10 * 1024 * 1024  # bytes


class Running(Protocol):
    """What is asked of a process, whoever started it."""

    pid: int
    returncode: int | None

    def poll(self) -> int | None:
        """Return how it ended, or nothing while it runs."""

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended; raises TimeoutExpired."""

    def send_signal(self, number: int, /) -> None:
        """Send a signal, unless it is gone."""


class Forking(Protocol):
    """Starts processes that share what it has loaded."""

    def fork(
        self, command: Sequence[str], *, log: int, handed_over: Sequence[int] = ()
    ) -> Running | None:
        """Return a new process that writes to `log`; nothing while none can be started."""


@dataclass
class Child:
    """One process of the table while the supervisor runs; forked from the stem where there is one."""

    process: Process
    environ: Mapping[str, str]
    log: Path
    say: Callable[[str], None]
    handed_over: tuple[int, ...] = ()  # descriptors that the child needs
    stem: Forking | None = None
    running: Running | None = None
    started_at: float = 0.0
    deaths: int = 0
    next_start_at: float = field(default_factory=time.monotonic)

    def start(self) -> None:
        """Start the process with its words in its log; it ends when the supervisor does."""
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            if self.stem is None:
                self.running = self.started_alone(log.fileno())
            else:
                self.running = self.stem.fork(
                    self.process.command, log=log.fileno(), handed_over=self.handed_over
                )
        self.started_at = time.monotonic()

    def started_alone(self, log: int) -> Running:
        """Return the process, started as a program of its own."""
        return subprocess.Popen(  # noqa: S603 our own command
            resolved(self.process.command),
            env=dict(self.environ),
            cwd=PROJECT_FOLDER,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            pass_fds=self.handed_over,
            process_group=0,  # Ctrl-C is for the supervisor alone
            preexec_fn=dying_with_parent(signal.SIGTERM),  # noqa: PLW1509 one thread
        )

    def look(self) -> None:
        """Start the process again when it has died and its pause is over."""
        if self.running is not None and (code := self.running.poll()) is not None:
            self.note_death(code)
        if self.running is None and time.monotonic() >= self.next_start_at:
            self.start()

    def note_death(self, code: int) -> None:
        """Say that the process died, and plan its next start."""
        lived = time.monotonic() - self.started_at
        self.deaths = 1 if lived >= LIVED_LONG else self.deaths + 1
        waits = min(2.0 ** (self.deaths - 1), LONGEST_PAUSE)
        how = f"signal {-code}" if code < 0 else f"code {code}"
        self.say(
            f"{self.process.name} ended by itself ({how}) and starts again in {waits:.0f} s."
            f" The end of {self.log}:\n{last_lines(self.log)}"
        )
        self.running = None
        self.next_start_at = time.monotonic() + waits

    def ask_to_end(self) -> None:
        """Ask the process to end its work."""
        if self.running is not None and self.running.poll() is None:
            self.running.send_signal(signal.SIGTERM)

    def end(self, *, patience: float) -> None:
        """Wait for the end; kill the process and what it started when it takes too long."""
        if self.running is None:
            return
        try:
            self.running.wait(timeout=max(patience, 0.0))
        except subprocess.TimeoutExpired:
            kill_group(self.running.pid)
            self.running.wait()
        self.running = None


def kill_group(pid: int) -> None:
    """Kill a process and everything it started."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def resolved(command: tuple[str, ...]) -> list[str]:
    """Return a command for this interpreter.

    Programs are started as modules: their scripts name the folder where they were installed, and
    that folder may have been moved since.
    """
    program, *words = command
    return [sys.executable, *words] if program == "python" else [sys.executable, "-m", *command]
