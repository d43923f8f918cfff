"""The history of a case or problem, as a timeline shows it."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Model

from servicedesk.pages.history_words import Names, sentence, who_did
from workflow.history.actions import Action
from workflow.history.timeline import Line, newest_lines

MOST_LINES = 60
SYMBOLS = {
    Action.CASE_OPENED: "inbox",
    Action.CASE_MESSAGE_IN: "mail",
    Action.CASE_ANSWERED: "reply",
    Action.CASE_NOTED: "pencil",
    Action.CASE_ASSIGNED: "user-check",
    Action.CASE_PRIORITY_SET: "flag",
    Action.CASE_PENDED: "circle-pause",
    Action.CASE_ON_PROBLEM: "waypoints",
    Action.PROMISE_MADE: "handshake",
    Action.PROMISE_KEPT: "circle-check",
    Action.PROMISE_CHANGED: "calendar-clock",
    Action.PROMISE_WITHDRAWN: "circle-x",
    Action.PARTICIPANT_ASKED: "users-round",
    Action.PARTICIPANT_LET_IN: "user-check",
    Action.PARTICIPANT_REMOVED: "user-x",
    Action.CASE_LINKS_ENDED: "lock",
    Action.CASE_RESOLVED: "circle-check",
    Action.CASE_CLOSED: "circle-check",
    Action.CASE_MARKED_SPAM: "circle-x",
    Action.PROBLEM_OPENED: "waypoints",
    Action.PROBLEM_ROUTED: "route",
    Action.PROBLEM_TAKEN: "user-round-check",
    Action.PROBLEM_ACCEPTED: "user-round-check",
    Action.PROBLEM_REFUSED: "corner-up-left",
    Action.PROBLEM_HANDED_OVER: "arrow-right-left",
    Action.PROBLEM_CAUSE_FOUND: "milestone",
    Action.PROBLEM_WORKAROUND: "split",
    Action.PROBLEM_FIXED: "wrench",
    Action.PROBLEM_NOT_VERIFIED: "corner-up-left",
    Action.PROBLEM_RESOLVED: "circle-check",
    Action.PROBLEM_CLOSED: "circle-check",
    Action.PROBLEM_ESTIMATED: "calendar-clock",
    Action.PROBLEM_NOTED: "pencil",
    Action.STATEMENT_WRITTEN: "message-circle-reply",
    Action.STATEMENT_CHANGED: "message-circle-reply",
    Action.STATEMENT_DECIDED: "circle-check",
    Action.PROBLEM_EVIDENCE: "file-text",
    Action.QUESTION_ASKED: "circle-question-mark",
    Action.QUESTION_SENT: "send",
    Action.QUESTION_ANSWERED: "message-circle-reply",
    Action.QUESTION_WITHDRAWN: "circle-x",
    Action.CASE_FEELING_SET: "smile",
    Action.STEP_TAKEN: "route",
    Action.STEP_ASKED: "circle-question-mark",
    Action.STEP_VOTED: "message-circle-reply",
    Action.STEP_APPROVED: "circle-check",
    Action.STEP_REJECTED: "circle-x",
    Action.STEP_HINDERED: "triangle-alert",
    Action.PROBLEM_REACHED: "users-round",
    Action.SCOPE_ADDED: "users-round",
    Action.SCOPE_ENDED: "users-round",
    Action.CUSTOMERS_EXCUSED: "users-round",
    Action.PROBLEMS_MERGED: "merge",
    Action.PROBLEM_SPLIT: "split",
    Action.LINK_SUGGESTED: "sparkles",
    Action.LINK_CONFIRMED: "link",
    Action.LINK_REJECTED: "circle-x",
    Action.LINK_REMOVED: "unlink",
    Action.LINK_SIMILAR: "copy",
    Action.LINK_CHECKED: "circle-check",
    Action.LINK_RECONSIDERED: "undo-2",
    Action.CLOCK_WARNED: "alarm-clock",
    Action.CLOCK_BREACHED: "triangle-alert",
    Action.CLOCK_REPLANNED: "calendar-clock",
    Action.CONTACT_TOLD: "send",
    Action.ARTICLE_DRAFTED: "pencil",
    Action.ARTICLE_REVISED: "pencil",
    Action.ARTICLE_PUBLISHED: "globe",
    Action.ARTICLE_RETIRED: "circle-x",
}


def lines_about(subject: Model) -> list[Line]:
    """Return the last 60 lines about a case or problem, oldest first; one query."""
    return newest_lines(subject, at_most=MOST_LINES)


def timeline(
    lines: Iterable[Line],
    *,
    customer: str = "",
    others: Mapping[int, str] | None = None,
    names: Names | None = None,
) -> list[dict[str, Any]]:
    """Return lines as the timeline shows them, newest first.

    `customer` names the contact, `others` the participants by the id of their contact, `names`
    the records that lines point to, as far as the page knows them.
    """
    people = others or {}
    return [
        {
            "symbol": SYMBOLS.get(Action(line.action), "circle-dot"),
            "text": sentence(
                line,
                who=who_did(line, customer=people.get(line.contact_id or 0, customer)),
                names=names,
            ),
            "at": line.at,
        }
        for line in reversed(list(lines))
    ]
