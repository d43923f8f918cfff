"""Settings: look at one mail that waits for a decision, without letting it do anything."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from cases.intake.incoming import IncomingMail
from cases.intake.quoting import parts_of_folded
from servicedesk.configuration.frame import settings_page
from servicedesk.configuration.mails import decision, outcome_words
from servicedesk.mail.deciding import UNDECIDED, as_text, header_in, mail_to_look_at
from servicedesk.mail.guarding import read_mail
from servicedesk.mail.html import sanitise
from servicedesk.mail.models import RawMail
from servicedesk.mail.prescan import Unreadable
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.mail_frame import framed_mail
from workflow.people.permissions import Permission

SHOWN_OF_HEADER = 32_000
SHOWN_OF_SOURCE = 4_096
RAW_POLICY = "default-src 'none'; sandbox"


@require_safe
@staff(Permission.RETRY_DELIVERY)
def quarantined_mail(request: StaffRequest, mail_id: int) -> HttpResponse:
    """Show one mail: text, a frame with its cleaned HTML, header and list of files.

    The guarded process reads it anew, so that a parser that has learned shows what it reads today.
    """
    stored = mail_to_look_at(mail_id)
    raw = bytes(stored.raw)
    parsed = read_mail(raw)
    return settings_page(
        request,
        "quarantined_mail",
        {
            "settings_page": "quarantine",
            "mail": described(stored, raw),
            "content": content_of(parsed, mail_id=mail_id),
            "unreadable": parsed.sentence if isinstance(parsed, Unreadable) else "",
            "header": as_text(header_of(raw)[:SHOWN_OF_HEADER]),
            "source": as_text(raw[:SHOWN_OF_SOURCE]),
        },
    )


def described(stored: RawMail, raw: bytes) -> dict[str, Any]:
    """Return what is known of a mail without reading it; no query."""
    return {
        "id": stored.pk,
        "subject": header_in(raw[:SHOWN_OF_HEADER], "Subject"),
        "facts": [
            {"label": _("From"), "value": header_in(raw[:SHOWN_OF_HEADER], "From")},
            {"label": _("To"), "value": header_in(raw[:SHOWN_OF_HEADER], "To")},
            {"label": _("Delivered to"), "value": stored.delivered_to},
            {"label": _("Reason"), "value": stored.reason},
        ],
        "outcome": stored.outcome,
        "outcome_label": outcome_words(stored),
        "received_at": stored.received_at,
        "size": stored.size,
        "may_decide": stored.outcome in UNDECIDED and stored.message_id is None,
        "raw_href": reverse("settings:quarantined_raw", args=[stored.pk]),
        "list_href": f"{reverse('settings:quarantine')}?show={stored.outcome}",
        **decision(stored),
    }


def content_of(parsed: IncomingMail | Unreadable, *, mail_id: int) -> dict[str, Any] | None:
    """Return what a mail says, None if it cannot be read; no query."""
    if isinstance(parsed, Unreadable):
        return None
    folded = parts_of_folded(parsed.quoted)
    return {
        "text": parsed.text,
        "signature": folded.signature,
        "quoted": folded.history,
        "body_url": reverse("settings:quarantined_body", args=[mail_id]) if parsed.html else "",
        "files": [
            {"name": file.name, "kind": file.content_type, "size": file.size}
            for file in parsed.attachments
        ],
    }


def header_of(raw: bytes) -> bytes:
    """Return the header of a mail, as it came."""
    return raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0]


@require_safe
@staff(Permission.RETRY_DELIVERY)
@xframe_options_sameorigin
def quarantined_body(_request: StaffRequest, mail_id: int) -> HttpResponse:
    """Answer the cleaned HTML of a mail, for a frame that may do nothing."""
    parsed = read_mail(bytes(mail_to_look_at(mail_id).raw))
    safe = None if isinstance(parsed, Unreadable) else sanitise(parsed.html)
    return framed_mail(safe.html if safe is not None else "")


@require_safe
@staff(Permission.RETRY_DELIVERY)
def quarantined_raw(_request: StaffRequest, mail_id: int) -> HttpResponse:
    """Answer the bytes of a mail as they came, to be saved: plain text that no browser opens."""
    stored = mail_to_look_at(mail_id)
    response = HttpResponse(bytes(stored.raw), content_type="text/plain; charset=us-ascii")
    response["Content-Disposition"] = f'attachment; filename="mail-{stored.pk}.txt"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = RAW_POLICY
    response["Cache-Control"] = "private, no-store"
    return response
