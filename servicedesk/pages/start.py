"""Where somebody's day begins."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from servicedesk.pages.guards import StaffRequest, staff
from workflow.people.permissions import Permission


@require_safe
@staff()
def desk(request: StaffRequest) -> HttpResponse:
    """Lead leads to the overview, agents to their queue, departments to their work, others on."""
    actor = request.actor
    if actor.may(Permission.WORK_CASE) and actor.may(Permission.STEER_PROBLEM):
        return redirect("lead:overview")
    if actor.may(Permission.WORK_CASE):
        return redirect("agent:queue", "mine")
    if actor.may(Permission.WORK_PROBLEM):
        return redirect("department:board")
    if actor.may(Permission.CONFIGURE):
        return redirect("settings:index")
    return redirect("agent:queue", "open")
