"""One call of a stranger's host: to the pinned address, within a time and a size."""

import io
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from time import monotonic

from django.utils.translation import gettext as _

from servicedesk.outbound.addresses import Resolver
from servicedesk.outbound.targets import Target, public_target
from workflow.refusals import Refusal

TOTAL_SECONDS = 10.0
MOST_BYTES = 1_000_000


class NoAnswer(Refusal):
    """The host was called and gave no answer that can be read."""

    code = "no_answer"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the host answered; a redirect is an answer like any other and is not followed.

    `retry_after` is that header as it came, empty without one.
    """

    status: int
    body: bytes
    is_cut: bool
    retry_after: str = ""


def post(
    url: str,
    *,
    body: bytes,
    headers: Mapping[str, str],
    timeout: float = TOTAL_SECONDS,
    resolver: Resolver | None = None,
) -> Answer:
    """Send a body to a URL and return the answer, 1 MB of it at most.

    `timeout` is in seconds and holds for the whole call, 10 at most: the look-up counts, and a
    host that answers a byte at a time does not stretch it.

    Raises:
        NotPublic: the URL or its host may not be called (BadTarget is one).
        NoAnswer: no connection, no trust, no time, or nothing that is HTTP.
    """
    deadline = monotonic() + min(timeout, TOTAL_SECONDS)
    target = public_target(url, resolver=resolver)
    connection = PinnedConnection(target, deadline=deadline)
    try:
        return exchange(connection, target, body=body, headers=headers)
    except TimeoutError as problem:
        raise no_answer(target, _("%(host)s did not answer in time.")) from problem
    except ssl.SSLError as problem:
        raise no_answer(target, _("%(host)s has no certificate that holds.")) from problem
    except OSError as problem:
        raise no_answer(target, _("%(host)s cannot be reached.")) from problem
    except (HTTPException, ValueError) as problem:
        raise no_answer(target, _("%(host)s answers something that is not HTTP.")) from problem
    finally:
        connection.hang_up()


def exchange(
    connection: "PinnedConnection", target: Target, *, body: bytes, headers: Mapping[str, str]
) -> Answer:
    """Send the request and read the answer."""
    connection.request(
        "POST",
        target.path,
        body=body,
        headers={"Host": target.host_header, "Connection": "close", **headers},
    )
    response = connection.getresponse()
    content = bytearray()
    while len(content) <= MOST_BYTES and (part := response.read1(65_536)):
        content += part
    return Answer(
        status=response.status,
        body=bytes(content[:MOST_BYTES]),
        is_cut=len(content) > MOST_BYTES,
        retry_after=response.getheader("Retry-After") or "",
    )


class PinnedConnection(HTTPConnection):
    """A connection that goes to the judged address and nowhere else."""

    def __init__(self, target: Target, *, deadline: float) -> None:
        super().__init__(target.address.host, target.address.port)
        self.target = target
        self.deadline = deadline
        self.secured: socket.socket | None = None

    def connect(self) -> None:
        """Connect to the pinned address; the certificate has to be the name's."""
        address = self.target.address
        plain = socket.socket(address.family, socket.SOCK_STREAM)
        try:
            plain.settimeout(remaining(self.deadline))
            plain.connect((address.ip, address.port))
            plain.settimeout(remaining(self.deadline))
            secured = (
                ssl.create_default_context().wrap_socket(plain, server_hostname=address.host)
                if self.target.is_https
                else plain
            )
        except BaseException:
            plain.close()
            raise
        self.secured = secured
        self.sock = TimedSocket(secured, deadline=self.deadline)

    def hang_up(self) -> None:
        """Close the connection, once the answer is read."""
        self.close()
        if self.secured is not None:
            self.secured.close()


class TimedSocket:
    """What HTTPConnection needs of a socket, with one deadline for everything."""

    def __init__(self, inner: socket.socket, *, deadline: float) -> None:
        self.inner = inner
        self.deadline = deadline

    def sendall(self, data: bytes) -> None:
        """Send everything before the deadline."""
        self.inner.settimeout(remaining(self.deadline))
        self.inner.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Return a reader that keeps to the deadline; the mode is always "rb" here."""
        return io.BufferedReader(TimedReader(self.inner, deadline=self.deadline))

    def close(self) -> None:
        """Leave the connection open: HTTPConnection closes before the answer is read."""


class TimedReader(io.RawIOBase):
    """Reads from a socket until a deadline, and no more than a head and a body may be long."""

    def __init__(self, inner: socket.socket, *, deadline: float) -> None:
        super().__init__()
        self.inner = inner
        self.deadline = deadline
        self.left = 2 * MOST_BYTES

    def readable(self) -> bool:
        """Say yes."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Read what has come; each wait is only as long as the call may still take."""
        if self.left <= 0:
            raise ValueError("The head of the answer does not end.")
        self.inner.settimeout(remaining(self.deadline))
        size = self.inner.recv_into(buffer)
        self.left -= size
        return size


def remaining(deadline: float) -> float:
    """Return the seconds left.

    Raises:
        TimeoutError: none is left.
    """
    seconds = deadline - monotonic()
    if seconds <= 0:
        raise TimeoutError("The call took too long.")
    return seconds


def no_answer(target: Target, sentence: str) -> NoAnswer:
    """Return the refusal of a call that came to nothing; `sentence` has a place for the host."""
    return NoAnswer(
        sentence % {"host": target.address.host},
        next_step=_("Check the URL and that the receiver is running."),
    )
