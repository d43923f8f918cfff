"""Cheap limits on the bytes of a mail, before the parser sees it. Pure and linear.

Each limit stands for something that makes Python's mail parser slow or large.
"""

import re
from dataclasses import dataclass

from cases.intake.incoming import gettext_noop

LARGEST_MAIL = 25_000_000
LARGEST_HEADER = 262_144
MOST_HEADER_LINES = 5_000
LONGEST_HEADER_LINE = 65_536
LONGEST_BODY_LINE = 5_000_000
# Base64 of the largest mail has 330,000 lines.
MOST_LINES = 1_000_000
MOST_NESTED = 30
MOST_PARTS = 500
LONGEST_BOUNDARY = 200
MOST_CONTINUATIONS = 200
MOST_COMMENTS = 200
MOST_QUOTES = 2_000

MULTIPART = re.compile(rb"content-type:[ \t]{0,8}multipart/", re.IGNORECASE)
MESSAGE = re.compile(rb"content-type:[ \t]{0,8}message/", re.IGNORECASE)
BOUNDARY = re.compile(rb"boundary=\"?([^\"\r\n;]{1,%d})" % (LONGEST_BOUNDARY + 1), re.IGNORECASE)
CONTINUATION = re.compile(rb"\*\d{1,4}\*?=")
HEADER_END = re.compile(rb"\r?\n\r?\n|\r\r")


@dataclass(frozen=True, kw_only=True, slots=True)
class Unreadable:
    """Why a mail was not read. A value, not an exception: it crosses from the parser's process.

    `sentence` is for the quarantine page. `may_retry` says that the mail itself need not be
    at fault, so that reading it again later may go well.
    """

    code: str
    sentence: str
    may_retry: bool = False


class OverLimit(Exception):
    """A mail goes beyond a limit; carries what the quarantine page says."""

    def __init__(self, code: str, *, sentence: str) -> None:
        super().__init__(code)
        self.unreadable = Unreadable(code=code, sentence=sentence)


def check_limits(raw: bytes) -> None:
    """Raise OverLimit if parsing `raw` could take too long or too much memory."""
    if not raw.strip():
        raise OverLimit("empty", sentence=gettext_noop("The mail is empty."))
    if len(raw) > LARGEST_MAIL:
        raise OverLimit("too_large", sentence=gettext_noop("The mail is larger than 25 MB."))
    _check_header(_header_of(raw))
    _check_structure(raw)
    if raw.count(b"\n") > MOST_LINES:
        raise OverLimit("lines", sentence=gettext_noop("The mail has more than a million lines."))
    if len(raw) > LONGEST_BODY_LINE and _longest_line(raw) > LONGEST_BODY_LINE:
        raise OverLimit(
            "long_line", sentence=gettext_noop("A line of the mail is longer than 5 MB.")
        )


def _header_of(raw: bytes) -> bytes:
    end = HEADER_END.search(raw)
    return raw if end is None else raw[: end.start()]


def _check_header(header: bytes) -> None:
    lines = header.count(b"\n") + header.count(b"\r")
    if len(header) > LARGEST_HEADER or lines > 2 * MOST_HEADER_LINES:
        raise OverLimit("header", sentence=gettext_noop("The header of the mail is too large."))
    if _longest_line(header) > LONGEST_HEADER_LINE:
        raise OverLimit(
            "header_line", sentence=gettext_noop("A line in the header of the mail is too long.")
        )
    if len(CONTINUATION.findall(header)) > MOST_CONTINUATIONS:
        raise OverLimit(
            "continuations",
            sentence=gettext_noop("The header of the mail is cut into too many pieces."),
        )
    if header.count(b"(") > MOST_COMMENTS or header.count(b'"') > MOST_QUOTES:
        raise OverLimit(
            "comments",
            sentence=gettext_noop("The header of the mail has too many comments or quotes."),
        )


def _check_structure(raw: bytes) -> None:
    nested = max(len(MULTIPART.findall(raw)), len(MESSAGE.findall(raw)))
    if nested > MOST_NESTED:
        raise OverLimit(
            "nesting", sentence=gettext_noop("The mail holds too many mails or groups of parts.")
        )
    boundaries = set(BOUNDARY.findall(raw))
    if any(len(boundary) > LONGEST_BOUNDARY for boundary in boundaries):
        raise OverLimit(
            "boundary", sentence=gettext_noop("The mail marks its parts in a broken way.")
        )
    if len(boundaries) > 2 * MOST_NESTED:
        raise OverLimit(
            "nesting", sentence=gettext_noop("The mail holds too many mails or groups of parts.")
        )
    if sum(raw.count(b"\n--" + boundary) for boundary in boundaries) > 2 * MOST_PARTS:
        raise too_many_parts()


def too_many_parts() -> OverLimit:
    """Return the refusal of a mail with more than `MOST_PARTS` parts."""
    return OverLimit("parts", sentence=gettext_noop("The mail has too many parts."))


def _longest_line(raw: bytes) -> int:
    longest = start = 0
    while (end := raw.find(b"\n", start)) >= 0:
        longest = max(longest, end - start)
        start = end + 1
    return max(longest, len(raw) - start)
