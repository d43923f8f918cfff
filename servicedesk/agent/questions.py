"""A department's question in a case: pass it on, take what came back, answer it oneself."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cases.access import case_for
from cases.queries import message_in
from problems.guarding import GuardWarns
from problems.questions import answer_question, answer_question_ourselves, send_question
from problems.requests import open_questions_of_case
from servicedesk.agent.case import Attempt
from servicedesk.agent.case_work import UnknownAct, looked_at, refused
from servicedesk.pages.guards import StaffRequest, staff
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

MOST_DIGITS = 15


@require_POST
@staff(Permission.WORK_CASE)
def question(request: StaffRequest, number: int, question_id: int) -> HttpResponse:
    """Do with a question what the pressed button says; what is refused stays in the form."""
    case = case_for(request.actor, number)
    try:
        with transaction.atomic():
            said = done(request, case, question_id, at=now())
    except Refusal as refusal:
        kept = {
            f"question-{question_id}": {
                "data": request.POST.dict(),
                "may_send_anyway": isinstance(refusal, GuardWarns),
            }
        }
        return refused(request, number, refusal, Attempt(forms=kept))
    messages.success(request, said)
    return redirect("agent:case", number)


def done(request: StaffRequest, case: Any, question_id: int, *, at: datetime) -> str:
    """Send the question, or take its answer; return what to say.

    Raises:
        UnknownAct: the form asks for something else, or for a question of another case.
    """
    action, text = request.POST.get("action", ""), request.POST.get("text", "")
    if not any(one.pk == question_id for one in open_questions_of_case(case.pk)):
        raise UnknownAct(
            _("This question is not open any more."), next_step=_("Load the case again.")
        )
    if action == "send":
        given = {"send_anyway": request.POST.get("send_anyway") == "yes"}
        despite = looked_at(request, case, text, given, at=at)
        send_question(
            question_id=question_id, text=text, despite=despite, actor=request.actor, at=at
        )
        return _("Question sent. The customer's next message answers it.")
    if action == "own_answer":
        answer_question_ourselves(question_id=question_id, text=text, actor=request.actor, at=at)
        return _("Answer passed on to the department.")
    written = request.POST.get("message", "")
    if (
        action == "answer"
        and written.isascii()
        and written.isdigit()
        and len(written) < MOST_DIGITS
    ):
        message = message_in(case, int(written))
        answer_question(question_id=question_id, message=message, actor=request.actor, at=at)
        return _("Answer passed on to the department.")
    raise UnknownAct(_("This cannot be done with a question."), next_step=_("Open the case again."))
