"""Read any mail without harm: in another process, with limits on time and memory.

`read_mail` never raises and never hangs; the answer is the mail or why it stays in quarantine.
"""

import atexit
import logging
import os
import selectors
import subprocess
import sys
import threading
import time
import weakref
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from cases.intake.incoming import gettext_noop
from servicedesk.mail.parsing import ParsedMail
from servicedesk.mail.prescan import LARGEST_MAIL, OverLimit, Unreadable, check_limits
from servicedesk.mail.wire import LENGTH_BYTES, frame, unpack

logger = logging.getLogger(__name__)

# Six seconds with what it takes to end a process on a busy machine.
WALL_SECONDS = 5.5
# After so many mails a fresh process gives back what the old one gathered.
MAILS_PER_PROCESS = 1_000
LARGEST_ANSWER = 4 * LARGEST_MAIL
CHUNK = 1 << 18
PROJECT = Path(__file__).resolve().parents[2]
# -I -S: neither the environment nor installed packages have a say in this process.
START = f"import sys; sys.path.insert(0, {str(PROJECT)!r}); from servicedesk.mail.parser_process import main; main()"

TOO_SLOW = Unreadable(
    code="time", sentence=gettext_noop("Reading the mail took too long."), may_retry=True
)
NO_PROCESS = Unreadable(
    code="no_process",
    sentence=gettext_noop("The part of this desk that reads mail could not be started."),
    may_retry=True,
)
DIED = Unreadable(
    code="died", sentence=gettext_noop("Reading the mail broke the process that reads mail.")
)


class _Gone(Exception):
    """The parser's process ended before it answered."""


class _Late(Exception):
    """The parser's process did not answer in time."""


_readers: "weakref.WeakSet[MailReader]" = weakref.WeakSet()


class MailReader:
    """Parses mails in one child process that it starts when needed and replaces after a fault.

    Safe to share between threads (they take turns) and to inherit across a fork.
    """

    def __init__(self, *, wall_seconds: float = WALL_SECONDS) -> None:
        self._wall_seconds = wall_seconds
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._inherited: subprocess.Popen[bytes] | None = None
        self._mails_read = 0
        _readers.add(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def process_id(self) -> int | None:
        """The child's process id, None while there is none."""
        return self._process.pid if self._process else None

    def close(self) -> None:
        """End the child; the next mail starts another."""
        with self._lock:
            self._end()

    def read(self, raw: bytes) -> ParsedMail:
        """Return the mail in `raw`, or why it cannot be read. Takes at most the wall limit."""
        if len(raw) > LARGEST_MAIL or not raw.strip():
            # Not worth a process, and the one limit that protects this one.
            return _refusal_of(raw)
        deadline = time.monotonic() + self._wall_seconds
        with self._lock:
            was_used = self._mails_read > 0 and self._process is not None
            parsed = self._ask(raw, deadline=deadline)
            if parsed == DIED and was_used:
                # An earlier mail, or somebody outside, may have harmed the process.
                parsed = self._ask(raw, deadline=deadline)
        if isinstance(parsed, Unreadable):
            logger.warning("A mail was not read.", extra={"code": parsed.code, "size": len(raw)})
        return parsed

    def _ask(self, raw: bytes, *, deadline: float) -> ParsedMail:
        try:
            process = self._running_process()
            parsed = unpack(_converse(process, frame(raw), deadline=deadline))
        except _Late:
            self._end()
            return TOO_SLOW
        except _Gone:
            self._end()
            return DIED
        except OSError:
            self._end()
            return NO_PROCESS
        except (ValueError, KeyError, TypeError):
            # An answer that is none: the process is not to be trusted any more.
            self._end()
            return DIED
        self._mails_read += 1
        is_fault = isinstance(parsed, Unreadable) and parsed.code.startswith(("fault:", "memory"))
        if is_fault or self._mails_read >= MAILS_PER_PROCESS:
            self._end()
        return parsed

    def _running_process(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._process = subprocess.Popen(  # noqa: S603  # our own interpreter and module
                [sys.executable, "-I", "-S", "-c", START],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                close_fds=True,
                env={"LC_ALL": "C.UTF-8"},
                cwd="/",
            )
            for pipe in (self._process.stdin, self._process.stdout):
                os.set_blocking(_descriptor(pipe), False)
        return self._process

    def forget_after_fork(self) -> None:
        """Leave the child to the process that started it; a lock held there is none here."""
        self._lock = threading.Lock()
        self._inherited, self._process = self._process, None
        self._mails_read = 0
        if self._inherited is not None:
            _close_pipes(self._inherited)

    def _end(self) -> None:
        process, self._process = self._process, None
        self._mails_read = 0
        if process is not None:
            process.kill()
            process.wait()
            _close_pipes(process)


def _close_pipes(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


def _forget_after_fork() -> None:
    for reader in _readers:
        reader.forget_after_fork()


os.register_at_fork(after_in_child=_forget_after_fork)


def _refusal_of(raw: bytes) -> ParsedMail:
    try:
        check_limits(raw)
    except OverLimit as over:
        return over.unreadable
    return DIED


def _descriptor(pipe: IO[bytes] | None) -> int:
    if pipe is None:
        raise OSError("The parser's process has no pipe.")
    return pipe.fileno()


def _converse(process: subprocess.Popen[bytes], question: bytes, *, deadline: float) -> bytes:
    """Write `question` and return the framed answer. Raises _Late or _Gone."""
    source, answers = _descriptor(process.stdin), _descriptor(process.stdout)
    unsent, answer = memoryview(question), bytearray()
    with selectors.DefaultSelector() as waiting:
        waiting.register(source, selectors.EVENT_WRITE)
        waiting.register(answers, selectors.EVENT_READ)
        while not _is_whole(answer):
            ready = waiting.select(max(0.0, deadline - time.monotonic()))
            if not ready:
                raise _Late
            for key, _events in ready:
                if key.fd == source:
                    unsent = unsent[_write(source, unsent) :]
                    if not unsent:
                        waiting.unregister(source)
                else:
                    answer += _read(answers)
    return bytes(answer[LENGTH_BYTES:])


def _is_whole(answer: bytearray) -> bool:
    if len(answer) < LENGTH_BYTES:
        return False
    length = int.from_bytes(answer[:LENGTH_BYTES], "big")
    if length > LARGEST_ANSWER:
        raise _Gone
    return len(answer) >= LENGTH_BYTES + length


def _write(descriptor: int, content: memoryview) -> int:
    try:
        return os.write(descriptor, content[:CHUNK])
    except BlockingIOError:
        return 0
    except BrokenPipeError as error:
        raise _Gone from error


def _read(descriptor: int) -> bytes:
    try:
        content = os.read(descriptor, CHUNK)
    except BlockingIOError:
        return b""
    if not content:
        raise _Gone
    return content


_reader = MailReader()


def read_mail(raw: bytes) -> ParsedMail:
    """Return the mail in `raw`, or why it stays in quarantine, from this process's reader."""
    return _reader.read(raw)


def close_reader() -> None:
    """End the child process of `read_mail`, if there is one."""
    _reader.close()


atexit.register(close_reader)
