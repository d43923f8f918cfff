"""Processes that are forked from one that has loaded the program, so that it stands in memory once.

The supervisor starts the stem (`servicedesk.stem`) and asks it over a socket for each process. The
stem is their parent and says how they ended; whoever ends them holds a handle, not a number that
may belong to another process by now. When the stem dies they are asked to end, as when the
supervisor dies, and all start again.
"""

import json
import os
import select
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from servicedesk.devservices.children import Child
from servicedesk.devservices.processes import Process

ANSWERS_WITHIN = 30.0
TELLS_WITHIN = 2.0
LOOK_EVERY = 0.1
LARGEST_MESSAGE = 65_536
MOST_HANDLES = 8
STANDARD_OUTPUT = 1
# A forked process writes its own command over this, for whoever lists processes.
ROOM_FOR_A_NAME = "." * 400
STEM = Process(name="stem", command=("python", "-m", "servicedesk.stem"))


class Forked:
    """A process that the stem started for us; used like one of `subprocess`."""

    def __init__(self, pid: int, *, handle: int, stem: "Stem") -> None:
        self.pid = pid
        self.handle = handle
        self.stem = stem
        self.channel = stem.channel
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return how the process ended, or nothing while it runs."""
        self.stem.hear()
        if self.returncode is None and self.is_orphan() and self.has_ended(within=0.0):
            self.end(-signal.SIGTERM)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait until the process has ended and return how.

        Raises:
            subprocess.TimeoutExpired: it still runs after so many seconds.
        """
        if self.returncode is None and not self.has_ended(within=timeout):
            raise subprocess.TimeoutExpired(cmd=str(self.pid), timeout=timeout or 0.0)
        end = time.monotonic() + TELLS_WITHIN
        while self.poll() is None:
            if time.monotonic() > end:
                self.end(-signal.SIGKILL)
            self.stem.wait_for_word()
        return self.returncode or 0

    def send_signal(self, number: int) -> None:
        """Send a signal, unless the process is gone."""
        if self.returncode is None:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.handle, number)

    def is_orphan(self) -> bool:
        """Whether the stem that started it is gone, and nobody will say how it ends."""
        return self.stem.channel is not self.channel or not self.stem.is_running()

    def has_ended(self, *, within: float | None) -> bool:
        """Whether the process has ended, or does within so many seconds."""
        waiting = select.poll()
        waiting.register(self.handle, select.POLLIN)
        return bool(waiting.poll(None if within is None else within * 1000))

    def end(self, code: int) -> None:
        """Note how the process ended."""
        if self.returncode is None:
            self.returncode = code
            os.close(self.handle)


@dataclass
class Stem(Child):
    """The process that has loaded the program, watched like every other."""

    channel: socket.socket | None = None
    is_ready: bool = False
    living: list[Forked] = field(default_factory=list)
    newest: Forked | None = None

    def start(self) -> None:
        """Start the stem with a channel of its own: an earlier one may hold what nobody will do."""
        if self.channel is not None:
            self.channel.close()
        self.is_ready = False
        self.channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.channel.setblocking(False)
        number = theirs.fileno()
        self.process = replace(STEM, command=(*STEM.command, str(number), ROOM_FOR_A_NAME))
        self.handed_over = (number,)
        try:
            super().start()
        finally:
            theirs.close()

    def end(self, *, patience: float) -> None:
        """Wait for the end of the stem, and hang up."""
        super().end(patience=patience)
        if self.channel is not None:
            self.channel.close()
            self.channel = None

    def is_running(self) -> bool:
        """Whether the stem lives."""
        return self.running is not None and self.running.poll() is None

    def fork(
        self, command: Sequence[str], *, log: int, handed_over: Sequence[int] = ()
    ) -> Forked | None:
        """Return a new process of this command that writes to `log`; nothing while none can be.

        It finds what is handed over under the same numbers as here.
        """
        self.hear()
        if self.channel is None or not self.is_ready or not self.is_running():
            return None
        self.newest = None
        word = {"command": list(command), "numbers": [STANDARD_OUTPUT, *handed_over]}
        try:
            socket.send_fds(self.channel, [json.dumps(word).encode()], [log, *handed_over])
        except OSError:
            return None
        return self.answer_until(time.monotonic() + ANSWERS_WITHIN)

    def answer_until(self, end: float) -> "Forked | None":
        """Return the process that was forked last, none if no word came in time."""
        while self.newest is None and self.is_running() and time.monotonic() < end:
            self.wait_for_word()
            self.hear()
        return self.newest

    def wait_for_word(self) -> None:
        """Wait a moment for the stem to say something."""
        if self.channel is not None:
            select.select([self.channel], [], [], LOOK_EVERY)

    def hear(self) -> None:
        """Take in what the stem said meanwhile."""
        while self.channel is not None:
            try:
                said, handles, _flags, _address = socket.recv_fds(self.channel, LARGEST_MESSAGE, 1)
            except OSError:
                return
            if not said:
                return
            self.note(json.loads(said), handles=handles)

    def note(self, word: dict[str, Any], *, handles: list[int]) -> None:
        """Note that the stem is ready, that a process began, or how one ended."""
        if "ready" in word:
            self.is_ready = True
        elif "began" in word:
            self.newest = Forked(word["began"], handle=handles[0], stem=self)
            self.living.append(self.newest)
        else:
            for one in self.living:
                if one.pid == word["ended"] and one.channel is self.channel:
                    one.end(word["code"])
            self.living = [one for one in self.living if one.returncode is None]
