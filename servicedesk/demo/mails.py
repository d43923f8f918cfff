"""Mails as they reach the demo companies: whole messages, for the real way in."""

from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from servicedesk.demo.customers import Customer


def mail_id_of(slug: str, number: int) -> str:
    """Return the Message-ID by which a mail of the demo is known, without brackets."""
    return f"demo-{slug}-{number}@example.org"


def mail(
    who: Customer,
    *,
    to: str,
    subject: str,
    text: str,
    mail_id: str,
    at: datetime,
    answers: str = "",
    is_automatic: bool = False,
) -> bytes:
    """Return a mail as it travels; `answers` is the Message-ID of the mail it answers."""
    message = EmailMessage()
    message["From"] = f'"{who.name}" <{who.email}>'
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{mail_id}>"
    if answers:
        message["In-Reply-To"] = f"<{answers}>"
        message["References"] = f"<{answers}>"
    if is_automatic:
        message["Auto-Submitted"] = "auto-replied"
    message.set_content(f"{text}\n\nRegards\n{who.name}\n")
    return message.as_bytes()
