"""What was said and done in a case, in the order in which it happened."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.intake.quoting import parts_of_folded
from cases.one_case import Said
from knowledge.rendering import to_html
from servicedesk.pages.addresses import address
from servicedesk.pages.case_words import channel_words
from workflow.history.actions import Action
from workflow.history.timeline import Line
from workflow.tenancy.prepared import Statement
from workflow.tenancy.scope import tenant_of_the_scope

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

EVENT_WORDS = {
    Action.CASE_PENDED: gettext_lazy("%(who)s asked; the customer answers next"),
    Action.CASE_RESUMED: gettext_lazy("Work goes on"),
    Action.CASE_ON_PROBLEM: gettext_lazy("Waits for the fix of %(problem)s"),
    Action.CASE_RESOLVED: gettext_lazy("Solved by %(who)s"),
    Action.CASE_REOPENED: gettext_lazy("Opened again by %(who)s"),
    Action.CASE_CLOSED: gettext_lazy("Closed"),
    Action.CASE_MARKED_SPAM: gettext_lazy("Marked as spam by %(who)s"),
    Action.LINK_SUGGESTED: gettext_lazy("Looks like %(problem)s"),
}
SOLVED_WITH = gettext_lazy("Solved with %(problem)s")
# Lines of letters, digits and the signs of sentences, each from a letter on: no Markdown.
LINE = r"[^\W\d_][\w ,.;:?!'-]*(?<! )"
PLAIN = re.compile(rf"{LINE}(?:\n\n?{LINE})*")

# Written out: making it took longer than answering it.
SENT = Statement("""
SELECT message_id, sent_at FROM servicedesk_notification
WHERE tenant_id = %(tenant)s AND contact_id = %(contact)s AND case_id = %(case)s
  AND message_id IS NOT NULL
""")


def conversation(
    case: Any, messages: list[Said], lines: list[Line], *, problems: Mapping[int, Any]
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
    sent = SENT.rows(tenant=tenant_of_the_scope(), contact=case.contact_id, case=case.pk)
    return dict(sent)


def spoken(case: Any, message: Said, *, sent: Mapping[int, datetime | None]) -> dict[str, Any]:
    """Return one message as it is shown; what customers wrote is plain text, ours is Markdown."""
    is_ours = message.direction != "in"
    return {
        "kind": message.direction,
        "number": message.pk,
        "author": _("Automatic message") if message.author is None else message.author,
        "channel": "" if message.direction == "note" else channel_words(message.channel),
        "delivery": delivery(message, sent=sent),
        "at": message.at,
        "html": markdown(message.text) if is_ours else "",
        "text": message.text,
        **folded(message.quoted),
        "body_url": address("agent:mail_body", case.number, message.pk) if message.has_mail else "",
        "files": [
            {
                "name": file.name,
                "href": address("agent:attachment", case.number, file.pk),
                "size": file.size,
            }
            for file in message.files
        ],
    }


def folded(quoted: str) -> dict[str, str]:
    """Return what is folded away beneath a message: its signature and the quoted history."""
    parts = parts_of_folded(quoted)
    return {"signature": parts.signature, "quoted": parts.history}


def delivery(message: Said, *, sent: Mapping[int, datetime | None]) -> str:
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
    if "_" not in text and PLAIN.fullmatch(text):
        # Most answers are mere sentences, and have no character that HTML would read.
        parts = [part.replace("\n", "<br>\n") for part in text.split("\n\n")]
        return mark_safe("".join(f"<p>{part}</p>\n" for part in parts))  # noqa: S308
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
    if line.is_program:
        who = _("the program")
    name = problem.name if problem else _("a problem")
    action = Action(line.action)
    is_by_problem = action is Action.CASE_RESOLVED and line.changes.get("problem")
    words = SOLVED_WITH if is_by_problem else EVENT_WORDS[action]
    return str(words) % {"who": who, "problem": name}
