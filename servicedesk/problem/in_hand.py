"""Say of a target of a problem: I have it. Then its ladder wakes nobody else."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from problems.access import problem_for
from problems.escalating import take_clock_in_hand
from servicedesk.pages.guards import StaffRequest, staff
from workflow.people.permissions import Permission


@require_POST
@staff(Permission.WORK_PROBLEM, Permission.STEER_PROBLEM)
def in_hand(request: StaffRequest, number: int, clock_id: int) -> HttpResponse:
    """Note that this person has a target in hand, and go back to the due times."""
    problem = problem_for(request.actor, number)
    take_clock_in_hand(problem_id=problem.pk, clock_id=clock_id, actor=request.actor, at=now())
    messages.success(request, _("You have it: nobody else is woken."))
    return redirect("problem:clocks", number=problem.number)
