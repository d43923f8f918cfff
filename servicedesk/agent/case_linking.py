"""What an agent says of a case and a problem: linked, unlinked, suggested rightly or not."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from cases.access import case_for
from knowledge.offers import Offered, keep_used
from problems.access import problem_for
from problems.linking import (
    LinkReason,
    Why,
    confirm_link,
    mark_similar,
    reconsider_link,
    reject_link,
    unlink_case,
)
from servicedesk.agent.case import Attempt, case_page
from servicedesk.agent.case_work import UnknownAct, refused
from servicedesk.pages.forms import DecisionForm, LinkForm
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.refusals import status_of
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

DECIDED = {
    "link": gettext_lazy("Linked to %(problem)s."),
    "reject": gettext_lazy("Not suggested again: %(problem)s."),
    "similar": gettext_lazy("Like %(problem)s, with another cause: it is not suggested again."),
    "reconsider": gettext_lazy("Suggested again: %(problem)s."),
}


@require_POST
@staff(Permission.LINK_CASE)
def link(request: StaffRequest, number: int) -> HttpResponse:
    """Link a case to the problem of a number, or unlink it."""
    case = case_for(request.actor, number)
    form = LinkForm(request.POST)
    typed = request.POST.get("problem", "")
    if not form.is_valid():
        wrong = [str(one) for one in form.errors.get("problem", [])]
        sentence = " ".join(wrong) or _("Choose what to do.")
        return case_page(
            request, number, attempt=Attempt(status=422, link_error=sentence, link_typed=typed)
        )
    try:
        problem = problem_for(request.actor, form.cleaned_data["problem"])
        is_unlinking = form.cleaned_data["decision"] == "unlink"
        decide = unlink_case if is_unlinking else confirm_link
        decide(problem_id=problem.pk, case=case, actor=request.actor, at=now())
        if not is_unlinking:
            shown = Offered(problem_id=problem.pk)
            keep_used(shown, actor=request.actor, at=now(), case_id=case.pk)
    except Refusal as refusal:
        return case_page(
            request,
            number,
            attempt=Attempt(status=status_of(refusal), link_error=str(refusal), link_typed=typed),
        )
    said_so = _("Unlinked from %(problem)s.") if is_unlinking else _("Linked to %(problem)s.")
    messages.success(request, said_so % {"problem": problem.name})
    return redirect("agent:case", number)


@require_POST
@staff(Permission.LINK_CASE)
def suggestion(request: StaffRequest, number: int) -> HttpResponse:
    """Confirm or reject a suggested problem, call it only similar, or take such a word back."""
    case = case_for(request.actor, number)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        raise UnknownAct(
            _("The suggestion is not there any more."), next_step=_("Open the case again.")
        )
    problem = problem_for(request.actor, form.cleaned_data["problem"])
    decision = form.cleaned_data["decision"]
    try:
        decide_on(request, case, problem, form.cleaned_data)
    except Refusal as refusal:
        return refused(request, number, refusal, Attempt())
    messages.success(request, DECIDED[decision] % {"problem": problem.name})
    return redirect(way_back(request) or reverse("agent:case", args=[number]))


def decide_on(request: StaffRequest, case: Any, problem: Any, given: dict[str, Any]) -> None:
    """Do what was decided on a suggested problem; a link to what was shown is its use.

    Raises:
        Refusal: see problems.linking.
    """
    at, actor = now(), request.actor
    said: dict[str, Any] = {"problem_id": problem.pk, "case": case, "actor": actor, "at": at}
    match given["decision"]:
        case "reject":
            reject_link(**said, why=Why(LinkReason(given["reason"]), given["note"]))
        case "similar":
            mark_similar(**said)
        case "reconsider":
            reconsider_link(**said)
        case _:
            confirm_link(**said)
            keep_used(Offered(problem_id=problem.pk), actor=actor, at=at, case_id=case.pk)


def way_back(request: StaffRequest) -> str:
    """Return where the queue of suggestions goes on, if the decision was made there."""
    after, only = request.POST.get("triage", ""), request.POST.get("only", "")
    asked = {"after": after, **({"problem": only} if only else {})}
    return f"{reverse('agent:triage')}?{urlencode(asked)}" if after else ""
