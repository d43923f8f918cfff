"""The header of a mail: addresses, ids, dates and the marks of machines. Pure."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

from cases.intake.filters import HOPS_HEADER
from cases.intake.incoming import Address, MachineMarks, Oddity
from servicedesk.mail.decoding import clean_line, decode_raw, decode_words

LONGEST_ADDRESS_HEADER = 16_000
LONGEST_NAME = 200
LONGEST_SUBJECT = 998
LONGEST_MESSAGE_ID = 250
MOST_ADDRESSES = 200
MOST_REFERENCES = 100
# Before and after these years a Date header is a mistake or a lie.
FIRST_YEAR, LAST_YEAR = 1980, 2100

ADDRESS_LETTER = r"[^\s<>@,;:\"()\[\]\\]"
# At most 254 characters in all, as RFC 5321 has it; never a piece of something longer.
EMAIL = re.compile(
    rf"(?<!{ADDRESS_LETTER})(?<!@){ADDRESS_LETTER}{{1,100}}@{ADDRESS_LETTER}{{1,153}}"
    rf"(?!{ADDRESS_LETTER})(?!@)"
)
# Quoted strings, comments and encoded words: no program looks for an address there.
ASIDE = re.compile(r'"[^"]*"|\([^()]*\)|=\?[^?\s]+\?[^?\s]+\?[^?\s]*\?=')
MESSAGE_ID = re.compile(r"<([^<>\s]{1,250})>")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})?")
RESPONDER_HEADERS = (
    "x-autoreply",
    "x-autorespond",
    "x-autoreply-from",
    "x-auto-reply",
    "x-autoresponder",
)
LIST_HEADERS = ("list-id", "list-post", "list-unsubscribe", "list-help", "x-mailing-list")


class Headers:
    """The header of one message, read by name without the parser's own decoding."""

    def __init__(self, message: Message) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in message.raw_items():
            self._values.setdefault(name.lower(), []).append(str(value))

    def every(self, name: str) -> list[str]:
        """Return each value of `name`, undecoded bytes made text, folding undone."""
        return [
            decode_raw(value[:LONGEST_ADDRESS_HEADER]).replace("\r", "").replace("\n", " ")
            for value in self._values.get(name.lower(), ())
        ]

    def first(self, name: str) -> str:
        """Return the first value of `name`, empty when the header is not there."""
        values = self.every(name)
        return values[0].strip() if values else ""

    def has_any(self, names: Iterable[str]) -> bool:
        """Say whether one of `names`, in lower case, is there."""
        return any(name in self._values for name in names)

    def count(self, name: str) -> int:
        """Return how often `name` occurs."""
        return len(self._values.get(name.lower(), ()))


def read_addresses(values: Iterable[str]) -> list[Address]:
    """Return the addresses of some header values; what cannot be read is left out."""
    addresses: list[Address] = []
    for value in values:
        addresses.extend(_read_addresses(value))
        if len(addresses) > MOST_ADDRESSES:
            break
    return addresses[:MOST_ADDRESSES]


def _read_addresses(value: str) -> list[Address]:
    try:
        pairs = getaddresses([value])
    except (RecursionError, ValueError, IndexError, AttributeError):
        pairs = [("", email) for email in EMAIL.findall(value)]
    read = [address for name, email in pairs if (address := _address(name, email)).email]
    if read:
        return read
    return _salvage(value)


def _address(name: str, email: str) -> Address:
    email = clean_line(email)
    if not EMAIL.fullmatch(email) or "=?" in email:
        return Address()
    local_part, _, domain = email.rpartition("@")
    return Address(
        name=decode_words(name, longest=LONGEST_NAME), email=f"{local_part}@{domain.lower()}"
    )


def _salvage(value: str) -> list[Address]:
    """Find an address in a value that breaks the rules, such as `Big Bug bb@bug.example`."""
    match = EMAIL.search(value)
    if match is None:
        return []
    return [_address(value[: match.start()].strip(" \t<\"'"), match[0])]


def read_sender(headers: Headers) -> tuple[Address, set[Oddity]]:
    """Return who wrote the mail, as far as it says, and what is odd about that."""
    values = headers.every("From")
    authors = read_addresses(values)
    odd: set[Oddity] = set()
    if not authors:
        name = decode_words(values[0], longest=LONGEST_NAME) if values else ""
        return Address(name=name.replace("<>", "").strip()), odd
    if len({author.key for author in authors}) > 1:
        odd.add(Oddity.SEVERAL_AUTHORS if len(values) == 1 else Oddity.TWO_SENDERS)
    if any(_may_be_read_otherwise(value, authors) for value in values):
        odd.add(Oddity.SENDER_UNCLEAR)
    shown = EMAIL.search(authors[0].name)
    if shown is not None and shown[0].lower() != authors[0].key:
        odd.add(Oddity.NAME_SHOWS_OTHER_ADDRESS)
    return authors[0], odd


def _may_be_read_otherwise(value: str, authors: list[Address]) -> bool:
    """Say whether From holds an @ that belongs to none of the addresses read from it.

    `<ada@good.example>@bad.example` is one sender to us and perhaps another one to the mail server
    that looks whether the domain stands behind it.
    """
    left = ASIDE.sub(" ", value[:LONGEST_ADDRESS_HEADER])
    for author in authors:
        left = re.sub(re.escape(author.email), " ", left, flags=re.IGNORECASE)
    return "@" in left


def read_message_id(value: str) -> str:
    """Return the first message id of `value` without angle brackets, or what stands there."""
    match = MESSAGE_ID.search(value)
    if match is not None:
        return clean_line(match[1])
    words = clean_line(value).strip("<> ").split(" ")
    return words[0][:LONGEST_MESSAGE_ID]


def read_message_ids(values: Iterable[str]) -> tuple[str, ...]:
    """Return the newest message ids of some header values, in their order, each once."""
    found = [clean_line(match) for value in values for match in MESSAGE_ID.findall(value)]
    return tuple(dict.fromkeys(found))[-MOST_REFERENCES:]


def read_date(value: str) -> datetime | None:
    """Return the moment in UTC, or None when it cannot be read or cannot be true."""
    try:
        moment = parsedate_to_datetime(value[:200])
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
        return None
    return moment if FIRST_YEAR <= moment.year <= LAST_YEAR else None


def read_language(headers: Headers) -> str | None:
    """Return the language tag that the sender's program gives, or None."""
    for name in ("Content-Language", "Accept-Language", "X-Accept-Language"):
        match = LANGUAGE.match(headers.first(name))
        if match is not None:
            return match[0]
    return None


def read_return_path(headers: Headers) -> str | None:
    """Return the envelope sender as the last mail server wrote it, empty for the null sender."""
    if not headers.count("Return-Path"):
        return None
    value = clean_line(headers.first("Return-Path"))
    match = EMAIL.search(value)
    if match is not None:
        return match[0]
    return "" if value in ("<>", "") else None


def read_marks(headers: Headers, *, is_reading_receipt: bool) -> MachineMarks:
    """Return what the header says about having been written by a machine."""
    suppressed = headers.first("X-Auto-Response-Suppress").lower()
    hops = headers.first(HOPS_HEADER)
    return MachineMarks(
        auto_submitted=_first_word(headers.first("Auto-Submitted")),
        precedence=_first_word(headers.first("Precedence")),
        is_list_mail=headers.has_any(LIST_HEADERS),
        has_responder_header=headers.has_any(RESPONDER_HEADERS),
        asks_for_no_reply=any(word in suppressed for word in ("all", "autoreply", "oof")),
        is_reading_receipt=is_reading_receipt,
        loop_tags=tuple(clean_line(value)[:200] for value in headers.every("X-Loop")[:10]),
        hops=int(hops) if hops.isascii() and hops.isdigit() and len(hops) < 5 else 0,
        received_count=headers.count("Received"),
    )


def _first_word(value: str) -> str:
    words = re.split(r"[\s;(]", clean_line(value).lower()[:60], maxsplit=1)
    return words[0]
