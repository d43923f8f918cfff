"""What was said and done in a case, in the order in which it happened."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from cases.intake.quoting import parts_of_folded
from knowledge.rendering import to_html
from servicedesk.notifications.models import Notification
from servicedesk.pages.case_words import channel_words
from workflow.history.actions import Action
from workflow.history.timeline import Line

SINGLE_BREAK = re.compile(r"(?<=\S)\n(?=\S)")
EVENTS = {
    Action.CASE_PENDED: ("circle-pause", ""),
    Action.CASE_RESUMED: ("circle-dot", ""),
    Action.CASE_ON_PROBLEM: ("waypoints", "problem"),
    Action.CASE_RESOLVED: ("circle-check", "good"),
    Action.CASE_REOPENED: ("circle-dot", ""),
    Action.CASE_CLOSED: ("circle-check", "good"),
    Action.CASE_MARKED_SPAM: ("circle-x", ""),
    Action.LINK_SUGGESTED: ("sparkles", "problem"),
}


def conversation(
    case: Any, messages: list[Any], lines: list[Line], *, problems: Mapping[int, Any]
) -> list[dict[str, Any]]:
    """Return messages and events as one list, oldest first; one query for what was sent.

    `problems` are those that the case hangs on or may hang on, by id.
    """
    sent = sent_times(case)
    said = [spoken(case, message, sent=sent) for message in messages]
    done = [
        event(line, number=-place, problems=problems, customer=case.contact.name)
        for place, line in enumerate(lines, start=1)
        if line.action in EVENTS
    ]
    return sorted(said + done, key=lambda one: one["at"])


def sent_times(case: Any) -> dict[int, datetime | None]:
    """Return when the customer's mail of each answer was sent, None if not yet; one query."""
    return dict(
        Notification.objects.filter(
            case=case, message__isnull=False, contact_id=case.contact_id
        ).values_list("message_id", "sent_at")
    )


def spoken(case: Any, message: Any, *, sent: Mapping[int, datetime | None]) -> dict[str, Any]:
    """Return one message as it is shown; what customers wrote is plain text, ours is Markdown."""
    is_ours = message.direction != "in"
    author = message.user or message.contact
    return {
        "kind": message.direction,
        "number": message.pk,
        "author": author.name if author else _("Automatic message"),
        "channel": "" if message.direction == "note" else channel_words(message.channel),
        "delivery": delivery(message, sent=sent),
        "at": message.at,
        "html": markdown(message.text) if is_ours else "",
        "text": message.text,
        **folded(message.quoted),
        "body_url": reverse("agent:mail_body", args=[case.number, message.pk])
        if message.html
        else "",
        "files": [
            {
                "name": file.name,
                "href": reverse("agent:attachment", args=[case.number, file.pk]),
                "size": file.size,
            }
            for file in message.attachments.all()
        ],
    }


def folded(quoted: str) -> dict[str, str]:
    """Return what is folded away beneath a message: its signature and the quoted history."""
    parts = parts_of_folded(quoted)
    return {"signature": parts.signature, "quoted": parts.history}


def delivery(message: Any, *, sent: Mapping[int, datetime | None]) -> str:
    """Return what became of a message, in words."""
    if message.direction == "in":
        if message.is_unverified:
            return _("sender not certain")
        return _("automatic reply") if message.is_automatic else ""
    if message.pk not in sent:
        return ""
    return _("sent") if sent[message.pk] else _("on its way")


def markdown(text: str) -> SafeString:
    """Return what a colleague wrote as HTML; a new line stays one."""
    # to_html cleans what it makes: nothing that was written becomes markup of its own.
    return mark_safe(to_html(SINGLE_BREAK.sub("  \n", text)))  # noqa: S308


def event(line: Line, *, number: int, problems: Mapping[int, Any], customer: str) -> dict[str, Any]:
    """Return something that happened as one line of the conversation."""
    symbol, tone = EVENTS[Action(line.action)]
    problem = problems.get(line.changes.get("problem") or 0)
    return {
        "kind": "event",
        "number": number,
        "symbol": symbol,
        "tone": tone,
        "text": event_words(line, problem=problem, customer=customer),
        "href": reverse("problem:problem", args=[problem.name]) if problem else "",
        "at": line.at,
    }


def event_words(line: Line, *, problem: Any, customer: str) -> str:
    """Return what happened, in words."""
    who = customer if line.contact_id is not None else line.who
    name = problem.name if problem else _("a problem")
    words = {
        Action.CASE_PENDED: _("%(who)s asked; the customer answers next") % {"who": who},
        Action.CASE_RESUMED: _("Work goes on"),
        Action.CASE_ON_PROBLEM: _("Waits for the fix of %(problem)s") % {"problem": name},
        Action.CASE_RESOLVED: _("Solved with %(problem)s") % {"problem": name}
        if line.changes.get("problem")
        else _("Solved by %(who)s") % {"who": who},
        Action.CASE_REOPENED: _("Opened again by %(who)s") % {"who": who},
        Action.CASE_CLOSED: _("Closed"),
        Action.CASE_MARKED_SPAM: _("Marked as spam by %(who)s") % {"who": who},
        Action.LINK_SUGGESTED: _("Looks like %(problem)s") % {"problem": name},
    }
    return words[Action(line.action)]
