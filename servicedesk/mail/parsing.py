"""Raw bytes to an `IncomingMail`. Pure: no framework, no clock, no network, no file.

Runs in the child process of `servicedesk.mail.guarding`, which also holds what takes too long.
"""

import email
import email.policy
from email.message import Message

from cases.intake.incoming import Address, IncomingMail, Oddity
from cases.intake.quoting import Split, split_quoted
from servicedesk.mail.bodies import read_body
from servicedesk.mail.decoding import clean_line, decode_words
from servicedesk.mail.headers import (
    EMAIL,
    LONGEST_SUBJECT,
    MOST_ADDRESSES,
    Headers,
    read_addresses,
    read_date,
    read_language,
    read_marks,
    read_message_id,
    read_message_ids,
    read_return_path,
    read_sender,
)
from servicedesk.mail.prescan import OverLimit, Unreadable, check_limits

ParsedMail = IncomingMail | Unreadable

# Python's newer policies raise on, or take seconds for, a third of hostile headers.
POLICY = email.policy.compat32
DELIVERED_TO = ("Delivered-To", "X-Original-To", "Envelope-To")
MOST_RESULTS = 20


def parse_mail(raw: bytes) -> ParsedMail:
    """Return the mail in `raw`, or why it is not read."""
    try:
        check_limits(raw)
        return _read(raw)
    except OverLimit as over:
        return over.unreadable


def _read(raw: bytes) -> IncomingMail:
    message = _parse(raw)
    headers = Headers(message)
    body = read_body(message)
    sender, oddities = read_sender(headers)
    oddities |= body.oddities
    sent_at = read_date(headers.first("Date"))
    if sent_at is None and headers.count("Date"):
        oddities.add(Oddity.DATE_UNREADABLE)
    to, cc = read_addresses(headers.every("To")), read_addresses(headers.every("Cc"))
    if max(len(to), len(cc)) >= MOST_ADDRESSES:
        oddities.add(Oddity.RECIPIENTS_LEFT_OUT)
    subject = decode_words(headers.first("Subject"), longest=LONGEST_SUBJECT)
    # A mail server's report quotes headers that are its matter.
    is_report = body.report is not None
    split = Split(new=body.text.strip()) if is_report else split_quoted(body.text, subject=subject)
    return IncomingMail(
        sender=sender,
        message_id=read_message_id(headers.first("Message-ID")),
        in_reply_to=next(iter(read_message_ids(headers.every("In-Reply-To"))), ""),
        references=read_message_ids(headers.every("References")),
        reply_to=tuple(read_addresses(headers.every("Reply-To"))),
        to=tuple(to),
        cc=tuple(cc),
        delivered_to=_delivered_to(headers),
        return_path=read_return_path(headers),
        subject=subject,
        text=split.new,
        quoted=split.quoted,
        html=body.html,
        attachments=tuple(body.attachments),
        sent_at=sent_at,
        language=read_language(headers),
        marks=read_marks(headers, is_reading_receipt=body.is_reading_receipt),
        report=body.report,
        authentication_results=tuple(
            clean_line(value)[:2_000]
            for value in headers.every("Authentication-Results")[:MOST_RESULTS]
        ),
        oddities=frozenset(oddities),
    )


def _parse(raw: bytes) -> Message:
    try:
        return email.message_from_bytes(raw, policy=POLICY)
    except ValueError:
        # The parser trips over NUL in the name of a charset.
        return email.message_from_bytes(raw.replace(b"\0", b""), policy=POLICY)


def _delivered_to(headers: Headers) -> tuple[str, ...]:
    """Return where mail servers say they delivered the mail, newest first, each once."""
    values = [value for name in DELIVERED_TO for value in headers.every(name)]
    found = (match[0] for value in values[:50] if (match := EMAIL.search(clean_line(value))))
    return tuple(dict.fromkeys(Address(email=address).key for address in found))
