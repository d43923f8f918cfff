"""Which process is meant: a number alone may belong to another one by now."""

import ctypes
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from servicedesk.devservices.waiting import wait_until

PROC = Path("/proc")
SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of <sys/prctl.h>
PROGRAM = ctypes.CDLL(
    None, use_errno=True
)  # loaded here: nothing may be loaded between fork and exec


@dataclass(frozen=True, kw_only=True)
class ProcessIdentity:
    """A process of this machine since its last start."""

    pid: int
    started: str  # ticks since the machine started
    machine_start: str

    @classmethod
    def of(cls, pid: int) -> Self | None:
        """Return the identity of a running process, or nothing when there is none."""
        started = start_ticks(pid)
        if not started:
            return None
        return cls(pid=pid, started=started, machine_start=machine_start())

    @classmethod
    def own(cls) -> Self:
        """Return the identity of this process."""
        return cls(pid=os.getpid(), started=start_ticks(os.getpid()), machine_start=machine_start())

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> Self:
        """Read what `to_dict` wrote."""
        return cls(
            pid=int(stored["pid"]),
            started=str(stored["started"]),
            machine_start=str(stored["machine_start"]),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {"pid": self.pid, "started": self.started, "machine_start": self.machine_start}

    def is_alive(self) -> bool:
        """Whether exactly this process still runs."""
        return start_ticks(self.pid) == self.started and machine_start() == self.machine_start

    def send(self, signal_number: int) -> None:
        """Send a signal, unless the process is gone."""
        if self.is_alive():
            send_signal(self.pid, signal_number)

    def stop(self, *, signal_number: int = signal.SIGTERM, patience: float = 10.0) -> None:
        """Ask the process to end and wait so many seconds; then kill it."""
        self.send(signal_number)
        if not wait_until(lambda: not self.is_alive(), seconds=patience):
            self.send(signal.SIGKILL)
            wait_until(lambda: not self.is_alive(), seconds=patience)


def send_signal(pid: int, signal_number: int) -> None:
    """Send a signal to a process that may be gone by now."""
    try:
        os.kill(pid, signal_number)
    except ProcessLookupError:
        return


def start_ticks(pid: int) -> str:
    """Return when a process began, in ticks since the machine started; empty when it has ended."""
    try:
        line = (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    state, *fields = line.rpartition(")")[2].split()  # the name before it may hold blanks
    return "" if state in "ZX" else fields[18]


def machine_start() -> str:
    """Return what names this start of the machine."""
    try:
        return (PROC / "sys/kernel/random/boot_id").read_text(encoding="utf-8").strip()
    except OSError:
        return "unknown"


def processes_with(*, variable: str, value: str) -> list[ProcessIdentity]:
    """Return the processes of ours that were started with this variable in their environment."""
    wanted = f"{variable}={value}".encode()
    found = []
    for folder in PROC.glob("[0-9]*"):
        try:
            given = (folder / "environ").read_bytes().split(b"\0")
        except OSError:
            continue  # another account's process, or one that has just ended
        identity = ProcessIdentity.of(int(folder.name)) if wanted in given else None
        if identity is not None and identity.pid != os.getpid():
            found.append(identity)
    return found


def dying_with_parent(signal_number: int) -> Callable[[], None]:
    """Return a function for a child to call: it ends when its parent does, even by SIGKILL."""
    parent = os.getpid()

    def ask_for_signal() -> None:
        PROGRAM.prctl(SET_PARENT_DEATH_SIGNAL, signal_number, 0, 0, 0)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal_number)

    return ask_for_signal


def die_with_parent(signal_number: int = signal.SIGTERM) -> None:
    """Let this process be sent a signal when the one that started it ends."""
    PROGRAM.prctl(SET_PARENT_DEATH_SIGNAL, signal_number, 0, 0, 0)
