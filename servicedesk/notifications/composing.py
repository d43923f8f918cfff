"""The words of a notification, from the records that it refers to."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cases.models import Attachment, Message
from cases.promised import next_word
from customers.preferences import timezone_of
from knowledge.queries import title_for_customers
from problems.models import Affected, Leg, ProblemClock
from problems.models.affected import PRESENT
from servicedesk.mail.addresses import answer_address, letterhead, loop_tag
from servicedesk.mail.sending import Enclosure, Letter
from servicedesk.notifications.after_fix import AFTER_FIX
from servicedesk.notifications.broadcast_mails import of_broadcast
from servicedesk.notifications.change_mails import of_change as change_told
from servicedesk.notifications.decisions import decision_offered, of_decision
from servicedesk.notifications.digests import lines_of
from servicedesk.notifications.followers import of_followed
from servicedesk.notifications.forgotten import of_forgotten
from servicedesk.notifications.models import Notification, NotificationKind
from servicedesk.notifications.patterns import of_patterns
from servicedesk.notifications.problem_mails import (
    of_end_without_fix,
    of_estimate,
    of_promise,
    of_regression,
    of_solution,
    of_workaround,
)
from servicedesk.notifications.rewording import LANGUAGE, Words, words_of
from servicedesk.notifications.step_mails import of_request, of_step
from servicedesk.notifications.task_mails import of_task
from servicedesk.notifications.texts import MAILS, filled, filled_line
from servicedesk.notifications.unsubscribing import WayOut, topic_of, word_for
from servicedesk.notifications.ways_in import affected_among, home_of, is_asked, portal_url
from servicedesk.notifications.webhook_mails import of_webhook_off
from servicedesk.notifications.wording import time_words

Context = dict[str, Any]

# Whoever writes in somebody's name, or asks for a way in with somebody's address, lets them leave.
ASKED_BY_STRANGERS = (NotificationKind.RECEIPT, NotificationKind.PORTAL_LINK)
# What colleagues read; what customers read stands in `texts` and may be the tenant's own words.
TEMPLATES = {
    NotificationKind.CASE_REOPENED: "staff_case_reopened",
    NotificationKind.ASSIGNED: "department_assigned",
    NotificationKind.REFUSED: "staff_problem_refused",
    NotificationKind.ACTED: "staff_acted",
    NotificationKind.TASK_ASKED: "department_task_asked",
    NotificationKind.TASK_READY: "department_task_ready",
    NotificationKind.TASK_ENDED: "staff_task_ended",
    NotificationKind.CHANGE_ASKED: "staff_change_asked",
    NotificationKind.CHANGE_ENDED: "staff_change_ended",
    NotificationKind.STEP_ASKED: "staff_step_asked",
    NotificationKind.STEP_DECIDED: "staff_step_decided",
    NotificationKind.STEP_TAKEN: "staff_step_taken",
    NotificationKind.FOLLOWED: "staff_followed",
    NotificationKind.CLOCK_DIGEST: "staff_clock_digest",
    NotificationKind.FORGOTTEN: "staff_forgotten",
    NotificationKind.PATTERNS: "staff_patterns",
    NotificationKind.BROADCAST_ASKED: "staff_broadcast_asked",
    **{kind: f"staff_{kind}" for kind in AFTER_FIX},
    NotificationKind.WEBHOOK_OFF: "staff_webhook_off",
}


# Variable of a text, and where the context has it.
COPIED = {
    "portal_url": "portal_url",
    "confirm_url": "confirm_url",
    "answer_by": "first_response",
    "text": "body",
    "author": "author",
    "workaround": "workaround",
    "solution": "solution",
    "cause": "cause",
    "estimate": "estimate",
    "old_estimate": "old_estimate",
    "reason": "reason",
    "article_url": "article_url",
    "change": "change",
    "next_news": "next_news",
    "valid_for": "valid_for",
}


def letter_for(notification: Notification, *, recipient: str, at: datetime) -> Letter:
    """Return the mail of a notification in the active language; about eight queries.

    What strangers can let us send holds nothing that they wrote, not even a name: nobody can use
    us to mail words to somebody else.
    """
    tenant = notification.tenant
    context = context_of(notification, way_in=portal_url(notification, at=at))
    context |= decision_offered(notification, home=home_of(tenant.slug), at=at)
    subject, text = said(
        NotificationKind(notification.kind), context, own=own_words_of(notification)
    )
    return folded(
        notification,
        context,
        words=(subject, text),
        recipient=recipient,
        in_reply_to=last_mail_of(notification),
        enclosures=enclosures_of(notification),
    )


def folded(
    notification: Notification,
    context: Context,
    *,
    words: tuple[str, str],
    recipient: str,
    in_reply_to: str,
    enclosures: tuple[Enclosure, ...] = (),
) -> Letter:
    """Return a mail with its subject and text, and the headers that follow from it; no query."""
    tenant = notification.tenant
    subject, text = words
    stop = stop_url(notification)
    reply_to = context.get("reply_to", "")
    if notification.case_id is not None and notification.contact_id is not None:
        reply_to = answer_address(
            tenant_id=tenant.pk,
            case_id=notification.case_id,
            contact_id=notification.contact_id,
        )
    return Letter(
        mail_id=notification.mail_id,
        sender_name=context["letterhead"].sender_name,
        sender=context["letterhead"].sender,
        recipient_name=context["contact_name"] or context["person_name"],
        recipient=recipient,
        reply_to=reply_to,
        subject=subject,
        text=with_way_out(text, stop_url=stop),
        stop_url=stop,
        in_reply_to=in_reply_to,
        loop_tag=loop_tag(tenant),
        is_automatic=notification.kind != NotificationKind.ANSWER,
        enclosures=enclosures,
    )


def own_words_of(notification: Notification) -> Words | None:
    """Return the words that were written for one broadcast alone, if there are any; no query."""
    broadcast = notification.broadcast
    if broadcast is None or not broadcast.text:
        return None
    return Words(subject=broadcast.subject, text=broadcast.text, is_own=True)


def said(kind: NotificationKind, context: Context, *, own: Words | None = None) -> tuple[str, str]:
    """Return subject and text of a mail; one query for what the tenant may have reworded.

    `own` words are those of one broadcast.
    """
    if kind in MAILS:
        words = own or words_of(kind, language=(get_language() or LANGUAGE)[:2])
        return filled_in(words, context)
    template = TEMPLATES[kind]
    return (
        render_to_string(f"mail/{template}_subject.txt", context),
        render_to_string(f"mail/{template}.txt", context),
    )


def filled_in(words: Words, context: Context) -> tuple[str, str]:
    """Return subject and text of a mail to a customer, with what its variables stand for."""
    values = values_of(context)
    # A subject has no room for a whole sign-off: there the name stands alone.
    in_subject = {**values, "sign_off": context["letterhead"].sender_name}
    return filled_line(words.subject, in_subject), filled(words.text, values)


def values_of(context: Context) -> dict[str, str]:
    """Return what the variables of a mail to a customer stand for; empty where there is nothing."""
    name = context["contact_name"]
    case = context["case"] or {"number": "", "subject": ""}
    return {
        "greeting": _("Hello %(name)s,") % {"name": name} if name else _("Hello,"),
        "number": str(case["number"]),
        "subject": str(case["subject"]),
        "sign_off": context["letterhead"].sign_off,
        **{name: str(context.get(source) or "") for name, source in COPIED.items()},
    }


def enclosures_of(notification: Notification) -> tuple[Enclosure, ...]:
    """Return the files that an agent sent with an answer; one query and the files."""
    if notification.kind != NotificationKind.ANSWER or notification.message is None:
        return ()
    return tuple(
        Enclosure(
            name=file.name, content_type=file.content_type, content=content_of_attachment(file)
        )
        for file in Attachment.objects.filter(message=notification.message).order_by("id")
    )


def content_of_attachment(file: Attachment) -> bytes:
    """Return the bytes of a stored file.

    Raises:
        FileNotFoundError: the store has lost it; the mail is tried again and then seen as dead.
    """
    with default_storage.open(file.key) as opened:
        return bytes(opened.read())


def context_of(notification: Notification, *, way_in: str) -> Context:
    """Return what the texts may use; `way_in` is the customer's way into the portal."""
    case, problem, contact = notification.case, notification.problem, notification.contact
    says_name = notification.kind not in ASKED_BY_STRANGERS
    context: Context = {
        "tenant_name": notification.tenant.name,
        "letterhead": letterhead(notification.tenant, case=case),
        "contact_name": contact.name if contact and says_name else "",
        "person_name": notification.user.name if notification.user else "",
        "case": subject_of(notification),
        "problem": {"number": problem.name, "title": problem.title} if problem else None,
        "url": staff_url(notification),
        "portal_url": way_in,
        "confirm_url": way_in if is_asked(notification, affected_among([notification])) else "",
    }
    more = MORE.get(NotificationKind(notification.kind))
    return {**context, **(more(notification) if more else {})}


def subject_of(notification: Notification) -> dict[str, Any] | None:
    """Return number and name of what a mail is about, as its reader knows it; no query."""
    case, problem = notification.case, notification.problem
    if case is not None:
        return {"number": case.number, "subject": case.subject}
    # Those who never called have no case: the problem gives the subject.
    if problem is not None:
        return {"number": problem.name, "subject": title_for_customers(problem)}
    return None


def of_receipt(notification: Notification) -> Context:
    """Say by when the customer hears from us, if something is promised; two queries.

    Whether the mail says it is the tenant's choice: its own words may leave the variable out.
    """
    promise = next_word(notification.case) if notification.case is not None else None
    zone = notification.tenant.timezone
    if notification.contact is not None:
        zone = timezone_of(notification.contact, otherwise=zone)
    words = time_words(promise.due_at, timezone=zone) if promise else ""
    return {"first_response": _("by %(time)s") % {"time": words} if words else ""}


def of_answer(notification: Notification) -> Context:
    """Give the agent's words."""
    message = notification.message
    author = message.user.name if message and message.user else ""
    return {"body": message.text if message else "", "author": author}


def of_portal_link(_notification: Notification) -> Context:
    """Say how long the link lasts; it is the portal's address already."""
    return {"valid_for": _("one hour")}


def of_assignment(notification: Notification) -> Context:
    """Tell a department what it got, why, and by when it should say yes or no."""
    problem = notification.problem
    leg = (
        Leg.objects.select_related("department")
        .filter(problem=problem)
        .order_by("-position")
        .first()
    )
    before = (
        Leg.objects.select_related("department")
        .filter(problem=problem, position=leg.position - 1)
        .first()
        if leg
        else None
    )
    clock = (
        ProblemClock.objects.filter(problem=problem, metric="acknowledge").order_by("-id").first()
    )
    return {
        "department_name": leg.department.name if leg else "",
        "from_department": before.department.name if before else "",
        "reason": leg.reason if leg else "",
        "customers": Affected.objects.filter(PRESENT, problem=problem).count(),
        "accept_by": time_words(clock.due_at, timezone=notification.tenant.timezone)
        if clock
        else _("soon"),
    }


def at_home(says: Callable[..., Context]) -> Callable[[Notification], Context]:
    """Return what a mail says that names addresses of the tenant's own pages."""
    return lambda notification: says(notification, home=home_of(notification.tenant.slug))


MORE: dict[NotificationKind, Callable[[Notification], Context]] = {
    NotificationKind.RECEIPT: of_receipt,
    NotificationKind.ANSWER: of_answer,
    NotificationKind.WORKAROUND: at_home(of_workaround),
    NotificationKind.ESTIMATE: of_estimate,
    NotificationKind.PROBLEM_RESOLVED: at_home(of_solution),
    NotificationKind.PROBLEM_REOPENED: of_regression,
    NotificationKind.NOT_FIXED: of_end_without_fix,
    NotificationKind.PROMISE_CHANGED: of_promise,
    NotificationKind.PORTAL_LINK: of_portal_link,
    NotificationKind.ASSIGNED: of_assignment,
    NotificationKind.REFUSED: of_assignment,
    NotificationKind.ACTED: of_decision,
    NotificationKind.TASK_ASKED: of_task,
    NotificationKind.TASK_READY: of_task,
    NotificationKind.TASK_ENDED: of_task,
    NotificationKind.CHANGE_ASKED: at_home(change_told),
    NotificationKind.CHANGE_ENDED: at_home(change_told),
    NotificationKind.STEP_ASKED: of_request,
    NotificationKind.STEP_DECIDED: of_request,
    NotificationKind.STEP_TAKEN: of_step,
    NotificationKind.FOLLOWED: of_followed,
    NotificationKind.CLOCK_DIGEST: at_home(lines_of),
    NotificationKind.FORGOTTEN: at_home(of_forgotten),
    NotificationKind.PATTERNS: at_home(of_patterns),
    NotificationKind.BROADCAST_ASKED: at_home(of_broadcast),
    **{kind: at_home(says) for kind, says in AFTER_FIX.items()},
    NotificationKind.WEBHOOK_OFF: at_home(of_webhook_off),
}


def last_mail_of(notification: Notification) -> str:
    """Return the Message-ID of the customer's last mail in the case, for their mail reader."""
    if notification.case_id is None or notification.contact_id is None:
        return ""
    return (
        Message.objects.filter(
            case=notification.case,
            contact=notification.contact,
            direction="in",
            mail_id__isnull=False,
        )
        .order_by("-id")
        .values_list("mail_id", flat=True)
        .first()
        or ""
    )


def stop_url(notification: Notification) -> str:
    """Return where a customer ends mails of this sort by one click, empty where that is not so."""
    topic = topic_of(notification.kind)
    if topic is None or notification.contact_id is None:
        return ""
    word = word_for(WayOut(contact_id=notification.contact_id, topic=topic))
    return f"{home_of(notification.tenant.slug)}/help/stop/{word}/"


def with_way_out(text: str, *, stop_url: str) -> str:
    """Return a text with the way out of such mails below it, if there is one."""
    way_out = _("No more of these mails: %(url)s") % {"url": stop_url} if stop_url else ""
    return "\n\n".join(part for part in (text.strip(), way_out) if part) + "\n"


def staff_url(notification: Notification) -> str:
    """Return where a colleague goes on."""
    home = home_of(notification.tenant.slug)
    if notification.problem is not None:
        return f"{home}/p/{notification.problem.number}/"
    return f"{home}/c/{notification.case.number}/" if notification.case else f"{home}/"
