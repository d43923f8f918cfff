"""Reports of mail servers (RFC 3464), as their programs write them."""

from pathlib import Path

from servicedesk.mail.addresses import proof_of_sending

TRUE_MAILS = Path(__file__).parents[1] / "data" / "mail" / "mikel"

HEAD = """Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.example>
To: support@desk.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <{number}@mx.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

This is the mail system at host mx.example.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Mon, 2 Mar 2026 10:00:00 +0000
"""
POSTFIX = """
Final-Recipient: rfc822; {to}
Original-Recipient: rfc822;{to}
Action: {action}
Status: {status}
Remote-MTA: dns; mail.example.org
Diagnostic-Code: smtp; 550 {status} <{to}>: Recipient address rejected
"""
# Written to where the mail was forwarded; what we wrote to stands beside it.
FORWARDED = """
Original-Recipient: rfc822;{to}
Final-Recipient: RFC822; somebody.else@forwarded.example
Action: {action} (bad destination mailbox)
Status: {status} (no such user)
"""
RETURNED = """
--b
Content-Type: text/rfc822-headers

Message-ID: <{ours}>
X-Servicedesk-Proof: {proof}
From: Desk <support@desk.example>
Subject: Re: Charged twice

--b--
"""


def report(
    *,
    ours: str,
    to: str,
    action: str = "failed",
    status: str = "5.1.1",
    others: str = "",
    form: str = POSTFIX,
    number: int = 1,
    proof: str | None = None,
) -> bytes:
    """Return a report about one recipient of a mail of ours, after what it says of `others`.

    The head of the mail is returned as it was, or with a `proof` that somebody made up.
    """
    proof = proof_of_sending(ours, recipient=to) if proof is None else proof
    group = form.format(to=to, action=action, status=status)
    return (
        HEAD.format(number=number) + others + group + RETURNED.format(ours=ours, proof=proof)
    ).encode()


def true_report(name: str, *, ours: str, to: dict[str, str]) -> bytes:
    """Return a report that a mail server wrote, about another mail and other addresses."""
    raw = (TRUE_MAILS / f"multipart_report_emails__{name}.eml").read_bytes()
    for was, now in to.items():
        raw = raw.replace(was.encode(), now.encode())
    [address] = [now for now in to.values() if now != "<%OURS%>"]
    proof = proof_of_sending(ours, recipient=address)
    return raw.replace(b"<%OURS%>", f"<{ours}>\nX-Servicedesk-Proof: {proof}".encode())
