"""Broadcasts in words: what is told, how far it is, who is held back and why."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from problems.guard_rules import Rule
from problems.guarding import WORDS

KINDS = {
    "workaround": gettext_lazy("What helps for now"),
    "estimate": gettext_lazy("Date of the fix"),
    "fixed": gettext_lazy("Fixed"),
    "wont_fix": gettext_lazy("Will not be fixed"),
    "regression": gettext_lazy("Not fixed after all"),
    "promise": gettext_lazy("A promise changed"),
}
STATES = {
    "draft": gettext_lazy("Draft"),
    "asked": gettext_lazy("Waits for a lead's yes"),
    "scheduled": gettext_lazy("Goes out on time"),
    "sending": gettext_lazy("Going out"),
    "paused": gettext_lazy("Paused"),
    "sent": gettext_lazy("All sent"),
    "stopped": gettext_lazy("Stopped"),
}
TONES = {
    "draft": "line",
    "asked": "orange",
    "scheduled": "blue",
    "sending": "blue",
    "paused": "orange",
    "sent": "good",
    "stopped": "red",
}
WHO = {
    "all": gettext_lazy("Everybody affected, and who follows"),
    "with_case": gettext_lazy("Whoever has a case"),
    "without_case": gettext_lazy("Whoever never wrote"),
    "unconfirmed": gettext_lazy("Whoever has not said that it works"),
}
PREVIEWS = {
    "mail_with_case": gettext_lazy("By mail, with a case"),
    "mail_without_case": gettext_lazy("By mail, without a case"),
    "thread": gettext_lazy("In the thread of each linked case"),
    "portal": gettext_lazy("In the portal"),
}
RECIPIENTS = {
    "told": gettext_lazy("Told"),
    "sent": gettext_lazy("Mail sent"),
    "waiting": gettext_lazy("Mail not sent yet"),
    "portal": gettext_lazy("By the portal alone"),
    "seen": gettext_lazy("Seen"),
    "bounced": gettext_lazy("Mail came back"),
    "held": gettext_lazy("Held back"),
    "warned": gettext_lazy("Told with a warning"),
    "untold": gettext_lazy("Not told"),
}


def rule_words(code: str) -> str:
    """Return the name of a rule that held somebody back."""
    if code in set(Rule):
        return WORDS[Rule(code)].name()
    return str(gettext_lazy("Stopped before the mail left"))


def broadcast_shown(broadcast: Any) -> dict[str, Any]:
    """Return a broadcast as lists and pages show it; no query."""
    return {
        "name": str(broadcast),
        "number": broadcast.number,
        "href": reverse("problem:broadcast", args=[broadcast.number]),
        "kind": broadcast.kind,
        "kind_label": str(KINDS[broadcast.kind]),
        "state": broadcast.state,
        "state_label": str(STATES[broadcast.state]),
        "tone": TONES[broadcast.state],
        "problem": broadcast.problem.name,
        "problem_title": broadcast.problem.title,
        "problem_href": reverse("problem:problem", args=[broadcast.problem.name]),
        "is_automatic": broadcast.is_automatic,
        "by": broadcast.created_by.name if broadcast.created_by else "",
        "decided_by": broadcast.decided_by.name if broadcast.decided_by else "",
        "decided_at": broadcast.decided_at,
        "created_at": broadcast.created_at,
        "due_at": broadcast.due_at if broadcast.state in ("asked", "scheduled") else None,
        "released_at": broadcast.released_at,
        "ended_at": broadcast.ended_at,
        "size": broadcast.size,
        "prepared": broadcast.prepared,
        "version": broadcast.version,
    }
