"""The agent's queues."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from cases.queries import Queue, queue_named
from servicedesk.agent.filter_form import OF_QUEUES, address_with
from servicedesk.pages.answers import page
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.queues import NAMES, groups_of_queues, listed, rows_of
from servicedesk.pages.views_beside import group_of_views
from workflow.people.permissions import Permission


@require_safe
@staff(Permission.VIEW_CASE)
def my_queue(request: StaffRequest) -> HttpResponse:
    """Lead to the queue of the person, or to what was looked for."""
    words = request.GET.get("q", "").strip()
    if words:
        return redirect(f"{reverse('agent:search')}?{urlencode({'q': words})}")
    return redirect("agent:queue", Queue.MINE.value)


@require_safe
@staff(Permission.VIEW_CASE)
def queue(request: StaffRequest, view: str) -> HttpResponse:
    """Show a queue, newest message first; nine queries at most."""
    chosen = queue_named(view)
    at = now()
    actor = request.actor
    shown = listed(actor, chosen, at=at, after=request.GET.get("after", ""))
    return page(
        request,
        "agent/queue.html",
        {
            "queue_groups": [
                *groups_of_queues(actor, at=at, current=chosen),
                *group_of_views(actor, at=at),
            ],
            "queue": {"name": NAMES[chosen].name, "says": NAMES[chosen].says},
            "cases": rows_of(shown.cases, queue=chosen, at=at),
            "next_url": shown.next_url,
            "filter_url": address_with(reverse("agent:filtered"), OF_QUEUES[chosen]),
            "here": reverse("agent:queue", args=[chosen.value]),
            "may_open_case": actor.may(Permission.OPEN_CASE),
            "may_open_problem": actor.may(Permission.OPEN_PROBLEM),
            "may_assign": actor.may(Permission.ASSIGN_CASE),
        },
    )
