"""Follow a problem, or follow it no more."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from problems.access import problem_for
from problems.following import follow_problem, stop_following
from servicedesk.pages.guards import StaffRequest, staff
from workflow.people.permissions import Permission


@require_POST
@staff(Permission.VIEW_PROBLEM)
def follow(request: StaffRequest, number: int) -> HttpResponse:
    """Let somebody hear of each stage of a problem, or no more."""
    problem = problem_for(request.actor, number)
    if request.POST.get("action") == "stop":
        stop_following(problem=problem, actor=request.actor)
        messages.success(request, _("You follow this problem no more."))
    else:
        follow_problem(problem=problem, actor=request.actor, at=now())
        messages.success(request, _("You hear of each stage until it is done."))
    return redirect("problem:problem", problem.name)
