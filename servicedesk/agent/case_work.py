"""What an agent does with a case: reply, note, assign, wait, resolve, reopen, link."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from cases.access import case_for
from cases.conversation import File, answer_case, keep_files, note_case
from cases.lifecycle import (
    assign_case,
    mark_spam,
    note_feeling,
    pend_case,
    reopen_case,
    resolve_case,
    set_priority,
)
from cases.participants import let_in, remove_participant
from cases.passes import end_passes
from cases.queries import active_departments, colleagues_who_work_cases
from knowledge.offers import keep_used_articles
from problems.guarding import GuardWarns, refuse_unwise
from servicedesk.agent.case import Attempt, case_page
from servicedesk.pages.forms import (
    AssignForm,
    FeelingForm,
    ParticipantForm,
    PendForm,
    PriorityForm,
    ReplyForm,
    ResolveForm,
    Versioned,
)
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.refusals import status_of
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

Work = Callable[[StaffRequest, Any, dict[str, Any], datetime], str]
NOT_TO_BE_SHOWN_HERE = (403, 404)


class UnknownAct(Refusal):
    """The form asks for something that cannot be done with a case."""

    code = "unknown_act"
    status = 400


class NoSuchAssignee(Refusal):
    """The person or queue is not there any more."""

    code = "no_such_assignee"


@require_POST
@staff(Permission.VIEW_CASE)
def reply(request: StaffRequest, number: int) -> HttpResponse:
    """Send a reply or keep a note; what is refused stays in the form."""
    case = case_for(request.actor, number)
    form = ReplyForm(request.POST, request.FILES)
    typed = {"data": form.data, "errors": form.errors}
    if not form.is_valid():
        return case_page(request, number, attempt=Attempt(status=422, composer=typed))
    try:
        said(request, case, form)
    except Refusal as refusal:
        kept = {
            "data": form.data,
            "errors": {"refused": True},
            "may_send_anyway": isinstance(refusal, GuardWarns),
        }
        return refused(request, number, refusal, Attempt(composer=kept))
    return redirect("agent:case", number)


@transaction.atomic
def said(request: StaffRequest, case: Any, form: ReplyForm) -> None:
    """Add the message with its files."""
    at = now()
    text = form.cleaned_data["body"]
    if form.cleaned_data["visibility"] == "note":
        message = note_case(case_id=case.pk, text=text, actor=request.actor, at=at)
        messages.success(request, _("Note saved."))
    else:
        message = answer_case(
            case_id=case.pk,
            text=text,
            despite=looked_at(request, case, text, form.cleaned_data, at=at),
            actor=request.actor,
            at=at,
            expected_version=form.cleaned_data["version"],
        )
        keep_used_articles(articles_named(text), actor=request.actor, at=at, case_id=case.pk)
        messages.success(request, _("Reply sent."))
    files = [
        File(
            name=one.name or _("File"),
            content_type=one.content_type or "application/octet-stream",
            content=one.read(),
        )
        for one in form.sent_files
    ]
    if files:
        keep_files(message, files, at=at)


def looked_at(
    request: StaffRequest, case: Any, text: str, given: dict[str, Any], *, at: datetime
) -> list[str]:
    """Ask the guard about an answer; return the warnings that were overruled.

    Raises:
        Guarded: a rule speaks against it.
    """
    return refuse_unwise(
        text,
        case_id=case.pk,
        contact_id=case.contact_id,
        may_send_anyway=given["send_anyway"],
        actor=request.actor,
        at=at,
    )


def articles_named(text: str) -> list[int]:
    """Return the numbers of the articles that an answer leads to."""
    prefix, _number, end = reverse("portal:article", args=[0]).rpartition("0")
    return [int(found) for found in re.findall(rf"{prefix}([0-9]{{1,15}}){end}", text)][:20]


def refused(request: StaffRequest, number: int, refusal: Refusal, attempt: Attempt) -> HttpResponse:
    """Show the case as it stands now with the sentence of the refusal and what was typed."""
    status = status_of(refusal)
    if status in NOT_TO_BE_SHOWN_HERE:
        raise refusal
    return case_page(
        request,
        number,
        attempt=Attempt(
            status=status,
            refusal=refusal,
            composer=attempt.composer,
            forms=attempt.forms,
            link_error=attempt.link_error,
        ),
    )


def resolve(request: StaffRequest, case: Any, given: dict[str, Any], at: datetime) -> str:
    """Resolve the case; with a text, the customer gets it as the last answer."""
    if given["solution"].strip():
        answer_case(
            case_id=case.pk,
            text=given["solution"],
            despite=looked_at(request, case, given["solution"], given, at=at),
            actor=request.actor,
            at=at,
            and_then="resolve",
            expected_version=given["version"],
        )
    else:
        resolve_case(case_id=case.pk, actor=request.actor, at=at, expected_version=given["version"])
    return _("Case resolved.")


def pend(request: StaffRequest, case: Any, given: dict[str, Any], at: datetime) -> str:
    """Wait for the customer; what for is kept as a note."""
    pend_case(case_id=case.pk, actor=request.actor, at=at, expected_version=given["version"])
    if given["reason"].strip():
        note_case(case_id=case.pk, text=given["reason"], actor=request.actor, at=at)
    return _("The case waits for the customer.")


def reopen(request: StaffRequest, case: Any, _given: dict[str, Any], at: datetime) -> str:
    """Go on with a resolved case."""
    reopen_case(case_id=case.pk, actor=request.actor, at=at)
    return _("Case reopened.")


def assign_to_me(request: StaffRequest, case: Any, given: dict[str, Any], at: datetime) -> str:
    """Give the case to the person who asks."""
    assign_case(
        case_id=case.pk,
        owner=request.person,
        queue=case.queue,
        actor=request.actor,
        at=at,
        expected_version=given["version"],
    )
    return _("The case is yours.")


def assign(request: StaffRequest, case: Any, given: dict[str, Any], at: datetime) -> str:
    """Give the case to a colleague or to a department's queue."""
    kind, _dash, key = given["to"].partition("-")
    known = colleagues_who_work_cases() if kind == "user" else active_departments()
    chosen: Any = next((one for one in known if one.pk == int(key)), None)
    if chosen is None:
        raise NoSuchAssignee(
            _("This person or queue takes no cases any more."),
            next_step=_("Choose another one."),
        )
    assign_case(
        case_id=case.pk,
        owner=chosen if kind == "user" else None,
        queue=chosen if kind == "queue" else case.queue,
        actor=request.actor,
        at=at,
        expected_version=given["version"],
    )
    return _("Given to %(name)s.") % {"name": chosen.name}


def prioritise(request: StaffRequest, case: Any, given: dict[str, Any], at: datetime) -> str:
    """Set the priority; running clocks get its targets."""
    set_priority(
        case_id=case.pk,
        priority=given["priority"],
        actor=request.actor,
        at=at,
        expected_version=given["version"],
    )
    return _("Priority set.")


def spam(request: StaffRequest, case: Any, given: dict[str, Any], at: datetime) -> str:
    """End a case in which nobody asked anything."""
    mark_spam(case_id=case.pk, actor=request.actor, at=at, expected_version=given["version"])
    return _("Marked as spam.")


def admit(request: StaffRequest, case: Any, given: dict[str, Any], at: datetime) -> str:
    """Let somebody in whom the customer copied."""
    person = let_in(
        case_id=case.pk, participant_id=given["participant"], actor=request.actor, at=at
    )
    return _("%(name)s takes part from now on.") % {"name": person.shown_name}


def leave_out(request: StaffRequest, case: Any, given: dict[str, Any], at: datetime) -> str:
    """Leave somebody out whom the customer copied, or take out who was let in."""
    person = remove_participant(
        case_id=case.pk, participant_id=given["participant"], actor=request.actor, at=at
    )
    return _("%(name)s does not take part.") % {"name": person.shown_name}


def end_links(request: StaffRequest, case: Any, _given: dict[str, Any], at: datetime) -> str:
    """Let the links in our mails open this case no more."""
    ended = end_passes(case.pk, actor=request.actor, at=at)
    return ngettext(
        "%(count)d mailed link opens nothing any more.",
        "%(count)d mailed links open nothing any more.",
        ended,
    ) % {"count": ended}


def feel(request: StaffRequest, case: Any, given: dict[str, Any], at: datetime) -> str:
    """Note how the customer feels."""
    note_feeling(
        case_id=case.pk,
        feeling=int(given["feeling"]),
        actor=request.actor,
        at=at,
        expected_version=given["version"],
    )
    return _("Noted how the customer feels.")


ACTS: dict[str, tuple[type[Versioned], Work]] = {
    "resolve": (ResolveForm, resolve),
    "pend": (PendForm, pend),
    "reopen": (Versioned, reopen),
    "assign_to_me": (Versioned, assign_to_me),
    "assign": (AssignForm, assign),
    "priority": (PriorityForm, prioritise),
    "feeling": (FeelingForm, feel),
    "spam": (Versioned, spam),
    "let_in": (ParticipantForm, admit),
    "leave_out": (ParticipantForm, leave_out),
    "end_links": (Versioned, end_links),
}


@require_POST
@staff(Permission.WORK_CASE, Permission.ASSIGN_CASE)
def act(request: StaffRequest, number: int) -> HttpResponse:
    """Do with a case what the form's `action` says; what is refused stays in the form."""
    case = case_for(request.actor, number)
    action = request.POST.get("action", "")
    if action not in ACTS:
        raise UnknownAct(_("This cannot be done with a case."), next_step=_("Open the case again."))
    form_class, work = ACTS[action]
    form = form_class(request.POST)
    kept = Attempt(status=422, forms={action: form})
    if not form.is_valid():
        return case_page(request, number, attempt=kept)
    try:
        with transaction.atomic():
            done = work(request, case, form.cleaned_data, now())
    except Refusal as refusal:
        form.may_send_anyway = isinstance(refusal, GuardWarns)
        return refused(request, number, refusal, kept)
    messages.success(request, done)
    return redirect("agent:case", number)
