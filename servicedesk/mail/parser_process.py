"""The process that parses mails for its parent, one after another, within limits. No framework.

Reads frames (8 bytes of length, raw mail) from standard input, answers each with a frame.
"""

import os
import resource
import sys
from typing import BinaryIO

from cases.intake.incoming import gettext_noop
from servicedesk.mail.parsing import ParsedMail, parse_mail
from servicedesk.mail.prescan import Unreadable
from servicedesk.mail.wire import LENGTH_BYTES, frame, pack

MEMORY_BYTES = 1 << 30
CPU_SECONDS = 4


def serve(source: BinaryIO, answers: BinaryIO) -> None:
    """Answer mails until the parent goes away; end after a fault, to start clean."""
    while len(head := source.read(LENGTH_BYTES)) == LENGTH_BYTES:
        raw = source.read(int.from_bytes(head, "big"))
        _allow_more_time()
        parsed, is_fault = _parse(raw)
        answers.write(frame(pack(parsed)))
        answers.flush()
        if is_fault:
            return


def _parse(raw: bytes) -> tuple[ParsedMail, bool]:
    try:
        return parse_mail(raw), False
    except MemoryError:
        sentence = gettext_noop("Reading the mail takes more than 1 GB of memory.")
        return Unreadable(code="memory", sentence=sentence), True
    except Exception as fault:  # noqa: BLE001  # whatever a mail breaks, it must not be lost
        sentence = gettext_noop("The mail is broken in a way that this desk cannot read.")
        return Unreadable(code=f"fault:{type(fault).__name__}", sentence=sentence), True


def _allow_more_time() -> None:
    """Give the next mail its own processor time: the limit counts what was used before, too."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + 1 + CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def main() -> None:
    """Take standard input and output for the frames, and nothing else of the parent's."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # A stray print must not end up between the frames.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
