"""The agent's queues."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cases.queries import FOUND_AT_MOST, Queue, queue_named
from servicedesk.pages.answers import page
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.queues import NAMES, found, groups_of_queues, listed, rows_of
from workflow.people.permissions import Permission


@require_safe
@staff(Permission.VIEW_CASE)
def my_queue(request: StaffRequest) -> HttpResponse:
    """Lead to the queue of the person, or to what was looked for."""
    words = request.GET.get("q", "").strip()
    if words:
        return found_cases(request, words)
    return redirect("agent:queue", Queue.MINE.value)


@require_safe
@staff(Permission.VIEW_CASE)
def queue(request: StaffRequest, view: str) -> HttpResponse:
    """Show a queue, newest message first."""
    chosen = queue_named(view)
    words = request.GET.get("q", "").strip()
    if words:
        return found_cases(request, words)
    at = now()
    shown = listed(request.actor, chosen, at=at, after=request.GET.get("after", ""))
    return page(
        request,
        "agent/queue.html",
        {
            "queue_groups": groups_of_queues(request.actor, at=at, current=chosen),
            "queue": {"name": NAMES[chosen].name, "says": NAMES[chosen].says},
            "cases": rows_of(shown.cases, queue=chosen, at=at),
            "next_url": shown.next_url,
            "sought": "",
            "may_open_case": request.actor.may(Permission.OPEN_CASE),
            "may_open_problem": request.actor.may(Permission.OPEN_PROBLEM),
        },
    )


def found_cases(request: StaffRequest, words: str) -> HttpResponse:
    """Show the newest cases that match words."""
    at = now()
    shown = found(request.actor, words)
    says = _("Number, customer's address or subject; the newest %(count)d at most") % {
        "count": FOUND_AT_MOST
    }
    return page(
        request,
        "agent/queue.html",
        {
            "queue_groups": groups_of_queues(request.actor, at=at, current=None),
            "queue": {"name": _("Found: %(words)s") % {"words": words[:60]}, "says": says},
            "cases": rows_of(shown.cases, queue=Queue.OPEN, at=at),
            "next_url": "",
            "sought": words[:200],
            "may_open_case": request.actor.may(Permission.OPEN_CASE),
            "may_open_problem": request.actor.may(Permission.OPEN_PROBLEM),
        },
    )
