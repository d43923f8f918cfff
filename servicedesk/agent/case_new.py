"""Write down what a customer told by telephone or otherwise; like problems show while typing."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cases.lifecycle import assign_case, open_case
from cases.states import Channel
from customers.identity import contact_behind
from problems.access import problem_for
from problems.linking import confirm_link
from problems.matching import SUGGEST_FROM, problems_like
from servicedesk.pages.answers import page
from servicedesk.pages.case_words import channel_choices, priority_choices
from servicedesk.pages.forms import NewCaseForm
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.numbers import problem_number_in
from servicedesk.pages.problem_words import state_words
from servicedesk.pages.refusals import status_of
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

ENOUGH_TO_MATCH = 8
LONGEST_MATCHED = 4000


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.OPEN_CASE)
def case_new(request: StaffRequest) -> HttpResponse:
    """Show the form, or open the case that it describes."""
    if request.method != "POST":
        first = {"channel": Channel.PHONE.value, "priority": "normal"}
        return form_page(
            request, form={"data": {**first, "subject": request.GET.get("subject", "")}}
        )
    form = NewCaseForm(request.POST)
    if not form.is_valid():
        return form_page(request, form=form, status=422)
    try:
        case = opened(request, form.cleaned_data)
    except Refusal as refusal:
        return form_page(request, form=form, refusal=refusal, status=status_of(refusal))
    messages.success(request, _("Case #%(number)s opened.") % {"number": case.number})
    return redirect("agent:case", case.number)


@transaction.atomic
def opened(request: StaffRequest, given: dict[str, Any]) -> Any:
    """Open the case for the one who writes it down; link it if a problem was chosen."""
    at = now()
    contact = contact_behind(
        given["contact_email"], name=given["contact_name"], actor=request.actor, at=at
    )
    case = open_case(
        contact=contact,
        subject=given["subject"],
        text=given["body"],
        channel=Channel(given["channel"]),
        priority=given["priority"],
        actor=request.actor,
        at=at,
    )
    if request.actor.may(Permission.ASSIGN_CASE):
        assign_case(
            case_id=case.pk, owner=request.person, queue=case.queue, actor=request.actor, at=at
        )
    if given["problem"] is not None and request.actor.may(Permission.LINK_CASE):
        problem = problem_for(request.actor, given["problem"])
        confirm_link(problem_id=problem.pk, case=case, actor=request.actor, at=at)
    return case


def form_page(
    request: StaffRequest, *, form: Any, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    """Return the page of the form; what was typed stays."""
    typed = form["data"] if isinstance(form, dict) else form.data
    return page(
        request,
        "agent/case_new.html",
        {
            "form": form,
            "refusal": refusal,
            "channels": channel_choices(),
            "priorities": priority_choices(),
            **like(request, typed),
        },
        status=status,
    )


@require_safe
@staff(Permission.OPEN_CASE)
def similar(request: StaffRequest) -> HttpResponse:
    """Answer the problems that what is being typed may belong to."""
    return page(request, "agent/similar.html", like(request, request.GET))


def like(request: StaffRequest, typed: Any) -> dict[str, Any]:
    """Return problems like what is typed, best first; none for too little to say anything.

    The one that was chosen stays chosen while it is among them; three queries.
    """
    text = f"{typed.get('subject', '')}\n{typed.get('body', '')}"[:LONGEST_MATCHED].strip()
    found = problems_like(text) if len(text) >= ENOUGH_TO_MATCH else []
    chosen = problem_number_in(typed.get("problem", ""))
    likely = [
        {
            "number": match.problem.name,
            "title": match.problem.title,
            "state_label": state_words(match.problem.state),
            "percent": round(match.score * 100),
            "words": [word for word, _weight in match.words],
            "workaround": match.problem.workaround,
            "is_chosen": match.problem.number == chosen,
        }
        for match in found
        if match.score >= SUGGEST_FROM
    ]
    return {
        "may_link": request.actor.may(Permission.LINK_CASE),
        "likely": likely,
        "is_chosen": any(one["is_chosen"] for one in likely),
    }
