"""All that passed between us and a customer, in order: words, calls, and what we sent."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.touchpoints import Place, Touchpoint, touchpoints_of
from servicedesk.notifications.models import Notification, NotificationKind
from servicedesk.pages.call_words import outcome_words
from servicedesk.pages.case_words import channel_icon, channel_words
from servicedesk.pages.paging import bad_cursor, cursor_of, read
from workflow.people.actors import Actor

ROWS = 30
TOLD_SORT = "told"
LONGEST_TEXT = 600
# An answer is a message itself; a way into the portal is no news.
TOLD = {
    NotificationKind.RECEIPT: gettext_lazy("Receipt"),
    NotificationKind.CASE_RESOLVED: gettext_lazy("Told that the case is resolved"),
    NotificationKind.WORKAROUND: gettext_lazy("Told what helps for now"),
    NotificationKind.ESTIMATE: gettext_lazy("Told the expected date"),
    NotificationKind.PROBLEM_RESOLVED: gettext_lazy("Told the permanent solution"),
    NotificationKind.PROBLEM_REOPENED: gettext_lazy("Told that it goes on"),
    NotificationKind.NOT_FIXED: gettext_lazy("Told that it will not be fixed"),
}


def place_in(cursor: str) -> Place | None:
    """Return the place that a cursor holds; None for the first page.

    Raises:
        BadCursor: the word is none of ours.
    """
    if not cursor:
        return None
    match read(cursor):
        case [str(written), str(sort), int(found)]:
            try:
                at = datetime.fromisoformat(written)
            except ValueError:
                raise bad_cursor() from None
            if at.tzinfo is not None and abs(found) < 2**63:
                return at, sort, found
    raise bad_cursor()


def page_of_touchpoints(
    actor: Actor, contact_id: int, *, before: Place | None
) -> tuple[list[dict[str, Any]], str]:
    """Return 30 touchpoints, newest first, and the cursor of the next page or ""; three queries."""
    found = touchpoints_of(actor, contact_id, before=before, at_most=ROWS + 1)
    rows = [(one.place, said(one)) for one in found]
    rows += [((n.created_at, TOLD_SORT, n.pk), told(n)) for n in told_to(contact_id, before=before)]
    rows.sort(key=lambda row: row[0], reverse=True)
    cursor = cursor_of(*rows[ROWS - 1][0]) if len(rows) > ROWS else ""
    return [row for _place, row in rows[:ROWS]], cursor


def told_to(contact_id: int, *, before: Place | None) -> list[Notification]:
    """Return what we sent to a customer besides answers, newest first; one query."""
    sent = Notification.objects.filter(contact_id=contact_id, kind__in=list(TOLD))
    if before is not None:
        at, sort, last = before
        same = Q(created_at=at)
        if sort == TOLD_SORT:
            same &= Q(pk__lt=last)
        elif sort < TOLD_SORT:
            same &= Q(pk__isnull=True)
        sent = sent.filter(Q(created_at__lt=at) | same)
    return list(sent.select_related("case", "problem").order_by("-created_at", "-id")[: ROWS + 1])


def said(touchpoint: Touchpoint) -> dict[str, Any]:
    """Return words or a call as a row; no query."""
    case = touchpoint.case
    what = ""
    if touchpoint.call is not None:
        what = outcome_words(touchpoint.call.outcome)
    elif touchpoint.is_automatic:
        what = _("Automatic message")
    return {
        "at": touchpoint.at,
        "symbol": channel_icon(touchpoint.channel),
        "channel": channel_words(touchpoint.channel),
        "direction": _("From us") if touchpoint.direction == "out" else _("From the customer"),
        "is_ours": touchpoint.direction == "out",
        "by": touchpoint.by,
        "what": what,
        "text": touchpoint.text[:LONGEST_TEXT],
        "is_unverified": touchpoint.is_unverified,
        "number": f"#{case.number}" if case else "",
        "href": reverse("agent:case", args=[case.number]) if case else "",
    }


def told(notification: Notification) -> dict[str, Any]:
    """Return something that we sent as a row; no query."""
    case, problem = notification.case, notification.problem
    return {
        "at": notification.created_at,
        "symbol": channel_icon("mail"),
        "channel": channel_words("mail"),
        "direction": _("From us"),
        "is_ours": True,
        "by": "",
        "what": str(TOLD[NotificationKind(notification.kind)]),
        "text": problem.title if problem else case.subject if case else "",
        "is_unverified": False,
        "number": problem.name if problem else f"#{case.number}" if case else "",
        "href": reverse("problem:problem", args=[problem.name])
        if problem
        else reverse("agent:case", args=[case.number])
        if case
        else "",
    }
