"""Real processes beside a test: a mail server that listens, workers, the tick, pages."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from threading import Event, Lock
from time import monotonic
from typing import Any, NamedTuple, TypeVar

from aiosmtpd.controller import Controller

ROOT = Path(__file__).resolve().parent.parent
T = TypeVar("T")


def wait_for(what: Callable[[], T], *, seconds: float = 60, why: str = "") -> T:
    """Return the first truthy answer of `what`; fail when the time is up."""
    end = monotonic() + seconds
    pause = Event()
    while True:
        found = what()
        if found:
            return found
        if monotonic() > end:
            raise AssertionError(f"Waited {seconds:.0f} s in vain for {why or what}.")
        pause.wait(0.1)


def free_port() -> int:
    """Return a loopback port that nobody uses now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class TakenMail(NamedTuple):
    """A mail and what it is looked for by; `subject` in small letters."""

    mail: EmailMessage
    to: str
    subject: str

    @classmethod
    def read(cls, content: bytes) -> "TakenMail":
        """Parse a mail; its headers, each of which takes long to read, once for all."""
        mail = message_from_bytes(content, policy=default)
        return cls(mail, to=str(mail["To"]), subject=str(mail["Subject"]).lower())


class MailSink:
    """A mail server that takes everything and remembers it."""

    def __init__(self) -> None:
        self._mails: list[bytes] = []
        self._parsed: list[TakenMail] = []
        self._lock = Lock()
        self.port = free_port()

    async def handle_EHLO(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, hostname: str, answers: list[str]
    ) -> list[str]:
        """Say that orders are taken in advance, as most servers do."""
        session.host_name = hostname
        # The first line is the name of the server.
        return [*answers[:1], "250-PIPELINING", *answers[1:]]

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Take a mail."""
        with self._lock:
            self._mails.append(bytes(envelope.content))
        return "250 taken"

    @property
    def url(self) -> str:
        """The SMTP_URL of this server."""
        return f"smtp://127.0.0.1:{self.port}"

    def count(self) -> int:
        """Return how many mails were taken."""
        with self._lock:
            return len(self._mails)

    def mails(self, *, to: str = "", about: str = "") -> list[EmailMessage]:
        """Return what was taken, by recipient and words of the subject."""
        with self._lock:
            # Who waits asks often: each mail is parsed once.
            for content in self._mails[len(self._parsed) :]:
                self._parsed.append(TakenMail.read(content))
            parsed = list(self._parsed)
        return [one.mail for one in parsed if to in one.to and about.lower() in one.subject]


@contextmanager
def mail_sink() -> Iterator[MailSink]:
    """Listen for mail while the block runs."""
    sink = MailSink()
    controller = Controller(sink, hostname="127.0.0.1", port=sink.port)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()


@contextmanager
def process(*command: str, **environment: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Run one of our processes in a group of its own; its log goes to var/test/log."""
    log = ROOT / "var" / "test-log"
    log.mkdir(parents=True, exist_ok=True)
    with (log / f"{Path(command[0]).name}-{os.getpid()}.log").open("ab") as output:
        started = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "servicedesk.settings", **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield started
        finally:
            end(started)


def end(started: "subprocess.Popen[bytes]") -> None:
    """Ask the group to stop, then make it."""
    for word, seconds in ((signal.SIGTERM, 8), (signal.SIGKILL, 8)):
        if started.poll() is not None and word is signal.SIGTERM:
            break
        try:
            os.killpg(started.pid, word)
            started.wait(seconds)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue


def worker(*queues: str, concurrency: int = 2, in_threads: bool = True) -> tuple[str, ...]:
    """Return the command of a real Celery worker: with threads as on one machine, or processes."""
    return (
        sys.executable,
        "-m",
        "celery",
        "--app=servicedesk.celery:app",
        "worker",
        f"--queues={','.join(queues)}",
        f"--concurrency={concurrency}",
        f"--pool={'threads' if in_threads else 'prefork'}",
        "--loglevel=WARNING",
        "--without-gossip",
        "--without-mingle",
    )


def manage(*arguments: str) -> tuple[str, ...]:
    """Return the command of a management command."""
    return (sys.executable, "manage.py", *arguments)


def run_manage(
    *arguments: str, stdin: bytes = b"", **environment: str
) -> "subprocess.CompletedProcess[bytes]":
    """Run a management command to its end."""
    return subprocess.run(
        manage(*arguments),
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "servicedesk.settings", **environment},
        input=stdin,
        capture_output=True,
        timeout=120,
        check=False,
    )
