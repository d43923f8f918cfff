"""Hand one mail to a mail server: in one breath where the server takes orders in advance.

RFC 2920: sender, recipient and "now the mail" go out together and are answered together. A mail
costs two waits for the server instead of four.
"""

import io
import re
import smtplib
from email.generator import BytesGenerator
from email.message import EmailMessage

DOT_AT_A_BEGINNING = re.compile(rb"(?m)^\.")
LINE_ENDS = re.compile(r"[\r\n]")
TAKEN, GO_ON = 250, 354
FORWARDS = (TAKEN, 251)


def hand_over(
    server: smtplib.SMTP, mail: EmailMessage, *, envelope_from: str, recipient: str
) -> None:
    """Hand a mail over. After a refusal the talk is spoilt: whoever called has to end it.

    Raises:
        ValueError: an address is none.
        OSError, smtplib.SMTPException: the server did not take it.
    """
    if LINE_ENDS.search(envelope_from + recipient):
        raise ValueError("An address has a line break, which could give orders of its own.")
    server.ehlo_or_helo_if_needed()
    is_plain = (envelope_from + recipient).isascii()
    if not is_plain or not server.has_extn("pipelining"):
        server.send_message(mail, from_addr=envelope_from, to_addrs=[recipient])
        return
    content = written(mail)
    server.send(envelope(server, envelope_from, recipient=recipient, size=len(content)))
    # Everything that was asked is answered: the answers are read in order, then judged.
    sender_said, recipient_said, data_said = (server.getreply() for _order in range(3))
    if sender_said[0] != TAKEN:
        raise smtplib.SMTPSenderRefused(*sender_said, envelope_from)
    if recipient_said[0] not in FORWARDS:
        raise smtplib.SMTPRecipientsRefused({recipient: recipient_said})
    if data_said[0] != GO_ON:
        raise smtplib.SMTPDataError(*data_said)
    server.send(DOT_AT_A_BEGINNING.sub(b"..", content) + b".\r\n")
    code, said = server.getreply()
    if code != TAKEN:
        raise smtplib.SMTPDataError(code, said)


def envelope(server: smtplib.SMTP, envelope_from: str, *, recipient: str, size: int) -> str:
    """Return the three orders before a mail."""
    says_size = f" SIZE={size}" if server.has_extn("size") else ""
    return (
        f"MAIL FROM:{smtplib.quoteaddr(envelope_from)}{says_size}\r\n"
        f"RCPT TO:{smtplib.quoteaddr(recipient)}\r\n"
        "DATA\r\n"
    )


def written(mail: EmailMessage) -> bytes:
    """Return a mail as it is sent, each line ended by both signs, the last one too."""
    place = io.BytesIO()
    BytesGenerator(place).flatten(mail, linesep="\r\n")
    content = place.getvalue()
    return content if content.endswith(b"\r\n") else content + b"\r\n"
