"""Where somebody's day begins."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from servicedesk.pages.guards import StaffRequest, staff
from workflow.people.permissions import Permission


@require_safe
@staff()
def desk(request: StaffRequest) -> HttpResponse:
    """Lead agents to their queue, departments to their work, others to what they may read."""
    actor = request.actor
    if actor.may(Permission.WORK_CASE):
        return redirect("agent:queue", "mine")
    if actor.may(Permission.WORK_PROBLEM):
        return redirect("department:board")
    if actor.may(Permission.CONFIGURE):
        return redirect("settings:index")
    return redirect("agent:queue", "open")
