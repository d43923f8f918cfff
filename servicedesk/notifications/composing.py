"""The words of a notification, from the records that it refers to."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from cases.models import Message
from customers.portal_access import make_link
from problems.models import Estimate
from servicedesk.mail.addresses import answer_address, loop_tag, sender_address
from servicedesk.mail.sending import Letter
from servicedesk.notifications.models import Notification, NotificationKind

HAS_PORTAL_LINK = frozenset(
    {
        NotificationKind.RECEIPT,
        NotificationKind.ANSWER,
        NotificationKind.CASE_RESOLVED,
        NotificationKind.WORKAROUND,
        NotificationKind.ESTIMATE,
        NotificationKind.PROBLEM_RESOLVED,
        NotificationKind.PROBLEM_REOPENED,
        NotificationKind.PORTAL_LINK,
    }
)


def letter_for(notification: Notification, *, recipient: str, at: datetime) -> Letter:
    """Return the mail of a notification in the active language; two to four queries.

    A receipt never holds what the customer wrote: nobody can use it to mail words to others.
    """
    tenant = notification.tenant
    text = render_to_string(
        f"mail/{notification.kind}.txt", context_of(notification, at=at)
    ).strip()
    subject, _, body = text.partition("\n")
    reply_to = ""
    in_reply_to = ""
    if notification.case is not None and notification.contact is not None:
        reply_to = answer_address(
            tenant_id=tenant.pk,
            case_id=notification.case.pk,
            contact_id=notification.contact.pk,
        )
        in_reply_to = last_mail_of(notification)
    name = notification.contact.name if notification.contact else ""
    if notification.user is not None:
        name = notification.user.name
    return Letter(
        mail_id=notification.mail_id,
        sender_name=tenant.name,
        sender=sender_address(tenant),
        recipient_name=name,
        recipient=recipient,
        reply_to=reply_to,
        subject=subject.strip(),
        text=body.strip() + "\n",
        in_reply_to=in_reply_to,
        loop_tag=loop_tag(tenant),
        is_automatic=notification.kind != NotificationKind.ANSWER,
    )


def context_of(notification: Notification, *, at: datetime) -> dict[str, Any]:
    """Return what the texts may use."""
    problem = notification.problem
    estimate = None
    if problem is not None:
        estimate = (
            Estimate.objects.filter(problem=problem, is_public=True).order_by("-id").first()
        )
    return {
        "tenant": notification.tenant,
        "contact": notification.contact,
        "user": notification.user,
        "case": notification.case,
        "message": notification.message,
        "problem": problem,
        "estimate": estimate,
        "url": url_of(notification, at=at),
    }


def last_mail_of(notification: Notification) -> str:
    """Return the Message-ID of the customer's last mail in the case, for their mail reader."""
    return (
        Message.objects.filter(case=notification.case, direction="in", mail_id__isnull=False)
        .order_by("-id")
        .values_list("mail_id", flat=True)
        .first()
        or ""
    )


def url_of(notification: Notification, *, at: datetime) -> str:
    """Return where the reader finds more: a customer gets a way in that needs no password."""
    home = home_of(notification.tenant.slug)
    if notification.contact is None:
        if notification.problem is not None:
            return f"{home}/p/{notification.problem.number}/"
        return f"{home}/c/{notification.case.number}/" if notification.case else f"{home}/"
    if notification.kind not in HAS_PORTAL_LINK:
        return home
    word = make_link(notification.contact, at=at)
    to = f"?case={notification.case.number}" if notification.case else ""
    return f"{home}/help/enter/{word}/{to}"


def home_of(slug: str) -> str:
    """Return the address of a tenant's pages, without a slash at the end."""
    port = "" if settings.PUBLIC_SCHEME == "https" else f":{settings.PUBLIC_PORT}"
    return f"{settings.PUBLIC_SCHEME}://{slug}.{settings.BASE_DOMAIN}{port}"
