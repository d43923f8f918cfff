"""The keeper: parent of the embedded servers, gone when nobody needs them.

Every process that needs a server leaves a file that names it. The keeper starts what is needed,
starts again what dies, and stops everything once no living process is left, so that not even
SIGKILL of the last user leaves a server behind.
"""

import contextlib
import fcntl
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from servicedesk.devservices.identity import ProcessIdentity, dying_with_parent
from servicedesk.devservices.places import Place, write_privately
from servicedesk.devservices.postgres import PostgresServer
from servicedesk.devservices.servers import Server, ServerFailed, last_lines
from servicedesk.devservices.valkey import ValkeyServer
from servicedesk.devservices.waiting import pause
from workflow.refusals import Refusal

LOOK_EVERY = 0.1
STOPPING_TAKES_AT_MOST = 60.0
QUICK_DEATH = 10.0  # seconds
QUICK_DEATHS_ALLOWED = 6
LONGEST_PAUSE = 15.0
SERVERS: dict[str, type[Server]] = {"postgres": PostgresServer, "valkey": ValkeyServer}


def living_users(place: Place) -> list[frozenset[str]]:
    """Return what each living user needs; the files of dead ones are removed."""
    needs = []
    for file in place.users.glob("*.json"):
        stored = json.loads(file.read_text(encoding="utf-8"))
        if ProcessIdentity.from_dict(stored).is_alive():
            needs.append(frozenset(stored["needs"]))
        else:
            file.unlink(missing_ok=True)
    return needs


def needed(place: Place) -> frozenset[str]:
    """Return the names of the servers that somebody needs."""
    kept = json.loads(place.kept.read_text(encoding="utf-8")) if place.kept.exists() else []
    return frozenset(kept).union(*living_users(place))


@dataclass
class Kept:
    """A server, its process and how often it died young."""

    server: Server
    log: Path
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    quick_deaths: int = 0
    next_start_at: float = field(default_factory=time.monotonic)

    def look(self) -> None:
        """Start the server when it is not running and its pause is over."""
        if self.process is not None:
            if self.process.poll() is None:
                return
            self.note_death()
        if time.monotonic() >= self.next_start_at:
            self.start()

    def start(self) -> None:
        """Start the server as a child that ends when the keeper ends."""
        self.server.prepare()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 our own command
                self.server.command(),
                **self.server.popen_arguments(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,
                preexec_fn=dying_with_parent(self.server.stop_signal),  # noqa: PLW1509 one thread
            )
        self.started_at = time.monotonic()

    def note_death(self) -> None:
        """Plan the next start; give up on a server that never stays.

        Raises:
            ServerFailed: it died young too often.
        """
        died_young = time.monotonic() - self.started_at < QUICK_DEATH
        self.quick_deaths = self.quick_deaths + 1 if died_young else 0
        self.process = None
        say(f"{self.server.name} ended by itself; it is started again.")
        if self.quick_deaths == QUICK_DEATHS_ALLOWED // 2 and self.server.give_up_on_data():
            say(f"{self.server.name} starts without its old data, which were moved aside.")
        if self.quick_deaths >= QUICK_DEATHS_ALLOWED:
            raise ServerFailed(
                f"{self.server.name} does not start. The end of {self.log}:\n{last_lines(self.log)}",
                next_step="See to what it names, then start again.",
            )
        waits = min(0.1 * 2**self.quick_deaths, LONGEST_PAUSE) if died_young else 0.0
        self.next_start_at = time.monotonic() + waits

    def stop(self) -> None:
        """Stop the server cleanly; kill it when it does not end."""
        if self.process is None:
            return
        self.process.send_signal(self.server.stop_signal)
        try:
            self.process.wait(timeout=STOPPING_TAKES_AT_MOST)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Keeper:
    """Keeps the servers of one place until nobody needs them."""

    def __init__(self, place: Place, *, logs: Path, for_tests: bool) -> None:
        self.place = place
        self.logs = logs
        self.for_tests = for_tests
        self.kept: dict[str, Kept] = {}
        self.asked_to_stop = False

    def keep(self) -> int:
        """Run until nobody needs a server or SIGTERM; return the exit code."""
        signal.signal(signal.SIGTERM, self.note_signal)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        self.write(failure="")
        try:
            while not self.asked_to_stop:
                names = needed(self.place)
                if not names and self.stop_if_unneeded():
                    return 0
                for name in sorted(names):
                    self.server(name).look()
                pause(LOOK_EVERY)
        except (Refusal, OSError, subprocess.SubprocessError) as problem:
            self.write(failure=str(problem))
            say(str(problem))
            return 1
        finally:
            self.stop_all()
        return 0

    def note_signal(self, _number: int, _frame: object) -> None:
        """Remember that somebody asked us to stop."""
        self.asked_to_stop = True

    def server(self, name: str) -> Kept:
        """Return a server, known from now on."""
        if name not in self.kept:
            server = SERVERS[name](self.place, for_tests=self.for_tests)
            self.kept[name] = Kept(server=server, log=self.logs / f"{name}.log")
        return self.kept[name]

    def stop_if_unneeded(self) -> bool:
        """Stop everything unless a new user is just joining; answer whether that was done."""
        with locked_if_free(self.place) as free:
            if not free or needed(self.place):
                return False
            self.stop_all()
            return True

    def stop_all(self) -> None:
        """Stop every server."""
        for kept in self.kept.values():
            kept.stop()
        self.kept = {}

    def write(self, *, failure: str) -> None:
        """Write who keeps the servers and why they could not be started."""
        content: dict[str, Any] = ProcessIdentity.own().to_dict() | {"failure": failure}
        write_privately(self.place.keeper, json.dumps(content) + "\n")


@contextlib.contextmanager
def locked_if_free(place: Place) -> Iterator[bool]:
    """Take the lock of a place when nobody has it, and say whether it was taken."""
    with (place.path / "lock").open("a", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def say(sentence: str) -> None:
    """Write one line to the keeper's log."""
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()
