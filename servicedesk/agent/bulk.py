"""Do the same with several chosen cases; works without scripts."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from cases.bulk import Outcome, assign_cases, prioritise_cases
from cases.queries import (
    Queue,
    active_departments,
    cases_numbered,
    colleagues_who_work_cases,
)
from servicedesk.agent.problem_new import form_page, numbers_in, proposed, shown
from servicedesk.pages.answers import page
from servicedesk.pages.case_words import priority_choices, priority_of
from servicedesk.pages.guards import StaffRequest, staff
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

REFUSED_SHOWN = 5


class NothingChosen(Refusal):
    """No case was chosen, or nothing to do with them."""

    code = "nothing_chosen"
    status = 400


@require_POST
@staff(Permission.WORK_CASE, Permission.ASSIGN_CASE)
def bulk(request: StaffRequest) -> HttpResponse:
    """Do with the chosen cases what the pressed button says."""
    action = request.POST.get("action", "")
    cases = cases_numbered(request.actor, numbers_in(request.POST))
    if not cases:
        messages.error(request, _("Choose some cases first."))
        return redirect(back_of(request))
    if action in ("problem", "link"):
        request.actor.require(Permission.OPEN_PROBLEM)
        return form_page(request, cases, form={"data": proposed(cases)})
    if action == "choose":
        return choice_page(request, cases)
    outcome = done(request, action, cases)
    tell(request, outcome)
    return redirect(back_of(request))


def done(request: StaffRequest, action: str, cases: Sequence[Any]) -> Outcome:
    """Assign the cases or set their priority.

    Raises:
        NothingChosen: neither was asked, or nobody was chosen.
    """
    at = now()
    if action == "take":
        return assign_cases(
            cases=cases, owner=request.person, queue=None, actor=request.actor, at=at
        )
    if action == "priority":
        priority = priority_of(request.POST.get("priority", ""))
        if priority is not None:
            return prioritise_cases(cases=cases, priority=priority, actor=request.actor, at=at)
    if action == "assign":
        person, queue = receiver(request.POST.get("to", ""))
        if person is not None or queue is not None:
            return assign_cases(cases=cases, owner=person, queue=queue, actor=request.actor, at=at)
    raise NothingChosen(
        _("It is not said what shall be done with the cases."),
        next_step=_("Go back and choose a person, a queue or a priority."),
    )


def receiver(written: str) -> tuple[Any, Any]:
    """Return the person or the queue that was chosen: `user-7` or `queue-3`; one query."""
    kind, _dash, key = written.partition("-")
    if kind == "user":
        found = (one for one in colleagues_who_work_cases() if str(one.pk) == key)
        return next(found, None), None
    if kind == "queue":
        queues = (one for one in active_departments() if str(one.pk) == key)
        return None, next(queues, None)
    return None, None


def tell(request: StaffRequest, outcome: Outcome) -> None:
    """Say how many cases were changed, and which were not and why."""
    count = len(outcome.changed)
    if count:
        said = ngettext("%(count)d case changed.", "%(count)d cases changed.", count)
        messages.success(request, said % {"count": count})
    for number, refusal in outcome.refused[:REFUSED_SHOWN]:
        messages.error(
            request, _("#%(number)s: %(why)s") % {"number": number, "why": refusal.sentence}
        )
    more = len(outcome.refused) - REFUSED_SHOWN
    if more > 0:
        said = ngettext("%(count)d more stays as it is.", "%(count)d more stay as they are.", more)
        messages.error(request, said % {"count": more})


def choice_page(request: StaffRequest, cases: Sequence[Any]) -> HttpResponse:
    """Ask to whom the cases go, or which priority they get; two queries for who is there."""
    people = [{"value": f"user-{one.pk}", "label": one.name} for one in colleagues_who_work_cases()]
    queues = [
        {"value": f"queue-{one.pk}", "label": _("Queue of %(name)s") % {"name": one.name}}
        for one in active_departments()
    ]
    return page(
        request,
        "agent/bulk.html",
        {
            "cases": [shown(case) for case in cases],
            "assignees": people + queues,
            "priorities": priority_choices(),
            "back": back_of(request),
        },
    )


def back_of(request: StaffRequest) -> str:
    """Return where the person came from, if that is a page of ours."""
    asked = request.POST.get("back", "")
    if asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None):
        return asked
    return reverse("agent:queue", args=[Queue.MINE.value])
