"""Mails of plain letters, made quickly: what needs no care is written as it is given.

The library parses each head, makes a class for it and folds it anew, which took most of the time
that a mail takes. Whatever is not plain goes by the library; a test holds both against each other.
"""

import re
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from functools import cache
from typing import Any

LONGEST_LINE = 200
# Letters that have a meaning in no head, nor together with others.
TEXT = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 .,:;!()@/&%+_'-]*[A-Za-z0-9.!)])?")
MAILBOX = r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@[a-z0-9-]+(?:\.[a-z0-9-]+)*"
ADDRESS = re.compile(rf"{MAILBOX}|[A-Za-z0-9]+(?: [A-Za-z0-9]+)* <{MAILBOX}>")
MAIL_ID = re.compile(r"<[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*>")
BRACKETED = re.compile(r"<[A-Za-z0-9:/._@+-]+>")
# What programs wrote: names of programs, digits, codes.
CODE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9=._-]*[A-Za-z0-9])?")
PLAIN_TEXT = 'text/plain; charset="utf-8"'
FORMS = {
    "subject": TEXT,
    "from": ADDRESS,
    "to": ADDRESS,
    "reply-to": ADDRESS,
    "message-id": MAIL_ID,
    "in-reply-to": BRACKETED,
    "references": BRACKETED,
    "list-unsubscribe": BRACKETED,
    "content-type": re.compile(re.escape(PLAIN_TEXT)),
    "mime-version": re.compile(r"1\.0"),
}


class PlainMails(EmailPolicy):
    """The library's rules for mails, without its work where a head is plain."""

    def header_max_count(self, name: str) -> int | None:
        """Return how often a head may stand in a mail."""
        return most_of(name.lower())

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:
        """Return a head as it is kept: a plain one as text, any other one parsed.

        Raises:
            ValueError: it has a line break.
        """
        if isinstance(value, str) and is_plain(name, value):
            return (name, value)
        return super().header_store_parse(name, value)

    def header_fetch_parse(self, name: str, value: str) -> Any:
        """Return a head as it is read; the library asks several times of what kind a mail is."""
        return (
            kind_of_plain_mail() if value == PLAIN_TEXT else super().header_fetch_parse(name, value)
        )


POLICY = PlainMails(linesep=SMTP.linesep, max_line_length=LONGEST_LINE)


def is_plain(name: str, value: str) -> bool:
    """Whether the library writes a head just as it is given, in one line."""
    form = FORMS.get(name.lower(), CODE)
    return len(name) + len(value) + 2 <= LONGEST_LINE and form.fullmatch(value) is not None


@cache
def kind_of_plain_mail() -> Any:
    """Return how the library reads the kind of a plain mail."""
    return SMTP.header_factory("Content-Type", PLAIN_TEXT)


@cache
def most_of(name: str) -> int | None:
    """Return how often a head may stand in a mail, as the library says; kept by its name."""
    return SMTP.header_max_count(name)


def set_text(mail: EmailMessage, text: str) -> None:
    """Give a mail its text."""
    lines = text.encode().splitlines()
    if not text.isascii() or any(len(line) > LONGEST_LINE for line in lines):
        mail.set_content(text)
        return
    mail["Content-Type"] = PLAIN_TEXT
    mail["Content-Transfer-Encoding"] = "7bit"
    mail["MIME-Version"] = "1.0"
    mail.set_payload((b"\n".join(lines) + b"\n").decode())
