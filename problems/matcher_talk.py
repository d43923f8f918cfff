"""What is said between those who ask and the matcher: signed frames of JSON, over one socket.

A frame is four bytes of length, thirty-two bytes of signature, then the text. Only programs with
the installation's secret are answered, and only its answers are believed: a question holds what a
customer wrote.
"""

import hashlib
import hmac
import json
import os
import socket
import struct
import time
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from problems.asking import Alike, Answer, Candidate, Question, Source

LARGEST_FRAME = 1_000_000  # bytes
SIGNATURE = hashlib.sha256().digest_size
LENGTH = struct.Struct("!I")
# A Unix socket's path is at most 107 bytes; a longer one is gone to by way of an open folder.
LONGEST_SOCKET_PATH = 100
SOCKET_NAME = "matcher.socket"


class NotUnderstood(ValueError):
    """What came is no frame of ours: too large, cut short, or signed with another secret."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the matcher listens: a socket in a folder of this machine, or a port in the network."""

    path: Path | None = None
    host: str = ""
    port: int = 0

    @classmethod
    def of(cls, url: str) -> "Address":
        """Read `unix:///folder/matcher.socket` or `tcp://host:port`."""
        parts = urlsplit(url)
        if parts.scheme == "unix":
            return cls(path=Path(unquote(parts.path)))
        return cls(host=parts.hostname or "", port=parts.port or 0)

    def connected(self, *, within: float) -> socket.socket:
        """Return a connection, made within so many seconds; raises OSError."""
        if self.path is None:
            return socket.create_connection((self.host, self.port), timeout=within)
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(within)
        try:
            at_path(connection.connect, self.path)
        except OSError:
            connection.close()
            raise
        return connection

    def listening(self, *, backlog: int) -> socket.socket:
        """Return a socket that listens here; what an earlier process left behind is removed."""
        if self.path is None:
            return socket.create_server((self.host, self.port), backlog=backlog)
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            at_path(listener.bind, self.path)
            self.path.chmod(0o600)
            listener.listen(backlog)
        except OSError:
            listener.close()
            raise
        return listener


def at_path(act: Any, path: Path) -> None:
    """Bind or connect to a socket of the file system, however long its path is."""
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        act(str(path))
        return
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        act(f"/proc/self/fd/{folder}/{path.name}")
    finally:
        os.close(folder)


# ---- frames ----------------------------------------------------------------------------------


def key_from(secret: str) -> bytes:
    """Return the key of the signatures; it serves for nothing else."""
    return hashlib.sha256(b"matcher:" + secret.encode()).digest()


def packed(said: dict[str, Any], *, key: bytes) -> bytes:
    """Return a frame."""
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return LENGTH.pack(len(text)) + hmac.digest(key, text, "sha256") + text


def heard(connection: socket.socket, *, keys: Sequence[bytes], until: float) -> dict[str, Any]:
    """Return what the other side says; `until` is a moment of the monotonic clock.

    Raises:
        OSError: the connection breaks, or nothing came in time.
        NotUnderstood: it is no frame signed with one of the keys.
    """
    (length,) = LENGTH.unpack(received(connection, LENGTH.size, until=until))
    if length > LARGEST_FRAME:
        raise NotUnderstood("The frame is too large.")
    signature = received(connection, SIGNATURE, until=until)
    text = received(connection, length, until=until)
    if not any(hmac.compare_digest(hmac.digest(key, text, "sha256"), signature) for key in keys):
        raise NotUnderstood("The frame is signed with another secret.")
    said = json.loads(text)
    if not isinstance(said, dict):
        raise NotUnderstood("The frame holds something else than words by name.")
    return said


def received(connection: socket.socket, size: int, *, until: float) -> bytes:
    """Return exactly so many bytes; raises OSError or NotUnderstood."""
    parts: list[bytes] = []
    while size:
        connection.settimeout(remaining(until))
        part = connection.recv(min(size, 65_536))
        if not part:
            raise NotUnderstood("The other side hung up in the middle of a word.")
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def remaining(until: float) -> float:
    """Return the seconds that are left; raises TimeoutError if none are."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("Nothing came in time.")
    return left


# ---- questions and answers ---------------------------------------------------------------------


def said_question(question: Question) -> dict[str, Any]:
    """Return a question as it travels."""
    return {**asdict(question), "at": question.at.isoformat()}


def heard_question(said: dict[str, Any]) -> Question:
    """Return the question that travelled."""
    return Question(**{**said, "at": datetime.fromisoformat(said["at"])})


def said_answer(answer: Answer) -> dict[str, Any]:
    """Return an answer as it travels."""
    vector = b64encode(answer.vector).decode() if answer.vector is not None else None
    return {**asdict(answer), "source": answer.source.value, "vector": vector}


def heard_answer(said: dict[str, Any]) -> Answer:
    """Return the answer that travelled."""
    return Answer(
        source=Source(said["source"]),
        problems=tuple(
            Candidate(**{**one, "nearest": tuple(one["nearest"])}) for one in said["problems"]
        ),
        some=said["some"],
        cases=tuple(Alike(**one) for one in said["cases"]),
        articles=tuple(Alike(**one) for one in said["articles"]),
        vector=b64decode(said["vector"]) if said["vector"] is not None else None,
        model=said["model"],
    )
