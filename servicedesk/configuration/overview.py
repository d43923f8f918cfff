"""Settings: the overview, the proof, and the history of everything."""

from time import monotonic
from typing import Any

from django.http import HttpResponse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from servicedesk.configuration.frame import ANY_SETTING, ROWS, settings_page, whole_number
from servicedesk.configuration.subjects import Subject, subjects_named
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.proof.proving import verdicts_of_tenant
from workflow.history.models import Entry
from workflow.history.timeline import Line, lines_of
from workflow.people.permissions import Permission

EXAMPLES = 10
SYMBOLS = {
    "case": "message-square",
    "problem": "waypoints",
    "article": "book-open-text",
    "user": "users-round",
    "department": "building-2",
    "rawmail": "mail",
}


@require_safe
@staff(*ANY_SETTING)
def index(request: StaffRequest) -> HttpResponse:
    """Show where everything is set."""
    return settings_page(request, "index", {})


@staff(Permission.CONFIGURE, Permission.VIEW_HISTORY)
def proof(request: StaffRequest) -> HttpResponse:
    """Show the proof; a POST runs it, one query a rule. It changes nothing."""
    if request.method != "POST":
        return settings_page(request, "proof", {"proof": None, "rules": []})
    began, at = monotonic(), now()
    verdicts = verdicts_of_tenant(at=at)
    took = monotonic() - began
    return settings_page(
        request,
        "proof",
        {
            "proof": {
                "violations": sum(verdict.violations for verdict in verdicts),
                "run_at": at,
                "took": _("%(seconds).1f s") % {"seconds": took},
            },
            "rules": [
                {
                    "code": verdict.rule.code,
                    "says": verdict.rule.says,
                    "violations": verdict.violations,
                    "examples": [
                        {"label": finding, "href": ""} for finding in verdict.findings[:EXAMPLES]
                    ],
                }
                for verdict in verdicts
            ],
        },
    )


@require_safe
@staff(Permission.VIEW_HISTORY)
def history(request: StaffRequest) -> HttpResponse:
    """Show who changed what, newest first; four queries and one for each kind of subject."""
    entries = Entry.objects.order_by("-id")
    before = whole_number(request.GET.get("before"))
    if before is not None:
        entries = entries.filter(pk__lt=before)
    shown = list(entries[: ROWS + 1])
    kept = shown[:ROWS]
    subjects = subjects_named((entry.subject_kind, entry.subject_id) for entry in kept)
    return settings_page(
        request,
        "history",
        {
            "history": [
                line_in_list(entry, line, subjects)
                for entry, line in zip(kept, lines_of(kept), strict=True)
            ],
            "next_url": f"?before={kept[-1].pk}" if len(shown) > ROWS else "",
        },
    )


def line_in_list(
    entry: Entry, line: Line, subjects: dict[tuple[str, int], Subject]
) -> dict[str, Any]:
    """Return what a line shows: what was done, with what, by whom."""
    subject = subjects.get((entry.subject_kind, entry.subject_id))
    who = _("Customer") if line.contact_id is not None else line.who
    return {
        "symbol": SYMBOLS.get(entry.subject_kind, "circle-dot"),
        "text": f"{subject.label}: {line.sentence}" if subject else line.sentence,
        "href": subject.href if subject else "",
        "person": who,
        "at": line.at,
    }
